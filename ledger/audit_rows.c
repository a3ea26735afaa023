/* audit_rows.c - every derived row against what the records call for. */
#include <assert.h>

#include "ledger/audit_control.h"

/* "account 1000, party p1", from numbers that verify has seen registered. */
static const char *pair_text(char text[200], const wb_audit *audit, uint64_t account,
                             uint64_t party)
{
    const wb_name *code = wb_names_by_number(&audit->documents[WB_RECORD_ACCOUNT], account);
    const wb_name *id = wb_names_by_number(&audit->documents[WB_RECORD_PARTY], party);
    (void)snprintf(text, 200, "account %s%s%s", code == NULL ? "?" : code->text,
                   id == NULL ? "" : ", party ", id == NULL ? "" : id->text);
    return text;
}

static wb_code audit_document_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    wb_document_row row;
    wb_code code = wb_row_read_document(&row, value, err);
    if (code != WB_OK) return code;
    const wb_span id = {key.data + 2, key.size - 2};
    const uint8_t kind = key.data[1];
    const wb_name *name = NULL;
    if (kind < WB_KIND_COUNT) {
        name = wb_names_by_text(&audit->documents[kind], (wb_record_kind)kind, id);
    }
    if (name == NULL) {
        return wb_fail(err, WB_E_DAMAGED, "there is a row for a document '%.*s' that no record has",
                       (int)id.size, (const char *)id.data);
    }
    const uint64_t newest = audit->newest[kind][name - audit->documents[kind].items];
    if (row.first != name->number || row.newest != newest) {
        return wb_fail(err, WB_E_DAMAGED,
                       "document '%s' is in records %llu to %llu, and its row says %llu to %llu",
                       name->text, (unsigned long long)name->number, (unsigned long long)newest,
                       (unsigned long long)row.first, (unsigned long long)row.newest);
    }
    return WB_OK;
}

static bool add_items(wb_audit *audit, uint64_t account, uint64_t party, wb_span list)
{
    wb_item item = {0};
    while (list.size > 0) {
        uint8_t row[WB_POSTING_ROW_SIZE];
        if (!wb_item_take(&list, &item) || item.amount.magnitude.size > WB_AMOUNT_SIZE_MAX) {
            return false;
        }
        wb_posting_row(row, account, party, &item);
        wb_row_sum_add(&audit->present.postings, audit->key, (wb_span){row, sizeof row});
    }
    return true;
}

static wb_code audit_balance_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    wb_balance_row row;
    uint64_t account = 0;
    uint64_t party = 0;
    wb_tally *tally = NULL;
    char text[200];
    wb_code code = wb_row_read_pair(&account, &party, key, err);
    if (code == WB_OK) code = wb_row_read_balance(&row, value, err);
    if (code == WB_OK) {
        code = wb_tally_find(&tally, &audit->tallies, account, party, false, err);
    }
    if (code != WB_OK) return code;
    pair_text(text, audit, account, party);
    if (tally == NULL) {
        return wb_fail(err, WB_E_DAMAGED, "%s has a stored balance and no postings", text);
    }
    tally->stored = true;
    tally->chunks = row.chunks;
    wb_money debit;
    wb_money credit;
    wb_money_init(&debit);
    wb_money_init(&credit);
    wb_raw_amount_get(&debit, &row.debit);
    wb_raw_amount_get(&credit, &row.credit);
    if (row.postings != tally->postings || wb_money_compare(&debit, &tally->debit) != 0 ||
        wb_money_compare(&credit, &tally->credit) != 0) {
        char stored[WB_MONEY_TEXT_MAX];
        char wanted[WB_MONEY_TEXT_MAX];
        wb_money_subtract(&debit, &debit, &credit);
        wb_money_subtract(&credit, &tally->debit, &tally->credit);
        code = wb_fail(
            err, WB_E_DAMAGED,
            "the stored balance of %s is %s over %llu postings, the entries give %s "
            "over %llu",
            text, wb_money_text(stored, &debit, WB_MONEY_PLAIN), (unsigned long long)row.postings,
            wb_money_text(wanted, &credit, WB_MONEY_PLAIN), (unsigned long long)tally->postings);
    }
    wb_money_clear(&debit);
    wb_money_clear(&credit);
    if (code == WB_OK && !add_items(audit, account, party, row.list)) {
        code = wb_fail(err, WB_E_DAMAGED, "the list of postings of %s is damaged", text);
    }
    return code;
}

