/* fuzz_record.c - records and drafts: any bytes are refused as damaged or too new, or every one of
 * them is in the decoded record: written out again from its parts, by docs/format.md, they are the
 * same. */
#include "fuzz.h"
#include "ledger/codec.h"

static void put(wb_bytes *out, const void *data, size_t size)
{
    FUZZ_CHECK(wb_bytes_reserve(out, size, NULL) == WB_OK);
    wb_bytes_put(out, data, size);
}

static void put_number(wb_bytes *out, uint64_t value, size_t size)
{
    uint8_t bytes[8];
    wb_put_u64(bytes, value);
    put(out, bytes + 8 - size, size);
}

static void put_vlq(wb_bytes *out, uint64_t value)
{
    FUZZ_CHECK(wb_bytes_reserve(out, WB_VLQ_MAX, NULL) == WB_OK);
    wb_bytes_put_vlq(out, value);
}

static void put_text(wb_bytes *out, wb_span text, size_t size_size)
{
    put_number(out, text.size, size_size);
    put(out, text.data, text.size);
}

static void put_postings(wb_bytes *out, const wb_raw_record *raw)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    uint32_t count = 0;
    wb_money amount;
    wb_money_init(&amount);
    for (; wb_codec_posting(&rest, &posting); count++) {
        put_vlq(out, posting.account);
        put_vlq(out, posting.party);
        wb_raw_amount_get(&amount, &posting.amount);
        FUZZ_CHECK(wb_bytes_reserve(out, wb_codec_amount_room(&amount), NULL) == WB_OK);
        wb_codec_put_amount(out, &amount);
        FUZZ_CHECK(wb_money_sign(&amount) == (posting.amount.negative ? -1 : 1));
    }
    wb_money_clear(&amount);
    FUZZ_CHECK(rest.size == 0 && count == raw->posting_count);
}

static void put_proposal(wb_bytes *out, const wb_raw_record *raw)
{
    wb_span drafts = raw->drafts;
    wb_span draft;
    uint32_t count = 0;
    FUZZ_CHECK(raw->nonce.size == 16 && raw->signature.size == 64);
    put_number(out, (uint32_t)raw->expires.days ^ 0x80000000U, 4);
    put_number(out, raw->computed ? 1 : 0, 1);
    put(out, raw->nonce.data, raw->nonce.size);
    put_text(out, raw->reason, 2);
    put_number(out, raw->key, 4);
    put(out, raw->signature.data, raw->signature.size);
    put_number(out, raw->draft_count, 4);
    for (; wb_codec_draft(&drafts, &draft); count++)
        put_text(out, draft, 4);
    FUZZ_CHECK(drafts.size == 0 && count == raw->draft_count);
}

static void put_verdict(wb_bytes *out, const wb_raw_record *raw)
{
    put_vlq(out, raw->proposal);
    put_number(out, (uint64_t)raw->verdict, 1);
    put_text(out, raw->reason, 2);
    put_number(out, raw->key, 4);
    put_text(out, raw->signature, 1);
}

/* A draft has no stamp. */
static void put_record(wb_bytes *out, const wb_raw_record *raw, bool stamped)
{
    put_number(out, WB_RECORD_VERSION, 1);
    put_number(out, (uint64_t)raw->kind, 1);
    if (stamped) put_number(out, raw->number, 8);
    if (stamped) put_number(out, raw->recorded_us, 8);
    put_number(out, (uint32_t)raw->date.days ^ 0x80000000U, 4);
    put_text(out, raw->maker, 1);
    put_number(out, raw->approvals, 1);
    if (raw->approvals > 0) put_vlq(out, raw->proposal);
    if (raw->kind == WB_RECORD_PROPOSAL) {
        put_proposal(out, raw);
        return;
    }
    if (raw->kind == WB_RECORD_VERDICT) {
        put_verdict(out, raw);
        return;
    }
    if (raw->kind != WB_RECORD_ENTRY) {
        put_text(out, raw->id, 1);
        put_text(out, raw->body, 4);
        return;
    }
    put_number(out, WB_CURRENCY_EUR, 2);
    put_text(out, raw->event, 1);
    put_text(out, raw->subject, 1);
    put_text(out, raw->source, 1);
    put_text(out, raw->reference, 1);
    put_text(out, raw->memo, 2);
    put_vlq(out, raw->reverses);
    if (raw->reverses != 0) put_text(out, raw->reason, 2);
    put_number(out, raw->posting_count, 2);
    put_postings(out, raw);
}

