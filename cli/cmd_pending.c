/* cmd_pending.c - waarborg pending: what waits for a second pair of eyes, and the verdicts on it.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/record.h"
#include "cli/write.h"
#include "waarborg/control.h"

/* ---- what is on the command line ---- */

/* The n-th ID: P-12 or 12. */
static bool read_id(wb_cli *cli, size_t n, uint64_t *number)
{
    const char *text = wb_cli_nth(cli, "ID", n);
    const char *digits = strncmp(text, "P-", 2) == 0 ? text + 2 : text;
    wb_error err;
    if (wb_number_parse(number, digits, strlen(digits), INT64_MAX, &err) == WB_OK) return true;
    (void)wb_fail(&err, WB_E_NUMBER, "'%.60s' is not a proposal", text);
    wb_error_hint(&err, "they look like P-12: waarborg pending list");
    (void)wb_cli_refuse(cli, "ID", n, &err);
    return false;
}

/* ---- showing ---- */

/* What the drafts are about: the first, and how many more. */
typedef struct gist {
    char text[96];
    size_t count;
} gist;

static bool see_draft(const wb_record *record, void *context)
{
    gist *at = context;
    if (at->count++ > 0) return true;
    if (record->kind == WB_RECORD_ENTRY) {
        const wb_entry *entry = &record->entry;
        const char *subject = entry->subject == NULL ? "" : entry->subject;
        (void)snprintf(at->text, sizeof at->text, "%s%s%s", entry->event,
                       subject[0] == '\0' ? "" : " ", subject);
    } else {
        (void)snprintf(at->text, sizeof at->text, "%s %s", wb_record_kind_name(record->kind),
                       record->document.id);
    }
    return true;
}

static wb_code read_gist(gist *at, wb_ledger *ledger, uint64_t number, wb_error *err)
{
    *at = (gist){.count = 0};
    const wb_code code = wb_proposal_drafts(ledger, number, see_draft, at, err);
    const size_t used = strlen(at->text);
    if (at->count > 1) {
        (void)snprintf(at->text + used, sizeof at->text - used, " and %zu more", at->count - 1);
    }
    return code;
}

static unsigned count_approvals(const wb_proposal *proposal)
{
    unsigned count = 0;
    for (size_t i = 0; i < proposal->voice_count; i++) {
        const wb_voice *voice = &proposal->voices[i];
        count += voice->verdict == WB_VERDICT_APPROVE && voice->counts ? 1U : 0U;
    }
    return count;
}

static json_t *voice_json(const wb_voice *voice)
{
    char time[28];
    json_t *object = wb_json_object();
    wb_json_set(object, "number", wb_json_number(voice->number));
    wb_json_set(object, "verdict", wb_json_text(wb_verdict_name(voice->verdict)));
    wb_json_set(object, "by", voice->by[0] == '\0' ? json_null() : wb_json_text(voice->by));
    wb_json_set(object, "recorded", wb_json_text(wb_time_text(time, voice->recorded_us)));
    wb_json_set(object, "reason",
                voice->reason[0] == '\0' ? json_null() : wb_json_text(voice->reason));
    wb_json_set(object, "counts", json_boolean(voice->counts));
    return object;
}

static json_t *proposal_json(const wb_proposal *proposal)
{
    char time[28];
    json_t *object = wb_json_object();
    json_t *voices = wb_json_array();
    for (size_t i = 0; i < proposal->voice_count; i++)
        wb_json_append(voices, voice_json(&proposal->voices[i]));
    wb_json_set(object, "number", wb_json_number(proposal->number));
    wb_json_set(object, "state", wb_json_text(wb_proposal_state_name(proposal->state)));
    wb_json_set(object, "maker", wb_json_text(proposal->maker));
    wb_json_set(object, "recorded", wb_json_text(wb_time_text(time, proposal->recorded_us)));
    wb_json_set(object, "expires", wb_json_date(proposal->expires));
    wb_json_set(object, "computed", json_boolean(proposal->computed));
    wb_json_set(object, "reason",
                proposal->reason[0] == '\0' ? json_null() : wb_json_text(proposal->reason));
    wb_json_set(object, "records", wb_json_number(proposal->drafts));
    wb_json_set(object, "debit", wb_json_money(&proposal->debit));
    wb_json_set(object, "approvals", wb_json_number(count_approvals(proposal)));
    wb_json_set(object, "needed", wb_json_number(proposal->needed));
    wb_json_set(object, "verdicts", voices);
    if (proposal->state == WB_PROPOSAL_POSTED) {
        wb_json_set(object, "first", wb_json_number(proposal->first));
    }
    wb_json_set(object, "hash", wb_json_hash(proposal->hash));
    return object;
}

/* ---- list ---- */

static const char *id_text(char text[24], uint64_t number)
{
    (void)snprintf(text, 24, "P-%llu", (unsigned long long)number);
    return text;
}

