/* receipt.c - contributions received: a table of bank receipts becomes one entry a row. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/event.h"
#include "fund/grow.h"

/* What one party owes on its receivable account, kept up to date while rows are posted. */
typedef struct owed {
    char party[WB_ID_MAX + 1];
    char account[WB_ID_MAX + 1];
    wb_money amount;
} owed;

typedef struct owed_list {
    owed *items; /* in order of account, then party: as the ledger visits them */
    size_t count;
    bool no_memory;
} owed_list;

typedef struct receipt {
    const char *reference, *account;
    wb_date date;
    const wb_party *party;
    wb_money amount;
    size_t index; /* of the row in the table */
    bool good;
} receipt;

typedef struct work {
    wb_ledger *ledger;
    const wb_csv *table;
    const char *maker;
    wb_diagnostics *list;
    wb_receipts *receipts;
    wb_fund fund;
    wb_party_list parties;
    owed_list owed;
    ptrdiff_t ref, date, party, amount, account; /* columns; account -1 when absent */
} work;

void wb_receipts_init(wb_receipts *receipts)
{
    assert(receipts != NULL);
    memset(receipts, 0, sizeof *receipts);
    wb_money_init(&receipts->total);
    wb_money_init(&receipts->excess);
}

void wb_receipts_clear(wb_receipts *receipts)
{
    assert(receipts != NULL);
    wb_money_clear(&receipts->total);
    wb_money_clear(&receipts->excess);
}

static bool is_receivable(const char *account)
{
    for (int g = 0; g < WB_GROUP_COUNT; g++) {
        if (strcmp(account, wb_group_accounts_of((wb_group)g)->receivable) == 0) return true;
    }
    return false;
}

static bool note_owed(const wb_balance *balance, void *context)
{
    owed_list *list = context;
    void *items = list->items;
    if (balance->party == NULL || !is_receivable(balance->account)) return true;
    if (!wb_grow(&items, list->count, sizeof *list->items)) {
        list->no_memory = true;
        return false;
    }
    list->items = items;
    owed *item = &list->items[list->count++];
    (void)snprintf(item->party, sizeof item->party, "%s", balance->party);
    (void)snprintf(item->account, sizeof item->account, "%s", balance->account);
    wb_money_init(&item->amount);
    wb_money_subtract(&item->amount, &balance->debit, &balance->credit);
    return true;
}

static int compare_owed(const void *key, const void *item)
{
    const receipt *wanted = key;
    const owed *have = item;
    const int order = strcmp(wb_receivable_of(wanted->party->kind), have->account);
    return order != 0 ? order : strcmp(wanted->party->id, have->party);
}

static void report(const work *at, size_t index, ptrdiff_t column, wb_error *err)
{
    wb_csv_report(at->table, index, (size_t)column, err, at->list);
}

static bool read_party(work *at, receipt *row)
{
    const char *id = NULL;
    wb_error err;
    if (!wb_csv_id(at->table, row->index, (size_t)at->party, &id, at->list)) return false;
    row->party = wb_party_list_find(&at->parties, id);
    if (row->party == NULL) {
        wb_fail(&err, WB_E_PARTY, "there is no party '%s'", id);
        wb_error_hint(&err, "list them: waarborg party list");
        report(at, row->index, at->party, &err);
        return false;
    }
    if (wb_receivable_of(row->party->kind) == NULL) {
        wb_fail(&err, WB_E_RULE, "'%s' is a %s, which owes no contribution", id,
                wb_party_kind_name(row->party->kind));
        report(at, row->index, at->party, &err);
        return false;
    }
    return true;
}

static bool read_account(work *at, receipt *row)
{
    static const char *const banks[] = {"1000", "1010", "1020", "1030"};
    wb_error err;
    row->account = WB_ACCOUNT_TREASURY;
    if (at->account < 0) return true;
    const char *text = wb_csv_at(at->table, row->index, (size_t)at->account).text;
    if (text[0] == '\0') return true;
    for (size_t i = 0; i < sizeof banks / sizeof banks[0]; i++) {
        if (strcmp(text, banks[i]) == 0) {
            row->account = banks[i];
            return true;
        }
    }
    wb_fail(&err, WB_E_CHOICE, "'%s' is not an account that receives money", text);
    wb_error_hint(&err, "use 1000, 1010, 1020 or 1030");
    report(at, row->index, at->account, &err);
    return false;
}

static bool read_reference(work *at, receipt *row)
{
    const wb_csv_cell cell = wb_csv_at(at->table, row->index, (size_t)at->ref);
    wb_error err;
    row->reference = cell.text;
    if (cell.size >= 1 && cell.size <= WB_REFERENCE_MAX) return true;
    if (cell.size == 0) {
        wb_fail(&err, WB_E_MISSING, "a receipt without a reference");
        wb_error_hint(&err, "the bank's reference tells a repeated file from new money");
    } else {
        wb_fail(&err, WB_E_RANGE, "a reference of %zu bytes, the limit is %d", cell.size,
                WB_REFERENCE_MAX);
    }
    report(at, row->index, at->ref, &err);
    return false;
}

