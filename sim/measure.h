/* measure.h - from a tally to the figures of the result document, each with its 95 % interval. */
#ifndef WAARBORG_SIM_MEASURE_H
#define WAARBORG_SIM_MEASURE_H

#include "sim/sorted.h"

/* Fill result->measures and count, in the order of docs/model.md. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_measure_all(wb_sim_result *result, const wb_model *model,
                                     const wb_tally *tally, wb_error *err);
/* What the group that has parties bears: fills at most `room` items and says how many; none without
 * parties. `sorted` is scratch. */
size_t wb_measure_cost_room(const wb_model *model);
WB_MUST_CHECK wb_code wb_measure_cost(wb_measure *items, size_t *count, const wb_model *model,
                                      const wb_tally *tally, wb_sorted *sorted, wb_error *err);
void wb_measures_free(wb_measure *measures, size_t count);

#endif
