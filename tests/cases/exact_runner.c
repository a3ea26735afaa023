/*
 * Goal: the exact solver gives the figures of every static reference case, within its stated error.
 * Method: `exact_runner NAME` solves tests/cases/NAME/scenario.yaml and holds NAME/expected.csv,
 * and NAME/euler.csv where there is one, against it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "cases/exact.h"

static const char *name;
static char scenario[512], file[512];

static const char *path_of(char path[512], const char *what)
{
    snprintf(path, 512, "%s/tests/cases/%s/%s", WB_SOURCE_DIR, name, what);
    return path;
}

static void read_expected(expected *e)
{
    expected_read(e, path_of(file, "expected.csv"), NULL);
    (void)path_of(scenario, "scenario.yaml");
}

static void test_the_figures_are_the_exact_ones(void **state)
{
    (void)state;
    expected e;
    read_expected(&e);
    exact_run(scenario, &e);
}

static void test_contributions_are_the_exact_ones_and_add_up(void **state)
{
    (void)state;
    expected e;
    read_expected(&e);
    if (access(path_of(file, "euler.csv"), R_OK) == 0) exact_shares(scenario, file, e.unit);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: exact_runner NAME\n");
        return 2;
    }
    name = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_figures_are_the_exact_ones),
        cmocka_unit_test(test_contributions_are_the_exact_ones_and_add_up),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
