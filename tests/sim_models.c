/* sim_models.c - models for tests of the engine; see sim_models.h. */
#include "sim_maker.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/path.h"

uint64_t sim_next(sim_stream *stream)
{
    uint64_t z = stream->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t sim_below(sim_stream *stream, uint64_t limit)
{
    assert(limit > 0);
    return sim_next(stream) % limit;
}

bool sim_chance(sim_stream *stream, uint32_t percent)
{
    return sim_below(stream, 100) < percent;
}

static void *must(void *memory)
{
    if (memory == NULL) abort();
    return memory;
}

static char *text(const char *prefix, uint32_t number)
{
    char buffer[32];
    (void)snprintf(buffer, sizeof buffer, "%s%02u", prefix, number);
    return must(strdup(buffer));
}

void sim_set(wb_money *money, int64_t cents)
{
    wb_money_set_cents(money, cents);
}

wb_model *sim_model_new(uint32_t years, uint32_t steps_per_year, uint32_t providers)
{
    wb_model *model = must(wb_model_new());
    model->name = text("model ", providers);
    model->seed = 1;
    model->years = years;
    model->steps_per_year = steps_per_year;
    model->step_count = years * steps_per_year;
    model->providers = must(calloc(providers + 1, sizeof *model->providers));
    model->provider_count = providers;
    for (uint32_t i = 0; i < providers; i++) {
        wb_provider_init(&model->providers[i]);
        model->providers[i].id = text("p", i);
        model->providers[i].index = wb_draw_index(model->providers[i].id);
        model->providers[i].pays = WB_PAYS_LOSS;
    }
    model->phases = must(calloc(1, sizeof *model->phases));
    model->phase_count = 1;
    model->phases[0].step_end = model->step_count;
    model->phases[0].pd = must(calloc(providers + 1, sizeof(double)));
    return model;
}

uint32_t sim_add_group(wb_model *model, const char *id)
{
    const uint32_t at = model->group_count++;
    model->groups = must(realloc(model->groups, model->group_count * sizeof *model->groups));
    model->groups[at] = (wb_name){.id = must(strdup(id))};
    return at;
}

wb_contribution *sim_add_contribution(wb_model *model, wb_contribution_kind kind, uint32_t group,
                                      int64_t cents)
{
    const uint32_t at = model->contribution_count++;
    model->contributions =
        must(realloc(model->contributions, model->contribution_count * sizeof(wb_contribution)));
    wb_contribution *rule = &model->contributions[at];
    wb_contribution_init(rule);
    rule->kind = kind;
    rule->group = group;
    rule->key = must(strdup("equal"));
    sim_set(&rule->amount, cents);
    rule->change = must(calloc(model->step_count, sizeof *rule->change));
    for (uint32_t t = 0; t < model->step_count; t++) {
        wb_rate_init(&rule->change[t]);
        wb_rate_set_ratio(&rule->change[t], 1, 1);
    }
    return rule;
}

uint32_t sim_add_class(wb_model *model, uint32_t months, uint32_t lgd_percent)
{
    const uint32_t at = model->class_count++;
    model->classes = must(realloc(model->classes, model->class_count * sizeof *model->classes));
    wb_class *added = &model->classes[at];
    wb_class_init(added);
    added->id = text("k", at);
    wb_rate_set_ratio(&added->months.base, months, 1);
    wb_rate_set_ratio(&added->lgd.base, lgd_percent, 100);
    return at;
}

void sim_add_forced(wb_model *model, uint32_t step, uint32_t provider, bool failure)
{
    const uint32_t at = model->forced_count++;
    model->forced = must(realloc(model->forced, model->forced_count * sizeof *model->forced));
    model->forced[at] = (wb_forced){.step = step, .provider = provider, .failure = failure};
}

uint32_t sim_add_cluster(wb_model *model, double q, const uint32_t *members, uint32_t count)
{
    const uint32_t at = model->cluster_count++;
    model->clusters = must(realloc(model->clusters, model->cluster_count * sizeof(wb_cluster)));
    wb_cluster *added = &model->clusters[at];
    *added = (wb_cluster){.id = text("group:g", at), .q = q, .member_count = count};
    added->members = must(malloc((count + 1) * sizeof *added->members));
    for (uint32_t j = 0; j < count; j++) {
        added->members[j] = members[j];
        wb_provider *provider = &model->providers[members[j]];
        provider->clusters = must(realloc(provider->clusters, (provider->cluster_count + 1) *
                                                                  sizeof *provider->clusters));
        provider->clusters[provider->cluster_count++] = at;
    }
    return at;
}

void sim_add_opening_case(wb_model *model, uint32_t provider, int64_t cents, uint32_t step)
{
    const size_t at = model->opening.case_count;
    wb_opening_case *added = must(wb_opening_add_case(&model->opening));
    (void)snprintf(added->provider, sizeof added->provider, "%s", model->providers[provider].id);
    (void)snprintf(added->loan, sizeof added->loan, "L%zu", at);
    sim_set(&added->principal, cents);
    model->opening_provider =
        must(realloc(model->opening_provider, (at + 1) * sizeof *model->opening_provider));
    model->opening_step =
        must(realloc(model->opening_step, (at + 1) * sizeof *model->opening_step));
    model->opening_provider[at] = provider;
    model->opening_step[at] = step;
}

void sim_set_backstop(wb_model *model, int64_t limit_cents)
{
    model->has_backstop = true;
    model->backstop_limit = must(calloc(model->step_count, sizeof *model->backstop_limit));
    model->backstop_unlimited = must(calloc(model->step_count, sizeof(bool)));
    for (uint32_t t = 0; t < model->step_count; t++) {
        wb_money_init(&model->backstop_limit[t]);
        model->backstop_unlimited[t] = limit_cents < 0;
        if (limit_cents >= 0) sim_set(&model->backstop_limit[t], limit_cents);
    }
}

/* ---- random models ---- */

void sim_random_amount(sim_maker *m, wb_money *money, uint64_t part)
{
    if (sim_chance(&m->stream, 10)) return;
    const uint64_t limit = m->most / part;
    mpz_set_ui(money->cents, (unsigned long)sim_below(&m->stream, limit > 0 ? limit : 1));
    mpz_mul(money->cents, money->cents, m->scale);
    /* not only multiples of the scale */
    if (mpz_cmp_ui(m->scale, 1) > 0 && mpz_sgn(money->cents) > 0) {
        mpz_sub_ui(money->cents, money->cents, (unsigned long)sim_below(&m->stream, 97) % 2);
    }
}

void sim_random_rate(sim_maker *m, wb_rate *rate, uint64_t percent_most)
{
    static const uint64_t units[] = {1, 3, 10, 100, 1000};
    const uint64_t unit = units[sim_below(&m->stream, 5)];
    wb_rate_set_ratio(rate, (int64_t)sim_below(&m->stream, percent_most * unit + 1), 100 * unit);
}

double sim_random_probability(sim_maker *m)
{
    const uint64_t kind = sim_below(&m->stream, 10);
    if (kind == 0) return 0.0;
    if (kind == 1) return 1.0;
    return (double)sim_below(&m->stream, 1000001) / 1e6;
}

static void random_distribution(sim_maker *m, wb_distribution *d, uint64_t percent_most)
{
    d->shape = (wb_shape)sim_below(&m->stream, 4);
    wb_rate *const three[] = {&d->low, &d->base, &d->high};
    for (size_t i = 0; i < 3; i++)
        sim_random_rate(m, three[i], percent_most);
    if (wb_rate_compare(&d->low, &d->high) > 0) mpq_swap(d->low.ratio, d->high.ratio);
    if (wb_rate_compare(&d->base, &d->low) < 0) mpq_swap(d->base.ratio, d->low.ratio);
    if (wb_rate_compare(&d->base, &d->high) > 0) mpq_swap(d->base.ratio, d->high.ratio);
    if (sim_chance(&m->stream, 15)) wb_rate_set(&d->high, &d->low);
    if (wb_rate_compare(&d->base, &d->high) > 0) wb_rate_set(&d->base, &d->high);
    if (d->shape != WB_SHAPE_TABLE) return;
    d->count = 1 + (uint32_t)sim_below(&m->stream, 4);
    d->values = must(calloc(d->count, sizeof *d->values));
    d->weights = must(calloc(d->count, sizeof *d->weights));
    for (uint32_t i = 0; i < d->count; i++) {
        wb_rate_init(&d->values[i]);
        wb_rate_init(&d->weights[i]);
        wb_rate_set_ratio(&d->values[i], (int64_t)(percent_most * (i + 1) / d->count), 100);
        wb_rate_set_ratio(&d->weights[i], 1, d->count);
    }
}

static void random_loadings(sim_maker *m, wb_provider *p)
{
    const uint64_t parts[] = {sim_below(&m->stream, 40), sim_below(&m->stream, 30),
                              sim_below(&m->stream, 30)};
    if (sim_chance(&m->stream, 25)) return;
    p->loading_national = sqrt((double)parts[0] / 100.0);
    if (p->region != WB_NONE) p->loading_region = -sqrt((double)parts[1] / 100.0);
    if (p->segment != WB_NONE) p->loading_segment = sqrt((double)parts[2] / 100.0);
    const double rest = 1.0 - p->loading_national * p->loading_national -
                        p->loading_region * p->loading_region -
                        p->loading_segment * p->loading_segment;
    p->residual = rest > 0.0 ? sqrt(rest) : 0.0;
}

static void random_names(sim_maker *m, wb_name **names, uint32_t *count, const char *prefix)
{
    *count = (uint32_t)sim_below(&m->stream, 4);
    *names = must(calloc(*count + 1, sizeof **names));
    for (uint32_t i = 0; i < *count; i++) {
        (*names)[i].id = text(prefix, i);
        (*names)[i].index = wb_draw_index((*names)[i].id);
    }
}

static void random_providers(sim_maker *m)
{
    wb_model *model = m->model;
    random_names(m, &model->regions, &model->region_count, "region-");
    random_names(m, &model->segments, &model->segment_count, "segment-");
    for (uint32_t c = 0; c < 3; c++) {
        const uint32_t at = sim_add_class(model, 0, 0);
        random_distribution(m, &model->classes[at].months, 600); /* up to 6 months */
        random_distribution(m, &model->classes[at].lgd, 100);
    }
    random_distribution(m, &model->lgd, 100);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        wb_provider *p = &model->providers[i];
        p->pays = (wb_pays)sim_below(&m->stream, 4);
        p->eligible = sim_chance(&m->stream, 85);
        if (p->pays == WB_PAYS_SUPPORT || sim_chance(&m->stream, 50)) {
            p->class_ = (uint32_t)sim_below(&m->stream, model->class_count);
        }
        if (model->region_count > 0 && sim_chance(&m->stream, 80)) {
            p->region = (uint32_t)sim_below(&m->stream, model->region_count);
        }
        if (model->segment_count > 0 && sim_chance(&m->stream, 80)) {
            p->segment = (uint32_t)sim_below(&m->stream, model->segment_count);
        }
        if (p->pays != WB_PAYS_SUPPORT) sim_random_amount(m, &p->amount, 1);
        if (p->pays == WB_PAYS_SUPPORT || sim_chance(&m->stream, 50)) {
            sim_random_amount(m, &p->revenue, 1);
        }
        p->clients = sim_below(&m->stream, 500);
        random_loadings(m, p);
    }
    const uint32_t clusters = (uint32_t)sim_below(&m->stream, 4);
    for (uint32_t c = 0; c < clusters && model->provider_count > 0; c++) {
        uint32_t members[16];
        uint32_t count = 0;
        for (uint32_t i = 0; i < model->provider_count; i++) {
            if (sim_chance(&m->stream, 40)) members[count++] = i;
        }
        sim_add_cluster(model, sim_random_probability(m), members, count);
    }
    if (sim_chance(&m->stream, 50)) sim_random_amount(m, &model->contagion_minimum, 3);
}

