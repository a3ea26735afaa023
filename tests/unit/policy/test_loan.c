/* Goal: interest is exact until it is rounded once; a repayment pays costs, interest, principal.
 * Method: tables worked out by hand, then sums that must hold for every way of cutting a period. */
#include <string.h>

#include "test.h"
#include "waarborg/loan.h"

static wb_date date(const char *text)
{
    wb_date parsed;
    assert_int_equal(wb_date_parse(&parsed, text, strlen(text), NULL), WB_OK);
    return parsed;
}

static void test_interest_by_hand(void **state)
{
    static const struct {
        const char *name;
        int64_t principal;
        int64_t rate_numerator;
        uint64_t rate_denominator;
        wb_day_count count;
        const char *from, *to;
        int64_t interest;
    } cases[] = {
        /* 2,500,000.00 x 4 % x 90/360 */
        {"a quarter", 250000000, 4, 100, WB_30E_360, "2026-02-01", "2026-05-01", 2500000},
        /* 100,000.00 x 3.6 % x 28/360: 31 January counts as the 30th */
        {"30/360 cuts at 30", 10000000, 36, 1000, WB_30E_360, "2026-01-31", "2026-02-28", 28000},
        /* 1,000,000.00 x 3.6 % x 91/360 */
        {"act/360", 100000000, 36, 1000, WB_ACT_360, "2026-01-01", "2026-04-02", 910000},
        /* 1,000,000.00 x 5 % x 31/365 = 4246.5753... */
        {"act/365", 100000000, 5, 100, WB_ACT_365, "2026-01-01", "2026-02-01", 424658},
        /* 36,500.00 x (1/365 + 1/366) = 100 + 99.7267... */
        {"act/act over a leap year", 100000000, 365, 10000, WB_ACT_ACT, "2027-12-31", "2028-01-02",
         19973},
        /* 1.00 x 1 % x 180/360 is half a cent */
        {"half a cent goes up", 100, 1, 100, WB_30E_360, "2026-01-01", "2026-07-01", 1},
        {"and down for a debt", -100, 1, 100, WB_30E_360, "2026-01-01", "2026-07-01", -1},
        {"same day", 250000000, 4, 100, WB_30E_360, "2026-02-01", "2026-02-01", 0},
        {"backwards", 250000000, 4, 100, WB_ACT_365, "2026-05-01", "2026-02-01", 0},
        {"free of interest", 250000000, 0, 1, WB_ACT_365, "2026-01-01", "2027-01-01", 0},
    };
    (void)state;
    wb_money principal;
    wb_money interest;
    wb_rate rate;
    wb_money_init(&principal);
    wb_money_init(&interest);
    wb_rate_init(&rate);
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        wb_money_set_cents(&principal, cases[c].principal);
        wb_rate_set_ratio(&rate, cases[c].rate_numerator, cases[c].rate_denominator);
        wb_loan_interest(&interest, &principal, &rate, cases[c].count, date(cases[c].from),
                         date(cases[c].to), WB_ROUND_HALF_AWAY);
        assert_int_equal(wb_money_cents(&interest), cases[c].interest);
    }
    wb_rate_clear(&rate);
    wb_money_clear(&interest);
    wb_money_clear(&principal);
}

/* 2,500,000.00 at 4 % from 1 February, 500,000.00 back on 1 March, to 1 May (30/360):
 * 2.5m x 4 % x 30/360 + 2.0m x 4 % x 60/360 = 8,333.33 1/3 + 13,333.33 1/3 = 21,666.67;
 * rounding each part would lose a cent. */
