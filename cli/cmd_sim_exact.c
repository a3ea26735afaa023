/* cmd_sim_exact.c - waarborg sim exact: the loss of a static portfolio without simulation. */
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/scenario_input.h"
#include "waarborg/sim_report.h"

static bool show_progress(uint64_t done, uint64_t total, void *context)
{
    wb_progress_show(context, done, total);
    return !wb_interrupted();
}

static wb_code solve_and_print(const wb_cli *cli, const wb_model *model, const wb_money *lattice,
                               wb_error *err)
{
    wb_exact_result *result = NULL;
    wb_progress progress;
    const wb_exact_options options = {.lattice = lattice,
                                      .contributions = wb_cli_count(cli, "contributions") > 0,
                                      .progress = show_progress,
                                      .context = &progress};
    wb_progress_begin(&progress, model->name, "nodes", cli->quiet);
    wb_code code = wb_sim_exact(&result, model, &options, err);
    wb_progress_end(&progress);
    if (code != WB_OK) return code;
    if (cli->json) {
        code = wb_sim_exact_json(stdout, model, result, WAARBORG_VERSION, err);
    } else {
        wb_sim_exact_text(stdout, model, result);
    }
    wb_cli_note(cli, "%llu conditional distributions in %.3f s", (unsigned long long)result->nodes,
                result->seconds);
    wb_exact_result_free(result);
    return code;
}

static wb_code run_exact(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_money lattice;
    wb_money_init(&lattice);
    wb_code code = wb_cli_money(cli, "lattice", &lattice) ? WB_OK : WB_E_USAGE;
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        const bool asked = wb_cli_text(cli, "lattice") != NULL;
        code = solve_and_print(cli, input.model, asked ? &lattice : NULL, err);
    }
    wb_money_clear(&lattice);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file: one yearly step, losses or exposures", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_exact[] = {
    {"lattice", "AMOUNT", "round losses to multiples of it, down and up (default: not at all)", 0},
    {"contributions", NULL, "also what each provider adds to the expected shortfall", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_exact[] = {
    {.noun = "sim",
     .verb = "exact",
     .summary = "the loss of one year without simulation, each figure with its error",
     .description =
         "For a portfolio of losses and exposures over one yearly step, without contagion,\n"
         "and a fund that can pay all of it: given the factors providers are independent,\n"
         "so that the distribution is added up exactly. What is not covered is named.",
     .example = "waarborg sim exact tests/cases/hetero100_gauss_rho20/scenario.yaml",
     .options = options_of_exact,
     .operands = operands,
     .stops = true,
     .run = run_exact},
    {.noun = NULL},
};
