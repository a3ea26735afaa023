/*
 * anchor.h - what others hold of a ledger, so that nobody can change, remove or cut off what they
 * have seen: anchors, proofs, and verify against them. Also rebuild.
 *
 * All records form the Merkle tree of waarborg/tree.h: leaf i is the canonical bytes of record
 * i + 1. An *anchor* is a checkpoint of that tree (waarborg/note.h) signed by a user of the fund.
 * It is a record itself (WB_RECORD_ANCHOR), whose checkpoint covers all records before it, and a
 * file of a few lines that leaves the machine: for the accountant, the municipalities, the archive.
 * Whoever holds it can have any later copy of the ledger prove that it extends what he saw.
 *
 * A ledger's origin is "waarborg.ledger/" and the hash of record 1, so that no ledger passes for
 * another. Threads and memory as in ledger.h.
 */
#ifndef WAARBORG_ANCHOR_H
#define WAARBORG_ANCHOR_H

#include "waarborg/ledger.h"
#include "waarborg/note.h"

/* An anchor that was read. */
typedef struct wb_anchor {
    uint64_t number;            /* the record it is; 0 for one that is in no record */
    wb_checkpoint checkpoint;   /* size: the records it covers, 1 to size */
    char signer[WB_ID_MAX + 1]; /* name in its first signature */
    uint32_t key;               /* id of the key in it */
    char *note;                 /* owned: the signed note, all that a file of it holds */
} wb_anchor;
void wb_anchor_init(wb_anchor *anchor);
void wb_anchor_clear(wb_anchor *anchor);

/* The checkpoint of all records now (or up to the viewed one), unsigned. WB_E_NOT_FOUND when there
 * are none. O(log records). */
WB_MUST_CHECK wb_code wb_ledger_checkpoint(wb_checkpoint *checkpoint, wb_ledger *ledger,
                                           wb_error *err);

/*
 * Anchor all records so far, those of the open batch included: sign their checkpoint and add it to
 * the batch as a record, dated `date`. The signer is an active user who is not an auditor. Needs no
 * second pair of eyes: it posts nothing. WB_E_NOT_FOUND (no records), WB_E_UNAUTHORISED (unknown
 * user, auditor), WB_E_REVOKED (revoked, or not the user's current key).
 */
WB_MUST_CHECK wb_code wb_ledger_anchor(wb_anchor *anchor, wb_ledger *ledger,
                                       const wb_signer *signer, wb_date date, wb_error *err);
/* The newest anchor that is a record, as it was stored: wb_ledger_verify checks them all. *found
 * is false when there is none. */
WB_MUST_CHECK wb_code wb_anchor_latest(wb_anchor *anchor, wb_ledger *ledger, bool *found,
                                       wb_error *err);

/*
 * A proof that record `number` is in the books, with the record's bytes: under the newest anchor,
 * or, with a signer, under a checkpoint signed now and recorded nowhere. WB_E_NOT_FOUND: no such
 * record, or no anchor that covers it. O(log records): less than a millisecond.
 */
WB_MUST_CHECK wb_code wb_ledger_prove(wb_proof *proof, wb_ledger *ledger, uint64_t number,
                                      const wb_signer *signer, wb_error *err);

/* An anchor from outside, such as a file. */
typedef struct wb_anchor_text {
    const char *note; /* all bytes of the file */
    size_t size;
    const char *path; /* names it in messages */
    /* Who may have signed it: one of these keys. None (0): the user whose key the ledger itself
     * had registered then, which trusts the ledger to say who that was. */
    const wb_verifier *keys;
    size_t key_count;
} wb_anchor_text;

/*
 * Whether this ledger extends the anchor: its origin, signature, number of records, and the root of
 * as many records by the stored tree. WB_E_ANCHOR (another ledger, records are missing at the end,
 * another past), WB_E_SIGNATURE, and what parsing fails with. `checkpoint` (may be NULL) is the
 * anchor's. O(log records) but for the search of a key that was replaced since.
 */
WB_MUST_CHECK wb_code wb_anchor_check(wb_checkpoint *checkpoint, wb_ledger *ledger,
                                      const wb_anchor_text *anchor, wb_error *err);

/* A proof that the newest anchor's tree (or, with a signer, that of all records now) starts with
 * the tree of an older anchor; that one is checked first, as wb_anchor_check does. */
WB_MUST_CHECK wb_code wb_ledger_prove_consistency(wb_consistency *proof, wb_ledger *ledger,
                                                  const wb_anchor_text *older,
                                                  const wb_signer *signer, wb_error *err);

/*
 * Verify with more to say than wb_ledger_verify, which is the same with everything zero.
 *
 * With an anchor: as wb_anchor_check, but against the tree as it is recomputed. With `from` above 1
 * records before that number are not checked again, and taken for what they say of users, rules,
 * limits and periods: the stored tree gives them the root that an anchor signed (report->trusted
 * says for how many of them; 0: there is none, and nothing but the stored tree speaks for them).
 * Each record from there on is checked as ever and the tree rebuilt on it; balances and indexes
 * are not compared, for which all records are needed.
 */
typedef struct wb_verify_options {
    unsigned threads;  /* 0: as many as there are processors; the result is the same for any */
    uint64_t from;     /* first record to check; 0 and 1: all */
    bool since_anchor; /* instead of from: the first record after those of the newest anchor, or
                          of the one given */
    const wb_anchor_text *anchor; /* or NULL */
    /* The keys of users as they are known from elsewhere. None (0): the ledger's register is
     * believed. Else each key that a record gives a user, now or once, must be one of these under
     * the same name, or it is WB_E_SIGNATURE: so nobody signs whom the reader does not know. */
    const wb_verifier *users;
    size_t user_count;
    void (*progress)(uint64_t done, uint64_t total, void *context);
    void *context;
} wb_verify_options;
WB_MUST_CHECK wb_code wb_ledger_verify_with(wb_ledger *ledger, const wb_verify_options *options,
                                            wb_verify_report *report, wb_error *err);

/* As wb_ledger_restore, and nothing is put in place unless the backup extends the anchor. */
WB_MUST_CHECK wb_code wb_ledger_restore_anchored(const char *path, const char *dir,
                                                 const wb_anchor_text *anchor,
                                                 wb_verify_report *report, wb_error *err);

/*
 * Make a new ledger in the new or empty directory `dir` from the records of the one in `from` (or
 * of the data file `from`): of this format or an older one, and even when its derived rows are
 * damaged. The chain is checked, the records come over byte for byte, and every balance, index and
 * the tree is made again; then the new ledger is verified. Nothing is left in dir when it fails.
 * WB_E_CHAIN, WB_E_DAMAGED: a record is bad or records are missing at the end. O(records).
 */
WB_MUST_CHECK wb_code wb_ledger_rebuild(const char *from, const char *dir, wb_verify_report *report,
                                        wb_error *err);

#endif
