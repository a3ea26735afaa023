/* plan_shape.h - how plan.c makes a distribution ready to be drawn from (plan_draw.c). */
#ifndef WAARBORG_SIM_PLAN_SHAPE_H
#define WAARBORG_SIM_PLAN_SHAPE_H

#include "sim/path.h"

/* False without memory. The distribution must outlive the shape; `cumulative` is the caller's to
 * free. */
bool wb_plan_shape_init(wb_plan_shape *shape, const wb_distribution *distribution);

#endif
