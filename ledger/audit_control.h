/*
 * audit_control.h - users, rules, four eyes, limits and periods, judged again from the records
 * alone. Private to ledger/verify.c and its kin.
 *
 * A second reading of docs/format.md and waarborg/control.h: it has its own register of users and
 * rules, its own list of what is proposed and approved, and its own text of what is signed, and
 * shares no rule with the side that writes. What both share is how bytes decode (codec.h, body.h),
 * and the check of a signature.
 *
 * Give it every record in order. What is wrong is WB_E_SIGNATURE when somebody's word is missing,
 * forged, or not his to give, and WB_E_DAMAGED for the rest; the message names the record. Whether
 * a proposal had become stale is not judged again.
 */
#ifndef WAARBORG_LEDGER_AUDIT_CONTROL_H
#define WAARBORG_LEDGER_AUDIT_CONTROL_H

#include "ledger/audit.h"
#include "ledger/audit_signatures.h"
#include "waarborg/control.h"

/* A user as of the record being read. */
typedef struct wb_person {
    unsigned roles;
    bool revoked;
    wb_verifier key;
} wb_person;

/* A public key that was ever recorded, and the record that first did. */
typedef struct wb_known_key {
    uint8_t key[WB_PUBLIC_KEY_SIZE];
    uint64_t number;
} wb_known_key;

typedef struct wb_period_shut {
    wb_period period;
    uint64_t since; /* the record that closed it */
} wb_period_shut;

typedef struct wb_bound {
    wb_limit limit;
    uint64_t accounts[WB_LIMIT_ACCOUNTS_MAX];
    uint64_t party; /* 0: none */
    wb_money total; /* of a limit that is about no party */
} wb_bound;

/* A proposal that is open. Spans borrow from the snapshot. */
enum { WB_VOICES_MAX = 100 };
typedef struct wb_asked {
    wb_raw_record raw;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_verifier key; /* that signed it */
    uint64_t verdicts[WB_VOICES_MAX];
    wb_verifier keys[WB_VOICES_MAX]; /* of the approvals; without a name: another verdict */
    size_t verdict_count;
} wb_asked;

/* What the stored row of a proposal must hold, as a hash. */
typedef struct wb_proposal_mark {
    uint64_t number;
    uint64_t hash;
} wb_proposal_mark;

typedef struct wb_replay {
    wb_ledger *ledger;
    bool trusting; /* catching up with records that are not audited: signatures are taken as good */
    unsigned threads;          /* for signatures, see wb_pool_open */
    wb_signatures *signatures; /* made for the first */
    uint8_t key[WB_SIP_KEY_SIZE];
    uint8_t name[WB_LEDGER_HASH_SIZE]; /* hash of record 1 */
    uint8_t last[WB_LEDGER_HASH_SIZE]; /* of the record before */
    wb_names names;                    /* of users: the place is that in `people` */
    wb_person *people;
    size_t people_capacity;
    wb_known_key *keys;
    size_t key_count;
    size_t key_capacity;
    const wb_verifier *known; /* the only keys that users may have; NULL: any */
    size_t known_count;
    wb_rule *rules; /* as recorded */
    size_t rule_count;
    size_t rule_capacity;
    bool four_eyes;
    wb_asked *open[WB_PROPOSALS_OPEN_MAX]; /* owned, by number */
    size_t open_count;
    wb_proposal_mark *marks; /* of proposals, in the order they were decided until the end */
    size_t mark_count;
    size_t mark_capacity;
    uint8_t (*nonces)[WB_PROPOSAL_NONCE_SIZE]; /* a table, zeros where a place is free */
    size_t nonce_capacity;
    size_t nonce_count;
    struct {
        uint64_t first; /* record of the first draft */
        uint64_t count;
        uint64_t proposal;
        uint64_t verdict; /* that completed it */
        unsigned approvals;
        wb_span rest;  /* drafts not yet posted */
        uint64_t next; /* the record that the next of them must be */
    } posting;
    bool counting; /* there are limits, now or later */
    wb_tallies sums;
    wb_bound *bounds;
    size_t bound_count;
    size_t bound_capacity;
    wb_period_shut *shut;
    size_t shut_count;
    size_t shut_capacity;
    uint64_t proposals; /* and verdicts, all there were */
    uint64_t verdicts;
    uint64_t rows; /* of control that were seen */
} wb_replay;

