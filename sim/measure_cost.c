/*
 * measure_cost.c - what the group that has parties bears, its regions and each party:
 * docs/model.md, "Cost".
 *
 * Where no stress hits single parties the figure of the group, and both ends of its interval, are
 * divided by weight; a region has the sum of its parties. Else each party has a column of its own
 * in the tally, and a region's values are the sums of its parties' on each path.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/estimate.h"
#include "sim/measure.h"
#include "waarborg/split.h"

static const char level_text[] = "0.95";

typedef struct costing {
    const wb_model *model;
    const wb_tally *tally;
    const char **regions; /* ascending */
    uint32_t region_count;
    uint32_t *region_of; /* per party, or WB_NONE */
    wb_level level;
    wb_measure *mean, *quantile; /* the group, the regions, the parties */
} costing;

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static uint32_t find_region(const costing *c, const char *region)
{
    uint32_t at = 0;
    while (at < c->region_count && strcmp(c->regions[at], region) != 0)
        at++;
    return at;
}

static bool costing_init(costing *c)
{
    const wb_model *model = c->model;
    c->regions = calloc(model->party_count, sizeof *c->regions);
    c->region_of = calloc(model->party_count, sizeof *c->region_of);
    wb_rate_init(&c->level.level);
    wb_rate_set_ratio(&c->level.level, 19, 20);
    memcpy(c->level.text, level_text, sizeof level_text);
    if (c->regions == NULL || c->region_of == NULL) return false;
    for (uint32_t p = 0; p < model->party_count; p++) {
        const char *region = model->parties[p].region;
        if (region != NULL && find_region(c, region) == c->region_count) {
            c->regions[c->region_count++] = region;
        }
    }
    qsort(c->regions, c->region_count, sizeof *c->regions, compare_text);
    for (uint32_t p = 0; p < model->party_count; p++) {
        const char *region = model->parties[p].region;
        c->region_of[p] = region != NULL ? find_region(c, region) : WB_NONE;
    }
    return true;
}

static void costing_clear(costing *c)
{
    free(c->regions);
    free(c->region_of);
    wb_rate_clear(&c->level.level);
}

/* ---- each its own ---- */

static void estimate(const costing *c, uint32_t item, const wb_sorted *sorted)
{
    mpz_t sum, squares;
    mpz_inits(sum, squares, NULL);
    wb_sorted_totals(sum, squares, sorted);
    wb_estimate_mean(&c->mean[item], sum, squares, sorted->count);
    wb_estimate_quantile(&c->quantile[item], sorted, &c->level);
    mpz_clears(sum, squares, NULL);
}

/* The sums over the parties of a region, path by path. */
static void add_region(wb_wide *values, const costing *c, uint32_t region)
{
    wb_wide block[WB_BLOCK_PATHS];
    memset(values, 0, c->tally->paths * sizeof *values);
    for (uint32_t p = 0; p < c->model->party_count; p++) {
        if (c->region_of[p] != region) continue;
        for (uint64_t b = 0; b < c->tally->block_count; b++) {
            const uint32_t count = wb_tally_block_paths(c->tally, b);
            wb_tally_read(block, c->tally, wb_tally_party_cost(c->tally, p), b);
            for (uint32_t i = 0; i < count; i++)
                values[b * WB_BLOCK_PATHS + i] += block[i];
        }
    }
}

static wb_code estimate_own(const costing *c, wb_sorted *sorted, wb_error *err)
{
    wb_sorted sums; /* of parties: may be wider than each of them */
    wb_wide *values = malloc(c->tally->paths * sizeof *values);
    wb_code code = wb_sorted_init(&sums, c->tally->paths, true, err);
    if (code == WB_OK && values == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for the cost of regions");
    }
    for (uint32_t r = 0; code == WB_OK && r < c->region_count; r++) {
        add_region(values, c, r);
        wb_sorted_load_wide(&sums, values);
        estimate(c, 1 + r, &sums);
    }
    for (uint32_t p = 0; code == WB_OK && p < c->model->party_count; p++) {
        wb_sorted_load(sorted, c->tally, wb_tally_party_cost(c->tally, p));
        estimate(c, 1 + c->region_count + p, sorted);
    }
    wb_sorted_clear(&sums);
    free(values);
    return code;
}

