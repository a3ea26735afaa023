/*
 * path.h - one path of a model: what every kernel precomputes, and what it hands to the tally.
 *
 * A kernel is a function from (plan, path number, opening cash) to a wb_path_result. The reference
 * kernel (kernel_gmp.c) follows docs/model.md line by line with all money in GMP; the fast ones
 * must give the same result on every path. Everything here is internal to sim/.
 *
 * Why 128 bits are enough for one path: wb_model_check refuses a model whose wb_model_bound, an
 * upper bound in GMP on every balance, flow and cumulative sum of any path, reaches 2^126.
 */
#ifndef WAARBORG_SIM_PATH_H
#define WAARBORG_SIM_PATH_H

#include "waarborg/model.h"
#include "waarborg/numeric.h"
#include "waarborg/sim.h"
#include "waarborg/waterfall.h"

__extension__ typedef __int128 wb_wide;
__extension__ typedef unsigned __int128 wb_uwide;

enum { WB_BOUND_BITS = 126 };

/*
 * An upper bound on the magnitude of every amount that occurs on any path, and of every sum of
 * amounts of one kind over a path (see bound.c for the argument). `opening_cash` replaces the
 * model's where it is not NULL. The int64 kernels are allowed when it is below 2^62.
 */
void wb_model_bound(wb_money *bound, const wb_model *model, const wb_money *opening_cash);

/* ---- the plan: read-only, shared by threads and kernels ---- */

/* Providers of equal yearly probability, loadings, region and segment in a phase: one threshold for
 * all of them. Distress when a 32-bit word is below it. */
typedef struct wb_plan_group {
    bool fixed;         /* the threshold does not depend on the factors */
    uint64_t threshold; /* fixed: floor(p 2^32), 0 to 2^32 */
    /* else Phi(((q s - a Z) - b R) - c S), each already divided by the residual */
    double q, a, b, c;
    uint32_t region, segment; /* WB_NONE: the factor is 0 */
} wb_plan_group;

typedef struct wb_plan_phase {
    uint32_t step_first, step_end;
    wb_plan_group *groups;
    uint32_t group_count;
    uint32_t *group_of;  /* per provider */
    uint32_t *raised_of; /* per provider, while its peers raise it; group_of where they cannot */
} wb_plan_phase;

/* A distribution ready to be drawn from: docs/model.md, "Drawn factors". */
typedef struct wb_plan_shape {
    wb_shape shape;               /* FIXED also where low = high */
    const wb_distribution *rates; /* exact values: FIXED `fixed`, TABLE values[i] */
    const wb_rate *fixed;
    double low, high;
    double cut;             /* TRIANGULAR: (base - low) / (high - low) */
    double rising, falling; /* TRIANGULAR: (high-low)(base-low), (high-low)(high-base) */
    double *cumulative;     /* TABLE: count of them, the last is 1 */
    uint32_t count;
    double add; /* lgd_add: on a drawn value, which then stays within 0 and 1; else 0 */
} wb_plan_shape;

typedef struct wb_plan_provider {
    bool draws_amount; /* SUPPORT with drawn months, EXPOSURE with drawn LGD */
    wb_money ask;      /* what is asked when nothing is drawn; capped */
    wb_money cap;      /* SUPPORT with has_cap: the most that may be asked */
    bool has_cap;
    bool source;    /* large enough to infect others */
    uint32_t peers; /* region x segments + segment: whom its failure raises; WB_NONE */
    const wb_plan_shape *months, *lgd;
} wb_plan_provider;

/* A payer of a contribution by provider: what is due in step k of a year, before `change`. */
typedef struct wb_plan_payer {
    uint32_t provider;
    wb_money yearly;
} wb_plan_payer;

/* The opening cases of one provider, as one. Ascending provider. */
typedef struct wb_plan_opening {
    uint32_t provider, step; /* step: when it resolves; may lie after the horizon */
    wb_money principal;
} wb_plan_opening;

typedef struct wb_plan_contribution {
    wb_plan_payer *payers; /* RATE and PER_PROVIDER; ascending provider */
    uint32_t payer_count;
} wb_plan_contribution;

typedef struct wb_plan {
    const wb_model *model;        /* borrowed */
    double ar1, innovation;       /* per step: phi and sqrt(1 - phi^2) */
    double cure_factor, cure_own; /* sqrt(cure_rho), sqrt(1 - cure_rho) */
    double lgd_factor, lgd_own;
    double cured_above, extended_above, converted_above; /* U > each, in this order */
    uint64_t fail_threshold;                             /* of fail_unsupported */
    wb_plan_phase *phases;
    uint32_t phase_count;
    uint32_t *phase_of;    /* per step */
    wb_plan_shape *shapes; /* months and lgd of each class (2 each), then the model's lgd */
    uint32_t shape_count;
    wb_plan_provider *providers;
    uint32_t peer_count; /* regions x segments where peers are raised; else 0 */
    double **escape;     /* per cluster: escape[c][k] = (1-q)^k, k = 0..member_count */
    wb_plan_opening *opening;
    uint32_t opening_count;
    wb_plan_contribution *contributions;
} wb_plan;

