/*
 * fund.h - the fund on top of the books: its accounts, its parties, and its events (contributions,
 * loans) as balanced entries; and the statements that are read from them.
 *
 * What is agreed (the fund, an account, a party, a decision, a loan) is a document in the ledger;
 * what happens is one entry, with an event word and the decision or loan as its subject. Nothing is
 * kept beside the ledger: every figure here is computed from its records. There is no clock: every
 * date is an argument.
 *
 * Writing functions need a batch that the caller began (wb_ledger_begin) and will commit or abort;
 * after a failure it may only be aborted. So a dry run is the same call followed by an abort. An
 * event may be repeated: the same content under the same reference answers `already`.
 *
 * Failures of every function, beside those it names: those of the ledger calls it makes, and
 * WB_E_DAMAGED for a document that cannot be read. Structs are plain; init before, clear after.
 */
#ifndef WAARBORG_FUND_H
#define WAARBORG_FUND_H

#include "waarborg/allocation.h"
#include "waarborg/control.h"
#include "waarborg/csv.h"
#include "waarborg/ledger.h"
#include "waarborg/loan.h"

enum {
    WB_NAME_MAX = 255,        /* bytes of the name of a fund, a party or an account */
    WB_RGS_MAX = 15,          /* bytes of an RGS code */
    WB_INSTALMENTS_MAX = 600, /* of a loan */
    WB_YEAR_FIRST = 2000      /* the earliest first year of a fund */
};

/* ---- Accounts ---------------------------------------------------------------------------- */

/* Where an account stands. The first four are on the balance sheet (RGS type B), the last two make
 * up the result (type P). A contra account stands among what it corrects, with the other sign. */
typedef enum wb_section {
    WB_SECTION_ASSET,
    WB_SECTION_EQUITY,
    WB_SECTION_PROVISION,
    WB_SECTION_LIABILITY,
    WB_SECTION_INCOME,
    WB_SECTION_EXPENSE,
    WB_SECTION_COUNT
} wb_section;
const char *wb_section_name(wb_section section); /* "asset", "equity", ... */

typedef struct wb_account {
    char code[WB_ID_MAX + 1];
    char name_nl[WB_NAME_MAX + 1];
    char name_en[WB_NAME_MAX + 1];
    char rgs[WB_RGS_MAX + 1]; /* code of the Referentie Grootboekschema */
    wb_section section;
    bool credit; /* its balance is normally a credit */
} wb_account;

/* The built-in chart of accounts (template nl-garantiefonds), in order of code. */
const wb_account *wb_chart(size_t *count);

typedef struct wb_account_list {
    wb_account *items; /* owned, in order of code */
    size_t count;
} wb_account_list;
/* The accounts of a ledger. Reading fills a zeroed or cleared list. */
WB_MUST_CHECK wb_code wb_account_list_read(wb_account_list *list, wb_ledger *ledger, wb_error *err);
void wb_account_list_clear(wb_account_list *list);
/* The account with this code, or NULL. */
const wb_account *wb_account_list_find(const wb_account_list *list, const char *code);

/* ---- The fund ---------------------------------------------------------------------------- */

typedef struct wb_fund_options {
    const char *name;     /* 1 to WB_NAME_MAX bytes of UTF-8, no control characters */
    const char *template; /* "nl-garantiefonds" */
    int32_t year;         /* first financial year, WB_YEAR_FIRST to WB_YEAR_MAX */
    const char *maker;
} wb_fund_options;

/*
 * Make a fund in a new or empty directory: the ledger, then one batch with the fund's document, one
 * for each account, and four limits (waarborg/control.h): 1000, 1010, 1020 and 1030 may not go
 * below 0.00, "no-overdraft-1000" and so on. They are dated on the first day of the year. A ledger
 * without any record (an init that was stopped) is completed.
 *
 * WB_E_RANGE (name, year), WB_E_CHOICE (template): nothing is made. WB_E_EXISTS when there is a
 * fund. `account_count` may be NULL.
 */
WB_MUST_CHECK wb_code wb_fund_init(const char *dir, const wb_fund_options *options,
                                   size_t *account_count, wb_error *err);
/* The checks of wb_fund_init alone. */
WB_MUST_CHECK wb_code wb_fund_options_check(const wb_fund_options *options, wb_error *err);

