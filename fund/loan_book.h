/*
 * loan_book.h - a loan as the books know it: the agreement, and what its entries add up to.
 */
#ifndef FUND_LOAN_BOOK_H
#define FUND_LOAN_BOOK_H

#include "fund/event.h"

/* One change of the principal. */
typedef struct wb_movement {
    wb_date date;
    wb_money amount; /* paid out: positive */
} wb_movement;

typedef struct wb_loan_book {
    wb_loan loan;
    wb_movement *movements; /* owned */
    size_t count;
} wb_loan_book;
void wb_loan_book_init(wb_loan_book *book);
void wb_loan_book_clear(wb_loan_book *book);
/* With its entries up to a date (NULL: all). WB_E_NOT_FOUND */
WB_MUST_CHECK wb_code wb_loan_book_read(wb_loan_book *book, wb_ledger *ledger, const char *id,
                                        const wb_date *at, wb_error *err);

/* The interest that is still to be posted to have all of it in the books up to a date. Negative
 * after a reversal took principal away. */
void wb_loan_book_interest(wb_money *interest, const wb_loan_book *book, wb_date to);

#endif
