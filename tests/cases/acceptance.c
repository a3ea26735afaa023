/* acceptance.c - what "equal to the exact figure" means for a simulated one. */
#include "cases/acceptance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases/oracle.h"
#include "waarborg/scenario.h"
#include "waarborg/sim_exact.h"

#define ERRORS_ALLOWED 5.0
#define WIDTH_ALLOWED 0.03
#define QUANTILE_9999 3.890591886413094 /* of a two-sided 99.99 % interval */
enum {
    PATHS_WHEN_SANITIZED = 20000,
    DEEP_FACTOR = 10,
    DEEP_PATHS_MAX = 20000000,
    RUIN_FROM_PATHS = 200000
};

typedef struct run {
    wb_model *model;
    wb_sim_result *result;
    const expected *e;
    oracle exact; /* mass NULL: none for this model */
    bool full;    /* as many paths as the case asks, so that widths count */
    acceptance verdict;
} run;

static double in_units(const run *r, const wb_money *amount)
{
    return mpz_get_d(amount->cents) / 100 / r->e->unit;
}

/* From the solver's units to the case's. */
static double scale(const run *r)
{
    return (double)r->exact.unit / 100 / r->e->unit;
}

static void line(run *r, const expected_row *row, double exact, double got, double allowed,
                 bool good)
{
    r->verdict.checked++;
    r->verdict.failed += !good;
    print_message("  %-4s %-9s %-8s exact %.10g got %.10g allowed %.3g\n", good ? "ok" : "FAIL",
                  row->figure, row->key, exact, got, allowed);
}

/* A figure with a standard error; `grain` is what rounding to cents may add. */
static void near(run *r, const expected_row *row, double exact, double got, double error,
                 double grain)
{
    double allowed = ERRORS_ALLOWED * error + grain, off = fabs(got - exact);
    if (off - grain > r->verdict.worst * error && error > 0)
        r->verdict.worst = (off - grain) / error;
    line(r, row, exact, got, allowed, off <= allowed);
}

static const wb_measure *measure(const run *r, const char *id, const char *level, uint32_t year)
{
    const wb_measure *m = wb_sim_find(r->result, id, level, year);
    if (m == NULL) fail_msg("the result has no %s at level '%s', year %u", id, level, year);
    return m;
}

/* The ranks of the 99.99 % interval; false when so few paths have none. */
static bool ranks(const run *r, double level, uint64_t *low, uint64_t *high)
{
    double n = (double)r->model->paths, sd = sqrt(n * level * (1 - level));
    double l = floor(level * n - QUANTILE_9999 * sd), h = ceil(level * n + QUANTILE_9999 * sd) + 1;
    if (l < 1 || h > n - 1) return false;
    *low = (uint64_t)l;
    *high = (uint64_t)h;
    return true;
}

static void add_level(wb_model *model, const char *prefix, const char *text, uint64_t rank)
{
    assert_true(model->level_count < WB_LEVELS_MAX);
    wb_level *level = &model->levels[model->level_count++];
    snprintf(level->text, sizeof level->text, "%s%s", prefix, text);
    if (rank > 0)
        wb_rate_set_ratio(&level->level, (int64_t)rank, model->paths);
    else
        assert_int_equal(wb_rate_parse(&level->level, text, strlen(text), WB_RATE_RATE, NULL),
                         WB_OK);
}

/* The scenario's own measures give way to those of the expected figures, and the ranks around. */
static void ask(run *r)
{
    wb_model *model = r->model;
    model->level_count = 0;
    model->exceed_count = 0;
    for (size_t i = 0; i < r->e->count; i++) {
        const expected_row *row = &r->e->rows[i];
        if (strcmp(row->figure, "exceed") == 0) {
            assert_true(model->exceed_count < WB_LEVELS_MAX);
            wb_money_set_cents(&model->exceed[model->exceed_count++],
                               (int64_t)llround(strtod(row->key, NULL) * r->e->unit * 100));
        } else if (strcmp(row->figure, "var") == 0) {
            uint64_t low, high;
            add_level(model, "", row->key, 0);
            if (!ranks(r, strtod(row->key, NULL), &low, &high)) continue;
            add_level(model, "low ", row->key, low);
            add_level(model, "high ", row->key, high);
        }
    }
}

/* Whether so few paths may leave the interval wider than 3 %. Its ends are quantiles of the sample,
 * which stray from the exact ones by as much as the interval is meant to hold: so look twice as
 * far. */
