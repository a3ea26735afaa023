/* cmd_period.c - waarborg period: close months and years, and open them again. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/fund.h"

static bool read_period(wb_cli *cli, wb_period *period)
{
    const char *text = wb_cli_text(cli, "PERIOD");
    wb_error err;
    if (wb_period_parse(period, text, strlen(text), &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, "PERIOD", 0, &err);
    return false;
}

/* ---- close ---- */

typedef struct closing_job {
    wb_period_closing closing;
    wb_bank_balance *banks;
    size_t count;
} closing_job;

/* "CODE=AMOUNT" */
static bool read_bank(wb_cli *cli, size_t n, wb_bank_balance *bank)
{
    const char *value = wb_cli_nth(cli, "bank", n);
    const char *equals = strchr(value, '=');
    wb_error err;
    if (equals == NULL || !wb_id_valid(value, (size_t)(equals - value))) {
        (void)wb_fail(&err, WB_E_SYNTAX, "'%.60s' is not CODE=AMOUNT", value);
        wb_error_hint(&err, "such as --bank 1000=39010000.00");
        (void)wb_cli_refuse(cli, "bank", n, &err);
        return false;
    }
    const size_t size = (size_t)(equals - value);
    const char *amount = equals + 1;
    memcpy(bank->account, value, size);
    bank->account[size] = '\0';
    if (wb_money_parse(&bank->amount, amount, strlen(amount), WB_MONEY_PLAIN, &err) == WB_OK) {
        return true;
    }
    (void)wb_cli_refuse_part(cli, "bank", n, size + 1, strlen(amount), &err);
    return false;
}

static bool read_banks(wb_cli *cli, closing_job *job)
{
    const size_t count = wb_cli_count(cli, "bank");
    bool good = true;
    job->banks = wb_cli_must(calloc(count == 0 ? 1 : count, sizeof *job->banks));
    for (size_t i = 0; i < count; i++) {
        wb_money_init(&job->banks[i].amount);
        job->count++;
        good = read_bank(cli, i, &job->banks[i]) && good;
    }
    job->closing.banks = job->banks;
    job->closing.bank_count = count;
    return good;
}

static wb_code close_it(wb_cli *cli, void *context, wb_error *err)
{
    closing_job *job = context;
    return wb_period_close(cli->ledger, &job->closing, err);
}

static void print_checks(const wb_cli *cli, const wb_checklist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const wb_check *check = &list->items[i];
        wb_cli_say(cli, "%-4s  %-13s  %s", check->passed ? "ok" : "FAIL", check->name,
                   check->found);
    }
}

static void print_closed_json(const wb_cli *cli, const wb_period_closing *closing)
{
    char id[8];
    json_t *document = wb_json_document("period-close");
    json_t *checks = wb_json_array();
    for (size_t i = 0; i < closing->checks.count; i++) {
        const wb_check *check = &closing->checks.items[i];
        json_t *object = wb_json_object();
        wb_json_set(object, "name", wb_json_text(check->name));
        wb_json_set(object, "passed", json_boolean(check->passed));
        wb_json_set(object, "found", wb_json_text(check->found));
        wb_json_append(checks, object);
    }
    wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
    wb_json_set(document, "period", wb_json_text(wb_period_text(id, closing->period)));
    wb_json_set(document, "checks", checks);
    wb_json_set(document, "result",
                closing->appropriation == 0 ? json_null() : wb_json_money(&closing->result));
    wb_json_print(document);
}

static void print_closed(const wb_cli *cli, const wb_period_closing *closing)
{
    char id[8];
    char amount[WB_MONEY_TEXT_MAX];
    if (cli->json) {
        print_closed_json(cli, closing);
        return;
    }
    (void)wb_period_text(id, closing->period);
    print_checks(cli, &closing->checks);
    if (closing->appropriation != 0) {
        wb_cli_say(cli, "Result of %s, EUR %s, %sappropriated to %s.", id,
                   wb_money_text(amount, &closing->result, WB_MONEY_PLAIN), wb_cli_would(cli),
                   closing->to == NULL ? "0240" : closing->to);
    }
    wb_cli_say(cli, "Period %s %sclosed.", id, wb_cli_would(cli));
}

static wb_code run_close(wb_cli *cli, wb_error *err)
{
    closing_job job = {.count = 0};
    wb_period_closing_init(&job.closing);
    job.closing.maker = cli->maker;
    job.closing.to = wb_cli_text(cli, "result-to");
    bool good = read_period(cli, &job.closing.period);
    good = read_banks(cli, &job) && good;
    if (good && job.closing.to != NULL && job.closing.period.month != 0) {
        wb_error wrong;
        (void)wb_fail(&wrong, WB_E_USAGE, "only a year has a result to appropriate");
        (void)wb_cli_refuse(cli, "result-to", 0, &wrong);
        good = false;
    }
    const wb_code code =
        good ? wb_cli_write(cli, close_it, &job, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK) {
        print_closed(cli, &job.closing);
    } else {
        print_checks(cli, &job.closing.checks);
    }
    for (size_t i = 0; i < job.count; i++)
        wb_money_clear(&job.banks[i].amount);
    free(job.banks);
    wb_period_closing_clear(&job.closing);
    return code;
}

/* ---- reopen ---- */

