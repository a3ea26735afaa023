/* faults_work.c - the operations that are made to fail; see faults.h. */
#include <fcntl.h>
#include <sys/file.h>

#include "crash/faults.h"

#include "eyes.h"
#include "waarborg/anchor.h"

enum { PARTS = 3, CHART = 7 };

uint64_t faulty_count(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    wb_ledger_close(ledger);
    return report.records;
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

void faulty_setup(faulty *books)
{
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_create(books->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
}

static void count_before(faulty *books)
{
    books->before = faulty_count(books->dir);
}

/* An operation that adds `more` records, all or none. */
static void check_added(const faulty *books, wb_code code, uint64_t more)
{
    const uint64_t after = faulty_count(books->dir);
    assert_true(after == books->before || after == books->before + more);
    if (code == WB_OK) assert_int_equal(after, books->before + more);
}

/* Begin, and abort when what was posted is refused. */
static wb_code end_batch(wb_ledger *ledger, wb_code code, wb_error *err)
{
    if (code == WB_OK) return wb_ledger_commit(ledger, err);
    wb_ledger_abort(ledger);
    return code;
}

static bool is_lock_free(const char *dir)
{
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/writer.lock", dir);
    const int file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    const bool is_free = flock(file, LOCK_EX | LOCK_NB) == 0;
    (void)close(file);
    return is_free;
}

/* After a failure the same handle either goes on or, when it was the commit that failed, says that
 * the ledger must be opened again. */
static void check_handle(const faulty *books, wb_ledger *ledger, wb_code code, const wb_error *said)
{
    wb_error err = {0};
    if (code == WB_OK || ledger == NULL || said == NULL || !calls_disarm()) return;
    assert_true(is_lock_free(books->dir)); /* though the handle is open */
    const wb_code again = wb_ledger_begin(ledger, NULL, NULL, &err);
    const bool in_doubt = strstr(said->message, "cannot commit") != NULL;
    if (again == WB_OK) {
        assert_false(in_doubt);
        wb_ledger_abort(ledger);
    } else {
        assert_int_equal(again, WB_E_IO);
        assert_non_null(strstr(err.message, "open the ledger again"));
    }
}

static wb_code post_some(wb_ledger *ledger, int round, int count, wb_error *err)
{
    books_entry posted;
    char text[40];
    books_entry_init(&posted, "1000", "8000", "p1", 100 + round);
    posted.entry.source = "faults";
    posted.entry.reference = text;
    posted.entry.maker = "anna";
    wb_code code = WB_OK;
    for (int i = 0; code == WB_OK && i < count; i++) {
        uint64_t number = 0;
        bool already = false;
        (void)snprintf(text, sizeof text, "%d-%d", round, i);
        code = wb_ledger_post(ledger, &posted.entry, &number, &already, err);
    }
    books_entry_clear(&posted);
    return code;
}

wb_code faulty_post(const faulty *books, int count, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) code = end_batch(ledger, post_some(ledger, books->round, count, err), err);
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    return code;
}

/* ---- create, open, verify ---- */

static void ready_other(faulty *books)
{
    books_remove(books->other);
}

static wb_code work_create(faulty *books, wb_error *err)
{
    return wb_ledger_create(books->other, err);
}

static void check_create(faulty *books, wb_code code)
{
    if (code != WB_OK) assert_false(is_there(books->other));
    if (code == WB_OK) assert_int_equal(faulty_count(books->other), 0);
}

static wb_code work_verify(faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report = {0};
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify(ledger, &report, NULL, NULL, err);
    if (code == WB_OK) assert_int_equal(report.records, books->before);
    wb_ledger_close(ledger);
    return code;
}

static void check_unchanged(faulty *books, wb_code code)
{
    (void)code;
    assert_int_equal(faulty_count(books->dir), books->before);
}

/* ---- posting ---- */

static void ready_post(faulty *books)
{
    books->round++;
    count_before(books);
}

static wb_code work_post(faulty *books, wb_error *err)
{
    return faulty_post(books, 1, err);
}

/* A retry after a failure doubles nothing and loses nothing. */
static void check_post(faulty *books, wb_code code)
{
    check_added(books, code, 1);
    ASSERT_OK(faulty_post(books, 1, &ok_err));
    assert_int_equal(faulty_count(books->dir), books->before + 1);
}

static wb_code work_batch(faulty *books, wb_error *err)
{
    return faulty_post(books, PARTS, err);
}

static void check_batch(faulty *books, wb_code code)
{
    check_added(books, code, PARTS);
    ASSERT_OK(faulty_post(books, PARTS, &ok_err));
    assert_int_equal(faulty_count(books->dir), books->before + PARTS);
}

static wb_code submit_to(const faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    books_entry posted;
    char text[40];
    uint64_t number = 0;
    bool already = false;
    books_entry_init(&posted, "1000", "8000", "p1", 100 + books->round);
    (void)snprintf(text, sizeof text, "%d", books->round);
    posted.entry.source = "submit";
    posted.entry.reference = text;
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) {
        code = wb_ledger_submit(ledger, &posted.entry, 1, &number, &already, NULL, NULL, err);
    }
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    books_entry_clear(&posted);
    return code;
}

