/* read.c - the log, and records by kind, id and subject. */
#include <assert.h>

#include "ledger/internal.h"

/* The reversals, walked beside the log: one row ahead. */
typedef struct reversals {
    wb_scan scan;
    uint8_t prefix;
    bool more;
    uint64_t target; /* of the row ahead */
    uint64_t reversal;
} reversals;

static wb_code reversals_step(reversals *rows, wb_error *err)
{
    wb_span key = {0};
    wb_span value = {0};
    const wb_code code = wb_scan_next(&rows->scan, &key, &value, &rows->more, err);
    if (code != WB_OK || !rows->more) return code;
    rows->target = wb_get_u64(key.data + 1);
    return wb_row_read_u64(&rows->reversal, value, err);
}

static wb_code reversals_open(reversals *rows, wb_ledger *ledger, wb_error *err)
{
    *rows = (reversals){.prefix = WB_TAG_REVERSAL};
    const wb_code code = wb_scan_open(&rows->scan, ledger, (wb_span){&rows->prefix, 1}, err);
    return code == WB_OK ? reversals_step(rows, err) : code;
}

static wb_code reversals_find(reversals *rows, uint64_t number, uint64_t *reversal, wb_error *err)
{
    wb_code code = WB_OK;
    while (code == WB_OK && rows->more && rows->target < number)
        code = reversals_step(rows, err);
    *reversal = rows->more && rows->target == number ? rows->reversal : 0;
    return code;
}

static wb_code visit_log(wb_ledger *ledger, uint64_t first, wb_record_visit *visit, void *context,
                         wb_error *err)
{
    wb_walk walk;
    reversals rows = {0};
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_walk_open(&walk, ledger, first, err);
    if (code == WB_OK) code = reversals_open(&rows, ledger, err);
    const uint64_t end = wb_view_end(ledger);
    bool more = true;
    for (uint64_t number = first; code == WB_OK && more && number <= end; number++) {
        wb_stored stored;
        wb_raw_record raw;
        uint64_t reversal = 0;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK) code = reversals_find(&rows, number, &reversal, err);
        if (wb_view_hides(ledger, reversal)) reversal = 0;
        if (code == WB_OK) code = wb_record_fill(ledger, &record, &raw, stored.hash, reversal, err);
        if (code == WB_OK) more = visit(&record, context);
    }
    wb_record_clear(&record);
    wb_scan_close(&rows.scan);
    wb_walk_close(&walk);
    return code;
}

