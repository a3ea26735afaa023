/* ranks_one.c - one process alone: nothing to agree on, nothing to gather. See ranks.h. */
#include "cli/ranks.h"

void wb_ranks_begin(void)
{
}

void wb_ranks_end(void)
{
}

uint32_t wb_ranks_count(void)
{
    return 1;
}

uint32_t wb_ranks_index(void)
{
    return 0;
}

uint32_t wb_ranks_threads(void)
{
    return 0;
}

wb_code wb_ranks_agree(wb_code own, bool *speaks)
{
    *speaks = true;
    return own;
}

wb_code wb_ranks_gather(wb_sim_part *part, wb_error *err)
{
    (void)part;
    (void)err;
    return WB_OK;
}
