/* place.c - the directory of a ledger; see place.h. */
#include "ledger/place.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

wb_code wb_place_fail(wb_error *err, int reason, const char *format, ...)
{
    char what[200];
    wb_code code = WB_E_IO;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
        code = wb_fail(err, WB_E_FULL, "storage is full: cannot %s: %s", what, strerror(reason));
        wb_error_hint(err, "make room on the disk that holds it, and run the command again");
        break;
    case ENOMEM: code = wb_fail(err, WB_E_NOMEM, "out of memory: cannot %s", what); break;
    default: code = wb_fail(err, code, "cannot %s: %s", what, strerror(reason)); break;
    }
    return code;
}

wb_code wb_place_path(char path[WB_PATH_MAX], const char *dir, const char *name, wb_error *err)
{
    const int length = snprintf(path, WB_PATH_MAX, "%s/%s", dir, name);
    if (length < 0 || length >= WB_PATH_MAX) {
        return wb_fail(err, WB_E_IO, "the path is longer than %d bytes", WB_PATH_MAX - 1);
    }
    return WB_OK;
}

int wb_place_reserve(const char *path, off_t size, mode_t mode)
{
    struct stat status;
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
    if (file < 0) return errno;
    int reason = 0;
    /* blocks are counted in units of 512 bytes, whatever the filesystem's own */
    if (fstat(file, &status) == 0 &&
        (status.st_size < size || (off_t)status.st_blocks * 512 < size)) {
        int result = fallocate(file, 0, 0, size);
        while (result != 0 && errno == EINTR)
            result = fallocate(file, 0, 0, size);
        if (result != 0 && errno != EOPNOTSUPP) reason = errno;
    }
    (void)close(file);
    return reason;
}

bool wb_place_fsync(int file, int *reason)
{
    int result = fsync(file);
    while (result != 0 && errno == EINTR)
        result = fsync(file);
    *reason = errno;
    return result == 0;
}

wb_code wb_place_sync(const char *path, wb_error *err)
{
    int reason = 0;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return wb_place_fail(err, errno, "open '%.150s'", path);
    const bool synced = wb_place_fsync(file, &reason);
    (void)close(file);
    return synced ? WB_OK : wb_place_fail(err, reason, "sync '%.150s'", path);
}

wb_code wb_place_sync_parent(const char *path, wb_error *err)
{
    char parent[WB_PATH_MAX];
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    while (size > 0 && path[size - 1] != '/')
        size--;
    while (size > 1 && path[size - 1] == '/')
        size--;
    if (size >= sizeof parent) return wb_fail(err, WB_E_IO, "the path is too long");
    memcpy(parent, path, size);
    parent[size] = '\0';
    return wb_place_sync(size == 0 ? "." : parent, err);
}

/* Two that make a ledger in one place would put each other's half in place: the directory is
 * locked. Where directories cannot be, as on some network filesystems, it goes without. */
static wb_code hold(const char *dir, int *held, wb_error *err)
{
    *held = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*held < 0) {
        return errno == ENOTDIR ? wb_fail(err, WB_E_EXISTS, "is a file, not a directory")
                                : wb_place_fail(err, errno, "open it");
    }
    if (flock(*held, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return WB_OK;
    const wb_code code = wb_fail(err, WB_E_IO, "another process is making a ledger here");
    wb_error_hint(err, "wait until it is done, or take another directory");
    return code;
}

/* Nothing but what an interrupted run of ours left. */
static wb_code look(const char *dir, wb_error *err)
{
    wb_code code = WB_OK;
    DIR *listing = opendir(dir);
    if (listing == NULL) return wb_place_fail(err, errno, "open it");
    for (const struct dirent *item = readdir(listing); item != NULL; item = readdir(listing)) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) continue;
        if (strcmp(item->d_name, WB_FILE_NEW) == 0) continue;
        code = strcmp(item->d_name, WB_FILE_DATA) == 0
                   ? wb_fail(err, WB_E_EXISTS, "there is a ledger here already")
                   : wb_fail(err, WB_E_EXISTS, "the directory is not empty: it holds '%.200s'",
                             item->d_name);
        if (strcmp(item->d_name, WB_FILE_DATA) == 0) break;
    }
    (void)closedir(listing);
    return code;
}

/* Make the directory, or accept an empty one. */
static wb_code prepare(const char *dir, bool *made, int *held, wb_error *err)
{
    *made = mkdir(dir, 0770) == 0;
    if (!*made && errno != EEXIST) return wb_place_fail(err, errno, "make it");
    wb_code code = hold(dir, held, err);
    if (code == WB_OK) code = look(dir, err);
    if (code != WB_OK && *made) (void)rmdir(dir); /* stays when somebody has begun in it */
    return code;
}

wb_code wb_place_make(const char *dir, wb_place_maker *make, void *context, wb_error *err)
{
    assert(dir != NULL && make != NULL);
    char fresh[WB_PATH_MAX];
    char data[WB_PATH_MAX];
    bool made = false;
    int held = -1;
    wb_code code = wb_place_path(fresh, dir, WB_FILE_NEW, err);
    if (code == WB_OK) code = wb_place_path(data, dir, WB_FILE_DATA, err);
    if (code == WB_OK) code = prepare(dir, &made, &held, err);
    if (code != WB_OK) {
        if (held >= 0) (void)close(held);
        return code;
    }
    (void)unlink(fresh);
    code = make(fresh, context, err);
    if (code == WB_OK) code = wb_place_sync(fresh, err);
    if (code == WB_OK && rename(fresh, data) != 0) {
        code = wb_place_fail(err, errno, "move the data file into place");
    }
    if (code == WB_OK) code = wb_place_sync(dir, err);
    if (code == WB_OK) code = wb_place_sync_parent(dir, err);
    if (code != WB_OK) {
        (void)unlink(fresh);
        (void)unlink(data); /* ours: the directory was empty */
        if (made) (void)rmdir(dir);
    }
    (void)close(held);
    return code;
}
