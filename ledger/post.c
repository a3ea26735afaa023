/* post.c - writing: every rule that needs to know the books. */
#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "ledger/internal.h"

/* A batch lies in memory until it is committed. */
#define BATCH_BYTES_MAX ((size_t)256 << 20)

uint64_t wb_now_us(const wb_ledger *ledger)
{
    const uint64_t not_before = ledger->batch.recorded_us;
    struct timespec now;
    uint64_t us = ledger->clock_us;
    if (us == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0 && now.tv_sec > 0) {
        us = (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000U;
    }
    return us > not_before ? us : not_before;
}

wb_code wb_name_number(wb_ledger *ledger, wb_record_kind kind, const char *text, uint64_t *number,
                       wb_error *err)
{
    const wb_span id = wb_span_text(text);
    const wb_name *name = wb_names_by_text(&ledger->names, kind, id);
    *number = name == NULL ? 0 : name->number;
    if (name != NULL || !wb_id_valid(text, id.size)) return WB_OK;
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_row_key_document(&row, kind, id);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || !found) return code;
    wb_document_row document = {0};
    code = wb_row_read_document(&document, value, err);
    if (code != WB_OK) return code;
    *number = document.first;
    if (wb_names_by_number(&ledger->names, *number) != NULL) {
        return wb_fail(err, WB_E_DAMAGED, "two names have the number %llu",
                       (unsigned long long)*number);
    }
    return wb_names_add(&ledger->names, kind, id, *number, err);
}

static wb_code resolve(wb_ledger *ledger, const wb_entry *entry, uint64_t *accounts,
                       uint64_t *parties, wb_error *err)
{
    for (size_t i = 0; i < entry->posting_count; i++) {
        const char *account = entry->postings[i].account;
        assert(account != NULL);
        const wb_code code = wb_name_number(ledger, WB_RECORD_ACCOUNT, account, &accounts[i], err);
        if (code != WB_OK) return code;
        if (accounts[i] == 0) {
            return wb_fail(err, WB_E_ACCOUNT, "there is no account '%.100s'", account);
        }
    }
    for (size_t i = 0; i < entry->posting_count; i++) {
        const char *party = entry->postings[i].party;
        parties[i] = 0;
        if (party == NULL) continue;
        const wb_code code = wb_name_number(ledger, WB_RECORD_PARTY, party, &parties[i], err);
        if (code != WB_OK) return code;
        if (parties[i] == 0) {
            return wb_fail(err, WB_E_PARTY, "there is no party '%.100s'", party);
        }
    }
    return WB_OK;
}

/* An entry being posted, and what was found out about it. */
typedef struct candidate {
    const wb_entry *entry;
    uint64_t accounts[WB_POSTINGS_MAX];
    uint64_t parties[WB_POSTINGS_MAX];
    uint8_t reference[WB_REFERENCE_KEY_SIZE];
} candidate;

static const char of_entry[] = "entry ";

/* The reference was used by the record in `bytes`: the same content, or another's? Everything is
 * compared but when it was recorded, who made it and who approved it. */
static wb_code compare_content(const candidate *fresh, wb_span bytes, const char *what,
                               bool *already, wb_error *err)
{
    wb_raw_record raw = {0};
    wb_code code = wb_codec_decode(&raw, bytes, err);
    if (code != WB_OK) return code;
    if (!wb_span_equal(raw.source, wb_span_text(fresh->entry->source)) ||
        !wb_span_equal(raw.reference, wb_span_text(fresh->entry->reference))) {
        return wb_fail(err, WB_E_DAMAGED, "a reference leads to %s%llu, which has another", what,
                       (unsigned long long)raw.number);
    }
    char maker[UINT8_MAX + 1];
    memcpy(maker, raw.maker.data, raw.maker.size);
    maker[raw.maker.size] = '\0';
    wb_entry same = *fresh->entry;
    same.maker = maker;
    wb_bytes again = {0};
    const wb_stamp stamp = {raw.number, raw.recorded_us, raw.approvals, raw.proposal};
    code = wb_codec_entry(&again, stamp, &same, fresh->accounts, fresh->parties, err);
    *already = code == WB_OK && wb_span_equal((wb_span){again.data, again.size}, bytes);
    wb_bytes_clear(&again);
    if (code == WB_OK && !*already) {
        code = wb_fail(err, WB_E_DUPLICATE,
                       "reference '%.100s' of '%.40s' is %s%llu already, with other content",
                       fresh->entry->reference, fresh->entry->source, what,
                       (unsigned long long)raw.number);
        wb_error_hint(err, "give the new entry a reference of its own, or %s%llu",
                      what == of_entry ? "reverse entry " : "reject P-",
                      (unsigned long long)raw.number);
    }
    return code;
}

