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

static uint64_t hash_subject(const wb_audit *audit, wb_span subject, uint64_t number)
{
    wb_row_sum sum = {0};
    wb_subject_sum_add(&sum, audit->key, subject, number);
    return sum.low;
}

static wb_code add_listed(listing *list, listed item, wb_error *err)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 4096 : list->capacity * 2;
        listed *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu rows", capacity);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count] = item;
    list->count++;
    return WB_OK;
}

static wb_code list_items(const wb_audit *audit, listing *list, wb_span key, wb_span value,
                          wb_error *err)
{
    wb_item item = {0};
    wb_code code = WB_OK;
    while (code == WB_OK && value.size > 0 && wb_item_take(&value, &item)) {
        const uint64_t hash =
            hash_posting(audit, wb_get_u64(key.data + 1), wb_get_u64(key.data + 9), &item);
        code = add_listed(list, (listed){item.number, item.index, hash}, err);
    }
    return code;
}

static wb_code list_subject(const wb_audit *audit, listing *list, wb_span key, wb_span value,
                            wb_error *err)
{
    const wb_span subject = {key.data + 1, key.size - 6};
    uint64_t number = 0;
    uint64_t step = 0;
    wb_code code = WB_OK;
    while (code == WB_OK && wb_span_take_vlq(&value, &step)) {
        number += step;
        code = add_listed(list, (listed){number, 0, hash_subject(audit, subject, number)}, err);
    }
    return code;
}

static int by_place(const void *a, const void *b)
{
    const listed *x = a;
    const listed *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static wb_code read_listing(const wb_audit *audit, listing *list, uint8_t tag, wb_error *err)
{
    const uint8_t prefix = tag;
    wb_scan scan;
    wb_code code = wb_scan_open(&scan, audit->ledger, (wb_span){&prefix, 1}, err);
    while (code == WB_OK) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found) break;
        wb_balance_row row = {.list = value};
        if (tag == WB_TAG_BALANCE) code = wb_row_read_balance(&row, value, err);
        if (code == WB_OK) {
            code = tag == WB_TAG_SUBJECT ? list_subject(audit, list, key, value, err)
                                         : list_items(audit, list, key, row.list, err);
        }
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

static bool subject_next(const wb_audit *audit, listing *list, const wb_raw_record *raw)
{
    if (raw->subject.size == 0) return true;
    if (list->next >= list->count) return false;
    const listed *found = &list->items[list->next];
    list->next++;
    return found->number == raw->number &&
           found->hash == hash_subject(audit, raw->subject, raw->number);
}

void wb_audit_node(wb_audit *audit, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    wb_tree_hash stored = {{0}};
    wb_error *err = &audit->node_err;
    if (audit->node_code != WB_OK) return;
    audit->node_code = wb_tree_rows_read(audit->ledger, level, index, &stored, err);
    if (audit->node_code != WB_OK || wb_tree_hash_equal(hash, &stored)) return;
    const uint64_t first = (index << level) + 1;
    const uint64_t last = (index + 1) << level;
    audit->node_code = wb_fail(
        err, WB_E_DAMAGED, "the tree's node over the records %llu to %llu is not what they give",
        (unsigned long long)first, (unsigned long long)last);
}

static void compare_node(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    if (wb_tile_level(level)) wb_audit_node(context, level, index, hash);
}

/* The name of the index that lacks the record, or NULL. */
static wb_code check_record(wb_audit *audit, listing *postings, listing *subjects,
                            const wb_raw_record *raw, const char **missing, wb_error *err)
{
    wb_code code = WB_OK;
    uint64_t number = 0;
    *missing = NULL;
    if (raw->kind != WB_RECORD_ENTRY) return WB_OK;
    if (!listed_next(audit, postings, raw)) *missing = "lists of postings";
    if (!subject_next(audit, subjects, raw)) *missing = "subjects";
    if (raw->reverses != 0) {
        code = wb_reversal_of(audit->ledger, raw->reverses, &number, err);
        if (number != raw->number) *missing = "reversals";
    }
    if (code == WB_OK && raw->reference.size > 0) {
        uint8_t key[WB_REFERENCE_KEY_SIZE];
        wb_reference_key(key, raw->source, raw->reference);
        code = wb_bucket_find(audit->ledger, key, &number, err);
        if (number != raw->number) *missing = "references";
    }
    return code;
}

wb_code wb_audit_search(wb_audit *audit, wb_error *err)
{
    listing postings = {0};
    listing subjects = {0};
    wb_walk walk = {0};
    wb_code code = read_listing(audit, &postings, WB_TAG_POSTING, err);
    if (code == WB_OK) code = read_listing(audit, &postings, WB_TAG_BALANCE, err);
    if (code == WB_OK) code = read_listing(audit, &subjects, WB_TAG_SUBJECT, err);
    if (code == WB_OK) code = wb_walk_open(&walk, audit->ledger, 1, err);
    const uint64_t total = audit->ledger->head.count;
    wb_tree_edge edge = {0};
    for (uint64_t number = 1; code == WB_OK && number <= total; number++) {
        wb_stored stored;
        wb_raw_record raw;
        const char *missing = NULL;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK) code = check_record(audit, &postings, &subjects, &raw, &missing, err);
        if (code == WB_OK && missing != NULL) {
            code = wb_fail(err, WB_E_DAMAGED, "entry %llu is not in the %s as it should be",
                           (unsigned long long)number, missing);
        }
        if (code == WB_OK) {
            const wb_tree_hash leaf = wb_tree_leaf(stored.bytes.data, stored.bytes.size);
            wb_tree_append(&edge, &leaf, compare_node, audit);
            code = audit->node_code;
            if (code != WB_OK && err != NULL) *err = audit->node_err;
        }
        if (code != WB_OK) audit->first_bad = number;
    }
    wb_walk_close(&walk);
    free(postings.items);
    free(subjects.items);
    if (code == WB_OK) {
        code = wb_fail(err, WB_E_DAMAGED, "the store holds rows that no record accounts for");
    }
    return code;
}
