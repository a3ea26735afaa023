/* loan_event.c - what happens with a loan, each as one balanced entry after its interest. */
#include <assert.h>
#include <string.h>

#include "fund/document.h"
#include "fund/loan_book.h"

typedef enum kind { DISBURSE, REPAY, WRITE_OFF, KIND_COUNT } kind;

/* How the books know an event: its word, the word in a reference that we make, and the account
 * that takes the other side of the whole amount. */
static const struct {
    const char *event, *word, *account;
    wb_side side;
} kinds[KIND_COUNT] = {
    [DISBURSE] = {WB_EVENT_DISBURSED, "disburse", WB_ACCOUNT_TREASURY, WB_CREDIT},
    [REPAY] = {WB_EVENT_REPAID, "repay", WB_ACCOUNT_TREASURY, WB_DEBIT},
    [WRITE_OFF] = {WB_EVENT_WRITTEN_OFF, "writeoff", WB_ACCOUNT_IMPAIRMENT, WB_DEBIT},
};

void wb_loan_event_init(wb_loan_event *event)
{
    assert(event != NULL);
    memset(event, 0, sizeof *event);
    wb_money_init(&event->amount);
    wb_money_init(&event->accrued);
    wb_loan_allocation_init(&event->allocation);
    wb_money_init(&event->outstanding);
}

void wb_loan_event_clear(wb_loan_event *event)
{
    assert(event != NULL);
    wb_money_clear(&event->amount);
    wb_money_clear(&event->accrued);
    wb_loan_allocation_clear(&event->allocation);
    wb_money_clear(&event->outstanding);
}

bool wb_loan_may_accrue(const wb_loan *loan, wb_date to)
{
    assert(loan != NULL);
    return to.days >= loan->start.days && (!loan->has_last_date || to.days >= loan->last_date.days);
}

static wb_code check_date(const wb_loan_book *book, wb_date date, wb_error *err)
{
    const wb_loan *loan = &book->loan;
    char given[WB_DATE_TEXT_MAX];
    char limit[WB_DATE_TEXT_MAX];
    if (date.days < loan->start.days) {
        return wb_fail(err, WB_E_RULE, "%s is before loan '%s' starts, %s",
                       wb_date_text(given, date), loan->id, wb_date_text(limit, loan->start));
    }
    if (loan->has_last_date && date.days < loan->last_date.days) {
        wb_fail(err, WB_E_RULE, "%s is before the last event of loan '%s', %s",
                wb_date_text(given, date), loan->id, wb_date_text(limit, loan->last_date));
        wb_error_hint(err, "its interest is in the books up to then; reverse the later entries "
                           "first, or use a later date");
        return WB_E_RULE;
    }
    return WB_OK;
}

/* Post the interest that is missing up to the event's date. */
static wb_code accrue(wb_loan_book *book, wb_ledger *ledger, wb_loan_event *event, uint64_t *number,
                      wb_error *err)
{
    wb_postings postings = {NULL, 0};
    bool already = false;
    wb_loan *loan = &book->loan;
    char memo[WB_MEMO_MAX];
    char date[WB_DATE_TEXT_MAX];
    *number = 0;
    wb_loan_book_interest(&event->accrued, book, event->date);
    if (wb_money_sign(&event->accrued) == 0) return WB_OK;
    (void)snprintf(memo, sizeof memo, "interest on loan %s up to %s", loan->id,
                   wb_date_text(date, event->date));
    /* No reference: what was accrued once is not missing any more, so a repeat posts nothing. */
    wb_entry entry = {.date = event->date,
                      .event = WB_EVENT_ACCRUED,
                      .subject = loan->id,
                      .memo = memo,
                      .maker = event->maker};
    wb_code code = wb_postings_add(&postings, WB_DEBIT, WB_ACCOUNT_INTEREST_DUE, loan->party,
                                   &event->accrued, err);
    if (code == WB_OK) {
        code = wb_postings_add(&postings, WB_CREDIT, WB_ACCOUNT_INTEREST_INCOME, NULL,
                               &event->accrued, err);
    }
    if (code == WB_OK) code = wb_postings_post(&postings, ledger, &entry, number, &already, err);
    if (code == WB_OK) {
        wb_money_add(&loan->interest_accrued, &loan->interest_accrued, &event->accrued);
        wb_money_add(&loan->interest_due, &loan->interest_due, &event->accrued);
    }
    wb_postings_clear(&postings);
    return code;
}

