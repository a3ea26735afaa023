/* audit_four_eyes.c - what was proposed, who approved it, and whether what was posted is that. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "ledger/audit_control.h"

/* Places in a record's bytes: docs/format.md. */
enum { KIND_END = 2, STAMP_END = 18, DATE_SIZE = 4 };

static const uint64_t day_us = UINT64_C(86400) * 1000000;

static int32_t day_of(const wb_raw_record *raw)
{
    return (int32_t)(raw->recorded_us / day_us);
}

/* ---- Proposals ---- */

static size_t place_of(const wb_replay *replay, uint64_t number)
{
    size_t low = 0;
    size_t high = replay->open_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (replay->open[middle]->raw.number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Remember a nonce; false when it was there. Each is in its first free place of the table. */
static bool add_nonce(wb_replay *replay, const uint8_t *nonce)
{
    static const uint8_t none[16];
    const size_t mask = replay->nonce_capacity - 1;
    size_t at = (size_t)wb_get_u64(nonce) & mask;
    for (; memcmp(replay->nonces[at], none, sizeof none) != 0; at = (at + 1) & mask) {
        if (memcmp(replay->nonces[at], nonce, sizeof none) == 0) return false;
    }
    memcpy(replay->nonces[at], nonce, sizeof none);
    replay->nonce_count++;
    return true;
}

static wb_code grow_nonces(wb_replay *replay, wb_error *err)
{
    enum { FIRST = 256 };
    if (2 * replay->nonce_count < replay->nonce_capacity) return WB_OK;
    uint8_t(*const old)[16] = replay->nonces;
    const size_t capacity = replay->nonce_capacity;
    const size_t more = capacity == 0 ? FIRST : 2 * capacity;
    uint8_t(*const fresh)[16] = calloc(more, sizeof *fresh);
    if (fresh == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu proposals", more);
    replay->nonces = fresh;
    replay->nonce_capacity = more;
    replay->nonce_count = 0;
    for (size_t i = 0; i < capacity; i++) {
        if (!sodium_is_zero(old[i], sizeof old[i])) (void)add_nonce(replay, old[i]);
    }
    free(old);
    return WB_OK;
}

/* A statement may be signed once: the same again is a copy that nobody made. */
static wb_code check_nonce(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    const wb_code code = grow_nonces(replay, err);
    if (code != WB_OK) return code;
    if (sodium_is_zero(raw->nonce.data, raw->nonce.size)) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number, "has a nonce of zeros");
    }
    if (add_nonce(replay, raw->nonce.data)) return WB_OK;
    return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                         "is a proposal that was signed for an earlier one: its nonce was used");
}

/* The roles of which a person needs one to draft a record of this kind. */
static unsigned roles_for(wb_record_kind kind)
{
    if (kind == WB_RECORD_USER || kind == WB_RECORD_RULE || kind == WB_RECORD_LIMIT) {
        return WB_ROLE_ADMIN;
    }
    return kind == WB_RECORD_PERIOD ? WB_ROLE_MAKER | WB_ROLE_ADMIN : WB_ROLE_MAKER;
}

/* That every draft is the maker's, and his to make. `number` is the record that relies on it. */
static wb_code check_drafts(const wb_raw_record *raw, const wb_person *maker, uint64_t number,
                            wb_error *err)
{
    wb_span rest = raw->drafts;
    wb_span draft = {0};
    for (size_t i = 1; wb_codec_draft(&rest, &draft); i++) {
        wb_raw_record inner;
        const wb_code code = wb_codec_decode_draft(&inner, draft, err);
        if (code != WB_OK) return code;
        if (!wb_span_equal(inner.maker, raw->maker)) {
            return wb_replay_bad(err, WB_E_SIGNATURE, number,
                                 "rests on draft %zu, whose maker is not that of the proposal", i);
        }
        if ((maker->roles & roles_for(inner.kind)) == 0) {
            return wb_replay_bad(err, WB_E_SIGNATURE, number,
                                 "rests on draft %zu, which '%.*s' has no role to propose", i,
                                 (int)raw->maker.size, (const char *)raw->maker.data);
        }
    }
    return WB_OK;
}

static wb_tree_hash root_of(wb_span drafts)
{
    wb_tree_edge edge = {0};
    wb_span draft = {0};
    while (wb_codec_draft(&drafts, &draft)) {
        const wb_tree_hash leaf = wb_tree_leaf(draft.data, draft.size);
        wb_tree_append(&edge, &leaf, NULL, NULL);
    }
    return wb_tree_root(&edge);
}

