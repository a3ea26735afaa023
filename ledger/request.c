/* request.c - entries and answers between processes; see request.h. */
#include "ledger/request.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/codec.h"

enum { TEXTS = 7, ENTRY_FIXED = 4 + 8 + 2 + TEXTS * 2, POSTING_FIXED = 4 };

/* A text with its size and one more, so that 0 is no text at all. */
static void put_text(wb_bytes *out, const char *text)
{
    const wb_span span = wb_span_text(text);
    assert(span.size < UINT16_MAX);
    wb_bytes_put_u16(out, text == NULL ? 0 : (uint16_t)(span.size + 1));
    wb_bytes_put(out, span.data, span.size);
}

/* Copy the text with a zero byte behind it; `memory` has room for whatever `rest` holds. */
static bool take_text(wb_span *rest, wb_bytes *memory, const char **text)
{
    uint16_t size = 0;
    wb_span part = {0};
    *text = NULL;
    if (!wb_span_take_u16(rest, &size)) return false;
    if (size == 0) return true;
    if (!wb_span_take(rest, &part, size - 1U)) return false;
    if (part.size > 0 && memchr(part.data, 0, part.size) != NULL) return false;
    *text = (const char *)memory->data + memory->size;
    wb_bytes_put(memory, part.data, part.size);
    wb_bytes_put_u8(memory, 0);
    return true;
}

static size_t room_of(const wb_entry *entry)
{
    const char *texts[TEXTS] = {entry->event, entry->subject, entry->source, entry->reference,
                                entry->memo,  entry->maker,   entry->reason};
    size_t room = ENTRY_FIXED;
    for (size_t i = 0; i < TEXTS; i++)
        room += wb_span_text(texts[i]).size;
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        room += POSTING_FIXED + wb_span_text(posting->account).size +
                wb_span_text(posting->party).size + wb_codec_amount_room(&posting->amount);
    }
    return room;
}

wb_code wb_request_encode(wb_bytes *out, const wb_entry *entries, size_t count, wb_error *err)
{
    assert(count > 0 && count <= WB_REQUEST_ENTRIES);
    wb_code code = wb_bytes_reserve(out, 2, err);
    if (code == WB_OK) wb_bytes_put_u16(out, (uint16_t)count);
    for (size_t i = 0; i < count && code == WB_OK; i++) {
        const wb_entry *entry = &entries[i];
        code = wb_bytes_reserve(out, room_of(entry), err);
        if (code != WB_OK) break;
        wb_bytes_put_u32(out, (uint32_t)entry->date.days);
        put_text(out, entry->event);
        put_text(out, entry->subject);
        put_text(out, entry->source);
        put_text(out, entry->reference);
        put_text(out, entry->memo);
        put_text(out, entry->maker);
        wb_bytes_put_u64(out, entry->reverses);
        put_text(out, entry->reason);
        wb_bytes_put_u16(out, (uint16_t)entry->posting_count);
        for (size_t p = 0; p < entry->posting_count; p++) {
            put_text(out, entry->postings[p].account);
            put_text(out, entry->postings[p].party);
            wb_codec_put_amount(out, &entry->postings[p].amount);
        }
    }
    return code;
}

void wb_request_clear(wb_request *request)
{
    for (size_t i = 0; i < request->posting_capacity; i++)
        wb_money_clear(&request->postings[i].amount);
    free(request->postings);
    wb_bytes_clear(&request->text);
    request->postings = NULL;
    request->posting_capacity = 0;
    request->count = 0;
}

