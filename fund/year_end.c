/* year_end.c - the result of a year goes to equity, and comes back when the year is reopened. */
#include "fund/year_end.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/event.h"
#include "fund/grow.h"

const char *wb_result_subject(char text[WB_RESULT_SUBJECT_MAX], int32_t year)
{
    (void)snprintf(text, WB_RESULT_SUBJECT_MAX, "result-%d", (int)year);
    return text;
}

/* ---- to equity ---- */

/* What one account of income or expenses, of one party, stands at. */
typedef struct rest {
    char account[WB_ID_MAX + 1];
    char party[WB_ID_MAX + 1]; /* "" for none */
    wb_money balance;
} rest;

typedef struct collection {
    const wb_account_list *accounts;
    rest *items;
    size_t count;
    wb_code code;
    wb_error *err;
} collection;

static void clear(collection *at)
{
    for (size_t i = 0; i < at->count; i++)
        wb_money_clear(&at->items[i].balance);
    free(at->items);
    at->items = NULL;
    at->count = 0;
}

static bool collect(const wb_balance *balance, void *context)
{
    collection *at = context;
    const wb_account *account = wb_account_list_find(at->accounts, balance->account);
    if (account == NULL) {
        at->code = wb_fail(at->err, WB_E_DAMAGED, "account '%s' has a balance and no document",
                           balance->account);
        return false;
    }
    const bool of_result =
        account->section == WB_SECTION_INCOME || account->section == WB_SECTION_EXPENSE;
    if (!of_result || wb_money_compare(&balance->debit, &balance->credit) == 0) return true;
    void *items = at->items;
    if (!wb_grow(&items, at->count, sizeof *at->items)) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold %zu balances", at->count + 1);
        return false;
    }
    at->items = items;
    rest *item = &at->items[at->count];
    at->count++;
    (void)snprintf(item->account, sizeof item->account, "%s", balance->account);
    (void)snprintf(item->party, sizeof item->party, "%s",
                   balance->party == NULL ? "" : balance->party);
    wb_money_init(&item->balance);
    wb_money_subtract(&item->balance, &balance->debit, &balance->credit);
    return true;
}

/* One entry for some of the balances: each the other way, and their sum to equity. */
static wb_code post_part(wb_ledger *ledger, wb_period_closing *closing, const char *to,
                         const rest *items, size_t count, wb_error *err)
{
    char subject[WB_RESULT_SUBJECT_MAX];
    char memo[64];
    wb_postings postings = {NULL, 0};
    wb_money sum;
    wb_money_init(&sum);
    wb_code code = WB_OK;
    for (size_t i = 0; i < count && code == WB_OK; i++) {
        const char *party = items[i].party[0] == '\0' ? NULL : items[i].party;
        code =
            wb_postings_add(&postings, WB_CREDIT, items[i].account, party, &items[i].balance, err);
        wb_money_add(&sum, &sum, &items[i].balance);
    }
    if (code == WB_OK) code = wb_postings_add(&postings, WB_DEBIT, to, NULL, &sum, err);
    (void)snprintf(memo, sizeof memo, "result of %d", (int)closing->period.year);
    wb_entry entry = {.date = wb_period_last(closing->period),
                      .event = WB_EVENT_APPROPRIATED,
                      .subject = wb_result_subject(subject, closing->period.year),
                      .memo = memo,
                      .maker = closing->maker};
    uint64_t number = 0;
    bool already = false;
    if (code == WB_OK) {
        code = wb_postings_post(&postings, ledger, &entry, &number, &already, err);
    }
    if (code == WB_OK) {
        if (closing->appropriation == 0) closing->appropriation = number;
        wb_money_subtract(&closing->result, &closing->result, &sum);
    }
    wb_postings_clear(&postings);
    wb_money_clear(&sum);
    return code;
}

static wb_code check_equity(const wb_account_list *accounts, const char *to, wb_error *err)
{
    const wb_account *account = wb_account_list_find(accounts, to);
    if (account == NULL) return wb_fail(err, WB_E_ACCOUNT, "there is no account '%.64s'", to);
    if (account->section == WB_SECTION_EQUITY) return WB_OK;
    const wb_code code =
        wb_fail(err, WB_E_RULE, "account '%s' is not equity: it cannot take the result", to);
    wb_error_hint(err, "use 0240 (the result), 0210, 0220 or 0230");
    return code;
}

wb_code wb_year_appropriate(wb_ledger *ledger, wb_period_closing *closing, wb_error *err)
{
    assert(closing != NULL && closing->period.month == 0);
    const char *to = closing->to == NULL ? WB_ACCOUNT_RESULT : closing->to;
    const wb_date last = wb_period_last(closing->period);
    wb_account_list accounts = {NULL, 0};
    collection at = {.accounts = &accounts, .code = WB_OK, .err = err};
    wb_code code = wb_account_list_read(&accounts, ledger, err);
    if (code == WB_OK) code = check_equity(&accounts, to, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, &last, collect, &at, err);
    if (code == WB_OK) code = at.code;
    enum { PART = WB_POSTINGS_MAX - 1 };
    for (size_t i = 0; i < at.count && code == WB_OK; i += PART) {
        const size_t count = at.count - i < PART ? at.count - i : PART;
        code = post_part(ledger, closing, to, &at.items[i], count, err);
    }
    clear(&at);
    wb_account_list_clear(&accounts);
    return code;
}

/* ---- and back ---- */

typedef struct found_entry {
    uint64_t number;
    wb_date date;
} found_entry;

typedef struct search {
    found_entry *items;
    size_t count;
    wb_code code;
    wb_error *err;
} search;

static bool note_standing(const wb_record *record, void *context)
{
    search *at = context;
    const wb_entry *entry = &record->entry;
    if (strcmp(entry->event, WB_EVENT_APPROPRIATED) != 0) return true;
    if (entry->reverses != 0 || record->reversed_by != 0) return true;
    void *items = at->items;
    if (!wb_grow(&items, at->count, sizeof *at->items)) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold %zu entries", at->count + 1);
        return false;
    }
    at->items = items;
    at->items[at->count] = (found_entry){record->number, entry->date};
    at->count++;
    return true;
}

wb_code wb_year_restore(wb_ledger *ledger, wb_period_reopening *reopening, wb_error *err)
{
    assert(reopening != NULL && reopening->period.month == 0);
    char subject[WB_RESULT_SUBJECT_MAX];
    search at = {.code = WB_OK, .err = err};
    wb_code code = wb_ledger_subject(ledger, wb_result_subject(subject, reopening->period.year),
                                     note_standing, &at, err);
    if (code == WB_OK) code = at.code;
    for (size_t i = 0; i < at.count && code == WB_OK; i++) {
        uint64_t reversal = 0;
        code = wb_ledger_reverse(ledger, at.items[i].number, at.items[i].date, reopening->reason,
                                 reopening->maker, &reversal, err);
        reopening->reversed += code == WB_OK ? 1 : 0;
    }
    free(at.items);
    return code;
}
