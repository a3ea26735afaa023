/* contribution.c - contribution decisions: recorded, and assessed on the parties of a group. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/document.h"
#include "fund/event.h"

static const char *const group_names[WB_GROUP_COUNT] = {"municipalities", "state", "providers"};

static const wb_group_accounts accounts[WB_GROUP_COUNT] = {
    [WB_GROUP_MUNICIPALITIES] = {WB_PARTY_MUNICIPALITY, "1100", "8000"},
    [WB_GROUP_STATE] = {WB_PARTY_STATE, "1110", "8010"},
    [WB_GROUP_PROVIDERS] = {WB_PARTY_PROVIDER, "1120", "8020"},
};

const char *wb_group_name(wb_group group)
{
    assert(group >= 0);
    assert(group < WB_GROUP_COUNT);
    return group_names[group];
}

wb_code wb_group_parse(wb_group *group, const char *text, wb_error *err)
{
    assert(group != NULL);
    assert(text != NULL);
    for (int g = 0; g < WB_GROUP_COUNT; g++) {
        if (strcmp(text, group_names[g]) == 0) {
            *group = (wb_group)g;
            return WB_OK;
        }
    }
    wb_fail(err, WB_E_CHOICE, "'%s' is not a group that contributes", text);
    wb_error_hint(err, "use municipalities, state or providers");
    return WB_E_CHOICE;
}

const wb_group_accounts *wb_group_accounts_of(wb_group group)
{
    assert(group >= 0);
    assert(group < WB_GROUP_COUNT);
    return &accounts[group];
}

const char *wb_receivable_of(wb_party_kind kind)
{
    for (int g = 0; g < WB_GROUP_COUNT; g++) {
        if (accounts[g].kind == kind) return accounts[g].receivable;
    }
    return NULL;
}

static wb_code check_decision(wb_ledger *ledger, const wb_decision *decision, wb_error *err)
{
    char amount[WB_MONEY_TEXT_MAX];
    if (!wb_id_valid(decision->reference, strlen(decision->reference))) {
        wb_fail(err, WB_E_RANGE, "'%s' cannot be the reference of a decision", decision->reference);
        wb_error_hint(err, "use 1 to %d letters, digits and - _ . : /, such as 2026-AB-12",
                      WB_ID_MAX);
        return WB_E_RANGE;
    }
    if (wb_money_sign(&decision->amount) <= 0) {
        return wb_fail(err, WB_E_RANGE, "a contribution of %s is not above 0.00",
                       wb_money_text(amount, &decision->amount, WB_MONEY_PLAIN));
    }
    wb_fund fund;
    wb_code code = wb_fund_read(&fund, ledger, err);
    if (code != WB_OK) return code;
    if (decision->year < fund.year || decision->year > WB_YEAR_MAX) {
        return wb_fail(err, WB_E_RANGE, "year %d is not from %d, the fund's first year, to %d",
                       (int)decision->year, (int)fund.year, WB_YEAR_MAX);
    }
    return wb_fund_check_date(ledger, decision->date, err);
}

static wb_code decision_body(char **body, const wb_decision *decision, wb_error *err)
{
    char amount[WB_MONEY_TEXT_MAX];
    char date[WB_DATE_TEXT_MAX];
    return wb_body_text(body,
                        json_pack("{ss ss ss ss si}", "amount",
                                  wb_money_text(amount, &decision->amount, WB_MONEY_PLAIN), "date",
                                  wb_date_text(date, decision->date), "group",
                                  wb_group_name(decision->group), "key", decision->key.column,
                                  "year", (int)decision->year),
                        err);
}

static wb_code lacks(const wb_party *party, const char *what, wb_error *err)
{
    wb_fail(err, WB_E_PARTY, "party '%s' has no %s to split by", party->id, what);
    wb_error_hint(err, "import the parties with that column, or choose another key");
    return WB_E_PARTY;
}

/* What a party weighs by the key. Residents count as whole numbers, columns as amounts. */
static wb_code weigh(wb_money *weight, const wb_party *party, const wb_allocation_key *key,
                     wb_error *err)
{
    const char *value = NULL;
    switch (key->kind) {
    case WB_KEY_EQUAL: wb_money_set_cents(weight, 1); return WB_OK;
    case WB_KEY_UNDER18:
        if (!party->has_under18) return lacks(party, "residents under 18", err);
        wb_money_set_cents(weight, (int64_t)party->under18);
        return WB_OK;
    case WB_KEY_REVENUE:
        if (!party->has_revenue) return lacks(party, "yearly youth revenue", err);
        wb_money_set(weight, &party->revenue);
        return WB_OK;
    case WB_KEY_COLUMN: break;
    }
    value = wb_party_column_value(party, key->column);
    if (value == NULL) return lacks(party, key->column, err);
    if (wb_money_parse(weight, value, strlen(value), WB_MONEY_PLAIN, NULL) != WB_OK ||
        wb_money_sign(weight) < 0) {
        return wb_fail(err, WB_E_PARTY, "'%s' of party '%s' is no weight: '%s'", key->column,
                       party->id, value);
    }
    return WB_OK;
}

