/*
 * scenario_internal.h - a loaded scenario, for the files that resolve, hash and show it.
 */
#ifndef WAARBORG_SIM_SCENARIO_INTERNAL_H
#define WAARBORG_SIM_SCENARIO_INTERNAL_H

#include "sim/scenario_table.h"
#include "waarborg/scenario.h"

struct wb_scenario {
    wb_arena arena;
    wb_node *root; /* the file over its bases */
    char *ledger;  /* of fund.opening.from_ledger; NULL without */
    wb_tables tables;
    uint64_t paths; /* of the command line; 0: as in the file */
    bool set_seed;
    uint64_t seed;
};

/* Read a file into the arena; its text starts after a byte order mark. Messages stand at the value
 * that names the file, `from`, where there is one. */
WB_MUST_CHECK wb_code wb_scenario_source(wb_source **source, wb_arena *arena, const char *path,
                                         const wb_node *from, wb_diagnostics *list);
/* The tree is complete: check it with its tables, and see that it resolves. `first` and `errors`
 * are the messages before this scenario's own. */
WB_MUST_CHECK wb_code wb_scenario_finish(wb_scenario *loaded, size_t first, size_t errors,
                                         wb_diagnostics *list);

/* What a model is made from, and where the making goes wrong. */
typedef struct wb_resolver {
    const wb_scenario *scenario;
    wb_model *model;
    wb_horizon horizon;
    const wb_provider_row **rows; /* sorted by id, as the model's providers */
    wb_diagnostics *list;
    bool failed; /* an error was added to the list */
} wb_resolver;

/* `count` zeroed elements of the model's own, or NULL and failed. Never of size 0. */
void *wb_resolve_array(wb_resolver *to, size_t count, size_t size);
void wb_resolve_no_memory(wb_resolver *to);
char *wb_resolve_text(wb_resolver *to, const char *text);
/* Sorted distinct names with their indexes; a collision of indexes is an error where
 * draws are counted by them: `what` names them then, and is NULL where they are not. */
wb_name *wb_resolve_names(wb_resolver *to, const char **ids, uint32_t count, uint32_t *distinct,
                          const char *what);
/* The place of an id in sorted names; it must be there. */
uint32_t wb_resolve_find(const wb_name *names, uint32_t count, const char *id);

/* The parts of wb_scenario_model, in this order; each stops in silence once `failed`. */
void wb_resolve_providers(wb_resolver *to); /* with classes, regions, segments and clusters */
void wb_resolve_rows(wb_resolver *to);      /* the rows of the providers, sorted; a part of it */
void wb_resolve_stress(wb_resolver *to);    /* phases, forced, changes, backstop limits */

/* A stress on providers, as numbers. */
typedef struct wb_stress_effect {
    const wb_node *node;
    uint32_t first, end;
    bool has_tariff, has_multiplier;
    wb_rate loss;       /* of margin: -tariff x (1 - cost_follow) */
    wb_rate multiplier; /* 1 without */
} wb_stress_effect;
/* All stresses of the file; false when one has no window (reported). Clear with the next. */
bool wb_stress_read(wb_stress_effect **effects, uint32_t *count, wb_resolver *to);
void wb_stress_clear(wb_stress_effect *effects, uint32_t count);
/* As bits: the stresses that shift the probability of a provider; those in force in a step. */
uint64_t wb_stress_hits(const wb_stress_effect *effects, uint32_t count,
                        const wb_provider_row *row);
uint64_t wb_stress_in_force(const wb_stress_effect *effects, uint32_t count, uint32_t step);
/* The yearly probability before any stress: the provider's own, else its class's. */
double wb_stress_base(const wb_resolver *to, const wb_provider_row *row);
/* The yearly probability of a provider under the stresses of `mask` (bit s: stress s is in force
 * and hits it); also the summed loss of margin and the product of multipliers, which may be NULL.
 */
double wb_stress_probability(double pd, const wb_stress_effect *effects, uint64_t mask,
                             const wb_rate *margin_sd, wb_rate *loss, wb_rate *multiplier);

/* BLAKE2b-256 of the canonical scenario: every value but run, file names and the order of rows. */
WB_MUST_CHECK wb_code wb_scenario_hash(uint8_t hash[32], const wb_scenario *scenario,
                                       const wb_model *model, wb_error *err);
/* The canonical text itself; the caller frees it. NULL without memory. */
char *wb_scenario_canonical(const wb_scenario *scenario, const wb_model *model);

enum { WB_VALUE_MAX = 256 };
/* A scalar in one form: amounts with two decimals, rates as decimals, durations in steps, periods
 * as dates. */
const char *wb_scenario_value(char text[WB_VALUE_MAX], const wb_schema_key *key,
                              const wb_node *node, uint32_t steps_per_year);
/* Whether a default of this key means something beside the other keys of its mapping. */
bool wb_scenario_applies(const wb_schema_key *key, const wb_node *map);
/* Whether a mapping that is absent still has defaults (a layer that is absent has not). */
bool wb_scenario_absent_map(const wb_schema_key *key);

#endif
