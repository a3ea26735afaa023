/*
 * opening.h - where a simulation starts: the fund's position as plain figures.
 *
 * bridge/ fills it from the ledger (from_ledger) and the scenario loader from the file. The engine
 * knows nothing of ledgers.
 */
#ifndef WAARBORG_OPENING_H
#define WAARBORG_OPENING_H

#include "waarborg/date.h"
#include "waarborg/text.h"

/* Principal that a loan's schedule brings in before its maturity. */
typedef struct wb_opening_instalment {
    wb_date date;
    wb_money principal;
} wb_opening_instalment;

/* A loan that is out, or promised, at the start: a supported case. */
typedef struct wb_opening_case {
    char provider[WB_ID_MAX + 1];
    char loan[WB_ID_MAX + 1]; /* the loan's id in the books */
    wb_money principal;       /* outstanding, with what is promised and not yet paid out */
    wb_date maturity;         /* what is then left resolves at the first step end on or after it */
    wb_opening_instalment *instalments; /* by date, all before maturity, less than principal */
    size_t instalment_count;
} wb_opening_case;

/* The risk class of a provider as the books have it: goes before the scenario's table. */
typedef struct wb_opening_class {
    char provider[WB_ID_MAX + 1];
    char class_[WB_ID_MAX + 1];
} wb_opening_class;

/* What became of an account of the books: together the lines are its whole trial balance. */
typedef enum wb_opening_use {
    WB_OPENING_CASH,     /* counted as cash */
    WB_OPENING_PROMISED, /* taken off cash: promised, not yet paid out */
    WB_OPENING_LOANS,    /* principal of the cases */
    WB_OPENING_BACKSTOP, /* debt to the backstop */
    WB_OPENING_LEFT_OUT  /* no part of the position: receivables, equity, income, ... */
} wb_opening_use;
const char *wb_opening_use_name(wb_opening_use use); /* "cash", "promised", "loans", ... */
typedef struct wb_opening_line {
    char account[WB_ID_MAX + 1];
    wb_opening_use use;
    wb_money balance; /* debit positive */
} wb_opening_line;

typedef struct wb_opening {
    wb_money cash;          /* 1000 + 1010 + 1020 + 1030 - 1330 */
    wb_money backstop_debt; /* 0400 */
    wb_money obligo_called; /* of the committed obligo, called before the start */
    wb_money levy_called;   /* in the calendar year of the start, called before it */
    wb_opening_case *cases; /* owned */
    size_t case_count;
    wb_opening_class *classes; /* owned; by provider */
    size_t class_count;
    wb_opening_line *lines; /* owned; by account; none when the scenario states the cash */
    size_t line_count;
    wb_money promised; /* of the principal of the cases: not yet paid out */
    /* the ledger it came from: zeros and count 0 when the scenario states the cash itself */
    uint64_t ledger_count;
    uint8_t ledger_hash[32];
    wb_date ledger_last_date;
} wb_opening;

void wb_opening_init(wb_opening *opening);
void wb_opening_clear(wb_opening *opening);

/* One more case, empty, its principal 0.00; NULL without memory. Borrowed until the next addition:
 * the array moves. */
wb_opening_case *wb_opening_add_case(wb_opening *opening);
/* One more instalment of a case, a line, a class: the same. */
wb_opening_instalment *wb_opening_add_instalment(wb_opening_case *to);
wb_opening_line *wb_opening_add_line(wb_opening *opening);
wb_opening_class *wb_opening_add_class(wb_opening *opening);

#endif
