/*
 * part_bytes.h - the bytes of a part of a run: docs/format.md, "A part of a run".
 *
 * Written piece by piece to whatever takes bytes (a file, another process), read from memory
 * (a mapped file, a message), where the packed columns then stay. Any bytes may be read: what is
 * damaged, of another run or not a part at all is refused before anything of it is used.
 */
#ifndef WAARBORG_SIM_PART_BYTES_H
#define WAARBORG_SIM_PART_BYTES_H

#include "sim/tally.h"

enum { WB_PART_RELEASE = 16, WB_PART_HASH = 32 };

/* Which run a part is of. Parts of one run agree in all of it. */
typedef struct wb_part_of {
    char release[WB_PART_RELEASE + 1]; /* of the program: its rules made the paths */
    uint8_t scenario[WB_PART_HASH];    /* wb_model.blake2b */
    uint8_t books[WB_PART_HASH];       /* head of the ledger it starts from; zeros without */
    uint64_t records;                  /* of that ledger */
    uint64_t seed, paths;
} wb_part_of;
void wb_part_of_model(wb_part_of *of, const wb_model *model, const char *release);

/* Blocks [first, end) that are there. */
typedef struct wb_part_range {
    uint64_t first, end;
} wb_part_range;

/* What goes into a part: the blocks of the ranges (ascending, apart) and the sums of just those. */
typedef struct wb_part_content {
    const wb_tally *tally;
    const wb_tally_sums *sums;
    wb_part_range *ranges;
    uint32_t range_count;
} wb_part_content;

/* Takes the next bytes; false ends the writing. */
typedef bool wb_part_sink(void *context, const void *bytes, size_t size);
/* false when the sink said so. */
bool wb_part_write(const wb_part_of *of, const wb_part_content *content, wb_part_sink *sink,
                   void *context);

/* A part in memory that was found whole; points into its bytes. */
typedef struct wb_part_view {
    wb_part_of of;
    uint32_t columns, sums, events, range_count;
    const uint8_t *ranges;
    uint8_t *after; /* where the sums begin */
    uint8_t *end;   /* where the hash begins */
} wb_part_view;
/* WB_E_SYNTAX: no part at all. WB_E_VERSION: a newer form. WB_E_DAMAGED: cut off or changed. */
WB_MUST_CHECK wb_code wb_part_view_of(wb_part_view *view, uint8_t *bytes, size_t size,
                                      wb_error *err);
wb_part_range wb_part_view_range(const wb_part_view *view, uint32_t index);

/* Whether the part is of this run. WB_E_CONFLICT says what differs. */
WB_MUST_CHECK wb_code wb_part_same(const wb_part_view *view, const wb_part_of *of, wb_error *err);

/*
 * Add its blocks and sums to the tally of the run; the blocks are borrowed from its bytes. None of
 * them may be there yet (the caller has looked). WB_E_DAMAGED: what is in it cannot be (the hash
 * holds, so that it was made by something else), WB_E_NOMEM; the tally is then of no use any more.
 */
WB_MUST_CHECK wb_code wb_part_enter(wb_tally *tally, const wb_part_view *view, wb_error *err);

#endif
