/* Goal: verify finds what was changed, even by one who mends the checks, and names the first entry.
 * Method: change rows of a small ledger behind its back, with good checks and hashes, and verify.
 */
#include <signal.h>

#include "books.h"
#include "ledger/internal.h"

enum { FIRST = 8, LAST = 27 };

typedef struct fixture {
    char dir[BOOKS_PATH];
    wb_store *store;
} fixture;

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    wb_ledger *ledger = NULL;
    books_path(made->dir, "verify");
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    posted.entry.source = "test";
    posted.entry.subject = "L1";
    char reference[20];
    posted.entry.reference = reference;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    for (int i = FIRST; i < LAST; i++) {
        uint64_t number = 0;
        bool already = false;
        (void)snprintf(reference, sizeof reference, "r%d", i);
        ASSERT_OK(wb_ledger_post(ledger, &posted.entry, &number, &already, &ok_err));
        assert_int_equal(number, i);
    }
    uint64_t reversal = 0;
    ASSERT_OK(wb_ledger_reverse(ledger, 9, posted.entry.date, "test", "test", &reversal, &ok_err));
    assert_int_equal(reversal, LAST);
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    wb_ledger_close(ledger);
    books_entry_clear(&posted);
    /* one who rewrites the books removes the mark as well */
    char mark[2 * BOOKS_PATH];
    (void)snprintf(mark, sizeof mark, "%s/head", made->dir);
    assert_int_equal(unlink(mark), 0);
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    wb_store_close(made->store);
    books_remove(made->dir);
    free(made);
    return 0;
}

