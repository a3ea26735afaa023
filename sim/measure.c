/*
 * measure.c - every figure of the result document from an exact tally.
 *
 * Amounts come from integers by rational arithmetic and are rounded to cents once; doubles occur
 * only in probabilities and mean counts, and in the interval of the standard deviation, through
 * + - * / and sqrt in a fixed order. The order of measures is part of the contract.
 */
#include "sim/measure.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/estimate.h"
#include "sim/interval.h"
#include "waarborg/rate.h"

typedef struct builder {
    const wb_model *model;
    const wb_tally *tally;
    wb_measure *items;
    size_t count, room;
    wb_sorted sorted;
    mpz_t sum, squares, p, q, half; /* scratch; sum and squares of the loaded column */
} builder;

static wb_measure *add(builder *b, const char *id, uint32_t year, wb_measure_form form)
{
    assert(b->count < b->room);
    wb_measure *item = &b->items[b->count++];
    wb_estimate_init(item, id, year, form);
    return item;
}

/* ---- one figure each ---- */

/* Sample standard deviation; its interval by the delta method. */
static void standard_deviation(builder *b, wb_measure *item)
{
    const uint64_t paths = b->tally->paths;
    item->low_none = item->high_none = paths < 2;
    if (paths < 2) return;
    wb_variance_numerator(b->p, b->sum, b->squares, paths);
    mpz_set_ui(b->q, (unsigned long)paths);
    mpz_mul_ui(b->q, b->q, (unsigned long)(paths - 1));
    wb_root_rounded(item->amount.cents, b->p, b->q);
    double second = 0;
    double fourth = 0;
    wb_sorted_moments(&second, &fourth, &b->sorted, b->sum);
    const double spread = fourth - second * second;
    mpz_set_ui(b->half, 0);
    if (spread > 0 && second > 0) {
        mpz_set_d(b->half, 1.96 * sqrt(spread / (double)paths) / (2 * sqrt(second)));
        mpz_add_ui(b->half, b->half, 1); /* truncated above: outward */
    }
    mpz_sub(item->amount_low.cents, item->amount.cents, b->half);
    if (mpz_sgn(item->amount_low.cents) < 0) mpz_set_ui(item->amount_low.cents, 0);
    mpz_add(item->amount_high.cents, item->amount.cents, b->half);
}

/* ---- families of figures, in order ---- */

/* Each quantity is written to its own place of the list, so that a column is sorted once although
 * the list runs measure by measure. */
static void load(builder *b, uint32_t column)
{
    wb_sorted_load(&b->sorted, b->tally, column);
    wb_sorted_totals(b->sum, b->squares, &b->sorted);
}

/* Slots of the measures of one family for the horizon (slot 0) and each year. */
static wb_measure *reserve(builder *b, const char *id, uint32_t periods, uint32_t year_first,
                           uint32_t each)
{
    wb_measure *first = &b->items[b->count];
    for (uint32_t period = 0; period < periods; period++) {
        for (uint32_t i = 0; i < each; i++) {
            add(b, id, year_first + period, WB_MEASURE_AMOUNT);
        }
    }
    return first;
}

static void losses(builder *b)
{
    const wb_model *model = b->model;
    const uint32_t periods = model->years + 1;
    const uint32_t levels = model->level_count;
    wb_measure *mean = reserve(b, "loss_mean", periods, 0, 1);
    wb_measure *sd = reserve(b, "loss_sd", periods, 0, 1);
    wb_measure *var = reserve(b, "var", periods, 0, levels);
    wb_measure *es = reserve(b, "es", periods, 0, levels);
    for (uint32_t period = 0; period < periods; period++) {
        load(b, period == 0 ? wb_tally_loss() : wb_tally_loss_year(b->tally, period - 1));
        wb_estimate_mean(&mean[period], b->sum, b->squares, b->tally->paths);
        standard_deviation(b, &sd[period]);
        for (uint32_t i = 0; i < levels; i++) {
            wb_estimate_quantile(&var[period * levels + i], &b->sorted, &model->levels[i]);
            wb_estimate_shortfall(&es[period * levels + i], &b->sorted, &model->levels[i]);
        }
        for (uint32_t i = 0; period == 0 && i < model->exceed_count; i++) {
            wb_measure *item = add(b, "exceed", 0, WB_MEASURE_VALUE);
            item->has_threshold = true;
            wb_money_set(&item->threshold, &model->exceed[i]);
            wb_estimate_proportion(item, wb_sorted_above(&b->sorted, model->exceed[i].cents),
                                   b->tally->paths);
        }
    }
}

static void needs(builder *b)
{
    const wb_model *model = b->model;
    load(b, wb_tally_need());
    wb_measure *var = reserve(b, "need_var", 1, 0, model->level_count);
    wb_measure *es = reserve(b, "need_es", 1, 0, model->level_count);
    for (uint32_t i = 0; i < model->level_count; i++) {
        wb_estimate_quantile(&var[i], &b->sorted, &model->levels[i]);
        wb_estimate_shortfall(&es[i], &b->sorted, &model->levels[i]);
    }
}

