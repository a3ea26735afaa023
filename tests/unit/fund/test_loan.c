/* Goal: a loan's events are balanced entries whose interest, order and limits are the agreement's.
 * Method: one loan followed by hand through its life, then every refusal, each on a real ledger. */
#include <string.h>

#include "unit/fund/fixture.h"

static wb_loan *look(fixture *at, wb_loan *loan, const char *id)
{
    assert_int_equal(wb_loan_find(loan, at->ledger, id, &at->err), WB_OK);
    return loan;
}

/* 1,000,000.00 at 4 %, 30/360:
 *   1 Feb to 1 May    90 days on 1,000,000  10,000.00
 *   1 May to 1 Aug    90 days on   750,000   7,500.00
 *   1 to 16 Aug       15 days on   750,000   1,250.00 */
static void test_a_loan_through_its_life(void **state)
{
    fixture *at = *state;
    char text[1024];
    wb_loan loan;
    wb_loan_init(&loan);
    endow(at, 1000000000);
    agree(at, "L-7", "P1", 100000000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-02-01", 100000000, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "loan-disbursed 1000/-:-100000000 0100/P1:+100000000");
    assert_int_equal(act(at, wb_loan_accrue, "L-7", "2026-05-01", 0, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "interest-accrued 1140/P1:+1000000 8100/-:-1000000");
    assert_int_equal(act(at, wb_loan_repay, "L-7", "2026-05-01", 26000000, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "loan-repaid 1000/-:+26000000 1140/P1:-1000000 0100/P1:-25000000");
    assert_int_equal(wb_money_cents(&look(at, &loan, "L-7")->outstanding), 75000000);
    assert_int_equal(act(at, wb_loan_accrue, "L-7", "2026-08-01", 0, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text), "interest-accrued 1140/P1:+750000 8100/-:-750000");
    assert_int_equal(act(at, wb_loan_write_off, "L-7", "2026-08-16", 5000000, "WHOA-akkoord"),
                     WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "loan-written-off 4000/-:+5000000 0100/P1:-5000000");
    look(at, &loan, "L-7");
    assert_int_equal(wb_money_cents(&loan.disbursed), 100000000);
    assert_int_equal(wb_money_cents(&loan.repaid), 25000000);
    assert_int_equal(wb_money_cents(&loan.written_off), 5000000);
    assert_int_equal(wb_money_cents(&loan.outstanding), 70000000);
    assert_int_equal(wb_money_cents(&loan.interest_accrued), 1875000);
    assert_int_equal(wb_money_cents(&loan.interest_due), 875000);
    /* 700,000.00 + 8,750.00 is what is due that day, not a cent more */
    assert_int_equal(act(at, wb_loan_repay, "L-7", "2026-08-16", 70875001, NULL), WB_E_RULE);
    assert_string_equal(at->err.message,
                        "708750.01 is more than what is due on loan 'L-7', 708750.00");
    assert_int_equal(act(at, wb_loan_repay, "L-7", "2026-08-16", 70875000, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "loan-repaid 1000/-:+70875000 1140/P1:-875000 0100/P1:-70000000");
    assert_int_equal(balance_of(at, "0100", NULL), 0);
    assert_int_equal(balance_of(at, "1140", NULL), 0);
    /* all the money: 260,000.00 + 708,750.00 - 1,000,000.00 = interest 18,750.00 - loss 50,000.00
     */
    assert_int_equal(balance_of(at, "1000", NULL), 1000000000 - 3125000);
    assert_int_equal(balance_of(at, "8100", NULL) + balance_of(at, "4000", NULL), 3125000);
    wb_loan_clear(&loan);
}

/* 1,000.00 at 4 %: a month is 3.33 1/3. Rounding each would lose four cents in a year. */
static void test_accruing_every_month_changes_no_total(void **state)
{
    fixture *at = *state;
    static const char *const months[] = {"2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01",
                                         "2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01",
                                         "2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"};
    static const int64_t totals[] = {333,  667,  1000, 1333, 1667, 2000,
                                     2333, 2667, 3000, 3333, 3667, 4000};
    endow(at, 1000000000);
    agree(at, "L-1", "P1", 100000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-02-01", 100000, NULL), WB_OK);
    for (size_t i = 0; i < COUNT(months); i++) {
        assert_int_equal(act(at, wb_loan_accrue, "L-1", months[i], 0, NULL), WB_OK);
        assert_int_equal(balance_of(at, "1140", "P1"), totals[i]);
    }
    /* a second time to the same date there is nothing left */
    wb_ledger_head before;
    wb_ledger_head after;
    assert_int_equal(wb_ledger_head_read(at->ledger, &before, &at->err), WB_OK);
    assert_int_equal(act(at, wb_loan_accrue, "L-1", "2027-02-01", 0, NULL), WB_OK);
    assert_int_equal(wb_ledger_head_read(at->ledger, &after, &at->err), WB_OK);
    assert_int_equal(after.count, before.count);
}

static void test_a_repayment_accrues_first(void **state)
{
    fixture *at = *state;
    char text[1024];
    endow(at, 1000000000);
    agree(at, "L-1", "P1", 36000000, "2027-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-02-01", 36000000, NULL), WB_OK);
    /* 30 days on 360,000.00: 1,200.00, more than is paid: nothing goes to the principal */
    assert_int_equal(act(at, wb_loan_repay, "L-1", "2026-03-01", 100000, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text), "loan-repaid 1000/-:+100000 1140/P1:-100000");
    assert_int_equal(balance_of(at, "1140", "P1"), 20000);
    /* at most a year: the short account */
    assert_int_equal(balance_of(at, "0120", "P1"), 36000000);
}

static void test_a_loan_of_a_year_and_a_day_is_long(void **state)
{
    fixture *at = *state;
    wb_loan loan;
    wb_loan_init(&loan);
    agree(at, "L-1", "P1", 100, "2027-02-01");
    agree(at, "L-2", "P1", 100, "2027-02-02");
    assert_string_equal(look(at, &loan, "L-1")->account, "0120");
    assert_string_equal(look(at, &loan, "L-2")->account, "0100");
    wb_loan_clear(&loan);
}

static void test_the_same_event_is_posted_once(void **state)
{
    fixture *at = *state;
    wb_loan_event event;
    endow(at, 1000000000);
    agree(at, "L-7", "P1", 100000000, "2028-02-01");
    wb_loan_event_init(&event);
    event.loan = "L-7";
    event.date = day("2026-02-01");
    event.maker = "test";
    wb_money_set_cents(&event.amount, 1000000);
    assert_int_equal(wb_loan_disburse(at->ledger, &event, &at->err), WB_OK);
    assert_false(event.already);
    const uint64_t number = event.number;
    assert_int_equal(wb_loan_disburse(at->ledger, &event, &at->err), WB_OK);
    assert_true(event.already);
    assert_int_equal(event.number, number);
    assert_int_equal(wb_money_cents(&event.outstanding), 1000000);
    assert_int_equal(balance_of(at, "0100", "P1"), 1000000);
    /* a second payment of the same amount that day has its own reference */
    event.reference = "second tranche";
    assert_int_equal(wb_loan_disburse(at->ledger, &event, &at->err), WB_OK);
    assert_false(event.already);
    assert_int_equal(balance_of(at, "0100", "P1"), 2000000);
    wb_money_set_cents(&event.amount, 1000001);
    assert_int_equal(wb_loan_disburse(at->ledger, &event, &at->err), WB_E_DUPLICATE);
    wb_money_set_cents(&event.amount, 1000000);
    assert_int_equal(wb_loan_repay(at->ledger, &event, &at->err), WB_E_DUPLICATE);
    assert_int_equal(balance_of(at, "0100", "P1"), 2000000);
    wb_loan_event_clear(&event);
}

static void test_events_that_are_refused(void **state)
{
    fixture *at = *state;
    static const struct {
        const char *name;
        loan_action *action;
        const char *loan, *date;
        int64_t cents;
        const char *reason;
        wb_code code;
    } cases[] = {
        {"no such loan", wb_loan_disburse, "L-8", "2026-03-01", 1, NULL, WB_E_NOT_FOUND},
        {"nothing", wb_loan_disburse, "L-7", "2026-03-01", 0, NULL, WB_E_RANGE},
        {"before the start", wb_loan_disburse, "L-7", "2026-01-31", 1, NULL, WB_E_RULE},
        {"after maturity", wb_loan_disburse, "L-7", "2028-02-02", 1, NULL, WB_E_RULE},
        {"more than agreed", wb_loan_disburse, "L-7", "2026-03-01", 50000001, NULL, WB_E_RULE},
        {"before the last event", wb_loan_repay, "L-7", "2026-02-28", 1, NULL, WB_E_RULE},
        {"interest up to then is there", wb_loan_accrue, "L-7", "2026-02-28", 0, NULL, WB_E_RULE},
        {"more than outstanding", wb_loan_write_off, "L-7", "2026-03-01", 50000001, "x", WB_E_RULE},
        {"no reason", wb_loan_write_off, "L-7", "2026-03-01", 1, NULL, WB_E_RANGE},
        {"an empty reason", wb_loan_write_off, "L-7", "2026-03-01", 1, "", WB_E_RANGE},
    };
    endow(at, 1000000000);
    agree(at, "L-7", "P1", 100000000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-01-31", 1, NULL), WB_E_RULE);
    assert_string_equal(at->err.message, "2026-01-31 is before loan 'L-7' starts, 2026-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-02-01", 50000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_accrue, "L-7", "2026-03-01", 0, NULL), WB_OK);
    fixture_commit(at);
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        assert_int_equal(
            act(at, cases[c].action, cases[c].loan, cases[c].date, cases[c].cents, cases[c].reason),
            cases[c].code);
        fixture_abort(at);
        assert_int_equal(balance_of(at, "0100", "P1"), 50000000);
    }
    /* each limit itself is allowed */
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2028-02-01", 50000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_write_off, "L-7", "2028-02-01", 100000000, "x"), WB_OK);
}

/* A disbursement taken back: no principal, and the interest on it is taken back by the next
 * accrual. */
static void test_a_reversal_takes_principal_and_interest_back(void **state)
{
    fixture *at = *state;
    wb_loan loan;
    wb_ledger_head head;
    uint64_t reversal = 0;
    char text[1024];
    wb_loan_init(&loan);
    endow(at, 1000000000);
    agree(at, "L-7", "P1", 100000000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-02-01", 100000000, NULL), WB_OK);
    assert_int_equal(wb_ledger_head_read(at->ledger, &head, &at->err), WB_OK);
    assert_int_equal(act(at, wb_loan_accrue, "L-7", "2026-05-01", 0, NULL), WB_OK);
    assert_int_equal(wb_ledger_reverse(at->ledger, head.count, day("2026-02-01"), "never paid",
                                       "test", &reversal, &at->err),
                     WB_OK);
    look(at, &loan, "L-7");
    assert_int_equal(wb_money_cents(&loan.disbursed), 0);
    assert_int_equal(wb_money_cents(&loan.outstanding), 0);
    assert_int_equal(act(at, wb_loan_accrue, "L-7", "2026-05-01", 0, NULL), WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "interest-accrued 1140/P1:-1000000 8100/-:+1000000");
    assert_int_equal(balance_of(at, "1140", "P1"), 0);
    /* the reference of the reversed payment is not used again by accident */
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-02-01", 100000000, NULL),
                     WB_E_DUPLICATE);
    wb_loan_clear(&loan);
}

static void test_repayments_and_write_offs_can_be_taken_back(void **state)
{
    fixture *at = *state;
    wb_loan loan;
    wb_ledger_head head;
    uint64_t reversal = 0;
    wb_loan_init(&loan);
    endow(at, 1000000000);
    agree(at, "L-7", "P1", 1000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-02-01", 1000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_repay, "L-7", "2026-02-01", 300, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_write_off, "L-7", "2026-02-01", 200, "x"), WB_OK);
    assert_int_equal(wb_ledger_head_read(at->ledger, &head, &at->err), WB_OK);
    for (uint64_t back = 0; back < 2; back++) {
        assert_int_equal(wb_ledger_reverse(at->ledger, head.count - back, day("2026-02-01"),
                                           "mistake", "test", &reversal, &at->err),
                         WB_OK);
    }
    look(at, &loan, "L-7");
    assert_int_equal(wb_money_cents(&loan.disbursed), 1000);
    assert_int_equal(wb_money_cents(&loan.repaid), 0);
    assert_int_equal(wb_money_cents(&loan.written_off), 0);
    assert_int_equal(wb_money_cents(&loan.outstanding), 1000);
    wb_loan_clear(&loan);
}

/* ---- Agreements ---- */

static wb_code propose(fixture *at, const char *id, const char *party, int64_t cents,
                       const char *reason, bool *already)
{
    wb_loan loan;
    wb_loan_init(&loan);
    (void)snprintf(loan.id, sizeof loan.id, "%s", id);
    (void)snprintf(loan.party, sizeof loan.party, "%s", party);
    (void)snprintf(loan.override_reason, sizeof loan.override_reason, "%s", reason);
    wb_money_set_cents(&loan.principal, cents);
    loan.start = day("2026-02-01");
    loan.maturity = day("2027-02-01");
    memset(&at->err, 0, sizeof at->err);
    const wb_code code = wb_loan_new(at->ledger, &loan, "test", already, &at->err);
    wb_loan_clear(&loan);
    return code;
}

/* P1 has 10,000,000.00 of revenue a year: 1,500,000.00 is its cap. */
static void test_support_stays_below_the_cap_unless_a_reason_is_given(void **state)
{
    fixture *at = *state;
    bool already = false;
    assert_int_equal(propose(at, "L-1", "P1", 150000001, "", &already), WB_E_RULE);
    assert_string_equal(at->err.message,
                        "support to 'P1' would come to 1500000.01, above its cap of 1500000.00");
    assert_int_equal(propose(at, "L-1", "P1", 100000000, "", &already), WB_OK);
    assert_int_equal(propose(at, "L-2", "P1", 50000001, "", &already), WB_E_RULE);
    assert_int_equal(propose(at, "L-2", "P1", 50000000, "", &already), WB_OK);
    assert_int_equal(propose(at, "L-3", "P1", 1, "", &already), WB_E_RULE);
    assert_int_equal(propose(at, "L-3", "P1", 1, "only provider of closed care", &already), WB_OK);
    /* another provider has its own cap; one without revenue has none to borrow on */
    assert_int_equal(propose(at, "L-4", "P2", 3750000, "", &already), WB_OK);
    assert_int_equal(propose(at, "L-5", "P3", 1, "", &already), WB_E_RULE);
    /* what is paid back may be lent again; what is written off may not */
    endow(at, 1000000000);
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-02-01", 100000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_repay, "L-1", "2026-02-01", 10000001, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_write_off, "L-1", "2026-02-01", 20000000, "x"), WB_OK);
    assert_int_equal(propose(at, "L-6", "P1", 10000001, "", &already), WB_E_RULE);
    assert_int_equal(propose(at, "L-6", "P1", 10000000, "", &already), WB_OK);
}

static void test_agreements_that_are_refused(void **state)
{
    fixture *at = *state;
    bool already = false;
    assert_int_equal(propose(at, "L-1", "P9", 100, "", &already), WB_E_PARTY);
    assert_int_equal(propose(at, "L-1", "GM0889", 100, "", &already), WB_E_RULE);
    assert_string_equal(at->err.message, "'GM0889' is a municipality; the fund lends to providers");
    assert_int_equal(propose(at, "L-1", "P1", 0, "", &already), WB_E_RANGE);
    assert_int_equal(propose(at, "L 1", "P1", 100, "", &already), WB_E_RANGE);
    assert_int_equal(propose(at, "L-1", "P1", 100, "", &already), WB_OK);
    assert_false(already);
    assert_int_equal(propose(at, "L-1", "P1", 100, "", &already), WB_OK);
    assert_true(already);
    assert_int_equal(propose(at, "L-1", "P1", 101, "", &already), WB_E_DUPLICATE);
    wb_loan loan;
    wb_loan_init(&loan);
    (void)snprintf(loan.id, sizeof loan.id, "L-2");
    (void)snprintf(loan.party, sizeof loan.party, "P1");
    wb_money_set_cents(&loan.principal, 100);
    loan.start = day("2026-02-01");
    loan.maturity = loan.start;
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_E_RANGE);
    loan.maturity = day("2027-02-01");
    wb_rate_set_ratio(&loan.rate, 1, 3); /* no decimal says it */
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_E_RANGE);
    wb_rate_set_ratio(&loan.rate, -1, 100);
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_E_RANGE);
    wb_rate_set_ratio(&loan.rate, 1, 100);
    loan.start = day("2025-12-31");
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_E_RULE);
    loan.start = day("2026-01-01");
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_OK);
    wb_loan_clear(&loan);
}

