/* exact_plan.c - from a model to losses on a lattice and probabilities by factor. */
#include "sim/exact_plan.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/numeric.h"

/* As in plan.c. */
static const double probability_least = 1e-300;
static const double residual_least = 0x1p-30;

/* Points of a lattice that is suggested. */
enum { POINTS_QUICK = 100000 };

static void *array_new(size_t count, size_t size)
{
    return calloc(count == 0 ? 1 : count, size);
}

static bool is_loading(double loading)
{
    return loading > 0.0 || loading < 0.0;
}

static const wb_distribution *lgd_at(const wb_model *model, size_t table)
{
    return table < model->class_count ? &model->classes[table].lgd : &model->lgd;
}

/* Cumulative weights are exact, then doubles; the last is 1. */
static bool make_table(wb_exact_table *table, const wb_distribution *lgd)
{
    table->count = lgd->shape == WB_SHAPE_TABLE ? lgd->count : 0;
    table->quantile = array_new(table->count, sizeof(double));
    table->weight = array_new(table->count, sizeof(double));
    table->share = array_new(table->count, sizeof(double));
    if (table->quantile == NULL || table->weight == NULL || table->share == NULL) return false;
    mpq_t sum;
    mpq_init(sum);
    double before = 0.0;
    for (size_t k = 0; k < table->count; k++) {
        mpq_add(sum, sum, lgd->weights[k].ratio);
        const double upto = k + 1 == table->count ? 1.0 : mpq_get_d(sum);
        table->weight[k] = table->share[k] = upto - before;
        table->quantile[k] = upto < probability_least ? -HUGE_VAL
                             : upto < 1.0             ? wb_normal_quantile(upto)
                                                      : HUGE_VAL;
        before = upto;
    }
    mpq_clear(sum);
    return true;
}

void wb_exact_tables_given(const wb_exact_plan *plan, double z)
{
    const double rho = plan->model->lgd_rho;
    if (!(rho > 0.0)) return;
    for (size_t t = 0; t < plan->table_count; t++) {
        wb_exact_table *table = &plan->tables[t];
        double before = 0.0;
        for (size_t k = 0; k < table->count; k++) {
            /* U = Phi(sqrt(1-rho) eta - sqrt(rho) Z) is at most the cumulative weight */
            const double upto =
                k + 1 == table->count
                    ? 1.0
                    : wb_normal_cdf((table->quantile[k] + sqrt(rho) * z) / sqrt(1.0 - rho));
            table->share[k] = upto - before;
            before = upto;
        }
    }
}

double wb_exact_chance(const wb_exact_provider *provider, double scale, double z, double y)
{
    if (provider->fixed) return provider->p;
    return wb_normal_cdf((provider->q * scale - provider->a * z) - provider->b * y);
}

wb_pmf_losses wb_exact_losses(const wb_exact_plan *plan, const wb_exact_provider *provider)
{
    return (wb_pmf_losses){
        .count = provider->loss_count,
        .points = plan->points + provider->loss_first,
        .share = provider->table == WB_NONE ? NULL : plan->tables[provider->table].share};
}

/* ---- losses ---- */

/* The amount times a rate to which a stress added something. */
static void add_loss(wb_exact_plan *plan, wb_exact_provider *to, const wb_provider *provider,
                     const wb_rate *rate)
{
    wb_money *loss = &plan->cents[plan->loss_count++];
    to->loss_count++;
    if (rate == NULL) {
        wb_money_set(loss, &provider->amount);
        return;
    }
    wb_rate held;
    wb_rate_init(&held);
    const wb_model *model = plan->model;
    const wb_phase *phase = &model->phases[0];
    const uint32_t effect = phase->effect == NULL ? 0 : phase->effect[to->index];
    wb_rate_set(&held, rate);
    if (model->effect_count > 0) {
        mpq_add(held.ratio, held.ratio, model->effects[effect].lgd_add.ratio);
        if (mpq_sgn(held.ratio) < 0) wb_rate_set_ratio(&held, 0, 1);
        if (mpq_cmp_ui(held.ratio, 1, 1) > 0) wb_rate_set_ratio(&held, 1, 1);
    }
    wb_rate_apply(loss, &provider->amount, &held, WB_ROUND_HALF_AWAY);
    wb_rate_clear(&held);
}

