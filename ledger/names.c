/* names.c - two open hash tables over one list of names. */
#include "ledger/names.h"

#include <assert.h>
#include <stdlib.h>

enum { NAMES_FIRST = 64, PLACES_PER_NAME = 4 };

void wb_names_clear(wb_names *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        free(names->items[i].text);
    free(names->items);
    free(names->by_text);
    free(names->by_number);
    *names = (wb_names){0};
}

/* FNV-1a: short keys, and nobody to defend against: codes come from our own records. */
static uint32_t hash_text(wb_record_kind kind, wb_span text)
{
    uint64_t hash = 0xCBF29CE484222325U ^ (uint64_t)kind;
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ text.data[i]) * 0x100000001B3U;
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t hash_number(uint64_t number)
{
    return (uint32_t)((number * 0x9E3779B97F4A7C15U) >> 32);
}

static uint32_t mask_of(const wb_names *names)
{
    return names->capacity * PLACES_PER_NAME - 1;
}

static void place(uint32_t *table, uint32_t mask, uint32_t hash, uint32_t value)
{
    uint32_t at = hash & mask;
    while (table[at] != 0)
        at = (at + 1) & mask;
    table[at] = value;
}

static void index_item(wb_names *names, uint32_t i)
{
    const wb_name *name = &names->items[i];
    place(names->by_text, mask_of(names), hash_text(name->kind, wb_span_text(name->text)), i + 1);
    place(names->by_number, mask_of(names), hash_number(name->number), i + 1);
}

static wb_code grow(wb_names *names, wb_error *err)
{
    const uint32_t capacity = names->capacity == 0 ? NAMES_FIRST : names->capacity * 2;
    assert(capacity < UINT32_MAX / PLACES_PER_NAME);
    wb_name *items = realloc(names->items, capacity * sizeof *items);
    if (items != NULL) names->items = items;
    uint32_t *by_text = calloc((size_t)capacity * PLACES_PER_NAME, sizeof *by_text);
    uint32_t *by_number = calloc((size_t)capacity * PLACES_PER_NAME, sizeof *by_number);
    if (items == NULL || by_text == NULL || by_number == NULL) {
        free(by_text);
        free(by_number);
        return wb_fail(err, WB_E_NOMEM, "cannot hold %u names", (unsigned)capacity);
    }
    free(names->by_text);
    free(names->by_number);
    names->by_text = by_text;
    names->by_number = by_number;
    names->capacity = capacity;
    for (uint32_t i = 0; i < names->count; i++)
        index_item(names, i);
    return WB_OK;
}

const wb_name *wb_names_by_text(const wb_names *names, wb_record_kind kind, wb_span text)
{
    if (names->count == 0) return NULL;
    const uint32_t mask = mask_of(names);
    for (uint32_t at = hash_text(kind, text) & mask; names->by_text[at] != 0;
         at = (at + 1) & mask) {
        const wb_name *name = &names->items[names->by_text[at] - 1];
        if (name->kind == kind && wb_span_equal(wb_span_text(name->text), text)) return name;
    }
    return NULL;
}

const wb_name *wb_names_by_number(const wb_names *names, uint64_t number)
{
    if (names->count == 0) return NULL;
    const uint32_t mask = mask_of(names);
    for (uint32_t at = hash_number(number) & mask; names->by_number[at] != 0;
         at = (at + 1) & mask) {
        const wb_name *name = &names->items[names->by_number[at] - 1];
        if (name->number == number) return name;
    }
    return NULL;
}

wb_code wb_names_add(wb_names *names, wb_record_kind kind, wb_span text, uint64_t number,
                     wb_error *err)
{
    assert(wb_names_by_number(names, number) == NULL);
    if (names->count == names->capacity) {
        const wb_code code = grow(names, err);
        if (code != WB_OK) return code;
    }
    char *copy = malloc(text.size + 1);
    if (copy == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a name");
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    names->items[names->count] = (wb_name){number, kind, copy};
    names->count++;
    index_item(names, names->count - 1);
    return WB_OK;
}
