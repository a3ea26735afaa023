/* scenario_check.c - each file alone: keys that exist, values of the right kind. */
#include "sim/scenario_check.h"

#include <assert.h>
#include <string.h>

#include "waarborg/model.h"

typedef struct place {
    const char *prefix; /* of the schema, "stress[].who" */
    const char *field;  /* for the reader, "stress[2].who" */
    wb_diagnostics *list;
} place;

static void report(wb_node *node, bool key, const char *field, wb_error *err, wb_diagnostics *list)
{
    wb_node_report(node, key, field, err, list);
    node->bad = true;
}

static void join(char out[WB_FIELD_MAX], const char *prefix, const char *name)
{
    (void)snprintf(out, WB_FIELD_MAX, "%.60s%s%.60s", prefix, prefix[0] != '\0' ? "." : "", name);
}

/* Every key directly under a prefix, for "did you mean". */
static uint32_t children_of(const char *prefix, const char *names[], uint32_t room)
{
    uint32_t count = 0;
    for (size_t i = 0; i < wb_schema_count && count < room; i++) {
        const char *name = wb_schema_child(&wb_schema[i], prefix);
        if (name != NULL) names[count++] = name;
    }
    return count;
}

static void refuse_unknown(wb_node *node, const place *at)
{
    enum { NAMES_MAX = 64 };
    const char *names[NAMES_MAX];
    const uint32_t count = children_of(at->prefix, names, NAMES_MAX);
    wb_error err = {0};
    const size_t digits = strspn(node->key->text, "0123456789%");
    if (node->empty && digits == node->key->size) { /* {cash: 100,00} is a cash and a '00' */
        (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "'%.40s' stands behind a comma, which ends a value",
                      node->key->text);
        wb_error_hint(&err, "decimals follow a point: 1000.00 or 4.25%%");
        report(node, true, NULL, &err, at->list);
        return;
    }
    if (at->prefix[0] == '\0') {
        (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "unknown key '%.80s'", node->key->text);
    } else {
        (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "unknown key '%.80s' in '%s'", node->key->text,
                      at->field);
    }
    const char *nearest = wb_nearest_word(node->key->text, names, count);
    if (nearest != NULL) {
        wb_error_hint(&err, "did you mean '%s'?", nearest);
    } else {
        char all[240] = "";
        for (uint32_t i = 0; i < count; i++) {
            const size_t used = strlen(all);
            (void)snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", names[i]);
        }
        wb_error_hint(&err, "keys here: %s%s", all, strlen(all) + 1 == sizeof all ? "..." : "");
    }
    report(node, true, NULL, &err, at->list);
}

/* A value of another kind than the key wants. */
static void refuse_kind(wb_node *node, const wb_schema_key *key, const place *at)
{
    wb_error err = {0};
    if (node->empty) {
        (void)wb_fail(&err, WB_E_MISSING, "'%.80s' has no value",
                      node->key != NULL ? node->key->text : "item");
    } else {
        static const char *const kinds[] = {"a single value", "a mapping", "a list"};
        (void)wb_fail(&err, WB_E_SYNTAX, "%s where %s is due", kinds[node->kind],
                      wb_schema_example(key));
    }
    wb_error_hint(&err, "write %s", wb_schema_example(key));
    report(node, node->empty, at->field, &err, at->list);
}

static void check_map(wb_node *node, const place *at);

static void check_scalar(wb_node *node, const wb_schema_key *key, const place *at)
{
    if (node->bad) return;
    if (node->kind != WB_NODE_SCALAR || node->empty) {
        refuse_kind(node, key, at);
        return;
    }
    wb_error err = {0};
    if (wb_schema_scalar(key, node, &err) == WB_OK) return;
    if (err.hint[0] == '\0' && key->type != WB_TYPE_CHOICE) {
        wb_error_hint(&err, "write %s", wb_schema_example(key));
    }
    report(node, false, at->field, &err, at->list);
}

/* A list of values that the key's own type reads one by one. */
static void check_items(wb_node *node, const wb_schema_key *key, uint32_t limit, const place *at)
{
    if (node->kind != WB_NODE_LIST) {
        refuse_kind(node, key, at);
        return;
    }
    if (node->count > limit) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%u items, more than %u", (unsigned)node->count,
                      (unsigned)limit);
        report(node, true, at->field, &err, at->list);
        return;
    }
    uint32_t index = 0;
    for (wb_node *item = node->first; item != NULL; item = item->next) {
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "%.100s[%u]", at->field, (unsigned)index++);
        const place here = {at->prefix, field, at->list};
        check_scalar(item, key, &here);
        if (item->bad) node->bad = true;
    }
}