/* Room for everything that so many bytes can hold, so that nothing moves while it is filled. */
static wb_code make_room(wb_request *request, size_t size, wb_error *err)
{
    const size_t postings = size / (POSTING_FIXED + 1) + 1;
    request->count = 0;
    request->text.size = 0;
    if (request->posting_capacity < postings) {
        wb_posting *grown = realloc(request->postings, postings * sizeof *grown);
        if (grown == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu postings", postings);
        for (size_t i = request->posting_capacity; i < postings; i++)
            wb_money_init(&grown[i].amount);
        request->postings = grown;
        request->posting_capacity = postings;
    }
    return wb_bytes_reserve(&request->text, size, err); /* a zero byte takes the place of a size */
}

static bool take_posting(wb_span *rest, wb_bytes *memory, wb_posting *posting)
{
    wb_raw_amount amount = {0};
    if (!take_text(rest, memory, &posting->account) || posting->account == NULL ||
        !take_text(rest, memory, &posting->party) || !wb_codec_take_amount(rest, &amount)) {
        return false;
    }
    wb_raw_amount_get(&posting->amount, &amount);
    return true;
}

static bool take_entry(wb_span *rest, wb_request *request, size_t *used)
{
    wb_entry *entry = &request->entries[request->count];
    wb_bytes *memory = &request->text;
    uint32_t days = 0;
    uint16_t count = 0;
    *entry = (wb_entry){.postings = &request->postings[*used]};
    if (!wb_span_take_u32(rest, &days)) return false;
    entry->date.days = (int32_t)days;
    if (!take_text(rest, memory, &entry->event) || entry->event == NULL ||
        !take_text(rest, memory, &entry->subject) || !take_text(rest, memory, &entry->source) ||
        !take_text(rest, memory, &entry->reference) || !take_text(rest, memory, &entry->memo) ||
        entry->memo == NULL || !take_text(rest, memory, &entry->maker) || entry->maker == NULL ||
        !wb_span_take_u64(rest, &entry->reverses) || !take_text(rest, memory, &entry->reason) ||
        !wb_span_take_u16(rest, &count)) {
        return false;
    }
    for (uint16_t i = 0; i < count; i++) {
        if (!take_posting(rest, memory, &request->postings[*used])) return false;
        (*used)++;
    }
    entry->posting_count = count;
    request->count++;
    return true;
}

wb_code wb_request_decode(wb_request *request, wb_span bytes, wb_error *err)
{
    wb_code code = make_room(request, bytes.size, err);
    if (code != WB_OK) return code;
    uint16_t count = 0;
    size_t used = 0;
    bool good = wb_span_take_u16(&bytes, &count) && count > 0 && count <= WB_REQUEST_ENTRIES;
    for (uint16_t i = 0; good && i < count; i++)
        good = take_entry(&bytes, request, &used);
    if (good && bytes.size == 0) return WB_OK;
    request->count = 0;
    return wb_fail(err, WB_E_SYNTAX, "the request is not well formed");
}

/* Codes go by their stable numbers: two builds may count them otherwise. */
static bool code_of(uint32_t number, wb_code *code)
{
    static const wb_code all[] = {
#define X(name, number, exit_status, text) WB_##name,
        WB_CODE_MAP(X)
#undef X
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *code = all[i];
        if ((uint32_t)wb_code_number(all[i]) == number) return true;
    }
    return false;
}

wb_code wb_reply_encode(wb_bytes *out, const wb_reply *reply, wb_error *err)
{
    const wb_error *fault = &reply->err;
    const bool good = reply->code == WB_OK;
    size_t room = 4 + 8 + sizeof reply->hash + 2 + reply->count * 9;
    if (!good) {
        room = 4 + 4 * 2 + strlen(fault->file) + strlen(fault->field) + strlen(fault->message) +
               strlen(fault->hint);
    }
    const wb_code code = wb_bytes_reserve(out, room, err);
    if (code != WB_OK) return code;
    wb_bytes_put_u32(out, (uint32_t)wb_code_number(reply->code));
    if (!good) {
        put_text(out, fault->file);
        put_text(out, fault->field);
        put_text(out, fault->message);
        put_text(out, fault->hint);
        return WB_OK;
    }
    wb_bytes_put_u64(out, reply->last);
    wb_bytes_put(out, reply->hash, sizeof reply->hash);
    wb_bytes_put_u16(out, (uint16_t)reply->count);
    for (size_t i = 0; i < reply->count; i++) {
        wb_bytes_put_u64(out, reply->numbers[i]);
        wb_bytes_put_u8(out, reply->already[i] ? 1 : 0);
    }
    return WB_OK;
}

static bool take_line(wb_span *rest, char *line, size_t room)
{
    uint16_t size = 0;
    wb_span part = {0};
    if (!wb_span_take_u16(rest, &size) || size == 0 || size > room) return false;
    if (!wb_span_take(rest, &part, size - 1U)) return false;
    if (part.size > 0 && memchr(part.data, 0, part.size) != NULL) return false;
    if (part.size > 0) memcpy(line, part.data, part.size);
    line[part.size] = '\0';
    return true;
}

bool wb_reply_decode(wb_reply *reply, wb_span bytes)
{
    uint32_t number = 0;
    uint16_t count = 0;
    wb_span hash = {0};
    memset(reply, 0, sizeof *reply);
    if (!wb_span_take_u32(&bytes, &number) || !code_of(number, &reply->code)) return false;
    if (reply->code != WB_OK) {
        wb_error *err = &reply->err;
        err->code = reply->code;
        return take_line(&bytes, err->file, sizeof err->file) &&
               take_line(&bytes, err->field, sizeof err->field) &&
               take_line(&bytes, err->message, sizeof err->message) &&
               take_line(&bytes, err->hint, sizeof err->hint) && bytes.size == 0;
    }
    if (!wb_span_take_u64(&bytes, &reply->last) ||
        !wb_span_take(&bytes, &hash, sizeof reply->hash) || !wb_span_take_u16(&bytes, &count) ||
        count == 0 || count > WB_REQUEST_ENTRIES) {
        return false;
    }
    memcpy(reply->hash, hash.data, sizeof reply->hash);
    reply->count = count;
    for (size_t i = 0; i < count; i++) {
        uint8_t already = 0;
        if (!wb_span_take_u64(&bytes, &reply->numbers[i]) || !wb_span_take_u8(&bytes, &already) ||
            already > 1) {
            return false;
        }
        reply->already[i] = already == 1;
    }
    return bytes.size == 0;
}
