/*
 * Goal: every mistake in a scenario is answered with its place, an excerpt and a hint, all of them
 * in one run, and with the exit status of an invalid input file.
 * Method: each NAME.yaml here is loaded and what a person would read is compared with
 * NAME.expected, which was reviewed by hand (WB_GOLDEN=update writes them anew).
 */
#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/scenario.h"

enum { CASES_MAX = 400, NAME_MAX_SIZE = 128 };

/* What the command line would print, with the exit status as the last line. */
static char *load_and_render(const char *path)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    const wb_code code = wb_scenario_load(&scenario, path, &list);
    assert_true((code == WB_OK) == (scenario != NULL));
    assert_true((code == WB_OK) == (list.errors == 0));
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    wb_diagnostics_render(out, &list, "nothing was run");
    (void)fprintf(out, "exit %d\n", wb_code_exit(code));
    assert_int_equal(fclose(out), 0);
    wb_scenario_free(scenario);
    wb_diagnostics_clear(&list);
    return text;
}

static char *read_expected(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) return NULL;
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, file) < 65535);
    (void)fclose(file);
    return text;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void test_every_mistake_is_reported_as_reviewed(void **state)
{
    static char names[CASES_MAX][NAME_MAX_SIZE];
    size_t count = 0;
    size_t wrong = 0;
    (void)state;
    DIR *dir = opendir(".");
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const size_t size = strlen(entry->d_name);
        if (size < 6 || strcmp(entry->d_name + size - 5, ".yaml") != 0) continue;
        assert_true(count < CASES_MAX && size < NAME_MAX_SIZE);
        memcpy(names[count++], entry->d_name, size + 1);
    }
    (void)closedir(dir);
    assert_true(count > 160);
    qsort(names, count, sizeof names[0], by_name);
    const char *golden = getenv("WB_GOLDEN");
    for (size_t i = 0; i < count; i++) {
        char path[NAME_MAX_SIZE + 16];
        (void)snprintf(path, sizeof path, "%.*s.expected", (int)strlen(names[i]) - 5, names[i]);
        char *found = load_and_render(names[i]);
        if (golden != NULL && strcmp(golden, "update") == 0) {
            FILE *file = fopen(path, "w");
            assert_non_null(file);
            (void)fputs(found, file);
            assert_int_equal(fclose(file), 0);
        }
        char *expected = read_expected(path);
        if (expected == NULL || strcmp(found, expected) != 0) {
            wrong++;
            print_error("%s: found\n%s  expected\n%s", names[i], found,
                        expected != NULL ? expected : "(no file)\n");
        }
        free(found);
        free(expected);
    }
    assert_int_equal(wrong, 0);
}

/* A file that is made here because it is too large to keep. */
static void test_a_line_of_ten_megabytes_is_refused_for_its_size(void **state)
{
    (void)state;
    char path[] = "/tmp/wb-long-line-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    (void)fputs("name: ", file);
    for (int i = 0; i < 10 * 1024 * 1024; i++)
        (void)fputc('x', file);
    assert_int_equal(fclose(file), 0);
    char *found = load_and_render(path);
    (void)unlink(path);
    assert_non_null(strstr(found, "file is larger than 1048576 bytes"));
    assert_non_null(strstr(found, "exit 3\n"));
    free(found);
}

static void test_a_file_that_does_not_exist_is_an_io_error(void **state)
{
    (void)state;
    char *found = load_and_render("no-such-file.yaml");
    assert_non_null(strstr(found, "no-such-file.yaml: error[E0701]: cannot open"));
    assert_non_null(strstr(found, "exit 7\n"));
    free(found);
}

int main(void)
{
    if (chdir(WB_SOURCE_DIR "/tests/errors/scenario") != 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_mistake_is_reported_as_reviewed),
        cmocka_unit_test(test_a_line_of_ten_megabytes_is_refused_for_its_size),
        cmocka_unit_test(test_a_file_that_does_not_exist_is_an_io_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
