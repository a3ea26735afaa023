/* scenario_combine.c - the stresses of several files on one base, for all of it at once. */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"

static wb_code no_memory(wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_code code = wb_fail(&err, WB_E_NOMEM, "no memory to combine scenarios");
    wb_diagnostics_add(list, &err);
    return code;
}

/* The canonical scenario but for its name and what goes wrong; NULL without memory. */
static json_t *rest_of(const wb_scenario_part *part)
{
    char *text = wb_scenario_canonical(part->scenario, part->model);
    json_t *rest = text != NULL ? json_loads(text, 0, NULL) : NULL;
    free(text);
    (void)json_object_del(rest, "name");
    (void)json_object_del(rest, "stress");
    return rest;
}

/* Put an error at the key of a part, else at the top of its file. */
static void report(const wb_scenario_part *part, const char *key, wb_error *err,
                   wb_diagnostics *list)
{
    const wb_node *root = part->scenario->root;
    const wb_node *node = wb_node_child(root, key);
    wb_node_report(node != NULL ? node : root, node != NULL, NULL, err, list);
}

/* Beside its stresses a part must be the base. */
static wb_code check_rest(const wb_scenario_part *base, const wb_scenario_part *part,
                          wb_diagnostics *list)
{
    wb_error err = {0};
    json_t *ours = rest_of(base);
    json_t *theirs = rest_of(part);
    const char *key = NULL;
    json_t *value = NULL;
    wb_code code = ours != NULL && theirs != NULL ? WB_OK : no_memory(list);
    json_object_foreach(theirs, key, value)
    {
        if (code != WB_OK || json_equal(value, json_object_get(ours, key))) continue;
        code = wb_fail(&err, WB_E_CONFLICT, "'%.100s' differs from the base in '%.40s'",
                       part->model->name, key);
        wb_error_hint(&err, "only scenarios that add stresses to the base can be combined");
        report(part, key, &err, list);
    }
    json_decref(ours);
    json_decref(theirs);
    return code;
}

static const wb_node *stress_named(const wb_node *root, const char *name)
{
    const wb_node *all = wb_node_child(root, "stress");
    for (const wb_node *item = all != NULL ? all->first : NULL; item != NULL; item = item->next) {
        if (strcmp(wb_node_child(item, "name")->text, name) == 0) return item;
    }
    return NULL;
}

static wb_code check_names(const wb_node *sofar, const wb_scenario_part *part, wb_diagnostics *list)
{
    const wb_node *all = wb_node_child(part->scenario->root, "stress");
    wb_code code = WB_OK;
    for (const wb_node *item = all != NULL ? all->first : NULL; item != NULL; item = item->next) {
        const wb_node *name = wb_node_child(item, "name");
        wb_error err = {0};
        if (stress_named(sofar, name->text) == NULL) continue;
        code =
            wb_fail(&err, WB_E_CONFLICT, "another scenario has a stress '%.100s' too", name->text);
        wb_error_hint(&err, "give one of them another name");
        wb_node_report(name, false, NULL, &err, list);
    }
    return code;
}

/* "basis: all 3 together" as the name of the merged tree. */
static bool set_name(wb_scenario *combined, const wb_scenario_part *parts, size_t count)
{
    char text[WB_VALUE_MAX];
    (void)snprintf(text, sizeof text, "%.200s: all %zu together", parts[0].model->name, count - 1);
    wb_node *key = wb_arena_new(&combined->arena, sizeof *key);
    wb_node *name = wb_arena_new(&combined->arena, sizeof *name);
    const char *kept = wb_arena_text(&combined->arena, text, strlen(text));
    if (key == NULL || name == NULL || kept == NULL) return false;
    *key = (wb_node){.text = "name", .size = 4, .source = combined->root->source, .line = 1};
    *name = (wb_node){.key = key, .source = combined->root->source, .line = 1};
    wb_node *old = wb_node_child(combined->root, "name");
    if (old == NULL) {
        wb_node_append(combined->root, name);
        old = name;
    }
    old->text = kept;
    old->size = strlen(kept);
    return true;
}

/* The tree of all parts, and the checks that it means what is asked. */
static wb_code merge(wb_scenario *combined, const wb_scenario_part *parts, size_t count,
                     wb_diagnostics *list)
{
    wb_error err = {0};
    wb_code code = WB_OK;
    const wb_node *own = wb_node_child(parts[0].scenario->root, "stress");
    combined->root = parts[0].scenario->root;
    if (own != NULL && own->count > 0) {
        code = wb_fail(&err, WB_E_CONFLICT, "the base has stresses of its own");
        wb_error_hint(&err,
                      "combine on a base without; its stresses may be a file like the others");
        report(&parts[0], "stress", &err, list);
    }
    for (size_t i = 1; i < count; i++) {
        const wb_code rest = check_rest(&parts[0], &parts[i], list);
        const wb_code names = check_names(combined->root, &parts[i], list);
        if (code == WB_OK) code = rest != WB_OK ? rest : names;
        if (code != WB_OK) continue;
        combined->root =
            wb_check_overlay(&combined->arena, combined->root, parts[i].scenario->root);
        if (combined->root == NULL) return no_memory(list);
    }
    if (code != WB_OK) return code;
    const wb_node *all = wb_node_child(combined->root, "stress");
    if (all != NULL && all->count > WB_STRESSES_MAX) {
        code = wb_fail(&err, WB_E_TOO_LARGE, "%u stresses together, more than %d",
                       (unsigned)all->count, WB_STRESSES_MAX);
        wb_diagnostics_add(list, &err);
        return code;
    }
    return set_name(combined, parts, count) ? WB_OK : no_memory(list);
}

wb_code wb_scenario_combine(wb_scenario **combined, const wb_scenario_part *parts, size_t count,
                            wb_diagnostics *list)
{
    assert(combined != NULL && parts != NULL && count > 1 && list != NULL);
    *combined = NULL;
    const size_t first = list->count;
    const size_t errors = list->errors;
    wb_scenario *made = calloc(1, sizeof *made);
    if (made == NULL) return no_memory(list);
    const wb_scenario *base = parts[0].scenario;
    wb_scenario_override(made, base->paths, base->set_seed, base->seed);
    wb_code code = merge(made, parts, count, list);
    if (code == WB_OK) code = wb_scenario_finish(made, first, errors, list);
    if (code == WB_OK) {
        *combined = made;
    } else {
        wb_scenario_free(made);
    }
    return code;
}
