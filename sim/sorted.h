/*
 * sorted.h - one column of a tally in ascending order: ranks, tails, moments.
 *
 * Sorting gives every quantile, tail sum and exceedance of the column at once and exactly; a radix
 * sort of 64-bit keys skips the digits in which all values agree. Ranks count from 1, as order
 * statistics do.
 */
#ifndef WAARBORG_SIM_SORTED_H
#define WAARBORG_SIM_SORTED_H

#include "sim/tally.h"

/* Room to sort columns of one tally in, one after another. */
typedef struct wb_sorted {
    uint64_t count;
    int64_t *narrow, *scratch;
    wb_wide *wide;
} wb_sorted;

WB_MUST_CHECK wb_code wb_sorted_init(wb_sorted *sorted, uint64_t count, bool wide, wb_error *err);
void wb_sorted_clear(wb_sorted *sorted);
void wb_sorted_load(wb_sorted *sorted, const wb_tally *tally, uint32_t column);
/* The same for any values of the sorted's own width. */
void wb_sorted_load_int64(wb_sorted *sorted, const int64_t *values);
void wb_sorted_load_wide(wb_sorted *sorted, const wb_wide *values);

void wb_sorted_value(mpz_t value, const wb_sorted *sorted, uint64_t rank);
void wb_sorted_totals(mpz_t sum, mpz_t squares, const wb_sorted *sorted);
/* Sum and squares of (x - value at rank) over the ranks above it. */
void wb_sorted_excess(mpz_t sum, mpz_t squares, const wb_sorted *sorted, uint64_t rank);
/* How many values exceed the threshold. */
uint64_t wb_sorted_above(const wb_sorted *sorted, const mpz_t threshold);
/* Second and fourth central moment in double, in ascending order: for the interval of a standard
 * deviation only. */
void wb_sorted_moments(double *second, double *fourth, const wb_sorted *sorted, const mpz_t sum);

#endif
