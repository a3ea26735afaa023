/* Goal: whatever somebody with access to the disk does to the books, verify finds it and names the
 * record: forged, missing, bought and replayed approvals, rules bent, the past rewritten.
 * Method: one ledger with everything in it; each row of the catalogue does one thing to it, mends
 * all numbers, hashes, rows and counts, and says which record must be named, and for what. */
#include "scene.h"

#include "waarborg/anchor.h"

/* ---- Looking ---- */

static uint64_t from = 1; /* the first record that verify reads */

static wb_code verify(const char *dir, const wb_anchor_text *anchor, wb_verify_report *report,
                      wb_error *err)
{
    wb_ledger *ledger = NULL;
    const wb_verify_options options = {.anchor = anchor, .from = from};
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify_with(ledger, &options, report, err);
    wb_ledger_close(ledger);
    return code;
}

static void remove_mark(const char *dir)
{
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/head", dir);
    (void)unlink(path);
}

/* What is found, its record, and words of the message. */
static void expect(const char *dir, const char *name, wb_code wanted, uint64_t number,
                   const char *words)
{
    char record[40];
    wb_error err = {0};
    wb_verify_report report = {0};
    const wb_code code = verify(dir, NULL, &report, &err);
    (void)snprintf(record, sizeof record, "record %llu", (unsigned long long)number);
    const char *found = strstr(err.message, record);
    if (found == NULL) { /* or by its kind */
        (void)snprintf(record, sizeof record, "entry %llu", (unsigned long long)number);
        found = strstr(err.message, record);
    }
    const bool says = found != NULL && strspn(found + strlen(record), "0123456789") == 0;
    const bool named =
        number == 0 || (report.first_bad == number && (says || wanted == WB_E_CHAIN));
    if (code != wanted || !named || strstr(err.message, words) == NULL) {
        print_error("%s: wanted %s, record %llu, '%s'; got %s, record %llu: %s\n", name,
                    wb_code_name(wanted), (unsigned long long)number, words, wb_code_name(code),
                    (unsigned long long)report.first_bad, err.message);
        fail();
    }
}

static void do_all(const deed *deeds)
{
    static forge books;
    char dir[BOOKS_PATH];
    for (const deed *done = deeds; done->name != NULL; done++) {
        forge_copy(&books, &stage.books);
        const uint64_t number = done->tamper(&books);
        print_message("    %s: record %llu\n", done->name, (unsigned long long)number);
        books_path(dir, "forged");
        forge_write(&books, dir, books.count - done->bare);
        remove_mark(dir);
        expect(dir, done->name, done->code, number, done->words);
        forge_clear(&books);
        books_remove(dir);
    }
}

static void test_a_rewritten_past_is_found_and_its_record_named(void **state)
{
    (void)state;
    do_all(past_deeds);
}

static void test_a_record_that_should_not_be_there_is_found_and_named(void **state)
{
    (void)state;
    do_all(added_deeds);
}

static void test_what_stands_twice_is_found_and_named(void **state)
{
    (void)state;
    do_all(whole_deeds);
}

/* What came before is not read again, and must be known all the same. */
static void test_a_verify_of_the_end_knows_who_might_what(void **state)
{
    (void)state;
    char dir[BOOKS_PATH];
    books_path(dir, "end");
    forge_write(&stage.books, dir, stage.books.count);
    remove_mark(dir);
    for (from = 1; from <= COUNT_ALL + 1; from++)
        expect(dir, "honest", WB_OK, 0, "");
    books_remove(dir);
    from = COUNT_ALL + 1;
    do_all(added_deeds);
    from = 1;
}

