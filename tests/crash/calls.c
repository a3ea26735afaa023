/* calls.c - libc's system calls, interposed; see calls.h. */
#define _GNU_SOURCE /* sync_file_range, and what comes after us in the order of libraries */

#undef _FORTIFY_SOURCE /* its inline read and pread would stand in the way of ours */

#include "crash/calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gmp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

/* Shared by all processes that are forked from here. */
typedef struct calls_state {
    calls_fault fault;
    atomic_long countdown; /* calls until one fails; 0: none will */
    atomic_bool fired;
} calls_state;

static calls_state *state;
static const calls_observer *observer;
static atomic_long syncs;
static bool syncs_skipped;

/* Whether this call is to fail; errno says how. */
static bool fails(call_kind kind)
{
    if (state == NULL || (state->fault.kinds & (unsigned)kind) == 0) return false;
    if (atomic_load(&state->countdown) <= 0) return false;
    const long left = atomic_fetch_sub(&state->countdown, 1);
    if (left > 1) return false;
    if (state->fault.lasting) {
        atomic_store(&state->countdown, 1); /* and so the next */
    } else if (left < 1) {
        return false; /* another process or thread was first */
    }
    atomic_store(&state->fired, true);
    errno = state->fault.error;
    return true;
}

void calls_arm(calls_fault fault)
{
    state->fault = fault;
    atomic_store(&state->fired, false);
    atomic_store(&state->countdown, fault.at);
}

bool calls_disarm(void)
{
    atomic_store(&state->countdown, 0);
    state->fault = (calls_fault){0};
    return atomic_load(&state->fired);
}

long calls_syncs(void)
{
    return atomic_exchange(&syncs, 0);
}

void calls_observe(const calls_observer *given)
{
    observer = given;
}

void calls_skip_syncs(bool skip)
{
    syncs_skipped = skip;
}

SHOWN int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    if (fails(CALL_OPEN)) return -1;
    const bool there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    const int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (file >= 0 && observer != NULL) {
        observer->opened(file, path, flags, !there && (flags & O_CREAT) != 0);
    }
    return file;
}

SHOWN int close(int file)
{
    if (observer != NULL) observer->closed(file);
    const int result = (int)syscall(SYS_close, file);
    return fails(CALL_CLOSE) ? -1 : result;
}

/* A pipe is never full of its disk. */
static call_kind kind_of(int file, call_kind kind)
{
    struct stat status;
    return fstat(file, &status) == 0 && S_ISREG(status.st_mode) ? kind : CALL_PROCESS;
}

SHOWN ssize_t read(int file, void *data, size_t size)
{
    return fails(kind_of(file, CALL_READ)) ? -1 : syscall(SYS_read, file, data, size);
}

SHOWN ssize_t pread(int file, void *data, size_t size, off_t offset)
{
    return fails(CALL_READ) ? -1 : syscall(SYS_pread64, file, data, size, offset);
}

/* All ways to write end here: whole, or in part, or not at all. */
static ssize_t put(int file, const void *data, size_t size, off_t offset, bool positioned)
{
    if (file > 2 && fails(kind_of(file, CALL_WRITE))) { /* the test's own words are let through */
        if (!state->fault.partly || size < 2) return -1;
        size /= 2;
    }
    if (observer != NULL) {
        const off_t at = positioned ? offset : (off_t)syscall(SYS_lseek, file, 0, SEEK_CUR);
        observer->wrote(file, data, size, at);
    }
    const ssize_t done = positioned ? syscall(SYS_pwrite64, file, data, size, offset)
                                    : syscall(SYS_write, file, data, size);
    if (observer != NULL) observer->wrote_after(file);
    return done;
}

SHOWN ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return put(file, data, size, offset, true);
}

SHOWN ssize_t write(int file, const void *data, size_t size)
{
    return put(file, data, size, 0, false);
}

