/* scenario_whole.c - the merged tree: what is missing, and values that contradict each other. */
#include <assert.h>
#include <string.h>

#include "sim/scenario_time.h"
#include "waarborg/model.h"

/* Fail at a node; the message is in err. */
static void report(const wb_node *node, bool key, const char *field, wb_error *err,
                   wb_diagnostics *list)
{
    wb_node_report(node, key, field, err, list);
}

static void report_missing(const wb_node *map, const wb_schema_key *key, const char *name,
                           const char *field, wb_diagnostics *list)
{
    wb_error err = {0};
    (void)wb_fail(&err, WB_E_MISSING, "'%s' is missing", name);
    if (strcmp(key->path, "waarborg") == 0) {
        wb_error_hint(&err, "a scenario starts with `waarborg: scenario/1`");
    } else if (key->type == WB_TYPE_MAP || key->type == WB_TYPE_ONE_OF) {
        wb_error_hint(&err, "%s", key->help);
    } else {
        wb_error_hint(&err, "%s; write %s", key->help, wb_schema_example(key));
    }
    report(map, true, field[0] != '\0' ? field : NULL, &err, list);
}

static void check_required(const wb_node *map, const char *prefix, const char *field,
                           wb_diagnostics *list);

static void check_required_items(const wb_node *items, const wb_schema_key *key, const char *field,
                                 wb_diagnostics *list)
{
    char prefix[WB_FIELD_MAX];
    (void)snprintf(prefix, sizeof prefix, "%.100s[]", key->path);
    uint32_t index = 0;
    for (const wb_node *item = items->first; item != NULL; item = item->next) {
        char at[WB_FIELD_MAX];
        (void)snprintf(at, sizeof at, "%.80s[%u]", field, (unsigned)index++);
        if (item->kind == WB_NODE_MAP) check_required(item, prefix, at, list);
    }
}

static void check_required(const wb_node *map, const char *prefix, const char *field,
                           wb_diagnostics *list)
{
    for (size_t i = 0; i < wb_schema_count; i++) {
        const wb_schema_key *key = &wb_schema[i];
        const char *name = wb_schema_child(key, prefix);
        if (name == NULL) continue;
        const wb_node *child = wb_node_child(map, name);
        char here[WB_FIELD_MAX];
        (void)snprintf(here, sizeof here, "%.60s%s%s", field, field[0] != '\0' ? "." : "", name);
        if (child == NULL) {
            if (key->required) report_missing(map, key, name, field, list);
        } else if (child->bad) {
            continue;
        } else if (child->kind == WB_NODE_MAP && key->type == WB_TYPE_MAP) {
            check_required(child, key->path, here, list);
        } else if (key->type == WB_TYPE_LIST) {
            check_required_items(child, key, here, list);
        }
    }
}

static void check_opening(const wb_node *root, wb_diagnostics *list)
{
    const wb_node *opening = wb_node_at(root, "fund.opening");
    if (opening == NULL || opening->bad || opening->kind != WB_NODE_MAP) return;
    const wb_node *cash = wb_node_child(opening, "cash");
    const wb_node *ledger = wb_node_child(opening, "from_ledger");
    wb_error err = {0};
    if (cash != NULL && ledger != NULL) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'cash' beside 'from_ledger'");
        wb_error_hint(&err, "the ledger says what cash there is; keep one of the two");
        report(cash->key->line > ledger->key->line ? cash : ledger, true, "fund.opening", &err,
               list);
    } else if (opening->count == 0) {
        (void)wb_fail(&err, WB_E_MISSING, "'opening' says nothing");
        wb_error_hint(&err, "write {cash: 10 000 000.00} or {from_ledger: PATH}");
        report(opening, false, "fund.opening", &err, list);
    }
}

