/*
 * fuzz.h - what a fuzz target gives and gets. One target, two drivers: driver.c replays the corpus
 * and a fixed number of mutations in every build, libFuzzer searches on in the `fuzz` preset.
 *
 * A target states a property of any bytes at all, not only that nothing breaks: what a decoder
 * accepts must encode to the same bytes again, what a parser accepts must print and parse to the
 * same value. FUZZ_CHECK says which property failed and aborts.
 */
#ifndef WAARBORG_TESTS_FUZZ_H
#define WAARBORG_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define FUZZ_CHECK(property)                                                                    \
    do {                                                                                        \
        if (!(property)) {                                                                      \
            (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
            abort();                                                                            \
        }                                                                                       \
    } while (0)

/* The property, of `size` bytes in a block of exactly that size. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where mutation starts: the target gives well-formed inputs to `seed`, which copies them. */
typedef void fuzz_seed(const void *data, size_t size, void *context);
void fuzz_seeds(fuzz_seed *seed, void *context);

/* The bytes as a file: a name that can be opened until the next call. For parsers that read one. */
const char *fuzz_file(const void *data, size_t size);

#endif
