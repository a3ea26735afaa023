/* cmd_fund.c - waarborg fund: make a fund, show how it stands. */
#include <string.h>

#include "cli/anchor.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/control.h"
#include "waarborg/fund.h"

#define FOUR_EYES_OFF "off (trial: one person, no signatures)"

/* ---- init ---- */

static wb_code run_init(wb_cli *cli, wb_error *err)
{
    uint64_t year = 0;
    size_t accounts = 0;
    const char *dir = wb_cli_text(cli, "DIR");
    const char *template = wb_cli_text(cli, "template");
    if (!wb_cli_number(cli, "year", WB_YEAR_MAX, &year)) return wb_diagnostics_code(&cli->list);
    const wb_fund_options options = {.name = wb_cli_text(cli, "name"),
                                     .template = template == NULL ? "nl-garantiefonds" : template,
                                     .year = (int32_t)year,
                                     .maker = cli->maker};
    wb_code code = WB_OK;
    if (cli->dry_run) {
        code = wb_fund_options_check(&options, err);
        (void)wb_chart(&accounts);
    } else {
        code = wb_fund_init(dir, &options, &accounts, err);
    }
    if (code != WB_OK) return code;
    if (cli->json) {
        json_t *document = wb_json_document("fund-init");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "dir", wb_json_text(dir));
        wb_json_set(document, "name", wb_json_text(options.name));
        wb_json_set(document, "currency", wb_json_text("EUR"));
        wb_json_set(document, "accounts", wb_json_number(accounts));
        wb_json_set(document, "year", wb_json_number(year));
        wb_json_set(document, "four_eyes", json_false());
        wb_json_print(document);
        return WB_OK;
    }
    wb_cli_say(cli, "Fund %screated in %s: EUR, %zu accounts, first year %d.", wb_cli_would(cli),
               dir, accounts, (int)options.year);
    wb_cli_say(cli, "Four eyes: " FOUR_EYES_OFF ".");
    wb_cli_say(cli, "Next:  waarborg -C %s party import FILE --kind municipality", dir);
    return WB_OK;
}

