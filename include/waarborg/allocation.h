/*
 * allocation.h - who pays which part of an amount: the key and the split over parties.
 *
 * A key says by what the parties are weighed: their residents under 18, their yearly youth revenue,
 * equally, or a column of the table that describes them. The split is by largest remainder over the
 * parties in order of id, ties to the lowest id, so that the parts add up to the amount to the cent
 * and the order of the rows changes nothing. Pure functions; the books (fund/) and later the
 * simulation use the same ones.
 */
#ifndef WAARBORG_ALLOCATION_H
#define WAARBORG_ALLOCATION_H

#include "waarborg/split.h"
#include "waarborg/text.h"

typedef enum wb_key_kind {
    WB_KEY_UNDER18,
    WB_KEY_REVENUE,
    WB_KEY_EQUAL,
    WB_KEY_COLUMN
} wb_key_kind;

typedef struct wb_allocation_key {
    wb_key_kind kind;
    char column[WB_ID_MAX + 1]; /* for WB_KEY_COLUMN, else the key's own name */
} wb_allocation_key;

/* Read "under18", "revenue", "equal" or the name of a column. WB_E_CHOICE when the text is not a
 * possible name (wb_id_valid), with the words there are as the hint. Whether parties have that
 * column is the caller's to see. */
WB_MUST_CHECK wb_code wb_allocation_key_parse(wb_allocation_key *key, const char *text,
                                              wb_error *err);

/* One party of a split. */
typedef struct wb_share {
    const char *id;  /* unique within the split; borrowed */
    wb_money weight; /* in: not negative; zero takes no part */
    wb_money part;   /* out */
} wb_share;
void wb_share_init(wb_share *share); /* id NULL, amounts 0.00 */
void wb_share_clear(wb_share *share);

/*
 * Split total over the shares. Sorts the shares by id (strcmp) and fills in each part; the parts
 * add up to total.
 *
 * WB_E_RANGE when n is 0, a weight is negative or every weight is 0; WB_E_DUPLICATE_KEY when an id
 * occurs twice; WB_E_NOMEM. On failure the parts are untouched. O(n log n).
 */
WB_MUST_CHECK wb_code wb_allocate(wb_share *shares, size_t n, const wb_money *total, wb_error *err);

#endif
