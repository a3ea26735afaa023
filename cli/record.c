/* record.c - records of the ledger as text and JSON, and the ids that postings may name. */
#include "cli/record.h"

#include <stdlib.h>
#include <string.h>

const char *wb_record_kind_name(wb_record_kind kind)
{
    switch (kind) {
    case WB_RECORD_ENTRY: return "entry";
    case WB_RECORD_FUND: return "fund";
    case WB_RECORD_ACCOUNT: return "account";
    case WB_RECORD_PARTY: return "party";
    case WB_RECORD_DECISION: return "decision";
    case WB_RECORD_LOAN: return "loan";
    case WB_RECORD_USER: return "user";
    case WB_RECORD_RULE: return "rule";
    case WB_RECORD_LIMIT: return "limit";
    case WB_RECORD_PERIOD: return "period";
    case WB_RECORD_SWITCH: return "switch";
    case WB_RECORD_ANCHOR: return "anchor";
    case WB_RECORD_PROPOSAL: return "proposal";
    case WB_RECORD_VERDICT: return "verdict";
    }
    return "unknown";
}

static json_t *posting_json(const wb_posting *posting)
{
    json_t *object = wb_json_object();
    wb_json_set(object, "account", wb_json_text(posting->account));
    wb_json_set(object, "party", wb_json_text(posting->party));
    wb_json_set(object, "amount", wb_json_money(&posting->amount));
    return object;
}

static void set_entry(json_t *object, const wb_record *record)
{
    const wb_entry *entry = &record->entry;
    wb_json_set(object, "date", wb_json_date(entry->date));
    wb_json_set(object, "event", wb_json_text(entry->event));
    wb_json_set(object, "subject", wb_json_text(entry->subject));
    wb_json_set(object, "source", wb_json_text(entry->source));
    wb_json_set(object, "reference", wb_json_text(entry->reference));
    wb_json_set(object, "memo", wb_json_text(entry->memo));
    wb_json_set(object, "maker", wb_json_text(entry->maker));
    if (entry->reverses > 0) {
        wb_json_set(object, "reverses", wb_json_number(entry->reverses));
        wb_json_set(object, "reason", wb_json_text(entry->reason));
    }
    if (record->reversed_by > 0) {
        wb_json_set(object, "reversed_by", wb_json_number(record->reversed_by));
    }
    json_t *postings = wb_json_array();
    for (size_t i = 0; i < entry->posting_count; i++) {
        wb_json_append(postings, posting_json(&entry->postings[i]));
    }
    wb_json_set(object, "postings", postings);
}

static void set_document(json_t *object, const wb_record *record)
{
    const wb_document *document = &record->document;
    wb_json_set(object, "date", wb_json_date(document->date));
    if (record->kind == WB_RECORD_PROPOSAL || record->kind == WB_RECORD_VERDICT) {
        wb_json_set(object, "maker", wb_json_text(document->maker));
        wb_json_set(object, "reason", wb_json_text(document->body));
        return;
    }
    json_t *body = json_loads(document->body, JSON_DECODE_ANY, NULL);
    wb_json_set(object, "id", wb_json_text(document->id));
    wb_json_set(object, "maker", wb_json_text(document->maker));
    wb_json_set(object, "body", body != NULL ? body : wb_json_text(document->body));
}

json_t *wb_record_json(const wb_record *record)
{
    char time[28];
    json_t *object = wb_json_object();
    wb_json_set(object, "number", wb_json_number(record->number));
    wb_json_set(object, "kind", wb_json_text(wb_record_kind_name(record->kind)));
    wb_json_set(object, "recorded", wb_json_text(wb_time_text(time, record->recorded_us)));
    if (record->kind == WB_RECORD_ENTRY) {
        set_entry(object, record);
    } else {
        set_document(object, record);
    }
    if (record->proposal > 0) {
        wb_json_set(object, "proposal", wb_json_number(record->proposal));
    }
    if (record->approvals > 0) {
        wb_json_set(object, "approvals", wb_json_number(record->approvals));
    }
    wb_json_set(object, "hash", wb_json_hash(record->hash));
    return object;
}

json_t *wb_head_json(const wb_ledger_head *head)
{
    json_t *object = wb_json_object();
    wb_json_set(object, "count", wb_json_number(head->count));
    wb_json_set(object, "entries", wb_json_number(head->entries));
    wb_json_set(object, "hash", wb_json_hash(head->hash));
    return object;
}

void wb_record_total(wb_money *total, const wb_record *record)
{
    wb_money_set_cents(total, 0);
    for (size_t i = 0; i < record->entry.posting_count; i++) {
        const wb_money *amount = &record->entry.postings[i].amount;
        if (wb_money_sign(amount) > 0) wb_money_add(total, total, amount);
    }
}

static void print_number(FILE *out, const char *label, uint64_t number)
{
    if (number > 0) (void)fprintf(out, "%-11s %llu\n", label, (unsigned long long)number);
}

