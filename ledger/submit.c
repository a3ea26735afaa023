/* submit.c - posting together: one process posts and commits what many have asked for.
 *
 * A poster tries the writer's lock. Who has it leads: he posts his own entries, then every request
 * in the queue (queue.h), each all or nothing, commits once, and answers. Who has not got it leaves
 * a request and waits, trying the lock himself now and then, so that a leader who dies is followed
 * by another.
 *
 * Nothing is posted twice. Before the commit the leader puts into each request's slot the reply it
 * will have: the numbers of its records, and the hash of the last of them in the chain. A request
 * without an answer whose reply names a record that the store has, with that hash, was committed by
 * a leader who died before he could say so; any other was not.
 *
 * An answer is believed by its reader only when the store has that record with that hash. */
#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "ledger/internal.h"
#include "ledger/place.h"
#include "ledger/queue.h"
#include "ledger/request.h"

#define MILLISECOND 1000000L
/* A leader is done within some milliseconds: who sleeps longer looks whether he still lives. */
#define SLEEP_FIRST (3 * MILLISECOND)
#define SLEEP_MAX (20 * MILLISECOND)
#define SAY_AFTER (60 * MILLISECOND)
enum { PASSES = 4 };

struct wb_group {
    wb_queue queue;
    bool usable;
    wb_request request;
    wb_reply reply;
    wb_bytes bytes;
    size_t count; /* requests dealt with, to be answered after the commit */
    int slots[WB_QUEUE_SLOTS];
    uint64_t tickets[WB_QUEUE_SLOTS];
    bool looked[WB_QUEUE_SLOTS]; /* at this slot, in this round */
};

/* What this process wants posted. */
typedef struct wish {
    const wb_entry *entries;
    size_t count;
    uint64_t *numbers;
    bool *already;
} wish;

void wb_group_free(struct wb_group *group)
{
    if (group == NULL) return;
    wb_queue_close(&group->queue);
    wb_request_clear(&group->request);
    wb_bytes_clear(&group->bytes);
    free(group);
}

