/*
 * goal: a sensitivity shows what each step does, as running the changed scenario again would, and
 *       ranks by it.
 * method: the same steps made here by hand in the model itself, and plain runs before and after.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim_models.h"
#include "waarborg/rate.h"
#include "waarborg/sim_sensitivity.h"

/* A fund with something of most parameters; always the same. */
static wb_model *fund(void)
{
    wb_model *model = sim_model_new(3, 4, 10);
    model->paths = WB_SANITIZED ? 2500 : 5000;
    model->seed = 77;
    sim_set(&model->opening.cash, 30000000);
    sim_set(&model->costs, 400000);
    const uint32_t group = sim_add_group(model, "municipalities");
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, group, 2000000);
    model->has_obligo = true;
    model->obligo_group = group;
    sim_set(&model->obligo_cap, 10000000);
    const uint32_t kind = sim_add_class(model, 3, 60);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        wb_provider *provider = &model->providers[i];
        provider->pays = WB_PAYS_SUPPORT;
        provider->class_ = kind;
        sim_set(&provider->revenue, 40000000 + 5000000 * (int64_t)i);
        provider->loading_national = sqrt(0.1);
        provider->residual = sqrt(0.9);
        model->phases[0].pd[i] = 0.05;
    }
    model->has_support_cap = false;
    model->cure = 0.5;
    model->convert = 0.2;
    wb_rate_set_ratio(&model->grant_share, 3, 10);
    model->level_count = 1;
    strcpy(model->levels[0].text, "0.9");
    wb_rate_set_ratio(&model->levels[0].level, 9, 10);
    return model;
}

static void scale(wb_money *amount, int direction)
{
    mpz_mul_ui(amount->cents, amount->cents, direction < 0 ? 9 : 11);
    assert_true(mpz_divisible_ui_p(amount->cents, 10) != 0);
    mpz_divexact_ui(amount->cents, amount->cents, 10);
}

/* The step of a parameter, by hand; false: not one of those repeated here. */
static bool change(wb_model *model, const char *id, int direction)
{
    if (strcmp(id, "cash") == 0) {
        scale(&model->opening.cash, direction);
    } else if (strcmp(id, "obligo") == 0) {
        scale(&model->obligo_cap, direction);
    } else if (strcmp(id, "contributions") == 0) {
        scale(&model->contributions[0].amount, direction);
    } else if (strcmp(id, "costs") == 0) {
        scale(&model->costs, direction);
    } else if (strcmp(id, "pd") == 0) {
        for (uint32_t i = 0; i < model->provider_count; i++)
            model->phases[0].pd[i] *= direction < 0 ? 0.9 : 1.1;
    } else if (strcmp(id, "cure") == 0) {
        model->cure += direction * 0.05;
    } else if (strcmp(id, "convert") == 0) {
        model->convert += direction * 0.05;
    } else if (strcmp(id, "grant_share") == 0) {
        wb_rate_set_ratio(&model->grant_share, 3 + direction, 10);
    } else if (strcmp(id, "months") == 0) {
        wb_rate_set_ratio(&model->classes[0].months.base, 30 + 3 * direction, 10);
    } else if (strcmp(id, "lgd") == 0) {
        wb_rate_set_ratio(&model->classes[0].lgd.base, 60 + 6 * direction, 100);
    } else if (strcmp(id, "national") == 0) {
        for (uint32_t i = 0; i < model->provider_count; i++) {
            model->providers[i].loading_national = sqrt(0.1 + direction * 0.05);
            model->providers[i].residual = sqrt(1 - 0.1 - direction * 0.05);
        }
    } else {
        return false;
    }
    return true;
}

static wb_sim_result *run(const wb_model *model)
{
    wb_sim_result *result = NULL;
    assert_int_equal(wb_sim_run(&result, model, NULL, NULL), WB_OK);
    return result;
}

/* false: the parameter is not repeated here. */
static bool check_side(const wb_sensitivity_side *side, const char *id, int direction,
                       const wb_sim_result *base)
{
    wb_model *model = fund();
    const bool known = change(model, id, direction);
    if (known) {
        assert_true(side->moved);
        wb_sim_result *again = run(model);
        const double chance = wb_sim_find(again, "capital_used", "", 3)->value -
                              wb_sim_find(base, "capital_used", "", 3)->value;
        assert_true(fabs(side->event->value - chance) < 1e-12);
        const int64_t es = wb_money_cents(&wb_sim_find(again, "es", "0.9", 0)->amount) -
                           wb_money_cents(&wb_sim_find(base, "es", "0.9", 0)->amount);
        /* each of the two is rounded, and so is the difference */
        assert_true(llabs(wb_money_cents(&side->es->amount) - es) <= 1);
        wb_sim_result_free(again);
    }
    wb_model_free(model);
    return known;
}

