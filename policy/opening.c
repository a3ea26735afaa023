/* opening.c - the storage of an opening position. */
#include "waarborg/opening.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void wb_opening_init(wb_opening *opening)
{
    assert(opening != NULL);
    memset(opening, 0, sizeof *opening);
    wb_money_init(&opening->cash);
    wb_money_init(&opening->backstop_debt);
    wb_money_init(&opening->obligo_called);
    wb_money_init(&opening->levy_called);
    wb_money_init(&opening->promised);
}

void wb_opening_clear(wb_opening *opening)
{
    assert(opening != NULL);
    wb_money_clear(&opening->cash);
    wb_money_clear(&opening->backstop_debt);
    wb_money_clear(&opening->obligo_called);
    wb_money_clear(&opening->levy_called);
    for (size_t i = 0; i < opening->case_count; i++) {
        wb_opening_case *one = &opening->cases[i];
        wb_money_clear(&one->principal);
        for (size_t k = 0; k < one->instalment_count; k++)
            wb_money_clear(&one->instalments[k].principal);
        free(one->instalments);
    }
    for (size_t i = 0; i < opening->line_count; i++)
        wb_money_clear(&opening->lines[i].balance);
    wb_money_clear(&opening->promised);
    free(opening->cases);
    free(opening->classes);
    free(opening->lines);
    opening->cases = NULL;
    opening->classes = NULL;
    opening->lines = NULL;
    opening->case_count = opening->class_count = opening->line_count = 0;
}

/* One zeroed element more at the end of an array; NULL without memory. */
static void *add(void **items, size_t *count, size_t size)
{
    char *grown = realloc(*items, (*count + 1) * size);
    if (grown == NULL) return NULL;
    *items = grown;
    void *added = grown + *count * size;
    memset(added, 0, size);
    (*count)++;
    return added;
}

wb_opening_case *wb_opening_add_case(wb_opening *opening)
{
    assert(opening != NULL);
    void *items = opening->cases;
    wb_opening_case *added = add(&items, &opening->case_count, sizeof *added);
    opening->cases = items;
    if (added != NULL) wb_money_init(&added->principal);
    return added;
}

wb_opening_instalment *wb_opening_add_instalment(wb_opening_case *to)
{
    assert(to != NULL);
    void *items = to->instalments;
    wb_opening_instalment *added = add(&items, &to->instalment_count, sizeof *added);
    to->instalments = items;
    if (added != NULL) wb_money_init(&added->principal);
    return added;
}

wb_opening_line *wb_opening_add_line(wb_opening *opening)
{
    assert(opening != NULL);
    void *items = opening->lines;
    wb_opening_line *added = add(&items, &opening->line_count, sizeof *added);
    opening->lines = items;
    if (added != NULL) wb_money_init(&added->balance);
    return added;
}

wb_opening_class *wb_opening_add_class(wb_opening *opening)
{
    assert(opening != NULL);
    void *items = opening->classes;
    wb_opening_class *added = add(&items, &opening->class_count, sizeof *added);
    opening->classes = items;
    return added;
}

const char *wb_opening_use_name(wb_opening_use use)
{
    static const char *const names[] = {"cash", "promised", "loans", "backstop_debt", "left_out"};
    return names[use];
}
