/* open.c - what is still owed, per party and decision. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/event.h"
#include "fund/grow.h"

/*
 * What a party owes is the balance of its receivable; the ledger keeps that. Receipts pay the
 * oldest decision first, so what is open lies on the newest: it is handed out from the newest
 * assessment back. So no receipt needs to be read.
 */
typedef struct reference {
    char text[WB_ID_MAX + 1];
} reference;

typedef struct owed {
    char party[WB_ID_MAX + 1];
    char account[WB_ID_MAX + 1];
    wb_money amount;
} owed;

typedef struct work {
    wb_open_list *list;
    const wb_date *at;
    reference *references;
    size_t reference_count;
    uint64_t reversed_by; /* of the assessment that was read last, or 0 */
    owed *owed;
    size_t owed_count;
    wb_code code;
    wb_error *err;
} work;

void wb_open_list_init(wb_open_list *list)
{
    assert(list != NULL);
    memset(list, 0, sizeof *list);
    wb_money_init(&list->open);
    wb_money_init(&list->overpaid);
}

static void clear_item(wb_open_item *item)
{
    wb_money_clear(&item->assessed);
    wb_money_clear(&item->paid);
    wb_money_clear(&item->open);
}

void wb_open_list_clear(wb_open_list *list)
{
    assert(list != NULL);
    for (size_t i = 0; i < list->count; i++)
        clear_item(&list->items[i]);
    free(list->items);
    list->items = NULL;
    list->count = 0;
    wb_money_clear(&list->open);
    wb_money_clear(&list->overpaid);
}

static bool no_memory(work *at)
{
    at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold what is open");
    return false;
}

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from == NULL ? "" : from);
}

static wb_open_item *add_item(work *at, const char *party, const char *account)
{
    wb_open_list *list = at->list;
    void *items = list->items;
    if (!wb_grow(&items, list->count, sizeof *list->items)) {
        (void)no_memory(at);
        return NULL;
    }
    list->items = items;
    wb_open_item *item = &list->items[list->count++];
    memset(item, 0, sizeof *item);
    copy(item->party, sizeof item->party, party);
    copy(item->account, sizeof item->account, account);
    wb_money_init(&item->assessed);
    wb_money_init(&item->paid);
    wb_money_init(&item->open);
    return item;
}

static bool note_reference(const wb_record *record, void *context)
{
    work *at = context;
    void *items = at->references;
    if (!wb_grow(&items, at->reference_count, sizeof *at->references)) return no_memory(at);
    at->references = items;
    copy(at->references[at->reference_count++].text, sizeof at->references->text,
         record->document.id);
    return true;
}

static bool note_assessed(const wb_record *record, void *context)
{
    work *at = context;
    const wb_entry *entry = &record->entry;
    if (strcmp(entry->event, WB_EVENT_ASSESSED) != 0 || entry->reverses != 0) return true;
    if (at->at != NULL && entry->date.days > at->at->days) return true;
    at->reversed_by = record->reversed_by;
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        if (posting->party == NULL || wb_money_sign(&posting->amount) <= 0) continue;
        wb_open_item *item = add_item(at, posting->party, posting->account);
        if (item == NULL) return false;
        copy(item->reference, sizeof item->reference, entry->reference);
        item->number = record->number;
        item->date = entry->date;
        wb_money_set(&item->assessed, &posting->amount);
    }
    return true;
}

/* The items of one decision. An assessment that was reversed by the date is no debt. */
static wb_code read_decision(work *at, wb_ledger *ledger, const char *id)
{
    const size_t first = at->list->count;
    at->reversed_by = 0;
    wb_code code = wb_ledger_subject(ledger, id, note_assessed, at, at->err);
    if (code == WB_OK) code = at->code;
    if (code != WB_OK || at->reversed_by == 0) return code;
    wb_record record;
    wb_record_init(&record);
    code = wb_ledger_record(ledger, at->reversed_by, &record, at->err);
    if (code == WB_OK && (at->at == NULL || record.entry.date.days <= at->at->days)) {
        while (at->list->count > first)
            clear_item(&at->list->items[--at->list->count]);
    }
    wb_record_clear(&record);
    return code;
}

static bool note_owed(const wb_balance *balance, void *context)
{
    work *at = context;
    bool receivable = false;
    if (balance->party == NULL) return true;
    for (int g = 0; g < WB_GROUP_COUNT; g++) {
        receivable = receivable ||
                     strcmp(balance->account, wb_group_accounts_of((wb_group)g)->receivable) == 0;
    }
    if (strcmp(balance->account, WB_ACCOUNT_TO_PAY_BACK) == 0) {
        wb_money_add(&at->list->overpaid, &at->list->overpaid, &balance->credit);
        wb_money_subtract(&at->list->overpaid, &at->list->overpaid, &balance->debit);
    }
    if (!receivable) return true;
    void *items = at->owed;
    if (!wb_grow(&items, at->owed_count, sizeof *at->owed)) return no_memory(at);
    at->owed = items;
    owed *item = &at->owed[at->owed_count++];
    copy(item->party, sizeof item->party, balance->party);
    copy(item->account, sizeof item->account, balance->account);
    wb_money_init(&item->amount);
    wb_money_subtract(&item->amount, &balance->debit, &balance->credit);
    return true;
}

