/*
 * sweep.h - walk many paths of one model and keep a few figures of each: what searches over a
 * lever or a shock, sensitivities and pooling are made of.
 *
 * Every figure is written to the place of its own path, so that the threads change nothing.
 */
#ifndef WAARBORG_SIM_SWEEP_H
#define WAARBORG_SIM_SWEEP_H

#include "sim/path.h"

/* A search walks one model after the other; its progress is counted over all of them. */
typedef struct wb_sweep_progress {
    uint64_t before; /* paths walked so far: wb_sweep_do adds its own */
    uint64_t total;  /* of the whole search; 0, or too few: not known */
} wb_sweep_progress;

typedef struct wb_sweep {
    const wb_model *model;
    const uint64_t *paths; /* which, ascending; NULL: the first `count` */
    uint64_t count;
    /* What to keep, `count` each, of the caller; NULL: not wanted. With `happened` alone a walk
     * ends as soon as that is known. */
    bool *happened; /* whether `event` has happened before step_end */
    wb_event event;
    uint32_t step_end; /* at most the model's step_count */
    wb_wide *loss, *need;
} wb_sweep;

/*
 * Walk them all. WB_E_INTERRUPTED, WB_E_NOMEM, and what wb_prepared_new refuses. `options` may be
 * NULL; `progress` may be NULL. The kernel that ran goes to *used (may be NULL). Costs what a run
 * of as many paths costs, or less; paths of a sparse list cost up to a full draw of sixteen each.
 */
WB_MUST_CHECK wb_code wb_sweep_do(const wb_sweep *sweep, wb_sweep_progress *progress,
                                  const wb_sim_options *options, wb_kernel *used, wb_error *err);

#endif
