/* Goal: importance sampling gives the exact figures, claims the error it has, says when it cannot
 * be leant on, and is never worse than plain paths. Method: reference cases with exact answers
 * (quadrature, dynamic programming), hundreds of repeated runs, and plain simulation beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/expected.h"
#include "cases/oracle.h"
#include "sim/rare.h"
#include "waarborg/scenario.h"
#include "waarborg/sim_rare.h"

#ifdef WB_CASES_SANITIZED
enum { REPETITIONS = 60, PATHS = 4000 };
#else
enum { REPETITIONS = 500, PATHS = 20000 };
#endif

static wb_model *load(const char *name)
{
    char path[512];
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    snprintf(path, sizeof path, "%s/tests/cases/%s/scenario.yaml", WB_SOURCE_DIR, name);
    if (wb_scenario_load(&scenario, path, &list) != WB_OK ||
        wb_scenario_model(&model, scenario, NULL, &list) != WB_OK) {
        wb_diagnostics_render(stderr, &list, NULL);
        fail_msg("%s", path);
    }
    wb_diagnostics_clear(&list);
    wb_scenario_free(scenario);
    return model;
}

static void read_expected(expected *e, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/cases/%s/expected.csv", WB_SOURCE_DIR, name);
    expected_read(e, path, NULL);
}

static double exact_of(const expected *e, const char *figure, const char *key)
{
    const expected_row *row = expected_find(e, figure, key);
    if (row == NULL) fail_msg("no %s %s", figure, key);
    return row->exact;
}

static wb_rare_result *ask(const wb_model *model, const wb_rare_question *question, bool beside,
                           uint32_t threads)
{
    const wb_sim_options options = {.threads = threads};
    wb_error err = {0};
    wb_rare_result *result = NULL;
    if (wb_sim_rare(&result, model, question, 1, beside, &options, &err) != WB_OK) {
        fail_msg("%s", err.message);
    }
    return result;
}

static void ask_loss(wb_rare_question *question, int64_t euros)
{
    wb_rare_question_init(question);
    question->kind = WB_RARE_LOSS;
    question->years = 1;
    wb_money_set_cents(&question->amount, 100 * euros);
}

static void ask_level(wb_rare_question *question, long above, unsigned long of)
{
    wb_rare_question_init(question);
    question->kind = WB_RARE_LEVEL;
    question->years = 1;
    wb_rate_set_ratio(&question->level.level, above, of);
}

static void ask_ruin(wb_rare_question *question, uint32_t years)
{
    wb_rare_question_init(question);
    question->kind = WB_RARE_EVENT;
    question->event = WB_EVENT_RUIN;
    question->years = years;
}

/* ---- unbiased, and with the error that is claimed ---- */

/* Repeated runs of few paths each, with seeds 1, 2, 3, ... */
static void check_repeated(wb_model *model, const wb_rare_question *question, uint64_t paths,
                           double exact, double ratio_least)
{
    double sum = 0, squares = 0, claimed = 0, covered = 0, ratio = 0;
    model->paths = paths;
    for (uint64_t seed = 1; seed <= REPETITIONS; seed++) {
        model->seed = seed;
        wb_rare_result *result = ask(model, question, false, 1);
        const wb_rare_answer *a = &result->answers[0];
        sum += a->estimate.chance;
        squares += a->estimate.chance * a->estimate.chance;
        claimed += a->estimate.se * a->estimate.se;
        covered += a->estimate.low <= exact && exact <= a->estimate.high ? 1 : 0;
        ratio += a->variance_ratio;
        wb_rare_result_free(result);
    }
    const double n = REPETITIONS;
    const double mean = sum / n;
    const double variance = (squares / n - mean * mean) * n / (n - 1);
    const double deviation = (mean - exact) / sqrt(variance / n);
    printf(
        "  mean %.6g, exact %.6g (%.2f se); se %.3g, claimed %.3g; covered %.1f %%; ratio %.1f\n",
        mean, exact, deviation, sqrt(variance), sqrt(claimed / n), 100 * covered / n, ratio / n);
    if (fabs(deviation) > 3) fail_msg("biased: %g is not %g", mean, exact);
    /* the variance of n figures is known to sqrt(2 / n), more where they are skew */
    const double off = claimed / n / variance - 1;
    if (fabs(off) > 5 * sqrt(2 / n)) fail_msg("claimed variance is off by %g", off);
    if (covered / n < 0.95 - 4 * sqrt(0.95 * 0.05 / n)) fail_msg("covers %g", covered / n);
    assert_true(ratio / n >= ratio_least);
}