static wb_code check_signed(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_bytes text = {0};
    char expires[WB_DATE_TEXT_MAX];
    (void)wb_date_text(expires, raw->expires);
    const wb_tree_hash root = root_of(raw->drafts);
    wb_code code = wb_replay_text(&text, replay, "proposal", err);
    if (code == WB_OK) code = wb_replay_line(&text, "maker", raw->maker, err);
    if (code == WB_OK) code = wb_replay_line(&text, "expires", wb_span_text(expires), err);
    if (code == WB_OK) code = wb_replay_number(&text, "computed", raw->computed ? 1 : 0, err);
    if (code == WB_OK) {
        code = wb_replay_hex(&text, "nonce", raw->nonce.data, raw->nonce.size, err);
    }
    if (code == WB_OK) code = wb_replay_number(&text, "drafts", raw->draft_count, err);
    if (code == WB_OK) code = wb_replay_hex(&text, "root", root.bytes, sizeof root.bytes, err);
    if (code == WB_OK) code = wb_replay_line(&text, "reason", raw->reason, err);
    if (code == WB_OK) code = wb_replay_signed(replay, raw, &text, err);
    wb_bytes_clear(&text);
    return code;
}

static wb_code check_terms(const wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    const uint64_t number = raw->number;
    if (!replay->four_eyes) {
        return wb_replay_bad(err, WB_E_DAMAGED, number, "is a proposal, and four eyes were off");
    }
    if (replay->open_count == WB_PROPOSALS_OPEN_MAX) {
        return wb_replay_bad(err, WB_E_DAMAGED, number, "is one open proposal too many");
    }
    if (raw->date.days != day_of(raw)) {
        return wb_replay_bad(err, WB_E_DAMAGED, number, "is not dated on the day it was recorded");
    }
    if (raw->expires.days < raw->date.days ||
        raw->expires.days > raw->date.days + WB_PROPOSAL_DAYS_MAX) {
        return wb_replay_bad(err, WB_E_DAMAGED, number, "has a last day that it may not have");
    }
    return WB_OK;
}

wb_code wb_replay_proposal(wb_replay *replay, const wb_raw_record *raw, const uint8_t *hash,
                           wb_error *err)
{
    wb_code code = check_terms(replay, raw, err);
    if (code == WB_OK) code = check_nonce(replay, raw, err);
    if (code != WB_OK) return code;
    code = check_signed(replay, raw, err);
    if (code != WB_OK) return code;
    const wb_person *maker = wb_replay_person(replay, raw->maker);
    assert(maker != NULL); /* who signed is a user */
    code = check_drafts(raw, maker, raw->number, err);
    if (code != WB_OK) return code;
    wb_asked *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a proposal");
    fresh->raw = *raw;
    fresh->key = maker->key;
    memcpy(fresh->hash, hash, sizeof fresh->hash);
    replay->open[replay->open_count++] = fresh;
    replay->proposals++;
    return WB_OK;
}

/* ---- Verdicts ---- */

static bool same_key(const wb_verifier *a, const wb_verifier *b)
{
    return memcmp(a->key, b->key, WB_PUBLIC_KEY_SIZE) == 0;
}

static wb_code check_verdict_text(wb_replay *replay, const wb_raw_record *raw,
                                  const wb_asked *about, wb_error *err)
{
    static const char *const words[] = {[WB_VERDICT_APPROVE] = "approve",
                                        [WB_VERDICT_REJECT] = "reject",
                                        [WB_VERDICT_WITHDRAW] = "withdraw"};
    wb_bytes text = {0};
    wb_code code = wb_replay_text(&text, replay, "verdict", err);
    if (code == WB_OK) code = wb_replay_number(&text, "proposal", raw->proposal, err);
    if (code == WB_OK) code = wb_replay_hex(&text, "hash", about->hash, sizeof about->hash, err);
    if (code == WB_OK) {
        code = wb_replay_line(&text, "verdict", wb_span_text(words[raw->verdict]), err);
    }
    if (code == WB_OK) code = wb_replay_line(&text, "by", raw->maker, err);
    if (code == WB_OK) code = wb_replay_line(&text, "reason", raw->reason, err);
    if (code == WB_OK) code = wb_replay_signed(replay, raw, &text, err);
    wb_bytes_clear(&text);
    return code;
}

