/* audit_replay.c - control judged again, record by record, and the rows of control; see
 * audit_control.h. */
#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>

#include "ledger/audit_control.h"

wb_code wb_replay_bad(wb_error *err, wb_code code, uint64_t number, const char *format, ...)
{
    char what[256];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(what, sizeof what, format, list);
    va_end(list);
    return wb_fail(err, code, "record %llu %s", (unsigned long long)number, what);
}

wb_code wb_replay_grow(void *items, size_t *capacity, size_t count, size_t size, wb_error *err)
{
    enum { FIRST = 8 };
    if (count < *capacity) return WB_OK;
    void *old = NULL;
    memcpy(&old, items, sizeof old);
    const size_t more = *capacity == 0 ? FIRST : 2 * *capacity;
    void *fresh = realloc(old, more * size);
    if (fresh == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu of an audit", more);
    memcpy(items, &fresh, sizeof fresh);
    *capacity = more;
    return WB_OK;
}

/* ---- Rows ---- */

static uint64_t hash_of(const wb_replay *replay, wb_span value)
{
    uint8_t hash[crypto_shorthash_siphashx24_BYTES];
    (void)crypto_shorthash_siphashx24(hash, value.data, value.size, replay->key);
    return wb_get_u64(hash);
}

wb_code wb_replay_mark(wb_replay *replay, const wb_asked *about, wb_proposal_state state,
                       wb_error *err)
{
    uint8_t room[1 + WB_VOICES_MAX * WB_VLQ_MAX];
    wb_bytes value = {room, 0, sizeof room};
    uint64_t last = about->raw.number;
    wb_bytes_put_u8(&value, (uint8_t)state);
    for (size_t i = 0; i < about->verdict_count; i++) {
        wb_bytes_put_vlq(&value, about->verdicts[i] - last);
        last = about->verdicts[i];
    }
    const wb_code code = wb_replay_grow(&replay->marks, &replay->mark_capacity, replay->mark_count,
                                        sizeof *replay->marks, err);
    if (code == WB_OK) {
        replay->marks[replay->mark_count++] =
            (wb_proposal_mark){about->raw.number, hash_of(replay, (wb_span){room, value.size})};
    }
    return code;
}

static int by_number(const void *a, const void *b)
{
    const wb_proposal_mark *x = a;
    const wb_proposal_mark *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static wb_code bad_row(wb_error *err, const char *what, uint64_t number)
{
    return wb_fail(err, WB_E_DAMAGED,
                   "the stored row of %s of record %llu is not what the records say", what,
                   (unsigned long long)number);
}

static wb_code proposal_row(const wb_replay *replay, wb_span key, wb_span value, wb_error *err)
{
    const wb_proposal_mark wanted = {wb_get_u64(key.data + 1), hash_of(replay, value)};
    const wb_proposal_mark *mark =
        bsearch(&wanted, replay->marks, replay->mark_count, sizeof *replay->marks, by_number);
    if (mark != NULL && mark->hash == wanted.hash) return WB_OK;
    return bad_row(err, "the proposal", wanted.number);
}

static wb_code open_row(const wb_replay *replay, wb_span value, wb_error *err)
{
    uint64_t last = 0;
    for (size_t i = 0; i < replay->open_count; i++) {
        uint64_t step = 0;
        if (!wb_span_take_vlq(&value, &step) || last + step != replay->open[i]->raw.number) {
            return wb_fail(err, WB_E_DAMAGED, "the stored list of open proposals lacks record %llu",
                           (unsigned long long)replay->open[i]->raw.number);
        }
        last += step;
    }
    if (value.size == 0) return WB_OK;
    return wb_fail(err, WB_E_DAMAGED, "the stored list of open proposals has more than there are");
}

static wb_code key_row(const wb_replay *replay, wb_span key, wb_span value, wb_error *err)
{
    uint64_t number = 0;
    const wb_code code = wb_row_read_u64(&number, value, err);
    if (code != WB_OK) return code;
    for (size_t i = 0; i < replay->key_count; i++) {
        if (memcmp(replay->keys[i].key, key.data + 1, WB_PUBLIC_KEY_SIZE) != 0) continue;
        return replay->keys[i].number == number ? WB_OK
                                                : bad_row(err, "the key", replay->keys[i].number);
    }
    return bad_row(err, "a key", number);
}

wb_code wb_replay_row(wb_replay *replay, wb_span key, wb_span value, wb_error *err)
{
    replay->rows++;
    switch (key.data[0]) {
    case WB_TAG_PROPOSAL: return proposal_row(replay, key, value, err);
    case WB_TAG_OPEN: return open_row(replay, value, err);
    default: return key_row(replay, key, value, err);
    }
}

wb_code wb_replay_rows_end(wb_replay *replay, wb_error *err)
{
    const wb_head *head = &replay->ledger->head;
    const uint64_t wanted =
        replay->mark_count + replay->key_count + (replay->proposals > 0 ? 1 : 0);
    if (replay->rows != wanted) {
        return wb_fail(err, WB_E_DAMAGED,
                       "there are %llu rows of users' keys and proposals, the records give %llu",
                       (unsigned long long)replay->rows, (unsigned long long)wanted);
    }
    if (head->proposals != replay->proposals || head->verdicts != replay->verdicts ||
        head->open != replay->open_count) {
        return wb_fail(err, WB_E_DAMAGED,
                       "the head's counts of proposals and verdicts differ from the records");
    }
    return WB_OK;
}

/* ---- Records ---- */

static wb_code judge(wb_replay *replay, const wb_raw_record *raw, const uint8_t *hash,
                     wb_error *err)
{
    switch (raw->kind) {
    case WB_RECORD_ENTRY: return wb_replay_entry(replay, raw, err);
    case WB_RECORD_USER: return wb_replay_user(replay, raw, err);
    case WB_RECORD_RULE: return wb_replay_rule(replay, raw, err);
    case WB_RECORD_LIMIT: return wb_replay_limit(replay, raw, err);
    case WB_RECORD_PERIOD: return wb_replay_period(replay, raw, err);
    case WB_RECORD_SWITCH: return wb_replay_switch(replay, raw, err);
    case WB_RECORD_PROPOSAL: return wb_replay_proposal(replay, raw, hash, err);
    case WB_RECORD_VERDICT: return wb_replay_verdict(replay, raw, err);
    case WB_RECORD_FUND:
    case WB_RECORD_ACCOUNT:
    case WB_RECORD_PARTY:
    case WB_RECORD_DECISION:
    case WB_RECORD_LOAN:
    case WB_RECORD_ANCHOR: break; /* anchors have a judge of their own */
    }
    return WB_OK;
}

wb_code wb_replay_record(wb_replay *replay, const wb_raw_record *raw, const wb_stored *stored,
                         wb_error *err)
{
    if (raw->number == 1) memcpy(replay->name, stored->hash, sizeof replay->name);
    wb_code code = wb_replay_place(replay, raw, stored->bytes, err);
    if (code == WB_OK) code = judge(replay, raw, stored->hash, err);
    memcpy(replay->last, stored->hash, sizeof replay->last);
    return code;
}

wb_code wb_replay_settle(wb_replay *replay, uint64_t *number, wb_error *err)
{
    if (replay->signatures == NULL) return WB_OK;
    const wb_code code = wb_signatures_settle(replay->signatures, err);
    *number = replay->signatures->bad;
    return code;
}

wb_code wb_replay_end(wb_replay *replay, wb_error *err)
{
    wb_code code = WB_OK;
    if (replay->posting.first + replay->posting.count > replay->ledger->head.count + 1) {
        return wb_replay_bad(err, WB_E_SIGNATURE, replay->posting.verdict,
                             "completed proposal %llu, and not all of it is posted",
                             (unsigned long long)replay->posting.proposal);
    }
    for (size_t i = 0; code == WB_OK && i < replay->open_count; i++)
        code = wb_replay_mark(replay, replay->open[i], WB_PROPOSAL_OPEN, err);
    if (replay->mark_count > 0) {
        qsort(replay->marks, replay->mark_count, sizeof *replay->marks, by_number);
    }
    return code;
}

/* ---- The records before ---- */

/* Whether a record must be read to know who may what after it. */
static bool tells(const wb_replay *replay, wb_span bytes)
{
    const uint8_t kind = bytes.size > 1 ? bytes.data[1] : 0;
    return (kind >= WB_RECORD_USER && kind != WB_RECORD_ANCHOR) ||
           (kind == WB_RECORD_ENTRY && replay->counting);
}

/* What one of them tells. An entry is taken for what it says: it is the sums that count. */
static wb_code learn(wb_replay *replay, uint64_t number, const wb_stored *stored, wb_error *err)
{
    wb_stored again;
    wb_raw_record raw;
    const bool entry = stored->bytes.data[1] == WB_RECORD_ENTRY;
    wb_error inner = {0};
    wb_code code = entry ? wb_codec_decode(&raw, stored->bytes, &inner)
                         : wb_stored_get(replay->ledger, number, &raw, &again, err);
    if (code != WB_OK && entry) {
        code = wb_fail(err, code, "record %llu cannot be read: %s", (unsigned long long)number,
                       inner.message);
    }
    return code == WB_OK ? judge(replay, &raw, stored->hash, err) : code;
}

static wb_code catch_up(wb_replay *replay, uint64_t from, wb_error *err)
{
    wb_walk walk;
    wb_code code = wb_walk_open(&walk, replay->ledger, 1, err);
    replay->trusting = true;
    for (uint64_t number = 1; code == WB_OK && number < from; number++) {
        wb_stored stored;
        code = wb_walk_step(&walk, &stored, err);
        if (code != WB_OK) break;
        if (number == 1) memcpy(replay->name, stored.hash, sizeof replay->name);
        if (tells(replay, stored.bytes)) code = learn(replay, number, &stored, err);
        memcpy(replay->last, stored.hash, sizeof replay->last);
    }
    replay->trusting = false;
    wb_walk_close(&walk);
    return code;
}

wb_code wb_replay_new(wb_replay **replay, wb_ledger *ledger, uint64_t from, const wb_audit_run *run,
                      wb_error *err)
{
    *replay = calloc(1, sizeof **replay);
    if (*replay == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold an audit");
    (*replay)->ledger = ledger;
    (*replay)->threads = run->threads;
    (*replay)->known = run->users;
    (*replay)->known_count = run->user_count;
    (*replay)->counting = ledger->head.documents[WB_RECORD_LIMIT] > 0;
    randombytes_buf((*replay)->key, sizeof(*replay)->key);
    return from > 1 ? catch_up(*replay, from, err) : WB_OK;
}

void wb_replay_free(wb_replay *replay)
{
    if (replay == NULL) return;
    for (size_t i = 0; i < replay->open_count; i++)
        free(replay->open[i]);
    for (size_t i = 0; i < replay->rule_count; i++)
        wb_rule_clear(&replay->rules[i]);
    wb_signatures_free(replay->signatures);
    wb_replay_bounds_clear(replay);
    wb_names_clear(&replay->names);
    free(replay->people);
    free(replay->keys);
    free(replay->rules);
    free(replay->marks);
    free(replay->nonces);
    free(replay);
}
