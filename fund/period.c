/* period.c - closing a month or a year: what must hold before it, and what goes with it. */
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fund/document.h"
#include "fund/event.h"
#include "fund/year_end.h"

static const char *const money_accounts[] = {"1000", "1010", "1020", "1030"};
enum { MONEY_COUNT = sizeof money_accounts / sizeof money_accounts[0] };
#define RGS_SUSPENSE "BVorTus"

/* One run of the checklist. */
typedef struct checking {
    wb_checklist *list;
    wb_ledger *ledger;
    wb_period period;
    wb_date last;
    const wb_bank_balance *banks;
    size_t bank_count;
    wb_error *err;
} checking;

static wb_check *add_check(checking *at, const char *name)
{
    assert(at->list->count < WB_CHECK_COUNT);
    wb_check *check = &at->list->items[at->list->count];
    at->list->count++;
    *check = (wb_check){.name = name, .passed = true};
    return check;
}

/* Add to what was found, after what is there; longer text is cut. */
static void say(wb_check *check, const char *format, ...) WB_PRINTF(2, 3);
static void say(wb_check *check, const char *format, ...)
{
    const size_t used = strlen(check->found);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(check->found + used, sizeof check->found - used, format, list);
    va_end(list);
}

/* The first thing that is wrong is all that is said. */
static void fail(checking *at, wb_check *check, const char *format, ...) WB_PRINTF(3, 4);
static void fail(checking *at, wb_check *check, const char *format, ...)
{
    if (!check->passed) return;
    va_list list;
    va_start(list, format);
    (void)vsnprintf(check->found, sizeof check->found, format, list);
    va_end(list);
    check->passed = false;
    at->list->failed++;
}

/* ---- chain ---- */

static wb_code check_chain(checking *at)
{
    wb_verify_report report;
    char hash[10];
    wb_check *check = add_check(at, "chain");
    const wb_code code = wb_ledger_verify(at->ledger, &report, NULL, NULL, at->err);
    if (code != WB_OK) {
        fail(at, check, "%.150s", at->err == NULL ? "it does not hold" : at->err->message);
        return code;
    }
    say(check, "%llu records verified, head %s", (unsigned long long)report.records,
        wb_hash_short(hash, report.hash));
    return WB_OK;
}

/* ---- pending ---- */

typedef struct dated {
    wb_date first, last;
    bool found;
} dated;

static bool is_dated(const wb_record *record, void *context)
{
    dated *at = context;
    at->found = record->kind == WB_RECORD_ENTRY && record->entry.date.days >= at->first.days &&
                record->entry.date.days <= at->last.days;
    return !at->found;
}

static wb_code check_pending(checking *at)
{
    wb_check *check = add_check(at, "pending");
    wb_proposal_list list = {NULL, 0};
    wb_code code = wb_proposal_list_read(&list, at->ledger, at->err);
    for (size_t i = 0; i < list.count && code == WB_OK; i++) {
        dated entries = {wb_period_first(at->period), at->last, false};
        const uint64_t number = list.items[i].number;
        code = wb_proposal_drafts(at->ledger, number, is_dated, &entries, at->err);
        if (entries.found) {
            fail(at, check, "proposal %llu is open and has an entry dated in it",
                 (unsigned long long)number);
        }
    }
    if (check->passed) say(check, "no proposal with an entry in it");
    wb_proposal_list_clear(&list);
    return code;
}

/* ---- earlier ---- */

/* The months before the period that have entries, as bits of 12 for each year. */
typedef struct months {
    wb_date before;
    int32_t first; /* year */
    uint16_t *years;
    size_t count;
} months;

static bool mark_month(const wb_record *record, void *context)
{
    months *at = context;
    if (record->kind != WB_RECORD_ENTRY || record->entry.date.days >= at->before.days) return true;
    const wb_civil civil = wb_date_civil(record->entry.date);
    at->years[civil.year - at->first] |= (uint16_t)(1U << (civil.month - 1));
    return true;
}

static bool is_closed(const wb_period_list *list, wb_period period)
{
    for (size_t i = 0; i < list->count; i++) {
        const wb_period_state *state = &list->items[i];
        if (state->closed && state->period.year == period.year &&
            (state->period.month == 0 || state->period.month == period.month)) {
            return true;
        }
    }
    return false;
}

