/* tx_list.c - waarborg tx list: the entries, in the order in which they were recorded. */
#include "cli/tx_list.h"

#include <string.h>

#include "cli/record.h"

typedef struct lister {
    const char *account;
    const char *party;
    bool from_set, to_set;
    wb_date from, to;
    uint64_t limit;
    uint64_t shown;
    wb_table table;
    json_t *entries; /* NULL: fill the table */
    wb_money total;
} lister;

static bool is_listed(const lister *l, const wb_entry *entry)
{
    if (l->from_set && entry->date.days < l->from.days) return false;
    if (l->to_set && entry->date.days > l->to.days) return false;
    if (l->account == NULL && l->party == NULL) return true;
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        if (l->account != NULL && strcmp(posting->account, l->account) != 0) continue;
        if (l->party == NULL) return true;
        if (posting->party != NULL && strcmp(posting->party, l->party) == 0) return true;
    }
    return false;
}

static bool list_record(const wb_record *record, void *context)
{
    lister *l = context;
    if (record->kind != WB_RECORD_ENTRY || !is_listed(l, &record->entry)) return true;
    if (l->shown == l->limit) return false;
    l->shown++;
    if (l->entries != NULL) {
        wb_json_append(l->entries, wb_record_json(record));
        return true;
    }
    char note[64] = "";
    if (record->entry.reverses > 0) {
        (void)snprintf(note, sizeof note, "reverses %llu",
                       (unsigned long long)record->entry.reverses);
    } else if (record->reversed_by > 0) {
        (void)snprintf(note, sizeof note, "reversed by %llu",
                       (unsigned long long)record->reversed_by);
    }
    wb_record_total(&l->total, record);
    wb_table_add_number(&l->table, record->number);
    wb_table_add_date(&l->table, record->entry.date);
    wb_table_add(&l->table, record->entry.event);
    wb_table_add(&l->table, record->entry.reference);
    wb_table_add_money(&l->table, &l->total);
    wb_table_add(&l->table, record->entry.memo);
    wb_table_add(&l->table, note);
    return true;
}

wb_code wb_tx_list(wb_cli *cli, wb_error *err)
{
    static const wb_column columns[] = {{"entry", true}, {"date", false},  {"event", false},
                                        {"ref", false},  {"amount", true}, {"memo", false},
                                        {"", false}};
    lister l = {.account = wb_cli_text(cli, "account"),
                .party = wb_cli_text(cli, "party"),
                .from_set = wb_cli_count(cli, "from") > 0,
                .to_set = wb_cli_count(cli, "to") > 0,
                .limit = UINT64_MAX,
                .entries = cli->json ? wb_json_array() : NULL};
    bool good = wb_cli_date(cli, "from", &l.from);
    good = wb_cli_date(cli, "to", &l.to) && good;
    good = wb_cli_number(cli, "limit", INT64_MAX, &l.limit) && good;
    wb_table_init(&l.table, columns, sizeof columns / sizeof columns[0]);
    wb_money_init(&l.total);
    wb_code code = good ? wb_ledger_log(cli->ledger, 1, list_record, &l, err) : WB_E_USAGE;
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("tx-list");
        wb_json_set(document, "entries", l.entries);
        wb_json_print(document);
    } else if (code == WB_OK) {
        wb_table_print(&l.table, stdout);
    } else {
        json_decref(l.entries);
    }
    wb_money_clear(&l.total);
    wb_table_clear(&l.table);
    return code;
}
