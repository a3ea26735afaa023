/*
 * bench_rare.c - importance sampling against plain paths: variance ratios, and the time until a
 * value at risk is known within 1 %.
 *
 *     bench_rare FILE LEVEL PATHS [YEARS]     such as tests/cases/.../scenario.yaml 99.9% 20000
 *
 * The standard error of a value at risk is the width of its interval over 3.92. "within 1 %" means
 * that this is 1 % of the figure; the paths for it follow from those of the run, as the error falls
 * with their root. The time is the median of five runs with so many; for plain paths that of a run
 * with PATHS, in proportion.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/rate.h"
#include "waarborg/scenario.h"
#include "waarborg/sim_rare.h"

static wb_model *load(const char *path)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    if (wb_scenario_load(&scenario, path, &list) != WB_OK ||
        wb_scenario_model(&model, scenario, NULL, &list) != WB_OK) {
        wb_diagnostics_render(stderr, &list, NULL);
        exit(1);
    }
    wb_diagnostics_clear(&list);
    wb_scenario_free(scenario);
    return model;
}

static double cents(const wb_money *money)
{
    return mpz_get_d(money->cents);
}

/* Standard error over figure. */
static double relative_error(const wb_rare_estimate *e)
{
    if (e->var_high_none || e->var_low_none) return 1.0;
    return (cents(&e->var_high) - cents(&e->var_low)) / (2 * 1.96) / cents(&e->var);
}

static wb_rare_result *ask(wb_model *model, const wb_rare_question *question, bool beside,
                           uint64_t paths)
{
    const wb_sim_options options = {.threads = 2};
    wb_error err = {0};
    wb_rare_result *result = NULL;
    model->paths = paths;
    if (wb_sim_rare(&result, model, question, 1, beside, &options, &err) != WB_OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    return result;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median time of some runs of so many paths, plain ones or not. */
static double time_of(wb_model *model, const wb_rare_question *question, uint64_t paths)
{
    double seconds[5];
    for (size_t i = 0; i < 5; i++) {
        wb_rare_result *result = ask(model, question, false, paths);
        seconds[i] = result->seconds;
        wb_rare_result_free(result);
    }
    qsort(seconds, 5, sizeof *seconds, compare);
    return seconds[2];
}

static double time_of_plain(wb_model *model, uint64_t paths)
{
    const wb_sim_options options = {.threads = 2};
    wb_error err = {0};
    wb_sim_result *result = NULL;
    model->paths = paths;
    if (wb_sim_run(&result, model, &options, &err) != WB_OK) exit(1);
    const double seconds = result->seconds;
    wb_sim_result_free(result);
    return seconds;
}

static uint64_t paths_for(double relative, uint64_t paths)
{
    const double needed = (double)paths * (relative / 0.01) * (relative / 0.01);
    return needed < 100 ? 100 : (uint64_t)needed;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: bench_rare FILE LEVEL PATHS [YEARS]\n");
        return 2;
    }
    wb_model *model = load(argv[1]);
    wb_rare_question question;
    wb_error err = {0};
    char text[2][WB_MONEY_TEXT_MAX];
    wb_rare_question_init(&question);
    question.kind = WB_RARE_LEVEL;
    question.years = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : model->years;
    if (wb_rate_parse(&question.level.level, argv[2], strlen(argv[2]), WB_RATE_RATE, &err) != WB_OK)
        return 2;
    const uint64_t paths = strtoull(argv[3], NULL, 10);
    wb_rare_result *result = ask(model, &question, true, paths);
    const wb_rare_answer *a = &result->answers[0];
    printf("%s, %s, %llu paths: %s, value at risk %s, es %s\n", model->name, argv[2],
           (unsigned long long)paths, a->method,
           wb_money_text(text[0], &a->estimate.var, WB_MONEY_GROUPED),
           wb_money_text(text[1], &a->estimate.es, WB_MONEY_GROUPED));
    printf("variance ratio %.1f (pilot %.1f), effective paths %.0f, largest weight %.4f, %.3f s\n",
           a->variance_ratio, a->pilot_ratio, a->effective, a->largest, result->seconds);
    printf("shift %.3f, spread %.3f\n", a->tilt.shift != NULL ? a->tilt.shift[0] : 0.0,
           a->tilt.spread);
    const uint64_t rare = paths_for(relative_error(&a->estimate), paths);
    printf("within 1 %%: %llu paths, %.4f s\n", (unsigned long long)rare,
           time_of(model, &question, rare));
    if (a->has_beside) {
        const uint64_t plain = paths_for(relative_error(&a->beside), paths);
        printf("plain: value at risk %s; within 1 %%: %llu paths, %.3f s\n",
               wb_money_text(text[0], &a->beside.var, WB_MONEY_GROUPED), (unsigned long long)plain,
               time_of_plain(model, paths) * (double)plain / (double)paths);
    }
    wb_rare_result_free(result);
    wb_rare_question_clear(&question);
    wb_model_free(model);
    return 0;
}