static void test_repeated_runs_of_one_period_are_unbiased(void **state)
{
    (void)state;
    wb_rare_question question;
    wb_model *model = load("hetero100_gauss_rho20");
    oracle o;
    assert_true(oracle_of_model(&o, model));
    const double level = oracle_var(&o, 0.999);
    ask_loss(&question, (int64_t)level * o.unit / 100);
    check_repeated(model, &question, 400, oracle_above(&o, level), 400);
    wb_rare_question_clear(&question);
    oracle_clear(&o);
    wb_model_free(model);
}

static void test_repeated_runs_of_ten_years_are_unbiased(void **state)
{
    (void)state;
    wb_rare_question question;
    expected e;
    read_expected(&e, "fund_ruin");
    wb_model *model = load("fund_ruin");
    ask_ruin(&question, 2);
    check_repeated(model, &question, 400, exact_of(&e, "ruin", "2"), 30);
    wb_rare_question_clear(&question);
    wb_model_free(model);
}

/* ---- exact figures ---- */

static void check_chance(const wb_model *model, const wb_rare_question *question, double exact,
                         double relative)
{
    wb_rare_result *result = ask(model, question, false, 2);
    const wb_rare_answer *a = &result->answers[0];
    const double off = a->estimate.chance - exact;
    printf("  %.6g, exact %.6g: off by %.2f %% and %.2f se, ratio %.3g\n", a->estimate.chance,
           exact, 100 * off / exact, off / a->estimate.se, a->variance_ratio);
    if (fabs(off) > relative * exact) fail_msg("%g is not %g", a->estimate.chance, exact);
    assert_true(fabs(off) <= 5 * a->estimate.se);
    assert_false(a->degenerate);
    assert_true(a->tilted);
    wb_rare_result_free(result);
}

static void test_tails_down_to_one_in_a_billion(void **state)
{
    (void)state;
    static const char *const limits[] = {"1000", "1500", "2000", "2500", "3000", "4000"};
    expected e;
    read_expected(&e, "glasserman_li");
    wb_model *model = load("glasserman_li");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        wb_rare_question question;
        ask_loss(&question, strtol(limits[i], NULL, 10));
        model->paths = i < 5 ? PATHS : 10 * PATHS; /* 200 000 for the rarest */
        check_chance(model, &question, exact_of(&e, "exceed", limits[i]), 0.05);
        wb_rare_question_clear(&question);
    }
    wb_model_free(model);
}

static void test_segments_and_losses_that_depend_on_the_factor(void **state)
{
    (void)state;
    static const char *const names[] = {"nested200", "hetero100_lgd3_wrongway"};
    static const double levels[] = {0.999, 0.9999};
    for (size_t i = 0; i < 2; i++) {
        wb_model *model = load(names[i]);
        oracle o;
        assert_true(oracle_of_model(&o, model));
        model->paths = PATHS;
        for (size_t k = 0; k < 2; k++) {
            wb_rare_question question;
            const double var = oracle_var(&o, levels[k]);
            ask_loss(&question, 0);
            wb_money_set_cents(&question.amount, (int64_t)var * o.unit);
            check_chance(model, &question, oracle_above(&o, var), 0.08);
            wb_rare_question_clear(&question);
        }
        oracle_clear(&o);
        wb_model_free(model);
    }
}

static void test_ruin_of_ten_years(void **state)
{
    (void)state;
    static const char *const years[] = {"1", "2", "3", "5"};
    expected e;
    read_expected(&e, "fund_ruin");
    wb_model *model = load("fund_ruin");
    model->paths = PATHS;
    for (size_t i = 0; i < 4; i++) {
        wb_rare_question question;
        ask_ruin(&question, (uint32_t)strtoul(years[i], NULL, 10));
        check_chance(model, &question, exact_of(&e, "ruin", years[i]), 0.12);
        wb_rare_question_clear(&question);
    }
    wb_model_free(model);
}