static wb_code work_submit(faulty *books, wb_error *err)
{
    return submit_to(books, err);
}

static void check_submit(faulty *books, wb_code code)
{
    check_added(books, code, 1);
    ASSERT_OK(submit_to(books, &ok_err));
    assert_int_equal(faulty_count(books->dir), books->before + 1);
}

static wb_code work_document(faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    uint64_t number = 0;
    char id[40];
    (void)snprintf(id, sizeof id, "p-%d", books->round);
    const wb_document document = {
        .kind = WB_RECORD_PARTY, .date = {20000}, .id = id, .body = "{}", .maker = "test"};
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) {
        code = end_batch(ledger, wb_ledger_document(ledger, &document, &number, err), err);
    }
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    return code;
}

static void check_one(faulty *books, wb_code code)
{
    check_added(books, code, 1);
}

static void ready_reverse(faulty *books)
{
    books->round++;
    ASSERT_OK(faulty_post(books, 1, &ok_err));
    count_before(books);
    books->target = books->before;
}

static wb_code reverse_in(const faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    uint64_t number = 0;
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) {
        code = wb_ledger_reverse(ledger, books->target, (wb_date){20500}, "fault", "test", &number,
                                 err);
        code = end_batch(ledger, code, err);
    }
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    return code;
}

static wb_code work_reverse(faulty *books, wb_error *err)
{
    return reverse_in(books, err);
}

/* Reversed once, and not twice. */
static void check_reverse(faulty *books, wb_code code)
{
    check_added(books, code, 1);
    const bool done = faulty_count(books->dir) > books->before;
    assert_int_equal(reverse_in(books, NULL), done ? WB_E_REVERSED : WB_OK);
    assert_int_equal(faulty_count(books->dir), books->before + 1);
}

/* ---- copies ---- */

static wb_code work_backup(faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_backup(ledger, books->other, &report, err);
    wb_ledger_close(ledger);
    return code;
}

static void check_backup(faulty *books, wb_code code)
{
    wb_verify_report report;
    assert_int_equal(is_there(books->other), code == WB_OK);
    if (code != WB_OK) return;
    books_remove(books->third);
    ASSERT_OK(wb_ledger_restore(books->other, books->third, &report, &ok_err));
    assert_int_equal(report.records, CHART);
}

