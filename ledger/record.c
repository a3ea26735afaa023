/* record.c - a record as its reader sees it: strings, names, amounts. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/internal.h"

/* Reused from record to record: a long log is read without an allocation for each. */
struct wb_record_memory {
    wb_bytes text;
    wb_posting *postings;
    size_t posting_capacity; /* of which all amounts are initialised */
};

void wb_record_init(wb_record *record)
{
    *record = (wb_record){0};
}

void wb_record_clear(wb_record *record)
{
    struct wb_record_memory *memory = record->memory;
    if (memory != NULL) {
        for (size_t i = 0; i < memory->posting_capacity; i++)
            wb_money_clear(&memory->postings[i].amount);
        free(memory->postings);
        wb_bytes_clear(&memory->text);
        free(memory);
    }
    *record = (wb_record){0};
}

static wb_code make_room(wb_record *record, size_t text_size, size_t postings, wb_error *err)
{
    if (record->memory == NULL) record->memory = calloc(1, sizeof *record->memory);
    struct wb_record_memory *memory = record->memory;
    if (memory == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a record");
    memory->text.size = 0;
    if (memory->posting_capacity < postings) {
        wb_posting *grown = realloc(memory->postings, postings * sizeof *grown);
        if (grown == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu postings", postings);
        memory->postings = grown;
        for (size_t i = memory->posting_capacity; i < postings; i++)
            wb_money_init(&grown[i].amount);
        memory->posting_capacity = postings;
    }
    return wb_bytes_reserve(&memory->text, text_size, err);
}

/* Copy a text; the room was reserved, so that earlier copies stay where they are. */
static const char *keep(wb_record *record, wb_span text)
{
    wb_bytes *bytes = &record->memory->text;
    const size_t at = bytes->size;
    wb_bytes_put(bytes, text.data, text.size);
    wb_bytes_put_u8(bytes, 0);
    return (const char *)bytes->data + at;
}

static const char *keep_or_null(wb_record *record, wb_span text)
{
    return text.size == 0 ? NULL : keep(record, text);
}

static wb_code fill_postings(wb_ledger *ledger, wb_record *record, const wb_raw_record *raw,
                             wb_error *err)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    for (size_t i = 0; wb_codec_posting(&rest, &posting); i++) {
        wb_posting *out = &record->memory->postings[i];
        const char *text = NULL;
        wb_raw_amount_get(&out->amount, &posting.amount);
        if (ledger == NULL) {
            out->account = "";
            out->party = NULL;
            continue;
        }
        wb_code code = wb_name_text(ledger, WB_RECORD_ACCOUNT, posting.account, &text, err);
        if (code != WB_OK) return code;
        out->account = keep(record, wb_span_text(text));
        out->party = NULL;
        if (posting.party != 0) {
            code = wb_name_text(ledger, WB_RECORD_PARTY, posting.party, &text, err);
            if (code != WB_OK) return code;
            out->party = keep(record, wb_span_text(text));
        }
    }
    record->entry.postings = record->memory->postings;
    record->entry.posting_count = raw->posting_count;
    return WB_OK;
}

wb_code wb_record_fill(wb_ledger *ledger, wb_record *record, const wb_raw_record *raw,
                       const uint8_t *hash, uint64_t reversed_by, wb_error *err)
{
    const size_t text_size = raw->maker.size + raw->event.size + raw->subject.size +
                             raw->source.size + raw->reference.size + raw->memo.size +
                             raw->reason.size + raw->id.size + raw->body.size + 9 +
                             (size_t)raw->posting_count * 2 * (WB_ID_MAX + 1);
    const wb_code code = make_room(record, text_size, raw->posting_count, err);
    if (code != WB_OK) return code;
    record->number = raw->number;
    record->kind = raw->kind;
    record->recorded_us = raw->recorded_us;
    record->reversed_by = reversed_by;
    record->proposal = raw->proposal;
    record->approvals = raw->approvals;
    memcpy(record->hash, hash, sizeof record->hash);
    record->entry = (wb_entry){0};
    record->document = (wb_document){0};
    const char *maker = keep(record, raw->maker);
    if (raw->kind != WB_RECORD_ENTRY) {
        const bool document = raw->kind < WB_RECORD_PROPOSAL;
        record->document.kind = raw->kind;
        record->document.date = raw->date;
        record->document.id = keep(record, raw->id);
        record->document.body = keep(record, document ? raw->body : raw->reason);
        record->document.maker = maker;
        return WB_OK;
    }
    wb_entry *entry = &record->entry;
    entry->date = raw->date;
    entry->event = keep(record, raw->event);
    entry->subject = keep_or_null(record, raw->subject);
    entry->source = keep_or_null(record, raw->source);
    entry->reference = keep_or_null(record, raw->reference);
    entry->memo = keep(record, raw->memo);
    entry->maker = maker;
    entry->reverses = raw->reverses;
    entry->reason = keep_or_null(record, raw->reason);
    return fill_postings(ledger, record, raw, err);
}

/* "#12": an account or party by the record that registered it. */
static const char *keep_number(wb_record *record, uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "#%llu", (unsigned long long)number);
    return keep(record, wb_span_text(text));
}