static void test_value_at_risk_and_shortfall(void **state)
{
    (void)state;
    wb_model *model = load("hetero100_gauss_rho20");
    oracle o;
    assert_true(oracle_of_model(&o, model));
    model->paths = PATHS;
    for (unsigned long of = 100; of <= 10000; of *= 10) {
        wb_rare_question question;
        const double level = 1 - 1 / (double)of;
        ask_level(&question, (long)of - 1, of);
        wb_rare_result *result = ask(model, &question, false, 2);
        const wb_rare_estimate *e = &result->answers[0].estimate;
        const double unit = (double)o.unit;
        const double var = oracle_var(&o, level) * unit;
        const double es = oracle_es(&o, level) * unit;
        const double es_se = (mpz_get_d(e->es_high.cents) - mpz_get_d(e->es_low.cents)) / 3.92;
        const double low = mpz_get_d(e->var_low.cents);
        const double high = mpz_get_d(e->var_high.cents);
        printf("  level %g: %.0f .. %.0f, exact %.0f; es %.0f, exact %.0f (%.2f se)\n", level,
               low / 100, high / 100, var / 100, mpz_get_d(e->es.cents) / 100, es / 100,
               (mpz_get_d(e->es.cents) - es) / es_se);
        assert_true(low - 0.01 * var <= var && var <= high + 0.01 * var);
        assert_true(high - low < 0.05 * var);
        assert_true(fabs(mpz_get_d(e->es.cents) - es) < 4 * es_se && es_se < 0.01 * es);
        wb_rare_result_free(result);
        wb_rare_question_clear(&question);
    }
    oracle_clear(&o);
    wb_model_free(model);
}

/* ---- variance ratios ---- */

static void check_ratio(const char *name, long above, unsigned long of, double least)
{
    wb_rare_question question;
    wb_model *model = load(name);
    model->paths = PATHS / 2;
    ask_level(&question, above, of);
    wb_rare_result *result = ask(model, &question, false, 2);
    printf("  %s, %ld of %lu: ratio %.1f, wanted %.0f\n", name, above, of,
           result->answers[0].variance_ratio, least);
    assert_true(result->answers[0].variance_ratio >= least);
    wb_rare_result_free(result);
    wb_rare_question_clear(&question);
    wb_model_free(model);
}

static void test_the_variance_is_hundreds_of_times_smaller(void **state)
{
    (void)state;
    check_ratio("hetero1000_gauss_rho20", 999, 1000, 400);
    check_ratio("hetero1000_gauss_rho20", 9999, 10000, 3000);
    check_ratio("hetero100_gauss_rho20", 99, 100, 50);
    check_ratio("hetero100_gauss_rho20", 999, 1000, 450);
    check_ratio("hetero100_gauss_rho20", 9999, 10000, 3500);
}

/* ---- beside plain paths ---- */

/* The chance of ruin, tilted and by so many plain paths, within their joint error. */
static void check_beside(wb_model *model, uint32_t years, uint64_t plain_paths)
{
    wb_rare_question question;
    wb_error err = {0};
    wb_sim_result *plain = NULL;
    const wb_sim_options options = {.threads = 2};
    ask_ruin(&question, years);
    model->paths = PATHS;
    wb_rare_result *result = ask(model, &question, true, 2);
    const wb_rare_answer *a = &result->answers[0];
    model->paths = plain_paths;
    assert_int_equal(wb_sim_run(&plain, model, &options, &err), WB_OK);
    const wb_measure *m = wb_sim_find(plain, "ruin", "", years);
    assert_non_null(m);
    const double joint = sqrt(a->estimate.se * a->estimate.se + m->se * m->se);
    printf("  %s: %.5g by %s, %.5g plain, %.2f joint se, ratio %.1f\n", model->name,
           a->estimate.chance, a->method, m->value, (a->estimate.chance - m->value) / joint,
           a->variance_ratio);
    assert_true(a->tilted && a->has_beside && m->value > 0);
    assert_true(fabs(a->estimate.chance - m->value) < 4 * joint);
    const double own = sqrt(a->estimate.se * a->estimate.se + a->beside.se * a->beside.se);
    assert_true(fabs(a->estimate.chance - a->beside.chance) < 4 * own);
    wb_sim_result_free(plain);
    wb_rare_result_free(result);
    wb_rare_question_clear(&question);
}

