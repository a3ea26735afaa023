/*
 * sim_compare.h - scenarios side by side on the same draws, with the interval of each difference.
 *
 * Path k of every scenario has the same national factor, the same regions and segments, and the
 * same fate of every provider that both know. Most of the chance is therefore common to both, and
 * falls out of the difference: its interval is that of the paired differences, and is far narrower
 * than the intervals of the two figures would suggest. docs/model.md, "Comparing".
 */
#ifndef WAARBORG_SIM_COMPARE_H
#define WAARBORG_SIM_COMPARE_H

#include "waarborg/sim.h"

typedef struct wb_sim_comparison {
    size_t scenario_count, figure_count;
    /* [scenario * figure_count + figure], owned. Figures are those of wb_sim_run, to the last
     * digit, and a few sums over the horizon. A difference is to the first scenario, with the same
     * keys; those of the first itself are all zero and mean nothing. */
    wb_measure *figures, *differences;
    bool *exceeds_noise; /* the difference has an interval, which excludes 0 */
    uint64_t paths;
    double seconds;
} wb_sim_comparison;

/*
 * Run all models, two at a time in memory (57 bytes a path each, and 16 to sort in), and compare
 * each with the first. Levels and thresholds are those of the first. The models must have the same
 * number of paths, the same seed and as many years as the first: WB_E_RANGE names the one that has
 * not. Else as wb_sim_run. Progress counts the paths of all models together.
 */
WB_MUST_CHECK wb_code wb_sim_compare(wb_sim_comparison **comparison, const wb_model *const *models,
                                     size_t count, const wb_sim_options *options, wb_error *err);
void wb_sim_comparison_free(wb_sim_comparison *comparison);

#endif
