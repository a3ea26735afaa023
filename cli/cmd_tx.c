/* cmd_tx.c - waarborg tx: post, list, show and reverse entries. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/record.h"
#include "cli/tx_file.h"
#include "cli/tx_list.h"
#include "cli/write.h"

/* ---- post ---- */

/* "CODE[:PARTY]=AMOUNT", the n-th value of an option, as a posting. `text` holds its parts. */
typedef struct typed_posting {
    wb_posting *posting;
    char text[2 * WB_ID_MAX + 8];
} typed_posting;

typedef struct known_ids {
    wb_id_list accounts;
    wb_id_list parties;
} known_ids;

static bool refuse_form(wb_cli *cli, const char *option, size_t n)
{
    wb_error err;
    (void)wb_fail(&err, WB_E_SYNTAX, "'%.60s' is not CODE=AMOUNT or CODE:PARTY=AMOUNT",
                  wb_cli_nth(cli, option, n));
    wb_error_hint(&err, "such as --%s 1000=1250.00", option);
    (void)wb_cli_refuse(cli, option, n, &err);
    return false;
}

/* The amount after '=': above zero, turned into a credit where that is meant. */
static bool read_amount(wb_cli *cli, const char *option, size_t n, size_t offset, wb_money *amount)
{
    const char *text = wb_cli_nth(cli, option, n) + offset;
    wb_error err;
    wb_code code = wb_money_parse(amount, text, strlen(text), WB_MONEY_PLAIN, &err);
    if (code == WB_OK && wb_money_sign(amount) <= 0) {
        const bool debit = strcmp(option, "debit") == 0;
        code = wb_fail(&err, WB_E_RANGE, "amount is not above 0.00");
        wb_error_hint(&err, "use --%s for the other side", debit ? "credit" : "debit");
    }
    if (code != WB_OK) {
        (void)wb_cli_refuse_part(cli, option, n, offset, strlen(text), &err);
        return false;
    }
    if (strcmp(option, "credit") == 0) wb_money_negate(amount, amount);
    return true;
}

static bool read_posting(wb_cli *cli, const known_ids *known, const char *option, size_t n,
                         typed_posting *typed)
{
    const char *value = wb_cli_nth(cli, option, n);
    const char *equals = strrchr(value, '=');
    if (equals == NULL || equals == value) return refuse_form(cli, option, n);
    const size_t size = (size_t)(equals - value);
    if (size >= sizeof typed->text) return refuse_form(cli, option, n);
    memcpy(typed->text, value, size);
    typed->text[size] = '\0';
    char *colon = strchr(typed->text, ':');
    if (colon != NULL) *colon = '\0';
    wb_posting *posting = typed->posting;
    posting->account = typed->text;
    posting->party = colon == NULL ? NULL : colon + 1;
    wb_error err;
    bool good = true;
    if (!wb_id_list_has(&known->accounts, posting->account)) {
        (void)wb_id_list_refuse(&known->accounts, WB_RECORD_ACCOUNT, posting->account, &err);
        (void)wb_cli_refuse_part(cli, option, n, 0, strlen(posting->account), &err);
        good = false;
    }
    if (posting->party != NULL && !wb_id_list_has(&known->parties, posting->party)) {
        (void)wb_id_list_refuse(&known->parties, WB_RECORD_PARTY, posting->party, &err);
        (void)wb_cli_refuse_part(cli, option, n, (size_t)(posting->party - typed->text),
                                 strlen(posting->party), &err);
        good = false;
    }
    return read_amount(cli, option, n, size + 1, &posting->amount) && good;
}

/* What became of the entries of a file, or of the one on the command line. */
typedef struct outcome {
    const wb_tx_group *groups;
    size_t count;
    size_t already;
    size_t posted;
    uint64_t first; /* of those posted now */
    uint64_t last;
    wb_ledger_head head;
} outcome;

