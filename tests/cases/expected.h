/*
 * expected.h - the carried figures of a case: rows `figure,key,exact` of a CSV file.
 *
 * Lines that open with '#' say how the figures were computed. `exact` is in units of the row
 * `unit` (euros); '-' stands for what oracle.h computes. A file may hold several pools: then each
 * row opens with its pool's name.
 */
#ifndef WAARBORG_TESTS_EXPECTED_H
#define WAARBORG_TESTS_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>

enum { EXPECTED_MAX = 256, EXPECTED_TEXT = 48 };

typedef struct expected_row {
    char figure[EXPECTED_TEXT]; /* mean, sd, var, es, exceed, pmf, ruin, ruin_from, fund_mean,
                                   size_ruin */
    char key[EXPECTED_TEXT];    /* a level, a threshold or loss in units, a year, an opening cash */
    char text[EXPECTED_TEXT];   /* exact, as written */
    double exact;               /* NAN for '-' */
} expected_row;

typedef struct expected {
    expected_row rows[EXPECTED_MAX];
    size_t count;
    double unit; /* euros */
} expected;

/* Read the rows of `pool` (NULL: a file without pools). Fails the running test on a bad file. */
void expected_read(expected *e, const char *path, const char *pool);

/* Add the rows `level,provider,exact` of a file of contributions to ES as figures `share` with key
 * `level provider`. */
void expected_add_shares(expected *e, const char *path);

/* The row with this figure and key, or NULL. */
const expected_row *expected_find(const expected *e, const char *figure, const char *key);

/* Split a CSV line without quotes in place; returns the number of cells, at most `max`. */
size_t expected_split(char *line, char *cells[], size_t max);

#endif
