/* Goal: the tree is that of RFC 6962, and no path but the right one proves anything.
 * Method: the reference vectors of Certificate Transparency; the recursive definition, written
 * here once more and naively, for every size to 200, index and older size; every path with a bit
 * flipped, cut, extended or reordered, and every wrong index and size.
 */
#include "test.h"

#include <sodium.h>
#include <string.h>

#include "waarborg/tree.h"

enum { LEAVES = 200, ALTERED = 40 };

static wb_tree_hash from_hex(const char *hex)
{
    wb_tree_hash hash;
    size_t size = 0;
    assert_int_equal(sodium_hex2bin(hash.bytes, sizeof hash, hex, strlen(hex), NULL, &size, NULL),
                     0);
    assert_int_equal(size, sizeof hash);
    return hash;
}

static void assert_hash(const wb_tree_hash *hash, const wb_tree_hash *wanted)
{
    assert_memory_equal(hash->bytes, wanted->bytes, sizeof hash->bytes);
}

/* ---- The naive tree: the definition, word by word -------------------------------------------- */

static uint8_t leaf_bytes[LEAVES][3];
static size_t leaf_sizes[LEAVES];

static size_t split_of(size_t n)
{
    size_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

static wb_tree_hash sha256(const uint8_t *bytes, size_t size)
{
    wb_tree_hash hash;
    assert_int_equal(crypto_hash_sha256(hash.bytes, bytes, size), 0);
    return hash;
}

static wb_tree_hash naive_root(size_t first, size_t n)
{
    if (n == 0) return sha256(NULL, 0);
    uint8_t bytes[65] = {0};
    if (n == 1) {
        memcpy(bytes + 1, leaf_bytes[first], leaf_sizes[first]);
        return sha256(bytes, 1 + leaf_sizes[first]);
    }
    const size_t k = split_of(n);
    const wb_tree_hash left = naive_root(first, k);
    const wb_tree_hash right = naive_root(first + k, n - k);
    bytes[0] = 1;
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return sha256(bytes, sizeof bytes);
}

static void naive_inclusion(wb_tree_path *path, size_t m, size_t first, size_t n)
{
    if (n == 1) return;
    const size_t k = split_of(n);
    if (m < k) {
        naive_inclusion(path, m, first, k);
        path->hashes[path->count++] = naive_root(first + k, n - k);
    } else {
        naive_inclusion(path, m - k, first + k, n - k);
        path->hashes[path->count++] = naive_root(first, k);
    }
}

static void naive_subproof(wb_tree_path *path, size_t m, size_t first, size_t n, bool whole)
{
    if (m == n) {
        if (!whole) path->hashes[path->count++] = naive_root(first, n);
        return;
    }
    const size_t k = split_of(n);
    if (m <= k) {
        naive_subproof(path, m, first, k, whole);
        path->hashes[path->count++] = naive_root(first + k, n - k);
    } else {
        naive_subproof(path, m - k, first + k, n - k, false);
        path->hashes[path->count++] = naive_root(first, k);
    }
}

/* ---- The tree under test: what a ledger would keep ------------------------------------------- */

static wb_tree_edge edge;
static wb_tree_hash perfect[9][LEAVES];
static wb_tree_hash roots[LEAVES + 1];
static wb_tree_hash leaves[LEAVES];
static uint64_t reads;

static void keep(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    (void)context;
    assert_true(level < COUNT(perfect));
    assert_true(index << level < LEAVES);
    perfect[level][index] = *hash;
}

static wb_code fetch(void *context, unsigned level, uint64_t index, wb_tree_hash *hash,
                     wb_error *err)
{
    const uint64_t *size = context; /* of the tree asked about: nothing beyond it may be read */
    assert_true((index + 1) << level <= *size);
    if (reads > 0 && --reads == 0) return wb_fail(err, WB_E_DAMAGED, "read fails");
    *hash = perfect[level][index];
    return WB_OK;
}

static int grow(void **state)
{
    (void)state;
    roots[0] = wb_tree_root(&edge);
    for (size_t i = 0; i < LEAVES; i++) {
        leaf_sizes[i] = i == 0 ? 0 : 1 + i % 3; /* all different */
        for (size_t j = 0; j < leaf_sizes[i]; j++)
            leaf_bytes[i][j] = (uint8_t)(7 * i + j);
        leaves[i] = wb_tree_leaf(leaf_bytes[i], leaf_sizes[i]);
        wb_tree_append(&edge, &leaves[i], keep, NULL);
        roots[i + 1] = wb_tree_root(&edge);
    }
    return sodium_init() < 0 ? -1 : 0;
}

static void test_roots_are_those_of_the_definition(void **state)
{
    (void)state;
    for (uint64_t n = 0; n <= LEAVES; n++) {
        wb_tree_hash root;
        const wb_tree_hash wanted = naive_root(0, n);
        assert_int_equal(wb_tree_root_at(&root, n, fetch, &n, NULL), WB_OK);
        assert_hash(&root, &wanted);
        assert_hash(&roots[n], &wanted);
    }
}

static void test_inclusion_proofs_are_those_of_the_definition_and_hold(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= LEAVES; n++) {
        for (uint64_t m = 0; m < n; m++) {
            wb_tree_path path;
            assert_int_equal(wb_tree_inclusion(&path, m, n, fetch, &n, NULL), WB_OK);
            if (n < 66 || n == LEAVES || n == 128 || n == 129) {
                wb_tree_path wanted = {.count = 0};
                naive_inclusion(&wanted, m, 0, n);
                assert_int_equal(path.count, wanted.count);
                if (path.count > 0) {
                    assert_memory_equal(path.hashes, wanted.hashes, 32 * path.count);
                }
            }
            assert_int_equal(wb_tree_check_inclusion(&leaves[m], m, n, &path, &roots[n], NULL),
                             WB_OK);
        }
    }
}