/* It must be there. */
static wb_sensitivity_row row_of(const wb_sim_sensitivity *s, const char *id)
{
    size_t i = 0;
    while (i + 1 < s->count && strcmp(s->rows[i].id, id) != 0)
        i++;
    assert_string_equal(s->rows[i].id, id);
    return s->rows[i];
}

static bool has_row(const wb_sim_sensitivity *s, const char *id)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->rows[i].id, id) == 0) return true;
    }
    return false;
}

static wb_sim_sensitivity *sensitivity_of(const wb_model *model, uint32_t threads)
{
    wb_sim_sensitivity *made = NULL;
    wb_rate level;
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, 9, 10);
    const wb_sensitivity_question question = {.event = WB_EVENT_CAPITAL_USED, .level = &level};
    const wb_sim_options options = {.threads = threads};
    assert_int_equal(wb_sim_sensitivity_run(&made, model, &question, &options, NULL), WB_OK);
    wb_rate_clear(&level);
    return made;
}

static void test_each_step_is_what_running_the_changed_model_gives(void **state)
{
    (void)state;
    wb_model *model = fund();
    wb_sim_result *base = run(model);
    wb_sim_sensitivity *s = sensitivity_of(model, 2);
    size_t repeated = 0;
    for (size_t i = 0; i < s->count; i++) {
        repeated += check_side(&s->rows[i].down, s->rows[i].id, -1, base);
        repeated += check_side(&s->rows[i].up, s->rows[i].id, 1, base);
        if (i > 0) assert_true(s->rows[i].width <= s->rows[i - 1].width);
    }
    assert_int_equal(repeated, 2 * 11);
    const wb_measure *chance = wb_sim_find(base, "capital_used", "", 3);
    assert_memory_equal(&s->event->value, &chance->value, sizeof chance->value);
    assert_true(chance->value > 0.02 && chance->value < 0.9);
    wb_sim_sensitivity_free(s);
    wb_sim_result_free(base);
    wb_model_free(model);
}

static void test_the_model_is_as_it_was_and_what_it_lacks_is_left_out(void **state)
{
    (void)state;
    wb_model *model = fund();
    wb_sim_result *before = run(model);
    wb_sim_sensitivity *s = sensitivity_of(model, 1);
    wb_sim_result *after = run(model);
    for (size_t i = 0; i < before->count; i++) {
        assert_memory_equal(&before->measures[i].value, &after->measures[i].value, sizeof(double));
        assert_int_equal(wb_money_compare(&before->measures[i].amount, &after->measures[i].amount),
                         0);
    }
    static const char *const absent[] = {
        "levy",    "backstop", "floor",     "target", "cap",      "region", "interest",
        "segment", "peers",    "contagion", "extend", "cure_rho", "ar1",    "recovery_lag"};
    for (size_t i = 0; i < COUNT(absent); i++)
        assert_false(has_row(s, absent[i]));
    /* failures without support are all of them: they can only become fewer */
    const wb_sensitivity_row row = row_of(s, "fail_unsupported");
    assert_true(row.down.moved && !row.up.moved);
    wb_sim_sensitivity_free(s);
    wb_sim_result_free(before);
    wb_sim_result_free(after);
    wb_model_free(model);
}

static void test_what_does_nothing_is_noise_and_what_does_much_is_not(void **state)
{
    (void)state;
    wb_model *model = fund();
    /* an obligo that comes after what is counted can do nothing to it */
    wb_sim_sensitivity *s = sensitivity_of(model, 2);
    const wb_sensitivity_row obligo = row_of(s, "obligo");
    assert_true(obligo.down.event_noise && obligo.up.event_noise);
    assert_true(fabs(obligo.width) < 1e-15);
    const wb_sensitivity_row months = row_of(s, "months");
    assert_false(months.down.event_noise || months.up.event_noise);
    assert_false(months.down.es_noise || months.up.es_noise);
    assert_true(months.down.event->value_high < 0 && months.up.event->value_low > 0);
    wb_sim_sensitivity_free(s);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_step_is_what_running_the_changed_model_gives),
        cmocka_unit_test(test_the_model_is_as_it_was_and_what_it_lacks_is_left_out),
        cmocka_unit_test(test_what_does_nothing_is_noise_and_what_does_much_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
