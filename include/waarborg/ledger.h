/*
 * ledger.h - the books: an append-only log of records on LMDB, chained by hash, in which every
 * entry balances to zero, exactly.
 *
 * The log is the only truth. A record is numbered 1, 2, 3, ... without gaps and never changes. It
 * is either an *entry* (a balanced transaction of 2 to 1024 postings) or a *document* (the opening
 * of the fund, an account, a party, a contribution decision, a loan): structured text that fund/
 * understands and the ledger keeps, dated and chained like any other record. Balances and indexes
 * are derived from the log, can be rebuilt from it, and are checked against it by wb_ledger_verify.
 *
 * The ledger knows accounts and parties (it refuses postings to unknown ones), not what they mean;
 * the fund's events live in fund/. Bytes on disk are in docs/format.md.
 *
 * Threads and processes: one handle belongs to one thread, and a process has one handle of a ledger
 * at a time (LMDB's rule). Any number of processes may read while one writes; a second writer
 * waits. A READ handle sees one moment: all its answers are about the books as they were when it
 * was opened. A WRITE handle sees the newest committed state in each call, or its own batch.
 * Strings handed out are borrowed until the next call on the same record, or for the visit; nothing
 * that points into LMDB crosses this header. A visitor may read through the handle, and not write.
 */
#ifndef WAARBORG_LEDGER_H
#define WAARBORG_LEDGER_H

#include "waarborg/date.h"
#include "waarborg/text.h"

enum {
    WB_POSTINGS_MIN = 2,
    WB_POSTINGS_MAX = 1024,
    WB_MEMO_MAX = 1024,     /* bytes of UTF-8 */
    WB_REFERENCE_MAX = 128, /* bytes of an external reference, and of its source */
    WB_REASON_MAX = 1024,
    WB_MAKER_MAX = 128,
    WB_EVENT_MAX = 32,
    WB_DOCUMENT_MAX = 65536, /* bytes of a document's body */
    WB_LEDGER_HASH_SIZE = 32,
    WB_BATCH_MAX = 50000 /* records in one transaction: LMDB spills beyond, see docs/format.md */
};

typedef enum wb_record_kind {
    WB_RECORD_ENTRY = 1,
    WB_RECORD_FUND = 2,     /* the first record: name, currency, first year */
    WB_RECORD_ACCOUNT = 3,  /* id is the account's code */
    WB_RECORD_PARTY = 4,    /* id is the party's id */
    WB_RECORD_DECISION = 5, /* a contribution decision (besluit) */
    WB_RECORD_LOAN = 6,     /* a loan agreement */
    /* documents that the ledger itself reads: see waarborg/control.h */
    WB_RECORD_USER = 7, /* id is the user's name */
    WB_RECORD_RULE = 8, /* id is what it is about */
    WB_RECORD_LIMIT = 9,
    WB_RECORD_PERIOD = 10, /* id is "2026-03" or "2026" */
    WB_RECORD_SWITCH = 11, /* id is "four-eyes" */
    WB_RECORD_ANCHOR = 12, /* id is "checkpoint": a signed checkpoint of all records before it */
    /* four eyes */
    WB_RECORD_PROPOSAL = 16,
    WB_RECORD_VERDICT = 17
    /* a reader refuses kinds it does not know as WB_E_VERSION */
} wb_record_kind;

typedef struct wb_posting {
    const char *account; /* code of a known account */
    const char *party;   /* id of a known party, or NULL */
    wb_money amount;     /* debit positive, credit negative, never zero */
} wb_posting;

/*
 * A transaction to post. All pointers are the caller's and are not kept.
 * `reference` is unique for ever within `source` (such as "cli" or "bank"); the same content under
 * the same reference answers with the entry that is already there, other content is refused.
 */
typedef struct wb_entry {
    wb_date date;        /* effective date (boekdatum) */
    const char *event;   /* what happened: "memorial", "contribution-assessed", "loan-disbursed" ...
                            (a word of letters and '-', at most 32 bytes) */
    const char *subject; /* id of the decision or loan it belongs to, or NULL */
    const char *source;  /* namespace of the reference; required when reference is given */
    const char *reference; /* external reference, or NULL */
    const char *memo;      /* free text, "" when none */
    const char *maker;     /* who made it; free text until four eyes */
    uint64_t reverses;     /* number of the entry it reverses, or 0 */
    const char *reason;    /* why it reverses; required with reverses, else NULL */
    const wb_posting *postings;
    size_t posting_count;
} wb_entry;

/* The double-entry rule as a pure function: counts, zero amounts, sum, text limits, in a fixed
 * order (the order of wb_code in docs/format.md). Knows no accounts. */
