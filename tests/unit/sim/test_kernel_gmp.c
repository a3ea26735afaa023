/* Goal: the reference kernel does what docs/model.md says, to the cent.
 * Method: small models with every figure worked out by hand. */
#include "one_path.h"

/*
 * Three yearly steps, worked out by hand. Provider 0: revenue 1 200 000.00, 2 months, cap 15 %,
 * grant share 30 %. Provider 1: loss of 100 000.00. Provider 2: loan of 50 000.00.
 *
 * Step 0, provider 0 in distress. Cash 100 000.00 + interest 2 % 2 000.00 + 30 000.01 + dues of
 * provider 0 0.25 % 3 000.00 - costs 10 000.00 = 125 000.01. Asked 200 000.00, cut at 180 000.00.
 * Paid by cash above the floor 105 000.01, levy 30 000.00, obligo 25 000.00, backstop 15 000.00:
 * 175 000.01; unmet 4 999.99. Grant 30 % = 52 500.003, so 52 500.00; loan 122 500.01. Cash 20
 * 000.00.
 *
 * Step 1, the loan is cured in 2 instalments: 61 250.00 now (floor of half), 61 250.01 later, with
 * interest 3 % = 3 675.0003, so 3 675.00. Providers 1 and 2 in distress. Cash 20 000.00 + 400.00 +
 * 30 000.01 (provider 0 was not healthy at the start) - 10 000.00 + 61 250.00 + 3 675.00 =
 * 105 325.01. Asked 150 000.00: cash 85 325.01, levy of the new year 30 000.00; unmet 34 674.99.
 * 115 325.01 split 2 to 1: 76 883.34 (loss, final) and 38 441.67 (loan). Cash 20 000.00.
 *
 * Step 2: instalments 61 250.01 + 19 220.83 (floor of half of 38 441.67), interest 1 153.2501, so
 * 1 153.25. Cash 20 000.00 + 400.00 + 33 000.01 - 10 000.00 + 80 470.84 + 1 153.25 = 125 024.10.
 * Above the target 60 000.00 the debt of 15 000.00 is repaid: 110 024.10; above the cap 100 000.00
 * 10 024.10 is refunded.
 */
static wb_model *three_steps(void)
{
    wb_model *model = sim_model_new(3, 1, 3);
    const uint32_t group = sim_add_group(model, "municipalities");
    model->providers[0].pays = WB_PAYS_SUPPORT;
    model->providers[0].class_ = sim_add_class(model, 2, 100);
    model->providers[0].clients = 70;
    sim_set(&model->providers[0].revenue, 120000000);
    sim_set(&model->providers[1].amount, 10000000);
    model->providers[1].clients = 5;
    model->providers[2].pays = WB_PAYS_LOAN;
    sim_set(&model->providers[2].amount, 5000000);
    sim_add_forced(model, 0, 0, false);
    sim_add_forced(model, 1, 1, false);
    sim_add_forced(model, 1, 2, false);
    sim_set(&model->opening.cash, 10000000);
    wb_rate_set_ratio(&model->interest, 2, 100);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, group, 3000001);
    wb_contribution *dues =
        sim_add_contribution(model, WB_CONTRIBUTES_RATE, sim_add_group(model, "providers"), 0);
    wb_rate_set_ratio(&dues->rate, 25, 10000);
    sim_set(&dues->minimum_revenue, 25000000);
    sim_set(&model->costs, 1000000);
    sim_set(&model->floor, 2000000);
    model->has_target = true;
    sim_set(&model->target, 6000000);
    model->has_cap = true;
    sim_set(&model->cap, 10000000);
    model->has_levy = true;
    sim_set(&model->levy_cap, 3000000);
    model->has_obligo = true;
    sim_set(&model->obligo_cap, 2500000);
    sim_set_backstop(model, 1500000);
    model->backstop_repay = true;
    model->cure = 1.0;
    model->instalments = 2;
    wb_rate_set_ratio(&model->support_interest, 3, 100);
    wb_rate_set_ratio(&model->grant_share, 30, 100);
    return model;
}

