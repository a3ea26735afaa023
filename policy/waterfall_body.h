/*
 * waterfall_body.h - who pays what: the rule itself, the only copy of it.
 *
 * Included once per kind of money, with these names defined before: AMOUNT, the type;
 * WATERFALL_RULE, the name of the function; SIGN(a), COMPARE(a, b), SET(to, from), CLEAR(a)
 * (to nothing) and SUBTRACT(difference, a, b), all on pointers. No include guard, for that reason.
 */
static void WATERFALL_RULE(AMOUNT paid[WB_LAYER_COUNT], AMOUNT *unmet, const AMOUNT *need,
                           const AMOUNT available[WB_LAYER_COUNT])
{
    assert(SIGN(need) >= 0);
    SET(unmet, need);
    for (int layer = 0; layer < WB_LAYER_COUNT; layer++) {
        /* What a layer lacks (cash below the floor) is no debt of the layers after it. */
        if (SIGN(&available[layer]) <= 0) {
            CLEAR(&paid[layer]);
            continue;
        }
        SET(&paid[layer], COMPARE(unmet, &available[layer]) < 0 ? unmet : &available[layer]);
        SUBTRACT(unmet, unmet, &paid[layer]);
    }
    assert(SIGN(unmet) >= 0);
}
