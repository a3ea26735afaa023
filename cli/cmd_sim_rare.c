/* cmd_sim_rare.c - waarborg sim rare: chances and losses too rare for plain simulation. */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "cli/sim_question.h"
#include "waarborg/sim_report.h"

enum { QUESTIONS_MAX = 64 };

typedef struct asked {
    wb_rare_question questions[QUESTIONS_MAX];
    size_t count;
} asked;

/* The value of one option as a question. */
typedef wb_code read_value(wb_rare_question *question, const char *text, wb_error *err);

static wb_code read_event(wb_rare_question *question, const char *text, wb_error *err)
{
    question->kind = WB_RARE_EVENT;
    return wb_event_parse(&question->event, text, err);
}

static wb_code read_loss(wb_rare_question *question, const char *text, wb_error *err)
{
    question->kind = WB_RARE_LOSS;
    const wb_code code =
        wb_money_parse(&question->amount, text, strlen(text), WB_MONEY_GROUPED, err);
    if (code != WB_OK || wb_money_sign(&question->amount) >= 0) return code;
    (void)wb_fail(err, WB_E_RANGE, "a loss of more than '%s' is always there", text);
    wb_error_hint(err, "ask for a positive amount");
    return WB_E_RANGE;
}

static wb_code read_level(wb_rare_question *question, const char *text, wb_error *err)
{
    question->kind = WB_RARE_LEVEL;
    wb_level *level = &question->level;
    const wb_code code = wb_rate_parse(&level->level, text, strlen(text), WB_RATE_RATE, err);
    if (code != WB_OK) return code;
    char exact[WB_RATE_TEXT_MAX];
    (void)snprintf(level->text, sizeof level->text, "%.31s", wb_rate_text(exact, &level->level));
    wb_rate one;
    wb_rate_init(&one);
    const bool positive = wb_rate_compare(&level->level, &one) > 0;
    wb_rate_set_ratio(&one, 1, 1);
    const bool inside = positive && wb_rate_compare(&level->level, &one) < 0;
    wb_rate_clear(&one);
    if (inside) return WB_OK;
    (void)wb_fail(err, WB_E_RANGE, "a level of '%s' is not between 0%% and 100%%", text);
    wb_error_hint(err, "write a level such as 99.9%%");
    return WB_E_RANGE;
}

static bool read_all(wb_cli *cli, asked *all, const char *name, uint32_t years, read_value *read)
{
    bool good = true;
    for (size_t i = 0; i < wb_cli_count(cli, name); i++) {
        wb_error err;
        if (all->count == QUESTIONS_MAX) {
            (void)wb_fail(&err, WB_E_USAGE, "more than %d questions", (int)QUESTIONS_MAX);
            (void)wb_cli_refuse(cli, name, i, &err);
            return false;
        }
        wb_rare_question *question = &all->questions[all->count++];
        question->years = years;
        if (read(question, wb_cli_nth(cli, name, i), &err) == WB_OK) continue;
        (void)wb_cli_refuse(cli, name, i, &err);
        good = false;
    }
    return good;
}

static wb_code read_questions(wb_cli *cli, const wb_model *model, asked *all, wb_error *err)
{
    uint32_t years = 0;
    bool good = wb_cli_sim_years(cli, model, &years);
    good = read_all(cli, all, "event", years, read_event) && good;
    good = read_all(cli, all, "loss-above", years, read_loss) && good;
    good = read_all(cli, all, "level", years, read_level) && good;
    if (!good) return WB_E_USAGE;
    if (all->count > 0) return WB_OK;
    (void)wb_fail(err, WB_E_USAGE, "no question: which event, loss or level is meant");
    wb_error_hint(err, "add --event ruin, --loss-above 5_000_000.00 or --level 99.9%%");
    return WB_E_USAGE;
}

static void warn(const wb_cli *cli, const wb_rare_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (!result->answers[i].degenerate) continue;
        wb_cli_note(cli,
                    "question %zu rests on %.1f effective paths: do not lean on it; ask for more "
                    "paths",
                    i + 1, result->answers[i].effective);
    }
}

static wb_code answer_and_print(const wb_cli *cli, const wb_model *model, const asked *all,
                                const wb_sim_options *options, wb_progress *progress, wb_error *err)
{
    wb_rare_result *result = NULL;
    wb_progress_begin(progress, model->name, "paths", cli->quiet);
    wb_code code = wb_sim_rare(&result, model, all->questions, all->count, true, options, err);
    wb_progress_end(progress);
    if (code != WB_OK) return code;
    if (cli->json) {
        code = wb_sim_rare_json(stdout, model, result, WAARBORG_VERSION, err);
    } else {
        wb_sim_rare_text(stdout, model, result);
    }
    warn(cli, result);
    wb_cli_note(cli, "%zu question%s of %llu paths in %.1f s, kernel %s", result->count,
                result->count == 1 ? "" : "s", (unsigned long long)result->paths, result->seconds,
                wb_kernel_name(result->kernel_used));
    wb_rare_result_free(result);
    return code;
}

static wb_code run_rare(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    asked all = {.count = 0};
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        wb_rare_question_init(&all.questions[i]);
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    const wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) code = read_questions(cli, input.model, &all, err);
    if (code == WB_OK) code = answer_and_print(cli, input.model, &all, &options, &progress, err);
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        wb_rare_question_clear(&all.questions[i]);
    wb_cli_scenario_clear(&input);
    return code;
}

static const wb_option operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option options_of_rare[] = {
    {"event", "NAME", "the chance of capital_used, obligo_called, ... or ruin", WB_REPEATABLE},
    {"loss-above", "AMOUNT", "the chance of a loss of more than this", WB_REPEATABLE},
    {"level", "RATE", "value at risk and expected shortfall, such as 99.9%", WB_REPEATABLE},
    {"years", "N", "by the end of this year (default: the horizon)", 0},
    {"n", "PATHS", "how many futures for each question (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_rare[] = {
    {.noun = "sim",
     .verb = "rare",
     .summary = "rare events by importance sampling, with plain simulation beside it",
     .description =
         "Futures are drawn from a law under which the event is common, and weighed back:\n"
         "unbiased, always mixed with plain futures, and never worse than those. For a\n"
         "loss of one period the law is known; else a pilot finds it. A figure that rests\n"
         "on too few effective futures says so.",
     .example = "waarborg sim rare tests/cases/hetero100_gauss_rho20/scenario.yaml "
                "--loss-above 921.00 --level 99.99% -n 20000\n"
                "waarborg sim rare scenarios/limburg/basis.yaml --event ruin --years 5",
     .options = options_of_rare,
     .operands = operands,
     .stops = true,
     .run = run_rare},
    {.noun = NULL},
};
