/* decide.c - verdicts on proposals; the one that completes a proposal posts its drafts. */
#include <assert.h>

#include "ledger/case.h"

/* What is being decided, by whom. */
typedef struct decision {
    wb_case about;
    wb_verdict verdict;
    const wb_signer *signer; /* NULL for expiry */
    const char *reason;
    wb_date today;
} decision;

static wb_code check_open(const decision *made, wb_error *err)
{
    const wb_case *about = &made->about;
    const unsigned long long shown = about->number;
    char day[WB_DATE_TEXT_MAX];
    const bool passed = made->today.days > about->raw.expires.days;
    if (about->state != WB_PROPOSAL_OPEN) {
        assert(about->voice_count > 0);
        return wb_fail(err, WB_E_RULE, "P-%llu is %s already, by record %llu", shown,
                       wb_proposal_state_name(about->state),
                       (unsigned long long)about->voices[about->voice_count - 1].number);
    }
    (void)wb_date_text(day, about->raw.expires);
    if (made->verdict == WB_VERDICT_EXPIRE && !passed) {
        return wb_fail(err, WB_E_RULE, "P-%llu may be approved until %s, in UTC", shown, day);
    }
    if (made->verdict != WB_VERDICT_EXPIRE && passed) {
        const wb_code code =
            wb_fail(err, WB_E_RULE, "the last day of P-%llu, %s, has passed", shown, day);
        wb_error_hint(err, "let it expire, and propose again: waarborg pending expire");
        return code;
    }
    if (about->voice_count >= WB_VERDICTS_MAX) {
        return wb_fail(err, WB_E_RULE, "P-%llu has %d verdicts, and more cannot be", shown,
                       WB_VERDICTS_MAX);
    }
    return WB_OK;
}

/* Who could decide instead. */
static void hint_checkers(const wb_ledger *ledger, const char *maker, wb_error *err)
{
    const wb_user_list *users = &ledger->control.users;
    char names[240] = "";
    size_t used = 0;
    for (size_t i = 0; i < users->count && used < sizeof names; i++) {
        const wb_user *user = &users->items[i];
        if (user->revoked || (user->roles & WB_ROLE_CHECKER) == 0) continue;
        if (strcmp(user->name, maker) == 0) continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ",
                                 user->name);
    }
    if (used > 0) wb_error_hint(err, "ask a checker: %s", names);
}

/* A checker, who is not the maker, under no name of his, and has not approved yet. */
static wb_code check_checker(const decision *made, const wb_ledger *ledger, bool own, wb_error *err)
{
    const wb_case *about = &made->about;
    const wb_verifier *key = wb_signer_verifier(made->signer);
    const wb_user *user = NULL;
    if (own || wb_signature_holds(key, about->statement.data, about->statement.size,
                                  about->raw.signature.data)) {
        const wb_code code =
            wb_fail(err, WB_E_UNAUTHORISED, "%s made P-%llu and may not %s it", key->name,
                    (unsigned long long)about->number, wb_verdict_name(made->verdict));
        hint_checkers(ledger, key->name, err);
        return code;
    }
    wb_code code = wb_signer_user(&user, ledger, made->signer, err);
    if (code == WB_OK) {
        code = wb_user_may(user, WB_ROLE_CHECKER, "decide on proposals", err);
    }
    for (size_t i = 0; code == WB_OK && i < about->voice_count; i++) {
        const wb_voice *voice = &about->voices[i];
        if (!voice->counts || strcmp(voice->by, key->name) != 0) continue;
        code = wb_fail(err, WB_E_UNAUTHORISED, "'%s' approved P-%llu already, in record %llu",
                       key->name, (unsigned long long)about->number,
                       (unsigned long long)voice->number);
    }
    return code;
}

static wb_code check_signer(const decision *made, const wb_ledger *ledger, wb_error *err)
{
    if (made->signer == NULL) return WB_OK;
    const char *name = wb_signer_verifier(made->signer)->name;
    const bool own = wb_span_equal(wb_span_text(name), made->about.raw.maker);
    if (made->verdict != WB_VERDICT_WITHDRAW) return check_checker(made, ledger, own, err);
    const wb_user *user = NULL;
    if (!own) {
        return wb_fail(err, WB_E_UNAUTHORISED, "only its maker, '%.*s', may withdraw P-%llu",
                       (int)made->about.raw.maker.size, (const char *)made->about.raw.maker.data,
                       (unsigned long long)made->about.number);
    }
    return wb_signer_user(&user, ledger, made->signer, err);
}

static wb_code check_reason(const decision *made, wb_error *err)
{
    const bool required =
        made->verdict == WB_VERDICT_REJECT || made->verdict == WB_VERDICT_WITHDRAW;
    if (required && made->reason[0] == '\0') {
        return wb_fail(err, WB_E_MISSING, "to %s a proposal needs a reason",
                       wb_verdict_name(made->verdict));
    }
    return wb_signed_text(made->reason, err);
}

/* Sign the verdict and add its record. */
static wb_code add_verdict(const decision *made, wb_ledger *ledger, wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    uint8_t signature[WB_SIGNATURE_SIZE];
    wb_bytes statement = {0};
    wb_raw_record raw = {.kind = WB_RECORD_VERDICT,
                         .number = batch->count + 1,
                         .recorded_us = batch->recorded_us,
                         .date = made->today,
                         .proposal = made->about.number,
                         .verdict = made->verdict,
                         .reason = wb_span_text(made->reason)};
    wb_code code = WB_OK;
    if (made->signer != NULL) {
        const wb_verifier *key = wb_signer_verifier(made->signer);
        raw.maker = wb_span_text(key->name);
        raw.key = key->id;
        raw.signature = (wb_span){signature, sizeof signature};
        code = wb_signed_verdict(&statement, made->about.ledger, &raw, made->about.hash, err);
        if (code == WB_OK) {
            wb_signer_sign(made->signer, statement.data, statement.size, signature);
        }
    }
    const size_t offset = batch->bytes.size;
    if (code == WB_OK) code = wb_codec_control(&batch->bytes, &raw, err);
    if (code == WB_OK) code = wb_batch_add(batch, offset, NULL, err);
    wb_bytes_clear(&statement);
    return code;
}

