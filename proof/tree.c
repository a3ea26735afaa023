/* tree.c - the Merkle tree of RFC 6962: hashes, the growing edge, and the root. */
#include "waarborg/tree.h"

#include <assert.h>
#include <nettle/sha2.h>
#include <string.h>

/* By nettle, which uses the processor's own instructions: every record that is posted is hashed
 * once, and libsodium's portable code takes almost four times as long. */
static wb_tree_hash hash_parts(uint8_t prefix, const void *bytes, size_t size)
{
    wb_tree_hash hash;
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, 1, &prefix);
    sha256_update(&context, size, bytes);
    sha256_digest(&context, sizeof hash.bytes, hash.bytes);
    return hash;
}

wb_tree_hash wb_tree_leaf(const void *bytes, size_t size)
{
    return hash_parts(0, bytes, size);
}

wb_tree_hash wb_tree_node(const wb_tree_hash *left, const wb_tree_hash *right)
{
    uint8_t pair[2 * WB_TREE_HASH_SIZE];
    memcpy(pair, left->bytes, sizeof left->bytes);
    memcpy(pair + sizeof left->bytes, right->bytes, sizeof right->bytes);
    return hash_parts(1, pair, sizeof pair);
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
        struct sha256_ctx context;
        sha256_init(&context);
        sha256_digest(&context, sizeof root.bytes, root.bytes);
        return root;
    }
    root = edge->peaks[--count];
    while (count > 0)
        root = wb_tree_node(&edge->peaks[--count], &root);
    return root;
}
