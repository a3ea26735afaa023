/* oracle.c - conditional recursion and trapezoid rule; libm is allowed here, never in the engine.
 */
#include "cases/oracle.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTCOMES_MAX = 8 };
#define FACTOR_END 9.0 /* beyond: 1e-19 */

double oracle_normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

double oracle_normal_quantile(double p)
{
    double low = -40, high = 40;
    for (int i = 0; i < 120; i++) {
        double middle = (low + high) / 2;
        if (oracle_normal_cdf(middle) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static double density(double z)
{
    return exp(-z * z / 2) / sqrt(2 * acos(-1.0));
}

/* One provider as the recursion needs it. */
typedef struct obligor {
    double quantile, a, b, residual;
    uint32_t group;
    size_t outcome_count;
    size_t loss[OUTCOMES_MAX];  /* in units */
    double below[OUTCOMES_MAX]; /* P(LGD at most this outcome), unconditional */
} obligor;

typedef struct portfolio {
    obligor *items; /* by group, then largest loss ascending: the reach grows as late as possible */
    size_t count, group_count, total;
    double lgd_rho;
    double *f, *g, *group_mass, *product, *convolved;
} portfolio;

static int by_group_and_size(const void *left, const void *right)
{
    const obligor *a = left, *b = right;
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    size_t x = a->loss[a->outcome_count - 1], y = b->loss[b->outcome_count - 1];
    return x < y ? -1 : x > y;
}

/* Add one provider to the distribution f of reach + 1 masses; the result is in g. */
static size_t add_obligor(double *restrict g, const double *restrict f, size_t reach,
                          const obligor *o, double p, const double *share)
{
    size_t grown = reach + o->loss[o->outcome_count - 1];
    for (size_t x = 0; x <= reach; x++)
        g[x] = (1 - p) * f[x];
    for (size_t x = reach + 1; x <= grown; x++)
        g[x] = 0;
    for (size_t k = 0; k < o->outcome_count; k++) {
        double *restrict shifted = g + o->loss[k];
        double q = p * share[k];
        for (size_t x = 0; x <= reach; x++)
            shifted[x] += q * f[x];
    }
    return grown;
}

/* The distribution of one group given both factors, into t->f. */
static size_t given_factors(portfolio *t, size_t first, size_t end, double z, double s)
{
    size_t reach = 0;
    t->f[0] = 1;
    for (size_t i = first; i < end; i++) {
        const obligor *o = &t->items[i];
        double p = oracle_normal_cdf((o->quantile - o->a * z - o->b * s) / o->residual);
        double share[OUTCOMES_MAX], before = 0;
        for (size_t k = 0; k < o->outcome_count; k++) {
            /* U = Phi(-sqrt(rho) z + sqrt(1 - rho) eta) is below c */
            double below = o->below[k];
            if (t->lgd_rho > 0 && below < 1)
                below = oracle_normal_cdf((oracle_normal_quantile(below) + sqrt(t->lgd_rho) * z) /
                                          sqrt(1 - t->lgd_rho));
            share[k] = below - before;
            before = below;
        }
        reach = add_obligor(t->g, t->f, reach, o, p, share);
        double *swapped = t->f;
        t->f = t->g;
        t->g = swapped;
    }
    return reach;
}

/* Multiply the distribution in product (reach + 1 masses) by that of a group given z. */
static size_t convolve_group(portfolio *t, size_t reach, size_t first, size_t end, double z,
                             double step)
{
    size_t group_reach = 0;
    bool nested = t->items[first].b > 0;
    memset(t->group_mass, 0, (t->total + 1) * sizeof *t->group_mass);
    for (double s = nested ? -FACTOR_END : 0; s <= FACTOR_END + step / 2; s += step) {
        double weight = nested ? step * density(s) : 1;
        group_reach = given_factors(t, first, end, z, s);
        for (size_t x = 0; x <= group_reach; x++)
            t->group_mass[x] += weight * t->f[x];
        if (!nested) break;
    }
    memset(t->convolved, 0, (t->total + 1) * sizeof *t->convolved);
    for (size_t x = 0; x <= reach; x++) {
        double *restrict to = t->convolved + x;
        const double *restrict from = t->group_mass;
        double factor = t->product[x];
        for (size_t y = 0; y <= group_reach; y++)
            to[y] += factor * from[y];
    }
    double *swapped = t->product;
    t->product = t->convolved;
    t->convolved = swapped;
    return reach + group_reach;
}

static void integrate(oracle *o, portfolio *t)
{
    bool factor = false, nested = false;
    double steepest = 0;
    for (size_t i = 0; i < t->count; i++) {
        steepest = fmax(steepest, t->items[i].a / t->items[i].residual);
        factor |= t->items[i].a > 0;
        nested |= t->items[i].b > 0;
    }
    factor |= t->lgd_rho > 0;
    double step = nested ? 0.2 : 0.05;
    /* the share in distress turns from few to many within 1 / (steepness x sqrt(n)) of Z */
    double turn = steepest > 0 ? 1 / (steepest * sqrt((double)t->count)) : step;
    if (!nested && turn < step) step = turn;
    for (double z = factor ? -FACTOR_END : 0; z <= FACTOR_END + step / 2; z += step) {
        double weight = factor ? step * density(z) : 1;
        size_t reach = 0;
        t->product[0] = 1;
        for (size_t first = 0, end; first < t->count; first = end) {
            for (end = first; end < t->count && t->items[end].group == t->items[first].group;)
                end++;
            reach = convolve_group(t, reach, first, end, z, step);
        }
        for (size_t x = 0; x <= reach; x++)
            o->mass[x] += weight * t->product[x];
        if (!factor) break;
    }
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The losses of a provider in cents, ascending, with P(LGD at most this one); false: not handled.
 */
static bool outcomes(obligor *o, int64_t cents[OUTCOMES_MAX], const wb_provider *p,
                     const wb_distribution *lgd)
{
    if (p->pays == WB_PAYS_LOSS || (p->pays == WB_PAYS_EXPOSURE && lgd->shape == WB_SHAPE_FIXED)) {
        cents[0] = wb_money_cents(&p->amount);
        if (p->pays == WB_PAYS_EXPOSURE) {
            wb_money loss;
            wb_money_init(&loss);
            wb_rate_apply(&loss, &p->amount, &lgd->base, WB_ROUND_HALF_AWAY);
            cents[0] = wb_money_cents(&loss);
            wb_money_clear(&loss);
        }
        o->below[0] = 1;
        o->outcome_count = 1;
        return true;
    }
    if (p->pays != WB_PAYS_EXPOSURE || lgd->shape != WB_SHAPE_TABLE || lgd->count > OUTCOMES_MAX)
        return false;
    double below = 0;
    for (uint32_t k = 0; k < lgd->count; k++) {
        wb_money loss;
        wb_money_init(&loss);
        wb_rate_apply(&loss, &p->amount, &lgd->values[k], WB_ROUND_HALF_AWAY);
        cents[k] = wb_money_cents(&loss);
        wb_money_clear(&loss);
        below += mpq_get_d(lgd->weights[k].ratio);
        o->below[k] = k + 1 == lgd->count ? 1 : below;
    }
    o->outcome_count = lgd->count;
    return true;
}

static bool handled(const wb_model *model)
{
    if (model->step_count != 1 || model->cluster_count != 0 || model->forced_count != 0 ||
        model->degrees_of_freedom != 0)
        return false;
    for (uint32_t i = 0; i < model->provider_count; i++)
        if (model->providers[i].loading_region > 0 || !model->providers[i].eligible) return false;
    return model->phase_count == 1 && model->provider_count > 0;
}

bool oracle_of_model(oracle *o, const wb_model *model)
{
    *o = (oracle){0};
    if (!handled(model)) return false;
    size_t n = model->provider_count;
    portfolio t = {.items = calloc(n, sizeof *t.items), .count = n, .lgd_rho = model->lgd_rho};
    int64_t(*cents)[OUTCOMES_MAX] = calloc(n, sizeof *cents);
    assert(t.items != NULL && cents != NULL);
    bool good = true, tabled = false;
    for (size_t i = 0; i < n && good; i++) {
        const wb_provider *p = &model->providers[i];
        obligor *item = &t.items[i];
        item->quantile = oracle_normal_quantile(model->phases[0].pd[i]);
        item->a = p->loading_national;
        item->b = p->loading_segment;
        item->residual = sqrt(1 - item->a * item->a - item->b * item->b);
        item->group = item->b > 0 ? p->segment : 0;
        good = outcomes(item, cents[i], p, &model->lgd);
        tabled |= item->outcome_count > 1;
        for (size_t k = 0; k < item->outcome_count; k++)
            o->unit = common_divisor(cents[i][k], o->unit);
    }
    if (!tabled) t.lgd_rho = 0;
    for (size_t i = 0; i < n && good; i++) {
        for (size_t k = 0; k < t.items[i].outcome_count; k++)
            t.items[i].loss[k] = (size_t)(cents[i][k] / o->unit);
        t.total += t.items[i].loss[t.items[i].outcome_count - 1];
    }
    if (good) {
        qsort(t.items, n, sizeof *t.items, by_group_and_size);
        double **const arrays[] = {&t.f, &t.g, &t.group_mass, &t.product, &t.convolved, &o->mass};
        for (size_t i = 0; i < 6; i++) {
            *arrays[i] = calloc(t.total + 1, sizeof(double));
            assert(*arrays[i] != NULL);
        }
        o->count = t.total + 1;
        integrate(o, &t);
    }
    free(t.f);
    free(t.g);
    free(t.group_mass);
    free(t.product);
    free(t.convolved);
    free(t.items);
    free(cents);
    return good;
}

void oracle_of_pool(oracle *o, size_t size, double pd, double rho, int64_t unit)
{
    *o = (oracle){unit, size + 1, calloc(size + 1, sizeof(double))};
    assert(o->mass != NULL);
    const double step = 0.005, quantile = oracle_normal_quantile(pd), n = (double)size;
    double *ways = calloc(size + 1, sizeof *ways); /* log of n over k */
    assert(ways != NULL);
    for (size_t k = 0; k <= size; k++)
        ways[k] = lgamma(n + 1) - lgamma((double)k + 1) - lgamma(n - (double)k + 1);
    for (double z = -FACTOR_END; z <= FACTOR_END + step / 2; z += step) {
        double p = oracle_normal_cdf((quantile - sqrt(rho) * z) / sqrt(1 - rho));
        double log_p = log(p), log_q = log1p(-p), weight = step * density(z);
        if (p <= 0 || p >= 1) { /* so far out that the last bit of a double has gone */
            o->mass[p <= 0 ? 0 : size] += weight;
            continue;
        }
        for (size_t k = 0; k <= size; k++) {
            double exponent = ways[k] + (double)k * log_p + (n - (double)k) * log_q;
            if (exponent > -700) o->mass[k] += weight * exp(exponent);
        }
    }
    free(ways);
}

void oracle_clear(oracle *o)
{
    free(o->mass);
    *o = (oracle){0};
}

double oracle_mean(const oracle *o)
{
    double sum = 0;
    for (size_t x = o->count; x-- > 0;)
        sum += o->mass[x] * (double)x;
    return sum;
}

double oracle_central_moment(const oracle *o, int order)
{
    double mean = oracle_mean(o), sum = 0;
    for (size_t x = o->count; x-- > 0;)
        sum += o->mass[x] * pow((double)x - mean, order);
    return sum;
}

double oracle_above(const oracle *o, double threshold)
{
    double sum = 0; /* from the far end: the smallest masses first */
    for (size_t x = o->count; x-- > 0 && (double)x > threshold;)
        sum += o->mass[x];
    return sum;
}

double oracle_var(const oracle *o, double level)
{
    double sum = 0;
    for (size_t x = o->count; x-- > 0;) {
        sum += o->mass[x];
        if (sum > 1 - level) return (double)x;
    }
    return 0;
}

double oracle_es(const oracle *o, double level)
{
    double q = oracle_var(o, level), sum = 0, above = oracle_above(o, q);
    for (size_t x = o->count; x-- > 0 && (double)x > q;)
        sum += o->mass[x] * (double)x;
    return (sum + q * (1 - level - above)) / (1 - level);
}

double oracle_excess_sd(const oracle *o, double threshold)
{
    double first = 0, second = 0;
    for (size_t x = o->count; x-- > 0 && (double)x > threshold;) {
        double excess = (double)x - threshold;
        first += o->mass[x] * excess;
        second += o->mass[x] * excess * excess;
    }
    return sqrt(second - first * first);
}