static void check_contribution(const wb_node *item, const char *field, wb_diagnostics *list)
{
    static const char *const kinds[] = {"amount", "rate", "per_provider"};
    const wb_node *found[3] = {NULL, NULL, NULL};
    uint32_t count = 0;
    for (size_t k = 0; k < 3; k++) {
        const wb_node *node = wb_node_child(item, kinds[k]);
        if (node != NULL) found[count++] = node;
    }
    wb_error err = {0};
    if (count == 0) {
        (void)wb_fail(&err, WB_E_MISSING, "no amount, rate or per_provider");
        wb_error_hint(&err, "say what the group pays, such as amount: 1 500 000.00");
        report(item, false, field, &err, list);
        return;
    }
    if (count > 1) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' beside '%s'", found[1]->key->text,
                      found[0]->key->text);
        wb_error_hint(&err, "give one of amount, rate and per_provider; a second line of the list "
                            "may hold another");
        report(found[1], true, field, &err, list);
        return;
    }
    const char *group = wb_read_text(item, "contributions[].group");
    if (group == NULL) return;
    const bool providers = strcmp(group, "providers") == 0;
    const bool amount = strcmp(found[0]->key->text, "amount") == 0;
    const wb_node *key = wb_node_child(item, "key");
    const char *by = wb_read_text(item, "contributions[].key");
    if (providers && amount && by != NULL && strcmp(by, "revenue") != 0 &&
        strcmp(by, "equal") != 0) {
        (void)wb_fail(&err, WB_E_CHOICE, "the providers have no key '%s'", by);
        wb_error_hint(&err, "write key: revenue or key: equal");
        report(key, false, field, &err, list);
    } else if (!providers && !amount) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' is for the group providers, not for '%s'",
                      found[0]->key->text, group);
        wb_error_hint(&err, "write amount: 1 500 000.00, or group: providers");
        report(found[0], true, field, &err, list);
    }
    const char *extra = amount ? "minimum_revenue" : "key";
    const wb_node *node = wb_node_child(item, extra);
    if (node != NULL && !node->bad) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' does nothing beside '%s'", extra,
                      found[0]->key->text);
        wb_error_hint(&err, "remove it");
        report(node, true, field, &err, list);
    }
}

/* Rates of a mapping that may not add up to more than 1. */
static void check_sum(const wb_node *map, const char *const paths[3], const char *what,
                      wb_diagnostics *list)
{
    if (map == NULL || map->bad) return;
    wb_rate sum;
    wb_rate part;
    wb_rate_init(&sum);
    wb_rate_init(&part);
    const wb_node *last = map;
    for (size_t i = 0; i < 3; i++) {
        if (!wb_read_rate(&part, map, paths[i])) continue;
        mpq_add(sum.ratio, sum.ratio, part.ratio);
        const wb_node *node = wb_node_child(map, strrchr(paths[i], '.') + 1);
        if (node != NULL) last = node;
    }
    if (mpq_cmp_ui(sum.ratio, 1, 1) > 0) {
        wb_error err = {0};
        char text[WB_RATE_TEXT_MAX];
        (void)wb_fail(&err, WB_E_RANGE, "%s add up to %s, more than 1", what,
                      wb_rate_text(text, &sum));
        wb_error_hint(&err, "what is left of 1 is %s",
                      strcmp(paths[0], "support.cure") == 0 ? "the probability of failure"
                                                            : "the provider's own");
        report(last, last != map, map->key->text, &err, list);
    }
    wb_rate_clear(&sum);
    wb_rate_clear(&part);
}

void wb_check_duration(const wb_node *map, const char *path, const char *field,
                       const wb_horizon *horizon, wb_diagnostics *list)
{
    uint32_t count = 0;
    uint32_t steps = 0;
    bool months = false;
    const wb_node *node = wb_node_child(map, strrchr(path, '.') + 1);
    if (node == NULL || !wb_read_duration(&count, &months, map, path)) return;
    if (wb_duration_steps(&steps, count, months, horizon->steps_per_year)) return;
    wb_error err = {0};
    (void)wb_fail(&err, WB_E_RANGE, "'%s' is no whole number of steps of a %s", node->text,
                  wb_horizon_step_name(horizon));
    wb_error_hint(&err, "a %s is %u months", wb_horizon_step_name(horizon),
                  12 / (unsigned)horizon->steps_per_year);
    report(node, false, field, &err, list);
}

