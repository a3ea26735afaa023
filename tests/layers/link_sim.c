/* link_sim.c - nothing but the whole of sim/ and what its link line names: when this links and
 * holds no LMDB, the engine runs where there is no ledger. */
#include "waarborg/numeric.h"

int main(void)
{
    const uint32_t counter[4] = {0};
    const uint32_t key[2] = {0};
    /* The first known answer of Philox4x32-10 (Random123): the code is there, and it runs. */
    return wb_philox(counter, key).word[0] == 0x6627e8d5U ? 0 : 1;
}