/* Post one draft, by the door that every record passes. */
static wb_code post_draft(wb_ledger *ledger, wb_record *record, const wb_raw_record *raw,
                          wb_span draft, wb_error *err)
{
    static const uint8_t no_hash[WB_LEDGER_HASH_SIZE];
    uint64_t number = 0;
    bool already = false;
    wb_code code = wb_record_fill(ledger, record, raw, no_hash, 0, err);
    if (code != WB_OK) return code;
    if (raw->kind == WB_RECORD_ENTRY) {
        code = wb_ledger_post(ledger, &record->entry, &number, &already, err);
    } else {
        code = wb_ledger_document(ledger, &record->document, &number, err);
    }
    if (code == WB_OK && already) {
        return wb_fail(err, WB_E_DUPLICATE, "its reference is entry %llu already",
                       (unsigned long long)number);
    }
    if (code != WB_OK) return code;
    /* what was approved is what is posted, byte for byte */
    const wb_pending *pending = &ledger->batch.records[ledger->batch.record_count - 1];
    const size_t tail = draft.size - (2 + 4 + 1 + raw->maker.size + 1);
    if (pending->size <= tail ||
        memcmp(ledger->batch.bytes.data + pending->offset + pending->size - tail,
               draft.data + draft.size - tail, tail) != 0) {
        return wb_fail(err, WB_E_DAMAGED, "a draft is not what it would be posted as");
    }
    return WB_OK;
}

/* A rule of the ledger refused a draft that it took when the proposal was made. */
static wb_code refused_now(const wb_case *about, size_t index, wb_code code, wb_error *err)
{
    const int exit = wb_code_exit(code);
    if (exit < 3 || exit > 5) return code;
    const wb_error inner = err == NULL ? (wb_error){0} : *err;
    code = wb_fail(err, WB_E_STALE, "draft %zu of P-%llu is refused now: %.200s", index,
                   (unsigned long long)about->number, inner.message);
    wb_error_hint(err,
                  "withdraw it and propose again: waarborg pending withdraw P-%llu --reason WHY",
                  (unsigned long long)about->number);
    return code;
}

static wb_code post_drafts(const wb_case *about, wb_ledger *ledger, wb_decided *decided,
                           wb_error *err)
{
    wb_batch *batch = &ledger->batch;
    wb_record record;
    wb_span rest = about->raw.drafts;
    wb_span draft = {0};
    wb_code code = WB_OK;
    wb_record_init(&record);
    batch->approvals = decided->approvals;
    batch->proposal = about->number;
    wb_limits_clear(&ledger->limits); /* what it held is what it now posts */
    decided->first = batch->count + 1;
    while (code == WB_OK && wb_codec_draft(&rest, &draft)) {
        code = post_draft(ledger, &record, &about->drafts[decided->count], draft, err);
        decided->count++;
        if (code != WB_OK) code = refused_now(about, decided->count, code, err);
    }
    batch->approvals = 0;
    batch->proposal = 0;
    wb_limits_clear(&ledger->limits); /* younger proposals count again */
    wb_record_clear(&record);
    decided->posted = true;
    return code;
}

static wb_code decide(decision *made, wb_ledger *ledger, wb_decided *decided, wb_error *err)
{
    const wb_case *about = &made->about;
    ledger->batch.recorded_us = wb_now_us(ledger);
    made->today = wb_day_of(ledger->batch.recorded_us);
    wb_code code = check_open(made, err);
    if (code == WB_OK) code = check_signer(made, ledger, err);
    if (code == WB_OK) code = check_reason(made, err);
    const bool approve = made->verdict == WB_VERDICT_APPROVE;
    if (code == WB_OK && approve) code = wb_case_maker(about, ledger, err);
    if (code == WB_OK && approve) code = wb_case_stale(about, ledger, err);
    if (code == WB_OK) code = add_verdict(made, ledger, err);
    if (code != WB_OK) return code;
    decided->number = ledger->batch.count;
    decided->approvals = about->approvals + (approve ? 1 : 0);
    decided->needed = about->needed;
    wb_reserves_changed(ledger);
    wb_limits_clear(&ledger->limits);
    if (approve && decided->approvals >= decided->needed) {
        code = post_drafts(about, ledger, decided, err);
    }
    return code;
}

wb_code wb_ledger_decide(wb_ledger *ledger, uint64_t proposal, wb_verdict verdict,
                         const wb_signer *signer, const char *reason, wb_decided *decided,
                         wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    assert(ledger->depth == 0);
    assert(decided != NULL);
    assert((signer == NULL) == (verdict == WB_VERDICT_EXPIRE));
    *decided = (wb_decided){0};
    if (ledger->batch.failed) {
        return wb_fail(err, WB_E_INTERNAL, "the batch has failed and can only be aborted");
    }
    decision made = {.verdict = verdict,
                     .signer = signer,
                     .reason = reason == NULL || signer == NULL ? "" : reason};
    wb_code code = wb_case_open(&made.about, ledger, proposal, err);
    if (code == WB_OK) code = decide(&made, ledger, decided, err);
    if (code != WB_OK) ledger->batch.failed = true;
    wb_case_clear(&made.about);
    return wb_ledger_result(ledger, code, err);
}
