/* trace.c - recording; see trace.h. */
#include "crash/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash/calls.h"

enum { EVENTS_MAX = 1 << 19, DESCRIPTORS_MAX = 1024, MAPS_MAX = 8, PATH_SIZE = 600 };
#define DATA_MAX ((size_t)1 << 32) /* address space: used as it fills */

/* Shared by all processes. */
typedef struct trace {
    pthread_mutex_t lock;
    char root[PATH_SIZE];
    uint64_t count;
    uint64_t used;
    uint32_t files;
    uint64_t inodes[TRACE_FILES_MAX]; /* by file; 0: it is no more */
    trace_event events[EVENTS_MAX];
} trace;

/* This process's descriptors, 0 for one that is none of ours; the root is file 1. */
typedef struct descriptor {
    uint32_t file;
    bool direct;
} descriptor;

/* A file that is written through memory: compared with its last copy now and then. */
typedef struct mapping {
    uint8_t *at;
    size_t size;
    uint32_t file;
    uint8_t *copy;
} mapping;

static trace *shared;
static uint8_t *data;
static descriptor descriptors[DESCRIPTORS_MAX];
static mapping mappings[MAPS_MAX];

static void must(bool holds, const char *what)
{
    if (holds) return;
    (void)fprintf(stderr, "trace: %s\n", what);
    abort();
}

static void *reserve(size_t size)
{
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    must(memory != MAP_FAILED, "no memory");
    return memory;
}

static void lock(void)
{
    must(pthread_mutex_lock(&shared->lock) == 0, "cannot lock");
}

static void unlock(void)
{
    must(pthread_mutex_unlock(&shared->lock) == 0, "cannot unlock");
}

/* The caller holds the lock. */
static uint64_t put(trace_event event, const void *bytes)
{
    must(shared->count < EVENTS_MAX, "too many events");
    if (bytes != NULL) {
        must(shared->used + event.size <= DATA_MAX, "too much data");
        event.data = shared->used;
        memcpy(data + shared->used, bytes, event.size);
        shared->used += event.size;
    }
    shared->events[shared->count] = event;
    return shared->count++;
}

/* What a mapping has that its copy has not, as writes of sectors. */
static void put_mapped(void)
{
    for (mapping *map = mappings; map < mappings + MAPS_MAX; map++) {
        if (map->at == NULL || memcmp(map->at, map->copy, map->size) == 0) continue;
        for (size_t at = 0; at < map->size; at += TRACE_SECTOR) {
            const size_t rest = map->size - at;
            const size_t size = rest < TRACE_SECTOR ? rest : TRACE_SECTOR;
            if (memcmp(map->at + at, map->copy + at, size) == 0) continue;
            memcpy(map->copy + at, map->at + at, size);
            (void)put(
                (trace_event){.kind = EVENT_WRITE, .file = map->file, .offset = at, .size = size},
                map->copy + at);
        }
    }
}

static uint64_t record(trace_event event, const void *bytes)
{
    lock();
    put_mapped();
    const uint64_t index = put(event, bytes);
    unlock();
    return index;
}

static uint32_t file_of_inode(uint64_t inode)
{
    for (uint32_t i = 1; i <= shared->files; i++) {
        if (shared->inodes[i] == inode) return i;
    }
    return 0;
}

static uint32_t new_file(uint64_t inode)
{
    const uint32_t old = file_of_inode(inode);
    if (old != 0) shared->inodes[old] = 0; /* removed, and its number used again */
    must(shared->files + 1 < TRACE_FILES_MAX, "too many files");
    shared->inodes[++shared->files] = inode;
    return shared->files;
}

/* The directory that a path lies in, and the name in it; 0 for one that is none of ours. */
static uint32_t split(const char *path, char name[TRACE_NAME])
{
    char parent[PATH_SIZE];
    struct stat status;
    if (strncmp(path, shared->root, strlen(shared->root)) != 0) return 0;
    const char *slash = strrchr(path, '/');
    const size_t size = (size_t)(slash - path);
    must(size < sizeof parent && strlen(slash + 1) < TRACE_NAME, "a long name");
    (void)strcpy(name, slash + 1);
    memcpy(parent, path, size);
    parent[size] = '\0';
    if (fstatat(AT_FDCWD, parent, &status, 0) != 0) return 0;
    return file_of_inode(status.st_ino);
}

static void put_made(const char *path, uint64_t inode, bool directory)
{
    trace_event event = {.kind = EVENT_MAKE, .directory = directory};
    lock();
    event.file = split(path, event.name);
    if (event.file != 0) {
        event.other = new_file(inode);
        (void)put(event, NULL);
    }
    unlock();
}

static void opened(int file, const char *path, int flags, bool made)
{
    struct stat status;
    must(file < DESCRIPTORS_MAX, "too many descriptors");
    must(fstat(file, &status) == 0, "cannot look at a file");
    if (made) put_made(path, status.st_ino, false);
    lock();
    descriptors[file] = (descriptor){file_of_inode(status.st_ino), (flags & O_DSYNC) != 0};
    unlock();
    if ((flags & O_TRUNC) != 0 && !made && descriptors[file].file != 0) {
        (void)record((trace_event){.kind = EVENT_SIZE, .file = descriptors[file].file}, NULL);
    }
}

