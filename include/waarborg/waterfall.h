/*
 * waterfall.h - who pays: the order in which a need for money is met (domain.md 2.5).
 *
 * Cash above the floor first, then the levy (jaarlijkse heffing, capped per year), the committed
 * obligo (capped over the horizon), the state's backstop (achterborg, a limit on debt outstanding).
 * What no layer can pay is unmet. The rule is pure: no state, no clock, no rounding. It exists once
 * (policy/waterfall_body.h) and is compiled for whole cents in int64_t, which the fast simulation
 * kernel uses after its overflow proof, and for GMP, which the books and the reference kernel use.
 */
#ifndef WAARBORG_WATERFALL_H
#define WAARBORG_WATERFALL_H

#include "waarborg/money.h"

/* In the order in which they pay. */
typedef enum wb_layer {
    WB_LAYER_CASH,
    WB_LAYER_LEVY,
    WB_LAYER_OBLIGO,
    WB_LAYER_BACKSTOP,
    WB_LAYER_COUNT
} wb_layer;

/* "cash", "levy", "obligo", "backstop" */
const char *wb_layer_name(wb_layer layer);

typedef struct wb_waterfall_int64 {
    int64_t paid[WB_LAYER_COUNT]; /* out */
    int64_t unmet;                /* out: need - sum of paid */
} wb_waterfall_int64;

/* need >= 0; available[layer] is what the layer can still pay (a negative one pays nothing). */
void wb_waterfall_pay_int64(wb_waterfall_int64 *result, int64_t need,
                            const int64_t available[WB_LAYER_COUNT]);

typedef struct wb_waterfall {
    wb_money paid[WB_LAYER_COUNT];
    wb_money unmet;
} wb_waterfall;
void wb_waterfall_init(wb_waterfall *result);
void wb_waterfall_clear(wb_waterfall *result);
void wb_waterfall_pay(wb_waterfall *result, const wb_money *need,
                      const wb_money available[WB_LAYER_COUNT]);

#endif