/* WB_E_NOT_FOUND when the ledger has no fund document. */
typedef struct wb_fund {
    char name[WB_NAME_MAX + 1];
    char template[WB_ID_MAX + 1];
    int32_t year;
    wb_date first_day; /* no event may be dated before it */
} wb_fund;
WB_MUST_CHECK wb_code wb_fund_read(wb_fund *fund, wb_ledger *ledger, wb_error *err);

/* ---- Parties ----------------------------------------------------------------------------- */

typedef enum wb_party_kind {
    WB_PARTY_MUNICIPALITY,
    WB_PARTY_PROVIDER,
    WB_PARTY_STATE,
    WB_PARTY_FINANCIER,
    WB_PARTY_KIND_COUNT
} wb_party_kind;
const char *wb_party_kind_name(wb_party_kind kind); /* "municipality", ... */
WB_MUST_CHECK wb_code wb_party_kind_parse(wb_party_kind *kind, const char *text, wb_error *err);

/* Any other column of the file a party came from. */
typedef struct wb_party_column {
    char *name, *value;
} wb_party_column;

typedef struct wb_party {
    char id[WB_ID_MAX + 1]; /* CBS code of a municipality, "GM0935" */
    char name[WB_NAME_MAX + 1];
    wb_party_kind kind;
    bool has_under18; /* municipalities */
    uint64_t under18;
    bool has_revenue;         /* providers */
    wb_money revenue;         /* yearly youth revenue */
    wb_party_column *columns; /* owned, sorted by name */
    size_t column_count;
} wb_party;
void wb_party_init(wb_party *party);
void wb_party_clear(wb_party *party);
/* The value of a column, or NULL. Borrowed from the party. */
const char *wb_party_column_value(const wb_party *party, const char *name);
/* The current version of a party; WB_E_PARTY when there is none. */
WB_MUST_CHECK wb_code wb_party_find(wb_party *party, wb_ledger *ledger, const char *id,
                                    wb_error *err);

/* One more column of a party that is being made. Documents keep them by name, so a party that was
 * read has them in that order. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_party_add_column(wb_party *party, const char *name, const char *value,
                                          wb_error *err);
/* Record a party, or a new version of it; the same content again records nothing. WB_E_RANGE (id).
 */
WB_MUST_CHECK wb_code wb_party_record(wb_ledger *ledger, const wb_party *party, wb_date date,
                                      const char *maker, wb_error *err);

typedef struct wb_party_list {
    wb_party *items; /* owned, in order of id */
    size_t count;
} wb_party_list;
/* All parties, or those of one kind. Reading fills a zeroed or cleared list. */
WB_MUST_CHECK wb_code wb_party_list_read(wb_party_list *list, wb_ledger *ledger,
                                         const wb_party_kind *kind, wb_error *err);
void wb_party_list_clear(wb_party_list *list);
const wb_party *wb_party_list_find(const wb_party_list *list, const char *id);

/*
 * Parties from a table, one a row. Municipalities: `cbs_code` (GM and four digits), `name` and the
 * residents under 18; providers: `id`, `name` and the yearly youth revenue; others: `id`, `name`.
 * The weights come from the named column, or when none is named from the first of `under18`,
 * `under18_estimate`, and of `revenue`, `revenue_limburg_eur`, `revenue_eur`, that the table has;
 * `weight_column` says which. All other columns are kept as text. The same content again is
 * unchanged; other content is a new version, and the old one stays in the log.
 *
 * Every bad cell is reported to list in one run; then nothing is recorded and the first error's
 * code is returned. Otherwise the batch holds the new versions.
 */
typedef struct wb_party_import {
    wb_party_kind kind;
    wb_date date; /* from when this version holds */
    const char *maker;
    const char *weight; /* the column of residents or revenue, or NULL */
    /* out */
    size_t read, added, changed, unchanged;
    char weight_column[WB_ID_MAX + 1]; /* "" when the kind has none */
} wb_party_import;
WB_MUST_CHECK wb_code wb_party_import_table(wb_party_import *import, wb_ledger *ledger,
                                            const wb_csv *table, wb_diagnostics *list);

/* ---- Contributions ----------------------------------------------------------------------- */

/* Who contribute: the parties of one kind. */
typedef enum wb_group {
    WB_GROUP_MUNICIPALITIES, /* receivable 1100, income 8000 */
    WB_GROUP_STATE,          /* 1110, 8010 */
    WB_GROUP_PROVIDERS,      /* 1120, 8020 */
    WB_GROUP_COUNT
} wb_group;
const char *wb_group_name(wb_group group); /* "municipalities", "state", "providers" */
WB_MUST_CHECK wb_code wb_group_parse(wb_group *group, const char *text, wb_error *err);

