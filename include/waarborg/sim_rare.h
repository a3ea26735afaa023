/*
 * sim_rare.h - rare events by importance sampling: docs/model.md, "Rare events".
 *
 * Paths are drawn from a tilted law under which the event is common, and weighed back. Unbiased;
 * always a mixture with one nominal path in ten, so that no weight exceeds 10; never worse than
 * plain simulation, which is what is done where a pilot finds the tilt to be no gain. The same
 * model and seed give the same bytes for any number of threads and any kernel.
 */
#ifndef WAARBORG_SIM_RARE_H
#define WAARBORG_SIM_RARE_H

#include "waarborg/sim.h"

typedef enum wb_rare_kind {
    WB_RARE_EVENT, /* the chance that `event` has happened */
    WB_RARE_LOSS,  /* the chance that the loss so far is more than `amount` */
    WB_RARE_LEVEL  /* value at risk and expected shortfall of the loss so far, at `level` */
} wb_rare_kind;

/* Owned by the caller; the answer copies it. */
typedef struct wb_rare_question {
    wb_rare_kind kind;
    uint32_t years; /* by the end of this year, 1..model years */
    wb_event event;
    wb_money amount; /* at least 0 */
    wb_level level;  /* in (0,1) */
} wb_rare_question;
void wb_rare_question_init(wb_rare_question *question);
void wb_rare_question_clear(wb_rare_question *question);

/* A chance, or value at risk and expected shortfall. */
typedef struct wb_rare_estimate {
    double chance, low, high, se; /* EVENT and LOSS; LEVEL: of a loss beyond the value at risk */
    wb_money var, var_low, var_high, es, es_low, es_high; /* LEVEL */
    bool var_low_none, var_high_none; /* without var_high the bounds of es say nothing either */
} wb_rare_estimate;

/* The law that was drawn from; all arrays are owned by the answer. Factor 0 is the national one,
 * then regions, then segments of the model. */
typedef struct wb_rare_tilt {
    wb_money aim; /* LEVEL and LOSS: the loss it was made for */
    uint32_t years, factors, providers, nodes;
    double *shift;    /* [year][factor]: mean of the normals of a step */
    double *log_odds; /* per provider; multiplied by theta where there are nodes */
    double mixing, spread;
    double *theta; /* at theta_first + k theta_step along the shift; NULL: none */
    double theta_first, theta_step;
} wb_rare_tilt;

typedef struct wb_rare_answer {
    wb_rare_question question;
    const char *method; /* static text: "plain", "glasserman-li" or "cross-entropy" */
    bool tilted;        /* not plain */
    wb_rare_estimate estimate;
    double effective;      /* effective number of paths with the event: (sum w)^2 / sum w^2 */
    double largest;        /* share of the largest weight in the weight of the event */
    double variance_ratio; /* variance of as many plain paths over that of the estimate */
    double pilot_ratio;    /* the same as the pilot saw it, by which the method was chosen */
    bool degenerate;       /* effective is below 100: do not lean on this figure */
    bool has_beside;
    wb_rare_estimate beside; /* as many plain paths */
    uint64_t pilot_paths;    /* besides the paths of the result */
    wb_rare_tilt tilt;       /* of a tilted one */
} wb_rare_answer;

typedef struct wb_rare_result {
    wb_rare_answer *answers; /* owned, in the order of the questions */
    size_t count;
    uint64_t paths; /* of each estimate */
    /* how it was computed; never part of the result document */
    wb_kernel kernel_used;
    double seconds;
} wb_rare_result;

/*
 * Answer each question with model->paths paths of its own law, at least 100; with `beside` the same
 * by plain paths too. WB_E_RANGE when the amounts are not proved to fit 64 bits (rare events have
 * no GMP kernel) or the paths are too few, WB_E_INTERRUPTED, WB_E_NOMEM.
 */
WB_MUST_CHECK wb_code wb_sim_rare(wb_rare_result **result, const wb_model *model,
                                  const wb_rare_question *questions, size_t count, bool beside,
                                  const wb_sim_options *options, wb_error *err);
void wb_rare_result_free(wb_rare_result *result);

#endif
