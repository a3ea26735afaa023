/*
 * Goal: every reference case gives its exact figures through the engine.
 * Method: `case_runner NAME` runs tests/cases/NAME/scenario.yaml against NAME/expected.csv, and
 * NAME/euler.csv where there is one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "cases/acceptance.h"

static const char *name;

static void test_the_figures_are_the_exact_ones(void **state)
{
    (void)state;
    char path[512];
    expected e;
    snprintf(path, sizeof path, "%s/tests/cases/%s/expected.csv", WB_SOURCE_DIR, name);
    expected_read(&e, path, NULL);
    snprintf(path, sizeof path, "%s/tests/cases/%s/euler.csv", WB_SOURCE_DIR, name);
    if (access(path, R_OK) == 0) expected_add_shares(&e, path);
    snprintf(path, sizeof path, "%s/tests/cases/%s/scenario.yaml", WB_SOURCE_DIR, name);
    acceptance_run(path, &e);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: case_runner NAME\n");
        return 2;
    }
    name = argv[1];
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_figures_are_the_exact_ones)};
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
