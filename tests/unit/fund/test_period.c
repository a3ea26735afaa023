/* Goal: a period is closed only when everything that must hold holds, and a year-end moves its
 * result to equity without changing what any statement says.
 * Method: a small fund by hand; each item of the checklist made to fail once; statements compared
 * before and after. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit/fund/fixture.h"

static void memorial(fixture *at, const char *date, const char *debit, const char *credit,
                     const char *party, int64_t cents)
{
    wb_posting postings[2] = {{.account = debit, .party = party},
                              {.account = credit, .party = party}};
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

static wb_period period_of(const char *text)
{
    wb_period period;
    assert_int_equal(wb_period_parse(&period, text, strlen(text), NULL), WB_OK);
    return period;
}

enum { BANKS_MAX = 4 };

/* "1000=39010000.00 1010=0.00" */
static size_t read_banks(wb_bank_balance banks[BANKS_MAX], const char *text)
{
    size_t count = 0;
    while (*text != '\0') {
        const size_t size = strcspn(text, " ");
        wb_bank_balance *bank = &banks[count++];
        (void)snprintf(bank->account, sizeof bank->account, "%.4s", text);
        wb_money_init(&bank->amount);
        assert_int_equal(wb_money_parse(&bank->amount, text + 5, size - 5, WB_MONEY_PLAIN, NULL),
                         WB_OK);
        text += size + (text[size] == ' ' ? 1 : 0);
    }
    return count;
}

static wb_code close_to(fixture *at, const char *period, const char *bank, const char *to,
                        wb_period_closing *closing)
{
    wb_bank_balance banks[BANKS_MAX];
    closing->period = period_of(period);
    closing->bank_count = read_banks(banks, bank);
    closing->banks = banks;
    closing->to = to;
    closing->maker = "test";
    memset(&at->err, 0, sizeof at->err);
    const wb_code code = wb_period_close(at->ledger, closing, &at->err);
    for (size_t i = 0; i < closing->bank_count; i++)
        wb_money_clear(&banks[i].amount);
    return code;
}

/* Close in the batch and commit; or drop it and answer why. */
static wb_code close_period(fixture *at, const char *period, const char *bank)
{
    wb_period_closing closing;
    wb_period_closing_init(&closing);
    const wb_code code = close_to(at, period, bank, NULL, &closing);
    wb_period_closing_clear(&closing);
    if (code == WB_OK) {
        fixture_commit(at);
    } else {
        fixture_abort(at);
    }
    return code;
}

static wb_code reopen_period(fixture *at, const char *period, const char *reason,
                             wb_period_reopening *reopening)
{
    *reopening =
        (wb_period_reopening){.period = period_of(period), .reason = reason, .maker = "test"};
    memset(&at->err, 0, sizeof at->err);
    const wb_code code = wb_period_reopen(at->ledger, reopening, &at->err);
    if (code == WB_OK) {
        fixture_commit(at);
    } else {
        fixture_abort(at);
    }
    return code;
}

static void test_what_was_checked_is_kept_with_the_closed_period(void **state)
{
    fixture *at = *state;
    endow(at, 100000);
    memorial(at, "2026-01-31", "1010", "1000", NULL, 25050);
    memorial(at, "2026-02-01", "4120", "1000", NULL, 100); /* after the period */
    fixture_commit(at);
    wb_ledger_head head;
    assert_int_equal(wb_ledger_head_read(at->ledger, &head, &at->err), WB_OK);
    assert_int_equal(close_period(at, "2026-01", "1000=749.50 1010=250.50"), WB_OK);
    wb_period_list list = {NULL, 0};
    assert_int_equal(wb_period_list_read(&list, at->ledger, &at->err), WB_OK);
    assert_int_equal(list.count, 1);
    char hash[10];
    char expected[400];
    (void)snprintf(expected, sizeof expected,
                   "{\"bank\":\"1000 749.50, 1010 250.50\",\"chain\":\"%llu records verified, head "
                   "%s\",\"earlier\":\"no entries before it\",\"pending\":\"no "
                   "proposal with an entry in it\",\"suspense\":\"1400 "
                   "0.00\",\"trial-balance\":\"debits and credits "
                   "are 1250.50\"}",
                   (unsigned long long)head.count, wb_hash_short(hash, head.hash));
    assert_string_equal(list.items[0].checks, expected);
    assert_int_equal(list.items[0].since, head.count + 1);
    wb_period_list_clear(&list);
    assert_int_equal(close_period(at, "2026-01", "1000=749.50 1010=250.50"), WB_E_RULE);
    assert_non_null(strstr(at->err.message, "2026-01 is closed already, by record"));
}