/* A contribution decision (besluit). Its reference is its id, unique for ever. */
typedef struct wb_decision {
    const char *reference; /* wb_id_valid */
    wb_date date;
    int32_t year; /* the year it is for */
    wb_group group;
    wb_money amount;
    wb_allocation_key key;
    const char *maker;
} wb_decision;

typedef struct wb_assessment {
    uint64_t number; /* the entry */
    bool already;
    size_t party_count; /* parties that pay a part */
} wb_assessment;

/*
 * Record the decision and assess it: one entry that debits each party's receivable with its part
 * (largest remainder by the key, to the cent) and credits the group's income with the whole. A part
 * of 0.00 has no posting.
 *
 * WB_E_RANGE (reference, year, amount not above 0.00), WB_E_RULE (before the fund's first day),
 * WB_E_PARTY (the group has no parties, or one lacks the key's figure), WB_E_POSTINGS (more than
 * 1,023 paying parties), WB_E_DUPLICATE (reference used for another decision).
 */
WB_MUST_CHECK wb_code wb_contribution_assess(wb_ledger *ledger, const wb_decision *decision,
                                             wb_assessment *assessment, wb_error *err);

typedef struct wb_receipts {
    size_t rows, posted, already;
    wb_money total;  /* of the rows posted now */
    wb_money excess; /* of that, what was paid above what was owed */
} wb_receipts;
void wb_receipts_init(wb_receipts *receipts);
void wb_receipts_clear(wb_receipts *receipts);

/*
 * Receipts from a table with the columns `ref`, `date`, `party`, `amount` and optionally `account`
 * (1000, 1010, 1020 or 1030; 1000 when absent or empty), one entry a row, its reference `ref`
 * within the source "bank". The account is debited; the party's receivable is credited with what it
 * owes, and what it paid above that goes to 1310 (to be paid back), so that the books always show
 * what the bank received. Every bad cell is reported in one run, and then nothing may be committed.
 */
WB_MUST_CHECK wb_code wb_contribution_receive(wb_ledger *ledger, const wb_csv *table,
                                              const char *maker, wb_receipts *receipts,
                                              wb_diagnostics *list);

/* What one party still owes of one decision. Receipts pay the oldest decision first. */
typedef struct wb_open_item {
    char party[WB_ID_MAX + 1];
    char name[WB_NAME_MAX + 1];
    char account[WB_ID_MAX + 1];
    char reference[WB_REFERENCE_MAX + 1]; /* of the decision; "" for other postings */
    uint64_t number;                      /* the entry that assessed it */
    wb_date date;
    wb_money assessed, paid, open; /* open = assessed - paid, not 0.00 */
} wb_open_item;

typedef struct wb_open_list {
    wb_open_item *items; /* owned; by party, then date, then number */
    size_t count;
    wb_money open;     /* sum of the items */
    wb_money overpaid; /* on 1310: paid, not owed */
} wb_open_list;
void wb_open_list_init(wb_open_list *list);
void wb_open_list_clear(wb_open_list *list);
/* At a date (NULL: now). O(records). */
WB_MUST_CHECK wb_code wb_contribution_open(wb_open_list *list, wb_ledger *ledger, const wb_date *at,
                                           wb_error *err);

/* ---- Loans ------------------------------------------------------------------------------- */

typedef struct wb_loan {
    char id[WB_ID_MAX + 1];
    char party[WB_ID_MAX + 1];
    wb_money principal; /* the most that is ever paid out */
    wb_rate rate;       /* a year */
    wb_day_count day_count;
    wb_date start, maturity;
    uint32_t instalments; /* equal parts of the principal over the term; 1: all at maturity */
    char override_reason[WB_REASON_MAX + 1]; /* why the support cap may be passed, or "" */

    /* computed from the books; ignored by wb_loan_new */
    char account[WB_ID_MAX + 1]; /* 0120 when it runs at most a year, else 0100 */
    wb_money disbursed, repaid, written_off, outstanding; /* outstanding: what is left */
    wb_money interest_accrued, interest_due;              /* due: accrued, not yet paid */
    bool has_last_date;
    wb_date last_date; /* of its last event */
} wb_loan;
void wb_loan_init(wb_loan *loan);
void wb_loan_clear(wb_loan *loan);

