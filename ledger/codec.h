/*
 * codec.h - a record as canonical bytes and back: what the hash chain covers. Private to ledger/.
 *
 * One value has one encoding, and every encoding has one value: the decoder refuses whatever does
 * not encode back to the same bytes. It is total: any bytes at all may be given to it. The bytes
 * are versioned; docs/format.md shows them.
 *
 * Accounts and parties are numbers here: the number of the record that registered them.
 */
#ifndef WAARBORG_LEDGER_CODEC_H
#define WAARBORG_LEDGER_CODEC_H

#include "ledger/bytes.h"
#include "waarborg/control.h"

enum {
    WB_RECORD_VERSION = 1,
    WB_CURRENCY_EUR = 978,  /* ISO 4217 number */
    WB_AMOUNT_SIZE_MAX = 15 /* bytes of a magnitude below 10^36 */
};

/* An amount: its sign and its magnitude, most significant byte first, no leading zero byte. */
typedef struct wb_raw_amount {
    bool negative;
    wb_span magnitude; /* empty for zero, which is never negative */
} wb_raw_amount;

typedef struct wb_raw_posting {
    uint64_t account;
    uint64_t party; /* 0: none */
    wb_raw_amount amount;
} wb_raw_posting;

/* A decoded record: spans borrow from the bytes that were decoded. Texts are UTF-8 without NUL. */
typedef struct wb_raw_record {
    uint64_t number;
    wb_record_kind kind;
    uint64_t recorded_us;
    wb_date date;
    wb_span maker;
    unsigned approvals; /* that counted when it was posted from a proposal; else 0 */
    uint64_t proposal;  /* then: the proposal; of a verdict: the one it is about */
    /* an entry */
    wb_span event;
    wb_span subject;   /* empty: none */
    wb_span source;    /* empty: none */
    wb_span reference; /* empty: none */
    wb_span memo;
    uint64_t reverses; /* 0: none */
    wb_span reason;    /* empty: none; of a proposal and a verdict too */
    uint32_t posting_count;
    wb_span postings; /* for wb_codec_posting */
    /* a document */
    wb_span id;
    wb_span body;
    /* a proposal; key and signature also of a verdict */
    wb_date expires;
    bool computed;
    wb_span nonce;
    uint32_t key;
    wb_span signature; /* of a verdict by nobody: empty */
    uint32_t draft_count;
    wb_span drafts; /* for wb_codec_draft */
    wb_verdict verdict;
} wb_raw_record;

/* What the writer adds to an entry or a document. */
typedef struct wb_stamp {
    uint64_t number;
    uint64_t recorded_us;
    unsigned approvals; /* 0 without four eyes */
    uint64_t proposal;  /* with approvals only */
} wb_stamp;

/* Append the record to `out`. The entry has passed wb_entry_check; ids hold one number for each
 * posting. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_codec_entry(wb_bytes *out, wb_stamp stamp, const wb_entry *entry,
                                     const uint64_t *accounts, const uint64_t *parties,
                                     wb_error *err);
WB_MUST_CHECK wb_code wb_codec_document(wb_bytes *out, wb_stamp stamp, const wb_document *document,
                                        wb_error *err);

/* The inverse of wb_codec_decode for a proposal or verdict: the fields of `raw` that its kind has.
 * For drafts see wb_codec_put_draft. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_codec_control(wb_bytes *out, const wb_raw_record *raw, wb_error *err);

/* WB_E_VERSION for a later version, kind or currency; WB_E_DAMAGED for the rest.
 * The messages do not name the record: the caller knows which it is. */
WB_MUST_CHECK wb_code wb_codec_decode(wb_raw_record *raw, wb_span bytes, wb_error *err);

/*
 * Drafts: a record's bytes without its number and time, and without approvals. put_draft appends
 * the size and the draft that the record `bytes` gives, as a list of drafts holds them; `draft`
 * takes the next one off such a list; decode_draft reads one, into a record with the number 0. A
 * draft may not be a proposal, a verdict, a switch or an anchor: WB_E_DAMAGED.
 */
enum { WB_STAMP_SIZE = 16, WB_DRAFTS_MAX = WB_BATCH_MAX, WB_PROPOSAL_NONCE_SIZE = 16 };
bool wb_draft_kind(wb_record_kind kind);
WB_MUST_CHECK wb_code wb_codec_put_draft(wb_bytes *out, wb_span bytes, wb_error *err);
/* The other way round: the record without approvals that a draft is of. */
WB_MUST_CHECK wb_code wb_codec_stamp_draft(wb_bytes *out, wb_span draft, wb_stamp stamp,
                                           wb_error *err);
bool wb_codec_draft(wb_span *drafts, wb_span *draft);
WB_MUST_CHECK wb_code wb_codec_decode_draft(wb_raw_record *raw, wb_span draft, wb_error *err);

/* Take the next posting off the span of a decoded record; false at its end. */
bool wb_codec_posting(wb_span *postings, wb_raw_posting *posting);

/* Pieces that codec.c and codec_control.c share. */
bool wb_codec_take_text8(wb_span *span, wb_span *text);
bool wb_codec_take_text16(wb_span *span, wb_span *text);
bool wb_codec_take_date(wb_span *span, wb_date *date);
void wb_codec_put_text16(wb_bytes *out, wb_span text);
void wb_codec_put_date(wb_bytes *out, wb_date date);
void wb_codec_put_common(wb_bytes *out, wb_record_kind kind, wb_stamp stamp, wb_date date,
                         wb_span maker);
wb_code wb_codec_malformed(wb_error *err, const char *part);
WB_MUST_CHECK wb_code wb_codec_decode_control(wb_raw_record *raw, wb_span *rest, wb_error *err);

/* An amount within rows and records: a byte with the sign (bit 7) and the size, the magnitude. */
void wb_codec_put_amount(wb_bytes *out, const wb_money *amount);
bool wb_codec_take_amount(wb_span *span, wb_raw_amount *amount);
/* The room wb_codec_put_amount needs. */
size_t wb_codec_amount_room(const wb_money *amount);
void wb_raw_amount_get(wb_money *amount, const wb_raw_amount *raw);

/* As wb_entry_check, for a document; and its part for dates. */
WB_MUST_CHECK wb_code wb_document_check(const wb_document *document, wb_error *err);
WB_MUST_CHECK wb_code wb_date_check(wb_date date, wb_error *err);

/* Whether `text` is a word for an event: letters and '-', 1 to 32 bytes, first a letter. */
bool wb_event_valid(wb_span text);

#endif
