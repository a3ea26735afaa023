/*
 * packed.h - the columns of one block of paths in as few bits as their values need.
 *
 * A column is kept as its least value and, of every path, how far it is above that, in as many bits
 * as the largest of these needs. Nothing is assumed of the amounts and nothing is lost; what a
 * column takes follows from how far its values lie apart. The bytes are those of docs/format.md,
 * "A part of a run": the same in memory and in a file.
 *
 *     columns times: i128 least value, u32 where its bits begin (in words of 64 bits), u32 bits
 *     the words: of each column ceil(paths x bits / 64) of them, the first path lowest
 *
 * All numbers little endian.
 */
#ifndef WAARBORG_SIM_PACKED_H
#define WAARBORG_SIM_PACKED_H

#include <stddef.h>

#include "sim/path.h"

enum { WB_BLOCK_PATHS = 256, WB_PACKED_ENTRY = 24 };

/* `columns` columns of the first `count` (1 to WB_BLOCK_PATHS) of WB_BLOCK_PATHS values each,
 * column after column, all below 2^126 in magnitude. To be freed; NULL without memory. */
uint8_t *wb_packed_new(const wb_wide *values, uint32_t columns, uint32_t count);
size_t wb_packed_size(const uint8_t *packed, uint32_t columns, uint32_t count);
/* The values of one column, exactly those that were packed. */
void wb_packed_read(wb_wide *values, const uint8_t *packed, uint32_t columns, uint32_t column,
                    uint32_t count);
/* Whether all values of the column are seen to lie within -limit .. limit without reading them. */
bool wb_packed_within(const uint8_t *packed, uint32_t column, int64_t limit);
/* Whether `size` bytes from elsewhere are such a block, so that reading them is safe and gives
 * values below 2^126. */
bool wb_packed_check(const uint8_t *bytes, size_t size, uint32_t columns, uint32_t count);

#endif
