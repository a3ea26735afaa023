/* Goal: the hash under the tree is SHA-256, for every size of input and any place in memory.
 * Method: leaves and nodes beside libsodium's SHA-256 of the same bytes, for all sizes up to 1,000;
 * the known answers of the tree itself are in test_tree.c. */
#include <sodium.h>
#include <string.h>

#include "test.h"
#include "waarborg/tree.h"

static void test_a_leaf_of_any_size_and_place_is_hashed_right(void **state)
{
    (void)state;
    static uint8_t bytes[1100];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 167 + (i >> 3));
    for (size_t size = 0; size <= 1000; size++) {
        uint8_t wanted[WB_TREE_HASH_SIZE];
        uint8_t *at = bytes + 1 + size % 17;
        const uint8_t before = at[-1];
        at[-1] = 0; /* a leaf's prefix */
        assert_int_equal(crypto_hash_sha256(wanted, at - 1, size + 1), 0);
        at[-1] = before;
        const wb_tree_hash leaf = wb_tree_leaf(at, size);
        assert_memory_equal(leaf.bytes, wanted, sizeof wanted);
    }
}

static void test_a_node_is_hashed_right(void **state)
{
    (void)state;
    uint8_t bytes[1 + 2 * WB_TREE_HASH_SIZE] = {1};
    wb_tree_hash left;
    wb_tree_hash right;
    uint8_t wanted[WB_TREE_HASH_SIZE];
    for (size_t i = 0; i < WB_TREE_HASH_SIZE; i++) {
        bytes[1 + i] = left.bytes[i] = (uint8_t)i;
        bytes[1 + WB_TREE_HASH_SIZE + i] = right.bytes[i] = (uint8_t)(200 + i);
    }
    assert_int_equal(crypto_hash_sha256(wanted, bytes, sizeof bytes), 0);
    const wb_tree_hash node = wb_tree_node(&left, &right);
    assert_memory_equal(node.bytes, wanted, sizeof wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_leaf_of_any_size_and_place_is_hashed_right),
        cmocka_unit_test(test_a_node_is_hashed_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
