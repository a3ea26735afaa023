/* kernel.c - which kernel runs, and running it: see kernel.h. */
#include "sim/kernel.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/walk64.h"

/* Sums of two stay within an int64. */
enum { INT64_BOUND_BITS = 62 };

struct wb_prepared {
    const wb_model *model;
    wb_kernel kernel;
    bool proved;
    wb_plan *plan;
    wb_plan64 *plan64;       /* NULL for GMP */
    wb_draw_plan *draw_plan; /* NULL for GMP */
    wb_draw_function *draw;
    wb_words_function *words;
};

struct wb_worker {
    const wb_prepared *prepared;
    wb_path_result result;
    wb_walk64 walk;
    wb_draws draws;
    bool drawn; /* draws hold the sixteen paths from draws.path_first */
};

static bool int64_safe(const wb_model *model, const wb_money *cash, wb_money *bound)
{
    wb_money own;
    wb_money_init(&own);
    wb_model_bound(&own, model, cash);
    const bool safe =
        mpz_sizeinbase(own.cents, 2) <= INT64_BOUND_BITS && wb_plan64_rates_fit(model);
    if (bound != NULL) wb_money_set(bound, &own);
    wb_money_clear(&own);
    return safe;
}

bool wb_model_int64_safe(const wb_model *model, wb_money *bound)
{
    return int64_safe(model, NULL, bound);
}

/* ---- what this processor has ---- */

static bool has_kernel(wb_kernel kernel)
{
#if defined(__x86_64__)
    if (kernel == WB_KERNEL_AVX2) return __builtin_cpu_supports("avx2");
    if (kernel == WB_KERNEL_AVX512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    }
#endif
    return kernel == WB_KERNEL_GMP || kernel == WB_KERNEL_PORTABLE;
}

static void set_functions(wb_prepared *prepared)
{
    prepared->draw = wb_draw_portable;
    prepared->words = wb_words_portable;
#if defined(__x86_64__)
    if (prepared->kernel == WB_KERNEL_AVX2) {
        prepared->draw = wb_draw_avx2;
        prepared->words = wb_words_avx2;
    } else if (prepared->kernel == WB_KERNEL_AVX512) {
        prepared->draw = wb_draw_avx512;
        prepared->words = wb_words_avx512;
    }
#endif
}

static wb_code pick(wb_kernel *kernel, wb_kernel wanted, bool proved, wb_error *err)
{
    static const wb_kernel fastest[] = {WB_KERNEL_AVX512, WB_KERNEL_AVX2, WB_KERNEL_PORTABLE};
    *kernel = wanted;
    if (wanted == WB_KERNEL_AUTO) {
        size_t i = 0;
        while (!has_kernel(fastest[i]))
            i++;
        *kernel = proved ? fastest[i] : WB_KERNEL_GMP;
        return WB_OK;
    }
    wb_code code = WB_OK;
    if (!has_kernel(wanted)) {
        code = wb_fail(err, WB_E_RANGE, "this processor cannot run the kernel '%s'",
                       wb_kernel_name(wanted));
    } else if (wanted != WB_KERNEL_GMP && !proved) {
        code = wb_fail(err, WB_E_RANGE, "the amounts may exceed 64 bits, which '%s' computes in",
                       wb_kernel_name(wanted));
    }
    if (code != WB_OK) wb_error_hint(err, "leave the kernel to the program, or choose 'gmp'");
    return code;
}

/* ---- prepared ---- */

static wb_code prepare(wb_prepared *prepared, wb_kernel wanted, const wb_money *cash, wb_error *err)
{
    prepared->proved = int64_safe(prepared->model, cash, NULL);
    wb_code code = pick(&prepared->kernel, wanted, prepared->proved, err);
    if (code == WB_OK) code = wb_plan_new(&prepared->plan, prepared->model, err);
    if (code != WB_OK || prepared->kernel == WB_KERNEL_GMP) return code;
    set_functions(prepared);
    code = wb_plan64_new(&prepared->plan64, prepared->plan, err);
    if (code == WB_OK) code = wb_draw_plan_new(&prepared->draw_plan, prepared->plan, err);
    return code;
}

