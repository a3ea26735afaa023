/* subset.h - a model of the risk alone, of all providers or of some. */
#ifndef WAARBORG_SIM_SUBSET_H
#define WAARBORG_SIM_SUBSET_H

#include "sim/variant.h"

/*
 * In place: a fund that pays everything that is asked, from a backstop without end, and has nothing
 * else: no cash, contributions, costs, floor, cap, or loans that are out already.
 */
void wb_subset_risk(wb_variant *variant);

/* In place: only the providers for which `wanted` is true. Infection reaches and comes from none of
 * the others; a merger of some of both does not happen. Draws are the same, being by id. The model
 * must have gone through wb_subset_risk. */
void wb_subset_providers(wb_variant *variant, const bool *wanted);

#endif