static void test_three_steps_give_the_figures_worked_out_by_hand(void **state)
{
    static const expected want[] = {
        {.interest = 200000,
         .contributions = 3300001,
         .costs = 1000000,
         .levy = 3000000,
         .obligo = 2500000,
         .backstop = 1500000,
         .unmet = 499999,
         .support_paid = 17500001,
         .loss = 5250000,
         .closing = 2000000,
         .debt = 1500000},
        {.interest = 40000,
         .contributions = 3000001,
         .costs = 1000000,
         .repaid = 6125000,
         .loan_interest = 367500,
         .levy = 3000000,
         .unmet = 3467499,
         .support_paid = 11532501,
         .loss = 7688334,
         .closing = 2000000,
         .debt = 1500000},
        {.interest = 40000,
         .contributions = 3300001,
         .costs = 1000000,
         .repaid = 8047084,
         .loan_interest = 115325,
         .backstop_repaid = 1500000,
         .refunded = 1002410,
         .closing = 10000000},
    };
    (void)state;
    run r;
    run_path(&r, three_steps(), 0);
    assert_steps(&r, want);
    const wb_path_result *p = &r.result;
    assert_true(p->loss == 5250000 + 7688334);
    assert_true(p->need == 17500001 + 11532501 - 6125000);
    for (size_t e = 0; e < WB_EVENT_COUNT; e++)
        assert_int_equal(p->event[e], 0);
    assert_true(p->loss_by_year[1] == 7688334);
    assert_true(p->fund[0] == 2000000 && p->fund[1] == 2000000 && p->fund[2] == 10000000);
    assert_true(p->levy[0] == 3000000 && p->levy[1] == 3000000 && p->levy[2] == 0);
    assert_true(p->obligo[0] == 2500000 && p->backstop[0] == 1500000);
    assert_true(p->contribution[0] == 3000001 && p->contribution[2] == 3000001);
    assert_true(p->contribution[3] == 300000 && p->contribution[4] == 0 &&
                p->contribution[5] == 300000);
    assert_int_equal(p->cases[0], 1);
    assert_int_equal(p->cases[1], 2);
    assert_int_equal(p->failures[1], 1);
    assert_int_equal(p->young_people[0], 70);
    assert_int_equal(p->young_people[1], 5);
    assert_int_equal(r.steps[1].cured, 1);
    assert_int_equal(r.steps[1].primaries, 2);
    run_clear(&r);
}

/* One loan of 1 000.01 given at step 0, one year a step, cash 5 000.00. */
static wb_model *one_loan(uint32_t years)
{
    wb_model *model = sim_model_new(years, 1, 1);
    model->providers[0].pays = WB_PAYS_LOAN;
    sim_set(&model->providers[0].amount, 100001);
    sim_set(&model->opening.cash, 500000);
    sim_add_forced(model, 0, 0, false);
    return model;
}

static void test_an_extended_case_converts_when_no_extension_is_left(void **state)
{
    /* extend 100 %, one extension, term 2: opened 0, extended 2, converted 4 */
    static const expected want[] = {{.support_paid = 100001, .closing = 399999},
                                    {.closing = 399999},
                                    {.closing = 399999},
                                    {.closing = 399999},
                                    {.loss = 100001, .closing = 399999}};
    (void)state;
    run r;
    wb_model *model = one_loan(5);
    model->extend = 1.0;
    model->extensions = 1;
    model->term = 2;
    run_path(&r, model, 0);
    assert_steps(&r, want);
    assert_int_equal(r.steps[2].extended, 1);
    assert_int_equal(r.steps[4].converted, 1);
    assert_int_equal(r.result.silent_defaults[4], 1);
    assert_int_equal(r.result.failures[4], 0);
    assert_true(r.result.need == 100001);
    assert_int_equal(r.result.event[WB_EVENT_CAPITAL_USED], WB_NONE);
    run_clear(&r);
}

