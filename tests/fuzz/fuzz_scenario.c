/* fuzz_scenario.c - scenario files (YAML): refused with messages, or loaded; then it resolves to a
 * model that stands its own checks, or is refused; and a second load means the same, byte for byte.
 */
#include "fuzz.h"
#include "waarborg/model.h"
#include "waarborg/scenario.h"

static void check_messages(wb_code code, wb_diagnostics *list)
{
    FUZZ_CHECK((code == WB_OK) == (list->errors == 0));
    for (size_t i = 0; i < list->count; i++)
        FUZZ_CHECK(list->items[i].message[0] != '\0');
    wb_diagnostics_clear(list);
}

/* The model of a file; NULL when it is refused. */
static wb_model *model_of(const char *path)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    wb_code code = wb_scenario_load(&scenario, path, &list);
    FUZZ_CHECK((code == WB_OK) == (scenario != NULL));
    check_messages(code, &list);
    if (code == WB_OK && wb_scenario_ledger(scenario) == NULL) {
        code = wb_scenario_model(&model, scenario, NULL, &list);
        FUZZ_CHECK((code == WB_OK) == (model != NULL));
        check_messages(code, &list);
    }
    wb_scenario_free(scenario);
    return model;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    wb_model *model = model_of(path);
    if (model == NULL) return 0;
    FUZZ_CHECK(wb_model_check(model, NULL) == WB_OK);
    wb_model *again = model_of(path);
    FUZZ_CHECK(again != NULL);
    FUZZ_CHECK(memcmp(model->blake2b, again->blake2b, sizeof model->blake2b) == 0);
    wb_model_free(again);
    wb_model_free(model);
    return 0;
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static const char *const files[] = {
        "waarborg: scenario/1\nname: x\nhorizon: {years: 2, step: year}\nrun: {paths: 10, seed: "
        "1}\n"
        "fund: {opening: {cash: 100.00}}\nproviders:\n  - {id: a, pd: 2%, loss: 40.00}\n",
        "waarborg: scenario/1\nname: \"n\"\nstart: 2027-01-01\nhorizon: {years: 10, step: "
        "quarter}\n"
        "run: {paths: 200_000, seed: 7}\nfund:\n  opening: {cash: 10 000 000.00}\n  floor: 0.00\n"
        "  target: 25 000 000.00\n  cap: 40 000 000.00\n  surplus: refund\n  interest: 2.00%\n"
        "contributions:\n  - {group: municipalities, amount: 1 500 000.00}\n"
        "  - {group: providers, rate: 0.25%, minimum_revenue: 250 000.00}\n"
        "waterfall:\n  levy: {cap: 0.25%, base: 437 000 000.00}\n"
        "  backstop: {limit: 10 000 000.00, repay: yes}\n  ruin: continue\n"
        "dependence: {copula: gaussian, national: 0.10, ar1: 0.60}\n"
        "support: {term: 12 months, instalments: 4, cap: 15.00%, cure: 45%, extend: 25%}\n"
        "measures: {levels: [95%, 99.5%], exceed: [5 000 000.00]}\n"
        "providers:\n  - {id: p1, pd: 2%, revenue: 400 000.00}\n"
        "  - {id: p2, pd: 0.01, loss: 40 000.00, group: g}\n",
    };
    for (size_t i = 0; i < FUZZ_COUNT(files); i++)
        seed(files[i], strlen(files[i]), context);
}
