/*
 * place.h - the directory of a ledger: its files, and making it so that it is there whole or not at
 * all. Private to ledger/.
 */
#ifndef WAARBORG_LEDGER_PLACE_H
#define WAARBORG_LEDGER_PLACE_H

#include <sys/types.h>

#include "waarborg/error.h"

#define WB_FILE_DATA "data.mdb"
#define WB_FILE_NEW "data.mdb.new"
#define WB_FILE_LOCK "writer.lock"
#define WB_FILE_MARK "head"
#define WB_FILE_QUEUE "queue"

enum { WB_PATH_MAX = 4096 };

/*
 * What was to be done ("write the copy") failed for a reason (an errno). WB_E_FULL, with what to
 * do, when storage is full; WB_E_NOMEM; otherwise WB_E_IO.
 */
wb_code wb_place_fail(wb_error *err, int reason, const char *format, ...) WB_PRINTF(3, 4);

/* dir/name. WB_E_IO when it is too long. */
WB_MUST_CHECK wb_code wb_place_path(char path[WB_PATH_MAX], const char *dir, const char *name,
                                    wb_error *err);

/*
 * Make `dir` (new or empty), let `make` write a data file under another name, sync it, and move it
 * into place. On failure the file is removed, and the directory when it was new. WB_E_EXISTS when
 * a ledger or anything else is there.
 */
typedef wb_code wb_place_maker(const char *path, void *context, wb_error *err);
WB_MUST_CHECK wb_code wb_place_make(const char *dir, wb_place_maker *make, void *context,
                                    wb_error *err);

/* A wb_place_maker that writes a ledger without records. */
wb_place_maker wb_place_make_data;

/*
 * Make the file if it is not there, and take room on the disk for its first `size` bytes: for a
 * file that is written through memory. Returns 0 or errno; 0 too where the filesystem cannot. The
 * process must hold no fcntl locks on the file: they would go.
 */
WB_MUST_CHECK int wb_place_reserve(const char *path, off_t size, mode_t mode);

/* fsync, again when a signal came in between; *reason is errno. */
WB_MUST_CHECK bool wb_place_fsync(int file, int *reason);
/* fsync a file or directory by name; and the directory that a path lies in. */
WB_MUST_CHECK wb_code wb_place_sync(const char *path, wb_error *err);
WB_MUST_CHECK wb_code wb_place_sync_parent(const char *path, wb_error *err);

#endif
