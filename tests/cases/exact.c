/* exact.c - see exact.h. */
#include "cases/exact.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases/acceptance.h"
#include "cases/oracle.h"
#include "waarborg/sim_exact.h"

#define ERROR_ALLOWED 1e-12 /* goals S5: what may be stated for a probability */
#define ERROR_ALLOWED_T 1e-11
#define CARRIED 1e-10 /* relative, of amounts */

typedef struct solved {
    wb_model *model;
    wb_exact_result *result;
    oracle own;   /* a view of the solver's distribution */
    oracle other; /* the oracle's; mass NULL: none for this model */
    const expected *e;
    double unit;
    size_t checked, failed;
} solved;

static void hold(solved *s, const char *figure, const char *key, double exact, double got,
                 double allowed)
{
    const bool good = fabs(got - exact) <= allowed;
    s->checked++;
    s->failed += !good;
    print_message("  %-4s %-9s %-12s exact %.15g got %.15g off %.2g allowed %.2g\n",
                  good ? "ok" : "FAIL", figure, key, exact, got, got - exact, allowed);
}

static double euros(const wb_money *amount)
{
    return mpz_get_d(amount->cents) / 100;
}

/* From lattice points to units of the case. */
static double scale(const solved *s)
{
    return euros(&s->result->step) / s->unit;
}

static void hold_amount(solved *s, const wb_exact_measure *m, const char *key, double exact)
{
    if (m == NULL) {
        fail_msg("no figure for '%s'", key);
        return;
    }
    const double allowed = euros(&m->amount_error) / s->unit + CARRIED * fabs(exact);
    hold(s, m->id, key, exact, euros(&m->amount) / s->unit, allowed);
}

static const wb_exact_measure *exceedance(const solved *s, const char *key)
{
    const int64_t cents = (int64_t)llround(strtod(key, NULL) * s->unit * 100);
    for (size_t i = 0; i < s->result->count; i++) {
        const wb_exact_measure *m = &s->result->measures[i];
        if (m->has_threshold && wb_money_cents(&m->threshold) == cents) return m;
    }
    fail_msg("no exceedance of %s", key);
    abort();
}

static void check_exceedance(solved *s, const expected_row *row, double exact)
{
    const wb_exact_measure *m = exceedance(s, row->key);
    assert_true(m->value_error <=
                (s->model->degrees_of_freedom > 0 ? ERROR_ALLOWED_T : ERROR_ALLOWED));
    /* what is carried is good to 5e-14, and far out to nine digits of what is left */
    const double carried = exact < 1e-6 ? 1e-9 * exact + 1e-19 : 5e-14;
    hold(s, "exceed", row->key, exact, m->value, m->value_error + carried);
    hold(s, "  mass", row->key, exact,
         oracle_above(&s->own, strtod(row->key, NULL) / scale(s) + 1e-6), 2e-13);
}

/* P(loss = key units), to what the solver says of any probability. */
static void check_mass(solved *s, const expected_row *row)
{
    const double point = strtod(row->key, NULL) / scale(s);
    const size_t x = (size_t)llround(point);
    assert_true(fabs(point - (double)x) < 1e-9 && x < s->result->points);
    hold(s, "pmf", row->key, row->exact, s->result->mass[x], s->result->error + 1e-13 * row->exact);
}

static double of_oracle(const oracle *o, const expected_row *row, double unit)
{
    const double key = strtod(row->key, NULL);
    if (strcmp(row->figure, "mean") == 0) return oracle_mean(o) * unit;
    if (strcmp(row->figure, "sd") == 0) return sqrt(oracle_central_moment(o, 2)) * unit;
    if (strcmp(row->figure, "var") == 0) return oracle_var(o, key) * unit;
    if (strcmp(row->figure, "es") == 0) return oracle_es(o, key) * unit;
    assert_string_equal(row->figure, "exceed");
    return oracle_above(o, key / unit + 1e-6);
}

static void check_row(solved *s, const expected_row *row)
{
    double exact = row->exact;
    if (strcmp(row->figure, "pmf") == 0) {
        check_mass(s, row);
        return;
    }
    if (isnan(exact)) {
        if (s->other.mass == NULL) fail_msg("%s %s needs an oracle", row->figure, row->key);
        exact = of_oracle(&s->other, row, (double)s->other.unit / 100 / s->unit);
    }
    if (strcmp(row->figure, "exceed") == 0) {
        check_exceedance(s, row, exact);
        return;
    }
    const bool levelled = row->key[0] != '\0';
    const char *id = levelled                         ? row->figure
                     : strcmp(row->figure, "sd") == 0 ? "loss_sd"
                                                      : "loss_mean";
    const wb_exact_measure *m = wb_exact_find(s->result, id, row->key, NULL);
    hold_amount(s, m, row->key, exact);
    if (m != NULL && strcmp(id, "var") == 0) assert_int_equal(wb_money_sign(&m->amount_error), 0);
    hold(s, "  mass", row->key, exact, of_oracle(&s->own, row, scale(s)),
         CARRIED * fabs(exact) + 1e-12);
}

