/*
 * sim_part.h - a run in parts: shards on several machines, and a run that is interrupted.
 *
 * A wb_sim_part holds the paths of a run that were run so far, whichever those are. It runs a
 * shard, takes over what files or other processes hold, is saved at any moment, and gives the
 * result once every path is there. The result does not depend on how the paths came together: it
 * has the same bytes as that of wb_sim_run.
 *
 * Files are docs/format.md, "A part of a run". They are mapped, not read: memory for the columns of
 * a merge is the system's cache. A file in use must not be cut off by others (saving replaces).
 */
#ifndef WAARBORG_SIM_PART_H
#define WAARBORG_SIM_PART_H

#include "waarborg/sim.h"

typedef struct wb_sim_part wb_sim_part;

/* Shard `index` (from 1) of `count`: a contiguous stretch of whole blocks of 256 paths; together
 * they are all paths. One of them may be empty where there are few paths. */
typedef struct wb_sim_shard {
    uint32_t index, count;
} wb_sim_shard;
enum { WB_SHARDS_MAX = 65535 };

/* Paths [first, end), counted from 0. */
typedef struct wb_sim_paths {
    uint64_t first, end;
} wb_sim_paths;

/*
 * Empty. The model must outlive it. `options` (kernel, threads, progress; may be NULL) are for all
 * that is done with it; `release` is written into files and must agree with theirs. WB_E_RANGE for
 * a pinned kernel that cannot run, WB_E_NOMEM.
 */
WB_MUST_CHECK wb_code wb_sim_part_new(wb_sim_part **part, const wb_model *model,
                                      const wb_sim_options *options, const char *release,
                                      wb_error *err);
void wb_sim_part_free(wb_sim_part *part);

/* Take over the paths of a file; or of `bytes` (malloc; owned from now on, whatever the answer).
 * `name` is for messages. WB_E_SYNTAX, WB_E_VERSION, WB_E_DAMAGED: the file; WB_E_CONFLICT: of
 * another run, or with paths that are here already; WB_E_IO. After a failure only free it. */
WB_MUST_CHECK wb_code wb_sim_part_add(wb_sim_part *part, const char *path, wb_error *err);
WB_MUST_CHECK wb_code wb_sim_part_add_bytes(wb_sim_part *part, uint8_t *bytes, size_t size,
                                            const char *name, wb_error *err);
/* Seed and number of paths of the run that a file is a part of. */
WB_MUST_CHECK wb_code wb_sim_part_look(const char *path, uint64_t *seed, uint64_t *paths,
                                       wb_error *err);

/* Run what is missing of the shard. WB_E_INTERRUPTED when progress said stop: what was running has
 * been finished, and what is done is here. WB_E_CONFLICT when it holds paths outside the shard. */
WB_MUST_CHECK wb_code wb_sim_part_run(wb_sim_part *part, wb_sim_shard shard, wb_error *err);
wb_sim_paths wb_sim_part_shard(const wb_sim_part *part, wb_sim_shard shard);

/* How many paths are here; and the first stretch of missing ones at or after `from`, false when
 * there is none. */
uint64_t wb_sim_part_done(const wb_sim_part *part);
bool wb_sim_part_missing(const wb_sim_part *part, uint64_t from, wb_sim_paths *missing);

/*
 * Save what is here, so that `path` has either its old bytes or the new ones, whatever happens:
 * written beside it, synced, renamed. May be called from progress, while threads are running.
 * WB_E_FULL, WB_E_IO, WB_E_NOMEM.
 */
WB_MUST_CHECK wb_code wb_sim_part_save(wb_sim_part *part, const char *path, wb_error *err);
/* The same bytes to whatever takes them; false from `sink` ends it (WB_E_IO). */
WB_MUST_CHECK wb_code wb_sim_part_send(wb_sim_part *part,
                                       bool (*sink)(void *context, const void *bytes, size_t size),
                                       void *context, wb_error *err);

/* The figures. WB_E_MISSING names paths that are not here. */
WB_MUST_CHECK wb_code wb_sim_part_result(wb_sim_result **result, wb_sim_part *part, wb_error *err);

#endif