static uint32_t file_of(int file)
{
    return file >= 0 && file < DESCRIPTORS_MAX ? descriptors[file].file : 0;
}

static void closed(int file)
{
    if (file_of(file) != 0) descriptors[file] = (descriptor){0, false};
}

/* The O_DSYNC write that this thread is in. */
static _Thread_local uint64_t direct_write;

static void wrote(int file, const void *bytes, size_t size, off_t offset)
{
    if (file_of(file) == 0) return;
    direct_write = record((trace_event){.kind = EVENT_WRITE,
                                        .file = descriptors[file].file,
                                        .direct = descriptors[file].direct,
                                        .offset = (uint64_t)offset,
                                        .size = size},
                          bytes);
}

static void wrote_after(int file)
{
    if (file_of(file) == 0 || !descriptors[file].direct) return;
    (void)record((trace_event){.kind = EVENT_WRITE_DURABLE,
                               .file = descriptors[file].file,
                               .begun = direct_write},
                 NULL);
}

static uint64_t sync_begins(int file)
{
    (void)file;
    lock();
    put_mapped();
    const uint64_t count = shared->count;
    unlock();
    return count;
}

static void sync_ended(int file, uint64_t begun)
{
    if (file_of(file) == 0) return;
    (void)record((trace_event){.kind = EVENT_SYNC, .file = file_of(file), .begun = begun}, NULL);
}

static void truncated(int file, off_t size)
{
    if (file_of(file) == 0) return;
    (void)record((trace_event){.kind = EVENT_SIZE, .file = file_of(file), .size = (uint64_t)size},
                 NULL);
}

static void mapped(int file, void *at, size_t size)
{
    if (file_of(file) == 0) return;
    for (mapping *map = mappings; map < mappings + MAPS_MAX; map++) {
        if (map->at != NULL) continue;
        *map = (mapping){at, size, file_of(file), reserve(size)};
        memcpy(map->copy, at, size);
        return;
    }
    must(false, "too many mappings");
}

static void unmapped(void *at)
{
    for (mapping *map = mappings; map < mappings + MAPS_MAX; map++) {
        if (map->at != at) continue;
        lock();
        put_mapped();
        unlock();
        map->at = NULL; /* its copy is left to the end of the process */
    }
}

static void renamed(const char *from, const char *to)
{
    trace_event event = {.kind = EVENT_RENAME};
    struct stat status;
    must(fstatat(AT_FDCWD, to, &status, 0) == 0, "cannot look at a file");
    lock();
    event.file = split(from, event.name);
    if (event.file != 0) {
        must(split(to, event.new_name) == event.file, "a rename to another directory");
        event.other = file_of_inode(status.st_ino);
        (void)put(event, NULL);
    }
    unlock();
}

static void unlinked(const char *path)
{
    trace_event event = {.kind = EVENT_UNLINK};
    lock();
    event.file = split(path, event.name);
    if (event.file != 0) (void)put(event, NULL);
    unlock();
}

static void directory_made(const char *path)
{
    struct stat status;
    must(fstatat(AT_FDCWD, path, &status, 0) == 0, "cannot look at a directory");
    put_made(path, status.st_ino, true);
}

void trace_start(const char *root)
{
    static const calls_observer observer = {.opened = opened,
                                            .closed = closed,
                                            .wrote = wrote,
                                            .wrote_after = wrote_after,
                                            .sync_begins = sync_begins,
                                            .sync_ended = sync_ended,
                                            .truncated = truncated,
                                            .mapped = mapped,
                                            .unmapped = unmapped,
                                            .renamed = renamed,
                                            .unlinked = unlinked,
                                            .directory_made = directory_made,
                                            .directory_removed = unlinked};
    struct stat status;
    trace_end();
    shared = reserve(sizeof *shared);
    data = reserve(DATA_MAX);
    pthread_mutexattr_t attributes;
    must(pthread_mutexattr_init(&attributes) == 0 &&
             pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0 &&
             pthread_mutex_init(&shared->lock, &attributes) == 0,
         "no lock");
    must(strlen(root) + 1 < sizeof shared->root, "a long name");
    (void)snprintf(shared->root, sizeof shared->root, "%s/", root);
    must(fstatat(AT_FDCWD, root, &status, 0) == 0, "no root");
    (void)new_file(status.st_ino);
    memset(descriptors, 0, sizeof descriptors);
    calls_observe(&observer);
}

void trace_stop(void)
{
    calls_observe(NULL);
}

void trace_mark_put(trace_mark mark)
{
    (void)record((trace_event){.kind = EVENT_MARK, .mark = mark}, NULL);
}

size_t trace_count(void)
{
    return shared->count;
}

const trace_event *trace_at(size_t index)
{
    must(index < shared->count, "no such event");
    return &shared->events[index];
}

const uint8_t *trace_bytes(const trace_event *event)
{
    return data + event->data;
}

void trace_end(void)
{
    if (shared == NULL) return;
    trace_stop();
    (void)munmap(data, DATA_MAX);
    (void)munmap(shared, sizeof *shared);
    shared = NULL;
}
