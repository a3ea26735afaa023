/* audit.c - sums of rows and recomputed balances; see audit.h. */
#include "ledger/audit.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

_Static_assert(WB_SIP_KEY_SIZE == crypto_shorthash_siphashx24_KEYBYTES, "SipHash-2-4-128");

enum { TALLIES_FIRST = 64, PLACES_PER_TALLY = 4 };

void wb_row_sum_add(wb_row_sum *sum, const uint8_t key[WB_SIP_KEY_SIZE], wb_span row)
{
    uint8_t hash[crypto_shorthash_siphashx24_BYTES];
    const int result = crypto_shorthash_siphashx24(hash, row.data, row.size, key);
    assert(result == 0);
    (void)result;
    sum->count++;
    sum->low += wb_get_u64(hash);
    sum->high += wb_get_u64(hash + 8);
}

void wb_subject_sum_add(wb_row_sum *sum, const uint8_t key[WB_SIP_KEY_SIZE], wb_span subject,
                        uint64_t number)
{
    uint8_t row[UINT8_MAX + 8];
    assert(subject.size <= UINT8_MAX);
    memcpy(row, subject.data, subject.size);
    wb_put_u64(row + subject.size, number);
    wb_row_sum_add(sum, key, (wb_span){row, subject.size + 8});
}

void wb_node_sum_add(wb_row_sum *sum, const uint8_t key[WB_SIP_KEY_SIZE], unsigned level,
                     uint64_t index, const wb_tree_hash *hash)
{
    uint8_t row[1 + 8 + WB_TREE_HASH_SIZE];
    row[0] = (uint8_t)level;
    wb_put_u64(row + 1, index);
    memcpy(row + 9, hash->bytes, sizeof hash->bytes);
    wb_row_sum_add(sum, key, (wb_span){row, sizeof row});
}

bool wb_row_sum_equal(const wb_row_sum *a, const wb_row_sum *b)
{
    return a->count == b->count && a->low == b->low && a->high == b->high;
}

void wb_posting_row(uint8_t row[WB_POSTING_ROW_SIZE], uint64_t account, uint64_t party,
                    const wb_item *item)
{
    const wb_span magnitude = item->amount.magnitude;
    assert(magnitude.size <= WB_AMOUNT_SIZE_MAX);
    memset(row, 0, WB_POSTING_ROW_SIZE);
    wb_put_u64(row, account);
    wb_put_u64(row + 8, party);
    wb_put_u64(row + 16, item->number);
    wb_put_u32(row + 24, item->index);
    wb_put_u32(row + 28, (uint32_t)item->date.days);
    row[32] = item->amount.negative ? 1 : 0;
    row[33] = (uint8_t)magnitude.size;
    memcpy(row + 34, magnitude.data, magnitude.size);
}

static size_t place_of(const wb_tallies *tallies, uint64_t account, uint64_t party)
{
    const uint64_t mixed = (account * 0x9E3779B97F4A7C15U) ^ (party + 0x7F4A7C15U);
    const size_t mask = tallies->capacity * PLACES_PER_TALLY - 1;
    size_t at = (size_t)((mixed * 0xD6E8FEB86659FD93U) >> 32) & mask;
    while (tallies->table[at] != 0) {
        const wb_tally *tally = &tallies->items[tallies->table[at] - 1];
        if (tally->account == account && tally->party == party) break;
        at = (at + 1) & mask;
    }
    return at;
}

static wb_code grow(wb_tallies *tallies, wb_error *err)
{
    const size_t capacity = tallies->capacity == 0 ? TALLIES_FIRST : tallies->capacity * 2;
    wb_tally *items = realloc(tallies->items, capacity * sizeof *items);
    if (items != NULL) tallies->items = items;
    uint32_t *table = calloc(capacity * PLACES_PER_TALLY, sizeof *table);
    if (items == NULL || table == NULL) {
        free(table);
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu balances", capacity);
    }
    free(tallies->table);
    tallies->table = table;
    tallies->capacity = capacity;
    for (size_t i = 0; i < tallies->count; i++)
        table[place_of(tallies, items[i].account, items[i].party)] = (uint32_t)i + 1;
    return WB_OK;
}

wb_code wb_tally_find(wb_tally **tally, wb_tallies *tallies, uint64_t account, uint64_t party,
                      bool make, wb_error *err)
{
    *tally = NULL;
    if (tallies->count == tallies->capacity && make) {
        const wb_code code = grow(tallies, err);
        if (code != WB_OK) return code;
    }
    if (tallies->capacity == 0) return WB_OK;
    const size_t at = place_of(tallies, account, party);
    if (tallies->table[at] == 0) {
        if (!make) return WB_OK;
        wb_tally *fresh = &tallies->items[tallies->count];
        *fresh = (wb_tally){.account = account, .party = party};
        wb_money_init(&fresh->debit);
        wb_money_init(&fresh->credit);
        tallies->count++;
        tallies->table[at] = (uint32_t)tallies->count;
    }
    *tally = &tallies->items[tallies->table[at] - 1];
    return WB_OK;
}

void wb_tallies_clear(wb_tallies *tallies)
{
    for (size_t i = 0; i < tallies->count; i++) {
        wb_money_clear(&tallies->items[i].debit);
        wb_money_clear(&tallies->items[i].credit);
    }
    free(tallies->items);
    free(tallies->table);
    *tallies = (wb_tallies){0};
}