/* The model must have passed wb_model_check and must outlive the plan. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_plan_new(wb_plan **plan, const wb_model *model, wb_error *err);
void wb_plan_free(wb_plan *plan);

/* The factors of a step: Z, then one per region, then one per segment (1 + regions + segments
 * doubles), updated in place; t = 0 draws them fresh. */
void wb_plan_factors(const wb_plan *plan, uint64_t path, uint32_t t, double *factors);
/* The scale s of the step: 1 without the t copula. */
double wb_plan_scale(const wb_plan *plan, uint64_t path, uint32_t t);
/* The threshold of a group under these factors and this scale. */
uint64_t wb_plan_threshold(const wb_plan *plan, const wb_plan_group *group, const double *factors,
                           double scale);
/* U of a case that resolves, and U of a loss: docs/model.md, "Cure" and "Loss given default". */
double wb_plan_cure(const wb_plan *plan, uint64_t path, uint32_t t, uint64_t index, double z);
double wb_plan_lgd(const wb_plan *plan, uint64_t path, uint32_t t, uint64_t index, double z);
/* A value of a drawn shape at U. For UNIFORM and TRIANGULAR the factor F = floor(f 2^32) goes to
 * *factor and NULL is returned; for FIXED and TABLE the exact rate is returned. */
const wb_rate *wb_plan_draw(const wb_plan_shape *shape, double u, uint64_t *factor);

/* What the stresses of step t do to a provider; NULL: nothing. */
const wb_effect *wb_plan_effect(const wb_plan *plan, uint32_t t, uint32_t provider);

/* ---- the result of a path ---- */

/* By year means an array of model->years. All sums are exact. */
typedef struct wb_path_result {
    uint32_t years, groups;
    uint32_t parties;   /* of party_cost */
    uint32_t providers; /* of provider_loss */
    wb_wide loss, need;
    uint32_t event[WB_EVENT_COUNT]; /* first step at which it happened, or WB_NONE */
    wb_wide *loss_by_year;
    wb_wide *fund; /* balance at the end of each year; 0 once absorbed by ruin */
    wb_wide *levy, *obligo, *backstop; /* called, by year */
    wb_wide *contribution;             /* [group * years + year]: received */
    uint64_t *cases, *failures, *silent_defaults, *young_people; /* by year */
    wb_wide cost;           /* of the group that has parties; 0 without */
    wb_wide *party_cost;    /* per party, where wb_model_parties_differ; NULL otherwise */
    wb_wide *provider_loss; /* per provider: its part of `loss`; NULL unless kept */
    uint32_t *losers;       /* those whose part is not 0, each once; with provider_loss */
    uint32_t loser_count;
} wb_path_result;
/* One allocation; false without memory. wb_path_result_reset zeroes it and sets the events to
 * WB_NONE: a kernel does that first. */
bool wb_path_result_init(wb_path_result *result, const wb_model *model);
/* From now on kernels fill provider_loss too; false without memory. */
bool wb_path_result_keep_losses(wb_path_result *result, const wb_model *model);
void wb_path_result_reset(wb_path_result *result);
/* Part of the loss, more than 0, is provider i's; nothing where losses are not kept. */
static inline void wb_path_result_lose(wb_path_result *result, uint32_t i, wb_wide amount)
{
    if (result->provider_loss == NULL || amount == 0) return;
    if (result->provider_loss[i] == 0) result->losers[result->loser_count++] = i;
    result->provider_loss[i] += amount;
}
void wb_path_result_clear(wb_path_result *result);

/* Whether what parties pay depends on more than their weights: a stress on single payers hits the
 * group that has them. */
bool wb_model_parties_differ(const wb_model *model);

void wb_wide_set(mpz_t z, wb_wide value);
/* Asserts that it fits. */
wb_wide wb_wide_get(const mpz_t z);

/*
 * The reference kernel. `opening_cash` replaces the model's where it is not NULL; `trace` is NULL
 * or step_count records. WB_E_NOMEM only.
 */
WB_MUST_CHECK wb_code wb_kernel_gmp_path(const wb_plan *plan, uint64_t path,
                                         const wb_money *opening_cash, wb_path_result *out,
                                         wb_step_record *trace, wb_error *err);

/* The same, telling of every movement of money (walk.h). */
typedef struct wb_trace wb_trace;
WB_MUST_CHECK wb_code wb_kernel_gmp_tell(const wb_plan *plan, uint64_t path, wb_path_result *out,
                                         wb_trace *trace, wb_error *err);

#endif
