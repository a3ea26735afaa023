/* run.c - blocks of paths over threads, into an exact tally; and a whole run. */
#include "sim/run.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/parallel.h"
#include "waarborg/sim_part.h"

typedef struct run_worker {
    const wb_run *run;
    wb_worker *kernel;
    wb_kept *kept; /* NULL: nothing is kept */
    wb_tally_block block;
    wb_code code; /* the first failure; the paths after it are not run */
    wb_error error;
} run_worker;

static void run_block(void *argument, uint64_t number)
{
    run_worker *worker = argument;
    const wb_run *run = worker->run;
    const uint64_t index = run->blocks[number];
    if (worker->code != WB_OK) return;
    worker->code = wb_worker_run(worker->kernel, index * WB_BLOCK_PATHS,
                                 wb_tally_block_paths(run->tally, index), &worker->block,
                                 worker->kept, &worker->error);
    if (worker->code == WB_OK) worker->code = wb_tally_block_pack(&worker->block, &worker->error);
    if (worker->code != WB_OK) return;
    pthread_mutex_lock(run->lock);
    wb_tally_enter(run->tally, index, &worker->block);
    pthread_mutex_unlock(run->lock);
}

static wb_code workers_do(const wb_run *run, run_worker *workers, const wb_parallel *job,
                          wb_error *err)
{
    for (uint32_t i = 0; i < job->threads; i++) {
        workers[i].run = run;
        workers[i].kernel = wb_worker_new(run->prepared);
        job->workers[i] = &workers[i];
        if (workers[i].kernel == NULL ||
            !wb_tally_block_init(&workers[i].block, run->tally->shape)) {
            return wb_fail(err, WB_E_NOMEM, "no memory for %u threads", job->threads);
        }
        if (run->kept == NULL || !wb_worker_keep_losses(workers[i].kernel)) continue;
        workers[i].kept = wb_kept_add(run->kept, wb_prepared_model(run->prepared), job->threads);
    }
    wb_code code = wb_parallel_do(job, err);
    for (uint32_t i = 0; i < job->threads; i++) {
        if (code != WB_OK || workers[i].code == WB_OK) continue;
        code = workers[i].code;
        if (err != NULL) *err = workers[i].error;
    }
    return code;
}

wb_code wb_run_blocks(const wb_run *run, const wb_sim_options *options, uint32_t *threads,
                      wb_error *err)
{
    wb_parallel job = {
        .block_count = run->block_count,
        .threads = wb_parallel_threads(options, run->block_count),
        .work = run_block,
        .options = options,
        .progress_done = run->done,
        .progress_total = run->total,
    };
    *threads = job.threads;
    if (run->block_count == 0) return WB_OK;
    run_worker *workers = calloc(job.threads, sizeof *workers);
    job.workers = calloc(job.threads, sizeof *job.workers);
    wb_code code = WB_OK;
    if (workers == NULL || job.workers == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for %u threads", job.threads);
    } else {
        code = workers_do(run, workers, &job, err);
    }
    for (uint32_t i = 0; workers != NULL && i < job.threads; i++) {
        wb_worker_free(workers[i].kernel);
        wb_tally_block_clear(&workers[i].block);
    }
    free(workers);
    free(job.workers);
    return code;
}

wb_code wb_sim_run(wb_sim_result **result, const wb_model *model, const wb_sim_options *options,
                   wb_error *err)
{
    assert(result != NULL && model != NULL);
    *result = NULL;
    wb_sim_part *part = NULL;
    wb_code code = wb_sim_part_new(&part, model, options, "", err);
    if (code == WB_OK) code = wb_sim_part_run(part, (wb_sim_shard){.index = 1, .count = 1}, err);
    if (code == WB_OK) code = wb_sim_part_result(result, part, err);
    wb_sim_part_free(part);
    return code;
}
