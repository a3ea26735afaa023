/*
 * goal: the exact solver computes the model that is simulated, and refuses by name what it does not
 *       cover.
 * method: random portfolios with every dependence against simulations by both kinds of kernels,
 *         against themselves with factors renamed and on coarser lattices; every refusal once.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim_static.h"
#include "waarborg/sim_exact.h"

enum { PROVIDERS = 12 };

static wb_exact_result *solved(const wb_model *model, const wb_money *lattice)
{
    wb_exact_result *result = NULL;
    wb_error err = {0};
    const wb_exact_options options = {.lattice = lattice};
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    if (wb_sim_exact(&result, model, &options, &err) != WB_OK) fail_msg("%s", err.message);
    return result;
}

/* ---- against itself ---- */

/* Only the names of factors change. */
static void test_a_region_is_a_segment_by_another_name(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        wb_model *model = sim_static_random(seed, 6, SIM_STATIC_NATIONAL | SIM_STATIC_SEGMENT);
        wb_exact_result *segments = solved(model, NULL);
        model->regions = model->segments;
        model->region_count = model->segment_count;
        model->segments = NULL;
        model->segment_count = 0;
        for (uint32_t i = 0; i < model->provider_count; i++) {
            wb_provider *p = &model->providers[i];
            p->region = p->segment;
            p->loading_region = p->loading_segment;
            p->segment = WB_NONE;
            p->loading_segment = 0.0;
        }
        wb_exact_result *regions = solved(model, NULL);
        assert_int_equal(segments->points, regions->points);
        assert_memory_equal(segments->mass, regions->mass, regions->points * sizeof(double));
        wb_exact_result_free(segments);
        wb_exact_result_free(regions);
        wb_model_free(model);
    }
}

/* Rounding down and up brackets every figure. */
static void test_a_coarse_lattice_says_how_much_it_matters(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        wb_model *model = sim_static_random(seed, PROVIDERS, SIM_STATIC_NATIONAL);
        wb_exact_result *fine = solved(model, NULL);
        wb_money step;
        wb_money_init(&step);
        wb_money_set_cents(&step, wb_money_cents(&fine->step) * 3 + (int64_t)(seed % 2));
        wb_exact_result *coarse = solved(model, &step);
        assert_int_equal(fine->count, coarse->count);
        for (size_t j = 0; j < fine->count; j++) {
            const wb_exact_measure *a = &fine->measures[j];
            const wb_exact_measure *b = &coarse->measures[j];
            const double off = fabs(mpz_get_d(a->amount.cents) - mpz_get_d(b->amount.cents));
            const double error =
                mpz_get_d(a->amount_error.cents) + mpz_get_d(b->amount_error.cents);
            assert_true(off <= error);
            assert_true(fabs(a->value - b->value) <= a->value_error + b->value_error);
        }
        wb_money_clear(&step);
        wb_exact_result_free(fine);
        wb_exact_result_free(coarse);
        wb_model_free(model);
    }
}

/* Whole multiples of the lattice change nothing but its points. */
static void test_a_finer_lattice_that_divides_changes_no_figure(void **state)
{
    (void)state;
    for (uint64_t seed = 3; seed <= 12; seed++) {
        wb_model *model = sim_static_random(seed, 8, SIM_STATIC_NATIONAL | SIM_STATIC_LGD_RHO);
        wb_exact_result *plain = solved(model, NULL);
        wb_money step;
        wb_money_init(&step);
        const int64_t cents = wb_money_cents(&plain->step);
        wb_money_set_cents(&step, cents % 2 == 0 ? cents / 2 : cents);
        wb_exact_result *finer = solved(model, &step);
        assert_false(finer->rounded);
        for (size_t j = 0; j < plain->count; j++) {
            assert_int_equal(
                wb_money_compare(&plain->measures[j].amount, &finer->measures[j].amount), 0);
            assert_true(plain->measures[j].value == finer->measures[j].value);
        }
        wb_money_clear(&step);
        wb_exact_result_free(plain);
        wb_exact_result_free(finer);
        wb_model_free(model);
    }
}

/* ---- against the simulation ---- */

typedef struct moments {
    double mean, sd, es, excess_sd;
} moments;

/* In cents, from the distribution. */
static moments moments_of(const wb_exact_result *exact, double level)
{
    const double step = mpz_get_d(exact->step.cents);
    moments m = {0};
    double below = 0.0, first = 0.0, second = 0.0;
    for (size_t x = 0; x < exact->points; x++)
        m.mean += exact->mass[x] * (double)x * step;
    for (size_t x = 0; x < exact->points; x++)
        m.sd += exact->mass[x] * pow((double)x * step - m.mean, 2);
    m.sd = sqrt(m.sd);
    size_t at = 0;
    while (below + exact->mass[at] < level - 1e-12)
        below += exact->mass[at++];
    for (size_t x = at; x < exact->points; x++) {
        const double excess = (double)(x - at) * step;
        first += exact->mass[x] * excess;
        second += exact->mass[x] * excess * excess;
    }
    m.es = (double)at * step + first / (1.0 - level);
    m.excess_sd = sqrt(second - first * first) / (1.0 - level);
    return m;
}

