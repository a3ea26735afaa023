/*
 * generate.c - makes the tables of the national scenario: no row describes an organisation.
 *
 * Usage: generate_landelijk providers|municipalities, on standard output. The same bytes
 * everywhere: sizes are quantiles, not draws, and what is assigned is assigned by a hash of the
 * row's number.
 *
 * Providers: 270 of at least EUR 2 million with together EUR 4.6 billion a year, log-normal with
 * sigma 1.2 above 2 million (the median follows from the total). Classes by size, as everywhere; 11
 * providers of closed care (KP) and 13 certified institutions (KG) are spread over the larger ones.
 * Municipalities: 342 numbered ones in 42 numbered regions with together 3.27 million children
 * under 18, log-normal with sigma 0.95.
 *
 * Observed: 226 to 270 providers above 2 million, the total, sigma, 342 municipalities, 42 regions,
 * the number of minors, 11 providers of closed care. Assumed: the 13, which sizes KP and KG have,
 * the segments, groups and consortia, the sizes of municipalities, and one client per EUR 20 000.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "waarborg/numeric.h"

enum { PROVIDERS = 270, MUNICIPALITIES = 342, REGIONS = 42, GROUPS = 10 };
#define LEAST 2e6
#define TOTAL 4.6e9
#define SIGMA 1.2
#define MINORS 3.27e6
#define MINORS_SIGMA 0.95

/* ---- numbers from row numbers ---- */

/* splitmix64 of a purpose and a number. */
static uint64_t hash(uint32_t purpose, uint32_t number)
{
    uint64_t z = ((uint64_t)purpose << 32) + number + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 <= result < limit */
static uint32_t pick(uint32_t purpose, uint32_t number, uint32_t limit)
{
    return (uint32_t)((hash(purpose, number) >> 32) * limit >> 32);
}

/* The sum of n log-normal quantiles at (i + 1/2) / n above `least`, for a median of exp(mu). */
static double fill(double *sizes, uint32_t n, double mu, double sigma, double least)
{
    const double below = least > 0 ? wb_normal_cdf((wb_log(least) - mu) / sigma) : 0;
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double u = below + (1 - below) * ((double)(n - i) - 0.5) / (double)n;
        sizes[i] = wb_exp(mu + sigma * wb_normal_quantile(u)); /* the largest first */
        sum += sizes[i];
    }
    return sum;
}

/* The sizes whose sum is `total`. */
static void solve(double *sizes, uint32_t n, double total, double sigma, double least)
{
    double low = 0;
    double high = wb_log(total);
    for (int i = 0; i < 100; i++) {
        const double middle = (low + high) / 2;
        if (fill(sizes, n, middle, sigma, least) < total)
            low = middle;
        else
            high = middle;
    }
}

/* ---- municipalities ---- */

typedef struct municipality {
    uint32_t region, minors;
} municipality;