static wb_code add_row(wb_table *table, wb_ledger *ledger, const wb_proposal *proposal,
                       wb_error *err)
{
    char text[48];
    gist about;
    const wb_code code = read_gist(&about, ledger, proposal->number, err);
    if (code != WB_OK) return code;
    wb_table_add(table, id_text(text, proposal->number));
    wb_table_add(table, proposal->maker);
    wb_table_add(table, about.text);
    wb_table_add_money(table, &proposal->debit);
    (void)snprintf(text, sizeof text, "%u of %u", count_approvals(proposal), proposal->needed);
    wb_table_add(table, text);
    wb_table_add_date(table, proposal->expires);
    return WB_OK;
}

static wb_code run_list(wb_cli *cli, wb_error *err)
{
    static const wb_column columns[] = {{"id", false},   {"maker", false},     {"what", false},
                                        {"debit", true}, {"approvals", false}, {"until", false}};
    wb_proposal_list list = {NULL, 0};
    wb_table table;
    wb_code code = wb_proposal_list_read(&list, cli->ledger, err);
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("pending-list");
        json_t *items = wb_json_array();
        for (size_t i = 0; i < list.count; i++)
            wb_json_append(items, proposal_json(&list.items[i]));
        wb_json_set(document, "proposals", items);
        wb_json_print(document);
    } else if (code == WB_OK && list.count == 0) {
        wb_cli_say(cli, "Nothing waits.");
    } else {
        for (size_t i = 0; i < list.count && code == WB_OK; i++)
            code = add_row(&table, cli->ledger, &list.items[i], err);
        if (code == WB_OK) wb_table_print(&table, stdout);
    }
    wb_table_clear(&table);
    wb_proposal_list_clear(&list);
    return code;
}

/* ---- show ---- */

typedef struct shown {
    const wb_account_list *accounts;
    json_t *items; /* with --json */
    size_t count;
} shown;

static bool show_draft(const wb_record *record, void *context)
{
    shown *at = context;
    at->count++;
    if (at->items != NULL) {
        json_t *item = wb_record_json(record);
        /* what it gets when it is posted */
        (void)json_object_del(item, "number");
        (void)json_object_del(item, "recorded");
        (void)json_object_del(item, "hash");
        wb_json_append(at->items, item);
        return true;
    }
    (void)printf("\n%zu.\n", at->count);
    if (record->kind == WB_RECORD_ENTRY) {
        wb_record_print_draft(record, at->accounts, stdout);
    } else {
        char date[WB_DATE_TEXT_MAX];
        wb_print_line(stdout, wb_record_kind_name(record->kind), record->document.id);
        wb_print_line(stdout, "date", wb_date_text(date, record->document.date));
        wb_print_line(stdout, "body", record->document.body);
    }
    return true;
}

static void print_proposal(const wb_proposal *proposal)
{
    char text[WB_MONEY_TEXT_MAX];
    char date[WB_DATE_TEXT_MAX];
    char time[28];
    char hash[2 * WB_LEDGER_HASH_SIZE + 1];
    (void)printf("proposal    P-%llu, %s\n", (unsigned long long)proposal->number,
                 wb_proposal_state_name(proposal->state));
    (void)printf("maker       %s\n", proposal->maker);
    (void)printf("recorded    %s\n", wb_time_text(time, proposal->recorded_us));
    (void)printf("until       %s\n", wb_date_text(date, proposal->expires));
    wb_print_line(stdout, "reason", proposal->reason);
    (void)printf("records     %zu, EUR %s\n", proposal->drafts,
                 wb_money_text(text, &proposal->debit, WB_MONEY_PLAIN));
    (void)printf("approvals   %u of %u\n", count_approvals(proposal), proposal->needed);
    for (size_t i = 0; i < proposal->voice_count; i++) {
        const wb_voice *voice = &proposal->voices[i];
        char reason[sizeof voice->reason];
        (void)snprintf(reason, sizeof reason, "%s", voice->reason);
        (void)printf("            %s%s%s%s%s, record %llu%s\n", wb_verdict_name(voice->verdict),
                     voice->by[0] == '\0' ? "" : " by ", voice->by, reason[0] == '\0' ? "" : ": ",
                     wb_text_tame(reason), (unsigned long long)voice->number,
                     voice->verdict == WB_VERDICT_APPROVE && !voice->counts
                         ? " (counts no more: the user or key is gone)"
                         : "");
    }
    if (proposal->state == WB_PROPOSAL_POSTED) {
        (void)printf("posted      from record %llu\n", (unsigned long long)proposal->first);
    }
    (void)printf("hash        %s\n", wb_hash_text(hash, proposal->hash));
}

