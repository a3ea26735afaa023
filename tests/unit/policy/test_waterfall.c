/* Goal: each layer pays what it can, in order, and paid plus unmet is the need, to the cent.
 * Method: a table checked by hand, then random amounts on which int64 and GMP must agree. */
#include "test.h"
#include "waarborg/opening.h"
#include "waarborg/waterfall.h"

static void test_layers_pay_in_order(void **state)
{
    static const struct {
        const char *name;
        int64_t need;
        int64_t available[WB_LAYER_COUNT]; /* cash, levy, obligo, backstop */
        int64_t paid[WB_LAYER_COUNT];
        int64_t unmet;
    } cases[] = {
        {"cash alone", 100, {100, 50, 50, 50}, {100, 0, 0, 0}, 0},
        {"levy pays the last cent", 101, {100, 50, 50, 50}, {100, 1, 0, 0}, 0},
        {"every layer in part", 100, {30, 20, 40, 25}, {30, 20, 40, 10}, 0},
        {"all used up to the cent", 115, {30, 20, 40, 25}, {30, 20, 40, 25}, 0},
        {"one cent is unmet", 116, {30, 20, 40, 25}, {30, 20, 40, 25}, 1},
        {"an empty layer is passed over", 60, {30, 0, 40, 25}, {30, 0, 30, 0}, 0},
        {"cash below the floor pays nothing and owes nothing",
         60,
         {-500, 20, 30, 25},
         {0, 20, 30, 10},
         0},
        {"no layer", 7, {0, 0, 0, 0}, {0, 0, 0, 0}, 7},
        {"no need", 0, {30, 20, 40, 25}, {0, 0, 0, 0}, 0},
        {"an unlimited backstop", 1000, {1, 2, 3, INT64_MAX}, {1, 2, 3, 994}, 0},
        {"the largest need", INT64_MAX, {1, 0, 0, 0}, {1, 0, 0, 0}, INT64_MAX - 1},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        wb_waterfall_int64 result;
        wb_waterfall_pay_int64(&result, cases[c].need, cases[c].available);
        for (int layer = 0; layer < WB_LAYER_COUNT; layer++) {
            assert_int_equal(result.paid[layer], cases[c].paid[layer]);
        }
        assert_int_equal(result.unmet, cases[c].unmet);
    }
}

/* xorshift64*: enough to spread test amounts, and the same on every run. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(0x2545F4914F6CDD1D);
}

/* An amount of any magnitude up to 2^62, now and then negative, zero or equal to another. */
static int64_t random_amount(uint64_t *seed)
{
    const uint64_t word = next_random(seed);
    const int64_t magnitude = (int64_t)(next_random(seed) >> (2 + word % 62));
    if (word >> 60 == 0) return -magnitude;
    return word >> 60 == 1 ? 0 : magnitude;
}

static void check_properties(int64_t need, const int64_t available[WB_LAYER_COUNT],
                             const wb_waterfall_int64 *result)
{
    int64_t rest = need;
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++) {
        const int64_t offer = available[layer] > 0 ? available[layer] : 0;
        assert_true(result->paid[layer] >= 0);
        assert_true(result->paid[layer] <= offer);
        rest -= result->paid[layer];
        /* a later layer is touched only when this one has given all it had */
        if (rest > 0) assert_int_equal(result->paid[layer], offer);
    }
    assert_int_equal(result->unmet, rest);
    assert_true(result->unmet >= 0);
}

static void test_gmp_and_int64_agree(void **state)
{
    (void)state;
    uint64_t seed = 20260101;
    wb_money need;
    wb_money available[WB_LAYER_COUNT];
    wb_waterfall exact;
    wb_money_init(&need);
    wb_waterfall_init(&exact);
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_init(&available[layer]);
    for (int round = 0; round < 20000; round++) {
        int64_t cents[WB_LAYER_COUNT];
        int64_t asked = random_amount(&seed);
        if (asked < 0) asked = -asked;
        for (int layer = 0; layer < WB_LAYER_COUNT; layer++) {
            cents[layer] = random_amount(&seed);
            wb_money_set_cents(&available[layer], cents[layer]);
        }
        wb_money_set_cents(&need, asked);
        wb_waterfall_int64 fast;
        wb_waterfall_pay_int64(&fast, asked, cents);
        wb_waterfall_pay(&exact, &need, available);
        check_properties(asked, cents, &fast);
        for (int layer = 0; layer < WB_LAYER_COUNT; layer++) {
            assert_int_equal(wb_money_cents(&exact.paid[layer]), fast.paid[layer]);
        }
        assert_int_equal(wb_money_cents(&exact.unmet), fast.unmet);
    }
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_clear(&available[layer]);
    wb_waterfall_clear(&exact);
    wb_money_clear(&need);
}

static void test_gmp_amounts_beyond_int64_stay_exact(void **state)
{
    (void)state;
    static const char text[] = "1000000000000000000000000000000000.01";
    char shown[WB_MONEY_TEXT_MAX];
    wb_money need;
    wb_money available[WB_LAYER_COUNT];
    wb_waterfall result;
    wb_money_init(&need);
    wb_waterfall_init(&result);
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_init(&available[layer]);
    assert_int_equal(wb_money_parse(&need, text, sizeof text - 1, WB_MONEY_PLAIN, NULL), WB_OK);
    wb_money_set_cents(&available[WB_LAYER_OBLIGO], 2);
    wb_waterfall_pay(&result, &need, available);
    assert_string_equal(wb_money_text(shown, &result.unmet, WB_MONEY_PLAIN),
                        "999999999999999999999999999999999.99");
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_clear(&available[layer]);
    wb_waterfall_clear(&result);
    wb_money_clear(&need);
}

static void test_layers_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(wb_layer_name(WB_LAYER_CASH), "cash");
    assert_string_equal(wb_layer_name(WB_LAYER_LEVY), "levy");
    assert_string_equal(wb_layer_name(WB_LAYER_OBLIGO), "obligo");
    assert_string_equal(wb_layer_name(WB_LAYER_BACKSTOP), "backstop");
}

static void test_an_opening_grows_case_by_case(void **state)
{
    (void)state;
    wb_opening opening;
    wb_opening_init(&opening);
    assert_int_equal(wb_money_sign(&opening.cash), 0);
    for (int64_t i = 0; i < 40; i++) {
        wb_opening_case *added = wb_opening_add_case(&opening);
        assert_non_null(added);
        assert_int_equal(wb_money_sign(&added->principal), 0);
        assert_string_equal(added->provider, "");
        wb_money_set_cents(&added->principal, i);
    }
    assert_int_equal(opening.case_count, 40);
    for (int64_t i = 0; i < 40; i++) {
        assert_int_equal(wb_money_cents(&opening.cases[i].principal), i);
    }
    wb_opening_clear(&opening);
    assert_int_equal(opening.case_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers_pay_in_order),
        cmocka_unit_test(test_gmp_and_int64_agree),
        cmocka_unit_test(test_gmp_amounts_beyond_int64_stay_exact),
        cmocka_unit_test(test_layers_have_their_names),
        cmocka_unit_test(test_an_opening_grows_case_by_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