static void test_several_years_with_factors_agree_with_plain_paths(void **state)
{
    (void)state;
    for (uint32_t degrees = 0; degrees <= 5; degrees += 5) {
        wb_model *model = load("fund_ruin");
        model->ar1 = 0.6;
        model->degrees_of_freedom = degrees;
        for (uint32_t i = 0; i < model->provider_count; i++) {
            model->providers[i].loading_national = 0.4;
            model->providers[i].residual = sqrt(1 - 0.16);
            model->phases[0].pd[i] = 0.005;
        }
        check_beside(model, 3, 20 * PATHS);
        wb_model_free(model);
    }
}

/* ---- what it says of itself ---- */

static void test_what_was_never_seen_is_degenerate(void **state)
{
    (void)state;
    wb_rare_question question;
    wb_model *model = load("hetero100_gauss_rho20");
    model->paths = 1000;
    ask_loss(&question, 1000000000); /* more than all of it */
    wb_rare_result *result = ask(model, &question, true, 1);
    const wb_rare_answer *a = &result->answers[0];
    assert_true(a->degenerate);
    assert_true(a->estimate.chance <= 0 && a->estimate.low <= 0);
    /* the rule of three, and Wilson's bound is a little wider */
    assert_true(a->estimate.high > 3.0 / 1000 && a->estimate.high < 4.0 / 1000);
    wb_rare_result_free(result);
    wb_rare_question_clear(&question);
    wb_model_free(model);
}

static void test_few_effective_paths_are_degenerate(void **state)
{
    (void)state;
    wb_rare_question question;
    wb_model *model = load("hetero100_gauss_rho20");
    ask_loss(&question, 712);
    for (uint64_t paths = 100; paths <= 2000; paths += 1900) {
        model->paths = paths;
        wb_rare_result *result = ask(model, &question, false, 1);
        const wb_rare_answer *a = &result->answers[0];
        printf("  %llu paths: %.1f effective, largest %.4f\n", (unsigned long long)paths,
               a->effective, a->largest);
        assert_true(a->degenerate == (a->effective < 100));
        assert_true(a->degenerate == (paths == 100));
        assert_true(a->largest > 0 && a->effective <= 1.0001 / a->largest / a->largest);
        wb_rare_result_free(result);
    }
    wb_rare_question_clear(&question);
    wb_model_free(model);
}

static void test_a_common_event_is_answered_by_plain_paths(void **state)
{
    (void)state;
    wb_rare_question question;
    wb_error err = {0};
    wb_sim_result *plain = NULL;
    wb_model *model = load("hetero100_gauss_rho20");
    model->paths = 2000;
    model->exceed_count = 1;
    wb_money_set_cents(&model->exceed[0], 500);
    ask_loss(&question, 5);
    wb_rare_result *result = ask(model, &question, true, 2);
    const wb_rare_answer *a = &result->answers[0];
    assert_false(a->tilted);
    assert_string_equal(a->method, "plain");
    assert_int_equal(wb_sim_run(&plain, model, NULL, &err), WB_OK);
    const wb_measure *m = wb_sim_find(plain, "exceed", "", 0);
    assert_true(m->value > 0.4);
    assert_memory_equal(&a->estimate.chance, &m->value, sizeof(double));
    assert_memory_equal(&a->estimate.low, &m->value_low, sizeof(double));
    assert_memory_equal(&a->estimate.high, &m->value_high, sizeof(double));
    wb_sim_result_free(plain);
    wb_rare_result_free(result);
    wb_rare_question_clear(&question);
    wb_model_free(model);
}

/* ---- weights and determinism ---- */

