/* sim_compare.c - scenarios side by side, as a document and as text. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

/* ---- the document ---- */

static json_t *scenario_json(const wb_model *model)
{
    json_t *item = wb_sim_json_scenario(model);
    if (model->opening.ledger_count > 0) {
        wb_sim_json_set(item, "ledger", wb_sim_json_ledger(&model->opening));
    }
    return item;
}

/* A difference repeats no key of its figure. */
static json_t *difference_json(const wb_measure *difference, bool exceeds_noise)
{
    static const char *const keys[] = {"amount", "value", "ci95", "se"};
    json_t *all = wb_sim_json_measure(difference);
    json_t *item = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        json_t *value = json_object_get(all, keys[i]);
        if (value != NULL) (void)json_object_set(item, keys[i], value);
    }
    json_decref(all);
    wb_sim_json_set(item, "exceeds_noise", exceeds_noise ? json_true() : json_false());
    return item;
}

static bool print_measures(FILE *out, const wb_sim_comparison *c, size_t scenario)
{
    bool good = true;
    for (size_t f = 0; f < c->figure_count && good; f++) {
        const size_t at = scenario * c->figure_count + f;
        const bool last = scenario + 1 == c->scenario_count && f + 1 == c->figure_count;
        json_t *item = wb_sim_json_measure(&c->figures[at]);
        wb_sim_json_set(item, "scenario", json_integer((json_int_t)scenario));
        if (scenario > 0) {
            wb_sim_json_set(item, "difference",
                            difference_json(&c->differences[at], c->exceeds_noise[at]));
        }
        good = wb_sim_json_line(out, item, last ? "" : ",");
    }
    return good;
}

wb_code wb_sim_compare_json(FILE *out, const wb_model *const *models,
                            const wb_sim_comparison *comparison, const char *version, wb_error *err)
{
    assert(out != NULL && models != NULL && comparison != NULL && version != NULL);
    bool good = wb_sim_json_head(out, "sim-compare", models[0], version);
    (void)fputs("  \"scenarios\": [\n", out);
    for (size_t s = 0; s < comparison->scenario_count && good; s++) {
        good = wb_sim_json_line(out, scenario_json(models[s]),
                                s + 1 < comparison->scenario_count ? "," : "");
    }
    (void)fputs("  ],\n  \"measures\": [\n", out);
    for (size_t s = 0; s < comparison->scenario_count && good; s++)
        good = print_measures(out, comparison, s);
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- texts ---- */

/* How a figure is shown. */
typedef enum kind { KIND_AMOUNT, KIND_CHANCE, KIND_COUNT } kind;

static kind kind_of(const wb_measure *m)
{
    if (m->form == WB_MEASURE_AMOUNT) return KIND_AMOUNT;
    return m->has_se ? KIND_CHANCE : KIND_COUNT;
}

enum { CELL_MAX = WB_INTERVAL_TEXT_MAX };

/* One end of an interval or the figure itself; a difference carries its sign, and a difference of
 * chances is in points of a per cent. */
static const char *value_text(char text[WB_MONEY_TEXT_MAX], kind k, const wb_money *amount,
                              double value, wb_unit u, bool difference)
{
    char plain[WB_MONEY_TEXT_MAX];
    if (k == KIND_AMOUNT) {
        const bool plus = difference && wb_money_sign(amount) > 0;
        (void)snprintf(text, WB_MONEY_TEXT_MAX, "%s%.*s", plus ? "+" : "", WB_MONEY_TEXT_MAX - 2,
                       wb_sim_text_amount(plain, amount, u));
    } else if (k == KIND_COUNT) {
        (void)snprintf(text, WB_MONEY_TEXT_MAX, difference && value != 0 ? "%+.2f" : "%.2f", value);
    } else if (!difference) {
        (void)snprintf(text, WB_MONEY_TEXT_MAX, "%s", wb_sim_text_percent(plain, value));
    } else {
        const double points = 100 * value;
        const bool small = points != 0 && points < 0.095 && points > -0.095;
        (void)snprintf(text, WB_MONEY_TEXT_MAX,
                       small         ? "%+.2g"
                       : points != 0 ? "%+.2f"
                                     : "%.2f",
                       points);
    }
    return text;
}

static const char *figure_text(char text[WB_MONEY_TEXT_MAX], const wb_measure *m, wb_unit u,
                               bool difference)
{
    return value_text(text, kind_of(m), &m->amount, m->value, u, difference);
}

/* "(1.20 .. 3.40)" */
static const char *interval_text(char text[CELL_MAX], const wb_measure *m, wb_unit u,
                                 bool difference)
{
    char low[WB_MONEY_TEXT_MAX] = "?";
    char high[WB_MONEY_TEXT_MAX] = "?";
    const kind k = kind_of(m);
    if (!m->low_none) (void)value_text(low, k, &m->amount_low, m->value_low, u, difference);
    if (!m->high_none) (void)value_text(high, k, &m->amount_high, m->value_high, u, difference);
    (void)snprintf(text, CELL_MAX, "(%s .. %s)", low, high);
    return text;
}

static size_t display_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0U) != 0x80U;
    return width;
}

