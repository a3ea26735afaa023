/* walk64_internal.h - the state of a path while walk64.c walks it, for its two files only. */
#ifndef WAARBORG_SIM_WALK64_INTERNAL_H
#define WAARBORG_SIM_WALK64_INTERNAL_H

#include "sim/walk64.h"

typedef enum wb_outcome64 { WB_CURED, WB_EXTENDED, WB_CONVERTED, WB_FAILED } wb_outcome64;

typedef struct path64 {
    wb_walk64 *walk;
    const wb_draws *draws;
    wb_path_result *out;
    uint64_t path;
    uint32_t lane;
    uint32_t t;
    const wb_step64 *step;
    int64_t cash, debt, levy_used, obligo_used, need, need_most;
    int64_t party_refund; /* so far, of the group that has parties */
    /* of the step */
    int64_t opening, interest, contributions, costs, repaid, recovered, loan_interest;
    int64_t support_paid, levy, obligo, backstop, unmet, backstop_repaid, refunded, loss;
    uint32_t primaries, infected, supported, failed, cured, converted, extended;
} path64;

/* Step 2: interest, contributions and costs. */
void wb_walk64_income(path64 *p);
/* Provider i pays contributions again, or no more, from the next step (at a merger: this one). */
void wb_walk64_add_payer(path64 *p, uint32_t i);
void wb_walk64_take_payer(path64 *p, uint32_t i);
static inline void wb_walk64_payer_returns(path64 *p, uint32_t i)
{
    if (p->walk->plan->providers[i].pays_contribution) wb_walk64_add_payer(p, i);
}
static inline void wb_walk64_payer_stops(path64 *p, uint32_t i)
{
    if (p->walk->plan->providers[i].pays_contribution) wb_walk64_take_payer(p, i);
}
/* The part of p->refunded that goes to the group that has parties. */
void wb_walk64_refund(path64 *p);
/* What the income phase does before the first step and after the last, `steps` of them walked. */
void wb_walk64_begin_pay(wb_walk64 *w);
void wb_walk64_end_pay(path64 *p, uint32_t steps);

/* What stresses do in this step to provider i; NULL: nothing. */
static inline const wb_effect64 *wb_walk64_effect(const path64 *p, uint32_t i)
{
    if (p->step->effect == NULL || p->step->effect[i] == 0) return NULL;
    return &p->walk->plan->effects[p->step->effect[i]];
}
/* What a provider that gets support asks then. */
int64_t wb_walk64_ask_under(const path64 *p, const wb_effect64 *effect, uint32_t i);

/* Marks from 1 again, when the counter has gone round. */
void wb_walk64_restart_stamps(wb_walk64 *w);

/* Steps 4 and 5: fill walk->distressed, in order of providers. */
void wb_walk64_distress(path64 *p);

/* How a case of provider i resolves now. */
wb_outcome64 wb_draw_outcome64(const path64 *p, uint32_t i);

/* round(amount x share), the share drawn at the provider's uniform: months when divisor is 12 (the
 * share is of a twelfth), else LGD. */
int64_t wb_draw_share64(const path64 *p, const wb_shape64 *shape, int64_t amount, uint32_t divisor,
                        uint32_t i);

#endif
