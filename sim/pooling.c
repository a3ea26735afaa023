/*
 * pooling.c - the shortfalls of regions by themselves against that of the pool, path by path.
 *
 * With x_r the loss (or need) of region r by itself on a path and x that of the pool: the benefit
 * is the sum of ES(x_r) less ES(x). Its interval is that of the mean of sum (x_r - VaR_r)+ - (x -
 * VaR)+, divided by 1 - a: the paths are the same, and most of the chance falls out.
 */
#include "waarborg/sim_pooling.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/estimate.h"
#include "sim/euler.h"
#include "sim/interval.h"
#include "sim/measure.h"
#include "sim/subset.h"
#include "sim/sweep.h"

/* Of loss and of need: what the regions add up to. */
typedef struct sums {
    mpz_t at;      /* sum of the order statistics from which shortfalls count */
    wb_wide *over; /* per path: sum of what lies above them */
} sums;

typedef struct measuring {
    const wb_model *model;
    const wb_sim_options *options;
    wb_level level;
    wb_sweep_progress progress;
    wb_wide *loss, *need; /* of the unit at hand */
    wb_sorted sorted;
    sums losses, needs;
    mpz_t sum, squares, at;
    bool *keep;
    wb_sim_pooling *out;
} measuring;

/* ---- concentration ---- */

/* Size is the revenue where there is one, else the amount, as for contagion. */
static wb_code concentrate(wb_pool_unit *unit, const wb_model *model, wb_error *err)
{
    double figures[WB_CONCENTRATION_FIGURES];
    double *sizes = calloc((size_t)model->provider_count + 1, sizeof *sizes);
    if (sizes == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the concentration");
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *p = &model->providers[i];
        sizes[i] = mpz_get_d(wb_money_sign(&p->revenue) > 0 ? p->revenue.cents : p->amount.cents);
    }
    _Static_assert(WB_POOLING_TOPS + 1 == WB_CONCENTRATION_FIGURES, "the same figures");
    (void)wb_concentration(figures, sizes, model->provider_count);
    unit->hhi = figures[0];
    memcpy(unit->top, figures + 1, sizeof unit->top);
    free(sizes);
    return WB_OK;
}

/* ---- one unit ---- */

/* ES of the values; the order statistic goes to p->at. */
static void shortfall(measuring *p, wb_measure *es, const wb_wide *values)
{
    const wb_ranks ranks = wb_ranks_of(&p->level.level, p->sorted.count);
    wb_sorted_load_wide(&p->sorted, values);
    wb_sorted_value(p->at, &p->sorted, ranks.at);
    wb_estimate_shortfall(es, &p->sorted, &p->level);
}

static void unit_init(wb_pool_unit *unit)
{
    memset(unit, 0, sizeof *unit);
    wb_estimate_init(&unit->mean, "loss_mean", 0, WB_MEASURE_AMOUNT);
    wb_estimate_init(&unit->es, "es", 0, WB_MEASURE_AMOUNT);
    wb_estimate_init(&unit->need_es, "need_es", 0, WB_MEASURE_AMOUNT);
}

static wb_code walk_unit(measuring *p, wb_pool_unit *unit, const wb_model *model, wb_error *err)
{
    const wb_sweep sweep = {.model = model,
                            .count = model->paths,
                            .step_end = model->step_count,
                            .loss = p->loss,
                            .need = p->need};
    const wb_code code = wb_sweep_do(&sweep, &p->progress, p->options, &p->out->kernel_used, err);
    if (code != WB_OK) return code;
    unit->providers = model->provider_count;
    return concentrate(unit, model, err);
}

/* Figures of the unit; what lies above the order statistics goes to (or, of the pool, off) the
 * sums.
 */
static void measure_unit(measuring *p, wb_pool_unit *unit, bool pool)
{
    wb_measure *const es[2] = {&unit->es, &unit->need_es};
    const wb_wide *const values[2] = {p->loss, p->need};
    sums *const both[2] = {&p->losses, &p->needs};
    for (int k = 0; k < 2; k++) {
        shortfall(p, es[k], values[k]);
        if (k == 0) {
            wb_sorted_totals(p->sum, p->squares, &p->sorted);
            wb_estimate_mean(&unit->mean, p->sum, p->squares, p->sorted.count);
        }
        if (pool) continue;
        mpz_add(both[k]->at, both[k]->at, p->at);
        const wb_wide at = wb_wide_get(p->at);
        for (uint64_t path = 0; path < p->sorted.count; path++) {
            if (values[k][path] > at) both[k]->over[path] += values[k][path] - at;
        }
    }
    const double mean = mpz_get_d(unit->mean.amount.cents);
    unit->ratio = mean > 0 ? mpz_get_d(unit->es.amount.cents) / mean : 0;
}

