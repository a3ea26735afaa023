/*
 * pool.h - tasks for a few threads, waited for in the order of whoever gave them. Private to
 * ledger/.
 *
 * A task reads what nobody writes meanwhile and writes what is its own. One thread submits and
 * waits; while it waits it works too, so that a pool without threads of its own (one processor,
 * or none to be had) does the same work in the same order of results.
 */
#ifndef WAARBORG_LEDGER_POOL_H
#define WAARBORG_LEDGER_POOL_H

#include <pthread.h>

#include "waarborg/error.h"

enum { WB_THREADS_MAX = 16 };

typedef struct wb_task {
    void (*run)(struct wb_task *task); /* set by the caller; the task is part of a larger struct */
    struct wb_task *next;
    enum { WB_TASK_IDLE, WB_TASK_QUEUED, WB_TASK_RUNNING, WB_TASK_DONE } state;
} wb_task;

typedef struct wb_pool {
    pthread_mutex_t lock;
    pthread_cond_t queued;
    pthread_cond_t done;
    wb_task *first;
    wb_task *last;
    bool closing;
    size_t thread_count; /* beside the one that opened it */
    pthread_t threads[WB_THREADS_MAX];
} wb_pool;

/* For `threads` threads in all, the caller's included: 0 is as many as there are processors. Fewer
 * when the system gives no more. */
void wb_pool_open(wb_pool *pool, unsigned threads);
/* Waits for tasks that run, and drops those that do not yet. */
void wb_pool_close(wb_pool *pool);

/* Give a task that is idle or done. */
void wb_pool_submit(wb_pool *pool, wb_task *task);
/* Until the task is done. */
void wb_pool_wait(wb_pool *pool, wb_task *task);

#endif
