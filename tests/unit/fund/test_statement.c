/* Goal: the statements show the books: they add up, contra accounts and the open year included.
 * Method: entries worked out by hand, then a random history in which every sum must hold. */
#include <string.h>

#include "unit/fund/fixture.h"

/* One memorial entry of two postings. */
static void memorial(fixture *at, const char *date, const char *debit, const char *credit,
                     int64_t cents)
{
    wb_posting postings[2] = {{.account = debit}, {.account = credit}};
    const wb_entry entry = {.date = day(date),
                            .event = "memorial",
                            .memo = "",
                            .maker = "test",
                            .postings = postings,
                            .posting_count = 2};
    uint64_t number = 0;
    bool already = false;
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    wb_money_set_cents(&postings[0].amount, cents);
    wb_money_set_cents(&postings[1].amount, -cents);
    assert_int_equal(wb_ledger_post(at->ledger, &entry, &number, &already, &at->err), WB_OK);
    wb_money_clear(&postings[0].amount);
    wb_money_clear(&postings[1].amount);
}

static int64_t line_of(const wb_balance_sheet *sheet, const char *code)
{
    for (size_t i = 0; i < sheet->count; i++) {
        if (strcmp(sheet->lines[i].account.code, code) == 0) {
            return wb_money_cents(&sheet->lines[i].amount);
        }
    }
    fail_msg("no line %s", code);
    return 0;
}

