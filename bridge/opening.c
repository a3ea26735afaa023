/* opening.c - the opening position of a simulation, read from a verified ledger. */
#include "waarborg/bridge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/fund.h"

/* In the child: everything is read and recomputed. Its figures stay there; the parent reads again
 * what was found good. */
typedef struct place {
    const char *dir;
} place;

static wb_code verify(void *context, wb_error *err)
{
    const place *at = context;
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    wb_code code = wb_ledger_open(&ledger, at->dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify(ledger, &report, NULL, NULL, err);
    wb_ledger_close(ledger);
    return code;
}

/* A balance of 0100 or 0120, from which the loans of its party are taken away one by one. */
typedef struct holding {
    char account[WB_ID_MAX + 1];
    char party[WB_ID_MAX + 1]; /* "" for postings without a party */
    wb_money amount;
} holding;

typedef struct figures {
    wb_money cash, debt;
    holding *holdings;
    size_t count;
    bool no_memory;
} figures;

static bool is_one_of(const char *code, const char *const *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(code, codes[i]) == 0) return true;
    }
    return false;
}

static bool visit(const wb_balance *balance, void *context)
{
    /* 1330 is a debt, so its balance is negative and takes away what was promised. */
    static const char *const cash[] = {"1000", "1010", "1020", "1030", "1330"};
    static const char *const loans[] = {"0100", "0120"};
    figures *at = context;
    wb_money amount;
    wb_money_init(&amount);
    wb_money_subtract(&amount, &balance->debit, &balance->credit);
    if (is_one_of(balance->account, cash, sizeof cash / sizeof cash[0])) {
        wb_money_add(&at->cash, &at->cash, &amount);
    } else if (strcmp(balance->account, "0400") == 0) {
        wb_money_subtract(&at->debt, &at->debt, &amount);
    } else if (is_one_of(balance->account, loans, sizeof loans / sizeof loans[0])) {
        holding *holdings = realloc(at->holdings, (at->count + 1) * sizeof *holdings);
        if (holdings == NULL) {
            at->no_memory = true;
        } else {
            at->holdings = holdings;
            holding *added = &holdings[at->count++];
            (void)snprintf(added->account, sizeof added->account, "%s", balance->account);
            (void)snprintf(added->party, sizeof added->party, "%s",
                           balance->party == NULL ? "" : balance->party);
            wb_money_init(&added->amount);
            wb_money_set(&added->amount, &amount);
        }
    }
    wb_money_clear(&amount);
    return !at->no_memory;
}

static wb_code add_case(wb_opening *opening, figures *at, const wb_loan *loan, wb_error *err)
{
    if (wb_money_sign(&loan->outstanding) < 0) {
        return wb_fail(err, WB_E_RULE, "loan '%s' was paid back for more than it was", loan->id);
    }
    for (size_t i = 0; i < at->count; i++) {
        holding *held = &at->holdings[i];
        if (strcmp(held->account, loan->account) == 0 && strcmp(held->party, loan->party) == 0) {
            wb_money_subtract(&held->amount, &held->amount, &loan->outstanding);
        }
    }
    if (wb_money_sign(&loan->outstanding) == 0) return WB_OK;
    wb_opening_case *added = wb_opening_add_case(opening);
    if (added == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold the open loans");
    memcpy(added->provider, loan->party, sizeof added->provider);
    memcpy(added->loan, loan->id, sizeof added->loan);
    wb_money_set(&added->principal, &loan->outstanding);
    added->maturity = loan->maturity;
    return WB_OK;
}

/* What is left on the loan accounts belongs to no agreement: it has no maturity to resolve at. */
static wb_code check_explained(const figures *at, wb_error *err)
{
    char text[WB_MONEY_TEXT_MAX];
    for (size_t i = 0; i < at->count; i++) {
        const holding *held = &at->holdings[i];
        if (wb_money_sign(&held->amount) == 0) continue;
        wb_fail(err, WB_E_RULE, "account %s holds %s for '%s' that is on no loan", held->account,
                wb_money_text(text, &held->amount, WB_MONEY_PLAIN),
                held->party[0] == '\0' ? "no party" : held->party);
        wb_error_hint(err, "record the loan (waarborg loan new) and move the amount to it");
        return WB_E_RULE;
    }
    if (wb_money_sign(&at->debt) < 0) {
        return wb_fail(err, WB_E_RULE, "account 0400, the debt to the state, is a claim of %s",
                       wb_money_text(text, &at->debt, WB_MONEY_PLAIN) + 1);
    }
    return WB_OK;
}

static wb_code read_opening(wb_opening *opening, figures *at, const char *dir, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_ledger_head head;
    wb_loan_list loans = {NULL, 0};
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &head, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, NULL, visit, at, err);
    if (code == WB_OK && at->no_memory) {
        code = wb_fail(err, WB_E_NOMEM, "cannot hold the balances of the loans");
    }
    if (code == WB_OK) code = wb_loan_list_read(&loans, ledger, NULL, err);
    for (size_t i = 0; i < loans.count && code == WB_OK; i++) {
        code = add_case(opening, at, &loans.items[i], err);
    }
    if (code == WB_OK) code = check_explained(at, err);
    if (code == WB_OK) {
        wb_money_set(&opening->cash, &at->cash);
        wb_money_set(&opening->backstop_debt, &at->debt);
        opening->ledger_count = head.count;
        memcpy(opening->ledger_hash, head.hash, sizeof opening->ledger_hash);
        opening->ledger_last_date = head.last_date;
    }
    wb_loan_list_clear(&loans);
    wb_ledger_close(ledger);
    return code;
}

wb_code wb_bridge_opening(const char *dir, wb_opening *opening, wb_error *err)
{
    assert(dir != NULL);
    assert(opening != NULL);
    wb_opening read;
    figures at = {.holdings = NULL, .count = 0, .no_memory = false};
    place ledger = {.dir = dir};
    wb_opening_init(&read);
    wb_money_init(&at.cash);
    wb_money_init(&at.debt);
    wb_code code = wb_ledger_guard(verify, &ledger, dir, err);
    if (code == WB_OK) code = read_opening(&read, &at, dir, err);
    if (code == WB_OK) {
        const wb_opening swapped = *opening; /* what the caller had is released below */
        *opening = read;
        read = swapped;
    }
    for (size_t i = 0; i < at.count; i++)
        wb_money_clear(&at.holdings[i].amount);
    free(at.holdings);
    wb_money_clear(&at.debt);
    wb_money_clear(&at.cash);
    wb_opening_clear(&read);
    return code;
}
