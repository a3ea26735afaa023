/* rate.c - exact rates, and the one multiplication of an amount that rounds. */
#include "waarborg/rate.h"

#include <assert.h>
#include <string.h>

void wb_rate_init(wb_rate *rate)
{
    mpq_init(rate->ratio);
}

void wb_rate_clear(wb_rate *rate)
{
    mpq_clear(rate->ratio);
}

void wb_rate_set(wb_rate *rate, const wb_rate *from)
{
    mpq_set(rate->ratio, from->ratio);
}

void wb_rate_set_ratio(wb_rate *rate, int64_t numerator, uint64_t denominator)
{
    assert(denominator > 0);
    mpq_set_si(rate->ratio, (long)numerator, (unsigned long)denominator);
    mpq_canonicalize(rate->ratio);
}

int wb_rate_compare(const wb_rate *a, const wb_rate *b)
{
    return mpq_cmp(a->ratio, b->ratio);
}

double wb_rate_double(const wb_rate *rate)
{
    return mpq_get_d(rate->ratio);
}

static wb_code refuse(wb_error *err, wb_rate_form form, const char *text, size_t size)
{
    const wb_code code = form == WB_RATE_RATE ? WB_E_RATE : WB_E_NUMBER;
    const int shown = (int)(size < 60 ? size : 60);
    if (memchr(text, ',', size) != NULL) {
        (void)wb_fail(err, code, "'%.*s' has a comma", shown, text);
        wb_error_hint(err, "decimals follow a point: %s",
                      form == WB_RATE_RATE ? "4.25% or 0.0425" : "1.8");
    } else {
        (void)wb_fail(err, code, "'%.*s' is not a %s", shown, text,
                      form == WB_RATE_RATE ? "rate" : "number");
        wb_error_hint(err, "write %s", form == WB_RATE_RATE ? "4.25% or 0.0425" : "1.8");
    }
    return code;
}

/* A decimal number taken apart: its digits without point, and how many stood behind the point. */
typedef struct decimal {
    char digits[WB_RATE_DIGITS_MAX + 1];
    size_t count, decimals;
    bool point, too_long;
} decimal;

/* Read digits with at most one point, digits on both sides of it. */
static bool read_decimal(decimal *to, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && !to->point && i > 0) {
            to->point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') return false;
        if (to->count == WB_RATE_DIGITS_MAX || to->decimals == WB_RATE_DECIMALS_MAX) {
            to->too_long = true;
            return false;
        }
        to->digits[to->count++] = text[i];
        if (to->point) to->decimals++;
    }
    return to->count > 0 && (!to->point || to->decimals > 0);
}

/* Refuse what is a number, but not one this place may hold. */
static wb_code refuse_number(wb_error *err, wb_rate_form form, bool too_long, const char *text,
                             size_t size)
{
    const wb_code code = form == WB_RATE_RATE ? WB_E_RATE : WB_E_NUMBER;
    const int shown = (int)(size < 60 ? size : 60);
    if (too_long) {
        (void)wb_fail(err, code, "'%.*s' has too many digits", shown, text);
        wb_error_hint(err, "at most %d decimals and %d digits are accepted", WB_RATE_DECIMALS_MAX,
                      WB_RATE_DIGITS_MAX);
    } else {
        (void)wb_fail(err, code, "'%.*s' is a bare number where a rate is due", shown, text);
        wb_error_hint(err, "write %.*s%% for per cent, or a fraction such as 0.0425", shown, text);
    }
    return code;
}

wb_code wb_rate_parse(wb_rate *rate, const char *text, size_t size, wb_rate_form form,
                      wb_error *err)
{
    assert(rate != NULL);
    decimal number = {.count = 0};
    const size_t sign = size > 0 && text[0] == '-' ? 1 : 0;
    const bool percent = size > sign && text[size - 1] == '%';
    if (!read_decimal(&number, text + sign, size - sign - (percent ? 1 : 0))) {
        return number.too_long ? refuse_number(err, form, true, text, size)
                               : refuse(err, form, text, size);
    }
    number.digits[number.count] = '\0';
    const bool bare_whole = !percent && !number.point;
    const bool unit = strcmp(number.digits, "0") == 0 || strcmp(number.digits, "1") == 0;
    if (form == WB_RATE_RATE && bare_whole && !unit) {
        return refuse_number(err, form, false, text, size);
    }
    const int bad = mpz_set_str(mpq_numref(rate->ratio), number.digits, 10);
    assert(bad == 0);
    (void)bad;
    if (sign != 0) mpz_neg(mpq_numref(rate->ratio), mpq_numref(rate->ratio));
    mpz_ui_pow_ui(mpq_denref(rate->ratio), 10, number.decimals + (percent ? 2 : 0));
    mpq_canonicalize(rate->ratio);
    return WB_OK;
}

