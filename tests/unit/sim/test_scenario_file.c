/*
 * Goal: bases, ledgers and the canonical hash: what a scenario means does not depend on the files
 * and the order it was written in, and every value says where it came from.
 * Method: small files in a temporary directory; the same content written in two ways must hash
 * alike and any change must not; mutated files must load or be refused, never crash.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/scenario_schema.h"
#include "waarborg/numeric.h"
#include "waarborg/scenario.h"

static char directory[] = "/tmp/wb-scenario-XXXXXX";

static const char *file_path(const char *name)
{
    static char path[4][200];
    static int turn = 0;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", directory, name);
    return path[turn];
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(file_path(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static wb_scenario *load(const char *path)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    const wb_code code = wb_scenario_load(&scenario, path, &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return scenario;
}

static wb_model *resolve(wb_scenario *scenario, const wb_opening *opening)
{
    wb_diagnostics list = {0};
    wb_model *model = NULL;
    const wb_code code = wb_scenario_model(&model, scenario, opening, &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return model;
}

/* The first message of a load that must fail. */
static wb_error first_error(const char *text)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    write_file("wrong.yaml", text);
    assert_int_not_equal(wb_scenario_load(&scenario, file_path("wrong.yaml"), &list), WB_OK);
    assert_null(scenario);
    assert_true(list.count > 0);
    const wb_error first = list.items[0];
    wb_diagnostics_clear(&list);
    return first;
}

static const char base_yaml[] = "waarborg: scenario/1\n"
                                "name: base\n"
                                "start: 2027-01-01\n"
                                "horizon: {years: 2, step: quarter}\n"
                                "run: {paths: 1000, seed: 7}\n"
                                "fund: {opening: {cash: 5.00}, floor: 1.00, interest: 2%}\n"
                                "contributions:\n"
                                "  - {group: state, amount: 10.00}\n"
                                "  - {group: region, amount: 20.00}\n"
                                "tables: {providers: tables/p.csv, classes: tables/c.csv}\n"
                                "support: {cure: 45%, lgd: {uniform: [10%, 20%]}}\n"
                                "measures: {levels: [99%]}\n";
static const char classes_csv[] =
    "id,eligible,pd,months_low,months_base,months_high,lgd_low,lgd_base,lgd_high\n"
    "K4,yes,6%,0.5,1.4,1.8,60%,60%,60%\nK1,no,0.5%,0,0,0,80%,95%,100%\n";
static const char providers_csv[] = "id,class,revenue,consortia\nP1,K4,1000000,a|b\nP2,K1,500,\n";

static void write_base(void)
{
    char tables[220];
    (void)snprintf(tables, sizeof tables, "mkdir -p %s/tables %s/sub", directory, directory);
    assert_int_equal(system(tables), 0);
    write_file("base.yaml", base_yaml);
    write_file("tables/c.csv", classes_csv);
    write_file("tables/p.csv", providers_csv);
}

static void test_a_child_overrides_key_by_key_and_replaces_lists(void **state)
{
    (void)state;
    write_base();
    write_file("sub/child.yaml", "waarborg: scenario/1\n"
                                 "extends: ../base.yaml\n"
                                 "name: child\n"
                                 "fund: {floor: 2.00}\n"
                                 "contributions:\n"
                                 "  - {group: province, amount: 30.00}\n"
                                 "support: {lgd: {triangular: [10%, 20%, 30%]}}\n");
    write_file("sub/grandchild.yaml", "waarborg: scenario/1\n"
                                      "extends: child.yaml\n"
                                      "run: {seed: 8}\n"
                                      "support: {lgd: 40%}\n");
    wb_scenario *scenario = load(file_path("sub/grandchild.yaml"));
    wb_model *model = resolve(scenario, NULL);
    assert_string_equal(model->name, "child");
    assert_int_equal(model->seed, 8);
    assert_int_equal(model->paths, 1000);
    assert_int_equal(wb_money_cents(&model->floor), 200);
    assert_int_equal(mpq_cmp_ui(model->interest.ratio, 1, 50), 0); /* untouched */
    assert_int_equal(model->contribution_count, 1);
    assert_string_equal(model->groups[0].id, "province");
    assert_int_equal(model->lgd.shape, WB_SHAPE_FIXED);
    assert_int_equal(model->provider_count, 2); /* found beside the base */
    wb_model_free(model);
    wb_scenario_override(scenario, 50, true, 99);
    model = resolve(scenario, NULL);
    assert_int_equal(model->paths, 50);
    assert_int_equal(model->seed, 99);
    wb_model_free(model);
    wb_scenario_free(scenario);
}

