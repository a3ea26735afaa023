/*
 * walk.h - the state of one path in the reference kernel, and the books of one step.
 */
#ifndef WAARBORG_SIM_WALK_H
#define WAARBORG_SIM_WALK_H

#include "sim/path.h"

enum { HEALTHY, SUPPORTED, FAILED };        /* state of a provider */
enum { NOT_DISTRESSED, PRIMARY, INFECTED }; /* distress in this step */

typedef struct open_case {
    wb_money principal;
    int64_t opened; /* -1: before the horizon */
    uint64_t resolves;
    uint32_t extensions; /* left */
} open_case;

typedef struct walk {
    const wb_plan *plan;
    const wb_model *model;
    wb_path_result *out;
    uint64_t path;
    uint32_t t;
    double *factors; /* as wb_plan_factors */

    /* per provider */
    uint8_t *state;
    open_case *cases;
    bool *healthy; /* at the start of the step: exposed, and pays contributions */
    uint8_t *distress;
    bool *forced_failure;
    bool *source;        /* infects in this step */
    bool *failed_unpaid; /* in step 6 of this step; until then: of the previous one */
    wb_money *asks, *paid;

    wb_money *principal_due, *recovery_due; /* per step: still to come */
    wb_money *due, *waived;                 /* per contribution */

    wb_money cash, debt, levy_used, obligo_used;
    wb_money asked, shortage, debt_before;
    wb_money need_now, need; /* cumulative, and its maximum */
    wb_money amount, total;  /* scratch */
    wb_money available[WB_LAYER_COUNT];
    wb_waterfall waterfall;
    wb_step_record record;
} walk;

/* False without memory; clear it in either case. */
bool wb_walk_init(walk *w, const wb_plan *plan, uint64_t path, const wb_money *opening_cash,
                  wb_path_result *out);
void wb_walk_clear(walk *w);

/* An empty record, who is healthy now, who infects because it failed unpaid in the last step. */
void wb_walk_begin_step(walk *w);
/* Which events have happened, after step 6. */
void wb_walk_events(walk *w);
/* Prove that the step's books balance, then add the step to the path. */
void wb_walk_end_step(walk *w, bool absorbed);

void wb_step_record_set(wb_step_record *to, const wb_step_record *from);

#endif