static void check_decoded(wb_code code, const wb_error *err, const wb_raw_record *raw,
                          wb_span bytes, bool stamped)
{
    FUZZ_CHECK(code == WB_OK || code == WB_E_DAMAGED || code == WB_E_VERSION);
    FUZZ_CHECK(code == WB_OK || err->message[0] != '\0');
    if (code != WB_OK) return;
    wb_bytes again = {0};
    put_record(&again, raw, stamped);
    FUZZ_CHECK(again.size == bytes.size && memcmp(again.data, bytes.data, bytes.size) == 0);
    wb_bytes_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const wb_span bytes = {data, size};
    wb_raw_record raw;
    wb_error err = {0};
    wb_code code = wb_codec_decode(&raw, bytes, &err);
    check_decoded(code, &err, &raw, bytes, true);
    code = wb_codec_decode_draft(&raw, bytes, &err);
    check_decoded(code, &err, &raw, bytes, false);
    FUZZ_CHECK(code != WB_OK || (raw.number == 0 && raw.approvals == 0));
    return 0;
}

static void seed_record(const wb_raw_record *raw, fuzz_seed *seed, void *context)
{
    wb_bytes out = {0};
    put_record(&out, raw, true);
    seed(out.data, out.size, context);
    wb_bytes_clear(&out);
    put_record(&out, raw, false);
    seed(out.data, out.size, context);
    wb_bytes_clear(&out);
}

/* A proposal of a document, posted records, and verdicts. */
static void seed_control(fuzz_seed *seed, void *context)
{
    static const uint8_t bytes[64] = {1, 2, 3};
    const wb_raw_record party = {.kind = WB_RECORD_PARTY,
                                 .maker = wb_span_text("anna"),
                                 .id = wb_span_text("p1"),
                                 .body = wb_span_text("{}")};
    wb_bytes draft = {0};
    wb_bytes drafts = {0};
    put_record(&draft, &party, false);
    put_text(&drafts, (wb_span){draft.data, draft.size}, 4);
    put_text(&drafts, (wb_span){draft.data, draft.size}, 4);
    wb_raw_record raw = {.number = 40,
                         .kind = WB_RECORD_PROPOSAL,
                         .maker = wb_span_text("anna"),
                         .expires = {20454},
                         .computed = true,
                         .nonce = {bytes, 16},
                         .reason = wb_span_text("why"),
                         .key = 7,
                         .signature = {bytes, 64},
                         .draft_count = 2,
                         .drafts = {drafts.data, drafts.size}};
    seed_record(&raw, seed, context);
    raw = (wb_raw_record){.number = 41,
                          .kind = WB_RECORD_VERDICT,
                          .maker = wb_span_text("bob"),
                          .proposal = 40,
                          .verdict = WB_VERDICT_APPROVE,
                          .key = 8,
                          .signature = {bytes, 64}};
    seed_record(&raw, seed, context);
    raw.verdict = WB_VERDICT_EXPIRE;
    raw.key = 0;
    raw.maker = raw.signature = (wb_span){0};
    seed_record(&raw, seed, context);
    raw = party;
    raw.number = 42;
    raw.approvals = 2;
    raw.proposal = 40;
    seed_record(&raw, seed, context);
    wb_bytes_clear(&draft);
    wb_bytes_clear(&drafts);
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static const uint8_t postings[] = {3,    0,    15,   0x13, 0x42, 0x61, 0x72, 0xC7, 0x4D, 0x82,
                                       0x2B, 0x87, 0x8F, 0xE8, 0,    0,    0,    0,    0x81, 0x48,
                                       0x81, 0x80, 0,    0x81, 5,    4,    0,    0x82, 1,    0};
    wb_raw_record raw = {.number = 300,
                         .kind = WB_RECORD_ENTRY,
                         .recorded_us = 1767225600000000,
                         .date = {20454},
                         .maker = wb_span_text("anna"),
                         .event = wb_span_text("loan-repaid"),
                         .subject = wb_span_text("L-1"),
                         .source = wb_span_text("bank"),
                         .reference = wb_span_text("2026/1"),
                         .memo = wb_span_text("één"),
                         .reverses = 130,
                         .reason = wb_span_text("typo"),
                         .posting_count = 3,
                         .postings = {postings, sizeof postings}};
    seed_record(&raw, seed, context);
    raw.reverses = 0;
    raw.subject = raw.source = raw.reference = raw.reason = (wb_span){0};
    seed_record(&raw, seed, context);
    for (int kind = WB_RECORD_FUND; kind <= WB_RECORD_ANCHOR; kind++) {
        raw = (wb_raw_record){.number = 1,
                              .kind = (wb_record_kind)kind,
                              .recorded_us = 5,
                              .date = {-1},
                              .maker = wb_span_text("me"),
                              .id = wb_span_text("GM0882"),
                              .body = wb_span_text("{\"name\":\"Landgraaf\"}")};
        seed_record(&raw, seed, context);
    }
    seed_control(seed, context);
}
