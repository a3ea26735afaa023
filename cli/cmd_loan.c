/* cmd_loan.c - waarborg loan: agreements, what happens with them, and how they stand. */
#include <string.h>

#include "cli/commands.h"
#include "cli/loan_view.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/fund.h"

/* ---- new ---- */

typedef struct agreement {
    wb_loan loan;
    bool already;
} agreement;

static wb_code record_agreement(wb_cli *cli, void *context, wb_error *err)
{
    agreement *at = context;
    return wb_loan_new(cli->ledger, &at->loan, cli->maker, &at->already, err);
}

static bool read_agreement(wb_cli *cli, wb_loan *loan)
{
    const char *id = NULL;
    const char *party = NULL;
    const char *reason = wb_cli_text(cli, "override-reason");
    const char *count = wb_cli_text(cli, "day-count");
    wb_error err;
    bool good = wb_cli_id(cli, "ID", &id);
    good = wb_cli_id(cli, "party", &party) && good;
    good = wb_cli_money(cli, "principal", &loan->principal) && good;
    good = wb_cli_rate(cli, "rate", WB_RATE_RATE, &loan->rate) && good;
    good = wb_cli_date(cli, "start", &loan->start) && good;
    good = wb_cli_date(cli, "maturity", &loan->maturity) && good;
    uint64_t instalments = 1;
    good = wb_cli_number(cli, "instalments", WB_INSTALMENTS_MAX, &instalments) && good;
    loan->instalments = (uint32_t)instalments;
    loan->day_count = WB_30E_360;
    if (count != NULL && wb_day_count_parse(&loan->day_count, count, &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "day-count", 0, &err);
        good = false;
    }
    if (reason != NULL && (reason[0] == '\0' || strlen(reason) > WB_REASON_MAX)) {
        (void)wb_fail(&err, WB_E_RANGE, "a reason has 1 to %d bytes", WB_REASON_MAX);
        (void)wb_cli_refuse(cli, "override-reason", 0, &err);
        good = false;
    }
    if (!good) return false;
    (void)snprintf(loan->id, sizeof loan->id, "%s", id);
    (void)snprintf(loan->party, sizeof loan->party, "%s", party);
    (void)snprintf(loan->override_reason, sizeof loan->override_reason, "%s",
                   reason == NULL ? "" : reason);
    return true;
}

static wb_code run_new(wb_cli *cli, wb_error *err)
{
    agreement at = {.already = false};
    char text[WB_MONEY_TEXT_MAX];
    wb_loan_init(&at.loan);
    const wb_code code = read_agreement(cli, &at.loan)
                             ? wb_cli_write(cli, record_agreement, &at, err)
                             : wb_diagnostics_code(&cli->list);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("loan-new");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "loan", wb_json_text(at.loan.id));
        wb_json_set(document, "already", json_boolean(at.already));
        wb_json_print(document);
    } else if (code == WB_OK && at.already) {
        wb_cli_say(cli, "Loan %s is already in the books with the same terms.", at.loan.id);
    } else if (code == WB_OK) {
        wb_cli_say(cli, "Loan %s to %s, at most EUR %s, %srecorded.", at.loan.id, at.loan.party,
                   wb_money_text(text, &at.loan.principal, WB_MONEY_PLAIN), wb_cli_would(cli));
    }
    wb_loan_clear(&at.loan);
    return code;
}