static void print_posted_json(const wb_cli *cli, const outcome *made)
{
    json_t *document = wb_json_document("tx-post");
    json_t *entries = wb_json_array();
    for (size_t i = 0; i < made->count; i++) {
        const wb_tx_group *group = &made->groups[i];
        json_t *entry = wb_json_object();
        wb_json_set(entry, "reference", wb_json_text(group->entry.reference));
        wb_json_set(entry, "number", wb_cli_entry_json(cli, group->number, group->already));
        wb_json_set(entry, "already", json_boolean(group->already));
        wb_json_append(entries, entry);
    }
    wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
    wb_json_set(document, "posted", wb_json_number(cli->proposing ? 0 : made->posted));
    if (cli->proposing) wb_json_set(document, "proposed", wb_json_number(made->posted));
    wb_json_set(document, "already", wb_json_number(made->already));
    wb_json_set(document, "entries", entries);
    wb_json_set(document, "head", wb_head_json(&made->head));
    wb_json_print(document);
}

static void say_posted(const wb_cli *cli, const outcome *made)
{
    char hash[10];
    char place[WB_ENTRY_TEXT];
    const char *would = wb_cli_would(cli);
    const char *entries = made->posted == 1 ? "entry" : "entries";
    const char *were = made->already == 1 ? "was" : "were";
    if (made->count == 1 && made->already == 1) {
        wb_cli_say(cli, "%s: the same content under the same reference",
                   wb_cli_already(place, cli, made->groups[0].number));
    } else if (made->posted == 0) {
        wb_cli_say(cli, "all %zu entries were there already; nothing to post", made->count);
    } else if (cli->proposing && made->already == 0) {
        wb_cli_say(cli, "%zu %s %sposted", made->posted, entries, would);
    } else if (cli->proposing) {
        wb_cli_say(cli, "%zu %s %sposted, %zu %s there already", made->posted, entries, would,
                   made->already, were);
    } else if (made->count == 1) {
        wb_cli_say(cli, "%sposted as entry %llu; head %s", would, (unsigned long long)made->first,
                   wb_hash_short(hash, made->head.hash));
    } else {
        wb_cli_say(cli, "%zu %s %sposted (%llu to %llu), %zu %s there already; head %s",
                   made->posted, entries, would, (unsigned long long)made->first,
                   (unsigned long long)made->last, made->already, were,
                   wb_hash_short(hash, made->head.hash));
    }
}

/* What was posted, in words or JSON. */
static wb_code print_posted(wb_cli *cli, const wb_tx_group *groups, size_t count, wb_error *err)
{
    outcome made = {.groups = groups, .count = count};
    for (size_t i = 0; i < count; i++) {
        if (groups[i].already) {
            made.already++;
            continue;
        }
        if (made.first == 0) made.first = groups[i].number;
        made.last = groups[i].number;
    }
    made.posted = count - made.already;
    const wb_code code = wb_ledger_head_read(cli->ledger, &made.head, err);
    if (code != WB_OK) return code;
    if (cli->json) {
        print_posted_json(cli, &made);
    } else {
        say_posted(cli, &made);
    }
    return WB_OK;
}

static wb_code post_file(wb_cli *cli, wb_error *err)
{
    wb_tx_file file;
    cli->closing = "nothing was written";
    wb_tx_file_read(&file, cli, wb_cli_text(cli, "FILE"));
    bool done = false;
    wb_code code = wb_diagnostics_code(&cli->list);
    if (code == WB_OK) code = wb_tx_submit(cli, file.groups, file.group_count, &done, err);
    if (code == WB_OK && !done) {
        code = wb_cli_begin(cli, err);
        if (code == WB_OK) {
            wb_tx_file_post(&file, cli);
            code = wb_diagnostics_code(&cli->list);
            if (code == WB_OK) {
                code = wb_cli_commit(cli, err);
            } else {
                wb_ledger_abort(cli->ledger);
            }
        }
    }
    if (code == WB_OK) code = print_posted(cli, file.groups, file.group_count, err);
    wb_tx_file_clear(&file);
    return code;
}

