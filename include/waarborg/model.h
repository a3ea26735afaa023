/*
 * model.h - a validated, resolved scenario: what the engine computes with, and nothing else.
 *
 * Made by scenario.h from YAML and CSV (defaults filled in, tables joined, stresses translated to
 * steps and probabilities) or by a test by hand; read-only afterwards. Money is GMP and exact.
 * Probabilities are doubles. The meaning of every field is in docs/model.md.
 *
 * A model owns everything it points to; wb_model_free releases it.
 */
#ifndef WAARBORG_MODEL_H
#define WAARBORG_MODEL_H

#include "waarborg/opening.h"

enum {
    WB_PROVIDERS_MAX = 2000,
    WB_YEARS_MAX = 50,
    WB_STEPS_MAX = 600,
    WB_REGIONS_MAX = 256,   /* and segments */
    WB_CLUSTERS_MAX = 2000, /* groups and consortia */
    WB_CONTRIBUTIONS_MAX = 32,
    WB_LEVELS_MAX = 32,
    WB_STRESSES_MAX = 64,
    WB_PARTIES_MAX = 2000,
    WB_MERGERS_MAX = 64,
    WB_EFFECTS_MAX = 4096
};
#define WB_NONE UINT32_MAX /* "has no region", "has no class" */
#define WB_PATHS_MAX (UINT64_C(1) << 40)

/* A name with the index its draws are counted by. Arrays of them are sorted by id (strcmp). */
typedef struct wb_name {
    char *id;
    uint64_t index;
} wb_name;

/* Months of support or loss given default, as a distribution over [low, high]. */
typedef enum wb_shape {
    WB_SHAPE_FIXED,
    WB_SHAPE_UNIFORM,
    WB_SHAPE_TRIANGULAR,
    WB_SHAPE_TABLE
} wb_shape;
typedef struct wb_distribution {
    wb_shape shape;
    wb_rate low, base, high; /* FIXED: base; UNIFORM: low, high; TRIANGULAR: all three */
    wb_rate *values;         /* TABLE, ascending */
    wb_rate *weights;        /* TABLE: probabilities, sum exactly 1 */
    uint32_t count;
} wb_distribution;

/* What a distressed provider gets. */
typedef enum wb_pays {
    WB_PAYS_SUPPORT, /* months of revenue, capped, part grant, part loan */
    WB_PAYS_LOAN,    /* `amount` as a loan: no cap, no grant share (YAML: support) */
    WB_PAYS_LOSS,    /* `amount`, final: the provider leaves or is replaced (YAML: loss) */
    WB_PAYS_EXPOSURE /* `amount` x LGD as a grant, final (YAML: exposure) */
} wb_pays;

typedef struct wb_provider {
    char *id;
    uint64_t index;
    wb_pays pays;
    bool eligible;    /* class eligible, or crucial where the class asks it, or no class */
    uint32_t class_;  /* index into classes, or WB_NONE */
    uint32_t region;  /* index into regions, or WB_NONE */
    uint32_t segment; /* index into segments, or WB_NONE */
    wb_money amount;  /* LOAN, LOSS, EXPOSURE */
    wb_money revenue; /* a year; 0 when not given */
    uint64_t clients;
    double loading_national, loading_region,
        loading_segment; /* a, b, c; 0 without region/segment */
    double residual;     /* sqrt(1 - a^2 - b^2 - c^2), computed once here */
    uint32_t *clusters;  /* indexes into clusters, ascending */
    uint32_t cluster_count;
} wb_provider;

typedef struct wb_class {
    char *id;
    wb_distribution months; /* of revenue */
    wb_distribution lgd;    /* the class's own, or the scenario's where `support.lgd` is given */
} wb_class;

/* A group or a consortium: an infection inside it has probability q per source. */
typedef struct wb_cluster {
    char *id; /* "group:concern-a", "consortium:wonen-1" */
    double q;
    uint32_t *members; /* provider indexes, ascending */
    uint32_t member_count;
} wb_cluster;

typedef enum wb_contribution_kind {
    WB_CONTRIBUTES_AMOUNT, /* `amount` a year */
    WB_CONTRIBUTES_RATE,   /* rate x revenue of each healthy provider of at least the minimum */
    WB_CONTRIBUTES_PER_PROVIDER, /* `amount` a year from each healthy provider of at least the
                                    minimum */
    WB_CONTRIBUTES_SHARED /* `amount` a year, divided once over all providers by `key` (revenue or
                             equal); each pays its part while it is healthy */
} wb_contribution_kind;

