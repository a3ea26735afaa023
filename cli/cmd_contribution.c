/* cmd_contribution.c - waarborg contribution: assess a decision, book receipts, show what is open.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/fund.h"

/* ---- assess ---- */

typedef struct assess {
    wb_decision decision;
    wb_assessment result;
} assess;

static bool read_words(wb_cli *cli, wb_decision *decision)
{
    wb_error err;
    bool good = true;
    if (wb_group_parse(&decision->group, wb_cli_text(cli, "group"), &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "group", 0, &err);
        good = false;
    }
    if (wb_allocation_key_parse(&decision->key, wb_cli_text(cli, "key"), &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "key", 0, &err);
        good = false;
    }
    return good;
}

static wb_code assess_decision(wb_cli *cli, void *context, wb_error *err)
{
    assess *at = context;
    return wb_contribution_assess(cli->ledger, &at->decision, &at->result, err);
}

static void print_assessment(const wb_cli *cli, const assess *at)
{
    char amount[WB_MONEY_TEXT_MAX];
    char entry[WB_ENTRY_TEXT];
    const wb_assessment *result = &at->result;
    if (cli->json) {
        json_t *document = wb_json_document("contribution-assess");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "reference", wb_json_text(at->decision.reference));
        wb_json_set(document, "amount", wb_json_money(&at->decision.amount));
        wb_json_set(document, "parties", wb_json_number(result->party_count));
        wb_json_set(document, "number", wb_cli_entry_json(cli, result->number, result->already));
        wb_json_set(document, "already", json_boolean(result->already));
        wb_json_print(document);
    } else if (result->already) {
        wb_cli_say(cli, "Decision %s is %s.", at->decision.reference,
                   wb_cli_already(entry, cli, result->number));
    } else {
        wb_cli_say(cli, "EUR %s %sassessed on %zu %s by %s%s.",
                   wb_money_text(amount, &at->decision.amount, WB_MONEY_PLAIN), wb_cli_would(cli),
                   result->party_count, result->party_count == 1 ? "party" : "parties",
                   at->decision.key.column, wb_cli_entry(entry, cli, result->number));
    }
}

static wb_code run_assess(wb_cli *cli, wb_error *err)
{
    uint64_t year = 0;
    assess at;
    memset(&at, 0, sizeof at);
    wb_money_init(&at.decision.amount);
    at.decision.maker = cli->maker;
    at.decision.reference = wb_cli_text(cli, "ref");
    bool good = wb_cli_number(cli, "year", WB_YEAR_MAX, &year);
    good = read_words(cli, &at.decision) && good;
    good = wb_cli_money(cli, "amount", &at.decision.amount) && good;
    good = wb_cli_date(cli, "date", &at.decision.date) && good;
    at.decision.year = (int32_t)year;
    const wb_code code =
        good ? wb_cli_write(cli, assess_decision, &at, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK) print_assessment(cli, &at);
    wb_money_clear(&at.decision.amount);
    return code;
}