/* Every --debit and --credit into postings; errors go to cli->list. */
static wb_code read_postings(wb_cli *cli, typed_posting *typed, wb_error *err)
{
    static const char *const sides[] = {"debit", "credit"};
    known_ids known = {.accounts = {.count = 0}, .parties = {.count = 0}};
    wb_code code = wb_id_list_read(&known.accounts, cli->ledger, WB_RECORD_ACCOUNT, err);
    if (code == WB_OK) code = wb_id_list_read(&known.parties, cli->ledger, WB_RECORD_PARTY, err);
    for (size_t side = 0; side < 2 && code == WB_OK; side++) {
        const size_t count = wb_cli_count(cli, sides[side]);
        for (size_t n = 0; n < count; n++) {
            (void)read_posting(cli, &known, sides[side], n, typed++);
        }
    }
    wb_id_list_clear(&known.accounts);
    wb_id_list_clear(&known.parties);
    return code != WB_OK ? code : wb_diagnostics_code(&cli->list);
}

/* Mark the amounts, from the first --debit or --credit on the line to the last: which of them is
 * wrong, nobody can say. */
static wb_code refuse_amounts(wb_cli *cli, wb_error *err)
{
    const wb_argument *first = NULL;
    const wb_argument *last = NULL;
    for (size_t i = 0; i < cli->argument_count; i++) {
        const wb_argument *argument = &cli->arguments[i];
        const char *name = argument->option->name;
        if (strcmp(name, "debit") != 0 && strcmp(name, "credit") != 0) continue;
        if (first == NULL) first = argument;
        last = argument;
    }
    assert(first != NULL && last != NULL);
    const size_t offset = (size_t)(strrchr(first->value, '=') + 1 - first->value);
    (void)wb_cli_refuse_part(cli, first->option->name, 0, offset,
                             last->column_end - first->column - offset, err);
    err->message[0] = '\0'; /* it stands in the list */
    return err->code;
}

static wb_code post_one(wb_cli *cli, wb_tx_group *group, wb_error *err)
{
    wb_code code = wb_entry_check(&group->entry, err);
    if (code == WB_E_UNBALANCED || code == WB_E_POSTINGS) return refuse_amounts(cli, err);
    bool done = false;
    if (code == WB_OK) code = wb_tx_submit(cli, group, 1, &done, err);
    if (code == WB_OK && done) return print_posted(cli, group, 1, err);
    if (code == WB_OK) code = wb_cli_begin(cli, err);
    if (code != WB_OK) return code;
    code = wb_ledger_post(cli->ledger, &group->entry, &group->number, &group->already, err);
    if (code != WB_OK) {
        wb_ledger_abort(cli->ledger);
        return code;
    }
    code = wb_cli_commit(cli, err);
    return code == WB_OK ? print_posted(cli, group, 1, err) : code;
}

static wb_code post_options(wb_cli *cli, wb_error *err)
{
    const size_t count = wb_cli_count(cli, "debit") + wb_cli_count(cli, "credit");
    if (wb_cli_text(cli, "date") == NULL || count == 0) {
        (void)wb_fail(err, WB_E_USAGE, "give a FILE, or --date with --debit and --credit");
        wb_error_hint(err, "see 'waarborg tx post --help'");
        return err->code;
    }
    typed_posting *typed = wb_cli_must(calloc(count, sizeof *typed));
    wb_posting *postings = wb_cli_must(calloc(count, sizeof *postings));
    for (size_t i = 0; i < count; i++) {
        wb_money_init(&postings[i].amount);
        typed[i].posting = &postings[i];
    }
    const char *memo = wb_cli_text(cli, "memo");
    const char *reference = wb_cli_text(cli, "ref");
    wb_tx_group group = {.entry = {.event = "memorial",
                                   .source = reference == NULL ? NULL : "cli",
                                   .reference = reference,
                                   .memo = memo == NULL ? "" : memo,
                                   .maker = cli->maker,
                                   .postings = postings,
                                   .posting_count = count}};
    const bool dated = wb_cli_date(cli, "date", &group.entry.date);
    wb_code code = read_postings(cli, typed, err);
    if (code == WB_OK && dated) code = post_one(cli, &group, err);
    for (size_t i = 0; i < count; i++)
        wb_money_clear(&postings[i].amount);
    free(postings);
    free(typed);
    return code;
}

