/* Goal: the tree's rows are those of the RFC 6962 tree over the records' bytes, however they came.
 * Method: a second, naive tree straight from the definition; batches of many sizes, two writers in
 * turn, every node compared; rows changed, removed and added behind the ledger's back.
 */
#include <sodium.h>

#include "books.h"
#include "ledger/internal.h"

typedef struct fixture {
    char dir[BOOKS_PATH];
    wb_ledger *ledger;
} fixture;

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    books_path(made->dir, "tree");
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    wb_ledger_close(made->ledger);
    books_remove(made->dir);
    free(made);
    return 0;
}

static void post(wb_ledger *ledger, size_t count)
{
    static unsigned drawn = 1;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    for (size_t i = 0; i < count; i++) {
        char id[20];
        drawn = drawn * 1103515245U + 12345U;
        (void)snprintf(id, sizeof id, "d%u", drawn >> 8);
        books_document(ledger, WB_RECORD_DECISION, id);
    }
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
}

/* The definition in RFC 6962 section 2.1, by libsodium alone. */
typedef struct naive {
    uint8_t (*leaves)[32];
    uint64_t count;
} naive;

static void naive_read(naive *tree, wb_ledger *ledger)
{
    tree->count = ledger->head.count;
    tree->leaves = calloc(tree->count + 1, 32);
    for (uint64_t i = 0; i < tree->count; i++) {
        wb_stored stored;
        crypto_hash_sha256_state state;
        static const uint8_t zero = 0;
        ASSERT_OK(wb_stored_read(ledger, i + 1, &stored, &ok_err));
        crypto_hash_sha256_init(&state);
        crypto_hash_sha256_update(&state, &zero, 1);
        crypto_hash_sha256_update(&state, stored.bytes.data, stored.bytes.size);
        crypto_hash_sha256_final(&state, tree->leaves[i]);
    }
}

static void naive_root(uint8_t root[32], const naive *tree, uint64_t first, uint64_t count)
{
    uint8_t pair[65] = {1};
    if (count == 0) {
        crypto_hash_sha256(root, NULL, 0);
    } else if (count == 1) {
        memcpy(root, tree->leaves[first], 32);
    } else {
        uint64_t left = 1;
        while (left * 2 < count)
            left *= 2;
        naive_root(pair + 1, tree, first, left);
        naive_root(pair + 33, tree, first + left, count - left);
        crypto_hash_sha256(root, pair, sizeof pair);
    }
}

/* The stored tree's root, and when asked each of its nodes, against the naive tree. */
static void compare(const char *dir, bool nodes)
{
    wb_ledger *ledger = NULL;
    naive tree;
    uint8_t root[32];
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    naive_read(&tree, ledger);
    naive_root(root, &tree, 0, tree.count);
    ASSERT_OK(wb_tree_side_load(ledger, &ok_err));
    const wb_tree_hash stored = wb_tree_root(&ledger->batch.tree.edge);
    assert_memory_equal(stored.bytes, root, sizeof root);
    for (unsigned level = 0; nodes && level < 20; level++) {
        for (uint64_t i = 0; (i + 1) << level <= tree.count; i++) {
            wb_tree_hash hash;
            ASSERT_OK(wb_tree_rows_read(ledger, level, i, &hash, &ok_err));
            naive_root(root, &tree, i << level, (uint64_t)1 << level);
            assert_memory_equal(hash.bytes, root, sizeof root);
        }
    }
    free(tree.leaves);
    wb_ledger_close(ledger);
}

static void verify_good(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    wb_ledger_close(ledger);
}

static void test_the_root_is_that_of_the_definition_after_each_record(void **state)
{
    fixture *made = *state;
    compare(made->dir, true);
    for (int i = 0; i < 70; i++) {
        post(made->ledger, 1);
        compare(made->dir, false);
    }
    compare(made->dir, true);
    verify_good(made->dir);
}

static void test_batches_of_any_size_give_the_same_tree(void **state)
{
    fixture *made = *state;
    static const size_t sizes[] = {1, 15, 1, 16, 17, 31, 200, 255, 256, 257, 3, 3000, 40, 500};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        post(made->ledger, sizes[i]);
        compare(made->dir, false);
    }
    compare(made->dir, true); /* 4592 records: levels 4, 8 and 12 */
    verify_good(made->dir);
}

