/*
 * ranks.h - the processes that share one command: this one alone, or those that mpirun started.
 *
 * ranks_one.c is the program as it mostly is; ranks_mpi.c, with -DWAARBORG_MPI=ON, speaks MPI, and
 * no other file knows of it. Every process runs its shard, then process 0 gathers the parts, prints
 * and saves; the others say nothing. Commands that do not share their work are process 0's alone.
 * One thread calls these.
 */
#ifndef WAARBORG_CLI_RANKS_H
#define WAARBORG_CLI_RANKS_H

#include "waarborg/sim_part.h"

/* First and last of all. */
void wb_ranks_begin(void);
void wb_ranks_end(void);

uint32_t wb_ranks_count(void);
uint32_t wb_ranks_index(void); /* from 0 */
/* Threads for this process where the user names none: its share of the processors; 0: all. */
uint32_t wb_ranks_threads(void);

/*
 * How far all have come, the same for all: the first failure in order of processes, else
 * WB_E_INTERRUPTED where one was interrupted, else WB_OK. `speaks` for one process only: the one
 * that failed first, else process 0. Waits for all without spinning.
 */
wb_code wb_ranks_agree(wb_code own, bool *speaks);

/* The parts of all to process 0, which takes them over into its own. After wb_ranks_agree gave
 * WB_OK or WB_E_INTERRUPTED to all. WB_E_NOMEM, WB_E_IO. */
WB_MUST_CHECK wb_code wb_ranks_gather(wb_sim_part *part, wb_error *err);

#endif