static void check_durations(const wb_node *root, const wb_horizon *horizon, wb_diagnostics *list)
{
    const wb_node *support = wb_node_child(root, "support");
    const wb_node *peers = wb_node_at(root, "contagion.peers");
    wb_check_duration(support, "support.term", "support.term", horizon, list);
    wb_check_duration(support, "support.recovery_lag", "support.recovery_lag", horizon, list);
    wb_check_duration(peers, "contagion.peers.duration", "contagion.peers.duration", horizon, list);
}

/* The t copula needs its degrees of freedom, and only it has them. */
static void check_copula(const wb_node *root, wb_diagnostics *list)
{
    const wb_node *map = wb_node_child(root, "dependence");
    if (map == NULL || map->bad) return;
    const wb_node *degrees = wb_node_child(map, "degrees_of_freedom");
    uint32_t copula = 0;
    wb_error err = {0};
    if (!wb_read_choice(&copula, map, "dependence.copula")) return;
    if (copula == 1 && degrees == NULL) {
        (void)wb_fail(&err, WB_E_MISSING, "copula t needs 'degrees_of_freedom'");
        wb_error_hint(&err, "add degrees_of_freedom: 4, from 3 to 60: fewer means more that fail "
                            "together");
        report(wb_node_child(map, "copula"), false, "dependence", &err, list);
    } else if (copula == 0 && degrees != NULL && !degrees->bad) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'degrees_of_freedom' does nothing without copula t");
        wb_error_hint(&err, "write copula: t, or remove it");
        report(degrees, true, "dependence", &err, list);
    }
}

static void check_start(const wb_node *root, const wb_horizon *horizon, wb_diagnostics *list)
{
    if (!horizon->has_start || wb_horizon_fits(horizon, horizon->start)) return;
    wb_error err = {0};
    const wb_node *node = wb_node_child(root, "start");
    (void)wb_fail(&err, WB_E_RANGE, "'%s' is not the first day of a step", node->text);
    wb_error_hint(&err, horizon->steps_per_year == 12
                            ? "steps of a month start on the first of a month"
                            : "steps start on the first of January, April, July or October");
    report(node, false, "start", &err, list);
}

/* Points of {uniform: ...} and {triangular: ...} go up. */
static void check_points(const wb_node *form, const wb_schema_key *key, wb_diagnostics *list)
{
    wb_rate before;
    wb_rate now;
    wb_rate_init(&before);
    wb_rate_init(&now);
    for (const wb_node *item = form->first; item != NULL; item = item->next) {
        if (wb_schema_rate(&now, NULL, key, item, NULL) != WB_OK) continue;
        if (item != form->first && wb_rate_compare(&now, &before) < 0) {
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_RANGE, "'%s' is less than the value before it", item->text);
            wb_error_hint(&err, "write them from low to high");
            report(item, false, "support.lgd", &err, list);
        }
        wb_rate_set(&before, &now);
    }
    wb_rate_clear(&before);
    wb_rate_clear(&now);
}

/* Whether an earlier pair of the table has the same loss. */
static bool is_repeated(const wb_node *form, const wb_node *pair, const wb_schema_key *key)
{
    bool found = false;
    wb_rate value;
    wb_rate other;
    wb_rate_init(&value);
    wb_rate_init(&other);
    if (wb_schema_rate(&value, NULL, key, pair->first, NULL) == WB_OK) {
        for (const wb_node *item = form->first; item != pair && !found; item = item->next) {
            found = wb_schema_rate(&other, NULL, key, item->first, NULL) == WB_OK &&
                    wb_rate_compare(&value, &other) == 0;
        }
    }
    wb_rate_clear(&value);
    wb_rate_clear(&other);
    return found;
}

