/* fuzz_scenario.c - scenario files (YAML): refused with messages, or loaded; then it resolves to a
 * model that stands its own checks, or is refused; it can be shown; and a second load, and a change
 * that changes nothing, mean the same, byte for byte.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

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

/* Tables that a file can name as 101, 102 and 103, beside itself in /proc/self/fd. */
static void make_tables(void)
{
    static const char providers[] =
        "id,class,revenue,region,segment,group,consortia,clients,crucial,pd,loading_national,"
        "loading_region\nP1,K4,25000000,zuid,wonen,g1,c1|c2,30,yes,,0.3,-0.2\n"
        "P2,K4,1000000.00,noord,wonen,g1,c1,,,7%,,\nP3,K1,400,noord,jeugd,,,,,,,\n";
    static const char classes[] =
        "id,eligible,pd,months_low,months_base,months_high,lgd_low,lgd_base,lgd_high\n"
        "K4,yes,6%,0.5,1.4,1.8,35%,60%,85%\nK1,crucial,0.5%,0,0,0,80%,95%,100%\n";
    static const char municipalities[] =
        "cbs_code,under18,region\nGM1,2327,noord\nGM2,21.50,\nGM3,20817,zuid\n";
    static const char *const tables[] = {providers, classes, municipalities};
    for (int i = 0; i < (int)FUZZ_COUNT(tables); i++) {
        const int file = memfd_create("table", MFD_CLOEXEC);
        const size_t size = strlen(tables[i]);
        FUZZ_CHECK(file >= 0 && write(file, tables[i], size) == (ssize_t)size);
        FUZZ_CHECK(dup2(file, 101 + i) == 101 + i);
        FUZZ_CHECK(close(file) == 0);
    }
}

static void look(const char *path, const char *value, const char *origin, void *context)
{
    (void)context;
    FUZZ_CHECK(path[0] != '\0' && value != NULL && origin[0] != '\0');
}

/* Shown, and changed into itself. */
static void check_scenario(const wb_scenario *scenario, const wb_model *model)
{
    wb_diagnostics list = {0};
    wb_scenario *same = NULL;
    wb_model *again = NULL;
    FUZZ_CHECK(wb_scenario_show(scenario, NULL, look, NULL, NULL) == WB_OK);
    FUZZ_CHECK(wb_scenario_overlay(&same, scenario, "waarborg: scenario/1", &list) == WB_OK);
    FUZZ_CHECK(wb_scenario_model(&again, same, NULL, &list) == WB_OK);
    FUZZ_CHECK(memcmp(model->blake2b, again->blake2b, sizeof model->blake2b) == 0);
    wb_model_free(again);
    wb_scenario_free(same);
    wb_diagnostics_clear(&list);
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
        if (model != NULL) check_scenario(scenario, model);
    }
    wb_scenario_free(scenario);
    return model;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool made = false;
    if (!made) make_tables();
    made = true;
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
        "providers:\n  - {id: p1, pd: 2%, support: 400 000.00}\n"
        "  - {id: p2, pd: 0.01, loss: 40 000.00, group: g}\n",
        "waarborg: scenario/1\nname: t\nstart: 2027-01-01\nhorizon: {years: 3, step: quarter}\n"
        "run: {paths: 10}\nfund: {opening: {cash: 100.00}}\nmargin_sd: 5%\n"
        "dependence: {copula: t, degrees_of_freedom: 4, national: 9%, region: 4%}\n"
        "contagion: {group: 50%, consortium: 3%, peers: {multiplier: 1.3, duration: 12 months}}\n"
        "support: {cure: 45%, lgd: {table: [[20%, 0.5], [100%, 0.5]]}}\nproviders:\n"
        "  - {id: a, pd: 2%, loss: 40.00, region: r, segment: s, loading_national: -0.3}\n"
        "  - {id: b, pd: 2%, loss: 50.00, region: r, loading_region: 0.5, consortia: [x, y]}\n"
        "  - {id: c, pd: 2%, exposure: 50.00}\nstress:\n"
        "  - {name: m, from: 2027-Q2, merge: [a, b]}\n"
        "  - {name: n, quarters: 4, who: {id: a/b}, pd: 60%, pd_multiplier: 2, interest: 1%}\n"
        "  - {name: w, years: 1, wages: 9.25%, indexation: 5.25%, wage_share: 72%, hired: 9%,"
        " hired_premium: 35%, productivity: -2%, margin: -1%, lgd_add: 10%}\n"
        "  - {name: v, tariff: -3%, cost_follow: 30%, volume: -4%, occupancy: -6%,"
        " fixed_share: 80%, force: distress, backstop: {limit: unlimited}}\n",
        "waarborg: scenario/1\nname: t\nhorizon: {years: 2, step: month}\nrun: {paths: 10}\n"
        "fund: {opening: {cash: 100.00}}\nsupport: {cure: 45%}\n"
        "tables: {providers: 101, classes: 102, municipalities: {file: 103, columns: {jong:"
        " under18}}}\ncontributions:\n  - {group: municipalities, amount: 100.00, key: jong}\n"
        "  - {group: providers, rate: 1%}\n  - {group: state, amount: 10.00}\nstress:\n"
        "  - {name: a, quarters: 2, refusal: {probability: 7%, delay: 6 months, arrears: 50%}}\n"
        "  - {name: b, who: {region: zuid}, refusal: {probability: 28%}}\n"
        "  - {name: c, who: {id: [GM1, GM2]}, contributions: {group: municipalities,"
        " change: -10%}}\n"
        "  - {name: d, who: {class: K4}, contributions: {group: providers, change: -50%},"
        " support_months: 1.8, payment_days: 90, debt_called: {share: 15%, probability: 50%}}\n"
        "  - {name: e, merge: [P2, P1]}\n  - {name: f, refusal: {group: state, delay: 2}}\n",
    };
    for (size_t i = 0; i < FUZZ_COUNT(files); i++)
        seed(files[i], strlen(files[i]), context);
}
