/*
 * books.h - a ledger in a directory of its own for each test, and short ways to post to it.
 */
#ifndef WAARBORG_TESTS_BOOKS_H
#define WAARBORG_TESTS_BOOKS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "waarborg/ledger.h"

enum { BOOKS_PATH = 300 };

/* Where ASSERT_OK finds the message of a failure: pass &ok_err to the call. */
static wb_error ok_err;
#define ASSERT_OK(call)                                                                       \
    do {                                                                                      \
        const wb_code ok_code = (call);                                                       \
        if (ok_code != WB_OK) print_error("%s: %s\n", wb_code_name(ok_code), ok_err.message); \
        assert_int_equal(ok_code, WB_OK);                                                     \
    } while (0)

/* Remove a file, or a directory of files. */
static inline void books_remove(const char *path)
{
    DIR *listing = opendir(path);
    if (listing == NULL) {
        (void)unlink(path);
        return;
    }
    for (const struct dirent *item = readdir(listing); item != NULL; item = readdir(listing)) {
        char name[2 * BOOKS_PATH];
        (void)snprintf(name, sizeof name, "%s/%s", path, item->d_name);
        (void)unlink(name);
    }
    (void)closedir(listing);
    (void)rmdir(path);
}

/* A new name in the build tree; nothing is there. */
static inline const char *books_path(char path[BOOKS_PATH], const char *name)
{
    (void)snprintf(path, BOOKS_PATH, "%s/tmp-%ld-%s", WB_BINARY_DIR, (long)getpid(), name);
    books_remove(path);
    return path;
}

static inline uint64_t books_document(wb_ledger *ledger, wb_record_kind kind, const char *id)
{
    const wb_document document = {
        .kind = kind, .date = {20000}, .id = id, .body = "{}", .maker = "test"};
    uint64_t number = 0;
    ASSERT_OK(wb_ledger_document(ledger, &document, &number, &ok_err));
    return number;
}

/* Accounts 1000, 1100, 8000, 8010 and parties p1, p2, p3: records 1 to 7. */
static inline void books_chart(wb_ledger *ledger)
{
    static const char *const accounts[] = {"1000", "1100", "8000", "8010"};
    static const char *const parties[] = {"p1", "p2", "p3"};
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    for (size_t i = 0; i < COUNT(accounts); i++)
        books_document(ledger, WB_RECORD_ACCOUNT, accounts[i]);
    for (size_t i = 0; i < COUNT(parties); i++)
        books_document(ledger, WB_RECORD_PARTY, parties[i]);
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
}

/* A two-legged entry whose amounts the caller clears with books_entry_clear. */
typedef struct books_entry {
    wb_entry entry;
    wb_posting postings[2];
} books_entry;

static inline void books_entry_init(books_entry *made, const char *debit, const char *credit,
                                    const char *party, int64_t cents)
{
    *made = (books_entry){0};
    made->postings[0] = (wb_posting){.account = debit, .party = party};
    made->postings[1] = (wb_posting){.account = credit};
    wb_money_init(&made->postings[0].amount);
    wb_money_init(&made->postings[1].amount);
    wb_money_set_cents(&made->postings[0].amount, cents);
    wb_money_set_cents(&made->postings[1].amount, -cents);
    made->entry = (wb_entry){.date = {20454}, /* 2026-01-01 */
                             .event = "memorial",
                             .memo = "",
                             .maker = "test",
                             .postings = made->postings,
                             .posting_count = 2};
}

static inline void books_entry_clear(books_entry *made)
{
    wb_money_clear(&made->postings[0].amount);
    wb_money_clear(&made->postings[1].amount);
}

#endif