static void add_losses(wb_exact_plan *plan, wb_exact_provider *to)
{
    const wb_model *model = plan->model;
    const wb_provider *provider = &model->providers[to->index];
    const size_t table = provider->class_ == WB_NONE ? model->class_count : provider->class_;
    const wb_distribution *lgd = lgd_at(model, table);
    to->loss_first = plan->loss_count;
    to->table = WB_NONE;
    if (provider->pays == WB_PAYS_LOSS) {
        add_loss(plan, to, provider, NULL);
    } else if (lgd->shape == WB_SHAPE_TABLE) {
        to->table = (uint32_t)table;
        for (uint32_t k = 0; k < lgd->count; k++)
            add_loss(plan, to, provider, &lgd->values[k]);
    } else {
        add_loss(plan, to, provider, lgd->shape == WB_SHAPE_FIXED ? &lgd->base : &lgd->low);
    }
}

/* ---- probabilities ---- */

static double forced_chance(const wb_model *model, uint32_t i, double p)
{
    for (uint32_t f = 0; f < model->forced_count; f++) {
        if (model->forced[f].provider != i) continue;
        if (model->forced[f].failure) return 0.0;
        p = 1.0;
    }
    return p;
}

static double quantile_of(const wb_model *model, double p)
{
    return model->degrees_of_freedom == 0 ? wb_normal_quantile(p)
                                          : wb_student_quantile(p, model->degrees_of_freedom);
}

static void set_chance(wb_exact_plan *plan, wb_exact_provider *to)
{
    const wb_model *model = plan->model;
    const wb_provider *provider = &model->providers[to->index];
    const double a = provider->loading_national;
    const bool region = is_loading(provider->loading_region);
    const double b = region ? provider->loading_region : provider->loading_segment;
    const bool nested = is_loading(b);
    to->p =
        provider->eligible ? forced_chance(model, to->index, model->phases[0].pd[to->index]) : 0.0;
    if (to->p < probability_least) to->p = 0.0;
    to->fixed = !(to->p > 0.0) || !(to->p < 1.0) ||
                (!is_loading(a) && !nested && model->degrees_of_freedom == 0);
    if (to->fixed) return;
    const double residual =
        provider->residual > residual_least ? provider->residual : residual_least;
    to->q = quantile_of(model, to->p) / residual;
    to->a = a / residual;
    to->b = b / residual;
    if (is_loading(a)) plan->national = true;
    if (nested) {
        plan->nested = true;
        to->factor = region ? 1 + provider->region : 1 + model->region_count + provider->segment;
    }
}

/* ---- the lattice ---- */

static void common_divisor(wb_exact_plan *plan)
{
    mpz_set_ui(plan->step.cents, 0);
    for (size_t i = 0; i < plan->loss_count; i++)
        mpz_gcd(plan->step.cents, plan->step.cents, plan->cents[i].cents);
    if (wb_money_sign(&plan->step) == 0) wb_money_set_cents(&plan->step, 1);
}

/* The points from 0 to what all providers lose together, all rounded up. */
static void count_points(mpz_t count, const wb_exact_plan *plan)
{
    mpz_t points;
    mpz_init(points);
    mpz_set_ui(count, 1);
    for (size_t i = 0; i < plan->provider_count; i++) {
        const wb_exact_provider *provider = &plan->providers[i];
        const size_t last = provider->loss_first + provider->loss_count - 1;
        mpz_cdiv_q(points, plan->cents[last].cents, plan->step.cents);
        mpz_add(count, count, points);
    }
    mpz_clear(points);
}

