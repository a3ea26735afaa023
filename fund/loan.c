/* loan.c - loan agreements: recorded, checked against the support cap, read with their entries. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/document.h"
#include "fund/grow.h"
#include "fund/loan_book.h"

/* 15 % of the provider's yearly youth revenue, as in the state's continuity scheme (domain rule).
 */
enum { SUPPORT_CAP_PERCENT = 15, MONTHS_SHORT = 12 };

void wb_loan_init(wb_loan *loan)
{
    assert(loan != NULL);
    memset(loan, 0, sizeof *loan);
    wb_money_init(&loan->principal);
    wb_rate_init(&loan->rate);
    wb_money_init(&loan->disbursed);
    wb_money_init(&loan->repaid);
    wb_money_init(&loan->written_off);
    wb_money_init(&loan->outstanding);
    wb_money_init(&loan->interest_accrued);
    wb_money_init(&loan->interest_due);
    loan->instalments = 1;
}

void wb_loan_clear(wb_loan *loan)
{
    assert(loan != NULL);
    wb_money_clear(&loan->principal);
    wb_rate_clear(&loan->rate);
    wb_money_clear(&loan->disbursed);
    wb_money_clear(&loan->repaid);
    wb_money_clear(&loan->written_off);
    wb_money_clear(&loan->outstanding);
    wb_money_clear(&loan->interest_accrued);
    wb_money_clear(&loan->interest_due);
}

void wb_loan_book_init(wb_loan_book *book)
{
    assert(book != NULL);
    wb_loan_init(&book->loan);
    book->movements = NULL;
    book->count = 0;
}

void wb_loan_book_clear(wb_loan_book *book)
{
    assert(book != NULL);
    wb_loan_clear(&book->loan);
    for (size_t i = 0; i < book->count; i++)
        wb_money_clear(&book->movements[i].amount);
    free(book->movements);
    book->movements = NULL;
    book->count = 0;
}

void wb_loan_book_interest(wb_money *interest, const wb_loan_book *book, wb_date to)
{
    wb_rate exact;
    wb_rate_init(&exact);
    for (size_t i = 0; i < book->count; i++) {
        wb_loan_interest_add(&exact, &book->movements[i].amount, &book->loan.rate,
                             book->loan.day_count, book->movements[i].date, to);
    }
    wb_loan_interest_round(interest, &exact, WB_ROUND_HALF_AWAY);
    wb_money_subtract(interest, interest, &book->loan.interest_accrued);
    wb_rate_clear(&exact);
}

/* ---- Reading ---- */

/* A loan that is paid back at once does not name them. */
static wb_code read_instalments(wb_loan *loan, const json_t *body, const char *id, wb_error *err)
{
    int64_t instalments = 1;
    loan->instalments = 1;
    if (json_object_get(body, "instalments") == NULL) return WB_OK;
    const wb_code code = wb_body_integer(&instalments, body, "instalments", id, err);
    if (code != WB_OK) return code;
    if (instalments < 1 || instalments > WB_INSTALMENTS_MAX) {
        return wb_fail(err, WB_E_DAMAGED, "loan '%s' has no possible number of instalments", id);
    }
    loan->instalments = (uint32_t)instalments;
    return WB_OK;
}

