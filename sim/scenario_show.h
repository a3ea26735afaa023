/*
 * scenario_show.h - the two halves of `scenario show`: values with their origin, and stresses.
 */
#ifndef WAARBORG_SIM_SCENARIO_SHOW_H
#define WAARBORG_SIM_SCENARIO_SHOW_H

#include "sim/scenario_internal.h"

enum { WB_SHOW_LINE = 1024 };

typedef struct wb_viewer {
    const wb_scenario *scenario;
    wb_scenario_visit *visit;
    void *context;
    uint32_t steps_per_year;
} wb_viewer;

/* "base.yaml:12" */
const char *wb_show_origin(char text[WB_FIELD_MAX], const wb_node *node);

/* What every stress comes to, key by key; then, per stretch of steps and class, each probability on
 * its way. `to` holds the model and its rows; it fails only without memory. */
void wb_show_stress(const wb_viewer *view, wb_resolver *to);

#endif
