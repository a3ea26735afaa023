/* Goal: amounts are read without guessing, are exact at any size, and print as they were read.
 * Method: tables of good and bad texts, each row named, and arithmetic checked by hand. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "waarborg/money.h"

static void test_parse_reads_what_is_an_amount(void **state)
{
    static const struct {
        const char *text;
        wb_money_form form;
        const char *cents;
        const char *plain;
    } cases[] = {
        {"0.00", WB_MONEY_PLAIN, "0", "0.00"},
        {"7", WB_MONEY_PLAIN, "700", "7.00"},
        {"0.05", WB_MONEY_PLAIN, "5", "0.05"},
        {"-0.05", WB_MONEY_PLAIN, "-5", "-0.05"},
        {"-0.00", WB_MONEY_PLAIN, "0", "0.00"},
        {"1234.56", WB_MONEY_PLAIN, "123456", "1234.56"},
        {"25 000 000.00", WB_MONEY_GROUPED, "2500000000", "25000000.00"},
        {"25_000_000", WB_MONEY_GROUPED, "2500000000", "25000000.00"},
        {"1 000.10", WB_MONEY_GROUPED, "100010", "1000.10"},
        {"9999999999999999999999999999999999.99", WB_MONEY_PLAIN,
         "999999999999999999999999999999999999", "9999999999999999999999999999999999.99"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_money money;
        char text[WB_MONEY_TEXT_MAX];
        wb_money_init(&money);
        assert_int_equal(
            wb_money_parse(&money, cases[c].text, strlen(cases[c].text), cases[c].form, NULL),
            WB_OK);
        char *cents = mpz_get_str(NULL, 10, money.cents);
        assert_string_equal(cents, cases[c].cents);
        assert_string_equal(wb_money_text(text, &money, WB_MONEY_PLAIN), cases[c].plain);
        free(cents);
        wb_money_clear(&money);
    }
}

static void test_parse_refuses_and_says_why(void **state)
{
    static const struct {
        const char *text;
        wb_money_form form;
        const char *message;
    } cases[] = {
        {"", WB_MONEY_PLAIN, "amount is empty"},
        {"1,50", WB_MONEY_PLAIN, "amount '1,50' has a comma"},
        {"25.000.000,00", WB_MONEY_GROUPED, "amount '25.000.000,00' has a comma"},
        {"25.000.000", WB_MONEY_GROUPED, "amount '25.000.000' has more than one point"},
        {"1.005", WB_MONEY_PLAIN, "amount '1.005' has three decimals after its point"},
        {"1.5", WB_MONEY_PLAIN, "amount '1.5' has one decimal after its point"},
        {"1.", WB_MONEY_PLAIN, "amount '1.' has no decimals after its point"},
        {".50", WB_MONEY_PLAIN, "'.50' is not an amount"},
        {"+1.00", WB_MONEY_PLAIN, "'+1.00' is not an amount"},
        {" 1.00", WB_MONEY_PLAIN, "' 1.00' is not an amount"},
        {"1 000.00", WB_MONEY_PLAIN, "'1 000.00' is not an amount"},
        {"1 00.00", WB_MONEY_GROUPED, "'1 00.00' is not an amount"},
        {"1000 000.00", WB_MONEY_GROUPED, "'1000 000.00' is not an amount"},
        {"1 0000 000.00", WB_MONEY_GROUPED, "'1 0000 000.00' is not an amount"},
        {"1 000_000", WB_MONEY_GROUPED, "'1 000_000' is not an amount"},
        {"EUR 5", WB_MONEY_PLAIN, "'EUR 5' is not an amount"},
        {"--5", WB_MONEY_PLAIN, "'--5' is not an amount"},
        {"1e3", WB_MONEY_PLAIN, "'1e3' is not an amount"},
        {"1234567890123456789012345678901234567890", WB_MONEY_PLAIN, "amount has 42 digits"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_money money;
        wb_error err = {0};
        wb_money_init(&money);
        wb_money_set_cents(&money, 77);
        assert_int_equal(
            wb_money_parse(&money, cases[c].text, strlen(cases[c].text), cases[c].form, &err),
            WB_E_AMOUNT);
        assert_string_equal(err.message, cases[c].message);
        assert_true(err.hint[0] != '\0');
        assert_int_equal(wb_money_cents(&money), 77); /* untouched */
        wb_money_clear(&money);
    }
}

static void test_text_groups_thousands(void **state)
{
    static const struct {
        int64_t cents;
        const char *grouped;
    } cases[] = {
        {0, "0.00"},          {99, "0.99"},
        {100000, "1 000.00"}, {-123456789, "-1 234 567.89"},
        {99999, "999.99"},    {INT64_MIN, "-92 233 720 368 547 758.08"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_money money;
        char text[WB_MONEY_TEXT_MAX];
        wb_money_init(&money);
        wb_money_set_cents(&money, cases[c].cents);
        assert_string_equal(wb_money_text(text, &money, WB_MONEY_GROUPED), cases[c].grouped);
        wb_money_clear(&money);
    }
}

static void test_int64_is_offered_only_where_it_fits(void **state)
{
    (void)state;
    wb_money money;
    wb_money one;
    wb_money_init(&money);
    wb_money_init(&one);
    wb_money_set_cents(&money, INT64_MAX);
    wb_money_set_cents(&one, 1);
    assert_true(wb_money_fits_int64(&money));
    wb_money_add(&money, &money, &one);
    assert_false(wb_money_fits_int64(&money));
    wb_money_clear(&money);
    wb_money_clear(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_reads_what_is_an_amount),
        cmocka_unit_test(test_parse_refuses_and_says_why),
        cmocka_unit_test(test_text_groups_thousands),
        cmocka_unit_test(test_int64_is_offered_only_where_it_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
