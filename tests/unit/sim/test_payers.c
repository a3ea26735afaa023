/* Goal: arrears, refusals, what a party bears, shares of refunds and the opening's schedules do
 * what docs/model.md says, to the cent.
 * Method: small models with every figure worked out by hand. */
#include "one_path.h"

#include <string.h>

/* A stress on the payers of a group from step 0 up to `end`; it changes nothing yet. */
static wb_arrears *add_arrears(wb_model *model, uint32_t group, uint32_t end)
{
    const uint32_t at = model->arrears_count++;
    model->arrears = realloc(model->arrears, model->arrears_count * sizeof *model->arrears);
    assert_non_null(model->arrears);
    wb_arrears *added = &model->arrears[at];
    wb_arrears_init(added);
    added->group = group;
    added->step_end = end;
    added->delay = 1;
    return added;
}

static void hit_only(wb_arrears *stress, uint32_t count, uint32_t who)
{
    stress->hit = calloc(count, sizeof *stress->hit);
    assert_non_null(stress->hit);
    stress->hit[who] = true;
}

/* `municipalities` a, b and c with weights 1, 1 and 2 pay 100.02 a year; the state pays nothing. */
static wb_model *with_parties(uint32_t years)
{
    wb_model *model = sim_model_new(years, 1, 1);
    model->party_group = sim_add_group(model, "municipalities");
    wb_contribution *rule =
        sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, model->party_group, 10002);
    model->parties = calloc(3, sizeof *model->parties);
    rule->weights = calloc(3, sizeof *rule->weights);
    assert_true(model->parties != NULL && rule->weights != NULL);
    model->party_count = 3;
    for (uint32_t p = 0; p < 3; p++) {
        const char id[] = {(char)('a' + p), '\0'};
        wb_paying_party_init(&model->parties[p]);
        model->parties[p].id = strdup(id);
        model->parties[p].index = wb_draw_index(id);
        sim_set(&model->parties[p].weight, p == 2 ? 2 : 1);
        wb_money_init(&rule->weights[p]);
        wb_money_set(&rule->weights[p], &model->parties[p].weight);
    }
    return model;
}

static void assert_received(const run *r, const int64_t *want)
{
    for (uint32_t t = 0; t < r->model->step_count; t++) {
        const int64_t got = wb_money_cents(&r->steps[t].contributions);
        if (got != want[t])
            fail_msg("step %u: %lld, not %lld", t, (long long)got, (long long)want[t]);
    }
}

static void assert_costs(const run *r, const int64_t *want)
{
    int64_t sum = 0;
    for (uint32_t p = 0; p < r->model->party_count; p++) {
        assert_non_null(r->result.party_cost);
        assert_int_equal((int64_t)r->result.party_cost[p], want[p]);
        sum += want[p];
    }
    assert_int_equal((int64_t)r->result.cost, sum);
}

static void test_a_group_of_one_pays_less_and_later(void **state)
{
    /* 100.01 x 50 % = 50.005, so 50.01; late 50 % of it 25.005, so 25.01 two steps later, and 25.00
     * now. Of steps 2 and 3 nothing comes before the end. */
    static const int64_t want[] = {2500, 2500, 5001, 5001};
    (void)state;
    wb_model *model = sim_model_new(4, 1, 0);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "state"), 10001);
    wb_arrears *stress = add_arrears(model, 0, 4);
    wb_rate_set_ratio(&stress->factor, 1, 2);
    wb_rate_set_ratio(&stress->late, 1, 2);
    stress->delay = 2;
    run r;
    run_path(&r, model, 0);
    assert_received(&r, want);
    for (uint32_t y = 0; y < 4; y++)
        assert_true(r.result.contribution[y] == want[y]);
    run_clear(&r);
}

static void test_stresses_come_one_after_another(void **state)
{
    /* 100.01 x 1/2 = 50.01 (rounded), then x 1/3 = 16.67; the other order would give 16.67 too, but
     * of 100.01 x 1/6 = 16.668; late 10 % of 50.01 = 5.00 comes off before the third is taken:
     * 45.01 / 3 = 15.003, so 15.00 */
    static const int64_t want[] = {1500, 10501};
    (void)state;
    wb_model *model = sim_model_new(2, 1, 0);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "state"), 10001);
    wb_arrears *first = add_arrears(model, 0, 1);
    wb_rate_set_ratio(&first->factor, 1, 2);
    wb_rate_set_ratio(&first->late, 1, 10);
    wb_rate_set_ratio(&add_arrears(model, 0, 1)->factor, 1, 3);
    run r;
    run_path(&r, model, 0);
    assert_received(&r, want);
    run_clear(&r);
}

