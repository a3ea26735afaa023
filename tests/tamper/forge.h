/*
 * forge.h - an attacker who may write anything: the records of a ledger as bytes, changed at will
 * and written as a new ledger in which every number, hash, row, check and count agrees with them.
 *
 * He has the program's own code to make rows, and skips its rules. He has the secret keys of whom
 * the scene gives him; what he cannot do is sign for others.
 */
#ifndef WAARBORG_TESTS_FORGE_H
#define WAARBORG_TESTS_FORGE_H

#include "eyes.h"
#include "ledger/internal.h"
#include "ledger/signed.h"

enum { FORGE_MAX = 128 };

typedef struct forge {
    wb_bytes records[FORGE_MAX]; /* record i + 1 */
    uint8_t hashes[FORGE_MAX][WB_LEDGER_HASH_SIZE];
    size_t count;
} forge;

void forge_read(forge *made, wb_ledger *ledger);
void forge_copy(forge *to, const forge *from);
void forge_clear(forge *made);
/* Number the records anew and chain them. */
void forge_chain(forge *made);
/* The decoded record; spans borrow from its bytes. */
wb_raw_record forge_raw(const forge *made, uint64_t number);

/* Each chains what it leaves. The place is that of a number: what was there moves on. */
void forge_put(forge *made, uint64_t number, const void *bytes, size_t size);
void forge_drop(forge *made, uint64_t first, uint64_t last);
void forge_swap(forge *made, uint64_t a, uint64_t b);
/* Replace text in a record by other text of the same size: in every place it stands. */
void forge_edit(forge *made, uint64_t number, const char *from, const char *to);

/* New records at the end, each a minute after the one before; each gives its number. Signed by
 * `signer` over what is right where it stands; `name` says who he claims to be. */
uint64_t forge_propose(forge *made, const wb_signer *signer, const char *name,
                       const wb_bytes *drafts, size_t draft_count);
uint64_t forge_verdict(forge *made, const wb_signer *signer, const char *name, uint64_t proposal,
                       wb_verdict verdict, const char *reason);
/* A draft of a proposal, posted with so many approvals. */
uint64_t forge_post(forge *made, uint64_t proposal, size_t draft, unsigned approvals);
/* Sign the switch at `number` again. */
void forge_switch(forge *made, uint64_t number, const wb_signer *signer, const char *name);
/* Seconds from the last record to the next; days that the next proposal stays open. */
void forge_wait(uint64_t seconds);
void forge_last_day(int32_t days);

/* Records as bytes, the number and time of which come later. Accounts and parties by number. */
wb_bytes forge_entry(const char *maker, const char *event, int64_t cents, int32_t day,
                     uint64_t debit, uint64_t credit);
wb_bytes forge_document(const char *maker, wb_record_kind kind, const char *id, const char *body);
wb_bytes forge_user(const char *maker, const char *name, const char *roles, const char *state,
                    const char *reason, const wb_signer *key);

/* What the next forged entry has beside: a subject, a source with its reference, what it reverses.
 */
void forge_subject(const char *subject);
void forge_reference(const char *source, const char *reference);
void forge_reverses(uint64_t number);

/* Write a ledger of it in a new directory; the first `rows` records with all their rows, the rest
 * as bare records under a head that counts them. */
void forge_write(const forge *made, const char *dir, size_t rows);
/* Put a row of control as it is, sealed, into the ledger in `dir`, or take it out when it has no
 * value; the head's counts follow. */
void forge_row(const char *dir, const wb_row *row);
/* Put other bytes under a record's number, its hash as it was. */
void forge_bytes(const char *dir, uint64_t number, const wb_bytes *bytes, const uint8_t *hash);

#endif
