/* Goal: whatever happens, in whatever order, the books hold what they should and refuse the rest.
 * Method: random histories of posting, retrying, reversing, proposing, approving, rejecting,
 * closing, reopening, dying before and after a commit, and opening again, played on a ledger and on
 * a model on paper; every answer and all that can be read is compared. A failing history is shrunk.
 */
#include <inttypes.h>

#include "books.h"
#include "run.h"

enum { OPS = 120, HISTORIES = WB_SANITIZED ? 30 : 100, DEEP_FACTOR = 40 };

/* Leave out runs of operations, ever shorter, while what is left still fails. */
static size_t shrink(const char *dir, op *ops, size_t count, char message[512])
{
    history_counts counts = {0};
    op *fewer = calloc(count, sizeof *fewer);
    assert_non_null(fewer);
    for (size_t size = count / 2; size > 0; size /= 2) {
        for (size_t from = 0; from + size <= count;) {
            char why[512];
            memcpy(fewer, ops, from * sizeof *ops);
            memcpy(fewer + from, ops + from + size, (count - from - size) * sizeof *ops);
            if (history_play(dir, fewer, count - size, &counts, why)) {
                from += size;
                continue;
            }
            count -= size;
            memcpy(ops, fewer, count * sizeof *ops);
            memcpy(message, why, sizeof why);
        }
    }
    free(fewer);
    return count;
}

static void run(uint64_t seed, history_counts *counts)
{
    char dir[BOOKS_PATH];
    char message[512];
    op ops[OPS];
    history_make(ops, OPS, seed);
    (void)books_path(dir, "history");
    if (history_play(dir, ops, OPS, counts, message)) return;
    const size_t count = shrink(dir, ops, OPS, message);
    print_error("history %" PRIu64 ": %s\nshrunk to %zu operations:\n", seed, message, count);
    for (size_t i = 0; i < count; i++)
        history_print(&ops[i]);
    fail();
}

static void random_histories_agree_with_the_model(void **state)
{
    (void)state;
    const char *one = getenv("WB_HISTORY");
    const char *deep = getenv("WAARBORG_DEEP");
    const bool long_run = deep != NULL && strcmp(deep, "yes") == 0;
    const uint64_t histories = (uint64_t)HISTORIES * (long_run ? DEEP_FACTOR : 1);
    history_counts counts = {0};
    if (one != NULL) {
        run(strtoull(one, NULL, 10), &counts);
        return;
    }
    for (uint64_t seed = 1; seed <= histories; seed++)
        run(seed, &counts);
    print_message("%" PRIu64 " histories: %zu operations, %zu refused as expected, %zu entries "
                  "posted, %zu proposals, %zu approvals, %zu crashes, %zu times opened again, %zu "
                  "full comparisons; WB_HISTORY=SEED plays one\n",
                  histories, counts.done, counts.refused, counts.posted, counts.proposals,
                  counts.approvals, counts.crashes, counts.reopened, counts.compared);
    /* a run in which nothing happened would prove nothing */
    assert_true(counts.posted > 5 * histories && counts.approvals > histories);
    assert_true(counts.refused > 5 * histories && counts.crashes > histories);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