/* The reference is held by a draft of an open proposal: the same content, or another's? */
static wb_code compare_draft(wb_ledger *ledger, const candidate *fresh, uint64_t proposal,
                             uint32_t index, bool *already, wb_error *err)
{
    wb_bytes copy = {0};
    wb_bytes record = {0};
    wb_raw_record raw;
    wb_span draft = {0};
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    const wb_stamp stamp = {.number = proposal};
    wb_code code = wb_proposal_read(ledger, proposal, &copy, &raw, hash, err);
    if (code == WB_OK) {
        for (uint32_t i = 0; i <= index; i++)
            (void)wb_codec_draft(&raw.drafts, &draft);
        code = wb_codec_stamp_draft(&record, draft, stamp, err);
    }
    if (code == WB_OK) {
        code = compare_content(fresh, (wb_span){record.data, record.size}, "in P-", already, err);
    }
    wb_bytes_clear(&record);
    wb_bytes_clear(&copy);
    return code;
}

static wb_code check_reference(wb_ledger *ledger, candidate *fresh, uint64_t *number, bool *already,
                               wb_error *err)
{
    if (fresh->entry->reference == NULL) return WB_OK;
    const wb_batch *batch = &ledger->batch;
    wb_reference_key(fresh->reference, wb_span_text(fresh->entry->source),
                     wb_span_text(fresh->entry->reference));
    const wb_pending *pending = wb_batch_find(batch, fresh->reference);
    if (pending != NULL) {
        *number = wb_batch_number(batch, pending);
        const wb_span bytes = {batch->bytes.data + pending->offset, pending->size};
        return compare_content(fresh, bytes, of_entry, already, err);
    }
    uint32_t draft = 0;
    wb_code code = wb_reserve_reference(ledger, fresh->reference, number, &draft, err);
    if (code == WB_OK && *number != 0) {
        return compare_draft(ledger, fresh, *number, draft, already, err);
    }
    if (code == WB_OK) code = wb_bucket_find(ledger, fresh->reference, number, err);
    if (code != WB_OK || *number == 0) return code;
    wb_stored stored;
    wb_raw_record raw = {0};
    code = wb_stored_get(ledger, *number, &raw, &stored, err);
    return code == WB_OK ? compare_content(fresh, stored.bytes, of_entry, already, err) : code;
}

wb_code wb_ledger_find_reference(wb_ledger *ledger, const char *source, const char *reference,
                                 uint64_t *number, wb_error *err)
{
    assert(source != NULL && reference != NULL && number != NULL);
    *number = 0;
    const wb_span from = wb_span_text(source);
    const wb_span text = wb_span_text(reference);
    if (from.size > WB_REFERENCE_MAX || text.size > WB_REFERENCE_MAX) return WB_OK;
    uint8_t key[WB_REFERENCE_KEY_SIZE];
    wb_reference_key(key, from, text);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = wb_bucket_find(ledger, key, number, err);
    wb_stored stored;
    wb_raw_record raw = {0};
    if (code == WB_OK && *number != 0) code = wb_stored_get(ledger, *number, &raw, &stored, err);
    if (code == WB_OK && *number != 0 &&
        (!wb_span_equal(raw.source, from) || !wb_span_equal(raw.reference, text))) {
        code = wb_fail(err, WB_E_DAMAGED, "a reference leads to entry %llu, which has another",
                       (unsigned long long)*number);
    }
    if (wb_view_hides(ledger, *number)) *number = 0;
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

/* Whether the postings are those of `raw` with the signs turned. */
static bool is_mirror(const wb_raw_record *raw, const candidate *fresh)
{
    if (raw->posting_count != fresh->entry->posting_count) return false;
    wb_money amount;
    wb_money_init(&amount);
    wb_span postings = raw->postings;
    wb_raw_posting posting = {0};
    bool mirror = true;
    for (size_t i = 0; mirror && wb_codec_posting(&postings, &posting); i++) {
        wb_raw_amount_get(&amount, &posting.amount);
        wb_money_negate(&amount, &amount);
        mirror = posting.account == fresh->accounts[i] && posting.party == fresh->parties[i] &&
                 wb_money_compare(&amount, &fresh->entry->postings[i].amount) == 0;
    }
    wb_money_clear(&amount);
    return mirror;
}

wb_code wb_reversal_of(wb_ledger *ledger, uint64_t number, uint64_t *reversal, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    *reversal = 0;
    wb_row_key_u64(&row, WB_TAG_REVERSAL, number);
    const wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || !found) return code;
    const wb_code read = wb_row_read_u64(reversal, value, err);
    if (wb_view_hides(ledger, *reversal)) *reversal = 0;
    return read;
}

