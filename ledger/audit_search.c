/* audit_search.c - when an index differs from the records: which record is it about? */
#include <assert.h>
#include <stdlib.h>

#include "ledger/audit.h"

/* A posting as its list has it. */
typedef struct listed {
    uint64_t number;
    uint32_t index;
    uint64_t hash;
} listed;

typedef struct listing {
    listed *items;
    size_t count;
    size_t capacity;
    size_t next; /* while the log is walked */
} listing;

static uint64_t hash_posting(const wb_audit *audit, uint64_t account, uint64_t party,
                             const wb_item *item)
{
    uint8_t row[WB_POSTING_ROW_SIZE];
    wb_row_sum sum = {0};
    wb_posting_row(row, account, party, item);
    wb_row_sum_add(&sum, audit->key, (wb_span){row, sizeof row});
    return sum.low;
}

static wb_code list_chunk(const wb_audit *audit, listing *list, wb_span key, wb_span value,
                          wb_error *err)
{
    wb_item item = {0};
    while (value.size > 0 && wb_item_take(&value, &item)) {
        if (list->count == list->capacity) {
            const size_t capacity = list->capacity == 0 ? 4096 : list->capacity * 2;
            listed *items = realloc(list->items, capacity * sizeof *items);
            if (items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu rows", capacity);
            list->items = items;
            list->capacity = capacity;
        }
        list->items[list->count] = (listed){
            item.number, item.index,
            hash_posting(audit, wb_get_u64(key.data + 1), wb_get_u64(key.data + 9), &item)};
        list->count++;
    }
    return WB_OK;
}

static int by_place(const void *a, const void *b)
{
    const listed *x = a;
    const listed *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static wb_code read_listing(const wb_audit *audit, listing *list, wb_error *err)
{
    static const uint8_t prefix = WB_TAG_POSTING;
    wb_scan scan;
    wb_code code = wb_scan_open(&scan, audit->ledger, (wb_span){&prefix, 1}, err);
    while (code == WB_OK) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found) break;
        code = list_chunk(audit, list, key, value, err);
    }
    wb_scan_close(&scan);
    if (code == WB_OK && list->count > 0) {
        qsort(list->items, list->count, sizeof(listed), by_place);
    }
    return code;
}

/* Whether the postings of the record are the next ones of the listing. */
static bool listed_next(const wb_audit *audit, listing *list, const wb_raw_record *raw)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    for (uint32_t i = 0; wb_codec_posting(&rest, &posting); i++, list->next++) {
        const wb_item item = {raw->number, i, raw->date, posting.amount};
        if (list->next >= list->count) return false;
        const listed *found = &list->items[list->next];
        if (found->number != raw->number || found->index != i ||
            found->hash != hash_posting(audit, posting.account, posting.party, &item)) {
            return false;
        }
    }
    return true;
}

/* Whether the row is there, with the number as its value (when it has one). */
static wb_code row_leads_to(wb_audit *audit, const wb_row *row, bool has_value, uint64_t number,
                            bool *right, wb_error *err)
{
    wb_span value = {0};
    bool found = false;
    uint64_t stored = 0;
    wb_code code = wb_lookup(audit->ledger, row, &value, &found, err);
    if (code == WB_OK && found && has_value) code = wb_row_read_u64(&stored, value, err);
    *right = found && (!has_value || stored == number);
    return code;
}

/* The name of the index that lacks the record, or NULL. */
static wb_code check_record(wb_audit *audit, listing *list, const wb_raw_record *raw,
                            const char **missing, wb_error *err)
{
    wb_row row;
    bool right = true;
    wb_code code = WB_OK;
    *missing = NULL;
    if (raw->kind != WB_RECORD_ENTRY) return WB_OK;
    if (!listed_next(audit, list, raw)) *missing = "lists of postings";
    if (raw->subject.size > 0) {
        wb_row_key_subject(&row, raw->subject, raw->number);
        code = row_leads_to(audit, &row, false, raw->number, &right, err);
        if (!right) *missing = "subjects";
    }
    if (code == WB_OK && raw->reverses != 0) {
        wb_row_key_u64(&row, WB_TAG_REVERSAL, raw->reverses);
        code = row_leads_to(audit, &row, true, raw->number, &right, err);
        if (!right) *missing = "reversals";
    }
    if (code == WB_OK && raw->reference.size > 0) {
        uint8_t key[WB_REFERENCE_KEY_SIZE];
        wb_reference_key(key, raw->source, raw->reference);
        wb_row_key_reference(&row, key);
        code = row_leads_to(audit, &row, true, raw->number, &right, err);
        if (!right) *missing = "references";
    }
    return code;
}

wb_code wb_audit_search(wb_audit *audit, wb_error *err)
{
    listing list = {0};
    wb_walk walk = {0};
    wb_code code = read_listing(audit, &list, err);
    if (code == WB_OK) code = wb_walk_open(&walk, audit->ledger, 1, err);
    const uint64_t total = audit->ledger->head.count;
    for (uint64_t number = 1; code == WB_OK && number <= total; number++) {
        wb_stored stored;
        wb_raw_record raw;
        const char *missing = NULL;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK) code = check_record(audit, &list, &raw, &missing, err);
        if (code == WB_OK && missing != NULL) {
            code = wb_fail(err, WB_E_DAMAGED, "entry %llu is not in the %s as it should be",
                           (unsigned long long)number, missing);
        }
        if (code != WB_OK) audit->first_bad = number;
    }
    wb_walk_close(&walk);
    free(list.items);
    if (code == WB_OK) {
        code = wb_fail(err, WB_E_DAMAGED, "the store holds rows that no record accounts for");
    }
    return code;
}
