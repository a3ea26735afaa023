/* cmd_ledger.c - waarborg ledger: verify, log, backup, restore and rebuild. */
#include <stdlib.h>
#include <string.h>

#include "cli/anchor.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/record.h"

static void show_progress(uint64_t done, uint64_t total, void *context)
{
    wb_progress_show(context, done, total);
}

/* The newest anchor that verify met, as people compare it; "" when there is none. */
static const char *anchored_text(char text[WB_ANCHOR_TEXT], const wb_verify_report *report)
{
    wb_checkpoint checkpoint = {.size = report->anchored};
    text[0] = '\0';
    if (report->anchored == 0) return text;
    memcpy(checkpoint.root.bytes, report->anchored_root, sizeof report->anchored_root);
    (void)wb_time_text(checkpoint.recorded, report->anchored_us);
    return wb_cli_anchor_text(text, &checkpoint);
}

static json_t *verify_json(const char *name, const wb_verify_report *report)
{
    json_t *document = wb_json_document(name);
    wb_json_set(document, "records", wb_json_number(report->records));
    wb_json_set(document, "entries", wb_json_number(report->entries));
    wb_json_set(document, "postings", wb_json_number(report->postings));
    wb_json_set(document, "balances",
                report->first > 1 ? json_null() : wb_json_number(report->balances));
    wb_json_set(document, "hash", wb_json_hash(report->hash));
    wb_json_set(document, "root", wb_json_hash(report->root));
    wb_json_set(document, "anchors", wb_json_number(report->anchors));
    wb_json_set(document, "anchored", wb_json_number(report->anchored));
    wb_json_set(document, "first", wb_json_number(report->first));
    return document;
}

/* What was not checked again, and who speaks for it. */
static void say_unread(const wb_cli *cli, const wb_verify_report *report)
{
    const unsigned long long unread = report->first - 1;
    const unsigned long long trusted = report->trusted;
    if (trusted == unread) {
        wb_cli_say(
            cli,
            "records 1 to %llu were not checked: the stored tree gives them the root that was "
            "anchored",
            unread);
    } else if (trusted > 0) {
        wb_cli_say(
            cli,
            "records 1 to %llu were not checked: the stored tree gives the first %llu the root "
            "that was\nanchored, and no anchor covers the others",
            unread, trusted);
    } else {
        wb_cli_say(cli, "records 1 to %llu were not checked, and no anchor covers them", unread);
    }
    wb_cli_say(cli, "balances and indexes were not compared: that takes all records");
}

static void print_verified(const wb_cli *cli, const wb_verify_report *report, const char *anchor)
{
    char hash[10];
    char text[WB_ANCHOR_TEXT];
    const char *head = wb_hash_short(hash, report->hash);
    const unsigned long long records = report->records;
    const unsigned long long entries = report->entries;
    const unsigned long long postings = report->postings;
    if (report->first > 1) {
        wb_cli_say(cli,
                   "records %llu to %llu (entries %llu, postings %llu): numbers, sums, hashes and "
                   "chain are right;\nhead %s",
                   (unsigned long long)report->first, records, entries, postings, head);
        say_unread(cli, report);
    } else {
        wb_cli_say(
            cli,
            "%llu records (entries %llu, postings %llu): numbers, sums, hashes and chain are "
            "right;\nbalances recomputed and equal: %llu; head %s",
            records, entries, postings, (unsigned long long)report->balances, head);
    }
    if (report->anchors > 0) {
        wb_cli_say(cli, "anchors in the books: %llu, all right; the newest %s",
                   (unsigned long long)report->anchors, anchored_text(text, report));
    }
    if (anchor != NULL) wb_cli_say(cli, "the books extend %s", anchor);
    if (wb_cli_count(cli, "user-key") > 0) {
        wb_cli_say(cli, "no user ever had another key than those given");
    }
}

