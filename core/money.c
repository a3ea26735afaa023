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

/* Digits collected so far; those beyond the room are counted but not kept. */
typedef struct collected {
    char digits[WB_MONEY_DIGITS_MAX + 1];
    size_t count;
} collected;

static void collect(collected *to, char digit)
{
    if (to->count < WB_MONEY_DIGITS_MAX) to->digits[to->count] = digit;
    to->count++;
}

/* The digits before the point, groups of three behind the first separator, all with the same
 * separator. False when this is no whole number in that form. */
static bool collect_whole(collected *to, const char *text, size_t size, wb_money_form form)
{
    size_t run = 0; /* digits since the last separator */
    char separator = '\0';
    for (size_t i = 0; i < size; i++) {
        const char c = text[i];
        if (is_digit(c)) {
            collect(to, c);
            run++;
            continue;
        }
        if (form != WB_MONEY_GROUPED || (c != ' ' && c != '_')) return false;
        const bool first = separator == '\0';
        if (first ? (run == 0 || run > 3) : (c != separator || run != 3)) return false;
        separator = c;
        run = 0;
    }
    return to->count > 0 && (separator == '\0' || run == 3);
}

/* All digits of an amount without its sign, as cents: two zeros are added where it has no
 * decimals. False when text is no amount. */
static bool collect_amount(collected *to, const char *text, size_t size, wb_money_form form)
{
    const char *point = memchr(text, '.', size);
    const size_t whole = point == NULL ? size : (size_t)(point - text);
    if (!collect_whole(to, text, whole, form)) return false;
    if (point == NULL) {
        collect(to, '0');
        collect(to, '0');
        return true;
    }
    if (size - whole != 3 || !is_digit(point[1]) || !is_digit(point[2])) return false;
    collect(to, point[1]);
    collect(to, point[2]);
    return true;
}

wb_code wb_money_parse(wb_money *money, const char *text, size_t size, wb_money_form form,
                       wb_error *err)
{
    assert(money != NULL);
    assert(text != NULL);
    collected found = {.count = 0};
    const size_t sign = size > 0 && text[0] == '-' ? 1 : 0;
    if (!collect_amount(&found, text + sign, size - sign, form)) {
        return refuse(err, text, size, form);
    }
    if (found.count > WB_MONEY_DIGITS_MAX) {
        (void)wb_fail(err, WB_E_AMOUNT, "amount has %zu digits", found.count);
        wb_error_hint(err, "at most %d digits are accepted, decimals included",
                      WB_MONEY_DIGITS_MAX);
        return WB_E_AMOUNT;
    }
    found.digits[found.count] = '\0';
    const int bad = mpz_set_str(money->cents, found.digits, 10);
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
    if (count >= 2) {
        text[at++] = first[count - 2];
    } else {
        text[at++] = '0';
    }
    text[at++] = first[count - 1];
    text[at] = '\0';
    return text;
}
