/*
 * draw.h - the draws of sixteen consecutive paths at once: factors, and who is distressed when.
 *
 * This phase knows no money. It yields, for each lane (path) and step, the providers whose word is
 * below their threshold, whether healthy or not; the money phase takes those that are exposed. It
 * does not know whose peers have failed either: with `peers` a provider is drawn with the higher of
 * its two thresholds, and says of each whether its word is below it.
 * There is one body (draw_body.h), compiled for plain C, AVX2 and AVX-512; all give the same bits,
 * and the same as the reference kernel, which asks wb_plan_factors and wb_plan_threshold.
 *
 * Most words are far above their threshold, so the exact threshold is rarely needed: a table over
 * the argument of the normal distribution function gives an upper bound (see draw_plan.c for why it
 * is one); only words up to that bound are looked at again, and only those between it and a lower
 * bound need the function itself.
 */
#ifndef WAARBORG_SIM_DRAW_H
#define WAARBORG_SIM_DRAW_H

#include "sim/path.h"

enum {
    WB_LANES = 16,
    WB_BLOCK_STEPS = 4,    /* steps that share a Philox block */
    WB_BOUND_CELLS = 2048, /* of the table, on [-WB_BOUND_RANGE, WB_BOUND_RANGE) */
    WB_BOUND_RANGE = 8
};
/* The lines above Phi: cells of a quarter from WB_LINE_FIRST on; y is held within the ends. */
enum { WB_LINES = 32 };
#define WB_LINE_FIRST (-6.0F)
#define WB_LINE_LAST 1.99F
#define WB_BOUND_SCALE ((double)WB_BOUND_CELLS / (2 * WB_BOUND_RANGE))

/* A threshold per lane, in float: at most `q - a Z - b R - c S`, widened upward; with the t copula
 * `(q s + raise) - a Z - b R - c S`. */
typedef struct wb_draw_row {
    float q, a, b, c;
    float raise;              /* t copula: what else q itself is raised by */
    uint32_t region, segment; /* index among the factors; 0 with b or c 0 where there is none */
    bool fixed;
    uint32_t limit; /* fixed: a word up to it may be distress */
    const wb_plan_group *group;
    const wb_plan_group *raised; /* while peers raise it; the same where they cannot */
} wb_draw_row;

/* A provider that may be distressed in a block of four steps. */
typedef struct wb_draw_entry {
    uint32_t provider;
    uint32_t index_low, index_high; /* of its draws; the high part is shifted into place */
    uint32_t row[WB_BLOCK_STEPS];
} wb_draw_entry;

/* What a block of steps needs; blocks of the same phases share the arrays. */
typedef struct wb_draw_block {
    uint32_t step_count;                /* 4, or fewer at the end of the horizon */
    uint32_t row_first[WB_BLOCK_STEPS]; /* rows of step s: row_first[s] .. row_first[s + 1] - 1 */
    uint32_t row_count;
    wb_draw_row *rows;
    wb_draw_entry *entries; /* descending provider */
    uint32_t entry_count;
    uint32_t phase[WB_BLOCK_STEPS];
    bool shared; /* rows and entries belong to an earlier block */
} wb_draw_block;

typedef struct wb_draw_plan {
    const wb_plan *plan;
    uint32_t factor_count; /* 1 + regions + segments */
    uint32_t mixing_count; /* degrees of freedom of the t copula; 0: Gaussian */
    uint32_t drawn_count;  /* normals a step: factors, then mixing */
    uint32_t *drawn_purpose;
    uint64_t *drawn_index;
    uint32_t block_count, row_most;
    uint32_t entry_most;
    wb_draw_block *blocks;
    uint32_t upper[WB_BOUND_CELLS]; /* a word above it is never distress in the cell */
    uint32_t lower[WB_BOUND_CELLS]; /* a word below it always is */
    float line_start[WB_LINES], line_slope[WB_LINES]; /* 2^32 Phi(y) <= start + slope y */
} wb_draw_plan;

/* WB_E_NOMEM. The plan must outlive it. */
WB_MUST_CHECK wb_code wb_draw_plan_new(wb_draw_plan **draw_plan, const wb_plan *plan,
                                       wb_error *err);
void wb_draw_plan_free(wb_draw_plan *draw_plan);

/* One perhaps distressed provider of a (step, lane): a list in ascending provider. */
typedef struct wb_draw_node {
    uint32_t next; /* index of the next node; 0: none */
    uint16_t provider;
    bool calm, raised; /* distressed while its peers do not raise it; while they do: one at least */
} wb_draw_node;

/* The words of an entry some of whose lanes may be distressed. */
typedef struct wb_draw_hit {
    uint64_t bits; /* of [step of block][lane] */
    uint32_t entry;
    uint32_t words[WB_BLOCK_STEPS][WB_LANES];
} wb_draw_hit;

/* The draws of one batch of lanes, and the scratch for making them. One per thread. */
typedef struct wb_draws {
    uint64_t path_first; /* a multiple of WB_LANES */
    uint32_t *head;      /* [step][lane] */
    double *national;    /* [step][lane]: Z */
    wb_draw_node *nodes; /* from 1 */
    uint32_t node_count, node_room;
    bool out_of_memory;         /* a list could not grow: the draws are useless */
    struct wb_tilt_draws *tilt; /* tilt.h; NULL: the nominal law. Borrowed */
    /* scratch */
    double *factors;                        /* [factor][lane], of the step before */
    double *block;                          /* [step of block][drawn][lane] */
    float *block_float;                     /* the same */
    double scale[WB_BLOCK_STEPS][WB_LANES]; /* s of the t copula */
    float scale_float[WB_BLOCK_STEPS][WB_LANES];
    uint32_t *limits;  /* [row][lane] */
    wb_draw_hit *hits; /* of a block */
    double *tails;     /* normals still to be computed: 3 arrays of one block's size */
    uint32_t *tail_at;
} wb_draws;

bool wb_draws_init(wb_draws *draws, const wb_draw_plan *plan); /* false without memory */
void wb_draws_clear(wb_draws *draws);

/* Draw paths path_first .. path_first + 15; path_first is a multiple of 16. */
typedef void wb_draw_function(wb_draws *draws, const wb_draw_plan *plan, uint64_t path_first);
wb_draw_function wb_draw_portable;
#if defined(__x86_64__)
wb_draw_function wb_draw_avx2;
wb_draw_function wb_draw_avx512;
#endif

/* A word at most its row's limit: is it distress? Exact. Adds it to the list if so. */
void wb_draws_candidate(wb_draws *draws, const wb_draw_plan *plan, const wb_draw_block *block,
                        const wb_draw_entry *entry, uint32_t step, uint32_t s, uint32_t lane,
                        uint32_t word);

#endif
