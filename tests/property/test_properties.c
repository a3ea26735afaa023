/*
 * Goal: what must hold for every scenario: more cash never hurts, rows have no order, a provider's
 * draws are its own, losses scale.
 * Method: random scenarios from fixed seeds; single paths compared in whole cents, whole results
 * figure by figure. WAARBORG_DEEP=yes runs ten times as many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "property/scene.h"

enum { RECORDS_MAX = 5 * 12, PATHS = 150 };
#define PLENTY UINT64_C(1000000000000000) /* more than every loss times every multiplier */

static size_t scene_count(size_t quick)
{
    const char *deep = getenv("WAARBORG_DEEP");
    return deep != NULL && strcmp(deep, "yes") == 0 ? 10 * quick : quick;
}

static size_t everyone(size_t order[SCENE_PROVIDERS_MAX], const scene *s)
{
    for (size_t i = 0; i < s->provider_count; i++)
        order[i] = i;
    return s->provider_count;
}

typedef struct trace {
    wb_step_record step[RECORDS_MAX];
    uint32_t count;
} trace;

static void trace_init(trace *t)
{
    for (size_t i = 0; i < RECORDS_MAX; i++)
        wb_step_record_init(&t->step[i]);
}

static void trace_clear(trace *t)
{
    for (size_t i = 0; i < RECORDS_MAX; i++)
        wb_step_record_clear(&t->step[i]);
}

static void trace_run(trace *t, const wb_model *model, uint64_t path)
{
    wb_error err;
    assert_true(model->step_count <= RECORDS_MAX);
    t->count = model->step_count;
    if (wb_sim_path(t->step, model, path, WB_KERNEL_GMP, &err) != WB_OK)
        fail_msg("%s: %s", model->name, err.message);
}

/* The first step of each event from the money that moved, not from the engine's own flags. */
static void events(uint32_t first[WB_EVENT_COUNT], const trace *t, const wb_model *model)
{
    for (int e = 0; e < WB_EVENT_COUNT; e++)
        first[e] = WB_NONE;
    for (uint32_t i = t->count; i-- > 0;) {
        const wb_step_record *r = &t->step[i];
        bool unmet = wb_money_sign(&r->unmet) > 0;
        bool backstop = wb_money_sign(&r->backstop) > 0;
        if (unmet || backstop || wb_money_sign(&r->levy) > 0 || wb_money_sign(&r->obligo) > 0)
            first[WB_EVENT_CAPITAL_USED] = i;
        if (unmet || backstop || wb_money_sign(&r->obligo) > 0) first[WB_EVENT_OBLIGO_CALLED] = i;
        if (unmet || backstop) first[WB_EVENT_OBLIGO_USED_UP] = i;
        if (unmet || (model->has_backstop && backstop &&
                      wb_money_compare(&r->backstop_debt, &model->backstop_limit[i]) == 0))
            first[WB_EVENT_BACKSTOP_USED_UP] = i;
        if (unmet) first[WB_EVENT_RUIN] = i;
    }
}

static void test_more_opening_cash_never_brings_an_event_forward(void **state)
{
    (void)state;
    trace poor, rich;
    trace_init(&poor);
    trace_init(&rich);
    size_t happened = 0, later = 0;
    for (uint64_t seed = 1; seed <= scene_count(40); seed++) {
        scene s;
        size_t order[SCENE_PROVIDERS_MAX];
        scene_make(&s, SCENE_FUND, seed);
        size_t count = everyone(order, &s);
        uint64_t cash = scene_draw(&s, 60000000), more = cash + 1 + scene_draw(&s, 60000000);
        wb_model *less_cash = scene_model(&s, "poor", order, count, cash);
        wb_model *more_cash = scene_model(&s, "rich", order, count, more);
        for (uint64_t path = 0; path < PATHS; path++) {
            uint32_t a[WB_EVENT_COUNT], b[WB_EVENT_COUNT];
            trace_run(&poor, less_cash, path);
            trace_run(&rich, more_cash, path);
            events(a, &poor, less_cash);
            events(b, &rich, more_cash);
            for (int e = 0; e < WB_EVENT_COUNT; e++) {
                happened += a[e] != WB_NONE;
                later += b[e] > a[e];
                if (b[e] < a[e])
                    fail_msg("seed %u path %u: %s at step %d with less cash, %u with more",
                             (unsigned)seed, (unsigned)path, wb_event_name((wb_event)e), (int)a[e],
                             b[e]);
            }
        }
        wb_model_free(less_cash);
        wb_model_free(more_cash);
    }
    trace_clear(&poor);
    trace_clear(&rich);
    assert_true(happened > 1000 && later > 100); /* else nothing was tested */
}