static void setup_backup(faulty *books)
{
    books_remove(books->third);
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    faulty_setup(books);
    ASSERT_OK(wb_ledger_open(&ledger, books->dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_backup(ledger, books->third, &report, &ok_err));
    wb_ledger_close(ledger);
}

static wb_code work_restore(faulty *books, wb_error *err)
{
    wb_verify_report report;
    return wb_ledger_restore(books->third, books->other, &report, err);
}

static wb_code work_rebuild(faulty *books, wb_error *err)
{
    wb_verify_report report;
    return wb_ledger_rebuild(books->dir, books->other, &report, err);
}

static void check_copy(faulty *books, wb_code code)
{
    if (code != WB_OK) assert_false(is_there(books->other));
    if (code == WB_OK) assert_int_equal(faulty_count(books->other), CHART);
}

/* ---- four eyes ---- */

/* Their memory is locked, which is no call on a ledger: made before. Kept to the end. */
static wb_signer *anna;
static wb_signer *ben;

static void setup_eyes(faulty *books)
{
    if (anna == NULL) anna = eyes_signer("anna", 0);
    if (ben == NULL) ben = eyes_signer("ben", 0);
    eyes made;
    eyes_open_on(&made, "faults-eyes");
    (void)snprintf(books->dir, sizeof books->dir, "%s", made.dir);
    books_path(made.dir, "faults-none"); /* so that the close leaves them there */
    eyes_close(&made);
}

static wb_code propose_to(const faulty *books, uint64_t *number, wb_error *err)
{
    wb_ledger *ledger = NULL;
    const wb_proposal_terms terms = eyes_terms();
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) {
        code = post_some(ledger, books->round, PARTS, err);
        if (code == WB_OK) code = wb_ledger_propose(ledger, anna, &terms, number, err);
        code = end_batch(ledger, code, err);
    }
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    return code;
}

static wb_code work_propose(faulty *books, wb_error *err)
{
    return propose_to(books, &books->target, err);
}

static void ready_decide(faulty *books)
{
    books->round++;
    ASSERT_OK(propose_to(books, &books->target, &ok_err));
    count_before(books);
}

static wb_code decide_in(const faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_decided decided;
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) {
        code = wb_ledger_decide(ledger, books->target, WB_VERDICT_APPROVE, ben, "", &decided, err);
        code = end_batch(ledger, code, err);
    }
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    return code;
}

static wb_code work_decide(faulty *books, wb_error *err)
{
    return decide_in(books, err);
}

/* The verdict and all it posts, or neither; and not twice. */
static void check_decide(faulty *books, wb_code code)
{
    check_added(books, code, 1 + PARTS);
    const bool done = faulty_count(books->dir) > books->before;
    assert_int_equal(decide_in(books, NULL), done ? WB_E_RULE : WB_OK);
    assert_int_equal(faulty_count(books->dir), books->before + 1 + PARTS);
}

static wb_code work_anchor(faulty *books, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_anchor anchor;
    wb_anchor_init(&anchor);
    wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) {
        code = wb_ledger_anchor(&anchor, ledger, anna, (wb_date){20500}, err);
        code = end_batch(ledger, code, err);
    }
    check_handle(books, ledger, code, err);
    wb_ledger_close(ledger);
    wb_anchor_clear(&anchor);
    return code;
}

const operation operations[OPERATIONS] = {
    {"create", faulty_setup, ready_other, work_create, check_create},
    {"verify", faulty_setup, count_before, work_verify, check_unchanged},
    {"post", faulty_setup, ready_post, work_post, check_post},
    {"batch", faulty_setup, ready_post, work_batch, check_batch},
    {"submit", faulty_setup, ready_post, work_submit, check_submit},
    {"document", faulty_setup, ready_post, work_document, check_one},
    {"reverse", faulty_setup, ready_reverse, work_reverse, check_reverse},
    {"backup", faulty_setup, ready_other, work_backup, check_backup},
    {"restore", setup_backup, ready_other, work_restore, check_copy},
    {"rebuild", faulty_setup, ready_other, work_rebuild, check_copy},
    {"propose", setup_eyes, ready_post, work_propose, check_one},
    {"approve", setup_eyes, ready_decide, work_decide, check_decide},
    {"anchor", setup_eyes, ready_post, work_anchor, check_one},
};
