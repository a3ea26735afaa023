/*
 * goal: the sized contribution, obligo and backstop are what they are defined to be, and right.
 * method: the least amount of every path by plain bisection on the reference kernel, sorted and
 *         ranked here, on random models; the exact answer of a fund over ten years by dynamic
 *         programming in rationals; of one year by listing all outcomes.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "sim/size.h"
#include "tests/sim_models.h"
#include "waarborg/rate.h"
#include "waarborg/sim_lever.h"

#define PLENTY ((wb_wide)1 << 56)
#define NONE ((wb_wide)1 << 100)

/* Another amount, in the model itself: the reference for what the search does with copies. */
static void set_lever(wb_model *model, const wb_lever_question *question, wb_wide value)
{
    if (question->lever == WB_LEVER_CONTRIBUTION) {
        wb_wide_set(model->contributions[question->line].amount.cents, value);
    } else if (question->lever == WB_LEVER_OBLIGO) {
        wb_wide_set(model->obligo_cap.cents, value);
    } else {
        for (uint32_t t = 0; t < model->step_count; t++) {
            if (model->backstop_stressed != NULL && model->backstop_stressed[t]) continue;
            model->backstop_unlimited[t] = false;
            wb_wide_set(model->backstop_limit[t].cents, value);
        }
    }
}

static bool happens(const wb_model *model, uint64_t path, const wb_lever_question *question)
{
    wb_plan *plan = NULL;
    wb_path_result result;
    assert_int_equal(wb_plan_new(&plan, model, NULL), WB_OK);
    assert_true(wb_path_result_init(&result, model));
    assert_int_equal(wb_kernel_gmp_path(plan, path, NULL, &result, NULL, NULL), WB_OK);
    const bool yes = result.event[question->event] != WB_NONE &&
                     result.event[question->event] < question->years * model->steps_per_year;
    wb_path_result_clear(&result);
    wb_plan_free(plan);
    return yes;
}

static bool happens_with(wb_model *model, uint64_t path, const wb_lever_question *question,
                         wb_wide value)
{
    set_lever(model, question, value);
    return happens(model, path, question);
}

static wb_wide least(wb_model *model, uint64_t path, const wb_lever_question *question,
                     wb_wide unit)
{
    if (!happens_with(model, path, question, 0)) return 0;
    if (happens_with(model, path, question, PLENTY / unit * unit)) return NONE;
    wb_wide low = 0;
    wb_wide high = PLENTY / unit;
    while (high - low > 1) {
        const wb_wide middle = (low + high) / 2;
        if (happens_with(model, path, question, middle * unit))
            low = middle;
        else
            high = middle;
    }
    return high * unit;
}

static int compare(const void *a, const void *b)
{
    const wb_wide x = *(const wb_wide *)a;
    const wb_wide y = *(const wb_wide *)b;
    return (x > y) - (x < y);
}

static void assert_rank(bool exists, const wb_money *amount, const wb_wide *sorted, uint64_t rank)
{
    const bool expected = rank != 0 && sorted[rank - 1] != NONE;
    assert_int_equal(exists, expected);
    if (expected) assert_true(wb_wide_get(amount->cents) == sorted[rank - 1]);
}

static wb_lever_size size_of(const wb_model *model, const wb_lever_question *question,
                             uint32_t threads)
{
    wb_lever_size size;
    wb_lever_size_init(&size);
    const wb_sim_options options = {.threads = threads};
    assert_int_equal(wb_sim_size_lever(&size, model, question, &options, NULL), WB_OK);
    return size;
}

