/*
 * memory.h - whether the columns of a run fit in memory, before it starts.
 *
 * What a run takes is known when it is done, for blocks are packed as their values need; what it
 * may take at most follows from wb_model_bound: every value of a column lies within it. In practice
 * it is about two thirds of that.
 */
#ifndef WAARBORG_SIM_MEMORY_H
#define WAARBORG_SIM_MEMORY_H

#include "sim/tally.h"

/* At most this many bytes of packed columns a path; room to sort one column in. */
uint64_t wb_memory_of_path(const wb_model *model, const wb_tally *tally);
enum { WB_MEMORY_SORT = 16 };

/* What may still be taken: what the system has, at most what this process or its group of processes
 * may have. UINT64_MAX when the system does not say. */
uint64_t wb_memory_free(void);

/* WB_E_NOMEM, with what is needed, what is there and the way out, when running `run` paths and then
 * (with `result`) measuring all of the tally's takes more than `available`. */
WB_MUST_CHECK wb_code wb_memory_check(const wb_model *model, const wb_tally *tally, uint64_t run,
                                      bool result, uint64_t available, wb_error *err);

#endif