static void test_interest_runs_over_the_extension(void **state)
{
    /* An opening case is cured at step 1: opened at -1, so 2 years at 5 % of 1 000.01 = 100.001. */
    static const expected want[] = {
        {.closing = 500000},
        {.repaid = 100001, .loan_interest = 10000, .closing = 610001},
    };
    (void)state;
    run r;
    wb_model *model = one_loan(2);
    model->forced_count = 0;
    sim_add_opening_case(model, 0, 100001, 1);
    model->cure = 1.0;
    wb_rate_set_ratio(&model->support_interest, 5, 100);
    run_path(&r, model, 0);
    assert_steps(&r, want);
    assert_true(r.result.need == 0); /* repaid, and nothing was paid on the path */
    run_clear(&r);
}

static void test_loans_of_one_provider_are_one_opening_case(void **state)
{
    /* 300.00 due at step 0 and 700.01 at step 2: one case of 1 000.01 that resolves at step 2 */
    static const expected want[] = {
        {.closing = 500000}, {.closing = 500000}, {.repaid = 100001, .closing = 600001}};
    (void)state;
    run r;
    wb_model *model = one_loan(3);
    model->forced_count = 0;
    sim_add_opening_case(model, 0, 30000, 0);
    sim_add_opening_case(model, 0, 70001, 2);
    model->cure = 1.0;
    run_path(&r, model, 0);
    assert_steps(&r, want);
    run_clear(&r);
}

static void test_a_failed_case_loses_lgd_and_recovers_later(void **state)
{
    /* LGD 35 % of 1 000.01 = 350.0035: loss 350.00, recovery 650.01 two steps later */
    static const expected want[] = {{.support_paid = 100001, .closing = 399999},
                                    {.loss = 35000, .closing = 399999},
                                    {.closing = 399999},
                                    {.recovered = 65001, .closing = 465000}};
    (void)state;
    run r;
    wb_model *model = one_loan(4);
    wb_rate_set_ratio(&model->lgd.base, 35, 100);
    model->recovery_lag = 2;
    sim_add_forced(model, 2, 0, false); /* gone: not exposed any more */
    run_path(&r, model, 0);
    assert_steps(&r, want);
    assert_int_equal(r.result.failures[1], 1);
    assert_int_equal(r.steps[2].primaries, 0);
    run_clear(&r);
}

static void test_replaced_providers_are_exposed_from_the_next_step(void **state)
{
    /* a final loss of 1 000.01 forced at every step; replaced each time */
    static const expected want[] = {
        {.support_paid = 100001, .loss = 100001, .closing = 399999},
        {.support_paid = 100001, .loss = 100001, .closing = 299998},
        {.support_paid = 100001, .loss = 100001, .closing = 199997},
    };
    (void)state;
    run r;
    wb_model *model = one_loan(3);
    model->providers[0].pays = WB_PAYS_LOSS;
    model->replace = true;
    sim_add_forced(model, 1, 0, false);
    sim_add_forced(model, 2, 0, false);
    run_path(&r, model, 0);
    assert_steps(&r, want);
    assert_int_equal(r.result.cases[2], 1);
    assert_int_equal(r.result.failures[2], 1);
    run_clear(&r);
}

static void test_outside_and_forced_failure_cost_the_fund_nothing(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        /* 0: outside, fails; 1: outside, survives; 2 and 3: forced failure, whatever the chance */
        run r;
        wb_model *model = one_loan(2);
        model->providers[0].eligible = kind >= 2;
        model->fail_unsupported = kind % 2 == 0 ? 1.0 : 0.0;
        model->forced[0].failure = kind >= 2;
        sim_add_forced(model, 1, 0, false);
        run_path(&r, model, 0);
        static const expected want[] = {{.closing = 500000}, {.closing = 500000}};
        assert_steps(&r, want);
        assert_int_equal(r.steps[0].primaries, 1);
        assert_int_equal(r.steps[0].failed, kind == 1 ? 0 : 1);
        assert_int_equal(r.steps[1].primaries, kind == 1 ? 1 : 0);
        assert_int_equal(r.result.cases[0], 0);
        run_clear(&r);
    }
}

