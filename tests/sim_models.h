/*
 * sim_models.h - models made by hand for tests of the engine: an empty frame to fill in, and
 * random ones that together use every rule.
 */
#ifndef WAARBORG_TESTS_SIM_MODELS_H
#define WAARBORG_TESTS_SIM_MODELS_H

#include "waarborg/model.h"

/* A small, fast stream of numbers that is not the generator under test (splitmix64). */
typedef struct sim_stream {
    uint64_t state;
} sim_stream;
uint64_t sim_next(sim_stream *stream);
uint64_t sim_below(sim_stream *stream, uint64_t limit); /* 0 <= result < limit */
bool sim_chance(sim_stream *stream, uint32_t percent);

/*
 * A model of `providers` providers "p00", "p01", ... that pay nothing (LOSS of 0.00), are never
 * distressed, in one phase, without contributions or layers. Its arrays are there to be changed.
 */
wb_model *sim_model_new(uint32_t years, uint32_t steps_per_year, uint32_t providers);
void sim_set(wb_money *money, int64_t cents);
/* Add a group and return its index; names must come in sorted order. */
uint32_t sim_add_group(wb_model *model, const char *id);
wb_contribution *sim_add_contribution(wb_model *model, wb_contribution_kind kind, uint32_t group,
                                      int64_t cents);
/* A class with fixed months and LGD (percent); returns its index. */
uint32_t sim_add_class(wb_model *model, uint32_t months, uint32_t lgd_percent);
void sim_add_forced(wb_model *model, uint32_t step, uint32_t provider, bool failure);
/* Members ascending. */
uint32_t sim_add_cluster(wb_model *model, double q, const uint32_t *members, uint32_t count);
void sim_add_opening_case(wb_model *model, uint32_t provider, int64_t cents, uint32_t step);
/* One limit for all steps; limit < 0: unlimited. */
void sim_set_backstop(wb_model *model, int64_t limit_cents);

/* How large the amounts of a random model are, by its bound (path.h). */
typedef enum sim_scale {
    SIM_SCALE_SMALL, /* up to some thousands of euros: cents and ties matter */
    SIM_SCALE_REAL,  /* a fund of millions */
    SIM_SCALE_EDGE,  /* just proved safe for int64: the bound lies in 2^61 .. 2^62 */
    SIM_SCALE_BEYOND /* not safe for int64 */
} sim_scale;

/*
 * A random model that passes wb_model_check: up to 12 providers and 24 steps, with any of every
 * kind of pay-out, shape, contribution, layer, dependence, contagion, stress phase, forced
 * distress, opening case, replacement, absorption, holiday and refund. The same seed gives the
 * same model. The caller frees it.
 */
wb_model *sim_model_random(uint64_t seed, sim_scale scale);

/* ---- the rest of the model: sim_features.c ---- */

/* What a full random model may have on top. */
typedef enum sim_feature {
    SIM_T,             /* the t copula */
    SIM_PEERS_MORE,    /* peers whose multiplier is above 1 */
    SIM_PEERS_LESS,    /* and below */
    SIM_MERGERS,       /* of providers */
    SIM_CHAINED,       /* of what a merger made */
    SIM_MONTHS,        /* effects of stresses: months as stated */
    SIM_LGD_ADD,       /* lgd_add */
    SIM_EXTRA,         /* revenue that late payment ties up */
    SIM_CALLED,        /* loans that lenders call */
    SIM_INTEREST,      /* interest by step */
    SIM_SCHEDULES,     /* of opening loans */
    SIM_OBLIGO_CALLED, /* before the start */
    SIM_LEVY_CALLED,   /* before the start */
    SIM_ARREARS,       /* factors on what single payers owe */
    SIM_LATE,          /* shares of it that come later */
    SIM_REFUSALS,      /* parties that pay nothing */
    SIM_FEATURES
} sim_feature;
const char *sim_feature_name(sim_feature feature);

/* A random model as sim_model_random makes it, with any of all that. */
wb_model *sim_model_random_full(uint64_t seed, sim_scale scale);

/* Undo a feature; false when the model does not have it. What else it has stays the same. */
bool sim_strip(wb_model *model, sim_feature feature);

#endif
