/* codec.c - records as canonical, versioned bytes. The layout is in docs/format.md; written byte
 * by byte, never by copying a struct, since padding would leak into the hash. */
#include "ledger/codec.h"

#include <assert.h>

_Static_assert(WB_MEMO_MAX <= UINT16_MAX, "a memo's size is a u16");
_Static_assert(WB_REASON_MAX <= UINT16_MAX, "a reason's size is a u16");
_Static_assert(WB_REFERENCE_MAX <= UINT8_MAX, "a reference's size is a u8");
_Static_assert(WB_MAKER_MAX <= UINT8_MAX, "a maker's size is a u8");
_Static_assert(WB_ID_MAX <= UINT8_MAX, "an id's size is a u8");
_Static_assert(WB_POSTINGS_MAX <= UINT16_MAX, "a posting count is a u16");

/* Days are stored with this offset, so that earlier dates have smaller bytes. */
#define DATE_BIAS 0x80000000U

enum {
    FIXED_ROOM = 80, /* version, kind, number, time, date, approvals, proposal, currency, sizes */
    POSTING_ROOM = 2 * WB_VLQ_MAX + 1,
    MAGNITUDE_MASK = 0x7F,
    NEGATIVE_BIT = 0x80
};

static void put_text8(wb_bytes *out, wb_span text)
{
    assert(text.size <= UINT8_MAX);
    wb_bytes_put_u8(out, (uint8_t)text.size);
    wb_bytes_put(out, text.data, text.size);
}

void wb_codec_put_text16(wb_bytes *out, wb_span text)
{
    assert(text.size <= UINT16_MAX);
    wb_bytes_put_u16(out, (uint16_t)text.size);
    wb_bytes_put(out, text.data, text.size);
}

size_t wb_codec_amount_room(const wb_money *amount)
{
    return 2 + mpz_sizeinbase(amount->cents, 2) / 8;
}

void wb_codec_put_amount(wb_bytes *out, const wb_money *amount)
{
    const int sign = mpz_sgn(amount->cents);
    const size_t size = sign == 0 ? 0 : (mpz_sizeinbase(amount->cents, 2) + 7) / 8;
    assert(size <= MAGNITUDE_MASK);
    wb_bytes_put_u8(out, (uint8_t)(size | (sign < 0 ? NEGATIVE_BIT : 0)));
    assert(out->capacity - out->size >= size);
    size_t written = 0;
    if (size > 0) mpz_export(out->data + out->size, &written, 1, 1, 1, 0, amount->cents);
    assert(written == size);
    out->size += size;
}

bool wb_codec_take_amount(wb_span *span, wb_raw_amount *amount)
{
    wb_span rest = *span;
    uint8_t head = 0;
    if (!wb_span_take_u8(&rest, &head)) return false;
    amount->negative = (head & NEGATIVE_BIT) != 0;
    const size_t size = head & MAGNITUDE_MASK;
    if (!wb_span_take(&rest, &amount->magnitude, size)) return false;
    if (size == 0 && amount->negative) return false;
    if (size > 0 && amount->magnitude.data[0] == 0) return false;
    *span = rest;
    return true;
}

void wb_raw_amount_get(wb_money *amount, const wb_raw_amount *raw)
{
    const wb_span magnitude = raw->magnitude;
    if (magnitude.size <= sizeof(unsigned long)) {
        unsigned long value = 0;
        for (size_t i = 0; i < magnitude.size; i++)
            value = value << 8 | magnitude.data[i];
        mpz_set_ui(amount->cents, value);
    } else {
        mpz_import(amount->cents, magnitude.size, 1, 1, 1, 0, magnitude.data);
    }
    if (raw->negative) mpz_neg(amount->cents, amount->cents);
}

void wb_codec_put_date(wb_bytes *out, wb_date date)
{
    wb_bytes_put_u32(out, (uint32_t)date.days ^ DATE_BIAS);
}

/* The part that every kind starts with. */
void wb_codec_put_common(wb_bytes *out, wb_record_kind kind, wb_stamp stamp, wb_date date,
                         wb_span maker)
{
    assert((stamp.approvals == 0) == (stamp.proposal == 0));
    assert(stamp.approvals <= UINT8_MAX && stamp.proposal < stamp.number);
    wb_bytes_put_u8(out, WB_RECORD_VERSION);
    wb_bytes_put_u8(out, (uint8_t)kind);
    wb_bytes_put_u64(out, stamp.number);
    wb_bytes_put_u64(out, stamp.recorded_us);
    wb_codec_put_date(out, date);
    put_text8(out, maker);
    wb_bytes_put_u8(out, (uint8_t)stamp.approvals);
    if (stamp.approvals > 0) wb_bytes_put_vlq(out, stamp.proposal);
}