static void check_ids(wb_node *node, const wb_schema_key *key, const place *at)
{
    wb_schema_key item = *key;
    item.type = WB_TYPE_ID;
    if (node->kind == WB_NODE_SCALAR) {
        check_scalar(node, &item, at);
    } else {
        check_items(node, &item, WB_PROVIDERS_MAX, at);
        wb_error err = {0};
        if (node->kind == WB_NODE_LIST && node->count == 0 && !node->bad) {
            (void)wb_fail(&err, WB_E_MISSING, "the list is empty");
            wb_error_hint(&err, "write %s", wb_schema_example(key));
            report(node, false, at->field, &err, at->list);
        }
    }
}

static void check_list(wb_node *node, const wb_schema_key *key, const place *at)
{
    if (node->kind != WB_NODE_LIST) {
        refuse_kind(node, key, at);
        return;
    }
    static const struct {
        const char *path;
        uint32_t limit;
    } limits[] = {{"contributions", WB_CONTRIBUTIONS_MAX},
                  {"providers", WB_PROVIDERS_MAX},
                  {"stress", WB_STRESSES_MAX}};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (strcmp(limits[i].path, key->path) != 0 || node->count <= limits[i].limit) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%u items, more than %u", (unsigned)node->count,
                      (unsigned)limits[i].limit);
        report(node, true, at->field, &err, at->list);
        return;
    }
    char prefix[WB_FIELD_MAX];
    (void)snprintf(prefix, sizeof prefix, "%s[]", key->path);
    uint32_t index = 0;
    for (wb_node *item = node->first; item != NULL; item = item->next) {
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "%.100s[%u]", at->field, (unsigned)index++);
        const place here = {prefix, field, at->list};
        if (item->kind == WB_NODE_MAP) {
            check_map(item, &here);
        } else if (!item->bad) {
            wb_schema_key map = *key;
            map.type = WB_TYPE_MAP;
            refuse_kind(item, &map, &here);
        }
    }
}

/* The forms of an LGD: what each needs and an example of it. */
static const struct {
    const char *name, *needs, *example;
    uint32_t least, most; /* items */
} lgd_forms[] = {
    {"uniform", "two rates", "{uniform: [40%, 80%]}", 2, 2},
    {"triangular", "three rates", "{triangular: [40%, 60%, 85%]}", 3, 3},
    {"table", "pairs of a loss and its probability", "{table: [[20%, 0.5], [100%, 0.5]]}", 1,
     WB_LGD_POINTS_MAX},
};
enum { LGD_FORMS = sizeof lgd_forms / sizeof lgd_forms[0], LGD_TABLE = LGD_FORMS - 1 };

/* The one form that a mapping holds, or LGD_FORMS (reported). */
static uint32_t lgd_form(wb_node *node, const wb_schema_key *key, const place *at)
{
    wb_error err = {0};
    wb_node *form = node->first;
    uint32_t kind = 0;
    if (form == NULL) {
        (void)wb_fail(&err, WB_E_MISSING, "the mapping is empty");
        wb_error_hint(&err, "write %s", wb_schema_example(key));
        report(node, false, at->field, &err, at->list);
        return LGD_FORMS;
    }
    while (kind < LGD_FORMS && strcmp(lgd_forms[kind].name, form->key->text) != 0)
        kind++;
    if (kind == LGD_FORMS) {
        (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "unknown form '%.80s'", form->key->text);
        wb_error_hint(&err, "write %s", wb_schema_example(key));
        report(form, true, at->field, &err, at->list);
    } else if (node->count > 1) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'%.80s' beside '%s'", form->next->key->text,
                      lgd_forms[kind].name);
        wb_error_hint(&err, "give one form");
        report(form->next, true, at->field, &err, at->list);
        kind = LGD_FORMS;
    } else if (form->kind != WB_NODE_LIST || form->count < lgd_forms[kind].least ||
               form->count > lgd_forms[kind].most) {
        (void)wb_fail(&err, WB_E_SYNTAX, "'%s' needs %s", lgd_forms[kind].name,
                      lgd_forms[kind].needs);
        wb_error_hint(&err, "write %s", lgd_forms[kind].example);
        report(form, false, at->field, &err, at->list);
        kind = LGD_FORMS;
    }
    return kind;
}