static void random_phases(sim_maker *m)
{
    wb_model *model = m->model;
    const uint32_t cut = (uint32_t)sim_below(&m->stream, model->step_count);
    const uint32_t ends[] = {cut, model->step_count};
    uint32_t count = 0;
    uint32_t at = 0;
    free(model->phases[0].pd);
    model->phases = must(realloc(model->phases, 2 * sizeof *model->phases));
    for (size_t f = 0; f < 2; f++) {
        if (ends[f] == at) continue;
        wb_phase *phase = &model->phases[count++];
        *phase = (wb_phase){.step_first = at, .step_end = ends[f]};
        at = ends[f];
        phase->pd = must(calloc(model->provider_count + 1, sizeof(double)));
        const double likely = sim_chance(&m->stream, 50) ? 1.0 : 0.3;
        for (uint32_t i = 0; i < model->provider_count; i++)
            phase->pd[i] = sim_random_probability(m) * likely;
    }
    model->phase_count = count;
    for (uint32_t t = 0; t < model->step_count; t++) {
        for (uint32_t i = 0; i < model->provider_count; i++) {
            if (sim_chance(&m->stream, 2)) sim_add_forced(model, t, i, sim_chance(&m->stream, 40));
        }
    }
}

static void random_contributions(sim_maker *m)
{
    wb_model *model = m->model;
    static const char *const groups[] = {"municipalities", "providers", "state"};
    for (size_t g = 0; g < 3; g++)
        (void)sim_add_group(model, groups[g]);
    /* a shared amount wants somebody to share it */
    const bool someone = model->provider_count > 0;
    const uint32_t count = (uint32_t)sim_below(&m->stream, 5);
    for (uint32_t j = 0; j < count; j++) {
        wb_contribution *rule = sim_add_contribution(
            model, (wb_contribution_kind)sim_below(&m->stream, someone ? 4 : 3),
            (uint32_t)sim_below(&m->stream, 3), 0);
        sim_random_amount(m, &rule->amount, rule->kind == WB_CONTRIBUTES_AMOUNT ? 2 : 30);
        if (someone && wb_money_sign(&model->providers[0].revenue) > 0 &&
            sim_chance(&m->stream, 60)) {
            free(rule->key);
            rule->key = must(strdup("revenue")); /* matters to a SHARED one */
        }
        sim_random_rate(m, &rule->rate, 5);
        if (sim_chance(&m->stream, 50)) sim_random_amount(m, &rule->minimum_revenue, 4);
        rule->start_of_year = sim_chance(&m->stream, 40);
        if (!sim_chance(&m->stream, 40)) continue;
        const uint32_t from = (uint32_t)sim_below(&m->stream, model->step_count);
        for (uint32_t t = from; t < model->step_count; t++)
            sim_random_rate(m, &rule->change[t], 150);
    }
}

