/*
 * scenario_canonical.c - a scenario as one text, whatever files it was written in.
 *
 * Every value in one form (rates as decimals, durations in steps), defaults filled in, rows sorted
 * by id, keys sorted. `run` is left out: paths and seed stand beside the hash in a result. So are
 * the names of files and columns.
 */
#include <assert.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"

const char *wb_scenario_value(char text[WB_VALUE_MAX], const wb_schema_key *key,
                              const wb_node *node, uint32_t steps_per_year)
{
    char number[WB_MONEY_TEXT_MAX + WB_RATE_TEXT_MAX];
    const char *word = NULL;
    wb_code code = WB_OK;
    (void)snprintf(text, WB_VALUE_MAX, "%.200s", node->text);
    switch (key->type) {
    case WB_TYPE_AMOUNT:
    case WB_TYPE_AMOUNTS: {
        wb_money money;
        wb_money_init(&money);
        code = wb_schema_amount(&money, &word, key, node, NULL);
        if (word == NULL) {
            (void)snprintf(text, WB_VALUE_MAX, "%s", wb_money_text(number, &money, WB_MONEY_PLAIN));
        }
        wb_money_clear(&money);
        break;
    }
    case WB_TYPE_RATE:
    case WB_TYPE_RATES:
    case WB_TYPE_LGD:
    case WB_TYPE_NUMBER: {
        wb_rate rate;
        wb_rate_init(&rate);
        code = wb_schema_rate(&rate, &word, key, node, NULL);
        if (word == NULL) (void)snprintf(text, WB_VALUE_MAX, "%s", wb_rate_text(number, &rate));
        wb_rate_clear(&rate);
        break;
    }
    case WB_TYPE_COUNT: {
        uint64_t count = 0;
        code = wb_schema_number(&count, key, node, NULL);
        (void)snprintf(text, WB_VALUE_MAX, "%llu", (unsigned long long)count);
        break;
    }
    case WB_TYPE_DURATION: {
        uint32_t count = 0;
        uint32_t steps = 0;
        bool months = false;
        code = wb_schema_duration(&count, &months, key, node, NULL);
        (void)wb_duration_steps(&steps, count, months, steps_per_year);
        (void)snprintf(text, WB_VALUE_MAX, "%u", (unsigned)steps);
        break;
    }
    case WB_TYPE_DATE:
    case WB_TYPE_PERIOD: {
        wb_date date = {0};
        char day[WB_DATE_TEXT_MAX];
        code = wb_schema_date(&date, key, node, NULL);
        (void)snprintf(text, WB_VALUE_MAX, "%s", wb_date_text(day, date));
        break;
    }
    case WB_TYPE_MAP:
    case WB_TYPE_ONE_OF:
    case WB_TYPE_LIST:
    case WB_TYPE_TABLE:
    case WB_TYPE_TEXT:
    case WB_TYPE_ID:
    case WB_TYPE_PATH:
    case WB_TYPE_CHOICE:
    case WB_TYPE_IDS: break;
    }
    assert(code == WB_OK);
    (void)code;
    return text;
}

bool wb_scenario_applies(const wb_schema_key *key, const wb_node *map)
{
    enum { WITH_MAX = 3 };
    static const struct {
        const char *path, *with[WITH_MAX];
    } only[] = {{"contributions[].key", {"amount", NULL, NULL}},
                {"stress[].cost_follow", {"tariff", NULL, NULL}},
                {"stress[].wage_share", {"wages", "indexation", "hired"}},
                {"stress[].fixed_share", {"volume", "occupancy", NULL}},
                {"stress[].hired_premium", {"hired", NULL, NULL}},
                {"stress[].refusal.arrears", {"delay", NULL, NULL}},
                {"fund.surplus", {"cap", NULL, NULL}}};
    for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
        if (strcmp(only[i].path, key->path) != 0) continue;
        for (size_t k = 0; k < WITH_MAX && only[i].with[k] != NULL; k++) {
            if (wb_node_child(map, only[i].with[k]) != NULL) return true;
        }
        return false;
    }
    if (strcmp(key->path, "contributions[].minimum_revenue") == 0) {
        return wb_node_child(map, "amount") == NULL;
    }
    return true;
}

bool wb_scenario_absent_map(const wb_schema_key *key)
{
    if (strstr(key->path, "[]") != NULL) return false; /* of an item: it does nothing */
    for (size_t i = 0; i < wb_schema_count; i++) {
        if (wb_schema_child(&wb_schema[i], key->path) != NULL && wb_schema[i].required)
            return false;
    }
    return true;
}

/* Left out: how it was run, and where it was read. */
static bool is_left_out(const wb_schema_key *key)
{
    static const char *const paths[] = {"run", "extends", "tables", "providers",
                                        "fund.opening.from_ledger"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (strcmp(paths[i], key->path) == 0) return true;
    }
    return false;
}

static json_t *map_json(const wb_node *map, const char *prefix, uint32_t steps_per_year);

