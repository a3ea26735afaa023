/* income.c - the income statement of a year, whether or not its result was moved to equity. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/event.h"
#include "fund/year_end.h"

void wb_income_statement_init(wb_income_statement *statement)
{
    assert(statement != NULL);
    *statement = (wb_income_statement){.lines = NULL};
    wb_money_init(&statement->income);
    wb_money_init(&statement->expenses);
    wb_money_init(&statement->result);
    wb_money_init(&statement->appropriated);
}

void wb_income_statement_clear(wb_income_statement *statement)
{
    assert(statement != NULL);
    for (size_t i = 0; i < statement->count; i++)
        wb_money_clear(&statement->lines[i].amount);
    free(statement->lines);
    statement->lines = NULL;
    statement->count = 0;
    wb_money_clear(&statement->income);
    wb_money_clear(&statement->expenses);
    wb_money_clear(&statement->result);
    wb_money_clear(&statement->appropriated);
}

/* The year's movements: the balances at its end, less those before it, less what moved them to
 * equity within it. All in `after`. */
typedef struct reading {
    wb_income_statement *statement;
    wb_trial_balance before, after;
} reading;

static bool is_of_result(const wb_account *account)
{
    return account->section == WB_SECTION_INCOME || account->section == WB_SECTION_EXPENSE;
}

static wb_trial_row *row_of(wb_trial_balance *trial, const char *code)
{
    for (size_t i = 0; i < trial->count; i++) {
        if (strcmp(trial->rows[i].account.code, code) == 0) return &trial->rows[i];
    }
    return NULL;
}

/* An entry that moved a result to equity, or its reversal. */
static bool leave_out(const wb_record *record, void *context)
{
    reading *at = context;
    const wb_entry *entry = &record->entry;
    const wb_income_statement *statement = at->statement;
    if (strcmp(entry->event, WB_EVENT_APPROPRIATED) != 0) return true;
    if (entry->date.days < statement->from.days || entry->date.days > statement->to.days) {
        return true;
    }
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        wb_trial_row *row = row_of(&at->after, posting->account);
        if (row == NULL || !is_of_result(&row->account)) continue;
        wb_money_subtract(&row->balance, &row->balance, &posting->amount);
        wb_money_add(&at->statement->appropriated, &at->statement->appropriated, &posting->amount);
    }
    return true;
}

static void add_line(wb_income_statement *statement, const wb_trial_row *row, bool income)
{
    wb_sheet_line *line = &statement->lines[statement->count];
    wb_money *total = income ? &statement->income : &statement->expenses;
    line->account = row->account;
    wb_money_init(&line->amount);
    wb_money_set(&line->amount, &row->balance);
    if (income) wb_money_negate(&line->amount, &line->amount);
    wb_money_add(total, total, &line->amount);
    statement->count++;
}

static wb_code fill(reading *at, wb_error *err)
{
    wb_income_statement *statement = at->statement;
    wb_trial_balance *after = &at->after;
    statement->lines = calloc(after->count == 0 ? 1 : after->count, sizeof *statement->lines);
    if (statement->lines == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold the statement");
    for (size_t i = 0; i < after->count; i++) {
        wb_trial_row *row = &after->rows[i];
        const wb_trial_row *before = row_of(&at->before, row->account.code);
        if (before != NULL) wb_money_subtract(&row->balance, &row->balance, &before->balance);
    }
    for (int part = 0; part < 2; part++) {
        const wb_section section = part == 0 ? WB_SECTION_INCOME : WB_SECTION_EXPENSE;
        for (size_t i = 0; i < after->count; i++) {
            const wb_trial_row *row = &after->rows[i];
            if (row->account.section != section || wb_money_sign(&row->balance) == 0) continue;
            add_line(statement, row, part == 0);
        }
    }
    wb_money_subtract(&statement->result, &statement->income, &statement->expenses);
    return WB_OK;
}

/* From the first day of the year to the date, or to its end. */
static wb_code find_dates(wb_income_statement *statement, wb_ledger *ledger, const wb_date *at,
                          int32_t *first_year, wb_error *err)
{
    wb_fund fund;
    wb_ledger_head head = {0};
    wb_code code = wb_fund_read(&fund, ledger, err);
    /* only when it is needed: of a view, the head counts all entries */
    if (code == WB_OK && at == NULL) code = wb_ledger_head_read(ledger, &head, err);
    if (code != WB_OK) return code;
    const wb_date day = at != NULL ? *at : head.entries > 0 ? head.last_date : fund.first_day;
    const wb_period year = {wb_date_civil(day).year, 0};
    statement->from = wb_period_first(year);
    statement->to = at != NULL ? *at : wb_period_last(year);
    *first_year = fund.year < year.year ? fund.year : year.year;
    return WB_OK;
}

wb_code wb_income_statement_read(wb_income_statement *statement, wb_ledger *ledger,
                                 const wb_date *at, wb_error *err)
{
    assert(statement != NULL && ledger != NULL);
    wb_income_statement_clear(statement);
    wb_income_statement_init(statement);
    reading work = {.statement = statement};
    wb_trial_balance_init(&work.before);
    wb_trial_balance_init(&work.after);
    int32_t year = 0;
    wb_code code = find_dates(statement, ledger, at, &year, err);
    if (code == WB_OK) {
        const wb_date eve = {statement->from.days - 1};
        code = wb_trial_balance_read(&work.before, ledger, &eve, err);
    }
    if (code == WB_OK) code = wb_trial_balance_read(&work.after, ledger, &statement->to, err);
    /* of this year, or of one before that was taken back now */
    const int32_t last = code == WB_OK ? wb_date_civil(statement->to).year : year - 1;
    for (; year <= last && code == WB_OK; year++) {
        char subject[WB_RESULT_SUBJECT_MAX];
        code = wb_ledger_subject(ledger, wb_result_subject(subject, year), leave_out, &work, err);
    }
    if (code == WB_OK) code = fill(&work, err);
    wb_trial_balance_clear(&work.before);
    wb_trial_balance_clear(&work.after);
    return code;
}