wb_code wb_codec_entry(wb_bytes *out, wb_stamp stamp, const wb_entry *entry,
                       const uint64_t *accounts, const uint64_t *parties, wb_error *err)
{
    assert(stamp.number > 0);
    assert(entry->posting_count >= WB_POSTINGS_MIN && entry->posting_count <= WB_POSTINGS_MAX);
    const wb_span texts[] = {wb_span_text(entry->maker), wb_span_text(entry->event),
                             wb_span_text(entry->subject), wb_span_text(entry->source),
                             wb_span_text(entry->reference)};
    const wb_span memo = wb_span_text(entry->memo);
    const wb_span reason = wb_span_text(entry->reason);
    size_t room = FIXED_ROOM + WB_VLQ_MAX + memo.size + reason.size;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        room += texts[i].size;
    for (size_t i = 0; i < entry->posting_count; i++)
        room += POSTING_ROOM + wb_codec_amount_room(&entry->postings[i].amount);
    const wb_code code = wb_bytes_reserve(out, room, err);
    if (code != WB_OK) return code;

    wb_codec_put_common(out, WB_RECORD_ENTRY, stamp, entry->date, texts[0]);
    wb_bytes_put_u16(out, WB_CURRENCY_EUR);
    for (size_t i = 1; i < sizeof texts / sizeof texts[0]; i++)
        put_text8(out, texts[i]);
    wb_codec_put_text16(out, memo);
    wb_bytes_put_vlq(out, entry->reverses);
    if (entry->reverses != 0) wb_codec_put_text16(out, reason);
    wb_bytes_put_u16(out, (uint16_t)entry->posting_count);
    for (size_t i = 0; i < entry->posting_count; i++) {
        assert(accounts[i] > 0);
        wb_bytes_put_vlq(out, accounts[i]);
        wb_bytes_put_vlq(out, parties[i]);
        wb_codec_put_amount(out, &entry->postings[i].amount);
    }
    return WB_OK;
}

wb_code wb_codec_document(wb_bytes *out, wb_stamp stamp, const wb_document *document, wb_error *err)
{
    assert(stamp.number > 0);
    const wb_span id = wb_span_text(document->id);
    const wb_span body = wb_span_text(document->body);
    const wb_span maker = wb_span_text(document->maker);
    const wb_code code = wb_bytes_reserve(out, FIXED_ROOM + maker.size + id.size + body.size, err);
    if (code != WB_OK) return code;
    wb_codec_put_common(out, document->kind, stamp, document->date, maker);
    put_text8(out, id);
    wb_bytes_put_u32(out, (uint32_t)body.size);
    wb_bytes_put(out, body.data, body.size);
    return WB_OK;
}

static bool take_text(wb_span *span, wb_span *text, size_t size)
{
    return wb_span_take(span, text, size) &&
           wb_text_check_utf8((const char *)text->data, size, NULL, NULL) == WB_OK;
}

bool wb_codec_take_text8(wb_span *span, wb_span *text)
{
    uint8_t size = 0;
    return wb_span_take_u8(span, &size) && take_text(span, text, size);
}

bool wb_codec_take_text16(wb_span *span, wb_span *text)
{
    uint16_t size = 0;
    return wb_span_take_u16(span, &size) && take_text(span, text, size);
}

static bool take_text32(wb_span *span, wb_span *text)
{
    uint32_t size = 0;
    return wb_span_take_u32(span, &size) && take_text(span, text, size);
}

wb_code wb_codec_malformed(wb_error *err, const char *part)
{
    return wb_fail(err, WB_E_DAMAGED, "its %s is not well formed", part);
}

bool wb_codec_posting(wb_span *postings, wb_raw_posting *posting)
{
    return wb_span_take_vlq(postings, &posting->account) &&
           wb_span_take_vlq(postings, &posting->party) &&
           wb_codec_take_amount(postings, &posting->amount);
}

static wb_code decode_entry(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    uint16_t currency = 0;
    if (!wb_span_take_u16(rest, &currency)) return wb_codec_malformed(err, "currency");
    if (currency != WB_CURRENCY_EUR) {
        return wb_fail(err, WB_E_VERSION, "its currency is %d, and this version knows only %d",
                       currency, WB_CURRENCY_EUR);
    }
    if (!wb_codec_take_text8(rest, &raw->event) || !wb_event_valid(raw->event)) {
        return wb_codec_malformed(err, "event");
    }
    if (!wb_codec_take_text8(rest, &raw->subject)) return wb_codec_malformed(err, "subject");
    if (!wb_codec_take_text8(rest, &raw->source)) return wb_codec_malformed(err, "source");
    if (!wb_codec_take_text8(rest, &raw->reference)) return wb_codec_malformed(err, "reference");
    if (!wb_codec_take_text16(rest, &raw->memo)) return wb_codec_malformed(err, "memo");
    if (!wb_span_take_vlq(rest, &raw->reverses)) return wb_codec_malformed(err, "reversal");
    if (raw->reverses != 0 && !wb_codec_take_text16(rest, &raw->reason))
        return wb_codec_malformed(err, "reason");
    uint16_t count = 0;
    if (!wb_span_take_u16(rest, &count) || count < WB_POSTINGS_MIN || count > WB_POSTINGS_MAX) {
        return wb_codec_malformed(err, "posting count");
    }
    raw->posting_count = count;
    const wb_span first = *rest;
    for (uint16_t i = 0; i < count; i++) {
        wb_raw_posting posting;
        if (!wb_codec_posting(rest, &posting) || posting.account == 0 ||
            posting.amount.magnitude.size == 0 ||
            posting.amount.magnitude.size > WB_AMOUNT_SIZE_MAX) {
            return wb_codec_malformed(err, "list of postings");
        }
    }
    raw->postings = (wb_span){first.data, first.size - rest->size};
    return WB_OK;
}

