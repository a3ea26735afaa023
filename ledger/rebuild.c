/* rebuild.c - a new ledger of an old one's records: nothing derived is taken over, or looked at. */
#include <assert.h>
#include <sodium.h>
#include <sys/stat.h>

#include "ledger/anchors.h"
#include "ledger/place.h"

/* Records and bytes in one transaction. */
enum { BATCH_RECORDS = 10000, BATCH_BYTES = 64 << 20 };

typedef struct rebuilding {
    const char *from;
    wb_store *old;
    wb_store_cursor *cursor;
    wb_ledger *fresh;
    uint64_t next;
    uint8_t previous[WB_LEDGER_HASH_SIZE];
    /* where the old ledger ends, by its head or its mark, whichever is the later */
    uint64_t count;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_verify_report *report;
} rebuilding;

static void end_at(rebuilding *work, uint64_t count, const uint8_t hash[WB_LEDGER_HASH_SIZE])
{
    if (count <= work->count) return;
    work->count = count;
    memcpy(work->hash, hash, sizeof work->hash);
}

/* A row of the old ledger that stands by itself; a damaged one is as good as none. */
static bool old_row(const rebuilding *work, uint8_t tag, wb_span *value)
{
    wb_row row;
    wb_span sealed = {0};
    bool found = false;
    wb_row_key(&row, tag);
    const wb_span key = {row.key, row.key_size};
    return wb_store_get(work->old, key, &sealed, &found, NULL) == WB_OK && found &&
           wb_row_open(value, key, sealed, NULL) == WB_OK;
}

/* The format must be one we know; the head's first number and last hash mean the same in all. */
static wb_code read_old_head(rebuilding *work, wb_error *err)
{
    enum { VERSION_AT = 8, LEAST = 8 + WB_LEDGER_HASH_SIZE };
    wb_span value = {0};
    if (old_row(work, WB_TAG_FORMAT, &value) && value.size >= VERSION_AT + 4 &&
        wb_get_u32(value.data + VERSION_AT) > WB_FORMAT_VERSION) {
        return wb_row_read_format(value, err);
    }
    if (old_row(work, WB_TAG_HEAD, &value) && value.size >= LEAST) {
        end_at(work, wb_get_u64(value.data), value.data + value.size - WB_LEDGER_HASH_SIZE);
    }
    return WB_OK;
}

/* The next record, checked against the chain; *found is false after the last. */
static wb_code next_record(rebuilding *work, wb_stored *stored, wb_raw_record *raw, bool *found,
                           wb_error *err)
{
    wb_row row;
    wb_row_key_u64(&row, WB_TAG_RECORD, work->next);
    const wb_span wanted = {row.key, row.key_size};
    wb_span key = wanted;
    wb_span value = {0};
    wb_code code = wb_store_move(work->cursor, work->next == 1 ? WB_STEP_SEEK : WB_STEP_NEXT, &key,
                                 &value, found, err);
    if (code != WB_OK) return code;
    if (!*found && work->next > work->count) return WB_OK;
    if (!*found || !wb_span_equal(key, wanted) || value.size <= WB_LEDGER_HASH_SIZE) {
        return wb_fail(err, WB_E_DAMAGED, "record %llu is missing", (unsigned long long)work->next);
    }
    stored->hash = value.data;
    stored->bytes = (wb_span){value.data + WB_LEDGER_HASH_SIZE, value.size - WB_LEDGER_HASH_SIZE};
    code = wb_stored_check(stored, work->next, work->previous, raw, err);
    if (code == WB_OK && work->next == work->count &&
        memcmp(stored->hash, work->hash, sizeof work->hash) != 0) {
        code = wb_fail(err, WB_E_CHAIN, "record %llu is not the one that was committed",
                       (unsigned long long)work->next);
    }
    memcpy(work->previous, stored->hash, sizeof work->previous);
    work->next++;
    return code;
}

