/*
 * queue.h - where posters leave what they want posted for whoever holds the writer's lock: the file
 * `queue` beside the data. Private to ledger/; who does what with it is in submit.c.
 *
 * The file is no truth and may be damaged, cut short, replaced or removed at any time: everything
 * is copied out with pread before it is looked at and carries a check under a key of this start of
 * the machine and this very file, so that what a copy of the directory or an earlier start left is
 * nothing. Nothing in it is read through the mapping, which serves to sleep on alone: a file that
 * shrinks makes nobody fault.
 *
 * Every part has one writer at a time. A slot's owner holds a lock on the slot's byte, which the
 * kernel drops when he dies; he writes the request and the number of the asking, its *ticket*. Who
 * holds the writer's lock writes the reply, and at last the ticket as answered. Nobody waits for a
 * lock here.
 *
 *     0      64 tickets asked (8 bytes each, as the processor has them: one machine only)
 *     512    64 tickets answered
 *     1024   64 words (4 bytes) to sleep on
 *     4096   64 x (a reply of 4096 bytes, a request of 32768)
 */
#ifndef WAARBORG_LEDGER_QUEUE_H
#define WAARBORG_LEDGER_QUEUE_H

#include "ledger/bytes.h"

enum {
    WB_QUEUE_SLOTS = 64,
    WB_QUEUE_HEAD = 32,                     /* bytes before the text of a request or reply */
    WB_REQUEST_MAX = 32768 - WB_QUEUE_HEAD, /* bytes of a request */
    WB_REPLY_MAX = 4096 - WB_QUEUE_HEAD     /* bytes of a reply */
};

typedef struct wb_queue {
    int file; /* -1: there is no queue */
    void *words;
    uint8_t key[16];
    int slot;         /* the one that this process owns, or -1 */
    uint64_t ticket;  /* of its request */
    uint8_t *scratch; /* one request with its head */
} wb_queue;

typedef struct wb_queue_table {
    uint64_t asked[WB_QUEUE_SLOTS];
    uint64_t answered[WB_QUEUE_SLOTS];
} wb_queue_table;

/* Open, and make the file when it is not there. false: there can be no queue here (a file system
 * without it, another system than Linux); posters then wait for the lock in turn. */
bool wb_queue_open(wb_queue *queue, const char *dir);
void wb_queue_close(wb_queue *queue);

/* ---- the owner of a slot ---- */

/* Claim a slot; false when all are taken. */
bool wb_queue_claim(wb_queue *queue);
/* Give the slot back; what is asked in it is no longer looked at. */
void wb_queue_release(wb_queue *queue);
/* Ask; false when it could not be written. */
bool wb_queue_ask(wb_queue *queue, wb_span request);
/* Ask no more. Only with the writer's lock held, so that no one is at it. */
void wb_queue_retract(wb_queue *queue);
/* What the slot's word says now; whether the request was answered; to be read in this order. */
uint32_t wb_queue_word(const wb_queue *queue);
bool wb_queue_answered(const wb_queue *queue);
/* Sleep until the word is another than `seen`, or the time is over. */
void wb_queue_wait(const wb_queue *queue, uint32_t seen, long nanoseconds);

/* ---- who holds the writer's lock ---- */

bool wb_queue_table_read(const wb_queue *queue, wb_queue_table *table);
/* Whether the slot has a request under the ticket, whole, of an owner who lives. It is borrowed
 * until the next call. */
bool wb_queue_request(wb_queue *queue, int slot, uint64_t ticket, wb_span *request);
/* The reply that lies in the slot for the ticket, answered or not. `bytes` has WB_QUEUE_HEAD +
 * WB_REPLY_MAX. */
bool wb_queue_reply(const wb_queue *queue, int slot, uint64_t ticket, uint8_t *bytes,
                    wb_span *reply);
/* Put a reply there; it is not yet an answer. */
bool wb_queue_put_reply(const wb_queue *queue, int slot, uint64_t ticket, wb_span reply);
/* Make the replies answers, and wake who waits. */
void wb_queue_answer(const wb_queue *queue, const int *slots, const uint64_t *tickets,
                     size_t count);
/* Wake the owner of a slot, who will try the writer's lock. Whether there is an owner. */
bool wb_queue_nudge(const wb_queue *queue, int slot);

#endif
