/* scenario_input.c - load, open the books, resolve: what every command on a scenario begins with.
 */
#include "cli/scenario_input.h"

#include <string.h>

#include "waarborg/bridge.h"

static bool already_said(const wb_diagnostics *list, const wb_error *message)
{
    for (size_t i = 0; i < list->count; i++) {
        const wb_error *other = &list->items[i];
        if (other->line == message->line && strcmp(other->file, message->file) == 0 &&
            strcmp(other->message, message->message) == 0) {
            return true;
        }
    }
    return false;
}

void wb_cli_take(wb_cli *cli, wb_diagnostics *from, bool notes)
{
    for (size_t i = 0; i < from->count; i++) {
        const wb_error *message = &from->items[i];
        const bool note = message->severity == WB_NOTE;
        /* a table that several files name is remarked on once */
        if (note && (!notes || already_said(&cli->list, message))) continue;
        wb_diagnostics_add(&cli->list, message);
    }
    cli->list.dropped += from->dropped;
    if (from->dropped > 0 && wb_diagnostics_code(from) != WB_OK) cli->list.errors += from->dropped;
    wb_diagnostics_clear(from);
}

static wb_code read_overrides(wb_cli *cli, wb_scenario *scenario)
{
    uint64_t paths = 0;
    uint64_t seed = 0;
    wb_error err;
    bool good = wb_cli_number(cli, "n", WB_PATHS_MAX, &paths);
    good = wb_cli_number(cli, "seed", UINT64_MAX, &seed) && good;
    if (good && wb_cli_count(cli, "n") > 0 && paths == 0) {
        (void)wb_fail(&err, WB_E_USAGE, "'0' paths: nothing would be simulated");
        return wb_cli_refuse(cli, "n", 0, &err);
    }
    if (!good) return WB_E_USAGE;
    wb_scenario_override(scenario, paths, wb_cli_count(cli, "seed") > 0, seed);
    return WB_OK;
}

wb_code wb_cli_scenario(wb_cli *cli, wb_scenario_input *input, const char *path, bool notes,
                        wb_error *err)
{
    memset(input, 0, sizeof *input);
    wb_opening_init(&input->opening);
    wb_diagnostics list = {0};
    cli->closing = "nothing was run";
    wb_code code = wb_scenario_load(&input->scenario, path, &list);
    wb_cli_take(cli, &list, notes);
    if (code != WB_OK) return code;
    code = read_overrides(cli, input->scenario);
    const char *ledger = wb_scenario_ledger(input->scenario);
    if (code == WB_OK && ledger != NULL) {
        code = wb_bridge_opening(ledger, &input->opening, err);
        input->has_opening = code == WB_OK;
    }
    if (code != WB_OK) return code;
    code = wb_scenario_model(&input->model, input->scenario,
                             input->has_opening ? &input->opening : NULL, &list);
    wb_cli_take(cli, &list, notes);
    return code;
}

void wb_cli_scenario_clear(wb_scenario_input *input)
{
    wb_model_free(input->model);
    wb_scenario_free(input->scenario);
    wb_opening_clear(&input->opening);
    memset(input, 0, sizeof *input);
}
