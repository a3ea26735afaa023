/* packed.c - columns in as few bits as their values need; see packed.h. */
#include "sim/packed.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/bytes.h"

enum { WORD_BITS = 64, WORD_BYTES = 8, WIDEST = WB_BOUND_BITS + 1 };

/* ---- one column ---- */

typedef struct entry {
    wb_wide least;
    uint32_t first, bits; /* first word; bits of a value */
} entry;

static uint32_t words_of(uint32_t count, uint32_t bits)
{
    return (count * bits + WORD_BITS - 1) / WORD_BITS;
}

static void entry_put(uint8_t *at, const entry *column)
{
    wb_put_le(at, (uint64_t)column->least, 8);
    wb_put_le(at + 8, (uint64_t)((wb_uwide)column->least >> 64), 8);
    wb_put_le(at + 16, column->first, 4);
    wb_put_le(at + 20, column->bits, 4);
}

static entry entry_get(const uint8_t *packed, uint32_t column)
{
    const uint8_t *at = packed + (size_t)column * WB_PACKED_ENTRY;
    const wb_uwide least = (wb_uwide)wb_get_le(at + 8, 8) << 64 | wb_get_le(at, 8);
    return (entry){.least = (wb_wide)least,
                   .first = (uint32_t)wb_get_le(at + 16, 4),
                   .bits = (uint32_t)wb_get_le(at + 20, 4)};
}

static entry entry_of(const wb_wide *values, uint32_t count, uint32_t first)
{
    wb_wide least = values[0];
    wb_wide most = values[0];
    for (uint32_t i = 1; i < count; i++) {
        if (values[i] < least) least = values[i];
        if (values[i] > most) most = values[i];
    }
    uint32_t bits = 0;
    for (wb_uwide range = (wb_uwide)most - (wb_uwide)least; range != 0; range >>= 1)
        bits++;
    assert(bits <= WIDEST);
    return (entry){.least = least, .first = first, .bits = bits};
}

/* Values go into `pending` from below and leave it a word at a time. */
static void write_bits(uint8_t *words, const wb_wide *values, uint32_t count, const entry *column)
{
    const uint32_t low = column->bits < WORD_BITS ? column->bits : WORD_BITS;
    wb_uwide pending = 0;
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        const wb_uwide above = (wb_uwide)values[i] - (wb_uwide)column->least;
        const uint64_t halves[] = {(uint64_t)above, (uint64_t)(above >> 64)};
        const uint32_t bits[] = {low, column->bits - low};
        for (uint32_t half = 0; half < 2 && bits[half] > 0; half++) {
            pending |= (wb_uwide)halves[half] << filled;
            filled += bits[half];
            if (filled < WORD_BITS) continue;
            wb_put_le(words, (uint64_t)pending, 8);
            words += WORD_BYTES;
            pending >>= WORD_BITS;
            filled -= WORD_BITS;
        }
    }
    if (filled > 0) wb_put_le(words, (uint64_t)pending, 8);
}

static void read_bits(wb_wide *values, const uint8_t *words, uint32_t count, const entry *column)
{
    const uint32_t low = column->bits < WORD_BITS ? column->bits : WORD_BITS;
    wb_uwide pending = 0;
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t halves[2] = {0, 0};
        const uint32_t bits[] = {low, column->bits - low};
        for (uint32_t half = 0; half < 2 && bits[half] > 0; half++) {
            if (filled < bits[half]) {
                pending |= (wb_uwide)wb_get_le(words, 8) << filled;
                words += WORD_BYTES;
                filled += WORD_BITS;
            }
            halves[half] = (uint64_t)pending & (UINT64_MAX >> (WORD_BITS - bits[half]));
            pending >>= bits[half];
            filled -= bits[half];
        }
        const wb_uwide above = (wb_uwide)halves[1] << 64 | halves[0];
        values[i] = (wb_wide)((wb_uwide)column->least + above);
    }
}

/* ---- a block ---- */

uint8_t *wb_packed_new(const wb_wide *values, uint32_t columns, uint32_t count)
{
    assert(columns > 0 && count > 0 && count <= WB_BLOCK_PATHS);
    entry *entries = malloc(columns * sizeof *entries);
    if (entries == NULL) return NULL;
    uint32_t words = 0;
    for (uint32_t c = 0; c < columns; c++) {
        entries[c] = entry_of(values + (size_t)c * WB_BLOCK_PATHS, count, words);
        words += words_of(count, entries[c].bits);
    }
    const size_t directory = (size_t)columns * WB_PACKED_ENTRY;
    uint8_t *packed = malloc(directory + (size_t)words * WORD_BYTES);
    for (uint32_t c = 0; packed != NULL && c < columns; c++) {
        entry_put(packed + (size_t)c * WB_PACKED_ENTRY, &entries[c]);
        write_bits(packed + directory + (size_t)entries[c].first * WORD_BYTES,
                   values + (size_t)c * WB_BLOCK_PATHS, count, &entries[c]);
    }
    free(entries);
    return packed;
}

size_t wb_packed_size(const uint8_t *packed, uint32_t columns, uint32_t count)
{
    const entry last = entry_get(packed, columns - 1);
    return (size_t)columns * WB_PACKED_ENTRY +
           ((size_t)last.first + words_of(count, last.bits)) * WORD_BYTES;
}

void wb_packed_read(wb_wide *values, const uint8_t *packed, uint32_t columns, uint32_t column,
                    uint32_t count)
{
    assert(column < columns);
    const entry found = entry_get(packed, column);
    const uint8_t *words = packed + (size_t)columns * WB_PACKED_ENTRY;
    read_bits(values, words + (size_t)found.first * WORD_BYTES, count, &found);
}

bool wb_packed_within(const uint8_t *packed, uint32_t column, int64_t limit)
{
    const entry found = entry_get(packed, column);
    if (found.bits > WORD_BITS || found.least < -limit || found.least > limit) return false;
    return found.least + (((wb_wide)1 << found.bits) - 1) <= limit;
}

bool wb_packed_check(const uint8_t *bytes, size_t size, uint32_t columns, uint32_t count)
{
    const size_t directory = (size_t)columns * WB_PACKED_ENTRY;
    const wb_wide limit = (wb_wide)1 << WB_BOUND_BITS;
    wb_wide values[WB_BLOCK_PATHS];
    if (size < directory) return false;
    size_t words = 0;
    for (uint32_t c = 0; c < columns; c++) {
        const entry found = entry_get(bytes, c);
        if (found.first != words || found.bits > WIDEST) return false;
        if (found.least <= -limit || found.least >= limit) return false;
        words += words_of(count, found.bits);
        if (directory + words * WORD_BYTES > size) return false;
        wb_packed_read(values, bytes, columns, c, count);
        for (uint32_t i = 0; i < count; i++) {
            if (values[i] < found.least || values[i] >= limit) return false;
        }
    }
    return directory + words * WORD_BYTES == size;
}