/* The figures of the file in place of the scenario's. */
static void ask(solved *s)
{
    wb_model *model = s->model;
    model->level_count = 0;
    model->exceed_count = 0;
    for (size_t i = 0; i < s->e->count; i++) {
        const expected_row *row = &s->e->rows[i];
        if (strcmp(row->figure, "var") == 0) {
            assert_true(model->level_count < WB_LEVELS_MAX);
            wb_level *level = &model->levels[model->level_count++];
            snprintf(level->text, sizeof level->text, "%s", row->key);
            assert_int_equal(
                wb_rate_parse(&level->level, row->key, strlen(row->key), WB_RATE_RATE, NULL),
                WB_OK);
        } else if (strcmp(row->figure, "exceed") == 0) {
            assert_true(model->exceed_count < WB_LEVELS_MAX);
            wb_money_set_cents(&model->exceed[model->exceed_count++],
                               (int64_t)llround(strtod(row->key, NULL) * s->unit * 100));
        }
    }
}

static void start(solved *s, const char *path, const expected *e, double unit, bool contributions)
{
    wb_error err;
    const wb_exact_options options = {.contributions = contributions};
    *s = (solved){.model = acceptance_load(path), .e = e, .unit = unit};
    if (e != NULL) ask(s);
    if (wb_sim_exact(&s->result, s->model, &options, &err) != WB_OK)
        fail_msg("%s: %s", path, err.message);
    assert_false(s->result->rounded);
    s->own = (oracle){wb_money_cents(&s->result->step), s->result->points, s->result->mass};
    print_message("%s: %zu points, %llu nodes, error %.1e, %.4f s\n", s->model->name,
                  s->result->points, (unsigned long long)s->result->nodes, s->result->error,
                  s->result->seconds);
}

static void finish(solved *s)
{
    wb_exact_result_free(s->result);
    wb_model_free(s->model);
    oracle_clear(&s->other);
    assert_true(s->checked > 0);
    assert_int_equal(s->failed, 0);
}

void exact_run(const char *scenario_path, const expected *e)
{
    solved s;
    bool wanted = false;
    start(&s, scenario_path, e, e->unit, false);
    for (size_t i = 0; i < e->count; i++)
        wanted = wanted || isnan(e->rows[i].exact);
    if (!wanted || !oracle_of_model(&s.other, s.model)) s.other.mass = NULL;
    for (size_t i = 0; i < e->count; i++)
        check_row(&s, &e->rows[i]);
    finish(&s);
}

static FILE *opened(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("%s: cannot be opened", path);
    return file;
}

/* The next row of `count` cells; false at the end. */
static bool next_row(FILE *file, char line[256], char *cells[], size_t count)
{
    while (fgets(line, 256, file) != NULL) {
        if (line[0] == '#' || line[0] == 'l') continue; /* and the header */
        assert_int_equal(expected_split(line, cells, count), count);
        return true;
    }
    return false;
}

static void shares_add_up(const solved *s, const char *level)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->result->count; i++) {
        const wb_exact_measure *m = &s->result->measures[i];
        if (m->provider == NULL || strcmp(m->level, level) != 0) continue;
        sum += wb_money_cents(&m->amount);
        assert_true(wb_money_cents(&m->amount_error) <= 2);
    }
    assert_int_equal(sum, wb_money_cents(&wb_exact_find(s->result, "es", level, NULL)->amount));
}

void exact_shares(const char *scenario_path, const char *euler_path, double unit)
{
    solved s;
    char line[256], *cells[3];
    FILE *file = opened(euler_path);
    start(&s, scenario_path, NULL, unit, true);
    while (next_row(file, line, cells, 3)) {
        hold_amount(&s, wb_exact_find(s.result, "es_contribution", cells[0], cells[1]), cells[1],
                    strtod(cells[2], NULL));
    }
    fclose(file);
    for (uint32_t l = 0; l < s.model->level_count; l++)
        shares_add_up(&s, s.model->levels[l].text);
    finish(&s);
}
