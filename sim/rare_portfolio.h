/*
 * rare_portfolio.h - a portfolio of one period given its factors: chances, twisted means, bounds.
 *
 * For rare_twist.c alone. Given the factors providers are independent, so that all of it is a sum
 * over the exposures.
 */
#ifndef WAARBORG_SIM_RARE_PORTFOLIO_H
#define WAARBORG_SIM_RARE_PORTFOLIO_H

#include "sim/rare.h"

/* Providers of equal threshold and mean loss. Losses are in units of the largest. */
typedef struct wb_rare_exposure {
    double q, a, b, c; /* as wb_plan_group */
    uint32_t region, segment;
    bool fixed;
    double chance; /* fixed */
    double loss, count;
    const wb_plan_group *group;
} wb_rare_exposure;

typedef struct wb_rare_portfolio {
    wb_rare_exposure *items;
    size_t count;
    uint32_t factor_count;
    double unit;           /* cents */
    double *chance, *odds; /* per item: given the factors; exp(theta loss) */
    double *factors, *gradient, *direction;
    double *provider_loss; /* per provider, in units */
    const wb_plan *plan;
    double *drawn; /* per shape of the plan: amounts whose LGD moves with the national factor */
    double still;  /* mean losses that do not, in cents */
    /* along the direction, at the nodes of theta */
    double *node_chance; /* [node][item], where they are known for this direction */
    double node_mean[WB_THETA_NODES];
    bool nodes_known;
    double theta[WB_THETA_NODES], bound[WB_THETA_NODES];
} wb_rare_portfolio;

bool wb_rare_portfolio_init(wb_rare_portfolio *p, const wb_rare_job *job); /* false: no memory */
void wb_rare_portfolio_clear(wb_rare_portfolio *p);

/* The mean loss of a distress of provider i, in cents. */
double wb_rare_mean_loss(const wb_model *model, uint32_t i);

/* The argument of the normal distribution function of an exposure at the factors z. */
double wb_rare_latent(const wb_rare_exposure *item, const double *factors);

/* Chances at p->factors; the mean loss. */
double wb_rare_set_chances(wb_rare_portfolio *p);

/* Under odds times exp(theta loss): the mean loss, its slope, and p->odds. */
double wb_rare_twisted_mean(wb_rare_portfolio *p, double theta, double *slope);

/* theta with mean loss x to 0.1 % (any theta is a law; 0 where the mean is x already), from a
 * start. p->odds are about those of it. */
double wb_rare_solve_theta(wb_rare_portfolio *p, double x, double mean, double start);

/* F: the log of the mean of exp(theta (loss - x)), with p->odds of that theta. */
double wb_rare_bound_exponent(const wb_rare_portfolio *p, double theta, double x);

/* The mean loss of a distress of all providers where the national factor is z, over that of all
 * times. */
double wb_rare_severity(const wb_rare_portfolio *p, double z);

#endif
