/* rare_sample.c - paths of a tilted law over threads, with their scores and weights. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parallel.h"
#include "sim/rare.h"

typedef struct rare_run {
    const wb_rare_job *job;
    const wb_rare_sample *sample;
    wb_rare_visit *visit; /* NULL: fill scores and weights */
    void *context;
    int64_t above;
    double nominal_share;
} rare_run;

typedef struct rare_worker {
    const rare_run *run;
    wb_worker *kernel;
    wb_tilt_draws draws;
    bool tilted;
    wb_code code;
    wb_error error;
} rare_worker;

static int64_t score_of(const wb_path_result *result, const wb_rare_job *job)
{
    if (job->event == WB_EVENT_COUNT) return (int64_t)result->loss;
    if (result->event[job->event] < job->step_end) return INT64_MAX;
    return (int64_t)result->need;
}

/* Balance heuristic over the nominal and the tilted paths (Veach and Guibas 1995). */
static double weight_of(double log_ratio, double nominal_share)
{
    const double held = log_ratio < 700.0 ? (log_ratio > -700.0 ? log_ratio : -700.0) : 700.0;
    return 1.0 / (nominal_share + (1.0 - nominal_share) * wb_exp(held));
}

static void rare_path(rare_worker *w, uint64_t block, uint64_t at)
{
    const rare_run *run = w->run;
    const wb_rare_job *job = run->job;
    const wb_rare_sample *sample = run->sample;
    const uint64_t path = sample->first + at;
    const uint32_t lane = (uint32_t)(path % WB_LANES);
    if (run->visit != NULL && sample->score[at] <= run->above) return;
    const wb_walk_options options = {
        .cash = &job->model->opening.cash, .step_end = job->step_end, .stop_at = job->event};
    const wb_path_result *result = NULL;
    w->code = wb_worker_path(w->kernel, path, &options, &result, NULL, &w->error);
    if (w->code != WB_OK) return;
    if (run->visit != NULL) {
        run->visit(run->context, block, at, lane, &w->draws);
        return;
    }
    sample->score[at] = score_of(result, job);
    sample->weight[at] = w->tilted ? weight_of(w->draws.log_ratio[lane], run->nominal_share) : 1.0;
}

static void rare_block(void *argument, uint64_t block)
{
    rare_worker *w = argument;
    const uint64_t first = block * WB_RARE_BLOCK;
    const uint64_t count = w->run->sample->count;
    const uint64_t end = first + WB_RARE_BLOCK < count ? first + WB_RARE_BLOCK : count;
    for (uint64_t at = first; at < end && w->code == WB_OK; at++)
        rare_path(w, block, at);
}

static bool worker_init(rare_worker *w, const rare_run *run, const wb_tilt_plan *plan)
{
    w->run = run;
    w->kernel = wb_worker_new(run->job->prepared);
    if (w->kernel == NULL) return false;
    if (plan == NULL) return true;
    w->tilted = true;
    if (!wb_tilt_draws_init(&w->draws, plan, run->visit != NULL)) return false;
    wb_worker_tilt(w->kernel, &w->draws);
    return true;
}

static void worker_clear(rare_worker *w)
{
    wb_worker_free(w->kernel);
    wb_tilt_draws_clear(&w->draws);
}

static wb_code run_with(const rare_run *run, const wb_tilt_plan *plan, bool report, wb_error *err)
{
    const wb_sim_options *options = run->job->options;
    const uint64_t blocks = (run->sample->count + WB_RARE_BLOCK - 1) / WB_RARE_BLOCK;
    const uint32_t threads = wb_parallel_threads(options, blocks);
    rare_worker *workers = calloc(threads, sizeof *workers);
    void *pointers[WB_THREADS_MAX];
    bool complete = workers != NULL;
    for (uint32_t i = 0; complete && i < threads; i++) {
        pointers[i] = &workers[i];
        complete = worker_init(&workers[i], run, plan);
    }
    const wb_parallel parallel = {.block_count = blocks,
                                  .threads = threads,
                                  .work = rare_block,
                                  .workers = pointers,
                                  .options = report ? options : NULL,
                                  .progress_total = run->sample->count};
    wb_code code = complete ? wb_parallel_do(&parallel, err)
                            : wb_fail(err, WB_E_NOMEM, "no memory for %u threads", threads);
    for (uint32_t i = 0; workers != NULL && i < threads; i++) {
        if (code == WB_OK && workers[i].code != WB_OK) {
            code = workers[i].code;
            if (err != NULL) *err = workers[i].error;
        }
        worker_clear(&workers[i]);
    }
    free(workers);
    return code;
}

static wb_code run_law(const rare_run *run, const wb_tilt *tilt, bool report, wb_error *err)
{
    if (tilt == NULL) return run_with(run, NULL, report, err);
    wb_tilt_plan *plan = wb_tilt_plan_new(tilt, run->job->draw_plan);
    if (plan == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the plan of a tilt");
    const wb_code code = run_with(run, plan, report, err);
    wb_tilt_plan_free(plan);
    return code;
}

wb_code wb_rare_draw(wb_rare_sample *sample, const wb_rare_job *job, const wb_tilt *tilt,
                     uint64_t first, uint64_t count, bool report, wb_error *err)
{
    assert(count > 0 && first % WB_PILOT_STRIDE == 0);
    memset(sample, 0, sizeof *sample);
    sample->first = first;
    sample->count = count;
    sample->tilted = tilt != NULL;
    sample->score = calloc(count, sizeof *sample->score);
    sample->weight = calloc(count, sizeof *sample->weight);
    if (sample->score == NULL || sample->weight == NULL) {
        wb_rare_sample_clear(sample);
        return wb_fail(err, WB_E_NOMEM, "no memory for %llu paths", (unsigned long long)count);
    }
    const uint64_t nominal = (count + WB_NOMINAL_EVERY - 1) / WB_NOMINAL_EVERY;
    const rare_run run = {
        .job = job, .sample = sample, .nominal_share = (double)nominal / (double)count};
    const wb_code code = run_law(&run, tilt, report, err);
    if (code != WB_OK) wb_rare_sample_clear(sample);
    return code;
}

wb_code wb_rare_revisit(const wb_rare_sample *sample, const wb_rare_job *job, const wb_tilt *tilt,
                        int64_t above, wb_rare_visit *visit, void *context, wb_error *err)
{
    assert(tilt != NULL && visit != NULL);
    const rare_run run = {
        .job = job, .sample = sample, .visit = visit, .context = context, .above = above};
    return run_law(&run, tilt, false, err);
}

void wb_rare_sample_clear(wb_rare_sample *sample)
{
    free(sample->score);
    free(sample->weight);
    memset(sample, 0, sizeof *sample);
}
