/* Goal: the progress line tells percentage, rate and time left, and never overflows a terminal.
 * Method: figures small enough for the head, and the widths that terminals have lied about. */
#include "test.h"

#include <string.h>

#include "cli/progress.h"

static void test_line_tells_how_far_how_fast_and_how_long(void **state)
{
    (void)state;
    const wb_progress progress = {.label = "verify", .unit = "records"};
    char text[WB_PROGRESS_TEXT_MAX];
    wb_progress_text(text, &progress, 250, 1000, 5000, 0);
    assert_string_equal(text, "verify  25%  250 of 1000 records  50/s  ETA 00:15");
    wb_progress_text(text, &progress, 1000, 1000, 1000, 0);
    assert_string_equal(text, "verify  100%  1000 of 1000 records  1000/s  ETA 00:00");
    wb_progress_text(text, &progress, 0, 1000, 5000, 0);
    assert_string_equal(text, "verify  0%  0 of 1000 records  0/s");
    wb_progress_text(text, &progress, 1, 100, 60000, 0);
    assert_string_equal(text, "verify  1%  1 of 100 records  0/s  ETA 99:00");
}

static void test_nothing_divides_by_what_may_be_zero(void **state)
{
    (void)state;
    const wb_progress progress = {.label = "run", .unit = "paths"};
    char text[WB_PROGRESS_TEXT_MAX];
    wb_progress_text(text, &progress, 0, 0, 0, 0);
    assert_string_equal(text, "run  0%  0 of 0 paths  0/s");
    wb_progress_text(text, &progress, 5, 4, -1, 0); /* more than all, before the start */
    assert_non_null(strstr(text, "100%  4 of 4 paths"));
}

static void test_line_is_shorter_than_the_terminal(void **state)
{
    (void)state;
    const wb_progress progress = {.label = "simulate the national scenario", .unit = "paths"};
    static const unsigned widths[] = {1, 2, 20, 80, 255, 10000};
    for (size_t i = 0; i < COUNT(widths); i++) {
        char text[WB_PROGRESS_TEXT_MAX];
        wb_progress_text(text, &progress, 123456789, 1000000000, 1000, widths[i]);
        assert_true(strlen(text) < widths[i]);
    }
}

static void test_a_silent_progress_shows_nothing(void **state)
{
    (void)state;
    wb_progress progress;
    wb_progress_begin(&progress, "verify", "records", true);
    progress.start_ms -= 3600000;
    progress.last_ms -= 3600000;
    const int64_t last = progress.last_ms;
    wb_progress_show(&progress, 1, 2);
    assert_int_equal(progress.last_ms, last);
    wb_progress_end(&progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_tells_how_far_how_fast_and_how_long),
        cmocka_unit_test(test_nothing_divides_by_what_may_be_zero),
        cmocka_unit_test(test_line_is_shorter_than_the_terminal),
        cmocka_unit_test(test_a_silent_progress_shows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
