/* Goal: money is conserved on every path and step, and the bound is one.
 * Method: random models that use every rule; the books of each step recomputed from its record. */
#include "test.h"

#include <stdlib.h>

#include "sim/path.h"
#include "sim_models.h"

/* One path of a model, with its records. */
typedef struct run {
    wb_model *model;
    wb_path_result result;
    wb_step_record *steps;
} run;

static void run_path(run *r, wb_model *model, uint64_t path)
{
    wb_error err = {0};
    wb_plan *plan = NULL;
    r->model = model;
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    assert_int_equal(wb_plan_new(&plan, model, &err), WB_OK);
    assert_true(wb_path_result_init(&r->result, model));
    r->steps = calloc(model->step_count, sizeof *r->steps);
    assert_non_null(r->steps);
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_step_record_init(&r->steps[t]);
    assert_int_equal(wb_kernel_gmp_path(plan, path, NULL, &r->result, r->steps, &err), WB_OK);
    wb_plan_free(plan);
}

static void run_clear(run *r)
{
    for (uint32_t t = 0; t < r->model->step_count; t++)
        wb_step_record_clear(&r->steps[t]);
    free(r->steps);
    wb_path_result_clear(&r->result);
    wb_model_free(r->model);
}

static void add_signed(mpz_t sum, const wb_money *amount, int sign)
{
    if (sign > 0)
        mpz_add(sum, sum, amount->cents);
    else
        mpz_sub(sum, sum, amount->cents);
}

/* The books of every step, recomputed from the records alone. */
static void assert_conserved(const run *r)
{
    const wb_model *model = r->model;
    mpz_t cash, debt, need, most, loss;
    mpz_inits(cash, debt, need, most, loss, NULL);
    mpz_set(cash, model->opening.cash.cents);
    mpz_set(debt, model->opening.backstop_debt.cents);
    for (uint32_t t = 0; t < model->step_count; t++) {
        const wb_step_record *s = &r->steps[t];
        const bool stopped =
            model->ruin_absorbs && r->result.event[WB_EVENT_RUIN] < t; /* empty records */
        if (stopped) {
            assert_int_equal(mpz_sgn(s->opening.cents), 0);
            assert_int_equal(mpz_sgn(s->closing.cents), 0);
            continue;
        }
        assert_int_equal(mpz_cmp(s->opening.cents, cash), 0);
        const wb_money *const in[] = {&s->interest,  &s->contributions, &s->repaid, &s->levy,
                                      &s->recovered, &s->loan_interest, &s->obligo, &s->backstop};
        const wb_money *const out[] = {&s->costs, &s->support_paid, &s->backstop_repaid,
                                       &s->refunded};
        for (size_t i = 0; i < COUNT(in); i++) {
            assert_true(wb_money_sign(in[i]) >= 0);
            add_signed(cash, in[i], 1);
        }
        for (size_t i = 0; i < COUNT(out); i++) {
            assert_true(wb_money_sign(out[i]) >= 0);
            add_signed(cash, out[i], -1);
        }
        assert_int_equal(mpz_cmp(s->closing.cents, cash), 0);
        add_signed(debt, &s->backstop, 1);
        add_signed(debt, &s->backstop_repaid, -1);
        assert_int_equal(mpz_cmp(s->backstop_debt.cents, debt), 0);
        add_signed(need, &s->support_paid, 1);
        add_signed(need, &s->repaid, -1);
        add_signed(need, &s->recovered, -1);
        if (mpz_cmp(need, most) > 0) mpz_set(most, need);
        add_signed(loss, &s->loss, 1);
    }
    assert_true(wb_wide_get(most) == r->result.need);
    assert_true(wb_wide_get(loss) == r->result.loss);
    mpz_clears(cash, debt, need, most, loss, NULL);
}

