/* Goal: rates are exact, and an amount times a rate is rounded once, as the argument says.
 * Method: tables worked out by hand, ties on both sides of zero included. */
#include "test.h"

#include <string.h>

#include "waarborg/rate.h"

static void test_parse_keeps_rates_exact(void **state)
{
    static const struct {
        const char *text;
        wb_rate_form form;
        int64_t numerator;
        uint64_t denominator;
        const char *shown;
    } cases[] = {
        {"4.25%", WB_RATE_RATE, 17, 400, "0.0425"},
        {"0.0425", WB_RATE_RATE, 17, 400, "0.0425"},
        {"0", WB_RATE_RATE, 0, 1, "0"},
        {"1", WB_RATE_RATE, 1, 1, "1"},
        {"100%", WB_RATE_RATE, 1, 1, "1"},
        {"-3%", WB_RATE_RATE, -3, 100, "-0.03"},
        {"0.000000000001", WB_RATE_RATE, 1, 1000000000000, "0.000000000001"},
        {"1.8", WB_RATE_NUMBER, 9, 5, "1.8"},
        {"4", WB_RATE_NUMBER, 4, 1, "4"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_rate rate;
        wb_rate expected;
        char text[WB_RATE_TEXT_MAX];
        wb_rate_init(&rate);
        wb_rate_init(&expected);
        wb_rate_set_ratio(&expected, cases[c].numerator, cases[c].denominator);
        assert_int_equal(
            wb_rate_parse(&rate, cases[c].text, strlen(cases[c].text), cases[c].form, NULL), WB_OK);
        assert_int_equal(wb_rate_compare(&rate, &expected), 0);
        assert_string_equal(wb_rate_text(text, &rate), cases[c].shown);
        wb_rate_clear(&rate);
        wb_rate_clear(&expected);
    }
}

static void test_text_of_a_ratio_without_decimals_is_the_ratio(void **state)
{
    (void)state;
    wb_rate rate;
    char text[WB_RATE_TEXT_MAX];
    wb_rate_init(&rate);
    wb_rate_set_ratio(&rate, -2, 6);
    assert_string_equal(wb_rate_text(text, &rate), "-1/3");
    wb_rate_clear(&rate);
}

static void test_parse_refuses_what_is_not_a_rate(void **state)
{
    static const struct {
        const char *text;
        wb_rate_form form;
        wb_code code;
    } cases[] = {
        {"4", WB_RATE_RATE, WB_E_RATE},     {"", WB_RATE_RATE, WB_E_RATE},
        {"4,25%", WB_RATE_RATE, WB_E_RATE}, {"%", WB_RATE_RATE, WB_E_RATE},
        {"1.", WB_RATE_RATE, WB_E_RATE},    {".5", WB_RATE_RATE, WB_E_RATE},
        {"1e-3", WB_RATE_RATE, WB_E_RATE},  {"0.0000000000001", WB_RATE_RATE, WB_E_RATE},
        {"5 %", WB_RATE_RATE, WB_E_RATE},   {"1.2.3", WB_RATE_NUMBER, WB_E_NUMBER},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_rate rate;
        wb_error err = {0};
        wb_rate_init(&rate);
        assert_int_equal(
            wb_rate_parse(&rate, cases[c].text, strlen(cases[c].text), cases[c].form, &err),
            cases[c].code);
        assert_true(err.hint[0] != '\0');
        assert_int_equal(mpq_sgn(rate.ratio), 0);
        wb_rate_clear(&rate);
    }
}

static void test_apply_rounds_as_asked(void **state)
{
    static const struct {
        int64_t cents;
        int64_t numerator;
        uint64_t denominator;
        int64_t expected[4]; /* half away, down, floor, ceiling */
    } cases[] = {
        {5, 1, 2, {3, 2, 2, 3}},
        {-5, 1, 2, {-3, -2, -3, -2}},
        {10, 1, 3, {3, 3, 3, 4}},
        {-10, 1, 3, {-3, -3, -4, -3}},
        {11, 1, 3, {4, 3, 3, 4}},
        {250000000, 1, 25, {10000000, 10000000, 10000000, 10000000}},
        {100, -1, 3, {-33, -33, -34, -33}},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        for (int rounding = 0; rounding < 4; rounding++) {
            wb_money money;
            wb_rate rate;
            wb_money_init(&money);
            wb_rate_init(&rate);
            wb_money_set_cents(&money, cases[c].cents);
            wb_rate_set_ratio(&rate, cases[c].numerator, cases[c].denominator);
            wb_rate_apply(&money, &money, &rate, (wb_rounding)rounding);
            assert_int_equal(wb_money_cents(&money), cases[c].expected[rounding]);
            wb_money_clear(&money);
            wb_rate_clear(&rate);
        }
    }
}

static void test_yearly_parts_add_up(void **state)
{
    (void)state;
    static const uint32_t steps[] = {1, 4, 12};
    static const int64_t amounts[] = {0, 1, 99, 100, 40000000, 10000001, -7};
    for (size_t s = 0; s < COUNT(steps); s++) {
        for (size_t a = 0; a < COUNT(amounts); a++) {
            wb_money yearly;
            wb_money part;
            int64_t sum = 0;
            wb_money_init(&yearly);
            wb_money_init(&part);
            wb_money_set_cents(&yearly, amounts[a]);
            for (uint32_t k = 1; k <= steps[s]; k++) {
                wb_yearly_part(&part, &yearly, k, steps[s]);
                sum += wb_money_cents(&part);
            }
            assert_int_equal(sum, amounts[a]);
            wb_money_clear(&yearly);
            wb_money_clear(&part);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_keeps_rates_exact),
        cmocka_unit_test(test_text_of_a_ratio_without_decimals_is_the_ratio),
        cmocka_unit_test(test_parse_refuses_what_is_not_a_rate),
        cmocka_unit_test(test_apply_rounds_as_asked),
        cmocka_unit_test(test_yearly_parts_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