static bool may_be_wide(const run *r, double level, double exact)
{
    if (!r->full) return true;
    if (r->exact.mass == NULL) return false;
    double n = (double)r->model->paths;
    uint64_t low, high;
    if (!ranks(r, level, &low, &high)) return true;
    double l = 2 * (double)low / n - level, h = 2 * (double)high / n - level;
    if (l <= 0 || h >= 1) return true;
    double width = oracle_var(&r->exact, h) - oracle_var(&r->exact, l);
    return width * scale(r) > WIDTH_ALLOWED * exact;
}

/* A wide interval must still hold the exact value, but does not count as checked. */
static void check_var(run *r, const expected_row *row, double exact)
{
    uint64_t ignored;
    if (!ranks(r, strtod(row->key, NULL), &ignored, &ignored)) {
        assert_false(r->full);
        r->verdict.skipped++;
        return;
    }
    char low[EXPECTED_TEXT + 8], high[EXPECTED_TEXT + 8];
    snprintf(low, sizeof low, "low %s", row->key);
    snprintf(high, sizeof high, "high %s", row->key);
    double l = in_units(r, &measure(r, "var", low, 0)->amount);
    double h = in_units(r, &measure(r, "var", high, 0)->amount);
    double got = in_units(r, &measure(r, "var", row->key, 0)->amount);
    bool inside = l <= exact && exact <= h && l <= got && got <= h;
    bool narrow = h - l <= WIDTH_ALLOWED * exact;
    if (inside && !narrow && may_be_wide(r, strtod(row->key, NULL), exact)) {
        r->verdict.skipped++;
        print_message("  skip var       %-8s inside %.10g .. %.10g, too wide to count\n", row->key,
                      l, h);
        return;
    }
    print_message("       interval %.10g .. %.10g\n", l, h);
    line(r, row, exact, got, WIDTH_ALLOWED * exact, inside && narrow);
}

static void check_probability(run *r, const expected_row *row, double p, double got)
{
    double n = (double)r->model->paths, fewest = 200 / n;
    if (p < fewest || p > 1 - fewest) {
        r->verdict.skipped++;
        return;
    }
    near(r, row, p, got, sqrt(p * (1 - p) / n), 0);
}

static double exceedance(const run *r, const char *key)
{
    wb_money threshold;
    wb_money_init(&threshold);
    wb_money_set_cents(&threshold, (int64_t)llround(strtod(key, NULL) * r->e->unit * 100));
    const wb_measure *found = NULL;
    for (size_t i = 0; i < r->result->count && found == NULL; i++) {
        const wb_measure *m = &r->result->measures[i];
        if (strcmp(m->id, "exceed") == 0 && wb_money_compare(&m->threshold, &threshold) == 0)
            found = m;
    }
    wb_money_clear(&threshold);
    if (found == NULL) fail_msg("the result has no exceedance of %s", key);
    return found->value;
}

static double solved_value(const run *r, const expected_row *row)
{
    if (r->exact.mass == NULL) return (double)NAN;
    double key = strtod(row->key, NULL);
    if (strcmp(row->figure, "mean") == 0) return oracle_mean(&r->exact) * scale(r);
    if (strcmp(row->figure, "sd") == 0) return sqrt(oracle_central_moment(&r->exact, 2)) * scale(r);
    if (strcmp(row->figure, "var") == 0) return oracle_var(&r->exact, key) * scale(r);
    if (strcmp(row->figure, "es") == 0) return oracle_es(&r->exact, key) * scale(r);
    assert_string_equal(row->figure, "exceed");
    return oracle_above(&r->exact, key / scale(r));
}

/* The carried figure, which the solver must confirm, or the solver's where the file says '-'. */
static double exact_value(const run *r, const expected_row *row)
{
    double value = solved_value(r, row);
    if (isnan(row->exact)) {
        if (isnan(value)) fail_msg("%s %s needs an exact value", row->figure, row->key);
        return value;
    }
    if (!isnan(value) && fabs(value - row->exact) > 1e-7 * fabs(row->exact) + 1e-12)
        fail_msg("%s %s: carried %.12g, solved %.12g", row->figure, row->key, row->exact, value);
    return row->exact;
}

static void check_mean(run *r, const expected_row *row, double exact, double cent)
{
    const expected_row *sd = expected_find(r->e, "sd", "");
    assert_non_null(sd);
    double error = exact_value(r, sd) / sqrt((double)r->model->paths);
    near(r, row, exact, in_units(r, &measure(r, "loss_mean", "", 0)->amount), error, cent);
}

