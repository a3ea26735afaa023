/* Goal: a model that would mislead the engine is refused, and one that is sound is not.
 * Method: a sound model with every part in it, broken in one place per case; random ones as is. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "sim_models.h"

/* Two providers in a cluster, a class, a contribution, a table, forced distress, an opening case.
 */
static wb_model *sound_model(void)
{
    wb_model *model = sim_model_new(2, 4, 2);
    model->providers[0].pays = WB_PAYS_SUPPORT;
    model->providers[0].class_ = sim_add_class(model, 2, 50);
    sim_set(&model->providers[0].revenue, 100000);
    (void)sim_add_cluster(model, 0.5, (const uint32_t[]){0, 1}, 2);
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, sim_add_group(model, "a"), 5);
    (void)sim_add_group(model, "b");
    sim_add_forced(model, 1, 0, false);
    sim_add_forced(model, 1, 1, false);
    sim_add_opening_case(model, 1, 1000, 3);
    sim_set_backstop(model, 100);
    model->has_levy = true;
    return model;
}

static void break_years(wb_model *m)
{
    m->years = 0;
}
static void break_step_count(wb_model *m)
{
    m->step_count--;
}
/* by a revenue that nobody has */
static void break_payers(wb_model *m)
{
    m->contributions[0].kind = WB_CONTRIBUTES_SHARED;
    m->contributions[0].key[0] = 'r';
    sim_set(&m->providers[0].revenue, 0);
}
static void break_paths(wb_model *m)
{
    m->paths = 0;
}
static void break_probability(wb_model *m)
{
    m->phases[0].pd[1] = 1.0000001;
}
static void break_phase_end(wb_model *m)
{
    m->phases[0].step_end = 7;
}
static void break_phase_start(wb_model *m)
{
    m->phases[0].step_first = 1;
}
static void break_forced_step(wb_model *m)
{
    m->forced[1].step = 8;
}
static void break_forced_order(wb_model *m)
{
    m->forced[0].provider = 1;
    m->forced[1].provider = 0;
}
static void break_floor(wb_model *m)
{
    sim_set(&m->floor, -1);
}
static void break_interest(wb_model *m)
{
    wb_rate_set_ratio(&m->interest, 101, 100);
}
static void break_backstop(wb_model *m)
{
    sim_set(&m->backstop_limit[7], -1);
}
static void break_levy_group(wb_model *m)
{
    m->levy_group = 2;
}
static void break_group_order(wb_model *m)
{
    m->groups[0].id[0] = 'c';
}
static void break_contribution_group(wb_model *m)
{
    m->contributions[0].group = 2;
}
static void break_change(wb_model *m)
{
    wb_rate_set_ratio(&m->contributions[0].change[3], -1, 9);
}
static void break_term(wb_model *m)
{
    m->term = 0;
}
static void break_instalments(wb_model *m)
{
    m->instalments = 0;
}
static void break_cure(wb_model *m)
{
    m->cure = 0.6;
    m->convert = 0.5;
}
static void break_ar1(wb_model *m)
{
    m->ar1 = -0.1;
}
static void break_not_a_number(wb_model *m)
{
    m->lgd_rho = strtod("nan", NULL);
}
static void break_lgd(wb_model *m)
{
    wb_rate_set_ratio(&m->lgd.base, 101, 100);
}
static void break_class_lgd(wb_model *m)
{
    m->classes[0].lgd.shape = WB_SHAPE_TABLE;
}
static void break_months(wb_model *m)
{
    m->classes[0].months.shape = WB_SHAPE_UNIFORM;
    wb_rate_set_ratio(&m->classes[0].months.low, 1, 1); /* above its high of 0 */
}
static void break_opening_provider(wb_model *m)
{
    m->opening_provider[0] = 2;
}
static void break_provider_order(wb_model *m)
{
    m->providers[1].id[0] = 'a';
}
static void break_equal_index(wb_model *m)
{
    m->providers[1].index = m->providers[0].index;
}
static void break_wide_index(wb_model *m)
{
    m->providers[1].index = UINT64_C(1) << 48;
}
static void break_residual(wb_model *m)
{
    m->providers[1].loading_national = 0.3;
}
static void break_region(wb_model *m)
{
    m->providers[1].loading_region = 0.6; /* adds up to 1, but there is no region */
    m->providers[1].residual = 0.8;
}
static void break_class(wb_model *m)
{
    m->providers[0].class_ = WB_NONE;
}
static void break_revenue(wb_model *m)
{
    sim_set(&m->providers[0].revenue, -1);
}
static void break_cluster(wb_model *m)
{
    m->clusters[0].members[0] = 1;
}
static void break_membership(wb_model *m)
{
    m->clusters[0].member_count = 1;
}
static void break_infection(wb_model *m)
{
    m->clusters[0].q = -0.1;
}
static void break_level(wb_model *m)
{
    m->level_count = 1;
}
static void break_large_amount(wb_model *m)
{
    mpz_set_str(m->cap.cents, "100000000000000000000", 10); /* 19 digits of euros */
}