/* One earlier year: its months, or (before a year is closed) the year itself. */
static void check_year(checking *at, wb_check *check, const wb_period_list *list, int32_t year,
                       unsigned marks, unsigned *closed)
{
    char id[8];
    for (unsigned month = 1; month <= 12; month++) {
        if ((marks >> (month - 1) & 1U) == 0) continue;
        const bool whole = at->period.month == 0 && year < at->period.year;
        const wb_period period = {year, whole ? 0 : month};
        if (!whole && at->period.month == 0) continue; /* a year is closed with its months */
        if (is_closed(list, period)) {
            *closed += 1;
        } else {
            fail(at, check, "%s has entries and is not closed", wb_period_text(id, period));
        }
        if (whole) return;
    }
}

static wb_code check_earlier(checking *at)
{
    wb_check *check = add_check(at, "earlier");
    wb_period_list list = {NULL, 0};
    months marks = {.before = wb_period_first(at->period), .first = WB_YEAR_MIN};
    marks.count = (size_t)at->period.year - WB_YEAR_MIN + 1;
    marks.years = calloc(marks.count, sizeof *marks.years);
    if (marks.years == NULL) return wb_fail(at->err, WB_E_NOMEM, "cannot hold the months");
    wb_code code = wb_period_list_read(&list, at->ledger, at->err);
    if (code == WB_OK) code = wb_ledger_log(at->ledger, 1, mark_month, &marks, at->err);
    unsigned closed = 0;
    for (size_t i = 0; i < marks.count && code == WB_OK; i++)
        check_year(at, check, &list, marks.first + (int32_t)i, marks.years[i], &closed);
    if (check->passed && closed == 0) {
        say(check, "no entries before it");
    } else if (check->passed) {
        const char *what = at->period.month == 0 ? "year" : "month";
        say(check, closed == 1 ? "%u %s with entries is closed" : "%u %ss with entries are closed",
            closed, what);
    }
    free(marks.years);
    wb_period_list_clear(&list);
    return code;
}

/* ---- trial balance, bank, suspense ---- */

static void check_trial(checking *at, const wb_trial_balance *trial)
{
    char text[WB_MONEY_TEXT_MAX];
    wb_check *check = add_check(at, "trial-balance"); /* it was read, so both sides are equal */
    say(check, "debits and credits are %s", wb_money_text(text, &trial->debit, WB_MONEY_PLAIN));
}

static const wb_bank_balance *bank_of(const checking *at, const char *account)
{
    for (size_t i = 0; i < at->bank_count; i++) {
        if (strcmp(at->banks[i].account, account) == 0) return &at->banks[i];
    }
    return NULL;
}

static void check_bank_row(checking *at, wb_check *check, const wb_trial_row *row)
{
    char held[WB_MONEY_TEXT_MAX];
    char given[WB_MONEY_TEXT_MAX];
    const char *account = row->account.code;
    const wb_bank_balance *bank = bank_of(at, account);
    if (bank == NULL && row->postings == 0) return;
    (void)wb_money_text(held, &row->balance, WB_MONEY_PLAIN);
    if (bank == NULL) {
        fail(at, check, "%s stands at %s, and no statement was given", account, held);
    } else if (wb_money_compare(&bank->amount, &row->balance) != 0) {
        fail(at, check, "%s stands at %s, its statement at %s", account, held,
             wb_money_text(given, &bank->amount, WB_MONEY_PLAIN));
    } else if (check->passed) {
        say(check, "%s%s %s", check->found[0] == '\0' ? "" : ", ", account, held);
    }
}

static bool is_money(const char *account)
{
    for (size_t i = 0; i < MONEY_COUNT; i++) {
        if (strcmp(account, money_accounts[i]) == 0) return true;
    }
    return false;
}

static void check_bank(checking *at, const wb_trial_balance *trial)
{
    wb_check *check = add_check(at, "bank");
    for (size_t i = 0; i < trial->count; i++) {
        if (is_money(trial->rows[i].account.code)) check_bank_row(at, check, &trial->rows[i]);
    }
    if (check->found[0] == '\0') say(check, "no postings");
}

