/* loan_view.c - loans as they stand, and when they are due; for cmd_loan.c. */
#include "cli/loan_view.h"

#include "cli/output.h"
#include "waarborg/fund.h"

/* ---- list ---- */

static json_t *loan_json(const wb_loan *loan)
{
    char rate[WB_RATE_TEXT_MAX];
    json_t *object = wb_json_object();
    const char *reason = loan->override_reason;
    wb_json_set(object, "id", wb_json_text(loan->id));
    wb_json_set(object, "party", wb_json_text(loan->party));
    wb_json_set(object, "account", wb_json_text(loan->account));
    wb_json_set(object, "principal", wb_json_money(&loan->principal));
    wb_json_set(object, "rate", wb_json_text(wb_rate_text(rate, &loan->rate)));
    wb_json_set(object, "day_count", wb_json_text(wb_day_count_name(loan->day_count)));
    wb_json_set(object, "start", wb_json_date(loan->start));
    wb_json_set(object, "maturity", wb_json_date(loan->maturity));
    wb_json_set(object, "instalments", wb_json_number(loan->instalments));
    wb_json_set(object, "override_reason", reason[0] == '\0' ? json_null() : wb_json_text(reason));
    wb_json_set(object, "disbursed", wb_json_money(&loan->disbursed));
    wb_json_set(object, "repaid", wb_json_money(&loan->repaid));
    wb_json_set(object, "written_off", wb_json_money(&loan->written_off));
    wb_json_set(object, "outstanding", wb_json_money(&loan->outstanding));
    wb_json_set(object, "interest_accrued", wb_json_money(&loan->interest_accrued));
    wb_json_set(object, "interest_due", wb_json_money(&loan->interest_due));
    return object;
}

static void print_loans(const wb_loan_list *loans)
{
    static const wb_column columns[] = {
        {"loan", false},       {"party", false},      {"maturity", false},
        {"principal", true},   {"paid out", true},    {"repaid", true},
        {"written off", true}, {"outstanding", true}, {"interest due", true}};
    wb_table table;
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < loans->count; i++) {
        const wb_loan *loan = &loans->items[i];
        wb_table_add(&table, loan->id);
        wb_table_add(&table, loan->party);
        wb_table_add_date(&table, loan->maturity);
        wb_table_add_money(&table, &loan->principal);
        wb_table_add_money(&table, &loan->disbursed);
        wb_table_add_money(&table, &loan->repaid);
        wb_table_add_money(&table, &loan->written_off);
        wb_table_add_money(&table, &loan->outstanding);
        wb_table_add_money(&table, &loan->interest_due);
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
}

wb_code wb_loan_run_list(wb_cli *cli, wb_error *err)
{
    wb_loan_list loans = {NULL, 0};
    wb_date at = {0};
    if (!wb_cli_date(cli, "at", &at)) return wb_diagnostics_code(&cli->list);
    const wb_date *until = wb_cli_text(cli, "at") == NULL ? NULL : &at;
    const wb_code code = wb_loan_list_read(&loans, cli->ledger, until, err);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("loan-list");
        wb_json_set(document, "at", until == NULL ? json_null() : wb_json_date(at));
        json_t *items = wb_json_array();
        for (size_t i = 0; i < loans.count; i++) {
            wb_json_append(items, loan_json(&loans.items[i]));
        }
        wb_json_set(document, "loans", items);
        wb_json_print(document);
    } else if (code == WB_OK) {
        print_loans(&loans);
    }
    wb_loan_list_clear(&loans);
    return code;
}

/* ---- schedule ---- */

static void print_schedule(const wb_loan *loan, json_t *items)
{
    static const wb_column columns[] = {
        {"part", true}, {"due", false}, {"principal", true}, {"then left", true}};
    wb_table table;
    wb_loan_planned planned;
    wb_loan_planned_init(&planned);
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t k = 1; k <= loan->instalments; k++) {
        char number[16];
        wb_loan_plan(&planned, loan, k);
        if (items != NULL) {
            json_t *item = wb_json_object();
            wb_json_set(item, "part", wb_json_number(k));
            wb_json_set(item, "due", wb_json_date(planned.due));
            wb_json_set(item, "principal", wb_json_money(&planned.part));
            wb_json_set(item, "left", wb_json_money(&planned.left));
            wb_json_append(items, item);
            continue;
        }
        (void)snprintf(number, sizeof number, "%u", (unsigned)k);
        wb_table_add(&table, number);
        wb_table_add_date(&table, planned.due);
        wb_table_add_money(&table, &planned.part);
        wb_table_add_money(&table, &planned.left);
    }
    if (items == NULL) wb_table_print(&table, stdout);
    wb_table_clear(&table);
    wb_loan_planned_clear(&planned);
}

wb_code wb_loan_run_schedule(wb_cli *cli, wb_error *err)
{
    const char *id = NULL;
    wb_loan loan;
    if (!wb_cli_id(cli, "ID", &id)) return wb_diagnostics_code(&cli->list);
    wb_loan_init(&loan);
    const wb_code code = wb_loan_find(&loan, cli->ledger, id, err);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("loan-schedule");
        json_t *items = wb_json_array();
        print_schedule(&loan, items);
        wb_json_set(document, "loan", wb_json_text(loan.id));
        wb_json_set(document, "disbursed", wb_json_money(&loan.disbursed));
        wb_json_set(document, "outstanding", wb_json_money(&loan.outstanding));
        wb_json_set(document, "instalments", items);
        wb_json_print(document);
    } else if (code == WB_OK) {
        char disbursed[WB_MONEY_TEXT_MAX];
        char outstanding[WB_MONEY_TEXT_MAX];
        print_schedule(&loan, NULL);
        wb_cli_say(cli, "Of EUR %s paid out, EUR %s is outstanding.",
                   wb_money_text(disbursed, &loan.disbursed, WB_MONEY_PLAIN),
                   wb_money_text(outstanding, &loan.outstanding, WB_MONEY_PLAIN));
    }
    wb_loan_clear(&loan);
    return code;
}