/* What the forger makes is good when what he writes is: else the catalogue would prove nothing. */
static void test_an_honest_forger_is_not_found(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    for (int more = 0; more < 2; more++) {
        forge_copy(&books, &stage.books);
        if (more == 1) {
            const uint64_t number = memorial(&books);
            (void)yes(&books, number, stage.ben, "ben");
            (void)forge_post(&books, number, 0, 1);
            (void)pass_entry(&books, 911900, DAY); /* to the limit, and not beyond */
        }
        books_path(dir, "honest");
        forge_write(&books, dir, books.count);
        remove_mark(dir);
        expect(dir, "honest", WB_OK, 0, "");
        forge_clear(&books);
        books_remove(dir);
    }
}

/* ---- Naive: bytes change and the hashes stay ---- */

static void test_a_changed_byte_of_any_record_breaks_the_chain_there(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    forge_copy(&books, &stage.books);
    books_path(dir, "naive");
    forge_write(&books, dir, books.count);
    remove_mark(dir);
    for (uint64_t number = 1; number < books.count; number++) {
        wb_bytes *record = &books.records[number - 1];
        record->data[record->size - 1] ^= 4;
        forge_bytes(dir, number, record, books.hashes[number - 1]);
        expect(dir, "a byte", WB_E_CHAIN, number, "");
        record->data[record->size - 1] ^= 4;
        forge_bytes(dir, number, record, books.hashes[number - 1]);
    }
    expect(dir, "nothing", WB_OK, 0, "");
    /* two records under each other's numbers */
    forge_bytes(dir, FIRST, &books.records[FIRST], books.hashes[FIRST]);
    forge_bytes(dir, FIRST + 1, &books.records[FIRST - 1], books.hashes[FIRST - 1]);
    expect(dir, "exchanged", WB_E_CHAIN, FIRST, "");
    forge_clear(&books);
    books_remove(dir);
}

/* ---- Rows that say something else than the records ---- */

static void proposal_is_open_again(wb_row *row)
{
    static const uint8_t open[] = {WB_PROPOSAL_OPEN, 1};
    wb_row_key_u64(row, WB_TAG_PROPOSAL, FIRST);
    wb_row_bytes(row, (wb_span){open, sizeof open});
}

static void proposal_is_rejected(wb_row *row)
{
    static const uint8_t rejected[] = {WB_PROPOSAL_REJECTED};
    wb_row_key_u64(row, WB_TAG_PROPOSAL, OPEN);
    wb_row_bytes(row, (wb_span){rejected, sizeof rejected});
}

static void key_is_of_another_record(wb_row *row)
{
    wb_row_key_public(row, wb_signer_verifier(key_of(BEN))->key);
    wb_row_u64(row, BEN_IS + 1);
}

static void key_of_nobody(wb_row *row)
{
    wb_row_key_public(row, wb_signer_verifier(stage.eve)->key);
    wb_row_u64(row, BEN_IS);
}

static void key_is_missing(wb_row *row)
{
    wb_row_key_public(row, wb_signer_verifier(key_of(BEN))->key);
    row->value_size = 0;
}

static void proposal_is_missing(wb_row *row)
{
    wb_row_key_u64(row, WB_TAG_PROPOSAL, FIRST);
    row->value_size = 0;
}

static void nothing_is_open(wb_row *row)
{
    wb_row_key(row, WB_TAG_OPEN);
    wb_row_bytes(row, (wb_span){0});
}

static void user_is_an_older_version(wb_row *row)
{
    wb_row_key_document(row, WB_RECORD_USER, wb_span_text("cor"));
    wb_row_document(row, (wb_document_row){BEN_IS + 1, BEN_IS + 1});
}

static void node_of_the_tree(wb_row *row)
{
    uint8_t hashes[2 * WB_TREE_HASH_SIZE] = {1};
    uint8_t key[1 + 8];
    key[0] = 4;
    wb_put_u64(key + 1, 0);
    wb_row_key(row, WB_TAG_TREE);
    memcpy(row->key + row->key_size, key, sizeof key);
    row->key_size += sizeof key;
    wb_row_bytes(row, (wb_span){hashes, sizeof hashes});
}