/*
 * Where nobody's fate touches another's, the losses of a portfolio are those of its two halves,
 * step by step: every draw belongs to a provider, a region, a segment or the nation, and none moves
 * when rows are added.
 */
static void test_adding_providers_changes_no_one_elses_draws(void **state)
{
    (void)state;
    trace all, left, right;
    trace_init(&all);
    trace_init(&left);
    trace_init(&right);
    wb_money sum;
    wb_money_init(&sum);
    size_t losses = 0;
    for (uint64_t seed = 1; seed <= scene_count(40); seed++) {
        scene s;
        size_t order[SCENE_PROVIDERS_MAX];
        scene_make(&s, SCENE_ISOLATED, seed);
        size_t count = everyone(order, &s), half = 1 + scene_draw(&s, count - 1);
        wb_model *whole = scene_model(&s, "whole", order, count, PLENTY);
        wb_model *one = scene_model(&s, "left", order, half, PLENTY);
        wb_model *other = scene_model(&s, "right", order + half, count - half, PLENTY);
        for (uint64_t path = 0; path < PATHS; path++) {
            trace_run(&all, whole, path);
            trace_run(&left, one, path);
            trace_run(&right, other, path);
            for (uint32_t i = 0; i < all.count; i++) {
                const wb_step_record *w = &all.step[i], *l = &left.step[i], *r = &right.step[i];
                wb_money_add(&sum, &l->loss, &r->loss);
                losses += wb_money_sign(&sum) > 0;
                if (wb_money_compare(&sum, &w->loss) != 0 ||
                    w->primaries != l->primaries + r->primaries ||
                    w->failed != l->failed + r->failed || w->cured != l->cured + r->cured)
                    fail_msg("seed %u path %u step %u: the whole is not its halves", (unsigned)seed,
                             (unsigned)path, i);
            }
        }
        wb_model_free(whole);
        wb_model_free(one);
        wb_model_free(other);
    }
    wb_money_clear(&sum);
    trace_clear(&all);
    trace_clear(&left);
    trace_clear(&right);
    assert_true(losses > 1000);
}

static wb_sim_result *run_model(const wb_model *model)
{
    wb_sim_result *result = NULL;
    wb_error err;
    const wb_sim_options options = {.threads = 2};
    if (wb_sim_run(&result, model, &options, &err) != WB_OK)
        fail_msg("%s: %s", model->name, err.message);
    return result;
}

static bool same_measure(const wb_measure *a, const wb_measure *b)
{
    if (strcmp(a->id, b->id) != 0 || strcmp(a->level, b->level) != 0 || a->year != b->year ||
        a->form != b->form)
        return false;
    if (a->form == WB_MEASURE_VALUE)
        return memcmp(&a->value, &b->value, sizeof a->value) == 0 &&
               memcmp(&a->value_low, &b->value_low, sizeof a->value) == 0 &&
               memcmp(&a->value_high, &b->value_high, sizeof a->value) == 0;
    return wb_money_compare(&a->amount, &b->amount) == 0 &&
           wb_money_compare(&a->amount_low, &b->amount_low) == 0 &&
           wb_money_compare(&a->amount_high, &b->amount_high) == 0;
}