static wb_code reopen_it(wb_cli *cli, void *context, wb_error *err)
{
    return wb_period_reopen(cli->ledger, context, err);
}

static wb_code run_reopen(wb_cli *cli, wb_error *err)
{
    wb_period_reopening reopening = {.reason = wb_cli_text(cli, "reason"), .maker = cli->maker};
    char id[8];
    if (!read_period(cli, &reopening.period)) return wb_diagnostics_code(&cli->list);
    const wb_code code = wb_cli_write(cli, reopen_it, &reopening, err);
    if (code != WB_OK) return code;
    (void)wb_period_text(id, reopening.period);
    if (cli->json) {
        json_t *document = wb_json_document("period-reopen");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "period", wb_json_text(id));
        wb_json_set(document, "reversed", wb_json_number(reopening.reversed));
        wb_json_print(document);
        return WB_OK;
    }
    wb_cli_say(cli, "Period %s %sopened again.", id, wb_cli_would(cli));
    if (reopening.reversed > 0) {
        wb_cli_say(cli,
                   "The appropriation of its result %sreversed; close it again when it is done.",
                   wb_cli_would(cli)[0] == '\0' ? "was " : wb_cli_would(cli));
    }
    return WB_OK;
}

/* ---- list ---- */

/* What the checklist found when it was closed. */
static json_t *checks_json(const wb_period_state *state)
{
    json_t *checks = state->checks == NULL ? NULL : json_loads(state->checks, 0, NULL);
    return checks == NULL ? json_null() : checks;
}

static void print_list_json(const wb_period_list *list)
{
    char id[8];
    json_t *document = wb_json_document("period-list");
    json_t *items = wb_json_array();
    for (size_t i = 0; i < list->count; i++) {
        const wb_period_state *state = &list->items[i];
        json_t *object = wb_json_object();
        wb_json_set(object, "period", wb_json_text(wb_period_text(id, state->period)));
        wb_json_set(object, "state", wb_json_text(state->closed ? "closed" : "open"));
        wb_json_set(object, "record", wb_json_number(state->since));
        wb_json_set(object, "reason",
                    state->reason[0] == '\0' ? json_null() : wb_json_text(state->reason));
        wb_json_set(object, "checks", checks_json(state));
        wb_json_append(items, object);
    }
    wb_json_set(document, "periods", items);
    wb_json_print(document);
}

static wb_code run_list(wb_cli *cli, wb_error *err)
{
    static const wb_column columns[] = {
        {"period", false}, {"state", false}, {"record", true}, {"reason", false}};
    wb_period_list list = {NULL, 0};
    const wb_code code = wb_period_list_read(&list, cli->ledger, err);
    if (code == WB_OK && cli->json) {
        print_list_json(&list);
    } else if (code == WB_OK) {
        char id[8];
        wb_table table;
        wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
        for (size_t i = 0; i < list.count; i++) {
            const wb_period_state *state = &list.items[i];
            wb_table_add(&table, wb_period_text(id, state->period));
            wb_table_add(&table, state->closed ? "closed" : "open again");
            wb_table_add_number(&table, state->since);
            wb_table_add(&table, state->reason);
        }
        wb_table_print(&table, stdout);
        wb_table_clear(&table);
    }
    wb_period_list_clear(&list);
    return code;
}

/* ---- tables ---- */

static const wb_option close_options[] = {
    {"bank", "CODE=AMOUNT", "what the bank's statement says on the last day", WB_REPEATABLE},
    {"result-to", "CODE", "a year: the equity that takes its result (default: 0240)", 0},
    {.name = NULL},
};
static const wb_option reopen_options[] = {
    {"reason", "TEXT", "why it is opened again", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option period_operands[] = {
    {"PERIOD", NULL, "a month such as 2026-03, or a year such as 2026", WB_REQUIRED},
    {.name = NULL},
};

const wb_command wb_commands_period[] = {
    {.noun = "period",
     .verb = "list",
     .summary = "list the periods that were ever closed",
     .example = "waarborg period list",
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_list},
    {.noun = "period",
     .verb = "close",
     .summary = "check a month or a year, and close it",
     .description =
         "Checked and kept with the period: the chain holds, no open proposal has an entry in it,\n"
         "every earlier period with entries is closed, debits equal credits, the accounts of\n"
         "money (1000, 1010, 1020, 1030) stand at what their statements say, and the suspense\n"
         "accounts at 0.00. A year is closed with its months; its result is appropriated on its\n"
         "last day, so that the next year starts at zero: leave December open until then.",
     .example = "waarborg period close 2026-03 --bank 1000=39010000.00\n"
                "waarborg period close 2026 --bank 1000=41210000.00 --dry-run",
     .options = close_options,
     .operands = period_operands,
     .need = WB_NEED_WRITER,
     .computed = true,
     .run = run_close},
    {.noun = "period",
     .verb = "reopen",
     .summary = "open a closed period again",
     .description = "Under four eyes it takes two checkers. Of a year the appropriation of its\n"
                    "result is reversed; its months that were closed by themselves stay closed.",
     .example = "waarborg period reopen 2026-03 --reason \"late invoice of the auditor\"",
     .options = reopen_options,
     .operands = period_operands,
     .need = WB_NEED_WRITER,
     .run = run_reopen},
    {.noun = NULL},
};
