/* party_statement.c - what happened with one party, and what it owes per account. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/grow.h"
#include "waarborg/fund.h"

void wb_party_statement_init(wb_party_statement *statement)
{
    assert(statement != NULL);
    wb_party_init(&statement->party);
    statement->accounts = NULL;
    statement->account_count = 0;
    statement->lines = NULL;
    statement->line_count = 0;
}

void wb_party_statement_clear(wb_party_statement *statement)
{
    assert(statement != NULL);
    wb_party_clear(&statement->party);
    for (size_t i = 0; i < statement->account_count; i++) {
        wb_money_clear(&statement->accounts[i].opening);
        wb_money_clear(&statement->accounts[i].closing);
    }
    for (size_t i = 0; i < statement->line_count; i++) {
        wb_money_clear(&statement->lines[i].amount);
        wb_money_clear(&statement->lines[i].balance);
    }
    free(statement->accounts);
    free(statement->lines);
    statement->accounts = NULL;
    statement->account_count = 0;
    statement->lines = NULL;
    statement->line_count = 0;
}

typedef struct reading {
    wb_party_statement *statement;
    const wb_account_list *accounts;
    const wb_date *from;
    wb_code code;
    wb_error *err;
} reading;

/* The account's row, made when it is new, in order of code. NULL: at->code says why. */
static wb_party_account *account_of(reading *at, const char *code)
{
    wb_party_statement *statement = at->statement;
    size_t place = 0;
    for (; place < statement->account_count; place++) {
        const int order = strcmp(statement->accounts[place].account.code, code);
        if (order == 0) return &statement->accounts[place];
        if (order > 0) break;
    }
    const wb_account *account = wb_account_list_find(at->accounts, code);
    void *items = statement->accounts;
    if (account == NULL) {
        at->code =
            wb_fail(at->err, WB_E_DAMAGED, "account '%s' has postings and no document", code);
        return NULL;
    }
    if (!wb_grow(&items, statement->account_count, sizeof *statement->accounts)) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold the statement");
        return NULL;
    }
    statement->accounts = items;
    memmove(&statement->accounts[place + 1], &statement->accounts[place],
            (statement->account_count - place) * sizeof *statement->accounts);
    statement->account_count++;
    wb_party_account *row = &statement->accounts[place];
    row->account = *account;
    wb_money_init(&row->opening);
    wb_money_init(&row->closing);
    return row;
}

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from == NULL ? "" : from);
}

static bool visit(const wb_statement_line *line, void *context)
{
    reading *at = context;
    wb_party_statement *statement = at->statement;
    wb_party_account *account = account_of(at, line->account);
    if (account == NULL) return false;
    wb_money_add(&account->closing, &account->closing, &line->amount);
    if (at->from != NULL && line->date.days < at->from->days) {
        wb_money_set(&account->opening, &account->closing);
        return true;
    }
    void *items = statement->lines;
    if (!wb_grow(&items, statement->line_count, sizeof *statement->lines)) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold the statement");
        return false;
    }
    statement->lines = items;
    wb_party_line *added = &statement->lines[statement->line_count++];
    added->number = line->number;
    added->date = line->date;
    copy(added->event, sizeof added->event, line->event);
    copy(added->reference, sizeof added->reference, line->reference);
    copy(added->memo, sizeof added->memo, line->memo);
    copy(added->account, sizeof added->account, line->account);
    wb_money_init(&added->amount);
    wb_money_init(&added->balance);
    wb_money_set(&added->amount, &line->amount);
    wb_money_set(&added->balance, &account->closing);
    return true;
}

wb_code wb_party_statement_read(wb_party_statement *statement, wb_ledger *ledger, const char *party,
                                const wb_date *from, const wb_date *to, wb_error *err)
{
    assert(statement != NULL);
    wb_account_list accounts = {NULL, 0};
    wb_money opening;
    reading at = {
        .statement = statement, .accounts = &accounts, .from = from, .code = WB_OK, .err = err};
    wb_party_statement_clear(statement);
    wb_party_statement_init(statement);
    wb_money_init(&opening);
    wb_code code = wb_party_find(&statement->party, ledger, party, err);
    if (code == WB_OK) code = wb_account_list_read(&accounts, ledger, err);
    /* From the first posting on, for the opening balances are per account. */
    if (code == WB_OK) {
        code = wb_ledger_statement(ledger, NULL, party, NULL, to, &opening, visit, &at, err);
    }
    if (code == WB_OK) code = at.code;
    wb_money_clear(&opening);
    wb_account_list_clear(&accounts);
    return code;
}
