/*
 * statement.h - the fund's statements as text for people: aligned, in euros with two decimals.
 *
 * Plain structs in, text out: nothing is computed here that the struct does not hold, and no
 * ledger is read. Names of accounts are Dutch, as in the chart. Amounts have no thousands
 * separators, so that they can be copied into a command.
 */
#ifndef WAARBORG_STATEMENT_H
#define WAARBORG_STATEMENT_H

#include "waarborg/fund.h"

typedef struct wb_statement_heading {
    const char *fund;   /* its name */
    const wb_date *at;  /* the date, or NULL: all entries */
    const char *head;   /* which ledger this is: "5c1e 77b0 (347 records)" */
    const char *anchor; /* what others hold of it: "8d40 19ee (340 records, 2026-06-30)", or NULL */
} wb_statement_heading;

/* Accounts with postings, and the totals. */
void wb_statement_trial_balance(FILE *out, const wb_statement_heading *heading,
                                const wb_trial_balance *trial);
/* Section by section with subtotals, then both totals, which are equal. */
void wb_statement_balance_sheet(FILE *out, const wb_statement_heading *heading,
                                const wb_balance_sheet *sheet);
/* Income and expenses with subtotals, then the result. */
void wb_statement_income(FILE *out, const wb_statement_heading *heading,
                         const wb_income_statement *statement);

#endif
