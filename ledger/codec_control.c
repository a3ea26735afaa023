/* codec_control.c - proposals, verdicts and drafts as canonical bytes; see codec.h. */
#include <assert.h>

#include "ledger/codec.h"

_Static_assert(WB_PROPOSAL_NONCE_SIZE + WB_SIGNATURE_SIZE < 128, "the room below is enough");

/* Everything of a proposal or verdict but its texts and drafts. */
enum { CONTROL_ROOM = 256 };

/* Where the stamp lies in a record: behind version and kind. */
enum { STAMP_OFFSET = 2 };

wb_code wb_codec_control(wb_bytes *out, const wb_raw_record *raw, wb_error *err)
{
    assert(raw->kind == WB_RECORD_PROPOSAL || raw->kind == WB_RECORD_VERDICT);
    assert(raw->number > 0);
    const wb_code code = wb_bytes_reserve(
        out, CONTROL_ROOM + raw->maker.size + raw->reason.size + raw->drafts.size, err);
    if (code != WB_OK) return code;
    const wb_stamp stamp = {.number = raw->number, .recorded_us = raw->recorded_us};
    wb_codec_put_common(out, raw->kind, stamp, raw->date, raw->maker);
    if (raw->kind == WB_RECORD_VERDICT) {
        assert(raw->signature.size == 0 || raw->signature.size == WB_SIGNATURE_SIZE);
        wb_bytes_put_vlq(out, raw->proposal);
        wb_bytes_put_u8(out, (uint8_t)raw->verdict);
        wb_codec_put_text16(out, raw->reason);
        wb_bytes_put_u32(out, raw->key);
        wb_bytes_put_u8(out, (uint8_t)raw->signature.size);
        wb_bytes_put(out, raw->signature.data, raw->signature.size);
        return WB_OK;
    }
    assert(raw->nonce.size == WB_PROPOSAL_NONCE_SIZE && raw->signature.size == WB_SIGNATURE_SIZE);
    assert(raw->draft_count > 0 && raw->draft_count <= WB_DRAFTS_MAX);
    wb_codec_put_date(out, raw->expires);
    wb_bytes_put_u8(out, raw->computed ? 1 : 0);
    wb_bytes_put(out, raw->nonce.data, raw->nonce.size);
    wb_codec_put_text16(out, raw->reason);
    wb_bytes_put_u32(out, raw->key);
    wb_bytes_put(out, raw->signature.data, raw->signature.size);
    wb_bytes_put_u32(out, raw->draft_count);
    wb_bytes_put(out, raw->drafts.data, raw->drafts.size);
    return WB_OK;
}

wb_code wb_codec_put_draft(wb_bytes *out, wb_span bytes, wb_error *err)
{
    assert(bytes.size > STAMP_OFFSET + WB_STAMP_SIZE);
    const size_t size = bytes.size - WB_STAMP_SIZE;
    const wb_code code = wb_bytes_reserve(out, 4 + size, err);
    if (code != WB_OK) return code;
    wb_bytes_put_u32(out, (uint32_t)size);
    wb_bytes_put(out, bytes.data, STAMP_OFFSET);
    wb_bytes_put(out, bytes.data + STAMP_OFFSET + WB_STAMP_SIZE, size - STAMP_OFFSET);
    return WB_OK;
}

wb_code wb_codec_stamp_draft(wb_bytes *out, wb_span draft, wb_stamp stamp, wb_error *err)
{
    assert(draft.size > STAMP_OFFSET && stamp.approvals == 0);
    const wb_code code = wb_bytes_reserve(out, draft.size + WB_STAMP_SIZE, err);
    if (code != WB_OK) return code;
    wb_bytes_put(out, draft.data, STAMP_OFFSET);
    wb_bytes_put_u64(out, stamp.number);
    wb_bytes_put_u64(out, stamp.recorded_us);
    wb_bytes_put(out, draft.data + STAMP_OFFSET, draft.size - STAMP_OFFSET);
    return WB_OK;
}