wb_code wb_record_read(wb_record *record, const void *bytes, size_t size, wb_error *err)
{
    assert(record != NULL && (bytes != NULL || size == 0));
    static const uint8_t no_hash[WB_LEDGER_HASH_SIZE];
    wb_raw_record raw;
    wb_code code = wb_codec_decode(&raw, (wb_span){bytes, size}, err);
    if (code == WB_OK) code = wb_record_fill(NULL, record, &raw, no_hash, 0, err);
    if (code != WB_OK || raw.kind != WB_RECORD_ENTRY) return code;
    wb_span rest = raw.postings;
    wb_raw_posting posting;
    for (size_t i = 0; wb_codec_posting(&rest, &posting); i++) {
        wb_posting *out = &record->memory->postings[i];
        out->account = keep_number(record, posting.account);
        if (posting.party != 0) out->party = keep_number(record, posting.party);
    }
    return WB_OK;
}

wb_code wb_name_text(wb_ledger *ledger, wb_record_kind kind, uint64_t number, const char **text,
                     wb_error *err)
{
    const wb_name *name = wb_names_by_number(&ledger->names, number);
    if (name == NULL) {
        if (number == 0 || number > ledger->head.count) {
            return wb_fail(err, WB_E_DAMAGED, "a posting names record %llu, which does not exist",
                           (unsigned long long)number);
        }
        wb_stored stored;
        wb_raw_record raw;
        wb_code code = wb_stored_get(ledger, number, &raw, &stored, err);
        if (code == WB_OK && raw.kind != kind) {
            code = wb_fail(err, WB_E_DAMAGED, "record %llu is not an account or party",
                           (unsigned long long)number);
        }
        if (code == WB_OK) code = wb_names_add(&ledger->names, kind, raw.id, number, err);
        if (code != WB_OK) return code;
        name = wb_names_by_number(&ledger->names, number);
    }
    assert(name != NULL);
    if (name->kind != kind) {
        return wb_fail(err, WB_E_DAMAGED, "record %llu is used as an account and as a party",
                       (unsigned long long)number);
    }
    *text = name->text;
    return WB_OK;
}

wb_code wb_ledger_record(wb_ledger *ledger, uint64_t number, wb_record *record, wb_error *err)
{
    assert(ledger != NULL && record != NULL);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    uint64_t reversal = 0;
    wb_stored stored = {0};
    wb_raw_record raw;
    if (number == 0 || number > wb_view_end(ledger)) {
        code = wb_fail(err, WB_E_NOT_FOUND, "there is no record %llu; the last is %llu",
                       (unsigned long long)number, (unsigned long long)wb_view_end(ledger));
    }
    if (code == WB_OK) code = wb_stored_get(ledger, number, &raw, &stored, err);
    if (code == WB_OK) code = wb_reversal_of(ledger, number, &reversal, err);
    if (code == WB_OK) code = wb_record_fill(ledger, record, &raw, stored.hash, reversal, err);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}