static void test_the_amount_is_the_order_statistic_of_every_paths_least_amount(void **state)
{
    (void)state;
    size_t some = 0, none = 0, nothing = 0;
    wb_rate target;
    wb_rate_init(&target);
    for (uint64_t seed = 300; seed < (WB_SANITIZED ? 312 : 360); seed++) {
        wb_model *model = sim_model_random(seed, SIM_SCALE_SMALL);
        model->paths = 90;
        wb_rate_set_ratio(&target, 1 + (int64_t)(seed % 3) * 6, 60);
        wb_lever_question question = {.lever = (wb_lever)(1 + seed % 3),
                                      .event = (wb_event)(seed / 3 % WB_EVENT_COUNT),
                                      .target = &target,
                                      .years = seed % 2 == 0 ? 1 : model->years};
        const bool possible = wb_lever_find(&question, model, NULL, NULL) == WB_OK;
        if (question.lever == WB_LEVER_BACKSTOP && !model->has_backstop) {
            sim_set_backstop(model, 0);
        }
        if (question.lever == WB_LEVER_BACKSTOP && seed % 2 == 0) {
            /* a stress sets the limit in some steps, which stay as they are */
            model->backstop_stressed = calloc(model->step_count, sizeof(bool));
            for (uint32_t t = 0; t < model->step_count; t++)
                model->backstop_stressed[t] = t % 3 == 1;
        }
        if (possible && model->arrears_count == 0) {
            wb_lever_size size = size_of(model, &question, 1 + (uint32_t)(seed % 3));
            const wb_contribution *line = &model->contributions[question.line];
            const bool parts = question.lever == WB_LEVER_CONTRIBUTION && !line->start_of_year;
            wb_wide *sorted = malloc(model->paths * sizeof *sorted);
            for (uint64_t p = 0; p < model->paths; p++)
                sorted[p] = least(model, p, &question, parts ? model->steps_per_year : 1);
            qsort(sorted, model->paths, sizeof *sorted, compare);
            const wb_size_ranks ranks = wb_size_ranks_of(&target, model->paths);
            assert_rank(size.size.exists, &size.size.amount, sorted, ranks.quantile.at);
            assert_rank(size.size.low_exists, &size.size.low, sorted, ranks.quantile.low);
            assert_rank(size.size.high_exists, &size.size.high, sorted, ranks.quantile.high);
            assert_rank(size.size.sure_exists, &size.size.amount_sure, sorted, ranks.sure);
            const bool zero = size.size.exists && wb_money_sign(&size.size.amount) == 0;
            assert_int_equal(size.size.reason[0] != 0, !size.size.exists || zero);
            some += size.size.exists && !zero;
            none += !size.size.exists;
            nothing += zero;
            free(sorted);
            wb_lever_size_clear(&size);
        }
        wb_model_free(model);
    }
    wb_rate_clear(&target);
    assert_true(WB_SANITIZED || (some >= 5 && none >= 5 && nothing >= 5));
}

/* ---- a fund in the manner of ruin theory ---- */

enum { MEMBERS = 12, YEARS = 10, LOSS = 4000000, OPENING = 5000000 };

/* out = P(ruin within YEARS) with a contribution of `yearly` cents: `alive` holds the probability
 * of j losses so far without ruin. Each year: contribution, then Binomial(MEMBERS, 2 %) losses. */
static void ruin_exactly(mpq_t out, int64_t yearly)
{
    enum { STATES = MEMBERS * YEARS + 1 };
    mpq_t alive[STATES], next[STATES], binomial[MEMBERS + 1], term;
    mpq_init(term);
    for (size_t j = 0; j < STATES; j++) {
        mpq_init(alive[j]);
        mpq_init(next[j]);
    }
    for (unsigned long k = 0; k <= MEMBERS; k++) {
        mpq_init(binomial[k]); /* C(n,k) 49^(n-k) / 50^n */
        mpz_bin_uiui(mpq_numref(binomial[k]), MEMBERS, k);
        mpz_ui_pow_ui(mpq_denref(term), 49, MEMBERS - k);
        mpz_mul(mpq_numref(binomial[k]), mpq_numref(binomial[k]), mpq_denref(term));
        mpz_ui_pow_ui(mpq_denref(binomial[k]), 50, MEMBERS);
        mpz_set_ui(mpq_denref(term), 1);
        mpq_canonicalize(binomial[k]);
    }
    mpq_set_ui(alive[0], 1, 1);
    for (int year = 1; year <= YEARS; year++) {
        for (size_t j = 0; j < STATES; j++)
            mpq_set_ui(next[j], 0, 1);
        for (size_t j = 0; j < STATES; j++) {
            for (size_t k = 0; k <= MEMBERS && mpq_sgn(alive[j]) > 0 && j + k < STATES; k++) {
                if (OPENING + yearly * year < (int64_t)(j + k) * LOSS) break;
                mpq_mul(term, alive[j], binomial[k]);
                mpq_add(next[j + k], next[j + k], term);
            }
        }
        for (size_t j = 0; j < STATES; j++)
            mpq_swap(alive[j], next[j]);
    }
    mpq_set_ui(out, 1, 1);
    for (size_t j = 0; j < STATES; j++) {
        mpq_sub(out, out, alive[j]);
        mpq_clear(alive[j]);
        mpq_clear(next[j]);
    }
    for (size_t k = 0; k <= MEMBERS; k++)
        mpq_clear(binomial[k]);
    mpq_clear(term);
}

