/*
 * exact_plan.h - a model as the exact solver needs it: losses on a lattice, probabilities by
 * factor. Contracts and formulas: docs/model.md, "The exact solver".
 */
#ifndef WAARBORG_SIM_EXACT_PLAN_H
#define WAARBORG_SIM_EXACT_PLAN_H

#include "sim/exact_pmf.h"
#include "waarborg/sim_exact.h"

/* A provider that may lose something. */
typedef struct wb_exact_provider {
    uint32_t index;  /* in the model */
    uint32_t table;  /* into tables, whose shares its losses have; WB_NONE: one loss */
    uint32_t factor; /* 0: none; else 1 + region, or 1 + regions + segment */
    size_t loss_first, loss_count; /* into cents and points; ascending */
    double size;                   /* the largest, in cents; for the order alone */
    double p;                      /* unconditional; fixed when no factor moves it */
    bool fixed;
    double q, a, b; /* quantile and loadings, each divided by the residual */
} wb_exact_provider;

/* Of a tabled LGD: the chance of each value. */
typedef struct wb_exact_table {
    size_t count;
    double *quantile; /* of the cumulative weights */
    double *weight;   /* unconditional */
    double *share;    /* the same, or given Z as wb_exact_tables_given left them */
} wb_exact_table;

/* Providers first..end-1, which share one factor besides the national one. */
typedef struct wb_exact_group {
    size_t first, end;
    bool nested;
    size_t reach; /* the largest loss of all of them */
} wb_exact_group;

typedef struct wb_exact_plan {
    const wb_model *model;
    wb_exact_provider *providers; /* by factor, then by largest loss: windows grow late */
    size_t provider_count;
    wb_money *cents; /* every loss of every provider */
    size_t *points;  /* the same on the lattice */
    size_t loss_count, cents_room;
    wb_exact_table *tables; /* one per class, then the scenario's */
    size_t table_count;
    wb_exact_group *groups; /* the one without a factor of its own first, if any */
    size_t group_count;
    wb_money step; /* of the lattice */
    size_t point_count;
    bool divides; /* every loss is a multiple of the step */
    double slack; /* in points: the most that rounding moves the standard deviation */
    bool national, nested;
} wb_exact_plan;

typedef enum wb_exact_side { WB_EXACT_DOWN, WB_EXACT_UP } wb_exact_side;

/* Check what is covered, collect losses and probabilities, find the lattice and lay the losses on
 * it, rounded down. Errors as wb_sim_exact. Clear whatever the answer. */
WB_MUST_CHECK wb_code wb_exact_plan_make(wb_exact_plan *plan, const wb_model *model,
                                         const wb_money *lattice, wb_error *err);
void wb_exact_plan_clear(wb_exact_plan *plan);
/* WB_E_FORBIDDEN names the first feature of the model that the solver does not cover. */
WB_MUST_CHECK wb_code wb_exact_covers(const wb_model *model, wb_error *err);
/* Lay the losses on the lattice, those between two points on the lower or upper one. */
void wb_exact_plan_round(wb_exact_plan *plan, wb_exact_side side);

/* Shares of all tables given Z. */
void wb_exact_tables_given(const wb_exact_plan *plan, double z);
/* The chance of distress given the scale of the t copula (1 without), Z and the group's factor. */
double wb_exact_chance(const wb_exact_provider *provider, double scale, double z, double y);
wb_pmf_losses wb_exact_losses(const wb_exact_plan *plan, const wb_exact_provider *provider);

#endif