static wb_code run_verify(wb_cli *cli, wb_error *err)
{
    wb_verify_report report;
    wb_progress progress;
    wb_cli_anchor anchor;
    wb_verify_options options = {.progress = show_progress, .context = &progress};
    if (!wb_cli_number(cli, "from", INT64_MAX, &options.from)) return WB_E_NUMBER;
    options.since_anchor = wb_cli_count(cli, "since-anchor") > 0;
    if (options.since_anchor && options.from > 0) {
        return wb_fail(err, WB_E_USAGE, "give --from or --since-anchor, not both");
    }
    wb_code code = wb_cli_anchor_read(&anchor, cli, "anchor", err);
    if (code == WB_OK && anchor.text.path == NULL && anchor.text.key_count > 0) {
        code = wb_fail(err, WB_E_USAGE, "--key says who signed the anchor, and there is none");
        wb_error_hint(err, "name the anchor's file with --anchor");
    }
    wb_verifier *users = NULL;
    if (code == WB_OK) {
        code = wb_cli_verifiers_read(&users, &options.user_count, cli, "user-key");
        options.users = users;
    }
    if (code == WB_OK) {
        if (anchor.text.path != NULL) options.anchor = &anchor.text;
        wb_progress_begin(&progress, "verify", "records", cli->quiet);
        code = wb_ledger_verify_with(cli->ledger, &options, &report, err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK && cli->json) {
        json_t *document = verify_json("ledger-verify", &report);
        if (report.first > 1) wb_json_set(document, "trusted", wb_json_number(report.trusted));
        if (options.anchor != NULL)
            wb_json_set(document, "extends", wb_json_text(anchor.text.path));
        wb_json_print(document);
    } else if (code == WB_OK) {
        print_verified(cli, &report, anchor.text.path);
    }
    wb_cli_anchor_clear(&anchor);
    free(users);
    return code;
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
    char text[WB_ANCHOR_TEXT];
    wb_cli_say(cli, "%s %llu records to %s, verified; head %s%s%s", verb,
               (unsigned long long)report->records, to, wb_hash_short(hash, report->hash),
               report->anchored == 0 ? "" : "\nnewest anchor ", anchored_text(text, report));
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
    wb_cli_anchor anchor;
    const char *dir = wb_cli_text(cli, "DIR");
    wb_code code = wb_cli_anchor_read(&anchor, cli, "anchor", err);
    if (code == WB_OK) {
        code = wb_ledger_restore_anchored(wb_cli_text(cli, "FILE"), dir,
                                          anchor.text.path == NULL ? NULL : &anchor.text, &report,
                                          err);
    }
    if (code == WB_OK) print_copied(cli, "ledger-restore", "restored", dir, &report);
    if (code == WB_OK && anchor.text.path != NULL) {
        wb_cli_say(cli, "the books extend %s", anchor.text.path);
    }
    wb_cli_anchor_clear(&anchor);
    return code;
}

static wb_code run_rebuild(wb_cli *cli, wb_error *err)
{
    wb_verify_report report;
    const char *dir = wb_cli_text(cli, "NEW");
    const wb_code code = wb_ledger_rebuild(wb_cli_text(cli, "OLD"), dir, &report, err);
    if (code == WB_OK) print_copied(cli, "ledger-rebuild", "rebuilt", dir, &report);
    return code;
}

/* ---- tables ---- */

static const wb_option log_options[] = {
    {"from", "N", "start at this record", 0},
    {"limit", "N", "at most this many records", 0},
    {.name = NULL},
};
static const wb_option verify_options[] = {
    {"anchor", "FILE", "an anchor that the books must extend", 0},
    {"key", "PUB", "a public key that may have signed it (default: the users of the ledger)",
     WB_REPEATABLE},
    {"user-key", "PUB",
     "the key of a user as you know it: no user may have another than those given", WB_REPEATABLE},
    {"from", "N", "check records from this one on only", 0},
    {"since-anchor", NULL, "check what came after the newest anchor, or the one given", 0},
    {.name = NULL},
};
static const wb_option restore_options[] = {
    {"anchor", "FILE", "an anchor that the backup must extend", 0},
    {"key", "PUB", "a public key that may have signed it (default: the users of the ledger)",
     WB_REPEATABLE},
    {.name = NULL},
};
static const wb_option rebuild_operands[] = {
    {"OLD", NULL, "a ledger or a backup file, of this format or an older one", WB_REQUIRED},
    {"NEW", NULL, "a new or empty directory for the ledger", WB_REQUIRED},
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
     .description =
         "Numbers, sums, hashes, the chain, references, reversals, balances, who signed\n"
         "what, and anchors. Exit 6 when anything differs from what is stored, or when\n"
         "the books do not extend the anchor. With --from or --since-anchor earlier\n"
         "records are not checked again, and the output says who speaks for them.",
     .example = "waarborg ledger verify\n"
                "waarborg ledger verify --anchor fonds-2026-06-30.anchor --key anna.pub\n"
                "waarborg ledger verify --user-key anna.pub --user-key bram.pub",
     .options = verify_options,
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
     .options = restore_options,
     .operands = restore_operands,
     .need = WB_NEED_GUARD,
     .run = run_restore},
    {.noun = "ledger",
     .verb = "rebuild",
     .summary = "make a new ledger of the records of an old or damaged one",
     .description = "The chain is checked and the records come over byte for byte; every balance,\n"
                    "index and the tree is made again. The old ledger is left as it is.",
     .example = "waarborg ledger rebuild jwf jwf-nieuw",
     .operands = rebuild_operands,
     .need = WB_NEED_GUARD,
     .run = run_rebuild},
    {.noun = NULL},
};