static void random_fund(sim_maker *m)
{
    wb_model *model = m->model;
    sim_random_amount(m, &model->opening.cash, 1);
    sim_random_amount(m, &model->costs, 20);
    if (sim_chance(&m->stream, 40)) sim_random_amount(m, &model->floor, 5);
    if (sim_chance(&m->stream, 60)) sim_random_rate(m, &model->interest, 10);
    model->has_target = sim_chance(&m->stream, 60);
    if (model->has_target) sim_random_amount(m, &model->target, 2);
    model->has_cap = sim_chance(&m->stream, 50);
    if (model->has_cap) sim_random_amount(m, &model->cap, 1);
    model->surplus = sim_chance(&m->stream, 50) ? WB_SURPLUS_HOLIDAY : WB_SURPLUS_REFUND;
    model->has_levy = sim_chance(&m->stream, 60);
    if (model->has_levy) sim_random_amount(m, &model->levy_cap, 3);
    model->has_obligo = sim_chance(&m->stream, 60);
    if (model->has_obligo) sim_random_amount(m, &model->obligo_cap, 2);
    if (sim_chance(&m->stream, 60)) {
        sim_set_backstop(model, sim_chance(&m->stream, 20) ? -1 : 0);
        wb_money limit;
        wb_money_init(&limit);
        for (uint32_t t = 0; t < model->step_count; t++) {
            if (t == 0 || sim_chance(&m->stream, 10)) sim_random_amount(m, &limit, 2);
            if (!model->backstop_unlimited[t]) wb_money_set(&model->backstop_limit[t], &limit);
        }
        wb_money_clear(&limit);
        if (sim_chance(&m->stream, 30)) sim_random_amount(m, &model->opening.backstop_debt, 4);
    }
    model->backstop_repay = sim_chance(&m->stream, 60);
    model->ruin_absorbs = sim_chance(&m->stream, 25);
}

