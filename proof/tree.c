/* tree.c - the Merkle tree of RFC 6962: hashes, the growing edge, and the root. */
#include "waarborg/tree.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "proof/sha256.h"

wb_tree_hash wb_tree_leaf(const void *bytes, size_t size)
{
    return wb_sha256(0, bytes, size);
}

wb_tree_hash wb_tree_node(const wb_tree_hash *left, const wb_tree_hash *right)
{
    uint8_t pair[2 * WB_TREE_HASH_SIZE];
    memcpy(pair, left->bytes, sizeof left->bytes);
    memcpy(pair + sizeof left->bytes, right->bytes, sizeof right->bytes);
    return wb_sha256(1, pair, sizeof pair);
}

bool wb_tree_hash_equal(const wb_tree_hash *a, const wb_tree_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

size_t wb_tree_edge_count(const wb_tree_edge *edge)
{
    return (size_t)__builtin_popcountll(edge->size);
}

void wb_tree_append(wb_tree_edge *edge, const wb_tree_hash *leaf, wb_tree_made *made, void *context)
{
    assert(edge->size < (uint64_t)1 << 62);
    size_t count = wb_tree_edge_count(edge);
    wb_tree_hash hash = *leaf;
    unsigned level = 0;
    if (made != NULL) made(context, 0, edge->size, &hash);
    /* like a carry in binary: each full subtree on the left joins the new one */
    for (uint64_t rest = edge->size; (rest & 1) != 0; rest >>= 1) {
        hash = wb_tree_node(&edge->peaks[--count], &hash);
        level++;
        if (made != NULL) made(context, level, edge->size >> level, &hash);
    }
    edge->peaks[count] = hash;
    edge->size++;
}

wb_tree_hash wb_tree_root(const wb_tree_edge *edge)
{
    size_t count = wb_tree_edge_count(edge);
    wb_tree_hash root;
    if (count == 0) {
        (void)crypto_hash_sha256(root.bytes, NULL, 0);
        return root;
    }
    root = edge->peaks[--count];
    while (count > 0)
        root = wb_tree_node(&edge->peaks[--count], &root);
    return root;
}
