/* Goal: a damaged data file gives an error or the right answer; never a wrong one, never a death.
 * Method: flip one bit of every byte of a small ledger in turn, cut it after every page, and read
 * all there is to read; answers are compared byte by byte with those of the undamaged file. The
 * same, of every third byte, for a reader that looks as of a record and does not verify. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "books.h"
#include "waarborg/anchor.h"

/* The sanitizer makes each look several times slower: there every byte is for the deep check. */
enum { STRIDE = WB_SANITIZED ? 11 : 1 };

enum { VIEW = 32, VIEW_STRIDE = 3 }; /* a record between two versions of a party */

enum { ENTRIES = 40, DUMP_MAX = 1 << 17, KILLERS_MAX = 400, SECONDS_MAX = 10 };

/* All answers of a ledger, as text. */
typedef struct dump {
    size_t size;
    char text[DUMP_MAX];
} dump;

static void say(dump *out, const char *format, ...) WB_PRINTF(2, 3);
static void say(dump *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int size = vsnprintf(out->text + out->size, DUMP_MAX - out->size, format, arguments);
    va_end(arguments);
    out->size += size < 0 ? 0 : (size_t)size;
    if (out->size >= DUMP_MAX) out->size = DUMP_MAX - 1; /* it will not compare equal */
}

static off_t stride(void)
{
    const char *deep = getenv("WAARBORG_DEEP");
    off_t step = STRIDE;
    if (deep != NULL && strcmp(deep, "yes") == 0) step = 1;
    return step;
}

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

static bool say_record(const wb_record *record, void *context)
{
    dump *out = context;
    char hash[2 * WB_LEDGER_HASH_SIZE + 1];
    char amount[WB_MONEY_TEXT_MAX];
    say(out, "%llu %d %llu %llu %s", (unsigned long long)record->number, (int)record->kind,
        (unsigned long long)record->recorded_us, (unsigned long long)record->reversed_by,
        wb_hash_text(hash, record->hash));
    if (record->kind != WB_RECORD_ENTRY) {
        const wb_document *document = &record->document;
        say(out, " %d %s %s %s\n", document->date.days, document->id, document->body,
            document->maker);
        return true;
    }
    const wb_entry *entry = &record->entry;
    say(out, " %d %s %s %s %s %s %s %llu %s", entry->date.days, entry->event,
        or_dash(entry->subject), or_dash(entry->source), or_dash(entry->reference), entry->memo,
        entry->maker, (unsigned long long)entry->reverses, or_dash(entry->reason));
    for (size_t i = 0; i < entry->posting_count; i++) {
        say(out, " %s/%s=%s", entry->postings[i].account, or_dash(entry->postings[i].party),
            wb_money_text(amount, &entry->postings[i].amount, WB_MONEY_PLAIN));
    }
    say(out, "\n");
    return true;
}

static bool say_balance(const wb_balance *balance, void *context)
{
    char debit[WB_MONEY_TEXT_MAX];
    char credit[WB_MONEY_TEXT_MAX];
    say(context, "%s/%s %s %s %llu\n", balance->account, or_dash(balance->party),
        wb_money_text(debit, &balance->debit, WB_MONEY_PLAIN),
        wb_money_text(credit, &balance->credit, WB_MONEY_PLAIN),
        (unsigned long long)balance->postings);
    return true;
}

static bool say_line(const wb_statement_line *line, void *context)
{
    char balance[WB_MONEY_TEXT_MAX];
    say(context, "%llu %d %s %s %s\n", (unsigned long long)line->number, line->date.days,
        line->memo, or_dash(line->reference),
        wb_money_text(balance, &line->balance, WB_MONEY_PLAIN));
    return true;
}