static wb_code run_show(wb_cli *cli, wb_error *err)
{
    uint64_t number = 0;
    wb_proposal proposal;
    wb_account_list accounts = {.items = NULL};
    if (!read_id(cli, 0, &number)) return wb_diagnostics_code(&cli->list);
    wb_proposal_init(&proposal);
    wb_code code = wb_proposal_find(&proposal, cli->ledger, number, err);
    if (code == WB_OK) code = wb_account_list_read(&accounts, cli->ledger, err);
    if (code == WB_OK) {
        shown at = {.accounts = &accounts, .items = cli->json ? wb_json_array() : NULL};
        if (!cli->json) print_proposal(&proposal);
        code = wb_proposal_drafts(cli->ledger, number, show_draft, &at, err);
        if (cli->json) {
            json_t *document = wb_json_document("pending");
            wb_json_set(document, "proposal", proposal_json(&proposal));
            wb_json_set(document, "records", at.items);
            wb_json_print(document);
        }
    }
    wb_account_list_clear(&accounts);
    wb_proposal_clear(&proposal);
    return code;
}

/* ---- verdicts ---- */

typedef struct verdicts {
    wb_verdict verdict;
    const char *reason;
    uint64_t *numbers;
    wb_decided *decided; /* one for each */
    size_t count;
} verdicts;

static wb_code decide_all(wb_cli *cli, verdicts *at, wb_error *err)
{
    wb_code code = wb_ledger_begin(cli->ledger, wb_cli_waiting, cli, err);
    if (code != WB_OK) return code;
    for (size_t i = 0; i < at->count && code == WB_OK; i++) {
        code = wb_ledger_decide(cli->ledger, at->numbers[i], at->verdict, cli->signer, at->reason,
                                &at->decided[i], err);
        if (code != WB_OK && wb_cli_count(cli, "ID") > i) {
            (void)wb_cli_refuse(cli, "ID", i, err);
            err->message[0] = '\0'; /* it stands in the list now, with its place */
        }
    }
    if (code == WB_OK && !cli->dry_run) return wb_ledger_commit(cli->ledger, err);
    wb_ledger_abort(cli->ledger);
    return code;
}

static void print_decided(const wb_cli *cli, const verdicts *at, size_t i)
{
    static const char *const done[] = {[WB_VERDICT_APPROVE] = "approved",
                                       [WB_VERDICT_REJECT] = "rejected",
                                       [WB_VERDICT_WITHDRAW] = "withdrawn",
                                       [WB_VERDICT_EXPIRE] = "expired"};
    const wb_decided *decided = &at->decided[i];
    const char *would = cli->dry_run ? "would be " : "";
    char id[24];
    char posted[96] = "";
    id_text(id, at->numbers[i]);
    if (at->verdict == WB_VERDICT_EXPIRE) {
        wb_cli_say(cli, "%s %sexpired.", id, would);
        return;
    }
    if (at->verdict == WB_VERDICT_APPROVE && !decided->posted) {
        (void)snprintf(posted, sizeof posted, ", %u of %u", decided->approvals, decided->needed);
    } else if (decided->posted && decided->count == 1) {
        (void)snprintf(posted, sizeof posted, "; posted as record %llu",
                       (unsigned long long)decided->first);
    } else if (decided->posted) {
        (void)snprintf(posted, sizeof posted, "; posted as records %llu to %llu",
                       (unsigned long long)decided->first,
                       (unsigned long long)(decided->first + decided->count - 1));
    }
    wb_cli_say(cli, "%s %s%s by %s%s.", id, would, done[at->verdict], cli->maker, posted);
}

static wb_code print_verdicts(const wb_cli *cli, const verdicts *at, wb_error *err)
{
    wb_ledger_head head;
    char hash[10];
    bool posted = false;
    const wb_code code = wb_ledger_head_read(cli->ledger, &head, err);
    if (code != WB_OK) return code;
    if (cli->json) {
        json_t *document = wb_json_document("pending-verdicts");
        json_t *items = wb_json_array();
        for (size_t i = 0; i < at->count; i++) {
            const wb_decided *decided = &at->decided[i];
            json_t *item = wb_json_object();
            wb_json_set(item, "proposal", wb_json_number(at->numbers[i]));
            wb_json_set(item, "number", wb_json_number(decided->number));
            wb_json_set(item, "approvals", wb_json_number(decided->approvals));
            wb_json_set(item, "needed", wb_json_number(decided->needed));
            wb_json_set(item, "first",
                        decided->posted ? wb_json_number(decided->first) : json_null());
            wb_json_set(item, "posted", wb_json_number(decided->posted ? decided->count : 0));
            wb_json_append(items, item);
        }
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "verdict", wb_json_text(wb_verdict_name(at->verdict)));
        wb_json_set(document, "verdicts", items);
        wb_json_set(document, "head", wb_head_json(&head));
        wb_json_print(document);
        return WB_OK;
    }
    for (size_t i = 0; i < at->count; i++) {
        print_decided(cli, at, i);
        posted = posted || at->decided[i].posted;
    }
    if (posted && !cli->dry_run) {
        wb_cli_say(cli, "Head %s (%llu records)", wb_hash_short(hash, head.hash),
                   (unsigned long long)head.count);
    }
    return WB_OK;
}