static void test_the_refused_fail_or_stay_healthy(void **state)
{
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        /* no cash at all: nothing is paid; with fail_unsupported 0 % it asks again next step */
        const expected want[] = {{.unmet = 100001}, {.unmet = fails ? 0 : 100001}};
        run r;
        wb_model *model = one_loan(2);
        sim_set(&model->opening.cash, 0);
        model->fail_unsupported = fails ? 1.0 : 0.0;
        sim_add_forced(model, 1, 0, false);
        run_path(&r, model, 0);
        assert_steps(&r, want);
        assert_int_equal(r.result.failures[0], fails);
        assert_int_equal(r.result.event[WB_EVENT_RUIN], 0);
        run_clear(&r);
    }
}

static void test_ruin_absorbs_the_path(void **state)
{
    static const expected want[] = {
        {.contributions = 70000,
         .support_paid = 100001,
         .unmet = 0,
         .loss = 100001,
         .closing = 19999},
        {.contributions = 70000, .support_paid = 89999, .unmet = 10002, .loss = 89999},
        {.interest = 0},
    };
    (void)state;
    run r;
    wb_model *model = one_loan(3);
    model->providers[0].pays = WB_PAYS_LOSS;
    model->replace = true;
    model->ruin_absorbs = true;
    sim_set(&model->opening.cash, 50000);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "g"), 70000);
    sim_add_forced(model, 1, 0, false);
    sim_add_forced(model, 2, 0, false);
    run_path(&r, model, 0);
    assert_steps(&r, want);
    assert_true(r.result.fund[0] == 19999 && r.result.fund[1] == 0 && r.result.fund[2] == 0);
    assert_true(r.result.contribution[2] == 0);
    assert_int_equal(r.result.event[WB_EVENT_RUIN], 1);
    assert_int_equal(r.result.event[WB_EVENT_CAPITAL_USED], 1);
    run_clear(&r);
}

static void test_parts_of_a_year_add_up_and_start_of_year_comes_at_once(void **state)
{
    /* 100.01 in four parts: 25.00, 25.00, 25.00, 25.01; 7.00 at once; from step 2 on 50 %: 12.50
     * and 12.505, so 12.51; costs 10.02: 2.50, 2.51, 2.50, 2.51; cash starts at 0.00. */
    static const expected want[] = {
        {.contributions = 3200, .costs = 250, .closing = 2950},
        {.contributions = 2500, .costs = 251, .closing = 5199},
        {.contributions = 1250, .costs = 250, .closing = 6199},
        {.contributions = 1251, .costs = 251, .closing = 7199},
    };
    (void)state;
    run r;
    wb_model *model = sim_model_new(1, 4, 1);
    const uint32_t group = sim_add_group(model, "g");
    wb_contribution *parts = sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, group, 10001);
    wb_rate_set_ratio(&parts->change[2], 1, 2);
    wb_rate_set_ratio(&parts->change[3], 1, 2);
    sim_add_contribution(model, WB_CONTRIBUTES_PER_PROVIDER, group, 700)->start_of_year = true;
    sim_set(&model->costs, 1002);
    run_path(&r, model, 0);
    assert_steps(&r, want);
    run_clear(&r);
}

static void test_a_holiday_takes_the_excess_off_the_next_dues(void **state)
{
    /* Cap 100.00. Opening 130.00: 30.00 waived of 40.00 (30.00 + 10.00, so 22.50 + 7.50): 10.00.
     * Then 140.00 - costs 25.00 = 115.00; 15.00 waived: 25.00; 115.00: the same again. */
    static const expected want[] = {
        {.contributions = 1000, .costs = 2500, .closing = 11500},
        {.contributions = 2500, .costs = 2500, .closing = 11500},
        {.contributions = 2500, .costs = 2500, .closing = 11500},
    };
    (void)state;
    run r;
    wb_model *model = sim_model_new(3, 1, 1);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "a"), 3000);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "b"), 1000);
    sim_set(&model->costs, 2500);
    sim_set(&model->opening.cash, 13000);
    model->has_cap = true;
    sim_set(&model->cap, 10000);
    model->surplus = WB_SURPLUS_HOLIDAY;
    run_path(&r, model, 0);
    assert_steps(&r, want);
    assert_true(r.result.contribution[0] == 750 && r.result.contribution[3] == 250);
    assert_true(r.result.contribution[1] == 1875 && r.result.contribution[4] == 625);
    run_clear(&r);
}