/* The providers of a region (WB_NONE: without one); false when it has none. */
static bool choose(measuring *p, const wb_model *model, uint32_t region)
{
    bool any = false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        p->keep[i] = model->providers[i].region == region;
        any = any || p->keep[i];
    }
    return any;
}

static wb_code add_region(measuring *p, const wb_model *risk, uint32_t region, wb_error *err)
{
    if (!choose(p, risk, region)) return WB_OK;
    wb_variant alone;
    wb_variant_init(&alone, risk);
    wb_subset_providers(&alone, p->keep);
    wb_code code = WB_OK;
    if (alone.out_of_memory) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for a region by itself");
    } else if (alone.model.provider_count > 0) {
        wb_pool_unit *unit = &p->out->regions[p->out->region_count++];
        unit_init(unit);
        unit->region = region != WB_NONE ? risk->regions[region].id : NULL;
        code = walk_unit(p, unit, &alone.model, err);
        if (code == WB_OK) measure_unit(p, unit, false);
    }
    wb_variant_clear(&alone);
    return code;
}

/* ---- the benefit ---- */

/* The pool's values are at hand. The share b/s of the sum s has by linearisation the variance of
 * (d - (b/s) y) / s, with d the paired excess and y that of the regions. */
static void set_benefit(measuring *p, wb_pool_benefit *benefit, const sums *regions,
                        const wb_wide *pool, const wb_measure *es)
{
    const wb_wide at = wb_wide_get(p->at);
    const uint64_t paths = p->sorted.count;
    wb_sum total;
    wb_sum_init(&total);
    for (uint64_t path = 0; path < paths; path++) {
        const wb_wide over = pool[path] > at ? pool[path] - at : 0;
        if (over != regions->over[path]) wb_sum_add(&total, regions->over[path] - over);
    }
    wb_sum_get(p->sum, p->squares, &total);
    wb_sum_clear(&total);
    mpz_sub(p->at, regions->at, p->at);
    wb_estimate_excess(&benefit->amount, p->at, p->sum, p->squares, paths, &p->level);
    benefit->amount.low_none = es->low_none;
    benefit->amount.high_none = es->high_none;
    wb_money_add(&benefit->sum, &benefit->amount.amount, &es->amount);
    const double sum = mpz_get_d(benefit->sum.cents);
    if (sum <= 0) return;
    const double share = mpz_get_d(benefit->amount.amount.cents) / sum;
    double first = 0;
    double second = 0;
    for (uint64_t path = 0; path < paths; path++) {
        const double over = pool[path] > at ? (double)(pool[path] - at) : 0;
        const double y = (double)regions->over[path];
        const double value = y - over - share * y;
        first += value;
        second += value * value;
    }
    const double n = (double)paths;
    const double variance = paths > 1 ? (second - first * first / n) / (n - 1) / n : 0;
    const double tail = 1 - wb_rate_double(&p->level.level);
    const double half = variance > 0 ? 1.96 * sqrt(variance) / tail / sum : 0;
    benefit->share = share;
    benefit->share_low = share - half;
    benefit->share_high = share + half;
}

static wb_code run_all(measuring *p, const wb_model *risk, wb_error *err)
{
    wb_code code = WB_OK;
    for (uint32_t r = 0; r <= risk->region_count && code == WB_OK; r++)
        code = add_region(p, risk, r < risk->region_count ? r : WB_NONE, err);
    wb_pool_unit *pool = &p->out->pool;
    if (code == WB_OK) code = walk_unit(p, pool, risk, err);
    if (code != WB_OK) return code;
    measure_unit(p, pool, true);
    set_benefit(p, &p->out->need, &p->needs, p->need, &pool->need_es);
    shortfall(p, &pool->es, p->loss);
    set_benefit(p, &p->out->loss, &p->losses, p->loss, &pool->es);
    return WB_OK;
}

