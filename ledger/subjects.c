/* subjects.c - lists of the entries of a subject, while a batch changes them. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/slots.h"

enum { SUBJECTS_FIRST = 32, PLACES_PER_SUBJECT = 4 };

void wb_subjects_clear(wb_batch *batch)
{
    for (size_t i = 0; i < batch->subject_count; i++)
        free(batch->subjects[i]);
    free(batch->subjects);
    free(batch->subject_table);
    batch->subjects = NULL;
    batch->subject_table = NULL;
    batch->subject_count = 0;
    batch->subject_capacity = 0;
}

/* The place of the subject in the table, or the free one where it belongs. */
static size_t place_of(const wb_batch *batch, wb_span subject)
{
    const size_t mask = batch->subject_capacity * PLACES_PER_SUBJECT - 1;
    uint64_t hash = 0xCBF29CE484222325U; /* FNV-1a */
    for (size_t i = 0; i < subject.size; i++)
        hash = (hash ^ subject.data[i]) * 0x100000001B3U;
    size_t at = (size_t)(hash ^ hash >> 32) & mask;
    while (batch->subject_table[at] != 0) {
        const char *id = batch->subjects[batch->subject_table[at] - 1]->id;
        if (wb_span_equal(wb_span_text(id), subject)) break;
        at = (at + 1) & mask;
    }
    return at;
}

static wb_code grow(wb_batch *batch, wb_error *err)
{
    const size_t capacity =
        batch->subject_capacity == 0 ? SUBJECTS_FIRST : batch->subject_capacity * 2;
    wb_subject_slot **subjects = realloc(batch->subjects, capacity * sizeof(wb_subject_slot *));
    if (subjects != NULL) batch->subjects = subjects;
    uint32_t *table = calloc(capacity * PLACES_PER_SUBJECT, sizeof *table);
    if (subjects == NULL || table == NULL) {
        free(table);
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu subjects", capacity);
    }
    free(batch->subject_table);
    batch->subject_table = table;
    batch->subject_capacity = capacity;
    for (size_t i = 0; i < batch->subject_count; i++)
        table[place_of(batch, wb_span_text(subjects[i]->id))] = (uint32_t)i + 1;
    return WB_OK;
}

/* Take over the last chunk of a subject's list, when it has any. */
static wb_code load(wb_ledger *ledger, wb_subject_slot *slot, wb_error *err)
{
    wb_row row;
    wb_span key = {0};
    wb_span list = {0};
    bool found = false;
    wb_row_key_subject(&row, wb_span_text(slot->id), UINT32_MAX);
    const wb_code code = wb_lookup_before(ledger, &row, &key, &list, &found, err);
    if (code != WB_OK || !found || key.size != row.key_size ||
        memcmp(key.data, row.key, key.size - 4) != 0) {
        return code;
    }
    slot->chunk = wb_get_u32(key.data + key.size - 4);
    slot->chunk_stored = true;
    bool whole = list.size <= WB_CHUNK_SIZE_MAX;
    if (whole) memcpy(slot->list, list.data, list.size);
    slot->list_size = list.size;
    while (whole && list.size > 0) {
        uint64_t step = 0;
        whole = wb_span_take_vlq(&list, &step);
        slot->last += step;
    }
    if (!whole || slot->last > ledger->head.count) {
        return wb_fail(err, WB_E_DAMAGED, "the list of subject '%s' is damaged", slot->id);
    }
    return WB_OK;
}

static wb_code find(wb_ledger *ledger, wb_subject_slot **slot, wb_span subject, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    wb_code code = WB_OK;
    if (batch->subject_count == batch->subject_capacity) code = grow(batch, err);
    if (code != WB_OK) return code;
    const size_t at = place_of(batch, subject);
    if (batch->subject_table[at] != 0) {
        *slot = batch->subjects[batch->subject_table[at] - 1];
        return WB_OK;
    }
    wb_subject_slot *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a subject");
    assert(subject.size <= WB_ID_MAX);
    memcpy(fresh->id, subject.data, subject.size);
    batch->subjects[batch->subject_count] = fresh;
    batch->subject_count++;
    batch->subject_table[at] = (uint32_t)batch->subject_count;
    *slot = fresh;
    return load(ledger, fresh, err);
}

static wb_code write_chunk(wb_ledger *ledger, wb_subject_slot *slot, wb_error *err)
{
    wb_row row;
    wb_row_key_subject(&row, wb_span_text(slot->id), slot->chunk);
    wb_row_bytes(&row, (wb_span){slot->list, slot->list_size});
    if (!slot->chunk_stored) {
        ledger->head.chunks++;
        ledger->head.rows++;
    }
    slot->chunk_stored = true;
    slot->dirty = false;
    return wb_row_put(ledger, &row, err);
}

wb_code wb_subjects_post(wb_ledger *ledger, wb_span subject, uint64_t number, wb_error *err)
{
    wb_subject_slot *slot = NULL;
    wb_code code = find(ledger, &slot, subject, err);
    if (code != WB_OK) return code;
    assert(slot != NULL);
    if (slot->list_size + WB_VLQ_MAX > WB_CHUNK_SIZE_MAX) {
        code = write_chunk(ledger, slot, err);
        slot->chunk++;
        slot->chunk_stored = false;
        slot->list_size = 0;
        slot->last = 0;
    }
    assert(number > slot->last);
    wb_bytes list = {slot->list, slot->list_size, sizeof slot->list};
    wb_bytes_put_vlq(&list, number - slot->last);
    slot->list_size = list.size;
    slot->last = number;
    slot->dirty = true;
    return code;
}

static int by_id(const void *a, const void *b)
{
    const wb_subject_slot *const *x = a;
    const wb_subject_slot *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

wb_code wb_subjects_write(wb_ledger *ledger, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    size_t count = 0;
    for (size_t i = 0; i < batch->subject_count; i++)
        count += batch->subjects[i]->dirty ? 1 : 0;
    if (count == 0) return WB_OK;
    wb_subject_slot **sorted = malloc(count * sizeof(wb_subject_slot *));
    if (sorted == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu subjects", count);
    count = 0;
    for (size_t i = 0; i < batch->subject_count; i++) {
        if (batch->subjects[i]->dirty) sorted[count++] = batch->subjects[i];
    }
    qsort(sorted, count, sizeof(wb_subject_slot *), by_id);
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && i < count; i++)
        code = write_chunk(ledger, sorted[i], err);
    free(sorted);
    return code;
}
