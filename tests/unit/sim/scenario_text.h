/* scenario_text.h - scenarios written out in a test: load, resolve, compare, or the first error. */
#ifndef WAARBORG_TESTS_SCENARIO_TEXT_H
#define WAARBORG_TESTS_SCENARIO_TEXT_H

#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/scenario.h"

static char text_directory[] = "/tmp/wb-scenario-XXXXXX";

/* A file of the test's directory; the path holds until the fourth call after. */
static inline const char *text_path(const char *name)
{
    static char path[4][200];
    static int turn = 0;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", text_directory, name);
    return path[turn];
}

static inline void text_write(const char *name, const char *text)
{
    FILE *file = fopen(text_path(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline wb_scenario *text_load(const char *text)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    text_write("model.yaml", text);
    const wb_code code = wb_scenario_load(&scenario, text_path("model.yaml"), &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return scenario;
}

static inline wb_model *text_resolve(const wb_scenario *scenario, const wb_opening *opening)
{
    wb_diagnostics list = {0};
    wb_model *model = NULL;
    const wb_code code = wb_scenario_model(&model, scenario, opening, &list);
    if (code != WB_OK) wb_diagnostics_render(stderr, &list, "failed");
    assert_int_equal(code, WB_OK);
    wb_diagnostics_clear(&list);
    return model;
}

static inline wb_model *text_model(const char *text)
{
    wb_scenario *scenario = text_load(text);
    wb_model *model = text_resolve(scenario, NULL);
    wb_scenario_free(scenario); /* the model borrows nothing */
    return model;
}

static inline uint32_t text_provider(const wb_model *model, const char *id)
{
    uint32_t found = WB_NONE;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (strcmp(model->providers[i].id, id) == 0) found = i;
    }
    assert_int_not_equal(found, WB_NONE);
    return found;
}

static inline void assert_cents(const wb_money *money, int64_t cents)
{
    assert_true(wb_money_fits_int64(money));
    assert_int_equal(wb_money_cents(money), cents);
}

static inline void assert_ratio(const wb_rate *rate, int64_t n, uint64_t d)
{
    wb_rate expected;
    wb_rate_init(&expected);
    wb_rate_set_ratio(&expected, n, d);
    assert_int_equal(wb_rate_compare(rate, &expected), 0);
    wb_rate_clear(&expected);
}

static inline void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance)) {
        print_error("found %.17g, expected %.17g\n", found, expected);
    }
    assert_true(fabs(found - expected) <= tolerance);
}

/* ---- four providers, three classes, three municipalities ---- */

#define TEXT_CLASSED                                                      \
    "tables: {providers: p.csv, classes: c.csv, municipalities: m.csv}\n" \
    "contributions:\n"                                                    \
    "  - {group: municipalities, amount: 900.00, key: under18}\n"         \
    "  - {group: state, amount: 100.00}\n"                                \
    "  - {group: providers, rate: 1%}\n"                                  \
    "  - {group: municipalities, amount: 60.00}\n"                        \
    "support: {cure: 50%}\n"

static inline void text_tables(void)
{
    text_write("c.csv",
               "id,eligible,pd,months_low,months_base,months_high,lgd_low,lgd_base,lgd_high\n"
               "K4,yes,6%,0.5,1.4,1.8,60%,60%,60%\nK5,yes,9%,1,1,1,40%,60%,85%\n"
               "K1,no,0.5%,0,0,0,80%,95%,100%\n");
    text_write("p.csv", "id,class,revenue,region,segment,group,consortia,clients,crucial,pd\n"
                        "P3,K4,3000.00,noord,wonen,g1,,30,,\n"
                        "P1,K4,1000.00,noord,wonen,g1,c1,10,,\n"
                        "P2,K5,5000.00,zuid,jeugd,,c1|c2,20,yes,7%\n"
                        "P4,K1,400.00,zuid,wonen,,c2,,,\n");
    text_write("m.csv", "id,under18,region\nGM2,300,zuid\nGM1,100.50,noord\nGM3,0,\n");
}

/* ---- a normal distribution that shares no code with ours ---- */

static inline double phi(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

static inline double phi_inverse(double p)
{
    double low = -40.0;
    double high = 40.0;
    for (int i = 0; i < 200; i++) {
        const double middle = low + (high - low) / 2;
        if (phi(middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static inline int text_set_up(void **state)
{
    (void)state;
    return mkdtemp(text_directory) != NULL ? 0 : 1;
}

static inline int text_tear_down(void **state)
{
    (void)state;
    char command[220];
    (void)snprintf(command, sizeof command, "rm -r %s", text_directory);
    return system(command);
}

#endif