/* The sample standard deviation has variance (m4 - s^4) / (4 s^2 N). */
static void check_sd(run *r, const expected_row *row, double exact, double cent)
{
    if (r->exact.mass == NULL) {
        r->verdict.skipped++;
        return;
    }
    double m4 = oracle_central_moment(&r->exact, 4) * pow(scale(r), 4);
    double error = sqrt((m4 - pow(exact, 4)) / (double)r->model->paths) / (2 * exact);
    near(r, row, exact, in_units(r, &measure(r, "loss_sd", "", 0)->amount), error, cent);
}

static void check_es(run *r, const expected_row *row, double exact, double cent)
{
    if (r->exact.mass == NULL) fail_msg("the variance of ES needs an exact distribution");
    double level = strtod(row->key, NULL), threshold = oracle_var(&r->exact, level);
    double error = oracle_excess_sd(&r->exact, threshold) * scale(r) / (1 - level) /
                   sqrt((double)r->model->paths);
    near(r, row, exact, in_units(r, &measure(r, "es", row->key, 0)->amount), error, cent);
}

/* A balance of a fund has no exact variance here: the engine's interval gives the error, and that
 * error must itself be plausible, below 0.1 % of the balance. */
static void check_fund(run *r, const expected_row *row, double exact, double cent)
{
    uint32_t year = (uint32_t)strtoul(row->key, NULL, 10);
    const wb_measure *m = measure(r, "fund_mean", "", year);
    double error = (in_units(r, &m->amount_high) - in_units(r, &m->amount_low)) / (2 * 1.96);
    if (r->full) assert_true(error < 0.001 * exact);
    near(r, row, exact, in_units(r, &m->amount), error, cent);
}

static void check_size(run *r, const expected_row *row, double exact)
{
    wb_sim_size size;
    wb_error err;
    wb_rate target;
    wb_rate_init(&target);
    wb_sim_size_init(&size);
    assert_int_equal(wb_rate_parse(&target, row->key, strlen(row->key), WB_RATE_RATE, NULL), WB_OK);
    const wb_sim_options options = {.kernel = WB_KERNEL_AUTO};
    wb_code code =
        wb_sim_size_cash(&size, r->model, WB_EVENT_RUIN, &target, r->model->years, &options, &err);
    if (code != WB_OK) fail_msg("sizing: %s", err.message);
    double low = in_units(r, &size.low), high = in_units(r, &size.high);
    print_message("       interval %.10g .. %.10g\n", low, high);
    bool good = size.exists && low <= exact && exact <= high && high - low <= WIDTH_ALLOWED * exact;
    line(r, row, exact, in_units(r, &size.amount), 0, good || (!r->full && size.exists));
    wb_sim_size_clear(&size);
    wb_rate_clear(&target);
}

/* Ruin within the horizon from another opening cash: a run of its own, of fewer paths. */
static void check_ruin_from(run *r, const expected_row *row, double exact)
{
    wb_error err;
    wb_sim_result *result = NULL;
    wb_money cash;
    const uint64_t paths = r->model->paths;
    const wb_sim_options options = {.kernel = WB_KERNEL_AUTO};
    wb_money_init(&cash);
    wb_money_set(&cash, &r->model->opening.cash);
    wb_money_set_cents(&r->model->opening.cash,
                       (int64_t)llround(strtod(row->key, NULL) * r->e->unit * 100));
    if (r->full && paths > RUIN_FROM_PATHS) r->model->paths = RUIN_FROM_PATHS;
    if (wb_sim_run(&result, r->model, &options, &err) != WB_OK) fail_msg("%s", err.message);
    const wb_measure *m = wb_sim_find(result, "ruin", "", r->model->years);
    assert_non_null(m);
    check_probability(r, row, exact, m->value);
    wb_sim_result_free(result);
    wb_money_set(&r->model->opening.cash, &cash);
    wb_money_clear(&cash);
    r->model->paths = paths;
}

/* A contribution to ES, with the standard error of its own interval. One that the tail of this run
 * holds on every path, or on none, has none: then to 0.01 %. */
