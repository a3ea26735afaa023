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

/* What stresses do to one that asks or fails; see wb_effect. */
typedef struct wb_effect64 {
    bool has_months;
    wb_ratio64 months; /* of a year's revenue */
    wb_ratio64 extra, called;
    uint64_t called_threshold;
    const wb_shape64 *shapes; /* as the plan's, with lgd_add in those of LGD; NULL: the plan's */
} wb_effect64;

/* The plan's shapes of LGD with something added to what they yield. */
typedef struct wb_added64 {
    const wb_rate *add;
    wb_shape64 *shapes;
    wb_plan_shape *drawn;
} wb_added64;

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
    uint32_t
        peers; /* whose probability its failure raises: a cell of (region, segment) or WB_NONE */
    uint32_t cell; /* of its own region and segment, or WB_NONE */
    uint8_t pays;  /* wb_pays */
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
 * change, stresses in force) there is a slot, the sum over healthy payers of what each owes on
 * time, followed by one for what each stress makes late; a step reads one such row.
 */
typedef struct wb_payers64 {
    uint32_t contribution, group;
    uint32_t *slot_of; /* per step */
} wb_payers64;

/* Stresses on payers that are in force together on one group, in the order of the file. */
typedef struct wb_arrears_set64 {
    uint32_t *members; /* indexes into the model's arrears */
    uint32_t count;
} wb_arrears_set64;

/* What each party owes of a line in a step, where it refuses nothing. */
typedef struct wb_parts64 {
    uint32_t set; /* of stresses */
    int64_t due;  /* what was divided */
    int64_t on_total;
    int64_t *on;   /* on time */
    int64_t *late; /* [place in the set][party] */
} wb_parts64;

typedef struct wb_step64 {
    int64_t costs;
    int64_t fixed; /* all contributions of a fixed amount, together, with what of them is late */
    int64_t backstop_limit; /* WB_INT64_LIMIT: without end or out of reach */
    bool backstop_limited;
    bool year_start, year_end;
    uint32_t year;
    uint32_t forced_first, forced_end;
    uint32_t merger_first, merger_end;
    wb_ratio64 interest;
    const uint32_t *effect; /* per provider; NULL: no effects in this step */
} wb_step64;

typedef struct wb_plan64 {
    const wb_plan *plan;
    const wb_model *model;
    uint32_t step_count, provider_count;
    int64_t cash, debt, levy_called, obligo_called; /* at the start */
    int64_t floor, target, cap, levy_cap, obligo_cap;
    wb_ratio64 loan_interest; /* per step open */
    wb_ratio64 grant_share;
    bool holiday;
    wb_step64 *steps;
    wb_provider64 *providers;
    wb_shape64 *shapes;
    wb_effect64 *effects;
    wb_added64 *added; /* per different lgd_add */
    uint32_t added_count;
    uint32_t cell_count;  /* regions x segments where failures raise their peers, else 0 */
    int64_t *opening_due; /* per step; NULL: none */
    wb_cluster64 *clusters;
    wb_targets64 *targets; /* per provider; NULL where they would take too much room */
    /* contributions of fixed amounts where nobody refuses: late ones count when they come */
    int64_t *fixed_due;  /* [contribution][step]: on time; 0 for payers' rules */
    int64_t *fixed_late; /* [group][step]: late */
    int64_t *group_due;  /* [group][step + 1]: sums of both up to the step, exclusive */
    wb_payers64 *payers;
    uint32_t payer_rule_count, slot_count;
    int64_t *slots;      /* [provider][slot] */
    int64_t *slot_start; /* sums over those healthy at the start */
    /* arrears and refusals; sets[0] is empty, set_of NULL without any */
    wb_arrears_set64 *sets;
    uint32_t set_count;
    uint32_t *set_of;            /* [group][step] */
    bool late_varies;            /* what comes late differs from path to path */
    uint32_t *refusal_of;        /* per arrears: a number for those that parties refuse; WB_NONE */
    uint64_t *refusal_threshold; /* per arrears */
    uint32_t refusal_count;
    uint32_t *refusal_low, *refusal_high; /* what the parties' draws are counted by */
    /* parties that differ */
    uint32_t *party_lines; /* contributions that they divide */
    uint32_t party_line_count;
    wb_parts64 *parts;
    uint32_t parts_count;
    uint32_t *parts_of;     /* [line][step] */
    int64_t *party_paid;    /* [step + 1][party]: all before the step, where nobody refuses */
    int64_t *party_weights; /* of calls and refunds */
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
