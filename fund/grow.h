/* grow.h - arrays that grow by doubling. */
#ifndef FUND_GROW_H
#define FUND_GROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Make room for one more item of `size` bytes after `count`. Items may move. False without memory,
 * and then nothing changed. Capacity is the power of two at or above count, so it needs no field.
 */
static inline bool wb_grow(void **items, size_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0) return true;
    const size_t capacity = count == 0 ? 1 : 2 * count;
    if (capacity > SIZE_MAX / size) return false;
    void *grown = realloc(*items, capacity * size);
    if (grown == NULL) return false;
    *items = grown;
    return true;
}

#endif
