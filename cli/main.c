/* main.c - waarborg NOUN VERB: the tables of commands, and the way to one of them. */
#include <signal.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/ranks.h"
#include "cli/run.h"

/* In the order in which the help lists them, one a line. */
/* clang-format off */
static const wb_command *const tables[] = {
    wb_commands_fund,
    wb_commands_key,
    wb_commands_user,
    wb_commands_rule,
    wb_commands_limit,
    wb_commands_pending,
    wb_commands_party,
    wb_commands_contribution,
    wb_commands_loan,
    wb_commands_tx,
    wb_commands_period,
    wb_commands_report,
    wb_commands_ledger,
    wb_commands_anchor,
    wb_commands_proof,
    wb_commands_scenario,
    wb_commands_sim,
    wb_commands_sim_size,
    wb_commands_sim_compare,
    wb_commands_sim_replay,
    wb_commands_sim_exact,
    wb_commands_sim_rare,
    wb_commands_sim_reverse,
    wb_commands_sim_sensitivity,
    wb_commands_sim_precision,
    wb_commands_sim_pooling,
    wb_commands_version,
    NULL,
};
/* clang-format on */

static void print_help(const wb_cli *cli, const char *noun)
{
    if (cli->command != NULL) {
        wb_help_command(stdout, cli->command);
    } else if (noun != NULL) {
        wb_help_noun(stdout, tables, noun);
    } else {
        wb_help_overview(stdout, tables);
    }
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe comes back from write instead */
    wb_ranks_begin();
    const bool first = wb_ranks_index() == 0;
    wb_cli cli;
    wb_error err;
    const char *noun = NULL;
    int status = EXIT_SUCCESS;
    const wb_code code = wb_cli_parse(&cli, tables, argc, argv, &noun, &err);
    if (code != WB_OK) {
        if (first) wb_output_errors(&cli);
        status = wb_code_exit(code);
    } else if (cli.help) {
        if (first) print_help(&cli, noun);
    } else if (first || cli.command->ranks) {
        status = wb_cli_run(&cli);
    }
    wb_cli_clear(&cli);
    (void)fflush(stdout);
    wb_ranks_end();
    return status;
}
