/* Goal: every cent is handed out, and the cents left over land where split.h says.
 * Method: a table small enough to check by hand, then properties on random splits. */
#include "test.h"

#include "waarborg/split.h"

static void test_split_hands_out_every_cent(void **state)
{
    static const struct {
        const char *name;
        int64_t total;
        int64_t weights[3];
        int64_t parts[3];
    } cases[] = {
        {"tie goes to the lowest index", 100, {1, 1, 1}, {34, 33, 33}},
        {"largest remainder first", 10, {1, 2, 4}, {1, 3, 6}},
        {"zero weight gets nothing", 7, {0, 1, 1}, {0, 4, 3}},
        {"debts split like assets", -100, {1, 1, 1}, {-34, -33, -33}},
        {"less than one cent each", 1, {1, 1, 1}, {1, 0, 0}},
        {"nothing to split", 0, {5, 1, 9}, {0, 0, 0}},
        {"one takes all", 12345, {0, 9, 0}, {0, 12345, 0}},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        wb_money total;
        wb_money parts[3];
        wb_money weights[3];
        wb_money_init(&total);
        wb_money_set_cents(&total, cases[c].total);
        for (size_t i = 0; i < 3; i++) {
            wb_money_init(&parts[i]);
            wb_money_init(&weights[i]);
            wb_money_set_cents(&weights[i], cases[c].weights[i]);
        }
        assert_int_equal(wb_split(parts, &total, weights, 3, NULL), WB_OK);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(wb_money_cents(&parts[i]), cases[c].parts[i]);
            wb_money_clear(&parts[i]);
            wb_money_clear(&weights[i]);
        }
        wb_money_clear(&total);
    }
}

static void test_split_refuses_to_divide_over_nobody(void **state)
{
    (void)state;
    wb_money total;
    wb_money part;
    wb_money weight;
    wb_money_init(&total);
    wb_money_init(&part);
    wb_money_init(&weight);
    assert_int_equal(wb_split(NULL, &total, NULL, 0, NULL), WB_E_RANGE);
    assert_int_equal(wb_split(&part, &total, &weight, 1, NULL), WB_E_RANGE);
    wb_money_set_cents(&weight, -1);
    assert_int_equal(wb_split(&part, &total, &weight, 1, NULL), WB_E_RANGE);
    wb_money_clear(&total);
    wb_money_clear(&part);
    wb_money_clear(&weight);
}

/* A small generator, good enough to pick cases; printed seed not needed: it is fixed. */
static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 11;
}

/* For every split: parts add up, no part is a cent or more away from its exact share, a larger
 * weight never gets less, and both arithmetics agree. */
static void test_split_is_fair_and_the_same_in_both_arithmetics(void **state)
{
    enum { MOST = 60 };
    uint64_t seed = 20260101;
    (void)state;
    for (int round = 0; round < 5000; round++) {
        int64_t weights[MOST];
        int64_t parts[MOST];
        wb_split_rest rests[MOST];
        wb_money exact_parts[MOST];
        wb_money exact_weights[MOST];
        const int n = 1 + (int)(next(&seed) % (round % 10 == 0 ? MOST : 7));
        const bool ties = next(&seed) % 4 == 0; /* equal weights, equal remainders */
        wb_money total;
        const int shift = (int)(next(&seed) % 50);
        wb_money_init(&total);
        wb_money_set_cents(&total, (int64_t)(next(&seed) >> shift));
        int64_t weight_sum = 0;
        for (int i = 0; i < n; i++) {
            weights[i] = (int64_t)(next(&seed) >> (10 + next(&seed) % 43));
            if (ties) weights[i] %= 3;
            weight_sum += weights[i];
            wb_money_init(&exact_parts[i]);
            wb_money_init(&exact_weights[i]);
            wb_money_set_cents(&exact_weights[i], weights[i]);
        }
        if (weight_sum > 0) {
            assert_int_equal(wb_split(exact_parts, &total, exact_weights, (size_t)n, NULL), WB_OK);
            wb_split_int64(parts, wb_money_cents(&total), weights, rests, (size_t)n);
            int64_t sum = 0;
            for (int i = 0; i < n; i++) {
                assert_int_equal(parts[i], wb_money_cents(&exact_parts[i]));
                sum += parts[i];
                __extension__ const __int128 gap =
                    (__int128)parts[i] * weight_sum - (__int128)wb_money_cents(&total) * weights[i];
                assert_true(gap < weight_sum && -gap < weight_sum);
                for (int j = 0; j < i; j++) {
                    if (weights[j] > weights[i]) assert_true(parts[j] >= parts[i]);
                }
            }
            assert_int_equal(sum, wb_money_cents(&total));
        }
        wb_money_clear(&total);
        for (int i = 0; i < n; i++) {
            wb_money_clear(&exact_parts[i]);
            wb_money_clear(&exact_weights[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_hands_out_every_cent),
        cmocka_unit_test(test_split_refuses_to_divide_over_nobody),
        cmocka_unit_test(test_split_is_fair_and_the_same_in_both_arithmetics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