WB_MUST_CHECK wb_code wb_entry_check(const wb_entry *entry, wb_error *err);

/* A document to record. `body` is canonical JSON text (sorted keys, no blanks), at most
 * WB_DOCUMENT_MAX bytes. The newest document of a (kind, id) is the current one. */
typedef struct wb_document {
    wb_record_kind kind;
    wb_date date;
    const char *id;
    const char *body;
    const char *maker;
} wb_document;

/* A record as read back: the log's own view. Strings are borrowed. */
typedef struct wb_record {
    uint64_t number;
    wb_record_kind kind;
    uint64_t recorded_us; /* UTC microseconds since 1970 when it was recorded; never decreases */
    wb_entry entry;       /* when kind is WB_RECORD_ENTRY; source etc. NULL when absent */
    wb_document document; /* otherwise; of a proposal or verdict: id "", body the reason as text */
    uint64_t proposal;    /* it was posted from, or that a verdict is about; or 0 */
    unsigned approvals;   /* then: how many checkers' approvals counted */
    uint64_t reversed_by; /* entry that reverses this one, or 0 (from the index, not the record) */
    uint8_t
        hash[WB_LEDGER_HASH_SIZE];   /* BLAKE2b-256 of the previous hash and the canonical bytes */
    struct wb_record_memory *memory; /* where the strings and postings above are kept */
} wb_record;

typedef struct wb_ledger wb_ledger;

typedef enum wb_ledger_mode { WB_LEDGER_READ, WB_LEDGER_WRITE } wb_ledger_mode;

/*
 * Make an empty ledger in a new or empty directory. WB_E_EXISTS when one is there, WB_E_IO. The
 * directory and its files are synced before it returns.
 */
WB_MUST_CHECK wb_code wb_ledger_create(const char *dir, wb_error *err);

/*
 * Open. Reads nothing it could not check: the file's size against its last page, the format's
 * version, the head record against its hash. WB_E_NOT_LEDGER, WB_E_VERSION, WB_E_DAMAGED, WB_E_IO.
 * *ledger is NULL on failure. READ works on a read-only directory.
 */
WB_MUST_CHECK wb_code wb_ledger_open(wb_ledger **ledger, const char *dir, wb_ledger_mode mode,
                                     wb_error *err);
void wb_ledger_close(wb_ledger *ledger);

/* Say who writes through this WRITE handle and what is being done, for those who wait for it. Both
 * are copied and cut to 63 bytes, and may be NULL. Without it they read LOGNAME or USER. */
void wb_ledger_describe(wb_ledger *ledger, const char *user, const char *command);

/*
 * Run `work` in a child process and relay what it returns. liblmdb can die of a signal on a damaged
 * file; the parent never does: a child that ends by SIGBUS, SIGSEGV, SIGABRT or SIGFPE is
 * WB_E_DAMAGED, with `dir`, the signal and how to restore in err. Standard output and error of the
 * child are the parent's. The child's own wb_error comes back through a pipe.
 */
WB_MUST_CHECK wb_code wb_ledger_guard(wb_code (*work)(void *context, wb_error *err), void *context,
                                      const char *dir, wb_error *err);

/*
 * Write. begin takes the writer's lock (waits while another process holds it; `waiting`, when not
 * NULL, is called once if that takes more than a moment, with who the holder is: "anna (pid 1234,
 * loan accrue, since 09:12:03 UTC)"); post and document add records, all or nothing; commit makes
 * them durable before it returns; abort drops them. After a failed post the batch may only be
 * aborted. Reads through the same handle see the batch's own records.
 *
 * post sets *number and *already: when the reference was used before for the same content *already
 * is true, *number is that entry and nothing is added. Refusals: those of wb_entry_check, then
 * WB_E_ACCOUNT, WB_E_PARTY, WB_E_DUPLICATE, WB_E_CLOSED (waarborg/control.h), WB_E_REVERSED (no
 * such entry, already reversed, is a reversal or a document), WB_E_RANGE (WB_BATCH_MAX),
 * WB_E_LIMIT.
 */
typedef void wb_waiting(const char *holder, void *context);
WB_MUST_CHECK wb_code wb_ledger_begin(wb_ledger *ledger, wb_waiting *waiting, void *context,
                                      wb_error *err);
WB_MUST_CHECK wb_code wb_ledger_post(wb_ledger *ledger, const wb_entry *entry, uint64_t *number,
                                     bool *already, wb_error *err);
WB_MUST_CHECK wb_code wb_ledger_document(wb_ledger *ledger, const wb_document *document,
                                         uint64_t *number, wb_error *err);
