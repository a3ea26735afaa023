/* Goal: tilted draws are draws of the tilted law, and their ratios undo it, with the same bits in
 * every instruction set.
 * Method: no tilt against plain paths; sums of weights against what they must come to; each kernel
 * against the portable one. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "sim/tilt.h"
#include "sim_models.h"

typedef struct scene {
    wb_model *model;
    wb_prepared *prepared;
    wb_worker *worker;
    wb_tilt tilt;
    wb_tilt_plan *plan;
    wb_tilt_draws draws;
} scene;

static bool has_kernel(const wb_model *model, wb_kernel kernel)
{
    wb_prepared *prepared = NULL;
    wb_error err = {0};
    const wb_code code = wb_prepared_new(&prepared, model, kernel, NULL, &err);
    wb_prepared_free(prepared);
    return code == WB_OK;
}

static void scene_open(scene *s, wb_model *model, wb_kernel kernel)
{
    wb_error err = {0};
    memset(s, 0, sizeof *s);
    s->model = model;
    if (wb_prepared_new(&s->prepared, model, kernel, NULL, &err) != WB_OK) {
        fail_msg("%s", err.message);
    }
    s->worker = wb_worker_new(s->prepared);
    assert_non_null(s->worker);
    assert_true(wb_tilt_init(&s->tilt, wb_prepared_draw_plan(s->prepared), model->step_count));
}

/* The tilt is filled in: draw by it. */
static void scene_tilt(scene *s)
{
    s->plan = wb_tilt_plan_new(&s->tilt, wb_prepared_draw_plan(s->prepared));
    assert_non_null(s->plan);
    assert_true(wb_tilt_draws_init(&s->draws, s->plan, false));
    wb_worker_tilt(s->worker, &s->draws);
}

static const wb_path_result *scene_path(scene *s, uint64_t path)
{
    const wb_path_result *result = NULL;
    wb_error err = {0};
    assert_int_equal(wb_worker_path(s->worker, path, NULL, &result, NULL, &err), WB_OK);
    return result;
}

static void scene_close(scene *s)
{
    wb_tilt_draws_clear(&s->draws);
    wb_tilt_plan_free(s->plan);
    wb_tilt_clear(&s->tilt);
    wb_worker_free(s->worker);
    wb_prepared_free(s->prepared);
}

/* Everything tilted, by different amounts. */
static void tilt_all(wb_tilt *tilt, sim_stream *stream)
{
    for (uint32_t i = 0; i < tilt->years * tilt->factor_count; i++)
        tilt->shift[i] = sim_chance(stream, 50) ? 0.0 : (double)sim_below(stream, 100) / 100 - 0.6;
    for (uint32_t i = 0; i < tilt->provider_count; i++) {
        tilt->tracked[i] = sim_chance(stream, 70);
        if (tilt->tracked[i]) tilt->log_odds[i] = (double)sim_below(stream, 20) / 10;
    }
    tilt->mixing = 0.9;
}

static void test_a_tilt_of_nothing_changes_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        wb_model *model = sim_model_random(seed, SIM_SCALE_SMALL);
        scene plain;
        scene tilted;
        scene_open(&plain, model, WB_KERNEL_PORTABLE);
        scene_open(&tilted, model, WB_KERNEL_PORTABLE);
        for (uint32_t i = 0; i < model->provider_count; i++)
            tilted.tilt.tracked[i] = true;
        scene_tilt(&tilted);
        for (uint64_t path = 0; path < 64; path++) {
            const wb_path_result *expected = scene_path(&plain, path);
            const wb_path_result *got = scene_path(&tilted, path);
            assert_true(got->loss == expected->loss && got->need == expected->need);
            assert_memory_equal(got->event, expected->event, sizeof got->event);
            const double ratio = tilted.draws.log_ratio[path % WB_LANES];
            assert_false(ratio > 0 || ratio < 0);
        }
        scene_close(&plain);
        scene_close(&tilted);
        wb_model_free(model);
    }
}

static void test_every_kernel_tilts_with_the_same_bits(void **state)
{
    (void)state;
    static const wb_kernel kernels[] = {WB_KERNEL_AVX2, WB_KERNEL_AVX512};
    for (uint64_t seed = 100; seed < 140; seed++) {
        for (size_t k = 0; k < COUNT(kernels); k++) {
            wb_model *model = sim_model_random(seed, SIM_SCALE_REAL);
            if (!has_kernel(model, kernels[k])) {
                wb_model_free(model);
                continue;
            }
            scene s[2];
            scene_open(&s[0], model, WB_KERNEL_PORTABLE);
            scene_open(&s[1], model, kernels[k]);
            for (size_t i = 0; i < 2; i++) {
                sim_stream stream = {seed};
                tilt_all(&s[i].tilt, &stream);
                scene_tilt(&s[i]);
            }
            for (uint64_t path = 0; path < 64; path++) {
                const wb_wide loss = scene_path(&s[0], path)->loss;
                assert_true(scene_path(&s[1], path)->loss == loss);
                assert_memory_equal(&s[0].draws.log_ratio[path % WB_LANES],
                                    &s[1].draws.log_ratio[path % WB_LANES], sizeof(double));
            }
            scene_close(&s[0]);
            scene_close(&s[1]);
            wb_model_free(model);
        }
    }
}

