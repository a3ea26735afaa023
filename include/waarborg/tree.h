/*
 * tree.h - the Merkle tree of RFC 6962 section 2.1 (SHA-256) as pure functions: roots, inclusion
 * and consistency proofs, and their checks.
 *
 * A leaf's hash is SHA-256(00 | bytes), a node's SHA-256(01 | left | right), the root of the empty
 * tree SHA-256(""). In waarborg leaf i (from 0) is the canonical bytes of record i + 1. The checks
 * read nothing but their arguments: anyone can run them without the ledger. They are written from
 * the verification text of RFC 9162 section 2.1.3.2 and 2.1.4.2, the makers from the recursive
 * definition, so that one does not vouch for itself.
 *
 * No state, no allocation; safe in any number of threads.
 */
#ifndef WAARBORG_TREE_H
#define WAARBORG_TREE_H

#include "waarborg/error.h"

enum {
    WB_TREE_HASH_SIZE = 32,
    WB_TREE_PATH_MAX = 64, /* hashes of an inclusion proof for any size below 2^63 */
    WB_TREE_CONSISTENCY_MAX = 65
};

typedef struct wb_tree_hash {
    uint8_t bytes[WB_TREE_HASH_SIZE];
} wb_tree_hash;

wb_tree_hash wb_tree_leaf(const void *bytes, size_t size);
wb_tree_hash wb_tree_node(const wb_tree_hash *left, const wb_tree_hash *right);
bool wb_tree_hash_equal(const wb_tree_hash *a, const wb_tree_hash *b);

/*
 * The right edge of a growing tree: the roots of its perfect subtrees, from left to right, one for
 * each bit of `size` that is set. All that is needed to add leaves and to know the root.
 */
typedef struct wb_tree_edge {
    uint64_t size; /* leaves; below 2^63 */
    wb_tree_hash peaks[WB_TREE_PATH_MAX];
} wb_tree_edge;
size_t wb_tree_edge_count(const wb_tree_edge *edge); /* peaks in use */
/* Add a leaf. When `made` is not NULL it is called for every perfect subtree that the leaf
 * completes, the leaf itself first (level 0): 2^level leaves, the index-th of that level. Amortised
 * O(1). */
typedef void wb_tree_made(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash);
void wb_tree_append(wb_tree_edge *edge, const wb_tree_hash *leaf, wb_tree_made *made,
                    void *context);
wb_tree_hash wb_tree_root(const wb_tree_edge *edge);

/* Where hashes come from: the root of the index-th perfect subtree of 2^level leaves. */
typedef wb_code wb_tree_read(void *context, unsigned level, uint64_t index, wb_tree_hash *hash,
                             wb_error *err);

typedef struct wb_tree_path {
    size_t count;
    wb_tree_hash hashes[WB_TREE_CONSISTENCY_MAX];
} wb_tree_path;

/* The root of the first `size` leaves; what `read` fails with. */
WB_MUST_CHECK wb_code wb_tree_root_at(wb_tree_hash *root, uint64_t size, wb_tree_read *read,
                                      void *context, wb_error *err);
/* PATH(index, D[size]): asserts index < size. */
WB_MUST_CHECK wb_code wb_tree_inclusion(wb_tree_path *path, uint64_t index, uint64_t size,
                                        wb_tree_read *read, void *context, wb_error *err);
/* PROOF(old_size, D[size]): asserts old_size <= size; empty when they are equal or old_size is 0.
 */
WB_MUST_CHECK wb_code wb_tree_consistency(wb_tree_path *path, uint64_t old_size, uint64_t size,
                                          wb_tree_read *read, void *context, wb_error *err);

/* Whether the leaf is the index-th of the tree of `size` leaves with this root. WB_E_PROOF. */
WB_MUST_CHECK wb_code wb_tree_check_inclusion(const wb_tree_hash *leaf, uint64_t index,
                                              uint64_t size, const wb_tree_path *path,
                                              const wb_tree_hash *root, wb_error *err);
/* Whether the tree of `size` leaves starts with the leaves of the one of `old_size`. An old size of
 * 0 is consistent with every tree when its root is that of the empty tree. WB_E_PROOF. */
WB_MUST_CHECK wb_code wb_tree_check_consistency(uint64_t old_size, const wb_tree_hash *old_root,
                                                uint64_t size, const wb_tree_hash *root,
                                                const wb_tree_path *path, wb_error *err);

#endif