/* Everything a reader can ask. */
static wb_code read_all(wb_ledger *ledger, dump *out, wb_error *err)
{
    const wb_date at = {20465};
    wb_money opening;
    uint64_t number = 0;
    wb_money_init(&opening);
    wb_code code = wb_ledger_log(ledger, 1, say_record, out, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, NULL, say_balance, out, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, &at, say_balance, out, err);
    if (code == WB_OK) {
        code = wb_ledger_statement(ledger, "1000", NULL, &at, NULL, &opening, say_line, out, err);
    }
    if (code == WB_OK) {
        code = wb_ledger_statement(ledger, NULL, "p2", NULL, &at, &opening, say_line, out, err);
    }
    if (code == WB_OK) code = wb_ledger_documents(ledger, WB_RECORD_PARTY, say_record, out, err);
    if (code == WB_OK) code = wb_ledger_subject(ledger, "L1", say_record, out, err);
    if (code == WB_OK) code = wb_ledger_find_reference(ledger, "test", "r7", &number, err);
    say(out, "%llu\n", (unsigned long long)number);
    wb_checkpoint checkpoint;
    char root[2 * WB_LEDGER_HASH_SIZE + 1];
    if (code == WB_OK) code = wb_ledger_checkpoint(&checkpoint, ledger, err);
    if (code == WB_OK) {
        say(out, "%llu %s %s\n", (unsigned long long)checkpoint.size,
            wb_hash_text(root, checkpoint.root.bytes), checkpoint.chain);
    }
    wb_money_clear(&opening);
    return code;
}

/* What was known after record VIEW, by all that leaves records out. Without verify, which sees
 * damage anywhere: here the answers themselves must be right. */
static wb_code read_view(wb_ledger *ledger, dump *out, wb_error *err)
{
    const wb_date at = {20465};
    wb_money opening;
    wb_ledger_head head = {0};
    wb_money_init(&opening);
    wb_code code = wb_ledger_as_of(ledger, VIEW, err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &head, err);
    say(out, "%llu %llu %d\n", (unsigned long long)head.count, (unsigned long long)head.entries,
        head.last_date.days);
    if (code == WB_OK) code = wb_ledger_documents(ledger, WB_RECORD_PARTY, say_record, out, err);
    if (code == WB_OK) code = wb_ledger_log(ledger, 1, say_record, out, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, NULL, say_balance, out, err);
    if (code == WB_OK) code = wb_ledger_balances(ledger, &at, say_balance, out, err);
    if (code == WB_OK) {
        code = wb_ledger_statement(ledger, "1000", NULL, &at, NULL, &opening, say_line, out, err);
    }
    if (code == WB_OK) {
        code = wb_ledger_statement(ledger, NULL, "p2", NULL, &at, &opening, say_line, out, err);
    }
    wb_money_clear(&opening);
    return code;
}

/* One look at the ledger in `dir`. */
typedef struct look {
    const char *dir;
    dump *out;
    bool view;
} look;

static wb_code look_at(void *context, wb_error *err)
{
    const look *work = context;
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    work->out->size = 0;
    wb_code code = wb_ledger_open(&ledger, work->dir, WB_LEDGER_READ, err);
    if (code == WB_OK && work->view) code = read_view(ledger, work->out, err);
    if (code == WB_OK && !work->view) code = read_all(ledger, work->out, err);
    if (code == WB_OK && !work->view) code = wb_ledger_verify(ledger, &report, NULL, NULL, err);
    wb_ledger_close(ledger);
    return code;
}

/* Shared with the children. */
typedef struct progress {
    off_t next; /* byte to flip now */
    uint64_t equal;
    uint64_t refused;
    uint64_t wrong;   /* success with another answer */
    uint64_t unclear; /* an exit other than 6 without a word about damage */
    off_t first_bad;
    int bad_code;
    char bad_message[320];
    dump out;
} progress;

typedef struct fixture {
    char dir[BOOKS_PATH];
    char file[2 * BOOKS_PATH];
    off_t size;
    bool view; /* look as of a record */
    off_t stride;
    dump *right;
    progress *shared;
} fixture;

/* Several small commits, so that older versions of pages lie about in the file: a damaged pointer
 * may well lead to one. */