static void test_no_weight_exceeds_ten_and_their_mean_is_one(void **state)
{
    (void)state;
    wb_rare_question question;
    wb_error err = {0};
    wb_model *model = load("hetero100_gauss_rho20");
    wb_prepared *prepared = NULL;
    ask_loss(&question, 300); /* not so rare that the weights' own spread is beyond all paths */
    assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_AUTO, NULL, &err), WB_OK);
    const wb_rare_job job = {.model = model,
                             .prepared = prepared,
                             .draw_plan = wb_prepared_draw_plan(prepared),
                             .question = &question,
                             .step_end = 1,
                             .event = WB_EVENT_COUNT};
    wb_rare_law law = {0};
    wb_rare_sample sample;
    assert_int_equal(wb_rare_twist(&law, &job, &err), WB_OK);
    assert_int_equal(wb_rare_draw(&sample, &job, &law.tilt, 0, PATHS, false, &err), WB_OK);
    double most = 0, least = 10, sum = 0, squares = 0;
    for (uint64_t i = 0; i < sample.count; i++) {
        const double w = sample.weight[i];
        most = w > most ? w : most;
        least = w < least ? w : least;
        sum += w;
        squares += w * w;
    }
    const double n = (double)sample.count;
    const double se = sqrt((squares / n - sum * sum / n / n) / n);
    printf("  weights %.3g .. %.3g, mean %.4f, se %.4f\n", least, most, sum / n, se);
    assert_true(most <= 10 && least > 0 && most > 5);
    assert_true(fabs(sum / n - 1) < 4 * se);
    wb_rare_sample_clear(&sample);
    wb_tilt_clear(&law.tilt);
    wb_prepared_free(prepared);
    wb_rare_question_clear(&question);
    wb_model_free(model);
}

/* Every double of two answers, bit by bit. */
static void assert_same(const wb_rare_answer *x, const wb_rare_answer *y)
{
    const double xs[] = {x->estimate.chance, x->estimate.se, x->effective,    x->largest,
                         x->variance_ratio,  x->pilot_ratio, x->beside.chance};
    const double ys[] = {y->estimate.chance, y->estimate.se, y->effective,    y->largest,
                         y->variance_ratio,  y->pilot_ratio, y->beside.chance};
    assert_memory_equal(xs, ys, sizeof xs);
    assert_true(wb_money_compare(&x->estimate.var, &y->estimate.var) == 0);
    assert_true(wb_money_compare(&x->estimate.es, &y->estimate.es) == 0);
    assert_memory_equal(x->tilt.shift, y->tilt.shift,
                        (size_t)x->tilt.years * x->tilt.factors * sizeof(double));
    assert_memory_equal(x->tilt.log_odds, y->tilt.log_odds, x->tilt.providers * sizeof(double));
}

static void test_any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    for (int several = 0; several < 2; several++) {
        wb_rare_question question;
        wb_model *model = load(several == 1 ? "fund_ruin" : "hetero100_gauss_rho20");
        model->paths = 3000;
        if (several == 1)
            ask_ruin(&question, 2);
        else
            ask_level(&question, 999, 1000);
        wb_rare_result *one = ask(model, &question, true, 1);
        assert_true(one->answers[0].tilted);
        for (uint32_t threads = 2; threads <= 5; threads += 3) {
            wb_rare_result *more = ask(model, &question, true, threads);
            assert_same(&one->answers[0], &more->answers[0]);
            wb_rare_result_free(more);
        }
        wb_rare_result_free(one);
        wb_rare_question_clear(&question);
        wb_model_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repeated_runs_of_one_period_are_unbiased),
        cmocka_unit_test(test_repeated_runs_of_ten_years_are_unbiased),
        cmocka_unit_test(test_tails_down_to_one_in_a_billion),
        cmocka_unit_test(test_segments_and_losses_that_depend_on_the_factor),
        cmocka_unit_test(test_ruin_of_ten_years),
        cmocka_unit_test(test_value_at_risk_and_shortfall),
        cmocka_unit_test(test_the_variance_is_hundreds_of_times_smaller),
        cmocka_unit_test(test_several_years_with_factors_agree_with_plain_paths),
        cmocka_unit_test(test_what_was_never_seen_is_degenerate),
        cmocka_unit_test(test_few_effective_paths_are_degenerate),
        cmocka_unit_test(test_a_common_event_is_answered_by_plain_paths),
        cmocka_unit_test(test_no_weight_exceeds_ten_and_their_mean_is_one),
        cmocka_unit_test(test_any_number_of_threads_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