static void check_suspense(checking *at, const wb_trial_balance *trial)
{
    char text[WB_MONEY_TEXT_MAX];
    wb_check *check = add_check(at, "suspense");
    for (size_t i = 0; i < trial->count; i++) {
        const wb_trial_row *row = &trial->rows[i];
        if (strncmp(row->account.rgs, RGS_SUSPENSE, strlen(RGS_SUSPENSE)) != 0) continue;
        (void)wb_money_text(text, &row->balance, WB_MONEY_PLAIN);
        if (wb_money_sign(&row->balance) != 0) {
            fail(at, check, "%s stands at %s", row->account.code, text);
        } else if (check->passed) {
            say(check, "%s%s %s", check->found[0] == '\0' ? "" : ", ", row->account.code, text);
        }
    }
    if (check->found[0] == '\0') say(check, "no such account");
}

static wb_code check_figures(checking *at)
{
    wb_trial_balance trial;
    wb_trial_balance_init(&trial);
    const wb_code code = wb_trial_balance_read(&trial, at->ledger, &at->last, at->err);
    if (code == WB_OK) {
        check_trial(at, &trial);
        check_bank(at, &trial);
        check_suspense(at, &trial);
    }
    wb_trial_balance_clear(&trial);
    return code;
}

/* ---- the list ---- */

static wb_code check_given(const checking *at)
{
    char id[8];
    for (size_t i = 0; i < at->bank_count; i++) {
        const char *account = at->banks[i].account;
        if (!is_money(account)) {
            const wb_code code =
                wb_fail(at->err, WB_E_CHOICE, "account '%s' has no bank statement", account);
            wb_error_hint(at->err, "give 1000, 1010, 1020 or 1030");
            return code;
        }
        if (bank_of(at, account) != &at->banks[i]) {
            return wb_fail(at->err, WB_E_DUPLICATE_KEY, "account '%s' is given twice", account);
        }
    }
    wb_fund fund;
    const wb_code code = wb_fund_read(&fund, at->ledger, at->err);
    if (code != WB_OK || at->last.days >= fund.first_day.days) return code;
    return wb_fail(at->err, WB_E_RULE, "%s is before the fund's first year, %d",
                   wb_period_text(id, at->period), (int)fund.year);
}

wb_code wb_period_check(wb_checklist *list, wb_ledger *ledger, wb_period period,
                        const wb_bank_balance *banks, size_t bank_count, wb_error *err)
{
    assert(list != NULL && ledger != NULL);
    *list = (wb_checklist){.count = 0};
    checking at = {.list = list,
                   .ledger = ledger,
                   .period = period,
                   .last = wb_period_last(period),
                   .banks = banks,
                   .bank_count = bank_count,
                   .err = err};
    wb_code code = check_given(&at);
    if (code == WB_OK) code = check_chain(&at);
    if (code == WB_OK) code = check_pending(&at);
    if (code == WB_OK) code = check_earlier(&at);
    if (code == WB_OK) code = check_figures(&at);
    return code;
}

/* ---- close ---- */

void wb_period_closing_init(wb_period_closing *closing)
{
    assert(closing != NULL);
    *closing = (wb_period_closing){.number = 0};
    wb_money_init(&closing->result);
}

void wb_period_closing_clear(wb_period_closing *closing)
{
    assert(closing != NULL);
    wb_money_clear(&closing->result);
}

static wb_code refuse_failed(const wb_period_closing *closing, wb_error *err)
{
    char id[8];
    const wb_checklist *list = &closing->checks;
    const wb_check *first = list->items;
    while (first->passed)
        first++;
    const wb_code code = wb_fail(err, WB_E_RULE, "%s cannot be closed: %s: %s",
                                 wb_period_text(id, closing->period), first->name, first->found);
    wb_error_hint(err, "%zu of %zu checks failed", list->failed, list->count);
    return code;
}