/* Begin at record `from`: what came before is read for what it says, and believed. WB_E_NOMEM, and
 * what reading fails with. Free it whatever it returns. */
WB_MUST_CHECK wb_code wb_replay_new(wb_replay **replay, wb_ledger *ledger, uint64_t from,
                                    const wb_audit_run *run, wb_error *err);
void wb_replay_free(wb_replay *replay); /* NULL is fine */
WB_MUST_CHECK wb_code wb_replay_record(wb_replay *replay, const wb_raw_record *raw,
                                       const wb_stored *stored, wb_error *err);
/* After the last record, or the first that is bad: wait for the signatures. One that does not hold
 * is WB_E_SIGNATURE, and *number its record, which may lie well before what was read last. */
WB_MUST_CHECK wb_code wb_replay_settle(wb_replay *replay, uint64_t *number, wb_error *err);
/* After the last record: nothing is half posted. */
WB_MUST_CHECK wb_code wb_replay_end(wb_replay *replay, wb_error *err);
/* A row of control that was found, in order of keys; and after the last, that none is missing. */
WB_MUST_CHECK wb_code wb_replay_row(wb_replay *replay, wb_span key, wb_span value, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_rows_end(wb_replay *replay, wb_error *err);

/* ---- Between its files ---------------------------------------------------------------------- */

/* "record 12 WHAT": by code. */
WB_MUST_CHECK wb_code wb_replay_bad(wb_error *err, wb_code code, uint64_t number,
                                    const char *format, ...) WB_PRINTF(4, 5);
/* Room for one more of `size` bytes each. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_replay_grow(void *items, size_t *capacity, size_t count, size_t size,
                                     wb_error *err);

/* audit_people.c: users, rules, the switch. NULL when there is no such user. */
const wb_person *wb_replay_person(const wb_replay *replay, wb_span name);
WB_MUST_CHECK wb_code wb_replay_user(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_rule(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_switch(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
/* The checkers that drafts need by the rules as they are. */
WB_MUST_CHECK wb_code wb_replay_needed(const wb_replay *replay, const wb_raw_record *proposal,
                                       unsigned *needed, wb_error *err);
/* That the record's maker, by the key he has now, signed the text; whether it holds may be told
 * later. WB_E_SIGNATURE. */
WB_MUST_CHECK wb_code wb_replay_signed(wb_replay *replay, const wb_raw_record *raw,
                                       const wb_bytes *text, wb_error *err);
/* Start a text to be signed: "waarborg/WHAT/v1", "ledger HASH"; then lines "NAME VALUE".
 * WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_replay_text(wb_bytes *out, const wb_replay *replay, const char *what,
                                     wb_error *err);
WB_MUST_CHECK wb_code wb_replay_line(wb_bytes *out, const char *name, wb_span value, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_hex(wb_bytes *out, const char *name, const uint8_t *bytes,
                                    size_t size, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_number(wb_bytes *out, const char *name, uint64_t value,
                                       wb_error *err);

/* Keep what the row of a proposal must say, which has this state from now on. */
WB_MUST_CHECK wb_code wb_replay_mark(wb_replay *replay, const wb_asked *about,
                                     wb_proposal_state state, wb_error *err);

/* audit_four_eyes.c */
WB_MUST_CHECK wb_code wb_replay_proposal(wb_replay *replay, const wb_raw_record *raw,
                                         const uint8_t *hash, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_verdict(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
/* That the record may stand where it stands: posted by an approval, or in need of none. */
WB_MUST_CHECK wb_code wb_replay_place(wb_replay *replay, const wb_raw_record *raw, wb_span bytes,
                                      wb_error *err);

/* audit_bounds.c: limits and periods. */
WB_MUST_CHECK wb_code wb_replay_limit(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_period(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
WB_MUST_CHECK wb_code wb_replay_entry(wb_replay *replay, const wb_raw_record *raw, wb_error *err);
void wb_replay_bounds_clear(wb_replay *replay);

#endif