static wb_code decode_document(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    if (!wb_codec_take_text8(rest, &raw->id) ||
        !wb_id_valid((const char *)raw->id.data, raw->id.size)) {
        return wb_codec_malformed(err, "id");
    }
    if (!take_text32(rest, &raw->body) || raw->body.size > WB_DOCUMENT_MAX) {
        return wb_codec_malformed(err, "body");
    }
    return WB_OK;
}

bool wb_codec_take_date(wb_span *span, wb_date *date)
{
    uint32_t days = 0;
    if (!wb_span_take_u32(span, &days)) return false;
    date->days = (int32_t)(days ^ DATE_BIAS);
    return wb_date_check(*date, NULL) == WB_OK; /* no other is written, or can be shown */
}

bool wb_draft_kind(wb_record_kind kind)
{
    return kind >= WB_RECORD_ENTRY && kind <= WB_RECORD_PERIOD;
}

/* Approvals, and the proposal when there are any: only on what a proposal may hold. */
static wb_code decode_approvals(wb_raw_record *raw, wb_span *rest, wb_error *err)
{
    uint8_t approvals = 0;
    if (!wb_span_take_u8(rest, &approvals) || (approvals > 0 && !wb_draft_kind(raw->kind))) {
        return wb_codec_malformed(err, "approval count");
    }
    raw->approvals = approvals;
    if (approvals == 0 || raw->number == 0) return WB_OK; /* a draft's are refused by the caller */
    if (!wb_span_take_vlq(rest, &raw->proposal) || raw->proposal == 0 ||
        raw->proposal >= raw->number) {
        return wb_codec_malformed(err, "proposal");
    }
    return WB_OK;
}

/* A record, or a draft, which lacks the stamp and has no approvals. */
static wb_code decode(wb_raw_record *raw, wb_span bytes, bool draft, wb_error *err)
{
    *raw = (wb_raw_record){0};
    wb_span rest = bytes;
    uint8_t version = 0;
    uint8_t kind = 0;
    if (!wb_span_take_u8(&rest, &version) || version == 0) {
        return wb_codec_malformed(err, "version");
    }
    if (version > WB_RECORD_VERSION) {
        return wb_fail(err, WB_E_VERSION, "its version is %d, and this version knows up to %d",
                       version, WB_RECORD_VERSION);
    }
    if (!wb_span_take_u8(&rest, &kind) || kind == 0) return wb_codec_malformed(err, "kind");
    if (kind > WB_RECORD_VERDICT || (kind > WB_RECORD_ANCHOR && kind < WB_RECORD_PROPOSAL)) {
        return wb_fail(err, WB_E_VERSION, "its kind is %d, which this version does not know", kind);
    }
    raw->kind = (wb_record_kind)kind;
    if (draft && !wb_draft_kind(raw->kind)) return wb_codec_malformed(err, "kind");
    if (!draft && (!wb_span_take_u64(&rest, &raw->number) || raw->number == 0)) {
        return wb_codec_malformed(err, "number");
    }
    if (!draft && !wb_span_take_u64(&rest, &raw->recorded_us)) {
        return wb_codec_malformed(err, "time");
    }
    if (!wb_codec_take_date(&rest, &raw->date)) return wb_codec_malformed(err, "date");
    if (!wb_codec_take_text8(&rest, &raw->maker) || raw->maker.size > WB_MAKER_MAX) {
        return wb_codec_malformed(err, "maker");
    }
    wb_code code = decode_approvals(raw, &rest, err);
    if (code != WB_OK) return code;
    if (raw->kind == WB_RECORD_ENTRY) {
        code = decode_entry(raw, &rest, err);
    } else if (raw->kind >= WB_RECORD_PROPOSAL) {
        code = wb_codec_decode_control(raw, &rest, err);
    } else {
        code = decode_document(raw, &rest, err);
    }
    if (code == WB_OK && rest.size != 0) return wb_codec_malformed(err, "end");
    return code;
}

wb_code wb_codec_decode(wb_raw_record *raw, wb_span bytes, wb_error *err)
{
    return decode(raw, bytes, false, err);
}

wb_code wb_codec_decode_draft(wb_raw_record *raw, wb_span draft, wb_error *err)
{
    const wb_code code = decode(raw, draft, true, err);
    if (code == WB_OK && raw->approvals > 0) return wb_codec_malformed(err, "approval count");
    return code;
}

bool wb_event_valid(wb_span text)
{
    if (text.size == 0 || text.size > WB_EVENT_MAX || text.data[0] == '-') return false;
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) return false;
    }
    return true;
}
