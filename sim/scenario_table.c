/* scenario_table.c - the CSV tables a scenario names: files, columns, risk classes. */
#include "sim/scenario_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void wb_place_report(const wb_place *place, const char *field, wb_error *err, wb_diagnostics *list)
{
    if (place->node != NULL) {
        wb_node_report(place->node, false, field, err, list);
    } else {
        wb_csv_report(place->csv, place->row, place->column, err, list);
    }
}

const char *wb_place_text(char text[WB_FIELD_MAX], const wb_place *place)
{
    const char *path = place->node != NULL ? place->node->source->path : wb_csv_path(place->csv);
    const uint32_t line = place->node != NULL
                              ? place->node->line
                              : wb_csv_at(place->csv, place->row, place->column).line;
    (void)snprintf(text, WB_FIELD_MAX, "%.110s:%u", path, (unsigned)line);
    return text;
}

char *wb_scenario_path(wb_arena *arena, const wb_node *node)
{
    const char *base = node->source->path;
    const char *slash = strrchr(base, '/');
    const size_t folder = slash == NULL || node->text[0] == '/' ? 0 : (size_t)(slash - base) + 1;
    char *path = wb_arena_new(arena, folder + node->size + 1);
    if (path == NULL) return NULL;
    memcpy(path, base, folder);
    memcpy(path + folder, node->text, node->size);
    return path;
}

bool wb_table_open(wb_table_view *view, wb_arena *arena, const wb_node *node, const char *prefix,
                   wb_diagnostics *list)
{
    *view = (wb_table_view){.prefix = prefix};
    if (node == NULL || node->bad) return false;
    const wb_node *file = node;
    wb_error err = {0};
    if (node->kind == WB_NODE_MAP) {
        file = wb_node_child(node, "file");
        view->columns = wb_node_child(node, "columns");
        if (view->columns != NULL && view->columns->kind != WB_NODE_MAP) view->columns = NULL;
        if (file == NULL) {
            (void)wb_fail(&err, WB_E_MISSING, "'file' is missing");
            wb_error_hint(&err, "write {file: PATH, columns: {...}}");
            wb_node_report(node, true, NULL, &err, list);
        }
    }
    if (file == NULL || file->bad || file->kind != WB_NODE_SCALAR) return false;
    const char *path = wb_scenario_path(arena, file);
    struct stat found;
    if (path == NULL) {
        (void)wb_fail(&err, WB_E_NOMEM, "no memory to read a table");
        wb_node_report(file, false, NULL, &err, list);
        return false;
    }
    if (stat(path, &found) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        (void)wb_fail(&err, WB_E_REFERENCE, "no file '%.200s'", path);
        wb_error_hint(&err, "paths are relative to the file that names them");
        wb_node_report(file, false, NULL, &err, list);
        return false;
    }
    return wb_csv_open(&view->csv, path, ',', list) == WB_OK;
}

ptrdiff_t wb_table_column(const wb_table_view *view, const char *name)
{
    const wb_node *mapped = wb_node_child(view->columns, name);
    if (mapped != NULL && mapped->bad) return -1;
    return wb_csv_column(view->csv, mapped != NULL ? mapped->text : name);
}

static bool read_name(const wb_table_view *view, const char *name, const char *const *more,
                      size_t more_count)
{
    if (wb_schema_under(view->prefix, name) != NULL) return true;
    for (size_t i = 0; i < more_count; i++) {
        if (strcmp(more[i], name) == 0) return true;
    }
    return false;
}

static void check_mapping(const wb_table_view *view, const char *const *more, size_t more_count,
                          wb_diagnostics *list)
{
    enum { NAMES_MAX = WB_CSV_COLUMNS_MAX };
    const wb_node *first = view->columns != NULL ? view->columns->first : NULL;
    for (const wb_node *node = first; node != NULL; node = node->next) {
        wb_error err = {0};
        const char *names[NAMES_MAX];
        size_t count = 0;
        if (node->bad) continue;
        if (!read_name(view, node->key->text, more, more_count)) {
            for (size_t i = 0; i < wb_schema_count && count < NAMES_MAX; i++) {
                const char *name = wb_schema_child(&wb_schema[i], view->prefix);
                if (name != NULL) names[count++] = name;
            }
            (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "nothing reads a column '%.80s'",
                          node->key->text);
            const char *nearest = wb_nearest_word(node->key->text, names, count);
            if (nearest != NULL) wb_error_hint(&err, "did you mean '%s'?", nearest);
            wb_node_report(node, true, NULL, &err, list);
        } else if (wb_csv_column(view->csv, node->text) < 0) {
            for (size_t c = 0; c < wb_csv_column_count(view->csv); c++)
                names[count++] = wb_csv_header(view->csv, c).text;
            (void)wb_fail(&err, WB_E_MISSING, "'%.120s' has no column '%.80s'",
                          wb_csv_path(view->csv), node->text);
            const char *nearest = wb_nearest_word(node->text, names, count);
            if (nearest != NULL) wb_error_hint(&err, "did you mean '%s'?", nearest);
            wb_node_report(node, false, NULL, &err, list);
        }
    }
}

