/* slots.c - balances and posting lists of a batch; see slots.h. */
#include "ledger/slots.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS_FIRST = 64, PLACES_PER_SLOT = 4 };

static uint32_t hash_pair(uint64_t account, uint64_t party)
{
    const uint64_t mixed = (account * 0x9E3779B97F4A7C15U) ^ (party + 0x7F4A7C15U);
    return (uint32_t)((mixed * 0xD6E8FEB86659FD93U) >> 32);
}

void wb_slots_clear(wb_batch *batch)
{
    wb_subjects_clear(batch);
    batch->tree.known = false;
    for (size_t i = 0; i < batch->slot_count; i++) {
        wb_money_clear(&batch->slots[i]->debit);
        wb_money_clear(&batch->slots[i]->credit);
        free(batch->slots[i]);
    }
    free(batch->slots);
    free(batch->slot_table);
    batch->slots = NULL;
    batch->slot_table = NULL;
    batch->slot_count = 0;
    batch->slot_capacity = 0;
}

static void index_slot(wb_batch *batch, size_t i)
{
    const size_t mask = batch->slot_capacity * PLACES_PER_SLOT - 1;
    size_t at = hash_pair(batch->slots[i]->account, batch->slots[i]->party) & mask;
    while (batch->slot_table[at] != 0)
        at = (at + 1) & mask;
    batch->slot_table[at] = (uint32_t)i + 1;
}

static wb_code grow(wb_batch *batch, wb_error *err)
{
    const size_t capacity = batch->slot_capacity == 0 ? SLOTS_FIRST : batch->slot_capacity * 2;
    wb_slot **slots = realloc(batch->slots, capacity * sizeof(wb_slot *));
    if (slots != NULL) batch->slots = slots;
    uint32_t *table = calloc(capacity * PLACES_PER_SLOT, sizeof *table);
    if (slots == NULL || table == NULL) {
        free(table);
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu balances", capacity);
    }
    free(batch->slot_table);
    batch->slot_table = table;
    batch->slot_capacity = capacity;
    for (size_t i = 0; i < batch->slot_count; i++)
        index_slot(batch, i);
    return WB_OK;
}

/* Take over the newest part of a stored list. */
static wb_code load_list(wb_slot *slot, wb_span list, wb_error *err)
{
    assert(list.size <= sizeof slot->list); /* wb_row_read_balance has seen to it */
    memcpy(slot->list, list.data, list.size);
    slot->list_size = list.size;
    while (list.size > 0) {
        if (!wb_item_take(&list, &slot->last)) {
            return wb_fail(err, WB_E_DAMAGED, "the list of an account's postings is damaged");
        }
    }
    slot->last.amount = (wb_raw_amount){0};
    return WB_OK;
}

static wb_code load(wb_ledger *ledger, wb_slot *slot, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_row_key_pair(&row, WB_TAG_BALANCE, slot->account, slot->party);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || !found) return code;
    wb_balance_row stored;
    code = wb_row_read_balance(&stored, value, err);
    if (code != WB_OK) return code;
    slot->stored = true;
    slot->postings = stored.postings;
    slot->chunks = stored.chunks;
    wb_raw_amount_get(&slot->debit, &stored.debit);
    wb_raw_amount_get(&slot->credit, &stored.credit);
    return load_list(slot, stored.list, err);
}

static wb_code find(wb_ledger *ledger, wb_slot **slot, uint64_t account, uint64_t party,
                    wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    if (batch->slot_count > 0) {
        const size_t mask = batch->slot_capacity * PLACES_PER_SLOT - 1;
        for (size_t at = hash_pair(account, party) & mask; batch->slot_table[at] != 0;
             at = (at + 1) & mask) {
            *slot = batch->slots[batch->slot_table[at] - 1];
            if ((*slot)->account == account && (*slot)->party == party) return WB_OK;
        }
    }
    wb_code code = WB_OK;
    if (batch->slot_count == batch->slot_capacity) code = grow(batch, err);
    if (code != WB_OK) return code;
    wb_slot *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a balance");
    fresh->account = account;
    fresh->party = party;
    wb_money_init(&fresh->debit);
    wb_money_init(&fresh->credit);
    batch->slots[batch->slot_count] = fresh;
    batch->slot_count++;
    index_slot(batch, batch->slot_count - 1);
    *slot = fresh;
    return load(ledger, fresh, err);
}