/* Every cell of the row is checked, whatever is wrong with the others. */
static void read_row(work *at, receipt *row)
{
    wb_error err;
    char first[WB_DATE_TEXT_MAX];
    bool good = read_reference(at, row);
    good = read_party(at, row) && good;
    good = read_account(at, row) && good;
    if (!wb_csv_date(at->table, row->index, (size_t)at->date, &row->date, at->list)) {
        good = false;
    } else if (row->date.days < at->fund.first_day.days) {
        wb_fail(&err, WB_E_RULE, "before the fund's first day, %s",
                wb_date_text(first, at->fund.first_day));
        report(at, row->index, at->date, &err);
        good = false;
    }
    if (!wb_csv_money(at->table, row->index, (size_t)at->amount, &row->amount, at->list)) {
        good = false;
    } else if (wb_money_sign(&row->amount) <= 0) {
        wb_fail(&err, WB_E_RANGE, "a receipt is above 0.00");
        wb_error_hint(&err, "money paid back to a party is no receipt");
        report(at, row->index, at->amount, &err);
        good = false;
    }
    row->good = good;
}

static int by_reference(const void *a, const void *b)
{
    const receipt *const *left = a;
    const receipt *const *right = b;
    const int order = strcmp((*left)->reference, (*right)->reference);
    return order != 0 ? order
                      : ((*left)->index > (*right)->index) - ((*left)->index < (*right)->index);
}

/* The same reference twice in one file is a mistake in the file, even with the same content. */
static wb_code report_repeats(const work *at, const receipt *rows, size_t count, wb_error *err)
{
    const receipt **order = malloc((count == 0 ? 1 : count) * sizeof *order);
    wb_error repeat;
    if (order == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu receipts", count);
    for (size_t i = 0; i < count; i++)
        order[i] = &rows[i];
    qsort(order, count, sizeof *order, by_reference);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(order[i]->reference, order[i - 1]->reference) != 0) continue;
        if (order[i]->reference[0] == '\0') continue;
        wb_fail(&repeat, WB_E_DUPLICATE_KEY, "reference '%s' stands on line %u too",
                order[i]->reference,
                (unsigned)wb_csv_at(at->table, order[i - 1]->index, (size_t)at->ref).line);
        report(at, order[i]->index, at->ref, &repeat);
    }
    free(order);
    return WB_OK;
}

/* Whether the entry that carries the row's reference is this row: the amount may have been divided
 * over other accounts, for the party owed something else then. */
static bool is_same(const wb_record *record, const receipt *row)
{
    wb_money received;
    bool same = record->reversed_by == 0 && record->entry.date.days == row->date.days;
    wb_money_init(&received);
    wb_record_amount(&received, record, row->account);
    same = same && wb_money_compare(&received, &row->amount) == 0;
    for (size_t i = 0; i < record->entry.posting_count && same; i++) {
        const char *party = record->entry.postings[i].party;
        same = party == NULL || strcmp(party, row->party->id) == 0;
    }
    wb_money_clear(&received);
    return same;
}

static wb_code post_row(work *at, const receipt *row, wb_error *err)
{
    wb_postings postings = {NULL, 0};
    wb_money excess;
    wb_money settled;
    uint64_t number = 0;
    bool already = false;
    wb_entry entry = {.date = row->date,
                      .event = WB_EVENT_RECEIVED,
                      .source = WB_SOURCE_BANK,
                      .reference = row->reference,
                      .memo = "contribution received",
                      .maker = at->maker};
    wb_money_init(&excess);
    wb_money_init(&settled);
    owed *debt = at->owed.count == 0 ? NULL
                                     : bsearch(row, at->owed.items, at->owed.count,
                                               sizeof *at->owed.items, compare_owed);
    if (debt != NULL && wb_money_sign(&debt->amount) > 0) {
        wb_money_set(&settled, wb_money_compare(&debt->amount, &row->amount) < 0 ? &debt->amount
                                                                                 : &row->amount);
        wb_money_subtract(&debt->amount, &debt->amount, &settled);
    }
    wb_money_subtract(&excess, &row->amount, &settled);
    wb_code code = wb_postings_add(&postings, WB_DEBIT, row->account, NULL, &row->amount, err);
    if (code == WB_OK) {
        code = wb_postings_add(&postings, WB_CREDIT, wb_receivable_of(row->party->kind),
                               row->party->id, &settled, err);
    }
    if (code == WB_OK) {
        code = wb_postings_add(&postings, WB_CREDIT, WB_ACCOUNT_TO_PAY_BACK, row->party->id,
                               &excess, err);
    }
    if (code == WB_OK) {
        code = wb_postings_post(&postings, at->ledger, &entry, &number, &already, err);
    }
    if (code == WB_OK) {
        at->receipts->posted++;
        wb_money_add(&at->receipts->total, &at->receipts->total, &row->amount);
        wb_money_add(&at->receipts->excess, &at->receipts->excess, &excess);
    }
    wb_postings_clear(&postings);
    wb_money_clear(&settled);
    wb_money_clear(&excess);
    return code;
}

