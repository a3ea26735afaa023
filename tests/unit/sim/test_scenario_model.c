/*
 * Goal: a scenario file becomes exactly the model that docs/scenario.md promises: amounts, steps,
 * eligibility, factors, clusters, stresses and opening cases.
 * Method: small files written to a temporary directory; figures worked out by hand, probabilities
 * against the C library's erfc and a bisection, which share no code with ours.
 */
#include "scenario_text.h"

#include "waarborg/sim.h"

#define HEAD "waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000.00}}\n"
#define YEARS "horizon: {years: 2}\n"
#define ONE "providers: [{id: a, pd: 2%, loss: 120 000.00}]\n"

static double shifted(double p, double points)
{
    return phi(phi_inverse(p) + points / 4.0);
}

/* ---- tests ---- */

static void test_defaults_are_those_of_the_page(void **state)
{
    (void)state;
    wb_model *model = text_model(HEAD YEARS ONE);
    assert_int_equal(model->step_count, 2);
    assert_false(model->has_start);
    assert_cents(&model->opening.cash, 100000);
    assert_cents(&model->floor, 0);
    assert_false(model->has_target);
    assert_false(model->has_cap);
    assert_ratio(&model->interest, 0, 1);
    assert_cents(&model->costs, 0);
    assert_false(model->has_levy);
    assert_false(model->has_obligo);
    assert_false(model->has_backstop);
    assert_false(model->ruin_absorbs);
    assert_near(model->ar1, 0.0, 0.0);
    assert_near(model->cure_rho, 0.0, 0.0);
    assert_near(model->lgd_rho, 0.0, 0.0);
    assert_int_equal(model->cluster_count, 0);
    assert_int_equal(model->term, 1);
    assert_int_equal(model->instalments, 1);
    assert_int_equal(model->extensions, 0);
    assert_int_equal(model->recovery_lag, 0);
    assert_ratio(&model->support_interest, 0, 1);
    assert_ratio(&model->grant_share, 0, 1);
    assert_true(model->has_support_cap);
    assert_ratio(&model->support_cap, 15, 100);
    assert_near(model->extend, 0.0, 0.0);
    assert_near(model->convert, 0.0, 0.0);
    assert_near(model->fail_unsupported, 1.0, 0.0);
    assert_int_equal(model->lgd.shape, WB_SHAPE_FIXED);
    assert_ratio(&model->lgd.base, 1, 1);
    assert_false(model->replace);
    assert_int_equal(model->surplus, WB_SURPLUS_REFUND);
    assert_int_equal(model->phase_count, 1);
    assert_int_equal(model->level_count, 3);
    assert_string_equal(model->levels[2].text, "0.995");
    assert_int_equal(model->fund_level_count, 5);
    assert_string_equal(model->fund_levels[0].text, "0.05");
    wb_model_free(model);
}