static void test_row_order_changes_no_figure_and_no_hash(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= scene_count(30); seed++) {
        scene s;
        size_t order[SCENE_PROVIDERS_MAX];
        scene_make(&s, seed % 2 ? SCENE_FUND : SCENE_LOSSES, seed);
        size_t count = everyone(order, &s);
        uint64_t cash = seed % 2 ? scene_draw(&s, 60000000) : PLENTY;
        wb_model *sorted = scene_model(&s, "sorted", order, count, cash);
        for (size_t i = count; i > 1; i--) {
            size_t j = scene_draw(&s, i), moved = order[i - 1];
            order[i - 1] = order[j];
            order[j] = moved;
        }
        wb_model *shuffled = scene_model(&s, "shuffled", order, count, cash);
        assert_memory_equal(sorted->blake2b, shuffled->blake2b, sizeof sorted->blake2b);
        wb_sim_result *a = run_model(sorted), *b = run_model(shuffled);
        assert_int_equal(a->count, b->count);
        for (size_t i = 0; i < a->count; i++)
            if (!same_measure(&a->measures[i], &b->measures[i]))
                fail_msg("seed %u: %s %s year %u differs", (unsigned)seed, a->measures[i].id,
                         a->measures[i].level, a->measures[i].year);
        wb_sim_result_free(a);
        wb_sim_result_free(b);
        wb_model_free(sorted);
        wb_model_free(shuffled);
    }
}

/* Quantiles scale exactly; means and ES are rounded to cents once, so that a multiple of a rounded
 * figure may be off by half the multiplier. */
static void test_losses_times_a_whole_number_scale_the_result(void **state)
{
    (void)state;
    wb_money scaled, off, allowed;
    wb_money_init(&scaled);
    wb_money_init(&off);
    wb_money_init(&allowed);
    for (uint64_t seed = 1; seed <= scene_count(30); seed++) {
        scene s;
        size_t order[SCENE_PROVIDERS_MAX];
        scene_make(&s, SCENE_LOSSES, seed);
        size_t count = everyone(order, &s);
        unsigned long times = 2 + (unsigned long)scene_draw(&s, 998);
        wb_model *once = scene_model(&s, "once", order, count, PLENTY);
        wb_model *more = scene_model(&s, "scaled", order, count, PLENTY);
        for (uint32_t i = 0; i < more->provider_count; i++)
            mpz_mul_ui(more->providers[i].amount.cents, more->providers[i].amount.cents, times);
        wb_sim_result *a = run_model(once), *b = run_model(more);
        static const char *const ids[] = {"var", "es", "loss_mean", "loss_sd"};
        for (size_t k = 0; k < 4; k++) {
            for (uint32_t l = 0; l < (k < 2 ? once->level_count : 1); l++) {
                const char *level = k < 2 ? once->levels[l].text : "";
                const wb_measure *x = wb_sim_find(a, ids[k], level, 0);
                const wb_measure *y = wb_sim_find(b, ids[k], level, 0);
                assert_non_null(x);
                assert_non_null(y);
                mpz_mul_ui(scaled.cents, x->amount.cents, times);
                wb_money_subtract(&off, &scaled, &y->amount);
                mpz_abs(off.cents, off.cents);
                wb_money_set_cents(&allowed, k == 0 ? 0 : (int64_t)(times / 2 + 1));
                if (wb_money_compare(&off, &allowed) > 0)
                    fail_msg("seed %u: %s %s does not scale", (unsigned)seed, ids[k], level);
            }
        }
        wb_sim_result_free(a);
        wb_sim_result_free(b);
        wb_model_free(once);
        wb_model_free(more);
    }
    wb_money_clear(&scaled);
    wb_money_clear(&off);
    wb_money_clear(&allowed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_more_opening_cash_never_brings_an_event_forward),
        cmocka_unit_test(test_adding_providers_changes_no_one_elses_draws),
        cmocka_unit_test(test_row_order_changes_no_figure_and_no_hash),
        cmocka_unit_test(test_losses_times_a_whole_number_scale_the_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