static void test_interest_on_a_changing_principal_is_rounded_once(void **state)
{
    (void)state;
    wb_money movement;
    wb_money interest;
    wb_rate rate;
    wb_rate exact;
    wb_money_init(&movement);
    wb_money_init(&interest);
    wb_rate_init(&rate);
    wb_rate_init(&exact);
    wb_rate_set_ratio(&rate, 4, 100);
    wb_money_set_cents(&movement, 250000000);
    wb_loan_interest_add(&exact, &movement, &rate, WB_30E_360, date("2026-02-01"),
                         date("2026-05-01"));
    wb_money_set_cents(&movement, -50000000);
    wb_loan_interest_add(&exact, &movement, &rate, WB_30E_360, date("2026-03-01"),
                         date("2026-05-01"));
    wb_loan_interest_round(&interest, &exact, WB_ROUND_HALF_AWAY);
    assert_int_equal(wb_money_cents(&interest), 2166667);
    /* a movement after the period adds nothing */
    wb_loan_interest_add(&exact, &movement, &rate, WB_30E_360, date("2026-05-01"),
                         date("2026-05-01"));
    wb_loan_interest_round(&interest, &exact, WB_ROUND_HALF_AWAY);
    assert_int_equal(wb_money_cents(&interest), 2166667);
    wb_rate_clear(&exact);
    wb_rate_clear(&rate);
    wb_money_clear(&interest);
    wb_money_clear(&movement);
}

/* However a year is cut in two, the exact interest of the parts is that of the whole. */
static void test_interest_is_additive_for_every_day_count(void **state)
{
    static const wb_day_count counts[] = {WB_30E_360, WB_ACT_360, WB_ACT_365, WB_ACT_ACT};
    (void)state;
    const wb_date from = date("2027-08-31");
    const wb_date to = date("2028-08-31");
    wb_money principal;
    wb_rate rate;
    wb_rate whole;
    wb_rate parts;
    wb_money_init(&principal);
    wb_rate_init(&rate);
    wb_rate_init(&whole);
    wb_rate_init(&parts);
    wb_money_set_cents(&principal, 123456789);
    wb_rate_set_ratio(&rate, 425, 10000);
    for (size_t c = 0; c < COUNT(counts); c++) {
        wb_rate_set_ratio(&whole, 0, 1);
        wb_loan_interest_add(&whole, &principal, &rate, counts[c], from, to);
        for (int32_t day = from.days; day <= to.days; day++) {
            const wb_date middle = {day};
            wb_rate_set_ratio(&parts, 0, 1);
            wb_loan_interest_add(&parts, &principal, &rate, counts[c], from, middle);
            wb_loan_interest_add(&parts, &principal, &rate, counts[c], middle, to);
            assert_int_equal(wb_rate_compare(&parts, &whole), 0);
        }
    }
    wb_rate_clear(&parts);
    wb_rate_clear(&whole);
    wb_rate_clear(&rate);
    wb_money_clear(&principal);
}

static void test_repayment_pays_costs_then_interest_then_principal(void **state)
{
    static const struct {
        const char *name;
        int64_t amount, costs_due, interest_due, principal_due;
        int64_t costs, interest, principal, excess;
    } cases[] = {
        {"interest, then principal", 26000000, 0, 2500000, 250000000, 0, 2500000, 23500000, 0},
        {"costs come first", 100, 60, 60, 60, 60, 40, 0, 0},
        {"less than the costs", 59, 60, 60, 60, 59, 0, 0, 0},
        {"to the cent", 180, 60, 60, 60, 60, 60, 60, 0},
        {"a cent too much", 181, 60, 60, 60, 60, 60, 60, 1},
        {"nothing due", 5, 0, 0, 0, 0, 0, 0, 5},
        {"nothing paid", 0, 60, 60, 60, 0, 0, 0, 0},
    };
    (void)state;
    wb_loan_allocation allocation;
    wb_money amount, costs, interest, principal;
    wb_loan_allocation_init(&allocation);
    wb_money_init(&amount);
    wb_money_init(&costs);
    wb_money_init(&interest);
    wb_money_init(&principal);
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        wb_money_set_cents(&amount, cases[c].amount);
        wb_money_set_cents(&costs, cases[c].costs_due);
        wb_money_set_cents(&interest, cases[c].interest_due);
        wb_money_set_cents(&principal, cases[c].principal_due);
        wb_loan_allocate(&allocation, &amount, &costs, &interest, &principal);
        assert_int_equal(wb_money_cents(&allocation.costs), cases[c].costs);
        assert_int_equal(wb_money_cents(&allocation.interest), cases[c].interest);
        assert_int_equal(wb_money_cents(&allocation.principal), cases[c].principal);
        assert_int_equal(wb_money_cents(&allocation.excess), cases[c].excess);
    }
    wb_money_clear(&principal);
    wb_money_clear(&interest);
    wb_money_clear(&costs);
    wb_money_clear(&amount);
    wb_loan_allocation_clear(&allocation);
}

