/*
 * goal: a stress table names files beside it, and scenarios combine to what was written as one.
 * method: tables and scenarios written out; a combined model against the same stresses in one file;
 *         mutated tables, which load or are refused.
 */
#include "tests/test.h"

#include "scenario_text.h"
#include "waarborg/numeric.h"

static const char table_yaml[] = "waarborg: stress-table/1\n"
                                 "scenarios:\n"
                                 "  - one.yaml # the first\n"
                                 "  - 'two.yaml'\n";

static wb_stress_table *load_table(const char *text, wb_code expected)
{
    wb_diagnostics list = {0};
    wb_stress_table *table = NULL;
    text_write("table.yaml", text);
    assert_int_equal(wb_stress_table_load(&table, text_path("table.yaml"), &list), expected);
    assert_int_equal(list.errors > 0, expected != WB_OK);
    wb_diagnostics_clear(&list);
    return table;
}

static void test_a_table_names_files_beside_it(void **state)
{
    (void)state;
    wb_stress_table *table = load_table(table_yaml, WB_OK);
    assert_int_equal(wb_stress_table_count(table), 2);
    assert_string_equal(wb_stress_table_path(table, 0), text_path("one.yaml"));
    assert_string_equal(wb_stress_table_path(table, 1), text_path("two.yaml"));
    wb_stress_table_free(table);
    char many[2000] = "waarborg: stress-table/1\nscenarios:\n";
    for (uint32_t i = 0; i <= WB_STRESS_TABLE_MAX; i++) {
        char line[40];
        (void)snprintf(line, sizeof line, "  - s%u.yaml\n", i);
        strcat(many, line);
    }
    assert_null(load_table(many, WB_E_TOO_LARGE));
}

/* Bytes changed, cut and doubled at places from a fixed sequence. */
static void test_mutated_tables_load_or_are_refused(void **state)
{
    (void)state;
    static const char alphabet[] = "{}[]:,-#&*!|>'\"%@`\n\t 019az\xC3\xA9\x01\xFF";
    size_t refused = 0;
    for (uint32_t turn = 0; turn < 800; turn++) {
        const uint32_t counter[4] = {turn, 0, 0, 0};
        const uint32_t key[2] = {2027, 3};
        const wb_block draw = wb_philox(counter, key);
        char text[sizeof table_yaml + 8];
        memcpy(text, table_yaml, sizeof table_yaml);
        const size_t size = sizeof table_yaml - 1;
        const size_t at = draw.word[0] % size;
        switch (draw.word[1] % 3) {
        case 0: text[at] = alphabet[draw.word[2] % (sizeof alphabet - 1)]; break;
        case 1: memmove(text + at, text + at + 1, size - at); break;
        default: memmove(text + at + 1, text + at, size - at + 1); break;
        }
        wb_diagnostics list = {0};
        wb_stress_table *table = NULL;
        text_write("mutant.yaml", text);
        const wb_code code = wb_stress_table_load(&table, text_path("mutant.yaml"), &list);
        assert_int_equal(code == WB_OK, table != NULL);
        assert_int_equal(code != WB_OK, list.errors > 0);
        refused += code != WB_OK;
        wb_stress_table_free(table);
        wb_diagnostics_clear(&list);
    }
    assert_true(refused > 200 && refused < 790);
}

/* ---- combining ---- */

#define BASE                                                 \
    "waarborg: scenario/1\nname: basis\nstart: 2027-01-01\n" \
    "horizon: {years: 3, step: quarter}\nfund: {opening: {cash: 100.00}}\n" TEXT_CLASSED
#define WAGES "  - {name: wages, quarters: 4, wages: 5%}\n"
#define STATE "  - {name: state, from: 2028-Q1, contributions: {group: state, change: -100%}}\n"
#define FALLS "  - {name: falls, from: 2028-Q3, quarters: 2, who: {id: P2}, pd_multiplier: 3}\n"

static void assert_same_model(const wb_model *a, const wb_model *b)
{
    assert_int_equal(a->phase_count, b->phase_count);
    for (uint32_t i = 0; i < a->phase_count; i++) {
        assert_int_equal(a->phases[i].step_first, b->phases[i].step_first);
        assert_memory_equal(a->phases[i].pd, b->phases[i].pd,
                            a->provider_count * sizeof *a->phases[i].pd);
    }
    for (uint32_t i = 0; i < a->contribution_count; i++) {
        for (uint32_t t = 0; t < a->step_count; t++) {
            assert_int_equal(
                wb_rate_compare(&a->contributions[i].change[t], &b->contributions[i].change[t]), 0);
        }
    }
}

static void test_scenarios_combine_to_what_one_file_says(void **state)
{
    (void)state;
    static const char *const texts[] = {BASE, BASE "stress:\n" WAGES STATE, BASE "stress:\n" FALLS};
    wb_scenario *scenarios[COUNT(texts)];
    wb_model *models[COUNT(texts)];
    wb_scenario_part parts[COUNT(texts)];
    for (size_t i = 0; i < COUNT(texts); i++) {
        scenarios[i] = text_load(texts[i]);
        models[i] = text_resolve(scenarios[i], NULL);
        parts[i] = (wb_scenario_part){scenarios[i], models[i]};
    }
    wb_diagnostics list = {0};
    wb_scenario *combined = NULL;
    assert_int_equal(wb_scenario_combine(&combined, parts, COUNT(parts), &list), WB_OK);
    wb_model *made = text_resolve(combined, NULL);
    wb_model *written = text_model(BASE "stress:\n" WAGES STATE FALLS);
    assert_int_equal(written->phase_count, 4);
    assert_same_model(written, made);
    assert_string_equal(made->name, "basis: all 2 together");
    wb_model_free(written);
    wb_model_free(made);
    wb_scenario_free(combined);
    wb_diagnostics_clear(&list);
    for (size_t i = 0; i < COUNT(texts); i++) {
        wb_model_free(models[i]);
        wb_scenario_free(scenarios[i]);
    }
}

static int set_up(void **state)
{
    if (text_set_up(state) != 0) return 1;
    text_tables();
    text_write("one.yaml", "");
    text_write("two.yaml", "");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_names_files_beside_it),
        cmocka_unit_test(test_mutated_tables_load_or_are_refused),
        cmocka_unit_test(test_scenarios_combine_to_what_one_file_says),
    };
    return cmocka_run_group_tests(tests, set_up, text_tear_down);
}