static void random_support(sim_maker *m)
{
    wb_model *model = m->model;
    model->term = 1 + (uint32_t)sim_below(&m->stream, 5);
    model->instalments = 1 + (uint32_t)sim_below(&m->stream, 6);
    model->extensions = (uint32_t)sim_below(&m->stream, 3);
    model->recovery_lag = (uint32_t)sim_below(&m->stream, 4);
    if (sim_chance(&m->stream, 60)) sim_random_rate(m, &model->support_interest, 12);
    if (sim_chance(&m->stream, 60)) sim_random_rate(m, &model->grant_share, 100);
    model->has_support_cap = sim_chance(&m->stream, 70);
    sim_random_rate(m, &model->support_cap, 40);
    double left = 1.0;
    double *const parts[] = {&model->cure, &model->extend, &model->convert};
    for (size_t i = 0; i < 3; i++) {
        *parts[i] = left * sim_random_probability(m);
        left -= *parts[i];
        if (left < 0.0) left = 0.0;
    }
    model->fail_unsupported = sim_random_probability(m);
    model->ar1 = sim_random_probability(m);
    model->cure_rho = sim_chance(&m->stream, 50) ? sim_random_probability(m) : 0.0;
    model->lgd_rho = sim_chance(&m->stream, 50) ? sim_random_probability(m) : 0.0;
    model->replace = sim_chance(&m->stream, 50);
    const uint32_t cases = (uint32_t)sim_below(&m->stream, 3);
    for (uint32_t c = 0; c < cases && model->provider_count > 0; c++) {
        sim_add_opening_case(model, (uint32_t)sim_below(&m->stream, model->provider_count), 0,
                             (uint32_t)sim_below(&m->stream, model->step_count + 2));
        sim_random_amount(m, &model->opening.cases[c].principal, 2);
    }
}

