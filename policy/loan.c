/* loan.c - the terms of a loan: exact interest, the order in which a repayment pays, the cap. */
#include "waarborg/loan.h"

#include <assert.h>

void wb_loan_interest(wb_money *interest, const wb_money *principal, const wb_rate *yearly_rate,
                      wb_day_count count, wb_date from, wb_date to, wb_rounding rounding)
{
    assert(interest != NULL);
    wb_rate factor;
    wb_rate_init(&factor);
    if (to.days > from.days) {
        wb_day_count_fraction(&factor, count, from, to);
        mpq_mul(factor.ratio, factor.ratio, yearly_rate->ratio);
    }
    wb_rate_apply(interest, principal, &factor, rounding);
    wb_rate_clear(&factor);
}

void wb_loan_interest_add(wb_rate *exact_cents, const wb_money *principal,
                          const wb_rate *yearly_rate, wb_day_count count, wb_date from, wb_date to)
{
    assert(exact_cents != NULL);
    if (to.days <= from.days) return;
    wb_rate part;
    wb_rate cents;
    wb_rate_init(&part);
    wb_rate_init(&cents);
    wb_day_count_fraction(&part, count, from, to);
    mpq_mul(part.ratio, part.ratio, yearly_rate->ratio);
    mpq_set_z(cents.ratio, principal->cents);
    mpq_mul(part.ratio, part.ratio, cents.ratio);
    mpq_add(exact_cents->ratio, exact_cents->ratio, part.ratio);
    wb_rate_clear(&cents);
    wb_rate_clear(&part);
}

void wb_loan_interest_round(wb_money *interest, const wb_rate *exact_cents, wb_rounding rounding)
{
    assert(interest != NULL);
    assert(exact_cents != NULL);
    wb_round_divide(interest->cents, mpq_numref(exact_cents->ratio), mpq_denref(exact_cents->ratio),
                    rounding);
}

void wb_loan_allocation_init(wb_loan_allocation *allocation)
{
    assert(allocation != NULL);
    wb_money_init(&allocation->costs);
    wb_money_init(&allocation->interest);
    wb_money_init(&allocation->principal);
    wb_money_init(&allocation->excess);
}

void wb_loan_allocation_clear(wb_loan_allocation *allocation)
{
    assert(allocation != NULL);
    wb_money_clear(&allocation->costs);
    wb_money_clear(&allocation->interest);
    wb_money_clear(&allocation->principal);
    wb_money_clear(&allocation->excess);
}

/* Pay as much of `due` as `left` allows. */
static void pay_from(wb_money *paid, wb_money *left, const wb_money *due)
{
    assert(wb_money_sign(due) >= 0);
    wb_money_set(paid, wb_money_compare(left, due) < 0 ? left : due);
    wb_money_subtract(left, left, paid);
}

void wb_loan_allocate(wb_loan_allocation *allocation, const wb_money *amount,
                      const wb_money *costs_due, const wb_money *interest_due,
                      const wb_money *principal_due)
{
    assert(allocation != NULL);
    assert(wb_money_sign(amount) >= 0);
    wb_money_set(&allocation->excess, amount);
    pay_from(&allocation->costs, &allocation->excess, costs_due);
    pay_from(&allocation->interest, &allocation->excess, interest_due);
    pay_from(&allocation->principal, &allocation->excess, principal_due);
}

void wb_support_cap(wb_money *cap, const wb_money *yearly_revenue, const wb_rate *share)
{
    assert(cap != NULL);
    wb_rate_apply(cap, yearly_revenue, share, WB_ROUND_DOWN);
}

/* The months from start to maturity, or 0 when they are not whole. */
static uint32_t whole_months(wb_date start, wb_date maturity)
{
    const wb_civil from = wb_date_civil(start);
    const wb_civil to = wb_date_civil(maturity);
    const int32_t months = (to.year - from.year) * 12 + (int32_t)to.month - (int32_t)from.month;
    if (months <= 0 || wb_date_add_months(start, months).days != maturity.days) return 0;
    return (uint32_t)months;
}

void wb_loan_instalment(wb_money *part, wb_date *due, const wb_money *principal, wb_date start,
                        wb_date maturity, uint32_t k, uint32_t n)
{
    assert(k >= 1 && k <= n);
    assert(start.days < maturity.days);
    wb_yearly_part(part, principal, k, n);
    const uint32_t months = whole_months(start, maturity);
    if (months > 0 && months % n == 0) {
        *due = wb_date_add_months(start, (int32_t)(months / n * k));
    } else {
        const int64_t days = (int64_t)maturity.days - start.days;
        due->days = start.days + (int32_t)(days * k / n);
    }
}
