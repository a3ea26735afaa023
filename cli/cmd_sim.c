/* cmd_sim.c - waarborg sim run: simulate a scenario. */
#include <errno.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "waarborg/sim_report.h"

/* How it was computed: on standard error, never in the document. */
static void say_how(const wb_cli *cli, const wb_sim_result *result)
{
    if (!result->int64_proved) {
        wb_cli_note(cli, "amounts are too large to prove 64 bits safe: computed with GMP, slower");
    }
    wb_cli_note(cli, "%llu paths in %.1f s (%.0f a second), %u thread%s, kernel %s",
                (unsigned long long)result->paths, result->seconds,
                result->seconds > 0 ? (double)result->paths / result->seconds : 0.0,
                (unsigned)result->threads_used, result->threads_used == 1 ? "" : "s",
                wb_kernel_name(result->kernel_used));
}

static wb_code write_timing(const wb_cli *cli, const wb_sim_result *result, wb_error *err)
{
    const char *path = wb_cli_text(cli, "timing");
    if (path == NULL) return WB_OK;
    json_t *document = wb_json_document("sim-timing");
    wb_json_set(document, "paths", wb_json_number(result->paths));
    wb_json_set(document, "seconds", json_real(result->seconds));
    wb_json_set(document, "threads", wb_json_number(result->threads_used));
    wb_json_set(document, "kernel", wb_json_text(wb_kernel_name(result->kernel_used)));
    wb_json_set(document, "int64_proved", result->int64_proved ? json_true() : json_false());
    wb_json_set(document, "version", wb_json_text(WAARBORG_VERSION));
    const int bad = json_dump_file(document, path, JSON_INDENT(2));
    const int reason = errno;
    json_decref(document);
    if (bad == 0) return WB_OK;
    return wb_fail(err, WB_E_IO, "cannot write '%s': %s", path, strerror(reason));
}

static wb_code run_run(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_sim_result *result = NULL;
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code = wb_sim_run(&result, input.model, &options, err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK && cli->json) {
        code = wb_sim_result_json(stdout, input.model, result, WAARBORG_VERSION, err);
    } else if (code == WB_OK && !cli->quiet) {
        wb_sim_result_text(stdout, input.model, result);
    }
    if (code == WB_OK) {
        say_how(cli, result);
        code = write_timing(cli, result, err);
    }
    wb_sim_result_free(result);
    wb_cli_scenario_clear(&input);
    return code;
}

/* ---- tables ---- */

static const wb_option file_operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option run_options[] = {
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {"timing", "FILE", "write how it was computed and how fast, as JSON", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim[] = {
    {.noun = "sim",
     .verb = "run",
     .summary = "simulate a scenario: chances, losses and balances with their intervals",
     .description =
         "The same scenario and seed give the same result, byte for byte, on any machine.\n"
         "A scenario that starts from a ledger verifies it first.",
     .example = "waarborg sim run scenarios/limburg/basis.yaml\n"
                "waarborg sim run scenarios/limburg/basis.yaml --json -n 1000000 > basis.json",
     .options = run_options,
     .operands = file_operands,
     .stops = true,
     .run = run_run},
    {.noun = NULL},
};
