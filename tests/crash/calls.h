/*
 * calls.h - the system calls of this program and of liblmdb, seen and made to fail. Linking calls.c
 * with ENABLE_EXPORTS puts its open, pwrite, fsync, malloc ... before libc's.
 *
 * A fault: the n-th call of a chosen kind fails with a chosen error; counted over all processes
 * that were forked after calls_init. An observer is told of every call that changes a file or
 * makes it durable, before (`writes`) or after the call; recording runs can leave real syncs out.
 */
#ifndef WAARBORG_TESTS_CALLS_H
#define WAARBORG_TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum call_kind {
    CALL_OPEN = 1 << 0,
    CALL_READ = 1 << 1,
    CALL_WRITE = 1 << 2,
    CALL_SYNC = 1 << 3,
    CALL_TRUNCATE = 1 << 4, /* and fallocate */
    CALL_MAP = 1 << 5,
    CALL_LOCK = 1 << 6,
    CALL_RENAME = 1 << 7,
    CALL_UNLINK = 1 << 8,
    CALL_MKDIR = 1 << 9,
    CALL_CLOSE = 1 << 10, /* the descriptor is closed all the same, as Linux does */
    CALL_STAT = 1 << 11,
    CALL_PROCESS = 1 << 12, /* pipe and its read and write, fork, pthread_create */
    CALL_MEMORY = 1 << 13 /* malloc and its like; not under a sanitizer; not GMP's, which aborts */
} call_kind;

typedef struct calls_fault {
    unsigned kinds; /* of call_kind */
    long at;        /* which one fails, from 1 */
    int error;      /* what errno says */
    bool partly;    /* a write writes half of what it was given and says so */
    bool lasting;   /* all later ones fail too, until calls_disarm */
} calls_fault;

/* Once, first in main. Takes GMP's allocator out of CALL_MEMORY. */
void calls_init(void);
void calls_arm(calls_fault fault);
/* Whether the fault struck, in any process. */
bool calls_disarm(void);
/* Syncs of this process since the last call. */
long calls_syncs(void);
/* Blocks of memory in use: to find a leak. 0 under a sanitizer, which finds its own. */
long calls_memory_live(void);

/* What changes files. Offsets and sizes are bytes; `file` a descriptor. Errors are not told. */
typedef struct calls_observer {
    void (*opened)(int file, const char *path, int flags, bool made);
    void (*closed)(int file);
    void (*wrote)(int file, const void *data, size_t size, off_t offset); /* before the call */
    void (*wrote_after)(int file);                                        /* the call returned */
    uint64_t (*sync_begins)(int file);
    void (*sync_ended)(int file, uint64_t begun);
    void (*truncated)(int file, off_t size);
    void (*mapped)(int file, void *at, size_t size); /* shared and writable */
    void (*unmapped)(void *at);
    void (*renamed)(const char *from, const char *to);
    void (*unlinked)(const char *path);
    void (*directory_made)(const char *path);
    void (*directory_removed)(const char *path);
} calls_observer;
/* NULL ends it. While there is one, syncs are told and not done. */
void calls_observe(const calls_observer *observer);
/* Syncs are not done at all: for the states of a replay, which no power cut follows. */
void calls_skip_syncs(bool skip);

#endif
