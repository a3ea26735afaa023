/* propose.c - a batch becomes a proposal: its records drafts, its effects undone, one signature. */
#include <assert.h>
#include <sodium.h>

#include "ledger/case.h"

/* The postings and the reversal of a draft name only what was there before the batch. */
static wb_code check_names(const wb_raw_record *raw, uint64_t base, wb_error *err)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    const char *what = raw->reverses > base ? "an entry" : NULL;
    while (what == NULL && wb_codec_posting(&rest, &posting)) {
        if (posting.account > base) what = "an account";
        if (posting.party > base) what = "a party";
    }
    if (what == NULL) return WB_OK;
    const wb_code code = wb_fail(err, WB_E_RULE,
                                 "a record names %s that is new in this batch: it has no number "
                                 "before it is approved",
                                 what);
    wb_error_hint(err, "propose that first, and the rest when it is approved");
    return code;
}

/* Turn the batch's records into a list of drafts. */
static wb_code collect(wb_bytes *drafts, const wb_batch *batch, const char *maker, wb_error *err)
{
    size_t size = 0;
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && i < batch->record_count; i++) {
        const wb_pending *pending = &batch->records[i];
        const wb_span bytes = {batch->bytes.data + pending->offset, pending->size};
        wb_raw_record raw;
        code = wb_codec_decode(&raw, bytes, err);
        if (code != WB_OK) return code;
        if (!wb_draft_kind(raw.kind)) {
            return wb_fail(err, WB_E_RULE, "a record of this kind cannot be proposed");
        }
        if (!wb_span_equal(raw.maker, wb_span_text(maker))) {
            return wb_fail(err, WB_E_UNAUTHORISED,
                           "a record was made by '%.*s', and '%s' cannot sign for another",
                           (int)raw.maker.size, (const char *)raw.maker.data, maker);
        }
        size += pending->size - WB_STAMP_SIZE;
        if (size > WB_DRAFTS_BYTES_MAX) {
            return wb_fail(err, WB_E_RANGE, "the drafts of a proposal take at most %d MiB",
                           WB_DRAFTS_BYTES_MAX >> 20);
        }
        code = check_names(&raw, batch->base, err);
        if (code == WB_OK) code = wb_codec_put_draft(drafts, bytes, err);
    }
    return code;
}

static wb_code check_terms(const wb_proposal_terms *terms, wb_date today, wb_error *err)
{
    char first[WB_DATE_TEXT_MAX];
    char last[WB_DATE_TEXT_MAX];
    char given[WB_DATE_TEXT_MAX];
    const wb_date furthest = {today.days + WB_PROPOSAL_DAYS_MAX};
    wb_code code = wb_date_check(terms->expires, err);
    if (code == WB_OK &&
        (terms->expires.days < today.days || terms->expires.days > furthest.days)) {
        code = wb_fail(err, WB_E_RANGE, "a last day of %s: it lies between %s and %s",
                       wb_date_text(given, terms->expires), wb_date_text(first, today),
                       wb_date_text(last, furthest));
    }
    return code == WB_OK ? wb_signed_text(terms->reason, err) : code;
}

/* Who may propose this, judged by the books as they are without it. */
static wb_code authorise(wb_ledger *ledger, const wb_signer *signer, wb_span drafts, wb_error *err)
{
    const wb_user *user = NULL;
    wb_code code = wb_control_ready(ledger, err);
    if (code == WB_OK && !ledger->control.four_eyes) {
        code = wb_fail(err, WB_E_FOUR_EYES, "four eyes are off: nothing needs to be proposed");
        wb_error_hint(err, "post without a key, or switch on: waarborg fund four-eyes on");
    }
    if (code == WB_OK) code = wb_signer_user(&user, ledger, signer, err);
    if (code == WB_OK) code = wb_case_roles(user, drafts, err);
    if (code == WB_OK && ledger->head.open >= WB_PROPOSALS_OPEN_MAX) {
        code = wb_fail(err, WB_E_RULE, "%d proposals are open, and more cannot be",
                       WB_PROPOSALS_OPEN_MAX);
        wb_error_hint(err, "decide some first: waarborg pending list");
    }
    return code;
}

/* Sign the drafts and add the record. */
static wb_code add_proposal(wb_ledger *ledger, const wb_signer *signer,
                            const wb_proposal_terms *terms, const wb_bytes *drafts, size_t count,
                            wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    const wb_verifier *key = wb_signer_verifier(signer);
    uint8_t name[WB_LEDGER_HASH_SIZE];
    uint8_t nonce[WB_PROPOSAL_NONCE_SIZE];
    uint8_t signature[WB_SIGNATURE_SIZE];
    wb_bytes statement = {0};
    randombytes_buf(nonce, sizeof nonce);
    batch->recorded_us = wb_now_us(ledger);
    const wb_date today = wb_day_of(batch->recorded_us);
    const wb_raw_record raw = {.kind = WB_RECORD_PROPOSAL,
                               .number = batch->count + 1,
                               .recorded_us = batch->recorded_us,
                               .date = today,
                               .maker = wb_span_text(key->name),
                               .expires = terms->expires,
                               .computed = terms->computed,
                               .nonce = {nonce, sizeof nonce},
                               .reason = wb_span_text(terms->reason),
                               .key = key->id,
                               .signature = {signature, sizeof signature},
                               .draft_count = (uint32_t)count,
                               .drafts = {drafts->data, drafts->size}};
    wb_code code = check_terms(terms, today, err);
    if (code == WB_OK) code = wb_signed_ledger(ledger, name, err);
    if (code == WB_OK) code = wb_signed_proposal(&statement, name, &raw, err);
    if (code == WB_OK) {
        wb_signer_sign(signer, statement.data, statement.size, signature);
        const size_t offset = batch->bytes.size;
        code = wb_codec_control(&batch->bytes, &raw, err);
        if (code == WB_OK) code = wb_batch_add(batch, offset, NULL, err);
    }
    wb_bytes_clear(&statement);
    return code;
}

wb_code wb_ledger_propose(wb_ledger *ledger, const wb_signer *signer,
                          const wb_proposal_terms *terms, uint64_t *number, wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    assert(ledger->depth == 0);
    assert(signer != NULL && terms != NULL);
    assert(terms->reason != NULL && number != NULL);
    wb_batch *batch = &ledger->batch;
    *number = 0;
    if (batch->failed) {
        return wb_fail(err, WB_E_INTERNAL, "the batch has failed and can only be aborted");
    }
    if (batch->record_count == 0) return WB_OK;
    const size_t count = batch->record_count;
    wb_bytes drafts = {0};
    wb_code code = WB_OK;
    if (batch->plain != count) {
        code = wb_fail(err, WB_E_RULE,
                       "a batch with a proposal, a verdict, a switch or an anchor "
                       "in it cannot be proposed");
    }
    if (code == WB_OK) code = collect(&drafts, batch, wb_signer_verifier(signer)->name, err);
    if (code == WB_OK) code = wb_batch_restart(ledger, err);
    if (code == WB_OK) {
        code = authorise(ledger, signer, (wb_span){drafts.data, drafts.size}, err);
    }
    if (code == WB_OK) code = add_proposal(ledger, signer, terms, &drafts, count, err);
    if (code == WB_OK) {
        *number = batch->count;
        wb_reserves_changed(ledger);
        wb_limits_clear(&ledger->limits);
        wb_periods_clear(&ledger->periods);
    }
    if (code != WB_OK) batch->failed = true;
    wb_bytes_clear(&drafts);
    return wb_ledger_result(ledger, code, err);
}
