/* cmd_limit.c - waarborg limit: how far a balance may go. */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/control.h"

/* "0100, 0120" */
enum { CODES_TEXT = 160 };
static const char *codes_text(char text[CODES_TEXT], const wb_limit *limit)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < limit->account_count && used < CODES_TEXT; i++) {
        used += (size_t)snprintf(text + used, CODES_TEXT - used, "%s%s", i == 0 ? "" : ", ",
                                 limit->accounts[i]);
    }
    return text;
}

static const char *of_text(const wb_limit *limit)
{
    if (limit->each) return "each party";
    return limit->party[0] == '\0' ? "all" : limit->party;
}

static json_t *limit_json(const wb_limit *limit)
{
    json_t *object = wb_json_object();
    json_t *accounts = wb_json_array();
    for (size_t i = 0; i < limit->account_count; i++)
        wb_json_append(accounts, wb_json_text(limit->accounts[i]));
    wb_json_set(object, "id", wb_json_text(limit->id));
    wb_json_set(object, "accounts", accounts);
    wb_json_set(object, "each", json_boolean(limit->each));
    wb_json_set(object, "party",
                limit->party[0] == '\0' ? json_null() : wb_json_text(limit->party));
    wb_json_set(object, "min", limit->has_min ? wb_json_money(&limit->min) : json_null());
    wb_json_set(object, "max", limit->has_max ? wb_json_money(&limit->max) : json_null());
    return object;
}

/* A limit on its way into the books. */
typedef struct setting {
    wb_limit limit;
    wb_date date;
} setting;

static wb_code record_limit(wb_cli *cli, void *context, wb_error *err)
{
    setting *at = context;
    uint64_t number = 0;
    return wb_limit_record(cli->ledger, &at->limit, at->date, cli->maker, &number, err);
}

static void print_limit(const wb_cli *cli, const char *name, const setting *at, const char *done)
{
    if (cli->json) {
        json_t *document = wb_json_document(name);
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "limit", limit_json(&at->limit));
        wb_json_print(document);
        return;
    }
    wb_cli_say(cli, "Limit %s %s%s.", at->limit.id, wb_cli_would(cli), done);
}

/* ---- set ---- */

static bool refuse_bounds(wb_cli *cli)
{
    wb_error err;
    (void)wb_fail(&err, WB_E_USAGE, "a limit has a --min, a --max, or both");
    wb_error_hint(&err, "to end one: waarborg limit lift ID");
    (void)wb_cli_refuse(cli, "ID", 0, &err);
    return false;
}

static bool read_accounts(wb_cli *cli, wb_limit *limit)
{
    const size_t count = wb_cli_count(cli, "account");
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const char *code = wb_cli_nth(cli, "account", i);
        wb_error err;
        if (i < WB_LIMIT_ACCOUNTS_MAX && wb_id_valid(code, strlen(code))) {
            (void)snprintf(limit->accounts[i], sizeof limit->accounts[i], "%s", code);
            continue;
        }
        if (i < WB_LIMIT_ACCOUNTS_MAX) {
            (void)wb_fail(&err, WB_E_REFERENCE, "'%.60s' cannot be an account", code);
        } else {
            (void)wb_fail(&err, WB_E_RANGE, "a limit is on at most %d accounts",
                          WB_LIMIT_ACCOUNTS_MAX);
        }
        (void)wb_cli_refuse(cli, "account", i, &err);
        good = false;
    }
    limit->account_count = good ? count : 0;
    return good;
}

static bool read_limit(wb_cli *cli, setting *at)
{
    wb_limit *limit = &at->limit;
    const char *id = NULL;
    const char *party = NULL;
    bool good = wb_cli_id(cli, "ID", &id);
    good = read_accounts(cli, limit) && good;
    good = wb_cli_id(cli, "party", &party) && good;
    good = wb_cli_money(cli, "min", &limit->min) && good;
    good = wb_cli_money(cli, "max", &limit->max) && good;
    good = wb_cli_date(cli, "date", &at->date) && good;
    limit->each = wb_cli_count(cli, "each") > 0;
    limit->has_min = wb_cli_count(cli, "min") > 0;
    limit->has_max = wb_cli_count(cli, "max") > 0;
    if (good) (void)snprintf(limit->id, sizeof limit->id, "%s", id);
    if (good && party != NULL) (void)snprintf(limit->party, sizeof limit->party, "%s", party);
    if (good && !limit->has_min && !limit->has_max) good = refuse_bounds(cli);
    return good;
}

static wb_code run_set(wb_cli *cli, wb_error *err)
{
    setting at = {.date = wb_cli_today()};
    wb_limit_init(&at.limit);
    const wb_code code = read_limit(cli, &at) ? wb_cli_write(cli, record_limit, &at, err)
                                              : wb_diagnostics_code(&cli->list);
    if (code == WB_OK) print_limit(cli, "limit-set", &at, "recorded");
    wb_limit_clear(&at.limit);
    return code;
}

