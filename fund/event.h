/*
 * event.h - an event of the fund on its way to the ledger: its postings, its date and its
 * reference.
 */
#ifndef FUND_EVENT_H
#define FUND_EVENT_H

#include "waarborg/fund.h"

/* Sources of references: each is a namespace of its own. */
#define WB_SOURCE_DECISION "decision"
#define WB_SOURCE_BANK "bank"
#define WB_SOURCE_LOAN "loan"

#define WB_EVENT_ASSESSED "contribution-assessed"
#define WB_EVENT_RECEIVED "contribution-received"
#define WB_EVENT_DISBURSED "loan-disbursed"
#define WB_EVENT_REPAID "loan-repaid"
#define WB_EVENT_WRITTEN_OFF "loan-written-off"
#define WB_EVENT_ACCRUED "interest-accrued"

#define WB_ACCOUNT_LOANS_LONG "0100"
#define WB_ACCOUNT_LOANS_SHORT "0120"
#define WB_ACCOUNT_RESULT "0240"
#define WB_ACCOUNT_TREASURY "1000"
#define WB_ACCOUNT_INTEREST_DUE "1140"
#define WB_ACCOUNT_TO_PAY_BACK "1310"
#define WB_ACCOUNT_IMPAIRMENT "4000"
#define WB_ACCOUNT_INTEREST_INCOME "8100"

/* Who contributes, and on which accounts it is booked. */
typedef struct wb_group_accounts {
    wb_party_kind kind;
    const char *receivable, *income;
} wb_group_accounts;
const wb_group_accounts *wb_group_accounts_of(wb_group group);
/* The account on which a party of this kind owes contributions; NULL when it owes none. */
const char *wb_receivable_of(wb_party_kind kind);

typedef enum wb_side { WB_DEBIT, WB_CREDIT } wb_side;

/* Postings that are being put together. Account and party are borrowed. */
typedef struct wb_postings {
    wb_posting *items;
    size_t count;
} wb_postings;
void wb_postings_clear(wb_postings *postings); /* of a zeroed or filled one */
/* Nothing is added for 0.00: a posting is never zero. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_postings_add(wb_postings *postings, wb_side side, const char *account,
                                      const char *party, const wb_money *amount, wb_error *err);

/* Post `entry` with these postings. */
WB_MUST_CHECK wb_code wb_postings_post(wb_postings *postings, wb_ledger *ledger, wb_entry *entry,
                                       uint64_t *number, bool *already, wb_error *err);

/* WB_E_RULE when the date is before the fund's first day. */
WB_MUST_CHECK wb_code wb_fund_check_date(wb_ledger *ledger, wb_date date, wb_error *err);

/* The entry that carries a reference: record is filled when *number is not 0. */
WB_MUST_CHECK wb_code wb_reference_find(wb_record *record, uint64_t *number, wb_ledger *ledger,
                                        const char *source, const char *reference, wb_error *err);
/* Refuse a reference that entry `record` carries for other content, or that was reversed. */
wb_code wb_reference_refuse(const wb_record *record, const char *reference, wb_error *err);

/* The sum of a record's postings on an account, debits positive. */
void wb_record_amount(wb_money *amount, const wb_record *record, const char *account);

#endif
