/* scenario_model.c - from a checked scenario to a model: amounts, rules, measures. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "waarborg/numeric.h"

static void fail(wb_resolver *to, wb_error *err)
{
    to->failed = true;
    wb_diagnostics_add(to->list, err);
}

void wb_resolve_no_memory(wb_resolver *to)
{
    wb_error err = {0};
    (void)wb_fail(&err, WB_E_NOMEM, "no memory for the model");
    fail(to, &err);
}

void *wb_resolve_array(wb_resolver *to, size_t count, size_t size)
{
    void *array = calloc(count > 0 ? count : 1, size);
    if (array == NULL) wb_resolve_no_memory(to);
    return array;
}

void wb_resolver_clear(wb_resolver *to)
{
    free(to->providers);
    free((void *)to->rows);
    free((void *)to->parties);
}

char *wb_resolve_text(wb_resolver *to, const char *text)
{
    char *copy = wb_resolve_array(to, strlen(text) + 1, 1);
    if (copy != NULL) memcpy(copy, text, strlen(text) + 1);
    return copy;
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

wb_name *wb_resolve_names(wb_resolver *to, const char **ids, uint32_t count, uint32_t *distinct,
                          const char *what)
{
    *distinct = 0;
    qsort(ids, count, sizeof *ids, by_text);
    wb_name *names = wb_resolve_array(to, count, sizeof *names);
    for (uint32_t i = 0; names != NULL && i < count; i++) {
        if (i > 0 && strcmp(ids[i - 1], ids[i]) == 0) continue;
        wb_name *name = &names[*distinct];
        name->id = wb_resolve_text(to, ids[i]);
        if (name->id == NULL) break;
        name->index = wb_draw_index(ids[i]);
        (*distinct)++;
        for (uint32_t other = 0; what != NULL && other + 1 < *distinct; other++) {
            if (names[other].index != name->index) continue;
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_CONFLICT, "%s '%s' and '%s' would share their draws", what,
                          names[other].id, name->id);
            wb_error_hint(&err, "their 48-bit indexes are equal by accident; rename one");
            fail(to, &err);
        }
    }
    return names;
}

uint32_t wb_resolve_find(const wb_name *names, uint32_t count, const char *id)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = strcmp(names[middle].id, id);
        if (order == 0) return middle;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    assert(false && "an id that was collected");
    return WB_NONE;
}

/* A rate as the probability it is. */
static void read_double(double *value, const wb_node *map, const char *path)
{
    wb_rate rate;
    wb_rate_init(&rate);
    if (wb_read_rate(&rate, map, path)) *value = wb_rate_double(&rate);
    wb_rate_clear(&rate);
}

static void resolve_fund(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_node *fund = wb_node_child(to->scenario->root, "fund");
    uint32_t surplus = 0;
    (void)wb_read_amount(&model->floor, fund, "fund.floor");
    model->has_target = wb_read_amount(&model->target, fund, "fund.target");
    model->has_cap = wb_read_amount(&model->cap, fund, "fund.cap");
    (void)wb_read_choice(&surplus, fund, "fund.surplus");
    model->surplus = surplus == 0 ? WB_SURPLUS_REFUND : WB_SURPLUS_HOLIDAY;
    (void)wb_read_rate(&model->interest, fund, "fund.interest");
    (void)wb_read_amount(&model->costs, fund, "fund.costs");
}

static const wb_node *layer_of(const wb_resolver *to, const char *name)
{
    return wb_node_child(wb_node_child(to->scenario->root, "waterfall"), name);
}

static void resolve_groups(wb_resolver *to)
{
    wb_model *model = to->model;
    const char *ids[WB_CONTRIBUTIONS_MAX + 2];
    uint32_t count = 0;
    const wb_node *items = wb_node_child(to->scenario->root, "contributions");
    for (const wb_node *item = items != NULL ? items->first : NULL; item != NULL;
         item = item->next) {
        ids[count++] = wb_read_text(item, "contributions[].group");
    }
    const wb_node *levy = layer_of(to, "levy");
    const wb_node *obligo = layer_of(to, "obligo");
    const char *levy_group = wb_read_text(levy, "waterfall.levy.group");
    const char *obligo_group = wb_read_text(obligo, "waterfall.obligo.group");
    if (levy != NULL) ids[count++] = levy_group;
    if (obligo != NULL) ids[count++] = obligo_group;
    model->groups = wb_resolve_names(to, ids, count, &model->group_count, NULL);
    model->levy_group = model->obligo_group = WB_NONE;
    if (to->failed) return;
    const uint32_t groups = model->group_count;
    if (levy != NULL) model->levy_group = wb_resolve_find(model->groups, groups, levy_group);
    if (obligo != NULL) model->obligo_group = wb_resolve_find(model->groups, groups, obligo_group);
}

