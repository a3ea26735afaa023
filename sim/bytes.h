/* bytes.h - numbers as bytes, least significant first; compilers make one instruction of each. */
#ifndef WAARBORG_SIM_BYTES_H
#define WAARBORG_SIM_BYTES_H

#include <stdint.h>

static inline void wb_put_le(uint8_t *at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline uint64_t wb_get_le(const uint8_t *at, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

#endif
