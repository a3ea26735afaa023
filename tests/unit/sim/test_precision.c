/*
 * goal: the number of paths that a figure is said to take is the number it takes.
 * method: the formula of a proportion; repeated runs of as many paths as was said, of which the
 *         figures stay within the wanted error of a long run as often as 95 % intervals should.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim_models.h"
#include "waarborg/rate.h"
#include "waarborg/sim_precision.h"

/* Thirty providers of different size that fall together now and then. */
static wb_model *fund(uint64_t paths, uint64_t seed)
{
    wb_model *model = sim_model_new(1, 1, 30);
    model->paths = paths;
    model->seed = seed;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        sim_set(&model->providers[i].amount, 1000000 + 37129 * (int64_t)(i * i));
        model->providers[i].loading_national = sqrt(0.1);
        model->providers[i].residual = sqrt(0.9);
        model->phases[0].pd[i] = 0.15;
    }
    sim_set(&model->opening.cash, 60000000);
    sim_set_backstop(model, -1); /* so that no loss is cut */
    model->level_count = 1;
    strcpy(model->levels[0].text, "0.9");
    wb_rate_set_ratio(&model->levels[0].level, 9, 10);
    return model;
}

static wb_sim_precision *precision_of(const wb_model *model, int64_t per_mille,
                                      const wb_rate *level)
{
    wb_sim_precision *made = NULL;
    wb_rate target;
    wb_rate_init(&target);
    wb_rate_set_ratio(&target, per_mille, 1000);
    assert_int_equal(wb_sim_precision_run(&made, model, &target, level, NULL, NULL), WB_OK);
    wb_rate_clear(&target);
    return made;
}

static wb_precision_row row_of(const wb_sim_precision *precision, const char *id)
{
    size_t i = 0;
    while (i + 1 < precision->count && strcmp(precision->rows[i].figure->id, id) != 0)
        i++;
    assert_string_equal(precision->rows[i].figure->id, id);
    return precision->rows[i];
}

static double figure_of(const wb_measure *m)
{
    return m->form == WB_MEASURE_AMOUNT ? mpz_get_d(m->amount.cents) : m->value;
}

static void test_a_proportion_takes_what_its_formula_says(void **state)
{
    (void)state;
    wb_model *model = fund(4000, 1);
    wb_sim_precision *precision = precision_of(model, 50, NULL);
    const wb_precision_row row = row_of(precision, "capital_used");
    const double p = row.figure->value;
    assert_true(p > 0.1 && p < 0.9);
    const double exact = 1.96 * 1.96 * (1 - p) / (p * 0.05 * 0.05);
    assert_true(row.known && fabs((double)row.paths - exact) <= 1);
    assert_true(fabs(row.error - 1.96 * sqrt((1 - p) / (p * 4000))) < 1e-12);
    assert_int_equal(row.enough, exact <= 4000);
    wb_sim_precision_free(precision);
    wb_model_free(model);
}

/* Runs of as many paths as was said, each with its own seed: how many of a hundred are near. */
static void test_as_many_paths_as_said_give_the_wanted_error(void **state)
{
    (void)state;
    enum { RUNS = WB_SANITIZED ? 40 : 200 };
    static const char *const ids[] = {"loss_mean", "var", "es", "capital_used"};
    wb_model *model = fund(WB_SANITIZED ? 100000 : 1000000, 2);
    wb_sim_result *truth = NULL;
    assert_int_equal(wb_sim_run(&truth, model, NULL, NULL), WB_OK);
    wb_model_free(model);
    model = fund(20000, 3);
    wb_sim_precision *precision = precision_of(model, 30, NULL);
    for (size_t i = 0; i < COUNT(ids); i++) {
        const wb_precision_row row = row_of(precision, ids[i]);
        const double exact =
            figure_of(wb_sim_find(truth, ids[i], row.figure->level, row.figure->year));
        uint32_t near = 0;
        assert_true(row.known && row.paths > 500 && row.paths < 20000);
        model->paths = row.paths;
        for (uint64_t run = 0; run < RUNS; run++) {
            wb_sim_result *result = NULL;
            model->seed = 1000 + run;
            assert_int_equal(wb_sim_run(&result, model, NULL, NULL), WB_OK);
            const double figure =
                figure_of(wb_sim_find(result, ids[i], row.figure->level, row.figure->year));
            near += fabs(figure - exact) <= 0.03 * exact;
            wb_sim_result_free(result);
        }
        /* 95 % expected; of 200 with a standard deviation of 1.5 %, and that of the estimate */
        assert_in_range(near * 100, 88 * RUNS, (WB_SANITIZED ? 100 : 99) * RUNS);
    }
    wb_sim_precision_free(precision);
    wb_sim_result_free(truth);
    wb_model_free(model);
}

static void test_what_a_run_cannot_tell_is_not_told(void **state)
{
    (void)state;
    wb_model *model = fund(50, 4);
    wb_rate level;
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, 99, 100);
    wb_sim_precision *precision = precision_of(model, 30, &level);
    assert_false(row_of(precision, "ruin").known); /* never seen */
    assert_false(row_of(precision, "var").known);  /* its rank lies beyond the paths */
    assert_string_equal(row_of(precision, "var").figure->level, "0.99");
    assert_true(row_of(precision, "loss_mean").known);
    assert_false(precision->enough);
    wb_sim_precision_free(precision);
    wb_rate_clear(&level);
    /* what is certain takes one path */
    for (uint32_t i = 0; i < model->provider_count; i++)
        model->phases[0].pd[i] = 1;
    model->paths = 500;
    model->has_backstop = false;
    sim_set(&model->opening.cash, 0);
    precision = precision_of(model, 1, NULL);
    assert_true(precision->enough);
    assert_int_equal(row_of(precision, "ruin").paths, 1);
    assert_int_equal(row_of(precision, "loss_mean").paths, 1);
    wb_sim_precision_free(precision);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_proportion_takes_what_its_formula_says),
        cmocka_unit_test(test_as_many_paths_as_said_give_the_wanted_error),
        cmocka_unit_test(test_what_a_run_cannot_tell_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