static void make_books(const char *dir)
{
    wb_ledger *ledger = NULL;
    books_entry posted;
    char text[20];
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    for (int i = 0; i < ENTRIES; i++) {
        uint64_t number = 0;
        bool already = false;
        books_entry_init(&posted, i % 3 == 0 ? "1000" : "1100", "8000", i % 2 == 0 ? "p1" : "p2",
                         1000 + i);
        (void)snprintf(text, sizeof text, "r%d", i);
        posted.entry.source = "test";
        posted.entry.reference = text;
        posted.entry.memo = "a memo of some length, so that records fill several pages of the file";
        posted.entry.date.days += i % 20;
        if (i % 5 == 0) posted.entry.subject = "L1";
        ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
        ASSERT_OK(wb_ledger_post(ledger, &posted.entry, &number, &already, &ok_err));
        if (i == 10 || i == 35) books_document(ledger, WB_RECORD_PARTY, "p2");
        if (i == 20) {
            ASSERT_OK(wb_ledger_reverse(ledger, number, posted.entry.date, "damage", "test",
                                        &number, &ok_err));
        }
        ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
        books_entry_clear(&posted);
    }
    wb_ledger_close(ledger);
}

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    made->right = calloc(1, sizeof *made->right);
    made->shared =
        mmap(NULL, sizeof *made->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(made->shared != MAP_FAILED);
    books_path(made->dir, "damage");
    make_books(made->dir);
    (void)snprintf(made->file, sizeof made->file, "%s/data.mdb", made->dir);
    struct stat status;
    assert_int_equal(stat(made->file, &status), 0);
    made->size = status.st_size;
    made->stride = stride();
    look work = {made->dir, made->right, false};
    ASSERT_OK(look_at(&work, &ok_err));
    assert_true(made->right->size > 1000 && made->right->size < DUMP_MAX - 1);
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    (void)munmap(made->shared, sizeof *made->shared);
    books_remove(made->dir);
    free(made->right);
    free(made);
    return 0;
}

/* Flip one bit of a byte; again to undo. Which bit rotates with the place. */
static void flip(const char *path, off_t offset)
{
    const int file = open(path, O_RDWR | O_CLOEXEC);
    uint8_t byte = 0;
    if (file < 0 || pread(file, &byte, 1, offset) != 1) abort();
    byte ^= (uint8_t)(1U << ((offset + offset / 4096) % 8));
    if (pwrite(file, &byte, 1, offset) != 1 || close(file) != 0) abort();
}

static bool speaks_of_damage(wb_code code, const char *message)
{
    const int status = wb_code_exit(code);
    return status == 6 || ((status == 3 || status == 7) && strstr(message, "damage") != NULL);
}

static void judge(const fixture *made, progress *shared, wb_code code, const char *message)
{
    bool bad = false;
    if (code != WB_OK) {
        shared->refused++;
        bad = !speaks_of_damage(code, message);
        shared->unclear += bad ? 1 : 0;
    } else if (shared->out.size == made->right->size &&
               memcmp(shared->out.text, made->right->text, made->right->size) == 0) {
        shared->equal++;
    } else {
        bad = true;
        shared->wrong++;
    }
    if (bad && shared->first_bad == 0) {
        shared->first_bad = shared->next;
        shared->bad_code = (int)code;
        (void)snprintf(shared->bad_message, sizeof shared->bad_message, "%s", message);
    }
}

/* Flip and look, byte after byte, until the end or until a look kills this process. */
static void run_child(const fixture *made)
{
    progress *shared = made->shared;
    static const int deadly[] = {SIGBUS, SIGSEGV, SIGABRT, SIGFPE};
    for (size_t i = 0; i < COUNT(deadly); i++)
        (void)signal(deadly[i], SIG_DFL);
    look work = {made->dir, &shared->out, made->view};
    for (; shared->next < made->size; shared->next += made->stride) {
        wb_error err = {0};
        (void)alarm(SECONDS_MAX);
        flip(made->file, shared->next);
        const wb_code code = look_at(&work, &err);
        flip(made->file, shared->next);
        judge(made, shared, code, err.message);
    }
    _exit(0);
}

