/*
 * acceptance.h - run a scenario through the engine and hold every figure against its exact value.
 *
 * A probability passes within 5 standard errors of the exact value (below 200/paths it is skipped);
 * a mean, a standard deviation and ES likewise, with the exact variance; VaR when the exact value
 * lies inside the 99.99 % order-statistic interval and that interval is no wider than 3 %. The
 * interval is asked of the engine itself: level r/N is order statistic r. Where the exact
 * distribution says that so few paths may well leave a wider one, it must still hold the exact
 * value but does not count; ten times as many paths (WAARBORG_DEEP=yes) narrow it.
 *
 * Carried figures must also agree with the exact solver to 1e-7, which pins the portfolio that was
 * loaded. Prints one line per figure. Fails the running test when a figure fails or none was
 * checked.
 */
#ifndef WAARBORG_TESTS_ACCEPTANCE_H
#define WAARBORG_TESTS_ACCEPTANCE_H

#include "cases/expected.h"
#include "waarborg/model.h"

typedef struct acceptance {
    size_t checked, skipped, failed;
    double worst; /* largest deviation, in standard errors */
} acceptance;

acceptance acceptance_run(const char *scenario_path, const expected *e);

/* The model of a scenario file; fails the running test with its errors. */
wb_model *acceptance_load(const char *path);

#endif
