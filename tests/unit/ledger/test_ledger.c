/* Goal: what is posted is read back, and every refusal of ledger.h happens, in its order.
 * Method: small ledgers on disk; each test knows its few entries by heart. */
#include <fcntl.h>
#include <sys/wait.h>

#include "books.h"

typedef struct fixture {
    char dir[BOOKS_PATH];
    wb_ledger *ledger;
} fixture;

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    books_path(made->dir, "ledger");
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(made->ledger);
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

static uint64_t post(wb_ledger *ledger, const wb_entry *entry)
{
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, entry, &number, &already, &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    return number;
}

/* Post one entry that must be refused, and drop the batch. */
static wb_code refused(wb_ledger *ledger, const wb_entry *entry, wb_error *err)
{
    uint64_t number = 99;
    bool already = true;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    const wb_code code = wb_ledger_post(ledger, entry, &number, &already, err);
    assert_int_equal(number, 0);
    assert_false(already);
    wb_ledger_abort(ledger);
    return code;
}

static void test_an_entry_reads_back_as_posted(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 123456);
    posted.entry.subject = "besluit-2026";
    posted.entry.source = "bank";
    posted.entry.reference = "afschrift 12/7";
    posted.entry.memo = "bijdrage één";
    const uint64_t number = post(made->ledger, &posted.entry);
    assert_int_equal(number, 8);

    wb_record record;
    wb_record_init(&record);
    ASSERT_OK(wb_ledger_record(made->ledger, number, &record, &ok_err));
    assert_int_equal(record.number, 8);
    assert_int_equal(record.kind, WB_RECORD_ENTRY);
    assert_int_equal(record.entry.date.days, 20454);
    assert_string_equal(record.entry.event, "memorial");
    assert_string_equal(record.entry.subject, "besluit-2026");
    assert_string_equal(record.entry.source, "bank");
    assert_string_equal(record.entry.reference, "afschrift 12/7");
    assert_string_equal(record.entry.memo, "bijdrage één");
    assert_string_equal(record.entry.maker, "test");
    assert_int_equal(record.entry.reverses, 0);
    assert_null(record.entry.reason);
    assert_int_equal(record.entry.posting_count, 2);
    assert_string_equal(record.entry.postings[0].account, "1000");
    assert_string_equal(record.entry.postings[0].party, "p1");
    assert_int_equal(wb_money_cents(&record.entry.postings[0].amount), 123456);
    assert_string_equal(record.entry.postings[1].account, "8000");
    assert_null(record.entry.postings[1].party);
    assert_int_equal(wb_money_cents(&record.entry.postings[1].amount), -123456);

    uint64_t found = 0;
    ASSERT_OK(wb_ledger_find_reference(made->ledger, "bank", "afschrift 12/7", &found, &ok_err));
    assert_int_equal(found, 8);
    ASSERT_OK(wb_ledger_find_reference(made->ledger, "bank", "afschrift 12/8", &found, &ok_err));
    assert_int_equal(found, 0);
    ASSERT_OK(wb_ledger_find_reference(made->ledger, "cli", "afschrift 12/7", &found, &ok_err));
    assert_int_equal(found, 0);
    wb_record_clear(&record);
    books_entry_clear(&posted);
}

static void test_numbers_have_no_gaps_and_the_head_counts(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", NULL, 100);
    assert_int_equal(post(made->ledger, &posted.entry), 8);
    posted.entry.event = "-";
    wb_error err;
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_CHOICE);
    posted.entry.event = "memorial";
    posted.entry.date.days = 20300;
    assert_int_equal(post(made->ledger, &posted.entry), 9);
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err));
    assert_int_equal(head.count, 9);
    assert_int_equal(head.entries, 2);
    assert_int_equal(head.last_date.days, 20454);
    wb_record record;
    wb_record_init(&record);
    assert_int_equal(wb_ledger_record(made->ledger, 10, &record, NULL), WB_E_NOT_FOUND);
    assert_int_equal(wb_ledger_record(made->ledger, 0, &record, NULL), WB_E_NOT_FOUND);
    ASSERT_OK(wb_ledger_record(made->ledger, 9, &record, &ok_err));
    assert_memory_equal(record.hash, head.hash, sizeof head.hash);
    wb_record_clear(&record);
    books_entry_clear(&posted);
}