static const wb_option new_options[] = {
    {"party", "ID", "the provider that borrows", WB_REQUIRED},
    {"principal", "AMOUNT", "the most that is paid out", WB_REQUIRED},
    {"rate", "RATE", "interest a year, such as 4%", WB_REQUIRED},
    {"start", "DATE", "the day of the agreement", WB_REQUIRED},
    {"maturity", "DATE", "when it must be paid back", WB_REQUIRED},
    {"instalments", "N", "paid back in so many equal parts over the term (default: 1)", 0},
    {"day-count", "COUNT", "30/360, act/360, act/365 or act/act (default: 30/360)", 0},
    {"override-reason", "TEXT", "why the support cap of 15 % of revenue may be passed", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option loan_operands[] = {
    {"ID", NULL, "the loan, such as L-7", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- events ---- */

typedef wb_code post_event(wb_ledger *ledger, wb_loan_event *event, wb_error *err);

typedef struct posting {
    wb_loan_event event;
    post_event *post;
    const char *name; /* for the JSON document */
} posting;

static wb_code post(wb_cli *cli, void *context, wb_error *err)
{
    posting *at = context;
    return at->post(cli->ledger, &at->event, err);
}

static void print_event_json(const wb_cli *cli, const posting *at)
{
    const wb_loan_event *event = &at->event;
    json_t *document = wb_json_document(at->name);
    wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
    wb_json_set(document, "loan", wb_json_text(event->loan));
    wb_json_set(document, "date", wb_json_date(event->date));
    wb_json_set(document, "amount", wb_json_money(&event->amount));
    wb_json_set(document, "number", wb_cli_entry_json(cli, event->number, event->already));
    wb_json_set(document, "already", json_boolean(event->already));
    wb_json_set(document, "interest_accrued", wb_json_money(&event->accrued));
    if (at->post == wb_loan_repay && !event->already) {
        wb_json_set(document, "interest_paid", wb_json_money(&event->allocation.interest));
        wb_json_set(document, "principal_paid", wb_json_money(&event->allocation.principal));
    }
    wb_json_set(document, "outstanding", wb_json_money(&event->outstanding));
    wb_json_print(document);
}

static void print_event(const wb_cli *cli, const posting *at, const char *what)
{
    const wb_loan_event *event = &at->event;
    char amount[WB_MONEY_TEXT_MAX];
    char principal[WB_MONEY_TEXT_MAX];
    char other[WB_MONEY_TEXT_MAX];
    char entry[WB_ENTRY_TEXT];
    if (cli->json) {
        print_event_json(cli, at);
        return;
    }
    wb_money_text(amount, &event->amount, WB_MONEY_PLAIN);
    if (event->already) {
        wb_cli_already(entry, cli, event->number);
        wb_cli_say(cli, "A%s; nothing was posted.", entry + 1);
        return;
    }
    if (wb_money_sign(&event->accrued) != 0) {
        wb_cli_say(cli, "%s  EUR %s interest %saccrued.", event->loan,
                   wb_money_text(other, &event->accrued, WB_MONEY_PLAIN), wb_cli_would(cli));
    }
    if (at->post == wb_loan_repay) {
        wb_cli_say(cli, "%s  EUR %s %s%s%s: EUR %s interest + EUR %s principal.", event->loan,
                   amount, wb_cli_would(cli), what, wb_cli_entry(entry, cli, event->number),
                   wb_money_text(other, &event->allocation.interest, WB_MONEY_PLAIN),
                   wb_money_text(principal, &event->allocation.principal, WB_MONEY_PLAIN));
    } else {
        wb_cli_say(cli, "%s  EUR %s %s%s%s.", event->loan, amount, wb_cli_would(cli), what,
                   wb_cli_entry(entry, cli, event->number));
    }
    wb_cli_say(cli, "%s  EUR %s outstanding%s.", event->loan,
               wb_money_text(other, &event->outstanding, WB_MONEY_PLAIN),
               cli->proposing ? " then" : "");
}

static wb_code run_event(wb_cli *cli, post_event *how, const char *name, const char *what,
                         wb_error *err)
{
    posting at = {.post = how, .name = name};
    wb_loan_event_init(&at.event);
    at.event.maker = cli->maker;
    at.event.reference = wb_cli_text(cli, "ref");
    at.event.reason = how == wb_loan_write_off ? wb_cli_text(cli, "reason") : NULL;
    bool good = wb_cli_id(cli, "ID", &at.event.loan);
    good = wb_cli_date(cli, "date", &at.event.date) && good;
    good = wb_cli_money(cli, "amount", &at.event.amount) && good;
    const wb_code code = good ? wb_cli_write(cli, post, &at, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK) print_event(cli, &at, what);
    wb_loan_event_clear(&at.event);
    return code;
}

static wb_code run_disburse(wb_cli *cli, wb_error *err)
{
    return run_event(cli, wb_loan_disburse, "loan-disburse", "paid out", err);
}

static wb_code run_repay(wb_cli *cli, wb_error *err)
{
    return run_event(cli, wb_loan_repay, "loan-repay", "received", err);
}

static wb_code run_writeoff(wb_cli *cli, wb_error *err)
{
    return run_event(cli, wb_loan_write_off, "loan-writeoff", "written off", err);
}

#define EVENT_OPTIONS                                                                    \
    {"date", "DATE", "the day it happened", WB_REQUIRED},                                \
        {"amount", "AMOUNT", "how much", WB_REQUIRED},                                   \
    {                                                                                    \
        "ref", "REF", "its reference (default: made of loan, event, date and amount)", 0 \
    }

static const wb_option event_options[] = {
    EVENT_OPTIONS,
    {NULL, NULL, NULL, 0},
};
static const wb_option writeoff_options[] = {
    EVENT_OPTIONS,
    {"reason", "TEXT", "why it will not be paid back", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- accrue ---- */

typedef struct accrual {
    wb_date to;
    const char *only; /* one loan, or NULL for all */
    json_t *items;    /* with --json */
    size_t posted;
    wb_money total;
} accrual;

static wb_code accrue_one(wb_cli *cli, accrual *at, const char *id, wb_error *err)
{
    char text[WB_MONEY_TEXT_MAX];
    wb_loan_event event;
    wb_loan_event_init(&event);
    event.loan = id;
    event.date = at->to;
    event.maker = cli->maker;
    const wb_code code = wb_loan_accrue(cli->ledger, &event, err);
    if (code == WB_OK) {
        wb_money_text(text, &event.accrued, WB_MONEY_PLAIN);
        wb_cli_say(cli, "%s  EUR %s interest %saccrued.", id, text, wb_cli_would(cli));
        wb_money_add(&at->total, &at->total, &event.accrued);
        if (event.number != 0) at->posted++;
        if (at->items != NULL) {
            json_t *item = wb_json_object();
            wb_json_set(item, "loan", wb_json_text(id));
            wb_json_set(item, "interest", wb_json_money(&event.accrued));
            wb_json_set(item, "number",
                        event.number == 0 ? json_null()
                                          : wb_cli_entry_json(cli, event.number, false));
            wb_json_append(at->items, item);
        }
    }
    wb_loan_event_clear(&event);
    return code;
}

static wb_code accrue_all(wb_cli *cli, void *context, wb_error *err)
{
    accrual *at = context;
    wb_loan_list loans = {NULL, 0};
    if (at->only != NULL) return accrue_one(cli, at, at->only, err);
    wb_code code = wb_loan_list_read(&loans, cli->ledger, NULL, err);
    for (size_t i = 0; i < loans.count && code == WB_OK; i++) {
        if (wb_loan_may_accrue(&loans.items[i], at->to)) {
            code = accrue_one(cli, at, loans.items[i].id, err);
        } else {
            wb_cli_note(cli, "%s: starts later or has a later event; left alone",
                        loans.items[i].id);
        }
    }
    wb_loan_list_clear(&loans);
    return code;
}

static wb_code run_accrue(wb_cli *cli, wb_error *err)
{
    accrual at = {.only = NULL, .items = cli->json ? wb_json_array() : NULL, .posted = 0};
    char text[WB_MONEY_TEXT_MAX];
    wb_money_init(&at.total);
    bool good = wb_cli_id(cli, "ID", &at.only);
    good = wb_cli_date(cli, "to", &at.to) && good;
    const wb_code code =
        good ? wb_cli_write(cli, accrue_all, &at, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("loan-accrue");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "to", wb_json_date(at.to));
        wb_json_set(document, "loans", json_incref(at.items));
        wb_json_set(document, "total", wb_json_money(&at.total));
        wb_json_print(document);
    } else if (code == WB_OK) {
        wb_cli_say(cli, "%zu %s %sposted, EUR %s.", at.posted, at.posted == 1 ? "entry" : "entries",
                   wb_cli_would(cli), wb_money_text(text, &at.total, WB_MONEY_PLAIN));
    }
    json_decref(at.items);
    wb_money_clear(&at.total);
    return code;
}

static const wb_option accrue_options[] = {
    {"to", "DATE", "up to this day", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};
static const wb_option accrue_operands[] = {
    {"ID", NULL, "one loan (default: all)", 0},
    {NULL, NULL, NULL, 0},
};

/* ---- looking ---- */

static const wb_option list_options[] = {
    {"at", "DATE", "loans and what was posted up to that day (default: everything)", 0},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_loan[] = {
    {.noun = "loan",
     .verb = "new",
     .summary = "record a loan agreement with a provider",
     .description = "Nothing is paid out yet. Support to one provider may not pass 15 % of its\n"
                    "yearly youth revenue unless a reason is recorded.",
     .example = "waarborg -C jwf loan new L-7 --party SYS02 --principal 2500000.00 --rate 4% \\\n"
                "    --start 2026-02-01 --maturity 2028-02-01",
     .options = new_options,
     .operands = loan_operands,
     .need = WB_NEED_WRITER,
     .run = run_new},
    {.noun = "loan",
     .verb = "disburse",
     .summary = "pay out a loan, or a part of it",
     .description = "The same command twice pays out once; a second payment of the same amount on\n"
                    "the same day needs its own --ref.",
     .example = "waarborg -C jwf loan disburse L-7 --date 2026-02-01 --amount 2500000.00",
     .options = event_options,
     .operands = loan_operands,
     .need = WB_NEED_WRITER,
     .computed = true,
     .run = run_disburse},
    {.noun = "loan",
     .verb = "accrue",
     .summary = "post the interest up to a date, of one loan or of all",
     .description =
         "Accruing more often changes no total: it is rounded once over the loan's life.",
     .example = "waarborg -C jwf loan accrue --to 2026-12-31",
     .options = accrue_options,
     .operands = accrue_operands,
     .need = WB_NEED_WRITER,
     .computed = true,
     .run = run_accrue},
    {.noun = "loan",
     .verb = "repay",
     .summary = "book a repayment: interest up to the day first, then principal",
     .example = "waarborg -C jwf loan repay L-7 --date 2026-05-01 --amount 260000.00",
     .options = event_options,
     .operands = loan_operands,
     .need = WB_NEED_WRITER,
     .computed = true,
     .run = run_repay},
    {.noun = "loan",
     .verb = "writeoff",
     .summary = "write off what will not be paid back",
     .example = "waarborg -C jwf loan writeoff L-7 --date 2026-06-14 --amount 65000.00 \\\n"
                "    --reason 'WHOA-akkoord 14-06-2026'",
     .options = writeoff_options,
     .operands = loan_operands,
     .need = WB_NEED_WRITER,
     .computed = true,
     .run = run_writeoff},
    {.noun = "loan",
     .verb = "schedule",
     .summary = "when the principal of a loan that was paid out is due, part by part",
     .example = "waarborg -C jwf loan schedule L-7",
     .operands = loan_operands,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = wb_loan_run_schedule},
    {.noun = "loan",
     .verb = "list",
     .summary = "list the loans with what is outstanding",
     .example = "waarborg -C jwf loan list --json",
     .options = list_options,
     .need = WB_NEED_READER,
     .as_of = true,
     .run = wb_loan_run_list},
    {.noun = NULL},
};