static void test_amounts_and_rates_are_exact(void **state)
{
    (void)state;
    wb_model *model = text_model(
        "waarborg: scenario/1\nname: t\n" YEARS ONE
        "fund: {opening: {cash: 25_000_000.00}, floor: 1.05, target: 25 000 000, cap: none,\n"
        "  interest: 4.25%, costs: 400 000.00}\n"
        "contributions:\n"
        "  - {group: state, amount: 999 999 999 999 999 999.99, when: start_of_year}\n"
        "  - {group: providers, rate: 0.0025, minimum_revenue: 250 000.00}\n"
        "  - {group: providers, per_provider: 2 500.00}\n"
        "waterfall:\n"
        "  levy: {cap: 0.25%, base: 437 000 000.00}\n"
        "  obligo: {cap: 25%, base: 0.02, group: state}\n"
        "  backstop: {limit: unlimited, repay: no}\n"
        "  ruin: absorb\n"
        "measures: {levels: [99.5%, 0.9], exceed: [5 000 000.00, 0.01]}\n");
    assert_cents(&model->opening.cash, 2500000000);
    assert_cents(&model->floor, 105);
    assert_true(model->has_target);
    assert_cents(&model->target, 2500000000);
    assert_false(model->has_cap);
    assert_ratio(&model->interest, 17, 400);
    assert_int_equal(model->group_count, 3);
    assert_string_equal(model->groups[0].id, "municipalities"); /* pays the levy */
    assert_string_equal(model->groups[1].id, "providers");
    assert_string_equal(model->groups[2].id, "state");
    assert_int_equal(model->contribution_count, 3);
    char text[WB_MONEY_TEXT_MAX];
    assert_string_equal(wb_money_text(text, &model->contributions[0].amount, WB_MONEY_PLAIN),
                        "999999999999999999.99");
    assert_true(model->contributions[0].start_of_year);
    assert_int_equal(model->contributions[0].group, 2);
    assert_int_equal(model->contributions[1].kind, WB_CONTRIBUTES_RATE);
    assert_ratio(&model->contributions[1].rate, 1, 400);
    assert_cents(&model->contributions[1].minimum_revenue, 25000000);
    assert_false(model->contributions[1].start_of_year);
    assert_int_equal(model->contributions[2].kind, WB_CONTRIBUTES_PER_PROVIDER);
    assert_cents(&model->contributions[2].amount, 250000);
    assert_cents(&model->levy_cap, 109250000);
    assert_cents(&model->obligo_cap, 1); /* half a cent goes away from zero */
    assert_int_equal(model->levy_group, 0);
    assert_int_equal(model->obligo_group, 2);
    assert_true(model->has_backstop && model->backstop_unlimited[1]);
    assert_false(model->backstop_repay);
    assert_true(model->ruin_absorbs);
    assert_string_equal(model->levels[0].text, "0.995");
    assert_string_equal(model->levels[1].text, "0.9");
    assert_cents(&model->exceed[1], 1);
    wb_model_free(model);
}

/* 1.01 over revenues of 100 and 200 is 0.34 and 0.67; b is certain to fail in the first year, so
 * that the second brings the part of a alone. Equally: 0.50 each, the odd cent to the lowest id. */
static void test_an_amount_of_the_providers_is_shared_while_they_are_healthy(void **state)
{
    static const struct {
        const char *key;
        int64_t first, second; /* cents received in year 1 and 2 */
    } cases[] = {{"revenue", 101, 34}, {"equal", 101, 51}};
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "waarborg: scenario/1\nname: t\n"
                       "horizon: {years: 2, step: year}\n"
                       "fund: {opening: {cash: 10.00}}\n"
                       "providers:\n"
                       "  - {id: a, pd: 0%%, loss: 1.00, revenue: 100.00}\n"
                       "  - {id: b, pd: 100%%, loss: 1.00, revenue: 200.00}\n"
                       "contributions:\n"
                       "  - {group: providers, amount: 1.01, key: %s}\n",
                       cases[c].key);
        wb_model *model = text_model(text);
        assert_int_equal(model->contributions[0].kind, WB_CONTRIBUTES_SHARED);
        const wb_kernel kernels[] = {WB_KERNEL_GMP, WB_KERNEL_PORTABLE};
        for (size_t k = 0; k < COUNT(kernels); k++) {
            wb_step_record steps[2];
            wb_step_record_init(&steps[0]);
            wb_step_record_init(&steps[1]);
            assert_int_equal(wb_sim_path(steps, model, 0, kernels[k], NULL), WB_OK);
            assert_cents(&steps[0].contributions, cases[c].first);
            assert_cents(&steps[1].contributions, cases[c].second);
            wb_step_record_clear(&steps[0]);
            wb_step_record_clear(&steps[1]);
        }
        wb_model_free(model);
    }
}

