/* cmd_party.c - waarborg party: import, list, and the statement of one. */
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/fund.h"

static bool read_kind(wb_cli *cli, wb_party_kind *kind)
{
    const char *text = wb_cli_text(cli, "kind");
    wb_error err;
    if (text == NULL || wb_party_kind_parse(kind, text, &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, "kind", 0, &err);
    return false;
}

/* ---- import ---- */

typedef struct import_job {
    wb_party_import parties;
    wb_csv *table;
} import_job;

static wb_code import_table(wb_cli *cli, void *context, wb_error *err)
{
    import_job *at = context;
    (void)err; /* everything is in cli->list, with its place in the file */
    return wb_party_import_table(&at->parties, cli->ledger, at->table, &cli->list);
}

static void print_import(const wb_cli *cli, const wb_party_import *parties)
{
    if (cli->json) {
        json_t *document = wb_json_document("party-import");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "kind", wb_json_text(wb_party_kind_name(parties->kind)));
        wb_json_set(document, "read", wb_json_number(parties->read));
        wb_json_set(document, "new", wb_json_number(parties->added));
        wb_json_set(document, "changed", wb_json_number(parties->changed));
        wb_json_set(document, "unchanged", wb_json_number(parties->unchanged));
        wb_json_set(document, "weight_column",
                    parties->weight_column[0] == '\0' ? json_null()
                                                      : wb_json_text(parties->weight_column));
        wb_json_print(document);
        return;
    }
    wb_cli_say(cli, "%zu %s read, %zu %snew, %zu %schanged, %zu unchanged.", parties->read,
               parties->read == 1 ? "party" : "parties", parties->added, wb_cli_would(cli),
               parties->changed, wb_cli_would(cli), parties->unchanged);
    if (parties->weight_column[0] != '\0') {
        wb_cli_say(cli, "%s from column '%s'.",
                   parties->kind == WB_PARTY_MUNICIPALITY ? "Residents under 18"
                                                          : "Yearly youth revenue",
                   parties->weight_column);
    }
}

static wb_code run_import(wb_cli *cli, wb_error *err)
{
    import_job at = {.parties = {.date = wb_cli_today(),
                                 .maker = cli->maker,
                                 .weight = wb_cli_text(cli, "weight")},
                     .table = NULL};
    if (!read_kind(cli, &at.parties.kind)) return wb_diagnostics_code(&cli->list);
    if (!wb_cli_date(cli, "date", &at.parties.date)) return wb_diagnostics_code(&cli->list);
    cli->closing = "nothing was written";
    wb_code code = wb_csv_open(&at.table, wb_cli_text(cli, "FILE"), ',', &cli->list);
    if (code == WB_OK) code = wb_cli_write(cli, import_table, &at, err);
    if (code == WB_OK) print_import(cli, &at.parties);
    wb_csv_close(at.table);
    return code;
}

