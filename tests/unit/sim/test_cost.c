/* Goal: the figures of what a group with parties bears are those of docs/model.md: divided by
 * weight, or of each party's own column where a stress hits single parties.
 * Method: a small fund run over some hundred paths, against the costs of its paths one by one. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "sim_models.h"

enum { PARTIES = 4, PATHS = 200 };
static const char *const region_of[PARTIES] = {"noord", "zuid", "noord", NULL};
static const int64_t weight_of[PARTIES] = {3, 1, 2, 5};

/* Four municipalities pay 1 000.01 a year and a levy when it fails; a cap refunds. */
static wb_model *with_parties(bool refusals)
{
    wb_model *model = sim_model_new(3, 1, 2);
    model->paths = PATHS;
    model->party_group = sim_add_group(model, "municipalities");
    wb_contribution *rule =
        sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, model->party_group, 100001);
    model->parties = calloc(PARTIES, sizeof *model->parties);
    rule->weights = calloc(PARTIES, sizeof *rule->weights);
    assert_true(model->parties != NULL && rule->weights != NULL);
    model->party_count = PARTIES;
    for (uint32_t p = 0; p < PARTIES; p++) {
        const char id[] = {(char)('a' + p), '\0'};
        wb_paying_party_init(&model->parties[p]);
        model->parties[p].id = strdup(id);
        model->parties[p].index = wb_draw_index(id);
        if (region_of[p] != NULL) model->parties[p].region = strdup(region_of[p]);
        sim_set(&model->parties[p].weight, weight_of[p]);
        wb_money_init(&rule->weights[p]);
        sim_set(&rule->weights[p], weight_of[PARTIES - 1 - p]); /* another key than for calls */
    }
    for (uint32_t i = 0; i < 2; i++) {
        sim_set(&model->providers[i].amount, 150000 + 777 * i);
        model->phases[0].pd[i] = 0.4;
    }
    model->has_levy = true;
    sim_set(&model->levy_cap, 90000);
    model->has_cap = true;
    sim_set(&model->cap, 120000);
    if (!refusals) return model;
    model->arrears = calloc(1, sizeof *model->arrears);
    assert_non_null(model->arrears);
    model->arrears_count = 1;
    wb_arrears_init(&model->arrears[0]);
    model->arrears[0].step_end = 2;
    model->arrears[0].probability = 0.5;
    return model;
}

static wb_sim_result *run_model(const wb_model *model)
{
    wb_error err = {0};
    wb_sim_result *result = NULL;
    if (wb_model_check(model, &err) != WB_OK || wb_sim_run(&result, model, NULL, &err) != WB_OK)
        fail_msg("%s", err.message);
    return result;
}