/* Largest first; dealt out over the regions in a mixed order, eight or nine to each. */
static void make_municipalities(municipality all[MUNICIPALITIES])
{
    double sizes[MUNICIPALITIES];
    uint32_t order[MUNICIPALITIES];
    solve(sizes, MUNICIPALITIES, MINORS, MINORS_SIGMA, 0);
    for (uint32_t i = 0; i < MUNICIPALITIES; i++)
        order[i] = i;
    for (uint32_t i = MUNICIPALITIES - 1; i > 0; i--) {
        const uint32_t k = pick(1, i, i + 1);
        const uint32_t swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    for (uint32_t i = 0; i < MUNICIPALITIES; i++) {
        all[order[i]].region = i % REGIONS;
        all[i].minors = (uint32_t)(sizes[i] / 10 + 0.5) * 10;
    }
}

static void print_municipalities(void)
{
    municipality all[MUNICIPALITIES];
    make_municipalities(all);
    puts("id,region,under18_estimate,assumed");
    for (uint32_t i = 0; i < MUNICIPALITIES; i++) {
        printf("gemeente-%03u,jeugdregio-%02u,%u,yes\n", (unsigned)i + 1,
               (unsigned)all[i].region + 1, (unsigned)all[i].minors);
    }
}

/* ---- providers ---- */

/* Places in the order of size, from 0. */
static const uint32_t closed[] = {8, 14, 20, 26, 32, 38, 46, 54, 64, 76, 90};
static const uint32_t certified[] = {3, 6, 11, 17, 23, 29, 35, 43, 52, 62, 74, 88, 104};

static int is_one_of(const uint32_t *places, size_t count, uint32_t i)
{
    for (size_t k = 0; k < count; k++) {
        if (places[k] == i) return 1;
    }
    return 0;
}

static const char *class_of(uint32_t i, uint64_t revenue)
{
    if (is_one_of(closed, sizeof closed / sizeof closed[0], i)) return "KP";
    if (is_one_of(certified, sizeof certified / sizeof certified[0], i)) return "KG";
    return revenue > 60000000 ? "K5" : revenue > 20000000 ? "K4" : "K3";
}

static const char *segment_of(uint32_t i, const char *class_)
{
    /* of ten */
    static const char *const large[] = {"verblijf",  "verblijf",  "verblijf", "jeugd-ggz",
                                        "jeugd-ggz", "jeugd-ggz", "wonen",    "pleegzorg",
                                        "pleegzorg", "ambulant"};
    static const char *const small[] = {"ambulant",  "ambulant", "ambulant", "ambulant",
                                        "ambulant",  "wonen",    "wonen",    "jeugd-ggz",
                                        "jeugd-ggz", "verblijf"};
    if (strcmp(class_, "KP") == 0) return i % 3 == 0 ? "gesloten-klinisch" : "jeugdzorgplus";
    if (strcmp(class_, "KG") == 0) return "jeugdbescherming";
    return strcmp(class_, "K3") == 0 ? small[pick(2, i, 10)] : large[pick(2, i, 10)];
}

/* A region, as likely as it has minors. */
static uint32_t region_of(uint32_t i, const municipality all[MUNICIPALITIES])
{
    uint32_t sum = 0;
    for (uint32_t k = 0; k < MUNICIPALITIES; k++)
        sum += all[k].minors;
    uint32_t at = pick(3, i, sum);
    uint32_t k = 0;
    while (at >= all[k].minors)
        at -= all[k++].minors;
    return all[k].region;
}

/* Ten groups among the 120 largest, of up to six; nothing for the others. */
static void print_group(uint32_t i)
{
    const uint32_t place = i < 120 ? pick(4, i, 50) : GROUPS;
    if (place < GROUPS) printf("concern-%02u", (unsigned)place + 1);
}

static void print_providers(void)
{
    municipality all[MUNICIPALITIES];
    double sizes[PROVIDERS];
    make_municipalities(all);
    solve(sizes, PROVIDERS, TOTAL, SIGMA, LEAST);
    puts("id,class,group,consortia,segment,region,crucial,revenue_eur,clients");
    for (uint32_t i = 0; i < PROVIDERS; i++) {
        const uint64_t revenue = (uint64_t)(sizes[i] / 10000 + 0.5) * 10000;
        const char *class_ = class_of(i, revenue);
        const uint32_t region = region_of(i, all);
        printf("LA%03u,%s,", (unsigned)i + 1, class_);
        print_group(i);
        /* six of ten buy in with the others of their region */
        if (pick(5, i, 10) < 6) {
            printf(",inkoop-%02u", (unsigned)region + 1);
        } else {
            putchar(',');
        }
        printf(",%s,jeugdregio-%02u,%s,%llu,%llu\n", segment_of(i, class_), (unsigned)region + 1,
               strcmp(class_, "K3") == 0 || strcmp(class_, "K4") == 0 ? "no" : "yes",
               (unsigned long long)revenue, (unsigned long long)(revenue / 20000));
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "providers") == 0) {
        print_providers();
    } else if (argc == 2 && strcmp(argv[1], "municipalities") == 0) {
        print_municipalities();
    } else {
        fputs("usage: generate_landelijk providers|municipalities\n", stderr);
        return 2;
    }
    return 0;
}