static void test_costs_below_the_floor_are_called_before_support(void **state)
{
    /* Cash 10.00 - costs 60.00 = -50.00, floor 20.00: shortage 70.00. Levy 100.00 fills it and
     * leaves 30.00 of the 80.00 asked: paid 30.00, unmet 50.00. */
    static const expected want[] = {{.costs = 6000,
                                     .levy = 10000,
                                     .unmet = 5000,
                                     .support_paid = 3000,
                                     .loss = 3000,
                                     .closing = 2000}};
    (void)state;
    run r;
    wb_model *model = one_loan(1);
    model->providers[0].pays = WB_PAYS_LOSS;
    sim_set(&model->providers[0].amount, 8000);
    sim_set(&model->opening.cash, 1000);
    sim_set(&model->costs, 6000);
    sim_set(&model->floor, 2000);
    model->has_levy = true;
    sim_set(&model->levy_cap, 10000);
    (void)sim_add_group(model, "g");
    run_path(&r, model, 0);
    assert_steps(&r, want);
    run_clear(&r);
}

static void test_a_cut_gives_the_last_cents_to_the_lowest(void **state)
{
    /* 1.00 over three equal asks of 2.00: 0.34, 0.33, 0.33; over 0.01: one gets it, two are refused
     */
    (void)state;
    for (int64_t cash = 1; cash <= 100; cash += 99) {
        run r;
        wb_model *model = sim_model_new(1, 1, 3);
        for (uint32_t i = 0; i < 3; i++) {
            sim_set(&model->providers[i].amount, 200);
            sim_add_forced(model, 0, i, false);
        }
        sim_set(&model->opening.cash, cash);
        run_path(&r, model, 0);
        assert_int_equal(wb_money_cents(&r.steps[0].loss), cash);
        assert_int_equal(r.steps[0].supported, cash == 1 ? 1 : 3);
        assert_int_equal(r.result.cases[0], cash == 1 ? 1 : 3);
        assert_int_equal(r.result.failures[0], 3);
        run_clear(&r);
    }
}

static void test_contagion_is_one_generation_inside_clusters(void **state)
{
    /* clusters {0,1} and {1,2} with certain infection: 0 strikes, 1 catches it, 2 does not; 1 is
     * refused and fails, and so infects 2 in the next step */
    (void)state;
    for (int minimum = 0; minimum < 2; minimum++) {
        run r;
        wb_model *model = sim_model_new(3, 1, 3);
        for (uint32_t i = 0; i < 3; i++)
            sim_set(&model->providers[i].amount, 1000 + i);
        (void)sim_add_cluster(model, 1.0, (const uint32_t[]){0, 1}, 2);
        (void)sim_add_cluster(model, 1.0, (const uint32_t[]){1, 2}, 2);
        sim_add_forced(model, 0, 0, false);
        sim_set(&model->contagion_minimum, minimum == 0 ? 1000 : 1001);
        run_path(&r, model, 0);
        assert_int_equal(r.steps[0].primaries, 1);
        /* below the minimum, provider 0 infects no one */
        assert_int_equal(r.steps[0].infected, minimum == 0 ? 1 : 0);
        assert_int_equal(r.steps[1].infected, minimum == 0 ? 1 : 0);
        assert_int_equal(r.steps[2].infected, 0);
        run_clear(&r);
    }
}

static void test_a_final_pay_out_is_no_source_in_the_next_step(void **state)
{
    (void)state;
    run r;
    wb_model *model = sim_model_new(2, 1, 2);
    sim_set(&model->opening.cash, 100000);
    for (uint32_t i = 0; i < 2; i++)
        sim_set(&model->providers[i].amount, 1000);
    model->replace = true;
    (void)sim_add_cluster(model, 1.0, (const uint32_t[]){0, 1}, 2);
    sim_add_forced(model, 0, 0, false);
    run_path(&r, model, 0);
    assert_int_equal(r.steps[0].infected, 1);
    assert_int_equal(r.steps[1].infected, 0);
    run_clear(&r);
}