static void test_each_check_that_fails_keeps_the_period_open(void **state)
{
    fixture *at = *state;
    static const struct {
        const char *period, *banks;
        wb_code code;
        const char *message;
    } cases[] = {
        {"2026-02", "", WB_E_RULE,
         "2026-02 cannot be closed: earlier: 2026-01 has entries and is not closed"},
        {"2026-01", "", WB_E_RULE,
         "2026-01 cannot be closed: bank: 1000 stands at 1000.00, and no statement was given"},
        {"2026-01", "1000=1000.01", WB_E_RULE,
         "2026-01 cannot be closed: bank: 1000 stands at 1000.00, its statement at 1000.01"},
        {"2026-01", "1000=1000.00 1020=0.01", WB_E_RULE,
         "2026-01 cannot be closed: bank: 1020 stands at 0.00, its statement at 0.01"},
        {"2026-01", "1000=1000.00 8000=0.00", WB_E_CHOICE, "account '8000' has no bank statement"},
        {"2026-01", "1000=1000.00 1000=1000.00", WB_E_DUPLICATE_KEY,
         "account '1000' is given twice"},
        {"2025-12", "", WB_E_RULE, "2025-12 is before the fund's first year, 2026"},
        {"2025", "", WB_E_RULE, "2025 is before the fund's first year, 2026"},
    };
    endow(at, 100000);
    memorial(at, "2026-02-28", "1400", "8000", NULL, 1);
    fixture_commit(at);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const wb_code code = close_period(at, cases[i].period, cases[i].banks);
        assert_string_equal(at->err.message, cases[i].message);
        assert_int_equal(code, cases[i].code);
    }
    assert_int_equal(close_period(at, "2026-01", "1000=1000.00 1020=0.00"), WB_OK);
    assert_int_equal(close_period(at, "2026-02", "1000=1000.00"), WB_E_RULE);
    assert_string_equal(at->err.message, "2026-02 cannot be closed: suspense: 1400 stands at 0.01");
    memorial(at, "2026-02-28", "8000", "1400", NULL, 1);
    assert_int_equal(close_period(at, "2026-02", "1000=1000.00"), WB_OK);
    /* March has no entries: April may be closed before it */
    assert_int_equal(close_period(at, "2026-04", "1000=1000.00"), WB_OK);
}

/* Four eyes: "test" makes and administers, the others check. */
static wb_signer *switch_on(fixture *at)
{
    static const char *const names[] = {"test", "ben", "cor"};
    wb_signer *maker = NULL;
    uint64_t number = 0;
    for (size_t i = 0; i < COUNT(names); i++) {
        wb_signer *signer = NULL;
        uint8_t seed[32] = {(uint8_t)(i + 1)};
        wb_user user = {.roles = i == 0 ? WB_ROLE_MAKER | WB_ROLE_ADMIN : WB_ROLE_CHECKER};
        assert_int_equal(wb_signer_seed(&signer, names[i], seed, &at->err), WB_OK);
        (void)snprintf(user.name, sizeof user.name, "%s", names[i]);
        user.key = *wb_signer_verifier(signer);
        assert_int_equal(
            wb_user_record(at->ledger, &user, day("2026-01-01"), "test", &number, &at->err), WB_OK);
        if (i == 0) {
            maker = signer;
        } else {
            wb_signer_close(signer);
        }
    }
    fixture_commit(at);
    assert_int_equal(wb_four_eyes_on(at->ledger, maker, day("2026-01-01"), &number, &at->err),
                     WB_OK);
    fixture_commit(at);
    return maker;
}

