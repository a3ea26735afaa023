/* Goal: stresses on asks and losses, peers, mergers and the t copula do what docs/model.md says.
 * Method: small models with every figure worked out by hand; for the t copula its probability. */
#include "one_path.h"

#include <math.h>
#include <string.h>

/* A second effect, in force for all providers in all steps; the first changes nothing. */
static wb_effect *add_effect(wb_model *model)
{
    model->effects = calloc(2, sizeof *model->effects);
    assert_non_null(model->effects);
    model->effect_count = 2;
    wb_effect_init(&model->effects[0]);
    wb_effect_init(&model->effects[1]);
    model->phases[0].effect = calloc((size_t)model->provider_count + 1, sizeof(uint32_t));
    assert_non_null(model->phases[0].effect);
    for (uint32_t i = 0; i < model->provider_count; i++)
        model->phases[0].effect[i] = 1;
    return &model->effects[1];
}

/* One provider that asks support at step 0: revenue 1 000.10, two months, without a cap. */
static wb_model *one_support(void)
{
    wb_model *model = sim_model_new(2, 1, 1);
    model->providers[0].pays = WB_PAYS_SUPPORT;
    model->providers[0].class_ = sim_add_class(model, 2, 100);
    model->has_support_cap = false;
    sim_set(&model->providers[0].revenue, 100010);
    sim_set(&model->opening.cash, 1000000);
    sim_add_forced(model, 0, 0, false);
    return model;
}

static void assert_paid(wb_model *model, int64_t cents)
{
    run r;
    run_path(&r, model, 0);
    assert_int_equal(wb_money_cents(&r.steps[0].support_paid), cents);
    run_clear(&r);
}

static void test_stresses_on_asks_replace_the_months_and_add_to_them(void **state)
{
    (void)state;
    /* two months: 1 000.10 / 6 = 166.683.., so 166.68 */
    assert_paid(one_support(), 16668);
    /* three months instead, 250.025 = 250.03; on top 5 %, 50.005 = 50.01, and lenders who call
     * 15 %, 150.015 = 150.02: each is rounded by itself, together they would be 450.05 */
    wb_model *model = one_support();
    wb_effect *effect = add_effect(model);
    effect->has_months = true;
    wb_rate_set_ratio(&effect->months, 3, 1);
    wb_rate_set_ratio(&effect->extra, 5, 100);
    wb_rate_set_ratio(&effect->called, 15, 100);
    effect->called_probability = 1.0;
    assert_paid(model, 25003 + 5001 + 15002);
    /* nobody calls with probability 0; the cap, 28 % = 280.028 rounded down, is over all of it */
    model = one_support();
    effect = add_effect(model);
    wb_rate_set_ratio(&effect->extra, 20, 100);
    wb_rate_set_ratio(&effect->called, 50, 100);
    assert_paid(model, 16668 + 20002);
    model = one_support();
    effect = add_effect(model);
    wb_rate_set_ratio(&effect->extra, 20, 100);
    model->has_support_cap = true;
    wb_rate_set_ratio(&model->support_cap, 28, 100);
    assert_paid(model, 28002);
}

static void test_an_effect_holds_in_its_phase_only(void **state)
{
    (void)state;
    wb_model *model = one_support();
    wb_effect *effect = add_effect(model);
    wb_rate_set_ratio(&effect->extra, 1, 1);
    /* the phase of the effect begins with step 1: step 0 asks two months */
    model->phases = realloc(model->phases, 2 * sizeof *model->phases);
    assert_non_null(model->phases);
    model->phases[1] = model->phases[0];
    model->phases[0].step_end = model->phases[1].step_first = 1;
    model->phases[0].pd = calloc(1, sizeof(double));
    model->phases[0].effect = NULL;
    model->phase_count = 2;
    model->cure = 1.0;
    sim_add_forced(model, 1, 0, false); /* cured at step 1, so not exposed */
    assert_paid(model, 16668);
}

