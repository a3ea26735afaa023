/* pairs.c - balances and posting lists, read and checked; see pairs.h. */
#include "ledger/pairs.h"

#include <assert.h>
#include <stdlib.h>

void wb_pairs_clear(wb_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        wb_money_clear(&pairs->items[i].debit);
        wb_money_clear(&pairs->items[i].credit);
    }
    free(pairs->items);
    *pairs = (wb_pairs){0};
}

static wb_code add_pair(wb_pairs *pairs, wb_ledger *ledger, wb_span key, wb_span value,
                        wb_error *err)
{
    if (pairs->count == pairs->capacity) {
        const size_t capacity = pairs->capacity == 0 ? 256 : pairs->capacity * 2;
        wb_pair *items = realloc(pairs->items, capacity * sizeof *items);
        if (items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu balances", capacity);
        pairs->items = items;
        pairs->capacity = capacity;
    }
    wb_pair pair = {0};
    wb_balance_row row;
    wb_code code = wb_row_read_pair(&pair.account, &pair.party, key, err);
    if (code == WB_OK) code = wb_row_read_balance(&row, value, err);
    if (code == WB_OK) {
        code = wb_name_text(ledger, WB_RECORD_ACCOUNT, pair.account, &pair.account_text, err);
    }
    if (code == WB_OK && pair.party != 0) {
        code = wb_name_text(ledger, WB_RECORD_PARTY, pair.party, &pair.party_text, err);
    }
    if (code != WB_OK) return code;
    pair.postings = row.postings;
    pair.chunks = row.chunks;
    pair.list = row.list;
    wb_money_init(&pair.debit);
    wb_money_init(&pair.credit);
    wb_raw_amount_get(&pair.debit, &row.debit);
    wb_raw_amount_get(&pair.credit, &row.credit);
    pairs->items[pairs->count] = pair;
    pairs->count++;
    return WB_OK;
}

static int by_name(const void *a, const void *b)
{
    const wb_pair *x = a;
    const wb_pair *y = b;
    const int order = strcmp(x->account_text, y->account_text);
    if (order != 0) return order;
    if (x->party_text == NULL || y->party_text == NULL) {
        return (x->party_text != NULL) - (y->party_text != NULL);
    }
    return strcmp(x->party_text, y->party_text);
}

static wb_code check_totals(const wb_pairs *pairs, const wb_head *head, wb_error *err)
{
    wb_money debit;
    wb_money credit;
    wb_money_init(&debit);
    wb_money_init(&credit);
    uint64_t postings = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        wb_money_add(&debit, &debit, &pairs->items[i].debit);
        wb_money_add(&credit, &credit, &pairs->items[i].credit);
        postings += pairs->items[i].postings;
    }
    const bool equal = wb_money_compare(&debit, &credit) == 0;
    wb_money_clear(&debit);
    wb_money_clear(&credit);
    if (pairs->count != head->balances || postings != head->postings || !equal) {
        return wb_fail(err, WB_E_DAMAGED,
                       "the stored balances do not add up: %zu balances of %llu postings, and the "
                       "head says %llu of %llu",
                       pairs->count, (unsigned long long)postings,
                       (unsigned long long)head->balances, (unsigned long long)head->postings);
    }
    return WB_OK;
}

wb_code wb_pairs_read(wb_pairs *pairs, wb_ledger *ledger, wb_error *err)
{
    *pairs = (wb_pairs){0};
    static const uint8_t prefix = WB_TAG_BALANCE;
    wb_scan scan;
    wb_code code = wb_scan_open(&scan, ledger, (wb_span){&prefix, 1}, err);
    while (code == WB_OK) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found) break;
        code = add_pair(pairs, ledger, key, value, err);
    }
    wb_scan_close(&scan);
    if (code == WB_OK) code = check_totals(pairs, &ledger->head, err);
    if (code == WB_OK && pairs->count > 0) {
        qsort(pairs->items, pairs->count, sizeof *pairs->items, by_name);
    }
    return code;
}

void wb_item_add(wb_money *debit, wb_money *credit, const wb_raw_amount *amount)
{
    wb_money *sum = amount->negative ? credit : debit;
    const wb_span magnitude = amount->magnitude;
    if (magnitude.size <= sizeof(unsigned long)) {
        unsigned long value = 0;
        for (size_t i = 0; i < magnitude.size; i++)
            value = value << 8 | magnitude.data[i];
        mpz_add_ui(sum->cents, sum->cents, value);
        return;
    }
    const wb_raw_amount positive = {.magnitude = magnitude};
    wb_money term;
    wb_money_init(&term);
    wb_raw_amount_get(&term, &positive);
    wb_money_add(sum, sum, &term);
    wb_money_clear(&term);
}

static wb_code bad_list(const wb_pair *pair, wb_error *err)
{
    return wb_fail(err, WB_E_DAMAGED, "the list of postings of account %s%s%s is damaged",
                   pair->account_text, pair->party_text == NULL ? "" : ", party ",
                   pair->party_text == NULL ? "" : pair->party_text);
}

typedef struct sums {
    uint64_t count;
    wb_money debit;
    wb_money credit;
} sums;

static wb_code read_chunk(const wb_pair *pair, wb_span list, sums *total, wb_item_visit *visit,
                          void *context, wb_error *err)
{
    wb_item item = {0};
    wb_code code = WB_OK;
    while (code == WB_OK && list.size > 0) {
        if (!wb_item_take(&list, &item) || item.number == 0) return bad_list(pair, err);
        wb_item_add(&total->debit, &total->credit, &item.amount);
        total->count++;
        code = visit(pair, &item, context, err);
    }
    return code;
}

wb_code wb_pair_items(wb_ledger *ledger, const wb_pair *pair, wb_item_visit *visit, void *context,
                      wb_error *err)
{
    sums total = {0};
    wb_money_init(&total.debit);
    wb_money_init(&total.credit);
    wb_row row;
    wb_row_key_pair(&row, WB_TAG_POSTING, pair->account, pair->party);
    wb_scan scan;
    wb_code code = wb_scan_open(&scan, ledger, (wb_span){row.key, row.key_size}, err);
    for (uint32_t chunk = 0; code == WB_OK; chunk++) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK) break;
        if (!found) {
            if (chunk != pair->chunks) code = bad_list(pair, err);
            break;
        }
        if (wb_get_u32(key.data + 17) != chunk) code = bad_list(pair, err);
        if (code == WB_OK) code = read_chunk(pair, value, &total, visit, context, err);
    }
    wb_scan_close(&scan);
    if (code == WB_OK) code = read_chunk(pair, pair->list, &total, visit, context, err);
    if (code == WB_OK &&
        (total.count != pair->postings || wb_money_compare(&total.debit, &pair->debit) != 0 ||
         wb_money_compare(&total.credit, &pair->credit) != 0)) {
        code = bad_list(pair, err);
    }
    wb_money_clear(&total.debit);
    wb_money_clear(&total.credit);
    return code;
}
