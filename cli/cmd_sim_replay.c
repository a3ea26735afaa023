/* cmd_sim_replay.c - waarborg sim replay: one simulated path, written as the books of a fund. */
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_input.h"
#include "waarborg/bridge.h"

static void print_json(const wb_model *model, uint64_t path, const char *dir,
                       const wb_replay *replay)
{
    json_t *document = wb_json_document("sim-replay");
    wb_json_set(document, "name", wb_json_text(model->name));
    wb_json_set(document, "seed", wb_json_number(model->seed));
    wb_json_set(document, "path", wb_json_number(path));
    wb_json_set(document, "dir", wb_json_text(dir));
    wb_json_set(document, "from", wb_json_date(replay->first));
    wb_json_set(document, "to", wb_json_date(replay->last));
    wb_json_set(document, "entries", wb_json_number(replay->entries));
    wb_json_set(document, "cash", wb_json_money(&replay->cash));
    wb_json_set(document, "loans", wb_json_money(&replay->loans));
    wb_json_set(document, "backstop_debt", wb_json_money(&replay->debt));
    wb_json_set(document, "contributions", wb_json_money(&replay->contributions));
    wb_json_set(document, "levy", wb_json_money(&replay->levy));
    wb_json_set(document, "obligo", wb_json_money(&replay->obligo));
    wb_json_set(document, "losses", wb_json_money(&replay->losses));
    wb_json_print(document);
}

static void print_text(const wb_cli *cli, const wb_model *model, uint64_t path, const char *dir,
                       const wb_replay *replay)
{
    static const wb_column columns[] = {{"in the books and on the path", false}, {"EUR", true}};
    const struct {
        const char *name;
        const wb_money *amount;
    } lines[] = {{"cash", &replay->cash},
                 {"loans outstanding", &replay->loans},
                 {"debt to the backstop", &replay->debt},
                 {"contributions received", &replay->contributions},
                 {"levy called", &replay->levy},
                 {"obligo called", &replay->obligo},
                 {"losses", &replay->losses}};
    char from[WB_DATE_TEXT_MAX];
    char to[WB_DATE_TEXT_MAX];
    wb_table table;
    wb_cli_say(cli, "Path %llu of %s, seed %llu: %llu entries from %s to %s in %s.",
               (unsigned long long)path, model->name, (unsigned long long)model->seed,
               (unsigned long long)replay->entries, wb_date_text(from, replay->first),
               wb_date_text(to, replay->last), dir);
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        wb_table_add(&table, lines[i].name);
        wb_table_add_money(&table, lines[i].amount);
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
    wb_cli_say(cli, "Equal to the cent. Next:  waarborg -C %s ledger verify", dir);
}

static wb_code run_replay(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_replay replay;
    uint64_t path = 0;
    const char *dir = wb_cli_text(cli, "into");
    wb_replay_init(&replay);
    const bool good = wb_cli_number(cli, "path", WB_PATHS_MAX - 1, &path);
    wb_code code = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK && !good) code = wb_diagnostics_code(&cli->list);
    if (code == WB_OK) code = wb_bridge_replay(dir, input.model, path, &replay, err);
    if (code == WB_OK && cli->json) {
        print_json(input.model, path, dir, &replay);
    } else if (code == WB_OK) {
        print_text(cli, input.model, path, dir, &replay);
    }
    wb_replay_clear(&replay);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option file_operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option replay_options[] = {
    {"path", "N", "which path, from 0", WB_REQUIRED},
    {"into", "DIR", "a new or empty directory for its books", WB_REQUIRED},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_replay[] = {
    {.noun = "sim",
     .verb = "replay",
     .summary = "write one simulated path as the books of a fund",
     .description =
         "Every movement of money on the path becomes an entry, dated on the last day of\n"
         "its step: parties, loans, contributions, calls, losses. The books can then be\n"
         "read and verified like any other, and equal the path to the cent.",
     .example = "waarborg sim replay scenarios/limburg/basis.yaml --path 17 --into path-17\n"
                "waarborg -C path-17 report balance-sheet --at 2031-12-31",
     .options = replay_options,
     .operands = file_operands,
     .run = run_replay},
    {.noun = NULL},
};
