/* queue.c - the file through which posters share a commit; see queue.h. */
#include "ledger/queue.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ledger/place.h"

enum {
    ASKED_AT = 0,
    ANSWERED_AT = 512,
    WORDS_AT = 1024,
    SLOTS_AT = 4096,
    REPLY_SIZE = WB_QUEUE_HEAD + WB_REPLY_MAX,
    REQUEST_SIZE = WB_QUEUE_HEAD + WB_REQUEST_MAX,
    SLOT_SIZE = REPLY_SIZE + REQUEST_SIZE,
    FILE_SIZE = SLOTS_AT + WB_QUEUE_SLOTS * SLOT_SIZE,
    FIRST_READ = 1024 /* most requests are no longer */
};

static off_t reply_at(int slot)
{
    return (off_t)SLOTS_AT + (off_t)slot * SLOT_SIZE;
}

static off_t request_at(int slot)
{
    return reply_at(slot) + REPLY_SIZE;
}

static bool put(const wb_queue *queue, const void *data, size_t size, off_t at)
{
    return pwrite(queue->file, data, size, at) == (ssize_t)size;
}

static bool get(const wb_queue *queue, void *data, size_t size, off_t at)
{
    return pread(queue->file, data, size, at) == (ssize_t)size;
}

/* The key of all checks: this start of the machine, this file, this form of it. */
static bool make_key(wb_queue *queue, const struct stat *status)
{
    char text[160] = {0};
    char boot[64] = {0};
    const int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const ssize_t size = read(file, boot, sizeof boot - 1);
    (void)close(file);
    if (size < 32) return false;
    (void)snprintf(text, sizeof text, "waarborg queue 1 %llu %llu %s",
                   (unsigned long long)status->st_dev, (unsigned long long)status->st_ino, boot);
    return crypto_generichash(queue->key, sizeof queue->key, (const unsigned char *)text,
                              sizeof text, NULL, 0) == 0;
}

bool wb_queue_open(wb_queue *queue, const char *dir)
{
    char path[WB_PATH_MAX];
    struct stat status;
    *queue = (wb_queue){.file = -1, .slot = -1};
    if (wb_place_path(path, dir, WB_FILE_QUEUE, NULL) != WB_OK) return false;
    queue->scratch = malloc(REQUEST_SIZE);
    if (queue->scratch == NULL) return false;
    queue->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (queue->file >= 0 && fstat(queue->file, &status) == 0 && S_ISREG(status.st_mode) &&
        (status.st_size >= FILE_SIZE || ftruncate(queue->file, FILE_SIZE) == 0) &&
        make_key(queue, &status)) {
        queue->words = mmap(NULL, SLOTS_AT, PROT_READ, MAP_SHARED, queue->file, 0);
        if (queue->words != MAP_FAILED) return true;
        queue->words = NULL;
    }
    wb_queue_close(queue);
    return false;
}

void wb_queue_close(wb_queue *queue)
{
    if (queue->words != NULL) (void)munmap(queue->words, SLOTS_AT);
    if (queue->file >= 0) (void)close(queue->file);
    free(queue->scratch);
    *queue = (wb_queue){.file = -1, .slot = -1};
}

static bool lock_slot(const wb_queue *queue, int slot, short type, int command, short *found)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = slot, .l_len = 1};
    const bool done = fcntl(queue->file, command, &lock) == 0;
    if (found != NULL) *found = lock.l_type;
    return done;
}

/* Whether the slot has an owner who lives. */
static bool is_owned(const wb_queue *queue, int slot)
{
    short found = F_UNLCK;
    if (slot == queue->slot) return true;
    return lock_slot(queue, slot, F_WRLCK, F_OFD_GETLK, &found) && found != F_UNLCK;
}

