/* scenario_whole_stress.c - stresses of the merged tree: keys that miss others, or contradict them.
 */
#include <string.h>

#include "sim/scenario_stress.h"

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) return true;
    }
    return false;
}

static bool any_bad(const wb_node *map)
{
    for (const wb_node *child = map->first; child != NULL; child = child->next) {
        if (child->bad) return true;
    }
    return false;
}

/* Whether a key of the stress changes anything by itself. */
static bool any_change(const wb_node *stress)
{
    static const char *const passive[] = {"name",       "from",        "quarters",
                                          "years",      "who",         "cost_follow",
                                          "wage_share", "fixed_share", "hired_premium"};
    if (any_bad(stress)) return true;
    for (const wb_node *child = stress->first; child != NULL; child = child->next) {
        if (!is_among(child->key->text, passive, sizeof passive / sizeof passive[0])) return true;
    }
    return false;
}

/* A share without a key that it is a share of. */
static void check_shares(const wb_node *stress, const char *field, wb_diagnostics *list)
{
    static const char *const shares[] = {"cost_follow", "wage_share", "fixed_share",
                                         "hired_premium"};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        const wb_node *share = wb_node_child(stress, shares[i]);
        if (share == NULL || share->bad) continue;
        char keys[80] = "";
        bool used = false;
        for (uint32_t k = 0; k < WB_MARGIN_KEYS && !used; k++) {
            const wb_margin_key *key = &wb_margin_keys[k];
            for (size_t n = 0; n < 2 && key->shares[n] != NULL; n++) {
                if (strcmp(key->shares[n], shares[i]) != 0) continue;
                used = used || wb_node_child(stress, key->name) != NULL;
                const size_t size = strlen(keys);
                (void)snprintf(keys + size, sizeof keys - size, "%s'%s'", size > 0 ? " or " : "",
                               key->name);
            }
        }
        if (used) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' does nothing without %s", shares[i], keys);
        wb_error_hint(&err, "give what it is a share of, or remove it");
        wb_node_report(share, true, field, &err, list);
    }
}

/* One length, and none for what lasts. */
static void check_length(const wb_node *stress, const char *field, wb_diagnostics *list)
{
    const wb_node *years = wb_node_child(stress, "years");
    const wb_node *quarters = wb_node_child(stress, "quarters");
    const wb_node *length = years != NULL ? years : quarters;
    wb_error err = {0};
    if (years != NULL && quarters != NULL) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'years' beside 'quarters'");
        wb_error_hint(&err, "give one of the two");
        wb_node_report(years, true, field, &err, list);
    } else if (length != NULL && wb_node_child(stress, "merge") != NULL) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' beside 'merge': a merger is for good",
                      length->key->text);
        wb_error_hint(&err, "remove it; what lasts for a time goes into a stress of its own");
        wb_node_report(length, true, field, &err, list);
    }
}

static bool contributes(const wb_node *root, const char *group)
{
    const wb_node *items = wb_node_child(root, "contributions");
    if (items == NULL || items->bad || items->kind != WB_NODE_LIST) return items != NULL;
    for (const wb_node *item = items->first; item != NULL; item = item->next) {
        const char *name = wb_read_text(item, "contributions[].group");
        if (name == NULL || strcmp(name, group) == 0) return true;
    }
    return false;
}

/* The group of `contributions` or `refusal` contributes, and can be hit in part where `who` is
 * given. Its name, or NULL when there is nothing to go on with. */
static const char *check_group(const wb_node *root, const wb_node *stress, const char *key,
                               const char *field, wb_diagnostics *list)
{
    const wb_node *map = wb_node_child(stress, key);
    if (map == NULL || map->bad || map->kind != WB_NODE_MAP) return NULL;
    char path[WB_FIELD_MAX];
    (void)snprintf(path, sizeof path, "stress[].%s.group", key);
    const char *group = wb_read_text(map, path);
    const wb_node *named = wb_node_child(map, "group");
    const wb_node *who = wb_node_child(stress, "who");
    wb_error err = {0};
    if (group == NULL) return NULL;
    if (!contributes(root, group)) {
        (void)wb_fail(&err, WB_E_REFERENCE, "no contribution of a group '%s'", group);
        wb_error_hint(&err, "groups are named in 'contributions'");
        wb_node_report(named != NULL ? named : map, named == NULL, field, &err, list);
        return NULL;
    }
    const bool parties = strcmp(group, WB_PARTY_GROUP) == 0;
    const bool table = parties && wb_node_at(root, "tables.municipalities") != NULL;
    if (who != NULL && !who->bad && !table && strcmp(group, "providers") != 0) {
        (void)wb_fail(&err, WB_E_CONFLICT, "group '%s' pays as one: 'who' can hit no part of it",
                      group);
        if (parties) {
            wb_error_hint(&err, "name a table, tables: {municipalities: FILE}, or leave 'who' out");
        } else {
            wb_error_hint(&err, "give '%s' a stress of its own, without 'who'", key);
        }
        wb_node_report(who, true, field, &err, list);
    }
    return group;
}