static void near(const char *what, uint64_t seed, double exact, double got, double error)
{
    if (fabs(got - exact) > 5.0 * error) {
        fail_msg("portfolio %llu, %s: exact %.9g, simulated %.9g, %.2f standard errors",
                 (unsigned long long)seed, what, exact, got, fabs(got - exact) / error);
    }
}

static void compare(uint64_t seed, wb_model *model, const wb_exact_result *exact, wb_kernel kernel,
                    uint64_t paths)
{
    const wb_sim_options options = {.kernel = kernel, .threads = 1};
    wb_sim_result *run = NULL;
    wb_error err = {0};
    model->paths = paths;
    model->seed = seed;
    if (wb_sim_run(&run, model, &options, &err) != WB_OK) fail_msg("%s", err.message);
    const double n = (double)paths;
    const moments m = moments_of(exact, 0.9);
    near("mean", seed, m.mean, mpz_get_d(wb_sim_find(run, "loss_mean", "", 0)->amount.cents),
         m.sd / sqrt(n) + 0.2);
    near("es", seed, m.es, mpz_get_d(wb_sim_find(run, "es", "0.9", 0)->amount.cents),
         m.excess_sd / sqrt(n) + 0.2);
    size_t seen = 0;
    for (size_t j = 0; j < run->count; j++) {
        const wb_measure *a = &run->measures[j];
        for (size_t k = 0; a->has_threshold && k < exact->count; k++) {
            const wb_exact_measure *b = &exact->measures[k];
            if (!b->has_threshold || wb_money_compare(&a->threshold, &b->threshold) != 0) continue;
            near("exceed", seed, b->value, a->value,
                 sqrt(b->value * fabs(1.0 - b->value) / n) + 1.0 / n);
            seen++;
        }
    }
    assert_true(seen >= 4);
    wb_sim_result_free(run);
}

static void test_simulations_with_both_kernels_agree(void **state)
{
    (void)state;
    static const unsigned ties[] = {0,
                                    SIM_STATIC_NATIONAL,
                                    SIM_STATIC_NATIONAL | SIM_STATIC_LGD_RHO,
                                    SIM_STATIC_SEGMENT,
                                    SIM_STATIC_NATIONAL | SIM_STATIC_REGION | SIM_STATIC_SEGMENT,
                                    SIM_STATIC_T,
                                    SIM_STATIC_NATIONAL | SIM_STATIC_T,
                                    SIM_STATIC_NATIONAL | SIM_STATIC_T | SIM_STATIC_LGD_RHO,
                                    SIM_STATIC_NATIONAL | SIM_STATIC_T | SIM_STATIC_SEGMENT};
    const uint64_t each = WB_SANITIZED ? 1 : 3;
    for (size_t d = 0; d < COUNT(ties); d++) {
        for (uint64_t k = 0; k < each; k++) {
            const uint64_t seed = 1000 * (d + 1) + k;
            const bool slow = (ties[d] & SIM_STATIC_T) != 0 && (ties[d] & SIM_STATIC_SEGMENT) != 0;
            wb_model *model = sim_static_random(seed, slow ? 4 : PROVIDERS, ties[d]);
            wb_exact_result *exact = solved(model, NULL);
            compare(seed, model, exact, WB_KERNEL_GMP, WB_SANITIZED ? 2000 : 10000);
            compare(seed, model, exact, WB_KERNEL_AUTO, WB_SANITIZED ? 4000 : 100000);
            wb_exact_result_free(exact);
            wb_model_free(model);
        }
    }
}

/* Shares are made apart from the distribution: the solver fails when they do not add up to ES. */
static void test_contributions_add_up_before_any_rounding(void **state)
{
    (void)state;
    static const unsigned ties[] = {SIM_STATIC_NATIONAL | SIM_STATIC_LGD_RHO,
                                    SIM_STATIC_NATIONAL | SIM_STATIC_T, SIM_STATIC_T};
    const wb_exact_options options = {.contributions = true};
    for (uint64_t seed = 1; seed <= (WB_SANITIZED ? 3 : 12); seed++) {
        wb_model *model = sim_static_random(seed, PROVIDERS, ties[seed % COUNT(ties)]);
        wb_exact_result *result = NULL;
        wb_error err = {0};
        if (wb_sim_exact(&result, model, &options, &err) != WB_OK) fail_msg("%s", err.message);
        wb_exact_result_free(result);
        wb_model_free(model);
    }
    wb_model *model = sim_static_random(1, PROVIDERS, SIM_STATIC_SEGMENT);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        model->phases[0].pd[i] = 0.1;
        model->providers[i].eligible = true;
        sim_set(&model->providers[i].amount, 1000);
    }
    sim_set(&model->opening.cash, 100000);
    wb_exact_result *result = NULL;
    wb_error err = {0};
    assert_int_equal(wb_sim_exact(&result, model, &options, &err), WB_E_FORBIDDEN);
    assert_non_null(strstr(err.message, "factors of regions or segments"));
    wb_model_free(model);
}

