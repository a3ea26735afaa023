/* part_file.c - a part of a run on disk; see part_file.h. */
#include "sim/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static wb_code io_fail(wb_error *err, int reason, const char *what, const char *path)
{
    const bool full = reason == ENOSPC || reason == EDQUOT;
    const wb_code code =
        wb_fail(err, full ? WB_E_FULL : WB_E_IO, "cannot %s: %s", what, strerror(reason));
    wb_error_at(err, path, 0, NULL);
    return code;
}

/* ---- reading ---- */

static wb_code map(wb_part_bytes *bytes, int file, const char *path, wb_error *err)
{
    struct stat status;
    if (fstat(file, &status) != 0) return io_fail(err, errno, "read it", path);
    if (!S_ISREG(status.st_mode)) {
        return wb_fail(err, WB_E_IO, "cannot read it: not a regular file");
    }
    if (status.st_size == 0) return WB_OK;
    void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) return io_fail(err, errno, "read it", path);
    *bytes = (wb_part_bytes){.data = data, .size = (size_t)status.st_size, .mapped = true};
    return WB_OK;
}

wb_code wb_part_bytes_map(wb_part_bytes *bytes, const char *path, wb_error *err)
{
    memset(bytes, 0, sizeof *bytes);
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return io_fail(err, errno, "read it", path);
    const wb_code code = map(bytes, file, path, err);
    (void)close(file);
    return code;
}

void wb_part_bytes_clear(wb_part_bytes *bytes)
{
    if (bytes->mapped)
        (void)munmap(bytes->data, bytes->size);
    else
        free(bytes->data);
    memset(bytes, 0, sizeof *bytes);
}

/* ---- writing ---- */

static bool to_stream(void *context, const void *bytes, size_t size)
{
    return fwrite(bytes, 1, size, context) == size;
}

static bool synced(int file)
{
    int result = fsync(file);
    while (result != 0 && errno == EINTR)
        result = fsync(file);
    return result == 0;
}

/* The name is on disk once its directory is. */
static bool sync_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *parent = slash == NULL   ? strdup(".")
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    if (parent == NULL) return false;
    const int directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(parent);
    if (directory < 0) return false;
    const bool good = synced(directory) || errno == EINVAL; /* some filesystems cannot */
    (void)close(directory);
    return good;
}

static bool write_fresh(const char *fresh, const wb_part_of *of, const wb_part_content *content)
{
    const int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file < 0) return false;
    FILE *out = fdopen(file, "w");
    if (out == NULL) {
        (void)close(file);
        return false;
    }
    bool good = wb_part_write(of, content, to_stream, out) && fflush(out) == 0 && synced(file);
    const int reason = errno;
    if (fclose(out) != 0) return false;
    errno = reason;
    return good;
}

wb_code wb_part_save(const char *path, const wb_part_of *of, const wb_part_content *content,
                     wb_error *err)
{
    const size_t room = strlen(path) + 32;
    char *fresh = malloc(room);
    if (fresh == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to save the run");
    (void)snprintf(fresh, room, "%s.new-%ld", path, (long)getpid());
    (void)unlink(fresh); /* left by a process of this number that was killed */
    wb_code code = WB_OK;
    if (!write_fresh(fresh, of, content) || rename(fresh, path) != 0) {
        code = io_fail(err, errno, "save the run", path);
        (void)unlink(fresh);
    } else if (!sync_parent(path)) {
        code = io_fail(err, errno, "save the run", path);
    }
    free(fresh);
    return code;
}
