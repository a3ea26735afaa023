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

/* A balance of 0100, 0120 or 1330, from which the loans of its party are taken away one by one. */
typedef struct holding {
    char account[WB_ID_MAX + 1];
    char party[WB_ID_MAX + 1]; /* "" for postings without a party */
    wb_money amount;
} holding;

typedef struct figures {
    wb_opening *opening;
    holding *holdings;
    size_t count;
    bool no_memory;
} figures;

#define ACCOUNT_PROMISED "1330"
#define ACCOUNT_OBLIGO "8030" /* what was called of the obligo */
#define ACCOUNT_LEVY "8000"   /* with the event below: a levy, else ordinary contributions */

/* What the books' accounts are to a simulation. */
static wb_opening_use use_of(const char *account)
{
    static const struct {
        const char *account;
        wb_opening_use use;
    } uses[] = {{"1000", WB_OPENING_CASH},     {"1010", WB_OPENING_CASH},
                {"1020", WB_OPENING_CASH},     {"1030", WB_OPENING_CASH},
                {"0100", WB_OPENING_LOANS},    {"0120", WB_OPENING_LOANS},
                {"0400", WB_OPENING_BACKSTOP}, {ACCOUNT_PROMISED, WB_OPENING_PROMISED}};
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        if (strcmp(account, uses[i].account) == 0) return uses[i].use;
    }
    return WB_OPENING_LEFT_OUT;
}

static bool hold(figures *at, const wb_balance *balance, const wb_money *amount)
{
    holding *holdings = realloc(at->holdings, (at->count + 1) * sizeof *holdings);
    if (holdings == NULL) return false;
    at->holdings = holdings;
    holding *added = &holdings[at->count++];
    (void)snprintf(added->account, sizeof added->account, "%s", balance->account);
    (void)snprintf(added->party, sizeof added->party, "%s",
                   balance->party == NULL ? "" : balance->party);
    wb_money_init(&added->amount);
    wb_money_set(&added->amount, amount);
    return true;
}

/* Balances come by account, then party: one line an account. */
static bool note_line(figures *at, const wb_balance *balance, const wb_money *amount)
{
    wb_opening *opening = at->opening;
    wb_opening_line *line =
        opening->line_count > 0 ? &opening->lines[opening->line_count - 1] : NULL;
    if (line == NULL || strcmp(line->account, balance->account) != 0) {
        line = wb_opening_add_line(opening);
        if (line == NULL) return false;
        (void)snprintf(line->account, sizeof line->account, "%s", balance->account);
        line->use = use_of(balance->account);
    }
    wb_money_add(&line->balance, &line->balance, amount);
    return true;
}

static bool visit(const wb_balance *balance, void *context)
{
    figures *at = context;
    wb_opening *opening = at->opening;
    wb_money amount;
    wb_money_init(&amount);
    wb_money_subtract(&amount, &balance->debit, &balance->credit);
    const wb_opening_use use = use_of(balance->account);
    bool kept = note_line(at, balance, &amount);
    if (use == WB_OPENING_CASH || use == WB_OPENING_PROMISED) {
        /* what was promised is a debt: its balance is negative and takes away */
        wb_money_add(&opening->cash, &opening->cash, &amount);
    }
    if (use == WB_OPENING_BACKSTOP) {
        wb_money_subtract(&opening->backstop_debt, &opening->backstop_debt, &amount);
    }
    if (use == WB_OPENING_LOANS || use == WB_OPENING_PROMISED) {
        kept = kept && hold(at, balance, &amount);
    }
    wb_money_clear(&amount);
    at->no_memory = at->no_memory || !kept;
    return !at->no_memory;
}

/* Calls on the municipalities before the start, whatever year-ends did with the accounts since. */
typedef struct calls {
    wb_opening *opening;
    int32_t year; /* of the last entry: levies count by the year */
} calls;

