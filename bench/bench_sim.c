/*
 * bench_sim.c - paths per second of scenarios, by kernel and number of threads.
 *
 *     bench_sim [PATHS [FILE...]]   default: 100000 paths, Limburg, the whole country, and a
 *                                   portfolio of 1000 in one period (portfolio.yaml)
 *
 * For each scenario one line a run: kernel, threads, median seconds of three runs, paths a second
 * and a CPU second (which says more on a machine that is shared), and distress draws a CPU second
 * (paths x providers x steps). The GMP kernel runs a hundredth of the paths. Then what the second
 * thread adds, beside what it adds to a bare loop of multiplications; the seconds of a sizing for
 * obligo_used_up at 1 %; and the most memory that the process has had.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "bench/bench.h"
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

/* Median seconds; 0 where the kernel does not run. */
static double run(wb_model *model, wb_kernel kernel, uint32_t threads, uint64_t paths)
{
    double seconds[RUNS];
    const wb_sim_options options = {.threads = threads, .kernel = kernel};
    model->paths = paths;
    const double cpu = busy();
    for (size_t i = 0; i < RUNS; i++) {
        wb_error err = {0};
        wb_sim_result *result = NULL;
        if (wb_sim_run(&result, model, &options, &err) != WB_OK) {
            printf("  %-9s %u thread(s): %s\n", wb_kernel_name(kernel), threads, err.message);
            return 0;
        }
        seconds[i] = result->seconds;
        wb_sim_result_free(result);
    }
    qsort(seconds, RUNS, sizeof *seconds, compare);
    const double rate = (double)(RUNS * paths) / (busy() - cpu);
    printf("  %-9s %u thread(s): %8.3f s, %8.0f paths/s, %8.0f per CPU second, %6.1f M draws\n",
           wb_kernel_name(kernel), threads, seconds[RUNS / 2], (double)paths / seconds[RUNS / 2],
           rate, rate * model->provider_count * model->step_count * 1e-6);
    return seconds[RUNS / 2];
}

/* A bare loop: what two threads can gain on this machine, now. */
static void *multiply(void *seed)
{
    uint64_t *value = seed;
    for (uint64_t i = 0; i < UINT64_C(300000000); i++)
        *value = *value * UINT64_C(6364136223846793005) + i;
    return NULL;
}

static double bare_gain(void)
{
    uint64_t seeds[3] = {1, 2, 3};
    pthread_t thread;
    const double start = now();
    (void)multiply(&seeds[0]);
    const double one = now() - start;
    if (pthread_create(&thread, NULL, multiply, &seeds[1]) != 0) return 0;
    (void)multiply(&seeds[2]);
    (void)pthread_join(thread, NULL);
    return 2 * one / (now() - start - one);
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
        printf("  sizing: %s\n", err.message);
    } else {
        printf("  sizing    %u thread(s): %8.3f s, %s\n", threads, answer.seconds,
               answer.exists ? wb_money_text(text, &answer.amount, WB_MONEY_GROUPED) : "none");
    }
    wb_sim_size_clear(&answer);
    wb_rate_clear(&target);
}

static void bench(const char *path, uint64_t paths)
{
    static const wb_kernel kernels[] = {WB_KERNEL_PORTABLE, WB_KERNEL_AVX2, WB_KERNEL_AVX512};
    wb_model *model = load(path);
    printf("%s: %u providers, %u parties, %u steps, %llu paths, int64 %s\n", model->name,
           model->provider_count, model->party_count, model->step_count, (unsigned long long)paths,
           wb_model_int64_safe(model, NULL) ? "proved" : "not proved");
    (void)run(model, WB_KERNEL_GMP, 1, paths / 100 + 1);
    double one = 0;
    double two = 0;
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        one = run(model, kernels[k], 1, paths);
        two = run(model, kernels[k], 2, paths);
    }
    if (two > 0) {
        printf("  two threads gain %.2f, those of a bare loop %.2f\n", one / two, bare_gain());
    }
    size(model, 1, paths);
    size(model, 2, paths);
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        printf("  memory so far: at most %.1f MB\n", (double)usage.ru_maxrss / 1024);
    }
    wb_model_free(model);
}

int main(int argc, char **argv)
{
    static const char *const files[] = {
        WB_SOURCE_DIR "/scenarios/limburg/basis.yaml",
        WB_SOURCE_DIR "/scenarios/landelijk/basis.yaml",
        WB_SOURCE_DIR "/bench/portfolio.yaml",
    };
    const uint64_t paths = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    for (int i = 2; i < argc; i++)
        bench(argv[i], paths);
    for (size_t i = 0; argc <= 2 && i < sizeof files / sizeof *files; i++)
        bench(files[i], paths);
    return 0;
}