wb_code wb_row_put(wb_ledger *ledger, const wb_row *row, wb_error *err)
{
    return wb_store_put(ledger->store, (wb_span){row->key, row->key_size},
                        (wb_span){row->value, row->value_size}, err);
}

/* The list is full: it becomes a row that never changes again. */
static wb_code write_chunk(wb_ledger *ledger, wb_slot *slot, wb_error *err)
{
    wb_row row;
    wb_row_key_chunk(&row, slot->account, slot->party, slot->chunks);
    wb_row_bytes(&row, (wb_span){slot->list, slot->list_size});
    ledger->head.chunks++;
    ledger->head.rows++;
    slot->chunks++;
    slot->list_size = 0;
    slot->last = (wb_item){0};
    return wb_row_put(ledger, &row, err);
}

/* Add a magnitude without a temporary for the common size. */
static void add_magnitude(wb_money *sum, const wb_raw_amount *amount)
{
    const wb_raw_amount magnitude = {.magnitude = amount->magnitude};
    if (amount->magnitude.size <= sizeof(unsigned long)) {
        unsigned long value = 0;
        for (size_t i = 0; i < amount->magnitude.size; i++)
            value = value << 8 | amount->magnitude.data[i];
        mpz_add_ui(sum->cents, sum->cents, value);
        return;
    }
    wb_money term;
    wb_money_init(&term);
    wb_raw_amount_get(&term, &magnitude);
    wb_money_add(sum, sum, &term);
    wb_money_clear(&term);
}

wb_code wb_slots_post(wb_ledger *ledger, const wb_raw_posting *posting, const wb_item *item,
                      wb_error *err)
{
    wb_slot *slot = NULL;
    wb_code code = find(ledger, &slot, posting->account, posting->party, err);
    if (code != WB_OK) return code;
    assert(slot != NULL);
    uint8_t bytes[WB_ITEM_SIZE_MAX];
    size_t size = wb_item_put(bytes, &slot->last, item);
    if (slot->list_size + size > WB_CHUNK_SIZE_MAX) {
        code = write_chunk(ledger, slot, err);
        if (code != WB_OK) return code;
        size = wb_item_put(bytes, &slot->last, item);
    }
    memcpy(slot->list + slot->list_size, bytes, size);
    slot->list_size += size;
    slot->last = *item;
    slot->last.amount = (wb_raw_amount){0};
    slot->postings++;
    slot->dirty = true;
    add_magnitude(posting->amount.negative ? &slot->credit : &slot->debit, &posting->amount);
    return WB_OK;
}

static int by_pair(const void *a, const void *b)
{
    const wb_slot *const *x = a;
    const wb_slot *const *y = b;
    if ((*x)->account != (*y)->account) return (*x)->account < (*y)->account ? -1 : 1;
    if ((*x)->party != (*y)->party) return (*x)->party < (*y)->party ? -1 : 1;
    return 0;
}

static wb_code write_balance(wb_ledger *ledger, wb_slot *slot, wb_error *err)
{
    wb_row row;
    wb_row_key_pair(&row, WB_TAG_BALANCE, slot->account, slot->party);
    wb_row_balance(&row, slot);
    if (!slot->stored) {
        ledger->head.balances++;
        ledger->head.rows++;
    }
    slot->stored = true;
    slot->dirty = false;
    return wb_row_put(ledger, &row, err);
}

wb_code wb_slots_write(wb_ledger *ledger, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    size_t dirty = 0;
    for (size_t i = 0; i < batch->slot_count; i++)
        dirty += batch->slots[i]->dirty ? 1 : 0;
    if (dirty == 0) return WB_OK;
    wb_slot **sorted = malloc(dirty * sizeof(wb_slot *));
    if (sorted == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu balances", dirty);
    size_t count = 0;
    for (size_t i = 0; i < batch->slot_count; i++) {
        if (batch->slots[i]->dirty) sorted[count++] = batch->slots[i];
    }
    qsort(sorted, count, sizeof(wb_slot *), by_pair);
    wb_code code = WB_OK;
    for (size_t i = 0; i < count && code == WB_OK; i++)
        code = write_balance(ledger, sorted[i], err);
    free(sorted);
    return code;
}