/* That it is not closed already; and December takes the entry of a year's result. */
static wb_code check_open(wb_ledger *ledger, const wb_period_closing *closing, wb_error *err)
{
    char id[8];
    char other[8];
    const wb_period period = closing->period;
    const bool year = period.month == 0;
    wb_period_list list = {NULL, 0};
    wb_code code = wb_period_list_read(&list, ledger, err);
    (void)wb_period_text(id, period);
    for (size_t i = 0; i < list.count && code == WB_OK; i++) {
        const wb_period_state *state = &list.items[i];
        const unsigned month = state->period.month;
        if (!state->closed || state->period.year != period.year) continue;
        if (month == period.month || month == 0) {
            code = wb_fail(err, WB_E_RULE, "%s is closed already, by record %llu", id,
                           (unsigned long long)state->since);
        } else if (year && month == 12) {
            code = wb_fail(err, WB_E_RULE, "%s is closed, and takes the result of the year",
                           wb_period_text(other, state->period));
            wb_error_hint(err, "reopen it first: waarborg period reopen %s --reason WHY", other);
        }
    }
    wb_period_list_clear(&list);
    return code;
}

static wb_code record_closed(wb_ledger *ledger, wb_period_closing *closing, wb_error *err)
{
    wb_period_state state = {.period = closing->period, .closed = true};
    json_t *found = json_object();
    for (size_t i = 0; i < closing->checks.count; i++) {
        const wb_check *check = &closing->checks.items[i];
        if (json_object_set_new(found, check->name, json_string(check->found)) != 0) {
            json_decref(found);
            return wb_fail(err, WB_E_NOMEM, "cannot hold the checks");
        }
    }
    wb_code code = wb_body_text(&state.checks, found, err);
    if (code == WB_OK) {
        code = wb_period_record(ledger, &state, wb_period_last(closing->period), closing->maker,
                                &closing->number, err);
    }
    free(state.checks);
    return code;
}

wb_code wb_period_close(wb_ledger *ledger, wb_period_closing *closing, wb_error *err)
{
    assert(ledger != NULL && closing != NULL);
    closing->number = 0;
    closing->appropriation = 0;
    wb_money_set_cents(&closing->result, 0);
    closing->checks = (wb_checklist){.count = 0};
    wb_code code = check_open(ledger, closing, err);
    if (code == WB_OK) {
        code = wb_period_check(&closing->checks, ledger, closing->period, closing->banks,
                               closing->bank_count, err);
    }
    if (code == WB_OK && closing->checks.failed > 0) code = refuse_failed(closing, err);
    if (code == WB_OK && closing->period.month == 0) {
        code = wb_year_appropriate(ledger, closing, err);
    }
    return code == WB_OK ? record_closed(ledger, closing, err) : code;
}

/* ---- reopen ---- */

static wb_code check_later(wb_ledger *ledger, wb_period period, wb_error *err)
{
    wb_period_list list = {NULL, 0};
    wb_code code = wb_period_list_read(&list, ledger, err);
    for (size_t i = 0; i < list.count && code == WB_OK; i++) {
        const wb_period_state *later = &list.items[i];
        if (!later->closed || later->period.month != 0 || later->period.year <= period.year) {
            continue;
        }
        code = wb_fail(err, WB_E_RULE, "%d is closed, and rests on %d", (int)later->period.year,
                       (int)period.year);
        wb_error_hint(err, "reopen the later year first: waarborg period reopen %d --reason WHY",
                      (int)later->period.year);
    }
    wb_period_list_clear(&list);
    return code;
}

wb_code wb_period_reopen(wb_ledger *ledger, wb_period_reopening *reopening, wb_error *err)
{
    assert(ledger != NULL && reopening != NULL);
    reopening->number = 0;
    reopening->reversed = 0;
    wb_period_state state = {.period = reopening->period, .closed = false};
    if (reopening->reason != NULL && reopening->reason[0] != '\0') {
        const wb_code code =
            wb_text_check_line(reopening->reason, WB_REASON_MAX, "the reason", err);
        if (code != WB_OK) return code;
        (void)snprintf(state.reason, sizeof state.reason, "%s", reopening->reason);
    }
    const bool year = state.period.month == 0;
    wb_code code = year ? check_later(ledger, state.period, err) : WB_OK;
    if (code == WB_OK) {
        code = wb_period_record(ledger, &state, wb_period_last(state.period), reopening->maker,
                                &reopening->number, err);
    }
    if (code == WB_OK && year) code = wb_year_restore(ledger, reopening, err);
    return code;
}
