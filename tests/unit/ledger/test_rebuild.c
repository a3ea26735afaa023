/* Goal: the rows of a ledger are a function of its records: a rebuilt one has the same, byte for
 * byte, whatever batches the old one was written in; damage to rows is mended, to records refused.
 * Method: a ledger with all kinds of records in batches of many sizes, and every row of both stores
 * side by side; then rows and records damaged, and the rows of format 1 written by hand.
 */
#include <sodium.h>

#include "eyes.h"
#include "ledger/internal.h"
#include "waarborg/anchor.h"

enum { CROWDED = 200 };

/* References whose hashes all fall in one young bucket, so that it overflows again and again. */
static void crowded_reference(char text[40], size_t *tried)
{
    for (;; ++*tried) {
        uint8_t key[WB_REFERENCE_KEY_SIZE];
        (void)snprintf(text, 40, "r%zu", *tried);
        wb_reference_key(key, wb_span_text("test"), wb_span_text(text));
        if (key[0] == 0 && (key[1] & WB_YOUNG_MASK) == 0) break;
    }
    ++*tried;
}

static void post_entries(eyes *made)
{
    static const char *const parties[] = {NULL, "p1", "p2", "p3"};
    size_t tried = 0;
    size_t left = 0;
    uint64_t number = 0;
    for (size_t i = 0; i < CROWDED; i++) {
        books_entry posted;
        char reference[40];
        bool already = false;
        if (left == 0) {
            if (i > 0) eyes_commit(made);
            eyes_begin(made);
            left = i < 90 ? 1 + i % 7 : 80; /* one batch brings more than a bucket holds */
        }
        left--;
        books_entry_init(&posted, "1000", i % 3 == 0 ? "8000" : "8010", parties[i % 4],
                         (int64_t)i + 1);
        posted.entry.source = "test";
        posted.entry.reference = reference;
        posted.entry.subject = i % 5 == 0 ? "L1" : NULL;
        crowded_reference(reference, &tried);
        ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
        books_entry_clear(&posted);
    }
    uint64_t reversal = 0;
    ASSERT_OK(wb_ledger_reverse(made->ledger, number - 5, (wb_date){20460}, "wrong", "anna",
                                &reversal, &ok_err));
    eyes_commit(made);
}

/* Entries in odd batches, users, an anchor, four eyes on, an open proposal. */
static void fill(eyes *made, const char *name)
{
    uint64_t number = 0;
    wb_anchor anchor;
    wb_anchor_init(&anchor);
    eyes_open(made, name);
    post_entries(made);
    eyes_begin(made);
    ASSERT_OK(
        wb_ledger_anchor(&anchor, made->ledger, made->signers[BEN], (wb_date){20460}, &ok_err));
    eyes_commit(made);
    eyes_begin(made);
    ASSERT_OK(
        wb_four_eyes_on(made->ledger, made->signers[ANNA], (wb_date){20460}, &number, &ok_err));
    eyes_commit(made);
    books_entry posted;
    bool already = false;
    books_entry_init(&posted, "1000", "8000", "p1", 700);
    posted.entry.maker = "anna";
    posted.entry.source = "test";
    posted.entry.reference = "proposed";
    eyes_begin(made);
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err));
    const wb_date today = {(int32_t)(head.recorded_us / 86400000000U)};
    const wb_proposal_terms soon = {.expires = {today.days + 30}, .reason = ""};
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    ASSERT_OK(wb_ledger_propose(made->ledger, made->signers[ANNA], &soon, &number, &ok_err));
    eyes_commit(made);
    books_entry_clear(&posted);
    wb_anchor_clear(&anchor);
    wb_ledger_close(made->ledger);
    made->ledger = NULL;
}

typedef struct rows {
    wb_store *store;
    wb_store_cursor *cursor;
    wb_span key, value;
    bool found;
} rows;

