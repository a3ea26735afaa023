/* statement.c - the trial balance, the balance sheet and the status of the fund. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/event.h"

/* ---- Trial balance ---- */

void wb_trial_balance_init(wb_trial_balance *trial)
{
    assert(trial != NULL);
    trial->rows = NULL;
    trial->count = 0;
    wb_money_init(&trial->debit);
    wb_money_init(&trial->credit);
}

void wb_trial_balance_clear(wb_trial_balance *trial)
{
    assert(trial != NULL);
    for (size_t i = 0; i < trial->count; i++) {
        wb_money_clear(&trial->rows[i].debit);
        wb_money_clear(&trial->rows[i].credit);
        wb_money_clear(&trial->rows[i].balance);
    }
    free(trial->rows);
    trial->rows = NULL;
    trial->count = 0;
    wb_money_clear(&trial->debit);
    wb_money_clear(&trial->credit);
}

static wb_code start_rows(wb_trial_balance *trial, const wb_account_list *accounts, wb_error *err)
{
    if (accounts->count == 0) return WB_OK;
    trial->rows = calloc(accounts->count, sizeof *trial->rows);
    if (trial->rows == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold the trial balance");
    trial->count = accounts->count;
    for (size_t i = 0; i < trial->count; i++) {
        trial->rows[i].account = accounts->items[i];
        wb_money_init(&trial->rows[i].debit);
        wb_money_init(&trial->rows[i].credit);
        wb_money_init(&trial->rows[i].balance);
    }
    return WB_OK;
}

static int compare_row(const void *key, const void *item)
{
    return strcmp(key, ((const wb_trial_row *)item)->account.code);
}

static wb_trial_row *find_row(const wb_trial_balance *trial, const char *code)
{
    if (trial->count == 0) return NULL;
    return bsearch(code, trial->rows, trial->count, sizeof *trial->rows, compare_row);
}

typedef struct reading {
    wb_trial_balance *trial;
    wb_code code;
    wb_error *err;
} reading;

/* The rows of one account differ by party only: the statement adds them up. */
static bool add_balance(const wb_balance *balance, void *context)
{
    reading *at = context;
    wb_trial_row *row = find_row(at->trial, balance->account);
    if (row == NULL) {
        at->code = wb_fail(at->err, WB_E_DAMAGED, "account '%s' has a balance and no document",
                           balance->account);
        return false;
    }
    wb_money_add(&row->debit, &row->debit, &balance->debit);
    wb_money_add(&row->credit, &row->credit, &balance->credit);
    row->postings += balance->postings;
    return true;
}

wb_code wb_trial_balance_read(wb_trial_balance *trial, wb_ledger *ledger, const wb_date *at_date,
                              wb_error *err)
{
    assert(trial != NULL);
    wb_account_list accounts = {NULL, 0};
    reading at = {.trial = trial, .code = WB_OK, .err = err};
    wb_trial_balance_clear(trial);
    wb_trial_balance_init(trial);
    wb_code code = wb_account_list_read(&accounts, ledger, err);
    if (code == WB_OK) code = start_rows(trial, &accounts, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, at_date, add_balance, &at, err);
    if (code == WB_OK) code = at.code;
    for (size_t i = 0; i < trial->count; i++) {
        wb_trial_row *row = &trial->rows[i];
        wb_money_subtract(&row->balance, &row->debit, &row->credit);
        wb_money_add(&trial->debit, &trial->debit, &row->debit);
        wb_money_add(&trial->credit, &trial->credit, &row->credit);
    }
    if (code == WB_OK && wb_money_compare(&trial->debit, &trial->credit) != 0) {
        code = wb_fail(err, WB_E_DAMAGED, "the stored debits and credits differ");
        wb_error_hint(err, "find the entry: waarborg ledger verify");
    }
    wb_account_list_clear(&accounts);
    return code;
}

/* ---- Balance sheet ---- */

static wb_money *total_of(wb_balance_sheet *sheet, wb_section section)
{
    switch (section) {
    case WB_SECTION_ASSET: return &sheet->assets;
    case WB_SECTION_EQUITY: return &sheet->equity;
    case WB_SECTION_PROVISION: return &sheet->provisions;
    case WB_SECTION_LIABILITY: return &sheet->liabilities;
    case WB_SECTION_INCOME:
    case WB_SECTION_EXPENSE:
    case WB_SECTION_COUNT: break;
    }
    return NULL;
}

void wb_balance_sheet_init(wb_balance_sheet *sheet)
{
    assert(sheet != NULL);
    sheet->lines = NULL;
    sheet->count = 0;
    wb_money_init(&sheet->assets);
    wb_money_init(&sheet->equity);
    wb_money_init(&sheet->provisions);
    wb_money_init(&sheet->liabilities);
    wb_money_init(&sheet->result);
}

void wb_balance_sheet_clear(wb_balance_sheet *sheet)
{
    assert(sheet != NULL);
    for (size_t i = 0; i < sheet->count; i++)
        wb_money_clear(&sheet->lines[i].amount);
    free(sheet->lines);
    sheet->lines = NULL;
    sheet->count = 0;
    wb_money_clear(&sheet->assets);
    wb_money_clear(&sheet->equity);
    wb_money_clear(&sheet->provisions);
    wb_money_clear(&sheet->liabilities);
    wb_money_clear(&sheet->result);
}

static void add_line(wb_balance_sheet *sheet, const wb_trial_row *row)
{
    wb_sheet_line *line = &sheet->lines[sheet->count];
    wb_money amount;
    wb_money_init(&amount);
    if (row->account.section == WB_SECTION_ASSET) {
        wb_money_set(&amount, &row->balance);
    } else {
        wb_money_negate(&amount, &row->balance);
    }
    const bool is_result = strcmp(row->account.code, WB_ACCOUNT_RESULT) == 0;
    if (is_result) wb_money_add(&amount, &amount, &sheet->result);
    if (is_result || wb_money_sign(&amount) != 0) {
        wb_money *total = total_of(sheet, row->account.section);
        assert(total != NULL);
        wb_money_add(total, total, &amount);
        line->account = row->account;
        wb_money_init(&line->amount);
        wb_money_set(&line->amount, &amount);
        sheet->count++;
    }
    wb_money_clear(&amount);
}

static wb_code fill_sheet(wb_balance_sheet *sheet, const wb_trial_balance *trial, wb_error *err)
{
    if (find_row(trial, WB_ACCOUNT_RESULT) == NULL) {
        return wb_fail(err, WB_E_NOT_FOUND,
                       "there is no account " WB_ACCOUNT_RESULT " for the result of the year");
    }
    sheet->lines = calloc(trial->count, sizeof *sheet->lines);
    if (sheet->lines == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold the balance sheet");
    for (size_t i = 0; i < trial->count; i++) {
        if (total_of(sheet, trial->rows[i].account.section) == NULL) {
            wb_money_subtract(&sheet->result, &sheet->result, &trial->rows[i].balance);
        }
    }
    for (int section = WB_SECTION_ASSET; section <= WB_SECTION_LIABILITY; section++) {
        for (size_t i = 0; i < trial->count; i++) {
            if (trial->rows[i].account.section == (wb_section)section) {
                add_line(sheet, &trial->rows[i]);
            }
        }
    }
    return WB_OK;
}

wb_code wb_balance_sheet_read(wb_balance_sheet *sheet, wb_ledger *ledger, const wb_date *at,
                              wb_error *err)
{
    assert(sheet != NULL);
    wb_trial_balance trial;
    wb_money claims;
    wb_balance_sheet_clear(sheet);
    wb_balance_sheet_init(sheet);
    wb_trial_balance_init(&trial);
    wb_money_init(&claims);
    wb_code code = wb_trial_balance_read(&trial, ledger, at, err);
    if (code == WB_OK) code = fill_sheet(sheet, &trial, err);
    wb_money_add(&claims, &sheet->equity, &sheet->provisions);
    wb_money_add(&claims, &claims, &sheet->liabilities);
    if (code == WB_OK && wb_money_compare(&claims, &sheet->assets) != 0) {
        code = wb_fail(err, WB_E_DAMAGED, "the balance sheet does not add up");
    }
    wb_money_clear(&claims);
    wb_trial_balance_clear(&trial);
    return code;
}

/* ---- Status ---- */

void wb_fund_status_init(wb_fund_status *status)
{
    assert(status != NULL);
    memset(status, 0, sizeof *status);
    wb_money_init(&status->cash);
    wb_money_init(&status->receivable);
    wb_money_init(&status->outstanding);
    wb_money_init(&status->backstop);
}

void wb_fund_status_clear(wb_fund_status *status)
{
    assert(status != NULL);
    wb_money_clear(&status->cash);
    wb_money_clear(&status->receivable);
    wb_money_clear(&status->outstanding);
    wb_money_clear(&status->backstop);
}

/* Which figure an account counts in. The backstop is a debt, so its sign turns. */
static wb_money *figure_of(wb_fund_status *status, const char *code)
{
    static const char *const cash[] = {"1000", "1010", "1020", "1030", "1330"};
    for (size_t i = 0; i < sizeof cash / sizeof cash[0]; i++) {
        if (strcmp(code, cash[i]) == 0) return &status->cash;
    }
    for (int g = 0; g < WB_GROUP_COUNT; g++) {
        if (strcmp(code, wb_group_accounts_of((wb_group)g)->receivable) == 0) {
            return &status->receivable;
        }
    }
    if (strcmp(code, WB_ACCOUNT_LOANS_LONG) == 0) return &status->outstanding;
    if (strcmp(code, WB_ACCOUNT_LOANS_SHORT) == 0) return &status->outstanding;
    return strcmp(code, "0400") == 0 ? &status->backstop : NULL;
}

typedef struct decision_count {
    const wb_date *at; /* NULL: all */
    size_t count;
} decision_count;

static bool count_decision(const wb_record *record, void *context)
{
    decision_count *counting = context;
    if (counting->at == NULL || record->document.date.days <= counting->at->days) counting->count++;
    return true;
}

static wb_code count_agreements(wb_fund_status *status, wb_ledger *ledger, const wb_date *at,
                                wb_error *err)
{
    decision_count decisions = {.at = at};
    wb_party_list parties = {NULL, 0};
    wb_loan_list loans = {NULL, 0};
    wb_code code = wb_party_list_read(&parties, ledger, NULL, err);
    for (size_t i = 0; i < parties.count; i++)
        status->parties[parties.items[i].kind]++;
    if (code == WB_OK) {
        code = wb_ledger_documents(ledger, WB_RECORD_DECISION, count_decision, &decisions, err);
    }
    status->decisions = decisions.count;
    if (code == WB_OK) code = wb_loan_list_read(&loans, ledger, at, err);
    status->loans = loans.count;
    for (size_t i = 0; i < loans.count; i++) {
        if (wb_money_sign(&loans.items[i].outstanding) != 0) status->open_loans++;
    }
    wb_loan_list_clear(&loans);
    wb_party_list_clear(&parties);
    return code;
}

wb_code wb_fund_status_read(wb_fund_status *status, wb_ledger *ledger, const wb_date *at,
                            wb_error *err)
{
    assert(status != NULL);
    wb_trial_balance trial;
    wb_trial_balance_init(&trial);
    wb_fund_status_clear(status);
    wb_fund_status_init(status);
    wb_code code = wb_fund_read(&status->fund, ledger, err);
    if (code == WB_OK) code = wb_trial_balance_read(&trial, ledger, at, err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &status->head, err);
    if (code == WB_OK) code = count_agreements(status, ledger, at, err);
    status->accounts = trial.count;
    for (size_t i = 0; i < trial.count; i++) {
        wb_money *figure = figure_of(status, trial.rows[i].account.code);
        if (figure != NULL) wb_money_add(figure, figure, &trial.rows[i].balance);
    }
    wb_money_negate(&status->backstop, &status->backstop);
    wb_trial_balance_clear(&trial);
    return code;
}
