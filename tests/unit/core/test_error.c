/* Goal: every message shows what, where, why and what to do, aligned under the original text.
 * Method: render to memory and compare with the layout of error.h, letter by letter. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/error.h"

/* The rendering, in a buffer that the next call reuses. */
static const char *rendered(const wb_error *err)
{
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    wb_error_render(out, err);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_render_puts_the_caret_under_the_fault(void **state)
{
    (void)state;
    wb_error err;
    static const char line[] = "  pd: 1.2";
    assert_int_equal(wb_fail(&err, WB_E_RATE, "%s is not a probability", "1.2"), WB_E_RATE);
    wb_error_hint(&err, "write 120%% or 0.012");
    wb_error_hint(&err, "a second hint is ignored");
    wb_error_at(&err, "base.yaml", 12, NULL);
    wb_error_excerpt(&err, line, strlen(line), 7, 10);
    const char *text = rendered(&err);
    assert_string_equal(text, "base.yaml:12:7: error[E0312]: 1.2 is not a probability\n"
                              "   12 |   pd: 1.2\n"
                              "      |       ^~~\n"
                              "  hint: write 120% or 0.012\n");
}

static void test_caret_counts_columns_not_bytes(void **state)
{
    (void)state;
    wb_error err;
    static const char line[] = "S\xc3\xba"
                               "dwest;1,5"; /* the u with an accent takes two bytes */
    (void)wb_fail(&err, WB_E_AMOUNT, "has a comma");
    wb_error_at(&err, "a.csv", 3, "bedrag");
    wb_error_excerpt(&err, line, strlen(line), 10, 13);
    const char *text = rendered(&err);
    assert_string_equal(text, "a.csv:3:10: error[E0311]: bedrag: has a comma\n"
                              "    3 | S\xc3\xba"
                              "dwest;1,5\n"
                              "      |         ^~~\n");
}

static void test_long_line_is_cut_around_the_fault(void **state)
{
    (void)state;
    char line[5000];
    memset(line, 'x', sizeof line);
    line[4000] = '!';
    wb_error err;
    (void)wb_fail(&err, WB_E_SYNTAX, "stray '!'");
    wb_error_at(&err, "a.csv", 1, NULL);
    wb_error_excerpt(&err, line, sizeof line, 4001, 4002);
    const char *text = rendered(&err);
    const char *mark = strchr(text, '\n');
    assert_non_null(mark);
    const char *caret = strchr(mark, '^');
    const char *fault = strchr(mark, '!');
    assert_non_null(caret);
    assert_non_null(fault);
    const char *second = strchr(mark + 1, '\n');
    assert_int_equal(caret - second, fault - mark); /* same column on the next line */
}

static void test_list_counts_what_it_cannot_hold(void **state)
{
    (void)state;
    wb_diagnostics list = {0};
    wb_error err;
    (void)wb_fail(&err, WB_E_DATE, "no date");
    err.severity = WB_WARNING;
    wb_diagnostics_add(&list, &err);
    assert_int_equal(wb_diagnostics_code(&list), WB_OK);
    err.severity = WB_ERROR;
    for (int i = 0; i < WB_DIAGNOSTICS_MAX + 5; i++)
        wb_diagnostics_add(&list, &err);
    assert_int_equal(wb_diagnostics_code(&list), WB_E_DATE);
    assert_int_equal(list.count, WB_DIAGNOSTICS_MAX);
    assert_int_equal(list.dropped, 6);
    assert_int_equal(list.errors, WB_DIAGNOSTICS_MAX + 5);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    wb_diagnostics_render(out, &list, "nothing was written");
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "... and 6 more messages\n105 errors, 1 warning; nothing was "
                                 "written.\n"));
    free(text);
    wb_diagnostics_clear(&list);
}

static void test_nearest_word_is_near_or_nothing(void **state)
{
    static const char *const words[] = {"horizon", "contributions", "paths", "seed"};
    (void)state;
    assert_string_equal(wb_nearest_word("horizn", words, COUNT(words)), "horizon");
    assert_string_equal(wb_nearest_word("contribtuions", words, COUNT(words)), "contributions");
    assert_string_equal(wb_nearest_word("sead", words, COUNT(words)), "seed");
    assert_null(wb_nearest_word("waterfall", words, COUNT(words)));
    assert_null(wb_nearest_word("", words, COUNT(words)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render_puts_the_caret_under_the_fault),
        cmocka_unit_test(test_caret_counts_columns_not_bytes),
        cmocka_unit_test(test_long_line_is_cut_around_the_fault),
        cmocka_unit_test(test_list_counts_what_it_cannot_hold),
        cmocka_unit_test(test_nearest_word_is_near_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