static const wb_option assess_options[] = {
    {"year", "YEAR", "the year it is for", WB_REQUIRED},
    {"group", "GROUP", "who pay: municipalities, state or providers", WB_REQUIRED},
    {"amount", "AMOUNT", "the whole contribution", WB_REQUIRED},
    {"key", "KEY", "by what it is split: under18, revenue, equal, or a column", WB_REQUIRED},
    {"ref", "REF", "the reference of the decision, unique for ever", WB_REQUIRED},
    {"date", "DATE", "the day of the decision", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- receive ---- */

typedef struct receive {
    wb_csv *table;
    wb_receipts receipts;
} receive;

static wb_code receive_table(wb_cli *cli, void *context, wb_error *err)
{
    receive *at = context;
    (void)err; /* everything is in cli->list, with its place in the file */
    return wb_contribution_receive(cli->ledger, at->table, cli->maker, &at->receipts, &cli->list);
}

static void print_receipts(const wb_cli *cli, const wb_receipts *receipts)
{
    char total[WB_MONEY_TEXT_MAX];
    char excess[WB_MONEY_TEXT_MAX];
    if (cli->json) {
        json_t *document = wb_json_document("contribution-receive");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "rows", wb_json_number(receipts->rows));
        wb_json_set(document, "posted", wb_json_number(receipts->posted));
        wb_json_set(document, "already", wb_json_number(receipts->already));
        wb_json_set(document, "total", wb_json_money(&receipts->total));
        wb_json_set(document, "excess", wb_json_money(&receipts->excess));
        wb_json_print(document);
        return;
    }
    wb_cli_say(cli, "%zu %s read, %zu %sposted (EUR %s), %zu there already.", receipts->rows,
               receipts->rows == 1 ? "receipt" : "receipts", receipts->posted, wb_cli_would(cli),
               wb_money_text(total, &receipts->total, WB_MONEY_PLAIN), receipts->already);
    if (wb_money_sign(&receipts->excess) != 0) {
        wb_cli_say(cli, "EUR %s was paid above what was owed: on account 1310, to be paid back.",
                   wb_money_text(excess, &receipts->excess, WB_MONEY_PLAIN));
    }
}

static wb_code run_receive(wb_cli *cli, wb_error *err)
{
    receive at = {.table = NULL};
    wb_receipts_init(&at.receipts);
    cli->closing = "nothing was written";
    wb_code code = wb_csv_open(&at.table, wb_cli_text(cli, "FILE"), ',', &cli->list);
    if (code == WB_OK) code = wb_cli_write(cli, receive_table, &at, err);
    if (code == WB_OK) print_receipts(cli, &at.receipts);
    wb_csv_close(at.table);
    wb_receipts_clear(&at.receipts);
    return code;
}

static const wb_option receive_operands[] = {
    {"FILE", NULL, "a CSV file with commas, or - for standard input", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- open ---- */

static json_t *open_json(const wb_open_list *list)
{
    json_t *document = wb_json_document("contribution-open");
    json_t *items = wb_json_array();
    for (size_t i = 0; i < list->count; i++) {
        const wb_open_item *item = &list->items[i];
        const bool decided = item->reference[0] != '\0';
        json_t *object = wb_json_object();
        wb_json_set(object, "party", wb_json_text(item->party));
        wb_json_set(object, "name", wb_json_text(item->name));
        wb_json_set(object, "decision", decided ? wb_json_text(item->reference) : json_null());
        wb_json_set(object, "date", decided ? wb_json_date(item->date) : json_null());
        wb_json_set(object, "account", wb_json_text(item->account));
        wb_json_set(object, "assessed", wb_json_money(&item->assessed));
        wb_json_set(object, "paid", wb_json_money(&item->paid));
        wb_json_set(object, "open", wb_json_money(&item->open));
        wb_json_append(items, object);
    }
    wb_json_set(document, "items", items);
    wb_json_set(document, "open", wb_json_money(&list->open));
    wb_json_set(document, "overpaid", wb_json_money(&list->overpaid));
    return document;
}

static void print_open(const wb_open_list *list)
{
    static const wb_column columns[] = {{"party", false}, {"name", false},    {"decision", false},
                                        {"date", false},  {"assessed", true}, {"paid", true},
                                        {"open", true}};
    char text[WB_MONEY_TEXT_MAX];
    if (list->count > 0) {
        wb_table table;
        wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
        for (size_t i = 0; i < list->count; i++) {
            const wb_open_item *item = &list->items[i];
            wb_table_add(&table, item->party);
            wb_table_add(&table, item->name);
            wb_table_add(&table, item->reference[0] == '\0' ? "-" : item->reference);
            if (item->reference[0] == '\0') {
                wb_table_add(&table, NULL);
            } else {
                wb_table_add_date(&table, item->date);
            }
            wb_table_add_money(&table, &item->assessed);
            wb_table_add_money(&table, &item->paid);
            wb_table_add_money(&table, &item->open);
        }
        wb_table_print(&table, stdout);
        wb_table_clear(&table);
        (void)printf("\n");
    }
    (void)printf("Open: EUR %s\n", wb_money_text(text, &list->open, WB_MONEY_PLAIN));
    if (wb_money_sign(&list->overpaid) != 0) {
        (void)printf("Paid above what was owed: EUR %s\n",
                     wb_money_text(text, &list->overpaid, WB_MONEY_PLAIN));
    }
}

static wb_code run_open(wb_cli *cli, wb_error *err)
{
    wb_open_list list;
    wb_date at = {0};
    if (!wb_cli_date(cli, "at", &at)) return wb_diagnostics_code(&cli->list);
    wb_open_list_init(&list);
    const wb_code code =
        wb_contribution_open(&list, cli->ledger, wb_cli_text(cli, "at") == NULL ? NULL : &at, err);
    if (code == WB_OK && cli->json) {
        wb_json_print(open_json(&list));
    } else if (code == WB_OK) {
        print_open(&list);
    }
    wb_open_list_clear(&list);
    return code;
}

static const wb_option open_options[] = {
    {"at", "DATE", "as it stood at the end of that day (default: everything)", 0},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_contribution[] = {
    {.noun = "contribution",
     .verb = "assess",
     .summary = "record a contribution decision and split it over its group",
     .description = "Parts are split by largest remainder and add up to the amount, to the cent.\n"
                    "The same decision again changes nothing.",
     .example = "waarborg -C jwf contribution assess --year 2026 --group municipalities \\\n"
                "    --amount 1500000.00 --key under18 --ref B-2026-1 --date 2026-01-15",
     .options = assess_options,
     .need = WB_NEED_WRITER,
     .run = run_assess},
    {.noun = "contribution",
     .verb = "receive",
     .summary = "book contributions received, from a CSV file",
     .description = "Columns: ref, date, party, amount, and optionally account (1000, 1010, 1020\n"
                    "or 1030). What is paid above what is owed goes to account 1310. A receipt\n"
                    "with the same reference and content is booked once.",
     .example = "waarborg -C jwf contribution receive receipts.csv --dry-run",
     .operands = receive_operands,
     .need = WB_NEED_WRITER,
     .computed = true,
     .run = run_receive},
    {.noun = "contribution",
     .verb = "open",
     .summary = "show who still owes what, per decision",
     .description = "Receipts pay the oldest decision first.",
     .example = "waarborg -C jwf contribution open --at 2026-06-30",
     .options = open_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_open},
    {.noun = NULL},
};
