/*
 * estimate.h - one figure with its 95 % interval, from exact sums and sorted columns.
 *
 * Each fills the figure and both ends of its interval in `item`; the other keys are the caller's.
 * The rules are docs/model.md, "Measures".
 */
#ifndef WAARBORG_SIM_ESTIMATE_H
#define WAARBORG_SIM_ESTIMATE_H

#include "sim/sorted.h"
#include "waarborg/sim.h"

/* Sets every amount up and all else to nothing. wb_measures_free releases. */
void wb_estimate_init(wb_measure *item, const char *id, uint32_t year, wb_measure_form form);
void wb_estimate_level(wb_measure *item, const wb_level *level);

/* Mean of `paths` amounts, from their sum and the sum of their squares. */
void wb_estimate_mean(wb_measure *item, const mpz_t sum, const mpz_t squares, uint64_t paths);
/* The same for counts: figure and interval in double. */
void wb_estimate_count(wb_measure *item, const mpz_t sum, const mpz_t squares, uint64_t paths);
/* Quantile and expected shortfall of a sorted column; they set the level too. A shortfall has no
 * interval where the quantile has no upper bound. */
void wb_estimate_quantile(wb_measure *item, const wb_sorted *sorted, const wb_level *level);
void wb_estimate_shortfall(wb_measure *item, const wb_sorted *sorted, const wb_level *level);
/* at + sum / (paths (1 - level)), with the interval of the mean of what sum adds up (squares: its
 * squares), divided by 1 - level: a shortfall from its excesses, or a difference of two. */
void wb_estimate_excess(wb_measure *item, const mpz_t at, const mpz_t sum, const mpz_t squares,
                        uint64_t paths, const wb_level *level);
/* k of n paths. */
void wb_estimate_proportion(wb_measure *item, uint64_t k, uint64_t paths);
/* Of two proportions of the same paths: `more` have the first only, `fewer` the second only. */
void wb_estimate_proportion_difference(wb_measure *item, uint64_t more, uint64_t fewer,
                                       uint64_t paths);

#endif