/* ---- each its share ---- */

/* The figure and both ends of its interval. */
enum { PARTS = 3 };
static wb_money *part_of(wb_measure *item, uint32_t part)
{
    return part == 0 ? &item->amount : part == 1 ? &item->amount_low : &item->amount_high;
}

/* Divide a part of the group's item over the parties, and add it up by region. */
static wb_code divide(const costing *c, wb_measure *items, uint32_t part, const wb_money *weights,
                      wb_money *shares, wb_error *err)
{
    const uint32_t count = c->model->party_count;
    const wb_code code = wb_split(shares, part_of(&items[0], part), weights, count, err);
    for (uint32_t p = 0; code == WB_OK && p < count; p++) {
        wb_money_set(part_of(&items[1 + c->region_count + p], part), &shares[p]);
        if (c->region_of[p] == WB_NONE) continue;
        wb_money *region = part_of(&items[1 + c->region_of[p]], part);
        wb_money_add(region, region, &shares[p]);
    }
    return code;
}

static wb_code divide_all(const costing *c, wb_error *err)
{
    const uint32_t count = c->model->party_count;
    const uint32_t items = 1 + c->region_count + count;
    wb_money *weights = calloc(count, sizeof *weights);
    wb_money *parts = calloc(count, sizeof *parts);
    wb_code code = WB_OK;
    if (weights == NULL || parts == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for the cost of parties");
    }
    for (uint32_t p = 0; code == WB_OK && p < count; p++) {
        wb_money_init(&weights[p]);
        wb_money_init(&parts[p]);
        wb_money_set(&weights[p], &c->model->parties[p].weight);
    }
    const bool made = code == WB_OK;
    for (uint32_t part = 0; code == WB_OK && part < PARTS; part++) {
        code = divide(c, c->mean, part, weights, parts, err);
        if (code == WB_OK) code = divide(c, c->quantile, part, weights, parts, err);
    }
    for (uint32_t i = 1; i < items; i++) {
        c->mean[i].low_none = c->mean[i].high_none = c->mean[0].low_none;
        c->quantile[i].low_none = c->quantile[0].low_none;
        c->quantile[i].high_none = c->quantile[0].high_none;
        wb_estimate_level(&c->quantile[i], &c->level);
    }
    for (uint32_t p = 0; made && p < count; p++) {
        wb_money_clear(&weights[p]);
        wb_money_clear(&parts[p]);
    }
    free(weights);
    free(parts);
    return code;
}

/* ---- the list ---- */

static void name_items(const costing *c, wb_measure *items, const char *id)
{
    const wb_model *model = c->model;
    for (uint32_t i = 0; i < 1 + c->region_count + model->party_count; i++)
        wb_estimate_init(&items[i], id, 0, WB_MEASURE_AMOUNT);
    items[0].group = model->groups[model->party_group].id;
    for (uint32_t r = 0; r < c->region_count; r++)
        items[1 + r].region = c->regions[r];
    for (uint32_t p = 0; p < model->party_count; p++)
        items[1 + c->region_count + p].party = model->parties[p].id;
}

size_t wb_measure_cost_room(const wb_model *model)
{
    return model->party_count > 0 ? 2 * (1 + 2 * (size_t)model->party_count) : 0;
}

wb_code wb_measure_cost(wb_measure *items, size_t *count, const wb_model *model,
                        const wb_tally *tally, wb_sorted *sorted, wb_error *err)
{
    *count = 0;
    if (!tally->shape.has_cost) return WB_OK;
    costing c = {.model = model, .tally = tally};
    wb_code code = WB_OK;
    if (costing_init(&c)) {
        const size_t each = (size_t)1 + c.region_count + model->party_count;
        c.mean = items;
        c.quantile = items + each;
        *count = 2 * each;
        name_items(&c, c.mean, "cost_mean");
        name_items(&c, c.quantile, "cost_quantile");
        wb_sorted_load(sorted, tally, wb_tally_cost(tally));
        estimate(&c, 0, sorted);
        code = tally->shape.parties > 0 ? estimate_own(&c, sorted, err) : divide_all(&c, err);
    } else {
        code = wb_fail(err, WB_E_NOMEM, "no memory for the cost of parties");
    }
    costing_clear(&c);
    return code;
}
