/* case.c - a proposal, read and judged; see case.h. */
#include "ledger/case.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/pairs.h"

static const uint64_t day_us = UINT64_C(86400) * 1000000;

wb_date wb_day_of(uint64_t time_us)
{
    const uint64_t days = time_us / day_us;
    return (wb_date){days > INT32_MAX ? INT32_MAX : (int32_t)days};
}

void wb_case_clear(wb_case *out)
{
    wb_bytes_clear(&out->bytes);
    wb_bytes_clear(&out->statement);
    free(out->drafts);
    free(out->voices);
    wb_money_clear(&out->debit);
    *out = (wb_case){0};
}

/* What rules know a draft as. */
static wb_code what_of(wb_span *what, const wb_raw_record *draft, wb_error *err)
{
    static const char *const words[] = {
        [WB_RECORD_FUND] = "fund",   [WB_RECORD_ACCOUNT] = "account",
        [WB_RECORD_PARTY] = "party", [WB_RECORD_DECISION] = "decision",
        [WB_RECORD_LOAN] = "loan",   [WB_RECORD_USER] = "user",
        [WB_RECORD_RULE] = "rule",   [WB_RECORD_LIMIT] = "limit",
    };
    wb_code code = WB_OK;
    if (draft->kind == WB_RECORD_ENTRY) {
        *what = draft->event;
    } else if (draft->kind == WB_RECORD_PERIOD) {
        wb_period_state state = {0};
        code = wb_period_decode(&state, draft->id, draft->body, WB_E_DAMAGED, err);
        *what = wb_span_text(state.closed ? "period-close" : "period-reopen");
        wb_period_state_clear(&state);
    } else {
        *what = wb_span_text(words[draft->kind]);
    }
    return code;
}

/* The sums of debits by the rule they come under. */
typedef struct amounts {
    wb_money *sums;
    bool *used;
    size_t count;
} amounts;

static wb_code add_draft(amounts *by_rule, wb_money *debit, const wb_ledger *ledger,
                         const wb_raw_record *draft, wb_error *err)
{
    wb_span what = {0};
    const wb_code code = what_of(&what, draft, err);
    if (code != WB_OK) return code;
    const size_t index = wb_rules_index(ledger, (const char *)what.data, what.size);
    wb_span postings = draft->postings;
    wb_raw_posting posting;
    assert(index < by_rule->count);
    assert(by_rule->used != NULL);
    by_rule->used[index] = true;
    while (wb_codec_posting(&postings, &posting)) {
        if (posting.amount.negative) continue;
        wb_item_add(&by_rule->sums[index], NULL, &posting.amount);
        wb_item_add(debit, NULL, &posting.amount);
    }
    return WB_OK;
}

/* The checkers that the drafts need by the rules as they are, and the sum of their debits. */
static wb_code find_needed(wb_case *about, const wb_ledger *ledger, wb_error *err)
{
    amounts by_rule = {.count = wb_rules_count(ledger)};
    about->needed = 1;
    by_rule.sums = calloc(by_rule.count, sizeof *by_rule.sums);
    by_rule.used = calloc(by_rule.count, sizeof *by_rule.used);
    wb_code code = WB_OK;
    if (by_rule.sums == NULL || by_rule.used == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "cannot hold the sums of a proposal");
        by_rule.count = 0;
    }
    for (size_t i = 0; i < by_rule.count; i++)
        wb_money_init(&by_rule.sums[i]);
    for (uint32_t i = 0; code == WB_OK && i < about->raw.draft_count; i++)
        code = add_draft(&by_rule, &about->debit, ledger, &about->drafts[i], err);
    for (size_t i = 0; i < by_rule.count; i++) {
        if (code == WB_OK && by_rule.used[i]) {
            const unsigned asked = wb_rules_ask(ledger, i, &by_rule.sums[i]);
            about->needed = asked > about->needed ? asked : about->needed;
        }
        wb_money_clear(&by_rule.sums[i]);
    }
    free(by_rule.sums);
    free(by_rule.used);
    return code;
}

static wb_code decode_drafts(wb_case *about, wb_error *err)
{
    const size_t count = about->raw.draft_count;
    about->drafts = calloc(count, sizeof *about->drafts);
    if (about->drafts == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu drafts", count);
    wb_span rest = about->raw.drafts;
    wb_span draft = {0};
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && wb_codec_draft(&rest, &draft); i++)
        code = wb_codec_decode_draft(&about->drafts[i], draft, err);
    return code;
}