static void test_providers_are_late_one_by_one(void **state)
{
    /* p00 owes 10.01, p01 30.02 (a tenth of revenue); half of what p01 owes is late */
    static const int64_t want[] = {1001 + 1501, 1001 + 3002 + 1501};
    (void)state;
    wb_model *model = sim_model_new(2, 1, 2);
    wb_contribution *rule =
        sim_add_contribution(model, WB_CONTRIBUTES_RATE, sim_add_group(model, "providers"), 0);
    wb_rate_set_ratio(&rule->rate, 1, 10);
    sim_set(&model->providers[0].revenue, 10010);
    sim_set(&model->providers[1].revenue, 30020);
    wb_arrears *stress = add_arrears(model, 0, 1);
    hit_only(stress, 2, 1);
    wb_rate_set_ratio(&stress->late, 1, 2);
    run r;
    run_path(&r, model, 0);
    assert_received(&r, want);
    run_clear(&r);
}

static void test_who_refuses_pays_nothing_and_nobody_takes_it_over(void **state)
{
    /* 100.02 by 1, 1, 2 is 25.005, 25.005, 50.01: the cent goes to a. c refuses for certain in
     * steps 0 and 1; from step 2 it pays again. */
    static const int64_t want[] = {5001, 5001, 10002};
    static const int64_t costs[] = {3 * 2501, 3 * 2500, 5001};
    (void)state;
    wb_model *model = with_parties(3);
    wb_arrears *stress = add_arrears(model, 0, 2);
    hit_only(stress, 3, 2);
    stress->probability = 1.0;
    run r;
    run_path(&r, model, 0);
    assert_received(&r, want);
    assert_costs(&r, costs);
    run_clear(&r);
}

static void test_who_refuses_the_milder_refuses_the_harsher_too(void **state)
{
    (void)state;
    uint32_t refused[2] = {0, 0};
    for (uint64_t path = 0; path < 200; path++) {
        bool paid[2];
        for (uint32_t k = 0; k < 2; k++) {
            wb_model *model = with_parties(2);
            wb_arrears *stress = add_arrears(model, 0, 2);
            stress->probability = k == 0 ? 0.3 : 0.6;
            run r;
            run_path(&r, model, path);
            paid[k] = r.result.party_cost[0] > 0;
            /* for the whole of the stress, or not at all */
            const wb_wide once = r.result.party_cost[0];
            assert_true(once == 0 || once == 2 * 2501);
            refused[k] += !paid[k];
            run_clear(&r);
        }
        assert_true(paid[0] || !paid[1]);
    }
    assert_true(refused[0] > 35 && refused[0] < 85);
    assert_true(refused[1] > 90 && refused[1] < 150);
}

static void test_a_holiday_waives_what_is_due_on_time_after_arrears(void **state)
{
    /* Cash 130.00 and a cap of 100.00: 30.00 too much. c is half late, 25.01 of 50.01 (25.005
     * rounded), so that on time are due 25.01, 25.00 and 25.00: 75.01, of which 30.00 is waived by
     * what is owed: 10.003, 9.999 and 9.999, so 10.00 each. Step 1: the balance was 130.00 + 45.01;
     * all 75.01 is waived; the late 25.01 comes whole. Step 2 waives all, late 25.01 comes. */
    static const int64_t want[] = {4501, 2501, 2501};
    static const int64_t costs[] = {1501, 1500, 1500 + 2501 + 2501};
    (void)state;
    wb_model *model = with_parties(3);
    model->has_cap = true;
    sim_set(&model->cap, 10000);
    model->surplus = WB_SURPLUS_HOLIDAY;
    sim_set(&model->opening.cash, 13000);
    wb_arrears *stress = add_arrears(model, 0, 3);
    hit_only(stress, 3, 2);
    wb_rate_set_ratio(&stress->late, 1, 2);
    run r;
    run_path(&r, model, 0);
    assert_received(&r, want);
    assert_costs(&r, costs);
    run_clear(&r);
}