static void test_an_open_proposal_with_an_entry_in_it_keeps_the_period_open(void **state)
{
    fixture *at = *state;
    wb_checklist list;
    uint64_t number = 0;
    const wb_proposal_terms terms = {.expires = {(int32_t)(time(NULL) / 86400) + 30}, .reason = ""};
    wb_signer *maker = switch_on(at);
    memorial(at, "2026-02-28", "1120", "8020", "P1", 100);
    assert_int_equal(wb_ledger_propose(at->ledger, maker, &terms, &number, &at->err), WB_OK);
    fixture_commit(at);
    static const struct {
        const char *period;
        bool passed;
    } cases[] = {{"2026-01", true}, {"2026-02", false}, {"2026-03", true}, {"2026", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char expected[100];
        assert_int_equal(
            wb_period_check(&list, at->ledger, period_of(cases[i].period), NULL, 0, &at->err),
            WB_OK);
        assert_string_equal(list.items[1].name, "pending");
        assert_int_equal(list.items[1].passed, cases[i].passed);
        assert_int_equal(list.failed, cases[i].passed ? 0 : 1);
        (void)snprintf(expected, sizeof expected,
                       "proposal %llu is open and has an entry dated in it",
                       (unsigned long long)number);
        if (!cases[i].passed) assert_string_equal(list.items[1].found, expected);
    }
    wb_signer_close(maker);
}

static void test_a_chain_that_does_not_hold_stops_the_list(void **state)
{
    fixture *at = *state;
    enum { ROOM = 4 * 1024 * 1024 };
    static const char name[] = "Aanbieder 1";
    static char bytes[ROOM];
    char path[128];
    endow(at, 100000);
    assert_int_equal(wb_ledger_commit(at->ledger, &at->err), WB_OK);
    wb_ledger_close(at->ledger);
    (void)snprintf(path, sizeof path, "%s/data.mdb", at->fund);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    for (size_t i = 0; i + sizeof name <= size; i++) {
        if (memcmp(bytes + i, name, sizeof name - 1) != 0) continue;
        assert_int_equal(fseek(file, (long)i, SEEK_SET), 0);
        assert_int_equal(fputc('B', file), 'B');
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(wb_ledger_open(&at->ledger, at->fund, WB_LEDGER_WRITE, &at->err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
    wb_period_closing closing;
    wb_period_closing_init(&closing);
    const wb_code code = close_to(at, "2026-01", "1000=1000.00", NULL, &closing);
    assert_int_equal(wb_code_exit(code), 6);
    assert_int_equal(closing.checks.count, 1);
    assert_int_equal(closing.checks.failed, 1);
    assert_string_equal(closing.checks.items[0].name, "chain");
    assert_false(closing.checks.items[0].passed);
    wb_period_closing_clear(&closing);
}

/* Contributions 900.00 of P1 and P2, interest 40.00, a write-off of 250.00 and costs of 12.50. */
static void a_year(fixture *at)
{
    endow(at, 100000);
    memorial(at, "2026-03-01", "1000", "8020", "P1", 50000);
    memorial(at, "2026-06-01", "1000", "8020", "P2", 40000);
    memorial(at, "2026-12-31", "1140", "8100", NULL, 4000);
    memorial(at, "2026-08-01", "4000", "1120", "P1", 25000);
    memorial(at, "2026-12-31", "4120", "1000", NULL, 1250);
    memorial(at, "2027-01-01", "4120", "1000", NULL, 75); /* of the next year */
    fixture_commit(at);
}

static void same_sheet(const wb_balance_sheet *a, const wb_balance_sheet *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->lines[i].account.code, b->lines[i].account.code);
        assert_int_equal(wb_money_compare(&a->lines[i].amount, &b->lines[i].amount), 0);
    }
    assert_int_equal(wb_money_compare(&a->equity, &b->equity), 0);
    assert_int_equal(wb_money_compare(&a->assets, &b->assets), 0);
}

static bool count_result_rows(const wb_balance *balance, void *context)
{
    const bool of_result = balance->account[0] == '4' || balance->account[0] == '8';
    if (of_result && wb_money_compare(&balance->debit, &balance->credit) != 0) {
        (*(size_t *)context)++;
    }
    return true;
}

static size_t open_results(fixture *at, const char *date)
{
    const wb_date when = day(date);
    size_t count = 0;
    assert_int_equal(wb_ledger_balances(at->ledger, &when, count_result_rows, &count, &at->err),
                     WB_OK);
    return count;
}

/* The income statement of 2026 as it must be, whatever was closed. */
static void check_income(fixture *at, const char *date)
{
    static const struct {
        const char *code;
        int64_t cents;
    } expected[] = {{"8020", 90000}, {"8100", 4000}, {"4000", 25000}, {"4120", 1250}};
    wb_income_statement statement;
    const wb_date when = day(date);
    wb_income_statement_init(&statement);
    assert_int_equal(wb_income_statement_read(&statement, at->ledger, &when, &at->err), WB_OK);
    assert_int_equal(statement.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(statement.lines[i].account.code, expected[i].code);
        assert_int_equal(wb_money_cents(&statement.lines[i].amount), expected[i].cents);
    }
    assert_int_equal(wb_money_cents(&statement.income), 94000);
    assert_int_equal(wb_money_cents(&statement.expenses), 26250);
    assert_int_equal(wb_money_cents(&statement.result), 67750);
    wb_income_statement_clear(&statement);
}

static void test_a_year_end_moves_the_result_and_no_statement_changes(void **state)
{
    fixture *at = *state;
    wb_balance_sheet before;
    wb_balance_sheet after;
    wb_income_statement next;
    const wb_date last = day("2026-12-31");
    const wb_date later = day("2027-06-30");
    char text[1024];
    a_year(at);
    wb_balance_sheet_init(&before);
    wb_balance_sheet_init(&after);
    wb_income_statement_init(&next);
    check_income(at, "2026-12-31");
    assert_int_equal(wb_balance_sheet_read(&before, at->ledger, &last, &at->err), WB_OK);
    assert_int_equal(open_results(at, "2026-12-31"), 5);
    wb_period_closing closing;
    wb_period_closing_init(&closing);
    assert_int_equal(close_to(at, "2026", "1000=1887.50", NULL, &closing), WB_OK);
    assert_int_equal(wb_money_cents(&closing.result), 67750);
    assert_int_equal(closing.number, closing.appropriation + 1);
    assert_int_equal(closing.checks.count, WB_CHECK_COUNT);
    fixture_commit(at);

    assert_int_equal(wb_balance_sheet_read(&after, at->ledger, &last, &at->err), WB_OK);
    same_sheet(&before, &after);
    assert_int_equal(wb_money_cents(&before.result), 67750);
    assert_int_equal(wb_money_sign(&after.result), 0);
    assert_int_equal(open_results(at, "2026-12-31"), 0);
    check_income(at, "2026-12-31");
    /* the next year starts at zero */
    assert_int_equal(wb_income_statement_read(&next, at->ledger, &later, &at->err), WB_OK);
    assert_int_equal(next.count, 1);
    assert_int_equal(wb_money_cents(&next.result), -75);
    assert_int_equal(wb_money_sign(&next.appropriated), 0);
    assert_int_equal(balance_of(at, "4120", NULL), 75);
    assert_int_equal(balance_of(at, "0240", NULL), -67750);
    /* by party */
    wb_record record;
    wb_record_init(&record);
    assert_int_equal(wb_ledger_record(at->ledger, closing.appropriation, &record, &at->err), WB_OK);
    assert_int_equal(record.entry.date.days, last.days);
    assert_string_equal(record.entry.subject, "result-2026");
    size_t used = 0;
    for (size_t i = 0; i < record.entry.posting_count; i++) {
        const wb_posting *posting = &record.entry.postings[i];
        used += (size_t)snprintf(text + used, sizeof text - used, " %s/%s:%+lld", posting->account,
                                 posting->party == NULL ? "-" : posting->party,
                                 (long long)wb_money_cents(&posting->amount));
    }
    assert_string_equal(text, " 4000/P1:-25000 4120/-:-1250 8020/P1:+50000 8020/P2:+40000 "
                              "8100/-:+4000 0240/-:-67750");
    wb_record_clear(&record);
    wb_period_closing_clear(&closing);
    wb_balance_sheet_clear(&before);
    wb_balance_sheet_clear(&after);
    wb_income_statement_clear(&next);
}

static void test_a_reopened_year_stands_as_before_its_end(void **state)
{
    fixture *at = *state;
    wb_balance_sheet before;
    wb_balance_sheet after;
    wb_period_reopening reopening;
    const wb_date last = day("2026-12-31");
    a_year(at);
    wb_balance_sheet_init(&before);
    wb_balance_sheet_init(&after);
    assert_int_equal(close_period(at, "2026-01", "1000=1000.00"), WB_OK);
    assert_int_equal(close_period(at, "2026-03", "1000=1500.00"), WB_OK);
    assert_int_equal(wb_balance_sheet_read(&before, at->ledger, &last, &at->err), WB_OK);
    assert_int_equal(close_period(at, "2026", "1000=1887.50"), WB_OK);
    assert_int_equal(reopen_period(at, "2026", "", &reopening), WB_E_MISSING);
    assert_int_equal(reopen_period(at, "2026-05", "why", &reopening), WB_E_RULE);
    assert_int_equal(reopen_period(at, "2026", "a late invoice", &reopening), WB_OK);
    assert_int_equal(reopening.reversed, 1);
    assert_int_equal(open_results(at, "2026-12-31"), 5);
    assert_int_equal(wb_balance_sheet_read(&after, at->ledger, &last, &at->err), WB_OK);
    same_sheet(&before, &after);
    assert_int_equal(wb_money_cents(&after.result), 67750);
    check_income(at, "2026-12-31");
    assert_int_equal(reopen_period(at, "2026", "again", &reopening), WB_E_RULE);
    bool closed = false;
    assert_int_equal(wb_period_closed(at->ledger, day("2026-03-15"), &closed, &at->err), WB_OK);
    assert_true(closed); /* by itself */
    /* and it can be closed again: another entry of the result, of what it is then */
    memorial(at, "2026-12-30", "4110", "1000", NULL, 750);
    assert_int_equal(close_period(at, "2026", "1000=1880.00"), WB_OK);
    assert_int_equal(open_results(at, "2026-12-31"), 0);
    assert_int_equal(balance_of(at, "0240", NULL), -67000);
    assert_int_equal(reopen_period(at, "2026", "and again", &reopening), WB_OK);
    assert_int_equal(reopening.reversed, 1); /* the one that stood */
    assert_int_equal(balance_of(at, "0240", NULL), 0);
    wb_balance_sheet_clear(&before);
    wb_balance_sheet_clear(&after);
}

static void test_periods_are_closed_in_their_order_and_years_reopened_against_it(void **state)
{
    fixture *at = *state;
    wb_period_reopening reopening;
    a_year(at);
    assert_int_equal(close_period(at, "2027", "1000=1886.75"), WB_E_RULE);
    assert_string_equal(at->err.message,
                        "2027 cannot be closed: earlier: 2026 has entries and is not closed");
    assert_int_equal(close_period(at, "2027-01", "1000=1886.75"), WB_E_RULE);
    assert_string_equal(at->err.message,
                        "2027-01 cannot be closed: earlier: 2026-01 has entries and is not closed");
    static const struct {
        const char *period, *banks;
    } months[] = {{"2026-01", "1000=1000.00"}, {"2026-03", "1000=1500.00"},
                  {"2026-06", "1000=1900.00"}, {"2026-08", "1000=1900.00"},
                  {"2026-12", "1000=1887.50"}, {"2027-01", "1000=1886.75"}};
    for (size_t i = 0; i < COUNT(months); i++)
        assert_int_equal(close_period(at, months[i].period, months[i].banks), WB_OK);
    /* December takes the entry of the result */
    assert_int_equal(close_period(at, "2026", "1000=1887.50"), WB_E_RULE);
    assert_string_equal(at->err.message, "2026-12 is closed, and takes the result of the year");
    assert_int_equal(reopen_period(at, "2026-12", "the year-end", &reopening), WB_OK);
    assert_int_equal(close_period(at, "2027", "1000=1886.75"), WB_E_RULE); /* 2026 is not yet */
    assert_int_equal(close_period(at, "2026", "1000=1887.50"), WB_OK);
    assert_int_equal(close_period(at, "2027", "1000=1886.75"), WB_OK);
    assert_int_equal(balance_of(at, "0240", NULL), -67750 + 75);
    check_income(at, "2026-12-31");
    assert_int_equal(reopen_period(at, "2026", "why", &reopening), WB_E_RULE);
    assert_string_equal(at->err.message, "2027 is closed, and rests on 2026");
    assert_int_equal(reopen_period(at, "2027", "why", &reopening), WB_OK);
    assert_int_equal(reopen_period(at, "2026", "why", &reopening), WB_OK);
}

static void test_the_result_goes_to_the_equity_that_is_named(void **state)
{
    fixture *at = *state;
    a_year(at);
    wb_period_closing closing;
    wb_period_closing_init(&closing);
    assert_int_equal(close_to(at, "2026", "1000=1887.50", "1000", &closing), WB_E_RULE);
    assert_string_equal(at->err.message, "account '1000' is not equity: it cannot take the result");
    fixture_abort(at);
    assert_int_equal(close_to(at, "2026", "1000=1887.50", "4711", &closing), WB_E_ACCOUNT);
    fixture_abort(at);
    assert_int_equal(close_to(at, "2026", "1000=1887.50", "0210", &closing), WB_OK);
    assert_int_equal(balance_of(at, "0210", NULL), -67750);
    assert_int_equal(balance_of(at, "0240", NULL), 0);
    wb_period_closing_clear(&closing);
}

static void test_a_year_without_a_result_is_closed_without_an_entry(void **state)
{
    fixture *at = *state;
    endow(at, 100000);
    wb_period_closing closing;
    wb_period_closing_init(&closing);
    assert_int_equal(close_to(at, "2026", "1000=1000.00", NULL, &closing), WB_OK);
    assert_int_equal(closing.appropriation, 0);
    assert_int_equal(wb_money_sign(&closing.result), 0);
    fixture_commit(at);
    wb_period_reopening reopening;
    assert_int_equal(reopen_period(at, "2026", "why", &reopening), WB_OK);
    assert_int_equal(reopening.reversed, 0);
    wb_period_closing_clear(&closing);
}

/* More balances than an entry has postings. */
static void test_a_result_of_many_parties_takes_several_entries(void **state)
{
    fixture *at = *state;
    enum { MANY = 1500, ROOM = 40 * MANY };
    char *text = malloc(ROOM);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, ROOM, "id,name,revenue_eur\n");
    for (int i = 0; i < MANY; i++) {
        used += (size_t)snprintf(text + used, ROOM - used, "Q%d,Aanbieder %d,100\n", i, i);
    }
    wb_party_import parties = {
        .kind = WB_PARTY_PROVIDER, .date = day("2026-01-01"), .maker = "test"};
    wb_csv *table = fixture_table(at, text);
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
    free(text);
    for (int i = 0; i < MANY; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "Q%d", i);
        memorial(at, "2026-03-01", "1120", "8020", id, 100 + i);
    }
    fixture_commit(at);
    const int64_t total = (int64_t)MANY * 100 + (int64_t)MANY * (MANY - 1) / 2;
    wb_period_closing closing;
    wb_period_closing_init(&closing);
    assert_int_equal(close_to(at, "2026", "", NULL, &closing), WB_OK);
    assert_int_equal(wb_money_cents(&closing.result), total);
    assert_int_equal(closing.number, closing.appropriation + 2);
    fixture_commit(at);
    assert_int_equal(open_results(at, "2026-12-31"), 0);
    assert_int_equal(balance_of(at, "0240", NULL), -total);
    wb_period_reopening reopening;
    assert_int_equal(reopen_period(at, "2026", "why", &reopening), WB_OK);
    assert_int_equal(reopening.reversed, 2);
    assert_int_equal(open_results(at, "2026-12-31"), MANY);
    wb_period_closing_clear(&closing);
}

