/* cmd_sim_sensitivity.c - waarborg sim sensitivity: which assumption matters most. */
#include "cli/commands.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "cli/sim_question.h"
#include "waarborg/sim_report.h"

static wb_code print(const wb_cli *cli, const wb_model *model,
                     const wb_sim_sensitivity *sensitivity, wb_error *err)
{
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_sensitivity_json(stdout, model, sensitivity, WAARBORG_VERSION, err);
    } else {
        wb_sim_sensitivity_text(stdout, model, sensitivity);
    }
    if (code == WB_OK) {
        wb_cli_note(cli, "%zu runs of %llu paths in %.1f s",
                    sensitivity->comparison->scenario_count,
                    (unsigned long long)sensitivity->comparison->paths, sensitivity->seconds);
    }
    return code;
}

static wb_code run_sensitivity(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_sim_sensitivity *sensitivity = NULL;
    wb_rate level;
    wb_sensitivity_question question = {.event = WB_EVENT_CAPITAL_USED, .level = &level};
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, 995, 1000);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    if (!wb_cli_sim_event(cli, "event", &question.event)) code = WB_E_USAGE;
    if (!wb_cli_sim_target(cli, "level", &level)) code = WB_E_USAGE;
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code = wb_sim_sensitivity_run(&sensitivity, input.model, &question, &options, err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK) code = print(cli, input.model, sensitivity, err);
    wb_sim_sensitivity_free(sensitivity);
    wb_rate_clear(&level);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_sensitivity[] = {
    {"event", "NAME", "whose chance ranks them (default: capital_used)", 0},
    {"level", "RATE", "of the expected shortfall (default: 99.5%)", 0},
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_sensitivity[] = {
    {.noun = "sim",
     .verb = "sensitivity",
     .summary = "which assumption matters most: each moved down and up by a step",
     .description =
         "Every parameter that the scenario has is moved by itself, with the same draws;\n"
         "the effect on the chance of the event by the end of the horizon and on the\n"
         "expected shortfall of the loss is paired, path by path. Two runs a parameter.",
     .example = "waarborg sim sensitivity scenarios/limburg/basis.yaml --event obligo_called",
     .options = options_of_sensitivity,
     .operands = operands,
     .stops = true,
     .run = run_sensitivity},
    {.noun = NULL},
};