/* Whether column c is read: under its own name, or as the target of the mapping. */
static bool column_is_read(const wb_table_view *view, size_t c, const char *const *more,
                           size_t more_count)
{
    const char *name = wb_csv_header(view->csv, c).text;
    const wb_node *first = view->columns != NULL ? view->columns->first : NULL;
    for (const wb_node *node = first; node != NULL; node = node->next) {
        if (strcmp(node->text, name) == 0) return true;
    }
    return wb_node_child(view->columns, name) == NULL && read_name(view, name, more, more_count);
}

void wb_table_check_columns(const wb_table_view *view, const char *const *more, size_t more_count,
                            wb_diagnostics *list)
{
    check_mapping(view, more, more_count, list);
    char names[240] = "";
    uint32_t count = 0;
    for (size_t c = 0; c < wb_csv_column_count(view->csv); c++) {
        const char *name = wb_csv_header(view->csv, c).text;
        if (!column_is_read(view, c, more, more_count)) {
            const size_t used = strlen(names);
            (void)snprintf(names + used, sizeof names - used, "%s%s", count > 0 ? ", " : "", name);
            count++;
        }
    }
    if (count == 0) return;
    wb_error note = {0};
    (void)wb_fail(&note, WB_E_UNKNOWN_KEY, "%u column%s not read: %s%s", (unsigned)count,
                  count == 1 ? " is" : "s are", names,
                  strlen(names) + 1 == sizeof names ? "..." : "");
    note.severity = WB_NOTE;
    wb_error_at(&note, wb_csv_path(view->csv), wb_csv_header(view->csv, 0).line, NULL);
    wb_diagnostics_add(list, &note);
}

wb_node wb_table_cell(const wb_csv *csv, size_t row, ptrdiff_t column)
{
    const wb_csv_cell cell = wb_csv_at(csv, row, (size_t)column);
    return (wb_node){.kind = WB_NODE_SCALAR, .text = cell.text, .size = cell.size};
}

enum { CLASS_COLUMNS = 9, CLASSES_MAX = 1000 };
static const char *const class_columns[CLASS_COLUMNS] = {"id",         "eligible",    "pd",
                                                         "months_low", "months_base", "months_high",
                                                         "lgd_low",    "lgd_base",    "lgd_high"};

static void class_init(wb_class_row *row)
{
    wb_rate_init(&row->pd);
    for (size_t i = 0; i < 3; i++) {
        wb_rate_init(&row->months[i]);
        wb_rate_init(&row->lgd[i]);
    }
}

/* low <= base <= high */
static void check_triangle(const wb_table_view *view, size_t row, const wb_rate values[3],
                           const ptrdiff_t columns[3], wb_diagnostics *list)
{
    for (size_t i = 1; i < 3; i++) {
        if (wb_rate_compare(&values[i - 1], &values[i]) <= 0) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_RANGE, "'%s' is less than '%s' before it",
                      wb_csv_at(view->csv, row, (size_t)columns[i]).text,
                      wb_csv_at(view->csv, row, (size_t)columns[i - 1]).text);
        wb_error_hint(&err, "low, base and high go up");
        wb_csv_report(view->csv, row, (size_t)columns[i], &err, list);
        return;
    }
}

