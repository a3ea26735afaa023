/*
 * loan.h - the terms of a loan to a provider: interest, and how a repayment is allocated.
 * Pure functions; the books (fund/) and later the simulation use the same ones.
 */
#ifndef WAARBORG_LOAN_H
#define WAARBORG_LOAN_H

#include "waarborg/date.h"

/* Simple interest on a principal from one date to another, rounded once to cents:
 * principal x rate x fraction(from, to). Zero or negative periods give 0.00. */
void wb_loan_interest(wb_money *interest, const wb_money *principal, const wb_rate *yearly_rate,
                      wb_day_count count, wb_date from, wb_date to, wb_rounding rounding);

/*
 * The same, unrounded, for a principal that changed: add the exact interest of one movement of the
 * principal (in cents, negative for a repayment) to *exact_cents, and round the sum once. Day
 * counts are additive, so the sum over the movements, each from its own date, is the interest on
 * the principal as it was; posting it monthly or at once gives the same total, to the cent.
 */
void wb_loan_interest_add(wb_rate *exact_cents, const wb_money *principal,
                          const wb_rate *yearly_rate, wb_day_count count, wb_date from, wb_date to);
void wb_loan_interest_round(wb_money *interest, const wb_rate *exact_cents, wb_rounding rounding);

/* What a repayment pays, in the order costs, interest, principal (art. 6:44 BW). `excess` is what
 * is left when all is paid. amount >= 0 and every due amount >= 0. The parts add up to amount. */
typedef struct wb_loan_allocation {
    wb_money costs, interest, principal, excess;
} wb_loan_allocation;
void wb_loan_allocation_init(wb_loan_allocation *allocation);
void wb_loan_allocation_clear(wb_loan_allocation *allocation);
void wb_loan_allocate(wb_loan_allocation *allocation, const wb_money *amount,
                      const wb_money *costs_due, const wb_money *interest_due,
                      const wb_money *principal_due);

/*
 * Instalment k of n of a principal that is paid back in equal parts over a loan's term: the part is
 * floor(P k / n) - floor(P (k - 1) / n), so that all parts make P; it is due k n-ths of the term
 * after the start: in whole months where the term is a whole number of months that n divides, else
 * in whole days rounded down; the last at maturity. 1 <= k <= n, start before maturity.
 */
void wb_loan_instalment(wb_money *part, wb_date *due, const wb_money *principal, wb_date start,
                        wb_date maturity, uint32_t k, uint32_t n);

/* The most that may be lent to one provider: share (such as 15 %) of its yearly youth revenue,
 * rounded down to cents. */
void wb_support_cap(wb_money *cap, const wb_money *yearly_revenue, const wb_rate *share);

#endif
