/* group.h - the part of bench_ledger in which many processes post at once. */
#ifndef WAARBORG_BENCH_GROUP_H
#define WAARBORG_BENCH_GROUP_H

/* Let `posters` processes post single entries, each answer durable, for `seconds` into the ledger
 * `dir`, which has the accounts 1000 to 1007 and the parties GM0000 to GM0239. Prints one line. */
void bench_group(const char *dir, int posters, double seconds);

#endif