static bool visit_call(const wb_record *record, void *context)
{
    calls *at = context;
    const wb_entry *entry = &record->entry;
    if (record->kind != WB_RECORD_ENTRY) return true;
    if (strcmp(entry->event, WB_EVENT_APPROPRIATED) == 0) return true;
    const bool levy = strcmp(entry->event, WB_EVENT_LEVY) == 0;
    const bool this_year = wb_date_civil(entry->date).year == at->year;
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        wb_money *sum = NULL;
        if (strcmp(posting->account, ACCOUNT_OBLIGO) == 0) sum = &at->opening->obligo_called;
        if (levy && this_year && strcmp(posting->account, ACCOUNT_LEVY) == 0)
            sum = &at->opening->levy_called;
        if (sum != NULL) wb_money_subtract(sum, sum, &posting->amount);
    }
    return true;
}

/* The classes that a column `class` of the providers' file gave them. */
static wb_code read_classes(wb_opening *opening, wb_ledger *ledger, wb_error *err)
{
    wb_party_list parties = {NULL, 0};
    const wb_party_kind kind = WB_PARTY_PROVIDER;
    wb_code code = wb_party_list_read(&parties, ledger, &kind, err);
    for (size_t i = 0; i < parties.count && code == WB_OK; i++) {
        const char *class_ = wb_party_column_value(&parties.items[i], "class");
        if (class_ == NULL || class_[0] == '\0') continue;
        if (!wb_id_valid(class_, strlen(class_))) {
            code = wb_fail(err, WB_E_RULE, "provider '%s' has the class '%.40s', which is no id",
                           parties.items[i].id, class_);
            wb_error_hint(err, "correct the column 'class' and import the providers again");
            break;
        }
        wb_opening_class *added = wb_opening_add_class(opening);
        if (added == NULL) {
            code = wb_fail(err, WB_E_NOMEM, "cannot hold the classes of the providers");
            break;
        }
        memcpy(added->provider, parties.items[i].id, sizeof added->provider);
        (void)snprintf(added->class_, sizeof added->class_, "%s", class_);
    }
    wb_party_list_clear(&parties);
    return code;
}

/* What is promised to the loan's party and may still be paid out on this loan is taken off its
 * 1330, and becomes principal of the case. */
static void take_promised(wb_money *promised, figures *at, const wb_loan *loan)
{
    wb_money room;
    wb_money_init(&room);
    wb_money_subtract(&room, &loan->principal, &loan->disbursed);
    wb_money_set_cents(promised, 0);
    for (size_t i = 0; i < at->count; i++) {
        holding *held = &at->holdings[i];
        if (strcmp(held->account, ACCOUNT_PROMISED) != 0 || strcmp(held->party, loan->party) != 0)
            continue;
        wb_money_negate(promised, &held->amount);
        if (wb_money_compare(promised, &room) > 0) wb_money_set(promised, &room);
        if (wb_money_sign(promised) < 0) wb_money_set_cents(promised, 0);
        wb_money_add(&held->amount, &held->amount, promised);
    }
    wb_money_clear(&room);
}

/*
 * What the loan's schedule still brings in before maturity: each instalment to come lowers what is
 * out to what is planned after it. What should have come and did not is no part of it: it stays
 * until maturity.
 */
static bool add_schedule(wb_opening_case *to, const wb_loan *loan, wb_date last)
{
    wb_loan_planned planned;
    wb_money left; /* of the plan, as far as it has been paid */
    wb_loan_planned_init(&planned);
    wb_money_init(&left);
    bool kept = true;
    wb_money_set(&left, &loan->disbursed);
    for (uint32_t k = 1; k < loan->instalments && kept; k++) {
        wb_loan_plan(&planned, loan, k);
        if (planned.due.days > last.days) break;
        wb_money_set(&left, &planned.left);
    }
    if (wb_money_compare(&loan->outstanding, &left) < 0) wb_money_set(&left, &loan->outstanding);
    for (uint32_t k = 1; k < loan->instalments && kept; k++) {
        wb_loan_plan(&planned, loan, k);
        if (planned.due.days <= last.days || wb_money_compare(&left, &planned.left) <= 0) continue;
        wb_opening_instalment *added = wb_opening_add_instalment(to);
        kept = added != NULL;
        if (!kept) break;
        added->date = planned.due;
        wb_money_subtract(&added->principal, &left, &planned.left);
        wb_money_set(&left, &planned.left);
    }
    wb_loan_planned_clear(&planned);
    wb_money_clear(&left);
    return kept;
}

