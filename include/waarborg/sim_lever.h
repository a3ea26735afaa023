/*
 * sim_lever.h - how much of one thing makes an event rare enough: opening cash, a yearly
 * contribution, the obligo or the backstop, all else as in the scenario (docs/model.md, "Sizing").
 */
#ifndef WAARBORG_SIM_LEVER_H
#define WAARBORG_SIM_LEVER_H

#include "waarborg/sim.h"

typedef enum wb_lever {
    WB_LEVER_CASH,         /* opening cash */
    WB_LEVER_CONTRIBUTION, /* yearly amount of one contribution line */
    WB_LEVER_OBLIGO,       /* cap over the horizon */
    WB_LEVER_BACKSTOP,     /* limit, in the steps in which no stress sets it */
    WB_LEVER_COUNT
} wb_lever;
WB_MUST_CHECK wb_code wb_lever_parse(wb_lever *lever, const char *text, wb_error *err);

typedef struct wb_lever_question {
    wb_lever lever;
    uint32_t line; /* CONTRIBUTION: index into model->contributions */
    wb_event event;
    const wb_rate *target; /* in (0,1) */
    uint32_t years;        /* 1..model years */
} wb_lever_question;

typedef struct wb_lever_size {
    wb_lever lever;
    const char *group;   /* CONTRIBUTION: whose; borrowed from the model */
    wb_sim_size size;    /* the answer */
    bool present_exists; /* false: unlimited, or set by stresses in every step */
    wb_money present;    /* what the scenario has */
} wb_lever_size;
void wb_lever_size_init(wb_lever_size *size);
void wb_lever_size_clear(wb_lever_size *size);

/* Which line a contribution is asked of: the first of fixed amount (of `group`, when not NULL), to
 * question->line. Whether the model has the lever at all: else WB_E_REFERENCE with a hint. */
WB_MUST_CHECK wb_code wb_lever_find(wb_lever_question *question, const wb_model *model,
                                    const char *group, wb_error *err);

/* Size one lever that wb_lever_find accepted. Errors as of wb_sim_run. Costs some runs of the
 * model, most of them over few paths. */
WB_MUST_CHECK wb_code wb_sim_size_lever(wb_lever_size *size, const wb_model *model,
                                        const wb_lever_question *question,
                                        const wb_sim_options *options, wb_error *err);

#endif
