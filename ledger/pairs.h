/*
 * pairs.h - the (account, party) pairs of the books, with their balances and their lists of
 * postings. Private to ledger/.
 */
#ifndef WAARBORG_LEDGER_PAIRS_H
#define WAARBORG_LEDGER_PAIRS_H

#include "ledger/internal.h"

typedef struct wb_pair {
    uint64_t account;
    uint64_t party; /* 0: none */
    const char *account_text;
    const char *party_text; /* NULL when none */
    uint64_t postings;
    uint32_t chunks;
    wb_span list; /* the newest part, in the store: for this transaction only */
    wb_money debit;
    wb_money credit;
} wb_pair;

typedef struct wb_pairs {
    wb_pair *items;
    size_t count;
    size_t capacity;
} wb_pairs;

/*
 * Read all pairs, in order of account code, then party id, none first. Their postings must add up
 * to the head's count, and their debits to their credits: WB_E_DAMAGED.
 */
WB_MUST_CHECK wb_code wb_pairs_read(wb_pairs *pairs, wb_ledger *ledger, wb_error *err);
void wb_pairs_clear(wb_pairs *pairs);

/* Visit the postings of a pair in the order of the log. Afterwards their number and their sums
 * must be the pair's: WB_E_DAMAGED. An item is borrowed for the call. */
typedef wb_code wb_item_visit(const wb_pair *pair, const wb_item *item, void *context,
                              wb_error *err);
WB_MUST_CHECK wb_code wb_pair_items(wb_ledger *ledger, const wb_pair *pair, wb_item_visit *visit,
                                    void *context, wb_error *err);

/* Add an item's magnitude to one of two sums, by its sign. */
void wb_item_add(wb_money *debit, wb_money *credit, const wb_raw_amount *amount);

#endif