/* Sums by year are those of the records, events nest, and the bound is one. */
static void assert_laws(const run *r)
{
    const wb_model *model = r->model;
    wb_money bound;
    wb_money_init(&bound);
    wb_model_bound(&bound, model, NULL);
    for (uint32_t y = 0; y < model->years; y++) {
        mpz_t sums[5];
        for (size_t i = 0; i < COUNT(sums); i++)
            mpz_init(sums[i]);
        uint64_t cases = 0;
        for (uint32_t t = y * model->steps_per_year; t < (y + 1) * model->steps_per_year; t++) {
            const wb_step_record *s = &r->steps[t];
            add_signed(sums[0], &s->loss, 1);
            add_signed(sums[1], &s->levy, 1);
            add_signed(sums[2], &s->obligo, 1);
            add_signed(sums[3], &s->backstop, 1);
            add_signed(sums[4], &s->contributions, 1);
            cases += s->supported;
            assert_true(mpz_cmpabs(s->closing.cents, bound.cents) <= 0);
            assert_true(mpz_cmpabs(s->backstop_debt.cents, bound.cents) <= 0);
        }
        wb_wide received = 0;
        for (uint32_t g = 0; g < model->group_count; g++)
            received += r->result.contribution[g * model->years + y];
        assert_true(wb_wide_get(sums[0]) == r->result.loss_by_year[y]);
        assert_true(wb_wide_get(sums[1]) == r->result.levy[y]);
        assert_true(wb_wide_get(sums[2]) == r->result.obligo[y]);
        assert_true(wb_wide_get(sums[3]) == r->result.backstop[y]);
        assert_true(wb_wide_get(sums[4]) == received);
        assert_int_equal(cases, r->result.cases[y]);
        if (model->has_levy) assert_true(mpz_cmp(sums[1], model->levy_cap.cents) <= 0);
        for (size_t i = 0; i < COUNT(sums); i++)
            mpz_clear(sums[i]);
    }
    for (size_t e = 1; e < WB_EVENT_COUNT; e++) {
        if (r->result.event[e] == WB_NONE) continue;
        assert_true(r->result.event[e - 1] <= r->result.event[e]);
    }
    mpz_t loss;
    mpz_init(loss);
    wb_wide_set(loss, r->result.loss);
    assert_true(mpz_cmp(loss, bound.cents) <= 0);
    wb_wide_set(loss, r->result.need);
    assert_true(mpz_cmp(loss, bound.cents) <= 0);
    wb_wide cost = 0;
    for (uint32_t p = 0; p < r->result.parties; p++) {
        cost += r->result.party_cost[p];
        wb_wide_set(loss, r->result.party_cost[p]);
        assert_true(mpz_cmpabs(loss, bound.cents) <= 0);
    }
    if (r->result.parties > 0) assert_true(cost == r->result.cost);
    wb_wide_set(loss, r->result.cost);
    assert_true(mpz_cmpabs(loss, bound.cents) <= 0);
    mpz_clear(loss);
    wb_money_clear(&bound);
}

static void test_money_is_conserved_on_random_models(void **state)
{
    (void)state;
    uint64_t seen[7] = {0}; /* the generator must reach every rule */
    for (uint64_t seed = 0; seed < 800; seed++) {
        run r;
        run_path(&r, sim_model_random_full(seed, (sim_scale)(seed % 4)), seed % 3);
        assert_conserved(&r);
        assert_laws(&r);
        for (uint32_t t = 0; t < r.model->step_count; t++) {
            const wb_step_record *s = &r.steps[t];
            seen[0] += s->infected;
            seen[1] += s->cured;
            seen[2] += s->converted;
            seen[3] += s->extended;
            seen[4] += wb_money_sign(&s->recovered) > 0;
            seen[5] += wb_money_sign(&s->backstop_repaid) > 0;
            seen[6] += wb_money_sign(&s->refunded) > 0;
        }
        run_clear(&r);
    }
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i] > 20);
}

static void test_random_models_lie_on_both_sides_of_the_int64_proof(void **state)
{
    (void)state;
    uint32_t edge = 0;
    wb_money bound;
    wb_money_init(&bound);
    for (uint64_t seed = 0; seed < 200; seed++) {
        wb_model *model = sim_model_random(seed, SIM_SCALE_EDGE);
        wb_model_bound(&bound, model, NULL);
        edge += mpz_sizeinbase(bound.cents, 2) == 62;
        wb_model_free(model);
        model = sim_model_random(seed, SIM_SCALE_BEYOND);
        wb_model_bound(&bound, model, NULL);
        assert_true(mpz_sizeinbase(bound.cents, 2) > 63);
        wb_model_free(model);
    }
    assert_true(edge > 190);
    wb_money_clear(&bound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_is_conserved_on_random_models),
        cmocka_unit_test(test_random_models_lie_on_both_sides_of_the_int64_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
