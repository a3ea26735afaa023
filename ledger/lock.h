/*
 * lock.h - the writer's lock: an flock on the file writer.lock, and in the file the name of who
 * holds it, so that the next one can say for whom it waits. Private to ledger/.
 *
 * The lock is the kernel's: a holder that dies has released it. The text is written under the lock
 * and stays when the lock is dropped; it means nothing while the lock is free.
 */
#ifndef WAARBORG_LEDGER_LOCK_H
#define WAARBORG_LEDGER_LOCK_H

#include "waarborg/error.h"

enum { WB_WRITER_NAME_MAX = 64, WB_HOLDER_MAX = 200 };

/* Who writes through a handle; empty: not said. */
typedef struct wb_writer {
    char user[WB_WRITER_NAME_MAX];
    char command[WB_WRITER_NAME_MAX];
} wb_writer;

/* Copy a name: cut to what fits, control characters as '?'. NULL is empty. */
void wb_writer_name(char name[WB_WRITER_NAME_MAX], const char *text);

/* Try the lock without waiting. WB_OK with *taken, or WB_E_IO. */
WB_MUST_CHECK wb_code wb_lock_try(int file, const wb_writer *writer, bool *taken, wb_error *err);

/* Take the lock. When another holds it for more than a moment, `waiting` (or NULL) is called once
 * with who that is. WB_E_INTERRUPTED, WB_E_IO. */
WB_MUST_CHECK wb_code wb_lock_take(int file, const wb_writer *writer,
                                   void (*waiting)(const char *holder, void *context),
                                   void *context, wb_error *err);
void wb_lock_drop(int file);

/* Who holds the lock, such as "anna (pid 1234, loan accrue, since 09:12:03 UTC)"; "another process"
 * when the file does not say. */
void wb_lock_holder(char text[WB_HOLDER_MAX], int file);

#endif