static wb_code make_group(wb_ledger *ledger, wb_error *err)
{
    if (ledger->group != NULL) return WB_OK;
    ledger->group = calloc(1, sizeof *ledger->group);
    if (ledger->group == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a request");
    ledger->group->usable = wb_queue_open(&ledger->group->queue, ledger->dir);
    return WB_OK;
}

static void clear_answer(const wish *own)
{
    memset(own->numbers, 0, own->count * sizeof *own->numbers);
    memset(own->already, 0, own->count * sizeof *own->already);
}

/* ---- leading ---- */

/* Post all of it or nothing. When the batch cannot go on, it has failed. */
static wb_code post_all(wb_ledger *ledger, const wish *asked, wb_error *err)
{
    const wb_batch_point point = wb_batch_save(&ledger->batch);
    wb_code code = WB_OK;
    for (size_t i = 0; i < asked->count && code == WB_OK; i++) {
        code =
            wb_ledger_post(ledger, &asked->entries[i], &asked->numbers[i], &asked->already[i], err);
    }
    if (code == WB_OK)
        code = wb_control_commit(ledger, err); /* so far the batch is plain of him alone */
    if (code == WB_OK) return code;
    clear_answer(asked);
    const wb_code restored = wb_batch_restore(ledger, &point, NULL);
    return restored == WB_OK ? code : wb_fail(err, restored, "cannot begin the transaction again");
}

/* Whether the store has the record that a reply names, and it is that one. */
static wb_code is_held(wb_ledger *ledger, const wb_reply *reply, uint64_t end, bool *held,
                       wb_error *err)
{
    wb_stored stored;
    *held = false;
    if (reply->last == 0 || reply->last > end) return WB_OK;
    const wb_code code = wb_stored_read(ledger, reply->last, &stored, err);
    if (code == WB_OK) *held = memcmp(stored.hash, reply->hash, sizeof reply->hash) == 0;
    return code;
}

/* The last record that a reply names, and its hash. */
static wb_code name_last(wb_ledger *ledger, wb_reply *reply, wb_error *err)
{
    const wb_batch *batch = &ledger->batch;
    wb_stored stored;
    reply->last = 0;
    for (size_t i = 0; i < reply->count; i++) {
        if (reply->numbers[i] > reply->last) reply->last = reply->numbers[i];
    }
    if (reply->last > batch->base) {
        memcpy(reply->hash, batch->records[reply->last - batch->base - 1].hash, sizeof reply->hash);
        return WB_OK;
    }
    const wb_code code = wb_stored_read(ledger, reply->last, &stored, err);
    if (code == WB_OK) memcpy(reply->hash, stored.hash, sizeof reply->hash);
    return code;
}

/* Post a request, and put its reply in its slot. *replied is false when that cannot be done: then
 * nothing of it is in the batch. */
static wb_code post_request(wb_ledger *ledger, int slot, uint64_t ticket, wb_span bytes,
                            bool *replied, wb_error *err)
{
    struct wb_group *group = ledger->group;
    wb_reply *reply = &group->reply;
    const wb_batch_point point = wb_batch_save(&ledger->batch);
    memset(reply, 0, sizeof *reply);
    *replied = false;
    reply->code = wb_request_decode(&group->request, bytes, &reply->err);
    if (reply->code == WB_OK) {
        const wish asked = {group->request.entries, group->request.count, reply->numbers,
                            reply->already};
        reply->count = asked.count;
        reply->code = post_all(ledger, &asked, &reply->err);
    }
    if (ledger->batch.failed) return wb_fail(err, reply->code, "%s", reply->err.message);
    wb_code code = WB_OK;
    if (reply->code == WB_OK) code = name_last(ledger, reply, err);
    group->bytes.size = 0;
    if (code == WB_OK) code = wb_reply_encode(&group->bytes, reply, err);
    if (code != WB_OK) return code;
    *replied = wb_queue_put_reply(&group->queue, slot, ticket,
                                  (wb_span){group->bytes.data, group->bytes.size});
    return *replied ? WB_OK : wb_batch_restore(ledger, &point, err);
}

static wb_code serve(wb_ledger *ledger, int slot, uint64_t ticket, wb_error *err)
{
    struct wb_group *group = ledger->group;
    uint8_t bytes[WB_QUEUE_HEAD + WB_REPLY_MAX];
    wb_span request = {0};
    wb_span before = {0};
    bool done = false;
    if (!wb_queue_request(&group->queue, slot, ticket, &request)) return WB_OK;
    wb_code code = WB_OK;
    if (wb_queue_reply(&group->queue, slot, ticket, bytes, &before) &&
        wb_reply_decode(&group->reply, before) && group->reply.code == WB_OK) {
        code = is_held(ledger, &group->reply, ledger->batch.base, &done, err);
        if (done) ledger->batch.leaned = true;
    }
    if (code == WB_OK && !done) code = post_request(ledger, slot, ticket, request, &done, err);
    if (code != WB_OK || !done) return code;
    group->slots[group->count] = slot;
    group->tickets[group->count] = ticket;
    group->count++;
    return WB_OK;
}

/* Every request that waits, and those that come in meanwhile. */
static wb_code serve_all(wb_ledger *ledger, wb_error *err)
{
    struct wb_group *group = ledger->group;
    wb_queue_table table;
    wb_code code = WB_OK;
    group->count = 0;
    memset(group->looked, 0, sizeof group->looked);
    bool more = group->usable;
    for (int pass = 0; pass < PASSES && more && code == WB_OK; pass++) {
        more = false;
        if (!wb_queue_table_read(&group->queue, &table)) break;
        for (int slot = 0; slot < WB_QUEUE_SLOTS && code == WB_OK; slot++) {
            const uint64_t ticket = table.asked[slot];
            if (ticket == 0 || ticket == table.answered[slot] || group->looked[slot]) continue;
            group->looked[slot] = true;
            more = true;
            code = serve(ledger, slot, ticket, err);
        }
    }
    return code;
}

static void at_point(wb_ledger *ledger, wb_hook_point point)
{
    if (ledger->hook != NULL) ledger->hook(ledger, point, ledger->group->count);
}

/* Within the writer's lock: one transaction for everybody. `own` is NULL when it is in the queue as
 * well. Fails as a whole, and then nobody is answered; *refused is what a rule says of `own`. */
static wb_code lead(wb_ledger *ledger, const wish *own, wb_code *refused, wb_error *err)
{
    struct wb_group *group = ledger->group;
    wb_error fault;
    *refused = WB_OK;
    wb_code code = wb_batch_start(ledger, err);
    if (code != WB_OK) return code;
    if (own != NULL) *refused = post_all(ledger, own, err);
    if (ledger->batch.failed) code = *refused;
    wb_error *where = *refused == WB_OK ? err : &fault; /* his own error is what he wants to see */
    if (code == WB_OK) code = serve_all(ledger, where);
    if (code != WB_OK) {
        wb_batch_drop(ledger);
        return code;
    }
    at_point(ledger, WB_HOOK_PREPARED);
    code = wb_batch_finish(ledger, where);
    if (code != WB_OK) return code;
    at_point(ledger, WB_HOOK_COMMITTED);
    wb_queue_answer(&group->queue, group->slots, group->tickets, group->count);
    at_point(ledger, WB_HOOK_ANSWERED);
    return WB_OK;
}

/* Drop the lock, and wake one who waits to be the next to lead. */
static void hand_over(wb_ledger *ledger)
{
    const struct wb_group *group = ledger->group;
    wb_queue_table table;
    wb_lock_drop(ledger->lock_file);
    if (!group->usable || !wb_queue_table_read(&group->queue, &table)) return;
    for (int slot = 0; slot < WB_QUEUE_SLOTS; slot++) {
        if (table.asked[slot] == 0 || table.asked[slot] == table.answered[slot]) continue;
        if (wb_queue_nudge(&group->queue, slot)) return;
    }
}

/* Lead with the lock held, for oneself and whoever waits. */
static wb_code lead_own(wb_ledger *ledger, const wish *own, wb_error *err)
{
    wb_code refused = WB_OK;
    const wb_code code = lead(ledger, own, &refused, err);
    hand_over(ledger);
    if (code != WB_OK || refused != WB_OK) clear_answer(own);
    return refused != WB_OK ? refused : code;
}

/* ---- following ---- */

static wb_code in_doubt(wb_error *err)
{
    wb_code code = wb_fail(err, WB_E_IO, "the file '%s' was damaged while another process posted",
                           WB_FILE_QUEUE);
    wb_error_hint(err, "look whether the entry is there before you post it again");
    return code;
}

/* The answer that has come. */
static wb_code read_answer(wb_ledger *ledger, const wish *own, wb_error *err)
{
    struct wb_group *group = ledger->group;
    wb_reply *reply = &group->reply;
    uint8_t bytes[WB_QUEUE_HEAD + WB_REPLY_MAX];
    wb_span text = {0};
    bool held = false;
    if (!wb_queue_reply(&group->queue, group->queue.slot, group->queue.ticket, bytes, &text) ||
        !wb_reply_decode(reply, text)) {
        return in_doubt(err);
    }
    if (reply->code != WB_OK) {
        if (err != NULL) *err = reply->err;
        return reply->code;
    }
    if (reply->count != own->count) return in_doubt(err);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    code = is_held(ledger, reply, ledger->head.count, &held, err);
    wb_read_end(ledger);
    if (code != WB_OK) return code;
    if (!held) return in_doubt(err);
    memcpy(own->numbers, reply->numbers, own->count * sizeof *own->numbers);
    memcpy(own->already, reply->already, own->count * sizeof *own->already);
    return WB_OK;
}

/* Lead after having asked. The request is in the queue, and a leader who died may have posted it:
 * it is dealt with there like any other. */
static wb_code lead_asked(wb_ledger *ledger, const wish *own, wb_error *err)
{
    struct wb_group *group = ledger->group;
    wb_code refused = WB_OK;
    wb_code code = WB_OK;
    if (!wb_queue_answered(&group->queue)) code = lead(ledger, NULL, &refused, err);
    const bool answered = code == WB_OK && wb_queue_answered(&group->queue);
    if (code == WB_OK && !answered) code = in_doubt(err);
    if (answered) code = read_answer(ledger, own, err);
    if (!answered) wb_queue_retract(&group->queue); /* what has failed may not be posted later */
    hand_over(ledger);
    return code;
}

static long since(const struct timespec *start)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec - start->tv_sec) * 1000 * MILLISECOND + (now.tv_nsec - start->tv_nsec);
}

