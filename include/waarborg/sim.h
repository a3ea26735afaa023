/*
 * sim.h - run a model: paths in parallel, exact tallies, measures with their intervals, sizing.
 *
 * The same model and seed give the same bytes for any number of threads and any kernel.
 */
#ifndef WAARBORG_SIM_H
#define WAARBORG_SIM_H

#include "waarborg/model.h"

typedef enum wb_kernel {
    WB_KERNEL_AUTO,     /* the fastest this processor has, GMP where int64 is not proved safe */
    WB_KERNEL_GMP,      /* the reference: all money in GMP, one provider at a time */
    WB_KERNEL_PORTABLE, /* int64, plain C */
    WB_KERNEL_AVX2,
    WB_KERNEL_AVX512
} wb_kernel;
const char *wb_kernel_name(wb_kernel kernel);
WB_MUST_CHECK wb_code wb_kernel_parse(wb_kernel *kernel, const char *text, wb_error *err);

typedef struct wb_sim_options {
    uint32_t threads; /* 0: one per processor */
    wb_kernel kernel;
    /* Called about ten times a second from the calling thread; return false to stop. May be NULL.
     */
    bool (*progress)(uint64_t paths_done, uint64_t paths_total, void *context);
    void *context;
} wb_sim_options;

/* An estimated probability with its 95 % interval and standard error. */
typedef struct wb_proportion {
    double value, low, high, se;
} wb_proportion;

typedef enum wb_measure_form { WB_MEASURE_AMOUNT, WB_MEASURE_VALUE } wb_measure_form;

/* One figure. Keys that do not apply are empty or 0. */
typedef struct wb_measure {
    const char *id;                                  /* static text: "var", "ruin", ... */
    char level[32];                                  /* "0.995" */
    uint32_t year;                                   /* 1..years; 0: the whole horizon */
    const char *group;                               /* borrowed from the model */
    const char *layer;                               /* "levy", "obligo", "backstop" */
    const char *party, *region, *segment, *provider; /* borrowed from the model */
    const char *of;     /* what is concentrated: "revenue" or "es_contribution" */
    uint32_t top;       /* the largest so many */
    wb_money threshold; /* for exceed */
    wb_measure_form form;
    wb_money amount, amount_low, amount_high; /* AMOUNT: figure and 95 % interval */
    double value, value_low, value_high, se;  /* VALUE */
    bool has_threshold, has_se;
    bool low_none, high_none; /* the 95 % interval has no such bound at this number of paths */
} wb_measure;

typedef struct wb_sim_result {
    wb_measure *measures; /* owned, in the order of docs/model.md */
    size_t count;
    uint64_t paths;
    /* how it was computed; never part of the result document */
    wb_kernel kernel_used;
    bool int64_proved;
    uint32_t threads_used;
    double seconds;
} wb_sim_result;

/* Run. WB_E_INTERRUPTED when progress said stop, WB_E_NOMEM, WB_E_RANGE (a pinned kernel that is
 * not proved safe or that this processor lacks). The model must have passed wb_model_check. */
WB_MUST_CHECK wb_code wb_sim_run(wb_sim_result **result, const wb_model *model,
                                 const wb_sim_options *options, wb_error *err);
void wb_sim_result_free(wb_sim_result *result);
/* The measure with these keys, or NULL. level "" and year 0 where they do not apply. */
const wb_measure *wb_sim_find(const wb_sim_result *result, const char *id, const char *level,
                              uint32_t year);

typedef enum wb_event {
    WB_EVENT_CAPITAL_USED,
    WB_EVENT_OBLIGO_CALLED,
    WB_EVENT_OBLIGO_USED_UP,
    WB_EVENT_BACKSTOP_USED_UP,
    WB_EVENT_RUIN,
    WB_EVENT_COUNT
} wb_event;
const char *wb_event_name(wb_event event);
WB_MUST_CHECK wb_code wb_event_parse(wb_event *event, const char *text, wb_error *err);

/* Size the opening cash (docs/model.md, "Sizing"). `exists` false: no amount suffices. */
typedef struct wb_sim_size {
    bool exists, sure_exists, low_exists, high_exists;
    wb_money amount, low, high; /* order statistic of K and its 95 % interval */
    wb_money amount_sure;
    char reason[320]; /* in words, when exists is false or the amount is 0.00 */
    uint64_t paths;
    double seconds;
    wb_kernel kernel_used;
} wb_sim_size;
void wb_sim_size_init(wb_sim_size *size);
void wb_sim_size_clear(wb_sim_size *size);
/* `target` in (0,1), years in 1..model years. */
WB_MUST_CHECK wb_code wb_sim_size_cash(wb_sim_size *size, const wb_model *model, wb_event event,
                                       const wb_rate *target, uint32_t years,
                                       const wb_sim_options *options, wb_error *err);

