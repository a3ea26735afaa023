/*
 * kernel.h - the one door to the kernels: a model prepared for running, and a worker per thread.
 *
 * Every kernel computes the same path for the same model and path number. Which one runs is
 * decided here, once, before the threads start.
 */
#ifndef WAARBORG_SIM_KERNEL_H
#define WAARBORG_SIM_KERNEL_H

#include "sim/kept.h"
#include "sim/tally.h"

typedef struct wb_prepared wb_prepared; /* read-only once made: threads share it */
typedef struct wb_worker wb_worker;     /* scratch of one thread */

/*
 * Choose the kernel and work out what all paths share. `wanted` pinned: WB_E_RANGE when this
 * processor lacks it or int64 is not proved safe. `cash` replaces the model's opening cash as the
 * largest that paths will start with; NULL keeps it. The model must outlive the result.
 */
WB_MUST_CHECK wb_code wb_prepared_new(wb_prepared **prepared, const wb_model *model,
                                      wb_kernel wanted, const wb_money *cash, wb_error *err);
void wb_prepared_free(wb_prepared *prepared);
const wb_model *wb_prepared_model(const wb_prepared *prepared);
wb_kernel wb_prepared_kernel(const wb_prepared *prepared); /* never AUTO */
bool wb_prepared_proved(const wb_prepared *prepared);      /* int64 provably suffices */

wb_worker *wb_worker_new(const wb_prepared *prepared); /* NULL without memory */
void wb_worker_free(wb_worker *worker);
/* From now on results hold provider_loss too; false without memory. */
WB_MUST_CHECK bool wb_worker_keep_losses(wb_worker *worker);

/*
 * Draw by a tilt from now on (NULL: the nominal law again); an int64 kernel only. The tilt's draws
 * are borrowed; after a path its log_ratio holds that of the path's lane, path % 16.
 */
struct wb_tilt_draws;
void wb_worker_tilt(wb_worker *worker, struct wb_tilt_draws *tilt);
/* What draws are planned by; NULL for GMP. */
const struct wb_draw_plan *wb_prepared_draw_plan(const wb_prepared *prepared);

/* How a path is walked where it is not simply the model's. */
typedef struct wb_walk_options {
    const wb_money *cash; /* opening cash, at most what was prepared for */
    uint32_t step_end;    /* events matter before this step only */
    wb_event stop_at;     /* the walk may stop once this has happened; WB_EVENT_COUNT: never */
} wb_walk_options;

/* One path; the result is the worker's, until its next call. With options only the events of the
 * result count. `options` and `trace` may be NULL. WB_E_NOMEM only. */
WB_MUST_CHECK wb_code wb_worker_path(wb_worker *worker, uint64_t path,
                                     const wb_walk_options *options, const wb_path_result **result,
                                     wb_step_record *trace, wb_error *err);

/* Run paths first .. first + count - 1 into the block; what is worth it is kept where `kept` is not
 * NULL, which wants wb_worker_keep_losses first. */
WB_MUST_CHECK wb_code wb_worker_run(wb_worker *worker, uint64_t first, uint32_t count,
                                    wb_tally_block *block, wb_kept *kept, wb_error *err);

#endif
