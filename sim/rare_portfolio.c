/* rare_portfolio.c - losses of one period given the factors: see rare_portfolio.h. */
#include "sim/rare_portfolio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/normal.h"

enum { NEWTON_ROUNDS = 12 };

/* ---- the portfolio ---- */

static double mean_share(const wb_distribution *d)
{
    const double low = wb_rate_double(&d->low);
    const double base = wb_rate_double(&d->base);
    const double high = wb_rate_double(&d->high);
    double sum = 0.0;
    switch (d->shape) {
    case WB_SHAPE_FIXED: return base;
    case WB_SHAPE_UNIFORM: return 0.5 * (low + high);
    case WB_SHAPE_TRIANGULAR: return (low + base + high) / 3.0;
    case WB_SHAPE_TABLE:
        for (uint32_t i = 0; i < d->count; i++)
            sum += wb_rate_double(&d->weights[i]) * wb_rate_double(&d->values[i]);
        break;
    }
    return sum;
}

static double share_at(const wb_plan_shape *shape, double u)
{
    uint64_t factor = 0;
    const wb_rate *rate = wb_plan_draw(shape, u, &factor);
    return rate != NULL ? wb_rate_double(rate) : (double)factor * 0x1p-32;
}

/* In cents. */
double wb_rare_mean_loss(const wb_model *model, uint32_t i)
{
    const wb_provider *provider = &model->providers[i];
    const double amount = mpz_get_d(provider->amount.cents);
    if (provider->pays == WB_PAYS_LOSS) return amount;
    const bool classed = provider->class_ != WB_NONE;
    return amount * mean_share(classed ? &model->classes[provider->class_].lgd : &model->lgd);
}

static void exposure_set(wb_rare_exposure *item, const wb_plan_group *group, const wb_model *model)
{
    item->group = group;
    item->fixed = group->fixed;
    item->chance = (double)group->threshold * 0x1p-32;
    item->q = group->q;
    item->a = group->a;
    item->b = group->region != WB_NONE ? group->b : 0.0;
    item->c = group->segment != WB_NONE ? group->c : 0.0;
    item->region = group->region != WB_NONE ? 1 + group->region : 0;
    item->segment = group->segment != WB_NONE ? 1 + model->region_count + group->segment : 0;
    item->count = 1.0;
}

static bool same_loss(const wb_rare_exposure *item, const wb_plan_group *group, double loss)
{
    return item->group == group && !(item->loss < loss) && !(item->loss > loss);
}

static void portfolio_fill(wb_rare_portfolio *p, const wb_rare_job *job)
{
    enum { SEARCH = 64 }; /* equal providers often stand together */
    const wb_model *model = job->model;
    const wb_plan_phase *phase = &p->plan->phases[0];
    for (uint32_t i = 0; i < model->provider_count; i++) {
        p->provider_loss[i] = wb_rare_mean_loss(model, i);
        if (p->provider_loss[i] > p->unit) p->unit = p->provider_loss[i];
        const wb_plan_shape *lgd = p->plan->providers[i].lgd;
        const bool moves = model->providers[i].pays == WB_PAYS_EXPOSURE && model->lgd_rho > 0.0 &&
                           lgd->fixed == NULL;
        if (moves)
            p->drawn[lgd - p->plan->shapes] += mpz_get_d(model->providers[i].amount.cents);
        else
            p->still += p->provider_loss[i];
    }
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_plan_group *group = &phase->groups[phase->group_of[i]];
        if (!(p->provider_loss[i] > 0.0)) continue;
        p->provider_loss[i] = p->provider_loss[i] / p->unit;
        size_t at = p->count;
        while (at-- > 0 && p->count - at <= SEARCH) {
            if (same_loss(&p->items[at], group, p->provider_loss[i])) break;
        }
        if (at < p->count && p->count - at <= SEARCH) {
            p->items[at].count += 1.0;
            continue;
        }
        exposure_set(&p->items[p->count], group, model);
        p->items[p->count++].loss = p->provider_loss[i];
    }
}

void wb_rare_portfolio_clear(wb_rare_portfolio *p)
{
    free(p->items);
    free(p->chance);
    free(p->odds);
    free(p->node_chance);
    free(p->factors);
    free(p->gradient);
    free(p->direction);
    free(p->provider_loss);
    free(p->drawn);
    memset(p, 0, sizeof *p);
}

