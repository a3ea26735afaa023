/* Goal: stresses, mergers, parties and schedules that would mislead the engine are refused.
 * Method: a sound model with all of them in it, broken in one place per case. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "sim_models.h"

static void *zeros(size_t count, size_t size)
{
    void *made = calloc(count, size);
    assert_non_null(made);
    return made;
}

static void add_parties(wb_model *m, wb_contribution *rule)
{
    m->parties = zeros(2, sizeof *m->parties);
    m->party_count = 2;
    rule->weights = zeros(2, sizeof *rule->weights);
    for (uint32_t p = 0; p < 2; p++) {
        wb_paying_party_init(&m->parties[p]);
        m->parties[p].id = strdup(p == 0 ? "x" : "y");
        m->parties[p].index = p;
        sim_set(&m->parties[p].weight, 1);
        wb_money_init(&rule->weights[p]);
        sim_set(&rule->weights[p], 1);
    }
}

static void add_arrears(wb_model *m)
{
    m->arrears = zeros(2, sizeof *m->arrears);
    m->arrears_count = 2;
    for (uint32_t a = 0; a < 2; a++) { /* of the parties, then of the providers */
        wb_arrears *stress = &m->arrears[a];
        wb_arrears_init(stress);
        stress->group = a;
        stress->step_end = 4;
        stress->delay = 1;
        wb_rate_set_ratio(&stress->late, 1, 2);
        stress->hit = zeros(3, sizeof *stress->hit);
    }
    m->arrears[0].probability = 0.5;
}

/* p00 and p01 become p02; an effect; parties; arrears of both kinds; a schedule. */
static wb_model *sound_model(void)
{
    wb_model *m = sim_model_new(1, 4, 4);
    m->degrees_of_freedom = 5;
    m->peers_multiplier = 1.5;
    m->peers_duration = 2;
    m->party_group = sim_add_group(m, "municipalities");
    (void)sim_add_group(m, "providers");
    (void)sim_add_group(m, "state");
    add_parties(m, sim_add_contribution(m, WB_CONTRIBUTES_AMOUNT, 0, 500));
    (void)sim_add_contribution(m, WB_CONTRIBUTES_PER_PROVIDER, 1, 500);
    (void)sim_add_contribution(m, WB_CONTRIBUTES_AMOUNT, 2, 500);
    add_arrears(m);
    m->effects = zeros(2, sizeof *m->effects);
    m->effect_count = 2;
    wb_effect_init(&m->effects[0]);
    wb_effect_init(&m->effects[1]);
    wb_rate_set_ratio(&m->effects[1].lgd_add, -1, 2);
    m->phases[0].effect = zeros(4, sizeof(uint32_t));
    m->phases[0].effect[1] = 1;
    m->mergers = zeros(1, sizeof *m->mergers);
    m->merger_count = 1;
    m->mergers[0] = (wb_merger){.step = 1, .provider = 2, .member_count = 2};
    m->mergers[0].members = zeros(2, sizeof(uint32_t));
    m->mergers[0].members[1] = 1;
    sim_add_opening_case(m, 3, 1000, 2);
    wb_opening_case *loan = &m->opening.cases[0];
    loan->instalments = zeros(1, sizeof *loan->instalments);
    loan->instalment_count = 1;
    wb_money_init(&loan->instalments[0].principal);
    sim_set(&loan->instalments[0].principal, 400);
    m->opening_due = zeros(4, sizeof *m->opening_due);
    m->interest_at = zeros(4, sizeof *m->interest_at);
    for (uint32_t t = 0; t < 4; t++) {
        wb_money_init(&m->opening_due[t]);
        wb_rate_init(&m->interest_at[t]);
    }
    sim_set(&m->opening_due[1], 400);
    return m;
}