static wb_code add_record(wb_ledger *fresh, const wb_stored *stored, const wb_raw_record *raw,
                          wb_error *err)
{
    wb_batch *batch = &fresh->batch;
    const size_t offset = batch->bytes.size;
    uint8_t reference[WB_REFERENCE_KEY_SIZE];
    assert(stored->hash != NULL);
    wb_code code = wb_bytes_reserve(&batch->bytes, stored->bytes.size, err);
    if (code != WB_OK) return code;
    wb_bytes_put(&batch->bytes, stored->bytes.data, stored->bytes.size);
    if (raw->reference.size > 0) wb_reference_key(reference, raw->source, raw->reference);
    code = wb_batch_add(batch, offset, raw->reference.size > 0 ? reference : NULL, err);
    assert(code != WB_OK || memcmp(batch->hash, stored->hash, sizeof batch->hash) == 0);
    return code;
}

/* One transaction's worth of records; *more is false after the last. */
static wb_code copy_some(rebuilding *work, bool *more, wb_error *err)
{
    wb_code code = wb_batch_start(work->fresh, err);
    if (code != WB_OK) return code;
    const wb_batch *batch = &work->fresh->batch;
    while (code == WB_OK && *more && batch->record_count < BATCH_RECORDS &&
           batch->bytes.size < BATCH_BYTES) {
        wb_stored stored = {0};
        wb_raw_record raw = {0};
        code = next_record(work, &stored, &raw, more, err);
        if (code == WB_OK && *more) code = add_record(work->fresh, &stored, &raw, err);
    }
    if (code == WB_OK) return wb_batch_finish(work->fresh, err);
    wb_batch_drop(work->fresh);
    return code;
}

static wb_code copy_all(rebuilding *work, wb_error *err)
{
    bool more = true;
    wb_code code = wb_store_begin(work->old, false, err);
    if (code != WB_OK) return code;
    code = read_old_head(work, err);
    if (code == WB_OK) code = wb_store_cursor_open(&work->cursor, work->old, err);
    while (code == WB_OK && more)
        code = copy_some(work, &more, err);
    wb_store_cursor_close(work->cursor);
    wb_store_abort(work->old);
    return code;
}

/* What wb_place_make calls: write the new data file. */
static wb_code make_new(const char *path, void *context, wb_error *err)
{
    rebuilding *work = context;
    wb_code code = wb_place_make_data(path, NULL, err);
    if (code == WB_OK) {
        code = wb_ledger_open_with(&work->fresh, path, WB_LEDGER_WRITE,
                                   (wb_open_options){.backup = true}, err);
    }
    if (code == WB_OK) code = copy_all(work, err);
    wb_ledger_close(work->fresh);
    if (code == WB_OK) code = wb_place_verify(path, NULL, work->report, err);
    return code;
}

static wb_code open_old(rebuilding *work, wb_error *err)
{
    struct stat status;
    wb_mark mark = {0};
    const bool alone = stat(work->from, &status) == 0 && S_ISREG(status.st_mode);
    /* the mark first, as when a ledger is opened; a damaged one is as good as none */
    if (!alone && wb_mark_read(&mark, work->from, NULL) == WB_OK && mark.present) {
        end_at(work, mark.count, mark.hash);
    }
    return wb_store_open(&work->old, work->from, (wb_store_options){.alone = alone}, NULL, err);
}

wb_code wb_ledger_rebuild(const char *from, const char *dir, wb_verify_report *report,
                          wb_error *err)
{
    assert(from != NULL && dir != NULL && report != NULL);
    if (sodium_init() < 0) return wb_fail(err, WB_E_INTERNAL, "libsodium does not start");
    *report = (wb_verify_report){0};
    rebuilding work = {.from = from, .next = 1, .report = report};
    wb_code code = open_old(&work, err);
    if (code == WB_OK) code = wb_place_make(dir, make_new, &work, err);
    wb_store_close(work.old);
    if (code == WB_E_DAMAGED || code == WB_E_CHAIN || code == WB_E_VERSION ||
        code == WB_E_NOT_LEDGER) {
        if (err != NULL) err->file[0] = '\0'; /* the fault is the old ledger's */
        wb_error_at(err, from, 0, NULL);
    } else if (code != WB_OK) {
        wb_error_at(err, dir, 0, NULL);
    }
    return code;
}
