/* sensitivity.h - the parameters that a sensitivity moves, and how far. */
#ifndef WAARBORG_SIM_SENSITIVITY_TABLE_H
#define WAARBORG_SIM_SENSITIVITY_TABLE_H

#include "sim/variant.h"

typedef struct wb_sensitivity_parameter {
    const char *id, *name, *step;
    /* Move it down (-1) or up (1) in the variant; false: the scenario does not have it, or it is at
     * its end there. */
    bool (*move)(wb_variant *variant, int direction);
} wb_sensitivity_parameter;

/* In the order in which equals are shown. */
extern const wb_sensitivity_parameter wb_sensitivity_parameters[];
extern const size_t wb_sensitivity_parameter_count;

#endif
