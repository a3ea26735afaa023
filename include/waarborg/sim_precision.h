/*
 * sim_precision.h - how many futures it takes to know a figure well enough (docs/model.md,
 * "Precision").
 */
#ifndef WAARBORG_SIM_PRECISION_H
#define WAARBORG_SIM_PRECISION_H

#include "waarborg/sim.h"

typedef struct wb_precision_row {
    const wb_measure *figure; /* of the run; owned by the result */
    bool known;               /* false: this run does not tell (nothing seen, or no interval) */
    double error;   /* half-width of its 95 % interval / figure, at the paths of the run */
    uint64_t paths; /* for which error would be the target */
    bool enough;    /* the run's paths suffice */
} wb_precision_row;

typedef struct wb_sim_precision {
    wb_precision_row *rows; /* loss_mean, var, es, exceed, need_var, need_es, events by the end */
    size_t count;
    uint64_t paths; /* that suffice for all that are known */
    bool enough;    /* all are known, and the run's paths suffice */
    wb_sim_result *result;
} wb_sim_precision;

/* `target`: the wanted relative error, in (0,1). `level`: the only level of quantiles and
 * shortfalls; NULL: those of the model. Costs one run; errors as of wb_sim_run. */
WB_MUST_CHECK wb_code wb_sim_precision_run(wb_sim_precision **precision, const wb_model *model,
                                           const wb_rate *target, const wb_rate *level,
                                           const wb_sim_options *options, wb_error *err);
void wb_sim_precision_free(wb_sim_precision *precision);

#endif