static void tamper_begin(fixture *made)
{
    ASSERT_OK(
        wb_store_open(&made->store, made->dir, (wb_store_options){.write = true}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(made->store, true, &ok_err));
}

static void tamper_end(fixture *made)
{
    ASSERT_OK(wb_store_commit(made->store, &ok_err));
    wb_store_close(made->store);
    made->store = NULL;
}

static wb_span tamper_get(fixture *made, const wb_row *row)
{
    wb_span value = {0};
    bool found = false;
    ASSERT_OK(
        wb_store_get(made->store, (wb_span){row->key, row->key_size}, &value, &found, &ok_err));
    assert_true(found);
    return value;
}

static void tamper_put(fixture *made, const wb_row *row)
{
    ASSERT_OK(wb_store_put(made->store, (wb_span){row->key, row->key_size},
                           (wb_span){row->value, row->value_size}, &ok_err));
}

/* Change a row's value at a place, and seal it again. */
static void tamper_byte(fixture *made, wb_row *row, size_t at, uint8_t flip)
{
    uint8_t bytes[WB_ROW_VALUE_MAX];
    const wb_span value = tamper_get(made, row);
    assert_true(value.size > WB_ROW_CHECK_SIZE && at < value.size - WB_ROW_CHECK_SIZE);
    memcpy(bytes, value.data, value.size - WB_ROW_CHECK_SIZE);
    bytes[at] ^= flip;
    wb_row_bytes(row, (wb_span){bytes, value.size - WB_ROW_CHECK_SIZE});
    tamper_put(made, row);
}

/* Change a byte of record `number`; mend the hashes from there on when asked to. */
static void tamper_record(fixture *made, uint64_t number, size_t from_end, bool mend)
{
    uint8_t hash[WB_LEDGER_HASH_SIZE] = {0};
    wb_row row;
    tamper_begin(made);
    for (uint64_t i = number; i <= LAST; i++) {
        static uint8_t bytes[4096];
        wb_row_key_u64(&row, WB_TAG_RECORD, i - 1);
        memcpy(hash, tamper_get(made, &row).data, sizeof hash);
        wb_row_key_u64(&row, WB_TAG_RECORD, i);
        const wb_span value = tamper_get(made, &row);
        memcpy(bytes, value.data, value.size);
        if (i == number) bytes[value.size - from_end] ^= 1;
        if (mend) {
            wb_chain_hash(hash, hash, (wb_span){bytes + sizeof hash, value.size - sizeof hash});
            memcpy(bytes, hash, sizeof hash);
        }
        ASSERT_OK(wb_store_put(made->store, (wb_span){row.key, row.key_size},
                               (wb_span){bytes, value.size}, &ok_err));
        if (!mend) break;
    }
    if (mend) {
        wb_row_key(&row, WB_TAG_HEAD);
        wb_head head;
        const wb_span value = tamper_get(made, &row);
        ASSERT_OK(wb_row_read_head(&head, (wb_span){value.data, value.size - WB_ROW_CHECK_SIZE},
                                   &ok_err));
        memcpy(head.hash, hash, sizeof hash);
        wb_row_head(&row, &head);
        tamper_put(made, &row);
    }
    tamper_end(made);
}

static wb_code verify(const fixture *made, wb_verify_report *report, wb_error *err)
{
    wb_ledger *ledger = NULL;
    *report = (wb_verify_report){0};
    wb_code code = wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify(ledger, report, NULL, NULL, err);
    wb_ledger_close(ledger);
    return code;
}

static void test_untouched_books_verify(void **state)
{
    wb_verify_report report;
    ASSERT_OK(verify(*state, &report, &ok_err));
    assert_int_equal(report.records, LAST);
    assert_int_equal(report.entries, LAST - FIRST + 1);
    assert_int_equal(report.postings, 2 * (LAST - FIRST + 1));
    assert_int_equal(report.balances, 2);
    assert_int_equal(report.first_bad, 0);
}

static void test_an_edited_entry_is_named(void **state)
{
    wb_verify_report report;
    wb_error err;
    tamper_record(*state, 12, 1, false);
    assert_int_equal(verify(*state, &report, &err), WB_E_CHAIN);
    assert_int_equal(report.first_bad, 12);
    assert_non_null(strstr(err.message, "record 12 "));
    assert_non_null(strstr(err.hint, "restore"));
}

static void test_an_unbalanced_entry_is_named_though_all_hashes_are_mended(void **state)
{
    wb_verify_report report;
    wb_error err;
    tamper_record(*state, 12, 1, true); /* the last byte is the last amount's */
    assert_int_equal(verify(*state, &report, &err), WB_E_DAMAGED);
    assert_int_equal(report.first_bad, 12);
    assert_non_null(strstr(err.message, "entry 12 breaks the double-entry rule"));
}

static void test_a_renamed_account_is_found_though_all_hashes_are_mended(void **state)
{
    wb_verify_report report;
    wb_error err;
    /* the second posting is account 3, none, 2 bytes of amount: 3 becomes 2 */
    tamper_record(*state, 12, 5, true);
    assert_int_equal(verify(*state, &report, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "balance"));
}

static bool see_no_balance(const wb_balance *balance, void *context)
{
    (void)balance;
    (void)context;
    fail();
    return false;
}

static void test_a_false_balance_is_found(void **state)
{
    wb_verify_report report;
    wb_error err;
    wb_row row;
    fixture *made = *state;
    tamper_begin(made);
    wb_row_key_pair(&row, WB_TAG_BALANCE, 1, 5); /* account 1000, party p1 */
    tamper_byte(made, &row, 14, 1);
    tamper_end(made);
    assert_int_equal(verify(made, &report, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "the stored balance of account 1000, party p1"));
    /* and nobody gets to see it as a balance */
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    assert_int_equal(wb_ledger_balances(ledger, NULL, see_no_balance, NULL, &err), WB_E_DAMAGED);
    wb_ledger_close(ledger);
}

static bool see_account_1000(const wb_balance *balance, void *context)
{
    (void)context;
    assert_string_equal(balance->account, "1000");
    return true;
}

static void test_a_false_posting_list_names_its_entry(void **state)
{
    wb_verify_report report;
    wb_error err;
    wb_row row;
    fixture *made = *state;
    tamper_begin(made);
    wb_row_key_pair(&row, WB_TAG_BALANCE, 3, 0); /* account 8000 */
    /* postings, chunks, debit and credit of two bytes; then items: the first has 1 + 1 + 3 + 3
     * bytes, each other 1 + 1 + 1 + 3. Change the third's amount. */
    tamper_byte(made, &row, 8 + 4 + 3 + 3 + 8 + 6 + 5, 1);
    tamper_end(made);
    assert_int_equal(verify(made, &report, &err), WB_E_DAMAGED);
    assert_int_equal(report.first_bad, 10);
    assert_non_null(strstr(err.message, "entry 10 is not in the lists of postings"));
    /* nor is it believed without a verify */
    wb_ledger *ledger = NULL;
    const wb_date late = {30000};
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    assert_int_equal(wb_ledger_balances(ledger, &late, see_account_1000, NULL, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "account 8000"));
    wb_ledger_close(ledger);
}

static void test_a_false_reference_names_its_entry(void **state)
{
    wb_verify_report report;
    wb_error err;
    wb_row row;
    uint8_t key[WB_REFERENCE_KEY_SIZE];
    fixture *made = *state;
    wb_reference_key(key, wb_span_text("test"), wb_span_text("r11"));
    tamper_begin(made);
    wb_row_key_young(&row, key);
    tamper_byte(made, &row, WB_YOUNG_ITEM_SIZE - 1, 1); /* 11 becomes 10 */
    tamper_end(made);
    assert_int_equal(verify(made, &report, &err), WB_E_DAMAGED);
    assert_int_equal(report.first_bad, 11);
    assert_non_null(strstr(err.message, "entry 11 is not in the references"));
}

static void test_a_false_subject_names_its_entry(void **state)
{
    wb_verify_report report;
    wb_error err;
    wb_row row;
    fixture *made = *state;
    tamper_begin(made);
    wb_row_key_subject(&row, wb_span_text("L1"), 0);
    tamper_byte(made, &row, 3, 3); /* 8, 9, 10, 11 ...: 11 becomes 12 */
    tamper_end(made);
    assert_int_equal(verify(made, &report, &err), WB_E_DAMAGED);
    assert_int_equal(report.first_bad, 11);
    assert_non_null(strstr(err.message, "entry 11 is not in the subjects"));
}

static void test_a_false_reversal_names_its_entry(void **state)
{
    wb_verify_report report;
    wb_error err;
    wb_row row;
    fixture *made = *state;
    tamper_begin(made);
    wb_row_key_u64(&row, WB_TAG_REVERSAL, 9);
    tamper_byte(made, &row, 7, 1);
    tamper_end(made);
    assert_int_equal(verify(made, &report, &err), WB_E_DAMAGED);
    assert_int_equal(report.first_bad, LAST);
    assert_non_null(strstr(err.message, "entry 27 is not in the reversals"));
}

static void test_a_row_too_many_is_found(void **state)
{
    wb_verify_report report;
    wb_error err;
    wb_row row;
    fixture *made = *state;
    tamper_begin(made);
    static const uint8_t list[] = {100};
    wb_row_key_subject(&row, wb_span_text("L2"), 0);
    wb_row_bytes(&row, (wb_span){list, sizeof list});
    tamper_put(made, &row);
    wb_row_key(&row, WB_TAG_HEAD);
    wb_head head;
    const wb_span value = tamper_get(made, &row);
    ASSERT_OK(
        wb_row_read_head(&head, (wb_span){value.data, value.size - WB_ROW_CHECK_SIZE}, &ok_err));
    head.rows++;
    head.chunks++;
    head.subjects++;
    wb_row_head(&row, &head);
    tamper_put(made, &row);
    tamper_end(made);
    assert_int_equal(verify(made, &report, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "no record accounts for"));
}

static void test_false_counts_in_the_head_are_found(void **state)
{
    fixture *made = *state;
    for (size_t at = 0; at < 11 * 8; at += 8) {
        wb_verify_report report;
        wb_error err;
        wb_row row;
        for (int turn = 0; turn < 2; turn++) {
            tamper_begin(made);
            wb_row_key(&row, WB_TAG_HEAD);
            tamper_byte(made, &row, at + 7, 1); /* and back again */
            tamper_end(made);
            if (turn == 0) assert_int_equal(wb_code_exit(verify(made, &report, &err)), 6);
            if (turn == 0 && at == 4 * 8) { /* rows: seen as soon as it is opened */
                wb_ledger *ledger = NULL;
                assert_int_equal(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &err),
                                 WB_E_DAMAGED);
            }
        }
        ASSERT_OK(verify(made, &report, &ok_err));
    }
}

