/*
 * scenario.h - from a scenario file (YAML and CSV, docs/scenario.md) to a model.
 *
 * Loading never stops at the first error: every error of the file, its bases and its tables is
 * added to the list with its position, and then the load fails as a whole.
 */
#ifndef WAARBORG_SCENARIO_H
#define WAARBORG_SCENARIO_H

#include "waarborg/model.h"

enum {
    WB_SCENARIO_FILE_MAX = 1024 * 1024,
    WB_SCENARIO_DEPTH_MAX = 32,
    WB_SCENARIO_EXTENDS_MAX = 8
};

typedef struct wb_scenario wb_scenario; /* a file and its bases, parsed and checked */

/* Parse and check. *scenario is NULL on failure; notes and warnings go to list too. */
WB_MUST_CHECK wb_code wb_scenario_load(wb_scenario **scenario, const char *path,
                                       wb_diagnostics *list);
void wb_scenario_free(wb_scenario *scenario);

/*
 * The same scenario with a change: `text` is YAML as in a file, such as
 * "fund: {opening: {cash: 1.00}}" or "stress: [{name: shock, pd_multiplier: 2}]". It is checked
 * like a file named "(command line)"; paths in it are relative to the working directory. Mappings
 * are merged key by key, lists and values replace those of the base, but the items of `stress` are
 * merged by name, and new ones come after those of the base. Overrides (below) stay.
 *
 * *changed is the caller's and borrows from base, which must live longer; base is not changed, so
 * that a search may make one after the other. Tables are read again: the cost is about that of
 * wb_scenario_load. Notes are given again too. Whoever holds an opening passes it to
 * wb_scenario_model only when wb_scenario_ledger(*changed) is not NULL: a change may state the
 * cash.
 */
WB_MUST_CHECK wb_code wb_scenario_overlay(wb_scenario **changed, const wb_scenario *base,
                                          const char *text, wb_diagnostics *list);

/*
 * The base with the stresses of all the others, in the order given: what goes wrong in each goes
 * wrong in all. parts[0] is the base and has no stresses; each other is the base but for `name`,
 * `stress` and `run`, or an error in `list` says where it is not; so does it when two stresses have
 * one name. `model` is what the scenario resolved to. The parts must outlive *combined.
 */
typedef struct wb_scenario_part {
    const wb_scenario *scenario;
    const wb_model *model;
} wb_scenario_part;
WB_MUST_CHECK wb_code wb_scenario_combine(wb_scenario **combined, const wb_scenario_part *parts,
                                          size_t count, wb_diagnostics *list);

/*
 * The files that a stress table lists: YAML, as strict as a scenario,
 *
 *     waarborg: stress-table/1
 *     scenarios: [S01.yaml, S02.yaml]
 *
 * with paths relative to the table. Every error of the table is added to list, also a file that is
 * not there; what the files say is for who loads them.
 */
enum { WB_STRESS_TABLE_MAX = 64 };
typedef struct wb_stress_table wb_stress_table;
WB_MUST_CHECK wb_code wb_stress_table_load(wb_stress_table **table, const char *path,
                                           wb_diagnostics *list);
void wb_stress_table_free(wb_stress_table *table);
size_t wb_stress_table_count(const wb_stress_table *table);
const char *wb_stress_table_path(const wb_stress_table *table, size_t index);

/* The directory of the ledger that `fund.opening.from_ledger` names, relative paths resolved
 * against the file that names it; NULL when the scenario states its cash. Borrowed. */
const char *wb_scenario_ledger(const wb_scenario *scenario);

/* Replace run.paths or run.seed (0 paths: keep; seed kept when set_seed is false). */
void wb_scenario_override(wb_scenario *scenario, uint64_t paths, bool set_seed, uint64_t seed);

/*
 * Resolve to a model. `opening` comes from the ledger and is required exactly when
 * wb_scenario_ledger is not NULL; it is copied. *model is the caller's (wb_model_free).
 */
WB_MUST_CHECK wb_code wb_scenario_model(wb_model **model, const wb_scenario *scenario,
                                        const wb_opening *opening, wb_diagnostics *list);

/* One resolved value: its path ("fund.floor"), its text, and where it came from ("base.yaml:12",
 * "default", "ledger", "command line"). */
typedef void wb_scenario_visit(const char *path, const char *value, const char *origin,
                               void *context);

/*
 * Visit every value in the order of the schema, then what a ledger brings, classes and providers
 * (one line each), and what the stresses come to: per stress its steps and its shift of margins,
 * per stretch of steps and class the probability before and after. `opening` as in
 * wb_scenario_model; its errors are returned (the first of them).
 */
WB_MUST_CHECK wb_code wb_scenario_show(const wb_scenario *scenario, const wb_opening *opening,
                                       wb_scenario_visit *visit, void *context, wb_error *err);

#endif
