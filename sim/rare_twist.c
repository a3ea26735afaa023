/*
 * rare_twist.c - the law of Glasserman and Li (2005) for one period: docs/model.md, "Rare events".
 *
 * Given the factors providers are independent. With odds multiplied by exp(theta m), m the mean
 * loss of a provider and theta such that the mean loss of all is x, losses about x are common; the
 * factors are moved to where F(z) - z^2/2 is largest, F(z) the exponent of Chernoff's bound for a
 * loss above x. Here the place s along the direction of that mode is drawn from the normal whose
 * mean and spread are those of exp(F - s^2/2), and theta is tabled over s.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/normal.h"
#include "sim/rare.h"

enum { MODE_ROUNDS = 16, NEWTON_ROUNDS = 12, AIM_ROUNDS = 4 };
static const double spread_factor = 1.2; /* wider than the bound says: its tails are too thin */
static const double spread_least = 0.3;
static const double density_scale = 0.3989422804014327; /* 1 / sqrt(2 pi) */

/* Providers of equal threshold and mean loss. Losses are in units of the largest. */
typedef struct exposure {
    double q, a, b, c; /* as wb_plan_group */
    uint32_t region, segment;
    bool fixed;
    double chance; /* fixed */
    double loss, count;
    const wb_plan_group *group;
} exposure;

typedef struct portfolio {
    exposure *items;
    size_t count;
    uint32_t factor_count;
    double unit;           /* cents */
    double *chance, *odds; /* per item: given the factors; exp(theta loss) */
    double *factors, *gradient, *direction;
    double *provider_loss; /* per provider, in units */
    const wb_plan *plan;
    double *drawn; /* per shape of the plan: amounts whose LGD moves with the national factor */
    double still;  /* mean losses that do not, in cents */
    double theta[WB_THETA_NODES], bound[WB_THETA_NODES];
} portfolio;

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
static double mean_loss(const wb_model *model, uint32_t i)
{
    const wb_provider *provider = &model->providers[i];
    const double amount = mpz_get_d(provider->amount.cents);
    if (provider->pays == WB_PAYS_LOSS) return amount;
    const bool classed = provider->class_ != WB_NONE;
    return amount * mean_share(classed ? &model->classes[provider->class_].lgd : &model->lgd);
}

static void exposure_set(exposure *item, const wb_plan_group *group, const wb_model *model)
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

static bool same_loss(const exposure *item, const wb_plan_group *group, double loss)
{
    return item->group == group && !(item->loss < loss) && !(item->loss > loss);
}