static int64_t contribution_exactly(const wb_rate *target)
{
    int64_t low = -1;
    int64_t high = (int64_t)MEMBERS * LOSS;
    mpq_t chance;
    mpq_init(chance);
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        ruin_exactly(chance, middle);
        if (mpq_cmp(chance, target->ratio) > 0)
            low = middle;
        else
            high = middle;
    }
    mpq_clear(chance);
    return high;
}

static void test_the_contribution_that_keeps_a_fund_from_ruin_is_the_exact_one(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(YEARS, 1, MEMBERS);
    model->replace = true;
    model->seed = 5;
    model->paths = WB_SANITIZED ? 4000 : 40000;
    sim_set(&model->opening.cash, OPENING);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        sim_set(&model->providers[i].amount, LOSS);
        model->phases[0].pd[i] = 0.02;
    }
    const uint32_t group = sim_add_group(model, "members");
    (void)sim_add_contribution(model, WB_CONTRIBUTES_AMOUNT, group, 1);
    wb_rate target;
    wb_rate_init(&target);
    for (int64_t per_mille = 10; per_mille <= (WB_SANITIZED ? 10 : 200); per_mille += 95) {
        wb_rate_set_ratio(&target, per_mille, 1000);
        wb_lever_question question = {.lever = WB_LEVER_CONTRIBUTION,
                                      .event = WB_EVENT_RUIN,
                                      .target = &target,
                                      .years = YEARS};
        assert_int_equal(wb_lever_find(&question, model, "members", NULL), WB_OK);
        wb_lever_size size = size_of(model, &question, 2);
        const int64_t exact = contribution_exactly(&target);
        assert_string_equal(size.group, "members");
        assert_true(wb_money_cents(&size.size.low) <= exact);
        assert_true(wb_money_cents(&size.size.high) >= exact);
        /* and the interval says something */
        assert_true(wb_money_cents(&size.size.high) * 4 < wb_money_cents(&size.size.low) * 5);
        wb_lever_size_clear(&size);
    }
    wb_rate_clear(&target);
    wb_model_free(model);
}

/* ---- one year ---- */

/* Least amount beyond `free` with P(loss > free + amount) at most the target: all outcomes. */
static int64_t last_layer_exactly(const int64_t *losses, const double *chances, int count,
                                  int64_t free_amount, double target)
{
    int64_t best = INT64_MAX;
    for (int candidate = 0; candidate < 1 << count; candidate++) {
        int64_t amount = -free_amount;
        double beyond = 0;
        for (int i = 0; i < count; i++)
            amount += (candidate >> i & 1) != 0 ? losses[i] : 0;
        if (amount < 0) amount = 0;
        for (int outcome = 0; outcome < 1 << count; outcome++) {
            double chance = 1;
            int64_t loss = 0;
            for (int i = 0; i < count; i++) {
                const bool falls = (outcome >> i & 1) != 0;
                chance *= falls ? chances[i] : 1 - chances[i];
                loss += falls ? losses[i] : 0;
            }
            if (loss > free_amount + amount) beyond += chance;
        }
        if (beyond <= target && amount < best) best = amount;
    }
    return best;
}

