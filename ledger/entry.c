/* entry.c - the double-entry rule as a pure function: no I/O, no clock, no state. Checks run in a
 * fixed order and the first that fails is reported; the unit test lists them in that order, so
 * that moving one here breaks a test there. */
#include <assert.h>
#include <string.h>

#include "ledger/codec.h"

static wb_code check_amounts(const wb_entry *entry, wb_error *err)
{
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_money *amount = &entry->postings[i].amount;
        wb_code code = WB_OK;
        if (wb_money_sign(amount) == 0) {
            code =
                wb_fail(err, WB_E_POSTINGS, "posting %zu moves nothing: its amount is 0.00", i + 1);
        } else if (mpz_sizeinbase(amount->cents, 10) > WB_MONEY_DIGITS_MAX) {
            /* sizeinbase may count one digit too many: then count them exactly */
            char text[WB_MONEY_TEXT_MAX];
            if (mpz_sizeinbase(amount->cents, 10) > WB_MONEY_DIGITS_MAX + 1 ||
                strlen(mpz_get_str(text, 10, amount->cents)) -
                        (wb_money_sign(amount) < 0 ? 1U : 0U) >
                    WB_MONEY_DIGITS_MAX) {
                code = wb_fail(err, WB_E_RANGE, "posting %zu has an amount of more than %d digits",
                               i + 1, WB_MONEY_DIGITS_MAX);
            }
        }
        if (code != WB_OK) return code;
    }
    return WB_OK;
}

static wb_code check_balance(const wb_entry *entry, wb_error *err)
{
    wb_money sum;
    wb_money_init(&sum);
    for (size_t i = 0; i < entry->posting_count; i++)
        wb_money_add(&sum, &sum, &entry->postings[i].amount);
    wb_code code = WB_OK;
    if (wb_money_sign(&sum) != 0) {
        char text[WB_MONEY_TEXT_MAX];
        const bool debit = wb_money_sign(&sum) > 0;
        mpz_abs(sum.cents, sum.cents);
        wb_money_text(text, &sum, WB_MONEY_PLAIN);
        code = wb_fail(err, WB_E_UNBALANCED, "debits and credits differ by EUR %s", text);
        wb_error_hint(err, "%s %s more, or correct an amount", debit ? "credit" : "debit", text);
    }
    wb_money_clear(&sum);
    return code;
}

/* UTF-8 of at most `limit` bytes. */
static wb_code check_text(const char *name, const char *text, size_t limit, wb_error *err)
{
    const size_t size = strlen(text);
    if (size > limit) {
        return wb_fail(err, WB_E_TOO_LARGE, "the %s is %zu bytes long, and at most %zu fit", name,
                       size, limit);
    }
    if (wb_text_check_utf8(text, size, NULL, NULL) != WB_OK) {
        return wb_fail(err, WB_E_ENCODING, "the %s is not text in UTF-8", name);
    }
    return WB_OK;
}

static wb_code check_words(const wb_entry *entry, wb_error *err)
{
    if (!wb_event_valid(wb_span_text(entry->event))) {
        return wb_fail(err, WB_E_CHOICE, "'%.40s' is not a word for an event", entry->event);
    }
    if (entry->subject != NULL && !wb_id_valid(entry->subject, strlen(entry->subject))) {
        return wb_fail(err, WB_E_REFERENCE, "'%.80s' is not an id for a subject", entry->subject);
    }
    const bool has_source = entry->source != NULL && entry->source[0] != '\0';
    const bool has_reference = entry->reference != NULL && entry->reference[0] != '\0';
    if (has_source != has_reference || (entry->source == NULL) != (entry->reference == NULL)) {
        return wb_fail(err, WB_E_MISSING,
                       "a reference and its source go together, and the %s is "
                       "missing",
                       has_source ? "reference" : "source");
    }
    if (entry->source != NULL && !has_source) {
        return wb_fail(err, WB_E_MISSING, "the reference is empty");
    }
    if ((entry->reverses != 0) != (entry->reason != NULL && entry->reason[0] != '\0')) {
        return wb_fail(err, WB_E_MISSING,
                       entry->reverses != 0 ? "a reversal needs its reason"
                                            : "a reason goes with a reversal only");
    }
    return WB_OK;
}

wb_code wb_entry_check(const wb_entry *entry, wb_error *err)
{
    assert(entry != NULL);
    assert(entry->event != NULL && entry->memo != NULL && entry->maker != NULL);
    const size_t count = entry->posting_count;
    if (count < WB_POSTINGS_MIN || count > WB_POSTINGS_MAX) {
        return wb_fail(err, WB_E_POSTINGS, "%zu posting%s, and an entry has %d to %d", count,
                       count == 1 ? "" : "s", WB_POSTINGS_MIN, WB_POSTINGS_MAX);
    }
    wb_code code = check_amounts(entry, err);
    if (code == WB_OK) code = check_balance(entry, err);
    if (code == WB_OK) code = wb_date_check(entry->date, err);
    if (code == WB_OK) code = check_words(entry, err);
    if (code == WB_OK && entry->source != NULL) {
        code = check_text("source", entry->source, WB_REFERENCE_MAX, err);
        if (code == WB_OK) code = check_text("reference", entry->reference, WB_REFERENCE_MAX, err);
    }
    if (code == WB_OK) code = check_text("memo", entry->memo, WB_MEMO_MAX, err);
    if (code == WB_OK) code = check_text("maker", entry->maker, WB_MAKER_MAX, err);
    if (code == WB_OK && entry->reason != NULL) {
        code = check_text("reason", entry->reason, WB_REASON_MAX, err);
    }
    return code;
}

wb_code wb_document_check(const wb_document *document, wb_error *err)
{
    assert(document != NULL);
    assert(document->kind > WB_RECORD_ENTRY && document->kind <= WB_RECORD_ANCHOR);
    assert(document->id != NULL && document->body != NULL && document->maker != NULL);
    if (!wb_id_valid(document->id, strlen(document->id))) {
        return wb_fail(err, WB_E_REFERENCE, "'%.80s' is not an id", document->id);
    }
    wb_code code = wb_date_check(document->date, err);
    if (code == WB_OK) code = check_text("body", document->body, WB_DOCUMENT_MAX, err);
    if (code == WB_OK) code = check_text("maker", document->maker, WB_MAKER_MAX, err);
    return code;
}

wb_code wb_date_check(wb_date date, wb_error *err)
{
    const wb_date first = wb_date_from_civil((wb_civil){WB_YEAR_MIN, 1, 1});
    const wb_date last = wb_date_from_civil((wb_civil){WB_YEAR_MAX, 12, 31});
    if (date.days < first.days || date.days > last.days) {
        return wb_fail(err, WB_E_DATE, "the date is not in the years %d to %d", WB_YEAR_MIN,
                       WB_YEAR_MAX);
    }
    return WB_OK;
}