/* Four steps, national, regional and segment factors, two providers that leave when they fall. */
static wb_model *small(uint32_t years)
{
    wb_model *model = sim_model_new(years, 4, 2);
    model->seed = 4711;
    model->ar1 = 0.5;
    model->regions = calloc(1, sizeof *model->regions);
    model->segments = calloc(1, sizeof *model->segments);
    assert_true(model->regions != NULL && model->segments != NULL);
    model->regions[0] = (wb_name){strdup("r"), wb_draw_index("r")};
    model->segments[0] = (wb_name){strdup("s"), wb_draw_index("s")};
    model->region_count = model->segment_count = 1;
    for (uint32_t i = 0; i < 2; i++) {
        wb_provider *provider = &model->providers[i];
        provider->region = provider->segment = 0;
        provider->loading_national = 0.4;
        provider->loading_region = 0.3;
        provider->loading_segment = i == 0 ? 0.2 : -0.2;
        provider->residual = sqrt(1 - 0.16 - 0.09 - 0.04);
        model->phases[0].pd[i] = 0.1;
        sim_set(&provider->amount, 100 + 1000 * (int64_t)i);
    }
    sim_set(&model->opening.cash, 1000000);
    return model;
}

/* Over the moved paths alone, 1 / ratio has mean 1, and weighs any figure back to its nominal
 * mean; over the nominal paths alone the ratio itself has mean 1. */
static void check_weights(scene *s, double paths, double loss_nominal, double loss_sd)
{
    double sum[2] = {0, 0}, squares[2] = {0, 0}, count[2] = {0, 0}, loss = 0, loss_squares = 0;
    for (uint64_t path = 0; path < (uint64_t)paths; path++) {
        const double x = (double)scene_path(s, path)->loss;
        const double ratio = exp(s->draws.log_ratio[path % WB_LANES]);
        const size_t moved = path % WB_NOMINAL_EVERY == 0 ? 0 : 1;
        const double one = moved == 1 ? 1 / ratio : ratio;
        sum[moved] += one;
        squares[moved] += one * one;
        count[moved]++;
        if (moved == 1) loss += x / ratio;
        if (moved == 1) loss_squares += x * x / ratio / ratio;
    }
    for (size_t i = 0; i < 2; i++) {
        const double mean = sum[i] / count[i];
        const double se = sqrt((squares[i] / count[i] - mean * mean) / count[i]);
        assert_true(se > 0.0001 && se < 0.1);
        if (fabs(mean - 1) > 4 * se) fail_msg("ratio %zu: mean %g, se %g", i, mean, se);
    }
    const double mean = loss / count[1];
    const double se =
        sqrt((loss_squares / count[1] - mean * mean) / count[1] + loss_sd * loss_sd / paths);
    if (fabs(mean - loss_nominal) > 4 * se) fail_msg("loss %g, not %g", mean, loss_nominal);
}

static void nominal_loss(wb_model *model, double paths, double *mean, double *sd)
{
    scene s;
    double sum = 0;
    double squares = 0;
    scene_open(&s, model, WB_KERNEL_PORTABLE);
    for (uint64_t path = 0; path < (uint64_t)paths; path++) {
        const double x = (double)scene_path(&s, path)->loss;
        sum += x;
        squares += x * x;
    }
    *mean = sum / paths;
    *sd = sqrt(squares / paths - *mean * *mean);
    scene_close(&s);
}

static void test_ratios_undo_shifts_and_odds(void **state)
{
    (void)state;
    const double paths = 40000;
    for (uint32_t degrees = 0; degrees <= 4; degrees += 4) {
        wb_model *model = small(2);
        model->degrees_of_freedom = degrees;
        double mean = 0;
        double sd = 0;
        nominal_loss(model, paths, &mean, &sd);
        scene s;
        scene_open(&s, model, WB_KERNEL_AUTO);
        static const double shifts[] = {-0.3, -0.2, 0, 0.1, 0, -0.2};
        memcpy(s.tilt.shift, shifts, sizeof shifts);
        s.tilt.mixing = 0.95;
        for (uint32_t i = 0; i < 2; i++) {
            s.tilt.tracked[i] = true;
            s.tilt.log_odds[i] = 0.3 + 0.4 * i;
        }
        scene_tilt(&s);
        check_weights(&s, paths, mean, sd);
        scene_close(&s);
        wb_model_free(model);
    }
}

static void test_ratios_undo_a_spread_and_a_twist_that_follows_it(void **state)
{
    (void)state;
    const double paths = 40000;
    wb_model *model = small(1);
    model->steps_per_year = 1;
    model->step_count = 1;
    model->phases[0].step_end = 1;
    double mean = 0;
    double sd = 0;
    nominal_loss(model, paths, &mean, &sd);
    scene s;
    scene_open(&s, model, WB_KERNEL_AUTO);
    s.tilt.along = true;
    s.tilt.mean = 0.5;
    s.tilt.spread = 0.9;
    s.tilt.direction[0] = -0.8;
    s.tilt.direction[1] = -0.6;
    for (size_t k = 0; k < WB_THETA_NODES; k++)
        s.tilt.theta[k] = 1 - 0.04 * (double)k;
    for (uint32_t i = 0; i < 2; i++) {
        s.tilt.tracked[i] = true;
        s.tilt.log_odds[i] = 0.3 + 0.4 * i;
    }
    scene_tilt(&s);
    check_weights(&s, paths, mean, sd);
    scene_close(&s);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tilt_of_nothing_changes_nothing),
        cmocka_unit_test(test_every_kernel_tilts_with_the_same_bits),
        cmocka_unit_test(test_ratios_undo_shifts_and_odds),
        cmocka_unit_test(test_ratios_undo_a_spread_and_a_twist_that_follows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