static void test_the_same_reference_and_content_is_already_there(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    posted.entry.source = "bank";
    posted.entry.reference = "r1";
    uint64_t number = 0;
    bool already = false;
    assert_int_equal(post(made->ledger, &posted.entry), 8);
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    posted.entry.maker = "somebody else";
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    assert_true(already);
    assert_int_equal(number, 8);
    /* within one batch as well */
    posted.entry.reference = "r2";
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    assert_false(already);
    assert_int_equal(number, 9);
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    assert_true(already);
    assert_int_equal(number, 9);
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err));
    assert_int_equal(head.entries, 2);
    books_entry_clear(&posted);
}

static void test_a_reference_with_other_content_is_refused(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    posted.entry.source = "bank";
    posted.entry.reference = "r1";
    assert_int_equal(post(made->ledger, &posted.entry), 8);
    wb_error err;

    posted.entry.memo = "other";
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_DUPLICATE);
    assert_non_null(strstr(err.message, "entry 8"));
    posted.entry.memo = "";
    posted.entry.date.days++;
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_DUPLICATE);
    posted.entry.date.days--;
    posted.postings[0].party = "p2";
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_DUPLICATE);
    posted.postings[0].party = "p1";
    wb_money_set_cents(&posted.postings[0].amount, 501);
    wb_money_set_cents(&posted.postings[1].amount, -501);
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_DUPLICATE);
    /* another source is another reference */
    posted.entry.source = "cli";
    assert_int_equal(post(made->ledger, &posted.entry), 9);
    books_entry_clear(&posted);
}

static void test_refusals_come_in_their_order(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    posted.entry.source = "bank";
    posted.entry.reference = "r1";
    assert_int_equal(post(made->ledger, &posted.entry), 8);
    /* everything is wrong at once; one fault after the other is mended */
    posted.postings[0].account = "9999";
    posted.postings[1].party = "nobody";
    wb_money_set_cents(&posted.postings[0].amount, 501);
    posted.entry.reverses = 77;
    posted.entry.reason = "why";
    wb_error err;
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_UNBALANCED);
    wb_money_set_cents(&posted.postings[1].amount, -501);
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_ACCOUNT);
    assert_non_null(strstr(err.message, "9999"));
    posted.postings[0].account = "1000";
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_PARTY);
    assert_non_null(strstr(err.message, "nobody"));
    posted.postings[1].party = NULL;
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_DUPLICATE);
    posted.entry.reference = "r2";
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_REVERSED);
    assert_non_null(strstr(err.message, "no entry 77"));
    posted.entry.reverses = 0;
    posted.entry.reason = NULL;
    assert_int_equal(post(made->ledger, &posted.entry), 9);
    books_entry_clear(&posted);
}

static void test_an_entry_is_reversed_once(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    const uint64_t number = post(made->ledger, &posted.entry);
    uint64_t reversal = 0;
    const wb_date later = {20500};
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_reverse(made->ledger, number, later, "typo", "me", &reversal, &ok_err));
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    assert_int_equal(reversal, 9);
    wb_record record;
    wb_record_init(&record);
    ASSERT_OK(wb_ledger_record(made->ledger, number, &record, &ok_err));
    assert_int_equal(record.reversed_by, 9);
    ASSERT_OK(wb_ledger_record(made->ledger, reversal, &record, &ok_err));
    assert_int_equal(record.entry.reverses, number);
    assert_string_equal(record.entry.reason, "typo");
    assert_int_equal(record.entry.date.days, later.days);
    assert_int_equal(wb_money_cents(&record.entry.postings[0].amount), -500);
    assert_int_equal(wb_money_cents(&record.entry.postings[1].amount), 500);
    wb_record_clear(&record);

    static const struct {
        const char *name;
        uint64_t number;
        const char *says;
    } wrong[] = {
        {"a second time", 8, "reversed already, by entry 9"},
        {"a reversal", 9, "itself a reversal"},
        {"a document", 1, "not an entry"},
        {"beyond the end", 10, "no entry 10"},
        {"nothing", 0, "no entry 0"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        print_message("    %s\n", wrong[i].name);
        wb_error err;
        ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
        assert_int_equal(
            wb_ledger_reverse(made->ledger, wrong[i].number, later, "again", "me", &reversal, &err),
            WB_E_REVERSED);
        assert_non_null(strstr(err.message, wrong[i].says));
        wb_ledger_abort(made->ledger);
    }
    books_entry_clear(&posted);
}