/* Whether record `number` may be reversed; raw is filled when it may. */
static wb_code check_target(wb_ledger *ledger, uint64_t number, wb_raw_record *raw, wb_error *err)
{
    const unsigned long long shown = number;
    if (number == 0 || number > ledger->head.count) {
        return wb_fail(err, WB_E_REVERSED, "there is no entry %llu", shown);
    }
    uint64_t proposal = 0;
    wb_stored stored;
    wb_code code = wb_reserve_reversal(ledger, number, &proposal, err);
    if (code == WB_OK && proposal != 0) {
        return wb_fail(err, WB_E_REVERSED, "P-%llu, which is open, reverses entry %llu",
                       (unsigned long long)proposal, shown);
    }
    if (code == WB_OK) code = wb_stored_get(ledger, number, raw, &stored, err);
    if (code != WB_OK) return code;
    if (raw->kind != WB_RECORD_ENTRY) {
        return wb_fail(err, WB_E_REVERSED, "record %llu is not an entry", shown);
    }
    if (raw->reverses != 0) {
        code = wb_fail(err, WB_E_REVERSED, "entry %llu is itself a reversal of entry %llu", shown,
                       (unsigned long long)raw->reverses);
        wb_error_hint(err, "post the original again instead");
        return code;
    }
    uint64_t reversal = 0;
    code = wb_reversal_of(ledger, number, &reversal, err);
    if (code == WB_OK && reversal != 0) {
        return wb_fail(err, WB_E_REVERSED, "entry %llu is reversed already, by entry %llu", shown,
                       (unsigned long long)reversal);
    }
    return code;
}

static wb_code check_reversal(wb_ledger *ledger, const candidate *fresh, wb_error *err)
{
    if (fresh->entry->reverses == 0) return WB_OK;
    wb_raw_record raw = {0};
    wb_code code = wb_batch_flush(ledger, err); /* it may be of this batch */
    if (code == WB_OK) code = check_target(ledger, fresh->entry->reverses, &raw, err);
    if (code == WB_OK && !is_mirror(&raw, fresh)) {
        code = wb_fail(err, WB_E_REVERSED, "its postings do not mirror those of entry %llu",
                       (unsigned long long)fresh->entry->reverses);
    }
    return code;
}

static wb_code check_room(const wb_batch *batch, wb_error *err)
{
    /* the verdict that posts the largest of proposals lies beside its records */
    const size_t most = WB_BATCH_MAX + (batch->proposal != 0 ? 1 : 0);
    if (batch->record_count >= most || batch->bytes.size >= BATCH_BYTES_MAX) {
        return wb_fail(err, WB_E_RANGE, "a batch holds at most %d records and %zu MiB",
                       WB_BATCH_MAX, BATCH_BYTES_MAX >> 20);
    }
    return WB_OK;
}

static wb_code post_checked(wb_ledger *ledger, candidate *fresh, uint64_t *number, bool *already,
                            wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    wb_code code = resolve(ledger, fresh->entry, fresh->accounts, fresh->parties, err);
    if (code == WB_OK) code = check_reference(ledger, fresh, number, already, err);
    if (*already) batch->leaned = true;
    if (code != WB_OK || *already) return code;
    code = wb_periods_check(ledger, fresh->entry->date, err);
    if (code == WB_OK) code = check_reversal(ledger, fresh, err);
    if (code == WB_OK) code = check_room(batch, err);
    if (code == WB_OK) {
        code = wb_limits_take(ledger, fresh->entry, fresh->accounts, fresh->parties, err);
    }
    if (code != WB_OK) return code;
    batch->recorded_us = wb_now_us(ledger);
    const wb_stamp stamp = wb_batch_stamp(batch);
    const size_t offset = batch->bytes.size;
    code = wb_codec_entry(&batch->bytes, stamp, fresh->entry, fresh->accounts, fresh->parties, err);
    if (code == WB_OK) {
        code = wb_batch_add(batch, offset,
                            fresh->entry->reference == NULL ? NULL : fresh->reference, err);
    }
    if (batch->proposal == 0) batch->plain++;
    *number = stamp.number;
    return code;
}

