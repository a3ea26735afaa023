/* Goal: the events of a path rebuild its cash, debt, loans, losses and contributions to the cent.
 * Method: random models; at each step the sums of the events against the records of the path, which
 * count money another way. */
#include "test.h"

#include <stdlib.h>

#include "sim/path.h"
#include "sim_models.h"

typedef struct books {
    const wb_model *model;
    wb_step_record *steps;
    uint32_t step;
    mpz_t cash, debt, lent;              /* now */
    mpz_t *loans, *losses, *contributed; /* per provider, provider, group */
    uint64_t events[WB_PATH_EVENT_KINDS];
} books;

static mpz_t *numbers(size_t count)
{
    mpz_t *made = calloc(count + 1, sizeof *made);
    assert_non_null(made);
    for (size_t i = 0; i < count; i++)
        mpz_init(made[i]);
    return made;
}

static void numbers_free(mpz_t *made, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mpz_clear(made[i]);
    free(made);
}

static void move(mpz_t sum, const wb_money *amount, int sign)
{
    if (sign > 0) mpz_add(sum, sum, amount->cents);
    if (sign < 0) mpz_sub(sum, sum, amount->cents);
}

/* The end of step b->step: what the events say is what the record says. */
static void assert_step(books *b)
{
    const wb_step_record *r = &b->steps[b->step];
    assert_int_equal(mpz_cmp(b->cash, r->closing.cents), 0);
    assert_int_equal(mpz_cmp(b->debt, r->backstop_debt.cents), 0);
    /* lent in a step = support paid - what came back - what was lost */
    move(b->lent, &r->support_paid, 1);
    move(b->lent, &r->repaid, -1);
    move(b->lent, &r->recovered, -1);
    move(b->lent, &r->loss, -1);
    mpz_t loans;
    mpz_init(loans);
    for (uint32_t i = 0; i < b->model->provider_count; i++) {
        assert_true(mpz_sgn(b->loans[i]) >= 0 || b->model->opening_due != NULL);
        mpz_add(loans, loans, b->loans[i]);
    }
    mpz_add(loans, loans, b->loans[b->model->provider_count]);
    assert_int_equal(mpz_cmp(loans, b->lent), 0);
    mpz_clear(loans);
}

static bool enter(const wb_path_event *event, void *context)
{
    books *b = context;
    for (; b->step < event->step; b->step++)
        assert_step(b);
    assert_int_equal(b->step, event->step);
    const wb_path_effect effect = wb_path_effect_of(event->kind);
    assert_true(wb_money_sign(event->amount) > 0);
    move(b->cash, event->amount, effect.cash);
    move(b->debt, event->amount, effect.debt);
    const uint32_t i =
        event->provider != WB_NONE ? event->provider : b->model->provider_count; /* schedules */
    move(b->loans[i], event->amount, effect.loan);
    move(b->losses[i], event->amount, effect.loss);
    const bool paid =
        event->kind == WB_PATH_CONTRIBUTION || event->kind == WB_PATH_LATE_CONTRIBUTION;
    if (paid) move(b->contributed[event->group], event->amount, 1);
    b->events[event->kind]++;
    return true;
}

static void books_open(books *b, const wb_model *model, uint64_t path, wb_path_result *result)
{
    wb_error err;
    wb_plan *plan = NULL;
    const uint32_t steps = model->step_count;
    b->model = model;
    b->step = 0;
    b->steps = calloc(steps, sizeof *b->steps);
    assert_non_null(b->steps);
    for (uint32_t t = 0; t < steps; t++)
        wb_step_record_init(&b->steps[t]);
    assert_int_equal(wb_plan_new(&plan, model, &err), WB_OK);
    assert_true(wb_path_result_init(result, model) && wb_path_result_keep_losses(result, model));
    assert_int_equal(wb_kernel_gmp_path(plan, path, NULL, result, b->steps, &err), WB_OK);
    wb_plan_free(plan);
    mpz_inits(b->cash, b->debt, b->lent, NULL);
    mpz_set(b->cash, model->opening.cash.cents);
    mpz_set(b->debt, model->opening.backstop_debt.cents);
    b->loans = numbers((size_t)model->provider_count + 1);
    b->losses = numbers((size_t)model->provider_count + 1);
    b->contributed = numbers(model->group_count);
    for (size_t c = 0; c < model->opening.case_count; c++) {
        move(b->loans[model->opening_provider[c]], &model->opening.cases[c].principal, 1);
        move(b->lent, &model->opening.cases[c].principal, 1);
    }
}

