/*
 * goal: a run gives the same figures whatever the threads and the kernel, and counts every path.
 * method: random models run with 1, 2 and 5 threads and every kernel, all measures compared bit by
 *         bit; sums recomputed path by path; a run stopped from its progress call.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "tests/sim_models.h"
#include "waarborg/rate.h"

static void assert_same_amount(const wb_money *a, const wb_money *b)
{
    assert_int_equal(wb_money_compare(a, b), 0);
}

static void assert_same_measures(const wb_sim_result *a, const wb_sim_result *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->paths, b->paths);
    for (size_t i = 0; i < a->count; i++) {
        const wb_measure *x = &a->measures[i];
        const wb_measure *y = &b->measures[i];
        assert_string_equal(x->id, y->id);
        assert_string_equal(x->level, y->level);
        assert_int_equal(x->year, y->year);
        assert_same_amount(&x->amount, &y->amount);
        assert_same_amount(&x->amount_low, &y->amount_low);
        assert_same_amount(&x->amount_high, &y->amount_high);
        assert_memory_equal(&x->value, &y->value, sizeof x->value);
        assert_memory_equal(&x->value_low, &y->value_low, sizeof x->value);
        assert_memory_equal(&x->value_high, &y->value_high, sizeof x->value);
        assert_memory_equal(&x->se, &y->se, sizeof x->se);
        assert_int_equal(x->low_none, y->low_none);
        assert_int_equal(x->high_none, y->high_none);
    }
}

/* NULL where this processor lacks the kernel. */
static wb_sim_result *run(const wb_model *model, wb_kernel kernel, uint32_t threads)
{
    const wb_sim_options options = {.threads = threads, .kernel = kernel};
    wb_sim_result *result = NULL;
    wb_error err = {0};
    const wb_code code = wb_sim_run(&result, model, &options, &err);
    if (code == WB_E_RANGE && strstr(err.message, "this processor") != NULL) return NULL;
    assert_int_equal(code, WB_OK);
    return result;
}

static void add_levels(wb_model *model)
{
    static const char *const levels[] = {"0.5", "0.95", "0.99"};
    model->level_count = model->fund_level_count = COUNT(levels);
    for (uint32_t i = 0; i < COUNT(levels); i++) {
        wb_level *both[] = {&model->levels[i], &model->fund_levels[i]};
        for (size_t k = 0; k < COUNT(both); k++) {
            strcpy(both[k]->text, levels[i]);
            assert_int_equal(
                wb_rate_parse(&both[k]->level, levels[i], strlen(levels[i]), WB_RATE_NUMBER, NULL),
                WB_OK);
        }
    }
}

static void test_threads_and_kernels_change_no_figure(void **state)
{
    (void)state;
    static const wb_kernel kernels[] = {WB_KERNEL_GMP, WB_KERNEL_PORTABLE, WB_KERNEL_AVX2,
                                        WB_KERNEL_AVX512, WB_KERNEL_AUTO};
    static const uint32_t threads[] = {1, 2, 5};
    static const uint64_t paths[] = {1, 15, 257, 1500};
    for (uint64_t seed = 0; seed < 8; seed++) {
        wb_model *model = sim_model_random(seed, SIM_SCALE_REAL);
        add_levels(model);
        model->paths = paths[seed % COUNT(paths)];
        wb_sim_result *first = run(model, WB_KERNEL_GMP, 1);
        assert_true(first->count > 10);
        for (size_t k = 0; k < COUNT(kernels); k++) {
            for (size_t t = 0; t < COUNT(threads); t++) {
                wb_sim_result *other = run(model, kernels[k], threads[t]);
                if (other == NULL) continue;
                assert_same_measures(first, other);
                assert_true(other->threads_used <= threads[t]);
                wb_sim_result_free(other);
            }
        }
        wb_sim_result_free(first);
        wb_model_free(model);
    }
}

static void test_amounts_beyond_64_bits_run_on_any_number_of_threads(void **state)
{
    (void)state;
    wb_model *model = sim_model_random(3, SIM_SCALE_BEYOND);
    add_levels(model);
    model->paths = 600;
    wb_sim_result *first = run(model, WB_KERNEL_AUTO, 1);
    assert_int_equal(first->kernel_used, WB_KERNEL_GMP);
    assert_false(first->int64_proved);
    wb_sim_result *other = run(model, WB_KERNEL_AUTO, 5);
    assert_same_measures(first, other);
    wb_sim_result_free(first);
    wb_sim_result_free(other);
    wb_model_free(model);
}

