/*
 * probe.c - a hash of many results of the C library's exp, log, pow and sin.
 *
 * glibc picks variants of these by processor, and they differ in their last bits. When hiding a
 * feature changes this hash, the same mask is a real test of a program that must not depend on it.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    uint64_t hash = 0;
    for (int i = 1; i < 200000; i++) {
        double x = exp(i * 1e-4) + log(i * 0.37) + pow(i * 0.1, 0.3) + sin(i * 0.7);
        uint64_t bits;
        memcpy(&bits, &x, sizeof bits);
        hash = hash * 31 + bits;
    }
    printf("%016llx\n", (unsigned long long)hash);
    return 0;
}