static void resolve_contributions(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_node *items = wb_node_child(to->scenario->root, "contributions");
    if (items == NULL || to->failed) return;
    model->contributions = wb_resolve_array(to, items->count, sizeof *model->contributions);
    for (const wb_node *item = items->first; item != NULL && !to->failed; item = item->next) {
        wb_contribution *line = &model->contributions[model->contribution_count++];
        wb_contribution_init(line);
        line->group = wb_resolve_find(model->groups, model->group_count,
                                      wb_read_text(item, "contributions[].group"));
        line->kind = WB_CONTRIBUTES_AMOUNT;
        if (wb_read_rate(&line->rate, item, "contributions[].rate")) {
            line->kind = WB_CONTRIBUTES_RATE;
        } else if (wb_read_amount(&line->amount, item, "contributions[].per_provider")) {
            line->kind = WB_CONTRIBUTES_PER_PROVIDER;
        } else {
            (void)wb_read_amount(&line->amount, item, "contributions[].amount");
        }
        (void)wb_read_amount(&line->minimum_revenue, item, "contributions[].minimum_revenue");
        uint32_t when = 0;
        (void)wb_read_choice(&when, item, "contributions[].when");
        line->start_of_year = when == 1;
        const bool providers =
            strcmp(wb_read_text(item, "contributions[].group"), "providers") == 0;
        if (providers && line->kind == WB_CONTRIBUTES_AMOUNT) line->kind = WB_CONTRIBUTES_SHARED;
        line->key = wb_resolve_text(to, wb_read_text(item, "contributions[].key"));
        wb_rate *change = wb_resolve_array(to, model->step_count, sizeof *change);
        for (uint32_t t = 0; change != NULL && t < model->step_count; t++) {
            wb_rate_init(&change[t]);
            wb_rate_set_ratio(&change[t], 1, 1);
        }
        line->change = change;
    }
}

/* A layer's cap in euros: base x cap, rounded once. */
static bool resolve_layer(wb_money *cap, const wb_node *layer, const char *cap_path,
                          const char *base_path)
{
    wb_rate share;
    wb_money base;
    wb_rate_init(&share);
    wb_money_init(&base);
    const bool there =
        wb_read_rate(&share, layer, cap_path) && wb_read_amount(&base, layer, base_path);
    if (there) wb_rate_apply(cap, &base, &share, WB_ROUND_HALF_AWAY);
    wb_rate_clear(&share);
    wb_money_clear(&base);
    return there;
}

static void resolve_waterfall(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_node *backstop = layer_of(to, "backstop");
    model->has_levy = resolve_layer(&model->levy_cap, layer_of(to, "levy"), "waterfall.levy.cap",
                                    "waterfall.levy.base");
    model->has_obligo = resolve_layer(&model->obligo_cap, layer_of(to, "obligo"),
                                      "waterfall.obligo.cap", "waterfall.obligo.base");
    (void)wb_read_amount(&model->obligo_base, layer_of(to, "obligo"), "waterfall.obligo.base");
    model->has_backstop = backstop != NULL;
    uint32_t choice = 0;
    (void)wb_read_choice(&choice, backstop, "waterfall.backstop.repay");
    model->backstop_repay = choice == 0;
    (void)wb_read_choice(&choice, wb_node_child(to->scenario->root, "waterfall"), "waterfall.ruin");
    model->ruin_absorbs = choice == 1;
    wb_money *limits = wb_resolve_array(to, model->step_count, sizeof *limits);
    bool *unlimited = wb_resolve_array(to, model->step_count, sizeof *unlimited);
    for (uint32_t t = 0; limits != NULL && t < model->step_count; t++) {
        wb_money_init(&limits[t]);
        if (backstop == NULL || unlimited == NULL) continue;
        /* a limit that is not an amount is the word `unlimited` */
        unlimited[t] = !wb_read_amount(&limits[t], backstop, "waterfall.backstop.limit");
    }
    model->backstop_limit = limits;
    model->backstop_unlimited = unlimited;
    model->backstop_stressed = wb_resolve_array(to, model->step_count, sizeof(bool));
}

/* A duration of the mapping `map`, which was checked. */
static uint32_t read_steps(const wb_resolver *to, const wb_node *map, const char *path)
{
    uint32_t count = 0;
    uint32_t steps = 0;
    bool months = false;
    const bool read = wb_read_duration(&count, &months, map, path);
    const bool whole = wb_duration_steps(&steps, count, months, to->horizon.steps_per_year);
    assert(read && whole);
    (void)read, (void)whole;
    return steps;
}

