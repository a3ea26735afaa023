/* memory.c - whether a run fits in memory; see memory.h. */
#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { MEGABYTE = 1000000 };

uint64_t wb_memory_of_path(const wb_model *model, const wb_tally *tally)
{
    wb_money bound;
    wb_money_init(&bound);
    wb_model_bound(&bound, model, NULL);
    const uint64_t bits = mpz_sizeinbase(bound.cents, 2) + 1;
    wb_money_clear(&bound);
    return tally->column_count * (bits * WB_BLOCK_PATHS / 8 + 8 + WB_PACKED_ENTRY) /
               WB_BLOCK_PATHS +
           1;
}

/* The number after `key` in a small file of the system, in units of `unit`; UINT64_MAX without. */
static uint64_t number_in(const char *path, const char *key, uint64_t unit)
{
    char line[256];
    uint64_t found = UINT64_MAX;
    FILE *in = fopen(path, "re");
    while (in != NULL && found == UINT64_MAX && fgets(line, sizeof line, in) != NULL) {
        if (strncmp(line, key, strlen(key)) != 0) continue;
        char *end = NULL;
        const unsigned long long number = strtoull(line + strlen(key), &end, 10);
        if (end != line + strlen(key)) found = number * unit;
    }
    if (in != NULL) (void)fclose(in);
    return found;
}

uint64_t wb_memory_free(void)
{
    uint64_t least = number_in("/proc/meminfo", "MemAvailable:", 1024);
    const uint64_t group = number_in("/sys/fs/cgroup/memory.max", "", 1); /* "max": no limit */
    if (group < least) least = group;
    struct rlimit own;
    if (getrlimit(RLIMIT_AS, &own) == 0 && own.rlim_cur != RLIM_INFINITY) {
        const uint64_t taken = number_in("/proc/self/status", "VmSize:", 1024);
        const uint64_t left = taken < own.rlim_cur ? own.rlim_cur - taken : 0;
        if (left < least) least = left;
    }
    return least;
}

wb_code wb_memory_check(const wb_model *model, const wb_tally *tally, uint64_t run, bool result,
                        uint64_t available, wb_error *err)
{
    const uint64_t path = wb_memory_of_path(model, tally);
    const uint64_t sort = result ? tally->paths * WB_MEMORY_SORT : 0;
    const uint64_t needed = run * path + sort;
    const uint64_t megabytes = needed / MEGABYTE + 1;
    if (needed <= available) return WB_OK;
    (void)wb_fail(err, WB_E_NOMEM, "%llu paths may need %llu MB of memory, and %llu MB are free",
                  (unsigned long long)run, (unsigned long long)megabytes,
                  (unsigned long long)(available / MEGABYTE));
    /* a merge maps the files, and needs the room to sort in only */
    if (tally->paths * WB_MEMORY_SORT > available) {
        wb_error_hint(err, "take fewer paths, or a machine with more memory");
    } else {
        const uint64_t shards = run * path / (available > 0 ? available : 1) + 1;
        wb_error_hint(err,
                      "run it in shards, --shard 1/%llu and so on with --out, and then sim merge",
                      (unsigned long long)shards);
    }
    return WB_E_NOMEM;
}