static void test_obligo_and_backstop_of_one_year_are_the_exact_ones(void **state)
{
    (void)state;
    static const int64_t losses[] = {100007, 250000, 400001, 777700};
    static const double chances[] = {0.3, 0.2, 0.1, 0.05};
    wb_model *model = sim_model_new(1, 1, 4);
    model->paths = 20000;
    model->seed = 9;
    for (uint32_t i = 0; i < 4; i++) {
        sim_set(&model->providers[i].amount, losses[i]);
        model->phases[0].pd[i] = chances[i];
    }
    sim_set(&model->opening.cash, 50000);
    model->levy_group = model->obligo_group = sim_add_group(model, "municipalities");
    model->has_levy = model->has_obligo = true;
    sim_set(&model->levy_cap, 30000);
    sim_set(&model->obligo_cap, 20000);
    sim_set_backstop(model, 0);
    wb_rate target;
    wb_rate_init(&target);
    /* well between the chances that a loss is larger than one that can be */
    static const int64_t per_mille[] = {10, 80, 250};
    for (size_t i = 0; i < COUNT(per_mille); i++) {
        wb_rate_set_ratio(&target, per_mille[i], 1000);
        wb_lever_question question = {
            .event = WB_EVENT_RUIN, .target = &target, .years = 1, .lever = WB_LEVER_OBLIGO};
        wb_lever_size size = size_of(model, &question, 1);
        const double wanted = (double)per_mille[i] / 1000;
        assert_int_equal(wb_money_cents(&size.size.amount),
                         last_layer_exactly(losses, chances, 4, 80000, wanted));
        assert_int_equal(wb_money_cents(&size.present), 20000);
        wb_lever_size_clear(&size);
        question.lever = WB_LEVER_BACKSTOP;
        size = size_of(model, &question, 1);
        assert_int_equal(wb_money_cents(&size.size.amount),
                         last_layer_exactly(losses, chances, 4, 100000, wanted));
        assert_int_equal(wb_money_cents(&size.present), 0);
        wb_lever_size_clear(&size);
    }
    wb_rate_clear(&target);
    wb_model_free(model);
}

static void test_a_lever_that_comes_too_late_for_an_event_says_so(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 1);
    sim_set(&model->providers[0].amount, 100000);
    model->phases[0].pd[0] = 0.5;
    model->paths = 100;
    model->obligo_group = sim_add_group(model, "municipalities");
    model->has_obligo = true;
    sim_set_backstop(model, -1);
    wb_rate target;
    wb_rate_init(&target);
    wb_rate_set_ratio(&target, 1, 100);
    wb_lever_question question = {
        .event = WB_EVENT_CAPITAL_USED, .target = &target, .years = 1, .lever = WB_LEVER_OBLIGO};
    wb_lever_size size = size_of(model, &question, 1);
    assert_false(size.size.exists);
    assert_non_null(strstr(size.size.reason, "as soon as the obligo is needed"));
    wb_lever_size_clear(&size);
    question.lever = WB_LEVER_BACKSTOP;
    size = size_of(model, &question, 1);
    assert_false(size.size.exists || size.present_exists);
    assert_non_null(strstr(size.size.reason, "as soon as the backstop is needed"));
    wb_lever_size_clear(&size);
    question.lever = WB_LEVER_CONTRIBUTION;
    wb_error err;
    assert_int_equal(wb_lever_find(&question, model, NULL, &err), WB_E_REFERENCE);
    assert_int_equal(wb_lever_find(&question, model, "state", &err), WB_E_REFERENCE);
    assert_non_null(strstr(err.message, "'state'"));
    wb_rate_clear(&target);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_amount_is_the_order_statistic_of_every_paths_least_amount),
        cmocka_unit_test(test_the_contribution_that_keeps_a_fund_from_ruin_is_the_exact_one),
        cmocka_unit_test(test_obligo_and_backstop_of_one_year_are_the_exact_ones),
        cmocka_unit_test(test_a_lever_that_comes_too_late_for_an_event_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