static void test_a_party_bears_its_part_of_calls_by_weight(void **state)
{
    /* No contribution matters but 100.02 at step 0. A loss of 300.00 at step 0: 100.02 in cash, the
     * levy 50.01, the obligo 60.00, unmet 89.97. a refuses its contribution: cash is 75.01, unmet
     * 114.98. Calls 110.01 by 1, 1, 2: 27.5025 twice and 55.005: 27.50, 27.50 and, with the cent
     * left, 55.01. */
    static const int64_t costs[] = {2750, 2500 + 2750, 5001 + 5501};
    (void)state;
    wb_model *model = with_parties(1);
    sim_set(&model->providers[0].amount, 30000);
    sim_add_forced(model, 0, 0, false);
    model->has_levy = model->has_obligo = true;
    sim_set(&model->levy_cap, 5001);
    sim_set(&model->obligo_cap, 6000);
    wb_arrears *stress = add_arrears(model, 0, 1);
    hit_only(stress, 3, 0);
    stress->probability = 1.0;
    run r;
    run_path(&r, model, 0);
    assert_int_equal(wb_money_cents(&r.steps[0].unmet), 30000 - 7501 - 11001);
    assert_costs(&r, costs);
    run_clear(&r);
}

static void test_refunds_follow_what_each_group_has_paid_so_far(void **state)
{
    /* The municipalities pay 100.02 and the state 50.01 at the start of the year. The cap is 0.00:
     * all leaves, and the opening 10.00 with it: 160.03 by 100.02 and 50.01 is 106.6866.. and
     * 53.3433..: 106.69 and 53.34. The municipalities bear 100.02 - 106.69 = -6.67, by weight
     * -1.6675 twice and -3.335: -1.67, -1.67 and -3.33, for the cents left go to the largest
     * remainders, .675 of a and b. Second year: 150.03 by the sums so far, still 2 to 1: 100.02. */
    (void)state;
    wb_model *model = with_parties(2);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "state"), 5001);
    model->has_cap = true;
    sim_set(&model->opening.cash, 1000);
    run r;
    run_path(&r, model, 0);
    assert_int_equal(wb_money_cents(&r.steps[0].refunded), 16003);
    assert_int_equal(wb_money_cents(&r.steps[1].refunded), 15003);
    assert_true(r.result.cost == -667);
    assert_null(r.result.party_cost); /* each bears its share of the group's: nothing to keep */
    run_clear(&r);
    /* the same with a stress that changes nothing: then each party's is kept. Its contributions
     * twice 25.01, 25.00 and 50.01; refunds 206.71 by weight: 51.6775 twice and 103.355, so 51.68
     * twice and 103.35. */
    static const int64_t costs[] = {5002 - 5168, 5000 - 5168, 10002 - 10335};
    model = with_parties(2);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "state"), 5001);
    model->has_cap = true;
    sim_set(&model->opening.cash, 1000);
    (void)add_arrears(model, 0, 1);
    run_path(&r, model, 0);
    assert_costs(&r, costs);
    run_clear(&r);
}

static void test_a_refund_before_anybody_paid_is_nobodys(void **state)
{
    (void)state;
    wb_model *model = with_parties(1);
    model->contributions[0].start_of_year = true;
    wb_rate_set_ratio(&model->contributions[0].change[0], 0, 1);
    model->has_cap = true;
    sim_set(&model->opening.cash, 1000);
    run r;
    run_path(&r, model, 0);
    assert_int_equal(wb_money_cents(&r.steps[0].refunded), 1000);
    assert_true(r.result.cost == 0);
    run_clear(&r);
}

/* ---- interest by step, and the opening ---- */

static void test_interest_is_at_the_rate_of_the_step(void **state)
{
    /* 1 000.00 at 4 % a year in quarters, 10.00; then at 0; then at 8 %: 20.20 */
    static const int64_t want[] = {1000, 0, 2020, 0};
    (void)state;
    wb_model *model = sim_model_new(1, 4, 0);
    sim_set(&model->opening.cash, 100000);
    wb_rate_set_ratio(&model->interest, 50, 100); /* not this one */
    model->interest_at = calloc(4, sizeof *model->interest_at);
    assert_non_null(model->interest_at);
    const int64_t percent[] = {4, 0, 8, 0};
    for (uint32_t t = 0; t < 4; t++) {
        wb_rate_init(&model->interest_at[t]);
        wb_rate_set_ratio(&model->interest_at[t], percent[t], 100);
    }
    run r;
    run_path(&r, model, 0);
    for (uint32_t t = 0; t < 4; t++)
        assert_int_equal(wb_money_cents(&r.steps[t].interest), want[t]);
    run_clear(&r);
}

