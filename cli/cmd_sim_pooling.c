/* cmd_sim_pooling.c - waarborg sim pooling: regions alone against the pool. */
#include "cli/commands.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "cli/sim_question.h"
#include "waarborg/sim_report.h"

static wb_code print(const wb_cli *cli, const wb_model *model, const wb_sim_pooling *pooling,
                     wb_error *err)
{
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_pooling_json(stdout, model, pooling, WAARBORG_VERSION, err);
    } else {
        wb_sim_pooling_text(stdout, model, pooling);
    }
    if (code == WB_OK) {
        wb_cli_note(cli, "%llu paths of the pool and of %u region%s in %.1f s, kernel %s",
                    (unsigned long long)pooling->paths, (unsigned)pooling->region_count,
                    pooling->region_count == 1 ? "" : "s", pooling->seconds,
                    wb_kernel_name(pooling->kernel_used));
    }
    return code;
}

static wb_code run_pooling(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_sim_pooling *pooling = NULL;
    wb_rate level;
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, 995, 1000);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    if (!wb_cli_sim_target(cli, "level", &level)) code = WB_E_USAGE;
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code = wb_sim_pooling_run(&pooling, input.model, &level, &options, err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK) code = print(cli, input.model, pooling, err);
    wb_sim_pooling_free(pooling);
    wb_rate_clear(&level);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_pooling[] = {
    {"level", "RATE", "of the expected shortfall (default: 99.5%)", 0},
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_pooling[] = {
    {.noun = "sim",
     .verb = "pooling",
     .summary = "what is gained by carrying the risk together: regions alone against the pool",
     .description =
         "The risk of new distress by itself, with all support paid: the shortfall of the\n"
         "loss and of the need of each region's providers alone, on the same draws, against\n"
         "that of all together; and how concentrated each is.",
     .example = "waarborg sim pooling scenarios/landelijk/basis.yaml --level 99.5%",
     .options = options_of_pooling,
     .operands = operands,
     .stops = true,
     .run = run_pooling},
    {.noun = NULL},
};