static wb_code audit_chunk_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    uint64_t account = 0;
    uint64_t party = 0;
    wb_tally *tally = NULL;
    char text[200];
    wb_code code = wb_row_read_pair(&account, &party, key, err);
    if (code == WB_OK) code = wb_tally_find(&tally, &audit->tallies, account, party, false, err);
    if (code != WB_OK) return code;
    const bool whole = tally != NULL && wb_get_u32(key.data + 17) == tally->chunks_found &&
                       tally->chunks_found < tally->chunks && value.size > 0 &&
                       add_items(audit, account, party, value);
    if (tally != NULL) tally->chunks_found++;
    audit->found.chunks++;
    if (!whole) {
        return wb_fail(err, WB_E_DAMAGED, "a list of postings of %s is damaged",
                       pair_text(text, audit, account, party));
    }
    return WB_OK;
}

/* The parts of a subject's list follow on one another, and so do the entries in them: who looks at
 * an earlier day stops at the first that came later. */
static wb_code audit_subject_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    const wb_span subject = {key.data + 1, key.size - 6};
    const uint32_t part = wb_get_u32(key.data + key.size - 4);
    const wb_span before = {audit->subject.key, audit->subject.size};
    const bool follows =
        before.size == key.size && memcmp(before.data, key.data, key.size - 4) == 0;
    const uint64_t least = follows ? audit->subject.last : 0;
    bool good =
        value.size > 0 && part == (follows ? wb_get_u32(before.data + before.size - 4) + 1 : 0);
    uint64_t number = 0;
    audit->found.chunks++;
    while (good && value.size > 0) {
        uint64_t step = 0;
        good = wb_span_take_vlq(&value, &step) && step > 0 && step <= UINT64_MAX - number &&
               number + step > least;
        number += step;
        if (good) wb_subject_sum_add(&audit->present.subjects, audit->key, subject, number);
    }
    memcpy(audit->subject.key, key.data, key.size);
    audit->subject.size = key.size;
    audit->subject.last = number;
    if (good) return WB_OK;
    return wb_fail(err, WB_E_DAMAGED, "the list of subject '%.*s' is damaged", (int)subject.size,
                   (const char *)subject.data);
}

/* One reference, two entries: what was paid may be paid again. The later one is named. */
static wb_code used_twice(wb_audit *audit, uint64_t one, uint64_t other, wb_error *err)
{
    const uint64_t last = one > other ? one : other;
    audit->first_bad = last;
    return wb_fail(err, WB_E_DAMAGED, "record %llu has the reference that record %llu has already",
                   (unsigned long long)last, (unsigned long long)(one > other ? other : one));
}

/* A bucket's key holds `skip` bytes of each hash, and some bits of the byte after them. Settled
 * buckets come first, so that a young one can be held to them. */
static wb_code audit_bucket_row(wb_audit *audit, wb_span key, wb_span value, size_t skip,
                                uint8_t mask, wb_error *err)
{
    uint8_t row[WB_REFERENCE_KEY_SIZE + 8] = {0};
    const size_t hash_size = WB_REFERENCE_KEY_SIZE - skip;
    const size_t item_size = hash_size + 6;
    wb_code code = WB_OK;
    uint64_t number = 0;
    audit->found.buckets++;
    if (value.size % item_size != 0) {
        return wb_fail(err, WB_E_DAMAGED, "a bucket of references is damaged");
    }
    memcpy(row, key.data + 1, skip);
    for (bool first = true; code == WB_OK && value.size > 0; first = false) {
        const uint64_t before = number;
        const int order = first ? 1 : memcmp(value.data, row + skip, hash_size);
        if ((value.data[0] & mask) != key.data[1 + skip] || order < 0) {
            return wb_fail(err, WB_E_DAMAGED, "a reference lies in the wrong bucket or place");
        }
        memcpy(row + skip, value.data, hash_size);
        memcpy(row + WB_REFERENCE_KEY_SIZE + 2, value.data + hash_size, 6);
        wb_row_sum_add(&audit->present.references, audit->key, (wb_span){row, sizeof row});
        number = wb_get_u64(row + WB_REFERENCE_KEY_SIZE);
        if (order == 0) return used_twice(audit, before, number, err);
        if (key.data[0] == WB_TAG_YOUNG) {
            uint64_t settled = 0;
            code = wb_settled_find(audit->ledger, row, &settled, err);
            if (code == WB_OK && settled != 0) return used_twice(audit, settled, number, err);
        }
        value.data += item_size;
        value.size -= item_size;
    }
    return code;
}