static wb_code read_agreement(wb_loan *loan, const wb_record *record, wb_error *err)
{
    json_t *body = NULL;
    char count[16] = "";
    const char *id = record->document.id;
    if (strlen(id) > WB_ID_MAX) return wb_fail(err, WB_E_DAMAGED, "loan '%s' is too long", id);
    memcpy(loan->id, id, strlen(id) + 1);
    wb_code code = wb_body_read(&body, record, err);
    if (code != WB_OK) return code;
    code = wb_body_string(loan->party, sizeof loan->party, body, "party", id, err);
    if (code == WB_OK) code = wb_body_money(&loan->principal, body, "principal", id, err);
    if (code == WB_OK) code = wb_body_rate(&loan->rate, body, "rate", id, err);
    if (code == WB_OK) code = wb_body_date(&loan->start, body, "start", id, err);
    if (code == WB_OK) code = wb_body_date(&loan->maturity, body, "maturity", id, err);
    if (code == WB_OK) {
        code = wb_body_string(loan->account, sizeof loan->account, body, "account", id, err);
    }
    if (code == WB_OK) {
        code = wb_body_string(loan->override_reason, sizeof loan->override_reason, body,
                              "override_reason", id, err);
    }
    if (code == WB_OK) {
        code = wb_body_string(count, sizeof count, body, "day_count", id, err);
    }
    if (code == WB_OK && wb_day_count_parse(&loan->day_count, count, NULL) != WB_OK) {
        code = wb_fail(err, WB_E_DAMAGED, "loan '%s' has no known day count", id);
    }
    if (code == WB_OK) code = read_instalments(loan, body, id, err);
    json_decref(body);
    return code;
}

typedef struct reading {
    wb_loan_book *book;
    const wb_date *at; /* NULL: all entries */
    wb_code code;
    wb_error *err;
} reading;

/* Sort a change of the principal by what the entry did with it, whatever its event word: so a
 * reversal takes back exactly what the entry it reverses counted. */
static void sort_principal(wb_loan *loan, const wb_entry *entry, const wb_money *amount)
{
    wb_money_add(&loan->outstanding, &loan->outstanding, amount);
    const bool reversal = entry->reverses != 0;
    if ((wb_money_sign(amount) > 0) != reversal) {
        wb_money_add(&loan->disbursed, &loan->disbursed, amount);
        return;
    }
    wb_money written_off;
    wb_money_init(&written_off);
    for (size_t i = 0; i < entry->posting_count; i++) {
        if (strcmp(entry->postings[i].account, WB_ACCOUNT_IMPAIRMENT) == 0) {
            wb_money_add(&written_off, &written_off, &entry->postings[i].amount);
        }
    }
    wb_money_add(&loan->written_off, &loan->written_off, &written_off);
    wb_money_subtract(&loan->repaid, &loan->repaid, amount);
    wb_money_subtract(&loan->repaid, &loan->repaid, &written_off);
    wb_money_clear(&written_off);
}

static bool note_movement(reading *at, const wb_entry *entry, const wb_money *amount)
{
    wb_loan_book *book = at->book;
    void *movements = book->movements;
    if (!wb_grow(&movements, book->count, sizeof *book->movements)) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold loan '%s'", book->loan.id);
        return false;
    }
    book->movements = movements;
    wb_movement *movement = &book->movements[book->count++];
    movement->date = entry->date;
    wb_money_init(&movement->amount);
    wb_money_set(&movement->amount, amount);
    sort_principal(&book->loan, entry, amount);
    return true;
}

static bool visit(const wb_record *record, void *context)
{
    reading *at = context;
    wb_loan *loan = &at->book->loan;
    const wb_entry *entry = &record->entry;
    bool touched = false;
    if (at->at != NULL && entry->date.days > at->at->days) return true;
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        const bool of_party = posting->party != NULL && strcmp(posting->party, loan->party) == 0;
        if (of_party && strcmp(posting->account, loan->account) == 0) {
            touched = true;
            if (!note_movement(at, entry, &posting->amount)) return false;
        } else if (of_party && strcmp(posting->account, WB_ACCOUNT_INTEREST_DUE) == 0) {
            touched = true;
            wb_money_add(&loan->interest_due, &loan->interest_due, &posting->amount);
        } else if (strcmp(posting->account, WB_ACCOUNT_INTEREST_INCOME) == 0) {
            touched = true;
            wb_money_subtract(&loan->interest_accrued, &loan->interest_accrued, &posting->amount);
        }
    }
    if (touched && (!loan->has_last_date || entry->date.days > loan->last_date.days)) {
        loan->has_last_date = true;
        loan->last_date = entry->date;
    }
    return true;
}

