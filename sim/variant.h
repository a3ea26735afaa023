/*
 * variant.h - a model that shares everything with another but what is changed in it.
 *
 * A copy of the struct is enough, for a model is only read once it is made; what is changed is put
 * in memory of the variant's own. The base must live longer.
 */
#ifndef WAARBORG_SIM_VARIANT_H
#define WAARBORG_SIM_VARIANT_H

#include "waarborg/model.h"

typedef struct wb_variant_block wb_variant_block;
typedef struct wb_variant {
    wb_model model;
    wb_variant_block *blocks;
    bool out_of_memory; /* once it is set, nothing may be read from the model */
} wb_variant;
void wb_variant_init(wb_variant *variant, const wb_model *base);
void wb_variant_clear(wb_variant *variant);

/* A copy of `count` elements to change, released with the variant; what its elements own stays the
 * base's. With `from` NULL: zeroes. NULL without memory, which out_of_memory keeps. */
void *wb_variant_array(wb_variant *variant, const void *from, size_t count, size_t size);
/* round(amount x factor), a share x factor, as values to put in place of the base's. */
wb_money wb_variant_money(wb_variant *variant, const wb_money *amount, const wb_rate *factor);
wb_rate wb_variant_rate(wb_variant *variant, const wb_rate *rate, const wb_rate *factor);

/* The only level that is measured, `level`, which must live as long; no thresholds. */
void wb_variant_level(wb_variant *variant, const wb_rate *level);

#endif
