/* scenario_input.h - a scenario that a command names, with the ledger it starts from. */
#ifndef WAARBORG_CLI_SCENARIO_INPUT_H
#define WAARBORG_CLI_SCENARIO_INPUT_H

#include "cli/command.h"
#include "waarborg/scenario.h"

typedef struct wb_scenario_input {
    wb_scenario *scenario;
    wb_opening opening; /* from the ledger, when the scenario names one */
    bool has_opening;
    wb_model *model;
} wb_scenario_input;

/*
 * Load the file, take over --seed and -n where the command has them, verify the ledger it starts
 * from, and resolve. Errors and warnings go to cli->list; notes too when `notes` is set. Clear the
 * input whatever the answer.
 */
WB_MUST_CHECK wb_code wb_cli_scenario(wb_cli *cli, wb_scenario_input *input, const char *path,
                                      bool notes, wb_error *err);
void wb_cli_scenario_clear(wb_scenario_input *input);

/* Add the messages of `from` to cli->list (notes only when asked, and each only once), and clear
 * it. */
void wb_cli_take(wb_cli *cli, wb_diagnostics *from, bool notes);

#endif
