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
}

void wb_opening_clear(wb_opening *opening)
{
    assert(opening != NULL);
    wb_money_clear(&opening->cash);
    wb_money_clear(&opening->backstop_debt);
    for (size_t i = 0; i < opening->case_count; i++)
        wb_money_clear(&opening->cases[i].principal);
    free(opening->cases);
    opening->cases = NULL;
    opening->case_count = 0;
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