static void portfolio_fill(portfolio *p, const wb_rare_job *job)
{
    enum { SEARCH = 64 }; /* equal providers often stand together */
    const wb_model *model = job->model;
    const wb_plan_phase *phase = &p->plan->phases[0];
    for (uint32_t i = 0; i < model->provider_count; i++) {
        p->provider_loss[i] = mean_loss(model, i);
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

static void portfolio_clear(portfolio *p)
{
    free(p->items);
    free(p->chance);
    free(p->odds);
    free(p->factors);
    free(p->gradient);
    free(p->direction);
    free(p->provider_loss);
    free(p->drawn);
    memset(p, 0, sizeof *p);
}

static bool portfolio_init(portfolio *p, const wb_rare_job *job)
{
    const size_t n = (size_t)job->model->provider_count + 1;
    memset(p, 0, sizeof *p);
    p->factor_count = job->draw_plan->factor_count;
    p->plan = job->draw_plan->plan;
    p->drawn = calloc((size_t)p->plan->shape_count + 1, sizeof *p->drawn);
    p->items = calloc(n, sizeof *p->items);
    p->chance = calloc(n, sizeof *p->chance);
    p->odds = calloc(n, sizeof *p->odds);
    p->provider_loss = calloc(n, sizeof *p->provider_loss);
    p->factors = calloc(p->factor_count, sizeof *p->factors);
    p->gradient = calloc(p->factor_count, sizeof *p->gradient);
    p->direction = calloc(p->factor_count, sizeof *p->direction);
    if (p->items == NULL || p->chance == NULL || p->odds == NULL || p->provider_loss == NULL ||
        p->factors == NULL || p->gradient == NULL || p->direction == NULL || p->drawn == NULL) {
        portfolio_clear(p);
        return false;
    }
    portfolio_fill(p, job);
    return true;
}

/* ---- given the factors ---- */

static double latent(const exposure *item, const double *z)
{
    return ((item->q - item->a * z[0]) - item->b * z[item->region]) - item->c * z[item->segment];
}

/* Chances at p->factors; the mean loss. */
static double set_chances(portfolio *p)
{
    double mean = 0.0;
    for (size_t k = 0; k < p->count; k++) {
        const exposure *item = &p->items[k];
        p->chance[k] = item->fixed ? item->chance : wb_normal_cdf_body(latent(item, p->factors));
        mean += item->count * item->loss * p->chance[k];
    }
    return mean;
}

static double held_odds(double x)
{
    return wb_exp_body(x < WB_TILT_MOST ? x : WB_TILT_MOST, 0.0);
}

/* The mean loss under theta, its slope, and p->odds. */
static double twisted_mean(portfolio *p, double theta, double *slope)
{
    double mean = 0.0;
    *slope = 0.0;
    for (size_t k = 0; k < p->count; k++) {
        const exposure *item = &p->items[k];
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
static double solve_theta(portfolio *p, double x, double mean, double start)
{
    if (mean >= x) {
        (void)twisted_mean(p, 0.0, &(double){0.0});
        return 0.0;
    }
    double low = 0.0;
    double high = WB_TILT_MOST;
    double theta = start > low && start < high ? start : 1.0;
    for (int round = 0; round < NEWTON_ROUNDS; round++) {
        double slope = 0.0;
        const double now = twisted_mean(p, theta, &slope);
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
static double bound_exponent(const portfolio *p, double theta, double x)
{
    double sum = 0.0;
    for (size_t k = 0; k < p->count; k++) {
        sum += p->items[k].count * wb_log_body(1.0 + p->chance[k] * (p->odds[k] - 1.0));
    }
    return sum - theta * x;
}

/* ---- direction, mean and spread ---- */

/* The gradient of F at p->factors: theta is at its optimum, so that only chances move. With theta 0
 * that of the mean loss. */
static void set_gradient(portfolio *p, double theta)
{
    memset(p->gradient, 0, p->factor_count * sizeof *p->gradient);
    for (size_t k = 0; k < p->count; k++) {
        const exposure *item = &p->items[k];
        if (item->fixed) continue;
        const double y = latent(item, p->factors);
        const double density =
            density_scale * wb_exp_body(fabs(y) < 37.0 ? -0.5 * y * y : -684.5, 0.0);
        const double e = p->odds[k] - 1.0;
        const double weight = theta > 0.0 ? e / (1.0 + p->chance[k] * e) : item->loss;
        const double part = item->count * weight * density;
        p->gradient[0] -= item->a * part;
        if (item->region > 0) p->gradient[item->region] -= item->b * part;
        if (item->segment > 0) p->gradient[item->segment] -= item->c * part;
    }
}

/* The direction of a vector; its length. */
static double normalise(double *direction, const double *vector, uint32_t count)
{
    double squares = 0.0;
    for (uint32_t f = 0; f < count; f++)
        squares += vector[f] * vector[f];
    const double length = sqrt(squares);
    for (uint32_t f = 0; f < count; f++)
        direction[f] = length > 0.0 ? vector[f] / length : 0.0;
    return length;
}

/* The direction in which the mean loss rises most; false: there is none. */
static bool set_steepest(portfolio *p)
{
    memset(p->factors, 0, p->factor_count * sizeof *p->factors);
    (void)set_chances(p);
    set_gradient(p, 0.0);
    return normalise(p->direction, p->gradient, p->factor_count) > 0.0;
}

/* Towards the mode of F(z) - z^2/2, where z is the gradient of F: half-way steps from the steepest
 * rise of the mean loss. One factor has one direction. False: no factor matters. */
static bool find_direction(portfolio *p, double x)
{
    const uint32_t n = p->factor_count;
    const bool moves = set_steepest(p);
    if (!moves || n == 1) return moves;
    for (uint32_t f = 0; f < n; f++)
        p->factors[f] = 2.0 * p->direction[f];
    double theta = 1.0;
    for (int round = 0; round < MODE_ROUNDS; round++) {
        theta = solve_theta(p, x, set_chances(p), theta);
        if (theta > 0.0) {
            set_gradient(p, theta);
            for (uint32_t f = 0; f < n; f++)
                p->factors[f] += 0.5 * (p->gradient[f] - p->factors[f]);
        } else {
            for (uint32_t f = 0; f < n; f++) /* x is common here: back towards the middle */
                p->factors[f] = 0.8 * p->factors[f];
        }
    }
    return normalise(p->direction, p->factors, n) > 0.0;
}

static double node_place(size_t k)
{
    return WB_THETA_FIRST + WB_THETA_STEP * (double)k;
}

static void go_to(portfolio *p, double s)
{
    for (uint32_t f = 0; f < p->factor_count; f++)
        p->factors[f] = s * p->direction[f];
}

/* The mean loss of a distress of all providers where the national factor is z, over that of all
 * times: midpoints of the LGD uniform. */
static double severity(const portfolio *p, double z)
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

/* theta and F at every node. Where a distress costs more than at other times, fewer make x. */
static void tabulate(portfolio *p, double x)
{
    double theta = 1.0;
    for (size_t k = 0; k < WB_THETA_NODES; k++) {
        go_to(p, node_place(k));
        const double aim = x / severity(p, p->factors[0]);
        theta = solve_theta(p, aim, set_chances(p), theta);
        p->theta[k] = theta;
        p->bound[k] = theta > 0.0 ? bound_exponent(p, theta, aim) : 0.0;
    }
}

/* Mean and spread of the density exp(F - s^2/2) on the nodes. */
static void mean_and_spread(const portfolio *p, double *mean, double *spread)
{
    double sum = 0.0;
    double first = 0.0;
    double second = 0.0;
    double most = -1e300;
    for (size_t k = 0; k < WB_THETA_NODES; k++) {
        const double s = node_place(k);
        const double height = p->bound[k] - 0.5 * s * s;
        most = height > most ? height : most;
    }
    for (size_t k = 0; k < WB_THETA_NODES; k++) {
        const double s = node_place(k);
        const double height = (p->bound[k] - 0.5 * s * s) - most;
        const double weight = height > -700.0 ? wb_exp(height) : 0.0;
        sum += weight;
        first += weight * s;
        second += weight * s * s;
    }
    *mean = first / sum;
    const double variance = second / sum - *mean * *mean;
    *spread = spread_factor * sqrt(variance > 0.0 ? variance : 0.0);
    *spread = *spread > spread_least ? *spread : spread_least;
}

/* The law for losses above x cents. */
static bool make_tilt(wb_tilt *tilt, portfolio *p, const wb_rare_job *job, int64_t aim)
{
    const double x = (double)aim / p->unit;
    if (!wb_tilt_init(tilt, job->draw_plan, 1)) return false;
    const bool moves = find_direction(p, x);
    tabulate(p, x);
    tilt->along = true;
    if (moves) mean_and_spread(p, &tilt->mean, &tilt->spread);
    memcpy(tilt->direction, p->direction, p->factor_count * sizeof *p->direction);
    memcpy(tilt->theta, p->theta, sizeof tilt->theta);
    for (uint32_t f = 0; f < p->factor_count; f++)
        tilt->shift[f] = tilt->mean * p->direction[f];
    for (uint32_t i = 0; i < job->model->provider_count; i++) {
        tilt->log_odds[i] = p->provider_loss[i];
        tilt->tracked[i] = p->provider_loss[i] > 0.0;
    }
    return true;
}

/* ---- aim and pilot ---- */

/* A first idea of the loss with this tail: normal given the place along the direction. */
static double guess_loss(portfolio *p, double tail)
{
    double mean[WB_THETA_NODES];
    double sd[WB_THETA_NODES];
    double low = 0.0;
    double high = 0.0;
    const bool moves = set_steepest(p);
    for (size_t k = 0; k < WB_THETA_NODES; k++) {
        double variance = 0.0;
        go_to(p, node_place(k));
        (void)set_chances(p);
        mean[k] = twisted_mean(p, 0.0, &variance);
        sd[k] = sqrt(variance) + 1e-9;
        if (mean[k] + 9.0 * sd[k] > high) high = mean[k] + 9.0 * sd[k];
    }
    for (int round = 0; round < 50; round++) {
        const double x = 0.5 * (low + high);
        double beyond = 0.0;
        for (size_t k = 0; k < WB_THETA_NODES; k++) {
            const double s = node_place(k);
            const double weight = WB_THETA_STEP * density_scale * wb_exp(-0.5 * s * s);
            beyond +=
                (moves ? weight : 1.0 / WB_THETA_NODES) * wb_normal_cdf((mean[k] - x) / sd[k]);
        }
        if (beyond > tail)
            low = x;
        else
            high = x;
    }
    return high;
}

static bool near(int64_t x, int64_t y, double relative)
{
    return fabs((double)x - (double)y) <= relative * (double)y;
}

static wb_code make(wb_rare_law *law, portfolio *p, const wb_rare_job *job, wb_error *err)
{
    if (law->made) wb_tilt_clear(&law->tilt);
    law->made = make_tilt(&law->tilt, p, job, law->aim);
    return law->made ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory for a tilt");
}

/* One pilot: its gain, and for a level the loss that it sees there. */
static wb_code look(int64_t *seen, wb_rare_law *law, const wb_rare_job *job, uint64_t number,
                    double tail, wb_error *err)
{
    wb_rare_sample sample;
    wb_code code = wb_rare_draw(&sample, job, &law->tilt, number * WB_PILOT_STRIDE,
                                WB_TWISTED_PILOT, false, err);
    if (code != WB_OK) return code;
    law->pilot_paths += WB_TWISTED_PILOT;
    const bool level = job->question->kind == WB_RARE_LEVEL;
    *seen = law->aim;
    if (level && !wb_rare_quantile(seen, &sample, tail)) {
        code = wb_fail(err, WB_E_NOMEM, "no memory to sort the losses");
    }
    law->gain = wb_rare_tail_of(&sample, *seen).ratio;
    wb_rare_sample_clear(&sample);
    return code;
}

/* For a level: aim, look, and aim at what is seen until that is what was aimed at, nearly. */
static wb_code twist(wb_rare_law *law, portfolio *p, const wb_rare_job *job, wb_error *err)
{
    const wb_rare_question *question = job->question;
    const bool level = question->kind == WB_RARE_LEVEL;
    const double tail = level ? 1.0 - wb_rate_double(&question->level.level) : 0.0;
    law->aim = level ? (int64_t)(guess_loss(p, tail) * p->unit) : wb_money_cents(&question->amount);
    wb_code code = make(law, p, job, err);
    for (uint64_t round = 1; round <= AIM_ROUNDS && code == WB_OK; round++) {
        int64_t seen = 0;
        code = look(&seen, law, job, round, tail, err);
        if (code != WB_OK || near(law->aim, seen, 0.02)) return code;
        const bool well = near(law->aim, seen, 0.2);
        law->aim = seen;
        code = make(law, p, job, err);
        if (well) return code;
    }
    return code;
}

bool wb_rare_twist_applies(const wb_rare_job *job)
{
    const wb_model *model = job->model;
    const wb_rare_question *question = job->question;
    if (question->kind == WB_RARE_EVENT || model->step_count != 1) return false;
    if (model->degrees_of_freedom > 0 || model->cluster_count > 0) return false;
    if (model->forced_count > 0 || model->opening.case_count > 0) return false;
    if (question->kind == WB_RARE_LOSS && mpz_sizeinbase(question->amount.cents, 2) > 62) {
        return false;
    }
    bool any = false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *provider = &model->providers[i];
        if (provider->pays != WB_PAYS_LOSS && provider->pays != WB_PAYS_EXPOSURE) return false;
        any = any || mean_loss(model, i) > 0.0;
    }
    return any;
}

wb_code wb_rare_twist(wb_rare_law *law, const wb_rare_job *job, wb_error *err)
{
    portfolio p;
    if (!portfolio_init(&p, job)) return wb_fail(err, WB_E_NOMEM, "no memory for a portfolio");
    const wb_code code = twist(law, &p, job, err);
    portfolio_clear(&p);
    return code;
}
