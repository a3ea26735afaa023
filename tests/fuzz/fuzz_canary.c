/* fuzz_canary.c - a target with a fault in it, which the rig must find: a rig that cannot fail
 * finds nothing. Under a sanitizer it reads one byte too far, else a property does not hold. */
#include "fuzz.h"

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    seed("canary", 6, context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || data[0] != 'C' || data[1] != 'a') return 0;
#if WB_SANITIZED
    uint8_t *copy = malloc(size);
    if (copy == NULL) return 0;
    memcpy(copy, data, size);
    const volatile uint8_t *beyond = copy + size;
    (void)*beyond;
    free(copy);
#else
    FUZZ_CHECK(data[0] != 'C');
#endif
    return 0;
}
