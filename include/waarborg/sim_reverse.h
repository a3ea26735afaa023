/*
 * sim_reverse.h - reverse stress: how large a shock must be before a limit is passed
 * (docs/model.md, "Reverse stress").
 */
#ifndef WAARBORG_SIM_REVERSE_H
#define WAARBORG_SIM_REVERSE_H

#include "waarborg/scenario.h"
#include "waarborg/sim.h"

/* What must be passed: P(event by the end of the year) > target, or VaR of the loss > amount. */
typedef struct wb_reverse_until {
    bool of_loss;
    wb_event event;  /* when not of_loss */
    uint32_t years;  /* 1..model years; of_loss: the whole horizon */
    wb_rate target;  /* probability in (0,1); of_loss: 1 - level */
    wb_money amount; /* of_loss */
} wb_reverse_until;
void wb_reverse_until_init(wb_reverse_until *until); /* years stay 0: the caller's to set */
void wb_reverse_until_clear(wb_reverse_until *until);
/* Read "EVENT > RATE" or "loss LEVEL > AMOUNT". WB_E_SYNTAX and what its parts refuse. */
WB_MUST_CHECK wb_code wb_reverse_parse(wb_reverse_until *until, const char *text, wb_error *err);

/* Whether `vary` is "KEY" or "NAME.KEY" with a key that has a size: else WB_E_CHOICE. */
WB_MUST_CHECK wb_code wb_reverse_key(const char *vary, wb_error *err);

typedef enum wb_reverse_answer {
    WB_REVERSE_FOUND,
    WB_REVERSE_ALREADY, /* passed without any shock */
    WB_REVERSE_NEVER    /* not even the largest shock passes */
} wb_reverse_answer;

typedef struct wb_sim_reverse {
    wb_reverse_answer answer;
    bool is_rate;                 /* sizes are rates, to be shown as per cent */
    wb_rate value;                /* FOUND: the least size with which it is passed, on the grid */
    wb_rate low, high;            /* its 95 % interval */
    bool low_exists, high_exists; /* low: else the interval begins at no shock at all */
    wb_rate none, most, step;     /* no shock, the largest tried, and the grid */
    /* the chance of the event, or of a larger loss: without a shock, and at `value` (NEVER: at the
     * largest) */
    wb_proportion without, with;
    uint64_t paths;
    uint32_t models; /* how many were run */
    double seconds;
    wb_kernel kernel_used;
} wb_sim_reverse;
void wb_sim_reverse_init(wb_sim_reverse *reverse);
void wb_sim_reverse_clear(wb_sim_reverse *reverse);

/*
 * Search. `opening` as in wb_scenario_model. What the scenario refuses (an unknown stress, a key
 * that needs another) goes to `list`, as well as its code; else errors as of wb_sim_run.
 * Costs some thirty runs of the model.
 */
WB_MUST_CHECK wb_code wb_sim_reverse_run(wb_sim_reverse *reverse, const wb_scenario *scenario,
                                         const wb_opening *opening, const wb_reverse_until *until,
                                         const char *vary, const wb_sim_options *options,
                                         wb_diagnostics *list, wb_error *err);

#endif
