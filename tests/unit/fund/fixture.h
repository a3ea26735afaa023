/* fixture.h - a small fund in a directory of its own, and short ways to act on it and look at it.
 */
#ifndef TESTS_FUND_FIXTURE_H
#define TESTS_FUND_FIXTURE_H

#include "test.h"
#include "waarborg/fund.h"

/* A fund from 2026: three municipalities (2327, 2137 and 2947 residents under 18), the state, and
 * providers P1 (10,000,000.00 a year), P2 (250,000.00) and P3 (0.00). */
typedef struct fixture {
    char dir[64]; /* of the test; the fund is in its "fund" */
    char fund[80];
    char file[80]; /* the last file written */
    wb_ledger *ledger;
    wb_error err;
    wb_diagnostics list;
} fixture;

int fixture_open(void **state);  /* cmocka setup: *state is a fixture with a begun batch */
int fixture_close(void **state); /* and its teardown */

/* Commit the batch and begin another. */
void fixture_commit(fixture *at);
/* Drop the batch and begin another. */
void fixture_abort(fixture *at);

/* Write text to a file and open it as a table; the caller closes it. */
wb_csv *fixture_table(fixture *at, const char *text);

wb_date day(const char *text);
/* Cents of an account (debits positive), of one party or (NULL) of all. */
int64_t balance_of(fixture *at, const char *account, const char *party);
/* The postings of the newest entry, "1000 -:+100 0100 P1:-100", in their own order. */
const char *newest_entry(fixture *at, char text[1024]);

/* Founding capital paid in on the fund's first day: debit 1000, credit 0200. */
void endow(fixture *at, int64_t cents);
/* Agree on a loan to P1: 1,000,000.00 at 4 %, 30/360, from 2026-02-01 to 2028-02-01. */
void agree(fixture *at, const char *id, const char *party, int64_t principal, const char *maturity);
/* An event of a loan; its code. */
typedef wb_code loan_action(wb_ledger *ledger, wb_loan_event *event, wb_error *err);
wb_code act(fixture *at, loan_action *action, const char *loan, const char *date, int64_t cents,
            const char *reason);
/* A decision on a group, by a key. */
wb_code assess(fixture *at, wb_group group, const char *key, int64_t cents, const char *reference,
               const char *date, wb_assessment *assessment);
/* Receipts from text; the code of the first error. */
wb_code receive(fixture *at, const char *text, wb_receipts *receipts);

#endif