/* The life above, cut off at each day on which something changes and the day before it. */
static void test_a_loan_at_a_date_has_what_was_posted_up_to_it(void **state)
{
    static const struct {
        const char *date;
        int64_t disbursed, repaid, written_off, outstanding, accrued, due;
    } days[] = {
        {"2026-02-01", 100000000, 0, 0, 100000000, 0, 0},
        {"2026-04-30", 100000000, 0, 0, 100000000, 0, 0},
        {"2026-05-01", 100000000, 25000000, 0, 75000000, 1000000, 0},
        {"2026-07-31", 100000000, 25000000, 0, 75000000, 1000000, 0},
        {"2026-08-01", 100000000, 25000000, 0, 75000000, 1750000, 750000},
        {"2026-08-15", 100000000, 25000000, 0, 75000000, 1750000, 750000},
        {"2026-08-16", 100000000, 25000000, 5000000, 70000000, 1875000, 875000},
        {"2999-12-31", 100000000, 25000000, 5000000, 70000000, 1875000, 875000},
    };
    fixture *at = *state;
    wb_loan_list list = {NULL, 0};
    endow(at, 1000000000);
    agree(at, "L-7", "P1", 100000000, "2028-02-01");
    agree(at, "L-8", "P2", 100, "2028-02-01"); /* nothing happens with it */
    assert_int_equal(act(at, wb_loan_disburse, "L-7", "2026-02-01", 100000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_repay, "L-7", "2026-05-01", 26000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_accrue, "L-7", "2026-08-01", 0, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_write_off, "L-7", "2026-08-16", 5000000, "WHOA-akkoord"),
                     WB_OK);
    wb_date date = day("2026-01-31");
    assert_int_equal(wb_loan_list_read(&list, at->ledger, &date, &at->err), WB_OK);
    assert_int_equal(list.count, 0); /* none has started */
    for (size_t i = 0; i < COUNT(days); i++) {
        print_message("    %s\n", days[i].date);
        date = day(days[i].date);
        assert_int_equal(wb_loan_list_read(&list, at->ledger, &date, &at->err), WB_OK);
        assert_int_equal(list.count, 2);
        const wb_loan *loan = &list.items[0];
        assert_string_equal(loan->id, "L-7");
        assert_int_equal(wb_money_cents(&loan->disbursed), days[i].disbursed);
        assert_int_equal(wb_money_cents(&loan->repaid), days[i].repaid);
        assert_int_equal(wb_money_cents(&loan->written_off), days[i].written_off);
        assert_int_equal(wb_money_cents(&loan->outstanding), days[i].outstanding);
        assert_int_equal(wb_money_cents(&loan->interest_accrued), days[i].accrued);
        assert_int_equal(wb_money_cents(&loan->interest_due), days[i].due);
    }
    wb_loan_list_clear(&list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_loan_through_its_life),
        TEST(test_accruing_every_month_changes_no_total),
        TEST(test_a_repayment_accrues_first),
        TEST(test_a_loan_at_a_date_has_what_was_posted_up_to_it),
        TEST(test_a_loan_of_a_year_and_a_day_is_long),
        TEST(test_the_same_event_is_posted_once),
        TEST(test_events_that_are_refused),
        TEST(test_a_reversal_takes_principal_and_interest_back),
        TEST(test_repayments_and_write_offs_can_be_taken_back),
        TEST(test_support_stays_below_the_cap_unless_a_reason_is_given),
        TEST(test_agreements_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