/* One id or a list of them: a set, whatever the order and the form. */
static json_t *ids_json(const wb_node *node)
{
    json_t *all = json_object();
    if (node->kind == WB_NODE_SCALAR) (void)json_object_set_new(all, node->text, json_true());
    for (const wb_node *item = node->first; item != NULL; item = item->next)
        (void)json_object_set_new(all, item->text, json_true());
    return all;
}

/* Lists of scalars, and the nested lists of an LGD. */
static json_t *node_json(const wb_schema_key *key, const wb_node *node, uint32_t steps_per_year)
{
    char text[WB_VALUE_MAX];
    if (key->type == WB_TYPE_IDS) return ids_json(node);
    if (node->kind == WB_NODE_SCALAR) {
        return json_string(wb_scenario_value(text, key, node, steps_per_year));
    }
    json_t *all = node->kind == WB_NODE_MAP ? json_object() : json_array();
    for (const wb_node *item = node->first; item != NULL; item = item->next) {
        json_t *one = node_json(key, item, steps_per_year);
        if (node->kind == WB_NODE_MAP) {
            (void)json_object_set_new(all, item->key->text, one);
        } else {
            (void)json_array_append_new(all, one);
        }
    }
    return all;
}

/* A default; a list of them is written "95%, 99%". */
static json_t *fallback_json(const wb_schema_key *key, uint32_t steps_per_year)
{
    const bool list = key->type == WB_TYPE_RATES;
    json_t *all = list ? json_array() : NULL;
    const char *rest = key->fallback;
    for (;;) {
        char text[WB_VALUE_MAX];
        char value[WB_VALUE_MAX];
        const size_t size = list ? strcspn(rest, ",") : strlen(rest);
        (void)snprintf(text, sizeof text, "%.*s", (int)size, rest);
        const wb_node node = {.kind = WB_NODE_SCALAR, .text = text, .size = size};
        json_t *one = json_string(wb_scenario_value(value, key, &node, steps_per_year));
        if (!list) return one;
        (void)json_array_append_new(all, one);
        rest += size;
        rest += strspn(rest, ", ");
        if (*rest == '\0') return all;
    }
}

static json_t *list_json(const wb_schema_key *key, const wb_node *list, uint32_t steps_per_year)
{
    char prefix[WB_FIELD_MAX];
    (void)snprintf(prefix, sizeof prefix, "%.100s[]", key->path);
    json_t *all = json_array();
    for (const wb_node *item = list != NULL ? list->first : NULL; item != NULL; item = item->next)
        (void)json_array_append_new(all, map_json(item, prefix, steps_per_year));
    return all;
}

static json_t *map_json(const wb_node *map, const char *prefix, uint32_t steps_per_year)
{
    json_t *object = json_object();
    for (size_t i = 0; i < wb_schema_count; i++) {
        const wb_schema_key *key = &wb_schema[i];
        const char *name = wb_schema_child(key, prefix);
        if (name == NULL || is_left_out(key)) continue;
        const wb_node *child = wb_node_child(map, name);
        json_t *value = NULL;
        if (key->type == WB_TYPE_MAP || key->type == WB_TYPE_ONE_OF) {
            if (child != NULL || wb_scenario_absent_map(key)) {
                value = map_json(child, key->path, steps_per_year);
            }
        } else if (key->type == WB_TYPE_LIST) {
            value = list_json(key, child, steps_per_year);
        } else if (child != NULL) {
            value = node_json(key, child, steps_per_year);
        } else if (key->fallback != NULL && wb_scenario_applies(key, map)) {
            value = fallback_json(key, steps_per_year);
        } else if (key->type == WB_TYPE_AMOUNTS) {
            value = json_array();
        }
        if (value != NULL) (void)json_object_set_new(object, name, value);
    }
    return object;
}

static void set_text(json_t *object, const char *name, const char *text)
{
    (void)json_object_set_new(object, name, json_string(text));
}

static void set_rate(json_t *object, const char *name, const wb_rate *rate)
{
    char text[WB_RATE_TEXT_MAX];
    set_text(object, name, wb_rate_text(text, rate));
}

static void set_money(json_t *object, const char *name, const wb_money *money)
{
    char text[WB_MONEY_TEXT_MAX];
    set_text(object, name, wb_money_text(text, money, WB_MONEY_PLAIN));
}

static json_t *classes_json(const wb_tables *tables)
{
    static const char *const eligible[] = {"yes", "no", "crucial"};
    static const char *const months[] = {"months_low", "months_base", "months_high"};
    static const char *const lgd[] = {"lgd_low", "lgd_base", "lgd_high"};
    json_t *all = json_object(); /* by id, so that the order of rows is gone */
    for (uint32_t i = 0; i < tables->class_count; i++) {
        const wb_class_row *row = &tables->classes[i];
        json_t *one = json_object();
        set_text(one, "eligible", eligible[row->eligible]);
        set_rate(one, "pd", &row->pd);
        for (size_t k = 0; k < 3; k++) {
            set_rate(one, months[k], &row->months[k]);
            set_rate(one, lgd[k], &row->lgd[k]);
        }
        (void)json_object_set_new(all, row->id, one);
    }
    return all;
}

