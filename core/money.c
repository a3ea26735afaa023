/* money.c - whole cents of any size: arithmetic, reading without guessing, printing. */
#include "waarborg/money.h"

#include <assert.h>
#include <string.h>

void wb_money_init(wb_money *money)
{
    mpz_init(money->cents);
}

void wb_money_clear(wb_money *money)
{
    mpz_clear(money->cents);
}

void wb_money_set(wb_money *money, const wb_money *from)
{
    mpz_set(money->cents, from->cents);
}

void wb_money_set_cents(wb_money *money, int64_t cents)
{
    _Static_assert(sizeof(long) == sizeof(int64_t), "GMP's _si calls carry 64 bits here");
    mpz_set_si(money->cents, (long)cents);
}

void wb_money_add(wb_money *sum, const wb_money *a, const wb_money *b)
{
    mpz_add(sum->cents, a->cents, b->cents);
}

void wb_money_subtract(wb_money *difference, const wb_money *a, const wb_money *b)
{
    mpz_sub(difference->cents, a->cents, b->cents);
}

void wb_money_negate(wb_money *negated, const wb_money *a)
{
    mpz_neg(negated->cents, a->cents);
}

int wb_money_compare(const wb_money *a, const wb_money *b)
{
    return mpz_cmp(a->cents, b->cents);
}

int wb_money_sign(const wb_money *a)
{
    return mpz_sgn(a->cents);
}

bool wb_money_fits_int64(const wb_money *a)
{
    return mpz_fits_slong_p(a->cents) != 0;
}

int64_t wb_money_cents(const wb_money *a)
{
    assert(wb_money_fits_int64(a));
    return mpz_get_si(a->cents);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Quote at most this much of a wrong text in a message. */
enum { QUOTE_MAX = 60 };

static int quote_size(size_t size)
{
    return (int)(size < QUOTE_MAX ? size : QUOTE_MAX);
}

/* Say what is wrong with a text that is not an amount, and what to write. */
static wb_code refuse(wb_error *err, const char *text, size_t size, wb_money_form form)
{
    const char *example = form == WB_MONEY_GROUPED ? "25000000.00 or 25 000 000.00" : "1234.56";
    const char *comma = memchr(text, ',', size);
    const char *point = memchr(text, '.', size);
    if (size == 0) {
        (void)wb_fail(err, WB_E_AMOUNT, "amount is empty");
        wb_error_hint(err, "write an amount such as %s", example);
    } else if (comma != NULL) {
        (void)wb_fail(err, WB_E_AMOUNT, "amount '%.*s' has a comma", quote_size(size), text);
        wb_error_hint(err,
                      "decimals follow a point here, without thousands separators in commas "
                      "or points: write %s",
                      example);
    } else if (point != NULL && size - (size_t)(point - text) - 1 != 2) {
        const size_t decimals = size - (size_t)(point - text) - 1;
        static const char *const words[] = {"no", "one", "two", "three", "four", "five"};
        if (memchr(point + 1, '.', decimals) != NULL) {
            (void)wb_fail(err, WB_E_AMOUNT, "amount '%.*s' has more than one point",
                          quote_size(size), text);
            wb_error_hint(err, "write %s", example);
        } else {
            (void)wb_fail(err, WB_E_AMOUNT, "amount '%.*s' has %s decimal%s after its point",
                          quote_size(size), text, decimals < 6 ? words[decimals] : "too many",
                          decimals == 1 ? "" : "s");
            wb_error_hint(err, "cents are exact here and never rounded: give no decimals or two");
        }
    } else {
        (void)wb_fail(err, WB_E_AMOUNT, "'%.*s' is not an amount", quote_size(size), text);
        wb_error_hint(err, "write %s", example);
    }
    return WB_E_AMOUNT;
}

/*
 * Copy the digits of text to digits (the two decimals included, added when absent) and return how
 * many, or 0 when text is not an amount. Groups are three digits behind the first separator, all
 * with the same separator. Digits beyond `room` are counted but not stored.
 */
static size_t collect_digits(char *digits, size_t room, const char *text, size_t size,
                             wb_money_form form)
{
    size_t count = 0;
    size_t i = 0;
    size_t run = 0; /* digits since the last separator */
    char separator = '\0';
    for (; i < size && text[i] != '.'; i++) {
        const char c = text[i];
        if (is_digit(c)) {
            if (count < room) digits[count] = c;
            count++;
            run++;
            continue;
        }
        if (form != WB_MONEY_GROUPED || (c != ' ' && c != '_')) return 0;
        if (separator != '\0' ? (c != separator || run != 3) : (run == 0 || run > 3)) return 0;
        separator = c;
        run = 0;
    }
    if (count == 0 || (separator != '\0' && run != 3)) return 0;
    const bool decimals = i < size;
    if (decimals && (size - i != 3 || !is_digit(text[i + 1]) || !is_digit(text[i + 2]))) return 0;
    for (size_t d = 0; d < 2; d++) {
        if (count < room) digits[count] = decimals ? text[i + 1 + d] : '0';
        count++;
    }
    return count;
}

wb_code wb_money_parse(wb_money *money, const char *text, size_t size, wb_money_form form,
                       wb_error *err)
{
    assert(money != NULL);
    assert(text != NULL);
    char digits[WB_MONEY_DIGITS_MAX + 1];
    const size_t sign = size > 0 && text[0] == '-' ? 1 : 0;
    const size_t count =
        collect_digits(digits, WB_MONEY_DIGITS_MAX, text + sign, size - sign, form);
    if (count == 0) return refuse(err, text, size, form);
    if (count > WB_MONEY_DIGITS_MAX) {
        (void)wb_fail(err, WB_E_AMOUNT, "amount has %zu digits", count);
        wb_error_hint(err, "at most %d digits are accepted, decimals included",
                      WB_MONEY_DIGITS_MAX);
        return WB_E_AMOUNT;
    }
    digits[count] = '\0';
    const int bad = mpz_set_str(money->cents, digits, 10);
    assert(bad == 0);
    (void)bad;
    if (sign != 0) mpz_neg(money->cents, money->cents);
    return WB_OK;
}

const char *wb_money_text(char text[WB_MONEY_TEXT_MAX], const wb_money *money, wb_money_form form)
{
    char digits[WB_MONEY_TEXT_MAX];
    assert(mpz_sizeinbase(money->cents, 10) <= (WB_MONEY_TEXT_MAX - 8) * 3 / 4);
    (void)mpz_get_str(digits, 10, money->cents);
    const char *first = digits[0] == '-' ? digits + 1 : digits;
    const size_t count = strlen(first);
    size_t at = 0;
    if (first != digits) text[at++] = '-';
    const size_t whole = count > 2 ? count - 2 : 0;
    for (size_t i = 0; i < whole; i++) {
        if (form == WB_MONEY_GROUPED && i > 0 && (whole - i) % 3 == 0) text[at++] = ' ';
        text[at++] = first[i];
    }
    if (whole == 0) text[at++] = '0';
    text[at++] = '.';
    text[at++] = count >= 2 ? first[count - 2] : '0';
    text[at++] = first[count - 1];
    text[at] = '\0';
    return text;
}
