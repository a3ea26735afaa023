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

static wb_sum *sums_new(size_t count)
{
    wb_sum *sums = array_new(count, sizeof *sums);
    for (size_t i = 0; sums != NULL && i < count; i++)
        wb_sum_init(&sums[i]);
    return sums;
}

static void sums_free(wb_sum *sums, size_t count)
{
    for (size_t i = 0; sums != NULL && i < count; i++)
        wb_sum_clear(&sums[i]);
    free(sums);
}

bool wb_tally_sums_init(wb_tally_sums *sums, wb_tally_shape shape)
{
    const size_t years = shape.years;
    memset(sums, 0, sizeof *sums);
    sums->call = sums_new(WB_CALL_LAYERS * years);
    sums->contribution = sums_new(shape.groups * years);
    sums->counted = sums_new(WB_COUNTED_KINDS * years);
    sums->events = array_new(WB_EVENT_COUNT * years, sizeof *sums->events);
    if (sums->call == NULL || sums->contribution == NULL || sums->counted == NULL ||
        sums->events == NULL) {
        wb_tally_sums_clear(sums, shape);
        return false;
    }
    return true;
}

void wb_tally_sums_clear(wb_tally_sums *sums, wb_tally_shape shape)
{
    const size_t years = shape.years;
    sums_free(sums->call, WB_CALL_LAYERS * years);
    sums_free(sums->contribution, shape.groups * years);
    sums_free(sums->counted, WB_COUNTED_KINDS * years);
    free(sums->events);
    memset(sums, 0, sizeof *sums);
}

void wb_tally_sums_merge(wb_tally_sums *sums, const wb_tally_sums *other, wb_tally_shape shape)
{
    const size_t years = shape.years;
    for (size_t i = 0; i < WB_CALL_LAYERS * years; i++) {
        wb_sum_merge(&sums->call[i], &other->call[i]);
    }
    for (size_t i = 0; i < shape.groups * years; i++) {
        wb_sum_merge(&sums->contribution[i], &other->contribution[i]);
    }
    for (size_t i = 0; i < WB_COUNTED_KINDS * years; i++) {
        wb_sum_merge(&sums->counted[i], &other->counted[i]);
    }
    for (size_t i = 0; i < WB_EVENT_COUNT * years; i++)
        sums->events[i] += other->events[i];
    sums->paths += other->paths;
}

/* ---- the tally ---- */

wb_code wb_tally_init(wb_tally *tally, const wb_model *model, uint64_t paths, bool wide,
                      wb_error *err)
{
    assert(paths > 0 && paths <= WB_PATHS_MAX);
    memset(tally, 0, sizeof *tally);
    tally->shape = (wb_tally_shape){.years = model->years,
                                    .groups = model->group_count,
                                    .steps_per_year = model->steps_per_year};
    tally->paths = paths;
    tally->column_count = 2 + 2 * model->years;
    const size_t count = (size_t)tally->column_count * paths;
    const size_t size = wide ? sizeof *tally->wide : sizeof *tally->narrow;
    void *columns = calloc(count, size);
    if (columns == NULL || !wb_tally_sums_init(&tally->sums, tally->shape)) {
        free(columns);
        memset(tally, 0, sizeof *tally);
        return wb_fail(err, WB_E_NOMEM, "no memory for %llu paths (%llu MB)",
                       (unsigned long long)paths, (unsigned long long)((count * size) >> 20));
    }
    if (wide)
        tally->wide = columns;
    else
        tally->narrow = columns;
    return WB_OK;
}

void wb_tally_clear(wb_tally *tally)
{
    free(tally->wide);
    free(tally->narrow);
    wb_tally_sums_clear(&tally->sums, tally->shape);
    memset(tally, 0, sizeof *tally);
}

uint32_t wb_tally_loss(void)
{
    return 0;
}

uint32_t wb_tally_need(void)
{
    return 1;
}

uint32_t wb_tally_loss_year(const wb_tally *tally, uint32_t year)
{
    assert(year < tally->shape.years);
    return 2 + year;
}

uint32_t wb_tally_fund_year(const wb_tally *tally, uint32_t year)
{
    assert(year < tally->shape.years);
    return 2 + tally->shape.years + year;
}

static void enter(wb_tally *tally, uint32_t column, uint64_t path, wb_wide value)
{
    const size_t at = (size_t)column * tally->paths + path;
    if (tally->wide != NULL) {
        tally->wide[at] = value;
    } else {
        assert(value >= INT64_MIN && value <= INT64_MAX);
        tally->narrow[at] = (int64_t)value;
    }
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

void wb_tally_set(wb_tally *tally, wb_tally_sums *sums, uint64_t path, const wb_path_result *result)
{
    assert(path < tally->paths);
    const uint32_t years = tally->shape.years;
    assert(result->years == years && result->groups == tally->shape.groups);
    enter(tally, wb_tally_loss(), path, result->loss);
    enter(tally, wb_tally_need(), path, result->need);
    for (uint32_t year = 0; year < years; year++) {
        enter(tally, wb_tally_loss_year(tally, year), path, result->loss_by_year[year]);
        enter(tally, wb_tally_fund_year(tally, year), path, result->fund[year]);
    }
    add_years(sums->call, result->levy, years);
    add_years(sums->call + years, result->obligo, years);
    add_years(sums->call + 2 * (size_t)years, result->backstop, years);
    add_years(sums->contribution, result->contribution, (size_t)tally->shape.groups * years);
    const uint64_t *const counted[WB_COUNTED_KINDS] = {
        result->cases, result->failures, result->silent_defaults, result->young_people};
    for (uint32_t kind = 0; kind < WB_COUNTED_KINDS; kind++) {
        add_counts(sums->counted + (size_t)kind * years, counted[kind], years);
    }
    for (uint32_t event = 0; event < WB_EVENT_COUNT; event++) {
        if (result->event[event] == WB_NONE) continue;
        const uint32_t year = result->event[event] / tally->shape.steps_per_year;
        assert(year < years);
        sums->events[(size_t)event * years + year]++;
    }
    sums->paths++;
}