/* Losses of {table: ...} are distinct, and its probabilities add up to 1. */
static void check_pairs(const wb_node *form, const wb_schema_key *key, wb_diagnostics *list)
{
    wb_error err = {0};
    wb_rate weight;
    wb_rate sum;
    wb_rate_init(&weight);
    wb_rate_init(&sum);
    for (const wb_node *pair = form->first; pair != NULL; pair = pair->next) {
        if (wb_schema_rate(&weight, NULL, key, pair->last, NULL) == WB_OK) {
            mpq_add(sum.ratio, sum.ratio, weight.ratio);
        }
        if (!is_repeated(form, pair, key)) continue;
        (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "loss '%s' is given twice", pair->first->text);
        report(pair->first, false, "support.lgd", &err, list);
    }
    if (mpq_cmp_ui(sum.ratio, 1, 1) != 0) {
        char text[WB_RATE_TEXT_MAX];
        (void)wb_fail(&err, WB_E_RANGE, "the probabilities add up to %s, not 1",
                      wb_rate_text(text, &sum));
        report(form, false, "support.lgd", &err, list);
    }
    wb_rate_clear(&weight);
    wb_rate_clear(&sum);
}

static void check_lgd(const wb_node *root, wb_diagnostics *list)
{
    const wb_node *lgd = wb_node_at(root, "support.lgd");
    if (lgd == NULL || lgd->bad || lgd->kind != WB_NODE_MAP || lgd->first == NULL) return;
    const wb_schema_key *key = wb_schema_find("support.lgd");
    if (strcmp(lgd->first->key->text, "table") == 0) {
        check_pairs(lgd->first, key, list);
    } else {
        check_points(lgd->first, key, list);
    }
}

/* A value given twice in a list of levels or thresholds would be two measures of one name. */
static void check_distinct(const wb_node *root, const char *path, wb_diagnostics *list)
{
    const wb_node *items = wb_node_at(root, path);
    if (items == NULL || items->bad || items->kind != WB_NODE_LIST) return;
    const wb_schema_key *key = wb_schema_find(path);
    mpq_t value[2];
    mpq_init(value[0]);
    mpq_init(value[1]);
    for (const wb_node *a = items->first; a != NULL; a = a->next) {
        for (const wb_node *b = items->first; b != a; b = b->next) {
            const wb_node *nodes[2] = {a, b};
            for (size_t i = 0; i < 2; i++) {
                wb_rate rate;
                wb_money money;
                wb_rate_init(&rate);
                wb_money_init(&money);
                const wb_code code = key->type == WB_TYPE_RATES
                                         ? wb_schema_rate(&rate, NULL, key, nodes[i], NULL)
                                         : wb_schema_amount(&money, NULL, key, nodes[i], NULL);
                assert(code == WB_OK);
                (void)code;
                if (key->type == WB_TYPE_AMOUNTS) mpq_set_z(rate.ratio, money.cents);
                mpq_set(value[i], rate.ratio);
                wb_rate_clear(&rate);
                wb_money_clear(&money);
            }
            if (!mpq_equal(value[0], value[1])) continue;
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "'%s' is given twice", a->text);
            report(a, false, path, &err, list);
            break;
        }
    }
    mpq_clear(value[0]);
    mpq_clear(value[1]);
}

void wb_check_whole(wb_node *root, wb_diagnostics *list)
{
    static const char *const factors[3] = {"dependence.national", "dependence.region",
                                           "dependence.segment"};
    static const char *const outcomes[3] = {"support.cure", "support.extend", "support.convert"};
    check_required(root, "", "", list);
    check_opening(root, list);
    check_sum(wb_node_child(root, "dependence"), factors, "the correlations", list);
    check_sum(wb_node_child(root, "support"), outcomes, "cure, extend and convert", list);
    check_lgd(root, list);
    check_copula(root, list);
    check_distinct(root, "measures.levels", list);
    check_distinct(root, "measures.exceed", list);
    check_distinct(root, "measures.fund_levels", list);
    const wb_node *items = wb_node_child(root, "contributions");
    uint32_t index = 0;
    for (const wb_node *item = items != NULL && items->kind == WB_NODE_LIST ? items->first : NULL;
         item != NULL; item = item->next) {
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "contributions[%u]", (unsigned)index++);
        if (item->kind == WB_NODE_MAP && !item->bad) check_contribution(item, field, list);
    }
    wb_horizon horizon;
    const bool known = wb_horizon_read(&horizon, root);
    if (known) {
        check_start(root, &horizon, list);
        check_durations(root, &horizon, list);
        if (horizon.has_start && !wb_horizon_fits(&horizon, horizon.start)) return;
    }
    wb_check_stresses(root, known ? &horizon : NULL, list);
}