const char *wb_rate_text(char text[WB_RATE_TEXT_MAX], const wb_rate *rate)
{
    mpz_t scaled;
    mpz_t remainder;
    mpz_init_set(scaled, mpq_numref(rate->ratio));
    mpz_init(remainder);
    size_t decimals = 0;
    /* Multiply by ten until the denominator divides: that many decimals are exact. */
    for (; decimals <= WB_RATE_DIGITS_MAX; decimals++) {
        mpz_tdiv_r(remainder, scaled, mpq_denref(rate->ratio));
        if (mpz_sgn(remainder) == 0) break;
        mpz_mul_ui(scaled, scaled, 10);
    }
    if (decimals > WB_RATE_DIGITS_MAX || mpz_sizeinbase(scaled, 10) > WB_RATE_TEXT_MAX - 40) {
        (void)gmp_snprintf(text, WB_RATE_TEXT_MAX, "%Qd", rate->ratio);
    } else {
        mpz_divexact(scaled, scaled, mpq_denref(rate->ratio));
        char digits[WB_RATE_TEXT_MAX];
        const bool negative = mpz_sgn(scaled) < 0;
        mpz_abs(scaled, scaled);
        (void)gmp_snprintf(digits, sizeof digits, "%0*Zd", (int)decimals + 1, scaled);
        const size_t whole = strlen(digits) - decimals;
        (void)snprintf(text, WB_RATE_TEXT_MAX, "%s%.*s%s%s", negative ? "-" : "", (int)whole,
                       digits, decimals > 0 ? "." : "", digits + whole);
    }
    mpz_clear(scaled);
    mpz_clear(remainder);
    return text;
}

void wb_round_divide(mpz_t quotient, const mpz_t n, const mpz_t d, wb_rounding rounding)
{
    assert(mpz_sgn(d) > 0);
    switch (rounding) {
    case WB_ROUND_DOWN: mpz_tdiv_q(quotient, n, d); return;
    case WB_ROUND_FLOOR: mpz_fdiv_q(quotient, n, d); return;
    case WB_ROUND_CEILING: mpz_cdiv_q(quotient, n, d); return;
    case WB_ROUND_HALF_AWAY: break;
    }
    /* (2 |n| + d) div 2 d, with the sign of n: ties go away from zero on both sides. */
    const bool negative = mpz_sgn(n) < 0;
    mpz_t twice;
    mpz_init(twice);
    mpz_abs(twice, n);
    mpz_mul_2exp(twice, twice, 1);
    mpz_add(twice, twice, d);
    mpz_tdiv_q(quotient, twice, d);
    mpz_tdiv_q_2exp(quotient, quotient, 1);
    if (negative) mpz_neg(quotient, quotient);
    mpz_clear(twice);
}

void wb_rate_apply(wb_money *product, const wb_money *amount, const wb_rate *rate,
                   wb_rounding rounding)
{
    mpz_t scaled;
    mpz_init(scaled);
    mpz_mul(scaled, amount->cents, mpq_numref(rate->ratio));
    wb_round_divide(product->cents, scaled, mpq_denref(rate->ratio), rounding);
    mpz_clear(scaled);
}

void wb_yearly_part(wb_money *part, const wb_money *yearly, uint32_t k, uint32_t m)
{
    assert(k >= 1 && k <= m);
    mpz_t before;
    mpz_init(before);
    mpz_mul_ui(before, yearly->cents, k - 1);
    mpz_fdiv_q_ui(before, before, m);
    mpz_mul_ui(part->cents, yearly->cents, k);
    mpz_fdiv_q_ui(part->cents, part->cents, m);
    mpz_sub(part->cents, part->cents, before);
    mpz_clear(before);
}
