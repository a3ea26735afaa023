/*
 * scenario_time.h - the horizon of a scenario as steps, and stretches of time in it.
 */
#ifndef WAARBORG_SIM_SCENARIO_TIME_H
#define WAARBORG_SIM_SCENARIO_TIME_H

#include "sim/scenario_check.h"

typedef struct wb_horizon {
    uint32_t years, steps_per_year, step_count;
    bool has_start;
    wb_date start;
} wb_horizon;

/* From the file; false when years or step cannot be read. The start only when it is given. */
bool wb_horizon_read(wb_horizon *horizon, const wb_node *root);

/* "year", "quarter" or "month". */
const char *wb_horizon_step_name(const wb_horizon *horizon);

/* Whether a simulation can start on that day: the first of a month, or of a calendar quarter when
 * steps are longer. */
bool wb_horizon_fits(const wb_horizon *horizon, wb_date date);
/* The first day after `date` that fits; of a year of steps of a year, 1 January. */
wb_date wb_horizon_after(const wb_horizon *horizon, wb_date date);

/* The step whose end is the first on or after `date` (0 when it is past); step_count when that is
 * beyond the horizon. */
uint32_t wb_horizon_step_of(const wb_horizon *horizon, wb_date date);

/* The steps [first, end) of a stress, cut to the horizon. The error's place is *at. */
WB_MUST_CHECK wb_code wb_horizon_window(uint32_t *first, uint32_t *end, const wb_node **at,
                                        const wb_horizon *horizon, const wb_node *stress,
                                        wb_error *err);

/* Parts of wb_check_whole: months that are no whole number of steps, and every stress. The horizon
 * is NULL when it cannot be read. */
void wb_check_duration(const wb_node *map, const char *path, const char *field,
                       const wb_horizon *horizon, wb_diagnostics *list);
void wb_check_stresses(const wb_node *root, const wb_horizon *horizon, wb_diagnostics *list);

#endif
