/* waterfall.c - the waterfall for amounts of any size (GMP): the books and the reference kernel. */
#include "waarborg/waterfall.h"

#include <assert.h>

#define AMOUNT wb_money
#define WATERFALL_RULE pay
#define SIGN(a) wb_money_sign(a)
#define COMPARE(a, b) wb_money_compare(a, b)
#define SET(to, from) wb_money_set(to, from)
#define CLEAR(a) wb_money_set_cents(a, 0)
#define SUBTRACT(difference, a, b) wb_money_subtract(difference, a, b)
#include "policy/waterfall_body.h"

const char *wb_layer_name(wb_layer layer)
{
    static const char *const names[WB_LAYER_COUNT] = {"cash", "levy", "obligo", "backstop"};
    assert(layer >= 0);
    assert(layer < WB_LAYER_COUNT);
    return names[layer];
}

void wb_waterfall_init(wb_waterfall *result)
{
    assert(result != NULL);
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_init(&result->paid[layer]);
    wb_money_init(&result->unmet);
}

void wb_waterfall_clear(wb_waterfall *result)
{
    assert(result != NULL);
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_clear(&result->paid[layer]);
    wb_money_clear(&result->unmet);
}

void wb_waterfall_pay(wb_waterfall *result, const wb_money *need,
                      const wb_money available[WB_LAYER_COUNT])
{
    assert(result != NULL);
    pay(result->paid, &result->unmet, need, available);
}
