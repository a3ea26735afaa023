/* replay.c - from a trace to what a power cut leaves; see trace.h. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "books.h"
#include "crash/trace.h"

enum { PENDING_MAX = 1 << 14, ENTRIES_MAX = 24, PATH_SIZE = 900 };

typedef struct bytes {
    uint8_t *data;
    uint64_t size;
    uint64_t capacity;
} bytes;

/* A name in a directory; file 0 for none. */
typedef struct entry {
    uint32_t file;
    char name[TRACE_NAME];
} entry;

typedef struct listing {
    bool is_directory;
    size_t count;
    entry entries[ENTRIES_MAX];
} listing;

typedef struct pending {
    size_t event;
    bool durable; /* though one before it is not */
} pending;

/* A file or directory: all that is durable from its beginning on, and what came after. */
typedef struct item {
    bytes base;
    listing names;
    size_t count;
    pending *list;
} item;

struct replay {
    replay_disk disk;
    size_t at;
    item items[TRACE_FILES_MAX];
    bytes scratch;
};

static uint64_t mix(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static void resize(bytes *file, uint64_t size)
{
    if (size > file->capacity) {
        file->capacity = size * 2;
        file->data = realloc(file->data, file->capacity);
        if (file->data == NULL) abort();
    }
    if (size > file->size) memset(file->data + file->size, 0, size - file->size);
    file->size = size;
}

static void put(bytes *file, uint64_t offset, const uint8_t *data, uint64_t size)
{
    if (offset + size > file->size) resize(file, offset + size);
    memcpy(file->data + offset, data, size);
}

static void apply(bytes *file, const trace_event *event)
{
    if (event->kind == EVENT_WRITE) put(file, event->offset, trace_bytes(event), event->size);
    if (event->kind == EVENT_SIZE) resize(file, event->size);
}

static entry *find(listing *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->entries[i].name, name) == 0) return &names->entries[i];
    }
    return NULL;
}

static void set_name(listing *names, const char *name, uint32_t file)
{
    entry *found = find(names, name);
    if (found == NULL) {
        if (names->count == ENTRIES_MAX) abort();
        found = &names->entries[names->count++];
        (void)strcpy(found->name, name);
    }
    found->file = file;
}

static void apply_name(listing *names, const trace_event *event)
{
    if (event->kind == EVENT_MAKE) set_name(names, event->name, event->other);
    if (event->kind == EVENT_UNLINK) set_name(names, event->name, 0);
    if (event->kind != EVENT_RENAME) return;
    set_name(names, event->name, 0);
    set_name(names, event->new_name, event->other);
}

/* Move what is durable from the front of the list to the base. */
static void settle(item *file)
{
    size_t count = 0;
    while (count < file->count && file->list[count].durable) {
        const trace_event *event = trace_at(file->list[count].event);
        apply(&file->base, event);
        apply_name(&file->names, event);
        count++;
    }
    file->count -= count;
    memmove(file->list, file->list + count, file->count * sizeof *file->list);
}

static void take_sync(item *file, const trace_event *event)
{
    for (size_t i = 0; i < file->count; i++) {
        const size_t index = file->list[i].event;
        if (event->kind == EVENT_SYNC ? index < event->begun : index == event->begun) {
            file->list[i].durable = true;
        }
    }
    settle(file);
}

static void keep(item *file, size_t index)
{
    if (file->list == NULL) file->list = calloc(PENDING_MAX, sizeof *file->list);
    if (file->list == NULL || file->count == PENDING_MAX) abort();
    file->list[file->count++] = (pending){index, false};
}

static void take(replay *walk, size_t index)
{
    const trace_event *event = trace_at(index);
    item *file = &walk->items[event->file];
    switch (event->kind) {
    case EVENT_SYNC:
    case EVENT_WRITE_DURABLE:
        if (!walk->disk.lying) take_sync(file, event);
        break;
    case EVENT_MARK: break;
    case EVENT_MAKE:
        if (event->directory) walk->items[event->other].names.is_directory = true;
        keep(file, index);
        break;
    case EVENT_RENAME:
    case EVENT_UNLINK:
    case EVENT_WRITE:
    case EVENT_SIZE: keep(file, index); break;
    }
}

replay *replay_new(replay_disk disk)
{
    replay *walk = calloc(1, sizeof *walk);
    if (walk == NULL) abort();
    walk->disk = disk;
    walk->items[1].names.is_directory = true; /* the root */
    return walk;
}

void replay_free(replay *walk)
{
    if (walk == NULL) return;
    for (size_t i = 0; i < TRACE_FILES_MAX; i++) {
        free(walk->items[i].base.data);
        free(walk->items[i].list);
    }
    free(walk->scratch.data);
    free(walk);
}

void replay_advance(replay *walk, size_t at)
{
    for (; walk->at < at; walk->at++)
        take(walk, walk->at);
}

/* How a power cut chooses. */
typedef enum choice_mode {
    KEEP_ALL,
    KEEP_SECTORS, /* each by itself */
    KEEP_WRITES,  /* each by itself, whole */
    KEEP_FIRST,   /* the first ones, and of the next a part */
    KEEP_BUT_ONE,
    KEEP_ONE,
    CHOICE_MODES
} choice_mode;