static void test_lgd_add_stays_within_nothing_and_all(void **state)
{
    (void)state;
    static const struct {
        int64_t lgd, add, loss; /* per cent, per cent, cents of 1 000.01 */
    } cases[] = {{40, 25, 65001}, {90, 30, 100001}, {40, -50, 0}, {0, 0, 0}};
    for (size_t c = 0; c < COUNT(cases); c++) {
        /* an exposure, and a loan of the opening that fails: the same share of both */
        wb_model *model = sim_model_new(1, 1, 2);
        wb_rate_set_ratio(&model->lgd.base, cases[c].lgd, 100);
        model->providers[0].pays = WB_PAYS_EXPOSURE;
        model->providers[1].pays = WB_PAYS_LOAN;
        sim_set(&model->providers[0].amount, 100001);
        sim_set(&model->opening.cash, 1000000);
        sim_add_forced(model, 0, 0, false);
        sim_add_opening_case(model, 1, 100001, 0);
        wb_rate_set_ratio(&add_effect(model)->lgd_add, cases[c].add, 100);
        run r;
        run_path(&r, model, 0);
        assert_int_equal(wb_money_cents(&r.steps[0].loss), 2 * cases[c].loss);
        assert_int_equal(wb_money_cents(&r.steps[0].recovered), 100001 - cases[c].loss);
        run_clear(&r);
    }
}

static void test_lgd_add_is_on_a_drawn_share_before_it_is_cut_to_32_bits(void **state)
{
    (void)state;
    for (uint64_t path = 0; path < 20; path++) {
        wb_model *model = sim_model_new(1, 1, 1);
        model->lgd.shape = WB_SHAPE_UNIFORM;
        wb_rate_set_ratio(&model->lgd.low, 1, 4);
        wb_rate_set_ratio(&model->lgd.high, 3, 4);
        model->providers[0].pays = WB_PAYS_EXPOSURE;
        sim_set(&model->providers[0].amount, INT64_C(1) << 32);
        sim_set(&model->opening.cash, INT64_C(1) << 34);
        sim_add_forced(model, 0, 0, false);
        wb_rate_set_ratio(&add_effect(model)->lgd_add, 3, 8);
        const double u = wb_draw_uniform(1, path, 0, WB_DRAW_LGD, model->providers[0].index);
        const double f = fmin(0.25 + 0.5 * u + 0.375, 1.0);
        run r;
        run_path(&r, model, path);
        assert_int_equal(wb_money_cents(&r.steps[0].loss), (int64_t)floor(f * 0x1p32));
        run_clear(&r);
    }
}

/* ---- peers ---- */

/*
 * One region, two segments; p = 2e-6 falls on no word of these draws, times 1e6 capped at 1 it
 * falls for certain. Provider 0 falls at step 0 as a final pay-out and is replaced.
 */
static wb_model *peers_of(uint32_t providers, uint32_t duration)
{
    wb_model *model = sim_model_new(6, 1, providers);
    model->regions = calloc(1, sizeof *model->regions);
    model->segments = calloc(2, sizeof *model->segments);
    assert_true(model->regions != NULL && model->segments != NULL);
    model->region_count = 1;
    model->segment_count = 2;
    model->regions[0] = (wb_name){.id = strdup("r"), .index = 1};
    model->segments[0] = (wb_name){.id = strdup("s0"), .index = 1};
    model->segments[1] = (wb_name){.id = strdup("s1"), .index = 2};
    for (uint32_t i = 0; i < providers; i++) {
        model->providers[i].region = 0;
        model->providers[i].segment = 0;
        sim_set(&model->providers[i].amount, 1000);
        model->phases[0].pd[i] = 2e-6;
    }
    sim_set(&model->opening.cash, 1000000);
    model->peers_multiplier = 1e6;
    model->peers_duration = duration;
    model->replace = true;
    sim_add_forced(model, 0, 0, false);
    return model;
}

static void assert_primaries(wb_model *model, const uint32_t *want)
{
    run r;
    run_path(&r, model, 0);
    for (uint32_t t = 0; t < model->step_count; t++)
        assert_int_equal(r.steps[t].primaries, want[t]);
    run_clear(&r);
}

static void test_a_failure_raises_its_peers_in_the_steps_after(void **state)
{
    (void)state;
    /* 1 is of another segment, 2 of no region. Provider 0 itself falls again at 1, which lengthens:
     * it falls in every step. */
    wb_model *model = peers_of(3, 1);
    model->providers[1].segment = 1;
    model->providers[2].region = WB_NONE;
    assert_primaries(model, (uint32_t[]){1, 1, 1, 1, 1, 1});
    /* without replacement 1 falls at 1, and then nobody is left */
    model = peers_of(2, 1);
    model->replace = false;
    assert_primaries(model, (uint32_t[]){1, 1, 0, 0, 0, 0});
    model = peers_of(2, 0); /* no such contagion */
    assert_primaries(model, (uint32_t[]){1, 0, 0, 0, 0, 0});
}