static void print_padded(FILE *out, const char *text, size_t width)
{
    (void)fputs(text, out);
    for (size_t i = display_width(text); i < width; i++)
        (void)fputc(' ', out);
}

static size_t name_width(const wb_model *const *models, size_t count)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t own = display_width(models[i]->name);
        if (own > width) width = own;
    }
    return width;
}

static void print_head(FILE *out, const wb_model *const *models, const wb_sim_comparison *c,
                       wb_unit u)
{
    char futures[WB_MONEY_TEXT_MAX];
    const wb_model *first = models[0];
    (void)fprintf(out, "%zu scenario%s on the same %s simulated futures, seed %llu; %u year%s\n",
                  c->scenario_count, c->scenario_count == 1 ? "" : "s",
                  wb_sim_text_count(futures, c->paths), (unsigned long long)first->seed,
                  (unsigned)first->years, first->years == 1 ? "" : "s");
    (void)fprintf(out, "Amounts in %s. A difference is to the first; ~ marks noise: its 95%%\n",
                  u.name);
    (void)fputs("interval contains 0, or too few futures differ to give one (?).\n", out);
}

/* "0.995": the worst 0.5% */
static void print_worst(FILE *out, const char *before, const wb_model *first, const char *text)
{
    for (uint32_t i = 0; i < first->level_count; i++) {
        if (strcmp(first->levels[i].text, text) != 0) continue;
        wb_rate left;
        char exact[WB_RATE_TEXT_MAX];
        wb_rate_init(&left);
        mpq_set_ui(left.ratio, 1, 1);
        mpq_sub(left.ratio, left.ratio, first->levels[i].level.ratio);
        mpz_mul_ui(mpq_numref(left.ratio), mpq_numref(left.ratio), 100);
        mpq_canonicalize(left.ratio);
        (void)fprintf(out, "%s%s%%", before, wb_rate_text(exact, &left));
        wb_rate_clear(&left);
    }
}

/* What a figure is, in words. */
static void print_title(FILE *out, const wb_model *first, const wb_measure *m, wb_unit u)
{
    static const struct {
        const char *id, *words;
    } plain[] = {
        {"loss_mean", "Loss over the horizon, on average"},
        {"fund_mean", "Balance of the fund at the end, on average"},
        {"called_mean", "Called on others over the horizon, on average"},
        {"cost_mean", "What the municipalities bear over the horizon, on average"},
        {"cases", "Cases of support over the horizon, on average"},
        {"failures", "Failures over the horizon, on average"},
    };
    char text[WB_MONEY_TEXT_MAX];
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(plain[i].id, m->id) == 0) (void)fputs(plain[i].words, out);
    }
    for (size_t e = 0; e < WB_EVENT_COUNT; e++) {
        if (strcmp(wb_event_words_of[e].id, m->id) != 0) continue;
        (void)fprintf(out, "The chance that %s", wb_event_words_of[e].happens);
    }
    if (strcmp(m->id, "es") == 0) {
        print_worst(out, "Loss on average in the worst ", first, m->level);
    } else if (strcmp(m->id, "need_es") == 0) {
        print_worst(out, "Most that is out at once, on average in the worst ", first, m->level);
    } else if (m->has_threshold) {
        (void)fprintf(out, "The chance of a loss of more than %s",
                      wb_sim_text_amount(text, &m->threshold, u));
    }
    (void)fprintf(out, " [%s]\n", m->id);
}

void wb_sim_compare_text(FILE *out, const wb_model *const *models,
                         const wb_sim_comparison *comparison)
{
    assert(out != NULL && models != NULL && comparison != NULL);
    const size_t figures = comparison->figure_count;
    const size_t width = name_width(models, comparison->scenario_count);
    const wb_unit u = wb_sim_unit_for(comparison->figures, comparison->scenario_count * figures);
    print_head(out, models, comparison, u);
    for (size_t f = 0; f < figures; f++) {
        (void)fputc('\n', out);
        print_title(out, models[0], &comparison->figures[f], u);
        for (size_t s = 0; s < comparison->scenario_count; s++) {
            const size_t at = s * figures + f;
            const wb_measure *difference = &comparison->differences[at];
            char text[WB_MONEY_TEXT_MAX];
            char interval[CELL_MAX];
            (void)fputs("  ", out);
            print_padded(out, models[s]->name, width);
            (void)fprintf(out, "  %10s  ", figure_text(text, &comparison->figures[at], u, false));
            (void)interval_text(interval, &comparison->figures[at], u, false);
            if (s == 0) {
                (void)fprintf(out, "%s\n", interval);
                continue;
            }
            (void)fprintf(out, "%-22s  %9s%c", interval, figure_text(text, difference, u, true),
                          comparison->exceeds_noise[at] ? ' ' : '~');
            (void)fprintf(out, " %s\n", interval_text(interval, difference, u, true));
        }
    }
}

