/*
 * plain_loop.c - the same model as a good programmer would first write it: one path, one provider
 * after another, built with -O3 -march=native.
 *
 * It gets what is easy to have: the grouped integer thresholds (one normal distribution function
 * per group and step, not per provider), all four words of a Philox block, no draw for a provider
 * that is never distressed, and the project's own walk over the money. What it does not do is
 * draw sixteen paths at once, bound the thresholds, or vectorise. Its paths are compared with the
 * engine's before anything is timed.
 *
 *     plain_loop [FILE [PATHS]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/kernel.h"
#include "sim/walk64.h"
#include "waarborg/scenario.h"

typedef struct plain {
    const wb_model *model;
    wb_plan *plan;
    wb_plan64 *plan64;
    wb_draw_plan *draw_plan; /* the walk's bounds; the draws do without */
    wb_walk64 walk;
    wb_draws draws; /* lane 0 only */
    double *factors;
    uint64_t *thresholds; /* [step of block][group] */
} plain;

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void add(wb_draws *draws, uint32_t step, uint32_t provider)
{
    if (draws->node_count + 1 >= draws->node_room) {
        draws->node_room *= 2;
        draws->nodes = realloc(draws->nodes, draws->node_room * sizeof *draws->nodes);
        if (draws->nodes == NULL) exit(1);
    }
    uint32_t *head = &draws->head[step * WB_LANES];
    draws->nodes[++draws->node_count] =
        (wb_draw_node){.next = *head, .provider = (uint16_t)provider, .calm = true, .raised = true};
    *head = draws->node_count;
}

static void draw(plain *p, uint64_t path)
{
    const wb_model *model = p->model;
    const uint32_t groups = model->provider_count;
    p->draws.path_first = path;
    p->draws.node_count = 0;
    memset(p->draws.head, 0, model->step_count * WB_LANES * sizeof *p->draws.head);
    for (uint32_t first = 0; first < model->step_count; first += 4) {
        const uint32_t end = first + 4 < model->step_count ? first + 4 : model->step_count;
        for (uint32_t t = first; t < end; t++) {
            const wb_plan_phase *phase = &p->plan->phases[p->plan->phase_of[t]];
            wb_plan_factors(p->plan, path, t, p->factors);
            p->draws.national[t * WB_LANES] = p->factors[0];
            for (uint32_t g = 0; g < phase->group_count; g++) {
                p->thresholds[(t - first) * groups + g] = wb_plan_threshold(
                    p->plan, &phase->groups[g], p->factors, wb_plan_scale(p->plan, path, t));
            }
        }
        for (uint32_t i = model->provider_count; i-- > 0;) {
            uint64_t most = 0;
            for (uint32_t t = first; t < end; t++) {
                const wb_plan_phase *phase = &p->plan->phases[p->plan->phase_of[t]];
                const uint64_t own = p->thresholds[(t - first) * groups + phase->group_of[i]];
                most = own > most ? own : most;
            }
            if (most == 0) continue;
            const wb_block block =
                wb_draw(model->seed, path, first / 4, WB_DRAW_DISTRESS, model->providers[i].index);
            for (uint32_t t = first; t < end; t++) {
                const wb_plan_phase *phase = &p->plan->phases[p->plan->phase_of[t]];
                if (block.word[t - first] <
                    p->thresholds[(t - first) * groups + phase->group_of[i]]) {
                    add(&p->draws, t, i);
                }
            }
        }
    }
}

static void run(plain *p, uint64_t path, wb_path_result *result)
{
    draw(p, path);
    wb_walk64_path(&p->walk, &p->draws, 0, p->plan64->cash, p->model->step_count, WB_EVENT_COUNT,
                   result, NULL);
}

static wb_model *load(const char *path)
{
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    if (wb_scenario_load(&scenario, path, &list) != WB_OK ||
        wb_scenario_model(&model, scenario, NULL, &list) != WB_OK) {
        wb_diagnostics_render(stderr, &list, NULL);
        exit(1);
    }
    wb_scenario_free(scenario);
    return model;
}

int main(int argc, char **argv)
{
    wb_model *model = load(argc > 1 ? argv[1] : WB_SOURCE_DIR "/scenarios/limburg/basis.yaml");
    const uint64_t paths = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000;
    plain p = {.model = model};
    wb_prepared *prepared = NULL;
    wb_path_result result;
    if (!wb_model_int64_safe(model, NULL) || wb_plan_new(&p.plan, model, NULL) != WB_OK ||
        wb_plan64_new(&p.plan64, p.plan, NULL) != WB_OK ||
        wb_draw_plan_new(&p.draw_plan, p.plan, NULL) != WB_OK ||
        !wb_walk64_init(&p.walk, p.plan64, p.draw_plan, wb_words_portable) ||
        !wb_draws_init(&p.draws, p.draw_plan) || !wb_path_result_init(&result, model) ||
        wb_prepared_new(&prepared, model, WB_KERNEL_AUTO, NULL, NULL) != WB_OK) {
        return 1;
    }
    wb_worker *worker = wb_worker_new(prepared);
    p.factors = calloc(p.draw_plan->factor_count, sizeof *p.factors);
    p.thresholds = calloc(4 * (size_t)model->provider_count, sizeof *p.thresholds);
    if (worker == NULL || p.factors == NULL || p.thresholds == NULL) return 1;
    for (uint64_t path = 0; path < 1000; path++) {
        const wb_path_result *engine = NULL;
        run(&p, path, &result);
        if (wb_worker_path(worker, path, NULL, &engine, NULL, NULL) != WB_OK ||
            engine->loss != result.loss || engine->need != result.need) {
            printf("path %llu differs\n", (unsigned long long)path);
            return 1;
        }
    }
    double start = cpu_seconds();
    for (uint64_t path = 0; path < paths; path++)
        run(&p, path, &result);
    const double plain_seconds = cpu_seconds() - start;
    start = cpu_seconds();
    for (uint64_t path = 0; path < paths; path++) {
        const wb_path_result *engine = NULL;
        if (wb_worker_path(worker, path, NULL, &engine, NULL, NULL) != WB_OK) return 1;
    }
    const double engine_seconds = cpu_seconds() - start;
    printf("%s: plain loop %.0f paths per CPU second, engine (%s) %.0f: %.1f times\n", model->name,
           (double)paths / plain_seconds, wb_kernel_name(wb_prepared_kernel(prepared)),
           (double)paths / engine_seconds, plain_seconds / engine_seconds);
    wb_worker_free(worker);
    wb_prepared_free(prepared);
    wb_path_result_clear(&result);
    wb_draws_clear(&p.draws);
    wb_walk64_clear(&p.walk);
    wb_draw_plan_free(p.draw_plan);
    wb_plan64_free(p.plan64);
    wb_plan_free(p.plan);
    free(p.factors);
    free(p.thresholds);
    wb_model_free(model);
    return 0;
}
