/* scenario_show.c - every value of a scenario with its origin, and what the stresses come to. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "waarborg/numeric.h"

typedef struct viewer {
    const wb_scenario *scenario;
    wb_scenario_visit *visit;
    void *context;
    uint32_t steps_per_year;
} viewer;

enum { LINE_MAX_SIZE = 1024 };

static const char *origin_of(char text[WB_FIELD_MAX], const wb_node *node)
{
    (void)snprintf(text, WB_FIELD_MAX, "%.110s:%u", node->source->path, (unsigned)node->line);
    return text;
}

/* A scalar as a person reads it: amounts grouped, rates as they were written. */
static void value_text(char text[WB_VALUE_MAX], const viewer *view, const wb_schema_key *key,
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

static void append(char line[LINE_MAX_SIZE], const char *more)
{
    const size_t used = strlen(line);
    (void)snprintf(line + used, LINE_MAX_SIZE - used, "%s", more);
}

/* A value that may be a list, or the mapping of an LGD. */
static void append_node(char line[LINE_MAX_SIZE], const viewer *view, const wb_schema_key *key,
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

static void show_map(const viewer *view, const wb_node *map, const char *prefix, const char *field);

static void show_key(const viewer *view, const wb_node *map, const wb_schema_key *key,
                     const char *field)
{
    const wb_node *child = wb_node_child(
        map, wb_schema_child(key, "") != NULL ? key->path : strrchr(key->path, '.') + 1);
    char origin[WB_FIELD_MAX];
    char line[LINE_MAX_SIZE] = "";
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
        view->visit(field, line, origin_of(origin, child), view->context);
    } else if (key->fallback != NULL && wb_scenario_applies(key, map)) {
        view->visit(field, key->fallback, "default", view->context);
    }
}

static void show_map(const viewer *view, const wb_node *map, const char *prefix, const char *field)
{
    for (size_t i = 0; i < wb_schema_count; i++) {
        const wb_schema_key *key = &wb_schema[i];
        const char *name = wb_schema_child(key, prefix);
        if (name == NULL || !key->built) continue;
        if (strcmp(key->path, "providers") == 0) continue; /* shown with those of a table */
        char here[WB_FIELD_MAX];
        (void)snprintf(here, sizeof here, "%.90s%s%.30s", field, field[0] != '\0' ? "." : "", name);
        show_key(view, map, key, here);
    }
}

/* paths and seed may come from the command line */
static void show_override(const viewer *view)
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

static void show_classes(const viewer *view)
{
    static const char *const eligible[] = {"eligible", "not eligible", "eligible if crucial"};
    const wb_tables *tables = &view->scenario->tables;
    for (uint32_t i = 0; i < tables->class_count; i++) {
        const wb_class_row *row = &tables->classes[i];
        char path[WB_FIELD_MAX];
        char origin[WB_FIELD_MAX];
        char line[LINE_MAX_SIZE];
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

static void show_provider(const viewer *view, const wb_provider_row *row)
{
    static const char *const pays[] = {"", "support", "loss", "exposure"};
    char line[LINE_MAX_SIZE] = "";
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

/* What a stress takes from margins, in the words of the file. */
static void show_effect(const viewer *view, const wb_stress_effect *effect, uint32_t index)
{
    char line[LINE_MAX_SIZE] = "";
    char piece[160];
    char path[WB_FIELD_MAX];
    char origin[WB_FIELD_MAX];
    (void)snprintf(piece, sizeof piece, "steps %u to %u", (unsigned)effect->first + 1,
                   (unsigned)effect->end);
    append(line, piece);
    if (effect->has_tariff) {
        const char *follow = wb_read_text(effect->node, "stress[].cost_follow");
        (void)snprintf(piece, sizeof piece, "; tariff %s, cost_follow %s -> margin %+.2f points",
                       wb_read_text(effect->node, "stress[].tariff"), follow,
                       -100.0 * wb_rate_double(&effect->loss));
        append(line, piece);
    }
    if (effect->has_multiplier) {
        (void)snprintf(piece, sizeof piece, "; probability x %s",
                       wb_read_text(effect->node, "stress[].pd_multiplier"));
        append(line, piece);
    }
    (void)snprintf(path, sizeof path, "stress[%u].in_force", (unsigned)index);
    view->visit(path, line, origin_of(origin, effect->node), view->context);
}

/* One line a phase and a distinct change: which class, from which probability to which. */
static void show_change(const viewer *view, const wb_phase *phase, const wb_provider_row *row,
                        const char *origin, double values[2], const double sums[2])
{
    char path[WB_FIELD_MAX];
    char line[LINE_MAX_SIZE];
    char from[32];
    char to[32];
    const bool own = row->has_pd || row->class_ == NULL;
    percent(from, values[0]);
    percent(to, values[1]);
    char factor[48] = "";
    if (sums[1] < 1.0 || sums[1] > 1.0) {
        (void)snprintf(factor, sizeof factor, ", x %.4g", sums[1]);
    }
    (void)snprintf(path, sizeof path, "steps[%u..%u].%s.%s", (unsigned)phase->step_first + 1,
                   (unsigned)phase->step_end, own ? "provider" : "class",
                   own ? row->id : row->class_);
    (void)snprintf(line, sizeof line, "margin %+.2f points%s -> pd %s -> %s", -100.0 * sums[0],
                   factor, from, to);
    view->visit(path, line, origin, view->context);
}

static void show_phase(const viewer *view, wb_resolver *to, const wb_phase *phase,
                       const wb_stress_effect *effects, uint32_t count, const uint64_t *hits)
{
    wb_rate margin_sd;
    wb_rate loss;
    wb_rate multiplier;
    wb_rate_init(&margin_sd);
    wb_rate_init(&loss);
    wb_rate_init(&multiplier);
    (void)wb_read_rate(&margin_sd, view->scenario->root, "margin_sd");
    const uint64_t in_force = wb_stress_in_force(effects, count, phase->step_first);
    for (uint32_t i = 0; i < to->model->provider_count; i++) {
        const uint64_t mask = in_force & hits[i];
        bool first = mask != 0;
        const wb_provider_row *row = to->rows[i];
        for (uint32_t j = 0; j < i && first; j++) { /* said for another of its class? */
            first = row->has_pd || row->class_ == NULL || to->rows[j]->has_pd ||
                    to->rows[j]->class_ == NULL || strcmp(row->class_, to->rows[j]->class_) != 0 ||
                    (in_force & hits[j]) != mask;
        }
        if (!first) continue;
        double values[2] = {wb_stress_base(to, row), 0.0};
        values[1] = wb_stress_probability(values[0], effects, mask, &margin_sd, &loss, &multiplier);
        const double sums[2] = {wb_rate_double(&loss), wb_rate_double(&multiplier)};
        char origin[LINE_MAX_SIZE] = "";
        for (uint32_t s = 0; s < count; s++) {
            if ((mask >> s & 1) == 0) continue;
            if (origin[0] != '\0') append(origin, " + ");
            append(origin, wb_read_text(effects[s].node, "stress[].name"));
        }
        show_change(view, phase, row, origin, values, sums);
    }
    wb_rate_clear(&margin_sd);
    wb_rate_clear(&loss);
    wb_rate_clear(&multiplier);
}

static wb_code show_stress(const viewer *view, wb_resolver *to, wb_error *err)
{
    wb_stress_effect *effects = NULL;
    uint32_t count = 0;
    uint64_t *hits = wb_resolve_array(to, to->model->provider_count, sizeof *hits);
    if (hits != NULL && wb_stress_read(&effects, &count, to)) {
        for (uint32_t s = 0; s < count; s++)
            show_effect(view, &effects[s], s);
        for (uint32_t i = 0; i < to->model->provider_count; i++)
            hits[i] = wb_stress_hits(effects, count, to->rows[i]);
        for (uint32_t f = 0; f < to->model->phase_count; f++)
            show_phase(view, to, &to->model->phases[f], effects, count, hits);
    }
    wb_stress_clear(effects, count);
    free(hits);
    if (to->failed) return wb_fail(err, WB_E_NOMEM, "no memory to show the scenario");
    return WB_OK;
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
    viewer view = {scenario, visit, context, model->steps_per_year};
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
    wb_resolve_rows(&to);
    for (uint32_t i = 0; i < model->provider_count && !to.failed; i++)
        show_provider(&view, to.rows[i]);
    code = show_stress(&view, &to, err);
    free((void *)to.rows);
    wb_model_free(model);
    wb_diagnostics_clear(&list);
    return code;
}