bool wb_rare_portfolio_init(wb_rare_portfolio *p, const wb_rare_job *job)
{
    const size_t n = (size_t)job->model->provider_count + 1;
    memset(p, 0, sizeof *p);
    p->factor_count = job->draw_plan->factor_count;
    p->plan = job->draw_plan->plan;
    p->drawn = calloc((size_t)p->plan->shape_count + 1, sizeof *p->drawn);
    p->items = calloc(n, sizeof *p->items);
    p->chance = calloc(n, sizeof *p->chance);
    p->odds = calloc(n, sizeof *p->odds);
    p->node_chance = calloc(n * WB_THETA_NODES, sizeof *p->node_chance);
    p->provider_loss = calloc(n, sizeof *p->provider_loss);
    p->factors = calloc(p->factor_count, sizeof *p->factors);
    p->gradient = calloc(p->factor_count, sizeof *p->gradient);
    p->direction = calloc(p->factor_count, sizeof *p->direction);
    if (p->items == NULL || p->chance == NULL || p->odds == NULL || p->provider_loss == NULL ||
        p->factors == NULL || p->gradient == NULL || p->direction == NULL || p->drawn == NULL ||
        p->node_chance == NULL) {
        wb_rare_portfolio_clear(p);
        return false;
    }
    portfolio_fill(p, job);
    return true;
}

/* ---- given the factors ---- */

double wb_rare_latent(const wb_rare_exposure *item, const double *factors)
{
    return ((item->q - item->a * factors[0]) - item->b * factors[item->region]) -
           item->c * factors[item->segment];
}

/* Chances at p->factors; the mean loss. */
double wb_rare_set_chances(wb_rare_portfolio *p)
{
    double mean = 0.0;
    for (size_t k = 0; k < p->count; k++) {
        const wb_rare_exposure *item = &p->items[k];
        p->chance[k] =
            item->fixed ? item->chance : wb_normal_cdf_body(wb_rare_latent(item, p->factors));
        mean += item->count * item->loss * p->chance[k];
    }
    return mean;
}

static double held_odds(double x)
{
    return wb_exp_body(x < WB_TILT_MOST ? x : WB_TILT_MOST, 0.0);
}

/* The mean loss under theta, its slope, and p->odds. */
double wb_rare_twisted_mean(wb_rare_portfolio *p, double theta, double *slope)
{
    double mean = 0.0;
    *slope = 0.0;
    for (size_t k = 0; k < p->count; k++) {
        const wb_rare_exposure *item = &p->items[k];
        const double e = held_odds(theta * item->loss);
        const double q = p->chance[k] * e / (1.0 + p->chance[k] * (e - 1.0));
        p->odds[k] = e;
        mean += item->count * item->loss * q;
        *slope += item->count * item->loss * item->loss * q * (1.0 - q);
    }
    return mean;
}

/* theta with mean loss x to 0.1 % (any theta is a law; 0 where the mean is x already), from a
 * start: Newton's method, held within what is known. */
double wb_rare_solve_theta(wb_rare_portfolio *p, double x, double mean, double start)
{
    if (mean >= x) {
        (void)wb_rare_twisted_mean(p, 0.0, &(double){0.0});
        return 0.0;
    }
    double low = 0.0;
    double high = WB_TILT_MOST;
    double theta = start > low && start < high ? start : 1.0;
    for (int round = 0; round < NEWTON_ROUNDS; round++) {
        double slope = 0.0;
        const double now = wb_rare_twisted_mean(p, theta, &slope);
        if (fabs(now - x) <= 0.001 * x) break;
        if (now < x)
            low = theta;
        else
            high = theta;
        const double next = slope > 0.0 ? theta + (x - now) / slope : high;
        theta = next > low && next < high ? next : 0.5 * (low + high);
    }
    return theta;
}

/* F: the log of the mean of exp(theta (loss - x)), with p->odds of that theta. */
double wb_rare_bound_exponent(const wb_rare_portfolio *p, double theta, double x)
{
    double sum = 0.0;
    for (size_t k = 0; k < p->count; k++) {
        sum += p->items[k].count * wb_log_body(1.0 + p->chance[k] * (p->odds[k] - 1.0));
    }
    return sum - theta * x;
}

/* The mean loss of a distress of all providers where the national factor is z, over that of all
 * times: midpoints of the LGD uniform. */
double wb_rare_severity(const wb_rare_portfolio *p, double z)
{
    enum { MIDPOINTS = 32 };
    double here = p->still;
    double always = p->still;
    for (uint32_t s = 0; s < p->plan->shape_count; s++) {
        if (!(p->drawn[s] > 0.0)) continue;
        for (int m = 0; m < MIDPOINTS; m++) {
            const double u = (m + 0.5) / MIDPOINTS;
            const double moved =
                wb_normal_cdf(p->plan->lgd_own * wb_normal_quantile(u) - p->plan->lgd_factor * z);
            here += p->drawn[s] * share_at(&p->plan->shapes[s], moved) / MIDPOINTS;
            always += p->drawn[s] * share_at(&p->plan->shapes[s], u) / MIDPOINTS;
        }
    }
    return always > 0.0 && here > 0.0 ? here / always : 1.0;
}
