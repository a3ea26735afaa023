/* Goal: a directory that cannot be written is read, and only read; nothing is made in it.
 * Method: a child drops to another user, as root may write everywhere, and reports by its status.
 */
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>

#include "books.h"

enum { OTHER_USER = 65534, CANNOT_DROP = 77 };

typedef struct fixture {
    char dir[64];
} fixture;

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    wb_ledger *ledger = NULL;
    char file[100];
    (void)snprintf(made->dir, sizeof made->dir, "/tmp/wb-permissions-%ld", (long)getpid());
    books_remove(made->dir);
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer.lock", "head"};
    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(file, sizeof file, "%s/%s", made->dir, files[i]);
        assert_int_equal(chmod(file, 0444), 0);
    }
    assert_int_equal(chmod(made->dir, 0555), 0);
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    (void)chmod(made->dir, 0700);
    books_remove(made->dir);
    free(made);
    return 0;
}

/* Run `work` as another user; its answer is the exit status. */
static int as_other(int (*work)(const char *dir), const char *dir)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (getuid() == 0 &&
            (setgroups(0, NULL) != 0 || setgid(OTHER_USER) != 0 || setuid(OTHER_USER) != 0)) {
            _exit(CANNOT_DROP);
        }
        _exit(work(dir));
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CANNOT_DROP) {
        print_message("    skipped: cannot become another user\n");
        skip();
    }
    return WEXITSTATUS(status);
}

static int read_books(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    wb_error err = {0};
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err);
    if (code == WB_OK) code = wb_ledger_verify(ledger, &report, NULL, NULL, &err);
    if (code == WB_OK && report.records != 7) return 1;
    wb_ledger_close(ledger);
    if (code != WB_OK) print_error("%s: %s\n", wb_code_name(code), err.message);
    return code == WB_OK ? 0 : 2;
}

static int write_books(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_error err = {0};
    return wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err) == WB_E_IO && ledger == NULL ? 0 : 1;
}

static int create_inside(const char *dir)
{
    char path[100];
    wb_error err = {0};
    (void)snprintf(path, sizeof path, "%s/books", dir);
    return wb_ledger_create(path, &err) == WB_E_IO ? 0 : 1;
}

static int count_files(const char *dir)
{
    int count = 0;
    DIR *listing = opendir(dir);
    assert_non_null(listing);
    while (readdir(listing) != NULL)
        count++;
    (void)closedir(listing);
    return count;
}

static void test_a_read_only_directory_is_read(void **state)
{
    fixture *made = *state;
    const int before = count_files(made->dir);
    assert_int_equal(as_other(read_books, made->dir), 0);
    assert_int_equal(count_files(made->dir), before);
}

static void test_a_copy_without_lock_files_is_read(void **state)
{
    fixture *made = *state;
    char file[100];
    static const char *const files[] = {"lock.mdb", "writer.lock", "head"};
    assert_int_equal(chmod(made->dir, 0755), 0);
    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(file, sizeof file, "%s/%s", made->dir, files[i]);
        assert_int_equal(unlink(file), 0);
    }
    assert_int_equal(chmod(made->dir, 0555), 0);
    assert_int_equal(as_other(read_books, made->dir), 0);
    assert_int_equal(count_files(made->dir), 3); /* ., .., data.mdb */
}

static void test_a_read_only_directory_is_not_written(void **state)
{
    fixture *made = *state;
    assert_int_equal(as_other(write_books, made->dir), 0);
    assert_int_equal(as_other(create_inside, made->dir), 0);
}

static int open_hidden(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_error err = {0};
    return wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err) == WB_E_IO ? 0 : 1;
}

static void test_a_data_file_that_may_not_be_read_is_an_io_error(void **state)
{
    fixture *made = *state;
    char file[100];
    (void)snprintf(file, sizeof file, "%s/data.mdb", made->dir);
    assert_int_equal(chmod(file, 0), 0);
    assert_int_equal(as_other(open_hidden, made->dir), 0);
}

/* Who may write beside the data may not choose what a writer's rights are used on. */
static void test_a_link_in_the_place_of_a_file_is_not_followed_by_a_writer(void **state)
{
    static const char *const files[] = {"writer.lock", "head", "lock.mdb"};
    const fixture *made = *state;
    assert_int_equal(chmod(made->dir, 0700), 0);
    char target[100];
    (void)snprintf(target, sizeof target, "%s/target", made->dir);
    for (size_t i = 0; i < COUNT(files); i++) {
        char file[100];
        char kept[120];
        wb_ledger *ledger = NULL;
        wb_error err;
        (void)snprintf(file, sizeof file, "%s/%s", made->dir, files[i]);
        (void)snprintf(kept, sizeof kept, "%s.kept", file);
        assert_int_equal(rename(file, kept), 0);
        assert_int_equal(symlink(target, file), 0);
        assert_int_equal(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &err), WB_E_IO);
        assert_null(ledger);
        assert_int_not_equal(access(target, F_OK), 0);
        assert_int_equal(rename(kept, file), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_read_only_directory_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_copy_without_lock_files_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_read_only_directory_is_not_written, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_link_in_the_place_of_a_file_is_not_followed_by_a_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_data_file_that_may_not_be_read_is_an_io_error, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
