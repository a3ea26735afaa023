/* cmd_rule.c - waarborg rule: how many checkers what is proposed needs. */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/control.h"

static json_t *rule_json(const wb_rule *rule)
{
    json_t *object = wb_json_object();
    json_t *tiers = wb_json_array();
    for (size_t i = 0; i < rule->tier_count; i++) {
        json_t *tier = wb_json_object();
        wb_json_set(tier, "above", wb_json_money(&rule->tiers[i].above));
        wb_json_set(tier, "checkers", wb_json_number(rule->tiers[i].checkers));
        wb_json_append(tiers, tier);
    }
    wb_json_set(object, "what", wb_json_text(rule->what));
    wb_json_set(object, "tiers", tiers);
    return object;
}

/* ---- set ---- */

/* --checkers 1 --above 50000.00 --checkers 2: the first holds from 0.00 on. */
static bool read_tiers(wb_cli *cli, wb_rule *rule)
{
    const size_t count = wb_cli_count(cli, "checkers");
    const size_t amounts = wb_cli_count(cli, "above");
    wb_error err;
    if (count != amounts + 1 || count > WB_RULE_TIERS_MAX) {
        if (count > WB_RULE_TIERS_MAX) {
            (void)wb_fail(&err, WB_E_USAGE, "a rule has at most %d tiers", WB_RULE_TIERS_MAX);
        } else {
            (void)wb_fail(&err, WB_E_USAGE, "every --above is followed by its --checkers");
            wb_error_hint(&err, "such as --checkers 1 --above 50000.00 --checkers 2");
        }
        (void)wb_cli_refuse(cli, "checkers", count - 1, &err);
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const char *number = wb_cli_nth(cli, "checkers", i);
        uint64_t checkers = 0;
        if (wb_number_parse(&checkers, number, strlen(number), WB_CHECKERS_MAX, &err) != WB_OK) {
            (void)wb_cli_refuse(cli, "checkers", i, &err);
            good = false;
        } else if (checkers == 0) {
            (void)wb_fail(&err, WB_E_RANGE, "nothing is posted without a checker");
            (void)wb_cli_refuse(cli, "checkers", i, &err);
            good = false;
        }
        rule->tiers[i].checkers = (unsigned)checkers;
        if (i == 0) continue;
        const char *amount = wb_cli_nth(cli, "above", i - 1);
        wb_money *above = &rule->tiers[i].above;
        if (wb_money_parse(above, amount, strlen(amount), WB_MONEY_PLAIN, &err) != WB_OK) {
            (void)wb_cli_refuse(cli, "above", i - 1, &err);
            good = false;
        } else if (wb_money_compare(above, &rule->tiers[i - 1].above) <= 0) {
            (void)wb_fail(&err, WB_E_RANGE, "the amounts do not ascend");
            (void)wb_cli_refuse(cli, "above", i - 1, &err);
            good = false;
        }
    }
    rule->tier_count = count;
    return good;
}

typedef struct setting {
    wb_rule rule;
    wb_date date;
} setting;

static wb_code record_rule(wb_cli *cli, void *context, wb_error *err)
{
    setting *at = context;
    uint64_t number = 0;
    return wb_rule_record(cli->ledger, &at->rule, at->date, cli->maker, &number, err);
}

static wb_code run_set(wb_cli *cli, wb_error *err)
{
    setting at = {.date = wb_cli_today()};
    const char *what = NULL;
    wb_rule_init(&at.rule);
    bool good = wb_cli_id(cli, "WHAT", &what);
    good = wb_cli_date(cli, "date", &at.date) && good;
    good = read_tiers(cli, &at.rule) && good;
    if (good) (void)snprintf(at.rule.what, sizeof at.rule.what, "%s", what);
    const wb_code code =
        good ? wb_cli_write(cli, record_rule, &at, err) : wb_diagnostics_code(&cli->list);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("rule-set");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "rule", rule_json(&at.rule));
        wb_json_print(document);
    } else if (code == WB_OK) {
        wb_cli_say(cli, "Rule for %s %srecorded.", at.rule.what, wb_cli_would(cli));
    }
    wb_rule_clear(&at.rule);
    return code;
}

static const wb_option set_options[] = {
    {"checkers", "N", "how many must approve", WB_REQUIRED | WB_REPEATABLE},
    {"above", "AMOUNT", "above this, the next --checkers", WB_REPEATABLE},
    {"date", "DATE", "from when it holds (default: today)", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option set_operands[] = {
    {"WHAT", NULL, "an event such as loan-written-off, a document such as user, or any",
     WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- list ---- */

static void print_rules(const wb_rule_list *rules)
{
    static const wb_column columns[] = {{"about", false}, {"above", true}, {"checkers", true}};
    wb_table table;
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < rules->count; i++) {
        const wb_rule *rule = &rules->items[i];
        for (size_t t = 0; t < rule->tier_count; t++) {
            wb_table_add(&table, t == 0 ? rule->what : NULL);
            wb_table_add_money(&table, &rule->tiers[t].above);
            wb_table_add_number(&table, rule->tiers[t].checkers);
        }
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
}

static wb_code run_list(wb_cli *cli, wb_error *err)
{
    wb_rule_list rules = {NULL, 0};
    const wb_code code = wb_rule_list_read(&rules, cli->ledger, err);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("rule-list");
        json_t *items = wb_json_array();
        for (size_t i = 0; i < rules.count; i++)
            wb_json_append(items, rule_json(&rules.items[i]));
        wb_json_set(document, "rules", items);
        wb_json_print(document);
    } else if (code == WB_OK) {
        print_rules(&rules);
    }
    wb_rule_list_clear(&rules);
    return code;
}

const wb_command wb_commands_rule[] = {
    {.noun = "rule",
     .verb = "list",
     .summary = "list how many checkers a proposal needs, by what it is about",
     .description = "The amount is the sum of all entries of that kind in a proposal, so that\n"
                    "cutting one up changes nothing. What has no rule of its own is under any.",
     .example = "waarborg rule list",
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_list},
    {.noun = "rule",
     .verb = "set",
     .summary = "record how many checkers something needs",
     .example = "waarborg rule set any --checkers 1 --above 1000000.00 --checkers 2",
     .options = set_options,
     .operands = set_operands,
     .need = WB_NEED_WRITER,
     .run = run_set},
    {.noun = NULL},
};