static void flip_all(fixture *made)
{
    progress *shared = made->shared;
    *shared = (progress){0};
    off_t killers[KILLERS_MAX];
    size_t killed = 0;
    while (shared->next < made->size) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) run_child(made);
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
        flip(made->file, shared->next); /* what the child could not undo */
        assert_true(WIFSIGNALED(status));
        assert_int_not_equal(WTERMSIG(status), SIGALRM); /* it would never have ended */
        assert_true(killed < KILLERS_MAX);
        killers[killed++] = shared->next;
        shared->next += made->stride;
    }
    print_message("    %lld bytes: %llu refused, %llu equal, %zu killed the reader, %llu wrong, "
                  "%llu unclear\n",
                  (long long)made->size, (unsigned long long)shared->refused,
                  (unsigned long long)shared->equal, killed, (unsigned long long)shared->wrong,
                  (unsigned long long)shared->unclear);
    if (shared->first_bad != 0) {
        print_error("first at %lld: %s: %s\n", (long long)shared->first_bad,
                    wb_code_name((wb_code)shared->bad_code), shared->bad_message);
    }
    assert_int_equal(shared->wrong, 0);
    assert_int_equal(shared->unclear, 0);
    assert_true(shared->refused * (made->view ? 20 : 10) >
                (uint64_t)(made->size / made->stride)); /* the flips do hit */

    /* Those that kill are an error too, for whoever asks through the guard. */
    look work = {made->dir, &shared->out, made->view};
    for (size_t i = 0; i < killed; i++) {
        wb_error err = {0};
        flip(made->file, killers[i]);
        const wb_code code = wb_ledger_guard(look_at, &work, made->dir, &err);
        flip(made->file, killers[i]);
        assert_int_equal(code, WB_E_DAMAGED);
        assert_non_null(strstr(err.message, "damaged"));
        assert_string_equal(err.file, made->dir);
    }
    wb_error err = {0};
    assert_int_equal(wb_ledger_guard(look_at, &work, made->dir, &err), WB_OK);
    assert_int_equal(shared->out.size, made->right->size);
}

static void test_one_flipped_bit_is_an_error_or_the_right_answer(void **state)
{
    flip_all(*state);
}

static void test_one_flipped_bit_spoils_no_view(void **state)
{
    fixture *made = *state;
    made->view = true;
    made->stride = stride() * VIEW_STRIDE;
    look work = {made->dir, made->right, true};
    ASSERT_OK(look_at(&work, &ok_err));
    flip_all(made);
}

/* Cut the file to a size, look through the guard, and put the end back. */
static void cut_and_look(fixture *made, const char *whole, off_t size)
{
    progress *shared = made->shared;
    wb_error err = {0};
    look work = {made->dir, &shared->out, false};
    assert_int_equal(truncate(made->file, size), 0);
    const wb_code code = wb_ledger_guard(look_at, &work, made->dir, &err);
    const int file = open(made->file, O_WRONLY);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, whole + size, (size_t)(made->size - size), size),
                     made->size - size);
    (void)close(file);
    if (!speaks_of_damage(code, err.message)) {
        print_error("cut to %lld: %s %s\n", (long long)size, wb_code_name(code), err.message);
    }
    assert_true(speaks_of_damage(code, err.message));
}

static void test_a_file_cut_short_is_damage(void **state)
{
    fixture *made = *state;
    char *whole = malloc((size_t)made->size);
    const int file = open(made->file, O_RDONLY);
    assert_true(file >= 0);
    assert_int_equal(read(file, whole, (size_t)made->size), made->size);
    (void)close(file);
    for (off_t size = 0; size < made->size; size += 4096)
        cut_and_look(made, whole, size);
    cut_and_look(made, whole, made->size - 1);
    cut_and_look(made, whole, 100);
    free(whole);
    look work = {made->dir, &made->shared->out, false};
    wb_error err = {0};
    assert_int_equal(wb_ledger_guard(look_at, &work, made->dir, &err), WB_OK);
}

/* The data file of a moment ago under the mark of now: what was acknowledged is missing. */
static void test_an_older_data_file_is_noticed(void **state)
{
    fixture *made = *state;
    char *old = malloc((size_t)made->size);
    const int file = open(made->file, O_RDWR);
    assert_int_equal(read(file, old, (size_t)made->size), made->size);
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    books_document(ledger, WB_RECORD_PARTY, "new");
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    wb_ledger_close(ledger);
    assert_int_equal(pwrite(file, old, (size_t)made->size, 0), made->size);
    (void)close(file);
    free(old);
    wb_error err = {0};
    assert_int_equal(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "1 are missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_flipped_bit_is_an_error_or_the_right_answer, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_one_flipped_bit_spoils_no_view, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_cut_short_is_damage, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_older_data_file_is_noticed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