/* Post the mirror image of entry `number`, on `date`, for `reason`. As wb_ledger_post. */
WB_MUST_CHECK wb_code wb_ledger_reverse(wb_ledger *ledger, uint64_t number, wb_date date,
                                        const char *reason, const char *maker, uint64_t *reversal,
                                        wb_error *err);
WB_MUST_CHECK wb_code wb_ledger_commit(wb_ledger *ledger, wb_error *err);
void wb_ledger_abort(wb_ledger *ledger);

/*
 * Post `count` entries (at least 1), all or nothing, and durable when it returns: begin, post and
 * commit in one call, without a batch. Processes that post at the same time share a commit, which
 * is two flushes of the disk: one of them posts for all, each request a whole of its own, refused
 * or not without a trace in the others. A request of more than 256 entries or about 32 KiB waits
 * for the writer's lock in turn.
 *
 * numbers and already are arrays of `count`, set as by wb_ledger_post. Refusals: those of
 * wb_entry_check for any of them, then those of wb_ledger_post in order, and what commit would
 * refuse. A poster that dies in the call may have posted. `waiting` as in wb_ledger_begin.
 */
WB_MUST_CHECK wb_code wb_ledger_submit(wb_ledger *ledger, const wb_entry *entries, size_t count,
                                       uint64_t *numbers, bool *already, wb_waiting *waiting,
                                       void *context, wb_error *err);

/* The head: number of the last record (0 when empty), its hash (zeros when empty) and its last
 * effective date and time. */
typedef struct wb_ledger_head {
    uint64_t count;
    uint64_t entries; /* of those, how many are entries */
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_date last_date; /* the largest effective date of any entry */
    uint64_t recorded_us;
} wb_ledger_head;
WB_MUST_CHECK wb_code wb_ledger_head_read(wb_ledger *ledger, wb_ledger_head *head, wb_error *err);

/*
 * What was known then: from now on all answers of this READ handle are about the books as they were
 * right after record `number`, as if the log ended there: the head, records, documents in their
 * version of then, references, reversals, subjects, balances and statements; so is everything that
 * fund/ and control.h compute from them. It may be called again for another record; a handle is
 * opened anew to see all. WB_E_NOT_FOUND: number is 0 or beyond the last record.
 *
 * Cost: balances are O(entries), as at a date, and the first head_read too unless balances were
 * asked before; the first question for a document that has a version after the view reads the log
 * up to it once. A viewed handle cannot be verified or backed up: that is about the whole log
 * (asserted).
 */
WB_MUST_CHECK wb_code wb_ledger_as_of(wb_ledger *ledger, uint64_t number, wb_error *err);
/* The last record that was recorded at or before a time; 0 when there is none. O(log records). */
WB_MUST_CHECK wb_code wb_ledger_number_at(wb_ledger *ledger, uint64_t time_us, uint64_t *number,
                                          wb_error *err);

/*
 * Read. Every record read is checked against its stored hash; every balance and index row carries a
 * check of its own: a row that fails is WB_E_DAMAGED, never a wrong number with success.
 * wb_record owns its memory: init before, clear after; reuse clears it.
 */
void wb_record_init(wb_record *record);
void wb_record_clear(wb_record *record);
/* WB_E_NOT_FOUND when number is 0 or beyond the head. */
WB_MUST_CHECK wb_code wb_ledger_record(wb_ledger *ledger, uint64_t number, wb_record *record,
                                       wb_error *err);
/*
 * A record from its canonical bytes, such as those in a proof, without any ledger: it has no hash
 * and no reversal, and its postings name accounts and parties by the records that registered them,
 * as "#12". WB_E_DAMAGED: not a record; WB_E_VERSION.
 */
WB_MUST_CHECK wb_code wb_record_read(wb_record *record, const void *bytes, size_t size,
                                     wb_error *err);
/* The entry that carries (source, reference): *number, or 0. */
WB_MUST_CHECK wb_code wb_ledger_find_reference(wb_ledger *ledger, const char *source,
                                               const char *reference, uint64_t *number,
                                               wb_error *err);
/* The current document of (kind, id): WB_E_NOT_FOUND when there is none. */
WB_MUST_CHECK wb_code wb_ledger_find_document(wb_ledger *ledger, wb_record_kind kind,
                                              const char *id, wb_record *record, wb_error *err);

/* Visit records; return false from `visit` to stop early. The record is borrowed for the call. */
typedef bool wb_record_visit(const wb_record *record, void *context);
/* The log, from number `first` on. Checks the chain while it reads. */
WB_MUST_CHECK wb_code wb_ledger_log(wb_ledger *ledger, uint64_t first, wb_record_visit *visit,
                                    void *context, wb_error *err);
/* Current documents of a kind, in order of id. */
WB_MUST_CHECK wb_code wb_ledger_documents(wb_ledger *ledger, wb_record_kind kind,
                                          wb_record_visit *visit, void *context, wb_error *err);
