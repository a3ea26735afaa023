/*
 * goal: a reverse stress finds the size at which a limit is passed, with an interval that means
 *       what it says, and says so where there is none.
 * method: funds of one provider, whose chance of distress is a formula of the shock, so that the
 *         size is one too; the estimate on either side of the answer from runs of changed files.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/numeric.h"
#include "waarborg/sim_reverse.h"

static char file[] = "/tmp/wb-reverse-XXXXXX";
static unsigned long long paths = WB_SANITIZED ? 20000 : 200000;
static unsigned seed = 5;

static wb_scenario *load(const char *rest)
{
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_true(fprintf(out,
                        "waarborg: scenario/1\nstart: 2027-01-01\nhorizon: {years: 2}\n"
                        "run: {paths: %llu, seed: %u}\nfund: {opening: {cash: 10.00}}\n%s",
                        paths, seed, rest) > 0);
    assert_int_equal(fclose(out), 0);
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    const wb_code code = wb_scenario_load(&scenario, file, &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return scenario;
}

static wb_code search(wb_sim_reverse *out, const wb_scenario *scenario, const char *limit,
                      uint32_t years, const char *vary)
{
    wb_reverse_until until;
    wb_diagnostics list = {0};
    wb_reverse_until_init(&until);
    wb_sim_reverse_init(out);
    assert_int_equal(wb_reverse_parse(&until, limit, NULL), WB_OK);
    until.years = years;
    const wb_sim_options options = {.threads = 2};
    const wb_code code =
        wb_sim_reverse_run(out, scenario, NULL, &until, vary, &options, &list, NULL);
    wb_diagnostics_clear(&list);
    wb_reverse_until_clear(&until);
    return code;
}

/* The interval holds the exact size, and is as narrow as so many paths make it. */
static void assert_finds(const char *rest, const char *limit, uint32_t years, const char *vary,
                         double exact, double widest)
{
    wb_scenario *scenario = load(rest);
    wb_sim_reverse found;
    assert_int_equal(search(&found, scenario, limit, years, vary), WB_OK);
    assert_int_equal(found.answer, WB_REVERSE_FOUND);
    assert_true(found.low_exists && found.high_exists);
    const double low = wb_rate_double(&found.low);
    const double value = wb_rate_double(&found.value);
    const double high = wb_rate_double(&found.high);
    const double sign = exact < 0 ? -1 : 1;
    assert_true(low * sign <= exact * sign && exact * sign <= high * sign);
    assert_true(low * sign < value * sign && value * sign < high * sign);
    const double room = widest * (WB_SANITIZED ? 4 : 1);
    assert_true(fabs(high - low) <= room && fabs(high - low) >= room / 4);
    assert_true(found.with.value > found.without.value);
    wb_sim_reverse_clear(&found);
    wb_scenario_free(scenario);
}

static const char one[] = "providers: [{id: a, pd: 2%, loss: 100.00}]\n";

static void test_a_multiplier_is_found_where_the_formula_has_it(void **state)
{
    (void)state;
    /* P(ruin by year 1) = 2 % x m */
    assert_finds(one, "ruin > 5%", 1, "pd_multiplier", 2.5, 0.15);
    /* by year 2: 1 - (1 - 2 % x m)^2 = 5 % */
    assert_finds(one, "ruin > 5%", 2, "pd_multiplier", (1 - sqrt(0.95)) / 0.02, 0.08);
    /* VaR at 93 % is above what one pays once at most 93 % do not fall at all */
    assert_finds("providers: [{id: a, pd: 2%, loss: 9.00}]\n", "loss 93% > 8.99", 2,
                 "pd_multiplier", (1 - sqrt(0.93)) / 0.02, 0.08);
}

static void test_a_margin_is_found_through_the_normal_law(void **state)
{
    (void)state;
    /* p' = normal(quantile(2 %) + d / 4 %), d = -tariff: 5 % */
    const double d = 0.04 * (wb_normal_quantile(0.05) - wb_normal_quantile(0.02));
    assert_finds(one, "ruin > 5%", 1, "tariff", -d, 0.0011);
    /* a stress of the file: costs follow for 30 %, so the tariff must fall further */
    char rest[512];
    (void)snprintf(rest, sizeof rest,
                   "%sstress:\n  - {name: minder tarief, tariff: -1%%, cost_follow: 30%%}\n", one);
    assert_finds(rest, "ruin > 5%", 1, "minder tarief.tariff", -d / 0.7, 0.0016);
}

static void test_intervals_hold_the_exact_size_as_often_as_they_say(void **state)
{
    (void)state;
    enum { SEARCHES = WB_SANITIZED ? 10 : 50 };
    const double exact = (1 - sqrt(0.95)) / 0.02;
    uint32_t held = 0;
    paths = 4000;
    for (seed = 1000; seed < 1000 + SEARCHES; seed++) {
        wb_scenario *scenario = load(one);
        wb_sim_reverse found;
        assert_int_equal(search(&found, scenario, "ruin > 5%", 2, "pd_multiplier"), WB_OK);
        held += wb_rate_double(&found.low) <= exact && exact <= wb_rate_double(&found.high);
        wb_sim_reverse_clear(&found);
        wb_scenario_free(scenario);
    }
    paths = WB_SANITIZED ? 20000 : 200000;
    seed = 5;
    /* 95 % are expected; of 50, with a standard deviation of 3 % */
    assert_true(held * 100 >= 86 * SEARCHES);
}

