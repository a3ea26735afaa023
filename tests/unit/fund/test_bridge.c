/* Goal: a simulation starts from what the books hold, and from nothing they cannot explain.
 * Method: a fund whose figures are worked out by hand; then books that lie, or are damaged. */
#include <string.h>

#include "unit/fund/fixture.h"
#include "waarborg/bridge.h"

static uint64_t memorial(fixture *at, const char *debit, const char *debit_party,
                         const char *credit, const char *credit_party, int64_t cents)
{
    wb_posting postings[2] = {{.account = debit, .party = debit_party},
                              {.account = credit, .party = credit_party}};
    const wb_entry entry = {.date = day("2026-04-01"),
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
    return number;
}

/* Commit, close (a process has one handle of a ledger at a time), and read the opening. */
static wb_code opening_of(fixture *at, wb_opening *opening, wb_ledger_head *head)
{
    assert_int_equal(wb_ledger_commit(at->ledger, &at->err), WB_OK);
    if (head != NULL) {
        assert_int_equal(wb_ledger_head_read(at->ledger, head, &at->err), WB_OK);
    }
    wb_ledger_close(at->ledger);
    at->ledger = NULL;
    memset(&at->err, 0, sizeof at->err);
    return wb_bridge_opening(at->fund, opening, &at->err);
}

static void reopen(fixture *at)
{
    wb_error err;
    assert_int_equal(wb_ledger_open(&at->ledger, at->fund, WB_LEDGER_WRITE, &err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &err), WB_OK);
}

static void test_the_opening_by_hand(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    wb_ledger_head head;
    (void)memorial(at, "1000", NULL, "0200", NULL, 100000000);
    (void)memorial(at, "1010", NULL, "0400", NULL, 300000);
    (void)memorial(at, "1020", NULL, "1000", NULL, 5000000);
    (void)memorial(at, "1030", NULL, "1000", NULL, 700);
    (void)memorial(at, "4020", NULL, "1330", NULL, 11);
    agree(at, "L-2", "P1", 100000000, "2028-02-01"); /* long: 0100 */
    agree(at, "L-1", "P2", 3000000, "2027-02-01");   /* short: 0120 */
    agree(at, "L-3", "P1", 1000000, "2027-02-01");   /* paid back: no case */
    agree(at, "L-4", "P1", 1000000, "2027-02-01");   /* never paid out: no case */
    assert_int_equal(act(at, wb_loan_disburse, "L-2", "2026-04-01", 50000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-04-01", 3000000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_disburse, "L-3", "2026-04-01", 400, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_repay, "L-3", "2026-04-01", 400, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_write_off, "L-1", "2026-04-01", 500000, "x"), WB_OK);
    wb_opening_init(&opening);
    assert_int_equal(opening_of(at, &opening, &head), WB_OK);
    /* 1,000,000 + 3,000 - 500,000 - 30,000 in the four accounts, less 0.11 promised */
    assert_int_equal(wb_money_cents(&opening.cash), 100000000 + 300000 - 50000000 - 3000000 - 11);
    assert_int_equal(wb_money_cents(&opening.backstop_debt), 300000);
    assert_int_equal(opening.case_count, 2);
    assert_string_equal(opening.cases[0].loan, "L-1");
    assert_string_equal(opening.cases[0].provider, "P2");
    assert_int_equal(wb_money_cents(&opening.cases[0].principal), 2500000);
    assert_int_equal(opening.cases[0].maturity.days, day("2027-02-01").days);
    assert_string_equal(opening.cases[1].loan, "L-2");
    assert_string_equal(opening.cases[1].provider, "P1");
    assert_int_equal(wb_money_cents(&opening.cases[1].principal), 50000000);
    assert_int_equal(opening.cases[1].maturity.days, day("2028-02-01").days);
    assert_int_equal(opening.ledger_count, head.count);
    assert_memory_equal(opening.ledger_hash, head.hash, sizeof head.hash);
    assert_int_equal(opening.ledger_last_date.days, day("2026-04-01").days);
    wb_opening_clear(&opening);
}

static void test_loans_that_no_agreement_explains_are_refused(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    uint64_t reversal = 0;
    wb_opening_init(&opening);
    endow(at, 100000000);
    agree(at, "L-2", "P1", 100000000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-2", "2026-04-01", 50000000, NULL), WB_OK);
    const uint64_t stray = memorial(at, "0100", "P2", "1000", NULL, 12345);
    assert_int_equal(opening_of(at, &opening, NULL), WB_E_RULE);
    assert_string_equal(at->err.message, "account 0100 holds 123.45 for 'P2' that is on no loan");
    assert_int_equal(opening.case_count, 0); /* filled on success only */
    reopen(at);
    assert_int_equal(wb_ledger_reverse(at->ledger, stray, day("2026-04-02"), "mistake", "test",
                                       &reversal, &at->err),
                     WB_OK);
    (void)memorial(at, "0120", NULL, "1000", NULL, 1);
    assert_int_equal(opening_of(at, &opening, NULL), WB_E_RULE);
    assert_string_equal(at->err.message,
                        "account 0120 holds 0.01 for 'no party' that is on no loan");
    wb_opening_clear(&opening);
}

static void test_a_claim_on_the_state_is_no_debt(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    wb_opening_init(&opening);
    endow(at, 100);
    (void)memorial(at, "0400", NULL, "1000", NULL, 100);
    assert_int_equal(opening_of(at, &opening, NULL), WB_E_RULE);
    assert_string_equal(at->err.message, "account 0400, the debt to the state, is a claim of 1.00");
    wb_opening_clear(&opening);
}

/* Change one byte of the name of a party, which is text in the data file. */
static void damage(const fixture *at)
{
    enum { ROOM = 4 * 1024 * 1024 };
    static const char name[] = "Aanbieder 1";
    static char bytes[ROOM];
    char path[128];
    (void)snprintf(path, sizeof path, "%s/data.mdb", at->fund);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    size_t changed = 0;
    for (size_t i = 0; i + sizeof name <= size; i++) {
        if (memcmp(bytes + i, name, sizeof name - 1) != 0) continue;
        assert_int_equal(fseek(file, (long)i, SEEK_SET), 0);
        assert_int_equal(fputc('B', file), 'B');
        changed++;
    }
    assert_int_equal(fclose(file), 0);
    assert_true(changed > 0);
}

static void test_damaged_books_start_nothing(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    wb_opening_init(&opening);
    assert_int_equal(opening_of(at, &opening, NULL), WB_OK);
    damage(at);
    const wb_code code = wb_bridge_opening(at->fund, &opening, &at->err);
    assert_int_equal(wb_code_exit(code), 6);
    wb_opening_clear(&opening);
}

static void test_no_ledger_starts_nothing(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    wb_opening_init(&opening);
    assert_int_equal(wb_bridge_opening(at->dir, &opening, &at->err), WB_E_NOT_LEDGER);
    wb_opening_clear(&opening);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_opening_by_hand),
        TEST(test_loans_that_no_agreement_explains_are_refused),
        TEST(test_a_claim_on_the_state_is_no_debt),
        TEST(test_damaged_books_start_nothing),
        TEST(test_no_ledger_starts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