static const wb_measure *find(const wb_sim_result *result, const char *id, uint32_t year)
{
    const wb_measure *item = wb_sim_find(result, id, "", year);
    assert_non_null(item);
    return item;
}

/* Mean times paths is the sum to within half the paths: rounding of the mean, no path lost. */
static void assert_mean_of(const wb_measure *item, wb_wide sum, uint64_t paths)
{
    mpz_t expected, n;
    mpz_init(expected);
    mpz_init_set_ui(n, paths);
    wb_wide_set(expected, sum);
    wb_round_divide(expected, expected, n, WB_ROUND_HALF_AWAY);
    assert_int_equal(mpz_cmp(item->amount.cents, expected), 0);
    mpz_clear(expected);
    mpz_clear(n);
}

static void test_every_path_is_counted_once(void **state)
{
    (void)state;
    for (uint64_t seed = 20; seed < 40; seed++) {
        wb_model *model = sim_model_random(seed, SIM_SCALE_SMALL);
        model->paths = 700 + seed;
        wb_plan *plan = NULL;
        assert_int_equal(wb_plan_new(&plan, model, NULL), WB_OK);
        wb_path_result path;
        assert_true(wb_path_result_init(&path, model));
        wb_wide loss = 0, fund = 0, levy = 0;
        uint64_t ruined = 0, cases = 0;
        for (uint64_t p = 0; p < model->paths; p++) {
            assert_int_equal(wb_kernel_gmp_path(plan, p, NULL, &path, NULL, NULL), WB_OK);
            loss += path.loss;
            fund += path.fund[model->years - 1];
            levy += path.levy[0];
            ruined += path.event[WB_EVENT_RUIN] != WB_NONE;
            cases += path.cases[0];
        }
        wb_sim_result *result = run(model, WB_KERNEL_AUTO, 2);
        assert_mean_of(find(result, "loss_mean", 0), loss, model->paths);
        assert_mean_of(find(result, "fund_mean", model->years), fund, model->paths);
        assert_true(find(result, "ruin", model->years)->value ==
                    (double)ruined / (double)model->paths);
        assert_true(find(result, "cases", 1)->value == (double)cases / (double)model->paths);
        if (model->has_levy) assert_mean_of(find(result, "call_mean", 1), levy, model->paths);
        wb_sim_result_free(result);
        wb_path_result_clear(&path);
        wb_plan_free(plan);
        wb_model_free(model);
    }
}

static bool stop_at_once(uint64_t done, uint64_t total, void *context)
{
    assert_true(done <= total);
    (*(int *)context)++;
    return false;
}

static void test_a_run_stops_when_progress_says_so(void **state)
{
    (void)state;
    wb_model *model = sim_model_random(1, SIM_SCALE_REAL);
    model->paths = 3000000; /* seconds of work */
    int calls = 0;
    const wb_sim_options options = {
        .threads = 2, .kernel = WB_KERNEL_AUTO, .progress = stop_at_once, .context = &calls};
    wb_sim_result *result = NULL;
    wb_error err = {0};
    assert_int_equal(wb_sim_run(&result, model, &options, &err), WB_E_INTERRUPTED);
    assert_null(result);
    assert_true(calls >= 1);
    wb_model_free(model);
}

static void test_names_of_kernels_and_events_are_read_back(void **state)
{
    (void)state;
    for (int k = WB_KERNEL_AUTO; k <= WB_KERNEL_AVX512; k++) {
        wb_kernel kernel = WB_KERNEL_AUTO;
        assert_int_equal(wb_kernel_parse(&kernel, wb_kernel_name((wb_kernel)k), NULL), WB_OK);
        assert_int_equal(kernel, k);
    }
    for (int e = 0; e < WB_EVENT_COUNT; e++) {
        wb_event event = WB_EVENT_COUNT;
        assert_int_equal(wb_event_parse(&event, wb_event_name((wb_event)e), NULL), WB_OK);
        assert_int_equal(event, e);
    }
    wb_error err = {0};
    wb_event event;
    assert_int_equal(wb_event_parse(&event, "ruined", &err), WB_E_CHOICE);
    assert_non_null(strstr(err.hint, "ruin"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_and_kernels_change_no_figure),
        cmocka_unit_test(test_amounts_beyond_64_bits_run_on_any_number_of_threads),
        cmocka_unit_test(test_every_path_is_counted_once),
        cmocka_unit_test(test_a_run_stops_when_progress_says_so),
        cmocka_unit_test(test_names_of_kernels_and_events_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
