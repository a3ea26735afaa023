/* Goal: a simulation starts from what the books hold, and from nothing they cannot explain.
 * Method: a fund whose figures are worked out by hand; then books that lie, or are damaged. */
#include <string.h>

#include "unit/fund/fixture.h"
#include "waarborg/bridge.h"

static uint64_t booked(fixture *at, const char *event, const char *debit, const char *debit_party,
                       const char *credit, const char *credit_party, int64_t cents)
{
    wb_posting postings[2] = {{.account = debit, .party = debit_party},
                              {.account = credit, .party = credit_party}};
    const wb_entry entry = {.date = day("2026-04-01"),
                            .event = event,
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

static uint64_t memorial(fixture *at, const char *debit, const char *debit_party,
                         const char *credit, const char *credit_party, int64_t cents)
{
    return booked(at, "memorial", debit, debit_party, credit, credit_party, cents);
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

/* A loan that is paid back in parts, from 2026-02-01 to 2028-02-01. */
static void agree_in_parts(fixture *at, const char *id, int64_t principal, uint32_t instalments)
{
    bool already = false;
    wb_loan loan;
    wb_loan_init(&loan);
    (void)snprintf(loan.id, sizeof loan.id, "%s", id);
    (void)snprintf(loan.party, sizeof loan.party, "P1");
    wb_money_set_cents(&loan.principal, principal);
    loan.start = day("2026-02-01");
    loan.maturity = day("2028-02-01");
    loan.instalments = instalments;
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_OK);
    wb_loan_clear(&loan);
}

/* Cents and day of instalment k of a case. */
static void assert_instalment(const wb_opening_case *of, size_t k, const char *due, int64_t cents)
{
    assert_true(k < of->instalment_count);
    assert_int_equal(of->instalments[k].date.days, day(due).days);
    assert_int_equal(wb_money_cents(&of->instalments[k].principal), cents);
}

/*
 * Four parts of 100.00 on 2026-08-01, 2027-02-01, 2027-08-01 and at maturity, as known on
 * 2026-12-31. L-on-time: 400.00 out, the first part paid: 100.00 and 100.00 to come, 100.00 at
 * maturity. L-behind: nothing paid: the same to come, and the overdue 100.00 stays until maturity.
 *   L-ahead: 250.00 paid, 150.00 left: the second part is paid already; of the third 50.00 is.
 */
static void test_schedules_bring_in_what_is_planned(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    endow(at, 10000000);
    static const char *const ids[] = {"L-ahead", "L-behind", "L-on-time"};
    for (size_t i = 0; i < 3; i++) {
        agree_in_parts(at, ids[i], 40000, 4);
        assert_int_equal(act(at, wb_loan_disburse, ids[i], "2026-02-01", 40000, NULL), WB_OK);
    }
    assert_int_equal(act(at, wb_loan_repay, "L-on-time", "2026-08-01", 10000, NULL), WB_OK);
    assert_int_equal(act(at, wb_loan_repay, "L-ahead", "2026-08-01", 25000, NULL), WB_OK);
    wb_opening_init(&opening);
    (void)memorial(at, "1000", NULL, "0200", NULL, 1);
    assert_int_equal(act(at, wb_loan_repay, "L-on-time", "2026-12-31", 1, NULL), WB_OK);
    assert_int_equal(opening_of(at, &opening, NULL), WB_OK);
    assert_int_equal(opening.case_count, 3);
    assert_int_equal(opening.cases[0].instalment_count, 1);
    assert_instalment(&opening.cases[0], 0, "2027-08-01", 5000);
    assert_int_equal(opening.cases[1].instalment_count, 2);
    assert_instalment(&opening.cases[1], 0, "2027-02-01", 10000);
    assert_instalment(&opening.cases[1], 1, "2027-08-01", 10000);
    assert_int_equal(wb_money_cents(&opening.cases[1].principal), 40000);
    /* a cent paid early comes off the part that is due next */
    assert_instalment(&opening.cases[2], 0, "2027-02-01", 9999);
    assert_instalment(&opening.cases[2], 1, "2027-08-01", 10000);
    wb_opening_clear(&opening);
}

static int64_t line_of(const wb_opening *opening, const char *account, wb_opening_use use)
{
    for (size_t i = 0; i < opening->line_count; i++) {
        if (strcmp(opening->lines[i].account, account) != 0) continue;
        assert_int_equal(opening->lines[i].use, use);
        return wb_money_cents(&opening->lines[i].balance);
    }
    return 0;
}

/* Promised 70.00 to P1, whose loan has 60.00 left to be paid out: that is principal, 10.00 a grant;
 * of 8030 5.00 was called and 1.00 taken back; of 8000 only the levy of the year counts. */
static void test_promises_and_calls_are_part_of_the_position(void **state)
{
    fixture *at = *state;
    wb_opening opening;
    uint64_t reversal = 0;
    endow(at, 10000000);
    agree(at, "L-1", "P1", 10000, "2028-02-01");
    assert_int_equal(act(at, wb_loan_disburse, "L-1", "2026-04-01", 4000, NULL), WB_OK);
    (void)memorial(at, "4020", "P1", "1330", "P1", 7000);
    (void)memorial(at, "1000", NULL, "8030", NULL, 500);
    const uint64_t wrong = memorial(at, "1000", NULL, "8030", NULL, 300);
    assert_int_equal(wb_ledger_reverse(at->ledger, wrong, day("2026-04-02"), "mistake", "test",
                                       &reversal, &at->err),
                     WB_OK);
    (void)memorial(at, "1000", NULL, "8000", NULL, 900);
    (void)booked(at, WB_EVENT_LEVY, "1000", NULL, "8000", NULL, 40);
    wb_opening_init(&opening);
    assert_int_equal(opening_of(at, &opening, NULL), WB_OK);
    assert_int_equal(opening.case_count, 1);
    assert_int_equal(wb_money_cents(&opening.cases[0].principal), 4000 + 6000);
    assert_int_equal(wb_money_cents(&opening.promised), 6000);
    assert_int_equal(wb_money_cents(&opening.obligo_called), 500);
    assert_int_equal(wb_money_cents(&opening.levy_called), 40);
    /* the classes of the providers' file */
    assert_int_equal(opening.class_count, 3);
    assert_string_equal(opening.classes[0].provider, "P1");
    assert_string_equal(opening.classes[0].class_, "K4");
    /* the lines are the trial balance, and say what became of it */
    int64_t sum = 0;
    for (size_t i = 0; i < opening.line_count; i++)
        sum += wb_money_cents(&opening.lines[i].balance);
    assert_int_equal(sum, 0);
    assert_int_equal(line_of(&opening, "1330", WB_OPENING_PROMISED), -7000);
    assert_int_equal(line_of(&opening, "0100", WB_OPENING_LOANS), 4000);
    assert_int_equal(line_of(&opening, "8030", WB_OPENING_LEFT_OUT), -500);
    assert_int_equal(line_of(&opening, "1000", WB_OPENING_CASH) +
                         line_of(&opening, "1330", WB_OPENING_PROMISED),
                     wb_money_cents(&opening.cash));
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
        TEST(test_schedules_bring_in_what_is_planned),
        TEST(test_promises_and_calls_are_part_of_the_position),
        TEST(test_damaged_books_start_nothing),
        TEST(test_no_ledger_starts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
