/*
 * goal: every kernel gives the same bytes as the reference kernel, on every path and step.
 * method: random models that together use every rule, amounts up to the int64 bound; results and
 *         traces of the portable, AVX2 and AVX-512 kernels compared with those of the GMP kernel;
 *         and every rule taken away from models that have it, which must change their results.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "tests/sim_models.h"

enum { MODELS = 1200, PATHS = 20 };

static wb_step_record *records_new(uint32_t count)
{
    wb_step_record *records = malloc((count + 1) * sizeof *records);
    assert_non_null(records);
    for (uint32_t t = 0; t < count; t++)
        wb_step_record_init(&records[t]);
    return records;
}

static void records_free(wb_step_record *records, uint32_t count)
{
    for (uint32_t t = 0; t < count; t++)
        wb_step_record_clear(&records[t]);
    free(records);
}

static void assert_same_result(const wb_path_result *a, const wb_path_result *b)
{
    const size_t years = a->years;
    assert_true(a->loss == b->loss);
    assert_true(a->need == b->need);
    assert_memory_equal(a->event, b->event, sizeof a->event);
    assert_memory_equal(a->loss_by_year, b->loss_by_year, years * sizeof(wb_wide));
    assert_memory_equal(a->fund, b->fund, years * sizeof(wb_wide));
    assert_memory_equal(a->levy, b->levy, years * sizeof(wb_wide));
    assert_memory_equal(a->obligo, b->obligo, years * sizeof(wb_wide));
    assert_memory_equal(a->backstop, b->backstop, years * sizeof(wb_wide));
    assert_memory_equal(a->contribution, b->contribution, a->groups * years * sizeof(wb_wide));
    assert_memory_equal(a->cases, b->cases, years * sizeof(uint64_t));
    assert_memory_equal(a->failures, b->failures, years * sizeof(uint64_t));
    assert_memory_equal(a->silent_defaults, b->silent_defaults, years * sizeof(uint64_t));
    assert_memory_equal(a->young_people, b->young_people, years * sizeof(uint64_t));
    assert_true(a->cost == b->cost);
    assert_int_equal(a->party_cost == NULL, b->party_cost == NULL);
    if (a->party_cost != NULL) {
        assert_memory_equal(a->party_cost, b->party_cost, a->parties * sizeof(wb_wide));
    }
    assert_memory_equal(a->provider_loss, b->provider_loss, a->providers * sizeof(wb_wide));
}

#define SAME(field) assert_int_equal(wb_money_compare(&a->field, &b->field), 0)

static void assert_same_record(const wb_step_record *a, const wb_step_record *b)
{
    SAME(opening);
    SAME(interest);
    SAME(contributions);
    SAME(costs);
    SAME(repaid);
    SAME(recovered);
    SAME(loan_interest);
    SAME(support_paid);
    SAME(levy);
    SAME(obligo);
    SAME(backstop);
    SAME(unmet);
    SAME(backstop_repaid);
    SAME(refunded);
    SAME(closing);
    SAME(loss);
    SAME(backstop_debt);
    assert_int_equal(a->primaries, b->primaries);
    assert_int_equal(a->infected, b->infected);
    assert_int_equal(a->supported, b->supported);
    assert_int_equal(a->failed, b->failed);
    assert_int_equal(a->cured, b->cured);
    assert_int_equal(a->converted, b->converted);
    assert_int_equal(a->extended, b->extended);
}

/* What the models brought about, so that a generator gone quiet does not pass unseen. */
typedef struct coverage {
    uint64_t infected, extended, converted, cured, ruined, refunded, repaid_backstop, recovered;
    uint64_t cost, party_cost; /* that are not 0 */
} coverage;

