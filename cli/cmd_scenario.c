/* cmd_scenario.c - waarborg scenario: check files, and show what they come to. */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_input.h"

/* ---- check ---- */

static json_t *checked_json(const char *path, const wb_model *model, const char *ledger, bool good)
{
    json_t *object = wb_json_object();
    wb_json_set(object, "file", wb_json_text(path));
    wb_json_set(object, "good", good ? json_true() : json_false());
    if (ledger != NULL) wb_json_set(object, "ledger", wb_json_text(ledger));
    if (model == NULL) return object;
    wb_json_set(object, "name", wb_json_text(model->name));
    wb_json_set(object, "blake2b", wb_json_hash(model->blake2b));
    wb_json_set(object, "providers", wb_json_number(model->provider_count));
    wb_json_set(object, "years", wb_json_number(model->years));
    wb_json_set(object, "steps", wb_json_number(model->step_count));
    return object;
}

static void say_checked(const wb_cli *cli, const char *path, const wb_model *model,
                        const char *ledger)
{
    if (model == NULL) {
        wb_cli_say(cli, "%s: good, as far as can be seen without its ledger %s", path, ledger);
        return;
    }
    wb_cli_say(cli, "%s: good. %s: %u provider%s, %u year%s in %u step%s", path, model->name,
               (unsigned)model->provider_count, model->provider_count == 1 ? "" : "s",
               (unsigned)model->years, model->years == 1 ? "" : "s", (unsigned)model->step_count,
               model->step_count == 1 ? "" : "s");
}

/* The ledger of a scenario is not opened: a check must not depend on the state of the books. */
static wb_code check_one(wb_cli *cli, const char *path, json_t *files)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    wb_code code = wb_scenario_load(&scenario, path, &list);
    const char *ledger = code == WB_OK ? wb_scenario_ledger(scenario) : NULL;
    if (code == WB_OK && ledger == NULL) code = wb_scenario_model(&model, scenario, NULL, &list);
    if (files != NULL) {
        wb_json_append(files, checked_json(path, model, ledger, code == WB_OK));
    } else if (code == WB_OK) {
        say_checked(cli, path, model, ledger);
    }
    wb_cli_take(cli, &list, true);
    wb_model_free(model);
    wb_scenario_free(scenario);
    return code;
}

static wb_code run_check(wb_cli *cli, wb_error *err)
{
    (void)err;
    wb_code code = WB_OK;
    json_t *files = cli->json ? wb_json_array() : NULL;
    cli->closing = "nothing was run";
    for (size_t i = 0; i < wb_cli_count(cli, "FILE"); i++) {
        const wb_code one = check_one(cli, wb_cli_nth(cli, "FILE", i), files);
        if (code == WB_OK) code = one;
    }
    if (cli->json) {
        json_t *document = wb_json_document("scenario-check");
        wb_json_set(document, "files", files);
        wb_json_print(document);
    }
    return code;
}

/* ---- show ---- */

typedef struct shown {
    bool resolved;
    json_t *values; /* NULL: print */
} shown;

static void show_value(const char *path, const char *value, const char *origin, void *context)
{
    shown *s = context;
    const bool derived = strncmp(path, "steps[", 6) == 0 || strstr(path, ".in_force") != NULL;
    if (!s->resolved && (derived || strcmp(origin, "default") == 0)) return;
    if (s->values == NULL) {
        (void)printf("%-34s  %-34s  (%s)\n", path, value, origin);
        return;
    }
    json_t *object = wb_json_object();
    wb_json_set(object, "path", wb_json_text(path));
    wb_json_set(object, "value", wb_json_text(value));
    wb_json_set(object, "origin", wb_json_text(origin));
    wb_json_append(s->values, object);
}

static wb_code run_show(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_code code = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), true, err);
    shown s = {wb_cli_count(cli, "resolved") > 0, cli->json ? wb_json_array() : NULL};
    if (code == WB_OK) {
        code = wb_scenario_show(input.scenario, input.has_opening ? &input.opening : NULL,
                                show_value, &s, err);
    }
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("scenario-show");
        wb_json_set(document, "name", wb_json_text(input.model->name));
        wb_json_set(document, "blake2b", wb_json_hash(input.model->blake2b));
        wb_json_set(document, "values", s.values);
        wb_json_print(document);
    } else {
        json_decref(s.values);
    }
    wb_cli_scenario_clear(&input);
    return code;
}

/* ---- tables ---- */

static const wb_option check_operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED | WB_REPEATABLE},
    {.name = NULL},
};
static const wb_option show_operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option show_options[] = {
    {"resolved", NULL, "defaults too, and what the stresses come to", 0},
    {.name = NULL},
};

const wb_command wb_commands_scenario[] = {
    {.noun = "scenario",
     .verb = "check",
     .summary = "report every mistake of scenario files, their bases and their tables",
     .description = "Each mistake with its place, the line and what to write instead. Exit 3 when\n"
                    "there is any. A ledger that a scenario starts from is not opened.",
     .example = "waarborg scenario check scenarios/limburg/basis.yaml",
     .operands = check_operands,
     .run = run_check},
    {.noun = "scenario",
     .verb = "show",
     .summary = "print the values of a scenario and where each comes from",
     .description = "With --resolved also every default, and step by step what the stresses do to\n"
                    "the probabilities: from a tariff to a margin to a chance of distress.",
     .example = "waarborg scenario show scenarios/limburg/S01-tariefkorting.yaml --resolved",
     .options = show_options,
     .operands = show_operands,
     .run = run_show},
    {.noun = NULL},
};