static wb_model *random_scaled(uint64_t seed, uint64_t most, const mpz_t scale, sim_more *more)
{
    static const uint32_t steps[][2] = {{1, 1}, {2, 1}, {5, 1},  {1, 4},
                                        {3, 4}, {6, 4}, {1, 12}, {2, 12}};
    sim_maker m = {.stream = {.state = seed}, .most = most};
    mpz_init_set(m.scale, scale);
    const uint64_t shape = sim_below(&m.stream, 8);
    m.model = sim_model_new(steps[shape][0], steps[shape][1], (uint32_t)sim_below(&m.stream, 13));
    m.model->seed = sim_next(&m.stream);
    random_providers(&m);
    random_phases(&m);
    random_contributions(&m);
    random_fund(&m);
    random_support(&m);
    if (more != NULL) more(&m);
    mpz_clear(m.scale);
    return m.model;
}

wb_model *sim_model_random_with(uint64_t seed, sim_scale scale, sim_more *more)
{
    static const uint64_t most[] = {3000, UINT64_C(1000000000), 1000000, 1000000};
    mpz_t factor;
    mpz_init_set_ui(factor, 1);
    wb_model *model = random_scaled(seed, most[scale], factor, more);
    for (int round = 0; scale >= SIM_SCALE_EDGE && round < 4; round++) {
        /* the bound grows with the amounts: aim at 2^61 .. 2^62, or at 16 to 32 times that */
        wb_money bound;
        wb_money_init(&bound);
        wb_model_bound(&bound, model, NULL);
        mpz_t goal;
        mpz_init_set_ui(goal, 1);
        mpz_mul_2exp(goal, goal, scale == SIM_SCALE_EDGE ? 61 : 66);
        const bool short_of = mpz_cmp(bound.cents, goal) < 0;
        mpz_mul_2exp(goal, goal, 1);
        const bool over = mpz_cmp(bound.cents, goal) >= 0;
        mpz_mul_ui(goal, goal, 7);
        mpz_fdiv_q_2exp(goal, goal, 3); /* 7/8 of the upper end */
        mpz_mul(goal, goal, factor);
        if (mpz_sgn(bound.cents) > 0) mpz_fdiv_q(goal, goal, bound.cents);
        wb_money_clear(&bound);
        if (short_of || over) {
            mpz_set(factor, goal);
            wb_model_free(model);
            model = random_scaled(seed, most[scale], factor, more);
        }
        mpz_clear(goal);
    }
    mpz_clear(factor);
    return model;
}

wb_model *sim_model_random(uint64_t seed, sim_scale scale)
{
    return sim_model_random_with(seed, scale, NULL);
}