static void test_consistency_proofs_are_those_of_the_definition_and_hold(void **state)
{
    (void)state;
    for (uint64_t n = 0; n <= LEAVES; n++) {
        for (uint64_t m = 0; m <= n; m++) {
            wb_tree_path path;
            assert_int_equal(wb_tree_consistency(&path, m, n, fetch, &n, NULL), WB_OK);
            if (m > 0 && (n < 66 || n == LEAVES || n == 128 || n == 129)) {
                wb_tree_path wanted = {.count = 0};
                naive_subproof(&wanted, m, 0, n, true);
                assert_int_equal(path.count, wanted.count);
                if (path.count > 0) {
                    assert_memory_equal(path.hashes, wanted.hashes, 32 * path.count);
                }
            }
            if (m == 0 || m == n) assert_int_equal(path.count, 0);
            assert_int_equal(wb_tree_check_consistency(m, &roots[m], n, &roots[n], &path, NULL),
                             WB_OK);
        }
    }
}

/* ---- Known answers ----------------------------------------------------------------------------
 */

/* The reference tree of Certificate Transparency (merkle_tree_test of its C++ and Go versions):
 * these eight leaves, and the root after each. */
static const struct {
    const char *bytes;
    size_t size;
    const char *root;
} reference[] = {
    {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\0", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"@ABC", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"PQRSTUVW", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"`abcdefghijklmno", 16, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static void set_path(wb_tree_path *path, size_t count, const char *const *hashes)
{
    path->count = count;
    for (size_t i = 0; i < count; i++)
        path->hashes[i] = from_hex(hashes[i]);
}

static void test_the_reference_roots_come_out(void **state)
{
    (void)state;
    wb_tree_edge tree = {.size = 0};
    const wb_tree_hash none = wb_tree_root(&tree);
    const wb_tree_hash empty =
        from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(&none, &empty);
    for (size_t i = 0; i < COUNT(reference); i++) {
        const wb_tree_hash leaf = wb_tree_leaf(reference[i].bytes, reference[i].size);
        wb_tree_append(&tree, &leaf, NULL, NULL);
        const wb_tree_hash root = wb_tree_root(&tree);
        const wb_tree_hash wanted = from_hex(reference[i].root);
        assert_hash(&root, &wanted);
    }
}

static void test_the_reference_paths_hold(void **state)
{
    (void)state;
    static const char *const to_5_of_8[] = {
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
    static const char *const to_2_of_3[] = {
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"};
    static const char *const from_6_to_8[] = {
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
    static const char *const from_2_to_5[] = {
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"};
    wb_tree_hash root[COUNT(reference) + 1];
    wb_tree_hash leaf[COUNT(reference)];
    for (size_t i = 0; i < COUNT(reference); i++) {
        root[i + 1] = from_hex(reference[i].root);
        leaf[i] = wb_tree_leaf(reference[i].bytes, reference[i].size);
    }
    wb_tree_path path;
    set_path(&path, 3, to_5_of_8);
    assert_int_equal(wb_tree_check_inclusion(&leaf[5], 5, 8, &path, &root[8], NULL), WB_OK);
    assert_int_equal(wb_tree_check_inclusion(&leaf[5], 4, 8, &path, &root[8], NULL), WB_E_PROOF);
    set_path(&path, 1, to_2_of_3);
    assert_int_equal(wb_tree_check_inclusion(&leaf[2], 2, 3, &path, &root[3], NULL), WB_OK);
    set_path(&path, 3, from_6_to_8);
    assert_int_equal(wb_tree_check_consistency(6, &root[6], 8, &root[8], &path, NULL), WB_OK);
    assert_int_equal(wb_tree_check_consistency(6, &root[5], 8, &root[8], &path, NULL), WB_E_PROOF);
    set_path(&path, 2, from_2_to_5);
    assert_int_equal(wb_tree_check_consistency(2, &root[2], 5, &root[5], &path, NULL), WB_OK);
}

/* ---- What must not hold -----------------------------------------------------------------------
 */

/* Every damage of a path: a bit of each byte, a hash less at either end, one more, two swapped.
 * Returns false when there are no more. */
static bool alter(wb_tree_path *altered, const wb_tree_path *path, size_t way)
{
    *altered = *path;
    if (way < 32 * path->count) {
        altered->hashes[way / 32].bytes[way % 32] ^= (uint8_t)(1U << way % 8);
        return true;
    }
    way -= 32 * path->count;
    if (way < 3) { /* one more: a copy of the last, zeros in front, zeros behind */
        const size_t at = way == 1 ? 0 : path->count;
        memmove(altered->hashes + at + 1, altered->hashes + at, 32 * (path->count - at));
        memset(altered->hashes[at].bytes, 0, 32);
        if (way == 0 && path->count > 0) altered->hashes[at] = path->hashes[path->count - 1];
        altered->count++;
        return true;
    }
    way -= 3;
    if (path->count == 0) return false;
    if (way < 2) { /* one less */
        if (way == 0) memmove(altered->hashes, altered->hashes + 1, 32 * (path->count - 1));
        altered->count--;
        return true;
    }
    way -= 2;
    if (way + 1 >= path->count) return false;
    altered->hashes[way] = path->hashes[way + 1];
    altered->hashes[way + 1] = path->hashes[way];
    return true;
}

static void test_an_altered_inclusion_proof_does_not_hold(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= ALTERED; n++) {
        for (uint64_t m = 0; m < n; m++) {
            wb_tree_path path;
            wb_tree_path altered;
            assert_int_equal(wb_tree_inclusion(&path, m, n, fetch, &n, NULL), WB_OK);
            for (size_t way = 0; alter(&altered, &path, way); way++) {
                assert_int_equal(
                    wb_tree_check_inclusion(&leaves[m], m, n, &altered, &roots[n], NULL),
                    WB_E_PROOF);
            }
            for (uint64_t other = 0; other <= ALTERED + 1; other++) {
                if (other == m) continue;
                assert_int_equal(
                    wb_tree_check_inclusion(&leaves[m], other, n, &path, &roots[n], NULL),
                    WB_E_PROOF);
                assert_int_equal(
                    wb_tree_check_inclusion(&leaves[other], m, n, &path, &roots[n], NULL),
                    WB_E_PROOF);
            }
            for (uint64_t other = 0; other <= ALTERED + 1; other++) {
                if (other == n) continue;
                assert_int_equal(
                    wb_tree_check_inclusion(&leaves[m], m, n, &path, &roots[other], NULL),
                    WB_E_PROOF);
            }
        }
    }
}

/* A size is bound by the root, not by the path: a path says only on which side its hashes lie. So
 * the sizes with the same sides are the ones a wrong size may be, and with their own root it is
 * refused (above). */
static void test_a_wrong_size_whose_path_has_other_sides_does_not_hold(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= ALTERED; n++) {
        for (uint64_t m = 0; m < n; m++) {
            wb_tree_path path;
            assert_int_equal(wb_tree_inclusion(&path, m, n, fetch, &n, NULL), WB_OK);
            for (uint64_t other = m + 1; other <= ALTERED; other++) {
                wb_tree_path real = {.count = 0};
                assert_int_equal(wb_tree_inclusion(&real, m, other, fetch, &other, NULL), WB_OK);
                if (real.count == path.count) continue;
                assert_int_equal(
                    wb_tree_check_inclusion(&leaves[m], m, other, &path, &roots[n], NULL),
                    WB_E_PROOF);
            }
        }
    }
}

static void test_an_altered_consistency_proof_does_not_hold(void **state)
{
    (void)state;
    for (uint64_t n = 0; n <= ALTERED; n++) {
        for (uint64_t m = 0; m <= n; m++) {
            wb_tree_path path;
            wb_tree_path altered;
            assert_int_equal(wb_tree_consistency(&path, m, n, fetch, &n, NULL), WB_OK);
            for (size_t way = 0; alter(&altered, &path, way); way++) {
                assert_int_equal(
                    wb_tree_check_consistency(m, &roots[m], n, &roots[n], &altered, NULL),
                    WB_E_PROOF);
            }
            for (uint64_t other = 0; other <= ALTERED + 1; other++) {
                if (other != m) {
                    assert_int_equal(
                        wb_tree_check_consistency(m, &roots[other], n, &roots[n], &path, NULL),
                        WB_E_PROOF);
                }
                /* from the empty tree to any there is nothing to prove */
                if (other != n && m > 0) {
                    assert_int_equal(
                        wb_tree_check_consistency(m, &roots[m], n, &roots[other], &path, NULL),
                        WB_E_PROOF);
                }
                /* an older size with the root of that size would be another, true, statement only
                 * when the path fits it; with the root of m it is false */
                if (other != m && other > 0 && other < n &&
                    (other & (other - 1)) != (m & (m - 1))) {
                    wb_tree_path real = {.count = 0};
                    assert_int_equal(wb_tree_consistency(&real, other, n, fetch, &n, NULL), WB_OK);
                    if (real.count == path.count) continue;
                    assert_int_equal(
                        wb_tree_check_consistency(other, &roots[m], n, &roots[n], &path, NULL),
                        WB_E_PROOF);
                }
            }
        }
    }
}

/* A rewritten past: another leaf in the middle, and honest hashes from there on. */
static void test_no_path_joins_a_tree_with_another_past(void **state)
{
    (void)state;
    const uint64_t old_size = 21;
    for (uint64_t changed = 0; changed < old_size; changed++) {
        wb_tree_edge forged = {.size = 0};
        for (uint64_t i = 0; i < ALTERED; i++) {
            const wb_tree_hash other = wb_tree_leaf("forged", 6);
            wb_tree_append(&forged, i == changed ? &other : &leaves[i], NULL, NULL);
        }
        const wb_tree_hash root = wb_tree_root(&forged);
        wb_tree_path path;
        uint64_t size = ALTERED;
        assert_int_equal(wb_tree_consistency(&path, old_size, size, fetch, &size, NULL), WB_OK);
        assert_int_equal(
            wb_tree_check_consistency(old_size, &roots[old_size], size, &root, &path, NULL),
            WB_E_PROOF);
    }
}

static void test_impossible_sizes_are_refused(void **state)
{
    (void)state;
    wb_tree_path path = {.count = 0};
    const wb_tree_hash *root = &roots[1];
    const uint64_t huge = (uint64_t)1 << 63;
    assert_int_equal(wb_tree_check_inclusion(root, 0, 0, &path, root, NULL), WB_E_PROOF);
    assert_int_equal(wb_tree_check_inclusion(root, 1, 1, &path, root, NULL), WB_E_PROOF);
    assert_int_equal(wb_tree_check_inclusion(root, UINT64_MAX, UINT64_MAX, &path, root, NULL),
                     WB_E_PROOF);
    assert_int_equal(wb_tree_check_consistency(huge, root, huge, root, &path, NULL), WB_E_PROOF);
    assert_int_equal(wb_tree_check_consistency(2, &roots[2], 1, &roots[1], &path, NULL),
                     WB_E_PROOF);
    /* one that goes on above the root is told so, before its hashes are looked at */
    wb_error err;
    path.count = 1;
    assert_int_equal(wb_tree_check_inclusion(root, 0, 1, &path, root, &err), WB_E_PROOF);
    assert_non_null(strstr(err.message, "too long"));
    path.count = 3;
    assert_int_equal(wb_tree_check_consistency(2, &roots[2], 3, &roots[3], &path, &err),
                     WB_E_PROOF);
    assert_non_null(strstr(err.message, "too long"));
    /* a path that claims more hashes than there is room for */
    path.count = WB_TREE_PATH_MAX + 1;
    assert_int_equal(wb_tree_check_inclusion(root, 0, huge - 1, &path, root, NULL), WB_E_PROOF);
    path.count = WB_TREE_CONSISTENCY_MAX + 1;
    assert_int_equal(wb_tree_check_consistency(3, root, huge - 1, root, &path, NULL), WB_E_PROOF);
}

/* The largest trees: their subtrees are made up, which is enough to see how long a path gets. */
static wb_code of_level(void *context, unsigned level, uint64_t index, wb_tree_hash *hash,
                        wb_error *err)
{
    (void)context;
    (void)err;
    uint8_t bytes[16] = {0};
    memcpy(bytes, &index, sizeof index);
    bytes[8] = (uint8_t)level;
    *hash = wb_tree_leaf(bytes, sizeof bytes);
    return WB_OK;
}

static void test_the_longest_paths_fit(void **state)
{
    (void)state;
    const uint64_t size = ((uint64_t)1 << 63) - 1;
    wb_tree_path path;
    assert_int_equal(wb_tree_inclusion(&path, size - 2, size, of_level, NULL, NULL), WB_OK);
    assert_int_equal(path.count, 63);
    assert_int_equal(wb_tree_inclusion(&path, size - 1, size, of_level, NULL, NULL), WB_OK);
    assert_int_equal(path.count, 62);
    assert_int_equal(wb_tree_consistency(&path, size - 2, size, of_level, NULL, NULL), WB_OK);
    assert_int_equal(path.count, 64);
    assert_int_equal(wb_tree_consistency(&path, 1, size, of_level, NULL, NULL), WB_OK);
    assert_int_equal(path.count, 63);
}

static void test_a_read_that_fails_fails_the_proof(void **state)
{
    (void)state;
    uint64_t size = 13;
    for (uint64_t n = 1;; n++) {
        wb_tree_path path;
        reads = n;
        const wb_code code = wb_tree_consistency(&path, 6, size, fetch, &size, NULL);
        const bool done = reads > 0;
        reads = 0;
        if (done) {
            assert_int_equal(code, WB_OK);
            assert_true(n > 3);
            break;
        }
        assert_int_equal(code, WB_E_DAMAGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots_are_those_of_the_definition),
        cmocka_unit_test(test_inclusion_proofs_are_those_of_the_definition_and_hold),
        cmocka_unit_test(test_consistency_proofs_are_those_of_the_definition_and_hold),
        cmocka_unit_test(test_the_reference_roots_come_out),
        cmocka_unit_test(test_the_reference_paths_hold),
        cmocka_unit_test(test_an_altered_inclusion_proof_does_not_hold),
        cmocka_unit_test(test_a_wrong_size_whose_path_has_other_sides_does_not_hold),
        cmocka_unit_test(test_an_altered_consistency_proof_does_not_hold),
        cmocka_unit_test(test_no_path_joins_a_tree_with_another_past),
        cmocka_unit_test(test_impossible_sizes_are_refused),
        cmocka_unit_test(test_the_longest_paths_fit),
        cmocka_unit_test(test_a_read_that_fails_fails_the_proof),
    };
    return cmocka_run_group_tests(tests, grow, NULL);
}
