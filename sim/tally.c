/* tally.c - exact columns and sums; see tally.h. */
#include "sim/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* calloc(0) may give NULL without being out of memory. */
static void *array_new(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

/* ---- sums ---- */

void wb_sum_init(wb_sum *sum)
{
    memset(sum, 0, sizeof *sum);
    mpz_init(sum->wide_sum);
    mpz_init(sum->wide_squares);
}

void wb_sum_clear(wb_sum *sum)
{
    mpz_clear(sum->wide_sum);
    mpz_clear(sum->wide_squares);
}

static void sum_reset(wb_sum *sum)
{
    sum->sum = 0;
    sum->squares_low = 0;
    sum->squares_high = 0;
    mpz_set_ui(sum->wide_sum, 0);
    mpz_set_ui(sum->wide_squares, 0);
}

static void squares_add(wb_sum *sum, wb_uwide low, uint64_t high)
{
    sum->squares_low += low;
    sum->squares_high += high + (sum->squares_low < low ? 1 : 0);
}

void wb_sum_add(wb_sum *sum, wb_wide value)
{
    if (value >= INT64_MIN && value <= INT64_MAX) {
        sum->sum += value;
        squares_add(sum, (wb_uwide)(value * value), 0);
        return;
    }
    mpz_t big;
    mpz_init(big);
    wb_wide_set(big, value);
    mpz_add(sum->wide_sum, sum->wide_sum, big);
    mpz_addmul(sum->wide_squares, big, big);
    mpz_clear(big);
}

void wb_sum_merge(wb_sum *sum, const wb_sum *other)
{
    sum->sum += other->sum;
    squares_add(sum, other->squares_low, other->squares_high);
    mpz_add(sum->wide_sum, sum->wide_sum, other->wide_sum);
    mpz_add(sum->wide_squares, sum->wide_squares, other->wide_squares);
}

void wb_sum_get(mpz_t total, mpz_t squares, const wb_sum *sum)
{
    wb_wide_set(total, sum->sum);
    mpz_add(total, total, sum->wide_sum);
    const uint64_t words[3] = {(uint64_t)sum->squares_low, (uint64_t)(sum->squares_low >> 64),
                               sum->squares_high};
    mpz_import(squares, 3, -1, sizeof *words, 0, 0, words);
    mpz_add(squares, squares, sum->wide_squares);
}

void wb_sum_set(wb_sum *sum, const mpz_t total, const mpz_t squares)
{
    sum_reset(sum);
    mpz_set(sum->wide_sum, total);
    mpz_set(sum->wide_squares, squares);
}

bool wb_tally_sums_init(wb_tally_sums *sums, wb_tally_shape shape)
{
    const uint32_t years = shape.years;
    memset(sums, 0, sizeof *sums);
    sums->count = (WB_CALL_LAYERS + shape.groups + WB_COUNTED_KINDS) * years;
    sums->event_count = WB_EVENT_COUNT * years;
    sums->all = array_new(sums->count, sizeof *sums->all);
    sums->events = array_new(sums->event_count, sizeof *sums->events);
    if (sums->all == NULL || sums->events == NULL) {
        free(sums->all);
        free(sums->events);
        memset(sums, 0, sizeof *sums);
        return false;
    }
    for (uint32_t i = 0; i < sums->count; i++)
        wb_sum_init(&sums->all[i]);
    sums->call = sums->all;
    sums->contribution = sums->call + (size_t)WB_CALL_LAYERS * years;
    sums->counted = sums->contribution + (size_t)shape.groups * years;
    return true;
}

void wb_tally_sums_clear(wb_tally_sums *sums)
{
    for (uint32_t i = 0; sums->all != NULL && i < sums->count; i++)
        wb_sum_clear(&sums->all[i]);
    free(sums->all);
    free(sums->events);
    memset(sums, 0, sizeof *sums);
}

void wb_tally_sums_merge(wb_tally_sums *sums, const wb_tally_sums *other)
{
    assert(sums->count == other->count && sums->event_count == other->event_count);
    for (uint32_t i = 0; i < sums->count; i++)
        wb_sum_merge(&sums->all[i], &other->all[i]);
    for (uint32_t i = 0; i < sums->event_count; i++)
        sums->events[i] += other->events[i];
    sums->paths += other->paths;
}

static void sums_reset(wb_tally_sums *sums)
{
    for (uint32_t i = 0; i < sums->count; i++)
        sum_reset(&sums->all[i]);
    memset(sums->events, 0, sums->event_count * sizeof *sums->events);
    sums->paths = 0;
}

/* ---- columns ---- */

enum { NEED, FIRST_YEAR, HORIZON = INT32_MAX };

static uint32_t columns_of(wb_tally_shape shape)
{
    return FIRST_YEAR + 2 * shape.years + (shape.has_cost ? 1 : 0) + shape.parties;
}

uint32_t wb_tally_loss(void)
{
    return HORIZON;
}

uint32_t wb_tally_need(void)
{
    return NEED;
}

uint32_t wb_tally_loss_year(const wb_tally *tally, uint32_t year)
{
    assert(year < tally->shape.years);
    return FIRST_YEAR + year;
}

uint32_t wb_tally_fund_year(const wb_tally *tally, uint32_t year)
{
    assert(year < tally->shape.years);
    return FIRST_YEAR + tally->shape.years + year;
}

uint32_t wb_tally_cost(const wb_tally *tally)
{
    assert(tally->shape.has_cost);
    return FIRST_YEAR + 2 * tally->shape.years;
}

uint32_t wb_tally_party_cost(const wb_tally *tally, uint32_t party)
{
    assert(party < tally->shape.parties);
    return wb_tally_cost(tally) + 1 + party;
}

/* ---- a block ---- */

bool wb_tally_block_init(wb_tally_block *block, wb_tally_shape shape)
{
    memset(block, 0, sizeof *block);
    block->shape = shape;
    block->values = array_new((size_t)columns_of(shape) * WB_BLOCK_PATHS, sizeof *block->values);
    if (block->values != NULL && wb_tally_sums_init(&block->sums, shape)) return true;
    free(block->values);
    memset(block, 0, sizeof *block);
    return false;
}

void wb_tally_block_clear(wb_tally_block *block)
{
    free(block->values);
    free(block->packed);
    wb_tally_sums_clear(&block->sums);
    memset(block, 0, sizeof *block);
}

static void enter(wb_tally_block *block, uint32_t column, wb_wide value)
{
    block->values[(size_t)column * WB_BLOCK_PATHS + block->count] = value;
}

static void add_years(wb_sum *sums, const wb_wide *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] != 0) wb_sum_add(&sums[i], values[i]);
    }
}

