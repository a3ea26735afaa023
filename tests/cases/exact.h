/*
 * exact.h - hold the exact solver against carried figures.
 *
 * Its measures must lie within the error they state, which for a probability is at most 1e-12, plus
 * the digits to which a figure is carried. Its distribution, read by the functions of the oracle,
 * must give the same figures to 1e-10: cents would hide what goes wrong behind them.
 */
#ifndef WAARBORG_TESTS_EXACT_H
#define WAARBORG_TESTS_EXACT_H

#include "cases/expected.h"

/* Solve the scenario and check every figure; prints a line for each. Figures without a carried
 * value are those of the oracle. Fails the running test when one is off, or none was checked. */
void exact_run(const char *scenario_path, const expected *e);

/* Contributions to ES: rows `level,provider,exact` in units of the case. They add up to ES. */
void exact_shares(const char *scenario_path, const char *euler_path, double unit);

#endif