static const wb_option init_options[] = {
    {"name", "NAME", "the fund's name", WB_REQUIRED},
    {"year", "YEAR", "its first financial year", WB_REQUIRED},
    {"template", "NAME", "the chart of accounts (default: nl-garantiefonds)", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option init_operands[] = {
    {"DIR", NULL, "a new or empty directory", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- status ---- */

/* Whether a second pair of eyes is needed, and how many proposals wait for one; and what others
 * have of the books. */
typedef struct eyes {
    bool on;
    size_t waiting;
    char anchor[WB_ANCHOR_TEXT]; /* the newest, or "" */
    json_t *anchor_json;
} eyes;

static wb_code read_eyes(eyes *at, wb_cli *cli, wb_error *err)
{
    wb_ledger *ledger = cli->ledger;
    wb_proposal_list list = {NULL, 0};
    wb_code code = wb_four_eyes(ledger, &at->on, err);
    if (code == WB_OK && at->on) code = wb_proposal_list_read(&list, ledger, err);
    at->waiting = list.count;
    wb_proposal_list_clear(&list);
    if (code == WB_OK) {
        json_t **json = cli->json ? &at->anchor_json : NULL;
        code = wb_cli_anchor_latest(at->anchor, json, cli, err);
    }
    return code;
}

static json_t *status_json(const wb_fund_status *status, const eyes *four, const wb_date *at)
{
    char time[28];
    json_t *document = wb_json_document("fund-status");
    json_t *parties = wb_json_object();
    json_t *head = wb_json_object();
    for (int kind = 0; kind < WB_PARTY_KIND_COUNT; kind++) {
        wb_json_set(parties, wb_party_kind_name((wb_party_kind)kind),
                    wb_json_number(status->parties[kind]));
    }
    wb_json_set(head, "records", wb_json_number(status->head.count));
    wb_json_set(head, "entries", wb_json_number(status->head.entries));
    wb_json_set(head, "hash", wb_json_hash(status->head.hash));
    wb_json_set(head, "last_date",
                status->head.entries == 0 ? json_null() : wb_json_date(status->head.last_date));
    wb_json_set(head, "recorded", wb_json_text(wb_time_text(time, status->head.recorded_us)));
    wb_json_set(document, "at", at == NULL ? json_null() : wb_json_date(*at));
    wb_json_set(document, "name", wb_json_text(status->fund.name));
    wb_json_set(document, "template", wb_json_text(status->fund.template));
    wb_json_set(document, "year", wb_json_number((uint64_t)status->fund.year));
    wb_json_set(document, "currency", wb_json_text("EUR"));
    wb_json_set(document, "four_eyes", json_boolean(four->on));
    wb_json_set(document, "pending", wb_json_number(four->waiting));
    wb_json_set(document, "accounts", wb_json_number(status->accounts));
    wb_json_set(document, "parties", parties);
    wb_json_set(document, "decisions", wb_json_number(status->decisions));
    wb_json_set(document, "loans", wb_json_number(status->loans));
    wb_json_set(document, "open_loans", wb_json_number(status->open_loans));
    wb_json_set(document, "cash", wb_json_money(&status->cash));
    wb_json_set(document, "contributions_receivable", wb_json_money(&status->receivable));
    wb_json_set(document, "loans_outstanding", wb_json_money(&status->outstanding));
    wb_json_set(document, "backstop_debt", wb_json_money(&status->backstop));
    wb_json_set(document, "head", head);
    wb_json_set(document, "anchor", four->anchor_json);
    return document;
}

static void print_status(const wb_fund_status *status, const eyes *four, const wb_date *at)
{
    char text[WB_MONEY_TEXT_MAX];
    char hash[10];
    char date[WB_DATE_TEXT_MAX];
    const size_t *parties = status->parties;
    char name[WB_NAME_MAX + 1];
    (void)snprintf(name, sizeof name, "%s", status->fund.name);
    (void)printf("%s, from %d%s%s\n", wb_text_tame(name), (int)status->fund.year,
                 at == NULL ? "" : ", at ", at == NULL ? "" : wb_date_text(date, *at));
    if (four->on) {
        (void)printf("Four eyes: on; %zu %s\n", four->waiting,
                     four->waiting == 1 ? "proposal waits" : "proposals wait");
    } else {
        (void)printf("Four eyes: " FOUR_EYES_OFF "\n");
    }
    (void)printf("Parties: %zu municipalities, %zu providers, %zu state, %zu financiers\n",
                 parties[WB_PARTY_MUNICIPALITY], parties[WB_PARTY_PROVIDER],
                 parties[WB_PARTY_STATE], parties[WB_PARTY_FINANCIER]);
    (void)printf("Contribution decisions: %zu, still to receive EUR %s\n", status->decisions,
                 wb_money_text(text, &status->receivable, WB_MONEY_PLAIN));
    (void)printf("Loans: %zu, of which %zu open, outstanding EUR %s\n", status->loans,
                 status->open_loans, wb_money_text(text, &status->outstanding, WB_MONEY_PLAIN));
    (void)printf("Cash, less what was promised: EUR %s\n",
                 wb_money_text(text, &status->cash, WB_MONEY_PLAIN));
    (void)printf("Debt to the state: EUR %s\n",
                 wb_money_text(text, &status->backstop, WB_MONEY_PLAIN));
    (void)printf("Head %s (%llu records, %llu entries%s%s)\n",
                 wb_hash_short(hash, status->head.hash), (unsigned long long)status->head.count,
                 (unsigned long long)status->head.entries,
                 status->head.entries == 0 ? "" : ", the last dated ",
                 status->head.entries == 0 ? "" : wb_date_text(date, status->head.last_date));
    if (four->anchor[0] != '\0') (void)printf("Anchor %s\n", four->anchor);
}

static wb_code run_status(wb_cli *cli, wb_error *err)
{
    wb_fund_status status;
    wb_date day = {0};
    if (!wb_cli_date(cli, "at", &day)) return wb_diagnostics_code(&cli->list);
    const wb_date *at = wb_cli_text(cli, "at") == NULL ? NULL : &day;
    wb_fund_status_init(&status);
    eyes four = {.on = false};
    wb_code code = wb_fund_status_read(&status, cli->ledger, at, err);
    if (code == WB_OK) code = read_eyes(&four, cli, err);
    if (code == WB_OK && cli->json) {
        wb_json_print(status_json(&status, &four, at));
    } else if (code == WB_OK) {
        print_status(&status, &four, at);
    }
    wb_fund_status_clear(&status);
    return code;
}

static const wb_option status_options[] = {
    {"at", "DATE", "amounts, decisions and loans up to that day (default: everything)", 0},
    {NULL, NULL, NULL, 0},
};

/* ---- four-eyes ---- */

static wb_code run_four_eyes(wb_cli *cli, wb_error *err)
{
    uint64_t number = 0;
    if (strcmp(wb_cli_text(cli, "on"), "on") != 0) {
        wb_error usage;
        (void)wb_fail(&usage, WB_E_USAGE, "four eyes can only be switched on, for ever");
        return wb_cli_refuse(cli, "on", 0, &usage);
    }
    cli->closing = "nothing was written";
    wb_code code = wb_cli_signer(cli, err); /* before the books are locked */
    if (code == WB_OK) code = wb_ledger_begin(cli->ledger, wb_cli_waiting, cli, err);
    if (code != WB_OK) return code;
    code = wb_four_eyes_on(cli->ledger, cli->signer, wb_cli_today(), &number, err);
    if (code == WB_OK && !cli->dry_run) {
        code = wb_ledger_commit(cli->ledger, err);
    } else {
        wb_ledger_abort(cli->ledger);
    }
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("fund-four-eyes");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "four_eyes", json_true());
        wb_json_set(document, "number", wb_json_number(number));
        wb_json_print(document);
    } else if (code == WB_OK) {
        wb_cli_say(cli, "Four eyes %s on, from record %llu and for ever, signed by %s.",
                   cli->dry_run ? "would be" : "are", (unsigned long long)number, cli->maker);
        wb_cli_say(cli, "Nothing is posted any more without a checker other than its maker.");
    }
    return code;
}

static const wb_option four_eyes_operands[] = {
    {"on", NULL, "the word on: there is no way back", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_fund[] = {
    {.noun = "fund",
     .verb = "init",
     .summary = "make a fund: an empty ledger with its chart of accounts",
     .description =
         "The chart has 45 accounts with their RGS codes. A ledger is never overwritten.",
     .example = "waarborg fund init jwf --name 'Waarborgfonds Jeugdzorg' --year 2026",
     .options = init_options,
     .operands = init_operands,
     .need = WB_NEED_GUARD,
     .writes = true,
     .run = run_init},
    {.noun = "fund",
     .verb = "status",
     .summary = "show how the fund stands",
     .example = "waarborg -C jwf fund status",
     .options = status_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_status},
    {.noun = "fund",
     .verb = "four-eyes",
     .summary = "from now on, post nothing without a checker other than its maker",
     .description =
         "Signed by an admin. The users must suffice: an admin and a maker, and beside each of\n"
         "them as many checkers as their changes need. There is no way back.",
     .example = "waarborg fund four-eyes on --as anna",
     .operands = four_eyes_operands,
     .need = WB_NEED_WRITER,
     .run = run_four_eyes},
    {.noun = NULL},
};