static void test_durations_become_steps(void **state)
{
    static const struct {
        const char *step;
        uint32_t count, term, lag;
    } cases[] = {{"year", 3, 1, 2}, {"quarter", 12, 4, 8}, {"month", 36, 12, 24}};
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        char text[500];
        (void)snprintf(text, sizeof text,
                       "%s%shorizon: {years: 3, step: %s}\n"
                       "support: {term: 12 months, recovery_lag: 24 months}\n",
                       HEAD, ONE, cases[c].step);
        wb_model *model = text_model(text);
        assert_int_equal(model->step_count, cases[c].count);
        assert_int_equal(model->term, cases[c].term);
        assert_int_equal(model->recovery_lag, cases[c].lag);
        wb_model_free(model);
    }
    wb_model *model = text_model(HEAD ONE YEARS "support: {term: 5, cap: none, replace: yes}\n");
    assert_int_equal(model->term, 5);
    assert_false(model->has_support_cap);
    assert_true(model->replace);
    wb_model_free(model);
}

#define CLASS_HEAD "id,eligible,pd,months_low,months_base,months_high,lgd_low,lgd_base,lgd_high\n"
static const char classes_csv[] = CLASS_HEAD "K1,no,0.5%,0,0,0,80%,95%,100%\n"
                                             "K2,crucial,1.5%,1,1,1,50%,75%,100%\n"
                                             "K4,yes,6%,0.5,1.4,1.8,60%,60%,60%\n";
static const char providers_csv[] =
    "id,class,revenue,region,segment,group,consortia,crucial,pd,clients\n"
    "P9,K4,9000000,zuid,wonen,concern,x|y,no,,12\n"
    "P1,K4,1000000.50,noord,,concern,y,,9%,\n"
    "P3,K2,300000,zuid,ggz,,y|lonely,yes,,\n"
    "P2,K2,200000,,ggz,,,no,,\n"
    "P4,K1,100000,,,alone,x,,,\n";

static void write_tables(void)
{
    text_write("classes.csv", classes_csv);
    text_write("providers.csv", providers_csv);
}

#define TABLES "tables: {providers: providers.csv, classes: classes.csv}\n"
#define CURE "support: {cure: 50%}\n"

static void test_rows_are_sorted_and_joined(void **state)
{
    static const struct {
        const char *id;
        bool eligible;
        uint32_t class_, region, segment;
    } rows[] = {{"P1", true, 2, 0, WB_NONE},
                {"P2", false, 1, WB_NONE, 0},
                {"P3", true, 1, 1, 0},
                {"P4", false, 0, WB_NONE, WB_NONE},
                {"P9", true, 2, 1, 1}};
    (void)state;
    write_tables();
    wb_model *model = text_model(HEAD YEARS TABLES CURE
                                 "dependence: {national: 10%, region: 0.05, segment: 20%}\n");
    assert_int_equal(model->provider_count, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const wb_provider *found = &model->providers[i];
        assert_string_equal(found->id, rows[i].id);
        assert_int_equal(found->eligible, rows[i].eligible);
        assert_int_equal(found->class_, rows[i].class_);
        assert_int_equal(found->region, rows[i].region);
        assert_int_equal(found->segment, rows[i].segment);
        assert_int_equal(found->pays, WB_PAYS_SUPPORT);
        const bool region = rows[i].region != WB_NONE;
        const bool segment = rows[i].segment != WB_NONE;
        assert_near(found->loading_national, sqrt(0.1), 1e-15);
        assert_near(found->loading_region, region ? sqrt(0.05) : 0.0, 1e-15);
        assert_near(found->loading_segment, segment ? sqrt(0.2) : 0.0, 1e-15);
        assert_near(found->residual, sqrt(0.9 - (region ? 0.05 : 0.0) - (segment ? 0.2 : 0.0)),
                    1e-15);
    }
    assert_cents(&model->providers[0].revenue, 100000050);
    assert_int_equal(model->providers[4].clients, 12);
    assert_near(model->phases[0].pd[0], 0.09, 1e-15); /* its own goes before the class's */
    assert_near(model->phases[0].pd[1], 0.015, 1e-15);
    assert_near(model->phases[0].pd[4], 0.06, 1e-15);
    assert_int_equal(model->region_count, 2);
    assert_string_equal(model->regions[0].id, "noord");
    assert_string_equal(model->segments[1].id, "wonen");
    assert_int_equal(model->classes[1].months.shape, WB_SHAPE_FIXED);
    assert_ratio(&model->classes[1].months.base, 1, 1);
    assert_int_equal(model->classes[2].months.shape, WB_SHAPE_TRIANGULAR);
    assert_ratio(&model->classes[2].months.base, 7, 5);
    assert_int_equal(model->classes[2].lgd.shape, WB_SHAPE_FIXED);
    assert_ratio(&model->classes[0].lgd.low, 4, 5);
    assert_int_equal(model->cluster_count, 0); /* no probability to spread */
    wb_model_free(model);
}

