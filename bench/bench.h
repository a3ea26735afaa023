/* bench.h - what the benches of the books share: clocks in seconds, and what ends a run. */
#ifndef WAARBORG_BENCH_BENCH_H
#define WAARBORG_BENCH_BENCH_H

#include <stdlib.h>
#include <time.h>

#include "waarborg/error.h"

static inline double clock_seconds(clockid_t clock)
{
    struct timespec at;
    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static inline double now(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

/* Processor time of this process: steadier than the clock on a busy machine. */
static inline double busy(void)
{
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static inline void must(wb_code code, const wb_error *err)
{
    if (code == WB_OK) return;
    wb_error_render(stderr, err);
    exit(wb_code_exit(code));
}

#endif
