/*
 * plan64.h - a plan in int64 cents, for the fast kernels: what wb_plan holds in GMP, laid out for
 * the walk over a path's steps.
 *
 * Only made where wb_model_int64_safe holds: every amount and sum of amounts on any path is below
 * 2^62, and every numerator and denominator below 2^62 too, so that sums of two fit an int64 and
 * products of an amount and a rate fit 126 bits. Limits that nothing can reach are held at 2^62.
 */
#ifndef WAARBORG_SIM_PLAN64_H
#define WAARBORG_SIM_PLAN64_H

#include "sim/path.h"

#define WB_INT64_LIMIT (INT64_C(1) << 62)
#define WB_NEVER UINT32_MAX /* as a step: not healthy again */

typedef struct wb_ratio64 {
    uint64_t n, d; /* d > 0 */
} wb_ratio64;

/* A drawn share or number of months. */
typedef struct wb_shape64 {
    const wb_plan_shape *shape;
    wb_ratio64 fixed;
    wb_ratio64 *values; /* TABLE */
} wb_shape64;

typedef struct wb_provider64 {
    uint64_t index;
    int64_t base; /* revenue (support) or amount (exposure): what a drawn share is applied to */
    int64_t ask;  /* when nothing is drawn */
    int64_t cap;  /* the most that may be asked */
    uint64_t clients;
    const wb_shape64 *drawn; /* months or LGD where the ask is drawn; NULL otherwise */
    const wb_shape64 *lgd;
    const uint32_t *clusters;
    uint32_t cluster_count;
    uint8_t pays; /* wb_pays */
    bool eligible, source;
    bool pays_contribution; /* some slot of it is not 0 */
} wb_provider64;

/* The members of a cluster with what their draws are counted by. */
typedef struct wb_cluster64 {
    const uint32_t *members;
    const double *escape; /* [k] = (1 - q)^k */
    uint32_t *index_low, *index_high;
    uint32_t member_count;
} wb_cluster64;

/* Whom a provider infects when it is the only source: everyone it shares a cluster with, and the
 * word from which on each is infected. */
typedef struct wb_targets64 {
    uint32_t *providers, *index_low, *index_high, *limits;
    uint32_t count;
} wb_targets64;

/*
 * Contributions that depend on who is healthy: for each rule and each different (part of the year,
 * change) there is a slot, the sum over healthy payers of what each owes; a step reads one.
 */
typedef struct wb_payers64 {
    uint32_t contribution, group;
    uint32_t *slot_of; /* per step */
} wb_payers64;

typedef struct wb_step64 {
    int64_t costs;
    int64_t fixed;          /* all contributions of a fixed amount, together */
    int64_t backstop_limit; /* WB_INT64_LIMIT: without end or out of reach */
    bool backstop_limited;
    bool year_start, year_end;
    uint32_t year;
    uint32_t forced_first, forced_end;
} wb_step64;

typedef struct wb_plan64 {
    const wb_plan *plan;
    const wb_model *model;
    uint32_t step_count, provider_count;
    int64_t cash, debt, floor, target, cap, levy_cap, obligo_cap;
    wb_ratio64 interest;      /* per step */
    wb_ratio64 loan_interest; /* per step open */
    wb_ratio64 grant_share;
    bool holiday;
    wb_step64 *steps;
    wb_provider64 *providers;
    wb_shape64 *shapes;
    wb_cluster64 *clusters;
    wb_targets64 *targets; /* per provider; NULL where they would take too much room */
    int64_t *fixed_due;    /* [contribution][step]: of a fixed amount; 0 for payers' rules */
    int64_t *group_due;    /* [group][step + 1]: sums of fixed_due up to the step, exclusive */
    wb_payers64 *payers;
    uint32_t payer_rule_count, slot_count;
    int64_t *slots;         /* [provider][slot] */
    int64_t *slot_start;    /* sums over those healthy at the start */
    uint32_t *healthy_from; /* at the start: 0, or WB_NEVER with an opening case */
    /* Phi(cure_at - cure_slope Z) is where u passes a cut; out of any range where that is unsure */
    double cure_at[3], cure_slope;
} wb_plan64;

/* Whether rates are small enough; the amounts are wb_model_bound's. */
bool wb_plan64_rates_fit(const wb_model *model);

/* WB_E_NOMEM. The plan must outlive it. */
WB_MUST_CHECK wb_code wb_plan64_new(wb_plan64 **plan64, const wb_plan *plan, wb_error *err);
void wb_plan64_free(wb_plan64 *plan64);

/* round(amount x n / d), half away from zero, for an amount of at least 0. */
static inline int64_t wb_share64(int64_t amount, wb_ratio64 ratio)
{
    __extension__ typedef unsigned __int128 product;
    const product x = (product)(uint64_t)amount * ratio.n;
    if ((x >> 63) == 0) {
        const uint64_t q = (uint64_t)x / ratio.d;
        const uint64_t r = (uint64_t)x % ratio.d;
        return (int64_t)(q + (r >= ratio.d - r ? 1 : 0));
    }
    const product q = x / ratio.d;
    const uint64_t r = (uint64_t)(x % ratio.d);
    return (int64_t)(q + (r >= ratio.d - r ? 1 : 0));
}

#endif
