/*
 * sim_static.h - random static portfolios: one yearly step, losses and exposures, cash for all.
 */
#ifndef WAARBORG_TESTS_SIM_STATIC_H
#define WAARBORG_TESTS_SIM_STATIC_H

#include "tests/sim_models.h"

/* What ties the providers together; flags. */
enum {
    SIM_STATIC_NATIONAL = 1,
    SIM_STATIC_REGION = 2, /* each provider on one of the two, where both are given */
    SIM_STATIC_SEGMENT = 4,
    SIM_STATIC_T = 8,
    SIM_STATIC_LGD_RHO = 16 /* tabled LGD that worsens with Z */
};

/*
 * At most `providers` (1 to that) with losses that are multiples of a random unit of 1 to 100 000
 * cents, exposures with fixed and tabled LGD, some of them forced to fall or to fail, outside, or
 * hit by a stress on LGD. Levels 0.9 and 0.95, four exceedances. The same seed, the same model.
 */
wb_model *sim_static_random(uint64_t seed, uint32_t providers, unsigned dependence);

#endif
