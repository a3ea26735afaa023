/*
 * euler.h - whose losses make the expected shortfall, and how concentrated it is: docs/model.md,
 * "Contributions to ES".
 *
 * After a run the losses of each provider are wanted of the paths whose loss lies at or beyond a
 * quantile, or near it: some per cent of the run. The run keeps most of them (kept.h); the others
 * are walked again from their counters. All sums are exact integers, so that neither threads nor
 * what was kept change anything.
 */
#ifndef WAARBORG_SIM_EULER_H
#define WAARBORG_SIM_EULER_H

#include "sim/kernel.h"
#include "sim/sorted.h"

/* So many paths say enough of what is lost at an amount. */
enum { WB_EULER_ENOUGH = 10 };

/* The tail of one level. Paths count with weight 1 above `at`, and share what is left of
 * paths x (1 - level) where their loss equals it. */
typedef struct wb_tail {
    const wb_level *level;
    wb_wide at;                  /* the quantile */
    wb_wide near_low, near_high; /* the ends of its interval, or the next amounts of enough paths:
                                    losses from one to the other tell what providers lose at the
                                    quantile, wherever it truly is */
    uint64_t above, ties;        /* paths above it, and equal to it */
    uint64_t under, beyond;      /* paths from near_low to below it, and above it to near_high */
} wb_tail;

/* Of one level and item: what it loses on those paths. */
typedef struct wb_tail_sums {
    wb_sum above, at, under, beyond;
} wb_tail_sums;

/* Paths in as many groups, by their number, for the interval of what is no sum of paths. Of each
 * only the totals are kept: for many providers these are most of what all this takes in memory. */
enum { WB_EULER_GROUPS = 20 };
typedef struct wb_tail_totals {
    mpz_t above, at;
} wb_tail_totals;

/* Items: providers, then regions, then segments of the model. */
typedef struct wb_euler {
    const wb_model *model;
    uint64_t paths;
    wb_tail tails[WB_LEVELS_MAX]; /* in the order of the levels */
    wb_tail_sums *sums;           /* [level][item] */
    uint32_t item_count;
    uint32_t highest;       /* index of the highest level */
    wb_tail_totals *groups; /* of it: [group][provider] */
} wb_euler;

/* Find the tails and add them up; `kept` may be NULL or hold any paths of the run. WB_E_NOMEM,
 * WB_E_INTERRUPTED; WB_E_DAMAGED where the tally says other than a path does. */
WB_MUST_CHECK wb_code wb_euler_new(wb_euler **euler, const wb_prepared *prepared,
                                   const wb_tally *tally, const wb_kept_list *kept,
                                   const wb_sim_options *options, wb_error *err);
void wb_euler_free(wb_euler *euler);

/* In whole numbers, what an item contributes in proportion to: T d A + (N (d-n) - d n_>) B. */
void wb_euler_weight(mpz_t weight, const wb_euler *euler, uint32_t level, const wb_tail_sums *sums);
void wb_euler_weight_of(mpz_t weight, const wb_euler *euler, uint32_t level, const mpz_t above,
                        const mpz_t at);

/* How concentrated n values of at least 0 are: the sum of squared shares (Herfindahl-Hirschman),
 * then the shares of the largest 1, 5 and 10. Puts the values in descending order; false, and all
 * 0, when they add up to nothing. */
enum { WB_CONCENTRATION_FIGURES = 4 };
bool wb_concentration(double figures[WB_CONCENTRATION_FIGURES], double *values, uint32_t n);

/* How concentrated revenue and the contributions at the highest level are: at most `room` items. */
enum { WB_CONCENTRATION_ROOM = 8 };
WB_MUST_CHECK wb_code wb_euler_concentration(wb_measure *items, size_t *count,
                                             const wb_euler *euler, wb_error *err);

/* Append the contributions and the measures of concentration to a result that has its ES. */
WB_MUST_CHECK wb_code wb_euler_measure(wb_sim_result *result, const wb_euler *euler, wb_error *err);

#endif