static void books_close(books *b)
{
    for (uint32_t t = 0; t < b->model->step_count; t++)
        wb_step_record_clear(&b->steps[t]);
    free(b->steps);
    mpz_clears(b->cash, b->debt, b->lent, NULL);
    numbers_free(b->loans, (size_t)b->model->provider_count + 1);
    numbers_free(b->losses, (size_t)b->model->provider_count + 1);
    numbers_free(b->contributed, b->model->group_count);
}

/* Over the whole path: losses by provider, contributions by group. */
static void assert_path(const books *b, const wb_path_result *result)
{
    wb_wide loss = 0;
    for (uint32_t i = 0; i < b->model->provider_count; i++) {
        assert_true(wb_wide_get(b->losses[i]) == result->provider_loss[i]);
        loss += result->provider_loss[i];
    }
    assert_true(loss == result->loss);
    for (uint32_t g = 0; g < b->model->group_count; g++) {
        wb_wide received = 0;
        for (uint32_t y = 0; y < b->model->years; y++)
            received += result->contribution[g * b->model->years + y];
        assert_true(wb_wide_get(b->contributed[g]) == received);
    }
}

static void test_the_events_of_a_path_rebuild_its_balances(void **state)
{
    (void)state;
    uint64_t seen[WB_PATH_EVENT_KINDS] = {0};
    for (uint64_t seed = 0; seed < 600; seed++) {
        wb_model *model = sim_model_random_full(seed, (sim_scale)(seed % 4));
        books b = {0};
        wb_path_result result;
        wb_error err;
        books_open(&b, model, seed % 3, &result);
        const uint32_t ruined = result.event[WB_EVENT_RUIN];
        assert_int_equal(wb_sim_trace(model, seed % 3, enter, &b, &err), WB_OK);
        const bool stopped = model->ruin_absorbs && ruined != WB_NONE;
        const uint32_t end = stopped ? ruined + 1 : model->step_count;
        for (; b.step < end; b.step++)
            assert_step(&b);
        assert_path(&b, &result);
        for (size_t k = 0; k < WB_PATH_EVENT_KINDS; k++)
            seen[k] += b.events[k];
        books_close(&b);
        wb_path_result_clear(&result);
        wb_model_free(model);
    }
    for (size_t k = 0; k < WB_PATH_EVENT_KINDS; k++) {
        if (seen[k] < 50)
            fail_msg("%s: %u", wb_path_event_kind_name((wb_path_event_kind)k), (unsigned)seen[k]);
    }
}

static bool stop_at_third(const wb_path_event *event, void *context)
{
    uint32_t *seen = context;
    (void)event;
    return ++*seen < 3;
}

static void test_a_path_stops_when_whom_it_is_shown_to_says_so(void **state)
{
    (void)state;
    wb_error err;
    uint32_t seen = 0;
    wb_model *model = sim_model_new(5, 1, 1);
    sim_set(&model->costs, 100);
    assert_int_equal(wb_sim_trace(model, 0, stop_at_third, &seen, &err), WB_E_INTERRUPTED);
    assert_int_equal(seen, 3);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_events_of_a_path_rebuild_its_balances),
        cmocka_unit_test(test_a_path_stops_when_whom_it_is_shown_to_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