static void test_a_newer_format_is_refused(void **state)
{
    wb_error err;
    wb_row row;
    wb_ledger *ledger = NULL;
    fixture *made = *state;
    tamper_begin(made);
    wb_row_key(&row, WB_TAG_FORMAT);
    tamper_byte(made, &row, 11, 3); /* 1 becomes 2 */
    tamper_end(made);
    assert_int_equal(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &err), WB_E_VERSION);
    assert_non_null(strstr(err.message, "format 2"));
    assert_int_equal(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &err), WB_E_VERSION);
}

/* Flip a bit of the last byte of every place in the data file that holds these bytes. */
static int flip_in_file(const fixture *made, const char *bytes, size_t size)
{
    char path[2 * BOOKS_PATH];
    int found = 0;
    (void)snprintf(path, sizeof path, "%s/data.mdb", made->dir);
    FILE *file = fopen(path, "r+b");
    static char all[1 << 20];
    assert_non_null(file);
    const size_t whole = fread(all, 1, sizeof all, file);
    for (size_t i = 0; i + size <= whole; i++) {
        if (memcmp(all + i, bytes, size) != 0) continue;
        assert_int_equal(fseek(file, (long)(i + size - 1), SEEK_SET), 0);
        assert_int_not_equal(fputc(all[i + size - 1] ^ 4, file), EOF);
        found++;
    }
    assert_int_equal(fclose(file), 0);
    return found;
}

