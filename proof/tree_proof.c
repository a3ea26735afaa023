/* tree_proof.c - proofs of the Merkle tree, made from the definition of RFC 6962 section 2.1 and
 * checked by the steps of RFC 9162 sections 2.1.3.2 and 2.1.4.2. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "waarborg/tree.h"

/* Trees are below 2^63 leaves. */
static bool size_is_possible(uint64_t size)
{
    return size >> 63 == 0;
}

/* ---- Making ---------------------------------------------------------------------------------- */

/* The largest power of two below n: where the definition cuts a tree of n leaves, n >= 2. */
static uint64_t cut_of(uint64_t n)
{
    assert(n >= 2);
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* MTH(D[first:first + size]) of a subtree that the definition cuts out: its perfect parts lie side
 * by side, the largest first, and are joined from the right. */
static wb_code subtree_root(wb_tree_hash *root, uint64_t first, uint64_t size, wb_tree_read *read,
                            void *context, wb_error *err)
{
    assert(size > 0);
    bool any = false;
    for (unsigned level = 0; size >> level != 0; level++) {
        if ((size >> level & 1) == 0) continue;
        const uint64_t before = size >> level >> 1 << level << 1;
        assert(((first + before) & (((uint64_t)1 << level) - 1)) == 0);
        wb_tree_hash part;
        const wb_code code = read(context, level, (first + before) >> level, &part, err);
        if (code != WB_OK) return code;
        *root = any ? wb_tree_node(&part, root) : part;
        any = true;
    }
    return WB_OK;
}

wb_code wb_tree_root_at(wb_tree_hash *root, uint64_t size, wb_tree_read *read, void *context,
                        wb_error *err)
{
    assert(size_is_possible(size));
    if (size > 0) return subtree_root(root, 0, size, read, context, err);
    const wb_tree_edge empty = {.size = 0};
    *root = wb_tree_root(&empty);
    return WB_OK;
}

/* The definition adds the deepest hash first, the descent meets it last. */
static void turn_round(wb_tree_path *path)
{
    for (size_t i = 0; i < path->count / 2; i++) {
        const wb_tree_hash hash = path->hashes[i];
        path->hashes[i] = path->hashes[path->count - 1 - i];
        path->hashes[path->count - 1 - i] = hash;
    }
}

wb_code wb_tree_inclusion(wb_tree_path *path, uint64_t index, uint64_t size, wb_tree_read *read,
                          void *context, wb_error *err)
{
    assert(size_is_possible(size));
    assert(index < size);
    path->count = 0;
    uint64_t first = 0;
    while (size > 1) {
        const uint64_t cut = cut_of(size);
        const bool left = index - first < cut;
        assert(path->count < WB_TREE_PATH_MAX);
        wb_tree_hash *sibling = &path->hashes[path->count++];
        const wb_code code =
            left ? subtree_root(sibling, first + cut, size - cut, read, context, err)
                 : subtree_root(sibling, first, cut, read, context, err);
        if (code != WB_OK) return code;
        if (!left) first += cut;
        size = left ? cut : size - cut;
    }
    turn_round(path);
    return WB_OK;
}

wb_code wb_tree_consistency(wb_tree_path *path, uint64_t old_size, uint64_t size,
                            wb_tree_read *read, void *context, wb_error *err)
{
    assert(size_is_possible(size));
    assert(old_size <= size);
    path->count = 0;
    if (old_size == 0) return WB_OK;
    uint64_t first = 0;
    uint64_t old = old_size;
    while (old != size) {
        const uint64_t cut = cut_of(size);
        const bool left = old <= cut;
        assert(path->count < WB_TREE_PATH_MAX);
        wb_tree_hash *sibling = &path->hashes[path->count++];
        const wb_code code =
            left ? subtree_root(sibling, first + cut, size - cut, read, context, err)
                 : subtree_root(sibling, first, cut, read, context, err);
        if (code != WB_OK) return code;
        if (!left) first += cut;
        if (!left) old -= cut;
        size = left ? cut : size - cut;
    }
    /* unless the old tree is itself a part on the left edge, whose root the checker has */
    if (first > 0) {
        assert(path->count < WB_TREE_CONSISTENCY_MAX);
        wb_tree_hash *last = &path->hashes[path->count++];
        const wb_code code = subtree_root(last, first, size, read, context, err);
        if (code != WB_OK) return code;
    }
    turn_round(path);
    return WB_OK;
}

/* ---- Checking -------------------------------------------------------------------------------- */

static wb_code refuse_inclusion(wb_error *err, uint64_t index, uint64_t size, const char *why)
{
    return wb_fail(err, WB_E_PROOF, "leaf %llu is not proved to be in the tree of %llu: %s",
                   (unsigned long long)index, (unsigned long long)size, why);
}

wb_code wb_tree_check_inclusion(const wb_tree_hash *leaf, uint64_t index, uint64_t size,
                                const wb_tree_path *path, const wb_tree_hash *root, wb_error *err)
{
    if (!size_is_possible(size) || path->count > WB_TREE_PATH_MAX) {
        return refuse_inclusion(err, index, size, "beyond the limits of a tree");
    }
    if (index >= size) return refuse_inclusion(err, index, size, "the tree ends before it");
    uint64_t node = index; /* place among the nodes of this level, and the last place there */
    uint64_t last = size - 1;
    wb_tree_hash hash = *leaf;
    for (size_t i = 0; i < path->count; i++) {
        if (last == 0) return refuse_inclusion(err, index, size, "the path is too long");
        if ((node & 1) != 0 || node == last) {
            hash = wb_tree_node(&path->hashes[i], &hash);
            while ((node & 1) == 0 && node != 0) { /* no sibling on these levels */
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = wb_tree_node(&hash, &path->hashes[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    if (last != 0) return refuse_inclusion(err, index, size, "the path is too short");
    if (wb_tree_hash_equal(&hash, root)) return WB_OK;
    return refuse_inclusion(err, index, size, "the path leads to another root");
}

static wb_code refuse_consistency(wb_error *err, uint64_t old_size, uint64_t size, const char *why)
{
    return wb_fail(err, WB_E_PROOF, "the tree of %llu is not proved to start with that of %llu: %s",
                   (unsigned long long)size, (unsigned long long)old_size, why);
}

/* The sizes for which there is nothing to walk: equal, or from the empty tree. */
static wb_code check_without_path(uint64_t old_size, const wb_tree_hash *old_root, uint64_t size,
                                  const wb_tree_hash *root, const wb_tree_path *path, wb_error *err)
{
    if (path->count > 0) return refuse_consistency(err, old_size, size, "it needs no path");
    const wb_tree_edge empty = {.size = 0};
    const wb_tree_hash nothing = wb_tree_root(&empty);
    if (old_size == 0 && !wb_tree_hash_equal(old_root, &nothing)) {
        return refuse_consistency(err, old_size, size, "the older root is not that of no leaves");
    }
    if (old_size == size && !wb_tree_hash_equal(old_root, root)) {
        return refuse_consistency(err, old_size, size, "one size, two roots");
    }
    return WB_OK;
}

wb_code wb_tree_check_consistency(uint64_t old_size, const wb_tree_hash *old_root, uint64_t size,
                                  const wb_tree_hash *root, const wb_tree_path *path, wb_error *err)
{
    if (!size_is_possible(size) || path->count > WB_TREE_CONSISTENCY_MAX) {
        return refuse_consistency(err, old_size, size, "beyond the limits of a tree");
    }
    if (old_size > size) return refuse_consistency(err, old_size, size, "it is the smaller one");
    if (old_size == 0 || old_size == size) {
        return check_without_path(old_size, old_root, size, root, path, err);
    }
    if (path->count == 0) return refuse_consistency(err, old_size, size, "the path is too short");
    uint64_t node = old_size - 1; /* the last leaf of the old tree, and of the new one */
    uint64_t last = size - 1;
    while ((node & 1) != 0) {
        node >>= 1;
        last >>= 1;
    }
    /* an old tree that is a perfect one stands at the start of the path by itself */
    const bool perfect = (old_size & (old_size - 1)) == 0;
    size_t i = perfect ? 0 : 1;
    wb_tree_hash old_hash = perfect ? *old_root : path->hashes[0];
    wb_tree_hash hash = old_hash;
    for (; i < path->count; i++) {
        if (last == 0) return refuse_consistency(err, old_size, size, "the path is too long");
        if ((node & 1) != 0 || node == last) {
            old_hash = wb_tree_node(&path->hashes[i], &old_hash);
            hash = wb_tree_node(&path->hashes[i], &hash);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = wb_tree_node(&hash, &path->hashes[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    if (last != 0) return refuse_consistency(err, old_size, size, "the path is too short");
    if (!wb_tree_hash_equal(&old_hash, old_root)) {
        return refuse_consistency(err, old_size, size, "the path leads to another older root");
    }
    if (wb_tree_hash_equal(&hash, root)) return WB_OK;
    return refuse_consistency(err, old_size, size, "the path leads to another root");
}
