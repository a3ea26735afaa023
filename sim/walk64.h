/*
 * walk64.h - the money phase: one path, step by step, in int64 cents.
 *
 * Follows docs/model.md like the reference kernel, and gives the same result on every path; it
 * touches only what happens. A step in which nobody is distressed and no case resolves is a few
 * additions; open cases wait in the list of the step in which they resolve.
 */
#ifndef WAARBORG_SIM_WALK64_H
#define WAARBORG_SIM_WALK64_H

#include "sim/draw.h"
#include "sim/plan64.h"
#include "waarborg/split.h"

/*
 * Which of `count` indices have a word of at least their limit (`limits`, or one `limit` for all
 * where that is NULL) at one (path, step, purpose): their places go to `at`, ascending, their words
 * to `words`; returns how many. The high parts of the indices are shifted into place; all three
 * arrays are readable up to a multiple of 16.
 */
typedef struct wb_words_query {
    uint64_t seed, path;
    uint32_t step, purpose, limit, count;
    const uint32_t *index_low, *index_high, *limits;
} wb_words_query;
typedef uint32_t wb_words_function(uint32_t *at, uint32_t *words, const wb_words_query *query);
wb_words_function wb_words_portable;
#if defined(__x86_64__)
wb_words_function wb_words_avx2;
wb_words_function wb_words_avx512;
#endif

enum { WB_WALK64_BLOCKS = 48 };

/* A provider in distress in this step. */
typedef struct wb_distressed64 {
    uint32_t provider;
    bool forced_failure, asks;
} wb_distressed64;

typedef struct wb_case64 {
    int64_t principal;
    int32_t opened; /* -1: before the start */
    uint32_t extensions;
    uint32_t next; /* provider + 1 of the next case that resolves in the same step; 0: none */
} wb_case64;

typedef struct wb_walk64 {
    const wb_plan64 *plan;
    const wb_draw_plan *draw_plan; /* for its bounds of Phi */
    wb_words_function *words;
    /* per path */
    uint32_t *healthy_from;                /* healthy at the start of the steps from this one on */
    wb_case64 *cases;                      /* per provider */
    uint32_t *resolving;                   /* per step: provider + 1 of the first case; 0: none */
    int64_t *principal_due, *recovery_due; /* per step */
    int64_t *slots;
    /* per step */
    wb_distressed64 *distressed;
    uint32_t distressed_count;
    int64_t *asks, *paid; /* of those who ask */
    wb_split_rest *rests; /* scratch of divisions over any of them */
    uint32_t asking_count;
    uint32_t *sources;    /* who infects in this step */
    uint32_t *failed_now; /* failed unpaid in the last waterfall: infects in the next step */
    uint32_t source_count, failed_now_count;
    uint32_t *source_stamp, *primary_stamp, *target_stamp; /* per provider: the mark of a step */
    uint32_t *cluster_stamp, *cluster_sources, *clusters;  /* per cluster */
    uint32_t cluster_count;
    uint32_t stamp;
    uint32_t *at, *words_at; /* places of targets and their words */
    int64_t *waived, *due;   /* per contribution; `due` on time */
    /* peers, per cell of region and segment */
    uint32_t *raised_end;      /* raised before this step; 0: never on this path */
    uint32_t *raised, *rising; /* cells raised on this path; by this step, from the next */
    uint32_t raised_count, rising_count;
    /* arrears and refusals */
    int64_t *late_due;                    /* [group][step]: beside what is late in the plan */
    uint32_t *refusing;                   /* [refusal][party]: parties that refuse, ascending */
    uint32_t *refusing_count;             /* per refusal */
    bool *refusing_drawn;                 /* per refusal */
    uint32_t *party_stamp;                /* per party: refuses in this step */
    int64_t *party_due, *party_part;      /* per party: scratch */
    int64_t *party_waived;                /* per party, of this path */
    int64_t *group_received, *group_part; /* per group: scratch of refunds */
    /* what the arrays above stand in */
    void *blocks[WB_WALK64_BLOCKS];
    uint32_t block_count;
    bool out_of_memory;
} wb_walk64;

bool wb_walk64_init(wb_walk64 *walk, const wb_plan64 *plan, const wb_draw_plan *draw_plan,
                    wb_words_function *words);
void wb_walk64_clear(wb_walk64 *walk);

/*
 * Walk lane `lane` of the draws from `cash`. `trace` is NULL or step_count records, initialised.
 * out->event is complete up to step_limit (exclusive), where the walk stops; with stop_at not
 * WB_EVENT_COUNT it stops as soon as that event happens.
 */
void wb_walk64_path(wb_walk64 *walk, const wb_draws *draws, uint32_t lane, int64_t cash,
                    uint32_t step_limit, wb_event stop_at, wb_path_result *out,
                    wb_step_record *trace);

#endif
