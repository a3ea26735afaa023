/* cmd_report.c - waarborg report: the trial balance, the balance sheet, the income statement. */
#include <string.h>

#include "cli/anchor.h"
#include "cli/commands.h"
#include "cli/record.h"
#include "waarborg/statement.h"

/* What every statement needs besides its figures. */
typedef struct subject {
    wb_fund fund;
    wb_ledger_head head;
    wb_date date;
    const wb_date *at; /* NULL: all entries */
    char head_text[64];
    char anchor[WB_ANCHOR_TEXT];
    json_t *anchor_json; /* of the document that is made of it */
    wb_statement_heading heading;
} subject;

static wb_code read_subject(wb_cli *cli, subject *s, wb_error *err)
{
    memset(s, 0, sizeof *s);
    if (!wb_cli_date(cli, "at", &s->date)) return WB_E_DATE;
    if (wb_cli_count(cli, "at") > 0) s->at = &s->date;
    return wb_fund_read(&s->fund, cli->ledger, err);
}

/* After the figures: reading balances counts the entries of a view on the way. */
static wb_code read_head(wb_cli *cli, subject *s, wb_error *err)
{
    wb_code code = wb_ledger_head_read(cli->ledger, &s->head, err);
    if (code == WB_OK) {
        code = wb_cli_anchor_latest(s->anchor, cli->json ? &s->anchor_json : NULL, cli, err);
    }
    if (code != WB_OK) return code;
    char hash[10];
    (void)snprintf(s->head_text, sizeof s->head_text, "%s (%llu records)",
                   wb_hash_short(hash, s->head.hash), (unsigned long long)s->head.count);
    s->heading = (wb_statement_heading){.fund = s->fund.name, .at = s->at, .head = s->head_text};
    if (s->anchor[0] != '\0') s->heading.anchor = s->anchor;
    return WB_OK;
}

static json_t *statement_json(const char *name, const subject *s)
{
    json_t *document = wb_json_document(name);
    wb_json_set(document, "fund", wb_json_text(s->fund.name));
    wb_json_set(document, "at", s->at == NULL ? wb_json_text(NULL) : wb_json_date(*s->at));
    wb_json_set(document, "currency", wb_json_text("EUR"));
    wb_json_set(document, "head", wb_head_json(&s->head));
    wb_json_set(document, "anchor", s->anchor_json);
    return document;
}

static json_t *account_json(const wb_account *account)
{
    json_t *object = wb_json_object();
    wb_json_set(object, "account", wb_json_text(account->code));
    wb_json_set(object, "name", wb_json_text(account->name_nl));
    wb_json_set(object, "rgs", wb_json_text(account->rgs));
    wb_json_set(object, "section", wb_json_text(wb_section_name(account->section)));
    return object;
}

static void print_trial_json(const subject *s, const wb_trial_balance *trial)
{
    json_t *document = statement_json("trial-balance", s);
    json_t *rows = wb_json_array();
    for (size_t i = 0; i < trial->count; i++) {
        const wb_trial_row *row = &trial->rows[i];
        json_t *object = account_json(&row->account);
        wb_json_set(object, "debit", wb_json_money(&row->debit));
        wb_json_set(object, "credit", wb_json_money(&row->credit));
        wb_json_set(object, "balance", wb_json_money(&row->balance));
        wb_json_set(object, "postings", wb_json_number(row->postings));
        wb_json_append(rows, object);
    }
    wb_json_set(document, "rows", rows);
    wb_json_set(document, "debit", wb_json_money(&trial->debit));
    wb_json_set(document, "credit", wb_json_money(&trial->credit));
    wb_json_print(document);
}

static wb_code run_trial_balance(wb_cli *cli, wb_error *err)
{
    subject s;
    wb_trial_balance trial;
    wb_trial_balance_init(&trial);
    wb_code code = read_subject(cli, &s, err);
    if (code == WB_OK) code = wb_trial_balance_read(&trial, cli->ledger, s.at, err);
    if (code == WB_OK) code = read_head(cli, &s, err);
    if (code == WB_OK && cli->json) {
        print_trial_json(&s, &trial);
    } else if (code == WB_OK) {
        wb_statement_trial_balance(stdout, &s.heading, &trial);
    }
    wb_trial_balance_clear(&trial);
    return code;
}