/* ---- what is refused ---- */

static wb_model *plain(void)
{
    wb_model *model = sim_model_new(1, 1, 2);
    for (uint32_t i = 0; i < 2; i++) {
        sim_set(&model->providers[i].amount, 100000);
        model->phases[0].pd[i] = 0.1;
    }
    sim_set(&model->opening.cash, 200000);
    return model;
}

static void refused(wb_model *model, const wb_exact_options *options, wb_code code,
                    const char *words)
{
    wb_exact_result *result = NULL;
    wb_error err = {0};
    assert_int_equal(wb_sim_exact(&result, model, options, &err), code);
    assert_null(result);
    if (strstr(err.message, words) == NULL) fail_msg("'%s' has no '%s'", err.message, words);
    if (code != WB_E_INTERRUPTED) assert_non_null(strstr(err.hint, "sim run"));
    wb_model_free(model);
}

static void test_what_is_outside_is_named_with_the_way_out(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(2, 1, 1);
    refused(model, NULL, WB_E_FORBIDDEN, "2 steps");
    model = plain();
    sim_add_opening_case(model, 0, 1000, 0);
    refused(model, NULL, WB_E_FORBIDDEN, "open loans");
    model = plain();
    const uint32_t both[] = {0, 1};
    (void)sim_add_cluster(model, 0.5, both, 2);
    refused(model, NULL, WB_E_FORBIDDEN, "contagion");
    model = plain();
    model->lgd_rho = 1.0;
    refused(model, NULL, WB_E_FORBIDDEN, "lgd_rho");
    model = plain();
    model->providers[1].pays = WB_PAYS_LOAN;
    refused(model, NULL, WB_E_FORBIDDEN, "'p01' gets support");
    model = plain();
    model->providers[1].pays = WB_PAYS_EXPOSURE;
    model->lgd.shape = WB_SHAPE_UNIFORM;
    wb_rate_set_ratio(&model->lgd.high, 1, 2);
    refused(model, NULL, WB_E_FORBIDDEN, "'p01' has a drawn loss");
    model = plain();
    model->providers[0].loading_region = model->providers[0].loading_segment = 0.3;
    refused(model, NULL, WB_E_FORBIDDEN, "'p00' has a loading on its region and on its segment");
    model = plain();
    sim_set(&model->costs, 1);
    refused(model, NULL, WB_E_FORBIDDEN, "support that is cut");
    model = plain();
    for (uint32_t i = 0; i < 2; i++) {
        model->providers[i].loading_national = 1.0;
        model->providers[i].residual = 0.0;
    }
    refused(model, NULL, WB_E_RANGE, "does not converge");
    model = plain();
    sim_set(&model->providers[0].amount, 100000000);
    sim_set(&model->providers[1].amount, 99999999);
    sim_set(&model->opening.cash, 200000000);
    refused(model, NULL, WB_E_TOO_LARGE, "has 200000000 points");
}

/* The layers count as cash does; a provider that cannot fall is no obstacle. */
static void test_what_cannot_matter_is_not_refused(void **state)
{
    (void)state;
    wb_model *model = plain();
    sim_set(&model->costs, 50000);
    model->has_obligo = true;
    (void)sim_add_group(model, "g");
    sim_set(&model->obligo_cap, 50000);
    wb_exact_result *result = solved(model, NULL);
    assert_int_equal(wb_money_cents(&wb_exact_find(result, "loss_mean", "", NULL)->amount), 20000);
    wb_exact_result_free(result);
    model->providers[1].pays = WB_PAYS_LOAN;
    model->phases[0].pd[1] = 0.0;
    result = solved(model, NULL);
    assert_int_equal(wb_money_cents(&wb_exact_find(result, "loss_mean", "", NULL)->amount), 10000);
    wb_exact_result_free(result);
    wb_model_free(model);
}

static bool stop(uint64_t done, uint64_t total, void *context)
{
    (void)total, (void)context;
    return done < 3;
}

static void test_progress_can_stop_it(void **state)
{
    (void)state;
    const wb_exact_options options = {.progress = stop};
    wb_model *model = sim_static_random(7, PROVIDERS, SIM_STATIC_NATIONAL);
    refused(model, &options, WB_E_INTERRUPTED, "interrupted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_region_is_a_segment_by_another_name),
        cmocka_unit_test(test_a_coarse_lattice_says_how_much_it_matters),
        cmocka_unit_test(test_a_finer_lattice_that_divides_changes_no_figure),
        cmocka_unit_test(test_simulations_with_both_kernels_agree),
        cmocka_unit_test(test_contributions_add_up_before_any_rounding),
        cmocka_unit_test(test_what_is_outside_is_named_with_the_way_out),
        cmocka_unit_test(test_what_cannot_matter_is_not_refused),
        cmocka_unit_test(test_progress_can_stop_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
