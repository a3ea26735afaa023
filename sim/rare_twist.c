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
#include "sim/rare_portfolio.h"

enum { MODE_ROUNDS = 16, AIM_ROUNDS = 4 };
static const double spread_factor = 1.2; /* wider than the bound says: its tails are too thin */
static const double spread_least = 0.3;
static const double density_scale = 0.3989422804014327; /* 1 / sqrt(2 pi) */

/* ---- direction, mean and spread ---- */

/* The gradient of F at p->factors: theta is at its optimum, so that only chances move. With theta 0
 * that of the mean loss. */
static void set_gradient(wb_rare_portfolio *p, double theta)
{
    memset(p->gradient, 0, p->factor_count * sizeof *p->gradient);
    for (size_t k = 0; k < p->count; k++) {
        const wb_rare_exposure *item = &p->items[k];
        if (item->fixed) continue;
        const double y = wb_rare_latent(item, p->factors);
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
static bool set_steepest(wb_rare_portfolio *p)
{
    memset(p->factors, 0, p->factor_count * sizeof *p->factors);
    (void)wb_rare_set_chances(p);
    set_gradient(p, 0.0);
    return normalise(p->direction, p->gradient, p->factor_count) > 0.0;
}

/* Towards the mode of F(z) - z^2/2, where z is the gradient of F: half-way steps from the steepest
 * rise of the mean loss. One factor has one direction. False: no factor matters. */
static bool find_direction(wb_rare_portfolio *p, double x)
{
    const uint32_t n = p->factor_count;
    const bool moves = set_steepest(p);
    if (!moves || n == 1) return moves;
    p->nodes_known = false;
    for (uint32_t f = 0; f < n; f++)
        p->factors[f] = 2.0 * p->direction[f];
    double theta = 1.0;
    for (int round = 0; round < MODE_ROUNDS; round++) {
        theta = wb_rare_solve_theta(p, x, wb_rare_set_chances(p), theta);
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

/* Chances at a node, worked out once per direction; the mean loss. */
static double go_to(wb_rare_portfolio *p, size_t k)
{
    double *known = p->node_chance + k * p->count;
    for (uint32_t f = 0; f < p->factor_count; f++)
        p->factors[f] = node_place(k) * p->direction[f];
    if (p->nodes_known) {
        memcpy(p->chance, known, p->count * sizeof *known);
        return p->node_mean[k];
    }
    p->node_mean[k] = wb_rare_set_chances(p);
    memcpy(known, p->chance, p->count * sizeof *known);
    return p->node_mean[k];
}

/* theta and F at every node. Where a distress costs more than at other times, fewer make x. */
static void tabulate(wb_rare_portfolio *p, double x)
{
    double theta = 1.0;
    for (size_t k = 0; k < WB_THETA_NODES; k++) {
        const double mean = go_to(p, k);
        const double aim = x / wb_rare_severity(p, p->factors[0]);
        theta = wb_rare_solve_theta(p, aim, mean, theta);
        p->theta[k] = theta;
        p->bound[k] = theta > 0.0 ? wb_rare_bound_exponent(p, theta, aim) : 0.0;
    }
    p->nodes_known = true;
}

/* Mean and spread of the density exp(F - s^2/2) on the nodes. */
static void mean_and_spread(const wb_rare_portfolio *p, double *mean, double *spread)
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
static bool make_tilt(wb_tilt *tilt, wb_rare_portfolio *p, const wb_rare_job *job, int64_t aim)
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
static double guess_loss(wb_rare_portfolio *p, double tail)
{
    double mean[WB_THETA_NODES];
    double sd[WB_THETA_NODES];
    double low = 0.0;
    double high = 0.0;
    const bool moves = set_steepest(p);
    for (size_t k = 0; k < WB_THETA_NODES; k++) {
        double variance = 0.0;
        (void)go_to(p, k);
        mean[k] = wb_rare_twisted_mean(p, 0.0, &variance);
        sd[k] = sqrt(variance) + 1e-9;
        if (mean[k] + 9.0 * sd[k] > high) high = mean[k] + 9.0 * sd[k];
    }
    p->nodes_known = true;
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

static wb_code make(wb_rare_law *law, wb_rare_portfolio *p, const wb_rare_job *job, wb_error *err)
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
static wb_code twist(wb_rare_law *law, wb_rare_portfolio *p, const wb_rare_job *job, wb_error *err)
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
        any = any || wb_rare_mean_loss(model, i) > 0.0;
    }
    return any;
}

wb_code wb_rare_twist(wb_rare_law *law, const wb_rare_job *job, wb_error *err)
{
    wb_rare_portfolio p;
    if (!wb_rare_portfolio_init(&p, job))
        return wb_fail(err, WB_E_NOMEM, "no memory for a portfolio");
    const wb_code code = twist(law, &p, job, err);
    wb_rare_portfolio_clear(&p);
    return code;
}
