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
    WB_STRESSES_MAX = 64
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
} wb_contribution;

typedef enum wb_surplus { WB_SURPLUS_REFUND, WB_SURPLUS_HOLIDAY } wb_surplus;

/* A level such as 99.5 %: as text for the result document ("0.995") and exact. */
typedef struct wb_level {
    char text[32];
    wb_rate level;
} wb_level;

/* A stretch of steps in which no provider's yearly probability changes. */
typedef struct wb_phase {
    uint32_t step_first, step_end; /* half open */
    double *pd;                    /* yearly distress probability after stress, per provider */
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
    wb_rate interest;

    wb_name *groups; /* contributing and paying groups, sorted */
    uint32_t group_count;
    wb_contribution *contributions; /* in file order */
    uint32_t contribution_count;

    bool has_levy, has_obligo, has_backstop; /* has_backstop: in any step */
    wb_money levy_cap;                       /* a horizon year: base x rate, rounded */
    wb_money obligo_cap;                     /* over the horizon */
    uint32_t levy_group, obligo_group;
    wb_money *backstop_limit; /* per step; 0 where there is none */
    bool *backstop_unlimited; /* per step */
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

    double ar1, cure_rho, lgd_rho; /* ar1 a year */
    wb_phase *phases;
    uint32_t phase_count;
    wb_forced *forced; /* by step, then provider */
    uint32_t forced_count;

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
/* `change` has step_count elements, or is NULL. */
void wb_contribution_clear(wb_contribution *contribution, uint32_t step_count);

/* An empty model with every amount initialised and the defaults of docs/model.md; NULL without
 * memory. Arrays are NULL and owned by the model once set (malloc). */
wb_model *wb_model_new(void);
void wb_model_free(wb_model *model);

/* What must hold before the engine may run it (a loader bug otherwise): sorted ids, ranges, sums.
 * WB_E_INTERNAL names the first breach; WB_E_RANGE when the amounts of one path could outgrow the
 * 126 bits in which a path is handed to the tally (amounts of 18 digits and rates out of life). */
WB_MUST_CHECK wb_code wb_model_check(const wb_model *model, wb_error *err);

#endif