/* The verdict on every ID, signed by --as: all of them are recorded, or none. */
static wb_code run_signed(wb_cli *cli, wb_verdict verdict, wb_error *err)
{
    const char *reason = wb_cli_text(cli, "reason");
    verdicts at = {.verdict = verdict,
                   .reason = reason == NULL ? "" : reason,
                   .count = wb_cli_count(cli, "ID")};
    at.numbers = wb_cli_must(calloc(at.count, sizeof *at.numbers));
    at.decided = wb_cli_must(calloc(at.count, sizeof *at.decided));
    cli->closing = "nothing was decided";
    bool good = true;
    for (size_t i = 0; i < at.count; i++)
        good = read_id(cli, i, &at.numbers[i]) && good;
    wb_code code = good ? wb_cli_signer(cli, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK) code = decide_all(cli, &at, err);
    if (code == WB_OK) code = print_verdicts(cli, &at, err);
    free(at.numbers);
    free(at.decided);
    return code;
}

static wb_code run_approve(wb_cli *cli, wb_error *err)
{
    return run_signed(cli, WB_VERDICT_APPROVE, err);
}

static wb_code run_reject(wb_cli *cli, wb_error *err)
{
    return run_signed(cli, WB_VERDICT_REJECT, err);
}

static wb_code run_withdraw(wb_cli *cli, wb_error *err)
{
    return run_signed(cli, WB_VERDICT_WITHDRAW, err);
}

/* Every open proposal whose last day has passed. */
static wb_code run_expire(wb_cli *cli, wb_error *err)
{
    wb_proposal_list list = {NULL, 0};
    wb_code code = wb_proposal_list_read(&list, cli->ledger, err);
    if (code != WB_OK) return code;
    verdicts at = {.verdict = WB_VERDICT_EXPIRE, .reason = ""};
    at.numbers = wb_cli_must(calloc(list.count + 1, sizeof *at.numbers));
    at.decided = wb_cli_must(calloc(list.count + 1, sizeof *at.decided));
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].expires.days >= wb_cli_today().days) continue;
        at.numbers[at.count++] = list.items[i].number;
    }
    if (at.count > 0) code = decide_all(cli, &at, err);
    if (code == WB_OK && at.count == 0) wb_cli_say(cli, "Nothing has passed its last day.");
    if (code == WB_OK && (at.count > 0 || cli->json)) code = print_verdicts(cli, &at, err);
    free(at.numbers);
    free(at.decided);
    wb_proposal_list_clear(&list);
    return code;
}

/* ---- tables ---- */

static const wb_option reason_options[] = {
    {"reason", "TEXT", "why", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};
static const wb_option one_operand[] = {
    {"ID", NULL, "a proposal, such as P-12", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};
static const wb_option many_operands[] = {
    {"ID", NULL, "proposals, such as P-12: all of them, or none", WB_REQUIRED | WB_REPEATABLE},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_pending[] = {
    {.noun = "pending",
     .verb = "list",
     .summary = "list what waits for a second pair of eyes",
     .example = "waarborg pending list",
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_list},
    {.noun = "pending",
     .verb = "show",
     .summary = "show a proposal, what it would post, and the verdicts on it",
     .example = "waarborg pending show P-12",
     .operands = one_operand,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_show},
    {.noun = "pending",
     .verb = "approve",
     .summary = "approve proposals of others; the last approval that is needed posts them",
     .example = "waarborg pending approve P-12 P-13 --as bram",
     .operands = many_operands,
     .need = WB_NEED_WRITER,
     .run = run_approve},
    {.noun = "pending",
     .verb = "reject",
     .summary = "reject a proposal of another",
     .example = "waarborg pending reject P-12 --reason 'verkeerde gemeente' --as bram",
     .options = reason_options,
     .operands = one_operand,
     .need = WB_NEED_WRITER,
     .run = run_reject},
    {.noun = "pending",
     .verb = "withdraw",
     .summary = "take back a proposal of your own",
     .example = "waarborg pending withdraw P-12 --reason 'dubbel ingevoerd'",
     .options = reason_options,
     .operands = one_operand,
     .need = WB_NEED_WRITER,
     .run = run_withdraw},
    {.noun = "pending",
     .verb = "expire",
     .summary = "record that proposals whose last day has passed are over",
     .example = "waarborg pending expire",
     .need = WB_NEED_WRITER,
     .run = run_expire},
    {.noun = NULL},
};