static void cover(coverage *seen, const wb_step_record *records, uint32_t count)
{
    for (uint32_t t = 0; t < count; t++) {
        seen->infected += records[t].infected;
        seen->extended += records[t].extended;
        seen->converted += records[t].converted;
        seen->cured += records[t].cured;
        seen->ruined += wb_money_sign(&records[t].unmet) > 0;
        seen->refunded += wb_money_sign(&records[t].refunded) > 0;
        seen->repaid_backstop += wb_money_sign(&records[t].backstop_repaid) > 0;
        seen->recovered += wb_money_sign(&records[t].recovered) > 0;
    }
}

static void cover_costs(coverage *seen, const wb_path_result *result)
{
    seen->cost += result->cost != 0;
    for (uint32_t i = 0; i < result->parties; i++)
        seen->party_cost += result->party_cost[i] != 0;
}

static void compare_model(const wb_model *model, wb_kernel kernel, uint64_t path_first,
                          coverage *seen)
{
    wb_prepared *exact = NULL;
    wb_prepared *fast = NULL;
    assert_int_equal(wb_prepared_new(&exact, model, WB_KERNEL_GMP, NULL, NULL), WB_OK);
    assert_int_equal(wb_prepared_new(&fast, model, kernel, NULL, NULL), WB_OK);
    wb_worker *exact_worker = wb_worker_new(exact);
    wb_worker *fast_worker = wb_worker_new(fast);
    assert_true(wb_worker_keep_losses(exact_worker) && wb_worker_keep_losses(fast_worker));
    wb_step_record *expected = records_new(model->step_count);
    wb_step_record *given = records_new(model->step_count);
    for (uint64_t path = path_first; path < path_first + PATHS; path++) {
        const wb_path_result *a = NULL;
        const wb_path_result *b = NULL;
        assert_int_equal(wb_worker_path(exact_worker, path, NULL, &a, expected, NULL), WB_OK);
        assert_int_equal(wb_worker_path(fast_worker, path, NULL, &b, given, NULL), WB_OK);
        for (uint32_t t = 0; t < model->step_count; t++) {
            assert_same_record(&expected[t], &given[t]);
        }
        assert_same_result(a, b);
        cover(seen, expected, model->step_count);
        cover_costs(seen, a);
    }
    records_free(expected, model->step_count);
    records_free(given, model->step_count);
    wb_worker_free(exact_worker);
    wb_worker_free(fast_worker);
    wb_prepared_free(exact);
    wb_prepared_free(fast);
}

static void compare_all(wb_kernel kernel)
{
    wb_model *probe = sim_model_new(1, 1, 1);
    wb_prepared *prepared = NULL;
    const wb_code code = wb_prepared_new(&prepared, probe, kernel, NULL, NULL);
    wb_prepared_free(prepared);
    wb_model_free(probe);
    if (code == WB_E_RANGE) {
        print_message("skipped: this processor lacks it\n");
        skip();
    }
    static const sim_scale scales[] = {SIM_SCALE_SMALL, SIM_SCALE_REAL, SIM_SCALE_EDGE};
    coverage seen = {0};
    for (uint64_t seed = 0; seed < MODELS; seed++) {
        wb_model *model = sim_model_random_full(seed, scales[seed % COUNT(scales)]);
        assert_true(wb_model_int64_safe(model, NULL));
        /* paths on both sides of a batch, and beyond 32 bits */
        const uint64_t first = seed % 4 == 0 ? (UINT64_C(1) << 32) - 8 : seed % 16;
        compare_model(model, kernel, first, &seen);
        wb_model_free(model);
    }
    assert_true(seen.infected > 1000);
    assert_true(seen.extended > 1000);
    assert_true(seen.converted > 1000);
    assert_true(seen.cured > 1000);
    assert_true(seen.ruined > 1000);
    assert_true(seen.refunded > 1000);
    assert_true(seen.repaid_backstop > 1000);
    assert_true(seen.recovered > 1000);
    assert_true(seen.cost > 1000);
    assert_true(seen.party_cost > 1000);
}

static void test_the_portable_kernel_equals_the_reference(void **state)
{
    (void)state;
    compare_all(WB_KERNEL_PORTABLE);
}