/* That whoever approves or rejects is a checker and somebody else than the maker. */
static wb_code check_checker(const wb_replay *replay, const wb_raw_record *raw,
                             const wb_asked *about, wb_error *err)
{
    const wb_person *person = wb_replay_person(replay, raw->maker);
    const int size = (int)raw->maker.size;
    const char *name = (const char *)raw->maker.data;
    assert(person != NULL); /* who signed is a user */
    if (wb_span_equal(raw->maker, about->raw.maker) || same_key(&person->key, &about->key)) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is a verdict of '%.*s' on his own proposal %llu", size, name,
                             (unsigned long long)raw->proposal);
    }
    if ((person->roles & WB_ROLE_CHECKER) == 0) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is a verdict of '%.*s', who is no checker", size, name);
    }
    for (size_t i = 0; raw->verdict == WB_VERDICT_APPROVE && i < about->verdict_count; i++) {
        if (strlen(about->keys[i].name) == raw->maker.size &&
            same_key(&about->keys[i], &person->key)) {
            return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                                 "approves proposal %llu, which '%.*s' approved in record %llu",
                                 (unsigned long long)raw->proposal, size, name,
                                 (unsigned long long)about->verdicts[i]);
        }
    }
    return WB_OK;
}

/* An approval needs a maker whose word still stands. */
static wb_code check_maker(const wb_replay *replay, const wb_raw_record *raw, const wb_asked *about,
                           wb_error *err)
{
    const wb_person *maker = wb_replay_person(replay, about->raw.maker);
    if (maker == NULL || maker->revoked || !same_key(&maker->key, &about->key)) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "approves proposal %llu, whose maker '%.*s' was revoked or has "
                             "another key since",
                             (unsigned long long)raw->proposal, (int)about->raw.maker.size,
                             (const char *)about->raw.maker.data);
    }
    return check_drafts(&about->raw, maker, raw->number, err);
}

static wb_code check_day(const wb_raw_record *raw, const wb_asked *about, wb_error *err)
{
    const bool passed = day_of(raw) > about->raw.expires.days;
    if (raw->date.days != day_of(raw)) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number,
                             "is not dated on the day it was recorded");
    }
    if (passed == (raw->verdict == WB_VERDICT_EXPIRE)) return WB_OK;
    return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                         passed ? "is a verdict on proposal %llu after its last day"
                                : "lets proposal %llu expire before its last day has passed",
                         (unsigned long long)raw->proposal);
}

static wb_code check_verdict(wb_replay *replay, const wb_raw_record *raw, const wb_asked *about,
                             wb_error *err)
{
    wb_code code = check_day(raw, about, err);
    if (code != WB_OK || raw->verdict == WB_VERDICT_EXPIRE) return code;
    code = check_verdict_text(replay, raw, about, err);
    if (code != WB_OK) return code;
    if (raw->verdict != WB_VERDICT_APPROVE && raw->reason.size == 0) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "says no without a reason");
    }
    if (raw->verdict == WB_VERDICT_WITHDRAW) {
        if (wb_span_equal(raw->maker, about->raw.maker)) return WB_OK;
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number, "withdraws proposal %llu of another",
                             (unsigned long long)raw->proposal);
    }
    code = check_checker(replay, raw, about, err);
    if (code == WB_OK && raw->verdict == WB_VERDICT_APPROVE) {
        code = check_maker(replay, raw, about, err);
    }
    return code;
}

/* How many of the approvals are by people who are checkers now, with the key they signed with. */
static unsigned count_approvals(const wb_replay *replay, const wb_asked *about)
{
    unsigned count = 0;
    for (size_t i = 0; i < about->verdict_count; i++) {
        const wb_person *person = wb_replay_person(replay, wb_span_text(about->keys[i].name));
        count += person != NULL && !person->revoked && (person->roles & WB_ROLE_CHECKER) != 0 &&
                         same_key(&person->key, &about->keys[i])
                     ? 1
                     : 0;
    }
    return count;
}

/* The proposal is decided: keep what its row must say, and forget the rest. */
static wb_code decided(wb_replay *replay, size_t place, wb_proposal_state state, wb_error *err)
{
    wb_asked *about = replay->open[place];
    const wb_code code = wb_replay_mark(replay, about, state, err);
    if (code != WB_OK) return code;
    free(about);
    replay->open_count--;
    memmove(replay->open + place, replay->open + place + 1,
            (replay->open_count - place) * sizeof *replay->open);
    return WB_OK;
}

/* After an approval: whether the next records are what was proposed. */
static wb_code complete(wb_replay *replay, size_t place, const wb_raw_record *raw, wb_error *err)
{
    const wb_asked *about = replay->open[place];
    unsigned needed = 0;
    const unsigned approvals = count_approvals(replay, about);
    const wb_code code = wb_replay_needed(replay, &about->raw, &needed, err);
    if (code != WB_OK || approvals < needed) return code;
    replay->posting.first = raw->number + 1;
    replay->posting.count = about->raw.draft_count;
    replay->posting.proposal = raw->proposal;
    replay->posting.verdict = raw->number;
    replay->posting.approvals = approvals;
    replay->posting.rest = about->raw.drafts;
    replay->posting.next = raw->number + 1;
    return decided(replay, place, WB_PROPOSAL_POSTED, err);
}