static void check_share(run *r, const expected_row *row)
{
    for (size_t i = 0; i < r->result->count && r->full; i++) {
        const wb_measure *m = &r->result->measures[i];
        char key[2 * EXPECTED_TEXT];
        if (m->provider == NULL || strcmp(m->id, "es_contribution") != 0) continue;
        snprintf(key, sizeof key, "%s %s", m->level, m->provider);
        if (strcmp(key, row->key) != 0) continue;
        const double error = (in_units(r, &m->amount_high) - in_units(r, &m->amount)) / 1.96;
        near(r, row, row->exact, in_units(r, &m->amount), error, 1e-4 * row->exact);
        return;
    }
    if (r->full) fail_msg("no contribution of '%s'", row->key);
    r->verdict.skipped++;
}

static void check_row(run *r, const expected_row *row)
{
    if (strcmp(row->figure, "share") == 0) {
        check_share(r, row);
        return;
    }
    if (strcmp(row->figure, "pmf") == 0) return; /* no figure of a simulation; see exact.h */
    double cent = 0.5 / 100 / r->e->unit;
    double exact = exact_value(r, row);
    if (strcmp(row->figure, "mean") == 0)
        check_mean(r, row, exact, cent);
    else if (strcmp(row->figure, "sd") == 0)
        check_sd(r, row, exact, cent);
    else if (strcmp(row->figure, "es") == 0)
        check_es(r, row, exact, cent);
    else if (strcmp(row->figure, "var") == 0)
        check_var(r, row, exact);
    else if (strcmp(row->figure, "exceed") == 0)
        check_probability(r, row, exact, exceedance(r, row->key));
    else if (strcmp(row->figure, "ruin") == 0)
        check_probability(r, row, exact,
                          measure(r, "ruin", "", (uint32_t)strtoul(row->key, NULL, 10))->value);
    else if (strcmp(row->figure, "ruin_from") == 0)
        check_ruin_from(r, row, exact);
    else if (strcmp(row->figure, "fund_mean") == 0)
        check_fund(r, row, exact, cent);
    else if (strcmp(row->figure, "size_ruin") == 0)
        check_size(r, row, exact);
    else
        fail_msg("'%s' is not a figure", row->figure);
}

wb_model *acceptance_load(const char *path)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    wb_error err;
    if (wb_scenario_load(&scenario, path, &list) != WB_OK ||
        wb_scenario_model(&model, scenario, NULL, &list) != WB_OK) {
        wb_diagnostics_render(stderr, &list, NULL);
        fail_msg("%s: cannot be loaded", path);
    }
    wb_scenario_free(scenario);
    wb_diagnostics_clear(&list);
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s: %s", path, err.message);
    return model;
}

/* The distribution of the exact solver, which exact.h holds against carried figures and the oracle,
 * as exact_value does here with what is carried; none where it does not cover the model. */
static void solve(run *r)
{
    wb_exact_result *solved = NULL;
    if (wb_sim_exact(&solved, r->model, NULL, NULL) != WB_OK) return;
    r->exact = (oracle){wb_money_cents(&solved->step), solved->points, solved->mass};
    solved->mass = NULL;
    wb_exact_result_free(solved);
}

acceptance acceptance_run(const char *scenario_path, const expected *e)
{
    run r = {.model = acceptance_load(scenario_path), .e = e, .full = true};
    const char *deep = getenv("WAARBORG_DEEP");
    if (deep != NULL && strcmp(deep, "yes") == 0) {
        r.model->paths *= DEEP_FACTOR;
        if (r.model->paths > DEEP_PATHS_MAX) r.model->paths = DEEP_PATHS_MAX;
    }
#ifdef WB_CASES_SANITIZED
    r.model->paths = PATHS_WHEN_SANITIZED;
    r.full = false;
#endif
    solve(&r);
    ask(&r);
    wb_error err;
    const wb_sim_options options = {.kernel = WB_KERNEL_AUTO};
    if (wb_sim_run(&r.result, r.model, &options, &err) != WB_OK)
        fail_msg("%s: %s", scenario_path, err.message);
    for (size_t i = 0; i < e->count; i++)
        check_row(&r, &e->rows[i]);
    print_message("%zu figures checked, %zu skipped, %zu failed; worst %.2f standard errors; "
                  "%llu paths, kernel %s, %.1f s\n",
                  r.verdict.checked, r.verdict.skipped, r.verdict.failed, r.verdict.worst,
                  (unsigned long long)r.model->paths, wb_kernel_name(r.result->kernel_used),
                  r.result->seconds);
    wb_sim_result_free(r.result);
    oracle_clear(&r.exact);
    wb_model_free(r.model);
    assert_true(r.verdict.checked > 0);
    assert_int_equal(r.verdict.failed, 0);
    return r.verdict;
}
