/* Goal: verify says the same whatever the number of threads, and from wherever it starts it finds
 * what is bad from there on and says who speaks for what was before.
 * Method: one ledger of several blocks, verified by 1 to 5 threads and from each record; bytes
 * changed behind its back, with and without mending the chain, before and after the start.
 */
#include "eyes.h"
#include "ledger/anchors.h"

enum { ENTRIES = 900, ANCHORED = 7 + PEOPLE + 600, TOTAL = 7 + PEOPLE + ENTRIES + 1 };

static void post(eyes *made, int first, int end)
{
    eyes_begin(made);
    for (int i = first; i < end; i++) {
        static const char *const parties[] = {"p1", "p2", "p3"};
        books_entry posted;
        char reference[20];
        uint64_t number = 0;
        bool already = false;
        (void)snprintf(reference, sizeof reference, "r%d", i);
        books_entry_init(&posted, i % 2 == 0 ? "1000" : "1100", "8000", parties[i % 3], 100 + i);
        posted.entry.source = "test";
        posted.entry.reference = reference;
        posted.entry.subject = i % 7 == 0 ? "L1" : NULL;
        ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
        books_entry_clear(&posted);
    }
    eyes_commit(made);
}

/* 612 records, an anchor over them as record 613, 300 more. The mark is gone. */
static void fill(eyes *made)
{
    wb_anchor anchor;
    char mark[2 * BOOKS_PATH];
    wb_anchor_init(&anchor);
    eyes_open(made, "audit");
    post(made, 0, 600);
    eyes_begin(made);
    ASSERT_OK(
        wb_ledger_anchor(&anchor, made->ledger, made->signers[BEN], (wb_date){20454}, &ok_err));
    assert_int_equal(anchor.checkpoint.size, ANCHORED);
    eyes_commit(made);
    post(made, 600, ENTRIES);
    wb_anchor_clear(&anchor);
    wb_ledger_close(made->ledger);
    made->ledger = NULL;
    (void)snprintf(mark, sizeof mark, "%s/head", made->dir);
    assert_int_equal(unlink(mark), 0);
}

static wb_code verify(const eyes *made, wb_verify_options options, wb_verify_report *report,
                      wb_error *err)
{
    wb_ledger *ledger = NULL;
    memset(err, 0, sizeof *err);
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    const wb_code code = wb_ledger_verify_with(ledger, &options, report, err);
    wb_ledger_close(ledger);
    return code;
}

/* All numbers of threads say the same; what they say. */
static wb_code verify_all_ways(const eyes *made, wb_verify_options options,
                               wb_verify_report *report, wb_error *err)
{
    options.threads = 1;
    const wb_code code = verify(made, options, report, err);
    for (unsigned threads = 2; threads <= 5; threads++) {
        wb_verify_report other;
        wb_error other_err;
        options.threads = threads;
        assert_int_equal(verify(made, options, &other, &other_err), code);
        assert_string_equal(other_err.message, err->message);
        assert_string_equal(other_err.hint, err->hint);
        assert_memory_equal(&other, report, sizeof other);
    }
    return code;
}

/* ---- changes behind the ledger's back ---- */

static void put(wb_store *store, const wb_row *row, wb_span value)
{
    ASSERT_OK(wb_store_put(store, (wb_span){row->key, row->key_size}, value, &ok_err));
}

static wb_span get(wb_store *store, const wb_row *row)
{
    wb_span value = {0};
    bool found = false;
    ASSERT_OK(wb_store_get(store, (wb_span){row->key, row->key_size}, &value, &found, &ok_err));
    assert_true(found);
    return value;
}