/* ---- the stress table ---- */

enum { COLUMNS = 6 };

static size_t find(const wb_sim_comparison *c, const char *id, const char *level)
{
    size_t found = 0;
    while (found < c->figure_count &&
           (strcmp(c->figures[found].id, id) != 0 || strcmp(c->figures[found].level, level) != 0))
        found++;
    assert(found < c->figure_count);
    return found;
}

/* 99.5 %, else the highest level that the scenario asks for; "" without any. */
static const char *tail_level(const wb_model *first)
{
    const wb_level *highest = NULL;
    for (uint32_t i = 0; i < first->level_count; i++) {
        const wb_level *level = &first->levels[i];
        if (strcmp(level->text, "0.995") == 0) return level->text;
        if (highest == NULL || wb_rate_compare(&level->level, &highest->level) > 0) highest = level;
    }
    return highest != NULL ? highest->text : "";
}

/* A column: which figure, and how wide its figures and its differences are. */
typedef struct column {
    size_t figure, width, change_width;
    const char *head;
} column;

/* The figures of the table and what stands above them; returns how many. */
static size_t table_columns(column columns[COLUMNS], const wb_model *first,
                            const wb_sim_comparison *c)
{
    const char *level = tail_level(first);
    const bool obligo = first->has_obligo;
    size_t count = 0;
    columns[count++] = (column){.figure = find(c, "loss_mean", ""), .head = "loss"};
    if (level[0] != '\0') {
        columns[count++] = (column){.figure = find(c, "es", level), .head = "worst losses"};
    }
    columns[count++] = (column){.figure = find(c, obligo ? "obligo_called" : "capital_used", ""),
                                .head = obligo ? "obligo called" : "others called"};
    columns[count++] = (column){.figure = find(c, "obligo_used_up", ""), .head = "obligo used up"};
    columns[count++] = (column){.figure = find(c, "ruin", ""), .head = "some unpaid"};
    columns[count++] = (column){.figure = find(c, "fund_mean", ""), .head = "fund at the end"};
    return count;
}

static void widen(size_t *width, const char *text)
{
    const size_t own = strlen(text);
    if (own > *width) *width = own;
}

static void measure_column(column *c, const wb_sim_comparison *all, wb_unit u)
{
    char text[WB_MONEY_TEXT_MAX];
    for (size_t s = 0; s < all->scenario_count; s++) {
        const size_t at = s * all->figure_count + c->figure;
        widen(&c->width, figure_text(text, &all->figures[at], u, false));
        if (s > 0) widen(&c->change_width, figure_text(text, &all->differences[at], u, true));
    }
    /* a blank between the two and a mark behind */
    const size_t both = c->width + c->change_width + 2;
    if (strlen(c->head) > both) c->width += strlen(c->head) - both;
}

static void print_cell(FILE *out, const column *c, const wb_sim_comparison *all, size_t scenario,
                       wb_unit u, bool last)
{
    const size_t at = scenario * all->figure_count + c->figure;
    char text[WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "  %*s", (int)c->width, figure_text(text, &all->figures[at], u, false));
    if (scenario > 0) {
        (void)fprintf(out, " %*s%s", (int)c->change_width,
                      figure_text(text, &all->differences[at], u, true),
                      !all->exceeds_noise[at] ? "~"
                      : last                  ? ""
                                              : " ");
    } else if (!last) {
        (void)fprintf(out, "%*s", (int)c->change_width + 2, "");
    }
}

void wb_sim_stress_text(FILE *out, const wb_model *const *models,
                        const wb_sim_comparison *comparison)
{
    assert(out != NULL && models != NULL && comparison != NULL);
    const size_t scenarios = comparison->scenario_count;
    const size_t width = name_width(models, scenarios);
    const wb_unit u = wb_sim_unit_for(comparison->figures, scenarios * comparison->figure_count);
    const char *level = tail_level(models[0]);
    column columns[COLUMNS] = {{0}};
    const size_t count = table_columns(columns, models[0], comparison);
    print_head(out, models, comparison, u);
    if (level[0] != '\0') {
        print_worst(out, "Loss and fund are averages; worst losses: the average of the worst ",
                    models[0], level);
        (void)fputs(".\n", out);
    }
    (void)fputc('\n', out);
    print_padded(out, "", width);
    for (size_t k = 0; k < count; k++) {
        measure_column(&columns[k], comparison, u);
        (void)fprintf(out, "  %*s%s", (int)(columns[k].width + columns[k].change_width + 1),
                      columns[k].head, k + 1 < count ? " " : "\n");
    }
    for (size_t s = 0; s < scenarios; s++) {
        print_padded(out, models[s]->name, width);
        for (size_t k = 0; k < count; k++)
            print_cell(out, &columns[k], comparison, s, u, k + 1 == count);
        (void)fputc('\n', out);
    }
}
