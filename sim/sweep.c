/* sweep.c - a model prepared once, its paths in blocks over threads; see sweep.h. */
#include "sim/sweep.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/kernel.h"
#include "sim/parallel.h"

/* A multiple of the sixteen paths that are drawn together. */
enum { BLOCK_PATHS = 256 };

typedef struct sweep_worker {
    const wb_sweep *sweep;
    wb_worker *kernel;
    wb_code code; /* the first failure; nothing is walked after it */
    wb_error error;
} sweep_worker;

static void walk(sweep_worker *w, uint64_t at)
{
    const wb_sweep *sweep = w->sweep;
    const wb_walk_options options = {
        .cash = &sweep->model->opening.cash, .step_end = sweep->step_end, .stop_at = sweep->event};
    const bool whole = sweep->loss != NULL || sweep->need != NULL;
    const wb_path_result *result = NULL;
    w->code = wb_worker_path(w->kernel, sweep->paths != NULL ? sweep->paths[at] : at,
                             whole ? NULL : &options, &result, NULL, &w->error);
    if (w->code != WB_OK) return;
    if (sweep->happened != NULL) {
        sweep->happened[at] = result->event[sweep->event] < sweep->step_end;
    }
    if (sweep->loss != NULL) sweep->loss[at] = result->loss;
    if (sweep->need != NULL) sweep->need[at] = result->need;
}

static void sweep_block(void *argument, uint64_t block)
{
    sweep_worker *w = argument;
    const uint64_t first = block * BLOCK_PATHS;
    const uint64_t left = w->sweep->count - first;
    const uint64_t end = first + (left < BLOCK_PATHS ? left : BLOCK_PATHS);
    for (uint64_t at = first; at < end && w->code == WB_OK; at++)
        walk(w, at);
}

/* Progress of one sweep as a part of a search. */
typedef struct part {
    const wb_sim_options *options;
    const wb_sweep_progress *progress;
} part;

static bool report_part(uint64_t done, uint64_t total, void *context)
{
    const part *p = context;
    const uint64_t end = p->progress->before + total;
    return p->options->progress(p->progress->before + done,
                                end > p->progress->total ? end : p->progress->total,
                                p->options->context);
}

static wb_code run(const wb_sweep *sweep, const wb_prepared *prepared,
                   const wb_sim_options *options, wb_error *err)
{
    const uint64_t blocks = (sweep->count + BLOCK_PATHS - 1) / BLOCK_PATHS;
    const uint32_t threads = wb_parallel_threads(options, blocks);
    void *pointers[WB_THREADS_MAX];
    sweep_worker *workers = calloc(threads, sizeof *workers);
    bool complete = workers != NULL;
    for (uint32_t i = 0; complete && i < threads; i++) {
        workers[i].sweep = sweep;
        workers[i].kernel = wb_worker_new(prepared);
        pointers[i] = &workers[i];
        complete = workers[i].kernel != NULL;
    }
    wb_code code = WB_OK;
    if (!complete) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for %u threads", (unsigned)threads);
    } else {
        const wb_parallel job = {.block_count = blocks,
                                 .threads = threads,
                                 .work = sweep_block,
                                 .workers = pointers,
                                 .options = options,
                                 .progress_total = sweep->count};
        code = wb_parallel_do(&job, err);
    }
    for (uint32_t i = 0; workers != NULL && i < threads; i++) {
        if (code == WB_OK && workers[i].code != WB_OK) {
            code = workers[i].code;
            if (err != NULL) *err = workers[i].error;
        }
        wb_worker_free(workers[i].kernel);
    }
    free(workers);
    return code;
}

wb_code wb_sweep_do(const wb_sweep *sweep, wb_sweep_progress *progress,
                    const wb_sim_options *options, wb_kernel *used, wb_error *err)
{
    assert(sweep->step_end <= sweep->model->step_count);
    if (sweep->count == 0) return WB_OK;
    part context = {options, progress};
    wb_sim_options own = {0};
    if (options != NULL) own = *options;
    if (progress != NULL && own.progress != NULL) {
        own.progress = report_part;
        own.context = &context;
    }
    wb_prepared *prepared = NULL;
    wb_code code = wb_prepared_new(&prepared, sweep->model, own.kernel, NULL, err);
    if (code == WB_OK) {
        if (used != NULL) *used = wb_prepared_kernel(prepared);
        code = run(sweep, prepared, &own, err);
    }
    if (code == WB_OK && progress != NULL) progress->before += sweep->count;
    wb_prepared_free(prepared);
    return code;
}