wb_code wb_replay_verdict(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    const size_t place = place_of(replay, raw->proposal);
    if (place == replay->open_count || replay->open[place]->raw.number != raw->proposal) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is a verdict on %llu, which is no open proposal",
                             (unsigned long long)raw->proposal);
    }
    wb_asked *about = replay->open[place];
    wb_code code = check_verdict(replay, raw, about, err);
    if (code != WB_OK) return code;
    if (about->verdict_count == WB_VOICES_MAX) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "is one verdict too many");
    }
    about->verdicts[about->verdict_count] = raw->number;
    if (raw->verdict == WB_VERDICT_APPROVE) {
        about->keys[about->verdict_count] = wb_replay_person(replay, raw->maker)->key;
    }
    about->verdict_count++;
    replay->verdicts++;
    switch (raw->verdict) {
    case WB_VERDICT_APPROVE: return complete(replay, place, raw, err);
    case WB_VERDICT_REJECT: return decided(replay, place, WB_PROPOSAL_REJECTED, err);
    case WB_VERDICT_WITHDRAW: return decided(replay, place, WB_PROPOSAL_WITHDRAWN, err);
    case WB_VERDICT_EXPIRE: break;
    }
    return decided(replay, place, WB_PROPOSAL_EXPIRED, err);
}

/* ---- What is posted ---- */

/* Whether the record is the draft with a stamp, approvals and proposal put in, byte for byte. */
static bool is_draft(wb_span bytes, wb_span draft)
{
    const size_t maker = 1U + draft.data[KIND_END + DATE_SIZE];
    const size_t head = DATE_SIZE + maker; /* behind the kind, and in a record behind the stamp */
    const size_t tail = draft.size - KIND_END - head - 1; /* behind the approvals */
    if (bytes.size < STAMP_END + head + 2 + tail) return false;
    wb_span middle = {bytes.data + STAMP_END + head + 1, bytes.size - STAMP_END - head - 1 - tail};
    uint64_t proposal = 0; /* that it is the right one is seen where it is decoded */
    return memcmp(bytes.data, draft.data, KIND_END) == 0 &&
           memcmp(bytes.data + STAMP_END, draft.data + KIND_END, head) == 0 &&
           wb_span_take_vlq(&middle, &proposal) && middle.size == 0 &&
           memcmp(bytes.data + bytes.size - tail, draft.data + draft.size - tail, tail) == 0;
}

static wb_code check_posted(wb_replay *replay, const wb_raw_record *raw, wb_span bytes,
                            wb_error *err)
{
    const unsigned long long proposal = replay->posting.proposal;
    const unsigned long long verdict = replay->posting.verdict;
    const uint64_t index = raw->number - replay->posting.first;
    wb_span draft = {0};
    while (replay->posting.next <= raw->number) { /* more than once after catching up */
        const bool taken = wb_codec_draft(&replay->posting.rest, &draft);
        assert(taken);
        (void)taken;
        replay->posting.next++;
    }
    assert(draft.data != NULL); /* records come in order */
    if (raw->kind >= WB_RECORD_PROPOSAL || raw->proposal != proposal) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "does not follow from proposal %llu, which record %llu completed",
                             proposal, verdict);
    }
    if (raw->approvals != replay->posting.approvals) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "claims %u approvals, and proposal %llu had %u", raw->approvals,
                             proposal, replay->posting.approvals);
    }
    if (!is_draft(bytes, draft)) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is not draft %llu of proposal %llu, which was approved",
                             (unsigned long long)index + 1, proposal);
    }
    return WB_OK;
}

wb_code wb_replay_place(wb_replay *replay, const wb_raw_record *raw, wb_span bytes, wb_error *err)
{
    const uint64_t first = replay->posting.first;
    if (first != 0 && raw->number >= first && raw->number - first < replay->posting.count) {
        return check_posted(replay, raw, bytes, err);
    }
    if (raw->approvals != 0) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "claims the approval of proposal %llu, which did not post it",
                             (unsigned long long)raw->proposal);
    }
    if (replay->four_eyes && wb_draft_kind(raw->kind)) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "was posted without an approval, and four eyes were on");
    }
    return WB_OK;
}
