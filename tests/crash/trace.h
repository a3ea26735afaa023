/*
 * trace.h - what a program wrote to its files, what it made durable, and what it acknowledged, in
 * order; and the states that a power cut may leave of it.
 *
 * The model of the disk. A write lies in the page cache until an fsync or fdatasync of its file,
 * begun after the write, has returned; a write through an O_DSYNC descriptor, until it has returned
 * itself. A change of size likewise. A new name, a rename and a removal are durable when the
 * directory's fsync has returned; a rename is whole or not at all. Of what is not durable, a power
 * cut leaves any part: each sector of 512 bytes of each write there or not, sizes old or new, and
 * directories with any of their changes. For a sector that was written several times the last kept
 * version counts, so that any of them may be the one: no order among writes is assumed. A sector
 * that is kept holds all of its write's bytes.
 *
 * The trace lies in shared memory: processes forked while it records write to the same one.
 */
#ifndef WAARBORG_TESTS_TRACE_H
#define WAARBORG_TESTS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_SECTOR = 512, TRACE_NAME = 40, TRACE_FILES_MAX = 64 };

typedef enum event_kind {
    EVENT_WRITE,
    EVENT_WRITE_DURABLE, /* the O_DSYNC write `begun` returned */
    EVENT_SIZE,
    EVENT_SYNC,   /* of what was there before event `begun` */
    EVENT_MAKE,   /* `name` in directory `file` is the file or directory `other` */
    EVENT_RENAME, /* `name` to `new_name`, both in directory `file`; it is the file `other` */
    EVENT_UNLINK,
    EVENT_MARK /* the program's own word: `mark` */
} event_kind;

typedef struct trace_mark {
    int what; /* the test's */
    int place;
    uint64_t number;
    uint64_t key;
} trace_mark;

typedef struct trace_event {
    event_kind kind;
    uint32_t file;
    uint32_t other;
    bool direct;    /* a write through a descriptor that is synced by itself */
    bool directory; /* what was made */
    uint64_t offset;
    uint64_t size; /* of a write, or the new size */
    uint64_t data; /* where its bytes are */
    uint64_t begun;
    trace_mark mark;
    char name[TRACE_NAME];
    char new_name[TRACE_NAME];
} trace_event;

/* Record what happens to files in the directory `root`, which is there, durable and empty. Ends the
 * trace before. */
void trace_start(const char *root);
void trace_stop(void);
void trace_mark_put(trace_mark mark);
size_t trace_count(void);
const trace_event *trace_at(size_t index);
const uint8_t *trace_bytes(const trace_event *event);
/* Free all that is held. */
void trace_end(void);

/* How a power cut chooses: with other settings than a disk's, to see that they matter. */
typedef struct replay_disk {
    unsigned sector; /* bytes that are written whole or not */
    bool lying;      /* it says that it has synced, and has not */
} replay_disk;

/*
 * A replay walks through the trace; replay_write puts the state of a power cut just before event
 * `at` into an empty directory.
 */
typedef struct replay replay;
replay *replay_new(replay_disk disk);
void replay_free(replay *walk);
void replay_advance(replay *walk, size_t at); /* not back */
/* Everything that was written is there: a killed program. */
void replay_write_all(replay *walk, const char *dir);
/* A random part of what is not durable. Returns a hash of what was chosen. */
uint64_t replay_write_part(replay *walk, const char *dir, uint64_t seed);

#endif