wb_code wb_loan_book_read(wb_loan_book *book, wb_ledger *ledger, const char *id, const wb_date *at,
                          wb_error *err)
{
    assert(book != NULL);
    assert(id != NULL);
    wb_record record;
    wb_loan_book_clear(book);
    wb_loan_book_init(book);
    wb_record_init(&record);
    wb_code code = wb_ledger_find_document(ledger, WB_RECORD_LOAN, id, &record, err);
    if (code == WB_E_NOT_FOUND) {
        wb_fail(err, WB_E_NOT_FOUND, "there is no loan '%s'", id);
        wb_error_hint(err, "list them: waarborg loan list");
    }
    if (code == WB_OK) code = read_agreement(&book->loan, &record, err);
    wb_record_clear(&record);
    if (code != WB_OK) return code;
    reading work = {.book = book, .at = at, .code = WB_OK, .err = err};
    code = wb_ledger_subject(ledger, id, visit, &work, err);
    return code != WB_OK ? code : work.code;
}

static wb_code find_at(wb_loan *loan, wb_ledger *ledger, const char *id, const wb_date *at,
                       wb_error *err)
{
    wb_loan_book book;
    wb_loan_book_init(&book);
    const wb_code code = wb_loan_book_read(&book, ledger, id, at, err);
    if (code == WB_OK) {
        const wb_loan swapped = *loan; /* the caller's amounts go to the book, to be cleared */
        *loan = book.loan;
        book.loan = swapped;
    }
    wb_loan_book_clear(&book);
    return code;
}

wb_code wb_loan_find(wb_loan *loan, wb_ledger *ledger, const char *id, wb_error *err)
{
    assert(loan != NULL);
    return find_at(loan, ledger, id, NULL, err);
}

typedef struct id_list {
    char (*items)[WB_ID_MAX + 1];
    size_t count;
    bool no_memory;
} id_list;

static bool note_id(const wb_record *record, void *context)
{
    id_list *ids = context;
    void *items = ids->items;
    if (!wb_grow(&items, ids->count, sizeof *ids->items)) {
        ids->no_memory = true;
        return false;
    }
    ids->items = items;
    (void)snprintf(ids->items[ids->count++], sizeof *ids->items, "%s", record->document.id);
    return true;
}

wb_code wb_loan_list_read(wb_loan_list *list, wb_ledger *ledger, const wb_date *at, wb_error *err)
{
    assert(list != NULL);
    wb_loan_list_clear(list);
    id_list ids = {NULL, 0, false};
    wb_code code = wb_ledger_documents(ledger, WB_RECORD_LOAN, note_id, &ids, err);
    if (code == WB_OK && ids.count != 0) list->items = malloc(ids.count * sizeof *list->items);
    if (code == WB_OK && (ids.no_memory || (ids.count != 0 && list->items == NULL))) {
        code = wb_fail(err, WB_E_NOMEM, "cannot hold the loans");
    }
    for (size_t i = 0; i < ids.count && code == WB_OK; i++) {
        wb_loan *loan = &list->items[list->count];
        wb_loan_init(loan);
        list->count++;
        code = find_at(loan, ledger, ids.items[i], at, err);
        if (code == WB_OK && at != NULL && loan->start.days > at->days) {
            wb_loan_clear(loan);
            list->count--;
        }
    }
    free(ids.items);
    if (code != WB_OK) wb_loan_list_clear(list);
    return code;
}

void wb_loan_list_clear(wb_loan_list *list)
{
    assert(list != NULL);
    for (size_t i = 0; i < list->count; i++)
        wb_loan_clear(&list->items[i]);
    free(list->items);
    list->items = NULL;
    list->count = 0;
}

/* ---- A new agreement ---- */

