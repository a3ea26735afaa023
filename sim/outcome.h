/*
 * outcome.h - what a comparison keeps of every path of a run: a few amounts over the horizon.
 *
 * Path by path, in the order of the paths, so that two runs of the same draws can be set side by
 * side. 57 bytes a path (113 where 64 bits are not proved to suffice).
 */
#ifndef WAARBORG_SIM_OUTCOME_H
#define WAARBORG_SIM_OUTCOME_H

#include "sim/sorted.h"

typedef enum wb_outcome_column {
    WB_OUTCOME_LOSS,
    WB_OUTCOME_NEED,
    WB_OUTCOME_FUND,   /* balance at the end of the last year */
    WB_OUTCOME_CALLED, /* levy, obligo and backstop together */
    WB_OUTCOME_COST,   /* of the group that has parties */
    WB_OUTCOME_CASES,
    WB_OUTCOME_FAILURES,
    WB_OUTCOME_COLUMNS
} wb_outcome_column;

typedef struct wb_outcome {
    uint64_t paths;
    int64_t *narrow; /* column after column; NULL when wide */
    wb_wide *wide;
    uint8_t *events; /* per path: bit e is set when event e happened within the horizon */
} wb_outcome;

/* Run all paths of the model. WB_E_INTERRUPTED, WB_E_NOMEM, WB_E_RANGE as wb_sim_run. Clear it
 * whatever the answer. */
WB_MUST_CHECK wb_code wb_outcome_run(wb_outcome *outcome, const wb_model *model,
                                     const wb_sim_options *options, wb_error *err);
void wb_outcome_clear(wb_outcome *outcome);

wb_wide wb_outcome_value(const wb_outcome *outcome, wb_outcome_column column, uint64_t path);
/* The column in ascending order, in room made with the same width. */
void wb_outcome_sort(wb_sorted *sorted, const wb_outcome *outcome, wb_outcome_column column);

#endif