/* Change the last amount of an entry, and mend the hashes from there on when asked to. */
static void tamper(const eyes *made, uint64_t number, bool mend)
{
    wb_store *store = NULL;
    wb_row row;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    ASSERT_OK(wb_store_open(&store, made->dir, (wb_store_options){.write = true}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(store, true, &ok_err));
    for (uint64_t i = number; i <= (mend ? TOTAL : number); i++) {
        static uint8_t bytes[4096];
        wb_row_key_u64(&row, WB_TAG_RECORD, i - 1);
        memcpy(hash, get(store, &row).data, sizeof hash);
        wb_row_key_u64(&row, WB_TAG_RECORD, i);
        const wb_span value = get(store, &row);
        memcpy(bytes, value.data, value.size);
        if (i == number) bytes[value.size - 1] ^= 1;
        if (mend) {
            wb_chain_hash(hash, hash, (wb_span){bytes + sizeof hash, value.size - sizeof hash});
            memcpy(bytes, hash, sizeof hash);
        }
        put(store, &row, (wb_span){bytes, value.size});
    }
    if (mend) {
        wb_head head;
        wb_row_key(&row, WB_TAG_HEAD);
        wb_span value = get(store, &row);
        value.size -= WB_ROW_CHECK_SIZE;
        ASSERT_OK(wb_row_read_head(&head, value, &ok_err));
        memcpy(head.hash, hash, sizeof hash);
        wb_row_head(&row, &head);
        put(store, &row, (wb_span){row.value, row.value_size});
    }
    ASSERT_OK(wb_store_commit(store, &ok_err));
    wb_store_close(store);
}

static void tamper_node(const eyes *made, unsigned level, uint64_t index)
{
    wb_store *store = NULL;
    wb_row row;
    ASSERT_OK(wb_store_open(&store, made->dir, (wb_store_options){.write = true}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(store, true, &ok_err));
    wb_row_key_tree(&row, level, index / WB_TILE_WIDTH);
    const wb_span value = get(store, &row);
    uint8_t bytes[WB_TILE_WIDTH * 32];
    memcpy(bytes, value.data, value.size - WB_ROW_CHECK_SIZE);
    bytes[index % WB_TILE_WIDTH * 32] ^= 1;
    wb_row_bytes(&row, (wb_span){bytes, value.size - WB_ROW_CHECK_SIZE});
    put(store, &row, (wb_span){row.value, row.value_size});
    ASSERT_OK(wb_store_commit(store, &ok_err));
    wb_store_close(store);
}

/* ---- threads ---- */

static void test_a_good_ledger_is_good_for_any_number_of_threads(void **state)
{
    (void)state;
    eyes made;
    wb_verify_report report;
    wb_error err;
    fill(&made);
    assert_int_equal(verify_all_ways(&made, (wb_verify_options){0}, &report, &err), WB_OK);
    assert_int_equal(report.records, TOTAL);
    assert_int_equal(report.entries, ENTRIES);
    assert_int_equal(report.anchors, 1);
    eyes_close(&made);
}

static void test_the_first_bad_record_is_named_by_any_number_of_threads(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {13, 255, 256, 257, 511, 512, 700, TOTAL};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        eyes made;
        wb_verify_report report;
        wb_error err;
        char wanted[80];
        fill(&made);
        tamper(&made, TOTAL - 1, false); /* a later one as well */
        tamper(&made, numbers[i], false);
        assert_int_equal(verify_all_ways(&made, (wb_verify_options){0}, &report, &err), WB_E_CHAIN);
        (void)snprintf(wanted, sizeof wanted, "record %d does not match the hash chain",
                       (int)(numbers[i] < TOTAL ? numbers[i] : TOTAL - 1));
        assert_string_equal(err.message, wanted);
        assert_int_equal(report.first_bad, numbers[i] < TOTAL ? numbers[i] : TOTAL - 1);
        eyes_close(&made);
    }
}

static void test_an_unbalanced_entry_is_named_by_any_number_of_threads(void **state)
{
    (void)state;
    eyes made;
    wb_verify_report report;
    wb_error err;
    fill(&made);
    tamper(&made, 300, true);
    assert_int_equal(verify_all_ways(&made, (wb_verify_options){0}, &report, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "entry 300 breaks the double-entry rule"));
    assert_int_equal(report.first_bad, 300);
    eyes_close(&made);
}

/* ---- from a record on ---- */

static void test_from_any_record_on_the_root_is_the_same(void **state)
{
    (void)state;
    eyes made;
    wb_verify_report all;
    wb_verify_report report;
    wb_error err;
    fill(&made);
    assert_int_equal(verify(&made, (wb_verify_options){0}, &all, &err), WB_OK);
    for (uint64_t from = 2; from <= TOTAL + 1; from += from % 16 < 2 ? 1 : 5) {
        assert_int_equal(verify(&made, (wb_verify_options){.from = from}, &report, &err), WB_OK);
        assert_memory_equal(report.root, all.root, sizeof all.root);
        assert_memory_equal(report.hash, all.hash, sizeof all.hash);
        assert_int_equal(report.first, from);
        assert_int_equal(report.records, TOTAL);
        assert_int_equal(report.trusted, from - 1 < ANCHORED ? from - 1 : ANCHORED);
    }
    assert_int_equal(verify(&made, (wb_verify_options){.from = TOTAL + 2}, &report, &err),
                     WB_E_NOT_FOUND);
    assert_int_equal(
        verify_all_ways(&made, (wb_verify_options){.since_anchor = true}, &report, &err), WB_OK);
    assert_int_equal(report.first, ANCHORED + 1);
    eyes_close(&made);
}

static void test_what_is_bad_from_there_on_is_found(void **state)
{
    (void)state;
    static const struct {
        uint64_t number;
        bool mend;
        wb_code code;
        const char *message;
    } cases[] = {
        {ANCHORED + 2, false, WB_E_CHAIN, "record 614 does not match"},
        {ANCHORED + 2, true, WB_E_DAMAGED, "entry 614 breaks"},
        {TOTAL, false, WB_E_CHAIN, "record 913 does not match"},
        {TOTAL, true, WB_E_DAMAGED, "entry 913 breaks"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        eyes made;
        wb_verify_report report;
        wb_error err;
        fill(&made);
        tamper(&made, cases[i].number, cases[i].mend);
        const wb_verify_options options = {.since_anchor = true};
        assert_int_equal(verify_all_ways(&made, options, &report, &err), cases[i].code);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_int_equal(report.first_bad, cases[i].number);
        eyes_close(&made);
    }
}

static void test_a_stored_tree_that_is_not_the_anchored_one_is_found(void **state)
{
    (void)state;
    static const struct {
        unsigned level;
        uint64_t index;
        wb_code code;
        const char *message;
    } cases[] = {
        {8, 0, WB_E_ANCHOR, "the stored tree gives the first 612 records another root"},
        {4, 33, WB_E_ANCHOR, "the stored tree gives the first 612 records another root"},
        {4, 50, WB_E_DAMAGED, "the tree's node over the records 801 to 816 is not what"},
        {8, 2, WB_E_DAMAGED, "the tree's node over the records 513 to 768 is not what"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        eyes made;
        wb_verify_report report;
        wb_error err;
        fill(&made);
        tamper_node(&made, cases[i].level, cases[i].index);
        const wb_verify_options options = {.since_anchor = true};
        const wb_code code = verify_all_ways(&made, options, &report, &err);
        if (strstr(err.message, cases[i].message) == NULL) print_error("%s\n", err.message);
        assert_int_equal(code, cases[i].code);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_int_equal(verify(&made, (wb_verify_options){0}, &report, &err), WB_E_DAMAGED);
        eyes_close(&made);
    }
}

static void test_an_anchor_from_outside_is_held_to_wherever_it_starts(void **state)
{
    (void)state;
    static const uint64_t starts[] = {1, 2, 300, ANCHORED, ANCHORED + 1, ANCHORED + 2, TOTAL};
    eyes made;
    wb_anchor latest;
    wb_verify_report report;
    wb_error err;
    wb_ledger *ledger = NULL;
    bool found = false;
    char *text = NULL;
    char *forged = NULL;
    wb_anchor_init(&latest);
    fill(&made);
    ASSERT_OK(wb_ledger_open(&ledger, made.dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_anchor_latest(&latest, ledger, &found, &ok_err));
    wb_ledger_close(ledger);
    /* the same checkpoint with another root, truly signed: of a past that is no more */
    latest.checkpoint.root.bytes[7] ^= 1;
    ASSERT_OK(wb_checkpoint_text(&text, &latest.checkpoint, &ok_err));
    ASSERT_OK(wb_note_sign(&forged, text, made.signers[BEN], &ok_err));
    const wb_anchor_text good = {
        .note = latest.note, .size = strlen(latest.note), .path = "good.anchor"};
    const wb_anchor_text other = {.note = forged, .size = strlen(forged), .path = "other.anchor"};
    for (size_t i = 0; i < COUNT(starts); i++) {
        wb_verify_options options = {.from = starts[i], .anchor = &good};
        assert_int_equal(verify_all_ways(&made, options, &report, &err), WB_OK);
        assert_int_equal(report.trusted, starts[i] - 1 < ANCHORED ? starts[i] - 1 : ANCHORED);
        options.anchor = &other;
        assert_int_equal(verify_all_ways(&made, options, &report, &err), WB_E_ANCHOR);
        assert_string_equal(err.file, "other.anchor");
    }
    free(text);
    free(forged);
    wb_anchor_clear(&latest);
    eyes_close(&made);
}

/* The price, which the output tells: a record before the start is not seen to be bad. */
static void test_what_is_bad_before_is_left_to_the_full_verify(void **state)
{
    (void)state;
    eyes made;
    wb_verify_report report;
    wb_error err;
    fill(&made);
    tamper(&made, 100, false);
    assert_int_equal(verify(&made, (wb_verify_options){.since_anchor = true}, &report, &err),
                     WB_OK);
    assert_int_equal(report.trusted, ANCHORED);
    assert_int_equal(verify(&made, (wb_verify_options){0}, &report, &err), WB_E_CHAIN);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_ledger_is_good_for_any_number_of_threads),
        cmocka_unit_test(test_the_first_bad_record_is_named_by_any_number_of_threads),
        cmocka_unit_test(test_an_unbalanced_entry_is_named_by_any_number_of_threads),
        cmocka_unit_test(test_from_any_record_on_the_root_is_the_same),
        cmocka_unit_test(test_what_is_bad_from_there_on_is_found),
        cmocka_unit_test(test_a_stored_tree_that_is_not_the_anchored_one_is_found),
        cmocka_unit_test(test_an_anchor_from_outside_is_held_to_wherever_it_starts),
        cmocka_unit_test(test_what_is_bad_before_is_left_to_the_full_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