/*
 * Record a loan agreement. The party is a provider. What its loans may still cost (principal less
 * what was repaid, this one included) may not pass 15 % of its yearly youth revenue, unless the
 * loan states why (override_reason).
 *
 * The same agreement again is `already`; another under the same id is WB_E_DUPLICATE. WB_E_RANGE
 * (id, principal not above 0.00, rate below 0, maturity not after start, instalments), WB_E_PARTY,
 * WB_E_RULE (not a provider, before the fund's first day, above the cap).
 */
WB_MUST_CHECK wb_code wb_loan_new(wb_ledger *ledger, const wb_loan *loan, const char *maker,
                                  bool *already, wb_error *err);

/*
 * Instalment k (1 to instalments) of what was paid out so far: its day, its part, and what should
 * then be left. When several payments went out, all of it is planned as if paid out at the start.
 */
typedef struct wb_loan_planned {
    wb_date due;
    wb_money part, left;
} wb_loan_planned;
void wb_loan_planned_init(wb_loan_planned *planned);
void wb_loan_planned_clear(wb_loan_planned *planned);
void wb_loan_plan(wb_loan_planned *planned, const wb_loan *loan, uint32_t k);
/* WB_E_NOT_FOUND */
WB_MUST_CHECK wb_code wb_loan_find(wb_loan *loan, wb_ledger *ledger, const char *id, wb_error *err);

typedef struct wb_loan_list {
    wb_loan *items; /* owned, in order of id */
    size_t count;
} wb_loan_list;
/* At a date (NULL: now): loans that have started by then, with what was posted up to it. */
WB_MUST_CHECK wb_code wb_loan_list_read(wb_loan_list *list, wb_ledger *ledger, const wb_date *at,
                                        wb_error *err);
void wb_loan_list_clear(wb_loan_list *list);

/* An event of a loan. Without a reference the loan, the event, the date and the amount are the
 * reference, so that the same command twice posts once; a second such event needs its own. */
typedef struct wb_loan_event {
    const char *loan;
    wb_date date;
    wb_money amount;
    const char *reference; /* or NULL */
    const char *reason;    /* of a write-off: required */
    const char *maker;
    /* out */
    uint64_t number; /* the entry; 0 when there was nothing to accrue */
    bool already;
    wb_money accrued;              /* interest posted first, up to the date */
    wb_loan_allocation allocation; /* of a repayment */
    wb_money outstanding;          /* after it */
} wb_loan_event;
void wb_loan_event_init(wb_loan_event *event);
void wb_loan_event_clear(wb_loan_event *event);

/*
 * Each posts the interest up to the date first, then its own entry:
 *   disburse   debit the loan, credit 1000
 *   repay      debit 1000, credit 1140 (interest) and the loan (principal), in that order
 *   write_off  debit 4000, credit the loan; the reason is the memo
 * Interest is the exact interest on the principal as it was, rounded half away from zero once over
 * the loan's whole life, less what was posted before: accruing more often changes no total.
 *
 * WB_E_NOT_FOUND; WB_E_RANGE (amount not above 0.00, no reason); WB_E_RULE (before the loan starts
 * or before its last event, after maturity for a disbursement, more than is agreed, due or
 * outstanding); WB_E_DUPLICATE (reference used for something else).
 */
WB_MUST_CHECK wb_code wb_loan_disburse(wb_ledger *ledger, wb_loan_event *event, wb_error *err);
WB_MUST_CHECK wb_code wb_loan_repay(wb_ledger *ledger, wb_loan_event *event, wb_error *err);
WB_MUST_CHECK wb_code wb_loan_write_off(wb_ledger *ledger, wb_loan_event *event, wb_error *err);
/* Whether a loan has started and has no event after the date, so that it can accrue up to it. */
bool wb_loan_may_accrue(const wb_loan *loan, wb_date to);
/* Post the interest up to the date: debit 1140, credit 8100. Amount and reference are ignored. */
WB_MUST_CHECK wb_code wb_loan_accrue(wb_ledger *ledger, wb_loan_event *event, wb_error *err);

/* ---- Statements -------------------------------------------------------------------------- */

