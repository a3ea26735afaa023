/* bytes.c - canonical numbers and growable byte strings; see bytes.h. */
#include "ledger/bytes.h"

#include <assert.h>
#include <stdlib.h>

void wb_bytes_clear(wb_bytes *bytes)
{
    free(bytes->data);
    *bytes = (wb_bytes){0};
}

wb_code wb_bytes_reserve(wb_bytes *bytes, size_t more, wb_error *err)
{
    assert(bytes->size <= bytes->capacity);
    if (bytes->capacity - bytes->size >= more) return WB_OK;
    if (more > SIZE_MAX / 4 || bytes->size > SIZE_MAX / 4) {
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu more bytes", more);
    }
    size_t capacity = bytes->capacity == 0 ? 256 : bytes->capacity * 2;
    if (capacity < bytes->size + more) capacity = bytes->size + more;
    uint8_t *data = realloc(bytes->data, capacity);
    if (data == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu more bytes", more);
    bytes->data = data;
    bytes->capacity = capacity;
    return WB_OK;
}

void wb_bytes_put(wb_bytes *bytes, const void *data, size_t size)
{
    assert(bytes->capacity - bytes->size >= size);
    if (size > 0) memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void wb_bytes_put_u8(wb_bytes *bytes, uint8_t value)
{
    wb_bytes_put(bytes, &value, 1);
}

void wb_bytes_put_u16(wb_bytes *bytes, uint16_t value)
{
    const uint8_t out[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    wb_bytes_put(bytes, out, sizeof out);
}

void wb_bytes_put_u32(wb_bytes *bytes, uint32_t value)
{
    uint8_t out[4];
    wb_put_u32(out, value);
    wb_bytes_put(bytes, out, sizeof out);
}

void wb_bytes_put_u64(wb_bytes *bytes, uint64_t value)
{
    uint8_t out[8];
    wb_put_u64(out, value);
    wb_bytes_put(bytes, out, sizeof out);
}

void wb_bytes_put_vlq(wb_bytes *bytes, uint64_t value)
{
    uint8_t out[WB_VLQ_MAX];
    size_t first = WB_VLQ_MAX - 1;
    out[first] = (uint8_t)(value & 0x7F);
    for (value >>= 7; value != 0; value >>= 7) {
        first--;
        out[first] = (uint8_t)(value & 0x7F) | 0x80;
    }
    wb_bytes_put(bytes, out + first, WB_VLQ_MAX - first);
}

bool wb_span_take(wb_span *span, wb_span *part, size_t size)
{
    if (span->size < size) return false;
    *part = (wb_span){span->data, size};
    span->data += size;
    span->size -= size;
    return true;
}

bool wb_span_take_u8(wb_span *span, uint8_t *value)
{
    wb_span part;
    if (!wb_span_take(span, &part, 1)) return false;
    *value = part.data[0];
    return true;
}

bool wb_span_take_u16(wb_span *span, uint16_t *value)
{
    wb_span part;
    if (!wb_span_take(span, &part, 2)) return false;
    *value = (uint16_t)(part.data[0] << 8 | part.data[1]);
    return true;
}

bool wb_span_take_u32(wb_span *span, uint32_t *value)
{
    wb_span part;
    if (!wb_span_take(span, &part, 4)) return false;
    *value = wb_get_u32(part.data);
    return true;
}

bool wb_span_take_u64(wb_span *span, uint64_t *value)
{
    wb_span part;
    if (!wb_span_take(span, &part, 8)) return false;
    *value = wb_get_u64(part.data);
    return true;
}

bool wb_span_take_vlq(wb_span *span, uint64_t *value)
{
    uint64_t result = 0;
    for (size_t i = 0; i < span->size && i < WB_VLQ_MAX; i++) {
        const uint8_t byte = span->data[i];
        if (i == 0 && byte == 0x80) return false; /* a leading zero group: a second encoding */
        if (result >> 57 != 0) return false;      /* does not fit 64 bits */
        result = result << 7 | (byte & 0x7F);
        if ((byte & 0x80) == 0) {
            *value = result;
            span->data += i + 1;
            span->size -= i + 1;
            return true;
        }
    }
    return false;
}