static wb_code check_agreement(wb_ledger *ledger, const wb_loan *loan, wb_error *err)
{
    char amount[WB_MONEY_TEXT_MAX];
    char start[WB_DATE_TEXT_MAX];
    char maturity[WB_DATE_TEXT_MAX];
    char text[WB_RATE_TEXT_MAX];
    wb_rate again;
    if (!wb_id_valid(loan->id, strlen(loan->id))) {
        return wb_fail(err, WB_E_RANGE, "'%s' cannot be the id of a loan", loan->id);
    }
    if (wb_money_sign(&loan->principal) <= 0) {
        return wb_fail(err, WB_E_RANGE, "a principal of %s is not above 0.00",
                       wb_money_text(amount, &loan->principal, WB_MONEY_PLAIN));
    }
    if (loan->maturity.days <= loan->start.days) {
        return wb_fail(err, WB_E_RANGE, "maturity %s is not after the start, %s",
                       wb_date_text(maturity, loan->maturity), wb_date_text(start, loan->start));
    }
    if (loan->instalments < 1 || loan->instalments > WB_INSTALMENTS_MAX) {
        wb_fail(err, WB_E_RANGE, "a loan is paid back in 1 to %d instalments, not %u",
                WB_INSTALMENTS_MAX, (unsigned)loan->instalments);
        return WB_E_RANGE;
    }
    /* The agreement is kept as text: a rate that does not come back the same is refused now. */
    wb_rate_init(&again);
    wb_rate_text(text, &loan->rate);
    const bool same = wb_rate_parse(&again, text, strlen(text), WB_RATE_NUMBER, NULL) == WB_OK &&
                      wb_rate_compare(&again, &loan->rate) == 0;
    const bool negative = mpq_sgn(again.ratio) < 0;
    wb_rate_clear(&again);
    if (!same) return wb_fail(err, WB_E_RANGE, "rate %s has too many decimals", text);
    if (negative) return wb_fail(err, WB_E_RANGE, "rate %s is below 0", text);
    if (loan->override_reason[0] != '\0') {
        const wb_code code = wb_text_check_line(loan->override_reason, WB_REASON_MAX,
                                                "the reason to pass the support cap", err);
        if (code != WB_OK) return code;
    }
    return wb_fund_check_date(ledger, loan->start, err);
}

static wb_code agreement_body(char **body, const wb_loan *loan, wb_error *err)
{
    char principal[WB_MONEY_TEXT_MAX];
    char rate[WB_RATE_TEXT_MAX];
    char start[WB_DATE_TEXT_MAX];
    char maturity[WB_DATE_TEXT_MAX];
    const bool is_short = loan->maturity.days <= wb_date_add_months(loan->start, MONTHS_SHORT).days;
    json_t *terms = json_pack(
        "{ss ss ss ss ss ss ss ss}", "account",
        is_short ? WB_ACCOUNT_LOANS_SHORT : WB_ACCOUNT_LOANS_LONG, "day_count",
        wb_day_count_name(loan->day_count), "maturity", wb_date_text(maturity, loan->maturity),
        "override_reason", loan->override_reason, "party", loan->party, "principal",
        wb_money_text(principal, &loan->principal, WB_MONEY_PLAIN), "rate",
        wb_rate_text(rate, &loan->rate), "start", wb_date_text(start, loan->start));
    if (terms != NULL && loan->instalments > 1 &&
        json_object_set_new(terms, "instalments", json_integer(loan->instalments)) != 0) {
        json_decref(terms);
        terms = NULL;
    }
    return wb_body_text(body, terms, err);
}

/* What the fund may still lose on a provider's loans: what was agreed and not paid back. */
static wb_code committed(wb_money *sum, wb_ledger *ledger, const char *party, wb_error *err)
{
    wb_loan_list loans = {NULL, 0};
    const wb_code code = wb_loan_list_read(&loans, ledger, NULL, err);
    wb_money_set_cents(sum, 0);
    for (size_t i = 0; i < loans.count; i++) {
        if (strcmp(loans.items[i].party, party) != 0) continue;
        wb_money_add(sum, sum, &loans.items[i].principal);
        wb_money_subtract(sum, sum, &loans.items[i].repaid);
    }
    wb_loan_list_clear(&loans);
    return code;
}