static void test_a_replaced_provider_does_not_infect_itself(void **state)
{
    (void)state;
    run r;
    wb_model *model = sim_model_new(2, 1, 1);
    sim_set(&model->providers[0].amount, 1000);
    model->replace = true; /* refused for want of cash, failed, replaced: healthy at step 1 */
    (void)sim_add_cluster(model, 1.0, (const uint32_t[]){0}, 1);
    sim_add_forced(model, 0, 0, false);
    run_path(&r, model, 0);
    assert_int_equal(r.steps[0].failed, 1);
    assert_int_equal(r.steps[1].infected, 0);
    run_clear(&r);
}

static void test_events_tell_how_far_down_the_layers_it_went(void **state)
{
    /* cash 10.00, levy 10.00, obligo 10.00, backstop 10.00; what is asked decides */
    static const struct {
        int64_t asked;
        bool events[WB_EVENT_COUNT];
    } cases[] = {
        {1000, {false, false, false, false, false}}, {1001, {true, false, false, false, false}},
        {2000, {true, false, false, false, false}},  {2001, {true, true, false, false, false}},
        {3000, {true, true, false, false, false}},   {3001, {true, true, true, false, false}},
        {3999, {true, true, true, false, false}},    {4000, {true, true, true, true, false}},
        {4001, {true, true, true, true, true}}};
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        run r;
        wb_model *model = one_loan(1);
        sim_set(&model->providers[0].amount, cases[c].asked);
        sim_set(&model->opening.cash, 1000);
        model->has_levy = model->has_obligo = true;
        (void)sim_add_group(model, "g");
        sim_set(&model->levy_cap, 1000);
        sim_set(&model->obligo_cap, 1000);
        sim_set_backstop(model, 1000);
        run_path(&r, model, 0);
        for (size_t e = 0; e < WB_EVENT_COUNT; e++)
            assert_int_equal(r.result.event[e] == 0, cases[c].events[e]);
        run_clear(&r);
    }
}

static void test_no_backstop_in_force_is_not_one_used_up(void **state)
{
    (void)state;
    run r;
    wb_model *model = one_loan(1);
    sim_set_backstop(model, 0);
    sim_set(&model->opening.backstop_debt, 500); /* from before: over the limit of 0.00 */
    run_path(&r, model, 0);
    for (size_t e = 0; e < WB_EVENT_COUNT; e++)
        assert_int_equal(r.result.event[e], WB_NONE);
    run_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_steps_give_the_figures_worked_out_by_hand),
        cmocka_unit_test(test_an_extended_case_converts_when_no_extension_is_left),
        cmocka_unit_test(test_interest_runs_over_the_extension),
        cmocka_unit_test(test_loans_of_one_provider_are_one_opening_case),
        cmocka_unit_test(test_a_failed_case_loses_lgd_and_recovers_later),
        cmocka_unit_test(test_replaced_providers_are_exposed_from_the_next_step),
        cmocka_unit_test(test_outside_and_forced_failure_cost_the_fund_nothing),
        cmocka_unit_test(test_the_refused_fail_or_stay_healthy),
        cmocka_unit_test(test_ruin_absorbs_the_path),
        cmocka_unit_test(test_parts_of_a_year_add_up_and_start_of_year_comes_at_once),
        cmocka_unit_test(test_a_holiday_takes_the_excess_off_the_next_dues),
        cmocka_unit_test(test_costs_below_the_floor_are_called_before_support),
        cmocka_unit_test(test_a_cut_gives_the_last_cents_to_the_lowest),
        cmocka_unit_test(test_contagion_is_one_generation_inside_clusters),
        cmocka_unit_test(test_a_final_pay_out_is_no_source_in_the_next_step),
        cmocka_unit_test(test_a_replaced_provider_does_not_infect_itself),
        cmocka_unit_test(test_events_tell_how_far_down_the_layers_it_went),
        cmocka_unit_test(test_no_backstop_in_force_is_not_one_used_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