static ssize_t put_parts(int file, const struct iovec *parts, int count, off_t offset,
                         bool positioned)
{
    static _Thread_local char joined[1 << 19]; /* LMDB: at most 64 pages, or its page buffer */
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        if (size + parts[i].iov_len > sizeof joined) abort();
        memcpy(joined + size, parts[i].iov_base, parts[i].iov_len);
        size += parts[i].iov_len;
    }
    return put(file, joined, size, offset, positioned);
}

SHOWN ssize_t writev(int file, const struct iovec *parts, int count)
{
    return put_parts(file, parts, count, 0, false);
}

SHOWN ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset)
{
    return put_parts(file, parts, count, offset, true);
}

static int sync_by(long call, int file)
{
    atomic_fetch_add(&syncs, 1);
    if (fails(CALL_SYNC)) return -1;
    if (observer != NULL) {
        /* as long as on a quick disk, so that processes meet */
        const struct timespec pause = {0, 500000};
        const uint64_t begun = observer->sync_begins(file);
        (void)nanosleep(&pause, NULL);
        observer->sync_ended(file, begun);
        return 0;
    }
    return syncs_skipped ? 0 : (int)syscall(call, file);
}

SHOWN int fdatasync(int file)
{
    return sync_by(SYS_fdatasync, file);
}

SHOWN int fsync(int file)
{
    return sync_by(SYS_fsync, file);
}

/* Nothing of ours makes data durable in these ways: whoever starts to must extend the observer. */
SHOWN int msync(void *at, size_t size, int flags)
{
    if (observer != NULL) abort();
    return fails(CALL_SYNC) ? -1 : (int)syscall(SYS_msync, at, size, flags);
}

SHOWN int sync_file_range(int file, off_t offset, off_t size, unsigned flags)
{
    if (observer != NULL) abort();
    return fails(CALL_SYNC) ? -1 : (int)syscall(SYS_sync_file_range, file, offset, size, flags);
}

SHOWN int ftruncate(int file, off_t size)
{
    if (fails(CALL_TRUNCATE)) return -1;
    const int result = (int)syscall(SYS_ftruncate, file, size);
    if (result == 0 && observer != NULL) observer->truncated(file, size);
    return result;
}

SHOWN int fallocate(int file, int mode, off_t offset, off_t size)
{
    struct stat status;
    if (fails(CALL_TRUNCATE)) return -1;
    const int result = (int)syscall(SYS_fallocate, file, mode, offset, size);
    if (result == 0 && observer != NULL && fstat(file, &status) == 0) {
        observer->truncated(file, status.st_size);
    }
    return result;
}

SHOWN void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    if (fails(CALL_MAP)) return MAP_FAILED;
    const long result = syscall(SYS_mmap, at, size, protection, flags, file, offset);
    union {
        long number;
        void *pointer;
    } mapped = {.number = result};
    if (result != -1 && observer != NULL && file >= 0 && (flags & MAP_SHARED) != 0 &&
        (protection & PROT_WRITE) != 0) {
        observer->mapped(file, mapped.pointer, size);
    }
    return mapped.pointer;
}

SHOWN int munmap(void *at, size_t size)
{
    if (observer != NULL) observer->unmapped(at);
    return (int)syscall(SYS_munmap, at, size);
}

SHOWN int flock(int file, int operation)
{
    if ((operation & LOCK_UN) == 0 && fails(CALL_LOCK)) return -1;
    return (int)syscall(SYS_flock, file, operation);
}

SHOWN int fcntl(int file, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    const bool locks = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK;
    if (locks && fails(CALL_LOCK)) return -1;
    return (int)syscall(SYS_fcntl, file, command, argument);
}

SHOWN int rename(const char *from, const char *to)
{
    if (fails(CALL_RENAME)) return -1;
    const int result = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
    if (result == 0 && observer != NULL) observer->renamed(from, to);
    return result;
}

SHOWN int unlink(const char *path)
{
    if (fails(CALL_UNLINK)) return -1;
    const int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (result == 0 && observer != NULL) observer->unlinked(path);
    return result;
}

