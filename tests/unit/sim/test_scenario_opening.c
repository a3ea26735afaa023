/*
 * Goal: what the books bring (schedules, calls, classes) reaches the model and its hash; the hash
 * holds what a scenario means and no more; the largest that the page allows loads and runs.
 * Method: an opening position made by hand; scenarios that mean the same in two ways, or differ in
 * one thing.
 */
#include "scenario_text.h"

#include "waarborg/sim.h"

/* ---- the state of the books ---- */

static void add_instalment(wb_opening_case *loan, const char *day, int64_t cents)
{
    const size_t at = loan->instalment_count++;
    loan->instalments =
        realloc(loan->instalments, loan->instalment_count * sizeof(*loan->instalments));
    assert_non_null(loan->instalments);
    assert_int_equal(wb_date_parse(&loan->instalments[at].date, day, strlen(day), NULL), WB_OK);
    wb_money_init(&loan->instalments[at].principal);
    wb_money_set_cents(&loan->instalments[at].principal, cents);
}

static void test_schedules_and_classes_of_the_books_count(void **state)
{
    (void)state;
    text_tables();
    wb_scenario *scenario = text_load("waarborg: scenario/1\nname: t\n"
                                      "fund: {opening: {from_ledger: books}}\n"
                                      "horizon: {years: 2, step: quarter}\n" TEXT_CLASSED
                                      "stress:\n  - {name: m, who: {class: K5}, pd_multiplier: 2}\n"
                                      "  - {name: n, from: 2027-Q3, merge: [P4, P1]}\n");
    wb_opening opening;
    wb_opening_init(&opening);
    assert_int_equal(wb_date_parse(&opening.ledger_last_date, "2026-12-31", 10, NULL), WB_OK);
    wb_money_set_cents(&opening.cash, 100);
    wb_money_set_cents(&opening.levy_called, 7);
    wb_money_set_cents(&opening.obligo_called, 11);
    wb_opening_case *loan = wb_opening_add_case(&opening);
    (void)snprintf(loan->provider, sizeof loan->provider, "P3");
    (void)snprintf(loan->loan, sizeof loan->loan, "L-1");
    wb_money_set_cents(&loan->principal, 100000);
    assert_int_equal(wb_date_parse(&loan->maturity, "2028-04-01", 10, NULL), WB_OK);
    add_instalment(loan, "2026-11-15", 1000); /* overdue: due in step 0 */
    add_instalment(loan, "2027-03-31", 2000);
    add_instalment(loan, "2027-04-01", 4000);
    add_instalment(loan, "2028-01-15", 8000);
    wb_opening_class classes[2] = {{"P1", "K5"}, {"nobody", "K9"}};
    opening.classes = calloc(2, sizeof *opening.classes);
    assert_non_null(opening.classes);
    memcpy(opening.classes, classes, sizeof classes);
    opening.class_count = 2;
    wb_model *model = text_resolve(scenario, &opening);
    static const int64_t due[8] = {3000, 4000, 0, 0, 8000, 0, 0, 0};
    for (uint32_t t = 0; t < 8; t++)
        assert_cents(&model->opening_due[t], due[t]);
    assert_cents(&model->opening.cases[0].principal, 100000); /* 850.00 left at maturity */
    assert_int_equal(model->opening.cases[0].instalment_count, 4);
    assert_int_equal(model->opening_step[0], 5);
    assert_int_equal(model->opening_provider[0], text_provider(model, "P3"));
    assert_cents(&model->opening.levy_called, 0); /* of a year that is over */
    assert_cents(&model->opening.obligo_called, 11);
    const uint32_t moved = text_provider(model, "P1");
    assert_string_equal(model->classes[model->providers[moved].class_].id, "K5");
    assert_near(model->phases[0].pd[moved], 0.18, 1e-15);  /* class K5, and so hit */
    const uint32_t merged = text_provider(model, "P1/P4"); /* led by P1: its class as well */
    assert_int_equal(model->providers[merged].class_, model->providers[moved].class_);
    uint8_t hash[32];
    memcpy(hash, model->blake2b, sizeof hash);
    wb_model_free(model);
    (void)snprintf(opening.classes[0].class_, sizeof classes[0].class_, "K4");
    model = text_resolve(scenario, &opening);
    assert_memory_not_equal(hash, model->blake2b, sizeof hash); /* the class is part of the hash */
    wb_model_free(model);
    wb_diagnostics list = {0};
    (void)snprintf(opening.cases[0].provider, sizeof opening.cases[0].provider, "P1/P4");
    assert_int_equal(wb_scenario_model(&model, scenario, &opening, &list), WB_E_REFERENCE);
    assert_non_null(strstr(list.items[0].message, "only there after a merger"));
    wb_diagnostics_clear(&list);
    (void)snprintf(opening.cases[0].provider, sizeof opening.cases[0].provider, "P3");
    (void)snprintf(opening.classes[0].class_, sizeof classes[0].class_, "K9");
    assert_int_equal(wb_scenario_model(&model, scenario, &opening, &list), WB_E_REFERENCE);
    assert_non_null(strstr(list.items[0].message, "class 'K9'"));
    wb_diagnostics_clear(&list);
    wb_opening_clear(&opening);
    wb_scenario_free(scenario);
}

