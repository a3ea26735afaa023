/*
 * scenario_internal.h - a loaded scenario, for the files that resolve, hash and show it.
 */
#ifndef WAARBORG_SIM_SCENARIO_INTERNAL_H
#define WAARBORG_SIM_SCENARIO_INTERNAL_H

#include "sim/scenario_table.h"
#include "waarborg/scenario.h"

struct wb_scenario {
    wb_arena arena;
    wb_node *root; /* the file over its bases */
    char *ledger;  /* of fund.opening.from_ledger; NULL without */
    wb_tables tables;
    uint64_t paths; /* of the command line; 0: as in the file */
    bool set_seed;
    uint64_t seed;
};

#endif
