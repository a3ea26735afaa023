/*
 * interval.h - 95 % intervals and order statistics, in exact arithmetic wherever money is meant.
 *
 * 1.96 is the rational 49/25 throughout. Square roots of rationals are never taken in double for
 * an amount: a half-width is the least whole number of cents whose square is large enough, so an
 * interval is rounded outward. docs/model.md, "Intervals".
 */
#ifndef WAARBORG_SIM_INTERVAL_H
#define WAARBORG_SIM_INTERVAL_H

#include "waarborg/sim.h"

/* The order statistic of a quantile and of its interval; ranks count from 1. */
typedef struct wb_ranks {
    uint64_t at;              /* ceil(a N), at least 1 */
    uint64_t low, high;       /* floor(a N - 1.96 s), ceil(a N + 1.96 s) + 1 */
    bool low_none, high_none; /* the rank falls outside 1..N: no such bound */
} wb_ranks;
/* level in (0,1), N > 0. */
wb_ranks wb_ranks_of(const wb_rate *level, uint64_t count);

/* half = ceil(1.96 sqrt(p / q)), p >= 0, q > 0. */
void wb_half_width(mpz_t half, const mpz_t p, const mpz_t q);

/* floor(sqrt(p / q) + 1/2), p >= 0, q > 0: the square root in whole units, half up. */
void wb_root_rounded(mpz_t root, const mpz_t p, const mpz_t q);

/* count x squares - sum^2: count^2 times the variance, never negative. */
void wb_variance_numerator(mpz_t result, const mpz_t sum, const mpz_t squares, uint64_t count);

/* k of n with Wilson's interval at 1.96 and its standard error. */
wb_proportion wb_proportion_of(uint64_t k, uint64_t n);

/* The difference (more - fewer) / n of two proportions of the same n paths, where `more` paths have
 * the first only and `fewer` the second only; Tango's score interval at 1.96, which is honest also
 * for a handful of such paths and for none. Source: T. Tango, Statistics in Medicine 17 (1998),
 * 891-908. */
wb_proportion wb_paired_difference_of(uint64_t more, uint64_t fewer, uint64_t n);

#endif