/* Entries of a subject (a loan, a decision), in order of number. */
WB_MUST_CHECK wb_code wb_ledger_subject(wb_ledger *ledger, const char *subject,
                                        wb_record_visit *visit, void *context, wb_error *err);

/*
 * Balances per account and party. `at` NULL means all entries; else only entries with an effective
 * date on or before *at. Rows come in order of account code, then party id, the row without a party
 * first; zero rows included. Cost: current balances O(rows); at a date O(entries).
 */
typedef struct wb_balance {
    const char *account;
    const char *party; /* NULL for postings without a party */
    wb_money debit;    /* sum of debits, not negative */
    wb_money credit;   /* sum of credits, not negative: balance = debit - credit */
    uint64_t postings;
} wb_balance;
typedef bool wb_balance_visit(const wb_balance *balance, void *context);
WB_MUST_CHECK wb_code wb_ledger_balances(wb_ledger *ledger, const wb_date *at,
                                         wb_balance_visit *visit, void *context, wb_error *err);

/*
 * A statement: the postings of an account, of a party, or of both (either may be NULL, not both),
 * by effective date, then number, between two dates (either may be NULL), each with its balance
 * after. `opening` is the balance before the first date.
 */
typedef struct wb_statement_line {
    uint64_t number;
    wb_date date;
    const char *event;
    const char *memo;
    const char *reference; /* or NULL */
    const char *account;
    const char *party; /* or NULL */
    wb_money amount;
    wb_money balance; /* opening plus all amounts up to this line */
} wb_statement_line;
typedef bool wb_statement_visit(const wb_statement_line *line, void *context);
WB_MUST_CHECK wb_code wb_ledger_statement(wb_ledger *ledger, const char *account, const char *party,
                                          const wb_date *from, const wb_date *to, wb_money *opening,
                                          wb_statement_visit *visit, void *context, wb_error *err);

/*
 * Recompute everything from the records: numbering, the double-entry rule, times, hashes, chain,
 * references, reversals, documents, balances, indexes, counts, the Merkle tree, and every anchor.
 * Stops at the first bad record and names it: err says which entry and what differs (WB_E_CHAIN,
 * WB_E_DAMAGED, WB_E_ANCHOR, WB_E_SIGNATURE). Several threads share the work. `progress` may be
 * NULL. O(records); memory O(accounts x parties).
 */
typedef struct wb_verify_report {
    uint64_t records;
    uint64_t entries;
    uint64_t postings;
    uint64_t balances;
    uint64_t first_bad;   /* number of the first record that fails, or 0 */
    uint64_t first;       /* the first record that was read; above 1 see waarborg/anchor.h */
    uint64_t trusted;     /* records before that for which an anchor speaks */
    uint64_t anchors;     /* anchors that were checked, each a record */
    uint64_t anchored;    /* records that the newest of them covers, 0 without one; and then: */
    uint64_t anchored_us; /* when it was recorded */
    uint8_t anchored_root[WB_LEDGER_HASH_SIZE];
    uint8_t hash[WB_LEDGER_HASH_SIZE]; /* of the last record */
    uint8_t root[WB_LEDGER_HASH_SIZE]; /* of the Merkle tree over all records */
} wb_verify_report;
WB_MUST_CHECK wb_code wb_ledger_verify(wb_ledger *ledger, wb_verify_report *report,
                                       void (*progress)(uint64_t done, uint64_t total,
                                                        void *context),
                                       void *context, wb_error *err);

/*
 * A hot, consistent copy into the new file `path`, synced, then verified before it is called good;
 * a copy that fails is removed. WB_E_EXISTS when path exists.
 */
WB_MUST_CHECK wb_code wb_ledger_backup(wb_ledger *ledger, const char *path,
                                       wb_verify_report *report, wb_error *err);
/* Verify the backup file and make a ledger of it in the new or empty directory `dir`; nothing is
 * left in dir when it fails. */
WB_MUST_CHECK wb_code wb_ledger_restore(const char *path, const char *dir, wb_verify_report *report,
                                        wb_error *err);

/* Lower-case hexadecimal of a hash, and the short form people compare: "5c1e 77b0". */
const char *wb_hash_text(char text[2 * WB_LEDGER_HASH_SIZE + 1],
                         const uint8_t hash[WB_LEDGER_HASH_SIZE]);
const char *wb_hash_short(char text[10], const uint8_t hash[WB_LEDGER_HASH_SIZE]);
/* RFC 3339 UTC, "2026-02-01T09:12:03.123456Z". */
const char *wb_time_text(char text[28], uint64_t time_us);

#endif