static wb_code follow(wb_ledger *ledger, const wish *own, wb_waiting *waiting, void *context,
                      wb_error *err)
{
    const wb_queue *queue = &ledger->group->queue;
    long pause = SLEEP_FIRST;
    bool said = waiting == NULL;
    struct timespec start;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    while (true) {
        bool leading = false;
        const uint32_t word = wb_queue_word(queue);
        if (wb_queue_answered(queue)) return read_answer(ledger, own, err);
        const wb_code code = wb_lock_try(ledger->lock_file, &ledger->writer, &leading, err);
        if (code != WB_OK) return code;
        if (leading) return lead_asked(ledger, own, err);
        if (!said && since(&start) > SAY_AFTER) {
            char holder[WB_HOLDER_MAX];
            wb_lock_holder(holder, ledger->lock_file);
            waiting(holder, context);
            said = true;
        }
        wb_queue_wait(queue, word, pause);
        if (since(&start) > pause && pause < SLEEP_MAX) pause *= 2;
    }
}

/* Leave a request; false when there is no room for it, or it does not fit. */
static bool ask(wb_ledger *ledger, const wish *own)
{
    struct wb_group *group = ledger->group;
    if (!group->usable || own->count > WB_REQUEST_ENTRIES) return false;
    group->bytes.size = 0;
    if (wb_request_encode(&group->bytes, own->entries, own->count, NULL) != WB_OK ||
        group->bytes.size > WB_REQUEST_MAX || !wb_queue_claim(&group->queue)) {
        return false;
    }
    if (wb_queue_ask(&group->queue, (wb_span){group->bytes.data, group->bytes.size})) return true;
    wb_queue_release(&group->queue);
    return false;
}