static void test_an_income_statement_is_of_the_year_up_to_its_date(void **state)
{
    fixture *at = *state;
    wb_income_statement statement;
    const wb_date march = day("2026-03-31");
    a_year(at);
    wb_income_statement_init(&statement);
    assert_int_equal(wb_income_statement_read(&statement, at->ledger, &march, &at->err), WB_OK);
    assert_int_equal(statement.count, 1);
    assert_int_equal(wb_money_cents(&statement.result), 50000);
    assert_int_equal(statement.from.days, day("2026-01-01").days);
    assert_int_equal(statement.to.days, march.days);
    /* without a date: the year of the last entry, which is 2027 */
    assert_int_equal(wb_income_statement_read(&statement, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(statement.to.days, day("2027-12-31").days);
    assert_int_equal(wb_money_cents(&statement.result), -75);
    wb_income_statement_clear(&statement);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_checked_is_kept_with_the_closed_period),
        TEST(test_each_check_that_fails_keeps_the_period_open),
        TEST(test_an_open_proposal_with_an_entry_in_it_keeps_the_period_open),
        TEST(test_a_chain_that_does_not_hold_stops_the_list),
        TEST(test_a_year_end_moves_the_result_and_no_statement_changes),
        TEST(test_a_reopened_year_stands_as_before_its_end),
        TEST(test_periods_are_closed_in_their_order_and_years_reopened_against_it),
        TEST(test_the_result_goes_to_the_equity_that_is_named),
        TEST(test_a_year_without_a_result_is_closed_without_an_entry),
        TEST(test_a_result_of_many_parties_takes_several_entries),
        TEST(test_an_income_statement_is_of_the_year_up_to_its_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