/* {uniform: [a, b]}, {triangular: [a, b, c]} or {table: [[loss, probability], ...]} */
static void check_lgd_map(wb_node *node, const wb_schema_key *key, const place *at)
{
    const uint32_t kind = lgd_form(node, key, at);
    if (kind == LGD_FORMS) {
        node->bad = true;
        return;
    }
    for (wb_node *item = node->first->first; item != NULL; item = item->next) {
        if (kind != LGD_TABLE) {
            check_scalar(item, key, at);
        } else if (item->kind != WB_NODE_LIST || item->count != 2) {
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_SYNTAX, "not a pair of a loss and its probability");
            wb_error_hint(&err, "write [20%%, 0.5]");
            report(item, false, at->field, &err, at->list);
        } else {
            check_items(item, key, 2, at);
        }
        if (item->bad) node->bad = true;
    }
}

static void check_table(wb_node *node, const wb_schema_key *key, const place *at)
{
    wb_schema_key path = *key;
    path.type = WB_TYPE_PATH;
    if (node->kind == WB_NODE_SCALAR) {
        check_scalar(node, &path, at);
        return;
    }
    if (node->kind != WB_NODE_MAP) {
        refuse_kind(node, key, at);
        return;
    }
    for (wb_node *child = node->first; child != NULL; child = child->next) {
        char field[WB_FIELD_MAX];
        join(field, at->field, child->key->text);
        const place here = {at->prefix, field, at->list};
        wb_schema_key column = *key;
        column.type = WB_TYPE_TEXT;
        if (strcmp(child->key->text, "file") == 0) {
            check_scalar(child, &path, &here);
        } else if (strcmp(child->key->text, "columns") == 0 && child->kind == WB_NODE_MAP) {
            for (wb_node *name = child->first; name != NULL; name = name->next)
                check_scalar(name, &column, &here);
        } else if (strcmp(child->key->text, "columns") == 0) {
            column.type = WB_TYPE_MAP;
            refuse_kind(child, &column, &here);
        } else {
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "unknown key '%.80s' in '%s'", child->key->text,
                          at->field);
            wb_error_hint(&err, "a table has the keys file and columns");
            report(child, true, NULL, &err, at->list);
        }
    }
}

static void check_value(wb_node *node, const wb_schema_key *key, const place *at)
{
    if (node->bad) return;
    switch (key->type) {
    case WB_TYPE_MAP:
    case WB_TYPE_ONE_OF: {
        const place here = {key->path, at->field, at->list};
        if (node->kind == WB_NODE_MAP) {
            check_map(node, &here);
        } else {
            refuse_kind(node, key, at);
        }
        return;
    }
    case WB_TYPE_LIST: check_list(node, key, at); return;
    case WB_TYPE_TABLE: check_table(node, key, at); return;
    case WB_TYPE_IDS: check_ids(node, key, at); return;
    case WB_TYPE_RATES:
    case WB_TYPE_AMOUNTS: check_items(node, key, WB_LEVELS_MAX, at); return;
    case WB_TYPE_LGD:
        if (node->kind == WB_NODE_MAP) {
            check_lgd_map(node, key, at);
        } else {
            check_scalar(node, key, at);
        }
        return;
    case WB_TYPE_TEXT:
    case WB_TYPE_ID:
    case WB_TYPE_PATH:
    case WB_TYPE_DATE:
    case WB_TYPE_PERIOD:
    case WB_TYPE_COUNT:
    case WB_TYPE_AMOUNT:
    case WB_TYPE_RATE:
    case WB_TYPE_NUMBER:
    case WB_TYPE_CHOICE:
    case WB_TYPE_DURATION: check_scalar(node, key, at); return;
    }
}

static void check_map(wb_node *node, const place *at)
{
    for (wb_node *child = node->first; child != NULL; child = child->next) {
        const wb_schema_key *key = wb_schema_under(at->prefix, child->key->text);
        if (key == NULL) {
            refuse_unknown(child, at);
            continue;
        }
        char field[WB_FIELD_MAX];
        join(field, at->field, child->key->text);
        const place here = {at->prefix, field, at->list};
        check_value(child, key, &here);
    }
}

void wb_check_values(wb_node *root, wb_diagnostics *list)
{
    const place top = {"", "", list};
    check_map(root, &top);
}
