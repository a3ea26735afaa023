/* outcome.c - all paths of a model into a few columns; see outcome.h. */
#include "sim/outcome.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "sim/parallel.h"

enum { BLOCK_PATHS = 256 };

typedef struct outcome_worker {
    wb_worker *kernel;
    wb_outcome *outcome;
    uint32_t years;
    wb_code code; /* the first failure; the paths after it are not run */
    wb_error error;
} outcome_worker;

static void enter(wb_outcome *outcome, wb_outcome_column column, uint64_t path, wb_wide value)
{
    const size_t at = (size_t)column * outcome->paths + path;
    if (outcome->wide != NULL) {
        outcome->wide[at] = value;
    } else {
        assert(value >= INT64_MIN && value <= INT64_MAX);
        outcome->narrow[at] = (int64_t)value;
    }
}

static void keep(const outcome_worker *worker, uint64_t path, const wb_path_result *result)
{
    wb_outcome *outcome = worker->outcome;
    wb_wide called = 0;
    wb_wide cases = 0;
    wb_wide failures = 0;
    for (uint32_t year = 0; year < worker->years; year++) {
        called += result->levy[year] + result->obligo[year] + result->backstop[year];
        cases += (wb_wide)result->cases[year];
        failures += (wb_wide)result->failures[year];
    }
    enter(outcome, WB_OUTCOME_LOSS, path, result->loss);
    enter(outcome, WB_OUTCOME_NEED, path, result->need);
    enter(outcome, WB_OUTCOME_FUND, path, result->fund[worker->years - 1]);
    enter(outcome, WB_OUTCOME_CALLED, path, called);
    enter(outcome, WB_OUTCOME_COST, path, result->cost);
    enter(outcome, WB_OUTCOME_CASES, path, cases);
    enter(outcome, WB_OUTCOME_FAILURES, path, failures);
    unsigned happened = 0;
    _Static_assert(WB_EVENT_COUNT <= 8, "the events of a path fit a byte");
    for (unsigned event = 0; event < WB_EVENT_COUNT; event++) {
        if (result->event[event] != WB_NONE) happened |= 1U << event;
    }
    outcome->events[path] = (uint8_t)happened;
}

static void run_block(void *argument, uint64_t block)
{
    outcome_worker *worker = argument;
    const uint64_t first = block * BLOCK_PATHS;
    const uint64_t left = worker->outcome->paths - first;
    const uint64_t end = first + (left < BLOCK_PATHS ? left : BLOCK_PATHS);
    for (uint64_t path = first; path < end && worker->code == WB_OK; path++) {
        const wb_path_result *result = NULL;
        worker->code = wb_worker_path(worker->kernel, path, NULL, &result, NULL, &worker->error);
        if (worker->code == WB_OK) keep(worker, path, result);
    }
}

static wb_code run_paths(wb_outcome *outcome, const wb_prepared *prepared, uint32_t years,
                         const wb_sim_options *options, wb_error *err)
{
    const uint64_t blocks = (outcome->paths + BLOCK_PATHS - 1) / BLOCK_PATHS;
    const uint32_t threads = wb_parallel_threads(options, blocks);
    void *pointers[WB_THREADS_MAX];
    outcome_worker *workers = calloc(threads, sizeof *workers);
    wb_code code = WB_OK;
    if (workers == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for %u threads", threads);
    for (uint32_t i = 0; i < threads && code == WB_OK; i++) {
        pointers[i] = &workers[i];
        workers[i].outcome = outcome;
        workers[i].years = years;
        workers[i].kernel = wb_worker_new(prepared);
        if (workers[i].kernel == NULL) {
            code = wb_fail(err, WB_E_NOMEM, "no memory for %u threads", threads);
        }
    }
    const wb_parallel job = {.block_count = blocks,
                             .threads = threads,
                             .work = run_block,
                             .workers = pointers,
                             .options = options,
                             .progress_total = outcome->paths};
    if (code == WB_OK) code = wb_parallel_do(&job, err);
    for (uint32_t i = 0; i < threads; i++) {
        if (code == WB_OK && workers[i].code != WB_OK) {
            code = workers[i].code;
            if (err != NULL) *err = workers[i].error;
        }
        wb_worker_free(workers[i].kernel);
    }
    free(workers);
    return code;
}

static wb_code make_room(wb_outcome *outcome, uint64_t paths, bool wide, wb_error *err)
{
    const size_t size = wide ? sizeof *outcome->wide : sizeof *outcome->narrow;
    const size_t count = (size_t)WB_OUTCOME_COLUMNS * paths;
    void *columns = calloc(count, size);
    outcome->paths = paths;
    outcome->events = calloc(paths, sizeof *outcome->events);
    if (wide)
        outcome->wide = columns;
    else
        outcome->narrow = columns;
    if (columns != NULL && outcome->events != NULL) return WB_OK;
    return wb_fail(err, WB_E_NOMEM, "no memory for %llu paths (%llu MB)", (unsigned long long)paths,
                   (unsigned long long)((count * size) >> 20));
}

wb_code wb_outcome_run(wb_outcome *outcome, const wb_model *model, const wb_sim_options *options,
                       wb_error *err)
{
    memset(outcome, 0, sizeof *outcome);
    wb_prepared *prepared = NULL;
    const wb_kernel wanted = options != NULL ? options->kernel : WB_KERNEL_AUTO;
    wb_code code = wb_prepared_new(&prepared, model, wanted, NULL, err);
    if (code == WB_OK) {
        code = make_room(outcome, model->paths, !wb_prepared_proved(prepared), err);
    }
    if (code == WB_OK) code = run_paths(outcome, prepared, model->years, options, err);
    wb_prepared_free(prepared);
    return code;
}

void wb_outcome_clear(wb_outcome *outcome)
{
    free(outcome->narrow);
    free(outcome->wide);
    free(outcome->events);
    memset(outcome, 0, sizeof *outcome);
}

wb_wide wb_outcome_value(const wb_outcome *outcome, wb_outcome_column column, uint64_t path)
{
    const size_t at = (size_t)column * outcome->paths + path;
    return outcome->wide != NULL ? outcome->wide[at] : outcome->narrow[at];
}

void wb_outcome_sort(wb_sorted *sorted, const wb_outcome *outcome, wb_outcome_column column)
{
    const size_t first = (size_t)column * outcome->paths;
    if (outcome->wide != NULL)
        wb_sorted_load_wide(sorted, outcome->wide + first);
    else
        wb_sorted_load_int64(sorted, outcome->narrow + first);
}