static wb_code refuse_above(const wb_loan *loan, const wb_money *amount, const char *what,
                            const wb_money *limit, wb_error *err)
{
    char given[WB_MONEY_TEXT_MAX];
    char most[WB_MONEY_TEXT_MAX];
    return wb_fail(err, WB_E_RULE, "%s is more than what %s on loan '%s', %s",
                   wb_money_text(given, amount, WB_MONEY_PLAIN), what, loan->id,
                   wb_money_text(most, limit, WB_MONEY_PLAIN));
}

static wb_code check_disbursement(const wb_loan *loan, const wb_loan_event *event, wb_error *err)
{
    char given[WB_DATE_TEXT_MAX];
    char limit[WB_DATE_TEXT_MAX];
    if (event->date.days > loan->maturity.days) {
        return wb_fail(err, WB_E_RULE, "%s is after loan '%s' matures, %s",
                       wb_date_text(given, event->date), loan->id,
                       wb_date_text(limit, loan->maturity));
    }
    wb_money left;
    wb_money_init(&left);
    wb_money_subtract(&left, &loan->principal, &loan->disbursed);
    wb_code code = WB_OK;
    if (wb_money_compare(&event->amount, &left) > 0) {
        code = refuse_above(loan, &event->amount, "may still be paid out", &left, err);
    }
    wb_money_clear(&left);
    return code;
}

/* Costs are not booked yet, so nothing is due for them. */
static wb_code allocate(const wb_loan *loan, wb_loan_event *event, wb_error *err)
{
    wb_money none;
    wb_money interest;
    wb_money due;
    wb_money_init(&none);
    wb_money_init(&interest);
    wb_money_init(&due);
    if (wb_money_sign(&loan->interest_due) > 0) wb_money_set(&interest, &loan->interest_due);
    wb_loan_allocate(&event->allocation, &event->amount, &none, &interest, &loan->outstanding);
    wb_money_add(&due, &interest, &loan->outstanding);
    wb_code code = WB_OK;
    if (wb_money_sign(&event->allocation.excess) > 0) {
        code = refuse_above(loan, &event->amount, "is due", &due, err);
    }
    wb_money_clear(&due);
    wb_money_clear(&interest);
    wb_money_clear(&none);
    return code;
}

/* The rule of each event, and its postings. */
static wb_code build(wb_postings *postings, kind what, const wb_loan *loan, wb_loan_event *event,
                     wb_error *err)
{
    wb_code code = WB_OK;
    const wb_money *principal = &event->amount;
    switch (what) {
    case DISBURSE: code = check_disbursement(loan, event, err); break;
    case REPAY:
        code = allocate(loan, event, err);
        principal = &event->allocation.principal;
        break;
    case WRITE_OFF:
        if (wb_money_compare(&event->amount, &loan->outstanding) > 0) {
            code = refuse_above(loan, &event->amount, "is outstanding", &loan->outstanding, err);
        }
        break;
    case KIND_COUNT: assert(what != KIND_COUNT); break;
    }
    if (code != WB_OK) return code;
    const wb_side other = kinds[what].side == WB_DEBIT ? WB_CREDIT : WB_DEBIT;
    code =
        wb_postings_add(postings, kinds[what].side, kinds[what].account, NULL, &event->amount, err);
    if (code == WB_OK && what == REPAY) {
        code = wb_postings_add(postings, other, WB_ACCOUNT_INTEREST_DUE, loan->party,
                               &event->allocation.interest, err);
    }
    if (code == WB_OK) {
        code = wb_postings_add(postings, other, loan->account, loan->party, principal, err);
    }
    if (code == WB_OK) {
        (other == WB_DEBIT ? wb_money_add : wb_money_subtract)(&event->outstanding,
                                                               &loan->outstanding, principal);
    }
    return code;
}

static bool is_same(const wb_record *record, kind what, const wb_loan_event *event)
{
    wb_money amount;
    wb_money_init(&amount);
    wb_record_amount(&amount, record, kinds[what].account);
    if (kinds[what].side == WB_CREDIT) wb_money_negate(&amount, &amount);
    const bool same = record->reversed_by == 0 && record->entry.date.days == event->date.days &&
                      record->entry.subject != NULL &&
                      strcmp(record->entry.subject, event->loan) == 0 &&
                      wb_money_compare(&amount, &event->amount) == 0;
    wb_money_clear(&amount);
    return same;
}