static void test_clusters_have_two_members_and_a_probability(void **state)
{
    (void)state;
    write_tables();
    wb_model *model =
        text_model(HEAD YEARS TABLES CURE "contagion: {group: 50%, consortium: 3%}\n");
    assert_int_equal(model->cluster_count, 3);
    static const char *const ids[] = {"consortium:x", "consortium:y", "group:concern"};
    static const uint32_t members[3][3] = {{3, 4}, {0, 2, 4}, {0, 4}};
    static const uint32_t counts[] = {2, 3, 2};
    static const double q[] = {0.03, 0.03, 0.5};
    for (size_t c = 0; c < 3; c++) {
        assert_string_equal(model->clusters[c].id, ids[c]);
        assert_int_equal(model->clusters[c].member_count, counts[c]);
        assert_near(model->clusters[c].q, q[c], 1e-15);
        for (uint32_t k = 0; k < counts[c]; k++)
            assert_int_equal(model->clusters[c].members[k], members[c][k]);
    }
    assert_int_equal(model->providers[4].cluster_count, 3);
    assert_int_equal(model->providers[2].cluster_count, 1); /* nobody else is in `lonely` */
    assert_int_equal(model->providers[2].clusters[0], 1);
    wb_model_free(model);
    model = text_model(HEAD YEARS TABLES CURE "contagion: {consortium: 3%}\n");
    assert_int_equal(model->cluster_count, 2);
    wb_model_free(model);
}

static void test_lgd_takes_every_form(void **state)
{
    (void)state;
    wb_model *model = text_model(HEAD YEARS ONE "support: {lgd: 60%}\n");
    assert_int_equal(model->lgd.shape, WB_SHAPE_FIXED);
    assert_ratio(&model->lgd.base, 3, 5);
    wb_model_free(model);
    model = text_model(HEAD YEARS ONE "support: {lgd: {uniform: [40%, 80%]}}\n");
    assert_int_equal(model->lgd.shape, WB_SHAPE_UNIFORM);
    assert_ratio(&model->lgd.low, 2, 5);
    assert_ratio(&model->lgd.high, 4, 5);
    wb_model_free(model);
    model =
        text_model(HEAD YEARS ONE "support: {lgd: {table: [[1, 0.25], [20%, 0.5], [0, 25%]]}}\n");
    assert_int_equal(model->lgd.shape, WB_SHAPE_TABLE);
    assert_int_equal(model->lgd.count, 3);
    assert_ratio(&model->lgd.values[0], 0, 1);
    assert_ratio(&model->lgd.weights[0], 1, 4);
    assert_ratio(&model->lgd.values[1], 1, 5);
    assert_ratio(&model->lgd.weights[1], 1, 2);
    assert_ratio(&model->lgd.values[2], 1, 1);
    wb_model_free(model);
    write_tables(); /* the scenario's goes before the class's */
    model =
        text_model(HEAD YEARS TABLES "support: {cure: 1, lgd: {triangular: [40%, 60%, 85%]}}\n");
    assert_int_equal(model->classes[2].lgd.shape, WB_SHAPE_TRIANGULAR);
    assert_ratio(&model->classes[2].lgd.high, 17, 20);
    wb_model_free(model);
}

