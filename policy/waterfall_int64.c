/* waterfall_int64.c - the waterfall in int64_t cents: the fast kernels, after their overflow proof.
 */
#include "waarborg/waterfall.h"

#include <assert.h>

#define AMOUNT int64_t
#define WATERFALL_RULE pay
#define SIGN(a) ((*(a) > 0) - (*(a) < 0))
#define COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define SET(to, from) (*(to) = *(from))
#define CLEAR(a) (*(a) = 0)
#define SUBTRACT(difference, a, b) (*(difference) = *(a) - *(b))
#include "policy/waterfall_body.h"

void wb_waterfall_pay_int64(wb_waterfall_int64 *result, int64_t need,
                            const int64_t available[WB_LAYER_COUNT])
{
    assert(result != NULL);
    pay(result->paid, &result->unmet, &need, available);
}