static void report_closed(work *at, const receipt *row)
{
    wb_error refused;
    char day[WB_DATE_TEXT_MAX];
    wb_fail(&refused, WB_E_CLOSED, "%s lies in a closed period", wb_date_text(day, row->date));
    wb_error_hint(&refused, "date it in an open one, or reopen it: waarborg period list");
    report(at, row->index, at->date, &refused);
}

/* Check every row against the books; post while nothing is wrong anywhere in the file. */
static wb_code settle_row(work *at, const receipt *row, wb_error *err)
{
    wb_record record;
    uint64_t number = 0;
    bool closed = false;
    wb_record_init(&record);
    wb_code code =
        wb_reference_find(&record, &number, at->ledger, WB_SOURCE_BANK, row->reference, err);
    if (code == WB_OK && number != 0 && is_same(&record, row)) {
        at->receipts->already++;
    } else if (code == WB_OK && number != 0) {
        wb_error refused;
        (void)wb_reference_refuse(&record, row->reference, &refused);
        report(at, row->index, at->ref, &refused);
    } else if (code == WB_OK) {
        code = wb_period_closed(at->ledger, row->date, &closed, err);
        if (code == WB_OK && closed) report_closed(at, row);
        if (code == WB_OK && at->list->errors == 0) code = post_row(at, row, err);
    }
    wb_record_clear(&record);
    return code;
}

static wb_code receive(work *at, receipt *rows, wb_error *err)
{
    const size_t count = at->receipts->rows;
    for (size_t i = 0; i < count; i++)
        read_row(at, &rows[i]);
    wb_code code = report_repeats(at, rows, count, err);
    for (size_t i = 0; i < count && code == WB_OK; i++) {
        if (rows[i].good) code = settle_row(at, &rows[i], err);
    }
    return code;
}

static wb_code prepare(work *at, wb_error *err)
{
    wb_code code = wb_fund_read(&at->fund, at->ledger, err);
    if (code == WB_OK) code = wb_party_list_read(&at->parties, at->ledger, NULL, err);
    if (code == WB_OK) code = wb_ledger_balances(at->ledger, NULL, note_owed, &at->owed, err);
    if (code == WB_OK && at->owed.no_memory) {
        code = wb_fail(err, WB_E_NOMEM, "cannot hold what the parties owe");
    }
    return code;
}

wb_code wb_contribution_receive(wb_ledger *ledger, const wb_csv *table, const char *maker,
                                wb_receipts *receipts, wb_diagnostics *list)
{
    assert(receipts != NULL);
    assert(list != NULL);
    wb_error err = {0};
    work at = {
        .ledger = ledger, .table = table, .maker = maker, .list = list, .receipts = receipts};
    at.ref = wb_csv_require(table, "ref", list);
    at.date = wb_csv_require(table, "date", list);
    at.party = wb_csv_require(table, "party", list);
    at.amount = wb_csv_require(table, "amount", list);
    at.account = wb_csv_column(table, "account");
    if (list->errors != 0) return wb_diagnostics_code(list);
    receipts->rows = wb_csv_row_count(table);
    receipt *rows = calloc(receipts->rows == 0 ? 1 : receipts->rows, sizeof *rows);
    if (rows == NULL) {
        wb_fail(&err, WB_E_NOMEM, "cannot hold %zu receipts", receipts->rows);
        wb_diagnostics_add(list, &err);
        return WB_E_NOMEM;
    }
    for (size_t i = 0; i < receipts->rows; i++) {
        wb_money_init(&rows[i].amount);
        rows[i].index = i;
    }
    wb_code code = prepare(&at, &err);
    if (code == WB_OK) code = receive(&at, rows, &err);
    if (code != WB_OK) wb_diagnostics_add(list, &err);
    for (size_t i = 0; i < receipts->rows; i++)
        wb_money_clear(&rows[i].amount);
    free(rows);
    for (size_t i = 0; i < at.owed.count; i++)
        wb_money_clear(&at.owed.items[i].amount);
    free(at.owed.items);
    wb_party_list_clear(&at.parties);
    return wb_diagnostics_code(list);
}