static void print_postings(const wb_entry *entry, const wb_account_list *accounts, FILE *out)
{
    static const wb_column columns[] = {
        {"account", false}, {"name", false}, {"party", false}, {"debit", true}, {"credit", true}};
    wb_table table;
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    wb_money amount;
    wb_money_init(&amount);
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        const wb_account *account = wb_account_list_find(accounts, posting->account);
        const bool debit = wb_money_sign(&posting->amount) > 0;
        wb_table_add(&table, posting->account);
        wb_table_add(&table, account == NULL ? NULL : account->name_nl);
        wb_table_add(&table, posting->party);
        wb_money_set(&amount, &posting->amount);
        if (!debit) {
            wb_money_negate(&amount, &amount);
            wb_table_add(&table, NULL);
        }
        wb_table_add_money(&table, &amount);
        if (debit) wb_table_add(&table, NULL);
    }
    wb_table_print(&table, out);
    wb_money_clear(&amount);
    wb_table_clear(&table);
}

json_t *wb_approvers(const wb_proposal *proposal)
{
    json_t *names = wb_json_array();
    for (size_t i = 0; i < proposal->voice_count; i++) {
        const wb_voice *voice = &proposal->voices[i];
        if (voice->verdict == WB_VERDICT_APPROVE) wb_json_append(names, wb_json_text(voice->by));
    }
    return names;
}

/* "proposal P-60, approved by bram, chantal" */
static void print_proposal(const wb_record *record, const wb_proposal *proposal, FILE *out)
{
    (void)fprintf(out, "%-11s P-%llu, approved by", "proposal",
                  (unsigned long long)record->proposal);
    const char *before = " ";
    for (size_t i = 0; i < proposal->voice_count; i++) {
        if (proposal->voices[i].verdict != WB_VERDICT_APPROVE) continue;
        (void)fprintf(out, "%s%s", before, proposal->voices[i].by);
        before = ", ";
    }
    (void)fputc('\n', out);
}

static void print_head(const wb_record *record, FILE *out)
{
    const wb_entry *entry = &record->entry;
    char text[WB_DATE_TEXT_MAX];
    wb_print_line(out, "date", wb_date_text(text, entry->date));
    wb_print_line(out, "event", entry->event);
    wb_print_line(out, "subject", entry->subject);
    wb_print_line(out, "reference", entry->reference);
    wb_print_line(out, "memo", entry->memo);
    wb_print_line(out, "maker", entry->maker);
    print_number(out, "reverses", entry->reverses);
    wb_print_line(out, "reason", entry->reason);
}

void wb_record_print_draft(const wb_record *record, const wb_account_list *accounts, FILE *out)
{
    print_head(record, out);
    (void)fputc('\n', out);
    print_postings(&record->entry, accounts, out);
}

void wb_record_print(const wb_record *record, const wb_account_list *accounts,
                     const wb_proposal *proposal, FILE *out)
{
    char time[28];
    char hash[2 * WB_LEDGER_HASH_SIZE + 1];
    print_number(out, "entry", record->number);
    print_head(record, out);
    if (proposal != NULL) print_proposal(record, proposal, out);
    print_number(out, "reversed by", record->reversed_by);
    wb_print_line(out, "recorded", wb_time_text(time, record->recorded_us));
    wb_print_line(out, "hash", wb_hash_text(hash, record->hash));
    (void)fputc('\n', out);
    print_postings(&record->entry, accounts, out);
}

static bool keep_id(const wb_record *record, void *context)
{
    wb_id_list *list = context;
    if (list->count == list->room) {
        list->room = list->room == 0 ? 64 : 2 * list->room;
        list->items = wb_cli_must(realloc(list->items, list->room * sizeof *list->items));
    }
    list->items[list->count++] = wb_cli_must(strdup(record->document.id));
    return true;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

wb_code wb_id_list_read(wb_id_list *list, wb_ledger *ledger, wb_record_kind kind, wb_error *err)
{
    memset(list, 0, sizeof *list);
    const wb_code code = wb_ledger_documents(ledger, kind, keep_id, list, err);
    if (list->count > 0) qsort(list->items, list->count, sizeof *list->items, compare_ids);
    return code;
}

bool wb_id_list_has(const wb_id_list *list, const char *id)
{
    if (list->count == 0) return false;
    return bsearch(&id, list->items, list->count, sizeof *list->items, compare_ids) != NULL;
}

void wb_id_list_clear(wb_id_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

wb_code wb_id_list_refuse(const wb_id_list *list, wb_record_kind kind, const char *id,
                          wb_error *err)
{
    const bool account = kind == WB_RECORD_ACCOUNT;
    const wb_code code = account ? WB_E_ACCOUNT : WB_E_PARTY;
    (void)wb_fail(err, code, "unknown %s '%.64s'", account ? "account" : "party", id);
    const char *nearest = wb_nearest_word(id, (const char *const *)list->items, list->count);
    if (nearest != NULL) {
        wb_error_hint(err, "did you mean '%s'?", nearest);
    } else if (account) {
        wb_error_hint(err, "see 'waarborg report trial-balance' for the accounts there are");
    } else {
        wb_error_hint(err, "see 'waarborg party list', or add it with 'waarborg party import'");
    }
    return code;
}