static json_t *providers_json(const wb_tables *tables)
{
    static const char *const pays[] = {"revenue", "support", "loss", "exposure"};
    json_t *all = json_object();
    static const char *const loadings[] = {"loading_national", "loading_region", "loading_segment"};
    for (uint32_t i = 0; i < tables->provider_count; i++) {
        const wb_provider_row *row = &tables->providers[i];
        if (row->member_count > 0) continue; /* its stress says it */
        json_t *one = json_object();
        const char *const words[] = {row->class_, row->region, row->segment, row->group};
        static const char *const names[] = {"class", "region", "segment", "group"};
        for (size_t k = 0; k < 4; k++) {
            if (words[k] != NULL) set_text(one, names[k], words[k]);
        }
        if (row->has_pd) set_rate(one, "pd", &row->pd);
        for (size_t f = 0; f < 3; f++) {
            if (row->has_loading[f]) set_rate(one, loadings[f], &row->loading[f]);
        }
        if (row->has_revenue) set_money(one, "revenue", &row->revenue);
        if (row->pays != WB_PAYS_SUPPORT) set_money(one, pays[row->pays], &row->amount);
        if (row->crucial) set_text(one, "crucial", "yes");
        if (row->clients > 0) {
            (void)json_object_set_new(one, "clients", json_integer((json_int_t)row->clients));
        }
        json_t *consortia = json_object();
        for (uint32_t k = 0; k < row->consortium_count; k++)
            (void)json_object_set_new(consortia, row->consortia[k], json_true());
        (void)json_object_set_new(one, "consortia", consortia);
        (void)json_object_set_new(all, row->id, one);
    }
    return all;
}

/* What a ledger brings: figures, not which ledger (its head stands beside the hash). */
static json_t *opening_json(const wb_opening *opening)
{
    json_t *object = json_object();
    json_t *cases = json_object();
    json_t *classes = json_object();
    set_money(object, "cash", &opening->cash);
    set_money(object, "backstop_debt", &opening->backstop_debt);
    set_money(object, "obligo_called", &opening->obligo_called);
    set_money(object, "levy_called", &opening->levy_called);
    for (size_t i = 0; i < opening->case_count; i++) {
        json_t *one = json_object();
        char day[WB_DATE_TEXT_MAX];
        const wb_opening_case *loan = &opening->cases[i];
        set_text(one, "provider", loan->provider);
        set_money(one, "principal", &loan->principal);
        set_text(one, "maturity", wb_date_text(day, loan->maturity));
        json_t *schedule = json_array();
        for (size_t k = 0; k < loan->instalment_count; k++) {
            json_t *part = json_object();
            set_text(part, "date", wb_date_text(day, loan->instalments[k].date));
            set_money(part, "principal", &loan->instalments[k].principal);
            (void)json_array_append_new(schedule, part);
        }
        (void)json_object_set_new(one, "instalments", schedule);
        (void)json_object_set_new(cases, loan->loan, one);
    }
    for (size_t i = 0; i < opening->class_count; i++)
        set_text(classes, opening->classes[i].provider, opening->classes[i].class_);
    (void)json_object_set_new(object, "cases", cases);
    (void)json_object_set_new(object, "classes", classes);
    return object;
}

/* The parties, and the keys by which they divide contributions. */
static json_t *parties_json(const wb_model *model)
{
    json_t *all = json_object();
    for (uint32_t p = 0; p < model->party_count; p++) {
        json_t *one = json_object();
        json_t *keys = json_object();
        for (uint32_t j = 0; j < model->contribution_count; j++) {
            const wb_contribution *line = &model->contributions[j];
            if (line->weights != NULL) set_money(keys, line->key, &line->weights[p]);
        }
        (void)json_object_set_new(one, "keys", keys);
        if (model->parties[p].region != NULL) set_text(one, "region", model->parties[p].region);
        (void)json_object_set_new(all, model->parties[p].id, one);
    }
    return all;
}

char *wb_scenario_canonical(const wb_scenario *scenario, const wb_model *model)
{
    json_t *root = map_json(scenario->root, "", model->steps_per_year);
    (void)json_object_set_new(root, "providers", providers_json(&scenario->tables));
    (void)json_object_set_new(root, "classes", classes_json(&scenario->tables));
    (void)json_object_set_new(root, "municipalities", parties_json(model));
    (void)json_object_set_new(root, "opening", opening_json(&model->opening));
    char day[WB_DATE_TEXT_MAX];
    if (model->has_start) set_text(root, "start", wb_date_text(day, model->start));
    char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    json_decref(root);
    return text;
}

wb_code wb_scenario_hash(uint8_t hash[32], const wb_scenario *scenario, const wb_model *model,
                         wb_error *err)
{
    char *text = wb_scenario_canonical(scenario, model);
    if (text == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to hash the scenario");
    const int bad =
        crypto_generichash(hash, 32, (const unsigned char *)text, strlen(text), NULL, 0);
    free(text);
    assert(bad == 0);
    (void)bad;
    return WB_OK;
}
