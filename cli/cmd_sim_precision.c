/* cmd_sim_precision.c - waarborg sim precision: how many futures a figure takes. */
#include "cli/commands.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "cli/sim_question.h"
#include "waarborg/sim_report.h"

static wb_code print(const wb_cli *cli, const wb_model *model, const wb_sim_precision *precision,
                     const wb_rate *target, wb_error *err)
{
    const wb_sim_result *result = precision->result;
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_precision_json(stdout, model, precision, target, WAARBORG_VERSION, err);
    } else {
        wb_sim_precision_text(stdout, model, precision, target);
    }
    if (code != WB_OK) return code;
    wb_cli_note(cli, "%llu paths in %.1f s; %llu would take about %.0f s",
                (unsigned long long)result->paths, result->seconds,
                (unsigned long long)precision->paths,
                result->seconds * (double)precision->paths / (double)result->paths);
    return precision->enough ? WB_OK : WB_E_ANSWER_NO;
}

static wb_code run_precision(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_sim_precision *precision = NULL;
    wb_rate target;
    wb_rate level;
    wb_rate_init(&target);
    wb_rate_init(&level);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    if (!wb_cli_sim_target(cli, "target", &target)) code = WB_E_USAGE;
    if (!wb_cli_sim_target(cli, "level", &level)) code = WB_E_USAGE;
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        const bool one = wb_cli_text(cli, "level") != NULL;
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code = wb_sim_precision_run(&precision, input.model, &target, one ? &level : NULL, &options,
                                    err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK) code = print(cli, input.model, precision, &target, err);
    wb_sim_precision_free(precision);
    wb_rate_clear(&target);
    wb_rate_clear(&level);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_precision[] = {
    {"target", "RATE", "the wanted relative error, such as 1%", WB_REQUIRED},
    {"level", "RATE", "the only level of quantiles (default: the scenario's)", 0},
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_precision[] = {
    {.noun = "sim",
     .verb = "precision",
     .summary = "how many futures it takes to know each figure well enough",
     .description =
         "One run; from its intervals, how far each figure may be off, and how many futures\n"
         "it takes: an interval shrinks with the root of their number. Exit 1 when the scenario's "
         "futures are not enough.",
     .example = "waarborg sim precision scenarios/limburg/basis.yaml --target 1%",
     .options = options_of_precision,
     .operands = operands,
     .stops = true,
     .run = run_precision},
    {.noun = NULL},
};
