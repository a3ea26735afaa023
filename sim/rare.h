/*
 * rare.h - the parts of importance sampling: a law, a sample drawn by it, what the sample says.
 *
 * Internal to sim/. Path numbers: a result uses 0 .. N - 1, pilot j of a question (from 1) those
 * from j x WB_PILOT_STRIDE on, which is a multiple of 16 and of 10.
 */
#ifndef WAARBORG_SIM_RARE_INTERNAL_H
#define WAARBORG_SIM_RARE_INTERNAL_H

#include "sim/kernel.h"
#include "sim/tilt.h"
#include "waarborg/sim_rare.h"

#define WB_PILOT_STRIDE (UINT64_C(160) << 37)
enum {
    WB_TWISTED_PILOT = 256,
    WB_CROSS_PILOT = 4096,
    WB_RARE_BLOCK = 256, /* floating sums are made over blocks of so many paths, in their order */
    WB_EFFECTIVE_LEAST = 100
};

/* A question against a prepared model. */
typedef struct wb_rare_job {
    const wb_model *model;
    const wb_prepared *prepared;
    const wb_draw_plan *draw_plan;
    const wb_rare_question *question;
    uint32_t step_end;
    wb_event event; /* WB_EVENT_COUNT: the loss */
    const wb_sim_options *options;
} wb_rare_job;

/*
 * What was drawn. The score of a path is its loss in cents; for an event INT64_MAX where it
 * happened, else its need, which says how near it came. Path i is nominal when i is a multiple of
 * 10, and has weight 1 / (a + (1 - a) ratio), a the share of nominal paths; all 1 without a tilt.
 */
typedef struct wb_rare_sample {
    uint64_t first, count;
    bool tilted;
    int64_t *score; /* owned */
    double *weight; /* owned */
} wb_rare_sample;

/* `tilt` NULL: plain paths. WB_E_NOMEM, WB_E_INTERRUPTED. */
WB_MUST_CHECK wb_code wb_rare_draw(wb_rare_sample *sample, const wb_rare_job *job,
                                   const wb_tilt *tilt, uint64_t first, uint64_t count, bool report,
                                   wb_error *err);
void wb_rare_sample_clear(wb_rare_sample *sample);

/* Visit paths of a law, block by block over threads: `visit` is called for each path of `sample`
 * with `wanted`, in order within a block, after its draws were made and recorded; lane =
 * path % 16. */
typedef void wb_rare_visit(void *context, uint64_t block, uint64_t at, uint32_t lane,
                           const wb_tilt_draws *draws);
WB_MUST_CHECK wb_code wb_rare_revisit(const wb_rare_sample *sample, const wb_rare_job *job,
                                      const wb_tilt *tilt, int64_t above, wb_rare_visit *visit,
                                      void *context, wb_error *err);

/* What weighted paths with a score above a limit come to. */
typedef struct wb_rare_tail {
    uint64_t count;
    double chance, se, effective, largest, ratio;
} wb_rare_tail;
wb_rare_tail wb_rare_tail_of(const wb_rare_sample *sample, int64_t above);

/* Value at risk at 1 - tail as a score: the least score above which the weight is at most `tail`.
 * False without memory. */
bool wb_rare_quantile(int64_t *value, const wb_rare_sample *sample, double tail);

/* All that a question asks, into the answer's estimate and diagnostics. */
WB_MUST_CHECK wb_code wb_rare_estimate_make(wb_rare_estimate *estimate, wb_rare_tail *tail,
                                            const wb_rare_sample *sample,
                                            const wb_rare_question *question, wb_error *err);

/* A law, and what the last pilot saw of it. The tilt is owned once made. */
typedef struct wb_rare_law {
    wb_tilt tilt;
    bool made;   /* false: plain paths do as well */
    double gain; /* variance ratio in the last pilot */
    int64_t aim; /* the loss it was made for; 0 for an event */
    uint64_t pilot_paths;
} wb_rare_law;
/* One period, Gaussian, a question about the loss, nothing that couples providers but factors. */
bool wb_rare_twist_applies(const wb_rare_job *job);
WB_MUST_CHECK wb_code wb_rare_twist(wb_rare_law *law, const wb_rare_job *job, wb_error *err);
WB_MUST_CHECK wb_code wb_rare_cross(wb_rare_law *law, const wb_rare_job *job, wb_error *err);
/* How much better a law must look than plain paths to be used. */
static const double wb_rare_gain_least = 1.2;

#endif
