/*
 * Goal: a change over a loaded scenario means what the same lines in the file would mean, leaves
 * the scenario as it was, and is refused with its place where it is wrong.
 * Method: changes over a small file; the changed scenario has the hash of a file written that way.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/scenario.h"

static char file[] = "/tmp/wb-overlay-XXXXXX";

static const char head[] = "waarborg: scenario/1\n"
                           "horizon: {years: 2, step: quarter}\n";
static const char fund[] = "fund: {opening: {cash: 5.00}, floor: 1.00}\n";
static const char rest[] = "providers:\n"
                           "  - {id: a, pd: 2%, loss: 3.00}\n"
                           "  - {id: b, pd: 4%, loss: 3.00}\n";
static const char stress[] = "stress:\n"
                             "  - {name: one, quarters: 4, tariff: -3%, cost_follow: 30%}\n"
                             "  - {name: two, pd_multiplier: 2}\n";

static wb_scenario *load(const char *fund_text, const char *stress_text)
{
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_true(fprintf(out, "%s%s%s%s", head, fund_text, rest, stress_text) > 0);
    assert_int_equal(fclose(out), 0);
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    const wb_code code = wb_scenario_load(&scenario, file, &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return scenario;
}

static wb_scenario *change(const wb_scenario *base, const char *text)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    const wb_code code = wb_scenario_overlay(&scenario, base, text, &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return scenario;
}

static wb_model *resolve(const wb_scenario *scenario)
{
    wb_diagnostics list = {0};
    wb_model *model = NULL;
    assert_int_equal(wb_scenario_model(&model, scenario, NULL, &list), WB_OK);
    wb_diagnostics_clear(&list);
    return model;
}

static void test_a_change_means_what_the_file_would(void **state)
{
    static const struct {
        const char *text, *fund, *stress;
    } cases[] = {
        {"fund: {opening: {cash: 1.00}}", "fund: {opening: {cash: 1.00}, floor: 1.00}\n", stress},
        {"stress: [{name: shock, pd_multiplier: 3}]", fund,
         "stress:\n  - {name: one, quarters: 4, tariff: -3%, cost_follow: 30%}\n"
         "  - {name: two, pd_multiplier: 2}\n  - {name: shock, pd_multiplier: 3}\n"},
        {"stress: [{name: one, tariff: -4%, who: {id: a}}, {name: two, pd_multiplier: 5}]", fund,
         "stress:\n  - {name: one, quarters: 4, tariff: -4%, cost_follow: 30%, who: {id: a}}\n"
         "  - {name: two, pd_multiplier: 5}\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        wb_scenario *wanted = load(cases[i].fund, cases[i].stress);
        wb_model *expected = resolve(wanted);
        wb_scenario *base = load(fund, stress);
        wb_model *before = resolve(base);
        wb_scenario *changed = change(base, cases[i].text);
        wb_model *found = resolve(changed);
        wb_model *after = resolve(base);
        assert_memory_equal(found->blake2b, expected->blake2b, 32);
        assert_memory_not_equal(found->blake2b, before->blake2b, 32);
        assert_memory_equal(after->blake2b, before->blake2b, 32); /* the base is as it was */
        wb_model *const models[] = {expected, before, found, after};
        for (size_t m = 0; m < COUNT(models); m++)
            wb_model_free(models[m]);
        wb_scenario_free(changed);
        wb_scenario_free(wanted);
        wb_scenario_free(base);
    }
}

static void test_changes_stand_on_each_other_and_keep_overrides(void **state)
{
    (void)state;
    wb_scenario *base = load(fund, stress);
    wb_scenario_override(base, 77, true, 9);
    wb_scenario *once = change(base, "stress: [{name: shock, pd_multiplier: 3}]");
    wb_scenario *twice = change(once, "stress: [{name: shock, pd_multiplier: 0}]");
    wb_model *model = resolve(twice);
    assert_int_equal(model->paths, 77);
    assert_int_equal(model->seed, 9);
    assert_false(model->phases[0].pd[0] > 0.0); /* times 2, times 0: not times 3 as well */
    wb_model_free(model);
    wb_scenario_free(twice);
    wb_scenario_free(once);
    wb_scenario_free(base);
}

static void test_a_wrong_change_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text, *message;
        uint32_t line;
    } cases[] = {
        {"fund: {opening: {cash: much}}", "'much' is not an amount", 1},
        {"fnud: {floor: 2.00}", "unknown key 'fnud'", 1},
        {"fund:\n  floor: -2.00\n", "'-2.00' is negative", 2},
        {"extends: other.yaml", "'extends' is for files: this changes one", 1},
        {"stress: [{pd_multiplier: 2}]", "'name' is missing", 1},
        {"stress: [{name: one, years: 2}]", "'years' beside 'quarters'", 1},
        {"horizon: {years: 0}", "'0' is out of range", 1},
        {"fund: {floor: 1.00", NULL, 1},
        {"\xff", NULL, 1},
    };
    (void)state;
    wb_scenario *base = load(fund, stress);
    for (size_t i = 0; i < COUNT(cases); i++) {
        wb_diagnostics list = {0};
        wb_scenario *changed = base;
        assert_int_not_equal(wb_scenario_overlay(&changed, base, cases[i].text, &list), WB_OK);
        assert_null(changed);
        assert_true(list.errors > 0);
        const wb_error *first = &list.items[0];
        assert_string_equal(first->file, "(command line)");
        if (cases[i].message != NULL) {
            assert_int_equal(first->line, cases[i].line);
            assert_string_equal(first->message, cases[i].message);
        }
        wb_diagnostics_clear(&list);
    }
    wb_scenario_free(base);
}

static void test_not_more_stresses_than_a_file_may_have(void **state)
{
    (void)state;
    char text[64 * 48] = "stress: [";
    for (int s = 0; s < WB_STRESSES_MAX - 1; s++) {
        char item[48];
        (void)snprintf(item, sizeof item, "%s{name: s%d, pd_multiplier: 1}", s > 0 ? ", " : "", s);
        (void)strcat(text, item);
    }
    (void)strcat(text, "]");
    wb_scenario *base = load(fund, stress);
    wb_diagnostics list = {0};
    wb_scenario *changed = NULL;
    assert_int_equal(wb_scenario_overlay(&changed, base, text, &list), WB_E_TOO_LARGE);
    assert_non_null(strstr(list.items[0].message, "65 stresses"));
    wb_diagnostics_clear(&list);
    wb_scenario_free(base);
}

static int set_up(void **state)
{
    (void)state;
    const int fd = mkstemp(file);
    return fd >= 0 ? close(fd) : 1;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_change_means_what_the_file_would),
        cmocka_unit_test(test_changes_stand_on_each_other_and_keep_overrides),
        cmocka_unit_test(test_a_wrong_change_is_refused_with_its_place),
        cmocka_unit_test(test_not_more_stresses_than_a_file_may_have),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
