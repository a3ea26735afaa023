/* cmd_sim.c - waarborg sim: run a scenario, and size the opening cash of its fund. */
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

/* ---- size ---- */

static bool is_target(const wb_rate *target)
{
    wb_rate bound;
    wb_rate_init(&bound);
    bool inside = wb_rate_compare(target, &bound) > 0;
    wb_rate_set_ratio(&bound, 1, 1);
    inside = inside && wb_rate_compare(target, &bound) < 0;
    wb_rate_clear(&bound);
    return inside;
}

/* --event, --target and --years against the model. */
static wb_code read_question(wb_cli *cli, const wb_model *model, wb_size_question *question,
                             wb_rate *target)
{
    wb_error err;
    uint64_t years = model->years;
    bool good = true;
    if (wb_event_parse(&question->event, wb_cli_text(cli, "event"), &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "event", 0, &err);
        good = false;
    }
    if (!wb_cli_rate(cli, "target", WB_RATE_RATE, target)) {
        good = false;
    } else if (!is_target(target)) {
        (void)wb_fail(&err, WB_E_RANGE, "a target of '%s' is not between 0%% and 100%%",
                      wb_cli_text(cli, "target"));
        wb_error_hint(&err, "write how often the event may happen, such as 1%%");
        (void)wb_cli_refuse(cli, "target", 0, &err);
        good = false;
    }
    if (!wb_cli_number(cli, "years", UINT32_MAX, &years)) {
        good = false;
    } else if (years < 1 || years > model->years) {
        (void)wb_fail(&err, WB_E_RANGE, "%llu years: the scenario has %u",
                      (unsigned long long)years, (unsigned)model->years);
        wb_error_hint(&err, "ask for 1 to %u years, or lengthen 'horizon'", (unsigned)model->years);
        (void)wb_cli_refuse(cli, "years", 0, &err);
        good = false;
    }
    question->years = (uint32_t)years;
    question->target = target;
    return good ? WB_OK : WB_E_USAGE;
}

static wb_code print_size(const wb_cli *cli, const wb_model *model, const wb_sim_size *size,
                          const wb_size_question *question, wb_error *err)
{
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_size_json(stdout, model, size, question, WAARBORG_VERSION, err);
    } else if (!cli->quiet) {
        wb_sim_size_text(stdout, model, size, question);
    }
    if (code != WB_OK) return code;
    wb_cli_note(cli, "%llu paths in %.1f s, kernel %s", (unsigned long long)size->paths,
                size->seconds, wb_kernel_name(size->kernel_used));
    return size->exists ? WB_OK : WB_E_ANSWER_NO;
}

static wb_code run_size(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_sim_size size;
    wb_size_question question;
    wb_rate target;
    wb_sim_size_init(&size);
    wb_rate_init(&target);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) code = read_question(cli, input.model, &question, &target);
    if (code == WB_OK) {
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code = wb_sim_size_cash(&size, input.model, question.event, &target, question.years,
                                &options, err);
        wb_progress_end(&progress);
    }
    if (code == WB_OK) code = print_size(cli, input.model, &size, &question, err);
    wb_sim_size_clear(&size);
    wb_rate_clear(&target);
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
static const wb_option size_options[] = {
    {"event", "NAME", "capital_used, obligo_called, obligo_used_up, backstop_used_up or ruin",
     WB_REQUIRED},
    {"target", "RATE", "how often the event may happen, such as 1%", WB_REQUIRED},
    {"years", "N", "by the end of this year (default: the horizon)", 0},
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
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
    {.noun = "sim",
     .verb = "size",
     .summary = "the least opening cash that keeps an event rare enough",
     .description =
         "capital_used: others than the fund itself are called on. obligo_called: the levy\n"
         "does not suffice. obligo_used_up: levy and obligo do not. backstop_used_up: its\n"
         "limit is reached. ruin: support is asked that nobody can pay. Exit 1 when no\n"
         "amount is enough.",
     .example = "waarborg sim size scenarios/limburg/basis.yaml --event obligo_used_up "
                "--target 1% --years 10",
     .options = size_options,
     .operands = file_operands,
     .stops = true,
     .run = run_size},
    {.noun = NULL},
};