static void test_the_avx2_kernel_equals_the_reference(void **state)
{
    (void)state;
    compare_all(WB_KERNEL_AVX2);
}

static void test_the_avx512_kernel_equals_the_reference(void **state)
{
    (void)state;
    compare_all(WB_KERNEL_AVX512);
}

static void test_a_model_beyond_the_bound_runs_on_the_reference_only(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        wb_model *model = sim_model_random_full(seed, SIM_SCALE_BEYOND);
        wb_prepared *prepared = NULL;
        wb_error err = {0};
        assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_PORTABLE, NULL, &err),
                         WB_E_RANGE);
        assert_non_null(strstr(err.message, "64 bits"));
        assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_AUTO, NULL, &err), WB_OK);
        assert_int_equal(wb_prepared_kernel(prepared), WB_KERNEL_GMP);
        assert_false(wb_prepared_proved(prepared));
        wb_prepared_free(prepared);
        wb_model_free(model);
    }
}

/* ---- does what is compared happen ---- */

static bool results_differ(const wb_path_result *a, const wb_path_result *b)
{
    const size_t years = a->years;
    bool same = a->loss == b->loss && a->need == b->need && a->cost == b->cost &&
                memcmp(a->event, b->event, sizeof a->event) == 0 &&
                memcmp(a->fund, b->fund, years * sizeof(wb_wide)) == 0 &&
                memcmp(a->contribution, b->contribution, a->groups * years * sizeof(wb_wide)) == 0;
    if (a->party_cost != NULL) {
        same = same && memcmp(a->party_cost, b->party_cost, a->parties * sizeof(wb_wide)) == 0;
    }
    return !same;
}

static bool models_differ(const wb_model *x, const wb_model *y)
{
    const wb_model *const models[] = {x, y};
    wb_prepared *prepared[2] = {NULL, NULL};
    wb_worker *worker[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wb_prepared_new(&prepared[i], models[i], WB_KERNEL_PORTABLE, NULL, NULL),
                         WB_OK);
        worker[i] = wb_worker_new(prepared[i]);
        assert_non_null(worker[i]);
    }
    bool differ = false;
    for (uint64_t path = 0; path < PATHS && !differ; path++) {
        const wb_path_result *result[2] = {NULL, NULL};
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(wb_worker_path(worker[i], path, NULL, &result[i], NULL, NULL), WB_OK);
        differ = results_differ(result[0], result[1]);
    }
    for (size_t i = 0; i < 2; i++) {
        wb_worker_free(worker[i]);
        wb_prepared_free(prepared[i]);
    }
    return differ;
}

/* Every feature must change the outcome of many of the models that have it: of few it would be
 * compared idle above. */
static void test_every_feature_matters_in_the_random_models(void **state)
{
    (void)state;
    for (int f = 0; f < SIM_FEATURES; f++) {
        uint32_t had = 0;
        uint32_t mattered = 0;
        for (uint64_t seed = 0; seed < 400; seed++) {
            wb_model *model = sim_model_random_full(seed, SIM_SCALE_REAL);
            wb_model *without = sim_model_random_full(seed, SIM_SCALE_REAL);
            if (sim_strip(without, (sim_feature)f)) {
                had++;
                mattered += models_differ(model, without) ? 1 : 0;
            }
            wb_model_free(model);
            wb_model_free(without);
        }
        print_message("%s: in %u models, matters in %u\n", sim_feature_name((sim_feature)f), had,
                      mattered);
        assert_true(mattered >= 12);
    }
}

static void test_the_random_models_are_sound(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < MODELS; seed++) {
        wb_model *model = sim_model_random_full(seed, SIM_SCALE_SMALL);
        wb_error err = {0};
        if (wb_model_check(model, &err) != WB_OK) {
            fail_msg("model %llu: %s", (unsigned long long)seed, err.message);
        }
        wb_model_free(model);
    }
}

/* ---- the bound ---- */

