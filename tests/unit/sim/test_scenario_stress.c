/*
 * Goal: a stress in natural terms comes to the margins and probabilities that docs/model.md states,
 * and to the effects, payments and mergers of the model.
 * Method: small scenarios; losses of margin worked out by hand from published shocks, and
 * probabilities against the C library's erfc and a bisection.
 */
#include "scenario_text.h"

#include "waarborg/numeric.h"

#define HEAD                                                                                \
    "waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000.00}}\nstart: 2027-01-01\n" \
    "horizon: {years: 3, step: quarter}\n"
#define LOSSES                                \
    "providers:\n"                            \
    "  - {id: a, pd: 5%, loss: 120 000.00}\n" \
    "  - {id: b, pd: 2%, loss: 80 000.00}\n"

/* The probability of `a` in the first step under one stress. */
static double pd_under(const char *keys)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "%s%sstress: [{name: x, %s}]\n", HEAD, LOSSES, keys);
    wb_model *model = text_model(text);
    const double pd = model->phases[0].pd[0];
    wb_model_free(model);
    return pd;
}

static void test_each_natural_term_takes_what_the_page_says_from_margins(void **state)
{
    static const struct {
        const char *keys;
        double points; /* of margin lost */
    } cases[] = {
        {"tariff: -3%", 3.0},
        {"tariff: -3%, cost_follow: 30%", 2.1},
        {"tariff: 2%, cost_follow: 100%", 0.0},
        {"wages: 9.25%", 6.66},                                    /* x 72 % */
        {"wages: 9.25%, indexation: 5.25%", 2.88},                 /* the gap of 4 x 72 % */
        {"wages: 9.25%, indexation: 5.25%, wage_share: 50%", 2.0}, /* x 50 % */
        {"indexation: 2%", -1.44},
        {"volume: -4%", 3.2}, /* x 80 % */
        {"volume: -12%, occupancy: -6%, fixed_share: 50%", 9.0},
        {"occupancy: 10%", -8.0},
        {"hired: 9%", 2.268}, /* x 35 % x 72 % */
        {"hired: 9%, productivity: -2%", 4.268},
        {"hired: 9%, hired_premium: 100%, wage_share: 100%", 9.0},
        {"productivity: 1%", -1.0},
        {"margin: -2.1%", 2.1},
        {"tariff: -1%, wages: 1%, volume: -1%, hired: 1%, productivity: -1%, margin: -1%",
         1.0 + 0.72 + 0.8 + 0.252 + 1.0 + 1.0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const double expected = phi(phi_inverse(0.05) + cases[i].points / 4.0);
        assert_near(pd_under(cases[i].keys), expected, 1e-13);
    }
}

/* With a spread of 4 points and p = 5 %: losses of 1, 2, 3, 4 and 6 points give 8.2, 12.6,
 * 18.5, 26 and 44 %, as estimated for Dutch youth care. */
static void test_margin_losses_reproduce_the_published_probabilities(void **state)
{
    static const struct {
        const char *keys;
        double pd;
    } cases[] = {{"margin: -1%", 0.082},
                 {"margin: -2%", 0.126},
                 {"margin: -3%", 0.185},
                 {"margin: -4%", 0.26},
                 {"margin: -6%", 0.44}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_near(pd_under(cases[i].keys), cases[i].pd, 0.0051);
}

static void test_pd_goes_first_then_margins_then_multipliers(void **state)
{
    (void)state;
    assert_near(pd_under("pd: 60%"), 0.6, 1e-15);
    assert_near(pd_under("pd: 0%, margin: -50%, pd_multiplier: 9"), 0.0, 0.0);
    assert_near(pd_under("pd: 10%, margin: -2%, pd_multiplier: 1.5"),
                1.5 * phi(phi_inverse(0.1) + 0.5), 1e-13);
    assert_near(pd_under("pd: 60%, pd_multiplier: 2"), 1.0, 0.0);
    wb_model *model =
        text_model(HEAD LOSSES "stress:\n"
                               "  - {name: x, pd: 30%}\n"
                               "  - {name: y, from: 2027-Q2, pd: 20%, who: {id: b}}\n"
                               "  - {name: z, from: 2027-Q3, quarters: 1, pd: 10%, margin: -1%}\n"
                               "  - {name: u, from: 2027-Q3, margin: -1%, who: {id: a}}\n");
    assert_int_equal(model->phase_count, 4);
    static const double stated[4][2] = {{0.3, 0.3}, {0.3, 0.2}, {0.1, 0.1}, {0.3, 0.2}};
    static const double points[4][2] = {{0, 0}, {0, 0}, {2, 1}, {1, 0}};
    for (size_t f = 0; f < 4; f++) {
        for (size_t i = 0; i < 2; i++) { /* of `pd` the last listed that hits */
            const double expected = phi(phi_inverse(stated[f][i]) + points[f][i] / 4.0);
            assert_near(model->phases[f].pd[i], expected, 1e-13);
        }
    }
    wb_model_free(model);
}

/* ---- what is asked and lost ---- */

static const wb_effect *effect_of(const wb_model *model, uint32_t step, const char *id)
{
    const uint32_t provider = text_provider(model, id);
    for (uint32_t f = 0; f < model->phase_count; f++) {
        const wb_phase *phase = &model->phases[f];
        if (step < phase->step_first || step >= phase->step_end) continue;
        const uint32_t e = phase->effect != NULL ? phase->effect[provider] : 0;
        assert_true(e < model->effect_count);
        return &model->effects[e];
    }
    return NULL;
}

static void test_effects_add_up_or_the_last_listed_wins(void **state)
{
    (void)state;
    text_tables();
    wb_model *model =
        text_model(HEAD TEXT_CLASSED
                   "stress:\n"
                   "  - {name: a, quarters: 2, support_months: 1.8, lgd_add: 20%}\n"
                   "  - {name: b, from: 2027-Q2, quarters: 2, who: {class: K4}, lgd_add: -5%,"
                   " support_months: 2, payment_days: 90}\n"
                   "  - {name: c, from: 2027-Q3, quarters: 2, who: {id: P1}, payment_days: 20,"
                   " debt_called: {share: 15%, probability: 50%}}\n"
                   "  - {name: d, from: 2027-Q3, quarters: 1, debt_called: {share: 5%,"
                   " probability: 25%}}\n");
    /* steps: a 0-1, b 1-2, c 2-3, d 2 */
    const wb_effect *none = effect_of(model, 4, "P1");
    assert_false(none->has_months);
    assert_int_equal(mpq_sgn(none->lgd_add.ratio), 0);
    assert_ptr_equal(none, &model->effects[0]);
    assert_ptr_equal(effect_of(model, 3, "P2"), &model->effects[0]);
    const wb_effect *a = effect_of(model, 0, "P4");
    assert_true(a->has_months);
    assert_ratio(&a->months, 9, 5);
    assert_ratio(&a->lgd_add, 1, 5);
    const wb_effect *ab = effect_of(model, 1, "P3");
    assert_ratio(&ab->months, 2, 1);
    assert_ratio(&ab->lgd_add, 3, 20);
    assert_ratio(&ab->extra, 60, 365);
    assert_ratio(&effect_of(model, 1, "P2")->lgd_add, 1, 5);
    const wb_effect *bcd = effect_of(model, 2, "P1");
    assert_ratio(&bcd->extra, 0, 1); /* 20 days are no more than 30, and c is listed last */
    assert_ratio(&bcd->called, 1, 20);
    assert_near(bcd->called_probability, 0.25, 0.0);
    assert_ratio(&effect_of(model, 2, "P3")->extra, 60, 365);
    assert_ratio(&effect_of(model, 3, "P1")->called, 3, 20);
    assert_near(model->phases[0].pd[0], 0.06, 1e-15); /* no probability moves */
    wb_model_free(model);
    model = text_model(HEAD TEXT_CLASSED "stress: [{name: a, margin: -1%}]\n");
    assert_int_equal(model->effect_count, 0);
    assert_null(model->phases[0].effect);
    wb_model_free(model);
}

static void test_interest_is_that_of_the_last_listed(void **state)
{
    (void)state;
    wb_model *model =
        text_model(HEAD LOSSES "stress:\n"
                               "  - {name: a, from: 2027-Q2, quarters: 4, interest: 3%}\n"
                               "  - {name: b, from: 2027-Q4, interest: 0%}\n"
                               "  - {name: c, from: 2028-Q3, quarters: 1, interest: 1%}\n");
    static const int percent[12] = {0, 3, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0};
    assert_non_null(model->interest_at);
    for (uint32_t t = 0; t < 12; t++) /* step 0: the fund's own */
        assert_ratio(&model->interest_at[t], percent[t], 100);
    wb_model_free(model);
    model = text_model(HEAD LOSSES);
    assert_null(model->interest_at);
    wb_model_free(model);
}

/* ---- who pays ---- */

static void test_municipalities_are_parties_with_the_keys_of_their_lines(void **state)
{
    (void)state;
    text_tables();
    wb_model *model = text_model(HEAD TEXT_CLASSED);
    assert_int_equal(model->party_count, 3);
    assert_string_equal(model->groups[model->party_group].id, "municipalities");
    static const char *const ids[] = {"GM1", "GM2", "GM3"};
    static const char *const regions[] = {"noord", "zuid", NULL};
    static const int64_t under18[] = {10050, 30000, 0};
    for (uint32_t p = 0; p < 3; p++) {
        assert_string_equal(model->parties[p].id, ids[p]);
        assert_int_equal(model->parties[p].index, wb_draw_index(ids[p]));
        if (regions[p] == NULL) {
            assert_null(model->parties[p].region);
        } else {
            assert_string_equal(model->parties[p].region, regions[p]);
        }
        assert_cents(&model->parties[p].weight, under18[p]); /* of the first line */
        assert_cents(&model->contributions[0].weights[p], under18[p]);
        assert_true(wb_money_compare(&model->contributions[3].weights[p],
                                     &model->contributions[3].weights[0]) == 0); /* equal */
        assert_int_equal(wb_money_sign(&model->contributions[3].weights[p]), 1);
    }
    assert_null(model->contributions[1].weights); /* the state is one party */
    assert_null(model->contributions[2].weights);
    wb_model_free(model);
    model = text_model("waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000.00}}\n"
                       "horizon: {years: 1}\ntables: {municipalities: m.csv}\n" LOSSES);
    assert_int_equal(model->party_group, WB_NONE); /* a table whose group pays nothing */
    assert_int_equal(model->party_count, 0);
    wb_model_free(model);
    model = text_model(
        "waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000.00}}\nhorizon: {years: 1}\n"
        "waterfall: {levy: {cap: 1%, base: 100.00}}\ntables: {municipalities: m.csv}\n" LOSSES);
    assert_int_equal(model->party_count, 3); /* the levy alone: equal */
    assert_int_equal(wb_money_compare(&model->parties[0].weight, &model->parties[2].weight), 0);
    wb_model_free(model);
}

static void assert_hit(const wb_arrears *arrears, const char *expected)
{
    if (expected == NULL) {
        assert_null(arrears->hit);
        return;
    }
    assert_non_null(arrears->hit);
    for (size_t i = 0; expected[i] != '\0'; i++)
        assert_int_equal(arrears->hit[i], expected[i] == 'x');
}

static void test_changes_and_refusals_hit_payers_one_by_one(void **state)
{
    (void)state;
    text_tables();
    wb_model *model = text_model(
        HEAD TEXT_CLASSED
        "stress:\n"
        "  - {name: a, quarters: 4, refusal: {probability: 7%}}\n"
        "  - {name: b, from: 2027-Q2, who: {region: zuid},"
        " refusal: {probability: 28%, delay: 6 months, arrears: 40%}}\n"
        "  - {name: c, who: {id: [GM3, GM1]}, contributions: {group: municipalities,"
        " change: -25%}}\n"
        "  - {name: d, refusal: {group: providers, delay: 3, arrears: 15%}}\n"
        "  - {name: e, who: {class: K4, region: noord}, contributions: {group: providers,"
        " change: 10%}, refusal: {group: providers, delay: 1}, margin: -1%}\n"
        "  - {name: f, refusal: {group: state, delay: 1 step}}\n"
        "  - {name: g, contributions: {group: municipalities, change: -10%}}\n");
    static const struct {
        uint32_t first, end, delay;
        const char *group, *hit; /* in the order of ids */
        int factor, late;        /* per cent */
        double probability;
    } expected[] = {
        {0, 4, 0, "municipalities", NULL, 100, 0, 0.07},
        {1, 12, 2, "municipalities", ".x.", 100, 40, 0.28},
        {0, 12, 0, "municipalities", "x.x", 75, 0, 0.0},
        {0, 12, 3, "providers", NULL, 100, 15, 0.0},
        {0, 12, 0, "providers", "x.x.", 110, 0, 0.0},
        {0, 12, 1, "providers", "x.x.", 100, 100, 0.0},
        {0, 12, 1, "state", NULL, 100, 100, 0.0},
    };
    assert_int_equal(model->arrears_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const wb_arrears *found = &model->arrears[i];
        assert_int_equal(found->step_first, expected[i].first);
        assert_int_equal(found->step_end, expected[i].end);
        assert_string_equal(model->groups[found->group].id, expected[i].group);
        assert_hit(found, expected[i].hit);
        assert_ratio(&found->factor, expected[i].factor, 100);
        assert_ratio(&found->late, expected[i].late, 100);
        assert_int_equal(found->delay, expected[i].delay);
        assert_near(found->probability, expected[i].probability, 1e-16);
    }
    for (uint32_t j = 0; j < 4; j++) { /* without who: the whole line, and only then */
        const bool cut =
            strcmp(model->groups[model->contributions[j].group].id, "municipalities") == 0;
        assert_ratio(&model->contributions[j].change[5], cut ? 9 : 10, 10);
    }
    wb_model_free(model);
}

/* ---- mergers ---- */

static bool is_member(const wb_model *model, const char *cluster, const char *id)
{
    const uint32_t provider = text_provider(model, id);
    for (uint32_t c = 0; c < model->cluster_count; c++) {
        if (strcmp(model->clusters[c].id, cluster) != 0) continue;
        uint32_t times = 0;
        for (uint32_t k = 0; k < model->clusters[c].member_count; k++)
            times += model->clusters[c].members[k] == provider;
        assert_true(times <= 1);
        return times == 1;
    }
    return false;
}

static void test_a_merger_makes_the_provider_that_the_page_says(void **state)
{
    (void)state;
    text_tables();
    wb_model *model =
        text_model(HEAD TEXT_CLASSED
                   "contagion: {group: 50%, consortium: 3%}\n"
                   "dependence: {national: 10%, region: 5%, segment: 4%}\n"
                   "stress:\n"
                   "  - {name: three, from: 2028-Q1, merge: [P4, P1/P2]}\n"
                   "  - {name: two, from: 2027-Q3, merge: [P2, P1]}\n"
                   "  - {name: both, from: 2027-Q3, who: {id: P1/P2}, pd_multiplier: 1.5}\n");
    assert_int_equal(model->provider_count, 6);
    assert_int_equal(model->merger_count, 2);
    const wb_provider *pair = &model->providers[text_provider(model, "P1/P2")];
    const wb_provider *lead = &model->providers[text_provider(model, "P2")];
    assert_cents(&pair->revenue, 600000);
    assert_int_equal(pair->clients, 30);
    assert_int_equal(pair->index, wb_draw_index("P1/P2"));
    assert_int_equal(pair->class_, lead->class_);
    assert_int_equal(pair->region, lead->region);
    assert_int_equal(pair->segment, lead->segment);
    assert_true(pair->eligible);
    const wb_phase *after = &model->phases[1];
    assert_int_equal(after->step_first, 2);
    assert_near(after->pd[text_provider(model, "P1/P2")], 0.105, 1e-15); /* 7 % x 1.5 */
    assert_near(after->pd[text_provider(model, "P2")], 0.07, 1e-15);
    assert_true(is_member(model, "group:g1", "P1/P2"));
    assert_true(is_member(model, "consortium:c1", "P1/P2")); /* once, though both are in it */
    assert_true(is_member(model, "consortium:c2", "P1/P2/P4"));
    assert_true(is_member(model, "group:g1", "P1/P2/P4"));
    assert_false(is_member(model, "group:g1", "P4"));
    const wb_merger *first = &model->mergers[0]; /* by step, whatever the order of the file */
    assert_int_equal(first->step, 2);
    assert_int_equal(first->provider, text_provider(model, "P1/P2"));
    assert_int_equal(first->member_count, 2);
    assert_int_equal(first->members[0], text_provider(model, "P1"));
    assert_int_equal(first->members[1], text_provider(model, "P2"));
    assert_int_equal(model->mergers[1].step, 4);
    assert_int_equal(model->mergers[1].members[0], text_provider(model, "P1/P2"));
    assert_int_equal(model->mergers[1].members[1], text_provider(model, "P4"));
    assert_cents(&model->providers[text_provider(model, "P1/P2/P4")].revenue, 640000);
    wb_model_free(model);
    model = text_model(HEAD LOSSES "stress: [{name: m, merge: [b, a]}]\n");
    assert_int_equal(model->mergers[0].step, 0);
    const wb_provider *sum = &model->providers[text_provider(model, "a/b")];
    assert_int_equal(sum->pays, WB_PAYS_LOSS);
    assert_cents(&sum->amount, 20000000);
    assert_near(model->phases[0].pd[text_provider(model, "a/b")], 0.05, 1e-16); /* equals: a */
    wb_model_free(model);
}

/* ---- dependence ---- */

static void test_own_loadings_go_before_the_shares(void **state)
{
    (void)state;
    wb_model *model = text_model(
        HEAD "dependence: {copula: t, degrees_of_freedom: 5, national: 9%, region: 4%,"
             " segment: 16%}\n"
             "contagion: {peers: {multiplier: 1.3, duration: 12 months}}\n"
             "providers:\n"
             "  - {id: a, pd: 1%, loss: 1.00, region: r, segment: s}\n"
             "  - {id: b, pd: 1%, loss: 1.00, region: r, segment: s, loading_national: -0.6,"
             " loading_segment: 0.6}\n"
             "  - {id: c, pd: 1%, loss: 1.00, region: r, loading_national: 0, loading_region: 1}\n"
             "  - {id: d, pd: 1%, loss: 1.00}\n");
    static const double expected[4][4] = {{0.3, 0.2, 0.4, 0.84261497731763586},
                                          {-0.6, 0.2, 0.6, 0.48989794855663560},
                                          {0.0, 1.0, 0.0, 0.0},
                                          {0.3, 0.0, 0.0, 0.95393920141694566}};
    for (size_t i = 0; i < COUNT(expected); i++) {
        const wb_provider *found = &model->providers[i];
        assert_near(found->loading_national, expected[i][0], 1e-15);
        assert_near(found->loading_region, expected[i][1], 1e-15);
        assert_near(found->loading_segment, expected[i][2], 1e-15);
        assert_near(found->residual, expected[i][3], 1e-15);
    }
    assert_int_equal(model->degrees_of_freedom, 5);
    assert_near(model->peers_multiplier, 1.3, 1e-15);
    assert_int_equal(model->peers_duration, 4);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_natural_term_takes_what_the_page_says_from_margins),
        cmocka_unit_test(test_margin_losses_reproduce_the_published_probabilities),
        cmocka_unit_test(test_pd_goes_first_then_margins_then_multipliers),
        cmocka_unit_test(test_effects_add_up_or_the_last_listed_wins),
        cmocka_unit_test(test_interest_is_that_of_the_last_listed),
        cmocka_unit_test(test_municipalities_are_parties_with_the_keys_of_their_lines),
        cmocka_unit_test(test_changes_and_refusals_hit_payers_one_by_one),
        cmocka_unit_test(test_a_merger_makes_the_provider_that_the_page_says),
        cmocka_unit_test(test_own_loadings_go_before_the_shares),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
