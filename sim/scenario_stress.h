/*
 * scenario_stress.h - a stress of the file as numbers, and what several of them come to together.
 *
 * docs/model.md, "Stress in natural terms", has the formulas; `scenario show` prints what is
 * computed here.
 */
#ifndef WAARBORG_SIM_SCENARIO_STRESS_H
#define WAARBORG_SIM_SCENARIO_STRESS_H

#include "sim/scenario_table.h"

/* A key that changes margins: what it costs is sign x value x each share (or 1 - the share). */
typedef struct wb_margin_key {
    const char *name;      /* "tariff" */
    int sign;              /* -1: a fall costs; 1: a rise costs */
    const char *shares[2]; /* "cost_follow"; NULL: none */
    bool rest;             /* by 1 - shares[0] */
} wb_margin_key;
enum { WB_MARGIN_KEYS = 8 };
extern const wb_margin_key wb_margin_keys[WB_MARGIN_KEYS];
/* What key k of a stress takes from margins; false, and 0, when the stress has no such key. */
bool wb_margin_loss(wb_rate *loss, const wb_node *stress, uint32_t k);

typedef struct wb_stress {
    const wb_node *node;
    const wb_node *who; /* NULL: everyone */
    uint32_t first, end;
    bool has_margin, has_multiplier, has_pd; /* the probability changes */
    bool has_lgd, has_extra, has_called; /* with effect.has_months: what is asked or lost does */
    wb_rate loss;                        /* of margin, all keys together */
    wb_rate multiplier;                  /* 1 without */
    wb_rate pd;
    wb_effect effect;
} wb_stress;

/* All stresses of the file; false when one has no window (reported) or memory ends. */
struct wb_resolver;
bool wb_stress_read(wb_stress **stresses, uint32_t *count, struct wb_resolver *to);
void wb_stress_clear(wb_stress *stresses, uint32_t count);

/* Whether it changes a probability, or what is asked or lost. */
bool wb_stress_shifts(const wb_stress *stress);
bool wb_stress_affects(const wb_stress *stress);
/* As bits: the stresses of these two kinds that hit a provider; those in force in a step. */
uint64_t wb_stress_hits(const wb_stress *stresses, uint32_t count, const wb_provider_row *row);
uint64_t wb_stress_in_force(const wb_stress *stresses, uint32_t count, uint32_t step);

/* A yearly probability on its way: for a person to follow. */
typedef struct wb_stressed {
    double base;       /* the provider's or class's, or a stress's `pd` */
    double loss;       /* of margin, summed */
    double shift;      /* the same in margin_sd */
    double shifted;    /* after the loss of margin */
    double multiplier; /* the product */
    double pd;         /* in the end */
} wb_stressed;
/* Of a provider with probability pd under the stresses of `mask` (bit s: stress s is in force and
 * hits it). */
wb_stressed wb_stress_probability(double pd, const wb_stress *stresses, uint64_t mask,
                                  const wb_rate *margin_sd);
/* The effects of those stresses together, into an effect that is initialised. */
void wb_stress_combine(wb_effect *effect, const wb_stress *stresses, uint64_t mask);

#endif