static void test_a_reversal_in_the_batch_of_its_entry(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    uint64_t number = 0;
    uint64_t reversal = 0;
    bool already = false;
    wb_error err;
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    ASSERT_OK(wb_ledger_reverse(made->ledger, number, posted.entry.date, "why", "me", &reversal,
                                &ok_err));
    assert_int_equal(
        wb_ledger_reverse(made->ledger, number, posted.entry.date, "why", "me", &reversal, &err),
        WB_E_REVERSED);
    wb_ledger_abort(made->ledger);
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err));
    assert_int_equal(head.count, 7);
    books_entry_clear(&posted);
}

static void test_a_reversal_must_mirror_its_entry(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    const uint64_t number = post(made->ledger, &posted.entry);
    posted.entry.reverses = number;
    posted.entry.reason = "other amounts";
    wb_error err;
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_REVERSED);
    assert_non_null(strstr(err.message, "mirror"));
    wb_money_negate(&posted.postings[0].amount, &posted.postings[0].amount);
    wb_money_negate(&posted.postings[1].amount, &posted.postings[1].amount);
    posted.postings[0].party = "p2";
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_REVERSED);
    posted.postings[0].party = "p1";
    assert_int_equal(post(made->ledger, &posted.entry), 9);
    books_entry_clear(&posted);
}

static void test_an_aborted_batch_leaves_nothing(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p9", 500);
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    books_document(made->ledger, WB_RECORD_PARTY, "p9");
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    wb_ledger_abort(made->ledger);
    wb_error err;
    assert_int_equal(refused(made->ledger, &posted.entry, &err), WB_E_PARTY);
    posted.postings[0].party = NULL;
    assert_int_equal(post(made->ledger, &posted.entry), 8);
    books_entry_clear(&posted);
}

static void test_a_batch_with_a_refusal_can_only_be_aborted(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", NULL, 500);
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    posted.postings[0].account = "none";
    assert_int_equal(wb_ledger_post(made->ledger, &posted.entry, &number, &already, NULL),
                     WB_E_ACCOUNT);
    posted.postings[0].account = "1000";
    assert_int_equal(wb_ledger_post(made->ledger, &posted.entry, &number, &already, NULL),
                     WB_E_INTERNAL);
    assert_int_equal(wb_ledger_commit(made->ledger, NULL), WB_E_INTERNAL);
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err));
    assert_int_equal(head.entries, 0);
    books_entry_clear(&posted);
}

static void test_the_newest_document_is_the_current_one(void **state)
{
    fixture *made = *state;
    uint64_t number = 0;
    wb_document document = {
        .kind = WB_RECORD_LOAN, .date = {20000}, .id = "L1", .body = "{\"v\":1}", .maker = "test"};
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_document(made->ledger, &document, &number, &ok_err));
    document.body = "{\"v\":2}";
    ASSERT_OK(wb_ledger_document(made->ledger, &document, &number, &ok_err));
    wb_record record;
    wb_record_init(&record);
    ASSERT_OK(wb_ledger_find_document(made->ledger, WB_RECORD_LOAN, "L1", &record, &ok_err));
    assert_string_equal(record.document.body, "{\"v\":2}");
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    ASSERT_OK(wb_ledger_find_document(made->ledger, WB_RECORD_LOAN, "L1", &record, &ok_err));
    assert_int_equal(record.number, 9);
    assert_string_equal(record.document.body, "{\"v\":2}");
    assert_int_equal(wb_ledger_find_document(made->ledger, WB_RECORD_LOAN, "L2", &record, NULL),
                     WB_E_NOT_FOUND);
    assert_int_equal(wb_ledger_find_document(made->ledger, WB_RECORD_PARTY, "L1", &record, NULL),
                     WB_E_NOT_FOUND);
    wb_record_clear(&record);
}

