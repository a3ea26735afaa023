/*
 * Goal: an analyst can follow each key of a stress to the last probability, ask and payment.
 * Method: one scenario with every key; the lines of `scenario show` against figures worked out by
 * hand.
 */
#include "scenario_text.h"

typedef struct seen {
    const char *path;
    char value[1024];
    char origin[1024];
    int times;
} seen;

static void look(const char *path, const char *value, const char *origin, void *context)
{
    seen *wanted = context;
    assert_true(strlen(value) < sizeof wanted->value && strlen(origin) < sizeof wanted->origin);
    if (strcmp(path, wanted->path) != 0) return;
    (void)snprintf(wanted->value, sizeof wanted->value, "%s", value);
    (void)snprintf(wanted->origin, sizeof wanted->origin, "%s", origin);
    wanted->times++;
}

static const char every_key[] =
    "waarborg: scenario/1\nname: t\nfund: {opening: {cash: 1 000.00}}\nstart: 2027-01-01\n"
    "horizon: {years: 3, step: quarter}\n" TEXT_CLASSED "stress:\n"
    "  - {name: cao, quarters: 4, wages: 9.25%, indexation: 5.25%, hired: 9%, margin: 1%}\n"
    "  - {name: krimp, from: 2027-Q3, quarters: 1, who: {class: K4}, volume: -12%,"
    " occupancy: -6%, fixed_share: 50%, pd_multiplier: 1.5, pd: 10%}\n"
    "  - {name: bank, quarters: 1, who: {id: [P1, P2]}, debt_called: {share: 15%, probability: "
    "50%},"
    " lgd_add: 20%, support_months: 1.8, payment_days: 90}\n"
    "  - {name: fusie, from: 2028-Q1, merge: [P2, P1]}\n"
    "  - {name: zuid, from: 2029-Q1, who: {region: zuid}, refusal: {probability: 7%,"
    " delay: 6 months, arrears: 40%}}\n"
    "  - {name: laat, from: 2029-Q1, refusal: {group: state, delay: 2}}\n"
    "  - {name: minder, from: 2029-Q1, who: {id: GM1}, contributions: {group: municipalities,"
    " change: -10%}}\n"
    "  - {name: regels, from: 2029-Q1, interest: 1%, backstop: {limit: 5.00}}\n"
    "  - {name: klap, from: 2029-Q1, quarters: 1, who: {id: P3}, force: failure}\n";

static void test_every_key_can_be_followed(void **state)
{
    static const struct {
        const char *path, *value, *origin;
    } cases[] = {
        {"stress[0].in_force", "steps 1 to 4; hits 5 of 5 providers: P1, P1/P2, P2, P3, P4", NULL},
        {"stress[0].in_force.wages", "9.25% x wage_share 72% -> margin -6.66 points", NULL},
        {"stress[0].in_force.indexation", "5.25% x wage_share 72% -> margin +3.78 points", NULL},
        {"stress[0].in_force.hired",
         "9% x hired_premium 35% x wage_share 72% -> margin -2.27 points", NULL},
        {"stress[0].in_force.margin", "1% -> margin +1.00 points", NULL},
        {"stress[0].in_force.margin_sum", /* 6.66 - 3.78 + 2.268 - 1 = 4.148, / 4 */
         "margin -4.15 points in all: quantile +1.037, as margin_sd is 4%", NULL},
        {"stress[1].in_force", "steps 3 to 3; hits 2 of 5 providers: P1, P3", NULL},
        {"stress[1].in_force.volume", "-12% x fixed_share 50% -> margin -6.00 points", NULL},
        {"stress[1].in_force.pd", "the yearly probability is 10% before margins and multipliers",
         NULL},
        {"stress[1].in_force.pd_multiplier", "the yearly probability x 1.5, at most 1", NULL},
        /* normal(-1.281552 + (4.148 + 9) / 4) = normal(2.005448) = 0.97754; x 1.5 is over 1 */
        {"steps[3..3].class.K4",
         "pd 6.00% -> stated 10.00% -> margin -13.15 points, quantile +3.287 -> 97.75% -> x 1.5 -> "
         "100.00%",
         "cao + krimp"},
        /* normal(-1.475791 + 1.037) = 0.33041 */
        {"steps[3..3].provider.P2", "pd 7.00% -> margin -4.15 points, quantile +1.037 -> 33.04%",
         "cao"},
        {"stress[2].in_force.support_months", "asks 1.8 months of revenue", NULL},
        {"stress[2].in_force.lgd_add", "loss given default +20.00 points", NULL},
        {"stress[2].in_force.payment_days",
         "asks 16.44% of yearly revenue on top: (90 - 30) / 365, at least 0", NULL},
        {"stress[2].in_force.debt_called",
         "asks 15.00% of yearly revenue on top, with probability 50.00%", NULL},
        {"steps[1..1].provider.P2.asks",
         "1.8 months of revenue; lgd +20.00 points; 16.44% of yearly revenue on top; 15.00% of it "
         "on top with probability 50.00%",
         "cao + bank"},
        {"steps[1..1].class.K4.asks", /* P1; not P3, who asks as without stress */
         "1.8 months of revenue; lgd +20.00 points; 16.44% of yearly revenue on top; 15.00% of it "
         "on top with probability 50.00%",
         "cao + bank"},
        {"stress[3].in_force.merge",
         "P1/P2, from step 5 if all are healthy then; revenue 6 000.00, class, region, segment and "
         "loadings of P2",
         NULL},
        {"stress[4].in_force", "steps 9 to 12; hits 1 of 3 municipalities: GM2", NULL},
        {"stress[4].in_force.refusal",
         "municipalities: each refuses with probability 7%; 40% of the rest comes 6 months later",
         NULL},
        {"stress[5].in_force.refusal", "state: 100% of what is due comes 2 steps later", NULL},
        {"stress[6].in_force.contributions", "municipalities: what is due from those hit x 0.9",
         NULL},
        {"stress[7].in_force.interest", "the fund's balance bears 1% a year", NULL},
        {"stress[7].in_force.backstop", "the limit of the backstop is 5.00", NULL},
        {"stress[8].in_force.force", "failure in each of its steps in which they are healthy",
         NULL},
    };
    (void)state;
    text_tables();
    wb_scenario *scenario = text_load(every_key);
    for (size_t i = 0; i < COUNT(cases); i++) {
        seen wanted = {.path = cases[i].path};
        assert_int_equal(wb_scenario_show(scenario, NULL, look, &wanted, NULL), WB_OK);
        if (wanted.times != 1) print_error("%s: %d times\n", cases[i].path, wanted.times);
        assert_int_equal(wanted.times, 1);
        assert_string_equal(wanted.value, cases[i].value);
        if (cases[i].origin != NULL) assert_string_equal(wanted.origin, cases[i].origin);
    }
    wb_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_can_be_followed),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