typedef struct choice {
    choice_mode mode;
    unsigned odds; /* of 100: to keep something */
    unsigned sector;
    uint64_t state;
    uint64_t seen; /* a hash of all answers */
    size_t pivot;  /* of the list at hand */
} choice;

static bool toss(choice *how, unsigned odds)
{
    const bool kept = mix(&how->state) % 100 < odds;
    how->seen = (how->seen ^ (kept ? 3U : 5U)) * 0x100000001B3U;
    return kept;
}

static bool keep_whole(choice *how, size_t i)
{
    switch (how->mode) {
    case KEEP_ALL: return true;
    case KEEP_WRITES: return toss(how, how->odds);
    case KEEP_FIRST: return i < how->pivot;
    case KEEP_BUT_ONE: return i != how->pivot;
    case KEEP_ONE: return i == how->pivot;
    case KEEP_SECTORS:
    case CHOICE_MODES: break;
    }
    return false;
}

static bool torn(const choice *how, size_t i)
{
    return how->mode == KEEP_SECTORS || (how->mode == KEEP_FIRST && i == how->pivot);
}

/* Some sectors of a write. */
static void apply_torn(bytes *file, const trace_event *event, choice *how)
{
    for (uint64_t done = 0; done < event->size;) {
        const uint64_t at = event->offset + done;
        const uint64_t room = how->sector - at % how->sector;
        const uint64_t size = event->size - done < room ? event->size - done : room;
        if (toss(how, how->odds)) put(file, at, trace_bytes(event) + done, size);
        done += size;
    }
}

static void pick_pivot(choice *how, const item *file)
{
    how->pivot = file->count == 0 ? 0 : mix(&how->state) % file->count;
    how->seen = (how->seen ^ how->pivot) * 0x100000001B3U;
}

/* The content of a file, in the scratch space. */
static const bytes *content(replay *walk, const item *file, choice *how)
{
    bytes *made = &walk->scratch;
    uint64_t sizes[3] = {file->base.size, file->base.size, 0}; /* durable, all, as kept */
    made->size = 0;
    resize(made, file->base.size);
    if (file->base.size > 0) memcpy(made->data, file->base.data, file->base.size);
    pick_pivot(how, file);
    for (size_t i = 0; i < file->count; i++) {
        const trace_event *event = trace_at(file->list[i].event);
        const uint64_t end = event->offset + event->size;
        if (file->list[i].durable || keep_whole(how, i)) {
            apply(made, event);
        } else if (event->kind == EVENT_WRITE && torn(how, i)) {
            apply_torn(made, event, how);
        }
        sizes[1] = event->kind == EVENT_SIZE || end > sizes[1] ? end : sizes[1];
        if (file->list[i].durable) sizes[0] = end > sizes[0] ? end : sizes[0];
    }
    sizes[2] = made->size;
    if (how->mode != KEEP_ALL) resize(made, sizes[mix(&how->state) % 3]);
    return made;
}

static void write_file(replay *walk, uint32_t file, const char *path, choice *how)
{
    const bytes *made = content(walk, &walk->items[file], how);
    const int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    if (out < 0) abort();
    for (uint64_t done = 0; done < made->size;) {
        const ssize_t sent = write(out, made->data + done, made->size - done);
        if (sent <= 0) abort();
        done += (uint64_t)sent;
    }
    (void)close(out);
}

static void write_directory(replay *walk, uint32_t file, const char *path, choice *how)
{
    const item *directory = &walk->items[file];
    listing names = directory->names;
    pick_pivot(how, directory);
    for (size_t i = 0; i < directory->count; i++) {
        const bool kept = how->mode == KEEP_SECTORS ? toss(how, how->odds) : keep_whole(how, i);
        if (directory->list[i].durable || kept) {
            apply_name(&names, trace_at(directory->list[i].event));
        }
    }
    for (size_t i = 0; i < names.count; i++) {
        char below[PATH_SIZE];
        const uint32_t child = names.entries[i].file;
        if (child == 0) continue;
        const int length = snprintf(below, sizeof below, "%s/%s", path, names.entries[i].name);
        if (length < 0 || (size_t)length >= sizeof below) abort();
        const item *found = &walk->items[child];
        if (found->names.is_directory) {
            if (mkdir(below, 0770) != 0) abort();
            write_directory(walk, child, below, how);
        } else {
            write_file(walk, child, below, how);
        }
    }
}

void replay_write_all(replay *walk, const char *dir)
{
    choice how = {.mode = KEEP_ALL};
    write_directory(walk, 1, dir, &how);
}

uint64_t replay_write_part(replay *walk, const char *dir, uint64_t seed)
{
    static const unsigned odds[] = {2, 10, 50, 90, 98};
    choice how = {.sector = walk->disk.sector, .state = seed, .seen = walk->at};
    how.mode = (choice_mode)(1 + mix(&how.state) % (CHOICE_MODES - 1));
    how.odds = odds[mix(&how.state) % (sizeof odds / sizeof odds[0])];
    write_directory(walk, 1, dir, &how);
    return how.seen;
}