static void resolve_support(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_node *support = wb_node_child(to->scenario->root, "support");
    uint64_t number = 0;
    model->term = read_steps(to, support, "support.term");
    model->recovery_lag = read_steps(to, support, "support.recovery_lag");
    if (wb_read_number(&number, support, "support.instalments")) {
        model->instalments = (uint32_t)number;
    }
    if (wb_read_number(&number, support, "support.extensions")) {
        model->extensions = (uint32_t)number;
    }
    (void)wb_read_rate(&model->support_interest, support, "support.interest");
    (void)wb_read_rate(&model->grant_share, support, "support.grant_share");
    model->has_support_cap = wb_read_rate(&model->support_cap, support, "support.cap");
    read_double(&model->cure, support, "support.cure");
    read_double(&model->extend, support, "support.extend");
    read_double(&model->convert, support, "support.convert");
    read_double(&model->fail_unsupported, support, "support.fail_unsupported");
    uint32_t replace = 1;
    (void)wb_read_choice(&replace, support, "support.replace");
    model->replace = replace == 0;
}

static void resolve_dependence(wb_resolver *to)
{
    wb_model *model = to->model;
    uint64_t number = 0;
    const wb_node *dependence = wb_node_child(to->scenario->root, "dependence");
    if (wb_read_number(&number, dependence, "dependence.degrees_of_freedom")) {
        model->degrees_of_freedom = (uint32_t)number;
    }
    read_double(&model->ar1, dependence, "dependence.ar1");
    read_double(&model->cure_rho, dependence, "dependence.cure_rho");
    read_double(&model->lgd_rho, dependence, "dependence.lgd_rho");
    const wb_node *contagion = wb_node_child(to->scenario->root, "contagion");
    (void)wb_read_amount(&model->contagion_minimum, contagion, "contagion.source_minimum");
    const wb_node *peers = wb_node_child(contagion, "peers");
    if (peers == NULL) return;
    read_double(&model->peers_multiplier, peers, "contagion.peers.multiplier");
    model->peers_duration = read_steps(to, peers, "contagion.peers.duration");
}

/* The items of a list, or of the default "95%, 99%"; false after the last. */
static bool next_item(wb_node *item, const wb_node **at, const char **rest, char text[WB_ID_MAX])
{
    if (*at != NULL) {
        *item = **at;
        *at = (*at)->next;
        return true;
    }
    if (*rest == NULL || **rest == '\0') return false;
    const size_t size = strcspn(*rest, ",");
    assert(size < WB_ID_MAX);
    memcpy(text, *rest, size);
    text[size] = '\0';
    *item = (wb_node){.kind = WB_NODE_SCALAR, .text = text, .size = size};
    *rest += size;
    *rest += strspn(*rest, ", ");
    return true;
}

static void resolve_levels(wb_resolver *to, const char *path, wb_level *levels, uint32_t *count)
{
    const wb_schema_key *key = wb_schema_find(path);
    const wb_node *list = wb_node_at(to->scenario->root, path);
    const wb_node *at = list != NULL ? list->first : NULL;
    const char *rest = list != NULL ? NULL : key->fallback;
    wb_node item;
    char text[WB_ID_MAX];
    while (next_item(&item, &at, &rest, text)) {
        assert(*count < WB_LEVELS_MAX);
        wb_level *level = &levels[(*count)++];
        char exact[WB_RATE_TEXT_MAX];
        const wb_code code = wb_schema_rate(&level->level, NULL, key, &item, NULL);
        assert(code == WB_OK);
        (void)code;
        (void)wb_rate_text(exact, &level->level);
        assert(strlen(exact) < sizeof level->text);
        memcpy(level->text, exact, strlen(exact) + 1);
    }
}

static void resolve_measures(wb_resolver *to)
{
    wb_model *model = to->model;
    resolve_levels(to, "measures.levels", model->levels, &model->level_count);
    resolve_levels(to, "measures.fund_levels", model->fund_levels, &model->fund_level_count);
    const wb_schema_key *key = wb_schema_find("measures.exceed");
    const wb_node *list = wb_node_at(to->scenario->root, "measures.exceed");
    for (const wb_node *item = list != NULL ? list->first : NULL; item != NULL; item = item->next) {
        const wb_code code =
            wb_schema_amount(&model->exceed[model->exceed_count++], NULL, key, item, NULL);
        assert(code == WB_OK);
        (void)code;
    }
}

