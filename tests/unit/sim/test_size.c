/*
 * goal: the sized opening cash is the order statistic of each path's least cash, to the cent.
 * method: the least cash of every path by plain bisection on the reference kernel, sorted and
 *         ranked here; random models with every rule, all four events, several targets.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "tests/sim_models.h"
#include "waarborg/rate.h"

/* More than any model of these scales can need. */
#define PLENTY ((wb_wide)1 << 60)
#define NO_CASH ((wb_wide)1 << 100)

static bool happens(const wb_plan *plan, wb_path_result *result, uint64_t path, wb_wide cash,
                    wb_event event, uint32_t steps)
{
    wb_money opening;
    wb_money_init(&opening);
    wb_wide_set(opening.cents, cash);
    assert_int_equal(wb_kernel_gmp_path(plan, path, &opening, result, NULL, NULL), WB_OK);
    wb_money_clear(&opening);
    return result->event[event] != WB_NONE && result->event[event] < steps;
}

static wb_wide least_cash(const wb_plan *plan, wb_path_result *result, uint64_t path,
                          wb_event event, uint32_t steps)
{
    if (!happens(plan, result, path, 0, event, steps)) return 0;
    if (happens(plan, result, path, PLENTY, event, steps)) return NO_CASH;
    wb_wide low = 0;
    wb_wide high = PLENTY;
    while (high - low > 1) {
        const wb_wide middle = (low + high) / 2;
        if (happens(plan, result, path, middle, event, steps))
            low = middle;
        else
            high = middle;
    }
    return high;
}

static int compare(const void *a, const void *b)
{
    const wb_wide x = *(const wb_wide *)a;
    const wb_wide y = *(const wb_wide *)b;
    return (x > y) - (x < y);
}

static void assert_rank(bool exists, const wb_money *amount, const wb_wide *sorted, int64_t rank,
                        int64_t count)
{
    const bool expected = rank >= 1 && rank <= count && sorted[rank - 1] != NO_CASH;
    assert_int_equal(exists, expected);
    if (expected) assert_true(wb_wide_get(amount->cents) == sorted[rank - 1]);
}

/* Ranks by their definition in double, which is exact enough for hundreds of paths. */
static void check(const wb_sim_size *size, const wb_wide *sorted, int64_t n, double target)
{
    const double at = (1 - target) * (double)n;
    const double s2 = 1.96 * 1.96 * at * target;
    int64_t rank = 0, low = 0, high = 0;
    while ((double)rank < at - 1e-9)
        rank++;
    while ((double)(low + 1) <= at && (at - (double)(low + 1)) * (at - (double)(low + 1)) >= s2)
        low++;
    high = rank;
    while (((double)high - at) * ((double)high - at) < s2)
        high++;
    high++;
    assert_rank(size->exists, &size->amount, sorted, rank, n);
    assert_rank(size->low_exists, &size->low, sorted, low, n);
    assert_rank(size->high_exists, &size->high, sorted, high, n);
    /* Wilson's upper end for c of n at most the target: (c + 2 - t n)... solved by trying */
    int64_t few = -1;
    for (int64_t c = 0; c <= n; c++) {
        /* p + z^2/2n + z sqrt(p(1-p)/n + z^2/4n^2) <= t (1 + z^2/n) */
        const double p = (double)c / (double)n;
        const double z2n = 3.8416 / (double)n;
        const double room = target * (1 + z2n) - p - z2n / 2;
        if (room >= 0 && room * room >= z2n * (p * (1 - p) + z2n / 4)) few = c;
    }
    assert_rank(size->sure_exists, &size->amount_sure, sorted, few < 0 ? 0 : n - few, n);
}

