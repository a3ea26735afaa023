/*
 * tree_rows.h - the Merkle tree over the records (waarborg/tree.h), kept in rows of the store.
 * Private to ledger/.
 *
 * Stored are the nodes of the levels 4, 8, 12, ... once they are complete, sixteen to a row: about
 * 2.5 bytes for each record. All other nodes follow from those sixteen, and those below level 4
 * from at most eight records. So a writer hashes each record once and puts one row for 256.
 */
#ifndef WAARBORG_LEDGER_TREE_ROWS_H
#define WAARBORG_LEDGER_TREE_ROWS_H

#include "ledger/rows.h"
#include "waarborg/tree.h"

enum {
    WB_TILE_HEIGHT = 4, /* levels from one stored level to the next */
    WB_TILE_WIDTH = 16, /* nodes in a row */
    WB_TILE_LEVELS = 15 /* stored levels: 4 to 60 */
};

/* The newest row of a stored level, while it fills. */
typedef struct wb_tile {
    uint64_t index; /* nodes before it, by sixteens */
    size_t count;
    bool dirty;
    bool stored; /* there is a row */
    wb_tree_hash hashes[WB_TILE_WIDTH];
} wb_tile;

/* The tree's right side in a batch. */
typedef struct wb_tree_side {
    bool known;
    uint8_t hash[WB_LEDGER_HASH_SIZE]; /* in the chain, of its last record */
    wb_tree_edge edge;
    wb_tile tiles[WB_TILE_LEVELS]; /* of level 4, 8, ... */
} wb_tree_side;

struct wb_ledger;

/* Make the batch's side that of the head: read again when it is another's. WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_tree_side_load(struct wb_ledger *ledger, wb_error *err);
/* Add a record with its hash in the chain; full rows are written. */
WB_MUST_CHECK wb_code wb_tree_side_add(struct wb_ledger *ledger, wb_span record,
                                       const uint8_t hash[WB_LEDGER_HASH_SIZE], wb_error *err);
/* Write the rows that changed. */
WB_MUST_CHECK wb_code wb_tree_side_write(struct wb_ledger *ledger, wb_error *err);

/* Whether nodes of this level are stored, and in which place of the row. */
bool wb_tile_level(unsigned level);

/* A node of the tree, as wb_tree_read: from its row, or from the records. The context is the
 * ledger, in a read or a batch that was flushed. WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_tree_rows_read(void *ledger, unsigned level, uint64_t index,
                                        wb_tree_hash *hash, wb_error *err);

#endif