/* The step after the ledger's last date, or the start of the file if it comes later. */
static void resolve_start(wb_resolver *to, const wb_opening *opening)
{
    wb_model *model = to->model;
    if (opening != NULL && to->horizon.has_start &&
        to->horizon.start.days <= opening->ledger_last_date.days) {
        const wb_node *start = wb_node_child(to->scenario->root, "start");
        char last[WB_DATE_TEXT_MAX];
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' is not after the ledger's last date %s",
                      start->text, wb_date_text(last, opening->ledger_last_date));
        wb_error_hint(&err, "start later, or leave 'start' out: the first step after that date");
        wb_node_report(start, false, "start", &err, to->list);
        to->failed = true;
    }
    if (opening != NULL && !to->horizon.has_start) {
        to->horizon.has_start = true;
        to->horizon.start = wb_horizon_after(&to->horizon, opening->ledger_last_date);
    }
    model->years = to->horizon.years;
    model->steps_per_year = to->horizon.steps_per_year;
    model->step_count = to->horizon.step_count;
    model->has_start = to->horizon.has_start;
    model->start = to->horizon.start;
}

static void resolve_run(wb_resolver *to)
{
    const wb_node *run = wb_node_child(to->scenario->root, "run");
    (void)wb_read_number(&to->model->paths, run, "run.paths");
    (void)wb_read_number(&to->model->seed, run, "run.seed");
    if (to->scenario->paths != 0) to->model->paths = to->scenario->paths;
    if (to->scenario->set_seed) to->model->seed = to->scenario->seed;
    to->model->name = wb_resolve_text(to, wb_read_text(to->scenario->root, "name"));
}

/* A shared amount by a revenue that nobody has would silently bring nothing. */
static void check_shared(wb_resolver *to)
{
    const wb_model *model = to->model;
    const wb_node *items = wb_node_child(to->scenario->root, "contributions");
    const wb_node *item = items != NULL ? items->first : NULL;
    for (uint32_t j = 0; item != NULL && j < model->contribution_count; j++, item = item->next) {
        const wb_contribution *line = &model->contributions[j];
        if (line->kind != WB_CONTRIBUTES_SHARED || strcmp(line->key, "equal") == 0) continue;
        bool somebody = false;
        for (uint32_t i = 0; i < model->provider_count; i++)
            somebody = somebody || wb_money_sign(&model->providers[i].revenue) > 0;
        if (somebody) continue;
        wb_error err;
        (void)wb_fail(&err, WB_E_RANGE, "key 'revenue' is 0 everywhere: nobody would pay");
        wb_error_hint(&err, "give the providers a revenue, or write key: equal");
        wb_node_report(item, false, "contributions[].key", &err, to->list);
        to->failed = true;
    }
}

static void resolve(wb_resolver *to, const wb_opening *opening)
{
    const bool known = wb_horizon_read(&to->horizon, to->scenario->root);
    assert(known);
    (void)known;
    resolve_start(to, opening);
    resolve_run(to);
    resolve_fund(to);
    resolve_groups(to);
    resolve_contributions(to);
    resolve_waterfall(to);
    resolve_support(to);
    resolve_dependence(to);
    resolve_measures(to);
    if (!to->failed) wb_resolve_rows(to, opening);
    if (!to->failed) wb_resolve_parties(to);
    if (!to->failed) wb_resolve_providers(to);
    if (!to->failed) check_shared(to);
    if (!to->failed) wb_resolve_stress(to);
    if (!to->failed) wb_resolve_opening(to, opening);
    wb_error err = {0};
    if (!to->failed &&
        wb_scenario_hash(to->model->blake2b, to->scenario, to->model, &err) != WB_OK) {
        fail(to, &err);
    }
}

wb_code wb_scenario_model(wb_model **model, const wb_scenario *scenario, const wb_opening *opening,
                          wb_diagnostics *list)
{
    assert(model != NULL && scenario != NULL && list != NULL);
    assert((opening != NULL) == (scenario->ledger != NULL));
    *model = NULL;
    wb_resolver to = {.scenario = scenario, .list = list, .model = wb_model_new()};
    wb_error err = {0};
    if (to.model == NULL) {
        wb_resolve_no_memory(&to);
    } else {
        resolve(&to, opening);
    }
    wb_resolver_clear(&to);
    if (!to.failed && wb_model_check(to.model, &err) != WB_OK) {
        wb_error_at(&err, scenario->root->source->path, 0, NULL);
        fail(&to, &err);
    }
    if (to.failed) {
        wb_model_free(to.model);
        return wb_diagnostics_code(list);
    }
    *model = to.model;
    return WB_OK;
}
