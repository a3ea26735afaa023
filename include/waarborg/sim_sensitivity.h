/*
 * sim_sensitivity.h - which assumption matters most: each moved down and up by a stated step, on
 * the same draws (docs/model.md, "Sensitivity").
 */
#ifndef WAARBORG_SIM_SENSITIVITY_H
#define WAARBORG_SIM_SENSITIVITY_H

#include "waarborg/sim_compare.h"

typedef struct wb_sensitivity_question {
    wb_event event;       /* by the end of the horizon */
    const wb_rate *level; /* of the expected shortfall of the loss, in (0,1) */
} wb_sensitivity_question;

/* One step of one parameter; false `moved`: it could not go there (a share at 0 or 1). The effects
 * are paired differences to the scenario as it is, owned by the result. */
typedef struct wb_sensitivity_side {
    bool moved;
    const wb_measure *event, *es;
    bool event_noise, es_noise; /* the interval of the effect holds 0 */
} wb_sensitivity_side;

typedef struct wb_sensitivity_row {
    const char *id, *name, *step; /* static: "pd", "yearly chance of distress", "x 0.9, x 1.1" */
    wb_sensitivity_side down, up;
    double width; /* of the chance of the event, from the lowest to the highest of the three */
} wb_sensitivity_row;

typedef struct wb_sim_sensitivity {
    wb_sensitivity_row *rows; /* widest first */
    size_t count;
    const wb_measure *event, *es; /* of the scenario as it is */
    wb_sim_comparison *comparison;
    double seconds;
} wb_sim_sensitivity;

/* Two runs for every parameter that the scenario has, and one more. Errors as of wb_sim_run. */
WB_MUST_CHECK wb_code wb_sim_sensitivity_run(wb_sim_sensitivity **sensitivity,
                                             const wb_model *model,
                                             const wb_sensitivity_question *question,
                                             const wb_sim_options *options, wb_error *err);
void wb_sim_sensitivity_free(wb_sim_sensitivity *sensitivity);

#endif