SHOWN int mkdir(const char *path, mode_t mode)
{
    if (fails(CALL_MKDIR)) return -1;
    const int result = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (result == 0 && observer != NULL) observer->directory_made(path);
    return result;
}

SHOWN int rmdir(const char *path)
{
    const int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
    if (result == 0 && observer != NULL) observer->directory_removed(path);
    return result;
}

SHOWN int stat(const char *path, struct stat *status)
{
    return fails(CALL_STAT) ? -1 : fstatat(AT_FDCWD, path, status, 0);
}

/* What liblmdb calls instead of fstat. */
SHOWN int __fxstat(int version, int file, struct stat *status);
SHOWN int __fxstat(int version, int file, struct stat *status)
{
    (void)version;
    return fails(CALL_STAT) ? -1 : fstat(file, status);
}

SHOWN int pipe(int ends[2])
{
    return fails(CALL_PROCESS) ? -1 : (int)syscall(SYS_pipe2, ends, 0);
}

/* libc's own: those whose work is more than a system call. */
static pid_t (*libc_fork)(void);
static DIR *(*libc_opendir)(const char *path);
static int (*libc_pthread_create)(pthread_t *thread, const pthread_attr_t *attributes,
                                  void *(*start)(void *), void *context);

SHOWN pid_t fork(void)
{
    return fails(CALL_PROCESS) ? -1 : libc_fork();
}

SHOWN int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*start)(void *), void *context)
{
    return fails(CALL_PROCESS) ? EAGAIN : libc_pthread_create(thread, attributes, start, context);
}

SHOWN DIR *opendir(const char *path)
{
    return fails(CALL_OPEN) ? NULL : libc_opendir(path);
}

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

/* A pointer to data becomes one to a function by its bytes: ISO C has no cast for it. */
static void find_libc(void)
{
    void *found = next("fork");
    memcpy(&libc_fork, &found, sizeof found);
    found = next("opendir");
    memcpy(&libc_opendir, &found, sizeof found);
    found = next("pthread_create");
    memcpy(&libc_pthread_create, &found, sizeof found);
}

#if !WB_SANITIZED

/* glibc's own, under the names that it keeps for a program with a malloc of its own. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static atomic_long live;

static void *counted(void *block)
{
    if (block != NULL) atomic_fetch_add(&live, 1);
    return block;
}

SHOWN void *malloc(size_t size)
{
    return fails(CALL_MEMORY) ? NULL : counted(__libc_malloc(size));
}

SHOWN void *calloc(size_t count, size_t size)
{
    return fails(CALL_MEMORY) ? NULL : counted(__libc_calloc(count, size));
}

SHOWN void *realloc(void *block, size_t size)
{
    if (fails(CALL_MEMORY)) return NULL;
    void *moved = __libc_realloc(block, size);
    return block == NULL ? counted(moved) : moved;
}

SHOWN int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (fails(CALL_MEMORY)) return ENOMEM;
    *block = counted(__libc_memalign(alignment, size));
    return *block == NULL ? ENOMEM : 0;
}

SHOWN void free(void *block)
{
    if (block != NULL) atomic_fetch_sub(&live, 1);
    __libc_free(block);
}

static void *gmp_allocate(size_t size)
{
    return __libc_malloc(size);
}

static void *gmp_reallocate(void *block, size_t old_size, size_t size)
{
    (void)old_size;
    return __libc_realloc(block, size);
}

static void gmp_free(void *block, size_t size)
{
    (void)size;
    __libc_free(block);
}

long calls_memory_live(void)
{
    return atomic_load(&live);
}

#else

long calls_memory_live(void)
{
    return 0;
}

#endif

void calls_init(void)
{
    state = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (state == MAP_FAILED) abort();
    find_libc();
#if !WB_SANITIZED
    mp_set_memory_functions(gmp_allocate, gmp_reallocate, gmp_free);
#endif
}
