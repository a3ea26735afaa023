/* Goal: a record's bytes alone say what the ledger says of it, but for what is not in them.
 * Method: the stored bytes of an entry and a document, read without a ledger and compared with
 * what the ledger shows; every cut of them.
 */
#include "books.h"
#include "ledger/internal.h"

static wb_ledger *ledger;
static char dir[BOOKS_PATH];

static int open_books(void **state)
{
    (void)state;
    ASSERT_OK(wb_ledger_create(books_path(dir, "bytes"), &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    books_entry made;
    uint64_t number = 0;
    bool already = false;
    books_entry_init(&made, "1100", "8010", "p3", 1234567);
    made.entry.memo = "inleg";
    made.entry.source = "bank";
    made.entry.reference = "R-1";
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &made.entry, &number, &already, &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    assert_int_equal(number, 8);
    books_entry_clear(&made);
    return 0;
}

static int close_books(void **state)
{
    (void)state;
    wb_ledger_close(ledger);
    books_remove(dir);
    return 0;
}

/* An exact copy on the heap, so that the sanitizer sees a read beyond the end. */
static uint8_t *stored_bytes(uint64_t number, size_t *size)
{
    wb_stored stored;
    ASSERT_OK(wb_read_begin(ledger, &ok_err));
    ASSERT_OK(wb_stored_read(ledger, number, &stored, &ok_err));
    *size = stored.bytes.size;
    uint8_t *bytes = malloc(*size);
    assert_non_null(bytes);
    memcpy(bytes, stored.bytes.data, *size);
    wb_read_end(ledger);
    return bytes;
}

static void test_an_entry_is_read_from_its_bytes(void **state)
{
    (void)state;
    wb_record record;
    wb_record shown;
    size_t size = 0;
    uint8_t *bytes = stored_bytes(8, &size);
    wb_record_init(&record);
    wb_record_init(&shown);
    ASSERT_OK(wb_ledger_record(ledger, 8, &shown, &ok_err));
    ASSERT_OK(wb_record_read(&record, bytes, size, &ok_err));
    assert_int_equal(record.number, 8);
    assert_int_equal(record.kind, WB_RECORD_ENTRY);
    assert_int_equal(record.recorded_us, shown.recorded_us);
    assert_int_equal(record.entry.date.days, 20454);
    assert_string_equal(record.entry.event, "memorial");
    assert_null(record.entry.subject);
    assert_string_equal(record.entry.source, "bank");
    assert_string_equal(record.entry.reference, "R-1");
    assert_string_equal(record.entry.memo, "inleg");
    assert_string_equal(record.entry.maker, "test");
    assert_int_equal(record.entry.posting_count, 2);
    /* the chart is records 1 to 7: 1100 is the second, 8010 the fourth, p3 the seventh */
    const wb_posting *postings = record.entry.postings;
    assert_string_equal(postings[0].account, "#2");
    assert_string_equal(postings[0].party, "#7");
    assert_string_equal(postings[1].account, "#4");
    assert_null(postings[1].party);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(wb_money_compare(&postings[i].amount, &shown.entry.postings[i].amount), 0);
    assert_int_equal(wb_money_sign(&postings[0].amount), 1);
    wb_record_clear(&shown);
    wb_record_clear(&record);
    free(bytes);
}

static void test_a_document_is_read_from_its_bytes(void **state)
{
    (void)state;
    wb_record record;
    size_t size = 0;
    uint8_t *bytes = stored_bytes(6, &size);
    wb_record_init(&record);
    ASSERT_OK(wb_record_read(&record, bytes, size, &ok_err));
    assert_int_equal(record.number, 6);
    assert_int_equal(record.kind, WB_RECORD_PARTY);
    assert_string_equal(record.document.id, "p2");
    assert_string_equal(record.document.body, "{}");
    wb_record_clear(&record);
    free(bytes);
}

static void test_no_cut_of_a_record_is_a_record(void **state)
{
    (void)state;
    size_t size = 0;
    uint8_t *bytes = stored_bytes(8, &size);
    for (size_t end = 0; end < size; end++) {
        wb_record record;
        uint8_t *cut = malloc(end > 0 ? end : 1);
        assert_non_null(cut);
        if (end > 0) memcpy(cut, bytes, end);
        wb_record_init(&record);
        assert_int_equal(wb_record_read(&record, cut, end, NULL), WB_E_DAMAGED);
        wb_record_clear(&record);
        free(cut);
    }
    bytes[0]++; /* the version */
    wb_record record;
    wb_record_init(&record);
    assert_int_equal(wb_record_read(&record, bytes, size, NULL), WB_E_VERSION);
    wb_record_clear(&record);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_entry_is_read_from_its_bytes),
        cmocka_unit_test(test_a_document_is_read_from_its_bytes),
        cmocka_unit_test(test_no_cut_of_a_record_is_a_record),
    };
    return cmocka_run_group_tests(tests, open_books, close_books);
}