/* ---- storage ---- */

static wb_code pooling_new(measuring *p, wb_error *err)
{
    const uint64_t paths = p->model->paths;
    mpz_inits(p->sum, p->squares, p->at, p->losses.at, p->needs.at, NULL);
    p->loss = calloc(paths, sizeof *p->loss);
    p->need = calloc(paths, sizeof *p->need);
    p->losses.over = calloc(paths, sizeof *p->losses.over);
    p->needs.over = calloc(paths, sizeof *p->needs.over);
    p->keep = calloc(p->model->provider_count + 1, sizeof *p->keep);
    p->out->regions = calloc(p->model->region_count + 1, sizeof *p->out->regions);
    unit_init(&p->out->pool);
    wb_estimate_init(&p->out->loss.amount, "benefit", 0, WB_MEASURE_AMOUNT);
    wb_estimate_init(&p->out->need.amount, "benefit", 0, WB_MEASURE_AMOUNT);
    wb_money_init(&p->out->loss.sum);
    wb_money_init(&p->out->need.sum);
    const wb_code code = wb_sorted_init(&p->sorted, paths, true, err);
    if (code != WB_OK) return code;
    if (p->loss == NULL || p->need == NULL || p->losses.over == NULL || p->needs.over == NULL ||
        p->keep == NULL || p->out->regions == NULL) {
        return wb_fail(err, WB_E_NOMEM, "no memory for %llu paths", (unsigned long long)paths);
    }
    return WB_OK;
}

static void pooling_clear(measuring *p)
{
    mpz_clears(p->sum, p->squares, p->at, p->losses.at, p->needs.at, NULL);
    wb_sorted_clear(&p->sorted);
    free(p->loss);
    free(p->need);
    free(p->losses.over);
    free(p->needs.over);
    free(p->keep);
}

static void measure_clear(wb_measure *measure)
{
    wb_money_clear(&measure->threshold);
    wb_money_clear(&measure->amount);
    wb_money_clear(&measure->amount_low);
    wb_money_clear(&measure->amount_high);
}

static void unit_clear(wb_pool_unit *unit)
{
    measure_clear(&unit->mean);
    measure_clear(&unit->es);
    measure_clear(&unit->need_es);
}

void wb_sim_pooling_free(wb_sim_pooling *pooling)
{
    if (pooling == NULL) return;
    for (uint32_t i = 0; i < pooling->region_count; i++)
        unit_clear(&pooling->regions[i]);
    unit_clear(&pooling->pool);
    measure_clear(&pooling->loss.amount);
    measure_clear(&pooling->need.amount);
    wb_money_clear(&pooling->loss.sum);
    wb_money_clear(&pooling->need.sum);
    free(pooling->regions);
    free(pooling);
}

wb_code wb_sim_pooling_run(wb_sim_pooling **out, const wb_model *model, const wb_rate *level,
                           const wb_sim_options *options, wb_error *err)
{
    assert(mpq_sgn(level->ratio) > 0 && mpq_cmp_ui(level->ratio, 1, 1) < 0);
    struct timespec start;
    struct timespec end;
    char text[WB_RATE_TEXT_MAX];
    clock_gettime(CLOCK_MONOTONIC, &start);
    *out = NULL;
    wb_sim_pooling *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the pooling");
    measuring p = {.model = model, .options = options, .level.level = *level, .out = made};
    (void)snprintf(p.level.text, sizeof p.level.text, "%.31s", wb_rate_text(text, level));
    p.progress.total = model->paths * (model->region_count + 1);
    wb_variant risk;
    wb_variant_init(&risk, model);
    wb_subset_risk(&risk);
    wb_code code = pooling_new(&p, err);
    if (code == WB_OK && risk.out_of_memory) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for the risk alone");
    }
    if (code == WB_OK) code = run_all(&p, &risk.model, err);
    wb_variant_clear(&risk);
    pooling_clear(&p);
    clock_gettime(CLOCK_MONOTONIC, &end);
    made->paths = model->paths;
    made->seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    if (code == WB_OK)
        *out = made;
    else
        wb_sim_pooling_free(made);
    return code;
}