static const wb_measure *find(const wb_sim_result *result, const char *id, const char *region,
                              const char *party)
{
    for (size_t i = 0; i < result->count; i++) {
        const wb_measure *m = &result->measures[i];
        if (strcmp(m->id, id) != 0) continue;
        if ((region == NULL) != (m->region == NULL) || (party == NULL) != (m->party == NULL)) {
            continue;
        }
        if ((region == NULL || strcmp(m->region, region) == 0) &&
            (party == NULL || strcmp(m->party, party) == 0)) {
            return m;
        }
    }
    print_error("no %s of %s%s\n", id, region != NULL ? region : "", party != NULL ? party : "");
    abort();
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Mean and 95 % quantile of these values are those of the measures. */
static void assert_figures(const wb_sim_result *result, const char *region, const char *party,
                           int64_t values[PATHS])
{
    const wb_measure *mean = find(result, "cost_mean", region, party);
    const wb_measure *most = find(result, "cost_quantile", region, party);
    int64_t sum = 0;
    for (size_t i = 0; i < PATHS; i++)
        sum += values[i];
    qsort(values, PATHS, sizeof *values, ascending);
    /* rounded half away from zero; the sums here are positive */
    assert_true(sum > 0);
    assert_int_equal(wb_money_cents(&mean->amount), (2 * sum + PATHS) / (2 * PATHS));
    assert_int_equal(wb_money_cents(&most->amount), values[190 - 1]);
    assert_string_equal(most->level, "0.95");
    assert_true(wb_money_compare(&mean->amount_low, &mean->amount) <= 0 &&
                wb_money_compare(&mean->amount_high, &mean->amount) >= 0);
}

/* Costs path by path from the reference kernel: of the group, then of each party. */
static void cost_of_paths(int64_t costs[1 + PARTIES][PATHS], const wb_model *model)
{
    wb_prepared *prepared = NULL;
    assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_GMP, NULL, NULL), WB_OK);
    wb_worker *worker = wb_worker_new(prepared);
    assert_non_null(worker);
    for (uint64_t path = 0; path < PATHS; path++) {
        const wb_path_result *result = NULL;
        assert_int_equal(wb_worker_path(worker, path, NULL, &result, NULL, NULL), WB_OK);
        costs[0][path] = (int64_t)result->cost;
        for (uint32_t p = 0; p < PARTIES && result->party_cost != NULL; p++)
            costs[1 + p][path] = (int64_t)result->party_cost[p];
    }
    wb_worker_free(worker);
    wb_prepared_free(prepared);
}

static void test_without_single_payers_the_figures_are_divided_by_weight(void **state)
{
    (void)state;
    static int64_t costs[1 + PARTIES][PATHS];
    wb_model *model = with_parties(false);
    wb_sim_result *result = run_model(model);
    cost_of_paths(costs, model);
    assert_figures(result, NULL, NULL, costs[0]);
    static const char *const ids[] = {"cost_mean", "cost_quantile"};
    for (size_t k = 0; k < 2; k++) {
        const wb_measure *all = find(result, ids[k], NULL, NULL);
        assert_string_equal(all->group, "municipalities");
        int64_t left = wb_money_cents(&all->amount);
        int64_t low = wb_money_cents(&all->amount_low);
        int64_t noord = 0;
        for (uint32_t p = 0; p < PARTIES; p++) {
            const wb_measure *own = find(result, ids[k], NULL, model->parties[p].id);
            const int64_t cents = wb_money_cents(&own->amount);
            left -= cents;
            low -= wb_money_cents(&own->amount_low);
            noord += region_of[p] != NULL && strcmp(region_of[p], "noord") == 0 ? cents : 0;
            /* its weight of 11, to the cent */
            const int64_t share = 11 * cents - weight_of[p] * wb_money_cents(&all->amount);
            assert_true(share > -11 && share < 11);
        }
        assert_int_equal(left, 0);
        assert_int_equal(low, 0);
        assert_int_equal(wb_money_cents(&find(result, ids[k], "noord", NULL)->amount), noord);
        assert_true(wb_money_compare(&find(result, ids[k], "zuid", NULL)->amount,
                                     &find(result, ids[k], NULL, "b")->amount) == 0);
    }
    wb_sim_result_free(result);
    wb_model_free(model);
}

static void test_where_single_parties_are_hit_each_has_its_own_figures(void **state)
{
    (void)state;
    static int64_t costs[1 + PARTIES][PATHS];
    wb_model *model = with_parties(true);
    wb_sim_result *result = run_model(model);
    cost_of_paths(costs, model);
    int64_t noord[PATHS];
    for (size_t i = 0; i < PATHS; i++)
        noord[i] = costs[1][i] + costs[3][i];
    assert_figures(result, "noord", NULL, noord);
    assert_figures(result, NULL, NULL, costs[0]);
    for (uint32_t p = 0; p < PARTIES; p++)
        assert_figures(result, NULL, model->parties[p].id, costs[1 + p]);
    wb_sim_result_free(result);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_single_payers_the_figures_are_divided_by_weight),
        cmocka_unit_test(test_where_single_parties_are_hit_each_has_its_own_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
