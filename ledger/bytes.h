/*
 * bytes.h - big-endian numbers, canonical variable-length numbers and growable byte strings: what
 * records and rows on disk are made of. Private to ledger/.
 *
 * One value has one encoding. Fixed numbers are big endian, so that keys sort by value and dumps
 * read left to right. A variable-length number is base 128, most significant group first, with no
 * leading zero group. A reader is total: it never goes beyond the end, and it refuses what the
 * writer would not have written.
 */
#ifndef WAARBORG_LEDGER_BYTES_H
#define WAARBORG_LEDGER_BYTES_H

#include <string.h>

#include "waarborg/error.h"

/* Borrowed bytes. */
typedef struct wb_span {
    const uint8_t *data;
    size_t size;
} wb_span;

/* Owned bytes that grow. Zero-initialise; free with wb_bytes_clear. */
typedef struct wb_bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
} wb_bytes;

void wb_bytes_clear(wb_bytes *bytes);
/* Make room for `more` bytes beyond size. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_bytes_reserve(wb_bytes *bytes, size_t more, wb_error *err);

/* Appending: the caller has reserved room (asserted). */
void wb_bytes_put(wb_bytes *bytes, const void *data, size_t size);
void wb_bytes_put_u8(wb_bytes *bytes, uint8_t value);
void wb_bytes_put_u16(wb_bytes *bytes, uint16_t value);
void wb_bytes_put_u32(wb_bytes *bytes, uint32_t value);
void wb_bytes_put_u64(wb_bytes *bytes, uint64_t value);
void wb_bytes_put_vlq(wb_bytes *bytes, uint64_t value);
enum { WB_VLQ_MAX = 10 }; /* bytes of the longest variable-length number */

/* Reading: each returns false, and leaves the span alone, when the bytes are not there or not
 * canonical. */
bool wb_span_take(wb_span *span, wb_span *part, size_t size);
bool wb_span_take_u8(wb_span *span, uint8_t *value);
bool wb_span_take_u16(wb_span *span, uint16_t *value);
bool wb_span_take_u32(wb_span *span, uint32_t *value);
bool wb_span_take_u64(wb_span *span, uint64_t *value);
bool wb_span_take_vlq(wb_span *span, uint64_t *value);

static inline bool wb_span_equal(wb_span a, wb_span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline wb_span wb_span_text(const char *text)
{
    return (wb_span){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

static inline void wb_put_u64(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static inline uint64_t wb_get_u64(const uint8_t *in)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

static inline void wb_put_u32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline uint32_t wb_get_u32(const uint8_t *in)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | in[i];
    return value;
}

#endif
