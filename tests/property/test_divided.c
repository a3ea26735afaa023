/*
 * Goal: dividing one provider in two changes nothing for anyone else.
 * Method: random models with factors, months, cases and losses but no contagion and cash for all; a
 * provider of one model is two in another, which have its region, segment and class and together
 * its revenue. Every movement of money of every other provider is the same on every path, to the
 * cent and the step; the parts borrow what they are large. WAARBORG_DEEP=yes runs ten times as
 * many.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim_models.h"
#include "waarborg/numeric.h"
#include "waarborg/sim.h"

enum { MODELS = 40, PATHS = 25, PROVIDERS = 7, EVENTS_ROOM = 4096 };

/* The first provider is the one that differs, so that the places of all others differ too. */
static void fill_provider(wb_model *model, uint32_t i, const char *id, sim_stream *stream,
                          int64_t revenue)
{
    wb_provider *provider = &model->providers[i];
    free(provider->id);
    provider->id = strdup(id);
    provider->index = wb_draw_index(id);
    provider->pays = WB_PAYS_SUPPORT;
    provider->class_ = 0;
    sim_set(&provider->revenue, revenue);
    model->phases[0].pd[i] = 0.05 + 0.01 * (double)sim_below(stream, 30);
    provider->loading_national = 0.4;
    provider->residual = __builtin_sqrt(1.0 - 0.4 * 0.4);
}

static wb_model *model_of(uint64_t seed, bool divided)
{
    sim_stream stream = {.state = seed};
    wb_model *model = sim_model_new(3, 4, divided ? PROVIDERS + 1 : PROVIDERS);
    (void)sim_add_class(model, 2, 60);
    model->seed = seed;
    model->ar1 = 0.5;
    model->cure = 0.4;
    model->extend = 0.2;
    model->extensions = 1;
    model->convert = 0.1;
    model->term = 2;
    model->cure_rho = 0.2;
    model->lgd_rho = 0.3;
    model->recovery_lag = 1;
    wb_rate_set_ratio(&model->grant_share, 3, 10);
    sim_set(&model->opening.cash, INT64_C(100000000000));
    const uint32_t first = divided ? 2 : 1;
    for (uint32_t i = 0; i + 1 < PROVIDERS; i++) {
        const char id[] = {'a', (char)('0' + i), '\0'};
        const int64_t revenue = 100000 + (int64_t)sim_below(&stream, 100000000);
        fill_provider(model, first + i, id, &stream, revenue);
    }
    const int64_t whole = 1000000 + (int64_t)sim_below(&stream, 100000000);
    const int64_t part = (int64_t)sim_below(&stream, (uint64_t)whole);
    sim_stream same = stream;
    fill_provider(model, 0, divided ? "01" : "0", &stream, divided ? part : whole);
    if (divided) fill_provider(model, 1, "02", &same, whole - part);
    wb_error err = {0};
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    return model;
}

/* What happened to the providers that both models have, and how often to the others. */
typedef struct story {
    struct {
        uint32_t step, provider;
        wb_path_event_kind kind;
        int64_t cents;
    } events[EVENTS_ROOM];
    size_t count, of_parts;
    uint32_t parts; /* the first so many providers */
} story;

static bool note(const wb_path_event *event, void *context)
{
    story *to = context;
    if (event->provider == WB_NONE) return true;
    if (event->provider < to->parts) {
        to->of_parts++;
        return true;
    }
    assert_true(to->count < EVENTS_ROOM);
    memset(&to->events[to->count], 0, sizeof to->events[0]);
    to->events[to->count].step = event->step;
    to->events[to->count].provider = event->provider - to->parts;
    to->events[to->count].kind = event->kind;
    to->events[to->count].cents = wb_money_cents(event->amount);
    to->count++;
    return true;
}

static void test_dividing_one_provider_changes_no_other(void **state)
{
    (void)state;
    const char *deep = getenv("WAARBORG_DEEP");
    const uint64_t models = deep != NULL && strcmp(deep, "yes") == 0 ? 10 * MODELS : MODELS;
    story *one = calloc(1, sizeof *one);
    story *two = calloc(1, sizeof *two);
    assert_non_null(one);
    assert_non_null(two);
    one->parts = 1;
    two->parts = 2;
    size_t events = 0;
    size_t parts = 0;
    for (uint64_t seed = 1; seed <= models; seed++) {
        wb_model *whole = model_of(seed, false);
        wb_model *divided = model_of(seed, true);
        for (uint64_t path = 0; path < PATHS; path++) {
            wb_error err;
            one->count = two->count = one->of_parts = two->of_parts = 0;
            assert_int_equal(wb_sim_trace(whole, path, note, one, &err), WB_OK);
            assert_int_equal(wb_sim_trace(divided, path, note, two, &err), WB_OK);
            assert_int_equal(one->count, two->count);
            assert_memory_equal(one->events, two->events, one->count * sizeof one->events[0]);
            events += one->count;
            parts += two->of_parts;
        }
        wb_model_free(whole);
        wb_model_free(divided);
    }
    assert_true(events > 10 * models * PATHS / 4);
    assert_true(parts > models * PATHS / 4);
    free(one);
    free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dividing_one_provider_changes_no_other)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