bool wb_codec_draft(wb_span *drafts, wb_span *draft)
{
    wb_span rest = *drafts;
    uint32_t size = 0;
    if (!wb_span_take_u32(&rest, &size) || !wb_span_take(&rest, draft, size)) return false;
    *drafts = rest;
    return true;
}

static wb_code decode_drafts(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    if (!wb_span_take_u32(rest, &raw->draft_count) || raw->draft_count == 0 ||
        raw->draft_count > WB_DRAFTS_MAX) {
        return wb_codec_malformed(err, "number of drafts");
    }
    const wb_span first = *rest;
    for (uint32_t i = 0; i < raw->draft_count; i++) {
        wb_span draft = {0};
        wb_raw_record inner;
        if (!wb_codec_draft(rest, &draft)) return wb_codec_malformed(err, "list of drafts");
        const wb_code code = wb_codec_decode_draft(&inner, draft, err);
        if (code != WB_OK) return code;
    }
    raw->drafts = (wb_span){first.data, first.size - rest->size};
    /* as signed: the drafts themselves, without their sizes */
    if (raw->drafts.size - 4U * (size_t)raw->draft_count > WB_DRAFTS_BYTES_MAX) {
        return wb_codec_malformed(err, "list of drafts");
    }
    return WB_OK;
}

static wb_code decode_proposal(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    uint8_t computed = 0;
    if (!wb_id_valid((const char *)raw->maker.data, raw->maker.size)) {
        return wb_codec_malformed(err, "maker");
    }
    if (!wb_codec_take_date(rest, &raw->expires)) return wb_codec_malformed(err, "last day");
    if (!wb_span_take_u8(rest, &computed) || computed > 1) {
        return wb_codec_malformed(err, "mark of being computed");
    }
    raw->computed = computed == 1;
    if (!wb_span_take(rest, &raw->nonce, WB_PROPOSAL_NONCE_SIZE)) {
        return wb_codec_malformed(err, "nonce");
    }
    if (!wb_codec_take_text16(rest, &raw->reason) || raw->reason.size > WB_REASON_MAX) {
        return wb_codec_malformed(err, "reason");
    }
    if (!wb_span_take_u32(rest, &raw->key) ||
        !wb_span_take(rest, &raw->signature, WB_SIGNATURE_SIZE)) {
        return wb_codec_malformed(err, "signature");
    }
    return decode_drafts(raw, rest, err);
}

static wb_code decode_verdict(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    uint8_t verdict = 0;
    uint8_t size = 0;
    if (!wb_span_take_vlq(rest, &raw->proposal) || raw->proposal == 0 ||
        raw->proposal >= raw->number) {
        return wb_codec_malformed(err, "proposal");
    }
    if (!wb_span_take_u8(rest, &verdict) || verdict < WB_VERDICT_APPROVE ||
        verdict > WB_VERDICT_EXPIRE) {
        return wb_codec_malformed(err, "verdict");
    }
    raw->verdict = (wb_verdict)verdict;
    const bool nobody = raw->verdict == WB_VERDICT_EXPIRE;
    if (!wb_codec_take_text16(rest, &raw->reason) || raw->reason.size > WB_REASON_MAX ||
        (nobody && raw->reason.size > 0)) {
        return wb_codec_malformed(err, "reason");
    }
    if (!wb_span_take_u32(rest, &raw->key) || !wb_span_take_u8(rest, &size) ||
        size != (nobody ? 0 : WB_SIGNATURE_SIZE) || (nobody && raw->key != 0) ||
        !wb_span_take(rest, &raw->signature, size)) {
        return wb_codec_malformed(err, "signature");
    }
    const wb_span maker = raw->maker;
    if (nobody ? maker.size > 0 : !wb_id_valid((const char *)maker.data, maker.size)) {
        return wb_codec_malformed(err, "maker");
    }
    return WB_OK;
}

wb_code wb_codec_decode_control(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    return raw->kind == WB_RECORD_PROPOSAL ? decode_proposal(raw, rest, err)
                                           : decode_verdict(raw, rest, err);
}
