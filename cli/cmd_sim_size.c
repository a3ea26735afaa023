/* cmd_sim_size.c - waarborg sim size: how much of what keeps an event rare enough. */
#include <string.h>

#include "cli/commands.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "cli/sim_question.h"
#include "waarborg/sim_report.h"

/* The levers asked for: one, or all of them. */
typedef struct levers {
    wb_lever_question questions[WB_LEVER_COUNT];
    wb_lever_size sizes[WB_LEVER_COUNT];
    size_t count;
} levers;

/* --event, --target and --years against the model. */
static wb_code read_question(wb_cli *cli, const wb_model *model, wb_size_question *question,
                             wb_rate *target)
{
    bool good = wb_cli_sim_event(cli, "event", &question->event);
    good = wb_cli_sim_target(cli, "target", target) && good;
    good = wb_cli_sim_years(cli, model, &question->years) && good;
    question->target = target;
    return good ? WB_OK : WB_E_USAGE;
}

/* --lever and --group: which, and whether the scenario has it. With `all`, those it has. */
static wb_code read_levers(wb_cli *cli, const wb_model *model, wb_size_question *question,
                           levers *asked)
{
    wb_error err;
    const char *name = wb_cli_text(cli, "lever");
    const char *group = wb_cli_text(cli, "group");
    wb_lever wanted = WB_LEVER_CASH;
    question->all = name != NULL && strcmp(name, "all") == 0;
    if (name != NULL && !question->all && wb_lever_parse(&wanted, name, &err) != WB_OK) {
        return wb_cli_refuse(cli, "lever", 0, &err);
    }
    if (group != NULL && !question->all && wanted != WB_LEVER_CONTRIBUTION) {
        (void)wb_fail(&err, WB_E_USAGE, "--group says whose contribution is sized");
        wb_error_hint(&err, "use it with --lever contribution, or all");
        return wb_cli_refuse(cli, "group", 0, &err);
    }
    for (uint32_t i = 0; i < WB_LEVER_COUNT; i++) {
        if (!question->all && (wb_lever)i != wanted) continue;
        wb_lever_question *one = &asked->questions[asked->count];
        *one = (wb_lever_question){.lever = (wb_lever)i,
                                   .event = question->event,
                                   .target = question->target,
                                   .years = question->years};
        if (wb_lever_find(one, model, group, &err) == WB_OK) {
            asked->count++;
        } else if (!question->all || (group != NULL && one->lever == WB_LEVER_CONTRIBUTION)) {
            return wb_cli_refuse(cli, group != NULL ? "group" : "lever", 0, &err);
        }
    }
    return WB_OK;
}

static wb_code size_them(const wb_cli *cli, levers *asked, const wb_model *model,
                         wb_sim_options *options, wb_progress *progress, wb_error *err)
{
    wb_code code = WB_OK;
    double seconds = 0;
    wb_progress_begin(progress, model->name, "paths", cli->quiet);
    for (size_t i = 0; i < asked->count && code == WB_OK; i++) {
        code = wb_sim_size_lever(&asked->sizes[i], model, &asked->questions[i], options, err);
        seconds += asked->sizes[i].size.seconds;
    }
    wb_progress_end(progress);
    if (code == WB_OK) {
        wb_cli_note(cli, "%llu paths in %.1f s, kernel %s",
                    (unsigned long long)asked->sizes[0].size.paths, seconds,
                    wb_kernel_name(asked->sizes[0].size.kernel_used));
    }
    return code;
}

static wb_code print_them(const wb_cli *cli, const levers *asked, const wb_model *model,
                          const wb_size_question *question, wb_error *err)
{
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_size_json(stdout, model, asked->sizes, asked->count, question,
                                WAARBORG_VERSION, err);
    } else {
        wb_sim_size_text(stdout, model, asked->sizes, asked->count, question);
    }
    if (code != WB_OK) return code;
    for (size_t i = 0; i < asked->count; i++) {
        if (asked->sizes[i].size.exists) return WB_OK;
    }
    return WB_E_ANSWER_NO;
}

static wb_code run_size(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_size_question question = {0};
    levers asked = {.count = 0};
    wb_rate target;
    wb_rate_init(&target);
    for (size_t i = 0; i < WB_LEVER_COUNT; i++)
        wb_lever_size_init(&asked.sizes[i]);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) code = read_question(cli, input.model, &question, &target);
    if (code == WB_OK) code = read_levers(cli, input.model, &question, &asked);
    if (code == WB_OK) code = size_them(cli, &asked, input.model, &options, &progress, err);
    if (code == WB_OK) code = print_them(cli, &asked, input.model, &question, err);
    for (size_t i = 0; i < WB_LEVER_COUNT; i++)
        wb_lever_size_clear(&asked.sizes[i]);
    wb_rate_clear(&target);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_size[] = {
    {"event", "NAME", "capital_used, obligo_called, obligo_used_up, backstop_used_up or ruin",
     WB_REQUIRED},
    {"target", "RATE", "how often the event may happen, such as 1%", WB_REQUIRED},
    {"years", "N", "by the end of this year (default: the horizon)", 0},
    {"lever", "NAME", "cash (default), contribution, obligo, backstop or all", 0},
    {"group", "GROUP", "whose contribution (default: the first of a fixed amount)", 0},
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_size[] = {
    {.noun = "sim",
     .verb = "size",
     .summary = "the least amount that keeps an event rare enough",
     .description =
         "capital_used: others than the fund itself are called on. obligo_called: the levy\n"
         "does not suffice. obligo_used_up: levy and obligo do not. backstop_used_up: its\n"
         "limit is reached. ruin: support is asked that nobody can pay. The lever is what is "
         "sized, all else as\n"
         "it is: opening cash, a contribution a year, the obligo over the horizon, the\n"
         "limit of the backstop. Exit 1 when no amount is enough.",
     .example = "waarborg sim size scenarios/limburg/basis.yaml --event obligo_used_up "
                "--target 1% --years 10\n"
                "waarborg sim size scenarios/limburg/basis.yaml --event ruin --target 0.5% "
                "--lever all",
     .options = options_of_size,
     .operands = operands,
     .stops = true,
     .run = run_size},
    {.noun = NULL},
};