static void print_sheet_json(const subject *s, const wb_balance_sheet *sheet)
{
    json_t *document = statement_json("balance-sheet", s);
    json_t *lines = wb_json_array();
    for (size_t i = 0; i < sheet->count; i++) {
        json_t *object = account_json(&sheet->lines[i].account);
        wb_json_set(object, "amount", wb_json_money(&sheet->lines[i].amount));
        wb_json_append(lines, object);
    }
    wb_json_set(document, "lines", lines);
    wb_json_set(document, "assets", wb_json_money(&sheet->assets));
    wb_json_set(document, "equity", wb_json_money(&sheet->equity));
    wb_json_set(document, "provisions", wb_json_money(&sheet->provisions));
    wb_json_set(document, "liabilities", wb_json_money(&sheet->liabilities));
    wb_json_set(document, "result", wb_json_money(&sheet->result));
    wb_json_print(document);
}

static wb_code run_balance_sheet(wb_cli *cli, wb_error *err)
{
    subject s;
    wb_balance_sheet sheet;
    wb_balance_sheet_init(&sheet);
    wb_code code = read_subject(cli, &s, err);
    if (code == WB_OK) code = wb_balance_sheet_read(&sheet, cli->ledger, s.at, err);
    if (code == WB_OK) code = read_head(cli, &s, err);
    if (code == WB_OK && cli->json) {
        print_sheet_json(&s, &sheet);
    } else if (code == WB_OK) {
        wb_statement_balance_sheet(stdout, &s.heading, &sheet);
    }
    wb_balance_sheet_clear(&sheet);
    return code;
}

static void print_income_json(const subject *s, const wb_income_statement *statement)
{
    json_t *document = statement_json("income", s);
    json_t *lines = wb_json_array();
    for (size_t i = 0; i < statement->count; i++) {
        json_t *object = account_json(&statement->lines[i].account);
        wb_json_set(object, "amount", wb_json_money(&statement->lines[i].amount));
        wb_json_append(lines, object);
    }
    wb_json_set(document, "from", wb_json_date(statement->from));
    wb_json_set(document, "to", wb_json_date(statement->to));
    wb_json_set(document, "lines", lines);
    wb_json_set(document, "income", wb_json_money(&statement->income));
    wb_json_set(document, "expenses", wb_json_money(&statement->expenses));
    wb_json_set(document, "result", wb_json_money(&statement->result));
    wb_json_set(document, "appropriated", wb_json_money(&statement->appropriated));
    wb_json_print(document);
}

static wb_code run_income(wb_cli *cli, wb_error *err)
{
    subject s;
    wb_income_statement statement;
    wb_income_statement_init(&statement);
    wb_code code = read_subject(cli, &s, err);
    if (code == WB_OK) code = wb_income_statement_read(&statement, cli->ledger, s.at, err);
    if (code == WB_OK) code = read_head(cli, &s, err);
    if (code == WB_OK && cli->json) {
        print_income_json(&s, &statement);
    } else if (code == WB_OK) {
        wb_statement_income(stdout, &s.heading, &statement);
    }
    wb_income_statement_clear(&statement);
    return code;
}

static const wb_option at_options[] = {
    {"at", "DATE", "entries dated on or before it (default: all)", 0},
    {.name = NULL},
};
static const wb_option income_options[] = {
    {"at", "DATE", "the year up to this day (default: the whole year of the last entry)", 0},
    {.name = NULL},
};

const wb_command wb_commands_report[] = {
    {.noun = "report",
     .verb = "trial-balance",
     .summary = "debits, credits and balance of each account",
     .example = "waarborg report trial-balance --at 2026-12-31",
     .options = at_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_trial_balance},
    {.noun = "report",
     .verb = "balance-sheet",
     .summary = "assets against equity, provisions and liabilities",
     .description = "The result of the open year is part of 0240, so that both sides are equal.",
     .example = "waarborg report balance-sheet --at 2026-12-31",
     .options = at_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_balance_sheet},
    {.noun = "report",
     .verb = "income",
     .summary = "income and expenses of a year up to a date",
     .description =
         "What the year-end moved to equity is left out, so that the statement of a year\n"
         "is the same before and after it is closed.",
     .example = "waarborg report income --at 2026-12-31",
     .options = income_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_income},
    {.noun = NULL},
};