static bool keep_id(const wb_record *record, void *context)
{
    char *list = context;
    const char *id = record->kind == WB_RECORD_ENTRY ? record->entry.memo : record->document.id;
    (void)strcat(strcat(list, id), " ");
    return true;
}

static void test_documents_come_in_order_of_id(void **state)
{
    fixture *made = *state;
    char list[100] = "";
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    books_document(made->ledger, WB_RECORD_PARTY, "a");
    books_document(made->ledger, WB_RECORD_PARTY, "p2");
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    ASSERT_OK(wb_ledger_documents(made->ledger, WB_RECORD_PARTY, keep_id, list, &ok_err));
    assert_string_equal(list, "a p1 p2 p3 ");
}

static void test_a_subject_lists_its_entries(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", NULL, 500);
    static const char *const subjects[] = {"L1", "L10", "L1", NULL, "L"};
    static const char *const memos[] = {"one", "two", "three", "four", "five"};
    for (size_t i = 0; i < COUNT(subjects); i++) {
        posted.entry.subject = subjects[i];
        posted.entry.memo = memos[i];
        post(made->ledger, &posted.entry);
    }
    char list[100] = "";
    ASSERT_OK(wb_ledger_subject(made->ledger, "L1", keep_id, list, &ok_err));
    assert_string_equal(list, "one three ");
    list[0] = '\0';
    ASSERT_OK(wb_ledger_subject(made->ledger, "L2", keep_id, list, &ok_err));
    assert_string_equal(list, "");
    books_entry_clear(&posted);
}