typedef struct wb_contribution {
    uint32_t group; /* index into groups */
    wb_contribution_kind kind;
    wb_money amount;
    wb_rate rate;
    wb_money minimum_revenue;
    bool start_of_year; /* whole amount in the first step of each year; else in equal parts */
    char *key;          /* under18, revenue, equal or a column; the totals do not depend on it */
    wb_rate *change;    /* per step: factor on what is due (1 without stress), step_count of them */
    wb_money *weights;  /* AMOUNT of the group that has parties: the key of each (party_count), by
                           which what is due in a step is divided; NULL otherwise */
} wb_contribution;

/* Who bears a part of a group's payments (a municipality). Sorted by id. */
typedef struct wb_paying_party {
    char *id;
    char *region; /* NULL: none */
    uint64_t index;
    wb_money weight; /* by which calls and refunds of the group are divided */
} wb_paying_party;

/*
 * A stress on what single payers owe in steps [step_first, step_end): parties of the group that has
 * them, providers where the group's contributions are paid by providers, else the group as one.
 * docs/model.md, "Arrears and refusals".
 */
typedef struct wb_arrears {
    uint32_t step_first, step_end;
    uint32_t group;
    bool *hit;          /* per party or provider; NULL: all of them */
    wb_rate factor;     /* on what is due; 1 */
    double probability; /* that a party pays nothing of it (0 for groups of providers) */
    wb_rate late;       /* share of the rest that comes later; 0 */
    uint32_t delay;     /* steps later */
} wb_arrears;

/* What stresses do to a provider that asks or fails, besides its probability. */
typedef struct wb_effect {
    bool has_months;
    wb_rate months;  /* of revenue, fixed, in place of its class's */
    wb_rate lgd_add; /* added to its loss given default, which stays within 0 and 1 */
    wb_rate extra;   /* share of yearly revenue asked on top: what late payment ties up */
    wb_rate called;  /* share of yearly revenue asked on top when its lenders call their loans */
    double called_probability;
} wb_effect;

/* Providers that become one: if all members are healthy at the start of `step` they leave, and
 * `provider`, which is nobody before, is healthy. Else nothing happens, then or later. */
typedef struct wb_merger {
    uint32_t step;
    uint32_t provider;
    uint32_t *members; /* ascending */
    uint32_t member_count;
} wb_merger;

typedef enum wb_surplus { WB_SURPLUS_REFUND, WB_SURPLUS_HOLIDAY } wb_surplus;

/* A level such as 99.5 %: as text for the result document ("0.995") and exact. */
typedef struct wb_level {
    char text[32];
    wb_rate level;
} wb_level;

/* A stretch of steps in which no stress on providers begins or ends. */
typedef struct wb_phase {
    uint32_t step_first, step_end; /* half open */
    double *pd;                    /* yearly distress probability after stress, per provider */
    uint32_t *effect; /* per provider: index into effects; NULL: effects[0] for all, or none */
} wb_phase;

/* Distress that a stress forces on a provider at a step: it is a primary if it is exposed then. */
typedef struct wb_forced {
    uint32_t step, provider;
    bool failure; /* force: failure: it fails at once, without support */
} wb_forced;