bool wb_queue_claim(wb_queue *queue)
{
    assert(queue->slot < 0);
    const int first = (int)(getpid() % WB_QUEUE_SLOTS);
    for (int i = 0; i < WB_QUEUE_SLOTS; i++) {
        const int slot = (first + i) % WB_QUEUE_SLOTS;
        if (!lock_slot(queue, slot, F_WRLCK, F_OFD_SETLK, NULL)) continue;
        /* room for request and reply, so that a full disk is met before anything is asked */
        if (fallocate(queue->file, 0, reply_at(slot), SLOT_SIZE) != 0 && errno != EOPNOTSUPP) {
            (void)lock_slot(queue, slot, F_UNLCK, F_OFD_SETLK, NULL);
            return false;
        }
        queue->slot = slot;
        return true;
    }
    return false;
}

void wb_queue_release(wb_queue *queue)
{
    if (queue->slot < 0) return;
    (void)lock_slot(queue, queue->slot, F_UNLCK, F_OFD_SETLK, NULL);
    queue->slot = -1;
}

/* The head of a request or reply: ticket, size, check over where it is, ticket, size and text. */
static void seal(const wb_queue *queue, uint8_t head[WB_QUEUE_HEAD], off_t at, uint64_t ticket,
                 wb_span text)
{
    uint8_t sum[16];
    crypto_generichash_state state;
    memset(head, 0, WB_QUEUE_HEAD);
    memcpy(head, &ticket, sizeof ticket);
    wb_put_u32(head + 8, (uint32_t)text.size);
    wb_put_u32(head + 12, (uint32_t)at);
    (void)crypto_generichash_init(&state, queue->key, sizeof queue->key, sizeof sum);
    (void)crypto_generichash_update(&state, head, 16);
    (void)crypto_generichash_update(&state, text.data, text.size);
    (void)crypto_generichash_final(&state, sum, sizeof sum);
    memcpy(head + 16, sum, sizeof sum);
}

static bool is_sealed(const wb_queue *queue, const uint8_t *bytes, off_t at, uint64_t ticket,
                      wb_span text)
{
    uint8_t head[WB_QUEUE_HEAD];
    seal(queue, head, at, ticket, text);
    return memcmp(bytes, head, sizeof head) == 0;
}

bool wb_queue_ask(wb_queue *queue, wb_span request)
{
    assert(queue->slot >= 0 && request.size <= WB_REQUEST_MAX);
    const off_t at = request_at(queue->slot);
    do {
        randombytes_buf(&queue->ticket, sizeof queue->ticket);
    } while (queue->ticket == 0);
    seal(queue, queue->scratch, at, queue->ticket, request);
    memcpy(queue->scratch + WB_QUEUE_HEAD, request.data, request.size);
    return put(queue, queue->scratch, WB_QUEUE_HEAD + request.size, at) &&
           put(queue, &queue->ticket, sizeof queue->ticket,
               ASKED_AT + (off_t)queue->slot * (off_t)sizeof queue->ticket);
}

void wb_queue_retract(wb_queue *queue)
{
    const uint64_t none = 0;
    queue->ticket = 0;
    (void)put(queue, &none, sizeof none, ASKED_AT + (off_t)queue->slot * (off_t)sizeof none);
}

uint32_t wb_queue_word(const wb_queue *queue)
{
    uint32_t word = 0;
    (void)get(queue, &word, sizeof word, WORDS_AT + (off_t)queue->slot * (off_t)sizeof word);
    return word;
}

bool wb_queue_answered(const wb_queue *queue)
{
    uint64_t ticket = 0;
    return get(queue, &ticket, sizeof ticket,
               ANSWERED_AT + (off_t)queue->slot * (off_t)sizeof ticket) &&
           ticket == queue->ticket;
}

static void *word_of(const wb_queue *queue, int slot)
{
    return (uint8_t *)queue->words + WORDS_AT + (size_t)slot * sizeof(uint32_t);
}