static wb_code refuse_above_cap(const wb_loan *loan, const wb_money *total, const wb_money *cap,
                                wb_error *err)
{
    char total_text[WB_MONEY_TEXT_MAX];
    char cap_text[WB_MONEY_TEXT_MAX];
    wb_fail(err, WB_E_RULE, "support to '%s' would come to %s, above its cap of %s", loan->party,
            wb_money_text(total_text, total, WB_MONEY_PLAIN),
            wb_money_text(cap_text, cap, WB_MONEY_PLAIN));
    wb_error_hint(err,
                  "the cap is %d %% of yearly youth revenue; lend less, or record why it may "
                  "be passed: --override-reason TEXT",
                  SUPPORT_CAP_PERCENT);
    return WB_E_RULE;
}

static wb_code check_cap(wb_ledger *ledger, const wb_loan *loan, wb_error *err)
{
    wb_party party;
    wb_money total;
    wb_money cap;
    wb_rate share;
    wb_party_init(&party);
    wb_money_init(&total);
    wb_money_init(&cap);
    wb_rate_init(&share);
    wb_rate_set_ratio(&share, SUPPORT_CAP_PERCENT, 100);
    wb_code code = wb_party_find(&party, ledger, loan->party, err);
    if (code == WB_OK && party.kind != WB_PARTY_PROVIDER) {
        code = wb_fail(err, WB_E_RULE, "'%s' is a %s; the fund lends to providers", loan->party,
                       wb_party_kind_name(party.kind));
    }
    if (code == WB_OK && loan->override_reason[0] == '\0') {
        code = committed(&total, ledger, loan->party, err);
        wb_money_add(&total, &total, &loan->principal);
        wb_support_cap(&cap, &party.revenue, &share);
        if (code == WB_OK && wb_money_compare(&total, &cap) > 0) {
            code = refuse_above_cap(loan, &total, &cap, err);
        }
    }
    wb_rate_clear(&share);
    wb_money_clear(&cap);
    wb_money_clear(&total);
    wb_party_clear(&party);
    return code;
}

wb_code wb_loan_new(wb_ledger *ledger, const wb_loan *loan, const char *maker, bool *already,
                    wb_error *err)
{
    assert(loan != NULL);
    assert(already != NULL);
    char *body = NULL;
    uint64_t number = 0;
    wb_document_state state = WB_DOCUMENT_NEW;
    *already = false;
    wb_code code = check_agreement(ledger, loan, err);
    if (code == WB_OK) code = agreement_body(&body, loan, err);
    if (code == WB_OK) {
        code = wb_document_compare(&state, ledger, WB_RECORD_LOAN, loan->id, body, err);
    }
    if (code == WB_OK && state == WB_DOCUMENT_OTHER) {
        code =
            wb_fail(err, WB_E_DUPLICATE, "there is another agreement under the id '%s'", loan->id);
        wb_error_hint(err, "see it: waarborg loan list; choose another id");
    }
    *already = state == WB_DOCUMENT_SAME;
    if (code == WB_OK && state == WB_DOCUMENT_NEW) {
        const wb_document document = {.kind = WB_RECORD_LOAN,
                                      .date = loan->start,
                                      .id = loan->id,
                                      .body = body,
                                      .maker = maker};
        code = check_cap(ledger, loan, err);
        if (code == WB_OK) code = wb_ledger_document(ledger, &document, &number, err);
    }
    free(body);
    return code;
}

/* ---- The plan ---- */

void wb_loan_planned_init(wb_loan_planned *planned)
{
    assert(planned != NULL);
    planned->due.days = 0;
    wb_money_init(&planned->part);
    wb_money_init(&planned->left);
}

void wb_loan_planned_clear(wb_loan_planned *planned)
{
    assert(planned != NULL);
    wb_money_clear(&planned->part);
    wb_money_clear(&planned->left);
}

void wb_loan_plan(wb_loan_planned *planned, const wb_loan *loan, uint32_t k)
{
    assert(planned != NULL && loan != NULL);
    assert(k >= 1 && k <= loan->instalments);
    wb_money_set(&planned->left, &loan->disbursed);
    for (uint32_t j = 1; j <= k; j++) {
        wb_loan_instalment(&planned->part, &planned->due, &loan->disbursed, loan->start,
                           loan->maturity, j, loan->instalments);
        wb_money_subtract(&planned->left, &planned->left, &planned->part);
    }
}
