/*
 * parallel.h - the only threads of the simulation: a fixed list of blocks, each done once by
 * whichever thread comes first.
 *
 * What a block computes may depend on its number only, and must be written where no other block
 * writes, or be added to a sum of the worker's own that is exact in any order. Then no result can
 * depend on the number of threads.
 */
#ifndef WAARBORG_SIM_PARALLEL_H
#define WAARBORG_SIM_PARALLEL_H

#include "waarborg/sim.h"

enum { WB_THREADS_MAX = 256 };

typedef struct wb_parallel {
    uint64_t block_count;
    uint32_t threads;                           /* 1..WB_THREADS_MAX */
    void (*work)(void *worker, uint64_t block); /* called with workers[i], i the thread */
    void **workers;                             /* one per thread */
    const wb_sim_options *options;              /* progress; may be NULL */
    uint64_t progress_done, progress_total;     /* in progress: before all blocks, and after */
} wb_parallel;

/* Threads to use: options->threads, else one per processor; never more than blocks. */
uint32_t wb_parallel_threads(const wb_sim_options *options, uint64_t block_count);

/* Do all blocks. Progress is called from this thread. WB_E_INTERRUPTED when it said stop. When the
 * system gives fewer threads than asked for, those it gives do all the work. */
WB_MUST_CHECK wb_code wb_parallel_do(const wb_parallel *parallel, wb_error *err);

#endif