/*
 * One path in full, step by step, for tests (conservation of money, kernel against kernel). Values
 * are whole cents; the array has step_count elements, owned by the caller.
 */
typedef struct wb_step_record {
    wb_money opening, interest, contributions, costs, repaid,
        recovered; /* repaid: principal; loan
                      interest is in interest */
    wb_money loan_interest, support_paid, levy, obligo, backstop, unmet;
    wb_money backstop_repaid, refunded, closing, loss, backstop_debt;
    uint32_t primaries, infected, supported, failed, cured, converted, extended;
} wb_step_record;
void wb_step_record_init(wb_step_record *record);
void wb_step_record_clear(wb_step_record *record);
WB_MUST_CHECK wb_code wb_sim_path(wb_step_record *records, const wb_model *model, uint64_t path,
                                  wb_kernel kernel, wb_error *err);

/*
 * Every movement of money on one path, in order, exact: enough to write the path as the books of a
 * fund whose balances equal the path's to the cent.
 *
 *   cash of the fund       = opening cash         + sum of amount x effect.cash
 *   loans of a provider    = its opening cases    + sum of amount x effect.loan of its events
 *   debt to the backstop   = opening debt         + sum of amount x effect.debt
 *   loss of a provider     =                        sum of amount x effect.loss of its events
 *   received from a group  = its CONTRIBUTION and LATE_CONTRIBUTION events
 *
 * after any event, and with the figures of wb_step_record at the end of a step. A loan of a failed
 * case stays for what will be recovered; it is gone when that comes (perhaps after the horizon).
 */
typedef enum wb_path_event_kind {
    WB_PATH_INTEREST,          /* on the balance */
    WB_PATH_CONTRIBUTION,      /* received on time: by line, payer where known */
    WB_PATH_LATE_CONTRIBUTION, /* received later than due */
    WB_PATH_COSTS,             /* running costs paid */
    WB_PATH_REPAID,            /* principal of a loan that came back; without a provider: of opening
                                  loans by their schedules, all that falls in this step */
    WB_PATH_LOAN_INTEREST,     /* with the first instalment of a cured case */
    WB_PATH_CONVERTED,         /* a loan that became a grant: no cash, loss */
    WB_PATH_WRITTEN_OFF,       /* the part of a failed case that is lost: no cash, loss */
    WB_PATH_RECOVERED,         /* the other part, when it comes */
    WB_PATH_LEVY,              /* called and received, by group */
    WB_PATH_OBLIGO,            /* the same */
    WB_PATH_BACKSTOP,          /* drawn: cash and debt */
    WB_PATH_GRANT,             /* support paid: the part that is loss at once */
    WB_PATH_LOAN,              /* support paid: the principal lent */
    WB_PATH_PAID_OUT,          /* a final pay-out (loss, exposure) */
    WB_PATH_BACKSTOP_REPAID,   /* cash and debt */
    WB_PATH_REFUNDED,          /* surplus, by group; no group where none has paid anything */
    WB_PATH_EVENT_KINDS
} wb_path_event_kind;

typedef struct wb_path_event {
    uint32_t step; /* from 0 */
    wb_path_event_kind kind;
    const wb_money *amount; /* more than 0.00; borrowed for the call */
    /* indexes into the model, WB_NONE where they do not apply or are not known */
    uint32_t group, contribution, party, provider;
} wb_path_event;

typedef struct wb_path_effect {
    int cash, loan, debt, loss; /* -1, 0 or 1: how often the amount is added */
} wb_path_effect;
wb_path_effect wb_path_effect_of(wb_path_event_kind kind);
const char *wb_path_event_kind_name(wb_path_event_kind kind); /* "contribution" */

/* Called for each event; false stops the path. */
typedef bool wb_path_visit(const wb_path_event *event, void *context);

/* Run a path in the reference kernel and show its money. WB_E_INTERRUPTED when `visit` said stop;
 * WB_E_NOMEM. The model must have passed wb_model_check. */
WB_MUST_CHECK wb_code wb_sim_trace(const wb_model *model, uint64_t path, wb_path_visit *visit,
                                   void *context, wb_error *err);

/* Whether int64 cents provably suffice for every amount and sum on every path. The bound itself,
 * in cents, goes to *bound (may be NULL). */
bool wb_model_int64_safe(const wb_model *model, wb_money *bound);

#endif