/* 15 % of 1,000,000.07 is 150,000.0105: the cap is rounded down, never above the share. */
static void test_support_cap_is_rounded_down(void **state)
{
    (void)state;
    wb_money revenue;
    wb_money cap;
    wb_rate share;
    wb_money_init(&revenue);
    wb_money_init(&cap);
    wb_rate_init(&share);
    wb_rate_set_ratio(&share, 15, 100);
    wb_money_set_cents(&revenue, 100000007);
    wb_support_cap(&cap, &revenue, &share);
    assert_int_equal(wb_money_cents(&cap), 15000001);
    wb_money_set_cents(&revenue, 6); /* 0.9 cent */
    wb_support_cap(&cap, &revenue, &share);
    assert_int_equal(wb_money_cents(&cap), 0);
    wb_rate_clear(&share);
    wb_money_clear(&cap);
    wb_money_clear(&revenue);
}

static void test_instalments_make_the_principal(void **state)
{
    (void)state;
    static const struct {
        const char *start, *maturity;
        uint32_t n;
        const char *due[4];
        int64_t part[4];
    } cases[] = {
        /* 24 months in quarters of the term: 6 months each; 10.01 in four is 2.50 2.50 2.50 2.51 */
        {"2026-02-01",
         "2028-02-01",
         4,
         {"2026-08-01", "2027-02-01", "2027-08-01", "2028-02-01"},
         {250, 250, 250, 251}},
        /* the end of a month stays the end of a month */
        {"2026-01-31",
         "2026-04-30",
         3,
         {"2026-02-28", "2026-03-31", "2026-04-30"},
         {333, 334, 334}},
        /* 100 days in three: 33, 66, 100 days after the start */
        {"2026-01-01",
         "2026-04-11",
         3,
         {"2026-02-03", "2026-03-08", "2026-04-11"},
         {333, 334, 334}},
        {"2026-01-01", "2027-01-01", 1, {"2027-01-01"}, {1001}},
    };
    wb_money principal;
    wb_money part;
    wb_money_init(&principal);
    wb_money_init(&part);
    wb_money_set_cents(&principal, 1001);
    for (size_t c = 0; c < COUNT(cases); c++) {
        wb_date start;
        wb_date maturity;
        assert_int_equal(wb_date_parse(&start, cases[c].start, 10, NULL), WB_OK);
        assert_int_equal(wb_date_parse(&maturity, cases[c].maturity, 10, NULL), WB_OK);
        for (uint32_t k = 1; k <= cases[c].n; k++) {
            char text[WB_DATE_TEXT_MAX];
            wb_date due;
            wb_loan_instalment(&part, &due, &principal, start, maturity, k, cases[c].n);
            assert_string_equal(wb_date_text(text, due), cases[c].due[k - 1]);
            assert_int_equal(wb_money_cents(&part), cases[c].part[k - 1]);
        }
    }
    wb_money_clear(&principal);
    wb_money_clear(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interest_by_hand),
        cmocka_unit_test(test_interest_on_a_changing_principal_is_rounded_once),
        cmocka_unit_test(test_interest_is_additive_for_every_day_count),
        cmocka_unit_test(test_repayment_pays_costs_then_interest_then_principal),
        cmocka_unit_test(test_support_cap_is_rounded_down),
        cmocka_unit_test(test_instalments_make_the_principal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
