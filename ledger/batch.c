/* batch.c - the records of a write transaction, and their rows; see batch.h. */
#include "ledger/batch.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/internal.h"
#include "ledger/slots.h"

enum { RECORDS_FIRST = 64, REFERENCES_FIRST = 256 };

/* What is kept from batch to batch no longer holds. */
static void forget(wb_ledger *ledger)
{
    wb_slots_clear(&ledger->batch);
    wb_limits_clear(&ledger->limits);
    wb_periods_clear(&ledger->periods);
}

void wb_batch_begin(wb_ledger *ledger)
{
    wb_batch *batch = &ledger->batch;
    const wb_head *head = &ledger->head;
    assert(batch->record_count == 0);
    batch->count = head->count;
    batch->base = head->count;
    batch->recorded_us = head->recorded_us;
    memcpy(batch->hash, head->hash, sizeof batch->hash);
    batch->failed = false;
    batch->plain = 0;
    batch->switched = false;
    batch->approvals = 0;
    batch->proposal = 0;
    batch->leaned = false;
    /* Another process may have written since these were read. */
    if (memcmp(batch->slots_hash, head->hash, sizeof head->hash) != 0) forget(ledger);
}

void wb_batch_end(wb_ledger *ledger, bool keep)
{
    wb_batch *batch = &ledger->batch;
    if (keep) {
        memcpy(batch->slots_hash, batch->hash, sizeof batch->slots_hash);
    } else {
        forget(ledger);
    }
    batch->bytes.size = 0;
    batch->record_count = 0;
    batch->flushed = 0;
    batch->failed = false;
    if (batch->reference_count > 0) {
        memset(batch->references, 0, batch->reference_places * sizeof *batch->references);
    }
    batch->reference_count = 0;
}

void wb_batch_clear(wb_batch *batch)
{
    wb_slots_clear(batch);
    wb_bytes_clear(&batch->bytes);
    free(batch->records);
    free(batch->references);
    free(batch->sorted);
    *batch = (wb_batch){0};
}

wb_stamp wb_batch_stamp(const wb_batch *batch)
{
    return (wb_stamp){.number = batch->count + 1,
                      .recorded_us = batch->recorded_us,
                      .approvals = batch->approvals,
                      .proposal = batch->proposal};
}

static void place_reference(wb_batch *batch, size_t i)
{
    const size_t mask = batch->reference_places - 1;
    size_t at = wb_get_u64(batch->records[i].reference) & mask; /* a hash already */
    while (batch->references[at] != 0)
        at = (at + 1) & mask;
    batch->references[at] = (uint32_t)i + 1;
}

