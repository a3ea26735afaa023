/*
 * goal: what a run may take in memory is known before it starts, and is refused with the way out.
 * method: random models of every size of amount are run, and the packed blocks held against the
 *         promise; the check is asked with less and more memory than that.
 */
#include "tests/test.h"

#include <string.h>

#include "sim/memory.h"
#include "sim/run.h"
#include "tests/sim_models.h"

enum { PATHS = 600 };

static uint64_t run(wb_tally *tally, const wb_model *model)
{
    static const uint64_t blocks[] = {0, 1, 2};
    wb_prepared *prepared = NULL;
    uint32_t threads = 0;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    assert_int_equal(wb_tally_init(tally, model, PATHS, NULL), WB_OK);
    assert_int_equal(tally->block_count, COUNT(blocks));
    assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_AUTO, NULL, NULL), WB_OK);
    const wb_run run = {.prepared = prepared,
                        .tally = tally,
                        .lock = &lock,
                        .blocks = blocks,
                        .block_count = COUNT(blocks),
                        .total = PATHS};
    assert_int_equal(wb_run_blocks(&run, NULL, &threads, NULL), WB_OK);
    wb_prepared_free(prepared);
    uint64_t taken = 0;
    for (uint64_t b = 0; b < COUNT(blocks); b++) {
        taken +=
            wb_packed_size(tally->blocks[b], tally->column_count, wb_tally_block_paths(tally, b));
    }
    return taken;
}

static void test_packed_columns_keep_within_what_was_foretold(void **state)
{
    (void)state;
    static const sim_scale scales[] = {SIM_SCALE_SMALL, SIM_SCALE_REAL, SIM_SCALE_EDGE,
                                       SIM_SCALE_BEYOND};
    for (uint64_t seed = 0; seed < 40; seed++) {
        wb_model *model = sim_model_random(seed, scales[seed % COUNT(scales)]);
        wb_tally tally;
        model->paths = PATHS;
        const uint64_t taken = run(&tally, model);
        /* the last block is short: its entries are as many */
        assert_true(taken <= wb_memory_of_path(model, &tally) * 3 * WB_BLOCK_PATHS);
        wb_tally_clear(&tally);
        wb_model_free(model);
    }
}

static void test_a_run_that_does_not_fit_is_refused_with_the_way_out(void **state)
{
    (void)state;
    wb_model *model = sim_model_random(1, SIM_SCALE_REAL);
    wb_tally tally;
    wb_error err;
    (void)run(&tally, model);
    const uint64_t columns = PATHS * wb_memory_of_path(model, &tally);
    const uint64_t sort = PATHS * WB_MEMORY_SORT;
    assert_int_equal(wb_memory_check(model, &tally, PATHS, true, columns + sort, &err), WB_OK);
    assert_int_equal(wb_memory_check(model, &tally, PATHS, false, columns, &err), WB_OK);
    assert_int_equal(wb_memory_check(model, &tally, PATHS, true, UINT64_MAX, &err), WB_OK);
    assert_int_equal(wb_memory_check(model, &tally, PATHS, true, columns + sort - 1, &err),
                     WB_E_NOMEM);
    assert_non_null(strstr(err.message, "600 paths may need 1 MB of memory, and 0 MB are free"));
    assert_non_null(strstr(err.hint, "in shards, --shard 1/"));
    assert_int_equal(wb_memory_check(model, &tally, PATHS, false, columns - 1, &err), WB_E_NOMEM);
    assert_non_null(strstr(err.hint, "--shard 1/2 "));
    assert_int_equal(wb_memory_check(model, &tally, PATHS, true, sort - 1, &err), WB_E_NOMEM);
    assert_non_null(strstr(err.hint, "fewer paths"));
    wb_tally_clear(&tally);
    wb_model_free(model);
}

static void test_the_system_says_what_is_free(void **state)
{
    (void)state;
    assert_true(wb_memory_free() > 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed_columns_keep_within_what_was_foretold),
        cmocka_unit_test(test_a_run_that_does_not_fit_is_refused_with_the_way_out),
        cmocka_unit_test(test_the_system_says_what_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
