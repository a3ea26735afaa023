/* limit_sums.c - the sums that limits watch, in a table by limit and party; see limits.h. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/limits.h"

enum { SUMS_FIRST = 64, PLACES_PER_SUM = 2 };

void wb_limits_clear(wb_limits *limits)
{
    for (size_t i = 0; i < limits->count; i++)
        wb_limit_clear(&limits->items[i].limit);
    for (size_t i = 0; i < limits->sum_count; i++) {
        wb_money_clear(&limits->sums[i].sum);
        wb_money_clear(&limits->sums[i].promised);
        wb_money_clear(&limits->sums[i].released);
        wb_money_clear(&limits->sums[i].change);
    }
    free(limits->items);
    free(limits->watches);
    free(limits->sums);
    free(limits->table);
    free(limits->touched);
    *limits = (wb_limits){0};
}

static size_t place_of(const wb_limits *limits, size_t limit, uint64_t party)
{
    const uint64_t mixed = (party + limit * 0x9E3779B97F4A7C15U) * 0xD6E8FEB86659FD93U;
    return (size_t)(mixed >> 32) & (limits->sum_capacity * PLACES_PER_SUM - 1);
}

static void index_sum(wb_limits *limits, size_t i)
{
    const size_t mask = limits->sum_capacity * PLACES_PER_SUM - 1;
    size_t at = place_of(limits, limits->sums[i].limit, limits->sums[i].party);
    while (limits->table[at] != 0)
        at = (at + 1) & mask;
    limits->table[at] = (uint32_t)i + 1;
}

static wb_code grow_sums(wb_limits *limits, wb_error *err)
{
    const size_t capacity = limits->sum_capacity == 0 ? SUMS_FIRST : limits->sum_capacity * 2;
    wb_limit_sum *sums = realloc(limits->sums, capacity * sizeof *sums);
    if (sums != NULL) limits->sums = sums;
    size_t *touched = realloc(limits->touched, capacity * sizeof *touched);
    if (touched != NULL) limits->touched = touched;
    uint32_t *table = calloc(capacity * PLACES_PER_SUM, sizeof *table);
    if (sums == NULL || touched == NULL || table == NULL) {
        free(table);
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu sums of limits", capacity);
    }
    free(limits->table);
    limits->table = table;
    limits->sum_capacity = capacity;
    for (size_t i = 0; i < limits->sum_count; i++)
        index_sum(limits, i);
    return WB_OK;
}

wb_code wb_limits_sum(wb_limits *limits, size_t limit, uint64_t party, size_t *index, bool *fresh,
                      wb_error *err)
{
    *fresh = false;
    if (limits->sum_count > 0) {
        const size_t mask = limits->sum_capacity * PLACES_PER_SUM - 1;
        for (size_t at = place_of(limits, limit, party); limits->table[at] != 0;
             at = (at + 1) & mask) {
            *index = limits->table[at] - 1;
            const wb_limit_sum *sum = &limits->sums[*index];
            if (sum->limit == limit && sum->party == party) return WB_OK;
        }
    }
    if (limits->sum_count == limits->sum_capacity) {
        const wb_code code = grow_sums(limits, err);
        if (code != WB_OK) return code;
    }
    *index = limits->sum_count;
    wb_limit_sum *sum = &limits->sums[*index];
    *sum = (wb_limit_sum){.limit = limit, .party = party};
    wb_money_init(&sum->sum);
    wb_money_init(&sum->promised);
    wb_money_init(&sum->released);
    wb_money_init(&sum->change);
    limits->sum_count++;
    index_sum(limits, *index);
    *fresh = true;
    return WB_OK;
}