wb_code wb_ledger_log(wb_ledger *ledger, uint64_t first, wb_record_visit *visit, void *context,
                      wb_error *err)
{
    assert(ledger != NULL && visit != NULL);
    assert(first > 0);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    if (first <= wb_view_end(ledger)) code = visit_log(ledger, first, visit, context, err);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

/* Read and check the version that is seen of the document a row is about. *found is false when it
 * was registered after the viewed record. */
static wb_code seen_document(wb_ledger *ledger, wb_record_kind kind, wb_span id, wb_span value,
                             wb_record *record, bool *found, wb_error *err)
{
    wb_document_row row;
    wb_stored stored;
    wb_raw_record raw;
    uint64_t number = 0;
    wb_code code = wb_row_read_document(&row, value, err);
    if (code != WB_OK) return code;
    if (row.newest == 0 || row.newest > ledger->head.count) {
        return wb_fail(err, WB_E_DAMAGED, "a document's row names record %llu",
                       (unsigned long long)row.newest);
    }
    code = wb_view_document(ledger, row, &number, err);
    *found = number != 0;
    if (code != WB_OK || number == 0) return code;
    code = wb_stored_get(ledger, number, &raw, &stored, err);
    if (code == WB_OK && (raw.kind != kind || !wb_span_equal(raw.id, id))) {
        code = wb_fail(err, WB_E_DAMAGED, "record %llu is not the document its row names",
                       (unsigned long long)number);
    }
    if (code == WB_OK) code = wb_record_fill(ledger, record, &raw, stored.hash, 0, err);
    return code;
}

wb_code wb_ledger_find_document(wb_ledger *ledger, wb_record_kind kind, const char *id,
                                wb_record *record, wb_error *err)
{
    assert(ledger != NULL && id != NULL && record != NULL);
    assert(kind > WB_RECORD_ENTRY && kind <= WB_RECORD_ANCHOR);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    const wb_span text = wb_span_text(id);
    bool found = false;
    wb_span value = {0};
    if (wb_id_valid(id, text.size)) {
        wb_row row;
        wb_row_key_document(&row, kind, text);
        code = wb_lookup(ledger, &row, &value, &found, err);
    }
    if (code == WB_OK && found) {
        code = seen_document(ledger, kind, text, value, record, &found, err);
    }
    if (code == WB_OK && !found) {
        code = wb_fail(err, WB_E_NOT_FOUND, "there is no '%.100s' in the ledger", id);
    }
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

static wb_code visit_documents(wb_ledger *ledger, wb_record_kind kind, wb_record_visit *visit,
                               void *context, wb_error *err)
{
    const uint8_t prefix[2] = {WB_TAG_DOCUMENT, (uint8_t)kind};
    wb_scan scan;
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_scan_open(&scan, ledger, (wb_span){prefix, sizeof prefix}, err);
    uint64_t count = 0;
    bool found = true;
    bool more = true;
    while (code == WB_OK && more) {
        wb_span key = {0};
        wb_span value = {0};
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found) break;
        const wb_span id = {key.data + 2, key.size - 2};
        bool seen = false;
        code = seen_document(ledger, kind, id, value, &record, &seen, err);
        if (code == WB_OK && seen) more = visit(&record, context);
        count++;
    }
    if (code == WB_OK && more && count != ledger->head.documents[kind]) {
        code = wb_fail(err, WB_E_DAMAGED, "there are %llu documents of a kind that had %llu",
                       (unsigned long long)count, (unsigned long long)ledger->head.documents[kind]);
    }
    wb_record_clear(&record);
    wb_scan_close(&scan);
    return code;
}

wb_code wb_ledger_documents(wb_ledger *ledger, wb_record_kind kind, wb_record_visit *visit,
                            void *context, wb_error *err)
{
    assert(ledger != NULL && visit != NULL);
    assert(kind > WB_RECORD_ENTRY && kind <= WB_RECORD_ANCHOR);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = visit_documents(ledger, kind, visit, context, err);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

/* The entry that a subject's list names. */
static wb_code subject_entry(wb_ledger *ledger, uint64_t number, wb_span subject, wb_record *record,
                             wb_error *err)
{
    wb_stored stored;
    wb_raw_record raw;
    uint64_t reversal = 0;
    wb_code code = wb_stored_get(ledger, number, &raw, &stored, err);
    if (code == WB_OK && !wb_span_equal(raw.subject, subject)) {
        code = wb_fail(err, WB_E_DAMAGED, "entry %llu has another subject than the list it is in",
                       (unsigned long long)number);
    }
    if (code == WB_OK) code = wb_reversal_of(ledger, number, &reversal, err);
    if (code == WB_OK) code = wb_record_fill(ledger, record, &raw, stored.hash, reversal, err);
    return code;
}

/* The list of one subject, being visited. */
typedef struct subject_visit {
    wb_span subject;
    wb_record record;
    wb_record_visit *visit;
    void *context;
    bool more;
} subject_visit;

/* The entries of one chunk: each is the difference from the one before. */
static wb_code visit_chunk(wb_ledger *ledger, wb_span list, subject_visit *work, wb_error *err)
{
    uint64_t number = 0;
    wb_code code = WB_OK;
    while (code == WB_OK && work->more && list.size > 0) {
        uint64_t step = 0;
        if (!wb_span_take_vlq(&list, &step) || step == 0 || step > ledger->head.count - number) {
            return wb_fail(err, WB_E_DAMAGED, "the list of a subject is damaged");
        }
        number += step;
        if (wb_view_hides(ledger, number)) {
            work->more = false;
            break;
        }
        code = subject_entry(ledger, number, work->subject, &work->record, err);
        if (code == WB_OK) work->more = work->visit(&work->record, work->context);
    }
    return code;
}

static wb_code visit_subject(wb_ledger *ledger, subject_visit *work, wb_error *err)
{
    wb_row row;
    wb_scan scan;
    wb_row_key_subject(&row, work->subject, 0);
    wb_record_init(&work->record);
    wb_code code = wb_scan_open(&scan, ledger, (wb_span){row.key, row.key_size - 4}, err);
    for (uint32_t chunk = 0; code == WB_OK && work->more; chunk++) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found) break;
        if (wb_get_u32(key.data + key.size - 4) != chunk) {
            code = wb_fail(err, WB_E_DAMAGED, "a part of the list of a subject is missing");
        } else {
            code = visit_chunk(ledger, value, work, err);
        }
    }
    wb_record_clear(&work->record);
    wb_scan_close(&scan);
    return code;
}

wb_code wb_ledger_subject(wb_ledger *ledger, const char *subject, wb_record_visit *visit,
                          void *context, wb_error *err)
{
    assert(ledger != NULL && subject != NULL && visit != NULL);
    const wb_span text = wb_span_text(subject);
    if (!wb_id_valid(subject, text.size)) return WB_OK; /* no entry can have it */
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    subject_visit work = {.subject = text, .visit = visit, .context = context, .more = true};
    code = visit_subject(ledger, &work, err);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}
