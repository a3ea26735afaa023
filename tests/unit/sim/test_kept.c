/*
 * goal: what a run keeps of its tail is what the paths lose, and changes no figure.
 * method: random models; every kept path walked again; sums of the tail with what was kept, with a
 *         part of it, and with none.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/euler.h"
#include "sim/run.h"
#include "tests/sim_models.h"

enum { MODELS = 24, RUN_PATHS = 3000 };

typedef struct tail_run {
    wb_model *model;
    wb_prepared *prepared;
    wb_tally tally;
    wb_kept_list kept;
} tail_run;

static tail_run run_new(uint64_t seed)
{
    tail_run r = {.model = sim_model_random_full(seed, SIM_SCALE_REAL)};
    pthread_mutex_t lock;
    pthread_mutex_init(&lock, NULL);
    r.model->paths = RUN_PATHS;
    r.model->level_count = 2;
    wb_rate_set_ratio(&r.model->levels[0].level, 99, 100);
    wb_rate_set_ratio(&r.model->levels[1].level, 9, 10);
    assert_int_equal(wb_prepared_new(&r.prepared, r.model, WB_KERNEL_AUTO, NULL, NULL), WB_OK);
    assert_int_equal(wb_tally_init(&r.tally, r.model, RUN_PATHS, NULL), WB_OK);
    uint64_t blocks[RUN_PATHS / WB_BLOCK_PATHS + 1];
    const uint64_t count = (RUN_PATHS + WB_BLOCK_PATHS - 1) / WB_BLOCK_PATHS;
    for (uint64_t b = 0; b < count; b++)
        blocks[b] = b;
    const wb_run run = {.prepared = r.prepared,
                        .tally = &r.tally,
                        .lock = &lock,
                        .blocks = blocks,
                        .block_count = count,
                        .total = RUN_PATHS,
                        .kept = &r.kept};
    const wb_sim_options options = {.threads = 2};
    uint32_t threads = 0;
    assert_int_equal(wb_run_blocks(&run, &options, &threads, NULL), WB_OK);
    assert_int_equal(r.kept.count, threads);
    pthread_mutex_destroy(&lock);
    return r;
}

static void run_free(tail_run *r)
{
    wb_kept_clear(&r->kept);
    wb_tally_clear(&r->tally);
    wb_prepared_free(r->prepared);
    wb_model_free(r->model);
}

static uint32_t check_kept(const wb_kept *kept, wb_worker *worker)
{
    for (uint32_t p = 0; p < kept->path_count; p++) {
        const wb_kept_path *one = &kept->paths[p];
        const wb_path_result *path = NULL;
        assert_int_equal(wb_worker_path(worker, one->path, NULL, &path, NULL, NULL), WB_OK);
        wb_wide sum = 0;
        for (uint32_t k = one->first; k < one->first + one->count; k++) {
            assert_true(kept->loss[k] == path->provider_loss[kept->provider[k]]);
            sum += kept->loss[k];
        }
        assert_true(sum == path->loss);
    }
    return kept->path_count;
}

static void test_what_is_kept_is_what_the_path_loses(void **state)
{
    (void)state;
    uint32_t checked = 0;
    for (uint64_t seed = 0; seed < MODELS; seed++) {
        tail_run r = run_new(seed);
        wb_worker *worker = wb_worker_new(r.prepared);
        assert_non_null(worker);
        assert_true(wb_worker_keep_losses(worker));
        for (uint32_t k = 0; k < r.kept.count; k++)
            checked += check_kept(r.kept.of[k], worker);
        wb_worker_free(worker);
        run_free(&r);
    }
    assert_true(checked > 10000);
}

static void assert_same_sum(const wb_sum *a, const wb_sum *b)
{
    assert_true(a->sum == b->sum);
    assert_true(a->squares_low == b->squares_low && a->squares_high == b->squares_high);
}

static void assert_same_sums(const wb_tail_sums *a, const wb_tail_sums *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_same_sum(&a[i].above, &b[i].above);
        assert_same_sum(&a[i].at, &b[i].at);
        assert_same_sum(&a[i].under, &b[i].under);
        assert_same_sum(&a[i].beyond, &b[i].beyond);
    }
}

static void test_the_tail_adds_up_to_the_same_however_much_was_kept(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < MODELS; seed++) {
        tail_run r = run_new(seed);
        wb_euler *without = NULL;
        assert_int_equal(wb_euler_new(&without, r.prepared, &r.tally, NULL, NULL, NULL), WB_OK);
        for (int part = 0; part < 2; part++) {
            wb_euler *with = NULL;
            assert_int_equal(wb_euler_new(&with, r.prepared, &r.tally, &r.kept, NULL, NULL), WB_OK);
            assert_same_sums(with->sums, without->sums,
                             (size_t)with->item_count * r.model->level_count);
            for (size_t i = 0; i < (size_t)WB_EULER_GROUPS * r.model->provider_count; i++) {
                assert_int_equal(mpz_cmp(with->groups[i].above, without->groups[i].above), 0);
                assert_int_equal(mpz_cmp(with->groups[i].at, without->groups[i].at), 0);
            }
            wb_euler_free(with);
            for (uint32_t k = 0; k < r.kept.count; k++)
                r.kept.of[k]->path_count /= 2; /* and now with less */
        }
        wb_euler_free(without);
        run_free(&r);
    }
}

/* The worker's own sample says where its tail begins; almost nothing of it is walked again. */
static void test_nearly_all_of_the_tail_is_kept_and_little_else(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 60);
    for (uint32_t i = 0; i < 60; i++) {
        sim_set(&model->providers[i].amount, 1000 + 37 * (int64_t)i);
        model->phases[0].pd[i] = 0.05;
    }
    model->level_count = 1;
    wb_rate_set_ratio(&model->levels[0].level, 9, 10);
    sim_set(&model->opening.cash, 10000000);
    wb_prepared *prepared = NULL;
    assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_AUTO, NULL, NULL), WB_OK);
    wb_worker *worker = wb_worker_new(prepared);
    assert_true(worker != NULL && wb_worker_keep_losses(worker));
    wb_kept_list list = {0};
    wb_kept *kept = wb_kept_add(&list, model, 1);
    assert_non_null(kept);
    const uint64_t paths = 20000;
    for (uint64_t path = 0; path < paths; path++) {
        const wb_path_result *result = NULL;
        assert_int_equal(wb_worker_path(worker, path, NULL, &result, NULL, NULL), WB_OK);
        wb_kept_enter(kept, path, result);
    }
    assert_false(kept->full);
    const uint32_t later = kept->path_count - WB_KEPT_SAMPLE; /* about: some lose nothing */
    assert_in_range(later, paths / 10, paths / 5);
    wb_kept_clear(&list);
    wb_worker_free(worker);
    wb_prepared_free(prepared);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_kept_is_what_the_path_loses),
        cmocka_unit_test(test_the_tail_adds_up_to_the_same_however_much_was_kept),
        cmocka_unit_test(test_nearly_all_of_the_tail_is_kept_and_little_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
