/* plan64_parts.h - how the files that make a plan64 share the work; for plan64*.c only. */
#ifndef WAARBORG_SIM_PLAN64_PARTS_H
#define WAARBORG_SIM_PLAN64_PARTS_H

#include "sim/plan64.h"
#include "waarborg/rate.h"

/* calloc that succeeds for a count of 0 too. */
void *wb_plan64_array(size_t count, size_t size);
/* Whether a rate is at least 0 and small enough, and as it is then. */
bool wb_plan64_rate_fits(const wb_rate *rate);
wb_ratio64 wb_ratio64_of(const wb_rate *rate, uint64_t divisor);
/* Amounts are proved small; what only limits is held at WB_INT64_LIMIT, which nothing reaches. */
int64_t wb_plan64_cents(const wb_money *money);
/* Of each pair of the plan's shapes the first is in months; the last stands alone. */
bool wb_plan64_shape_is_months(const wb_plan64 *plan, uint32_t shape);

bool wb_plan64_effects_fit(const wb_model *model);
bool wb_plan64_pay_fits(const wb_model *model);
/* Each makes its part; false without memory. */
bool wb_plan64_make_effects(wb_plan64 *plan);
void wb_plan64_free_effects(wb_plan64 *plan);
bool wb_plan64_make_pay(wb_plan64 *plan); /* after providers and steps */
void wb_plan64_free_pay(wb_plan64 *plan);
/* The model's effect of each provider in step t, or NULL where there is none at all. */
const uint32_t *wb_plan64_effect_in(const wb_plan64 *plan, uint32_t t);

#endif