static wb_code add_case(figures *at, const wb_loan *loan, wb_date last, wb_error *err)
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
    wb_money promised;
    wb_money_init(&promised);
    take_promised(&promised, at, loan);
    wb_code code = WB_OK;
    if (wb_money_sign(&loan->outstanding) > 0 || wb_money_sign(&promised) > 0) {
        wb_opening_case *added = wb_opening_add_case(at->opening);
        if (added != NULL) {
            memcpy(added->provider, loan->party, sizeof added->provider);
            memcpy(added->loan, loan->id, sizeof added->loan);
            wb_money_add(&added->principal, &loan->outstanding, &promised);
            added->maturity = loan->maturity;
        }
        if (added == NULL || !add_schedule(added, loan, last))
            code = wb_fail(err, WB_E_NOMEM, "cannot hold the open loans");
        wb_money_add(&at->opening->promised, &at->opening->promised, &promised);
    }
    wb_money_clear(&promised);
    return code;
}

/* What is left on the loan accounts belongs to no agreement: it has no maturity to resolve at. */
static wb_code check_explained(const figures *at, wb_error *err)
{
    char text[WB_MONEY_TEXT_MAX];
    for (size_t i = 0; i < at->count; i++) {
        const holding *held = &at->holdings[i];
        if (wb_money_sign(&held->amount) == 0) continue;
        if (strcmp(held->account, ACCOUNT_PROMISED) == 0) continue; /* a promised grant */
        wb_fail(err, WB_E_RULE, "account %s holds %s for '%s' that is on no loan", held->account,
                wb_money_text(text, &held->amount, WB_MONEY_PLAIN),
                held->party[0] == '\0' ? "no party" : held->party);
        wb_error_hint(err, "record the loan (waarborg loan new) and move the amount to it");
        return WB_E_RULE;
    }
    if (wb_money_sign(&at->opening->backstop_debt) < 0) {
        return wb_fail(err, WB_E_RULE, "account 0400, the debt to the state, is a claim of %s",
                       wb_money_text(text, &at->opening->backstop_debt, WB_MONEY_PLAIN) + 1);
    }
    return WB_OK;
}

static wb_code read_opening(figures *at, const char *dir, wb_error *err)
{
    wb_opening *opening = at->opening;
    wb_ledger *ledger = NULL;
    wb_ledger_head head = {.count = 0};
    wb_loan_list loans = {NULL, 0};
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &head, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, NULL, visit, at, err);
    if (code == WB_OK && at->no_memory) {
        code = wb_fail(err, WB_E_NOMEM, "cannot hold the balances");
    }
    if (code == WB_OK) code = wb_loan_list_read(&loans, ledger, NULL, err);
    for (size_t i = 0; i < loans.count && code == WB_OK; i++) {
        code = add_case(at, &loans.items[i], head.last_date, err);
    }
    if (code == WB_OK) code = check_explained(at, err);
    calls called = {.opening = opening, .year = wb_date_civil(head.last_date).year};
    if (code == WB_OK) code = wb_ledger_log(ledger, 1, visit_call, &called, err);
    if (code == WB_OK) code = read_classes(opening, ledger, err);
    if (code == WB_OK) {
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
    figures at = {.opening = &read};
    place ledger = {.dir = dir};
    wb_opening_init(&read);
    wb_code code = wb_ledger_guard(verify, &ledger, dir, err);
    if (code == WB_OK) code = read_opening(&at, dir, err);
    if (code == WB_OK) {
        const wb_opening swapped = *opening; /* what the caller had is released below */
        *opening = read;
        read = swapped;
    }
    for (size_t i = 0; i < at.count; i++)
        wb_money_clear(&at.holdings[i].amount);
    free(at.holdings);
    wb_opening_clear(&read);
    return code;
}
