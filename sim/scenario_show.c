/* scenario_show.c - every value of a scenario with its origin, and what the stresses come to. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_show.h"

const char *wb_show_origin(char text[WB_FIELD_MAX], const wb_node *node)
{
    (void)snprintf(text, WB_FIELD_MAX, "%.110s:%u", node->source->path, (unsigned)node->line);
    return text;
}

/* A scalar as a person reads it: amounts grouped, rates as they were written. */
static void value_text(char text[WB_VALUE_MAX], const wb_viewer *view, const wb_schema_key *key,
                       const wb_node *node)
{
    const char *word = NULL;
    (void)wb_scenario_value(text, key, node, view->steps_per_year);
    if (key->type == WB_TYPE_AMOUNT || key->type == WB_TYPE_AMOUNTS) {
        wb_money money;
        char grouped[WB_MONEY_TEXT_MAX];
        wb_money_init(&money);
        if (wb_schema_amount(&money, &word, key, node, NULL) == WB_OK && word == NULL) {
            (void)snprintf(text, WB_VALUE_MAX, "%s",
                           wb_money_text(grouped, &money, WB_MONEY_GROUPED));
        }
        wb_money_clear(&money);
    } else if (key->type == WB_TYPE_RATE || key->type == WB_TYPE_RATES ||
               key->type == WB_TYPE_LGD || key->type == WB_TYPE_PERIOD) {
        (void)snprintf(text, WB_VALUE_MAX, "%.200s", node->text);
    } else if (key->type == WB_TYPE_DURATION) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, WB_VALUE_MAX - used,
                       strcmp(text, "1") == 0 ? " step" : " steps");
    }
}

static void append(char line[WB_SHOW_LINE], const char *more)
{
    const size_t used = strlen(line);
    (void)snprintf(line + used, WB_SHOW_LINE - used, "%s", more);
}

/* A value that may be a list, or the mapping of an LGD. */
static void append_node(char line[WB_SHOW_LINE], const wb_viewer *view, const wb_schema_key *key,
                        const wb_node *node)
{
    if (node->kind == WB_NODE_SCALAR) {
        char value[WB_VALUE_MAX];
        value_text(value, view, key, node);
        append(line, value);
        return;
    }
    append(line, node->kind == WB_NODE_MAP ? "{" : "[");
    for (const wb_node *item = node->first; item != NULL; item = item->next) {
        if (item != node->first) append(line, ", ");
        if (node->kind == WB_NODE_MAP) {
            append(line, item->key->text);
            append(line, ": ");
        }
        append_node(line, view, key, item);
    }
    append(line, node->kind == WB_NODE_MAP ? "}" : "]");
}

static void show_map(const wb_viewer *view, const wb_node *map, const char *prefix,
                     const char *field);

static void show_key(const wb_viewer *view, const wb_node *map, const wb_schema_key *key,
                     const char *field)
{
    const wb_node *child = wb_node_child(
        map, wb_schema_child(key, "") != NULL ? key->path : strrchr(key->path, '.') + 1);
    char origin[WB_FIELD_MAX];
    char line[WB_SHOW_LINE] = "";
    if (key->type == WB_TYPE_MAP || key->type == WB_TYPE_ONE_OF) {
        if (child != NULL || wb_scenario_absent_map(key)) show_map(view, child, key->path, field);
    } else if (key->type == WB_TYPE_LIST) {
        char items[WB_FIELD_MAX];
        (void)snprintf(items, sizeof items, "%.100s[]", key->path);
        uint32_t index = 0;
        for (const wb_node *item = child != NULL ? child->first : NULL; item != NULL;
             item = item->next) {
            char at[WB_FIELD_MAX];
            (void)snprintf(at, sizeof at, "%.100s[%u]", field, (unsigned)index++);
            show_map(view, item, items, at);
        }
    } else if (child != NULL) {
        const bool table = key->type == WB_TYPE_TABLE && child->kind == WB_NODE_MAP;
        const wb_node *shown = table ? wb_node_child(child, "file") : child;
        append_node(line, view, key, shown);
        view->visit(field, line, wb_show_origin(origin, child), view->context);
    } else if (key->fallback != NULL && wb_scenario_applies(key, map)) {
        view->visit(field, key->fallback, "default", view->context);
    }
}

static void show_map(const wb_viewer *view, const wb_node *map, const char *prefix,
                     const char *field)
{
    for (size_t i = 0; i < wb_schema_count; i++) {
        const wb_schema_key *key = &wb_schema[i];
        const char *name = wb_schema_child(key, prefix);
        if (name == NULL) continue;
        if (strcmp(key->path, "providers") == 0) continue; /* shown with those of a table */
        char here[WB_FIELD_MAX];
        (void)snprintf(here, sizeof here, "%.90s%s%.30s", field, field[0] != '\0' ? "." : "", name);
        show_key(view, map, key, here);
    }
}

/* paths and seed may come from the command line */
static void show_override(const wb_viewer *view)
{
    char text[32];
    if (view->scenario->paths != 0) {
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)view->scenario->paths);
        view->visit("run.paths", text, "command line", view->context);
    }
    if (view->scenario->set_seed) {
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)view->scenario->seed);
        view->visit("run.seed", text, "command line", view->context);
    }
}

/* A probability as a percentage with two decimals; for reading only. */
static void percent(char text[32], double p)
{
    (void)snprintf(text, 32, "%.2f%%", 100.0 * p);
}

