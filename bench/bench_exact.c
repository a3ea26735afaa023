/*
 * bench_exact.c - time and stated error of the exact solver (goals S5).
 *
 * Unequal providers with heavy-tailed losses of whole thousands: probabilities of 0.5 to 5 %,
 * losses 1 + floor(4 / u^0.8) thousands, at most 3000, from a fixed sequence. Usage: bench_exact
 */
#include <stdio.h>
#include <stdlib.h>

#include "waarborg/numeric.h"
#include "waarborg/sim_exact.h"

static void *must(void *memory)
{
    if (memory == NULL) abort();
    return memory;
}

static wb_provider provider_of(uint32_t i, uint32_t segments, double national, double segment)
{
    wb_provider p;
    char id[16];
    const double u = wb_draw_uniform(1, i, 0, WB_DRAW_DISTRESS, 0);
    wb_provider_init(&p);
    (void)snprintf(id, sizeof id, "p%04u", (unsigned)i);
    p.id = must(malloc(sizeof id));
    (void)snprintf(p.id, sizeof id, "%s", id);
    p.index = i;
    p.pays = WB_PAYS_LOSS;
    const double size = 1.0 + 4.0 * wb_exp(-0.8 * wb_log(u));
    wb_money_set_cents(&p.amount, (int64_t)(size < 3000.0 ? size : 3000.0) * 100000);
    p.segment = segments > 0 ? i % segments : WB_NONE;
    p.loading_national = national;
    p.loading_segment = segment;
    p.residual = __builtin_sqrt(1.0 - national * national - segment * segment);
    return p;
}

static wb_model *model_of(uint32_t n, uint32_t segments, uint32_t dof)
{
    wb_model *model = must(wb_model_new());
    model->years = model->steps_per_year = model->step_count = 1;
    wb_money_set_cents(&model->opening.cash, INT64_C(1000000000000000));
    model->providers = must(calloc(n, sizeof *model->providers));
    model->phases = must(calloc(1, sizeof *model->phases));
    model->phases[0].pd = must(calloc(n, sizeof(double)));
    model->phase_count = 1;
    model->phases[0].step_end = 1;
    model->segment_count = segments;
    model->degrees_of_freedom = dof;
    const double national = __builtin_sqrt(segments > 0 ? 0.15 : 0.20);
    for (uint32_t i = 0; i < n; i++) {
        model->providers[i] =
            provider_of(i, segments, national, segments > 0 ? __builtin_sqrt(0.10) : 0.0);
        model->phases[0].pd[i] = 0.005 + 0.045 * wb_draw_uniform(2, i, 0, WB_DRAW_DISTRESS, 0);
    }
    model->provider_count = n;
    static const char *const levels[] = {"0.99", "0.995", "0.999"};
    for (size_t l = 0; l < 3; l++) {
        wb_level *level = &model->levels[model->level_count++];
        (void)snprintf(level->text, sizeof level->text, "%s", levels[l]);
        if (wb_rate_parse(&level->level, levels[l], 4 + (l > 0), WB_RATE_RATE, NULL) != WB_OK) {
            abort();
        }
    }
    return model;
}

static void measure(const char *what, uint32_t n, uint32_t segments, uint32_t dof,
                    bool contributions)
{
    wb_model *model = model_of(n, segments, dof);
    const wb_exact_options options = {.contributions = contributions};
    wb_exact_result *result = NULL;
    double best = 1e9;
    wb_error err;
    for (int run = 0; run < (best < 0.5 ? 5 : 1); run++) {
        wb_exact_result_free(result);
        if (wb_sim_exact(&result, model, &options, &err) != WB_OK) {
            (void)fprintf(stderr, "%s: %s\n", what, err.message);
            wb_model_free(model);
            return;
        }
        if (result->seconds < best) best = result->seconds;
    }
    (void)printf("%-36s %5u %8zu %9llu %10.4f  %.1e\n", what, (unsigned)n, result->points,
                 (unsigned long long)result->nodes, best, result->error);
    wb_exact_result_free(result);
    model->segment_count = 0; /* they have no names */
    wb_model_free(model);
}

int main(void)
{
    (void)printf("%-36s %5s %8s %9s %10s  %s\n", "portfolio", "n", "points", "given", "seconds",
                 "error");
    measure("one factor", 100, 0, 0, false);
    measure("one factor", 1000, 0, 0, false);
    measure("one factor", 2000, 0, 0, false);
    measure("national and 10 segments", 200, 10, 0, false);
    measure("national and 10 segments", 1000, 10, 0, false);
    measure("t copula, 4 degrees of freedom", 100, 0, 4, false);
    measure("t copula, 4 degrees of freedom", 1000, 0, 4, false);
    return EXIT_SUCCESS;
}
