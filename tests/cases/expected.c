/* expected.c - reads the carried figures of a case. */
#include "cases/expected.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

size_t expected_split(char *line, char *cells[], size_t max)
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at != NULL && count < max; count++) {
        cells[count] = at;
        at = strchr(at, ',');
        if (at != NULL) *at++ = '\0';
    }
    return count;
}

static void copy_text(char to[EXPECTED_TEXT], const char *from)
{
    assert_true(strlen(from) < EXPECTED_TEXT);
    memcpy(to, from, strlen(from) + 1);
}

static void add_row(expected *e, char *const cells[3], const char *path)
{
    if (e->count == EXPECTED_MAX) fail_msg("%s: more than %d rows", path, EXPECTED_MAX);
    expected_row *row = &e->rows[e->count];
    copy_text(row->figure, cells[0]);
    copy_text(row->key, cells[1]);
    copy_text(row->text, cells[2]);
    char *end = NULL;
    row->exact = strcmp(cells[2], "-") == 0 ? (double)NAN : strtod(cells[2], &end);
    if (end != NULL && (*end != '\0' || end == cells[2]))
        fail_msg("%s: '%s' is not a figure", path, cells[2]);
    if (strcmp(row->figure, "unit") == 0)
        e->unit = row->exact;
    else
        e->count++;
}

void expected_read(expected *e, const char *path, const char *pool)
{
    *e = (expected){.unit = 1};
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("%s: cannot be opened", path);
    char line[512];
    bool header = true;
    while (fgets(line, sizeof line, file) != NULL) {
        char *cells[4];
        if (line[0] == '#') continue;
        size_t count = expected_split(line, cells, 4), first = pool != NULL;
        if (count != 3 + first) fail_msg("%s: a row of %zu cells", path, count);
        if (!header && (pool == NULL || strcmp(cells[0], pool) == 0))
            add_row(e, cells + first, path);
        header = false;
    }
    fclose(file);
    if (e->count == 0) fail_msg("%s: no figures for '%s'", path, pool != NULL ? pool : "");
}

void expected_add_shares(expected *e, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("%s: cannot be opened", path);
    char line[512];
    char key[EXPECTED_TEXT];
    bool header = true;
    while (fgets(line, sizeof line, file) != NULL) {
        char *cells[3];
        if (line[0] == '#') continue;
        if (expected_split(line, cells, 3) != 3) fail_msg("%s: a row that is not of three", path);
        snprintf(key, sizeof key, "%.20s %.24s", cells[0], cells[1]);
        char figure[] = "share";
        if (!header) add_row(e, (char *const[]){figure, key, cells[2]}, path);
        header = false;
    }
    fclose(file);
}

const expected_row *expected_find(const expected *e, const char *figure, const char *key)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->rows[i].figure, figure) == 0 && strcmp(e->rows[i].key, key) == 0)
            return &e->rows[i];
    return NULL;
}