static void check_refusal(const wb_node *root, const wb_node *stress, const char *field,
                          const wb_horizon *horizon, wb_diagnostics *list)
{
    const char *group = check_group(root, stress, "refusal", field, list);
    const wb_node *map = wb_node_child(stress, "refusal");
    if (map == NULL || map->bad || map->kind != WB_NODE_MAP) return;
    const wb_node *probability = wb_node_child(map, "probability");
    const wb_node *delay = wb_node_child(map, "delay");
    const wb_node *arrears = wb_node_child(map, "arrears");
    wb_error err = {0};
    if (delay == NULL && arrears != NULL && !arrears->bad) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'arrears' does nothing without 'delay'");
        wb_error_hint(&err, "say how late it comes, such as delay: 6 months");
        wb_node_report(arrears, true, field, &err, list);
    } else if (delay == NULL && probability == NULL && !any_bad(map)) {
        (void)wb_fail(&err, WB_E_MISSING, "'refusal' says nothing");
        wb_error_hint(&err, "give it a probability, or a delay, or both");
        wb_node_report(map, true, field, &err, list);
    }
    if (horizon != NULL) wb_check_duration(map, "stress[].refusal.delay", field, horizon, list);
    if (group == NULL || probability == NULL || probability->bad) return;
    const bool parties = strcmp(group, WB_PARTY_GROUP) == 0;
    if (parties && wb_node_at(root, "tables.municipalities") != NULL) return;
    (void)wb_fail(&err, WB_E_CONFLICT, "group '%s' cannot refuse: it has no parties that decide",
                  group);
    if (parties) {
        wb_error_hint(&err, "name a table: tables: {municipalities: FILE}");
    } else {
        wb_error_hint(&err,
                      "only municipalities refuse, one by one; for less of the whole write "
                      "contributions: {group: %s, change: -10%%}",
                      group);
    }
    wb_node_report(probability, true, field, &err, list);
}

static void check_stress(const wb_node *root, const wb_node *stress, const char *field,
                         const wb_horizon *horizon, wb_diagnostics *list)
{
    const wb_node *who = wb_node_child(stress, "who");
    const size_t errors = list->errors;
    wb_error err = {0};
    check_shares(stress, field, list);
    check_length(stress, field, list);
    if (!any_change(stress) && list->errors == errors) {
        (void)wb_fail(&err, WB_E_MISSING, "the stress changes nothing");
        wb_error_hint(&err, "give it a key such as tariff, pd_multiplier, force or contributions");
        wb_node_report(stress, false, field, &err, list);
    } else if (who != NULL && !who->bad && wb_stress_targets(root, stress) == 0 &&
               any_change(stress) && list->errors == errors) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'who' does nothing here: no key hits providers");
        wb_error_hint(&err, "remove it, or give a key that is about providers or who pays");
        wb_node_report(who, true, field, &err, list);
    }
    (void)check_group(root, stress, "contributions", field, list);
    check_refusal(root, stress, field, horizon, list);
}

void wb_check_stresses(const wb_node *root, const wb_horizon *horizon, wb_diagnostics *list)
{
    const wb_node *items = wb_node_child(root, "stress");
    if (items == NULL || items->bad || items->kind != WB_NODE_LIST) return;
    const bool ledger = wb_node_at(root, "fund.opening.from_ledger") != NULL;
    const wb_node *start = wb_node_child(root, "start");
    uint32_t index = 0;
    for (const wb_node *item = items->first; item != NULL; item = item->next) {
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "stress[%u]", (unsigned)index++);
        if (item->kind != WB_NODE_MAP) continue;
        check_stress(root, item, field, horizon, list);
        /* With a ledger and no start the window is known, and checked, when the books are open. */
        const bool open =
            horizon == NULL || (start == NULL && ledger) || (start != NULL && !horizon->has_start);
        if (open) continue;
        uint32_t first = 0;
        uint32_t end = 0;
        const wb_node *at = NULL;
        wb_error err = {0};
        if (wb_horizon_window(&first, &end, &at, horizon, item, &err) != WB_OK) {
            wb_node_report(at, false, field, &err, list);
        }
    }
}