static void rows_open(rows *all, const char *dir)
{
    *all = (rows){0};
    ASSERT_OK(wb_store_open(&all->store, dir, (wb_store_options){0}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(all->store, false, &ok_err));
    ASSERT_OK(wb_store_cursor_open(&all->cursor, all->store, &ok_err));
    static const uint8_t first = 0;
    all->key = (wb_span){&first, 1};
    ASSERT_OK(
        wb_store_move(all->cursor, WB_STEP_SEEK, &all->key, &all->value, &all->found, &ok_err));
}

static void rows_next(rows *all)
{
    ASSERT_OK(
        wb_store_move(all->cursor, WB_STEP_NEXT, &all->key, &all->value, &all->found, &ok_err));
}

static void rows_close(rows *all)
{
    wb_store_cursor_close(all->cursor);
    wb_store_close(all->store);
}

/* Every row of either is in the other, with the same bytes. */
static size_t compare_rows(const char *left, const char *right)
{
    rows a;
    rows b;
    size_t count = 0;
    rows_open(&a, left);
    rows_open(&b, right);
    for (; a.found && b.found; rows_next(&a), rows_next(&b), count++) {
        if (!wb_span_equal(a.key, b.key) || !wb_span_equal(a.value, b.value)) {
            print_error("row %zu differs, tags %02x and %02x\n", count, a.key.data[0],
                        b.key.data[0]);
        }
        assert_true(wb_span_equal(a.key, b.key));
        assert_true(wb_span_equal(a.value, b.value));
    }
    assert_false(a.found);
    assert_false(b.found);
    rows_close(&a);
    rows_close(&b);
    return count;
}

static void test_a_rebuilt_ledger_has_the_same_rows(void **state)
{
    (void)state;
    eyes made;
    char fresh[BOOKS_PATH];
    wb_verify_report report;
    fill(&made, "rebuild");
    books_path(fresh, "rebuilt");
    ASSERT_OK(wb_ledger_rebuild(made.dir, fresh, &report, &ok_err));
    assert_int_equal(report.records, 7 + PEOPLE + CROWDED + 1 + 3);
    assert_int_equal(report.anchors, 1);
    assert_true(compare_rows(made.dir, fresh) > report.records + 30);
    /* and it is a ledger to go on with */
    wb_ledger *ledger = NULL;
    wb_anchor anchor;
    wb_anchor_init(&anchor);
    ASSERT_OK(wb_ledger_open(&ledger, fresh, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_anchor(&anchor, ledger, made.signers[BEN], (wb_date){20460}, &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    wb_anchor_clear(&anchor);
    wb_ledger_close(ledger);
    books_remove(fresh);
    eyes_close(&made);
}

static void test_a_backup_file_is_rebuilt_too(void **state)
{
    (void)state;
    eyes made;
    char file[BOOKS_PATH];
    char fresh[BOOKS_PATH];
    wb_verify_report report;
    fill(&made, "rebuild");
    books_path(file, "rebuild-file");
    books_path(fresh, "rebuilt");
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_backup(made.ledger, file, &report, &ok_err));
    ASSERT_OK(wb_ledger_rebuild(file, fresh, &report, &ok_err));
    wb_ledger_close(made.ledger);
    made.ledger = NULL;
    (void)compare_rows(made.dir, fresh);
    books_remove(file);
    books_remove(fresh);
    eyes_close(&made);
}

/* ---- damage ---- */

typedef struct damage {
    wb_store *store;
} damage;

static void damage_begin(damage *work, const char *dir)
{
    ASSERT_OK(wb_store_open(&work->store, dir, (wb_store_options){.write = true}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(work->store, true, &ok_err));
}

static void damage_end(damage *work)
{
    ASSERT_OK(wb_store_commit(work->store, &ok_err));
    wb_store_close(work->store);
}

/* Flip a bit of a row's value; its check does not hold any more. */
static void damage_row(damage *work, const wb_row *row, size_t at)
{
    static uint8_t bytes[1 << 16];
    wb_span value = {0};
    bool found = false;
    const wb_span key = {row->key, row->key_size};
    ASSERT_OK(wb_store_get(work->store, key, &value, &found, &ok_err));
    assert_true(found && value.size <= sizeof bytes && at < value.size);
    memcpy(bytes, value.data, value.size);
    bytes[at] ^= 1;
    ASSERT_OK(wb_store_put(work->store, key, (wb_span){bytes, value.size}, &ok_err));
}

static void test_damaged_rows_are_made_again(void **state)
{
    (void)state;
    eyes made;
    char fresh[BOOKS_PATH];
    wb_verify_report report;
    damage work;
    wb_row row;
    wb_error err;
    fill(&made, "rebuild");
    books_path(fresh, "rebuilt");
    ASSERT_OK(wb_ledger_rebuild(made.dir, fresh, &report, &ok_err)); /* a good copy beside it */
    damage_begin(&work, made.dir);
    wb_row_key(&row, WB_TAG_FORMAT);
    damage_row(&work, &row, 9);
    wb_row_key(&row, WB_TAG_HEAD);
    damage_row(&work, &row, 3);
    wb_row_key_pair(&row, WB_TAG_BALANCE, 1, 5);
    damage_row(&work, &row, 0);
    wb_row_key_tree(&row, 4, 0);
    damage_row(&work, &row, 40);
    damage_end(&work);
    wb_ledger *ledger = NULL;
    assert_int_not_equal(wb_ledger_open(&ledger, made.dir, WB_LEDGER_READ, &err), WB_OK);
    char mended[BOOKS_PATH];
    books_path(mended, "mended");
    ASSERT_OK(wb_ledger_rebuild(made.dir, mended, &report, &ok_err));
    (void)compare_rows(fresh, mended);
    books_remove(mended);
    books_remove(fresh);
    eyes_close(&made);
}

static void refuse(const eyes *made, wb_code wanted, const char *message)
{
    wb_error err = {0};
    wb_verify_report report;
    char fresh[BOOKS_PATH];
    books_path(fresh, "rebuilt");
    assert_int_equal(wb_ledger_rebuild(made->dir, fresh, &report, &err), wanted);
    if (strstr(err.message, message) == NULL) print_error("%s\n", err.message);
    assert_non_null(strstr(err.message, message));
    assert_int_not_equal(access(fresh, F_OK), 0); /* nothing is left */
}

static void test_a_bad_record_is_named_and_nothing_is_made(void **state)
{
    (void)state;
    eyes made;
    damage work;
    wb_row row;
    fill(&made, "rebuild");
    damage_begin(&work, made.dir);
    wb_row_key_u64(&row, WB_TAG_RECORD, 77);
    damage_row(&work, &row, 60);
    damage_end(&work);
    refuse(&made, WB_E_CHAIN, "record 77 does not match the hash chain");
    eyes_close(&made);
}

static void test_a_newer_format_is_left_alone(void **state)
{
    (void)state;
    eyes made;
    damage work;
    wb_row row;
    fill(&made, "rebuild");
    wb_row_format(&row);
    row.value[11] = WB_FORMAT_VERSION + 1;
    wb_row_seal(&row, 12);
    damage_begin(&work, made.dir);
    ASSERT_OK(wb_store_put(work.store, (wb_span){row.key, row.key_size},
                           (wb_span){row.value, row.value_size}, &ok_err));
    damage_end(&work);
    refuse(&made, WB_E_VERSION, "the ledger has format 3");
    eyes_close(&made);
}

/* ---- a ledger written by hand ---- */

/* The first `count` records of a ledger in a store with the format and head rows of format 1, and
 * nothing else. The head says `said`. */
static void write_format_1(const char *from, const char *dir, uint64_t count, uint64_t said)
{
    wb_ledger *ledger = NULL;
    wb_store *store = NULL;
    wb_row row;
    uint8_t hash[32] = {0};
    assert_int_equal(mkdir(dir, 0700), 0);
    ASSERT_OK(wb_ledger_open(&ledger, from, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_store_open(&store, dir, (wb_store_options){.write = true, .create = true}, NULL,
                            &ok_err));
    ASSERT_OK(wb_store_begin(store, true, &ok_err));
    for (uint64_t i = 1; i <= count; i++) {
        wb_stored stored;
        ASSERT_OK(wb_stored_read(ledger, i, &stored, &ok_err));
        wb_row_key_u64(&row, WB_TAG_RECORD, i);
        ASSERT_OK(wb_store_append(store, (wb_span){row.key, row.key_size},
                                  (wb_span){stored.hash, 32}, stored.bytes, &ok_err));
        memcpy(hash, stored.hash, sizeof hash);
    }
    wb_row_format(&row);
    row.value[11] = 1;
    wb_row_seal(&row, 12);
    ASSERT_OK(wb_store_put(store, (wb_span){row.key, row.key_size},
                           (wb_span){row.value, row.value_size}, &ok_err));
    /* 27 counts of 8 bytes, a date, a hash */
    wb_row_key(&row, WB_TAG_HEAD);
    memset(row.value, 0, 27 * 8 + 4);
    wb_put_u64(row.value, said);
    memcpy(row.value + 27 * 8 + 4, hash, 32);
    wb_row_seal(&row, 27 * 8 + 4 + 32);
    ASSERT_OK(wb_store_put(store, (wb_span){row.key, row.key_size},
                           (wb_span){row.value, row.value_size}, &ok_err));
    ASSERT_OK(wb_store_commit(store, &ok_err));
    wb_store_close(store);
    wb_ledger_close(ledger);
}

static void test_a_ledger_of_format_1_is_brought_over(void **state)
{
    (void)state;
    eyes made;
    eyes old = {0};
    char fresh[BOOKS_PATH];
    wb_verify_report report;
    wb_ledger *ledger = NULL;
    wb_error err;
    fill(&made, "rebuild");
    books_path(old.dir, "rebuild-old");
    write_format_1(made.dir, old.dir, 7 + PEOPLE + CROWDED + 1 + 3, 7 + PEOPLE + CROWDED + 1 + 3);
    assert_int_equal(wb_ledger_open(&ledger, old.dir, WB_LEDGER_READ, &err), WB_E_VERSION);
    assert_non_null(strstr(err.hint, "ledger rebuild"));
    books_path(fresh, "rebuilt");
    ASSERT_OK(wb_ledger_rebuild(old.dir, fresh, &report, &ok_err));
    (void)compare_rows(made.dir, fresh);
    books_remove(fresh);
    books_remove(old.dir);
    eyes_close(&made);
}

static void test_records_that_are_missing_at_the_end_are_missed(void **state)
{
    (void)state;
    eyes made;
    eyes old = {0};
    fill(&made, "rebuild");
    books_path(old.dir, "rebuild-old");
    write_format_1(made.dir, old.dir, 100, 120); /* by the head */
    refuse(&old, WB_E_DAMAGED, "record 101 is missing");
    books_remove(old.dir);
    write_format_1(made.dir, old.dir, 100, 100); /* by the mark */
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/head", old.dir);
    FILE *mark = fopen(path, "wb");
    assert_non_null(mark);
    const wb_head head = {.count = 150};
    wb_mark_write(fileno(mark), &head);
    assert_int_equal(fclose(mark), 0);
    refuse(&old, WB_E_DAMAGED, "record 101 is missing");
    books_remove(old.dir);
    write_format_1(made.dir, old.dir, 102, 101); /* another record than was committed */
    mark = fopen(path, "wb");
    const wb_head other = {.count = 102, .hash = {1}};
    wb_mark_write(fileno(mark), &other);
    assert_int_equal(fclose(mark), 0);
    refuse(&old, WB_E_CHAIN, "record 102 is not the one that was committed");
    books_remove(old.dir);
    eyes_close(&made);
}

static void test_what_is_no_ledger_is_refused(void **state)
{
    (void)state;
    wb_error err;
    wb_verify_report report;
    char fresh[BOOKS_PATH];
    char none[BOOKS_PATH];
    books_path(fresh, "rebuilt");
    books_path(none, "none");
    assert_int_equal(wb_ledger_rebuild(none, fresh, &report, &err), WB_E_NOT_LEDGER);
    assert_int_not_equal(access(fresh, F_OK), 0);
    /* and a ledger is never written over */
    ASSERT_OK(wb_ledger_create(none, &ok_err));
    ASSERT_OK(wb_ledger_create(fresh, &ok_err));
    assert_int_equal(wb_ledger_rebuild(none, fresh, &report, &err), WB_E_EXISTS);
    books_remove(none);
    books_remove(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rebuilt_ledger_has_the_same_rows),
        cmocka_unit_test(test_a_backup_file_is_rebuilt_too),
        cmocka_unit_test(test_damaged_rows_are_made_again),
        cmocka_unit_test(test_a_bad_record_is_named_and_nothing_is_made),
        cmocka_unit_test(test_a_newer_format_is_left_alone),
        cmocka_unit_test(test_a_ledger_of_format_1_is_brought_over),
        cmocka_unit_test(test_records_that_are_missing_at_the_end_are_missed),
        cmocka_unit_test(test_what_is_no_ledger_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