static void test_inline_providers_pay_as_written(void **state)
{
    (void)state;
    wb_model *model = text_model(HEAD YEARS "providers:\n"
                                            "  - {id: a, pd: 2%,   loss: 120 000.00, region: x}\n"
                                            "  - {id: b, pd: 3%,   exposure: 200 000.00}\n"
                                            "  - {id: c, pd: 1%,   support: 100 000.00}\n" CURE);
    static const wb_pays pays[] = {WB_PAYS_LOSS, WB_PAYS_EXPOSURE, WB_PAYS_LOAN};
    static const int64_t cents[] = {12000000, 20000000, 10000000};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(model->providers[i].pays, pays[i]);
        assert_cents(&model->providers[i].amount, cents[i]);
        assert_true(model->providers[i].eligible);
        assert_int_equal(model->providers[i].class_, WB_NONE);
    }
    wb_model_free(model);
}

#define QUARTERS "start: 2027-01-01\nhorizon: {years: 3, step: quarter}\n"

static void test_tariffs_shift_probabilities_through_margins(void **state)
{
    (void)state;
    write_tables();
    wb_model *model =
        text_model(HEAD QUARTERS TABLES CURE
                   "stress:\n"
                   "  - {name: a, from: 2027-Q2, quarters: 4, who: {class: [K4, K1]}, tariff: -3%,"
                   " cost_follow: 30%}\n"
                   "  - {name: b, from: 2028-Q1, years: 1, tariff: -1%}\n"
                   "  - {name: c, from: 2028-Q1, quarters: 1, who: {id: P1}, pd_multiplier: 20}\n");
    static const uint32_t first[] = {0, 1, 4, 5, 8};
    assert_int_equal(model->phase_count, COUNT(first));
    for (size_t f = 0; f < COUNT(first); f++) {
        assert_int_equal(model->phases[f].step_first, first[f]);
        assert_int_equal(model->phases[f].step_end, f + 1 < COUNT(first) ? first[f + 1] : 12);
    }
    const double tolerance = 1e-13;
    const double *pd = model->phases[0].pd;
    assert_near(pd[4], 0.06, 1e-15);
    pd = model->phases[1].pd; /* a alone: 3 % x 70 % is 2.1 points */
    assert_near(pd[4], shifted(0.06, 2.1), tolerance);
    assert_near(pd[0], shifted(0.09, 2.1), tolerance);
    assert_near(pd[3], shifted(0.005, 2.1), tolerance);
    assert_near(pd[2], 0.015, 1e-15);
    pd = model->phases[2].pd; /* a, b and c: margins add up; c multiplies P1 beyond 1 */
    assert_near(pd[4], shifted(0.06, 3.1), tolerance);
    assert_near(pd[2], shifted(0.015, 1.0), tolerance);
    assert_near(pd[0], 1.0, 0.0);
    pd = model->phases[3].pd; /* b alone, until the end of 2028 */
    assert_near(pd[4], shifted(0.06, 1.0), tolerance);
    assert_near(model->phases[4].pd[4], 0.06, 1e-15);
    wb_model_free(model);
}

static void test_probabilities_of_zero_and_one_stay(void **state)
{
    (void)state;
    wb_model *model = text_model(HEAD YEARS "providers:\n"
                                            "  - {id: a, pd: 0, loss: 1.00}\n"
                                            "  - {id: b, pd: 1, loss: 1.00}\n"
                                            "  - {id: c, pd: 10%, loss: 1.00}\n"
                                            "margin_sd: 5%\n"
                                            "stress:\n"
                                            "  - {name: x, tariff: -100%}\n"
                                            "  - {name: y, tariff: 98%, pd_multiplier: 1.5}\n"
                                            "  - {name: z, pd_multiplier: 1.2}\n");
    assert_int_equal(model->phase_count, 1);
    assert_near(model->phases[0].pd[0], 0.0, 0.0);
    assert_near(model->phases[0].pd[1], 1.0, 0.0);
    assert_near(model->phases[0].pd[2], 1.8 * phi(phi_inverse(0.1) + 2.0 / 5.0), 1e-13);
    wb_model_free(model);
}

