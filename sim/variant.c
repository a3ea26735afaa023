/* variant.c - the memory of changed models; see variant.h. */
#include "sim/variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/rate.h"

struct wb_variant_block {
    wb_variant_block *next;
    bool has_money, has_rate;
    wb_money money;
    wb_rate rate;
    void *memory;
};

void wb_variant_init(wb_variant *variant, const wb_model *base)
{
    memset(variant, 0, sizeof *variant);
    variant->model = *base;
}

void wb_variant_clear(wb_variant *variant)
{
    while (variant->blocks != NULL) {
        wb_variant_block *block = variant->blocks;
        variant->blocks = block->next;
        if (block->has_money) wb_money_clear(&block->money);
        if (block->has_rate) wb_rate_clear(&block->rate);
        free(block->memory);
        free(block);
    }
    memset(variant, 0, sizeof *variant);
}

static wb_variant_block *block_new(wb_variant *variant)
{
    wb_variant_block *block = calloc(1, sizeof *block);
    if (block == NULL) {
        variant->out_of_memory = true;
        return NULL;
    }
    block->next = variant->blocks;
    variant->blocks = block;
    return block;
}

void *wb_variant_array(wb_variant *variant, const void *from, size_t count, size_t size)
{
    wb_variant_block *block = block_new(variant);
    void *memory = calloc(count > 0 ? count : 1, size);
    if (block == NULL || memory == NULL) {
        free(memory);
        variant->out_of_memory = true;
        return NULL;
    }
    block->memory = memory;
    if (from != NULL) memcpy(memory, from, count * size);
    return memory;
}

wb_money wb_variant_money(wb_variant *variant, const wb_money *amount, const wb_rate *factor)
{
    wb_variant_block *block = block_new(variant);
    if (block == NULL) return *amount;
    wb_money_init(&block->money);
    block->has_money = true;
    wb_rate_apply(&block->money, amount, factor, WB_ROUND_HALF_AWAY);
    return block->money;
}

wb_rate wb_variant_rate(wb_variant *variant, const wb_rate *rate, const wb_rate *factor)
{
    wb_variant_block *block = block_new(variant);
    if (block == NULL) return *rate;
    wb_rate_init(&block->rate);
    block->has_rate = true;
    mpq_mul(block->rate.ratio, rate->ratio, factor->ratio);
    return block->rate;
}

void wb_variant_level(wb_variant *variant, const wb_rate *level)
{
    char text[WB_RATE_TEXT_MAX];
    wb_model *model = &variant->model;
    (void)snprintf(model->levels[0].text, sizeof model->levels[0].text, "%.31s",
                   wb_rate_text(text, level));
    model->levels[0].level = *level;
    model->level_count = 1;
    model->exceed_count = 0;
}