static int by_debt(const void *a, const void *b)
{
    const wb_open_item *left = a;
    const wb_open_item *right = b;
    int order = strcmp(left->account, right->account);
    if (order == 0) order = strcmp(left->party, right->party);
    if (order == 0)
        order = (left->date.days > right->date.days) - (left->date.days < right->date.days);
    return order != 0 ? order : (left->number > right->number) - (left->number < right->number);
}

static int by_party(const void *a, const void *b)
{
    const wb_open_item *left = a;
    const wb_open_item *right = b;
    const int order = strcmp(left->party, right->party);
    return order != 0 ? order : by_debt(a, b);
}

/* Hand out what is owed over the assessments first..end of this party, the newest first. */
static void hand_out(work *at, const owed *debt, size_t first, size_t end)
{
    wb_money rest;
    wb_money_init(&rest);
    wb_money_set(&rest, &debt->amount);
    if (wb_money_sign(&rest) < 0) {
        wb_money_subtract(&at->list->overpaid, &at->list->overpaid, &rest);
        wb_money_set_cents(&rest, 0);
    }
    for (size_t i = end; i-- > first;) {
        wb_open_item *item = &at->list->items[i];
        wb_money_set(&item->open,
                     wb_money_compare(&rest, &item->assessed) < 0 ? &rest : &item->assessed);
        wb_money_subtract(&item->paid, &item->assessed, &item->open);
        wb_money_subtract(&rest, &rest, &item->open);
    }
    if (wb_money_sign(&rest) > 0) { /* owed, but by no decision: a memorial entry */
        wb_open_item *item = add_item(at, debt->party, debt->account);
        if (item != NULL) {
            wb_money_set(&item->assessed, &rest);
            wb_money_set(&item->open, &rest);
        }
    }
    wb_money_clear(&rest);
}

static bool is_of(const wb_open_item *item, const owed *debt)
{
    return strcmp(item->account, debt->account) == 0 && strcmp(item->party, debt->party) == 0;
}

/* Balances come in order of account, then party; so do the sorted items. */
static void hand_out_all(work *at)
{
    const size_t count = at->list->count;
    size_t first = 0;
    if (count != 0) qsort(at->list->items, count, sizeof *at->list->items, by_debt);
    for (size_t i = 0; i < at->owed_count; i++) {
        size_t end = first;
        while (end < count && is_of(&at->list->items[end], &at->owed[i]))
            end++;
        hand_out(at, &at->owed[i], first, end);
        first = end;
    }
    if (at->code == WB_OK && first != count) {
        at->code = wb_fail(at->err, WB_E_DAMAGED, "party '%s' was assessed and has no balance",
                           at->list->items[first].party);
    }
}

/* Keep what is open, by party, with names and the total. */
static wb_code finish(work *at, wb_ledger *ledger)
{
    wb_open_list *list = at->list;
    wb_party_list parties = {NULL, 0};
    const wb_code code = wb_party_list_read(&parties, ledger, NULL, at->err);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (wb_money_sign(&list->items[i].open) == 0) {
            clear_item(&list->items[i]);
            continue;
        }
        const wb_party *party = wb_party_list_find(&parties, list->items[i].party);
        copy(list->items[i].name, sizeof list->items->name, party == NULL ? NULL : party->name);
        wb_money_add(&list->open, &list->open, &list->items[i].open);
        list->items[kept++] = list->items[i];
    }
    list->count = kept;
    if (kept != 0) qsort(list->items, kept, sizeof *list->items, by_party);
    wb_party_list_clear(&parties);
    return code;
}

wb_code wb_contribution_open(wb_open_list *list, wb_ledger *ledger, const wb_date *at_date,
                             wb_error *err)
{
    assert(list != NULL);
    wb_open_list_clear(list);
    wb_open_list_init(list);
    work at = {.list = list, .at = at_date, .code = WB_OK, .err = err};
    wb_code code = wb_ledger_documents(ledger, WB_RECORD_DECISION, note_reference, &at, err);
    if (code == WB_OK) code = at.code;
    for (size_t i = 0; i < at.reference_count && code == WB_OK; i++) {
        code = read_decision(&at, ledger, at.references[i].text);
    }
    if (code == WB_OK) code = wb_ledger_balances(ledger, at_date, note_owed, &at, err);
    if (code == WB_OK) code = at.code;
    if (code == WB_OK) {
        hand_out_all(&at);
        code = at.code;
    }
    if (code == WB_OK) code = finish(&at, ledger);
    for (size_t i = 0; i < at.owed_count; i++)
        wb_money_clear(&at.owed[i].amount);
    free(at.owed);
    free(at.references);
    return code;
}
