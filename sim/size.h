/* size.h - the ranks that every sizing asks for, and why its answer may be none or nothing. */
#ifndef WAARBORG_SIM_SIZE_H
#define WAARBORG_SIM_SIZE_H

#include "sim/interval.h"
#include "waarborg/sim.h"

/* The ranks wanted of K, the least amount per path, over all paths; 0 where there is none. */
typedef struct wb_size_ranks {
    wb_ranks quantile;
    uint64_t sure; /* of the least amount whose Wilson upper end meets the target */
    uint64_t least, most;
} wb_size_ranks;
wb_size_ranks wb_size_ranks_of(const wb_rate *target, uint64_t paths);

#endif