typedef struct wb_model {
    char *name;
    uint8_t blake2b[32]; /* of the canonical resolved scenario with its tables */
    uint64_t seed, paths;
    uint32_t years, steps_per_year, step_count;
    bool has_start;
    wb_date start;
    wb_opening opening;
    uint32_t *opening_provider; /* per opening case: provider index */
    uint32_t *opening_step; /* per opening case: the step (0-based) at which it resolves; loans of
                               one provider are one case that resolves at the latest of them */

    wb_money floor, target, cap, costs; /* costs a year */
    bool has_target, has_cap;
    wb_surplus surplus;
    wb_rate interest;      /* a year */
    wb_rate *interest_at;  /* per step, where a stress changes it; NULL: `interest` in all */
    wb_money *opening_due; /* per step: the instalments of opening.cases that fall in it; the case
                              of a loan is its principal less all of them. NULL: none */

    wb_name *groups; /* contributing and paying groups, sorted */
    uint32_t group_count;
    wb_contribution *contributions; /* in file order */
    uint32_t contribution_count;
    uint32_t party_group;     /* index into groups of the one that has parties, or WB_NONE */
    wb_paying_party *parties; /* sorted by id */
    uint32_t party_count;
    wb_arrears *arrears; /* in file order */
    uint32_t arrears_count;

    bool has_levy, has_obligo, has_backstop; /* has_backstop: in any step */
    wb_money levy_cap;                       /* a horizon year: base x rate, rounded */
    wb_money obligo_cap;                     /* over the horizon */
    wb_money obligo_base; /* what the cap was stated as a share of, to show it so; 0: not known */
    uint32_t levy_group, obligo_group;
    wb_money *backstop_limit; /* per step; 0 where there is none */
    bool *backstop_unlimited; /* per step */
    bool *backstop_stressed;  /* per step: the limit is a stress's; NULL: in none */
    bool backstop_repay;
    bool ruin_absorbs;

    wb_name *regions, *segments; /* sorted */
    uint32_t region_count, segment_count;
    wb_class *classes;
    uint32_t class_count;
    wb_provider *providers; /* sorted by id */
    uint32_t provider_count;
    wb_cluster *clusters;
    uint32_t cluster_count;
    wb_money contagion_minimum; /* source_minimum */
    double peers_multiplier;    /* on the yearly probability of peers of one that failed */
    uint32_t peers_duration;    /* steps; 0: no such contagion */

    uint32_t degrees_of_freedom;   /* of the t copula, 3 to 60; 0: Gaussian */
    double ar1, cure_rho, lgd_rho; /* ar1 a year */
    wb_phase *phases;
    uint32_t phase_count;
    wb_forced *forced; /* by step, then provider */
    uint32_t forced_count;
    wb_effect *effects; /* effects[0], where there are any, changes nothing */
    uint32_t effect_count;
    wb_merger *mergers; /* by step */
    uint32_t merger_count;

    uint32_t term, instalments, extensions, recovery_lag; /* steps; instalments; times; steps */
    wb_rate support_interest, grant_share;
    wb_rate support_cap; /* share of yearly revenue */
    bool has_support_cap;
    double cure, extend, convert, fail_unsupported;
    wb_distribution lgd; /* for providers without a class */
    bool replace;

    wb_level levels[WB_LEVELS_MAX]; /* measures.levels */
    uint32_t level_count;
    wb_money exceed[WB_LEVELS_MAX];
    uint32_t exceed_count;
    wb_level fund_levels[WB_LEVELS_MAX];
    uint32_t fund_level_count;
} wb_model;

/* Storage of the parts, for whoever fills a model: init clears the struct, initialises every amount
 * and rate in it and sets what means "none"; clear releases all it owns. wb_model_free clears every
 * element of every array, so an element counts as soon as it is initialised. */
void wb_distribution_init(wb_distribution *distribution); /* FIXED, 0 */
void wb_distribution_clear(wb_distribution *distribution);
/* Eligible, no class, region or segment, residual 1. */
void wb_provider_init(wb_provider *provider);
void wb_provider_clear(wb_provider *provider);
void wb_class_init(wb_class *class_);
void wb_class_clear(wb_class *class_);
void wb_contribution_init(wb_contribution *contribution);
/* `change` has step_count elements, or is NULL; `weights` has party_count. */
void wb_contribution_clear(wb_contribution *contribution, uint32_t step_count,
                           uint32_t party_count);
void wb_paying_party_init(wb_paying_party *party);
void wb_paying_party_clear(wb_paying_party *party);
void wb_arrears_init(wb_arrears *arrears); /* factor 1, else nothing */
void wb_arrears_clear(wb_arrears *arrears);
void wb_effect_init(wb_effect *effect); /* changes nothing */
void wb_effect_clear(wb_effect *effect);

/* An empty model with every amount initialised and the defaults of docs/model.md; NULL without
 * memory. Arrays are NULL and owned by the model once set (malloc). */
wb_model *wb_model_new(void);
void wb_model_free(wb_model *model);

/* What must hold before the engine may run it (a loader bug otherwise): sorted ids, ranges, sums.
 * WB_E_INTERNAL names the first breach; WB_E_RANGE when the amounts of one path could outgrow the
 * 126 bits in which a path is handed to the tally (amounts of 18 digits and rates out of life). */
WB_MUST_CHECK wb_code wb_model_check(const wb_model *model, wb_error *err);

#endif
