/* Goal: an amount is split by its key to the cent, the same way whatever the order of the parties.
 * Method: tables worked out by hand, then every rotation of the rows and a sum that must hold. */
#include <string.h>

#include "test.h"
#include "waarborg/allocation.h"

enum { PARTIES = 3 };

static void shares_init(wb_share shares[PARTIES], const char *const ids[PARTIES],
                        const int64_t weights[PARTIES])
{
    for (size_t i = 0; i < PARTIES; i++) {
        wb_share_init(&shares[i]);
        shares[i].id = ids[i];
        wb_money_set_cents(&shares[i].weight, weights[i]);
    }
}

static int64_t part_of(const wb_share shares[PARTIES], const char *id)
{
    for (size_t i = 0; i < PARTIES; i++) {
        if (strcmp(shares[i].id, id) == 0) return wb_money_cents(&shares[i].part);
    }
    fail_msg("no share for %s", id);
    return 0;
}

static void test_split_by_key(void **state)
{
    static const char *const ids[PARTIES] = {"GM0889", "GM0893", "GM0907"};
    static const struct {
        const char *name;
        int64_t total;
        int64_t weights[PARTIES];
        int64_t parts[PARTIES];
    } cases[] = {
        {"equal: the odd cent to the lowest id", 10000, {1, 1, 1}, {3334, 3333, 3333}},
        {"two cents over", 10001, {1, 1, 1}, {3334, 3334, 3333}},
        /* quotas 1 3/7, 2 6/7, 5 5/7: one more for the second and the third */
        {"largest remainder first", 10, {1, 2, 4}, {1, 3, 6}},
        {"zero weight takes no part", 7, {0, 1, 1}, {0, 4, 3}},
        {"less than a cent each", 1, {5, 5, 5}, {1, 0, 0}},
        /* 2327, 2137, 2947 of 7411 under 18: 313,992.71, 288,355.15, 397,652.14 of a million */
        {"residents under 18", 100000000, {2327, 2137, 2947}, {31399271, 28835515, 39765214}},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        for (size_t turn = 0; turn < PARTIES; turn++) {
            const char *turned_ids[PARTIES];
            int64_t turned_weights[PARTIES];
            wb_share shares[PARTIES];
            wb_money total;
            wb_money_init(&total);
            wb_money_set_cents(&total, cases[c].total);
            for (size_t i = 0; i < PARTIES; i++) {
                turned_ids[i] = ids[(i + turn) % PARTIES];
                turned_weights[i] = cases[c].weights[(i + turn) % PARTIES];
            }
            shares_init(shares, turned_ids, turned_weights);
            assert_int_equal(wb_allocate(shares, PARTIES, &total, NULL), WB_OK);
            for (size_t i = 0; i < PARTIES; i++) {
                assert_int_equal(part_of(shares, ids[i]), cases[c].parts[i]);
                wb_money_subtract(&total, &total, &shares[i].part);
                wb_share_clear(&shares[i]);
            }
            assert_int_equal(wb_money_sign(&total), 0);
            wb_money_clear(&total);
        }
    }
}

static void test_split_is_refused(void **state)
{
    static const struct {
        const char *name;
        const char *ids[PARTIES];
        int64_t weights[PARTIES];
        wb_code code;
    } cases[] = {
        {"every weight zero", {"a", "b", "c"}, {0, 0, 0}, WB_E_RANGE},
        {"a negative weight", {"a", "b", "c"}, {1, -1, 1}, WB_E_RANGE},
        {"a party twice", {"a", "b", "a"}, {1, 1, 1}, WB_E_DUPLICATE_KEY},
    };
    (void)state;
    wb_money total;
    wb_money_init(&total);
    wb_money_set_cents(&total, 100);
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        wb_share shares[PARTIES];
        wb_error err;
        shares_init(shares, cases[c].ids, cases[c].weights);
        assert_int_equal(wb_allocate(shares, PARTIES, &total, &err), cases[c].code);
        assert_int_equal(err.code, cases[c].code);
        for (size_t i = 0; i < PARTIES; i++) {
            assert_int_equal(wb_money_sign(&shares[i].part), 0);
            wb_share_clear(&shares[i]);
        }
    }
    assert_int_equal(wb_allocate(NULL, 0, &total, NULL), WB_E_RANGE);
    wb_money_clear(&total);
}

static void test_keys_are_read(void **state)
{
    (void)state;
    wb_allocation_key key;
    wb_error err;
    assert_int_equal(wb_allocation_key_parse(&key, "under18", &err), WB_OK);
    assert_int_equal(key.kind, WB_KEY_UNDER18);
    assert_int_equal(wb_allocation_key_parse(&key, "revenue", &err), WB_OK);
    assert_int_equal(key.kind, WB_KEY_REVENUE);
    assert_int_equal(wb_allocation_key_parse(&key, "equal", &err), WB_OK);
    assert_int_equal(key.kind, WB_KEY_EQUAL);
    assert_int_equal(wb_allocation_key_parse(&key, "residents_2021", &err), WB_OK);
    assert_int_equal(key.kind, WB_KEY_COLUMN);
    assert_string_equal(key.column, "residents_2021");
    assert_int_equal(wb_allocation_key_parse(&key, "", &err), WB_E_CHOICE);
    assert_int_equal(wb_allocation_key_parse(&key, "two words", &err), WB_E_CHOICE);
    assert_string_equal(err.message, "'two words' is not an allocation key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_by_key),
        cmocka_unit_test(test_split_is_refused),
        cmocka_unit_test(test_keys_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