/* One statement per breach. */
#define BREACHES(BREACH)                                                                   \
    BREACH(two_degrees_of_freedom, m->degrees_of_freedom = 2)                              \
    BREACH(sixty_one_degrees_of_freedom, m->degrees_of_freedom = 61)                       \
    BREACH(peers_multiplier_below_0, m->peers_multiplier = -0.1)                           \
    BREACH(peers_longer_than_any_horizon, m->peers_duration = WB_STEPS_MAX + 1)            \
    BREACH(first_effect_that_does_something, m->effects[0].has_months = true)              \
    BREACH(first_effect_that_adds, wb_rate_set_ratio(&m->effects[0].extra, 1, 2))          \
    BREACH(months_below_0, wb_rate_set_ratio(&m->effects[1].months, -1, 1))                \
    BREACH(lgd_add_above_1, wb_rate_set_ratio(&m->effects[1].lgd_add, 3, 2))               \
    BREACH(lgd_add_below_minus_1, wb_rate_set_ratio(&m->effects[1].lgd_add, -3, 2))        \
    BREACH(extra_below_0, wb_rate_set_ratio(&m->effects[1].extra, -1, 2))                  \
    BREACH(called_below_0, wb_rate_set_ratio(&m->effects[1].called, -1, 2))                \
    BREACH(called_probability_above_1, m->effects[1].called_probability = 1.5)             \
    BREACH(effect_that_is_not_there, m->phases[0].effect[3] = 2)                           \
    BREACH(merger_after_the_horizon, m->mergers[0].step = 4)                               \
    BREACH(merger_of_one, m->mergers[0].member_count = 1)                                  \
    BREACH(members_that_do_not_ascend, m->mergers[0].members[0] = 1)                       \
    BREACH(merger_with_itself, m->mergers[0].members[1] = 2)                               \
    BREACH(merged_provider_that_is_not_there, m->mergers[0].provider = 4)                  \
    BREACH(merged_provider_with_a_loan, m->opening_provider[0] = 2)                        \
    BREACH(parties_without_a_group, m->party_group = WB_NONE)                              \
    BREACH(parties_of_a_group_that_is_not_there, m->party_group = 3)                       \
    BREACH(parties_out_of_order, m->parties[0].id[0] = 'z')                                \
    BREACH(parties_of_one_draw, m->parties[1].index = 0)                                   \
    BREACH(party_weight_below_0, sim_set(&m->parties[1].weight, -1))                       \
    BREACH(weights_of_nothing,                                                             \
           (sim_set(&m->parties[0].weight, 0), sim_set(&m->parties[1].weight, 0)))         \
    BREACH(line_weights_of_nothing, (sim_set(&m->contributions[0].weights[0], 0),          \
                                     sim_set(&m->contributions[0].weights[1], 0)))         \
    BREACH(weights_of_a_group_without_parties, m->contributions[0].group = 2)              \
    BREACH(line_of_the_parties_without_weights, m->contributions[2].group = 0)             \
    BREACH(line_of_providers_among_the_parties_in_arrears, m->contributions[1].group = 0)  \
    BREACH(arrears_that_never_begin, m->arrears[0].step_first = 4)                         \
    BREACH(arrears_after_the_horizon, m->arrears[0].step_end = 5)                          \
    BREACH(arrears_of_a_group_that_is_not_there, m->arrears[0].group = 3)                  \
    BREACH(factor_below_0, wb_rate_set_ratio(&m->arrears[0].factor, -1, 2))                \
    BREACH(late_above_1, wb_rate_set_ratio(&m->arrears[0].late, 3, 2))                     \
    BREACH(late_without_delay, m->arrears[0].delay = 0)                                    \
    BREACH(refusal_above_1, m->arrears[0].probability = 1.5)                               \
    BREACH(providers_that_refuse, m->arrears[1].probability = 0.5)                         \
    BREACH(single_payers_of_a_group_of_one, m->arrears[1].group = 2)                       \
    BREACH(interest_above_1, wb_rate_set_ratio(&m->interest_at[3], 3, 2))                  \
    BREACH(instalments_above_the_loan,                                                     \
           sim_set(&m->opening.cases[0].instalments[0].principal, 1001))                   \
    BREACH(instalment_below_0, sim_set(&m->opening.cases[0].instalments[0].principal, -1)) \
    BREACH(more_due_than_scheduled, sim_set(&m->opening_due[3], 1))                        \
    BREACH(due_below_0, sim_set(&m->opening_due[3], -1))                                   \
    BREACH(obligo_called_below_0, sim_set(&m->opening.obligo_called, -1))                  \
    BREACH(levy_called_below_0, sim_set(&m->opening.levy_called, -1))

#define DEFINE(name, statement)           \
    static void break_##name(wb_model *m) \
    {                                     \
        statement;                        \
    }
BREACHES(DEFINE)

static void test_a_sound_model_is_accepted_and_each_breach_refused(void **state)
{
#define ENTRY(name, statement) {#name, break_##name},
    static const struct {
        const char *name;
        void (*make)(wb_model *m);
    } breaches[] = {BREACHES(ENTRY)};
    (void)state;
    wb_error err = {0};
    wb_model *model = sound_model();
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    wb_model_free(model);
    for (size_t b = 0; b < COUNT(breaches); b++) {
        model = sound_model();
        breaches[b].make(model);
        if (wb_model_check(model, &err) != WB_E_INTERNAL) fail_msg("%s", breaches[b].name);
        /* what is released by count must be what was made */
        wb_model_free(model);
    }
}

/* What was bound without them is bound with them too: the most that can be asked or due grows. */
static void test_the_bound_grows_with_what_stresses_add(void **state)
{
    (void)state;
    wb_money before;
    wb_money after;
    wb_money_init(&before);
    wb_money_init(&after);
    for (uint32_t k = 0; k < 5; k++) {
        wb_model *m = sound_model();
        m->providers[3].pays = WB_PAYS_SUPPORT;
        m->providers[3].class_ = sim_add_class(m, 2, 100);
        m->has_support_cap = false;
        sim_set(&m->providers[3].revenue, 1000000);
        wb_model_bound(&before, m, NULL);
        if (k == 0) wb_rate_set_ratio(&m->effects[1].extra, 1, 1);
        if (k == 1) wb_rate_set_ratio(&m->effects[1].called, 1, 1);
        if (k == 2) m->effects[1].has_months = true;
        if (k == 2) wb_rate_set_ratio(&m->effects[1].months, 12, 1);
        if (k == 3) wb_rate_set_ratio(&m->arrears[1].factor, 100, 1);
        if (k == 4) wb_rate_set_ratio(&m->interest_at[2], 1, 1);
        wb_model_bound(&after, m, NULL);
        /* by more than what is asked, or due, grows by */
        const int64_t least[] = {4000000, 4000000, 4 * 833333, 4 * 99 * 500, 1};
        wb_money_subtract(&after, &after, &before);
        assert_true(mpz_cmp_si(after.cents, least[k]) >= 0);
        wb_model_free(m);
    }
    wb_money_clear(&before);
    wb_money_clear(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sound_model_is_accepted_and_each_breach_refused),
        cmocka_unit_test(test_the_bound_grows_with_what_stresses_add),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
