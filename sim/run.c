/* run.c - a whole run: blocks of paths over threads, an exact tally, the measures. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/kernel.h"
#include "sim/measure.h"
#include "sim/parallel.h"

/* What the threads share: the tally, entered under the lock. */
typedef struct run_shared {
    wb_tally *tally;
    pthread_mutex_t lock;
} run_shared;

typedef struct run_worker {
    run_shared *shared;
    wb_worker *kernel;
    wb_tally_block block;
    wb_code code; /* the first failure; the paths after it are not run */
    wb_error error;
} run_worker;

static void run_block(void *argument, uint64_t index)
{
    run_worker *worker = argument;
    wb_tally *tally = worker->shared->tally;
    if (worker->code != WB_OK) return;
    worker->code =
        wb_worker_run(worker->kernel, index * WB_BLOCK_PATHS, wb_tally_block_paths(tally, index),
                      &worker->block, &worker->error);
    if (worker->code == WB_OK) worker->code = wb_tally_block_pack(&worker->block, &worker->error);
    if (worker->code != WB_OK) return;
    pthread_mutex_lock(&worker->shared->lock);
    wb_tally_enter(tally, index, &worker->block);
    pthread_mutex_unlock(&worker->shared->lock);
}

static wb_code workers_do(const wb_prepared *prepared, run_shared *shared, run_worker *workers,
                          void **pointers, const wb_parallel *job, wb_error *err)
{
    for (uint32_t i = 0; i < job->threads; i++) {
        workers[i].shared = shared;
        workers[i].kernel = wb_worker_new(prepared);
        pointers[i] = &workers[i];
        if (workers[i].kernel == NULL ||
            !wb_tally_block_init(&workers[i].block, shared->tally->shape)) {
            return wb_fail(err, WB_E_NOMEM, "no memory for %u threads", job->threads);
        }
    }
    wb_code code = wb_parallel_do(job, err);
    for (uint32_t i = 0; i < job->threads; i++) {
        if (code != WB_OK || workers[i].code == WB_OK) continue;
        code = workers[i].code;
        if (err != NULL) *err = workers[i].error;
    }
    return code;
}

/* All paths into the tally, whatever the number of threads. */
static wb_code run_paths(const wb_prepared *prepared, wb_tally *tally,
                         const wb_sim_options *options, uint32_t *threads, wb_error *err)
{
    run_shared shared = {.tally = tally};
    wb_parallel job = {
        .block_count = tally->block_count,
        .threads = wb_parallel_threads(options, tally->block_count),
        .work = run_block,
        .options = options,
        .progress_total = tally->paths,
    };
    *threads = job.threads;
    run_worker *workers = calloc(job.threads, sizeof *workers);
    job.workers = calloc(job.threads, sizeof *job.workers);
    pthread_mutex_init(&shared.lock, NULL);
    wb_code code = WB_OK;
    if (workers == NULL || job.workers == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for %u threads", job.threads);
    } else {
        code = workers_do(prepared, &shared, workers, job.workers, &job, err);
    }
    for (uint32_t i = 0; workers != NULL && i < job.threads; i++) {
        wb_worker_free(workers[i].kernel);
        wb_tally_block_clear(&workers[i].block);
    }
    pthread_mutex_destroy(&shared.lock);
    free(workers);
    free(job.workers);
    return code;
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

wb_code wb_sim_run(wb_sim_result **result, const wb_model *model, const wb_sim_options *options,
                   wb_error *err)
{
    assert(result != NULL && model != NULL);
    *result = NULL;
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    wb_prepared *prepared = NULL;
    wb_tally tally = {0};
    wb_sim_result *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a result");
    const wb_kernel wanted = options != NULL ? options->kernel : WB_KERNEL_AUTO;
    wb_code code = wb_prepared_new(&prepared, model, wanted, NULL, err);
    if (code == WB_OK) {
        made->kernel_used = wb_prepared_kernel(prepared);
        made->int64_proved = wb_prepared_proved(prepared);
        code = wb_tally_init(&tally, model, model->paths, err);
    }
    if (code == WB_OK) code = run_paths(prepared, &tally, options, &made->threads_used, err);
    if (code == WB_OK) code = wb_measure_all(made, model, &tally, err);
    if (code == WB_OK) {
        made->seconds = seconds_since(&start);
        *result = made;
        made = NULL;
    }
    wb_sim_result_free(made);
    wb_tally_clear(&tally);
    wb_prepared_free(prepared);
    return code;
}