static const wb_option import_options[] = {
    {"kind", "KIND", "municipality, provider, state or financier", WB_REQUIRED},
    {"weight", "COLUMN", "the column of residents under 18, or of yearly youth revenue", 0},
    {"date", "DATE", "from when this holds (default: today)", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option import_operands[] = {
    {"FILE", NULL, "a CSV file with commas, or - for standard input", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- list ---- */

static json_t *party_json(const wb_party *party)
{
    json_t *object = wb_json_object();
    json_t *columns = wb_json_object();
    for (size_t i = 0; i < party->column_count; i++) {
        wb_json_set(columns, party->columns[i].name, wb_json_text(party->columns[i].value));
    }
    wb_json_set(object, "id", wb_json_text(party->id));
    wb_json_set(object, "kind", wb_json_text(wb_party_kind_name(party->kind)));
    wb_json_set(object, "name", wb_json_text(party->name));
    if (party->has_under18) wb_json_set(object, "under18", wb_json_number(party->under18));
    if (party->has_revenue) wb_json_set(object, "revenue", wb_json_money(&party->revenue));
    wb_json_set(object, "columns", columns);
    return object;
}

static void print_list(const wb_cli *cli, const wb_party_list *list)
{
    static const wb_column columns[] = {
        {"id", false}, {"kind", false}, {"name", false}, {"under 18", true}, {"revenue", true}};
    wb_table table;
    json_t *items = NULL;
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    if (cli->json) items = wb_json_array();
    for (size_t i = 0; i < list->count; i++) {
        const wb_party *party = &list->items[i];
        if (cli->json) {
            wb_json_append(items, party_json(party));
            continue;
        }
        wb_table_add(&table, party->id);
        wb_table_add(&table, wb_party_kind_name(party->kind));
        wb_table_add(&table, party->name);
        if (party->has_under18) {
            wb_table_add_number(&table, party->under18);
        } else {
            wb_table_add(&table, NULL);
        }
        if (party->has_revenue) {
            wb_table_add_money(&table, &party->revenue);
        } else {
            wb_table_add(&table, NULL);
        }
    }
    if (cli->json) {
        json_t *document = wb_json_document("party-list");
        wb_json_set(document, "parties", items);
        wb_json_print(document);
    } else {
        wb_table_print(&table, stdout);
    }
    wb_table_clear(&table);
}

static wb_code run_list(wb_cli *cli, wb_error *err)
{
    wb_party_kind kind = WB_PARTY_MUNICIPALITY;
    wb_party_list list = {NULL, 0};
    if (!read_kind(cli, &kind)) return wb_diagnostics_code(&cli->list);
    const wb_code code = wb_party_list_read(&list, cli->ledger,
                                            wb_cli_text(cli, "kind") == NULL ? NULL : &kind, err);
    if (code == WB_OK) print_list(cli, &list);
    wb_party_list_clear(&list);
    return code;
}

static const wb_option list_options[] = {
    {"kind", "KIND", "only municipality, provider, state or financier", 0},
    {NULL, NULL, NULL, 0},
};

/* ---- statement ---- */

static json_t *statement_json(const wb_party_statement *statement)
{
    json_t *document = wb_json_document("party-statement");
    json_t *accounts = wb_json_array();
    json_t *lines = wb_json_array();
    for (size_t i = 0; i < statement->account_count; i++) {
        json_t *account = wb_json_object();
        wb_json_set(account, "account", wb_json_text(statement->accounts[i].account.code));
        wb_json_set(account, "name", wb_json_text(statement->accounts[i].account.name_nl));
        wb_json_set(account, "opening", wb_json_money(&statement->accounts[i].opening));
        wb_json_set(account, "closing", wb_json_money(&statement->accounts[i].closing));
        wb_json_append(accounts, account);
    }
    for (size_t i = 0; i < statement->line_count; i++) {
        const wb_party_line *line = &statement->lines[i];
        json_t *object = wb_json_object();
        wb_json_set(object, "number", wb_json_number(line->number));
        wb_json_set(object, "date", wb_json_date(line->date));
        wb_json_set(object, "event", wb_json_text(line->event));
        wb_json_set(object, "reference",
                    line->reference[0] == '\0' ? json_null() : wb_json_text(line->reference));
        wb_json_set(object, "memo", wb_json_text(line->memo));
        wb_json_set(object, "account", wb_json_text(line->account));
        wb_json_set(object, "amount", wb_json_money(&line->amount));
        wb_json_set(object, "balance", wb_json_money(&line->balance));
        wb_json_append(lines, object);
    }
    wb_json_set(document, "party", party_json(&statement->party));
    wb_json_set(document, "accounts", accounts);
    wb_json_set(document, "lines", lines);
    return document;
}

static void print_statement(const wb_party_statement *statement)
{
    static const wb_column line_columns[] = {
        {"date", false},   {"entry", true},  {"event", false}, {"reference", false},
        {"account", true}, {"amount", true}, {"balance", true}};
    static const wb_column account_columns[] = {
        {"account", true}, {"name", false}, {"opening", true}, {"closing", true}};
    wb_table table;
    char name[WB_NAME_MAX + 1];
    (void)snprintf(name, sizeof name, "%s", statement->party.name);
    (void)printf("%s  %s (%s)\n\n", statement->party.id, wb_text_tame(name),
                 wb_party_kind_name(statement->party.kind));
    if (statement->account_count == 0) {
        (void)printf("No postings.\n");
        return;
    }
    wb_table_init(&table, line_columns, sizeof line_columns / sizeof line_columns[0]);
    for (size_t i = 0; i < statement->line_count; i++) {
        const wb_party_line *line = &statement->lines[i];
        wb_table_add_date(&table, line->date);
        wb_table_add_number(&table, line->number);
        wb_table_add(&table, line->event);
        wb_table_add(&table, line->reference);
        wb_table_add(&table, line->account);
        wb_table_add_money(&table, &line->amount);
        wb_table_add_money(&table, &line->balance);
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
    (void)printf("\n");
    wb_table_init(&table, account_columns, sizeof account_columns / sizeof account_columns[0]);
    for (size_t i = 0; i < statement->account_count; i++) {
        wb_table_add(&table, statement->accounts[i].account.code);
        wb_table_add(&table, statement->accounts[i].account.name_nl);
        wb_table_add_money(&table, &statement->accounts[i].opening);
        wb_table_add_money(&table, &statement->accounts[i].closing);
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
}

static wb_code run_statement(wb_cli *cli, wb_error *err)
{
    wb_party_statement statement;
    const char *id = NULL;
    wb_date from = {0};
    wb_date to = {0};
    bool good = wb_cli_id(cli, "ID", &id);
    good = wb_cli_date(cli, "from", &from) && good;
    good = wb_cli_date(cli, "to", &to) && good;
    if (!good) return wb_diagnostics_code(&cli->list);
    wb_party_statement_init(&statement);
    const wb_code code = wb_party_statement_read(&statement, cli->ledger, id,
                                                 wb_cli_text(cli, "from") == NULL ? NULL : &from,
                                                 wb_cli_text(cli, "to") == NULL ? NULL : &to, err);
    if (code == WB_OK && cli->json) {
        wb_json_print(statement_json(&statement));
    } else if (code == WB_OK) {
        print_statement(&statement);
    }
    wb_party_statement_clear(&statement);
    return code;
}

static const wb_option statement_options[] = {
    {"from", "DATE", "the first day (default: the beginning)", 0},
    {"to", "DATE", "the last day (default: everything)", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option statement_operands[] = {
    {"ID", NULL, "the party, such as GM0935", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_party[] = {
    {.noun = "party",
     .verb = "import",
     .summary = "record parties from a CSV file",
     .description =
         "Municipalities need the columns cbs_code and name, others id and name. Residents\n"
         "under 18 stand in under18 or under18_estimate, yearly youth revenue in revenue,\n"
         "revenue_limburg_eur or revenue_eur, or in the column of --weight. A party with\n"
         "the same content is unchanged; other content is a new version of it.",
     .example = "waarborg -C jwf party import municipalities.csv --kind municipality",
     .options = import_options,
     .operands = import_operands,
     .need = WB_NEED_WRITER,
     .run = run_import},
    {.noun = "party",
     .verb = "list",
     .summary = "list the parties",
     .example = "waarborg -C jwf party list --kind provider",
     .options = list_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_list},
    {.noun = "party",
     .verb = "statement",
     .summary = "show what happened with one party and what it owes",
     .example = "waarborg -C jwf party statement GM0935 --from 2026-01-01 --to 2026-12-31",
     .options = statement_options,
     .operands = statement_operands,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_statement},
    {.noun = NULL},
};
