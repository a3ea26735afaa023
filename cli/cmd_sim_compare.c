/* cmd_sim_compare.c - waarborg sim compare and sim stress: scenarios on the same draws. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "waarborg/sim_report.h"

/* The scenarios of one command, the first of which the others are set against. */
typedef struct lineup {
    wb_scenario_input *inputs;
    const wb_model **models; /* of the inputs, then of `combined` */
    size_t count;            /* inputs */
    size_t model_count;
    wb_scenario *combined;
    wb_model *combined_model;
} lineup;

static void lineup_clear(lineup *l)
{
    wb_model_free(l->combined_model);
    wb_scenario_free(l->combined); /* borrows from the inputs */
    for (size_t i = 0; l->inputs != NULL && i < l->count; i++)
        wb_cli_scenario_clear(&l->inputs[i]);
    free(l->inputs);
    free(l->models);
}

/* A scenario runs with the paths and the seed of the first, whatever its file says. */
static void take_draws(const wb_cli *cli, wb_model *model, const wb_model *first)
{
    if (model->paths == first->paths && model->seed == first->seed) return;
    wb_cli_note(cli, "'%s' runs on the draws of '%s': %llu paths, seed %llu", model->name,
                first->name, (unsigned long long)first->paths, (unsigned long long)first->seed);
    model->paths = first->paths;
    model->seed = first->seed;
}

/* Load all of them, so that the faults of all are told. */
static wb_code lineup_load(lineup *l, wb_cli *cli, const char *const *paths, size_t count,
                           wb_error *err)
{
    wb_code code = WB_OK;
    l->count = count;
    l->inputs = wb_cli_must(calloc(count, sizeof *l->inputs));
    l->models = wb_cli_must(calloc(count + 1, sizeof *l->models));
    for (size_t i = 0; i < count; i++) {
        const wb_code loaded = wb_cli_scenario(cli, &l->inputs[i], paths[i], false, err);
        if (code == WB_OK) code = loaded;
        l->models[i] = l->inputs[i].model;
        if (code == WB_OK && i > 0) take_draws(cli, l->inputs[i].model, l->models[0]);
    }
    l->model_count = count;
    return code;
}

/* One more: all stresses at once. */
static wb_code lineup_combine(lineup *l, wb_cli *cli)
{
    wb_diagnostics list = {0};
    wb_scenario_part *parts = wb_cli_must(calloc(l->count, sizeof *parts));
    for (size_t i = 0; i < l->count; i++)
        parts[i] = (wb_scenario_part){l->inputs[i].scenario, l->models[i]};
    wb_code code = wb_scenario_combine(&l->combined, parts, l->count, &list);
    free(parts);
    wb_cli_take(cli, &list, false);
    if (code != WB_OK) return code;
    const wb_scenario_input *base = &l->inputs[0];
    code = wb_scenario_model(&l->combined_model, l->combined,
                             base->has_opening ? &base->opening : NULL, &list);
    wb_cli_take(cli, &list, false);
    if (code != WB_OK) return code;
    l->combined_model->paths = l->models[0]->paths;
    l->combined_model->seed = l->models[0]->seed;
    l->models[l->model_count++] = l->combined_model;
    return WB_OK;
}

static wb_code compare_and_print(wb_cli *cli, const lineup *l, const wb_sim_options *options,
                                 wb_progress *progress, bool table, wb_error *err)
{
    wb_sim_comparison *comparison = NULL;
    wb_progress_begin(progress, l->models[0]->name, "paths", cli->quiet);
    wb_code code = wb_sim_compare(&comparison, l->models, l->model_count, options, err);
    wb_progress_end(progress);
    if (code != WB_OK) return code;
    if (cli->json) {
        code = wb_sim_compare_json(stdout, l->models, comparison, WAARBORG_VERSION, err);
    } else if (table) {
        wb_sim_stress_text(stdout, l->models, comparison);
    } else {
        wb_sim_compare_text(stdout, l->models, comparison);
    }
    if (code == WB_OK) {
        wb_cli_note(cli, "%llu paths in %.1f s, %zu scenarios",
                    (unsigned long long)comparison->paths * comparison->scenario_count,
                    comparison->seconds, comparison->scenario_count);
    }
    wb_sim_comparison_free(comparison);
    return code;
}

static wb_code run_lineup(wb_cli *cli, const char *const *paths, size_t count, bool combine,
                          bool table, wb_error *err)
{
    lineup l = {0};
    wb_progress progress;
    wb_sim_options options;
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    const wb_code loaded = lineup_load(&l, cli, paths, count, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK && combine) code = lineup_combine(&l, cli);
    if (code == WB_OK) code = compare_and_print(cli, &l, &options, &progress, table, err);
    lineup_clear(&l);
    return code;
}