/* Whether the reference is in the books already. *found is false when it is new. */
static wb_code find_again(bool *found, wb_ledger *ledger, kind what, const char *reference,
                          const wb_loan_book *book, wb_loan_event *event, wb_error *err)
{
    wb_record record;
    wb_record_init(&record);
    wb_code code =
        wb_reference_find(&record, &event->number, ledger, WB_SOURCE_LOAN, reference, err);
    *found = code == WB_OK && event->number != 0;
    if (*found && !is_same(&record, what, event)) {
        code = wb_reference_refuse(&record, reference, err);
    } else if (*found) {
        event->already = true;
        wb_money_set(&event->outstanding, &book->loan.outstanding);
    }
    wb_record_clear(&record);
    return code;
}

static wb_code check_event(kind what, const wb_loan_event *event, wb_error *err)
{
    char amount[WB_MONEY_TEXT_MAX];
    if (wb_money_sign(&event->amount) <= 0) {
        return wb_fail(err, WB_E_RANGE, "an amount of %s is not above 0.00",
                       wb_money_text(amount, &event->amount, WB_MONEY_PLAIN));
    }
    if (what != WRITE_OFF) return WB_OK;
    return wb_text_check_line(event->reason == NULL ? "" : event->reason, WB_MEMO_MAX,
                              "the reason of a write-off", err);
}

/* The interest first, then the event itself. */
static wb_code post(kind what, wb_loan_book *book, wb_ledger *ledger, const char *reference,
                    wb_loan_event *event, wb_error *err)
{
    wb_postings postings = {NULL, 0};
    uint64_t accrual = 0;
    wb_entry entry = {.date = event->date,
                      .event = kinds[what].event,
                      .subject = event->loan,
                      .source = WB_SOURCE_LOAN,
                      .reference = reference,
                      .memo = what == WRITE_OFF ? event->reason : "",
                      .maker = event->maker};
    wb_code code = check_date(book, event->date, err);
    if (code == WB_OK) code = accrue(book, ledger, event, &accrual, err);
    if (code == WB_OK) code = build(&postings, what, &book->loan, event, err);
    if (code == WB_OK) {
        code = wb_postings_post(&postings, ledger, &entry, &event->number, &event->already, err);
    }
    wb_postings_clear(&postings);
    return code;
}

static wb_code run(kind what, wb_ledger *ledger, wb_loan_event *event, wb_error *err)
{
    assert(event != NULL);
    wb_loan_book book;
    char made[WB_ID_MAX + WB_MONEY_TEXT_MAX + WB_DATE_TEXT_MAX + 16];
    char amount[WB_MONEY_TEXT_MAX];
    char date[WB_DATE_TEXT_MAX];
    bool found = false;
    const char *reference = event->reference;
    wb_loan_book_init(&book);
    event->already = false;
    wb_money_set_cents(&event->accrued, 0);
    wb_code code = check_event(what, event, err);
    if (code == WB_OK) code = wb_loan_book_read(&book, ledger, event->loan, NULL, err);
    if (code == WB_OK && reference == NULL) {
        (void)snprintf(made, sizeof made, "%s:%s:%s:%s", event->loan, kinds[what].word,
                       wb_date_text(date, event->date),
                       wb_money_text(amount, &event->amount, WB_MONEY_PLAIN));
        reference = made;
    }
    if (code == WB_OK) code = find_again(&found, ledger, what, reference, &book, event, err);
    if (code == WB_OK && !found) code = post(what, &book, ledger, reference, event, err);
    wb_loan_book_clear(&book);
    return code;
}

wb_code wb_loan_disburse(wb_ledger *ledger, wb_loan_event *event, wb_error *err)
{
    return run(DISBURSE, ledger, event, err);
}

wb_code wb_loan_repay(wb_ledger *ledger, wb_loan_event *event, wb_error *err)
{
    return run(REPAY, ledger, event, err);
}

wb_code wb_loan_write_off(wb_ledger *ledger, wb_loan_event *event, wb_error *err)
{
    return run(WRITE_OFF, ledger, event, err);
}

wb_code wb_loan_accrue(wb_ledger *ledger, wb_loan_event *event, wb_error *err)
{
    assert(event != NULL);
    wb_loan_book book;
    wb_loan_book_init(&book);
    event->already = false;
    wb_code code = wb_loan_book_read(&book, ledger, event->loan, NULL, err);
    if (code == WB_OK) code = check_date(&book, event->date, err);
    if (code == WB_OK) code = accrue(&book, ledger, event, &event->number, err);
    if (code == WB_OK) wb_money_set(&event->outstanding, &book.loan.outstanding);
    wb_loan_book_clear(&book);
    return code;
}
