/* Goal: the double-entry rule refuses what ledger.h says, in the order docs/format.md gives.
 * Method: one entry with every fault at once; mend the first fault, and the next must show. */
#include "books.h"

enum { LEGS = WB_POSTINGS_MAX + 1 };

typedef struct many {
    wb_entry entry;
    wb_posting postings[LEGS];
} many;

static int setup(void **state)
{
    many *made = calloc(1, sizeof *made);
    for (size_t i = 0; i < LEGS; i++) {
        made->postings[i].account = "1000";
        wb_money_init(&made->postings[i].amount);
        wb_money_set_cents(&made->postings[i].amount, i % 2 == 0 ? 1 : -1);
    }
    made->entry = (wb_entry){.date = {20454},
                             .event = "memorial",
                             .memo = "",
                             .maker = "me",
                             .postings = made->postings,
                             .posting_count = 2};
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    many *made = *state;
    for (size_t i = 0; i < LEGS; i++)
        wb_money_clear(&made->postings[i].amount);
    free(made);
    return 0;
}

static void test_the_first_fault_in_order_is_reported(void **state)
{
    many *made = *state;
    wb_entry *entry = &made->entry;
    static char long_text[WB_MEMO_MAX + 2];
    memset(long_text, 'x', sizeof long_text - 1);
    wb_error err;

    entry->posting_count = 1;
    wb_money_set_cents(&made->postings[0].amount, 0);
    mpz_ui_pow_ui(made->postings[1].amount.cents, 10, WB_MONEY_DIGITS_MAX);
    entry->date.days = INT32_MIN;
    entry->event = "no digits 1";
    entry->subject = "not an id";
    entry->source = "";
    entry->reference = long_text;
    entry->memo = long_text;
    entry->maker = "\xFF";
    entry->reverses = 1;

    assert_int_equal(wb_entry_check(entry, &err), WB_E_POSTINGS); /* count */
    entry->posting_count = 2;
    assert_int_equal(wb_entry_check(entry, &err), WB_E_POSTINGS); /* zero amount */
    assert_non_null(strstr(err.message, "posting 1"));
    wb_money_set_cents(&made->postings[0].amount, 10);
    assert_int_equal(wb_entry_check(entry, &err), WB_E_RANGE); /* 37 digits */
    wb_money_set_cents(&made->postings[1].amount, -9);
    assert_int_equal(wb_entry_check(entry, &err), WB_E_UNBALANCED);
    assert_string_equal(err.message, "debits and credits differ by EUR 0.01");
    assert_string_equal(err.hint, "credit 0.01 more, or correct an amount");
    wb_money_set_cents(&made->postings[1].amount, -10);
    assert_int_equal(wb_entry_check(entry, &err), WB_E_DATE);
    entry->date.days = 0;
    assert_int_equal(wb_entry_check(entry, &err), WB_E_CHOICE); /* event */
    entry->event = "loan-disbursed";
    assert_int_equal(wb_entry_check(entry, &err), WB_E_REFERENCE); /* subject */
    entry->subject = NULL;
    assert_int_equal(wb_entry_check(entry, &err), WB_E_MISSING); /* source */
    assert_non_null(strstr(err.message, "the source is missing"));
    entry->source = "bank";
    assert_int_equal(wb_entry_check(entry, &err), WB_E_MISSING); /* reason */
    entry->reason = "why";
    assert_int_equal(wb_entry_check(entry, &err), WB_E_TOO_LARGE); /* reference */
    assert_non_null(strstr(err.message, "reference"));
    entry->reference = "r";
    assert_int_equal(wb_entry_check(entry, &err), WB_E_TOO_LARGE); /* memo */
    assert_non_null(strstr(err.message, "memo"));
    entry->memo = "m";
    assert_int_equal(wb_entry_check(entry, &err), WB_E_ENCODING); /* maker */
    entry->maker = "me";
    assert_int_equal(wb_entry_check(entry, &err), WB_OK);
}

static void test_an_entry_has_two_to_1024_postings(void **state)
{
    many *made = *state;
    static const struct {
        size_t count;
        wb_code code;
    } cases[] = {
        {0, WB_E_POSTINGS}, {1, WB_E_POSTINGS}, {2, WB_OK}, {1024, WB_OK}, {1025, WB_E_POSTINGS}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        made->entry.posting_count = cases[i].count;
        assert_int_equal(wb_entry_check(&made->entry, NULL), cases[i].code);
    }
}

static void test_one_cent_is_enough_to_be_unbalanced(void **state)
{
    many *made = *state;
    /* sums far beyond 64 bits, exact to the cent */
    mpz_ui_pow_ui(made->postings[0].amount.cents, 10, WB_MONEY_DIGITS_MAX - 1);
    mpz_neg(made->postings[1].amount.cents, made->postings[0].amount.cents);
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_OK);
    mpz_add_ui(made->postings[1].amount.cents, made->postings[1].amount.cents, 1);
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_E_UNBALANCED);
}

static void test_amounts_have_at_most_36_digits(void **state)
{
    many *made = *state;
    mpz_ui_pow_ui(made->postings[0].amount.cents, 10, 36);
    mpz_sub_ui(made->postings[0].amount.cents, made->postings[0].amount.cents, 1);
    mpz_neg(made->postings[1].amount.cents, made->postings[0].amount.cents);
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_OK); /* 36 nines */
    mpz_add_ui(made->postings[0].amount.cents, made->postings[0].amount.cents, 1);
    mpz_sub_ui(made->postings[1].amount.cents, made->postings[1].amount.cents, 1);
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_E_RANGE);
    mpz_ui_pow_ui(made->postings[0].amount.cents, 10, 90);
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_E_RANGE);
}

static void test_a_reason_goes_with_a_reversal_only(void **state)
{
    many *made = *state;
    made->entry.reason = "because";
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_E_MISSING);
    made->entry.reverses = 3;
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_OK);
    made->entry.reason = "";
    assert_int_equal(wb_entry_check(&made->entry, NULL), WB_E_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_first_fault_in_order_is_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_entry_has_two_to_1024_postings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_cent_is_enough_to_be_unbalanced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_amounts_have_at_most_36_digits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reason_goes_with_a_reversal_only, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