static wb_code refuse_count(wb_cli *cli, const char *name, const char *what, const char *hint)
{
    wb_error err;
    (void)wb_fail(&err, WB_E_USAGE, "%s", what);
    wb_error_hint(&err, "%s", hint);
    return wb_cli_refuse(cli, name, 0, &err);
}

static wb_code run_compare(wb_cli *cli, wb_error *err)
{
    const char *paths[WB_STRESS_TABLE_MAX + 1];
    const size_t count = wb_cli_count(cli, "FILE");
    if (count < 2) {
        return refuse_count(cli, "FILE", "one scenario has nothing to be compared with",
                            "name the other files after it");
    }
    if (count > WB_STRESS_TABLE_MAX) {
        return refuse_count(cli, "FILE", "more than 64 scenarios", "compare fewer at a time");
    }
    for (size_t i = 0; i < count; i++)
        paths[i] = wb_cli_nth(cli, "FILE", i);
    return run_lineup(cli, paths, count, false, false, err);
}

/* The base, the files of the command line, those of the table. */
static wb_code stress_files(wb_cli *cli, const wb_stress_table *table, wb_error *err)
{
    const char *paths[WB_STRESS_TABLE_MAX + 1];
    const size_t named = wb_cli_count(cli, "FILE");
    const size_t listed = table != NULL ? wb_stress_table_count(table) : 0;
    const bool combine = wb_cli_count(cli, "combine") > 0;
    if (named + listed == 0) {
        return refuse_count(cli, "BASE", "no scenario to set against it",
                            "name stress files after it, or a table of them with --table");
    }
    if (named + listed > WB_STRESS_TABLE_MAX) {
        return refuse_count(cli, "BASE", "more than 64 scenarios", "use fewer at a time");
    }
    if (combine && named + listed < 2) {
        return refuse_count(cli, "combine", "one scenario has nothing to be combined with",
                            "name at least two stress files");
    }
    paths[0] = wb_cli_text(cli, "BASE");
    for (size_t i = 0; i < named; i++)
        paths[1 + i] = wb_cli_nth(cli, "FILE", i);
    for (size_t i = 0; i < listed; i++)
        paths[1 + named + i] = wb_stress_table_path(table, i);
    return run_lineup(cli, paths, 1 + named + listed, combine, true, err);
}

static wb_code run_stress(wb_cli *cli, wb_error *err)
{
    wb_stress_table *table = NULL;
    const char *path = wb_cli_text(cli, "table");
    wb_code code = WB_OK;
    if (path != NULL) {
        wb_diagnostics list = {0};
        cli->closing = "nothing was run";
        code = wb_stress_table_load(&table, path, &list);
        wb_cli_take(cli, &list, false);
    }
    if (code == WB_OK) code = stress_files(cli, table, err);
    wb_stress_table_free(table);
    return code;
}

static const wb_option compare_operands[] = {
    {"FILE", NULL, "scenario files; the others are set against the first",
     WB_REQUIRED | WB_REPEATABLE},
    {.name = NULL},
};
static const wb_option compare_options[] = {
    {"n", "PATHS", "how many futures (default: the first scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the first scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};
static const wb_option stress_operands[] = {
    {"BASE", NULL, "the scenario that the others are set against", WB_REQUIRED},
    {"FILE", NULL, "scenario files, such as stresses of it", WB_REPEATABLE},
    {.name = NULL},
};
static const wb_option stress_options[] = {
    {"table", "TABLE", "a YAML file that lists more of them (waarborg: stress-table/1)", 0},
    {"combine", NULL, "one more line: the stresses of all files at once, on the base", 0},
    {"n", "PATHS", "how many futures (default: the base's)", 0},
    {"seed", "N", "the seed of all draws (default: the base's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim_compare[] = {
    {.noun = "sim",
     .verb = "compare",
     .summary = "figures of scenarios side by side, and which differences exceed noise",
     .description =
         "All run on the same draws, those of the first file: the same good and bad years\n"
         "befall each. So the interval of a difference is far narrower than those of the\n"
         "two figures. A difference is noise when its interval contains 0.",
     .example = "waarborg sim compare scenarios/limburg/basis.yaml "
                "scenarios/limburg/zonder-rijk.yaml",
     .options = compare_options,
     .operands = compare_operands,
     .stops = true,
     .run = run_compare},
    {.noun = "sim",
     .verb = "stress",
     .summary = "a table of stresses against their base, one line each",
     .description = "The document of --json is that of sim compare.",
     .example = "waarborg sim stress scenarios/limburg/basis.yaml "
                "--table scenarios/limburg/stress.yaml\n"
                "waarborg sim stress base.yaml wages.yaml savings.yaml --combine",
     .options = stress_options,
     .operands = stress_operands,
     .stops = true,
     .run = run_stress},
    {.noun = NULL},
};
