/* event.c - what every event of the fund needs on its way to the ledger. */
#include "fund/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/grow.h"

void wb_postings_clear(wb_postings *postings)
{
    assert(postings != NULL);
    for (size_t i = 0; i < postings->count; i++)
        wb_money_clear(&postings->items[i].amount);
    free(postings->items);
    postings->items = NULL;
    postings->count = 0;
}

wb_code wb_postings_add(wb_postings *postings, wb_side side, const char *account, const char *party,
                        const wb_money *amount, wb_error *err)
{
    assert(postings != NULL);
    if (wb_money_sign(amount) == 0) return WB_OK;
    void *items = postings->items;
    if (!wb_grow(&items, postings->count, sizeof *postings->items)) {
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu postings", postings->count + 1);
    }
    postings->items = items;
    wb_posting *posting = &postings->items[postings->count++];
    posting->account = account;
    posting->party = party;
    wb_money_init(&posting->amount);
    wb_money_set(&posting->amount, amount);
    if (side == WB_CREDIT) wb_money_negate(&posting->amount, &posting->amount);
    return WB_OK;
}

wb_code wb_postings_post(wb_postings *postings, wb_ledger *ledger, wb_entry *entry,
                         uint64_t *number, bool *already, wb_error *err)
{
    entry->postings = postings->items;
    entry->posting_count = postings->count;
    return wb_ledger_post(ledger, entry, number, already, err);
}

wb_code wb_fund_check_date(wb_ledger *ledger, wb_date date, wb_error *err)
{
    wb_fund fund;
    char first[WB_DATE_TEXT_MAX];
    char given[WB_DATE_TEXT_MAX];
    const wb_code code = wb_fund_read(&fund, ledger, err);
    if (code != WB_OK || date.days >= fund.first_day.days) return code;
    return wb_fail(err, WB_E_RULE, "%s is before the fund's first day, %s",
                   wb_date_text(given, date), wb_date_text(first, fund.first_day));
}

wb_code wb_reference_find(wb_record *record, uint64_t *number, wb_ledger *ledger,
                          const char *source, const char *reference, wb_error *err)
{
    assert(number != NULL);
    *number = 0;
    const wb_code code = wb_ledger_find_reference(ledger, source, reference, number, err);
    if (code != WB_OK) return code;
    if (*number != 0) return wb_ledger_record(ledger, *number, record, err);
    return wb_proposal_reference(record, number, ledger, source, reference, err);
}

wb_code wb_reference_refuse(const wb_record *record, const char *reference, wb_error *err)
{
    const unsigned long long number = record->number;
    if (record->reversed_by != 0) {
        wb_fail(err, WB_E_DUPLICATE, "reference '%s' is that of entry %llu, which was reversed",
                reference, number);
        wb_error_hint(err, "give a new reference");
    } else if (number == 0) {
        wb_fail(err, WB_E_DUPLICATE,
                "reference '%s' is in a proposal that waits, with other content", reference);
        wb_error_hint(err, "see what waits: waarborg pending list");
    } else {
        wb_fail(err, WB_E_DUPLICATE, "reference '%s' was used for entry %llu with other content",
                reference, number);
        wb_error_hint(err, "see what it was: waarborg tx show %llu", number);
    }
    return WB_E_DUPLICATE;
}

void wb_record_amount(wb_money *amount, const wb_record *record, const char *account)
{
    assert(record->kind == WB_RECORD_ENTRY);
    wb_money_set_cents(amount, 0);
    for (size_t i = 0; i < record->entry.posting_count; i++) {
        const wb_posting *posting = &record->entry.postings[i];
        if (strcmp(posting->account, account) == 0) {
            wb_money_add(amount, amount, &posting->amount);
        }
    }
}