/* Split the decision over the parties into postings, the income last. */
static wb_code split_decision(wb_postings *postings, const wb_decision *decision,
                              const wb_party_list *parties, wb_error *err)
{
    const wb_group_accounts *on = wb_group_accounts_of(decision->group);
    if (parties->count == 0) {
        wb_fail(err, WB_E_PARTY, "there are no parties in the group '%s'",
                wb_group_name(decision->group));
        wb_error_hint(err, "add them: waarborg party import FILE --kind %s",
                      wb_party_kind_name(on->kind));
        return WB_E_PARTY;
    }
    wb_share *shares = malloc(parties->count * sizeof *shares);
    if (shares == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu parts", parties->count);
    wb_code code = WB_OK;
    for (size_t i = 0; i < parties->count; i++) {
        wb_share_init(&shares[i]);
        shares[i].id = parties->items[i].id;
        if (code == WB_OK) {
            code = weigh(&shares[i].weight, &parties->items[i], &decision->key, err);
        }
    }
    if (code == WB_OK) code = wb_allocate(shares, parties->count, &decision->amount, err);
    for (size_t i = 0; i < parties->count; i++) {
        if (code == WB_OK) {
            code = wb_postings_add(postings, WB_DEBIT, on->receivable, shares[i].id,
                                   &shares[i].part, err);
        }
        wb_share_clear(&shares[i]);
    }
    free(shares);
    if (code == WB_OK && postings->count >= WB_POSTINGS_MAX) {
        wb_fail(err, WB_E_POSTINGS, "%zu paying parties, one entry holds %d", postings->count,
                WB_POSTINGS_MAX - 1);
        wb_error_hint(err, "take a decision for each part of the group");
        return WB_E_POSTINGS;
    }
    if (code == WB_OK) {
        code = wb_postings_add(postings, WB_CREDIT, on->income, NULL, &decision->amount, err);
    }
    return code;
}

static wb_code record_decision(wb_ledger *ledger, const wb_decision *decision, const char *body,
                               wb_assessment *assessment, wb_error *err)
{
    wb_party_list parties = {NULL, 0};
    wb_postings postings = {NULL, 0};
    char memo[WB_MEMO_MAX];
    uint64_t document_number = 0;
    const wb_document document = {.kind = WB_RECORD_DECISION,
                                  .date = decision->date,
                                  .id = decision->reference,
                                  .body = body,
                                  .maker = decision->maker};
    (void)snprintf(memo, sizeof memo, "contribution %d of the %s, by %s", (int)decision->year,
                   wb_group_name(decision->group), decision->key.column);
    wb_entry entry = {.date = decision->date,
                      .event = WB_EVENT_ASSESSED,
                      .subject = decision->reference,
                      .source = WB_SOURCE_DECISION,
                      .reference = decision->reference,
                      .memo = memo,
                      .maker = decision->maker};
    wb_code code =
        wb_party_list_read(&parties, ledger, &wb_group_accounts_of(decision->group)->kind, err);
    if (code == WB_OK) code = split_decision(&postings, decision, &parties, err);
    if (code == WB_OK) code = wb_ledger_document(ledger, &document, &document_number, err);
    if (code == WB_OK) {
        code = wb_postings_post(&postings, ledger, &entry, &assessment->number,
                                &assessment->already, err);
        assessment->party_count = postings.count - 1;
    }
    wb_postings_clear(&postings);
    wb_party_list_clear(&parties);
    return code;
}

/* A decision that is in the books stays what it was, also when the parties' figures have changed
 * since: the entry is not computed again. */
static wb_code repeat_decision(wb_ledger *ledger, const wb_decision *decision, bool same,
                               wb_assessment *assessment, wb_error *err)
{
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_reference_find(&record, &assessment->number, ledger, WB_SOURCE_DECISION,
                                     decision->reference, err);
    if (code == WB_OK && assessment->number == 0) {
        code = wb_fail(err, WB_E_DAMAGED, "decision '%s' has no entry", decision->reference);
    }
    if (code == WB_OK && (!same || record.reversed_by != 0)) {
        code = wb_reference_refuse(&record, decision->reference, err);
    }
    if (code == WB_OK) {
        assessment->already = true;
        assessment->party_count = record.entry.posting_count - 1;
    }
    wb_record_clear(&record);
    return code;
}

/* A decision that waits for a second pair of eyes, all of it, is not proposed once more. */
static wb_code find_proposed(wb_ledger *ledger, const wb_decision *decision,
                             wb_assessment *assessment, wb_error *err)
{
    wb_record record;
    wb_money amount;
    wb_record_init(&record);
    wb_money_init(&amount);
    wb_code code = wb_reference_find(&record, &assessment->number, ledger, WB_SOURCE_DECISION,
                                     decision->reference, err);
    if (code == WB_OK && assessment->number != 0) {
        wb_record_amount(&amount, &record, wb_group_accounts_of(decision->group)->income);
        wb_money_negate(&amount, &amount);
        assessment->already = true;
        assessment->party_count = record.entry.posting_count - 1;
        if (record.entry.date.days != decision->date.days ||
            wb_money_compare(&amount, &decision->amount) != 0) {
            code = wb_reference_refuse(&record, decision->reference, err);
        }
    }
    wb_money_clear(&amount);
    wb_record_clear(&record);
    return code;
}

wb_code wb_contribution_assess(wb_ledger *ledger, const wb_decision *decision,
                               wb_assessment *assessment, wb_error *err)
{
    assert(decision != NULL);
    assert(assessment != NULL);
    char *body = NULL;
    wb_document_state state = WB_DOCUMENT_NEW;
    *assessment = (wb_assessment){0};
    wb_code code = check_decision(ledger, decision, err);
    if (code == WB_OK) code = decision_body(&body, decision, err);
    if (code == WB_OK) {
        code =
            wb_document_compare(&state, ledger, WB_RECORD_DECISION, decision->reference, body, err);
    }
    if (code == WB_OK && state == WB_DOCUMENT_NEW) {
        code = find_proposed(ledger, decision, assessment, err);
    }
    if (code == WB_OK && assessment->already) {
        free(body);
        return WB_OK;
    }
    if (code == WB_OK && state == WB_DOCUMENT_NEW) {
        code = record_decision(ledger, decision, body, assessment, err);
    } else if (code == WB_OK) {
        code = repeat_decision(ledger, decision, state == WB_DOCUMENT_SAME, assessment, err);
    }
    free(body);
    return code;
}