static void test_a_schedule_comes_in_by_step_and_leaves_the_rest_to_the_case(void **state)
{
    /* a loan of 1 000.00 with instalments of 100.00 and 250.00; what is left, 650.00, fails at step
     * 2 with LGD 40 %: loss 260.00, recovered 390.00 */
    (void)state;
    wb_model *model = sim_model_new(3, 1, 1);
    model->providers[0].pays = WB_PAYS_LOAN;
    wb_rate_set_ratio(&model->lgd.base, 40, 100);
    sim_add_opening_case(model, 0, 100000, 2);
    wb_opening_case *loan = &model->opening.cases[0];
    loan->instalments = calloc(2, sizeof *loan->instalments);
    model->opening_due = calloc(3, sizeof *model->opening_due);
    assert_true(loan->instalments != NULL && model->opening_due != NULL);
    loan->instalment_count = 2;
    for (uint32_t k = 0; k < 2; k++) {
        wb_money_init(&loan->instalments[k].principal);
        sim_set(&loan->instalments[k].principal, k == 0 ? 10000 : 25000);
    }
    for (uint32_t t = 0; t < 3; t++)
        wb_money_init(&model->opening_due[t]);
    sim_set(&model->opening_due[0], 10000);
    sim_set(&model->opening_due[1], 25000);
    run r;
    run_path(&r, model, 0);
    const int64_t repaid[] = {10000, 25000, 0};
    for (uint32_t t = 0; t < 3; t++)
        assert_int_equal(wb_money_cents(&r.steps[t].repaid), repaid[t]);
    assert_int_equal(wb_money_cents(&r.steps[2].loss), 26000);
    assert_int_equal(wb_money_cents(&r.steps[2].recovered), 39000);
    run_clear(&r);
}

static void test_what_was_called_before_the_start_counts(void **state)
{
    /* Losses of 30.00 a year. The levy, 20.00 a year, has 15.00 called this year: 5.00 is left at
     * step 0 and 20.00 at step 1. The obligo, 12.00, has 2.00 called: 10.00 is left for both years.
     * So 5.00 + 10.00, unmet 15.00; then 20.00 + 0.00, unmet 10.00. */
    (void)state;
    wb_model *model = sim_model_new(2, 1, 1);
    (void)sim_add_group(model, "g");
    sim_set(&model->providers[0].amount, 3000);
    model->replace = true;
    sim_add_forced(model, 0, 0, false);
    sim_add_forced(model, 1, 0, false);
    model->has_levy = model->has_obligo = true;
    sim_set(&model->levy_cap, 2000);
    sim_set(&model->obligo_cap, 1200);
    sim_set(&model->opening.levy_called, 1500);
    sim_set(&model->opening.obligo_called, 200);
    run r;
    run_path(&r, model, 0);
    assert_true(r.result.levy[0] == 500 && r.result.levy[1] == 2000);
    assert_true(r.result.obligo[0] == 1000 && r.result.obligo[1] == 0);
    assert_int_equal(wb_money_cents(&r.steps[0].unmet), 1500);
    assert_int_equal(wb_money_cents(&r.steps[1].unmet), 1000);
    run_clear(&r);
    /* more called than the cap allows leaves nothing, and never less */
    model = sim_model_new(1, 1, 1);
    (void)sim_add_group(model, "g");
    sim_set(&model->providers[0].amount, 3000);
    sim_add_forced(model, 0, 0, false);
    model->has_levy = true;
    sim_set(&model->levy_cap, 2000);
    sim_set(&model->opening.levy_called, 2500);
    run_path(&r, model, 0);
    assert_true(r.result.levy[0] == 0);
    assert_int_equal(wb_money_cents(&r.steps[0].unmet), 3000);
    run_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_group_of_one_pays_less_and_later),
        cmocka_unit_test(test_stresses_come_one_after_another),
        cmocka_unit_test(test_providers_are_late_one_by_one),
        cmocka_unit_test(test_who_refuses_pays_nothing_and_nobody_takes_it_over),
        cmocka_unit_test(test_who_refuses_the_milder_refuses_the_harsher_too),
        cmocka_unit_test(test_a_holiday_waives_what_is_due_on_time_after_arrears),
        cmocka_unit_test(test_a_party_bears_its_part_of_calls_by_weight),
        cmocka_unit_test(test_refunds_follow_what_each_group_has_paid_so_far),
        cmocka_unit_test(test_a_refund_before_anybody_paid_is_nobodys),
        cmocka_unit_test(test_interest_is_at_the_rate_of_the_step),
        cmocka_unit_test(test_a_schedule_comes_in_by_step_and_leaves_the_rest_to_the_case),
        cmocka_unit_test(test_what_was_called_before_the_start_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
