/*
 * rate.h - exact rational rates, and the one place where an amount is multiplied by one.
 *
 * A rate is a GMP rational, so that 4.25 % of an amount is exact until it is rounded, once, to
 * cents. The rounding is always an argument; the design's rule is half away from zero.
 * Ownership, aliasing and threads as in money.h.
 */
#ifndef WAARBORG_RATE_H
#define WAARBORG_RATE_H

#include "waarborg/money.h"

typedef struct wb_rate {
    mpq_t ratio; /* 4.25 % is 17/400; always canonical */
} wb_rate;

typedef enum wb_rounding {
    WB_ROUND_HALF_AWAY, /* to the nearest, ties away from zero: the rule in books and simulation */
    WB_ROUND_DOWN,      /* toward zero */
    WB_ROUND_FLOOR,     /* toward minus infinity */
    WB_ROUND_CEILING    /* toward plus infinity */
} wb_rounding;

enum { WB_RATE_DECIMALS_MAX = 12, WB_RATE_DIGITS_MAX = 24, WB_RATE_TEXT_MAX = 96 };

void wb_rate_init(wb_rate *rate); /* to 0 */
void wb_rate_clear(wb_rate *rate);
void wb_rate_set(wb_rate *rate, const wb_rate *from);
void wb_rate_set_ratio(wb_rate *rate, int64_t numerator,
                       uint64_t denominator); /* denominator > 0 */
int wb_rate_compare(const wb_rate *a, const wb_rate *b);
double wb_rate_double(const wb_rate *rate); /* nearest below in magnitude; for probabilities only */

typedef enum wb_rate_form {
    WB_RATE_RATE,  /* "4.25%" or "0.0425"; a bare whole number other than 0 or 1 is refused */
    WB_RATE_NUMBER /* any decimal, "1.8" or "4" or "180%": a factor, a count of months */
} wb_rate_form;

/*
 * Read a rate: an optional '-', digits, optionally a point and at most 12 decimals (after the
 * percent sign is resolved, at most 14), optionally '%'. A bare `4` where a rate is due is an
 * error (4 % or 400 %?), with the hint `4%`.
 *
 * WB_E_RATE (RATE) or WB_E_NUMBER (NUMBER) with message and hint, no position. On failure rate is
 * untouched.
 */
WB_MUST_CHECK wb_code wb_rate_parse(wb_rate *rate, const char *text, size_t size, wb_rate_form form,
                                    wb_error *err);

/* The rate as an exact decimal when it has one of at most 24 decimals ("0.0425"), else "p/q". */
const char *wb_rate_text(char text[WB_RATE_TEXT_MAX], const wb_rate *rate);

/* product = amount x rate, rounded once to whole cents. May alias. */
void wb_rate_apply(wb_money *product, const wb_money *amount, const wb_rate *rate,
                   wb_rounding rounding);

/* quotient = n / d rounded to an integer; d > 0. The rule itself, for whoever holds mpz values. */
void wb_round_divide(mpz_t quotient, const mpz_t n, const mpz_t d, wb_rounding rounding);

/*
 * Part k (1..m) of a yearly amount paid in m parts: floor(A k / m) - floor(A (k-1) / m). The m
 * parts add up to A, to the cent.
 */
void wb_yearly_part(wb_money *part, const wb_money *yearly, uint32_t k, uint32_t m);

#endif