static void test_a_reader_sees_one_moment(void **state)
{
    fixture *made = *state;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", NULL, 500);
    wb_ledger_close(made->ledger); /* one handle of a ledger in a process */
    made->ledger = NULL;
    wb_ledger *reader = NULL;
    wb_ledger_head before;
    wb_ledger_head after;
    ASSERT_OK(wb_ledger_open(&reader, made->dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_head_read(reader, &before, &ok_err));
    const pid_t child = fork();
    if (child == 0) {
        wb_ledger *writer = NULL;
        uint64_t number = 0;
        bool already = false;
        wb_code code = wb_ledger_open(&writer, made->dir, WB_LEDGER_WRITE, NULL);
        if (code == WB_OK) code = wb_ledger_begin(writer, NULL, NULL, NULL);
        if (code == WB_OK) code = wb_ledger_post(writer, &posted.entry, &number, &already, NULL);
        if (code == WB_OK) code = wb_ledger_commit(writer, NULL);
        wb_ledger_close(writer);
        _exit(code == WB_OK && number == 8 ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ASSERT_OK(wb_ledger_head_read(reader, &after, &ok_err));
    assert_memory_equal(before.hash, after.hash, sizeof before.hash);
    wb_ledger_close(reader);
    ASSERT_OK(wb_ledger_open(&reader, made->dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_head_read(reader, &after, &ok_err));
    assert_int_equal(after.count, before.count + 1);
    wb_ledger_close(reader);
    books_entry_clear(&posted);
}

typedef struct waited {
    int times;
    char holder[200];
} waited;

static void note_waiting(const char *holder, void *context)
{
    waited *seen = context;
    seen->times++;
    (void)snprintf(seen->holder, sizeof seen->holder, "%s", holder);
}

static void test_a_second_writer_waits_and_says_for_whom(void **state)
{
    fixture *made = *state;
    int ready[2];
    waited seen = {0};
    wb_ledger_close(made->ledger);
    made->ledger = NULL;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        wb_ledger *writer = NULL;
        wb_code code = wb_ledger_open(&writer, made->dir, WB_LEDGER_WRITE, NULL);
        if (code == WB_OK) wb_ledger_describe(writer, "anna\n", "loan accrue");
        if (code == WB_OK) code = wb_ledger_begin(writer, NULL, NULL, NULL);
        const ssize_t sent = write(ready[1], "x", 1);
        usleep(200000);
        if (code == WB_OK) books_document(writer, WB_RECORD_PARTY, "late");
        if (code == WB_OK) code = wb_ledger_commit(writer, NULL);
        wb_ledger_close(writer);
        _exit(code == WB_OK && sent == 1 ? 0 : 1);
    }
    char byte = 0;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_ledger_begin(made->ledger, note_waiting, &seen, &ok_err));
    assert_int_equal(seen.times, 1);
    char expected[60];
    (void)snprintf(expected, sizeof expected, "anna? (pid %ld, loan accrue, since ", (long)child);
    assert_memory_equal(seen.holder, expected, strlen(expected));
    assert_int_equal(strlen(seen.holder), strlen(expected) + strlen("09:12:03 UTC)"));
    assert_int_equal(books_document(made->ledger, WB_RECORD_PARTY, "later"), 9);
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    ASSERT_OK(wb_ledger_begin(made->ledger, note_waiting, &seen, &ok_err));
    assert_int_equal(seen.times, 1);
    wb_ledger_abort(made->ledger);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

static void test_create_refuses_what_is_there(void **state)
{
    fixture *made = *state;
    wb_error err;
    assert_int_equal(wb_ledger_create(made->dir, &err), WB_E_EXISTS);
    char dir[BOOKS_PATH];
    char file[BOOKS_PATH + 10];
    books_path(dir, "other");
    assert_int_equal(mkdir(dir, 0700), 0);
    (void)snprintf(file, sizeof file, "%s/notes", dir);
    const int open_file = open(file, O_CREAT | O_WRONLY, 0600);
    assert_true(open_file >= 0);
    (void)close(open_file);
    assert_int_equal(wb_ledger_create(dir, &err), WB_E_EXISTS);
    assert_non_null(strstr(err.message, "notes"));
    assert_int_equal(unlink(file), 0);
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    books_remove(dir);
    (void)snprintf(file, sizeof file, "%s/a/b", dir);
    assert_int_equal(wb_ledger_create(file, &err), WB_E_IO);
}

static void test_open_refuses_what_is_no_ledger(void **state)
{
    (void)state;
    char dir[BOOKS_PATH];
    wb_ledger *ledger = NULL;
    wb_error err;
    books_path(dir, "none");
    assert_int_equal(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), WB_E_NOT_LEDGER);
    assert_null(ledger);
    assert_int_equal(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err), WB_E_NOT_LEDGER);
    assert_string_equal(err.file, dir);
    assert_int_not_equal(access(dir, F_OK), 0); /* opening makes nothing */
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err), WB_E_NOT_LEDGER);
    assert_int_equal(rmdir(dir), 0); /* it is empty still */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_entry_reads_back_as_posted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_numbers_have_no_gaps_and_the_head_counts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_same_reference_and_content_is_already_there, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_reference_with_other_content_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_refusals_come_in_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_entry_is_reversed_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reversal_in_the_batch_of_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reversal_must_mirror_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_aborted_batch_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_batch_with_a_refusal_can_only_be_aborted, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_newest_document_is_the_current_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_documents_come_in_order_of_id, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_subject_lists_its_entries, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reader_sees_one_moment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_second_writer_waits_and_says_for_whom, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_create_refuses_what_is_there, setup, teardown),
        cmocka_unit_test(test_open_refuses_what_is_no_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
