/*
 * scenario_table.h - providers, risk classes and municipalities of a scenario as rows.
 *
 * Providers come from a CSV table or from the scenario file itself; either way a value knows its
 * place. Rows keep the order of the file; the model sorts them.
 */
#ifndef WAARBORG_SIM_SCENARIO_TABLE_H
#define WAARBORG_SIM_SCENARIO_TABLE_H

#include "sim/scenario_time.h"
#include "waarborg/csv.h"
#include "waarborg/model.h"

/* Where a value stands: a node of a scenario file or a cell of a table. */
typedef struct wb_place {
    const wb_node *node;
    const wb_csv *csv;
    size_t row, column;
} wb_place;
/* Add err to list at that place. */
void wb_place_report(const wb_place *place, const char *field, wb_error *err, wb_diagnostics *list);
/* "base.yaml:12" or "data/providers.csv:7" */
const char *wb_place_text(char text[WB_FIELD_MAX], const wb_place *place);

/* A table of the scenario: the file it names, the columns it maps, and notes about the rest. */
typedef struct wb_table_view {
    wb_csv *csv;
    const wb_node *columns; /* our name: their name; NULL without */
    const char *prefix;     /* of the schema: "tables.classes[]" */
} wb_table_view;

typedef struct wb_class_row {
    const char *id;
    uint32_t eligible; /* 0 yes, 1 no, 2 crucial */
    wb_rate pd;
    wb_rate months[3], lgd[3]; /* low, base, high */
    bool bad;
} wb_class_row;

typedef struct wb_provider_row {
    const char *id, *class_, *region, *segment, *group; /* NULL where not given */
    const char **consortia;
    uint32_t consortium_count;
    bool has_pd, has_revenue, crucial, bad;
    bool has_loading[3]; /* national, region, segment */
    wb_rate pd, loading[3];
    wb_pays pays;
    wb_money amount, revenue;
    uint64_t clients;
    wb_place place; /* of its id; of a merger's list */
    /* of a provider that a merger makes: rows of the table, and the one with most revenue */
    uint32_t *members;
    uint32_t member_count, lead;
} wb_provider_row;

/* A municipality: one of those who bear what their group pays. */
#define WB_PARTY_GROUP "municipalities"
typedef struct wb_party_row {
    const char *id, *region; /* NULL: none */
    size_t row;
} wb_party_row;

typedef struct wb_tables {
    wb_csv *providers_csv, *classes_csv;
    wb_provider_row *providers; /* those of the file, then those that mergers make */
    uint32_t provider_count;
    bool has_classes; /* a table of classes is named */
    bool classes_read, providers_read;
    wb_class_row *classes;
    uint32_t class_count;
    wb_table_view municipalities; /* csv NULL: none */
    wb_party_row *parties;
    uint32_t party_count;
} wb_tables;

/* Read and check all that a merged tree names. Errors go to list; rows that are wrong are marked.
 */
WB_MUST_CHECK wb_code wb_tables_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                                     wb_diagnostics *list);
void wb_tables_clear(wb_tables *tables);

/* Parts of it: the providers after the classes, then those that mergers make. */
WB_MUST_CHECK wb_code wb_providers_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                                        wb_diagnostics *list);
WB_MUST_CHECK wb_code wb_mergers_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                                      wb_diagnostics *list);
WB_MUST_CHECK wb_code wb_parties_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                                      wb_diagnostics *list);
void wb_provider_row_init(wb_provider_row *row);

/* The row with that id, or NULL. */
const wb_class_row *wb_tables_class(const wb_tables *tables, const char *id);
const wb_provider_row *wb_tables_provider(const wb_tables *tables, const char *id);
/* What divides a group's payments: the amount in a column of the municipalities, or 1.00 for the
 * key `equal`. False when the cell is none; an error then tells why. */
bool wb_tables_weight(wb_money *weight, const wb_tables *tables, const wb_party_row *party,
                      const char *key);
/* Whether the fund would support this provider. */
bool wb_tables_eligible(const wb_tables *tables, const wb_provider_row *row);

/* Whether a provider is hit by a stress's `who` (NULL: everyone). */
bool wb_tables_hit(const wb_provider_row *row, const wb_node *who);
bool wb_tables_hit_party(const wb_party_row *row, const wb_node *who);

/* Whom the keys of a stress are about. */
enum {
    WB_TARGETS_PROVIDERS = 1, /* also as payers */
    WB_TARGETS_PARTIES = 2,   /* municipalities of a table */
    WB_TARGETS_GROUP = 4      /* a group that pays as one */
};
unsigned wb_stress_targets(const wb_node *root, const wb_node *stress);

/* Names in `who` of every stress that nobody bears whom the stress is about. */
void wb_tables_check_who(const wb_tables *tables, const wb_node *root, wb_diagnostics *list);

/* `contagion.peers` that reaches nobody is remarked on. */
void wb_tables_note_peers(const wb_tables *tables, const wb_node *root, wb_diagnostics *list);

/* `support.cure` is required once anyone can get a loan; `loans` says that someone has one. `rows`
 * are the providers as they are at the start (provider_count), or NULL: as in the tables. */
void wb_tables_check_cure(const wb_tables *tables, const wb_provider_row *const *rows,
                          const wb_node *root, bool loans, wb_diagnostics *list);

/* The path of a file that `node` names, relative to the file it stands in. NULL without memory. */
char *wb_scenario_path(wb_arena *arena, const wb_node *node);

/* Open the file of `node`; false when there is none or it cannot be read (reported). */
bool wb_table_open(wb_table_view *view, wb_arena *arena, const wb_node *node, const char *prefix,
                   wb_diagnostics *list);
/* Column of one of our names, or -1. A mapped column that the file lacks is reported once, by
 * wb_table_check_columns. */
ptrdiff_t wb_table_column(const wb_table_view *view, const char *name);
/* A cell as a value that the schema can read. */
wb_node wb_table_cell(const wb_csv *csv, size_t row, ptrdiff_t column);
/* Report what is wrong with the mapping and, in one note, columns that nothing reads. `more` are
 * further names that are read. */
void wb_table_check_columns(const wb_table_view *view, const char *const *more, size_t more_count,
                            wb_diagnostics *list);

#endif