static void test_peers_are_calm_again_when_the_time_is_over(void **state)
{
    (void)state;
    /* 1 has a loan that is cured at step 3, so that it is exposed from step 4 on; the failure at
     * step 0 raises steps 1 to 3 with a duration of 3, and step 4 with 4 */
    for (uint32_t duration = 3; duration <= 4; duration++) {
        wb_model *model = peers_of(2, duration);
        model->replace = false;
        model->cure = 1.0;
        sim_add_opening_case(model, 1, 100, 3);
        assert_primaries(model, (uint32_t[]){1, 0, 0, 0, duration == 4 ? 1 : 0, 0});
    }
}

static void test_only_failures_of_a_size_raise_peers(void **state)
{
    (void)state;
    /* 0 is too small */
    wb_model *model = peers_of(2, 3);
    model->replace = false;
    sim_set(&model->contagion_minimum, 1001);
    assert_primaries(model, (uint32_t[]){1, 0, 0, 0, 0, 0});
    /* 0 is supported: that is no failure until its case fails at step 2; then 1 falls at 3 */
    model = peers_of(2, 3);
    model->replace = false;
    model->providers[0].pays = WB_PAYS_LOAN;
    model->term = 2;
    assert_primaries(model, (uint32_t[]){1, 0, 0, 1, 0, 0});
    /* 0 is refused, for there is no money, and fails of it: 1 falls at 1, refused too */
    model = peers_of(2, 1);
    model->replace = false;
    sim_set(&model->opening.cash, 0);
    assert_primaries(model, (uint32_t[]){1, 1, 0, 0, 0, 0});
    /* the refused that stay healthy raise nobody */
    model = peers_of(2, 1);
    model->replace = false;
    model->fail_unsupported = 0.0;
    sim_set(&model->opening.cash, 0);
    assert_primaries(model, (uint32_t[]){1, 0, 0, 0, 0, 0});
}

/* ---- mergers ---- */

/* p00 and p01 become p02 at step 1; all pay 1.00 a step while they are healthy. */
static wb_model *merging(void)
{
    wb_model *model = sim_model_new(4, 1, 3);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_PER_PROVIDER,
                               sim_add_group(model, "providers"), 100);
    model->mergers = calloc(1, sizeof *model->mergers);
    assert_non_null(model->mergers);
    model->merger_count = 1;
    model->mergers[0] = (wb_merger){.step = 1, .provider = 2, .member_count = 2};
    model->mergers[0].members = calloc(2, sizeof(uint32_t));
    assert_non_null(model->mergers[0].members);
    model->mergers[0].members[1] = 1;
    for (uint32_t i = 0; i < 3; i++)
        sim_set(&model->providers[i].amount, 10 << i);
    sim_set(&model->opening.cash, 1000);
    model->replace = true;
    return model;
}

static void assert_payers(wb_model *model, const int64_t *want)
{
    run r;
    run_path(&r, model, 0);
    for (uint32_t t = 0; t < model->step_count; t++)
        assert_int_equal(wb_money_cents(&r.steps[t].contributions), want[t]);
    run_clear(&r);
}

static void test_members_leave_and_the_new_provider_pays_from_that_step(void **state)
{
    (void)state;
    assert_payers(merging(), (int64_t[]){200, 100, 100, 100});
    /* one of them is in a case at step 1: they stay two, for good */
    wb_model *model = merging();
    model->providers[0].pays = WB_PAYS_LOAN;
    model->cure = 1.0;
    sim_add_forced(model, 0, 0, false);
    assert_payers(model, (int64_t[]){200, 100, 200, 200});
}

static void test_the_new_provider_is_exposed_from_that_step_and_nobody_before(void **state)
{
    (void)state;
    /* forced in every step: before the merger the members fall, then only the new one */
    wb_model *model = merging();
    for (uint32_t t = 0; t < 4; t++) {
        for (uint32_t i = t == 0 ? 1 : 0; i < 3; i++)
            sim_add_forced(model, t, i, false);
    }
    run r;
    run_path(&r, model, 0);
    /* step 0: p01 pays out 0.20 and is replaced; from step 1 p02, 0.40 */
    const int64_t want[] = {20, 40, 40, 40};
    for (uint32_t t = 0; t < 4; t++) {
        assert_int_equal(wb_money_cents(&r.steps[t].support_paid), want[t]);
        assert_int_equal(r.steps[t].primaries, 1);
    }
    assert_int_equal(r.result.failures[0] + r.result.failures[1], 2); /* merging is none */
    run_clear(&r);
}

