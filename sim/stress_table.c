/* stress_table.c - the list of scenarios that a stress table is; see scenario.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/scenario_internal.h"

#define FORMAT "stress-table/1"

struct wb_stress_table {
    wb_arena arena;
    const char *paths[WB_STRESS_TABLE_MAX];
    size_t count;
};

static wb_code no_memory(wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_code code = wb_fail(&err, WB_E_NOMEM, "no memory to read the stress table");
    wb_diagnostics_add(list, &err);
    return code;
}

static void check_keys(const wb_node *root, wb_diagnostics *list)
{
    static const char *const names[] = {"waarborg", "scenarios"};
    for (const wb_node *node = root->first; node != NULL; node = node->next) {
        wb_error err = {0};
        if (strcmp(node->key->text, names[0]) == 0 || strcmp(node->key->text, names[1]) == 0) {
            continue;
        }
        const char *nearest = wb_nearest_word(node->key->text, names, 2);
        (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "unknown key '%.80s' in a stress table",
                      node->key->text);
        if (nearest != NULL) wb_error_hint(&err, "did you mean '%s'?", nearest);
        wb_error_hint(&err, "keys here: waarborg, scenarios");
        wb_node_report(node, true, NULL, &err, list);
    }
}

static void check_format(const wb_node *root, wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_node *format = wb_node_child(root, "waarborg");
    if (format != NULL && format->kind == WB_NODE_SCALAR && strcmp(format->text, FORMAT) == 0) {
        return;
    }
    if (format == NULL) {
        (void)wb_fail(&err, WB_E_MISSING, "'waarborg' is missing");
    } else {
        (void)wb_fail(&err, WB_E_CONFLICT, "'%.80s' is no stress table", format->text);
    }
    wb_error_hint(&err, "write waarborg: " FORMAT);
    wb_node_report(format != NULL ? format : root, false, NULL, &err, list);
}

static wb_code read_item(wb_stress_table *table, const wb_node *item, wb_diagnostics *list)
{
    wb_error err = {0};
    if (item->kind != WB_NODE_SCALAR || item->empty || item->size == 0) {
        (void)wb_fail(&err, WB_E_SYNTAX, "an item where the path of a scenario file is due");
        wb_error_hint(&err, "write scenarios: [S01.yaml, S02.yaml]");
        wb_node_report(item, false, "scenarios", &err, list);
        return WB_OK;
    }
    const char *path = wb_scenario_path(&table->arena, item);
    if (path == NULL) return no_memory(list);
    struct stat found;
    if (stat(path, &found) != 0) {
        (void)wb_fail(&err, WB_E_REFERENCE, "no file '%.200s'", path);
        wb_error_hint(&err, "paths are relative to the file that names them");
        wb_node_report(item, false, "scenarios", &err, list);
        return WB_OK;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->paths[i], path) != 0) continue;
        (void)wb_fail(&err, WB_E_CONFLICT, "'%.200s' stands here twice", item->text);
        wb_node_report(item, false, "scenarios", &err, list);
        return WB_OK;
    }
    table->paths[table->count++] = path;
    return WB_OK;
}

static wb_code read_items(wb_stress_table *table, const wb_node *root, wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_node *items = wb_node_child(root, "scenarios");
    if (items == NULL) {
        (void)wb_fail(&err, WB_E_MISSING, "'scenarios' is missing");
    } else if (items->kind != WB_NODE_LIST || items->count == 0) {
        (void)wb_fail(&err, WB_E_SYNTAX, "'scenarios' is no list of files");
    } else if (items->count > WB_STRESS_TABLE_MAX) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%u scenarios, more than %d", (unsigned)items->count,
                      WB_STRESS_TABLE_MAX);
    }
    if (items == NULL || err.message[0] != '\0') {
        wb_error_hint(&err, "write scenarios: [S01.yaml, S02.yaml]");
        wb_node_report(items != NULL ? items : root, items != NULL, NULL, &err, list);
        return WB_OK;
    }
    wb_code code = WB_OK;
    for (const wb_node *item = items->first; item != NULL && code == WB_OK; item = item->next)
        code = read_item(table, item, list);
    return code;
}

static wb_code read_table(wb_stress_table *table, const char *path, wb_diagnostics *list)
{
    const size_t errors = list->errors;
    wb_source *source = NULL;
    wb_node *root = NULL;
    wb_code code = wb_scenario_source(&source, &table->arena, path, NULL, list);
    if (code == WB_OK) code = wb_tree_parse(&root, &table->arena, source, list);
    if (root == NULL || root->bad) {
        return code != WB_OK ? code : wb_diagnostics_code(list);
    }
    check_format(root, list);
    check_keys(root, list);
    code = read_items(table, root, list);
    return code == WB_OK && list->errors > errors ? wb_diagnostics_code(list) : code;
}

wb_code wb_stress_table_load(wb_stress_table **table, const char *path, wb_diagnostics *list)
{
    assert(table != NULL && path != NULL && list != NULL);
    *table = NULL;
    wb_stress_table *made = calloc(1, sizeof *made);
    if (made == NULL) return no_memory(list);
    const wb_code code = read_table(made, path, list);
    if (code == WB_OK) {
        *table = made;
    } else {
        wb_stress_table_free(made);
    }
    return code;
}

void wb_stress_table_free(wb_stress_table *table)
{
    if (table == NULL) return;
    wb_arena_clear(&table->arena);
    free(table);
}

size_t wb_stress_table_count(const wb_stress_table *table)
{
    return table->count;
}

const char *wb_stress_table_path(const wb_stress_table *table, size_t index)
{
    assert(index < table->count);
    return table->paths[index];
}