static void add_counts(wb_sum *sums, const uint64_t *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (counts[i] != 0) wb_sum_add(&sums[i], (wb_wide)counts[i]);
    }
}

void wb_tally_block_add(wb_tally_block *block, const wb_path_result *result)
{
    const uint32_t years = block->shape.years;
    wb_tally_sums *sums = &block->sums;
    assert(block->count < WB_BLOCK_PATHS && block->packed == NULL);
    assert(result->years == years && result->groups == block->shape.groups);
    wb_wide loss = 0;
    enter(block, NEED, result->need);
    for (uint32_t year = 0; year < years; year++) {
        enter(block, FIRST_YEAR + year, result->loss_by_year[year]);
        enter(block, FIRST_YEAR + years + year, result->fund[year]);
        loss += result->loss_by_year[year];
    }
    assert(loss == result->loss);
    const uint32_t cost = FIRST_YEAR + 2 * years;
    if (block->shape.has_cost) enter(block, cost, result->cost);
    for (uint32_t party = 0; party < block->shape.parties; party++)
        enter(block, cost + 1 + party, result->party_cost[party]);
    block->count++;
    add_years(sums->call, result->levy, years);
    add_years(sums->call + years, result->obligo, years);
    add_years(sums->call + 2 * (size_t)years, result->backstop, years);
    add_years(sums->contribution, result->contribution, (size_t)block->shape.groups * years);
    const uint64_t *const counted[WB_COUNTED_KINDS] = {
        result->cases, result->failures, result->silent_defaults, result->young_people};
    for (uint32_t kind = 0; kind < WB_COUNTED_KINDS; kind++) {
        add_counts(sums->counted + (size_t)kind * years, counted[kind], years);
    }
    for (uint32_t event = 0; event < WB_EVENT_COUNT; event++) {
        if (result->event[event] == WB_NONE) continue;
        const uint32_t year = result->event[event] / block->shape.steps_per_year;
        assert(year < years);
        sums->events[(size_t)event * years + year]++;
    }
    sums->paths++;
}