static wb_code grow_references(wb_batch *batch, wb_error *err)
{
    if (batch->reference_count * 2 < batch->reference_places) return WB_OK;
    const size_t places =
        batch->reference_places == 0 ? REFERENCES_FIRST : batch->reference_places * 4;
    uint32_t *references = calloc(places, sizeof *references);
    if (references == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu references", places);
    free(batch->references);
    batch->references = references;
    batch->reference_places = places;
    for (size_t i = 0; i < batch->record_count; i++) {
        if (batch->records[i].has_reference) place_reference(batch, i);
    }
    return WB_OK;
}

static wb_code grow_records(wb_batch *batch, wb_error *err)
{
    if (batch->record_count < batch->record_capacity) return WB_OK;
    const size_t capacity =
        batch->record_capacity == 0 ? RECORDS_FIRST : batch->record_capacity * 2;
    wb_pending *records = realloc(batch->records, capacity * sizeof *records);
    if (records != NULL) batch->records = records;
    const wb_pending **sorted = realloc(batch->sorted, capacity * sizeof(const wb_pending *));
    if (sorted != NULL) batch->sorted = sorted;
    if (records == NULL || sorted == NULL) {
        return wb_fail(err, WB_E_NOMEM, "cannot hold a batch of %zu records", capacity);
    }
    batch->record_capacity = capacity;
    return WB_OK;
}

wb_code wb_batch_add(wb_batch *batch, size_t offset, const uint8_t reference[WB_REFERENCE_KEY_SIZE],
                     wb_error *err)
{
    assert(offset < batch->bytes.size);
    wb_code code = grow_records(batch, err);
    if (code == WB_OK && reference != NULL) code = grow_references(batch, err);
    if (code != WB_OK) return code;
    wb_pending *record = &batch->records[batch->record_count];
    *record = (wb_pending){.offset = offset, .size = batch->bytes.size - offset};
    wb_chain_hash(record->hash, batch->hash, (wb_span){batch->bytes.data + offset, record->size});
    memcpy(batch->hash, record->hash, sizeof batch->hash);
    batch->record_count++;
    batch->count++;
    if (reference != NULL) {
        record->has_reference = true;
        memcpy(record->reference, reference, WB_REFERENCE_KEY_SIZE);
        place_reference(batch, batch->record_count - 1);
        batch->reference_count++;
    }
    return WB_OK;
}

const wb_pending *wb_batch_find(const wb_batch *batch,
                                const uint8_t reference[WB_REFERENCE_KEY_SIZE])
{
    if (batch->reference_count == 0) return NULL;
    const size_t mask = batch->reference_places - 1;
    for (size_t at = wb_get_u64(reference) & mask; batch->references[at] != 0;
         at = (at + 1) & mask) {
        const wb_pending *record = &batch->records[batch->references[at] - 1];
        if (memcmp(record->reference, reference, WB_REFERENCE_KEY_SIZE) == 0) return record;
    }
    return NULL;
}

uint64_t wb_batch_number(const wb_batch *batch, const wb_pending *pending)
{
    return batch->base + (uint64_t)(pending - batch->records) + 1;
}

static wb_code apply_entry(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    wb_head *head = &ledger->head;
    wb_code code = WB_OK;
    wb_row row;
    if (head->entries == 0 || raw->date.days > head->last_date.days) head->last_date = raw->date;
    head->entries++;
    head->postings += raw->posting_count;
    if (raw->subject.size > 0) {
        head->subjects++;
        code = wb_subjects_post(ledger, raw->subject, raw->number, err);
    }
    if (code == WB_OK && raw->reverses != 0) {
        wb_row_key_u64(&row, WB_TAG_REVERSAL, raw->reverses);
        wb_row_u64(&row, raw->number);
        head->reversals++;
        head->rows++;
        code = wb_row_put(ledger, &row, err);
    }
    wb_span postings = raw->postings;
    wb_raw_posting posting;
    for (uint32_t i = 0; code == WB_OK && wb_codec_posting(&postings, &posting); i++) {
        const wb_item item = {raw->number, i, raw->date, posting.amount};
        code = wb_slots_post(ledger, &posting, &item, err);
    }
    return code;
}

static wb_code apply_document(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_row_key_document(&row, raw->kind, raw->id);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    wb_document_row document = {.first = raw->number};
    if (code == WB_OK && found) code = wb_row_read_document(&document, value, err);
    if (code != WB_OK) return code;
    if (!found) {
        ledger->head.documents[raw->kind]++;
        ledger->head.rows++;
    }
    document.newest = raw->number;
    wb_row_document(&row, document);
    return wb_row_put(ledger, &row, err);
}

/* The record itself, and all its rows but the reference and the balances. */
static wb_code apply(wb_ledger *ledger, const wb_pending *record, wb_error *err)
{
    const wb_span bytes = {ledger->batch.bytes.data + record->offset, record->size};
    wb_raw_record raw;
    wb_code code = wb_codec_decode(&raw, bytes, err);
    assert(code == WB_OK); /* what we write, we can read */
    assert(raw.number == ledger->head.count + 1);
    ledger->head.count = raw.number;
    ledger->head.recorded_us = raw.recorded_us;
    ledger->head.rows++;
    memcpy(ledger->head.hash, record->hash, sizeof record->hash);
    wb_row row;
    wb_row_key_u64(&row, WB_TAG_RECORD, raw.number);
    code = wb_store_append(ledger->store, (wb_span){row.key, row.key_size},
                           (wb_span){record->hash, sizeof record->hash}, bytes, err);
    if (code == WB_OK) code = wb_tree_side_add(ledger, bytes, record->hash, err);
    if (code == WB_OK) code = wb_control_apply(ledger, &raw, err);
    if (code != WB_OK || raw.kind >= WB_RECORD_PROPOSAL) return code;
    return raw.kind == WB_RECORD_ENTRY ? apply_entry(ledger, &raw, err)
                                       : apply_document(ledger, &raw, err);
}

static int by_reference(const void *a, const void *b)
{
    const wb_pending *const *x = a;
    const wb_pending *const *y = b;
    return memcmp((*x)->reference, (*y)->reference, WB_REFERENCE_KEY_SIZE);
}

static wb_code write_references(wb_ledger *ledger, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    size_t count = 0;
    for (size_t i = batch->flushed; i < batch->record_count; i++) {
        if (batch->records[i].has_reference) batch->sorted[count++] = &batch->records[i];
    }
    if (count == 0) return WB_OK;
    qsort(batch->sorted, count, sizeof(const wb_pending *), by_reference);
    return wb_buckets_write(ledger, batch->sorted, count, err);
}

static wb_code flush_once(wb_ledger *ledger, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    wb_code code = wb_tree_side_load(ledger, err);
    for (size_t i = batch->flushed; i < batch->record_count && code == WB_OK; i++)
        code = apply(ledger, &batch->records[i], err);
    if (code == WB_OK) code = write_references(ledger, err);
    if (code == WB_OK) code = wb_slots_write(ledger, err);
    if (code == WB_OK) code = wb_subjects_write(ledger, err);
    if (code == WB_OK) code = wb_tree_side_write(ledger, err);
    if (code != WB_OK) return code;
    batch->flushed = batch->record_count;
    wb_row row;
    wb_row_head(&row, &ledger->head);
    return wb_row_put(ledger, &row, err);
}

/* Throw the transaction away, and start the batch's rows again; the map was full (`grow`), or
 * records were dropped. */
static wb_code start_again(wb_ledger *ledger, bool grow, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    wb_txn_abort(ledger);
    wb_slots_clear(batch);
    batch->flushed = 0;
    wb_code code = grow ? wb_store_grow(ledger->store, err) : WB_OK;
    if (code == WB_OK) code = wb_txn_begin(ledger, true, err);
    assert(code != WB_OK || ledger->head.count == batch->base); /* we hold the writer's lock */
    return code;
}

wb_batch_point wb_batch_save(const wb_batch *batch)
{
    wb_batch_point point = {.count = batch->count,
                            .recorded_us = batch->recorded_us,
                            .bytes_size = batch->bytes.size,
                            .record_count = batch->record_count,
                            .plain = batch->plain};
    memcpy(point.hash, batch->hash, sizeof point.hash);
    return point;
}

/* The last record's place in the table of references: nothing that came before it lies beyond it in
 * its chain, so that the place can simply be emptied. */
static void unplace_reference(wb_batch *batch, size_t i)
{
    assert(i + 1 == batch->record_count);
    if (!batch->records[i].has_reference) return;
    const size_t mask = batch->reference_places - 1;
    size_t at = wb_get_u64(batch->records[i].reference) & mask;
    while (batch->references[at] != (uint32_t)i + 1)
        at = (at + 1) & mask;
    batch->references[at] = 0;
    batch->reference_count--;
}

wb_code wb_batch_restore(wb_ledger *ledger, const wb_batch_point *point, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    assert(point->record_count <= batch->record_count);
    while (batch->record_count > point->record_count) {
        unplace_reference(batch, batch->record_count - 1);
        batch->record_count--;
    }
    batch->bytes.size = point->bytes_size;
    batch->count = point->count;
    batch->recorded_us = point->recorded_us;
    memcpy(batch->hash, point->hash, sizeof batch->hash);
    batch->plain = point->plain;
    forget(ledger);
    wb_control_end(ledger, false);
    wb_reserves_end(ledger, false);
    const wb_code code = start_again(ledger, false, err);
    batch->failed = code != WB_OK;
    if (code != WB_OK) return code;
    wb_control_begin(ledger);
    wb_reserves_begin(ledger);
    return WB_OK;
}

wb_code wb_batch_flush(wb_ledger *ledger, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    assert(ledger->in_batch);
    if (batch->flushed == batch->record_count) return WB_OK;
    wb_code code = flush_once(ledger, err);
    while (code == WB_E_FULL && wb_store_map_full(ledger->store)) {
        code = start_again(ledger, true, err);
        if (code == WB_OK) code = flush_once(ledger, err);
    }
    if (code != WB_OK) batch->failed = true;
    return code;
}

wb_code wb_batch_commit(wb_ledger *ledger, wb_error *err)
{
    wb_code code = wb_batch_flush(ledger, err);
    if (code == WB_OK) code = wb_txn_commit(ledger, err);
    while (code == WB_E_FULL && wb_store_map_full(ledger->store)) {
        code = start_again(ledger, true, err); /* LMDB needs a few pages of its own to commit */
        if (code == WB_OK) code = wb_batch_flush(ledger, err);
        if (code == WB_OK) code = wb_txn_commit(ledger, err);
    }
    return code;
}