static void test_a_row_that_says_otherwise_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*make)(wb_row *row);
        const char *words;
    } rows[] = {
        {"a decided proposal is open", proposal_is_open_again, "record 19 "},
        {"an open proposal is rejected", proposal_is_rejected, "record 30 "},
        {"a key is of another record", key_is_of_another_record, "record 9 "},
        {"a key that no record has", key_of_nobody, "key of record 9 "},
        {"a key is missing", key_is_missing, "rows of users' keys"},
        {"a proposal's state is missing", proposal_is_missing, "rows of users' keys"},
        {"nothing is open", nothing_is_open, "open proposals"},
        {"a user is an older version", user_is_an_older_version, "'cor'"},
        {"a node of the tree", node_of_the_tree, ""},
    };
    static wb_row row;
    char dir[BOOKS_PATH];
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("    %s\n", rows[i].name);
        books_path(dir, "rows");
        forge_write(&stage.books, dir, stage.books.count);
        remove_mark(dir);
        rows[i].make(&row);
        forge_row(dir, &row);
        expect(dir, rows[i].name, WB_E_DAMAGED, 0, rows[i].words);
        books_remove(dir);
    }
}

/* The same two references as before, but one of them where those go that are settled. */
static void test_a_reference_used_twice_is_found_wherever_its_rows_lie(void **state)
{
    (void)state;
    static forge books;
    static wb_row row;
    char dir[BOOKS_PATH];
    uint8_t hash[WB_REFERENCE_KEY_SIZE];
    uint8_t item[WB_REFERENCE_KEY_SIZE + 8] = {0};
    forge_copy(&books, &stage.books);
    const uint64_t number = whole_deeds[0].tamper(&books);
    books_path(dir, "settled");
    forge_write(&books, dir, books.count);
    remove_mark(dir);
    const wb_raw_record raw = forge_raw(&books, TRIAL);
    wb_reference_key(hash, raw.source, raw.reference);
    for (size_t skip = 1; skip <= 2; skip++) {
        const size_t size = sizeof hash - skip;
        memcpy(item, hash + skip, size);
        memset(item + size, 0, 6);
        item[size + 5] = (uint8_t)(skip == 1 ? number : TRIAL);
        if (skip == 1) wb_row_key_young(&row, hash);
        if (skip == 2) wb_row_key_settled(&row, hash);
        wb_row_bytes(&row, (wb_span){item, size + 6});
        forge_row(dir, &row);
    }
    expect(dir, "settled", WB_E_DAMAGED, number, "has the reference that record");
    forge_clear(&books);
    books_remove(dir);
}

/* Who looks at an earlier day reads a subject's list until it comes to what was later. */
static void test_a_list_of_a_subject_in_another_order_is_found(void **state)
{
    (void)state;
    static forge books;
    static wb_row row;
    char dir[BOOKS_PATH];
    uint64_t numbers[2];
    forge_copy(&books, &stage.books);
    for (int i = 0; i < 2; i++) {
        forge_subject("l1");
        numbers[i] = pass_entry(&books, 100, DAY);
    }
    books_path(dir, "subject");
    forge_write(&books, dir, books.count);
    remove_mark(dir);
    expect(dir, "in order", WB_OK, 0, "");
    for (uint32_t part = 0; part < 2; part++) {
        const uint8_t only = (uint8_t)numbers[1 - part];
        wb_row_key_subject(&row, wb_span_text("l1"), part);
        wb_row_bytes(&row, (wb_span){&only, 1});
        forge_row(dir, &row);
    }
    expect(dir, "in another order", WB_E_DAMAGED, 0, "the list of subject 'l1'");
    forge_clear(&books);
    books_remove(dir);
}

/* ---- What only somebody outside can know ---- */