static void test_forced_distress_is_per_step_and_provider(void **state)
{
    (void)state;
    write_tables();
    wb_model *model = text_model(
        HEAD QUARTERS TABLES CURE
        "stress:\n"
        "  - {name: a, from: 2026-Q4, quarters: 2, who: {id: [P9, P2]}, force: distress}\n"
        "  - {name: b, quarters: 2, who: {region: zuid, class: K4}, force: failure}\n"
        "  - {name: c, from: 2027-Q2, quarters: 1, who: {id: P9}, force: distress}\n");
    static const wb_forced expected[] = {{0, 1, false}, {0, 4, true}, {1, 4, true}};
    assert_int_equal(model->forced_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_int_equal(model->forced[i].step, expected[i].step);
        assert_int_equal(model->forced[i].provider, expected[i].provider);
        assert_int_equal(model->forced[i].failure, expected[i].failure);
    }
    wb_model_free(model);
}

static void test_changes_multiply_and_of_limits_the_last_listed_wins(void **state)
{
    (void)state;
    wb_model *model = text_model(
        HEAD QUARTERS ONE
        "contributions:\n"
        "  - {group: state, amount: 100.00}\n"
        "  - {group: other, amount: 100.00}\n"
        "waterfall: {backstop: {limit: 10.00}}\n"
        "stress:\n"
        "  - {name: a, from: 2027-Q2, contributions: {group: state, change: -40%}}\n"
        "  - {name: b, from: 2028-Q1, years: 1, contributions: {group: state, change: 50%},"
        " backstop: {limit: unlimited}}\n"
        "  - {name: c, from: 2028-Q4, backstop: {limit: 3.00}}\n");
    const wb_rate *state_change = model->contributions[0].change;
    const wb_rate *other_change = model->contributions[1].change;
    for (uint32_t t = 0; t < 12; t++) {
        assert_ratio(&other_change[t], 1, 1);
        if (t < 1) {
            assert_ratio(&state_change[t], 1, 1);
        } else if (t < 4 || t >= 8) {
            assert_ratio(&state_change[t], 3, 5);
        } else {
            assert_ratio(&state_change[t], 9, 10);
        }
        assert_int_equal(model->backstop_unlimited[t], t >= 4 && t < 7);
        assert_cents(&model->backstop_limit[t], t < 4 ? 1000 : t < 7 ? 0 : 300);
    }
    assert_int_equal(model->phase_count, 1); /* no probability changes */
    wb_model_free(model);
    model = text_model(HEAD YEARS ONE "stress:\n  - {name: a, backstop: {limit: 1.00}}\n");
    assert_true(model->has_backstop);
    wb_model_free(model);
    model = text_model(HEAD YEARS ONE "stress:\n  - {name: a, backstop: {limit: 0.00}}\n");
    assert_false(model->has_backstop);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_are_those_of_the_page),
        cmocka_unit_test(test_amounts_and_rates_are_exact),
        cmocka_unit_test(test_an_amount_of_the_providers_is_shared_while_they_are_healthy),
        cmocka_unit_test(test_durations_become_steps),
        cmocka_unit_test(test_rows_are_sorted_and_joined),
        cmocka_unit_test(test_clusters_have_two_members_and_a_probability),
        cmocka_unit_test(test_lgd_takes_every_form),
        cmocka_unit_test(test_inline_providers_pay_as_written),
        cmocka_unit_test(test_tariffs_shift_probabilities_through_margins),
        cmocka_unit_test(test_probabilities_of_zero_and_one_stay),
        cmocka_unit_test(test_forced_distress_is_per_step_and_provider),
        cmocka_unit_test(test_changes_multiply_and_of_limits_the_last_listed_wins),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
