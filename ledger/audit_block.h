/*
 * audit_block.h - a block of records: all of a full verify that needs nothing but their bytes, so
 * that several threads can do it. Private to ledger/verify.c and its kin.
 */
#ifndef WAARBORG_LEDGER_AUDIT_BLOCK_H
#define WAARBORG_LEDGER_AUDIT_BLOCK_H

#include "ledger/audit.h"

enum {
    WB_BLOCK_LEVEL = 8, /* a block that is full is a perfect subtree */
    WB_BLOCK_SIZE = 1 << WB_BLOCK_LEVEL,
    WB_BLOCK_NODES = WB_BLOCK_SIZE / WB_TILE_WIDTH
};

typedef struct wb_block {
    wb_task task; /* first: a task's run gets the block */
    const uint8_t *key;
    wb_record scratch;

    /* Filled by wb_block_fill: borrowed from the store's snapshot. */
    uint64_t first;
    size_t count;
    uint8_t previous[WB_LEDGER_HASH_SIZE]; /* of the record before the first */
    wb_stored stored[WB_BLOCK_SIZE];
    wb_code end; /* why it has no more records */
    wb_error end_err;

    /* Filled by wb_block_check. */
    size_t good; /* records before the first that fails by itself */
    wb_code code;
    wb_error err; /* that record's */
    wb_raw_record raw[WB_BLOCK_SIZE];
    wb_tree_hash leaves[WB_BLOCK_SIZE];
    wb_tree_hash nodes[WB_BLOCK_NODES]; /* of level 4, and the root, when all 256 are good */
    wb_tree_hash root;
    struct {
        wb_row_sum references;
        wb_row_sum subjects;
        wb_row_sum postings;
    } wanted;
} wb_block;

/* The next records of the walk, up to number `total` or the next multiple of 256. */
void wb_block_fill(wb_block *block, wb_walk *walk, uint64_t total);
/* Hash and decode each record, hold entries to the double-entry rule, and add up the index rows
 * they call for. A wb_task's run. */
void wb_block_check(wb_task *task);
/* The edge of the tree with the block's first `count` leaves added. */
wb_tree_edge wb_block_edge(const wb_block *block, const wb_tree_edge *before, size_t count);
/* Add the whole block to the audit's tree, and its nodes to the set that must be stored. */
void wb_block_append(const wb_block *block, wb_audit *audit);

#endif