static void test_the_amount_is_the_order_statistic_of_every_paths_least_cash(void **state)
{
    (void)state;
    static const struct {
        int64_t numerator;
        uint64_t denominator;
    } targets[] = {{1, 100}, {5, 100}, {1, 3}, {1, 1000}};
    size_t existing = 0, refused = 0, free_of_charge = 0;
    for (uint64_t seed = 100; seed < 124; seed++) {
        wb_model *model = sim_model_random(seed, seed % 2 == 0 ? SIM_SCALE_REAL : SIM_SCALE_SMALL);
        model->paths = (120 + 31 * (seed % 10)) / (WB_SANITIZED ? 3 : 1);
        const wb_event event = (wb_event)(seed % WB_EVENT_COUNT);
        const uint32_t years = seed % 3 == 0 ? 1 : model->years;
        wb_plan *plan = NULL;
        wb_path_result result;
        assert_int_equal(wb_plan_new(&plan, model, NULL), WB_OK);
        assert_true(wb_path_result_init(&result, model));
        wb_wide *least = malloc(model->paths * sizeof *least);
        for (uint64_t p = 0; p < model->paths; p++) {
            least[p] = least_cash(plan, &result, p, event, years * model->steps_per_year);
        }
        qsort(least, model->paths, sizeof *least, compare);
        for (size_t t = 0; t < COUNT(targets); t++) {
            wb_rate target;
            wb_sim_size size;
            wb_rate_init(&target);
            wb_rate_set_ratio(&target, targets[t].numerator, targets[t].denominator);
            wb_sim_size_init(&size);
            /* the reference kernel walks on after the last year asked for */
            const wb_sim_options options = {.threads = 1 + (uint32_t)t,
                                            .kernel = t == 2 ? WB_KERNEL_GMP : WB_KERNEL_AUTO};
            assert_int_equal(wb_sim_size_cash(&size, model, event, &target, years, &options, NULL),
                             WB_OK);
            check(&size, least, (int64_t)model->paths, wb_rate_double(&target));
            existing += size.exists;
            refused += !size.exists;
            free_of_charge += size.exists && wb_money_sign(&size.amount) == 0;
            assert_int_equal(size.reason[0] != 0, !size.exists || wb_money_sign(&size.amount) == 0);
            wb_sim_size_clear(&size);
            wb_rate_clear(&target);
        }
        free(least);
        wb_path_result_clear(&result);
        wb_plan_free(plan);
        wb_model_free(model);
    }
    assert_true(existing - free_of_charge > 8);
    assert_true(refused > 3);
    assert_true(free_of_charge > 5);
}

/* Enough paths for several rounds of the search: the bracket must change nothing. */
static void test_many_paths_give_the_same_amount_as_a_plain_search(void **state)
{
    (void)state;
    wb_model *model = sim_model_random(102, SIM_SCALE_REAL);
    model->paths = WB_SANITIZED ? 4000 : 20000;
    for (int e = 0; e < WB_EVENT_COUNT; e++) {
        wb_sim_size one, five;
        wb_rate target;
        wb_rate_init(&target);
        wb_rate_set_ratio(&target, 2, 100);
        wb_sim_size_init(&one);
        wb_sim_size_init(&five);
        const wb_sim_options single = {.threads = 1};
        const wb_sim_options many = {.threads = 5, .kernel = WB_KERNEL_PORTABLE};
        assert_int_equal(
            wb_sim_size_cash(&one, model, (wb_event)e, &target, model->years, &single, NULL),
            WB_OK);
        assert_int_equal(
            wb_sim_size_cash(&five, model, (wb_event)e, &target, model->years, &many, NULL), WB_OK);
        assert_int_equal(one.exists, five.exists);
        assert_int_equal(wb_money_compare(&one.amount, &five.amount), 0);
        assert_int_equal(wb_money_compare(&one.amount_sure, &five.amount_sure), 0);
        if (one.exists && wb_money_sign(&one.amount) > 0) {
            /* with that cash the estimate meets the target, with a cent less it does not */
            for (int less = 0; less < 2; less++) {
                wb_money_set_cents(&model->opening.cash, wb_money_cents(&one.amount) - less);
                wb_sim_result *result = NULL;
                assert_int_equal(wb_sim_run(&result, model, NULL, NULL), WB_OK);
                const wb_measure *item =
                    wb_sim_find(result, wb_event_name((wb_event)e), "", model->years);
                assert_int_equal(item->value <= 0.02, less == 0);
                wb_sim_result_free(result);
            }
        }
        wb_sim_size_clear(&one);
        wb_sim_size_clear(&five);
        wb_rate_clear(&target);
    }
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_amount_is_the_order_statistic_of_every_paths_least_cash),
        cmocka_unit_test(test_many_paths_give_the_same_amount_as_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
