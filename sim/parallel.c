/* parallel.c - worker threads over numbered blocks; see parallel.h. */
#include "sim/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

typedef struct shared {
    const wb_parallel *job;
    atomic_uint_fast64_t next, done; /* blocks given out, blocks finished */
    atomic_bool stop;
    pthread_mutex_t mutex;
    pthread_cond_t ended; /* a thread ended */
    uint32_t running;     /* under mutex */
} shared;

typedef struct thread_argument {
    shared *common;
    uint32_t index;
} thread_argument;

uint32_t wb_parallel_threads(const wb_sim_options *options, uint64_t block_count)
{
    uint64_t threads = options != NULL ? options->threads : 0;
    if (threads == 0) {
        const long processors = sysconf(_SC_NPROCESSORS_ONLN);
        threads = processors > 0 ? (uint64_t)processors : 1;
    }
    if (threads > WB_THREADS_MAX) threads = WB_THREADS_MAX;
    if (threads > block_count) threads = block_count;
    return threads > 0 ? (uint32_t)threads : 1;
}

static void do_blocks(shared *common, uint32_t index)
{
    const wb_parallel *job = common->job;
    while (!atomic_load_explicit(&common->stop, memory_order_relaxed)) {
        const uint64_t block = atomic_fetch_add_explicit(&common->next, 1, memory_order_relaxed);
        if (block >= job->block_count) break;
        job->work(job->workers[index], block);
        atomic_fetch_add_explicit(&common->done, 1, memory_order_relaxed);
    }
}

static void *thread_main(void *argument)
{
    const thread_argument *own = argument;
    shared *common = own->common;
    do_blocks(common, own->index);
    pthread_mutex_lock(&common->mutex);
    common->running--;
    pthread_cond_signal(&common->ended);
    pthread_mutex_unlock(&common->mutex);
    return NULL;
}

/* Without the overflow of done x total. */
static uint64_t progress_of(const wb_parallel *job, uint64_t done)
{
    const uint64_t each = (job->progress_total - job->progress_done) / job->block_count;
    return done == job->block_count ? job->progress_total : job->progress_done + done * each;
}

static void report(shared *common)
{
    const wb_parallel *job = common->job;
    if (job->options == NULL || job->options->progress == NULL) return;
    const uint64_t done = atomic_load_explicit(&common->done, memory_order_relaxed);
    if (!job->options->progress(progress_of(job, done), job->progress_total,
                                job->options->context)) {
        atomic_store_explicit(&common->stop, true, memory_order_relaxed);
    }
}

/* Wait until every thread has ended, and report ten times a second until then. */
static void wait_for_all(shared *common)
{
    pthread_mutex_lock(&common->mutex);
    while (common->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 100000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&common->ended, &common->mutex, &until);
        pthread_mutex_unlock(&common->mutex);
        report(common);
        pthread_mutex_lock(&common->mutex);
    }
    pthread_mutex_unlock(&common->mutex);
}

wb_code wb_parallel_do(const wb_parallel *parallel, wb_error *err)
{
    assert(parallel->threads >= 1 && parallel->threads <= WB_THREADS_MAX);
    shared common = {.job = parallel};
    atomic_init(&common.next, 0);
    atomic_init(&common.done, 0);
    atomic_init(&common.stop, false);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&common.mutex, NULL);
    pthread_cond_init(&common.ended, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_t threads[WB_THREADS_MAX];
    thread_argument arguments[WB_THREADS_MAX];
    uint32_t started = 0;
    while (started < parallel->threads) {
        arguments[started] = (thread_argument){.common = &common, .index = started};
        pthread_mutex_lock(&common.mutex);
        common.running++;
        pthread_mutex_unlock(&common.mutex);
        if (pthread_create(&threads[started], NULL, thread_main, &arguments[started]) != 0) {
            pthread_mutex_lock(&common.mutex);
            common.running--;
            pthread_mutex_unlock(&common.mutex);
            break;
        }
        started++;
    }
    if (started == 0) do_blocks(&common, 0);
    wait_for_all(&common);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&common.ended);
    pthread_mutex_destroy(&common.mutex);
    report(&common);
    if (atomic_load(&common.done) < parallel->block_count) {
        return wb_fail(err, WB_E_INTERRUPTED, "interrupted after %llu of %llu",
                       (unsigned long long)progress_of(parallel, atomic_load(&common.done)),
                       (unsigned long long)parallel->progress_total);
    }
    return WB_OK;
}