static void test_a_merged_provider_has_the_shared_parts_of_its_members(void **state)
{
    (void)state;
    /* 100.01 by revenue 1 : 2 : 3 over p00, p01 and p03: 16.67, 33.34 and 50.00 by largest
     * remainder (16.668, 33.337, 50.005); p02 pays 50.01 where those two paid it */
    wb_model *model = sim_model_new(4, 1, 4);
    wb_contribution *rule = sim_add_contribution(model, WB_CONTRIBUTES_SHARED,
                                                 sim_add_group(model, "providers"), 10001);
    free(rule->key);
    rule->key = strdup("revenue");
    const int64_t revenue[] = {100, 200, 300, 300};
    for (uint32_t i = 0; i < 4; i++)
        sim_set(&model->providers[i].revenue, revenue[i]);
    model->mergers = calloc(1, sizeof *model->mergers);
    assert_non_null(model->mergers);
    model->merger_count = 1;
    model->mergers[0] = (wb_merger){.step = 2, .provider = 2, .member_count = 2};
    model->mergers[0].members = calloc(2, sizeof(uint32_t));
    assert_non_null(model->mergers[0].members);
    model->mergers[0].members[1] = 1;
    /* p03 is out of it from step 1 on */
    sim_add_forced(model, 0, 3, true);
    assert_payers(model, (int64_t[]){10001, 5001, 5001, 5001});
}

/* ---- the t copula ---- */

static void test_the_t_copula_keeps_the_probability_and_ties_providers_together(void **state)
{
    (void)state;
    enum { PATHS = 20000 };
    wb_model *model = sim_model_new(1, 1, 2);
    model->degrees_of_freedom = 4;
    model->phases[0].pd[0] = model->phases[0].pd[1] = 0.05;
    wb_error err;
    wb_plan *plan = NULL;
    assert_int_equal(wb_model_check(model, &err), WB_OK);
    assert_int_equal(wb_plan_new(&plan, model, &err), WB_OK);
    double squares = 0.0;
    uint32_t fell = 0;
    uint32_t both = 0;
    for (uint64_t path = 0; path < PATHS; path++) {
        const double scale = wb_plan_scale(plan, path, 0);
        const double factors[] = {0.0};
        uint32_t here = 0;
        for (uint32_t i = 0; i < 2; i++) {
            const wb_plan_group *group = &plan->phases[0].groups[plan->phases[0].group_of[i]];
            here += wb_draw_word(1, path, 0, WB_DRAW_DISTRESS, model->providers[i].index) <
                    wb_plan_threshold(plan, group, factors, scale);
        }
        squares += scale * scale;
        fell += here;
        both += here == 2;
    }
    /* E s^2 = 1 with variance 2 / dof; each falls with 5 %; together more often than 0.25 % though
     * their loadings are 0: with q = -2.1318, P = E Phi(q s)^2 = 0.006384 by quadrature */
    assert_true(fabs(squares / PATHS - 1.0) < 5 * sqrt(0.5 / PATHS));
    assert_true(fabs(fell / (2.0 * PATHS) - 0.05) < 5 * sqrt(0.05 * 0.95 / PATHS));
    print_message("    both fall: %.5f\n", (double)both / PATHS);
    assert_true(fabs((double)both / PATHS - 0.006384) < 5 * sqrt(0.006384 / PATHS));
    wb_plan_free(plan);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stresses_on_asks_replace_the_months_and_add_to_them),
        cmocka_unit_test(test_an_effect_holds_in_its_phase_only),
        cmocka_unit_test(test_lgd_add_stays_within_nothing_and_all),
        cmocka_unit_test(test_lgd_add_is_on_a_drawn_share_before_it_is_cut_to_32_bits),
        cmocka_unit_test(test_a_failure_raises_its_peers_in_the_steps_after),
        cmocka_unit_test(test_peers_are_calm_again_when_the_time_is_over),
        cmocka_unit_test(test_only_failures_of_a_size_raise_peers),
        cmocka_unit_test(test_members_leave_and_the_new_provider_pays_from_that_step),
        cmocka_unit_test(test_the_new_provider_is_exposed_from_that_step_and_nobody_before),
        cmocka_unit_test(test_a_merged_provider_has_the_shared_parts_of_its_members),
        cmocka_unit_test(test_the_t_copula_keeps_the_probability_and_ties_providers_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
