/*
 * money.h - exact amounts: a whole number of euro cents, of any size (GMP).
 *
 * No floating point and no rounding: an amount is parsed, added, subtracted, compared and printed;
 * what must be divided is divided in rate.h (with the rounding as an argument) or in split.h
 * (which hands out every cent). The ledger is in euros only; the currency stands in its record
 * format, not here.
 *
 * The caller owns the struct and calls wb_money_init and wb_money_clear once each. Results go
 * first, as in GMP, and may alias operands. Threads may share what none writes. GMP aborts when
 * memory runs out, therefore every text is bounded before GMP sees it.
 */
#ifndef WAARBORG_MONEY_H
#define WAARBORG_MONEY_H

#include <gmp.h>

#include "waarborg/error.h"

/* Wrapped, so that an amount can never be passed where a count is meant. */
typedef struct wb_money {
    mpz_t cents;
} wb_money;

enum {
    WB_MONEY_DIGITS_MAX = 36, /* digits of an amount from outside, the two decimals included */
    WB_MONEY_TEXT_MAX = 96    /* room for any amount that sums of such amounts can reach, as text */
};

void wb_money_init(wb_money *money); /* to 0.00 */
void wb_money_clear(wb_money *money);
void wb_money_set(wb_money *money, const wb_money *from);
void wb_money_set_cents(wb_money *money, int64_t cents);
void wb_money_add(wb_money *sum, const wb_money *a, const wb_money *b);
void wb_money_subtract(wb_money *difference, const wb_money *a, const wb_money *b);
void wb_money_negate(wb_money *negated, const wb_money *a);
int wb_money_compare(const wb_money *a, const wb_money *b); /* <0, 0, >0 */
int wb_money_sign(const wb_money *a);                       /* -1, 0, 1 */

/* Whether the amount fits an int64_t, and that value. wb_money_cents asserts that it fits. */
bool wb_money_fits_int64(const wb_money *a);
int64_t wb_money_cents(const wb_money *a);

typedef enum wb_money_form {
    WB_MONEY_PLAIN,  /* 25000000.00: no separators; what the ledger and its CSV files use */
    WB_MONEY_GROUPED /* also 25 000 000.00 and 25_000_000.00: what a scenario file may use */
} wb_money_form;

/*
 * Read an amount: an optional '-', digits, and no or exactly two decimals after a point. Never
 * guesses: a comma, three decimals, one decimal, a thousands point, a plus sign, a currency sign
 * or surrounding blanks are refused with a message that says what to write instead.
 *
 * WB_E_AMOUNT, with message and hint but no position (the caller knows it). On failure money is
 * untouched. At most WB_MONEY_DIGITS_MAX digits. `text` need not be terminated.
 */
WB_MUST_CHECK wb_code wb_money_parse(wb_money *money, const char *text, size_t size,
                                     wb_money_form form, wb_error *err);

/* The amount as text, "-1234.56" (PLAIN) or "-1 234.56" (GROUPED); returns `text`. */
const char *wb_money_text(char text[WB_MONEY_TEXT_MAX], const wb_money *money, wb_money_form form);

#endif