static void test_a_damaged_key_is_not_taken_for_absence(void **state)
{
    static const char key[] = {WB_TAG_DOCUMENT, WB_RECORD_PARTY, 'p', '2'};
    wb_error err;
    wb_ledger *ledger = NULL;
    wb_record record;
    wb_record_init(&record);
    fixture *made = *state;
    assert_true(flip_in_file(made, key, sizeof key) >= 1); /* p2 becomes p6, between p1 and p3 */
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    assert_int_equal(wb_ledger_find_document(ledger, WB_RECORD_PARTY, "p2", &record, &err),
                     WB_E_DAMAGED);
    ASSERT_OK(wb_ledger_find_document(ledger, WB_RECORD_PARTY, "p1", &record, &ok_err));
    wb_record_clear(&record);
    wb_ledger_close(ledger);
}

static void count_progress(uint64_t done, uint64_t total, void *context)
{
    assert_true(done <= total);
    *(uint64_t *)context = done;
}

static void test_progress_ends_at_the_total(void **state)
{
    fixture *made = *state;
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    uint64_t done = 0;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, count_progress, &done, &ok_err));
    assert_int_equal(done, LAST);
    wb_ledger_close(ledger);
}

static wb_code crash(void *context, wb_error *err)
{
    (void)err;
    (void)raise(*(int *)context);
    return WB_OK;
}

static wb_code refuse(void *context, wb_error *err)
{
    (void)context;
    return wb_fail(err, WB_E_RULE, "not today");
}

static void test_the_guard_turns_deadly_signals_into_damage(void **state)
{
    (void)state;
    static const struct {
        int signal;
        wb_code code;
    } cases[] = {{SIGBUS, WB_E_DAMAGED},     {SIGSEGV, WB_E_DAMAGED}, {SIGABRT, WB_E_DAMAGED},
                 {SIGFPE, WB_E_DAMAGED},     {SIGKILL, WB_E_IO},      {SIGINT, WB_E_INTERRUPTED},
                 {SIGTERM, WB_E_INTERRUPTED}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        wb_error err = {0};
        int number = cases[i].signal;
        assert_int_equal(wb_ledger_guard(crash, &number, "books", &err), cases[i].code);
        assert_string_equal(err.file, "books");
        assert_int_equal(err.code, cases[i].code);
    }
    wb_error err = {0};
    assert_int_equal(wb_ledger_guard(refuse, NULL, "books", &err), WB_E_RULE);
    assert_string_equal(err.message, "not today");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_untouched_books_verify, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_edited_entry_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_an_unbalanced_entry_is_named_though_all_hashes_are_mended, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_renamed_account_is_found_though_all_hashes_are_mended, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_false_balance_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_false_posting_list_names_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_false_reference_names_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_false_subject_names_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_false_reversal_names_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_row_too_many_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_false_counts_in_the_head_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_newer_format_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_key_is_not_taken_for_absence, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_progress_ends_at_the_total, setup, teardown),
        cmocka_unit_test(test_the_guard_turns_deadly_signals_into_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