/* ---- lift ---- */

static wb_code lift_limit(wb_cli *cli, void *context, wb_error *err)
{
    setting *at = context;
    wb_limit_list list = {NULL, 0};
    wb_code code = wb_limit_list_read(&list, cli->ledger, err);
    const wb_limit *found = NULL;
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.items[i].id, at->limit.id) == 0) found = &list.items[i];
    }
    if (code == WB_OK && found == NULL) {
        code = wb_fail(err, WB_E_NOT_FOUND, "there is no limit '%s'", at->limit.id);
        wb_error_hint(err, "list them: waarborg limit list");
    } else if (code == WB_OK) {
        at->limit.account_count = found->account_count;
        memcpy(at->limit.accounts, found->accounts, sizeof found->accounts);
        memcpy(at->limit.party, found->party, sizeof found->party);
        at->limit.each = found->each;
        code = record_limit(cli, at, err);
    }
    wb_limit_list_clear(&list);
    return code;
}

static wb_code run_lift(wb_cli *cli, wb_error *err)
{
    setting at = {.date = wb_cli_today()};
    const char *id = NULL;
    wb_limit_init(&at.limit);
    bool good = wb_cli_id(cli, "ID", &id);
    good = wb_cli_date(cli, "date", &at.date) && good;
    if (good) (void)snprintf(at.limit.id, sizeof at.limit.id, "%s", id);
    const wb_code code =
        good ? wb_cli_write(cli, lift_limit, &at, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK) print_limit(cli, "limit-lift", &at, "lifted");
    wb_limit_clear(&at.limit);
    return code;
}

/* ---- list ---- */

static void print_limits(const wb_limit_list *limits)
{
    static const wb_column columns[] = {
        {"limit", false}, {"accounts", false}, {"of", false}, {"min", true}, {"max", true}};
    char codes[CODES_TEXT];
    wb_table table;
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < limits->count; i++) {
        const wb_limit *limit = &limits->items[i];
        wb_table_add(&table, limit->id);
        wb_table_add(&table, codes_text(codes, limit));
        wb_table_add(&table, of_text(limit));
        if (limit->has_min) {
            wb_table_add_money(&table, &limit->min);
        } else {
            wb_table_add(&table, NULL);
        }
        if (limit->has_max) {
            wb_table_add_money(&table, &limit->max);
        } else {
            wb_table_add(&table, NULL);
        }
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
}

static wb_code run_list(wb_cli *cli, wb_error *err)
{
    wb_limit_list limits = {NULL, 0};
    const wb_code code = wb_limit_list_read(&limits, cli->ledger, err);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("limit-list");
        json_t *items = wb_json_array();
        for (size_t i = 0; i < limits.count; i++)
            wb_json_append(items, limit_json(&limits.items[i]));
        wb_json_set(document, "limits", items);
        wb_json_print(document);
    } else if (code == WB_OK) {
        print_limits(&limits);
    }
    wb_limit_list_clear(&limits);
    return code;
}

/* ---- tables ---- */

static const wb_option set_options[] = {
    {"account", "CODE", "an account whose balance counts", WB_REQUIRED | WB_REPEATABLE},
    {"each", NULL, "of each party by itself", 0},
    {"party", "ID", "of this party only", 0},
    {"min", "AMOUNT", "the sum may not go below it", 0},
    {"max", "AMOUNT", "the sum may not go above it", 0},
    {"date", "DATE", "from when it holds (default: today)", 0},
    {.name = NULL},
};
static const wb_option lift_options[] = {
    {"date", "DATE", "from when it no longer holds (default: today)", 0},
    {.name = NULL},
};
static const wb_option id_operands[] = {
    {"ID", NULL, "the name of the limit", WB_REQUIRED},
    {.name = NULL},
};

const wb_command wb_commands_limit[] = {
    {.noun = "limit",
     .verb = "list",
     .summary = "list the limits on balances",
     .example = "waarborg limit list",
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_list},
    {.noun = "limit",
     .verb = "set",
     .summary = "set how far the balance of accounts may go",
     .description =
         "The sum of the accounts, debits less credits, is checked as each entry is posted, over\n"
         "all entries whatever their date; what open proposals may still post counts. A debt is\n"
         "negative. Setting a limit again replaces it.",
     .example = "waarborg limit set steun-plafond --account 0100 --account 0120 --each "
                "--max 2500000.00\n"
                "waarborg limit set schatkist --account 1000 --min 0.00",
     .options = set_options,
     .operands = id_operands,
     .need = WB_NEED_WRITER,
     .run = run_set},
    {.noun = "limit",
     .verb = "lift",
     .summary = "end a limit",
     .example = "waarborg limit lift steun-plafond",
     .options = lift_options,
     .operands = id_operands,
     .need = WB_NEED_WRITER,
     .run = run_lift},
    {.noun = NULL},
};