/* The least power of ten of cents that leaves points for an answer within seconds. */
static void coarse_enough(wb_money *step, const mpz_t total)
{
    mpz_t points;
    mpz_init(points);
    wb_money_set_cents(step, 1);
    for (;;) {
        mpz_cdiv_q(points, total, step->cents);
        if (mpz_cmp_ui(points, POINTS_QUICK) <= 0) break;
        mpz_mul_ui(step->cents, step->cents, 10);
    }
    mpz_clear(points);
}

static wb_code too_many_points(const wb_exact_plan *plan, mpz_t count, bool asked, wb_error *err)
{
    char text[2][WB_MONEY_TEXT_MAX];
    char points[64] = "very many";
    if (mpz_sizeinbase(count, 10) < 60) (void)mpz_get_str(points, 10, count);
    wb_money step;
    wb_money_init(&step);
    mpz_mul(count, count, plan->step.cents);
    coarse_enough(&step, count);
    (void)wb_money_text(text[0], &plan->step, WB_MONEY_GROUPED);
    (void)wb_money_text(text[1], &step, WB_MONEY_PLAIN);
    wb_money_clear(&step);
    const wb_code code =
        wb_fail(err, WB_E_TOO_LARGE, "a lattice of %s%s has %s points, and at most %d are computed",
                text[0], asked ? "" : ", the largest amount that divides every loss,", points,
                WB_EXACT_POINTS_MAX);
    wb_error_hint(err,
                  "round the losses with '--lattice %s' (each figure then says how much that can "
                  "matter), or simulate with 'waarborg sim run'",
                  text[1]);
    return code;
}

static wb_code make_lattice(wb_exact_plan *plan, const wb_money *lattice, wb_error *err)
{
    if (lattice != NULL && wb_money_sign(lattice) <= 0) {
        char text[WB_MONEY_TEXT_MAX];
        const wb_code code = wb_fail(err, WB_E_RANGE, "a lattice of %s",
                                     wb_money_text(text, lattice, WB_MONEY_GROUPED));
        wb_error_hint(err, "losses are rounded to its multiples: write an amount such as 1000.00");
        return code;
    }
    common_divisor(plan);
    plan->divides = lattice == NULL || mpz_divisible_p(plan->step.cents, lattice->cents) != 0;
    if (lattice != NULL) wb_money_set(&plan->step, lattice);
    mpz_t count;
    mpz_init(count);
    count_points(count, plan);
    wb_code code = WB_OK;
    if (mpz_cmp_ui(count, WB_EXACT_POINTS_MAX) > 0) {
        code = too_many_points(plan, count, lattice != NULL, err);
    } else {
        plan->point_count = mpz_get_ui(count);
    }
    mpz_clear(count);
    return code;
}

void wb_exact_plan_round(wb_exact_plan *plan, wb_exact_side side)
{
    mpz_t points;
    mpz_init(points);
    for (size_t i = 0; i < plan->loss_count; i++) {
        if (side == WB_EXACT_UP) {
            mpz_cdiv_q(points, plan->cents[i].cents, plan->step.cents);
        } else {
            mpz_fdiv_q(points, plan->cents[i].cents, plan->step.cents);
        }
        plan->points[i] = mpz_get_ui(points);
    }
    mpz_clear(points);
    plan->slack = 0.0;
    for (size_t i = 0; !plan->divides && i < plan->provider_count; i++)
        plan->slack += sqrt(plan->providers[i].p);
    for (size_t g = 0; g < plan->group_count; g++) {
        wb_exact_group *group = &plan->groups[g];
        group->reach = 0;
        for (size_t i = group->first; i < group->end; i++) {
            const wb_exact_provider *provider = &plan->providers[i];
            group->reach += plan->points[provider->loss_first + provider->loss_count - 1];
        }
    }
}

/* ---- all of it ---- */

