/* run.h - running blocks of paths over threads into a tally. */
#ifndef WAARBORG_SIM_RUN_H
#define WAARBORG_SIM_RUN_H

#include <pthread.h>

#include "sim/kernel.h"

/* Blocks of a tally to be run. */
typedef struct wb_run {
    const wb_prepared *prepared;
    wb_tally *tally;
    pthread_mutex_t *lock;  /* is held while a block is entered */
    const uint64_t *blocks; /* their indices */
    uint64_t block_count;
    uint64_t done, total; /* paths, for progress: done before, and in all */
    wb_kept_list *kept;   /* gets what the paths of the tail lose; NULL: is not asked for */
} wb_run;

/* Run them. WB_E_INTERRUPTED when progress said stop: then the tally has those that were running,
 * too. `threads` says how many there were. */
WB_MUST_CHECK wb_code wb_run_blocks(const wb_run *run, const wb_sim_options *options,
                                    uint32_t *threads, wb_error *err);

#endif