static void events(builder *b)
{
    for (uint32_t event = 0; event < WB_EVENT_COUNT; event++) {
        uint64_t happened = 0;
        for (uint32_t year = 0; year < b->model->years; year++) {
            happened += b->tally->sums.events[(size_t)event * b->model->years + year];
            wb_measure *item = add(b, wb_event_name((wb_event)event), year + 1, WB_MEASURE_VALUE);
            wb_estimate_proportion(item, happened, b->tally->paths);
        }
    }
}

static void funds(builder *b)
{
    const wb_model *model = b->model;
    const uint32_t levels = model->fund_level_count;
    wb_measure *mean = reserve(b, "fund_mean", model->years, 1, 1);
    wb_measure *at = reserve(b, "fund_quantile", model->years, 1, levels);
    for (uint32_t year = 0; year < model->years; year++) {
        load(b, wb_tally_fund_year(b->tally, year));
        wb_estimate_mean(&mean[year], b->sum, b->squares, b->tally->paths);
        for (uint32_t i = 0; i < levels; i++) {
            wb_estimate_quantile(&at[year * levels + i], &b->sorted, &model->fund_levels[i]);
        }
    }
}

static void flows(builder *b)
{
    static const char *const layers[WB_CALL_LAYERS] = {"levy", "obligo", "backstop"};
    const uint32_t years = b->model->years;
    const bool has[WB_CALL_LAYERS] = {b->model->has_levy, b->model->has_obligo,
                                      b->model->has_backstop};
    for (uint32_t layer = 0; layer < WB_CALL_LAYERS; layer++) {
        for (uint32_t year = 0; has[layer] && year < years; year++) {
            wb_measure *item = add(b, "call_mean", year + 1, WB_MEASURE_AMOUNT);
            item->layer = layers[layer];
            wb_sum_get(b->sum, b->squares, &b->tally->sums.call[(size_t)layer * years + year]);
            wb_estimate_mean(item, b->sum, b->squares, b->tally->paths);
        }
    }
    for (uint32_t group = 0; group < b->model->group_count; group++) {
        for (uint32_t year = 0; year < years; year++) {
            wb_measure *item = add(b, "contribution_mean", year + 1, WB_MEASURE_AMOUNT);
            item->group = b->model->groups[group].id;
            wb_sum_get(b->sum, b->squares,
                       &b->tally->sums.contribution[(size_t)group * years + year]);
            wb_estimate_mean(item, b->sum, b->squares, b->tally->paths);
        }
    }
}

static void counts(builder *b)
{
    static const char *const ids[WB_COUNTED_KINDS] = {"cases", "failures", "silent_defaults",
                                                      "young_people_affected"};
    const uint32_t years = b->model->years;
    bool clients = false;
    for (uint32_t i = 0; i < b->model->provider_count; i++) {
        clients = clients || b->model->providers[i].clients > 0;
    }
    for (uint32_t kind = 0; kind < WB_COUNTED_KINDS; kind++) {
        if (kind == WB_COUNTED_YOUNG_PEOPLE && !clients) continue;
        for (uint32_t year = 0; year < years; year++) {
            wb_measure *item = add(b, ids[kind], year + 1, WB_MEASURE_VALUE);
            wb_sum_get(b->sum, b->squares, &b->tally->sums.counted[(size_t)kind * years + year]);
            wb_estimate_count(item, b->sum, b->squares, b->tally->paths);
        }
    }
}

static size_t room_of(const wb_model *model)
{
    const size_t years = model->years;
    const size_t levels = model->level_count;
    return (years + 1) * (2 + 2 * levels) + model->exceed_count + 2 * levels +
           WB_EVENT_COUNT * years + years * (1 + (size_t)model->fund_level_count) +
           (WB_CALL_LAYERS + (size_t)model->group_count + WB_COUNTED_KINDS) * years +
           wb_measure_cost_room(model);
}

wb_code wb_measure_all(wb_sim_result *result, const wb_model *model, const wb_tally *tally,
                       wb_error *err)
{
    assert(tally->sums.paths == tally->paths);
    builder b = {.model = model, .tally = tally, .room = room_of(model)};
    b.items = malloc(b.room * sizeof *b.items);
    if (b.items == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the measures");
    wb_code code = wb_sorted_init(&b.sorted, tally->paths, tally->wide, err);
    if (code != WB_OK) {
        free(b.items);
        return code;
    }
    mpz_inits(b.sum, b.squares, b.p, b.q, b.half, NULL);
    losses(&b);
    needs(&b);
    events(&b);
    funds(&b);
    flows(&b);
    size_t costs = 0;
    code = wb_measure_cost(b.items + b.count, &costs, model, tally, &b.sorted, err);
    b.count += costs;
    counts(&b);
    mpz_clears(b.sum, b.squares, b.p, b.q, b.half, NULL);
    wb_sorted_clear(&b.sorted);
    if (code != WB_OK) {
        wb_measures_free(b.items, b.count);
        return code;
    }
    result->measures = b.items;
    result->count = b.count;
    result->paths = tally->paths;
    return WB_OK;
}

void wb_measures_free(wb_measure *measures, size_t count)
{
    for (size_t i = 0; measures != NULL && i < count; i++) {
        wb_money_clear(&measures[i].threshold);
        wb_money_clear(&measures[i].amount);
        wb_money_clear(&measures[i].amount_low);
        wb_money_clear(&measures[i].amount_high);
    }
    free(measures);
}
