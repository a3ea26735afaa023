/* Goal: a reference is found again, wherever its hash lies, and no other is.
 * Method: choose references whose hashes fall into one young bucket, so that it fills, moves on and
 * fills again; ask for all of them, and for some that were never posted, after every batch. */
#include "books.h"
#include "ledger/internal.h"

enum { WANTED = 400, ABSENT = 100 };

typedef struct fixture {
    char dir[BOOKS_PATH];
    wb_ledger *ledger;
    int chosen[WANTED + ABSENT]; /* reference "r<chosen>" lies in the first young bucket */
} fixture;

static const char *name(char text[20], int number)
{
    (void)snprintf(text, 20, "r%d", number);
    return text;
}

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    char text[20];
    books_path(made->dir, "references");
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(made->ledger);
    int found = 0;
    for (int i = 0; found < WANTED + ABSENT; i++) {
        uint8_t hash[WB_REFERENCE_KEY_SIZE];
        wb_reference_key(hash, wb_span_text("test"), wb_span_text(name(text, i)));
        if (hash[0] == 0 && (hash[1] & WB_YOUNG_MASK) == 0) made->chosen[found++] = i;
    }
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

static void post_some(fixture *made, int first, int end)
{
    char text[20];
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", NULL, 100);
    posted.entry.source = "test";
    posted.entry.reference = text;
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    for (int i = first; i < end; i++) {
        uint64_t number = 0;
        bool already = true;
        (void)name(text, made->chosen[i]);
        ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
        assert_false(already);
        assert_int_equal(number, 8 + i);
    }
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    books_entry_clear(&posted);
}

static void check_all(fixture *made, int posted)
{
    char text[20];
    for (int i = 0; i < WANTED + ABSENT; i++) {
        uint64_t number = 0;
        (void)name(text, made->chosen[i]);
        ASSERT_OK(wb_ledger_find_reference(made->ledger, "test", text, &number, &ok_err));
        assert_int_equal(number, i < posted ? 8 + i : 0);
    }
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(made->ledger, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.entries, posted);
}

static void test_a_bucket_that_fills_moves_on(void **state)
{
    static const int sizes[] = {1, 58, 1, 1, 2, 61, 60, 100, 3, 113};
    int posted = 0;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        post_some(*state, posted, posted + sizes[i]);
        posted += sizes[i];
        check_all(*state, posted);
    }
    assert_int_equal(posted, WANTED);
}

static void test_a_batch_larger_than_a_bucket(void **state)
{
    post_some(*state, 0, WANTED);
    check_all(*state, WANTED);
}

static void test_a_reference_stays_taken_after_it_has_moved(void **state)
{
    fixture *made = *state;
    char text[20];
    books_entry posted;
    post_some(made, 0, 150);
    books_entry_init(&posted, "1000", "8000", NULL, 100);
    posted.entry.source = "test";
    posted.entry.reference = name(text, made->chosen[5]);
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    assert_true(already);
    assert_int_equal(number, 13);
    posted.entry.memo = "other";
    assert_int_equal(wb_ledger_post(made->ledger, &posted.entry, &number, &already, NULL),
                     WB_E_DUPLICATE);
    wb_ledger_abort(made->ledger);
    books_entry_clear(&posted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_bucket_that_fills_moves_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_batch_larger_than_a_bucket, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reference_stays_taken_after_it_has_moved, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
