/* reverse.h - the shocks that have a size. */
#ifndef WAARBORG_SIM_REVERSE_SHOCK_H
#define WAARBORG_SIM_REVERSE_SHOCK_H

#include "waarborg/sim_reverse.h"

typedef struct wb_shock {
    const char *key;    /* of a stress; "outer.inner" for a mapping in it */
    int32_t none, most; /* no shock, and the largest that is tried */
    uint32_t steps;     /* of the grid in one unit */
    uint32_t decimals;  /* with which a size is written */
    bool is_rate;
} wb_shock;

/* The shock of "KEY" or "NAME.KEY", or NULL; *name is the length of NAME, 0 without. A name may
 * hold dots. */
const wb_shock *wb_shock_find(const char *vary, size_t *name);

#endif