static wb_code run_post(wb_cli *cli, wb_error *err)
{
    if (wb_cli_text(cli, "FILE") == NULL) return post_options(cli, err);
    static const char *const lone[] = {"date", "debit", "credit", "memo", "ref"};
    for (size_t i = 0; i < sizeof lone / sizeof lone[0]; i++) {
        if (wb_cli_count(cli, lone[i]) == 0) continue;
        (void)wb_fail(err, WB_E_USAGE, "--%s cannot be used with a FILE", lone[i]);
        const wb_code code = wb_cli_refuse(cli, lone[i], 0, err);
        err->message[0] = '\0';
        return code;
    }
    return post_file(cli, err);
}

/* ---- show, reverse ---- */

/* The record that ENTRY names; the message says when it is no entry. */
static wb_code find_entry(wb_cli *cli, wb_record *record, wb_error *err)
{
    uint64_t number = 0;
    if (!wb_cli_number(cli, "ENTRY", INT64_MAX, &number)) return WB_E_NUMBER;
    wb_code code = wb_ledger_record(cli->ledger, number, record, err);
    if (code == WB_OK && record->kind != WB_RECORD_ENTRY) {
        code = wb_fail(err, WB_E_NOT_FOUND, "record %llu is no entry but the document of %s '%s'",
                       (unsigned long long)number, wb_record_kind_name(record->kind),
                       record->document.id);
        wb_error_hint(err, "see 'waarborg tx list' for the entries");
    }
    if (code != WB_E_NOT_FOUND) return code;
    (void)wb_cli_refuse(cli, "ENTRY", 0, err);
    err->message[0] = '\0';
    return code;
}

static wb_code run_show(wb_cli *cli, wb_error *err)
{
    wb_record record;
    wb_proposal proposal;
    wb_account_list accounts = {.items = NULL};
    wb_record_init(&record);
    wb_proposal_init(&proposal);
    wb_code code = find_entry(cli, &record, err);
    if (code == WB_OK) code = wb_account_list_read(&accounts, cli->ledger, err);
    if (code == WB_OK && record.proposal != 0) {
        code = wb_proposal_find(&proposal, cli->ledger, record.proposal, err);
    }
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("tx");
        wb_json_set(document, "entry", wb_record_json(&record));
        if (record.proposal != 0) wb_json_set(document, "approved_by", wb_approvers(&proposal));
        wb_json_print(document);
    } else if (code == WB_OK) {
        wb_record_print(&record, &accounts, record.proposal == 0 ? NULL : &proposal, stdout);
    }
    wb_proposal_clear(&proposal);
    wb_account_list_clear(&accounts);
    wb_record_clear(&record);
    return code;
}

static wb_code reverse(wb_cli *cli, uint64_t number, wb_date date, uint64_t *reversal,
                       wb_error *err)
{
    wb_code code = wb_cli_begin(cli, err);
    if (code != WB_OK) return code;
    code = wb_ledger_reverse(cli->ledger, number, date, wb_cli_text(cli, "reason"), cli->maker,
                             reversal, err);
    if (code == WB_OK) return wb_cli_commit(cli, err);
    wb_ledger_abort(cli->ledger);
    return code;
}

