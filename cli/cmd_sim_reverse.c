/* cmd_sim_reverse.c - waarborg sim reverse: how large a shock must be to pass a limit. */
#include "cli/commands.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "cli/sim_question.h"
#include "waarborg/sim_report.h"

/* --until, --vary and --years against the model. */
static wb_code read_question(wb_cli *cli, const wb_model *model, wb_reverse_until *until)
{
    wb_error err;
    bool good = true;
    if (wb_reverse_parse(until, wb_cli_text(cli, "until"), &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "until", 0, &err);
        good = false;
    }
    if (wb_reverse_key(wb_cli_text(cli, "vary"), &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "vary", 0, &err);
        good = false;
    }
    good = wb_cli_sim_years(cli, model, &until->years) && good;
    if (good && until->of_loss && until->years != model->years) {
        (void)wb_fail(&err, WB_E_USAGE, "a loss is that of the whole horizon");
        wb_error_hint(&err, "leave --years out, or shorten 'horizon'");
        return wb_cli_refuse(cli, "years", 0, &err);
    }
    return good ? WB_OK : WB_E_USAGE;
}

static wb_code print(const wb_cli *cli, const wb_model *model, const wb_sim_reverse *reverse,
                     const wb_reverse_until *until, wb_error *err)
{
    const char *vary = wb_cli_text(cli, "vary");
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_reverse_json(stdout, model, reverse, until, vary, WAARBORG_VERSION, err);
    } else {
        wb_sim_reverse_text(stdout, model, reverse, until, vary);
    }
    if (code != WB_OK) return code;
    wb_cli_note(cli, "%u sizes on up to %llu paths in %.1f s, kernel %s", (unsigned)reverse->models,
                (unsigned long long)reverse->paths, reverse->seconds,
                wb_kernel_name(reverse->kernel_used));
    return reverse->answer == WB_REVERSE_FOUND ? WB_OK : WB_E_ANSWER_NO;
}

static wb_code run_reverse(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_reverse_until until;
    wb_sim_reverse reverse;
    wb_reverse_until_init(&until);
    wb_sim_reverse_init(&reverse);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) code = read_question(cli, input.model, &until);
    if (code == WB_OK) {
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code =
            wb_sim_reverse_run(&reverse, input.scenario, input.has_opening ? &input.opening : NULL,
                               &until, wb_cli_text(cli, "vary"), &options, &cli->list, err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK) code = print(cli, input.model, &reverse, &until, err);
    wb_sim_reverse_clear(&reverse);
    wb_reverse_until_clear(&until);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_reverse[] = {
    {"until", "LIMIT", "what is passed: \"ruin > 5%\", or \"loss 99.5% > 25 000 000.00\"",
     WB_REQUIRED},
    {"vary", "KEY", "the shock: a key of a stress, or STRESS.KEY of one in the file", WB_REQUIRED},
    {"years", "N", "by the end of this year (default: the horizon)", 0},
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_reverse[] = {
    {.noun = "sim",
     .verb = "reverse",
     .summary = "how large a shock must be before a limit is passed",
     .description =
         "KEY alone is a shock on all providers over the whole horizon, on top of the\n"
         "scenario: pd_multiplier, margin, tariff, lgd_add, ... STRESS.KEY is the value of\n"
         "one stress of the file. The size is searched with the same draws, on a grid of\n"
         "0.0001 (of 0.0001% for a rate), to within 1/4096 of the shock. Exit 1 when no size\n"
         "passes the limit, or when it is passed without any.",
     .example = "waarborg sim reverse scenarios/limburg/basis.yaml --until \"obligo_called > 10%\" "
                "--vary pd_multiplier\n"
                "waarborg sim reverse scenarios/limburg/S01-tariefkorting.yaml "
                "--until \"ruin > 1%\" --vary tariefkorting.tariff",
     .options = options_of_reverse,
     .operands = operands,
     .stops = true,
     .run = run_reverse},
    {.noun = NULL},
};