void wb_queue_wait(const wb_queue *queue, uint32_t seen, long nanoseconds)
{
    const struct timespec limit = {0, nanoseconds};
    const long result =
        syscall(SYS_futex, word_of(queue, queue->slot), FUTEX_WAIT, seen, &limit, NULL, 0);
    if (result == 0 || errno == EAGAIN || errno == ETIMEDOUT || errno == EINTR) return;
    (void)nanosleep(&limit, NULL); /* no such page any more: the file was cut short */
}

bool wb_queue_table_read(const wb_queue *queue, wb_queue_table *table)
{
    _Static_assert(sizeof *table == WORDS_AT, "asked and answered lie side by side");
    return get(queue, table, sizeof *table, ASKED_AT);
}

bool wb_queue_request(wb_queue *queue, int slot, uint64_t ticket, wb_span *request)
{
    const off_t at = request_at(slot);
    uint8_t *bytes = queue->scratch;
    if (!get(queue, bytes, FIRST_READ, at)) return false;
    const size_t size = wb_get_u32(bytes + 8);
    if (size > WB_REQUEST_MAX) return false;
    const size_t whole = WB_QUEUE_HEAD + size;
    if (whole > FIRST_READ &&
        !get(queue, bytes + FIRST_READ, whole - FIRST_READ, at + FIRST_READ)) {
        return false;
    }
    *request = (wb_span){bytes + WB_QUEUE_HEAD, size};
    return is_sealed(queue, bytes, at, ticket, *request) && is_owned(queue, slot);
}

bool wb_queue_reply(const wb_queue *queue, int slot, uint64_t ticket, uint8_t *bytes,
                    wb_span *reply)
{
    const off_t at = reply_at(slot);
    if (!get(queue, bytes, REPLY_SIZE, at)) return false;
    const size_t size = wb_get_u32(bytes + 8);
    if (size > WB_REPLY_MAX) return false;
    *reply = (wb_span){bytes + WB_QUEUE_HEAD, size};
    return is_sealed(queue, bytes, at, ticket, *reply);
}

bool wb_queue_put_reply(const wb_queue *queue, int slot, uint64_t ticket, wb_span reply)
{
    assert(reply.size <= WB_REPLY_MAX);
    uint8_t bytes[REPLY_SIZE];
    seal(queue, bytes, reply_at(slot), ticket, reply);
    memcpy(bytes + WB_QUEUE_HEAD, reply.data, reply.size);
    return put(queue, bytes, WB_QUEUE_HEAD + reply.size, reply_at(slot));
}

static void wake(const wb_queue *queue, int slot)
{
    (void)syscall(SYS_futex, word_of(queue, slot), FUTEX_WAKE, 1, NULL, NULL, 0);
}

void wb_queue_answer(const wb_queue *queue, const int *slots, const uint64_t *tickets, size_t count)
{
    wb_queue_table table;
    uint32_t words[WB_QUEUE_SLOTS];
    if (count == 0 || !wb_queue_table_read(queue, &table)) return;
    for (size_t i = 0; i < count; i++)
        table.answered[slots[i]] = tickets[i];
    /* the answers first, then the words: who sees the old answer has seen the old word */
    if (!put(queue, table.answered, sizeof table.answered, ANSWERED_AT)) return;
    if (get(queue, words, sizeof words, WORDS_AT)) {
        for (size_t i = 0; i < count; i++)
            words[slots[i]]++;
        (void)put(queue, words, sizeof words, WORDS_AT);
    }
    for (size_t i = 0; i < count; i++)
        wake(queue, slots[i]);
}

bool wb_queue_nudge(const wb_queue *queue, int slot)
{
    uint32_t word = 0;
    const off_t at = WORDS_AT + (off_t)slot * (off_t)sizeof word;
    if (!is_owned(queue, slot)) return false;
    if (get(queue, &word, sizeof word, at)) {
        word++;
        (void)put(queue, &word, sizeof word, at);
    }
    wake(queue, slot);
    return true;
}
