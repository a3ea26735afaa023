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
    wb_rate pd;
    wb_pays pays;
    wb_money amount, revenue;
    uint64_t clients;
    wb_place place; /* of its id */
} wb_provider_row;

typedef struct wb_tables {
    wb_csv *providers_csv, *classes_csv, *municipalities_csv;
    wb_provider_row *providers;
    uint32_t provider_count;
    bool has_classes; /* a table of classes is named */
    bool classes_read, providers_read;
    wb_class_row *classes;
    uint32_t class_count;
    ptrdiff_t municipality_id; /* column, or -1 */
} wb_tables;

/* Read and check all that a merged tree names. Errors go to list; rows that are wrong are marked.
 */
WB_MUST_CHECK wb_code wb_tables_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                                     wb_diagnostics *list);
void wb_tables_clear(wb_tables *tables);

/* Part of it: the providers, after the classes. */
WB_MUST_CHECK wb_code wb_providers_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                                        wb_diagnostics *list);

/* The row with that id, or NULL. */
const wb_class_row *wb_tables_class(const wb_tables *tables, const char *id);
const wb_provider_row *wb_tables_provider(const wb_tables *tables, const char *id);
/* Whether the fund would support this provider. */
bool wb_tables_eligible(const wb_tables *tables, const wb_provider_row *row);

/* Whether a provider is hit by a stress's `who` (NULL: everyone). */
bool wb_tables_hit(const wb_provider_row *row, const wb_node *who);
/* Names in `who` of every stress that no provider and no class bears. */
void wb_tables_check_who(const wb_tables *tables, const wb_node *root, wb_diagnostics *list);

/* `support.cure` is required once anyone can get a loan; `loans` says that someone has one. */
void wb_tables_check_cure(const wb_tables *tables, const wb_node *root, bool loans,
                          wb_diagnostics *list);

/* The path of a file that `node` names, relative to the file it stands in. NULL without memory. */
char *wb_scenario_path(wb_arena *arena, const wb_node *node);

/* A table of the scenario: the file it names, the columns it maps, and notes about the rest. */
typedef struct wb_table_view {
    wb_csv *csv;
    const wb_node *columns; /* our name: their name; NULL without */
    const char *prefix;     /* of the schema: "tables.classes[]" */
} wb_table_view;
/* Open the file of `node`; false when there is none or it cannot be read (reported). */
bool wb_table_open(wb_table_view *view, wb_arena *arena, const wb_node *node, const char *prefix,
                   wb_diagnostics *list);
/* Column of one of our names, or -1. A mapped column that the file lacks is reported once, by
 * wb_table_check_columns. */
ptrdiff_t wb_table_column(const wb_table_view *view, const char *name);
/* Report what is wrong with the mapping, columns that are not built, and, in one note, columns that
 * nothing reads. `more` are further names that are read. */
void wb_table_check_columns(const wb_table_view *view, const char *const *more, size_t more_count,
                            wb_diagnostics *list);

#endif
