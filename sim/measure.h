/* measure.h - from a tally to the figures of the result document, each with its 95 % interval. */
#ifndef WAARBORG_SIM_MEASURE_H
#define WAARBORG_SIM_MEASURE_H

#include "sim/tally.h"

/* Fill result->measures and count, in the order of docs/model.md. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_measure_all(wb_sim_result *result, const wb_model *model,
                                     const wb_tally *tally, wb_error *err);
void wb_measures_free(wb_measure *measures, size_t count);

#endif