static wb_code audit_reversal_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    uint8_t row[1 + 8 + 8];
    uint64_t number = 0;
    const wb_code code = wb_row_read_u64(&number, value, err);
    assert(key.size == 9);
    memcpy(row, key.data, 9);
    wb_put_u64(row + 9, number);
    wb_row_sum_add(&audit->present.reversals, audit->key, (wb_span){row, sizeof row});
    return code;
}

static wb_code audit_tree_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    const unsigned level = key.data[1];
    const uint64_t first = wb_get_u64(key.data + 2) * WB_TILE_WIDTH;
    const size_t count = value.size / WB_TREE_HASH_SIZE;
    audit->found.tree_rows++;
    if (!wb_tile_level(level) || count == 0 || count > WB_TILE_WIDTH ||
        value.size % WB_TREE_HASH_SIZE != 0) {
        return wb_fail(err, WB_E_DAMAGED, "a row of the tree is not well formed");
    }
    for (size_t i = 0; i < count; i++) {
        wb_tree_hash hash;
        memcpy(hash.bytes, value.data + i * sizeof hash.bytes, sizeof hash.bytes);
        wb_node_sum_add(&audit->present.nodes, audit->key, level, first + i, &hash);
    }
    return WB_OK;
}

static wb_code audit_row(wb_audit *audit, wb_span key, wb_span value, wb_error *err)
{
    switch (key.data[0]) {
    case WB_TAG_FORMAT:
    case WB_TAG_HEAD: return WB_OK; /* read when the snapshot began */
    case WB_TAG_DOCUMENT: return audit_document_row(audit, key, value, err);
    case WB_TAG_BALANCE: return audit_balance_row(audit, key, value, err);
    case WB_TAG_POSTING: return audit_chunk_row(audit, key, value, err);
    case WB_TAG_SUBJECT: return audit_subject_row(audit, key, value, err);
    case WB_TAG_SETTLED: return audit_bucket_row(audit, key, value, 2, WB_SETTLED_MASK, err);
    case WB_TAG_YOUNG: return audit_bucket_row(audit, key, value, 1, WB_YOUNG_MASK, err);
    case WB_TAG_TREE: return audit_tree_row(audit, key, value, err);
    case WB_TAG_KEY:
    case WB_TAG_PROPOSAL:
    case WB_TAG_OPEN:
        audit->found.control_rows++;
        return wb_replay_row(audit->replay, key, value, err);
    default: return audit_reversal_row(audit, key, value, err);
    }
}

wb_code wb_audit_rows(wb_audit *audit, wb_error *err)
{
    wb_scan scan;
    wb_code code = wb_scan_open(&scan, audit->ledger, (wb_span){0}, err);
    while (code == WB_OK) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found || key.data[0] == WB_TAG_RECORD) break;
        audit->found.rows++;
        code = audit_row(audit, key, value, err);
    }
    wb_scan_close(&scan);
    for (size_t i = 0; code == WB_OK && i < audit->tallies.count; i++) {
        const wb_tally *tally = &audit->tallies.items[i];
        char text[200];
        if (tally->stored && tally->chunks_found == tally->chunks) continue;
        code = wb_fail(err, WB_E_DAMAGED,
                       tally->stored ? "%s lacks a part of its list of postings"
                                     : "%s has postings and no stored balance",
                       pair_text(text, audit, tally->account, tally->party));
    }
    return code;
}