wb_code wb_tally_block_pack(wb_tally_block *block, wb_error *err)
{
    assert(block->packed == NULL);
    block->packed = wb_packed_new(block->values, columns_of(block->shape), block->count);
    if (block->packed != NULL) return WB_OK;
    return wb_fail(err, WB_E_NOMEM, "no memory for the results of more paths");
}

/* ---- the tally ---- */

wb_code wb_tally_init(wb_tally *tally, const wb_model *model, uint64_t paths, wb_error *err)
{
    assert(paths > 0 && paths <= WB_PATHS_MAX);
    memset(tally, 0, sizeof *tally);
    tally->shape =
        (wb_tally_shape){.years = model->years,
                         .groups = model->group_count,
                         .steps_per_year = model->steps_per_year,
                         .has_cost = model->party_count > 0,
                         .parties = wb_model_parties_differ(model) ? model->party_count : 0};
    tally->paths = paths;
    tally->block_count = (paths + WB_BLOCK_PATHS - 1) / WB_BLOCK_PATHS;
    tally->column_count = columns_of(tally->shape);
    tally->blocks = calloc(tally->block_count, sizeof *tally->blocks);
    tally->borrowed = calloc(tally->block_count, sizeof *tally->borrowed);
    if (tally->blocks == NULL || tally->borrowed == NULL ||
        !wb_tally_sums_init(&tally->sums, tally->shape)) {
        free(tally->blocks);
        free(tally->borrowed);
        memset(tally, 0, sizeof *tally);
        return wb_fail(err, WB_E_NOMEM, "no memory for %llu paths", (unsigned long long)paths);
    }
    return WB_OK;
}

void wb_tally_clear(wb_tally *tally)
{
    for (uint64_t i = 0; tally->blocks != NULL && i < tally->block_count; i++) {
        if (!tally->borrowed[i]) free(tally->blocks[i]);
    }
    free(tally->blocks);
    free(tally->borrowed);
    wb_tally_sums_clear(&tally->sums);
    memset(tally, 0, sizeof *tally);
}

uint32_t wb_tally_block_paths(const wb_tally *tally, uint64_t index)
{
    assert(index < tally->block_count);
    const uint64_t left = tally->paths - index * WB_BLOCK_PATHS;
    return left < WB_BLOCK_PATHS ? (uint32_t)left : WB_BLOCK_PATHS;
}

void wb_tally_borrow(wb_tally *tally, uint64_t index, uint8_t *packed)
{
    assert(tally->blocks[index] == NULL);
    const int64_t limit = INT64_MAX / tally->shape.years; /* the horizon adds the years */
    for (uint32_t c = 0; c < tally->column_count; c++)
        tally->wide = tally->wide || !wb_packed_within(packed, c, limit);
    tally->blocks[index] = packed;
    tally->borrowed[index] = true;
}

void wb_tally_enter(wb_tally *tally, uint64_t index, wb_tally_block *block)
{
    assert(block->packed != NULL && block->count == wb_tally_block_paths(tally, index));
    wb_tally_borrow(tally, index, block->packed);
    tally->borrowed[index] = false;
    wb_tally_sums_merge(&tally->sums, &block->sums);
    block->packed = NULL;
    block->count = 0;
    sums_reset(&block->sums);
}

void wb_tally_read(wb_wide values[WB_BLOCK_PATHS], const wb_tally *tally, uint32_t column,
                   uint64_t index)
{
    const uint32_t count = wb_tally_block_paths(tally, index);
    const uint8_t *packed = tally->blocks[index];
    assert(packed != NULL);
    if (column != HORIZON) {
        wb_packed_read(values, packed, tally->column_count, column, count);
        return;
    }
    wb_wide year[WB_BLOCK_PATHS];
    memset(values, 0, count * sizeof *values);
    for (uint32_t y = 0; y < tally->shape.years; y++) {
        wb_packed_read(year, packed, tally->column_count, FIRST_YEAR + y, count);
        for (uint32_t i = 0; i < count; i++)
            values[i] += year[i];
    }
}