static void hash_of(const char *name, uint8_t hash[32])
{
    wb_scenario *scenario = load(file_path(name));
    wb_model *model = resolve(scenario, NULL);
    memcpy(hash, model->blake2b, 32);
    wb_model_free(model);
    wb_scenario_free(scenario);
}

static void test_the_hash_is_of_the_meaning(void **state)
{
    uint8_t base[32];
    uint8_t other[32];
    (void)state;
    write_base();
    hash_of("base.yaml", base);
    /* other files, notation, order of keys, rows and columns; another seed; defaults written out */
    write_file("other-p.csv", "consortia,name,id,revenue,soort\n,Twee,P2,500.00,K1\n"
                              "b|a,Een,P1,1000000.00,K4\n");
    write_file("other-c.csv",
               "id,lgd_low,lgd_base,lgd_high,eligible,pd,months_low,months_base,months_high\n"
               "K1,0.8,0.95,1,no,0.005,0,0,0\nK4,60%,0.6,60.0%,yes,0.06,0.50,1.40,1.80\n");
    write_file("same.yaml", "name: base\n"
                            "waarborg: scenario/1\n"
                            "measures: {levels: [0.99], exceed: []}\n"
                            "fund: {interest: 0.02, opening: {cash: 5}, floor: 1, costs: 0.00}\n"
                            "contributions:\n"
                            "  - {amount: 10, group: state, when: each_step}\n"
                            "  - {amount: 20, group: region, key: equal}\n"
                            "tables:\n"
                            "  classes: other-c.csv\n"
                            "  providers: {file: other-p.csv, columns: {class: soort}}\n"
                            "support: {lgd: {uniform: [0.1, 0.2]}, cure: 0.45, term: 4}\n"
                            "horizon: {step: quarter, years: 2}\n"
                            "start: 2027-01-01\n"
                            "run: {paths: 20, seed: 1}\n");
    hash_of("same.yaml", other);
    assert_memory_equal(base, other, 32);
    static const char *const changes[] = {
        "fund: {floor: 1.01}\n",
        "fund: {opening: {cash: 5.01}}\n",
        "name: another\n",
        "start: 2027-04-01\n",
        "support: {replace: yes}\n",
        "support: {lgd: {uniform: [10%, 21%]}}\n",
        "dependence: {national: 1%}\n",
        "measures: {levels: [99%, 95%]}\n",
        "margin_sd: 5%\n",
        "contributions:\n  - {group: state, amount: 10.00}\n",
        "stress:\n  - {name: x, tariff: -1%}\n",
        "tables: {providers: tables/p2.csv}\n",
    };
    write_file("tables/p2.csv", "id,class,revenue,consortia\nP1,K4,1000000,a|b\nP2,K1,501,\n");
    for (size_t i = 0; i < COUNT(changes); i++) {
        char text[400];
        (void)snprintf(text, sizeof text, "waarborg: scenario/1\nextends: base.yaml\n%s",
                       changes[i]);
        write_file("changed.yaml", text);
        hash_of("changed.yaml", other);
        if (memcmp(base, other, 32) == 0) print_error("not hashed: %s", changes[i]);
        assert_memory_not_equal(base, other, 32);
    }
}

static wb_opening opening_of(const char *last_date)
{
    wb_opening opening;
    wb_opening_init(&opening);
    wb_money_set_cents(&opening.cash, 123456);
    wb_money_set_cents(&opening.backstop_debt, 500);
    opening.ledger_count = 12;
    opening.ledger_hash[0] = 0xAB;
    assert_int_equal(wb_date_parse(&opening.ledger_last_date, last_date, strlen(last_date), NULL),
                     WB_OK);
    return opening;
}

static void add_case(wb_opening *opening, const char *provider, const char *maturity)
{
    wb_opening_case *added = wb_opening_add_case(opening);
    assert_non_null(added);
    (void)snprintf(added->provider, sizeof added->provider, "%s", provider);
    (void)snprintf(added->loan, sizeof added->loan, "L-%zu", opening->case_count);
    wb_money_set_cents(&added->principal, 700);
    assert_int_equal(wb_date_parse(&added->maturity, maturity, strlen(maturity), NULL), WB_OK);
}