static void test_what_another_writer_added_is_built_on(void **state)
{
    fixture *made = *state;
    for (int i = 0; i < 12; i++) {
        post(made->ledger, 11);
        wb_ledger_close(made->ledger); /* one handle in a process at a time */
        ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
        post(made->ledger, 5);
        ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
        books_document(made->ledger, WB_RECORD_DECISION, "dropped");
        wb_ledger_head head;
        ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err)); /* a flush */
        wb_ledger_abort(made->ledger);
    }
    compare(made->dir, true);
    verify_good(made->dir);
}

/* ---- tampering ---- */

enum { BOOKS = 300 };

static void verify_says(fixture *made, const char *message)
{
    wb_error err = {0};
    wb_verify_report report;
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    assert_int_equal(wb_ledger_verify(ledger, &report, NULL, NULL, &err), WB_E_DAMAGED);
    if (strstr(err.message, message) == NULL) print_error("%s\n", err.message);
    assert_non_null(strstr(err.message, message));
    wb_ledger_close(ledger);
}

/* Put a row of the tree; the head's counts grow when it is a new one. */
static void tamper(fixture *made, unsigned level, uint64_t index, int flip, size_t count)
{
    wb_ledger_close(made->ledger);
    made->ledger = NULL;
    wb_store *store = NULL;
    ASSERT_OK(wb_store_open(&store, made->dir, (wb_store_options){.write = true}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(store, true, &ok_err));
    wb_row row;
    wb_span value = {0};
    bool found = false;
    uint8_t bytes[WB_TILE_WIDTH * 32] = {0};
    wb_row_key_tree(&row, level, index);
    ASSERT_OK(wb_store_get(store, (wb_span){row.key, row.key_size}, &value, &found, &ok_err));
    if (found) memcpy(bytes, value.data, value.size - WB_ROW_CHECK_SIZE);
    if (flip >= 0) bytes[flip] ^= 4;
    wb_row_bytes(&row, (wb_span){bytes, count * 32});
    ASSERT_OK(wb_store_put(store, (wb_span){row.key, row.key_size},
                           (wb_span){row.value, row.value_size}, &ok_err));
    if (!found) {
        wb_head head;
        wb_row_key(&row, WB_TAG_HEAD);
        ASSERT_OK(wb_store_get(store, (wb_span){row.key, row.key_size}, &value, &found, &ok_err));
        value.size -= WB_ROW_CHECK_SIZE;
        ASSERT_OK(wb_row_read_head(&head, value, &ok_err));
        head.rows++;
        head.tree_rows++;
        wb_row_head(&row, &head);
        ASSERT_OK(wb_store_put(store, (wb_span){row.key, row.key_size},
                               (wb_span){row.value, row.value_size}, &ok_err));
    }
    ASSERT_OK(wb_store_commit(store, &ok_err));
    wb_store_close(store);
}

static void test_a_changed_node_is_named_by_its_records(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 4, 1, 33, 2); /* the second node of the second row: records 273 to 288 */
    verify_says(made, "the tree's node over the records 273 to 288 is not what they give");
}

static void test_a_changed_node_of_a_higher_level_is_found(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 8, 0, 0, 1);
    verify_says(made, "the tree's node over the records 1 to 256 is not what they give");
}

static void test_a_missing_node_is_found(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 4, 1, -1, 1);
    verify_says(made, "the tree's node over the records 273 to 288 is missing");
}

static void test_a_node_too_many_is_found(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 4, 1, -1, 3);
    verify_says(made, "rows that no record accounts for");
}

static void test_a_row_too_many_is_found(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 4, 9, -1, 1);
    verify_says(made, "rows that no record accounts for");
}

static void test_a_row_of_a_level_that_is_not_stored_is_found(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 5, 0, -1, 1);
    verify_says(made, "a row of the tree is not well formed");
}

static void test_nothing_is_posted_on_a_tree_that_lacks_a_node(void **state)
{
    fixture *made = *state;
    post(made->ledger, BOOKS);
    tamper(made, 4, 1, -1, 1);
    wb_error err;
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    books_document(made->ledger, WB_RECORD_DECISION, "x");
    assert_int_equal(wb_ledger_commit(made->ledger, &err), WB_E_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_root_is_that_of_the_definition_after_each_record,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_batches_of_any_size_give_the_same_tree, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_another_writer_added_is_built_on, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_changed_node_is_named_by_its_records, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_changed_node_of_a_higher_level_is_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_missing_node_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_node_too_many_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_row_too_many_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_row_of_a_level_that_is_not_stored_is_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_posted_on_a_tree_that_lacks_a_node, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