static void test_a_sound_model_is_accepted_and_each_breach_refused(void **state)
{
    static void (*const breaks[])(wb_model *) = {break_years,
                                                 break_payers,
                                                 break_step_count,
                                                 break_paths,
                                                 break_probability,
                                                 break_phase_end,
                                                 break_phase_start,
                                                 break_forced_step,
                                                 break_forced_order,
                                                 break_floor,
                                                 break_interest,
                                                 break_backstop,
                                                 break_levy_group,
                                                 break_group_order,
                                                 break_change,
                                                 break_term,
                                                 break_instalments,
                                                 break_cure,
                                                 break_ar1,
                                                 break_not_a_number,
                                                 break_lgd,
                                                 break_class_lgd,
                                                 break_months,
                                                 break_provider_order,
                                                 break_opening_provider,
                                                 break_equal_index,
                                                 break_wide_index,
                                                 break_residual,
                                                 break_region,
                                                 break_class,
                                                 break_revenue,
                                                 break_cluster,
                                                 break_membership,
                                                 break_infection,
                                                 break_level,
                                                 break_large_amount,
                                                 break_contribution_group};
    (void)state;
    for (size_t b = 0; b < COUNT(breaks); b++) {
        wb_model *model = sound_model();
        wb_error err = {0};
        assert_int_equal(wb_model_check(model, &err), WB_OK);
        breaks[b](model);
        if (wb_model_check(model, &err) != WB_E_INTERNAL) fail_msg("breach %zu is accepted", b);
        assert_true(strlen(err.message) > 0);
        /* whatever was broken, storage is counted by the numbers it was made with */
        model->step_count = 8;
        wb_model_free(model);
    }
}

static void test_amounts_that_outgrow_128_bits_are_refused(void **state)
{
    (void)state;
    wb_model *model = sound_model();
    wb_error err = {0};
    /* 18 digits of euros fit; with a change of a billion they do not */
    mpz_set_str(model->contributions[0].amount.cents, "99999999999999999999", 10);
    assert_int_equal(wb_model_check(model, &err), WB_OK);
    wb_rate_set_ratio(&model->contributions[0].change[7], INT64_MAX, 1);
    assert_int_equal(wb_model_check(model, &err), WB_E_RANGE);
    assert_true(strlen(err.hint) > 0);
    wb_model_free(model);
}

static void test_random_models_are_sound(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 400; seed++) {
        wb_model *model = sim_model_random(1000 + seed, (sim_scale)(seed % 4));
        wb_error err = {0};
        if (wb_model_check(model, &err) != WB_OK) fail_msg("seed %d: %s", (int)seed, err.message);
        wb_model_free(model);
    }
}

static void test_an_empty_model_has_the_defaults_and_can_be_freed(void **state)
{
    (void)state;
    wb_model *model = wb_model_new();
    assert_non_null(model);
    assert_int_equal(model->term, 1);
    assert_int_equal(model->instalments, 1);
    assert_true(model->has_support_cap);
    assert_true(mpq_cmp_ui(model->support_cap.ratio, 3, 20) == 0);
    assert_true(mpq_cmp_ui(model->lgd.base.ratio, 1, 1) == 0);
    assert_true(model->fail_unsupported == 1.0);
    assert_false(model->replace);
    wb_model_free(model);
    wb_model_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sound_model_is_accepted_and_each_breach_refused),
        cmocka_unit_test(test_amounts_that_outgrow_128_bits_are_refused),
        cmocka_unit_test(test_random_models_are_sound),
        cmocka_unit_test(test_an_empty_model_has_the_defaults_and_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
