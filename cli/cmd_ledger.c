/* cmd_ledger.c - waarborg ledger: verify, log, backup and restore. */
#include <string.h>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/record.h"

static void show_progress(uint64_t done, uint64_t total, void *context)
{
    wb_progress_show(context, done, total);
}

static json_t *verify_json(const char *name, const wb_verify_report *report)
{
    json_t *document = wb_json_document(name);
    wb_json_set(document, "records", wb_json_number(report->records));
    wb_json_set(document, "entries", wb_json_number(report->entries));
    wb_json_set(document, "postings", wb_json_number(report->postings));
    wb_json_set(document, "balances", wb_json_number(report->balances));
    wb_json_set(document, "hash", wb_json_hash(report->hash));
    return document;
}

static wb_code run_verify(wb_cli *cli, wb_error *err)
{
    wb_verify_report report;
    wb_progress progress;
    wb_progress_begin(&progress, "verify", "records", cli->quiet);
    const wb_code code = wb_ledger_verify(cli->ledger, &report, show_progress, &progress, err);
    wb_progress_end(&progress);
    if (code != WB_OK) return code;
    if (cli->json) {
        wb_json_print(verify_json("ledger-verify", &report));
        return WB_OK;
    }
    char hash[10];
    wb_cli_say(cli,
               "%llu records (entries %llu, postings %llu): numbers, sums, hashes and chain are "
               "right;\nbalances recomputed and equal: %llu; head %s",
               (unsigned long long)report.records, (unsigned long long)report.entries,
               (unsigned long long)report.postings, (unsigned long long)report.balances,
               wb_hash_short(hash, report.hash));
    return WB_OK;
}

/* ---- log ---- */

typedef struct logger {
    uint64_t limit;
    uint64_t shown;
    wb_table table;
    json_t *records; /* NULL: fill the table */
} logger;

/* "P-61, 2 approvals" of a record that was posted from a proposal; "P-61" of a verdict on it. */
static void add_proposal(wb_table *table, const wb_record *record)
{
    char text[64] = "";
    if (record->proposal > 0) {
        (void)snprintf(text, sizeof text, "P-%llu", (unsigned long long)record->proposal);
    }
    if (record->approvals > 0) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, ", %u approval%s", record->approvals,
                       record->approvals == 1 ? "" : "s");
    }
    wb_table_add(table, text);
}

static bool log_record(const wb_record *record, void *context)
{
    logger *l = context;
    if (l->shown == l->limit) return false;
    l->shown++;
    if (l->records != NULL) {
        wb_json_append(l->records, wb_record_json(record));
        return true;
    }
    char time[28];
    char hash[10];
    const bool entry = record->kind == WB_RECORD_ENTRY;
    wb_table_add_number(&l->table, record->number);
    wb_table_add(&l->table, wb_time_text(time, record->recorded_us));
    wb_table_add(&l->table, wb_record_kind_name(record->kind));
    wb_table_add_date(&l->table, entry ? record->entry.date : record->document.date);
    wb_table_add(&l->table, entry ? record->entry.event : record->document.id);
    wb_table_add(&l->table, entry ? record->entry.maker : record->document.maker);
    wb_table_add(&l->table, wb_hash_short(hash, record->hash));
    add_proposal(&l->table, record);
    return true;
}

static wb_code run_log(wb_cli *cli, wb_error *err)
{
    static const wb_column columns[] = {{"record", true}, {"recorded", false}, {"kind", false},
                                        {"date", false},  {"what", false},     {"maker", false},
                                        {"hash", false},  {"proposal", false}};
    uint64_t first = 1;
    logger l = {.limit = UINT64_MAX, .records = cli->json ? wb_json_array() : NULL};
    bool good = wb_cli_number(cli, "from", INT64_MAX, &first);
    good = wb_cli_number(cli, "limit", INT64_MAX, &l.limit) && good;
    wb_table_init(&l.table, columns, sizeof columns / sizeof columns[0]);
    wb_code code = WB_E_USAGE;
    if (good) {
        code = wb_ledger_log(cli->ledger, first == 0 ? 1 : first, log_record, &l, err);
    }
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("ledger-log");
        wb_json_set(document, "records", l.records);
        wb_json_print(document);
    } else if (code == WB_OK) {
        wb_table_print(&l.table, stdout);
    } else {
        json_decref(l.records);
    }
    wb_table_clear(&l.table);
    return code;
}

/* ---- backup, restore ---- */

static void print_copied(const wb_cli *cli, const char *name, const char *verb, const char *to,
                         const wb_verify_report *report)
{
    if (cli->json) {
        json_t *document = verify_json(name, report);
        wb_json_set(document, "to", wb_json_text(to));
        wb_json_print(document);
        return;
    }
    char hash[10];
    wb_cli_say(cli, "%s %llu records to %s, verified; head %s", verb,
               (unsigned long long)report->records, to, wb_hash_short(hash, report->hash));
}

static wb_code run_backup(wb_cli *cli, wb_error *err)
{
    wb_verify_report report;
    const char *path = wb_cli_text(cli, "FILE");
    const wb_code code = wb_ledger_backup(cli->ledger, path, &report, err);
    if (code == WB_OK) print_copied(cli, "ledger-backup", "copied", path, &report);
    return code;
}

static wb_code run_restore(wb_cli *cli, wb_error *err)
{
    wb_verify_report report;
    const char *dir = wb_cli_text(cli, "DIR");
    const wb_code code = wb_ledger_restore(wb_cli_text(cli, "FILE"), dir, &report, err);
    if (code == WB_OK) print_copied(cli, "ledger-restore", "restored", dir, &report);
    return code;
}

/* ---- tables ---- */

static const wb_option log_options[] = {
    {"from", "N", "start at this record", 0},
    {"limit", "N", "at most this many records", 0},
    {.name = NULL},
};
static const wb_option backup_operands[] = {
    {"FILE", NULL, "the new file to copy to", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option restore_operands[] = {
    {"FILE", NULL, "a backup file", WB_REQUIRED},
    {"DIR", NULL, "a new or empty directory for the ledger", WB_REQUIRED},
    {.name = NULL},
};

const wb_command wb_commands_ledger[] = {
    {.noun = "ledger",
     .verb = "verify",
     .summary = "recompute everything from the records and name the first bad one",
     .description = "Numbers, sums, hashes, the chain, references, reversals and balances. Exit 6\n"
                    "when anything differs from what is stored.",
     .example = "waarborg ledger verify",
     .need = WB_NEED_READER,
     .run = run_verify},
    {.noun = "ledger",
     .verb = "log",
     .summary = "list every record: entries and documents",
     .example = "waarborg ledger log --from 40 --limit 10",
     .options = log_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_log},
    {.noun = "ledger",
     .verb = "backup",
     .summary = "copy the ledger to a file while it is in use, and verify the copy",
     .example = "waarborg ledger backup fonds-2026-07-01.wbb",
     .operands = backup_operands,
     .need = WB_NEED_READER,
     .run = run_backup},
    {.noun = "ledger",
     .verb = "restore",
     .summary = "verify a backup and make a ledger of it",
     .example = "waarborg ledger restore fonds-2026-07-01.wbb hersteld",
     .operands = restore_operands,
     .need = WB_NEED_GUARD,
     .run = run_restore},
    {.noun = NULL},
};