/* Opening cash on either side of where its bound passes 2^62. */
static void test_int64_counts_as_safe_below_two_to_the_62(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 1);
    wb_money bound;
    wb_money_init(&bound);
    size_t safe_ones = 0, others = 0;
    for (int64_t cash = INT64_C(1) << 56; cash < INT64_C(1) << 62; cash += INT64_C(1) << 56) {
        sim_set(&model->opening.cash, cash);
        const bool safe = wb_model_int64_safe(model, &bound);
        assert_int_equal(safe, mpz_sizeinbase(bound.cents, 2) <= 62);
        safe_ones += safe;
        others += !safe;
    }
    assert_true(safe_ones > 5 && others > 5);
    wb_money_clear(&bound);
    wb_model_free(model);
}

static void assert_within(const wb_money *bound, const wb_money *amount)
{
    assert_true(mpz_cmpabs(amount->cents, bound->cents) <= 0);
}

/* Every amount of every step, and the sum of each kind over the path. */
static void check_bound(const wb_model *model)
{
    wb_money bound;
    wb_money_init(&bound);
    (void)wb_model_int64_safe(model, &bound);
    wb_step_record *records = records_new(model->step_count);
    for (uint64_t path = 0; path < PATHS; path++) {
        assert_int_equal(wb_sim_path(records, model, path, WB_KERNEL_GMP, NULL), WB_OK);
        enum { KINDS = 15 };
        wb_money sums[KINDS];
        for (size_t k = 0; k < KINDS; k++)
            wb_money_init(&sums[k]);
        for (uint32_t t = 0; t < model->step_count; t++) {
            const wb_step_record *r = &records[t];
            const wb_money *const kinds[KINDS] = {&r->interest,
                                                  &r->contributions,
                                                  &r->costs,
                                                  &r->repaid,
                                                  &r->recovered,
                                                  &r->loan_interest,
                                                  &r->loss,
                                                  &r->support_paid,
                                                  &r->levy,
                                                  &r->obligo,
                                                  &r->backstop,
                                                  &r->unmet,
                                                  &r->backstop_repaid,
                                                  &r->refunded,
                                                  &r->closing};
            for (size_t k = 0; k < KINDS; k++) {
                assert_within(&bound, kinds[k]);
                /* balances, and what is asked again each step, are no flows */
                if (kinds[k] == &r->closing || kinds[k] == &r->unmet) continue;
                wb_money_add(&sums[k], &sums[k], kinds[k]);
                assert_within(&bound, &sums[k]);
            }
            assert_within(&bound, &r->backstop_debt);
        }
        for (size_t k = 0; k < KINDS; k++)
            wb_money_clear(&sums[k]);
    }
    records_free(records, model->step_count);
    wb_money_clear(&bound);
}

static void test_no_amount_of_any_path_exceeds_the_bound(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 150; seed++) {
        wb_model *model = sim_model_random_full(seed, SIM_SCALE_SMALL);
        check_bound(model);
        wb_model_free(model);
    }
}

/* The cap below the floor: what is called to fill the floor is refunded, every step again. */
static void test_the_bound_holds_where_the_floor_drains_into_a_refund(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(20, 1, 1);
    sim_set(&model->floor, 100000);
    sim_set(&model->cap, 0);
    model->has_cap = true;
    sim_set_backstop(model, -1);
    check_bound(model);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_portable_kernel_equals_the_reference),
        cmocka_unit_test(test_the_avx2_kernel_equals_the_reference),
        cmocka_unit_test(test_the_avx512_kernel_equals_the_reference),
        cmocka_unit_test(test_every_feature_matters_in_the_random_models),
        cmocka_unit_test(test_the_random_models_are_sound),
        cmocka_unit_test(test_a_model_beyond_the_bound_runs_on_the_reference_only),
        cmocka_unit_test(test_int64_counts_as_safe_below_two_to_the_62),
        cmocka_unit_test(test_no_amount_of_any_path_exceeds_the_bound),
        cmocka_unit_test(test_the_bound_holds_where_the_floor_drains_into_a_refund),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
