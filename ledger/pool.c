/* pool.c - tasks for a few threads; see pool.h. */
#include "ledger/pool.h"

#include <assert.h>
#include <signal.h>
#include <unistd.h>

static void must(int result)
{
    assert(result == 0); /* a mutex or condition of ours, used as it should be, does not fail */
    (void)result;
}

/* Take the oldest task and run it; the lock is held before and after. */
static void run_first(wb_pool *pool)
{
    wb_task *task = pool->first;
    pool->first = task->next;
    if (pool->first == NULL) pool->last = NULL;
    task->state = WB_TASK_RUNNING;
    must(pthread_mutex_unlock(&pool->lock));
    task->run(task);
    must(pthread_mutex_lock(&pool->lock));
    task->state = WB_TASK_DONE;
    must(pthread_cond_signal(&pool->done));
}

static void *work(void *context)
{
    wb_pool *pool = context;
    must(pthread_mutex_lock(&pool->lock));
    while (!pool->closing) {
        if (pool->first != NULL) {
            run_first(pool);
        } else {
            must(pthread_cond_wait(&pool->queued, &pool->lock));
        }
    }
    must(pthread_mutex_unlock(&pool->lock));
    return NULL;
}

static size_t processors(void)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (size_t)online;
}

void wb_pool_open(wb_pool *pool, unsigned threads)
{
    *pool = (wb_pool){.closing = false};
    must(pthread_mutex_init(&pool->lock, NULL));
    must(pthread_cond_init(&pool->queued, NULL));
    must(pthread_cond_init(&pool->done, NULL));
    size_t wanted = threads == 0 ? processors() : threads;
    if (wanted > WB_THREADS_MAX) wanted = WB_THREADS_MAX;
    /* signals are for the thread that was there before */
    sigset_t all;
    sigset_t before;
    must(sigfillset(&all));
    must(pthread_sigmask(SIG_SETMASK, &all, &before));
    while (pool->thread_count + 1 < wanted &&
           pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) == 0) {
        pool->thread_count++;
    }
    must(pthread_sigmask(SIG_SETMASK, &before, NULL));
}

void wb_pool_close(wb_pool *pool)
{
    must(pthread_mutex_lock(&pool->lock));
    pool->closing = true;
    must(pthread_cond_broadcast(&pool->queued));
    must(pthread_mutex_unlock(&pool->lock));
    for (size_t i = 0; i < pool->thread_count; i++)
        must(pthread_join(pool->threads[i], NULL));
    must(pthread_cond_destroy(&pool->done));
    must(pthread_cond_destroy(&pool->queued));
    must(pthread_mutex_destroy(&pool->lock));
}

void wb_pool_submit(wb_pool *pool, wb_task *task)
{
    assert(task->state == WB_TASK_IDLE || task->state == WB_TASK_DONE);
    task->next = NULL;
    task->state = WB_TASK_QUEUED;
    must(pthread_mutex_lock(&pool->lock));
    if (pool->last != NULL) {
        pool->last->next = task;
    } else {
        pool->first = task;
    }
    pool->last = task;
    must(pthread_cond_signal(&pool->queued));
    must(pthread_mutex_unlock(&pool->lock));
}

void wb_pool_wait(wb_pool *pool, wb_task *task)
{
    must(pthread_mutex_lock(&pool->lock));
    assert(task->state != WB_TASK_IDLE);
    while (task->state != WB_TASK_DONE) {
        if (pool->first != NULL) {
            run_first(pool);
        } else {
            must(pthread_cond_wait(&pool->done, &pool->lock));
        }
    }
    must(pthread_mutex_unlock(&pool->lock));
}
