/*
 * view.h - the books as they were known right after a record, on a handle that reads. Private to
 * ledger/.
 *
 * The store is not cut: each answer leaves out what came after the viewed record. What says so by
 * its number (records, reversals, references, lists) is left out where it is read; what does not
 * (the counts of the head, the version of a document) is worked out here, once, when it is asked.
 */
#ifndef WAARBORG_LEDGER_VIEW_H
#define WAARBORG_LEDGER_VIEW_H

#include "ledger/rows.h"

/* The newest version that the view has of a document that has a newer one. */
typedef struct wb_version {
    uint64_t first; /* the record that registered it, which tells documents apart */
    uint64_t newest;
} wb_version;

typedef struct wb_view {
    uint64_t number;      /* the last record that is seen; 0: no view */
    uint64_t recorded_us; /* of that record */
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    bool counted; /* entries and last_date are known */
    uint64_t entries;
    wb_date last_date;
    bool indexed;         /* versions are known */
    wb_version *versions; /* in order of first */
    size_t version_count;
    size_t version_capacity;
} wb_view;

struct wb_ledger;

void wb_view_clear(wb_view *view);

/* The last record that answers are about; 0 when there is none. */
uint64_t wb_view_end(const struct wb_ledger *ledger);
/* Whether a record came after the viewed one. Without a view: never. */
bool wb_view_hides(const struct wb_ledger *ledger, uint64_t number);

/* Count the view's entries from all lists of postings: begin, then each item, then set `counted`.
 */
void wb_view_count_begin(wb_view *view);
void wb_view_count(wb_view *view, const wb_item *item);

/* The record with the version of a document that is seen, or 0 when it was registered later. The
 * first question that has a newer version reads all records up to the viewed one. */
WB_MUST_CHECK wb_code wb_view_document(struct wb_ledger *ledger, wb_document_row row,
                                       uint64_t *number, wb_error *err);

#endif