static wb_code submit(wb_ledger *ledger, const wish *own, wb_waiting *waiting, void *context,
                      wb_error *err)
{
    bool taken = false;
    wb_code code = wb_lock_try(ledger->lock_file, &ledger->writer, &taken, err);
    if (code != WB_OK) return code;
    if (taken) return lead_own(ledger, own, err);
    if (ask(ledger, own)) {
        code = follow(ledger, own, waiting, context, err);
        wb_queue_release(&ledger->group->queue);
        return code;
    }
    code = wb_lock_take(ledger->lock_file, &ledger->writer, waiting, context, err);
    return code == WB_OK ? lead_own(ledger, own, err) : code;
}

wb_code wb_ledger_submit(wb_ledger *ledger, const wb_entry *entries, size_t count,
                         uint64_t *numbers, bool *already, wb_waiting *waiting, void *context,
                         wb_error *err)
{
    assert(ledger != NULL && ledger->mode == WB_LEDGER_WRITE);
    assert(!ledger->in_batch && ledger->depth == 0);
    assert(entries != NULL && count > 0 && numbers != NULL && already != NULL);
    const wish own = {entries, count, numbers, already};
    memset(numbers, 0, count * sizeof *numbers);
    memset(already, 0, count * sizeof *already);
    if (ledger->broken) {
        return wb_fail(err, WB_E_IO, "an earlier commit failed: open the ledger again");
    }
    wb_code code = WB_OK;
    for (size_t i = 0; i < count && code == WB_OK; i++)
        code = wb_entry_check(&entries[i], err);
    if (code == WB_OK) code = make_group(ledger, err);
    if (code != WB_OK) return code;
    return submit(ledger, &own, waiting, context, err);
}
