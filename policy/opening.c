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
    free(opening->cases);
    free(opening->classes);
    opening->cases = NULL;
    opening->case_count = 0;
    opening->classes = NULL;
    opening->class_count = 0;
}

wb_opening_case *wb_opening_add_case(wb_opening *opening)
{
    assert(opening != NULL);
    wb_opening_case *cases =
        realloc(opening->cases, (opening->case_count + 1) * sizeof *opening->cases);
    if (cases == NULL) return NULL;
    opening->cases = cases;
    wb_opening_case *added = &cases[opening->case_count++];
    memset(added, 0, sizeof *added);
    wb_money_init(&added->principal);
    return added;
}
