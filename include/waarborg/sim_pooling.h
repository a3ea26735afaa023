/*
 * sim_pooling.h - what is gained by carrying the risk together: regions alone against the pool
 * (docs/model.md, "Pooling").
 */
#ifndef WAARBORG_SIM_POOLING_H
#define WAARBORG_SIM_POOLING_H

#include "waarborg/sim.h"

enum { WB_POOLING_TOPS = 3 }; /* the largest 1, 5 and 10 */

/* The pool, or the providers of one region by themselves. */
typedef struct wb_pool_unit {
    const char *region; /* borrowed from the model; NULL: the pool, or those without a region */
    uint32_t providers;
    wb_measure mean, es; /* of the loss over the horizon */
    wb_measure need_es;
    double ratio;                /* es / mean; 0 where the mean is 0 */
    double top[WB_POOLING_TOPS]; /* share of the largest providers in size */
    double hhi;                  /* sum of the squares of all shares */
} wb_pool_unit;

/* Sum over the regions - the pool, paired. */
typedef struct wb_pool_benefit {
    wb_money sum;                        /* of the regions' shortfalls */
    wb_measure amount;                   /* sum - pool's */
    double share, share_low, share_high; /* of the sum; no interval where amount has none */
} wb_pool_benefit;

typedef struct wb_sim_pooling {
    wb_pool_unit pool;
    wb_pool_unit *regions; /* by id; those without a region last */
    uint32_t region_count;
    wb_pool_benefit loss, need;
    uint64_t paths;
    wb_kernel kernel_used;
    double seconds;
} wb_sim_pooling;

/* `level` in (0,1). Costs about two runs in time, and 80 bytes a path. Errors as of wb_sim_run. */
WB_MUST_CHECK wb_code wb_sim_pooling_run(wb_sim_pooling **pooling, const wb_model *model,
                                         const wb_rate *level, const wb_sim_options *options,
                                         wb_error *err);
void wb_sim_pooling_free(wb_sim_pooling *pooling);

#endif
