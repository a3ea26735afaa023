/*
 * walk.h - the state of one path in the reference kernel, and the books of one step.
 */
#ifndef WAARBORG_SIM_WALK_H
#define WAARBORG_SIM_WALK_H

#include "sim/path.h"

/* State of a provider; also merged into another, or not there before a merger, is FAILED. */
enum { HEALTHY, SUPPORTED, FAILED };
enum { NOT_DISTRESSED, PRIMARY, INFECTED }; /* distress in this step */

typedef struct open_case {
    wb_money principal;
    int64_t opened; /* -1: before the horizon */
    uint64_t resolves;
    uint32_t extensions; /* left */
} open_case;

/* What a path tells of its money, while wb_sim_trace looks. */
typedef struct wb_coming {
    wb_path_event event;
    uint64_t step;
    wb_money amount;
} wb_coming;
struct wb_trace {
    wb_path_visit *visit;
    void *context;
    wb_code code;      /* not WB_OK: nothing more is told */
    wb_coming *coming; /* what later steps will bring */
    size_t count, room;
};

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
    /* per region and segment (wb_plan_provider.peers) */
    uint32_t *raised_end; /* raised in the steps before this one */
    bool *raised;         /* in this step */

    wb_money *principal_due, *recovery_due; /* per step: still to come */
    wb_money *due, *waived;                 /* per contribution */
    wb_money **owed;                        /* per contribution, per payer: on time */
    wb_money *parts;                        /* per payer: scratch */
    wb_money *late;                         /* [group][step]: still to come */
    /* where wb_model_parties_differ: [party][step]; per party; what is divided by weight */
    wb_money *late_party, *party_paid, *party_parts;
    wb_money party_calls;         /* levy and obligo less refunds of the group that has parties */
    wb_money *received, *refunds; /* per group: so far; of this step */

    wb_money cash, debt, levy_used, obligo_used;
    wb_money asked, shortage, debt_before;
    wb_money need_now, need; /* cumulative, and its maximum */
    wb_money amount, total;  /* scratch */
    wb_money available[WB_LAYER_COUNT];
    wb_waterfall waterfall;
    wb_step_record record;
    wb_trace *told; /* NULL: nobody looks */
} walk;

/* False without memory; clear it in either case. */
bool wb_walk_init(walk *w, const wb_plan *plan, uint64_t path, const wb_money *opening_cash,
                  wb_path_result *out);
void wb_walk_clear(walk *w);

/* An empty record, the mergers of the step, whose peers are raised, who is healthy now, who infects
 * because it failed unpaid in the last step. */
void wb_walk_begin_step(walk *w);
/* Which events have happened, after step 6. */
void wb_walk_events(walk *w);
/* Prove that the step's books balance, then add the step to the path. */
void wb_walk_end_step(walk *w, bool absorbed);
/* The need, and what each party bears. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_walk_end_path(walk *w, wb_error *err);

void wb_step_record_set(wb_step_record *to, const wb_step_record *from);

/* Step 2. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_walk_income(walk *w, wb_error *err);

/* Tell of an event of this step, or of one that a later step brings, if that is within the horizon;
 * then what was put off until now: contributions, or principal and recoveries. */
void wb_walk_tell(walk *w, wb_path_event event, const wb_money *amount);
void wb_walk_tell_later(walk *w, wb_path_event event, uint64_t step, const wb_money *amount);
void wb_walk_tell_due(walk *w, bool late);

/* An event with nobody in it. */
static inline wb_path_event event_of(wb_path_event_kind kind)
{
    return (wb_path_event){.kind = kind,
                           .group = WB_NONE,
                           .contribution = WB_NONE,
                           .party = WB_NONE,
                           .provider = WB_NONE};
}

static inline wb_path_event event_by(wb_path_event_kind kind, uint32_t provider)
{
    wb_path_event event = event_of(kind);
    event.provider = provider;
    return event;
}

static inline wb_path_event event_from(wb_path_event_kind kind, uint32_t group)
{
    wb_path_event event = event_of(kind);
    event.group = group;
    return event;
}

/* ---- small words of the kernel ---- */

/* out = round(amount x rate x n / d) */
static inline void apply_rate_for(wb_money *out, const wb_money *amount, const wb_rate *rate,
                                  uint32_t n, uint32_t d)
{
    wb_rate whole;
    wb_rate_init(&whole);
    wb_rate_set_ratio(&whole, n, d);
    mpq_mul(whole.ratio, whole.ratio, rate->ratio);
    wb_rate_apply(out, amount, &whole, WB_ROUND_HALF_AWAY);
    wb_rate_clear(&whole);
}

/* out = excess of a over b, at least 0 */
static inline void excess_of(wb_money *out, const wb_money *a, const wb_money *b)
{
    wb_money_subtract(out, a, b);
    if (wb_money_sign(out) < 0) wb_money_set_cents(out, 0);
}

static inline void add(wb_money *sum, const wb_money *amount)
{
    wb_money_add(sum, sum, amount);
}

static inline void take(wb_money *sum, const wb_money *amount)
{
    wb_money_subtract(sum, sum, amount);
}

#endif