wb_code wb_prepared_new(wb_prepared **out, const wb_model *model, wb_kernel wanted,
                        const wb_money *cash, wb_error *err)
{
    *out = NULL;
    wb_prepared *prepared = calloc(1, sizeof *prepared);
    if (prepared == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to prepare the run");
    prepared->model = model;
    const wb_code code = prepare(prepared, wanted, cash, err);
    if (code != WB_OK) {
        wb_prepared_free(prepared);
        return code;
    }
    *out = prepared;
    return WB_OK;
}

void wb_prepared_free(wb_prepared *prepared)
{
    if (prepared == NULL) return;
    wb_draw_plan_free(prepared->draw_plan);
    wb_plan64_free(prepared->plan64);
    wb_plan_free(prepared->plan);
    free(prepared);
}

const wb_model *wb_prepared_model(const wb_prepared *prepared)
{
    return prepared->model;
}

wb_kernel wb_prepared_kernel(const wb_prepared *prepared)
{
    return prepared->kernel;
}

bool wb_prepared_proved(const wb_prepared *prepared)
{
    return prepared->proved;
}

const wb_draw_plan *wb_prepared_draw_plan(const wb_prepared *prepared)
{
    return prepared->draw_plan;
}

/* ---- workers ---- */

wb_worker *wb_worker_new(const wb_prepared *prepared)
{
    assert(prepared != NULL);
    wb_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) return NULL;
    worker->prepared = prepared;
    bool complete = wb_path_result_init(&worker->result, prepared->model);
    if (complete && prepared->plan64 != NULL) {
        complete =
            wb_walk64_init(&worker->walk, prepared->plan64, prepared->draw_plan, prepared->words) &&
            wb_draws_init(&worker->draws, prepared->draw_plan);
    }
    if (complete) return worker;
    wb_worker_free(worker);
    return NULL;
}

void wb_worker_free(wb_worker *worker)
{
    if (worker == NULL) return;
    wb_draws_clear(&worker->draws);
    wb_walk64_clear(&worker->walk);
    wb_path_result_clear(&worker->result);
    free(worker);
}

void wb_worker_tilt(wb_worker *worker, struct wb_tilt_draws *tilt)
{
    assert(worker->prepared->draw_plan != NULL);
    worker->draws.tilt = tilt;
    worker->drawn = false;
}

bool wb_worker_keep_losses(wb_worker *worker)
{
    return wb_path_result_keep_losses(&worker->result, worker->prepared->model);
}

/* The draws of the sixteen paths around `path`, made once. */
static wb_code draw(wb_worker *worker, uint64_t path, wb_error *err)
{
    const uint64_t first = path - path % WB_LANES;
    if (!worker->drawn || worker->draws.path_first != first) {
        worker->prepared->draw(&worker->draws, worker->prepared->draw_plan, first);
        worker->drawn = true;
    }
    if (worker->draws.out_of_memory) {
        return wb_fail(err, WB_E_NOMEM, "no memory for the events of a path");
    }
    return WB_OK;
}

wb_code wb_worker_path(wb_worker *worker, uint64_t path, const wb_walk_options *options,
                       const wb_path_result **result, wb_step_record *trace, wb_error *err)
{
    const wb_prepared *prepared = worker->prepared;
    const uint32_t steps = prepared->model->step_count;
    *result = &worker->result;
    if (prepared->kernel == WB_KERNEL_GMP) {
        return wb_kernel_gmp_path(prepared->plan, path, options != NULL ? options->cash : NULL,
                                  &worker->result, trace, err);
    }
    const wb_code code = draw(worker, path, err);
    if (code != WB_OK) return code;
    const int64_t cash = options != NULL ? wb_money_cents(options->cash) : prepared->plan64->cash;
    wb_walk64_path(&worker->walk, &worker->draws, (uint32_t)(path % WB_LANES), cash,
                   options != NULL ? options->step_end : steps,
                   options != NULL ? options->stop_at : WB_EVENT_COUNT, &worker->result, trace);
    return WB_OK;
}

wb_code wb_worker_run(wb_worker *worker, uint64_t first, uint32_t count, wb_tally_block *block,
                      wb_kept *kept, wb_error *err)
{
    for (uint64_t path = first; path < first + count; path++) {
        const wb_path_result *result = NULL;
        const wb_code code = wb_worker_path(worker, path, NULL, &result, NULL, err);
        if (code != WB_OK) return code;
        wb_tally_block_add(block, result);
        if (kept != NULL) wb_kept_enter(kept, path, result);
    }
    return WB_OK;
}

/* ---- one path in full ---- */

wb_code wb_sim_path(wb_step_record *records, const wb_model *model, uint64_t path, wb_kernel kernel,
                    wb_error *err)
{
    wb_prepared *prepared = NULL;
    wb_worker *worker = NULL;
    const wb_path_result *result = NULL;
    wb_code code = wb_prepared_new(&prepared, model, kernel, NULL, err);
    if (code == WB_OK) {
        worker = wb_worker_new(prepared);
        if (worker == NULL) code = wb_fail(err, WB_E_NOMEM, "no memory for a path");
    }
    if (code == WB_OK) code = wb_worker_path(worker, path, NULL, &result, records, err);
    wb_worker_free(worker);
    wb_prepared_free(prepared);
    return code;
}