wb_code wb_ledger_post(wb_ledger *ledger, const wb_entry *entry, uint64_t *number, bool *already,
                       wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    assert(ledger->depth == 0);
    assert(number != NULL && already != NULL);
    *number = 0;
    *already = false;
    if (ledger->batch.failed) {
        return wb_fail(err, WB_E_INTERNAL, "the batch has failed and can only be aborted");
    }
    candidate fresh;
    fresh.entry = entry;
    wb_code code = wb_entry_check(entry, err);
    if (code == WB_OK) code = post_checked(ledger, &fresh, number, already, err);
    if (code != WB_OK) {
        ledger->batch.failed = true;
        *number = 0;
    }
    return wb_ledger_result(ledger, code, err);
}

wb_code wb_ledger_document(wb_ledger *ledger, const wb_document *document, uint64_t *number,
                           wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    assert(ledger->depth == 0);
    assert(number != NULL);
    *number = 0;
    wb_batch *batch = &ledger->batch;
    if (batch->failed) {
        return wb_fail(err, WB_E_INTERNAL, "the batch has failed and can only be aborted");
    }
    const bool named = document->kind == WB_RECORD_ACCOUNT || document->kind == WB_RECORD_PARTY;
    uint64_t known = 0;
    wb_code code = wb_document_check(document, err);
    if (code == WB_OK && named) {
        code = wb_name_number(ledger, document->kind, document->id, &known, err);
    }
    if (code == WB_OK) code = wb_control_document(ledger, document, err);
    if (code == WB_OK) code = check_room(batch, err);
    batch->recorded_us = wb_now_us(ledger);
    const wb_stamp stamp = wb_batch_stamp(batch);
    const size_t offset = batch->bytes.size;
    if (code == WB_OK) code = wb_codec_document(&batch->bytes, stamp, document, err);
    if (code == WB_OK) code = wb_batch_add(batch, offset, NULL, err);
    if (code == WB_OK && named && known == 0) {
        code = wb_names_add(&ledger->names, document->kind, wb_span_text(document->id),
                            stamp.number, err);
    }
    if (code == WB_OK) *number = stamp.number;
    if (document->kind == WB_RECORD_SWITCH) {
        batch->switched = true;
    } else if (batch->proposal == 0 && document->kind != WB_RECORD_ANCHOR) {
        batch->plain++;
    }
    batch->failed = code != WB_OK;
    return wb_ledger_result(ledger, code, err);
}

/* Post `entry` with the sign of every posting turned. */
static wb_code post_turned(wb_ledger *ledger, wb_entry *entry, uint64_t *number, wb_error *err)
{
    const wb_posting *given = entry->postings;
    const size_t count = entry->posting_count;
    wb_posting *postings = calloc(count, sizeof *postings);
    if (postings == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu postings", count);
    for (size_t i = 0; i < count; i++) {
        postings[i] = given[i];
        wb_money_init(&postings[i].amount);
        wb_money_negate(&postings[i].amount, &given[i].amount);
    }
    entry->postings = postings;
    bool already = false;
    const wb_code code = wb_ledger_post(ledger, entry, number, &already, err);
    for (size_t i = 0; i < count; i++)
        wb_money_clear(&postings[i].amount);
    free(postings);
    return code;
}

wb_code wb_ledger_reverse(wb_ledger *ledger, uint64_t number, wb_date date, const char *reason,
                          const char *maker, uint64_t *reversal, wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    assert(reason != NULL && maker != NULL && reversal != NULL);
    *reversal = 0;
    wb_raw_record raw = {0};
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_read_begin(ledger, err);
    if (code == WB_OK) {
        code = check_target(ledger, number, &raw, err);
        if (code == WB_OK) code = wb_ledger_record(ledger, number, &record, err);
        wb_read_end(ledger);
    }
    if (code == WB_OK) {
        wb_entry entry = record.entry;
        entry.date = date;
        entry.source = NULL;
        entry.reference = NULL;
        entry.maker = maker;
        entry.reverses = number;
        entry.reason = reason;
        code = post_turned(ledger, &entry, reversal, err);
    }
    if (code != WB_OK) ledger->batch.failed = true;
    wb_record_clear(&record);
    return wb_ledger_result(ledger, code, err);
}