/* Amounts per account. `balance` is debit - credit. */
typedef struct wb_trial_row {
    wb_account account;
    wb_money debit, credit, balance;
    uint64_t postings;
} wb_trial_row;
typedef struct wb_trial_balance {
    wb_trial_row *rows; /* owned; every account of the ledger, in order of code */
    size_t count;
    wb_money debit, credit; /* totals; equal, or reading fails with WB_E_DAMAGED */
} wb_trial_balance;
void wb_trial_balance_init(wb_trial_balance *trial);
void wb_trial_balance_clear(wb_trial_balance *trial);
/* At a date (NULL: all entries). */
WB_MUST_CHECK wb_code wb_trial_balance_read(wb_trial_balance *trial, wb_ledger *ledger,
                                            const wb_date *at, wb_error *err);

/* A line of the balance sheet. Assets count debits positive, the other sections credits, so that a
 * contra account is negative among its own. */
typedef struct wb_sheet_line {
    wb_account account;
    wb_money amount;
} wb_sheet_line;
/* assets = equity + provisions + liabilities, or reading fails with WB_E_DAMAGED. */
typedef struct wb_balance_sheet {
    wb_sheet_line *lines; /* owned; accounts of type B with a balance, and 0240; in order of
                             section, then code */
    size_t count;
    wb_money assets, equity, provisions, liabilities;
    wb_money result; /* of the open year: income less expenses not yet appropriated; part of 0240 */
} wb_balance_sheet;
void wb_balance_sheet_init(wb_balance_sheet *sheet);
void wb_balance_sheet_clear(wb_balance_sheet *sheet);
WB_MUST_CHECK wb_code wb_balance_sheet_read(wb_balance_sheet *sheet, wb_ledger *ledger,
                                            const wb_date *at, wb_error *err);

/* Income and expenses of the year in which a date lies, from its first day up to that date. What
 * the year-end moved to equity (WB_EVENT_APPROPRIATED, and its reversals) is left out, so that the
 * statement of a year is the same before and after it is closed. */
typedef struct wb_income_statement {
    wb_sheet_line *lines; /* owned; accounts of type P that moved, income first, then by code.
                             Income counts credits positive, expenses debits */
    size_t count;
    wb_date from, to;
    wb_money income, expenses;
    wb_money result;       /* income less expenses */
    wb_money appropriated; /* how much of the result has been moved to equity by then */
} wb_income_statement;
void wb_income_statement_init(wb_income_statement *statement);
void wb_income_statement_clear(wb_income_statement *statement);
/* `at` NULL: up to the last day of the year of the last entry. */
WB_MUST_CHECK wb_code wb_income_statement_read(wb_income_statement *statement, wb_ledger *ledger,
                                               const wb_date *at, wb_error *err);

/* What happened with one party: its postings by date, and its balance per account. */
typedef struct wb_party_line {
    uint64_t number;
    wb_date date;
    char event[33];
    char reference[WB_REFERENCE_MAX + 1]; /* "" when none */
    char memo[WB_MEMO_MAX + 1];
    char account[WB_ID_MAX + 1];
    wb_money amount;  /* debit positive: the party owes more */
    wb_money balance; /* of that account and party, after the line */
} wb_party_line;
typedef struct wb_party_account {
    wb_account account;
    wb_money opening, closing;
} wb_party_account;
typedef struct wb_party_statement {
    wb_party party;
    wb_party_account *accounts; /* owned, in order of code */
    size_t account_count;
    wb_party_line *lines; /* owned, by date, then number */
    size_t line_count;
} wb_party_statement;
void wb_party_statement_init(wb_party_statement *statement);
void wb_party_statement_clear(wb_party_statement *statement);
/* Between two dates, either may be NULL. WB_E_PARTY. */
WB_MUST_CHECK wb_code wb_party_statement_read(wb_party_statement *statement, wb_ledger *ledger,
                                              const char *party, const wb_date *from,
                                              const wb_date *to, wb_error *err);

/* The figures of `fund status`. */
typedef struct wb_fund_status {
    wb_fund fund;
    wb_ledger_head head;
    size_t accounts, parties[WB_PARTY_KIND_COUNT], decisions, loans, open_loans;
    wb_money cash;        /* 1000 + 1010 + 1020 + 1030 - 1330, as a simulation starts */
    wb_money receivable;  /* 1100 + 1110 + 1120 */
    wb_money outstanding; /* 0100 + 0120 */
    wb_money backstop;    /* 0400 */
} wb_fund_status;
void wb_fund_status_init(wb_fund_status *status);
void wb_fund_status_clear(wb_fund_status *status);
/* At a date (NULL: now): amounts, decisions and loans up to it; head, accounts and parties are
 * those of the whole ledger. */
