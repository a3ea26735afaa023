/*
 * faults.h - what is done while a call fails: each operation on a ledger, how it is made ready, and
 * what must hold after it, whether it succeeded or not.
 */
#ifndef WAARBORG_TESTS_FAULTS_H
#define WAARBORG_TESTS_FAULTS_H

#include "books.h"
#include "crash/calls.h"

/* A ledger that is worked on (`dir`), and names for what is made: another ledger or a backup. */
typedef struct faulty {
    char dir[BOOKS_PATH];
    char other[BOOKS_PATH];
    char third[BOOKS_PATH];
    int round;       /* each has references of its own */
    uint64_t before; /* records in `dir` before the operation */
    uint64_t target; /* an entry, or a proposal */
} faulty;

typedef struct operation {
    const char *name;
    void (*setup)(faulty *books);                  /* once */
    void (*ready)(faulty *books);                  /* before each round; may be NULL */
    wb_code (*work)(faulty *books, wb_error *err); /* the call under test, a handle of its own */
    /* After each round, without a fault: `code` is what work said. */
    void (*check)(faulty *books, wb_code code);
} operation;
enum { OPERATIONS = 13 };
extern const operation operations[OPERATIONS];

/* A ledger with the chart, records 1 to 7, in `dir`; and `count` entries in one batch, with the
 * references round-0, round-1 ... */
void faulty_setup(faulty *books);
wb_code faulty_post(const faulty *books, int count, wb_error *err);

/* Records of a ledger that verifies. */
uint64_t faulty_count(const char *dir);

#endif
