/* Goal: the calendar is right on every day it covers, and day counts follow their definitions.
 * Method: walk every day of eleven centuries against a naive counter; tables worked out by hand. */
#include "test.h"

#include <string.h>

#include "waarborg/date.h"

static void test_calendar_agrees_with_counting_days(void **state)
{
    (void)state;
    wb_civil civil = {WB_YEAR_MIN, 1, 1};
    int32_t days = -25567; /* 70 years with 17 leap days before 1970: 1900 had none */
    for (;;) {
        assert_int_equal(wb_date_from_civil(civil).days, days);
        const wb_civil back = wb_date_civil((wb_date){days});
        assert_true(back.year == civil.year && back.month == civil.month && back.day == civil.day);
        days++;
        const bool leap = civil.year % 400 == 0 || (civil.year % 4 == 0 && civil.year % 100 != 0);
        uint32_t last = 31;
        if (civil.month == 4 || civil.month == 6 || civil.month == 9 || civil.month == 11)
            last = 30;
        if (civil.month == 2) last = leap ? 29 : 28;
        if (++civil.day > last) {
            civil.day = 1;
            if (++civil.month > 12) {
                civil.month = 1;
                if (++civil.year > WB_YEAR_MAX) break;
            }
        }
    }
}

static wb_date date(const char *text)
{
    wb_date value = {0};
    assert_int_equal(wb_date_parse(&value, text, strlen(text), NULL), WB_OK);
    return value;
}

static void test_text_is_what_was_read(void **state)
{
    static const char *const texts[] = {"1970-01-01", "2024-02-29", "1999-12-31", "2026-10-05"};
    (void)state;
    for (size_t c = 0; c < COUNT(texts); c++) {
        char text[WB_DATE_TEXT_MAX];
        assert_string_equal(wb_date_text(text, date(texts[c])), texts[c]);
    }
}

static void test_parse_refuses_dates_that_do_not_exist(void **state)
{
    static const struct {
        const char *text;
        const char *message;
        const char *hint;
    } cases[] = {
        {"2026-02-30", "2026-02-30 does not exist", "February 2026 has 28 days"},
        {"2100-02-29", "2100-02-29 does not exist", "February 2100 has 28 days"},
        {"2026-13-01", "2026-13-01 does not exist", "months run from 01 to 12"},
        {"2026-00-01", "2026-00-01 does not exist", "months run from 01 to 12"},
        {"1899-12-31", "1899-12-31 does not exist", "years run from 1900 to 2999"},
        {"01-02-2026", "'01-02-2026' is not a date", "write year-month-day, such as 2026-01-31"},
        {"2026-1-01", "'2026-1-01' is not a date", "write year-month-day, such as 2026-01-31"},
        {"", "'' is not a date", "write year-month-day, such as 2026-01-31"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_date value = {42};
        wb_error err = {0};
        assert_int_equal(wb_date_parse(&value, cases[c].text, strlen(cases[c].text), &err),
                         WB_E_DATE);
        assert_string_equal(err.message, cases[c].message);
        assert_string_equal(err.hint, cases[c].hint);
        assert_int_equal(value.days, 42);
    }
}

static void test_months_later_keeps_the_day_or_takes_the_last(void **state)
{
    static const struct {
        const char *from;
        int32_t months;
        const char *to;
    } cases[] = {
        {"2026-01-31", 1, "2026-02-28"},  {"2024-01-31", 1, "2024-02-29"},
        {"2026-01-15", 12, "2027-01-15"}, {"2026-01-31", -2, "2025-11-30"},
        {"2026-12-01", 1, "2027-01-01"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        char text[WB_DATE_TEXT_MAX];
        (void)wb_date_text(text, wb_date_add_months(date(cases[c].from), cases[c].months));
        assert_string_equal(text, cases[c].to);
    }
}

static void test_day_counts_follow_their_definitions(void **state)
{
    static const struct {
        wb_day_count count;
        const char *from;
        const char *to;
        int64_t numerator;
        uint64_t denominator;
    } cases[] = {
        {WB_30E_360, "2026-02-01", "2026-05-01", 90, 360},
        {WB_30E_360, "2026-01-31", "2026-02-28", 28, 360},
        {WB_30E_360, "2026-01-30", "2026-03-31", 60, 360},
        {WB_ACT_360, "2026-02-01", "2026-05-01", 89, 360},
        {WB_ACT_365, "2024-01-01", "2025-01-01", 366, 365},
        {WB_ACT_ACT, "2024-01-01", "2025-01-01", 1, 1},
        {WB_ACT_ACT, "2023-07-01", "2024-07-01", 184 * 366 + 182 * 365, 365 * 366},
        {WB_ACT_365, "2026-05-01", "2026-02-01", -89, 365},
        {WB_ACT_ACT, "2025-01-01", "2024-01-01", -1, 1},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_rate fraction;
        wb_rate expected;
        wb_rate_init(&fraction);
        wb_rate_init(&expected);
        wb_rate_set_ratio(&expected, cases[c].numerator, cases[c].denominator);
        wb_day_count_fraction(&fraction, cases[c].count, date(cases[c].from), date(cases[c].to));
        assert_int_equal(wb_rate_compare(&fraction, &expected), 0);
        wb_rate_clear(&fraction);
        wb_rate_clear(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar_agrees_with_counting_days),
        cmocka_unit_test(test_text_is_what_was_read),
        cmocka_unit_test(test_parse_refuses_dates_that_do_not_exist),
        cmocka_unit_test(test_months_later_keeps_the_day_or_takes_the_last),
        cmocka_unit_test(test_day_counts_follow_their_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
