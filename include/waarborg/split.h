/*
 * split.h - divide an amount over parties so that the parts add up to it, to the cent.
 *
 * Largest remainder (Hamilton): each part is first rounded toward zero; the cents left over go one
 * each to the largest remainders, ties to the lowest index. Callers sort by id first, so that the
 * same input splits the same way on every machine.
 */
#ifndef WAARBORG_SPLIT_H
#define WAARBORG_SPLIT_H

#include "waarborg/money.h"

/*
 *   parts    out  n amounts, initialised by the caller, none of them total
 *   total    in   any sign; a debt splits like an asset
 *   weights  in   n weights, none negative; they need not add up to anything
 *
 * WB_E_RANGE when n is 0, a weight is negative or every weight is 0 (parts untouched);
 * WB_E_NOMEM. O(n log n).
 */
WB_MUST_CHECK wb_code wb_split(wb_money *parts, const wb_money *total, const wb_money *weights,
                               size_t n, wb_error *err);

/* What the party at `index` was rounded down by, in units of 1 / the sum of the weights. */
typedef struct wb_split_rest {
    uint64_t size;
    uint32_t index;
} wb_split_rest;

/*
 * The same rule on int64 cents for the simulation: total and weights not negative, at least one
 * weight positive, and their sum below 2^64. `rests` is scratch for n. Cannot fail; asserts its
 * preconditions. Gives the same parts as wb_split. O(n) for all but contrived weights.
 */
void wb_split_int64(int64_t *parts, int64_t total, const int64_t *weights, wb_split_rest *rests,
                    size_t n);

#endif