wb_code wb_case_roles(const wb_user *user, wb_span drafts, wb_error *err)
{
    wb_code code = WB_OK;
    wb_span draft = {0};
    while (code == WB_OK && wb_codec_draft(&drafts, &draft)) {
        const wb_record_kind kind = (wb_record_kind)draft.data[1];
        if (kind == WB_RECORD_USER || kind == WB_RECORD_RULE || kind == WB_RECORD_LIMIT) {
            code = wb_user_may(user, WB_ROLE_ADMIN, "propose users, rules and limits", err);
        } else if (kind == WB_RECORD_PERIOD) {
            code = wb_user_may(user, WB_ROLE_MAKER | WB_ROLE_ADMIN, "propose periods", err);
        } else {
            code = wb_user_may(user, WB_ROLE_MAKER, "propose entries and documents", err);
        }
    }
    return code;
}

wb_code wb_case_maker(const wb_case *about, const wb_ledger *ledger, wb_error *err)
{
    const wb_span name = about->raw.maker;
    const wb_user *maker = wb_control_user(ledger, (const char *)name.data, name.size);
    if (maker == NULL || maker->revoked ||
        !wb_signature_holds(&maker->key, about->statement.data, about->statement.size,
                            about->raw.signature.data)) {
        const wb_code code = wb_fail(
            err, WB_E_REVOKED, "P-%llu was signed by '%.*s' with a key that is revoked or replaced",
            (unsigned long long)about->number, (int)name.size, (const char *)name.data);
        wb_error_hint(err, "reject it, and have it proposed again");
        return code;
    }
    return wb_case_roles(maker, about->raw.drafts, err);
}

/* Whether an approval counts: its signer is active, a checker, and has the key that signed it. */
static wb_code counts(const wb_case *about, const wb_ledger *ledger, const wb_raw_record *verdict,
                      bool *yes, wb_error *err)
{
    *yes = false;
    if (verdict->verdict != WB_VERDICT_APPROVE) return WB_OK;
    const wb_user *user =
        wb_control_user(ledger, (const char *)verdict->maker.data, verdict->maker.size);
    if (user == NULL || user->revoked || (user->roles & WB_ROLE_CHECKER) == 0) return WB_OK;
    wb_bytes out = {0};
    const wb_code code = wb_signed_verdict(&out, about->ledger, verdict, about->hash, err);
    *yes = code == WB_OK &&
           wb_signature_holds(&user->key, out.data, out.size, verdict->signature.data);
    wb_bytes_clear(&out);
    return code;
}

static wb_code add_voice(wb_case *about, wb_ledger *ledger, uint64_t number, wb_error *err)
{
    wb_stored stored;
    wb_raw_record raw = {0};
    wb_code code = wb_stored_get(ledger, number, &raw, &stored, err);
    if (code == WB_OK && (raw.kind != WB_RECORD_VERDICT || raw.proposal != about->number)) {
        code = wb_fail(err, WB_E_DAMAGED, "record %llu is not a verdict on proposal %llu",
                       (unsigned long long)number, (unsigned long long)about->number);
    }
    if (code != WB_OK) return code;
    wb_voice *voice = &about->voices[about->voice_count++];
    *voice = (wb_voice){.number = number, .verdict = raw.verdict, .recorded_us = raw.recorded_us};
    assert(raw.maker.size <= WB_ID_MAX); /* the decoder has seen to it */
    memcpy(voice->by, raw.maker.data, raw.maker.size);
    memcpy(voice->reason, raw.reason.data, raw.reason.size);
    code = counts(about, ledger, &raw, &voice->counts, err);
    about->approvals += voice->counts ? 1 : 0;
    return code;
}

static wb_code read_voices(wb_case *about, wb_ledger *ledger, wb_error *err)
{
    wb_proposal_row row;
    bool found = false;
    wb_code code = wb_proposal_row_read(ledger, about->number, &row, &found, err);
    if (code == WB_OK && !found) {
        code = wb_fail(err, WB_E_DAMAGED, "the state of proposal %llu is missing",
                       (unsigned long long)about->number);
    }
    if (code != WB_OK) return code;
    about->state = row.state;
    about->voices = calloc(row.verdict_count + 1, sizeof *about->voices);
    if (about->voices == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold the verdicts");
    for (size_t i = 0; code == WB_OK && i < row.verdict_count; i++)
        code = add_voice(about, ledger, row.verdicts[i], err);
    return code;
}

wb_code wb_case_open(wb_case *out, wb_ledger *ledger, uint64_t number, wb_error *err)
{
    *out = (wb_case){.number = number};
    wb_money_init(&out->debit);
    wb_code code = wb_control_ready(ledger, err);
    if (code != WB_OK) return code;
    code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    code = wb_proposal_read(ledger, number, &out->bytes, &out->raw, out->hash, err);
    if (code == WB_OK) code = wb_signed_ledger(ledger, out->ledger, err);
    if (code == WB_OK) code = wb_signed_proposal(&out->statement, out->ledger, &out->raw, err);
    if (code == WB_OK) code = read_voices(out, ledger, err);
    if (code == WB_OK) code = decode_drafts(out, err);
    if (code == WB_OK) code = find_needed(out, ledger, err);
    wb_read_end(ledger);
    return code;
}
