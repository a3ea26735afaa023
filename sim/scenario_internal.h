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
    wb_provider_row *providers;   /* those of the tables, in the classes that the books say */
    const wb_provider_row **rows; /* of them, sorted by id, as the model's providers */
    const wb_party_row **parties; /* sorted by id, as the model's parties */
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

/* Release what is not the model's. */
void wb_resolver_clear(wb_resolver *to);
/* The place of a provider among the rows, or WB_NONE. */
uint32_t wb_resolve_provider_of(const wb_resolver *to, const char *id);

/* The parts of wb_scenario_model, in this order; each stops in silence once `failed`. */
void wb_resolve_rows(wb_resolver *to, const wb_opening *opening); /* providers, rows, parties */
void wb_resolve_parties(wb_resolver *to);                         /* with the weights of lines */
void wb_resolve_providers(wb_resolver *to); /* with classes, regions, segments and clusters */
void wb_resolve_stress(wb_resolver *to);    /* everything that `stress` does */
void wb_resolve_opening(wb_resolver *to, const wb_opening *opening);

/* Parts of wb_resolve_stress. */
struct wb_stress;
void wb_resolve_phases(wb_resolver *to, const struct wb_stress *stresses, uint32_t count);
void wb_resolve_forced(wb_resolver *to, const struct wb_stress *stresses, uint32_t count);
void wb_resolve_mergers(wb_resolver *to, const struct wb_stress *stresses, uint32_t count);
void wb_resolve_payments(wb_resolver *to, const struct wb_stress *stresses, uint32_t count);
/* The yearly probability before any stress: the provider's own, else its class's. */
double wb_stress_base(const wb_resolver *to, const wb_provider_row *row);

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