static void show_classes(const wb_viewer *view)
{
    static const char *const eligible[] = {"eligible", "not eligible", "eligible if crucial"};
    const wb_tables *tables = &view->scenario->tables;
    for (uint32_t i = 0; i < tables->class_count; i++) {
        const wb_class_row *row = &tables->classes[i];
        char path[WB_FIELD_MAX];
        char origin[WB_FIELD_MAX];
        char line[WB_SHOW_LINE];
        char pd[32];
        char number[6][WB_RATE_TEXT_MAX];
        const wb_place place = {.csv = tables->classes_csv, .row = i};
        percent(pd, wb_rate_double(&row->pd));
        for (size_t k = 0; k < 3; k++) {
            (void)wb_rate_text(number[k], &row->months[k]);
            (void)wb_rate_text(number[3 + k], &row->lgd[k]);
        }
        (void)snprintf(path, sizeof path, "classes.%s", row->id);
        (void)snprintf(line, sizeof line, "%s, pd %s, months %s / %s / %s, lgd %s / %s / %s",
                       eligible[row->eligible], pd, number[0], number[1], number[2], number[3],
                       number[4], number[5]);
        view->visit(path, line, wb_place_text(origin, &place), view->context);
    }
}

static void show_provider(const wb_viewer *view, const wb_provider_row *row)
{
    static const char *const pays[] = {"", "support", "loss", "exposure"};
    char line[WB_SHOW_LINE] = "";
    char piece[256];
    char path[WB_FIELD_MAX];
    char origin[WB_FIELD_MAX];
    char money[WB_MONEY_TEXT_MAX];
    append(line, wb_tables_eligible(&view->scenario->tables, row) ? "eligible" : "outside");
    if (row->has_pd) {
        percent(piece, wb_rate_double(&row->pd));
        append(line, ", pd ");
        append(line, piece);
    }
    const char *const words[] = {row->class_, row->region, row->segment, row->group};
    static const char *const names[] = {"class", "region", "segment", "group"};
    for (size_t k = 0; k < 4; k++) {
        if (words[k] == NULL) continue;
        (void)snprintf(piece, sizeof piece, ", %s %s", names[k], words[k]);
        append(line, piece);
    }
    for (uint32_t k = 0; k < row->consortium_count; k++) {
        (void)snprintf(piece, sizeof piece, ", consortium %s", row->consortia[k]);
        append(line, piece);
    }
    if (row->pays != WB_PAYS_SUPPORT) {
        (void)snprintf(piece, sizeof piece, ", %s %s", pays[row->pays],
                       wb_money_text(money, &row->amount, WB_MONEY_GROUPED));
        append(line, piece);
    }
    if (row->has_revenue) {
        (void)snprintf(piece, sizeof piece, ", revenue %s",
                       wb_money_text(money, &row->revenue, WB_MONEY_GROUPED));
        append(line, piece);
    }
    (void)snprintf(path, sizeof path, "providers.%s", row->id);
    view->visit(path, line, wb_place_text(origin, &row->place), view->context);
}

wb_code wb_scenario_show(const wb_scenario *scenario, const wb_opening *opening,
                         wb_scenario_visit *visit, void *context, wb_error *err)
{
    assert(scenario != NULL && visit != NULL);
    wb_diagnostics list = {0};
    wb_model *model = NULL;
    wb_code code = wb_scenario_model(&model, scenario, opening, &list);
    if (code != WB_OK) {
        if (err != NULL && list.count > 0) *err = list.items[0];
        wb_diagnostics_clear(&list);
        return code;
    }
    wb_viewer view = {scenario, visit, context, model->steps_per_year};
    show_map(&view, scenario->root, "", "");
    show_override(&view);
    if (scenario->ledger != NULL) {
        char text[WB_MONEY_TEXT_MAX];
        char count[32];
        visit("opening.cash", wb_money_text(text, &model->opening.cash, WB_MONEY_GROUPED), "ledger",
              context);
        visit("opening.backstop_debt",
              wb_money_text(text, &model->opening.backstop_debt, WB_MONEY_GROUPED), "ledger",
              context);
        visit("opening.levy_called",
              wb_money_text(text, &model->opening.levy_called, WB_MONEY_GROUPED), "ledger",
              context);
        visit("opening.obligo_called",
              wb_money_text(text, &model->opening.obligo_called, WB_MONEY_GROUPED), "ledger",
              context);
        (void)snprintf(count, sizeof count, "%zu", model->opening.case_count);
        visit("opening.loans", count, "ledger", context);
        char day[WB_DATE_TEXT_MAX];
        visit("opening.start", wb_date_text(day, model->start), "ledger", context);
    }
    show_classes(&view);
    wb_resolver to = {.scenario = scenario, .model = model, .list = &list};
    (void)wb_horizon_read(&to.horizon, scenario->root);
    to.horizon.has_start = model->has_start;
    to.horizon.start = model->start;
    wb_resolve_rows(&to, opening);
    for (uint32_t i = 0; i < model->provider_count && !to.failed; i++)
        show_provider(&view, to.rows[i]);
    if (!to.failed) wb_show_stress(&view, &to);
    if (to.failed) code = wb_fail(err, WB_E_NOMEM, "no memory to show the scenario");
    wb_resolver_clear(&to);
    wb_model_free(model);
    wb_diagnostics_clear(&list);
    return code;
}
