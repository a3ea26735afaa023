/*
 * Goal: a stress in natural terms comes to the margins and probabilities that docs/model.md states,
 * and to the effects, payments and mergers of the model.
 * Method: small scenarios; losses of margin worked out by hand from published shocks, and
 * probabilities against the C library's erfc and a bisection.
 */
#include "scenario_text.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_natural_term_takes_what_the_page_says_from_margins),
        cmocka_unit_test(test_margin_losses_reproduce_the_published_probabilities),
        cmocka_unit_test(test_pd_goes_first_then_margins_then_multipliers),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
