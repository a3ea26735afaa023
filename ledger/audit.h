/*
 * audit.h - what a full verify keeps while it recomputes the books. Private to ledger/verify.c and
 * its kin.
 *
 * Indexes are compared as sets: a keyed hash of every row that the records call for is added up,
 * and the same for every row that is there. Equal counts and sums mean equal sets, both ways, in
 * one pass and little memory; the key is random for each run, so that rows cannot be made to
 * cancel out. Only when they differ does a slower search name the record.
 */
#ifndef WAARBORG_LEDGER_AUDIT_H
#define WAARBORG_LEDGER_AUDIT_H

#include "ledger/anchors.h"
#include "ledger/pool.h"

/* A set of rows as a sum of hashes. */
typedef struct wb_row_sum {
    uint64_t count;
    uint64_t low;
    uint64_t high;
} wb_row_sum;

/* The recomputed balance of an (account, party). */
typedef struct wb_tally {
    uint64_t account;
    uint64_t party;
    uint64_t postings;
    uint32_t chunks; /* by the balance row */
    uint32_t chunks_found;
    bool stored; /* a balance row was found */
    wb_money debit;
    wb_money credit;
} wb_tally;

typedef struct wb_tallies {
    wb_tally *items;
    size_t count;
    size_t capacity;
    uint32_t *table; /* 4 x capacity places: index + 1, or 0 */
} wb_tallies;

enum { WB_SIP_KEY_SIZE = 16 };

typedef struct wb_audit {
    wb_ledger *ledger;
    uint8_t key[WB_SIP_KEY_SIZE];
    wb_head found; /* counts as recomputed */
    wb_tallies tallies;
    wb_names documents[WB_KIND_COUNT]; /* id to first record, by kind */
    uint64_t *newest[WB_KIND_COUNT];   /* for the same places */
    size_t newest_capacity[WB_KIND_COUNT];
    struct {
        wb_row_sum references;
        wb_row_sum subjects;
        wb_row_sum reversals;
        wb_row_sum postings;
        wb_row_sum nodes; /* of the Merkle tree, on the stored levels */
    } wanted, present;
    struct {
        uint8_t key[WB_ROW_KEY_MAX]; /* of the last part of a subject's list that was read */
        size_t size;
        uint64_t last; /* entry in it */
    } subject;
    wb_tree_edge tree; /* over the records of the blocks that were audited */
    uint64_t from;     /* the first record that is read; those before it are taken as they are */
    wb_code node_code; /* of the first stored node that differs, see wb_audit_node */
    wb_error node_err;
    const struct wb_block *block; /* being audited */
    const wb_checkpoint *anchor;  /* to compare with, or NULL */
    const char *anchor_path;
    uint64_t anchors; /* checked, each a record; and of the newest: */
    uint64_t anchored;
    uint64_t anchored_us;
    wb_tree_hash anchored_root;
    uint64_t trusted;         /* records that an anchor covers */
    struct wb_replay *replay; /* of control, see audit_control.h */
    uint64_t first_bad;
} wb_audit;

void wb_row_sum_add(wb_row_sum *sum, const uint8_t key[WB_SIP_KEY_SIZE], wb_span row);
/* An entry in the list of its subject. */
void wb_subject_sum_add(wb_row_sum *sum, const uint8_t key[WB_SIP_KEY_SIZE], wb_span subject,
                        uint64_t number);
bool wb_row_sum_equal(const wb_row_sum *a, const wb_row_sum *b);

/* The tally of a pair; made when `make`, else NULL when there is none. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_tally_find(wb_tally **tally, wb_tallies *tallies, uint64_t account,
                                    uint64_t party, bool make, wb_error *err);
void wb_tallies_clear(wb_tallies *tallies);

/* The bytes of a posting in the set of postings. */
enum { WB_POSTING_ROW_SIZE = 8 + 8 + 8 + 4 + 4 + 2 + WB_AMOUNT_SIZE_MAX };
void wb_posting_row(uint8_t row[WB_POSTING_ROW_SIZE], uint64_t account, uint64_t party,
                    const wb_item *item);

/* A node of the Merkle tree in the set of nodes. */
void wb_node_sum_add(wb_row_sum *sum, const uint8_t key[WB_SIP_KEY_SIZE], unsigned level,
                     uint64_t index, const wb_tree_hash *hash);

/* Compare a node with the one that is stored, and keep what differs first. */
void wb_audit_node(wb_audit *audit, unsigned level, uint64_t index, const wb_tree_hash *hash);

typedef void wb_progress_call(uint64_t done, uint64_t total, void *context);
typedef struct wb_audit_run {
    unsigned threads; /* 0: as many as there are processors */
    wb_progress_call *progress;
    void *context;
    const wb_verifier *users; /* see wb_verify_options */
    size_t user_count;
} wb_audit_run;
/* Audit the records from audit->from on. The result does not depend on the threads. */
WB_MUST_CHECK wb_code wb_audit_records(wb_audit *audit, const wb_audit_run *run, wb_error *err);

/* What a record that was read and hashed says of control: who signed what, and whether he might.
 * Called for each record, in order, after what does not need it. */
WB_MUST_CHECK wb_code wb_audit_control_record(wb_audit *audit, const wb_raw_record *raw,
                                              const wb_stored *stored, wb_error *err);
/* An anchor: its signature, and that it covers the records before it as they are. */
WB_MUST_CHECK wb_code wb_audit_anchor(wb_audit *audit, const wb_raw_record *raw, wb_error *err);
/* The root of the tree over the records before `number`, which lies in the block being audited. */
wb_tree_hash wb_audit_root(const wb_audit *audit, uint64_t number);

/* Read every row that is not a record, and compare it with what was recomputed. */
WB_MUST_CHECK wb_code wb_audit_rows(wb_audit *audit, wb_error *err);

/* The sets differ: name the first record that is not in them as it should be. Always fails. */
WB_MUST_CHECK wb_code wb_audit_search(wb_audit *audit, wb_error *err);

#endif
