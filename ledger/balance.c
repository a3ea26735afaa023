/* balance.c - balances per account and party, now, at a date, or as known then. */
#include <assert.h>

#include "ledger/pairs.h"

/* The part of a pair's postings up to a record and a date. */
typedef struct until {
    uint64_t end;
    const wb_date *at; /* NULL: any date */
    wb_view *counting; /* NULL, or the view whose entries are counted on the way */
    uint64_t postings;
    wb_money debit;
    wb_money credit;
} until;

static wb_code add_until(const wb_pair *pair, const wb_item *item, void *context, wb_error *err)
{
    (void)pair;
    (void)err;
    until *part = context;
    if (item->number > part->end) return WB_OK;
    if (part->counting != NULL) wb_view_count(part->counting, item);
    if (part->at != NULL && item->date.days > part->at->days) return WB_OK;
    part->postings++;
    wb_item_add(&part->debit, &part->credit, &item->amount);
    return WB_OK;
}

/* One pair at the date and as seen; false in *more when the visitor has seen enough. */
static wb_code visit_at(wb_ledger *ledger, const wb_pair *pair, const wb_date *at,
                        wb_view *counting, wb_balance_visit *visit, void *context, bool *more,
                        wb_error *err)
{
    until part = {.end = wb_view_end(ledger), .at = at, .counting = counting};
    wb_balance balance = {.account = pair->account_text, .party = pair->party_text};
    wb_money_init(&part.debit);
    wb_money_init(&part.credit);
    const wb_code code = wb_pair_items(ledger, pair, add_until, &part, err);
    if (code == WB_OK && part.postings > 0) {
        balance.postings = part.postings;
        balance.debit = part.debit; /* borrowed for the call */
        balance.credit = part.credit;
        *more = visit(&balance, context);
    }
    wb_money_clear(&part.debit);
    wb_money_clear(&part.credit);
    return code;
}

wb_code wb_ledger_balances(wb_ledger *ledger, const wb_date *at, wb_balance_visit *visit,
                           void *context, wb_error *err)
{
    assert(ledger != NULL && visit != NULL);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    wb_pairs pairs;
    code = wb_pairs_read(&pairs, ledger, err);
    const bool cut = wb_view_hides(ledger, ledger->head.count);
    wb_view *counting = cut && !ledger->view.counted ? &ledger->view : NULL;
    if (counting != NULL) wb_view_count_begin(counting);
    bool more = true;
    for (size_t i = 0; code == WB_OK && more && i < pairs.count; i++) {
        const wb_pair *pair = &pairs.items[i];
        if (at != NULL || cut) {
            code = visit_at(ledger, pair, at, counting, visit, context, &more, err);
            continue;
        }
        const wb_balance balance = {.account = pair->account_text,
                                    .party = pair->party_text,
                                    .debit = pair->debit,
                                    .credit = pair->credit,
                                    .postings = pair->postings};
        more = visit(&balance, context);
    }
    if (counting != NULL) counting->counted = code == WB_OK && more;
    wb_pairs_clear(&pairs);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}
