/*
 * tilt.h - draws from a tilted law, with the ratio that undoes it: docs/model.md, "Rare events".
 *
 * The draw phase (draw_body.h) makes them, in every instruction set and with the same bits: normals
 * of factors are moved, and words of distress are replaced by words of a higher probability. What
 * walks the path sees draws like any other. One path in ten keeps its nominal draws (the defensive
 * part of the mixture, and exactly the paths of a plain run), but has a ratio too.
 */
#ifndef WAARBORG_SIM_TILT_H
#define WAARBORG_SIM_TILT_H

#include "sim/draw.h"

enum {
    WB_NOMINAL_EVERY = 10, /* paths 0, 10, 20, ... keep the nominal law */
    WB_THETA_NODES = 25
};
#define WB_THETA_FIRST (-1.0)
#define WB_THETA_STEP 0.375
#define WB_TILT_MOST 40.0 /* log odds beyond it are held */

/*
 * The tilted law of the steps before step_end. Normals of factor f in year y: mean shift[y][f].
 * With `along` (one step only) they are spread along the shift's direction too, and log odds are
 * multiplied by theta, a function of the place s along it. Distress of provider i: odds times
 * exp(log_odds[i]), until it is first drawn distressed on the path.
 */
typedef struct wb_tilt {
    uint32_t step_end, steps_per_year, years, factor_count, provider_count;
    double *shift;    /* [year][factor] */
    double *log_odds; /* per provider, at least 0 */
    bool *tracked;    /* per provider: tilted, or its hazard is recorded */
    double mixing;    /* the normals of the t copula are multiplied by it; 1 */
    bool along;
    double mean, spread;          /* of s = sum of direction x factor */
    double *direction;            /* per factor, of length 1 or 0 */
    double theta[WB_THETA_NODES]; /* at WB_THETA_FIRST + k WB_THETA_STEP, straight in between */
} wb_tilt;

/* No tilt at all. False without memory. */
bool wb_tilt_init(wb_tilt *tilt, const wb_draw_plan *plan, uint32_t step_end);
/* Between tilts of one plan. */
void wb_tilt_copy(wb_tilt *to, const wb_tilt *from);
void wb_tilt_clear(wb_tilt *tilt);

/* Providers of one row and log odds share their probabilities. */
typedef struct wb_tilt_class {
    uint32_t row[WB_BLOCK_STEPS];
    double log_odds;
    uint32_t slot; /* where its odds are kept; 0: nowhere, for it has one provider */
} wb_tilt_class;

/* The probabilities of a class in a step, by lane, in units of 2^-32 where they are such. */
typedef struct wb_tilt_odds {
    double nominal[WB_LANES], tilted[WB_LANES];
    double hit[WB_LANES], miss[WB_LANES]; /* ratio of tilted to nominal */
    double up[WB_LANES];                  /* with peers: slope of the map of words */
} wb_tilt_odds;

typedef struct wb_tilt_block {
    uint32_t *class_of; /* per entry; WB_NONE: nominal */
    wb_tilt_class *classes;
    uint32_t class_count, slot_count;
    bool shared; /* with an earlier block */
} wb_tilt_block;

/* A tilt laid over a plan of draws; read-only, shared by threads. */
typedef struct wb_tilt_plan {
    const wb_tilt *tilt;
    wb_tilt_block *blocks; /* of those that begin before step_end */
    uint32_t block_count, slot_most;
} wb_tilt_plan;
/* NULL without memory. Tilt and draw plan must outlive it. */
wb_tilt_plan *wb_tilt_plan_new(const wb_tilt *tilt, const wb_draw_plan *draw_plan);
void wb_tilt_plan_free(wb_tilt_plan *plan);

/* Of one thread, beside its wb_draws. */
typedef struct wb_tilt_draws {
    const wb_tilt_plan *plan;
    double log_ratio[WB_LANES]; /* log of tilted density over nominal density, of each path */
    /* scratch */
    double moved[WB_LANES]; /* 1; 0 for the paths that keep their nominal draws */
    double theta[WB_LANES];
    double product[WB_LANES];
    uint32_t product_count;
    uint16_t *distressed; /* per provider: the lanes on which it has been drawn distressed */
    wb_tilt_odds *odds;   /* [slot][step of block] */
    bool *done;           /* per slot: its odds are those of this block */
    /* what a pilot learns from; NULL unless asked for */
    double *innovations; /* [year][factor][lane]: sums of normals */
    double *squares;     /* [lane]: sum of squares of mixing normals */
    double *hazard;      /* [provider][lane]: sum of nominal probabilities up to first distress */
} wb_tilt_draws;

/* False without memory. */
bool wb_tilt_draws_init(wb_tilt_draws *draws, const wb_tilt_plan *plan, bool record);
void wb_tilt_draws_clear(wb_tilt_draws *draws);
/* Before the first block of sixteen paths. */
void wb_tilt_draws_begin(wb_tilt_draws *draws, uint64_t path_first);

#endif