WB_MUST_CHECK wb_code wb_fund_status_read(wb_fund_status *status, wb_ledger *ledger,
                                          const wb_date *at, wb_error *err);

/* ---- Periods -------------------------------------------------------------------------------- */

/* What the bank's statement says an account of money held at the end of the period's last day. */
typedef struct wb_bank_balance {
    char account[WB_ID_MAX + 1]; /* 1000, 1010, 1020 or 1030 */
    wb_money amount;
} wb_bank_balance;

enum { WB_CHECK_COUNT = 6, WB_CHECK_FOUND_MAX = 200 };
typedef struct wb_check {
    const char *name; /* "chain", "pending", "earlier", "trial-balance", "bank", "suspense" */
    bool passed;
    char found[WB_CHECK_FOUND_MAX]; /* what was found, or what is wrong */
} wb_check;
typedef struct wb_checklist {
    wb_check items[WB_CHECK_COUNT]; /* in the order above */
    size_t count;
    size_t failed;
} wb_checklist;

/*
 * What must hold before a period is closed, each looked at and reported:
 *   chain          wb_ledger_verify finds nothing
 *   pending        no open proposal has an entry dated in the period
 *   earlier        every earlier month with entries is closed; before a year is closed, every
 *                  earlier year with entries, so that each has its own result
 *   trial-balance  debits equal credits up to the last day
 *   bank           every account of money with postings stands on the last day at what its
 *                  statement says (`banks`, required for those)
 *   suspense       the suspense accounts (RGS BVorTus...) stand at 0.00 on the last day
 * An item that fails is no failure of the call, but a chain that does not hold is: its code and
 * message, and the items after it are left out. WB_E_CHOICE (no account of money),
 * WB_E_DUPLICATE_KEY (twice), WB_E_RULE (before the fund's first day). O(records).
 */
WB_MUST_CHECK wb_code wb_period_check(wb_checklist *list, wb_ledger *ledger, wb_period period,
                                      const wb_bank_balance *banks, size_t bank_count,
                                      wb_error *err);

typedef struct wb_period_closing {
    wb_period period;
    const wb_bank_balance *banks;
    size_t bank_count;
    const char *to; /* a year: the account of equity that takes its result; NULL: 0240 */
    const char *maker;
    /* out */
    wb_checklist checks;    /* filled too when one of them is the reason of a refusal */
    uint64_t number;        /* the record that closes it */
    uint64_t appropriation; /* a year: the first entry of its result, or 0 when there was none */
    wb_money result;
} wb_period_closing;
void wb_period_closing_init(wb_period_closing *closing);
void wb_period_closing_clear(wb_period_closing *closing);

/*
 * Check, and close. A year is closed with its months, those that are open included. First its
 * result is appropriated: an entry (event WB_EVENT_APPROPRIATED, subject "result-2026", on its last
 * day) brings every account of income and expenses, of every party, to 0.00 against `to`; beyond
 * 1,023 such balances it takes several. Therefore December must be open until the year is closed.
 * The balance sheet is the same before and after.
 *
 * WB_E_RULE: a check fails; it is closed already (wb_period_record); `to` is not equity.
 */
#define WB_EVENT_APPROPRIATED "result-appropriated"
/* Calls of the waterfall, as a memorial books them: debit cash or a receivable, credit 8000 (levy)
 * or 8030 (obligo). */
#define WB_EVENT_LEVY "levy-called"
#define WB_EVENT_OBLIGO "obligo-called"
WB_MUST_CHECK wb_code wb_period_close(wb_ledger *ledger, wb_period_closing *closing, wb_error *err);

typedef struct wb_period_reopening {
    wb_period period;
    const char *reason; /* required */
    const char *maker;
    /* out */
    uint64_t number;   /* the record that opens it */
    uint64_t reversed; /* a year: how many entries of its result were reversed */
} wb_period_reopening;
/*
 * Open it again. A year's months that were closed by themselves stay closed. The entries of its
 * result are reversed on their own date, so that its accounts stand as before the year-end.
 * WB_E_RULE: not closed; a month of a closed year; a year before one that is closed, and rests on
 * it. WB_E_MISSING: no reason.
 */
WB_MUST_CHECK wb_code wb_period_reopen(wb_ledger *ledger, wb_period_reopening *reopening,
                                       wb_error *err);

#endif
