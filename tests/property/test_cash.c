/*
 * Goal: more opening cash never brings an event forward, on any path of any model: what sizing by
 * bisection rests on (docs/model.md, "Sizing the opening cash").
 * Method: random models of every feature; each path walked with five amounts of cash, from nothing
 * to more than can be asked; the first steps of all events compared. WAARBORG_DEEP=yes runs ten
 * times as many.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "tests/sim_models.h"

enum { MODELS = 300, PATHS = 8, AMOUNTS = 5 };

/* Shares of the largest amount: the cash that matters is a small part of what the bound allows. */
static const unsigned long shares[AMOUNTS] = {0, 1000000, 10000, 200, 1};

static uint64_t compare_path(wb_worker *worker, uint64_t path, const wb_money *largest,
                             uint32_t step_count)
{
    uint32_t before[WB_EVENT_COUNT] = {0};
    uint64_t moved = 0;
    wb_money cash;
    wb_error err;
    wb_money_init(&cash);
    for (size_t i = 0; i < AMOUNTS; i++) {
        const wb_path_result *result = NULL;
        if (shares[i] > 0) mpz_fdiv_q_ui(cash.cents, largest->cents, shares[i]);
        const wb_walk_options options = {
            .cash = &cash, .step_end = step_count, .stop_at = WB_EVENT_COUNT};
        assert_int_equal(wb_worker_path(worker, path, &options, &result, NULL, &err), WB_OK);
        for (size_t e = 0; e < WB_EVENT_COUNT; e++) {
            assert_true(i == 0 || result->event[e] >= before[e]);
            moved += i > 0 && result->event[e] > before[e];
            before[e] = result->event[e];
        }
    }
    wb_money_clear(&cash);
    return moved;
}

static void test_more_cash_never_brings_an_event_forward(void **state)
{
    (void)state;
    const char *deep = getenv("WAARBORG_DEEP");
    const uint64_t models = deep != NULL && strcmp(deep, "yes") == 0 ? 10 * MODELS : MODELS;
    uint64_t moved = 0;
    wb_money zero;
    wb_money largest;
    wb_money_init(&zero);
    wb_money_init(&largest);
    for (uint64_t seed = 1; seed <= models; seed++) {
        wb_model *model = sim_model_random_full(seed, seed % 2 ? SIM_SCALE_SMALL : SIM_SCALE_REAL);
        wb_prepared *prepared = NULL;
        wb_error err;
        wb_model_bound(&largest, model, &zero);
        assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_AUTO, &largest, &err), WB_OK);
        wb_worker *worker = wb_worker_new(prepared);
        assert_non_null(worker);
        for (uint64_t path = 0; path < PATHS; path++)
            moved += compare_path(worker, path, &largest, model->step_count);
        wb_worker_free(worker);
        wb_prepared_free(prepared);
        wb_model_free(model);
    }
    assert_true(moved > models); /* the cash mattered */
    wb_money_clear(&zero);
    wb_money_clear(&largest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_more_cash_never_brings_an_event_forward)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