static wb_code run_reverse(wb_cli *cli, wb_error *err)
{
    wb_record record;
    uint64_t reversal = 0;
    wb_record_init(&record);
    wb_code code = find_entry(cli, &record, err);
    wb_date date = record.entry.date;
    if (code == WB_OK && !wb_cli_date(cli, "date", &date)) code = WB_E_DATE;
    if (code == WB_OK) code = reverse(cli, record.number, date, &reversal, err);
    if (code == WB_E_CLOSED) {
        (void)snprintf(
            err->hint, sizeof err->hint,
            "the entry stays as it is: date its reversal in an open period, --date DATE");
    }
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("tx-reverse");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "entry", wb_json_number(record.number));
        wb_json_set(document, "reversal", wb_cli_entry_json(cli, reversal, false));
        wb_json_print(document);
    } else if (code == WB_OK) {
        char by[48] = "";
        if (!cli->proposing) {
            (void)snprintf(by, sizeof by, " by entry %llu", (unsigned long long)reversal);
        }
        wb_cli_say(cli, "entry %llu %sreversed%s", (unsigned long long)record.number,
                   wb_cli_would(cli), by);
    }
    wb_record_clear(&record);
    return code;
}

/* ---- tables ---- */

static const wb_option post_operands[] = {
    {"FILE", NULL, "a CSV file with ref,date,memo,account,party,amount, or - for standard input",
     0},
    {.name = NULL},
};
static const wb_option post_option_table[] = {
    {"date", "DATE", "effective date of the entry, such as 2026-03-10", 0},
    {"debit", "CODE[:PARTY]=AMOUNT", "debit an account", WB_REPEATABLE},
    {"credit", "CODE[:PARTY]=AMOUNT", "credit an account", WB_REPEATABLE},
    {"memo", "TEXT", "what it is for", 0},
    {"ref", "REF", "external reference: the same again is posted once", 0},
    {.name = NULL},
};
static const wb_option list_options[] = {
    {"from", "DATE", "entries dated on or after it", 0},
    {"to", "DATE", "entries dated on or before it", 0},
    {"account", "CODE", "entries that touch this account", 0},
    {"party", "ID", "entries that touch this party", 0},
    {"limit", "N", "at most this many entries", 0},
    {.name = NULL},
};
static const wb_option entry_operands[] = {
    {"ENTRY", NULL, "the number of the entry", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option reverse_options[] = {
    {"reason", "TEXT", "why it is reversed", WB_REQUIRED},
    {"date", "DATE", "its effective date, in an open period (default: that of the entry)", 0},
    {.name = NULL},
};

const wb_command wb_commands_tx[] = {
    {.noun = "tx",
     .verb = "post",
     .summary = "post entries from a CSV file, or one entry from options",
     .description =
         "In the file each row is a posting and consecutive rows with one ref are one entry;\n"
         "debits are positive, credits negative, and the rows of an entry add up to 0.00.\n"
         "Every wrong cell of the file is reported in one run, and then nothing is written.\n"
         "A file that was posted before posts nothing again.",
     .example = "waarborg tx post memoriaal.csv --dry-run\n"
                "waarborg tx post --date 2026-03-10 --debit 4120=12.50 --credit 1000=12.50 "
                "--memo \"bank charges\"",
     .options = post_option_table,
     .operands = post_operands,
     .need = WB_NEED_WRITER,
     .run = run_post},
    {.noun = "tx",
     .verb = "list",
     .summary = "list entries, in the order in which they were recorded",
     .example = "waarborg tx list --from 2026-01-01 --account 1000",
     .options = list_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = wb_tx_list},
    {.noun = "tx",
     .verb = "show",
     .summary = "show one entry with its postings",
     .example = "waarborg tx show 52",
     .operands = entry_operands,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_show},
    {.noun = "tx",
     .verb = "reverse",
     .summary = "correct an entry: post its mirror image",
     .description = "Nothing is ever changed or deleted: the entry and its reversal both stay.\n"
                    "An entry can be reversed once, and a reversal cannot be reversed.",
     .example = "waarborg tx reverse 52 --reason \"wrong account\"",
     .options = reverse_options,
     .operands = entry_operands,
     .need = WB_NEED_WRITER,
     .run = run_reverse},
    {.noun = NULL},
};