static void test_a_ledger_gives_start_cash_and_cases(void **state)
{
    static const struct {
        const char *maturity;
        uint32_t step;
    } cases[] = {{"2024-02-29", 0}, {"2026-11-30", 0}, {"2027-01-01", 0}, {"2027-03-31", 0},
                 {"2027-04-01", 1}, {"2028-12-31", 7}, {"2029-01-01", 8}, {"2035-06-30", 8}};
    (void)state;
    write_base();
    write_file("books.yaml", "waarborg: scenario/1\nextends: base.yaml\n"
                             "fund: {opening: {from_ledger: ../fonds}}\n");
    wb_scenario *scenario = load(file_path("books.yaml"));
    char expected[200];
    (void)snprintf(expected, sizeof expected, "%s/../fonds", directory);
    assert_string_equal(wb_scenario_ledger(scenario), expected);
    wb_opening opening = opening_of("2026-12-31");
    for (size_t i = 0; i < COUNT(cases); i++)
        add_case(&opening, "P1", cases[i].maturity);
    wb_model *model = resolve(scenario, &opening);
    assert_int_equal(wb_money_cents(&model->opening.cash), 123456);
    assert_int_equal(wb_money_cents(&model->opening.backstop_debt), 500);
    assert_int_equal(model->opening.ledger_count, 12);
    assert_int_equal(model->opening.ledger_hash[0], 0xAB);
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(model->opening_provider[i], 0);
        assert_int_equal(model->opening_step[i], cases[i].step);
        assert_int_equal(wb_money_cents(&model->opening.cases[i].principal), 700);
    }
    wb_model_free(model);
    add_case(&opening, "P3", "2027-01-01");
    wb_diagnostics list = {0};
    assert_int_equal(wb_scenario_model(&model, scenario, &opening, &list), WB_E_REFERENCE);
    assert_string_equal(list.items[0].message, "loan 'L-9' is to 'P3', who is no provider here");
    assert_int_equal(list.items[0].line, 3);
    wb_diagnostics_clear(&list);
    wb_opening_clear(&opening);
    opening = opening_of("2027-01-01"); /* the file starts on that day */
    assert_int_equal(wb_scenario_model(&model, scenario, &opening, &list), WB_E_CONFLICT);
    wb_diagnostics_clear(&list);
    wb_opening_clear(&opening);
    wb_scenario_free(scenario);
}

