/*
 * bench_sim.c - paths per second of a scenario, by kernel and number of threads.
 *
 *     bench_sim [FILE [PATHS]]      default: scenarios/limburg/basis.yaml, 100000 paths
 *
 * Prints one line a run: kernel, threads, median seconds of three runs, paths a second and a CPU
 * second (which says more on a machine that is shared), and the seconds of a sizing for
 * obligo_used_up at 1 %. The GMP kernel runs a hundredth of the paths.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "waarborg/rate.h"
#include "waarborg/scenario.h"
#include "waarborg/sim.h"

enum { RUNS = 3 };

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
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
    wb_diagnostics_clear(&list);
    wb_scenario_free(scenario);
    return model;
}

static void run(wb_model *model, wb_kernel kernel, uint32_t threads, uint64_t paths)
{
    double seconds[RUNS];
    const wb_sim_options options = {.threads = threads, .kernel = kernel};
    model->paths = paths;
    const double cpu = cpu_seconds();
    for (size_t i = 0; i < RUNS; i++) {
        wb_error err = {0};
        wb_sim_result *result = NULL;
        if (wb_sim_run(&result, model, &options, &err) != WB_OK) {
            printf("%-9s %u thread(s): %s\n", wb_kernel_name(kernel), threads, err.message);
            return;
        }
        seconds[i] = result->seconds;
        wb_sim_result_free(result);
    }
    qsort(seconds, RUNS, sizeof *seconds, compare);
    printf("%-9s %u thread(s): %8.3f s, %8.0f paths/s, %8.0f per CPU second\n",
           wb_kernel_name(kernel), threads, seconds[RUNS / 2], (double)paths / seconds[RUNS / 2],
           (double)(RUNS * paths) / (cpu_seconds() - cpu));
}

static void size(wb_model *model, uint32_t threads, uint64_t paths)
{
    const wb_sim_options options = {.threads = threads};
    wb_rate target;
    wb_sim_size answer;
    wb_error err = {0};
    char text[WB_MONEY_TEXT_MAX];
    wb_rate_init(&target);
    wb_rate_set_ratio(&target, 1, 100);
    wb_sim_size_init(&answer);
    model->paths = paths;
    if (wb_sim_size_cash(&answer, model, WB_EVENT_OBLIGO_USED_UP, &target, model->years, &options,
                         &err) != WB_OK) {
        printf("sizing: %s\n", err.message);
    } else {
        printf("sizing    %u thread(s): %8.3f s, %s\n", threads, answer.seconds,
               answer.exists ? wb_money_text(text, &answer.amount, WB_MONEY_GROUPED) : "none");
    }
    wb_sim_size_clear(&answer);
    wb_rate_clear(&target);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : WB_SOURCE_DIR "/scenarios/limburg/basis.yaml";
    const uint64_t paths = argc > 2 ? strtoull(argv[2], NULL, 10) : 100000;
    wb_model *model = load(path);
    printf("%s: %u providers, %u steps, %llu paths, int64 %s\n", model->name, model->provider_count,
           model->step_count, (unsigned long long)paths,
           wb_model_int64_safe(model, NULL) ? "proved" : "not proved");
    run(model, WB_KERNEL_GMP, 1, paths / 100 + 1);
    static const wb_kernel kernels[] = {WB_KERNEL_PORTABLE, WB_KERNEL_AVX2, WB_KERNEL_AVX512};
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        run(model, kernels[k], 1, paths);
        run(model, kernels[k], 2, paths);
    }
    size(model, 1, paths);
    size(model, 2, paths);
    wb_model_free(model);
    return 0;
}
