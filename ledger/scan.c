/* scan.c - reading rows and records so that what comes out was checked. */
#include <assert.h>

#include "ledger/internal.h"

/* LMDB's own order: bytes, then size. */
static int compare(wb_span a, wb_span b)
{
    const size_t size = a.size < b.size ? a.size : b.size;
    const int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
    if (order != 0) return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

static wb_code out_of_order(wb_error *err)
{
    return wb_fail(err, WB_E_DAMAGED, "a row of the store is damaged: it is out of order");
}

/*
 * `key` was looked for and `next` (when found) is the first row after it. Whether the rows around
 * it are intact and in order. A search that a damaged key or a damaged branch led astray ends
 * beside that very key, or among rows that are all on one side.
 */
static wb_code check_absent(wb_store_cursor *cursor, wb_span key, wb_span next, wb_span next_value,
                            bool found, wb_error *err)
{
    wb_span open = {0};
    wb_code code = WB_OK;
    if (found) {
        if (compare(next, key) <= 0) return out_of_order(err);
        code = wb_row_open(&open, next, next_value, err);
    }
    wb_span before = {0};
    wb_span value = {0};
    bool any = false;
    if (code == WB_OK) {
        code = wb_store_move(cursor, found ? WB_STEP_PREVIOUS : WB_STEP_LAST, &before, &value, &any,
                             err);
    }
    if (code != WB_OK || !any) return code;
    if (compare(before, key) >= 0) return out_of_order(err);
    return wb_row_open(&open, before, value, err);
}

wb_code wb_lookup(wb_ledger *ledger, const wb_row *row, wb_span *value, bool *found, wb_error *err)
{
    wb_code code = WB_OK;
    if (ledger->probe == NULL) code = wb_store_cursor_open(&ledger->probe, ledger->store, err);
    const wb_span key = {row->key, row->key_size};
    wb_span at = key;
    wb_span sealed = {0};
    bool any = false;
    if (code == WB_OK) {
        code = wb_store_move(ledger->probe, WB_STEP_SEEK, &at, &sealed, &any, err);
    }
    if (code != WB_OK) return code;
    *found = any && wb_span_equal(at, key);
    if (*found) return wb_row_open(value, at, sealed, err);
    if (!any && ledger->head.count > 0 && key.data[0] != WB_TAG_RECORD) return out_of_order(err);
    return check_absent(ledger->probe, key, at, sealed, any, err);
}

wb_code wb_lookup_before(wb_ledger *ledger, const wb_row *row, wb_span *key, wb_span *value,
                         bool *found, wb_error *err)
{
    bool any = false;
    wb_span sealed = {0};
    wb_code code = wb_lookup(ledger, row, &sealed, &any, err);
    *found = false;
    if (code != WB_OK) return code;
    assert(!any);
    *key = (wb_span){row->key, row->key_size};
    code = wb_store_move(ledger->probe, WB_STEP_SEEK, key, &sealed, &any, err);
    if (code == WB_OK) {
        code = wb_store_move(ledger->probe, any ? WB_STEP_PREVIOUS : WB_STEP_LAST, key, &sealed,
                             found, err);
    }
    if (code != WB_OK || !*found) return code;
    return wb_row_open(value, *key, sealed, err);
}

wb_code wb_scan_open(wb_scan *scan, wb_ledger *ledger, wb_span prefix, wb_error *err)
{
    *scan = (wb_scan){.prefix = prefix};
    return wb_store_cursor_open(&scan->cursor, ledger->store, err);
}

void wb_scan_close(wb_scan *scan)
{
    wb_store_cursor_close(scan->cursor);
    scan->cursor = NULL;
}

/* Go to the first row of the scan, and look at the one before it. LMDB refuses an empty key: a scan
 * of everything starts where the first row must be. */
static wb_code scan_start(wb_scan *scan, wb_span *key, wb_span *sealed, bool *any, wb_error *err)
{
    static const uint8_t first_key = WB_TAG_FORMAT;
    const wb_span start = scan->prefix.size == 0 ? (wb_span){&first_key, 1} : scan->prefix;
    wb_span before = {0};
    wb_span value = {0};
    bool has_before = false;
    *key = start;
    scan->started = true;
    wb_code code = wb_store_move(scan->cursor, WB_STEP_SEEK, key, sealed, any, err);
    if (code == WB_OK) {
        code = wb_store_move(scan->cursor, *any ? WB_STEP_PREVIOUS : WB_STEP_LAST, &before, &value,
                             &has_before, err);
    }
    if (code != WB_OK) return code;
    if (has_before) {
        if (compare(before, start) >= 0) return out_of_order(err);
        wb_span open;
        code = wb_row_open(&open, before, value, err);
    }
    if (code != WB_OK || !*any) return code;
    *key = start;
    return wb_store_move(scan->cursor, WB_STEP_SEEK, key, sealed, any, err);
}

wb_code wb_scan_next(wb_scan *scan, wb_span *key, wb_span *value, bool *found, wb_error *err)
{
    wb_span sealed = {0};
    bool any = false;
    wb_code code = scan->started
                       ? wb_store_move(scan->cursor, WB_STEP_NEXT, key, &sealed, &any, err)
                       : scan_start(scan, key, &sealed, &any, err);
    *found = false;
    if (code != WB_OK || !any) return code;
    code = wb_row_open(value, *key, sealed, err); /* the row after the scan as well */
    if (code != WB_OK) return code;
    const wb_span last = {scan->last, scan->last_size};
    if (compare(*key, scan->last_size == 0 ? scan->prefix : last) <
        (scan->last_size == 0 ? 0 : 1)) {
        return out_of_order(err);
    }
    assert(key->size <= sizeof scan->last); /* wb_row_open knows no longer key */
    memcpy(scan->last, key->data, key->size);
    scan->last_size = key->size;
    const size_t prefix = scan->prefix.size; /* 0 with no bytes at all, which memcmp may not get */
    *found =
        key->size >= prefix && (prefix == 0 || memcmp(key->data, scan->prefix.data, prefix) == 0);
    return WB_OK;
}

wb_code wb_stored_read(wb_ledger *ledger, uint64_t number, wb_stored *stored, wb_error *err)
{
    wb_row row;
    wb_row_key_u64(&row, WB_TAG_RECORD, number);
    wb_span value = {0};
    bool found = false;
    const wb_code code =
        wb_store_get(ledger->store, (wb_span){row.key, row.key_size}, &value, &found, err);
    if (code != WB_OK) return code;
    if (!found || value.size <= WB_LEDGER_HASH_SIZE) {
        return wb_fail(err, WB_E_DAMAGED, "record %llu is missing", (unsigned long long)number);
    }
    stored->hash = value.data;
    stored->bytes = (wb_span){value.data + WB_LEDGER_HASH_SIZE, value.size - WB_LEDGER_HASH_SIZE};
    return WB_OK;
}

wb_code wb_stored_check(const wb_stored *stored, uint64_t number,
                        const uint8_t previous[WB_LEDGER_HASH_SIZE], wb_raw_record *raw,
                        wb_error *err)
{
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_chain_hash(hash, previous, stored->bytes);
    if (memcmp(hash, stored->hash, sizeof hash) != 0) {
        return wb_fail(err, WB_E_CHAIN, "record %llu does not match the hash chain",
                       (unsigned long long)number);
    }
    wb_error inner = {0};
    wb_code code = wb_codec_decode(raw, stored->bytes, &inner);
    if (code == WB_OK && raw->number != number) {
        code = wb_fail(&inner, WB_E_DAMAGED, "it carries the number %llu",
                       (unsigned long long)raw->number);
    }
    if (code != WB_OK) {
        return wb_fail(err, code, "record %llu cannot be read: %s", (unsigned long long)number,
                       inner.message);
    }
    return WB_OK;
}

wb_code wb_stored_get(wb_ledger *ledger, uint64_t number, wb_raw_record *raw, wb_stored *stored,
                      wb_error *err)
{
    assert(number > 0 && number <= ledger->head.count);
    static const uint8_t zeros[WB_LEDGER_HASH_SIZE] = {0};
    wb_stored previous = {.hash = zeros};
    wb_code code = WB_OK;
    if (number > 1) code = wb_stored_read(ledger, number - 1, &previous, err);
    if (code == WB_OK) code = wb_stored_read(ledger, number, stored, err);
    if (code == WB_OK) code = wb_stored_check(stored, number, previous.hash, raw, err);
    return code;
}

wb_code wb_walk_open(wb_walk *walk, wb_ledger *ledger, uint64_t first, wb_error *err)
{
    assert(first > 0 && first <= ledger->head.count + 1);
    *walk = (wb_walk){.next = first};
    if (first > 1) {
        wb_stored before = {0};
        const wb_code code = wb_stored_read(ledger, first - 1, &before, err);
        if (code != WB_OK) return code;
        assert(before.hash != NULL);
        memcpy(walk->previous, before.hash, sizeof walk->previous);
    }
    return wb_store_cursor_open(&walk->cursor, ledger->store, err);
}

wb_code wb_walk_step(wb_walk *walk, wb_stored *stored, wb_error *err)
{
    wb_row row;
    wb_row_key_u64(&row, WB_TAG_RECORD, walk->next);
    const wb_span wanted = {row.key, row.key_size};
    wb_span key = wanted;
    wb_span value = {0};
    bool found = false;
    const wb_code code = wb_store_move(walk->cursor, walk->started ? WB_STEP_NEXT : WB_STEP_SEEK,
                                       &key, &value, &found, err);
    walk->started = true;
    if (code != WB_OK) return code;
    if (!found || !wb_span_equal(key, wanted) || value.size <= WB_LEDGER_HASH_SIZE) {
        return wb_fail(err, WB_E_DAMAGED, "record %llu is missing", (unsigned long long)walk->next);
    }
    stored->hash = value.data;
    stored->bytes = (wb_span){value.data + WB_LEDGER_HASH_SIZE, value.size - WB_LEDGER_HASH_SIZE};
    memcpy(walk->previous, stored->hash, sizeof walk->previous);
    walk->next++;
    return WB_OK;
}

wb_code wb_walk_next(wb_walk *walk, wb_stored *stored, wb_raw_record *raw, wb_error *err)
{
    const uint64_t number = walk->next;
    uint8_t previous[WB_LEDGER_HASH_SIZE];
    memcpy(previous, walk->previous, sizeof previous);
    const wb_code code = wb_walk_step(walk, stored, err);
    return code == WB_OK ? wb_stored_check(stored, number, previous, raw, err) : code;
}

void wb_walk_close(wb_walk *walk)
{
    wb_store_cursor_close(walk->cursor);
    walk->cursor = NULL;
}