static void test_the_start_follows_the_ledger(void **state)
{
    static const struct {
        const char *step, *last, *start;
    } cases[] = {{"quarter", "2026-12-31", "2027-01-01"}, {"quarter", "2026-10-01", "2027-01-01"},
                 {"month", "2026-10-01", "2026-11-01"},   {"month", "2026-12-05", "2027-01-01"},
                 {"year", "2026-01-01", "2027-01-01"},    {"year", "2025-12-31", "2026-01-01"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[400];
        (void)snprintf(text, sizeof text,
                       "waarborg: scenario/1\nhorizon: {years: 2, step: %s}\n"
                       "fund: {opening: {from_ledger: x}}\n"
                       "providers: [{id: a, pd: 2%%, loss: 1.00}]\n"
                       "stress:\n  - {name: s, from: 2027-01-01, years: 1, force: distress}\n",
                       cases[i].step);
        write_file("books.yaml", text);
        wb_scenario *scenario = load(file_path("books.yaml"));
        wb_opening opening = opening_of(cases[i].last);
        wb_model *model = resolve(scenario, &opening);
        char day[WB_DATE_TEXT_MAX];
        assert_string_equal(wb_date_text(day, model->start), cases[i].start);
        wb_model_free(model);
        wb_opening_clear(&opening);
        opening = opening_of("2029-01-01"); /* then the stress is over before the start */
        wb_diagnostics list = {0};
        assert_int_equal(wb_scenario_model(&model, scenario, &opening, &list), WB_E_RANGE);
        assert_int_equal(list.items[0].line, 6);
        wb_diagnostics_clear(&list);
        wb_opening_clear(&opening);
        wb_scenario_free(scenario);
    }
}

static void test_providers_with_one_index_are_refused(void **state)
{
    (void)state;
    /* found by search among 30 million ids */
    assert_int_equal(wb_draw_index("p10947496"), wb_draw_index("p11299463"));
    const wb_error err = first_error("waarborg: scenario/1\nhorizon: {years: 1}\n"
                                     "fund: {opening: {cash: 1.00}}\nproviders:\n"
                                     "  - {id: p10947496, pd: 1%, loss: 1.00}\n"
                                     "  - {id: p11299463, pd: 1%, loss: 1.00}\n");
    assert_int_equal(err.code, WB_E_CONFLICT);
    const wb_error region = first_error("waarborg: scenario/1\nhorizon: {years: 1}\n"
                                        "fund: {opening: {cash: 1.00}}\nproviders:\n"
                                        "  - {id: a, pd: 1%, loss: 1.00, region: p7679624}\n"
                                        "  - {id: b, pd: 1%, loss: 1.00, region: p28145571}\n");
    assert_int_equal(region.code, WB_E_CONFLICT);
}

typedef struct seen {
    const char *path;
    char value[200], origin[200];
    int times;
} seen;

static void look(const char *path, const char *value, const char *origin, void *context)
{
    seen *wanted = context;
    if (strcmp(path, wanted->path) != 0) return;
    (void)snprintf(wanted->value, sizeof wanted->value, "%s", value);
    (void)snprintf(wanted->origin, sizeof wanted->origin, "%s", origin);
    wanted->times++;
}

static void test_every_value_says_where_it_came_from(void **state)
{
    static const struct {
        const char *path, *value, *origin;
    } cases[] = {
        {"name", "child", "child.yaml:3"},
        {"horizon.years", "2", "base.yaml:4"},
        {"run.paths", "1000", "base.yaml:5"},
        {"fund.opening.cash", "5.00", "base.yaml:6"},
        {"fund.floor", "2 000.00", "child.yaml:4"},
        {"fund.costs", "0.00", "default"},
        {"contributions[1].amount", "20.00", "base.yaml:9"},
        {"support.term", "12 months", "default"},
        {"support.lgd", "{uniform: [10%, 20%]}", "base.yaml:11"},
        {"measures.levels", "[99%]", "base.yaml:12"},
        {"margin_sd", "4%", "default"},
        {"classes.K1", "not eligible, pd 0.50%, months 0 / 0 / 0, lgd 0.8 / 0.95 / 1",
         "tables/c.csv:3"},
        {"providers.P1", "eligible, class K4, consortium a, consortium b, revenue 1 000 000.00",
         "tables/p.csv:2"},
        {"stress[0].in_force", "steps 1 to 4; hits 1 of 2 providers: P1", "child.yaml:6"},
        {"stress[0].in_force.tariff", "-3% x (1 - cost_follow 30%) -> margin -2.10 points",
         "child.yaml:6"},
        {"stress[0].in_force.margin_sum",
         "margin -2.10 points in all: quantile +0.525, as margin_sd is 4%", "child.yaml:6"},
        /* normal(quantile(0.06) + 2.1 / 4) = normal(-1.554774 + 0.525) = 0.1516 */
        {"steps[1..4].class.K4", "pd 6.00% -> margin -2.10 points, quantile +0.525 -> 15.16%", "t"},
    };
    (void)state;
    write_base();
    write_file("child.yaml", "waarborg: scenario/1\nextends: base.yaml\nname: child\n"
                             "fund: {floor: 2000}\nstress:\n"
                             "  - {name: t, years: 1, who: {class: [K4]}, tariff: -3%,"
                             " cost_follow: 30%}\n");
    wb_scenario *scenario = load(file_path("child.yaml"));
    for (size_t i = 0; i < COUNT(cases); i++) {
        seen wanted = {.path = cases[i].path};
        assert_int_equal(wb_scenario_show(scenario, NULL, look, &wanted, NULL), WB_OK);
        if (wanted.times != 1) print_error("%s: %d times\n", cases[i].path, wanted.times);
        assert_int_equal(wanted.times, 1);
        assert_string_equal(wanted.value, cases[i].value);
        const size_t size = strlen(cases[i].origin);
        const size_t found = strlen(wanted.origin);
        assert_true(found >= size);
        assert_string_equal(wanted.origin + found - size, cases[i].origin);
    }
    wb_scenario_free(scenario);
}

static void test_the_scenarios_of_the_project_load(void **state)
{
    static const char *const names[] = {"basis", "S01-tariefkorting", "S08-vier-gevallen",
                                        "S13-geen-achterborg", "zonder-rijk"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[300];
        (void)snprintf(path, sizeof path, "%s/scenarios/limburg/%s.yaml", WB_SOURCE_DIR, names[i]);
        wb_scenario *scenario = load(path);
        wb_model *model = resolve(scenario, NULL);
        assert_int_equal(model->provider_count, 209);
        assert_int_equal(model->step_count, 40);
        assert_int_equal(model->phase_count, i == 1 || i == 2 ? 2 : 1);
        assert_int_equal(model->forced_count, i == 2 ? 4 : 0);
        for (uint32_t t = 0; t < model->step_count; t++) {
            const bool none = i == 4 || (i == 3 && t >= 4 && t < 24); /* the state is away */
            assert_int_equal(wb_money_cents(&model->backstop_limit[t]), none ? 0 : 1000000000);
            assert_int_equal(mpq_sgn(model->contributions[1].change[t].ratio), none ? 0 : 1);
        }
        wb_model_free(model);
        wb_scenario_free(scenario);
    }
}

/* Bytes changed, cut and doubled at places from a fixed sequence: loaded or refused, no crash. */
static void test_mutated_files_load_or_are_refused(void **state)
{
    (void)state;
    write_base();
    uint32_t counter[4] = {0, 0, 0, 0};
    const uint32_t key[2] = {2026, 1};
    static const char alphabet[] = "{}[]:,-#&*!|>'\"%@`\n\t 019azé\x01\xFF";
    size_t refused = 0;
    for (counter[0] = 0; counter[0] < 1500; counter[0]++) {
        const wb_block draw = wb_philox(counter, key);
        char text[sizeof base_yaml + 64];
        memcpy(text, base_yaml, sizeof base_yaml);
        const size_t size = sizeof base_yaml - 1;
        const size_t at = draw.word[0] % size;
        switch (draw.word[1] % 3) {
        case 0: text[at] = alphabet[draw.word[2] % (sizeof alphabet - 1)]; break;
        case 1: memmove(text + at, text + at + 1, size - at); break;
        default:
            memmove(text + at + 1, text + at, size - at + 1);
            text[at] = alphabet[draw.word[2] % (sizeof alphabet - 1)];
            break;
        }
        write_file("mutant.yaml", text);
        wb_diagnostics list = {0};
        wb_scenario *scenario = NULL;
        const wb_code code = wb_scenario_load(&scenario, file_path("mutant.yaml"), &list);
        assert_true((code == WB_OK) == (scenario != NULL));
        assert_true((code == WB_OK) == (list.errors == 0));
        for (size_t i = 0; i < list.count; i++)
            assert_true(list.items[i].message[0] != '\0' && list.items[i].file[0] != '\0');
        if (code != WB_OK) refused++;
        wb_diagnostics_clear(&list);
        wb_scenario_free(scenario);
    }
    assert_true(refused > 500 && refused < 1500);
}

static void test_the_reference_page_is_the_table(void **state)
{
    (void)state;
    char path[300];
    (void)snprintf(path, sizeof path, "%s/docs/scenario.md", WB_SOURCE_DIR);
    char *page = NULL;
    size_t size = 0;
    assert_int_equal(wb_text_read(&page, &size, path, 1 << 20, NULL), WB_OK);
    char *table = wb_schema_markdown();
    assert_non_null(table);
    const char *start = strstr(page, "| key | value |");
    const char *golden = getenv("WB_GOLDEN");
    if (golden != NULL && strcmp(golden, "update") == 0) {
        const char *end = strstr(start, "\n\n");
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        (void)fprintf(file, "%.*s%s%s", (int)(start - page), page, table, end + 1);
        assert_int_equal(fclose(file), 0);
    } else {
        assert_non_null(start);
        if (strncmp(start, table, strlen(table)) != 0) {
            print_error("docs/scenario.md differs; WB_GOLDEN=update writes the table anew\n");
        }
        assert_int_equal(strncmp(start, table, strlen(table)), 0);
        assert_int_equal(start[strlen(table)], '\n'); /* and no row more */
    }
    free(table);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_overrides_key_by_key_and_replaces_lists),
        cmocka_unit_test(test_the_hash_is_of_the_meaning),
        cmocka_unit_test(test_a_ledger_gives_start_cash_and_cases),
        cmocka_unit_test(test_the_start_follows_the_ledger),
        cmocka_unit_test(test_providers_with_one_index_are_refused),
        cmocka_unit_test(test_every_value_says_where_it_came_from),
        cmocka_unit_test(test_the_scenarios_of_the_project_load),
        cmocka_unit_test(test_mutated_files_load_or_are_refused),
        cmocka_unit_test(test_the_reference_page_is_the_table),
    };
    if (mkdtemp(directory) == NULL) return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char clean[220];
    (void)snprintf(clean, sizeof clean, "rm -rf %s", directory);
    return system(clean) != 0 ? 1 : failed;
}