/* Run the file with this multiplier and say whether ruin by year 2 is above 5 %. */
static bool passes(const wb_rate *multiplier)
{
    char rest[512];
    char text[WB_RATE_TEXT_MAX];
    (void)snprintf(rest, sizeof rest, "%sstress:\n  - {name: shock, pd_multiplier: %s}\n", one,
                   wb_rate_text(text, multiplier));
    wb_scenario *scenario = load(rest);
    wb_model *model = NULL;
    wb_sim_result *result = NULL;
    wb_diagnostics list = {0};
    assert_int_equal(wb_scenario_model(&model, scenario, NULL, &list), WB_OK);
    assert_int_equal(wb_sim_run(&result, model, NULL, NULL), WB_OK);
    const bool yes = wb_sim_find(result, "ruin", "", 2)->value > 0.05;
    wb_sim_result_free(result);
    wb_model_free(model);
    wb_scenario_free(scenario);
    wb_diagnostics_clear(&list);
    return yes;
}

static void test_the_size_passes_and_one_step_less_does_not(void **state)
{
    (void)state;
    wb_scenario *scenario = load(one);
    wb_sim_reverse found;
    assert_int_equal(search(&found, scenario, "ruin > 5%", 2, "pd_multiplier"), WB_OK);
    wb_rate before;
    wb_rate_init(&before);
    mpq_sub(before.ratio, found.value.ratio, found.step.ratio);
    /* in places of the grid the size is above 4096, and so known to two of them */
    mpq_sub(before.ratio, before.ratio, found.step.ratio);
    assert_true(passes(&found.value));
    assert_false(passes(&before));
    wb_rate_clear(&before);
    wb_sim_reverse_clear(&found);
    wb_scenario_free(scenario);
}

static void test_no_answer_is_said_to_be_none(void **state)
{
    (void)state;
    wb_scenario *scenario = load(one);
    wb_sim_reverse found;
    assert_int_equal(search(&found, scenario, "ruin > 1%", 1, "pd_multiplier"), WB_OK);
    assert_int_equal(found.answer, WB_REVERSE_ALREADY);
    assert_true(found.without.low < 0.02 && found.without.high > 0.02);
    wb_sim_reverse_clear(&found);
    /* 10.00 can be paid, and so lost, whatever the shock: never above that */
    assert_int_equal(search(&found, scenario, "loss 99% > 10.00", 2, "pd_multiplier"), WB_OK);
    assert_int_equal(found.answer, WB_REVERSE_NEVER);
    wb_sim_reverse_clear(&found);
    assert_int_equal(search(&found, scenario, "ruin > 5%", 1, "absent.tariff"), WB_E_REFERENCE);
    wb_sim_reverse_clear(&found);
    wb_scenario_free(scenario);
}

static void test_a_question_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        wb_code code;
    } cases[] = {{"ruin", WB_E_SYNTAX},
                 {"> 5%", WB_E_SYNTAX},
                 {"ruin > ", WB_E_SYNTAX},
                 {"doom > 5%", WB_E_CHOICE},
                 {"ruin > 5", WB_E_RATE},
                 {"ruin > 100%", WB_E_RANGE},
                 {"loss 99% > many", WB_E_AMOUNT},
                 {"loss 0% > 1.00", WB_E_RANGE},
                 {"ruin>0.05", WB_OK},
                 {"  loss  99.5%  >  25 000 000.00 ", WB_OK}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        wb_reverse_until until;
        wb_reverse_until_init(&until);
        assert_int_equal(wb_reverse_parse(&until, cases[i].text, NULL), cases[i].code);
        wb_reverse_until_clear(&until);
    }
    assert_int_equal(wb_reverse_key("pd_multiplier", NULL), WB_OK);
    assert_int_equal(wb_reverse_key("a.b c.tariff", NULL), WB_OK);
    assert_int_equal(wb_reverse_key("x.contributions.change", NULL), WB_OK);
    assert_int_equal(wb_reverse_key("tarief", NULL), WB_E_CHOICE);
    assert_int_equal(wb_reverse_key(".tariff", NULL), WB_E_CHOICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_multiplier_is_found_where_the_formula_has_it),
        cmocka_unit_test(test_a_margin_is_found_through_the_normal_law),
        cmocka_unit_test(test_intervals_hold_the_exact_size_as_often_as_they_say),
        cmocka_unit_test(test_the_size_passes_and_one_step_less_does_not),
        cmocka_unit_test(test_no_answer_is_said_to_be_none),
        cmocka_unit_test(test_a_question_that_makes_no_sense_is_refused),
    };
    const int handle = mkstemp(file);
    if (handle < 0) return 1;
    (void)close(handle);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(file);
    return failed;
}