static void class_read(wb_class_row *row, const wb_table_view *view, size_t number,
                       const ptrdiff_t columns[CLASS_COLUMNS], wb_diagnostics *list)
{
    wb_rate *const rates[CLASS_COLUMNS] = {
        NULL,         NULL,         &row->pd,    &row->months[0], &row->months[1], &row->months[2],
        &row->lgd[0], &row->lgd[1], &row->lgd[2]};
    for (size_t c = 0; c < CLASS_COLUMNS; c++) {
        const wb_node text = wb_table_cell(view->csv, number, columns[c]);
        const wb_schema_key *key = wb_schema_under(view->prefix, class_columns[c]);
        assert(key != NULL);
        wb_error err = {0};
        wb_code code = WB_OK;
        if (text.size == 0) {
            code = wb_fail(&err, WB_E_MISSING, "the cell is empty");
            wb_error_hint(&err, "write %s", wb_schema_example(key));
        } else if (c == 0) {
            row->id = text.text;
            code = wb_schema_text(key, &text, &err);
        } else if (c == 1) {
            code = wb_schema_choice(&row->eligible, key, &text, &err);
        } else {
            code = wb_schema_rate(rates[c], NULL, key, &text, &err);
        }
        if (code == WB_OK) continue;
        row->bad = true;
        wb_csv_report(view->csv, number, (size_t)columns[c], &err, list);
    }
    if (row->bad) return;
    check_triangle(view, number, row->months, columns + 3, list);
    check_triangle(view, number, row->lgd, columns + 6, list);
}

static wb_code classes_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                            wb_diagnostics *list)
{
    const wb_node *node = wb_node_at(root, "tables.classes");
    tables->has_classes = node != NULL;
    wb_table_view view;
    if (!wb_table_open(&view, arena, node, "tables.classes[]", list)) return WB_OK;
    tables->classes_csv = view.csv;
    wb_table_check_columns(&view, NULL, 0, list);
    ptrdiff_t columns[CLASS_COLUMNS];
    bool complete = true;
    for (size_t c = 0; c < CLASS_COLUMNS; c++) {
        columns[c] = wb_table_column(&view, class_columns[c]);
        if (columns[c] < 0 && wb_node_child(view.columns, class_columns[c]) == NULL) {
            columns[c] = wb_csv_require(view.csv, class_columns[c], list);
        }
        if (columns[c] < 0) complete = false;
    }
    const size_t count = wb_csv_row_count(view.csv);
    if (!complete) return WB_OK;
    if (count > CLASSES_MAX) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%zu classes, more than %d", count, CLASSES_MAX);
        wb_csv_report(view.csv, CLASSES_MAX, 0, &err, list);
        return WB_OK;
    }
    tables->classes = wb_arena_new(arena, (count + 1) * sizeof *tables->classes);
    if (tables->classes == NULL) return WB_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        wb_class_row *row = &tables->classes[i];
        class_init(row);
        tables->class_count++;
        class_read(row, &view, i, columns, list);
        for (size_t other = 0; other < i && row->id != NULL; other++) {
            if (tables->classes[other].id == NULL ||
                strcmp(tables->classes[other].id, row->id) != 0) {
                continue;
            }
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "class '%.64s' is given twice", row->id);
            wb_csv_report(view.csv, i, (size_t)columns[0], &err, list);
            break;
        }
    }
    tables->classes_read = true;
    return WB_OK;
}

const wb_class_row *wb_tables_class(const wb_tables *tables, const char *id)
{
    for (uint32_t i = 0; i < tables->class_count; i++) {
        if (tables->classes[i].id != NULL && strcmp(tables->classes[i].id, id) == 0) {
            return &tables->classes[i];
        }
    }
    return NULL;
}

void wb_tables_clear(wb_tables *tables)
{
    for (uint32_t i = 0; i < tables->class_count; i++) {
        wb_class_row *row = &tables->classes[i];
        wb_rate_clear(&row->pd);
        for (size_t k = 0; k < 3; k++) {
            wb_rate_clear(&row->months[k]);
            wb_rate_clear(&row->lgd[k]);
        }
    }
    for (uint32_t i = 0; i < tables->provider_count; i++) {
        wb_rate_clear(&tables->providers[i].pd);
        for (size_t f = 0; f < 3; f++)
            wb_rate_clear(&tables->providers[i].loading[f]);
        wb_money_clear(&tables->providers[i].amount);
        wb_money_clear(&tables->providers[i].revenue);
    }
    wb_csv_close(tables->providers_csv);
    wb_csv_close(tables->classes_csv);
    wb_csv_close(tables->municipalities.csv);
    *tables = (wb_tables){0};
}

wb_code wb_tables_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                       wb_diagnostics *list)
{
    wb_code code = classes_load(tables, arena, root, list);
    if (code == WB_OK) code = wb_providers_load(tables, arena, root, list);
    if (code == WB_OK) code = wb_mergers_load(tables, arena, root, list);
    if (code == WB_OK) code = wb_parties_load(tables, arena, root, list);
    return code;
}
