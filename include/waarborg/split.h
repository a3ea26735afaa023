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

/*
 * The same rule on int64 cents for the simulation: total and weights not negative, at least one
 * weight positive, and total x the largest weight may take 127 bits. `order` is scratch for n
 * indices. Cannot fail; asserts its preconditions. Gives the same parts as wb_split.
 */
void wb_split_int64(int64_t *parts, int64_t total, const int64_t *weights, uint32_t *order,
                    size_t n);

#endif