/* By factor; then by the largest loss, so that windows grow late; then as in the model. */
static int by_factor_and_size(const void *left, const void *right)
{
    const wb_exact_provider *a = left;
    const wb_exact_provider *b = right;
    if (a->factor != b->factor) return a->factor < b->factor ? -1 : 1;
    if (a->size < b->size) return -1;
    if (a->size > b->size) return 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool make_groups(wb_exact_plan *plan)
{
    plan->groups = array_new(plan->provider_count, sizeof *plan->groups);
    if (plan->groups == NULL) return false;
    for (size_t i = 0; i < plan->provider_count; i++) {
        const wb_exact_provider *provider = &plan->providers[i];
        if (i == 0 || provider->factor != provider[-1].factor) {
            plan->groups[plan->group_count++] =
                (wb_exact_group){.first = i, .nested = provider->factor > 0};
        }
        plan->groups[plan->group_count - 1].end = i + 1;
    }
    return true;
}

static bool make_providers(wb_exact_plan *plan)
{
    const wb_model *model = plan->model;
    size_t most = 1;
    for (size_t t = 0; t < plan->table_count; t++) {
        if (!make_table(&plan->tables[t], lgd_at(model, t))) return false;
        if (plan->tables[t].count > most) most = plan->tables[t].count;
    }
    plan->providers = array_new(model->provider_count, sizeof *plan->providers);
    plan->cents = array_new(model->provider_count * most, sizeof *plan->cents);
    plan->points = array_new(model->provider_count * most, sizeof *plan->points);
    if (plan->providers == NULL || plan->cents == NULL || plan->points == NULL) return false;
    plan->cents_room = model->provider_count * most;
    for (size_t i = 0; i < plan->cents_room; i++)
        wb_money_init(&plan->cents[i]);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        wb_exact_provider *to = &plan->providers[plan->provider_count];
        const size_t kept = plan->loss_count;
        *to = (wb_exact_provider){.index = i, .table = WB_NONE};
        set_chance(plan, to);
        if (!(to->p > 0.0)) continue;
        add_losses(plan, to);
        const wb_money *largest = &plan->cents[plan->loss_count - 1];
        to->size = mpz_get_d(largest->cents);
        if (wb_money_sign(largest) > 0) {
            plan->provider_count++;
            if (to->table != WB_NONE && model->lgd_rho > 0.0) plan->national = true;
        } else {
            plan->loss_count = kept;
        }
    }
    qsort(plan->providers, plan->provider_count, sizeof *plan->providers, by_factor_and_size);
    return make_groups(plan);
}

wb_code wb_exact_plan_make(wb_exact_plan *plan, const wb_model *model, const wb_money *lattice,
                           wb_error *err)
{
    *plan = (wb_exact_plan){.model = model, .table_count = (size_t)model->class_count + 1};
    wb_money_init(&plan->step);
    wb_code code = wb_exact_covers(model, err);
    if (code != WB_OK) return code;
    plan->tables = array_new(plan->table_count, sizeof *plan->tables);
    if (plan->tables == NULL || !make_providers(plan)) {
        return wb_fail(err, WB_E_NOMEM, "no memory for %u providers",
                       (unsigned)model->provider_count);
    }
    code = make_lattice(plan, lattice, err);
    if (code == WB_OK) wb_exact_plan_round(plan, WB_EXACT_DOWN);
    return code;
}

void wb_exact_plan_clear(wb_exact_plan *plan)
{
    for (size_t t = 0; plan->tables != NULL && t < plan->table_count; t++) {
        free(plan->tables[t].quantile);
        free(plan->tables[t].weight);
        free(plan->tables[t].share);
    }
    for (size_t i = 0; i < plan->cents_room; i++)
        wb_money_clear(&plan->cents[i]);
    free(plan->tables);
    free(plan->cents);
    free(plan->points);
    free(plan->providers);
    free(plan->groups);
    wb_money_clear(&plan->step);
    *plan = (wb_exact_plan){0};
}