/* ---- the hash ---- */

static void hash_of(uint8_t hash[32], const char *text)
{
    wb_model *model = text_model(text);
    memcpy(hash, model->blake2b, 32);
    wb_model_free(model);
}

#define HASHED(stress, loading)                                                                 \
    "waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000.00}}\nhorizon: {years: 2}\n"   \
    "tables: {municipalities: m.csv}\n"                                                         \
    "contributions: [{group: municipalities, amount: 900.00, key: under18}]\n"                  \
    "providers:\n  - {id: a, pd: 5%, loss: 3.00" loading "}\n  - {id: b, pd: 5%, loss: 4.00}\n" \
    "  - {id: c, pd: 2%, loss: 5.00}\n" stress

static void test_the_hash_holds_payers_loadings_and_stresses(void **state)
{
    static const struct {
        const char *text, *table;
        bool same;
    } cases[] = {
        {HASHED("", ""), "region,under18,id\n,0,GM3\nzuid,300.00,GM2\nnoord,100.5,GM1\n", true},
        {HASHED("", ""), "id,under18,region\nGM2,301,zuid\nGM1,100.50,noord\nGM3,0,\n", false},
        {HASHED("", ""), "id,under18,region\nGM2,300,noord\nGM1,100.50,noord\nGM3,0,\n", false},
        {HASHED("", ""), "id,under18,region\nGM2,300,zuid\nGM1,100.50,noord\n", false},
        {HASHED("", ", loading_national: 0"), NULL, false},
        {HASHED("stress: [{name: m, merge: [a, b]}]\n", ""), NULL, false},
        {HASHED("stress: [{name: m, refusal: {probability: 7%}}]\n", ""), NULL, false},
        {HASHED("contagion: {peers: {multiplier: 1, duration: 1}}\n", ""), NULL, false},
        {HASHED("contagion: {group: 0%}\n", ""), NULL, true},
    };
    (void)state;
    uint8_t first[32];
    uint8_t other[32];
    text_tables();
    hash_of(first, HASHED("", ""));
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (cases[i].table != NULL) text_write("m.csv", cases[i].table);
        hash_of(other, cases[i].text);
        if ((memcmp(first, other, 32) == 0) != cases[i].same) print_error("case %zu\n", i);
        assert_int_equal(memcmp(first, other, 32) == 0, cases[i].same);
        text_tables();
    }
    static const char *const pairs[][2] = {
        {"stress: [{name: m, merge: [a, b]}]\n", "stress: [{name: m, merge: [b, a]}]\n"},
        {"stress: [{name: m, who: {id: a}, pd: 1%}]\n", "stress: [{name: m, who: {id: [a]}, pd: "
                                                        "0.01}]\n"},
        {"stress: [{name: m, wages: 1%}]\n", "stress: [{name: m, wages: 1%, wage_share: 72%}]\n"},
        {"stress: [{name: m, refusal: {delay: 1}}]\n",
         "stress: [{name: m, refusal: {group: municipalities, delay: 12 months, arrears: 1}}]\n"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        char text[2][1024];
        for (size_t k = 0; k < 2; k++)
            (void)snprintf(text[k], sizeof text[k], "%s%s", HASHED("", ""), pairs[i][k]);
        hash_of(first, text[0]);
        hash_of(other, text[1]);
        assert_memory_equal(first, other, 32);
    }
}

/* ---- the largest scenario ---- */

static void test_two_thousand_providers_and_fifty_years_of_months_load_and_run(void **state)
{
    (void)state;
    text_tables();
    FILE *out = fopen(text_path("many.csv"), "w");
    assert_non_null(out);
    (void)fprintf(out, "id,class,revenue,region,segment\n");
    for (int i = 0; i < WB_PROVIDERS_MAX; i++) {
        (void)fprintf(out, "P%04d,%s,%d.00,r%d,s%d\n", i, i % 2 ? "K4" : "K5", 1000 + i, i % 42,
                      i % 7);
    }
    assert_int_equal(fclose(out), 0);
    wb_model *model = text_model(
        "waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000 000.00}}\n"
        "horizon: {years: 50, step: month}\nrun: {paths: 1}\n"
        "tables: {providers: many.csv, classes: c.csv}\nsupport: {cure: 50%, replace: yes}\n");
    assert_int_equal(model->step_count, 600);
    assert_int_equal(model->provider_count, WB_PROVIDERS_MAX);
    wb_sim_result *result = NULL;
    const wb_sim_options options = {.threads = 1};
    assert_int_equal(wb_sim_run(&result, model, &options, NULL), WB_OK);
    wb_sim_result_free(result);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedules_and_classes_of_the_books_count),
        cmocka_unit_test(test_the_hash_holds_payers_loadings_and_stresses),
        cmocka_unit_test(test_two_thousand_providers_and_fifty_years_of_months_load_and_run),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