static void test_a_balance_sheet_by_hand(void **state)
{
    fixture *at = *state;
    wb_balance_sheet sheet;
    memorial(at, "2026-01-01", "1000", "0200", 100000); /* founding capital 1,000.00 */
    memorial(at, "2026-01-01", "1010", "0400", 50000);  /* backstop loan 500.00 */
    memorial(at, "2026-02-01", "0100", "1000", 40000);  /* a loan of 400.00 */
    memorial(at, "2026-03-01", "4000", "0110", 10000);  /* of which 100.00 may be lost */
    memorial(at, "2026-03-01", "4030", "0300", 2500);   /* a guarantee provision of 25.00 */
    memorial(at, "2026-04-01", "1100", "8000", 30000);  /* contributions of 300.00 */
    memorial(at, "2026-05-01", "0240", "0210", 1000);   /* 10.00 of it to the reserve */
    wb_balance_sheet_init(&sheet);
    assert_int_equal(wb_balance_sheet_read(&sheet, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(line_of(&sheet, "0100"), 40000);
    assert_int_equal(line_of(&sheet, "0110"), -10000); /* contra, among the assets */
    assert_int_equal(line_of(&sheet, "1000"), 60000);
    assert_int_equal(line_of(&sheet, "1010"), 50000);
    assert_int_equal(line_of(&sheet, "1100"), 30000);
    assert_int_equal(wb_money_cents(&sheet.assets), 170000);
    /* 300.00 - 100.00 - 25.00; 10.00 of it was appropriated */
    assert_int_equal(wb_money_cents(&sheet.result), 17500);
    assert_int_equal(line_of(&sheet, "0240"), 16500);
    assert_int_equal(line_of(&sheet, "0210"), 1000);
    assert_int_equal(wb_money_cents(&sheet.equity), 117500);
    assert_int_equal(wb_money_cents(&sheet.provisions), 2500);
    assert_int_equal(wb_money_cents(&sheet.liabilities), 50000);
    assert_int_equal(sheet.count, 10);
    /* as it stood before the write-down */
    const wb_date february = day("2026-02-28");
    assert_int_equal(wb_balance_sheet_read(&sheet, at->ledger, &february, &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&sheet.assets), 150000);
    assert_int_equal(wb_money_cents(&sheet.result), 0);
    assert_int_equal(line_of(&sheet, "0240"), 0); /* always shown */
    wb_balance_sheet_clear(&sheet);
}

static void test_a_closed_year_leaves_no_open_result(void **state)
{
    fixture *at = *state;
    wb_balance_sheet sheet;
    memorial(at, "2026-04-01", "1000", "8000", 30000);
    memorial(at, "2026-12-31", "8000", "0240", 30000);
    wb_balance_sheet_init(&sheet);
    assert_int_equal(wb_balance_sheet_read(&sheet, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&sheet.result), 0);
    assert_int_equal(line_of(&sheet, "0240"), 30000);
    wb_balance_sheet_clear(&sheet);
}

static void test_a_trial_balance_by_hand(void **state)
{
    fixture *at = *state;
    wb_trial_balance trial;
    memorial(at, "2026-01-01", "1000", "0200", 100000);
    memorial(at, "2026-02-01", "0100", "1000", 40000);
    wb_trial_balance_init(&trial);
    assert_int_equal(wb_trial_balance_read(&trial, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(trial.count, 45);
    for (size_t i = 0; i < trial.count; i++) {
        const bool bank = strcmp(trial.rows[i].account.code, "1000") == 0;
        if (bank) {
            assert_int_equal(wb_money_cents(&trial.rows[i].debit), 100000);
            assert_int_equal(wb_money_cents(&trial.rows[i].credit), 40000);
            assert_int_equal(wb_money_cents(&trial.rows[i].balance), 60000);
            assert_int_equal(trial.rows[i].postings, 2);
        }
    }
    assert_int_equal(wb_money_cents(&trial.debit), 140000);
    assert_int_equal(wb_money_cents(&trial.credit), 140000);
    wb_trial_balance_clear(&trial);
}

static void test_a_party_statement_by_hand(void **state)
{
    fixture *at = *state;
    wb_party_statement statement;
    const wb_date from = day("2026-03-01");
    const wb_date to = day("2026-06-30");
    assert_int_equal(assess(at, WB_GROUP_PROVIDERS, "equal", 30000, "B-1", "2026-01-15", NULL),
                     WB_OK);
    endow(at, 36000000);
    agree(at, "L-1", "P1", 36000000, "2027-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-02-01", 36000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_repay, "L-1", "2026-03-01", 1120000, NULL), WB_OK);
    assert_int_equal(receive(at, "ref,date,party,amount\nR-1,2026-07-01,P1,60.00\n", NULL), WB_OK);
    wb_party_statement_init(&statement);
    assert_int_equal(wb_party_statement_read(&statement, at->ledger, "P1", &from, &to, &at->err),
                     WB_OK);
    assert_string_equal(statement.party.name, "Aanbieder 1");
    /* interest 1,200.00, paid with 10,000.00 of the principal; the receipt falls after */
    static const struct {
        const char *event, *account;
        int64_t amount, balance;
    } lines[] = {
        {"interest-accrued", "1140", 120000, 120000},
        {"loan-repaid", "1140", -120000, 0},
        {"loan-repaid", "0120", -1000000, 35000000},
    };
    assert_int_equal(statement.line_count, COUNT(lines));
    for (size_t i = 0; i < COUNT(lines); i++) {
        assert_string_equal(statement.lines[i].event, lines[i].event);
        assert_string_equal(statement.lines[i].account, lines[i].account);
        assert_int_equal(wb_money_cents(&statement.lines[i].amount), lines[i].amount);
        assert_int_equal(wb_money_cents(&statement.lines[i].balance), lines[i].balance);
    }
    static const struct {
        const char *account;
        int64_t opening, closing;
    } accounts[] = {{"0120", 36000000, 35000000}, {"1120", 10000, 10000}, {"1140", 0, 0}};
    assert_int_equal(statement.account_count, COUNT(accounts));
    for (size_t i = 0; i < COUNT(accounts); i++) {
        assert_string_equal(statement.accounts[i].account.code, accounts[i].account);
        assert_int_equal(wb_money_cents(&statement.accounts[i].opening), accounts[i].opening);
        assert_int_equal(wb_money_cents(&statement.accounts[i].closing), accounts[i].closing);
    }
    assert_int_equal(wb_party_statement_read(&statement, at->ledger, "P9", NULL, NULL, &at->err),
                     WB_E_PARTY);
    wb_party_statement_clear(&statement);
}

/* xorshift64*: the same history on every run. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(0x2545F4914F6CDD1D);
}

static void random_event(fixture *at, uint64_t *seed, int round)
{
    static const char *const banks[] = {"1000", "1010", "1020"};
    static const char *const others[] = {"0200", "0400", "8000", "4100", "0110", "1310", "4010"};
    static const char *const ids[] = {"GM0889", "GM0893", "GM0907", "P1", "P2", "RIJK"};
    char text[128];
    const wb_date date = {day("2026-02-01").days + round};
    char date_text[WB_DATE_TEXT_MAX];
    const int64_t cents = 1 + (int64_t)(next_random(seed) % 10000000);
    wb_date_text(date_text, date);
    switch (next_random(seed) % 5) {
    case 0:
        memorial(at, date_text, banks[next_random(seed) % COUNT(banks)],
                 others[next_random(seed) % COUNT(others)], cents);
        break;
    case 1:
        (void)snprintf(text, sizeof text, "B-%d", round);
        assert_int_equal(assess(at, (wb_group)(next_random(seed) % WB_GROUP_COUNT), "equal", cents,
                                text, date_text, NULL),
                         WB_OK);
        break;
    case 2:
        (void)snprintf(text, sizeof text, "ref,date,party,amount\nR-%d,%s,%s,%lld.%02d\n", round,
                       date_text, ids[next_random(seed) % COUNT(ids)], (long long)(cents / 100),
                       (int)(cents % 100));
        assert_int_equal(receive(at, text, NULL), WB_OK);
        break;
    case 3: assert_int_equal(act(at, wb_loan_accrue, "L-1", date_text, 0, NULL), WB_OK); break;
    default:
        assert_int_equal(act(at, wb_loan_disburse, "L-1", date_text, 1 + cents % 100000, NULL),
                         WB_OK);
        assert_int_equal(act(at, wb_loan_repay, "L-1", date_text, 1 + cents % 100000 / 2, NULL),
                         WB_OK);
        break;
    }
}

/* What is open per decision adds up to what the receivables hold, and the sheet adds up at every
 * moment; reading it checks assets against equity and debts. */
static void check_sums(fixture *at)
{
    wb_balance_sheet sheet;
    wb_open_list open;
    wb_balance_sheet_init(&sheet);
    wb_open_list_init(&open);
    assert_int_equal(wb_balance_sheet_read(&sheet, at->ledger, NULL, &at->err), WB_OK);
    int64_t assets = 0;
    int64_t others = 0;
    for (size_t i = 0; i < sheet.count; i++) {
        const int64_t cents = wb_money_cents(&sheet.lines[i].amount);
        if (sheet.lines[i].account.section == WB_SECTION_ASSET) {
            assets += cents;
        } else {
            others += cents;
        }
    }
    assert_int_equal(assets, others);
    assert_int_equal(assets, wb_money_cents(&sheet.assets));
    assert_int_equal(wb_contribution_open(&open, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&open.open), balance_of(at, "1100", NULL) +
                                                     balance_of(at, "1110", NULL) +
                                                     balance_of(at, "1120", NULL));
    wb_open_list_clear(&open);
    wb_balance_sheet_clear(&sheet);
}

static void test_sums_hold_after_a_random_history(void **state)
{
    fixture *at = *state;
    uint64_t seed = 20260101;
    agree(at, "L-1", "P1", 150000000, "2028-02-01");
    for (int round = 0; round < 300; round++) {
        random_event(at, &seed, round);
        if (round % 20 == 19) check_sums(at);
    }
    fixture_commit(at);
    check_sums(at);
    wb_verify_report report;
    wb_ledger_abort(at->ledger);
    assert_int_equal(wb_ledger_verify(at->ledger, &report, NULL, NULL, &at->err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
}

static void test_the_status_counts_and_adds(void **state)
{
    fixture *at = *state;
    wb_fund_status status;
    memorial(at, "2026-01-01", "1000", "0200", 100000000);
    memorial(at, "2026-01-01", "1020", "0400", 5000);
    memorial(at, "2026-01-02", "4020", "1330", 700); /* promised: no longer free */
    assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, "equal", 30000, "B-1", "2026-01-15", NULL),
                     WB_OK);
    assert_int_equal(receive(at, "ref,date,party,amount\nR-1,2026-02-01,GM0889,60.00\n", NULL),
                     WB_OK);
    agree(at, "L-1", "P1", 10000, "2027-02-01");
    agree(at, "L-2", "P1", 10000, "2027-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-02-01", 9000, NULL), WB_OK);
    wb_fund_status_init(&status);
    assert_int_equal(wb_fund_status_read(&status, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&status.cash), 100000000 + 5000 - 700 + 6000 - 9000);
    assert_int_equal(wb_money_cents(&status.backstop), 5000);
    assert_int_equal(wb_money_cents(&status.receivable), 24000);
    assert_int_equal(wb_money_cents(&status.outstanding), 9000);
    assert_int_equal(status.parties[WB_PARTY_MUNICIPALITY], 3);
    assert_int_equal(status.parties[WB_PARTY_PROVIDER], 3);
    assert_int_equal(status.parties[WB_PARTY_STATE], 1);
    assert_int_equal(status.accounts, 45);
    assert_int_equal(status.decisions, 1);
    assert_int_equal(status.loans, 2);
    assert_int_equal(status.open_loans, 1);
    const wb_date january = day("2026-01-14"); /* before the contribution, and any loan */
    assert_int_equal(wb_fund_status_read(&status, at->ledger, &january, &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&status.cash), 100000000 + 5000 - 700);
    assert_int_equal(wb_money_cents(&status.backstop), 5000);
    assert_int_equal(wb_money_cents(&status.receivable), 0);
    assert_int_equal(wb_money_cents(&status.outstanding), 0);
    assert_int_equal(status.parties[WB_PARTY_MUNICIPALITY], 3);
    assert_int_equal(status.decisions, 0);
    assert_int_equal(status.loans, 0);
    assert_int_equal(status.open_loans, 0);
    const wb_date february = day("2026-01-15"); /* the day of the contribution itself */
    assert_int_equal(wb_fund_status_read(&status, at->ledger, &february, &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&status.receivable), 30000);
    assert_int_equal(status.decisions, 1);
    wb_fund_status_clear(&status);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_balance_sheet_by_hand),          TEST(test_a_closed_year_leaves_no_open_result),
        TEST(test_a_trial_balance_by_hand),          TEST(test_a_party_statement_by_hand),
        TEST(test_sums_hold_after_a_random_history), TEST(test_the_status_counts_and_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
