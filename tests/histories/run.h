/*
 * run.h - a history: a list of operations that is played on a ledger and on the model side by side.
 *
 * An operation holds random numbers, read against the state it meets: any part of a history is
 * again a history, so that a failing one can be shrunk by leaving operations out.
 */
#ifndef WAARBORG_TESTS_HISTORIES_RUN_H
#define WAARBORG_TESTS_HISTORIES_RUN_H

#include "model.h"

typedef enum op_kind {
    OP_POST,
    OP_AGAIN, /* a reference that was used before, with the same content or other */
    OP_REVERSE,
    OP_CLOSE,
    OP_OPEN,
    OP_FOUR_EYES,
    OP_APPROVE,
    OP_REJECT,
    OP_WITHDRAW,
    OP_REOPEN_FILE,
    OP_COUNT
} op_kind;

enum { OP_NUMBERS = 10 };

typedef struct op {
    op_kind kind;
    uint32_t r[OP_NUMBERS];
} op;

/* SplitMix64, Steele and others 2014. */
uint64_t history_random(uint64_t *state);
void history_make(op *ops, size_t count, uint64_t seed);

typedef struct history_counts {
    size_t done, refused, crashes, posted, proposals, approvals, reopened, compared;
} history_counts;

/* Play in a fresh ledger at `dir`, which is removed. False with a message (of at most 512 bytes)
 * when ledger and model part. */
bool history_play(const char *dir, const op *ops, size_t count, history_counts *counts,
                  char message[512]);
void history_print(const op *operation);

#endif