static void test_a_cut_tail_is_found_by_who_has_an_anchor(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    wb_error err = {0};
    wb_verify_report report;
    const wb_anchor_text anchor = {
        .note = stage.note, .size = strlen(stage.note), .path = "anchor"};
    for (uint64_t last = COUNT_ALL - 1; last >= SWITCH; last--) {
        if (last != COUNT_ALL - 3 && last != REVOCATION - 1 && last != SWITCH) continue;
        forge_copy(&books, &stage.books);
        forge_drop(&books, last + 1, COUNT_ALL);
        books_path(dir, "cut");
        forge_write(&books, dir, books.count);
        remove_mark(dir);
        expect(dir, "nobody can tell", WB_OK, 0, "");
        assert_int_equal(verify(dir, &anchor, &report, &err), WB_E_ANCHOR);
        forge_clear(&books);
        books_remove(dir);
    }
}

/* Who verifies from the newest anchor on may not be sent beyond what it covers. */
static void test_an_anchor_in_the_log_that_covers_more_than_there_was_is_refused(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    wb_error err = {0};
    wb_verify_report report;
    const wb_verify_options options = {.since_anchor = true};
    for (int lie = 0; lie < 2; lie++) {
        wb_ledger *ledger = NULL;
        forge_copy(&books, &stage.books);
        if (lie == 1) forge_edit(&books, ANCHOR, "\\n32\\n", "\\n40\\n");
        books_path(dir, "lie");
        forge_write(&books, dir, books.count);
        remove_mark(dir);
        ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
        const wb_code code = wb_ledger_verify_with(ledger, &options, &report, &err);
        assert_int_equal(code, lie == 1 ? WB_E_ANCHOR : WB_OK);
        wb_ledger_close(ledger);
        forge_clear(&books);
        books_remove(dir);
    }
}

/* In trial nobody signs: who may write may rewrite, and only an anchor tells. */
static void test_a_rewritten_trial_is_found_by_who_has_an_anchor(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    eyes made;
    wb_error err = {0};
    wb_verify_report report;
    uint64_t number = 0;
    eyes_open(&made, "trial");
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, "r1", &number, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 200, "r2", &number, &ok_err));
    eyes_commit(&made);
    forge_read(&books, made.ledger);
    char *note = anchor_now(&made);
    const wb_anchor_text anchor = {.note = note, .size = strlen(note), .path = "anchor"};
    ASSERT_OK(verify(made.dir, &anchor, &report, &ok_err));
    forge_edit(&books, number, "r2", "r3");
    wb_bytes more = forge_document("anna", WB_RECORD_PARTY, "p9", "{}");
    memcpy(more.data + TIME_AT, books.records[books.count - 1].data + TIME_AT, 8);
    forge_put(&books, books.count + 1, more.data, more.size);
    wb_bytes_clear(&more);
    books_path(dir, "rewritten");
    forge_write(&books, dir, books.count);
    remove_mark(dir);
    expect(dir, "nobody can tell", WB_OK, 0, "");
    assert_int_equal(verify(dir, &anchor, &report, &err), WB_E_ANCHOR);
    forge_clear(&books);
    books_remove(dir);
    free(note);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_honest_forger_is_not_found),
        cmocka_unit_test(test_a_rewritten_past_is_found_and_its_record_named),
        cmocka_unit_test(test_a_record_that_should_not_be_there_is_found_and_named),
        cmocka_unit_test(test_what_stands_twice_is_found_and_named),
        cmocka_unit_test(test_a_verify_of_the_end_knows_who_might_what),
        cmocka_unit_test(test_a_changed_byte_of_any_record_breaks_the_chain_there),
        cmocka_unit_test(test_a_row_that_says_otherwise_is_found),
        cmocka_unit_test(test_a_reference_used_twice_is_found_wherever_its_rows_lie),
        cmocka_unit_test(test_a_list_of_a_subject_in_another_order_is_found),
        cmocka_unit_test(test_a_cut_tail_is_found_by_who_has_an_anchor),
        cmocka_unit_test(test_an_anchor_in_the_log_that_covers_more_than_there_was_is_refused),
        cmocka_unit_test(test_a_rewritten_trial_is_found_by_who_has_an_anchor),
    };
    return cmocka_run_group_tests(tests, stage_open, stage_close);
}
