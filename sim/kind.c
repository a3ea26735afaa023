/* kind.c - names of kernels and events, and finding a figure in a result. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/measure.h"

static const char *const kernel_names[] = {"auto", "gmp", "portable", "avx2", "avx512"};
static const char *const event_names[WB_EVENT_COUNT] = {
    "capital_used", "obligo_called", "obligo_used_up", "backstop_used_up", "ruin"};
enum { KERNEL_COUNT = sizeof kernel_names / sizeof kernel_names[0] };

const char *wb_kernel_name(wb_kernel kernel)
{
    assert((uint32_t)kernel < KERNEL_COUNT);
    return kernel_names[kernel];
}

wb_code wb_kernel_parse(wb_kernel *kernel, const char *text, wb_error *err)
{
    for (uint32_t i = 0; i < KERNEL_COUNT; i++) {
        if (strcmp(text, kernel_names[i]) == 0) {
            *kernel = (wb_kernel)i;
            return WB_OK;
        }
    }
    const wb_code code = wb_fail(err, WB_E_CHOICE, "'%s' is not a kernel", text);
    wb_error_hint(err, "one of auto, gmp, portable, avx2, avx512");
    return code;
}

const char *wb_event_name(wb_event event)
{
    assert((uint32_t)event < WB_EVENT_COUNT);
    return event_names[event];
}

wb_code wb_event_parse(wb_event *event, const char *text, wb_error *err)
{
    for (uint32_t i = 0; i < WB_EVENT_COUNT; i++) {
        if (strcmp(text, event_names[i]) == 0) {
            *event = (wb_event)i;
            return WB_OK;
        }
    }
    const wb_code code = wb_fail(err, WB_E_CHOICE, "'%s' is not an event", text);
    const char *near = wb_nearest_word(text, event_names, WB_EVENT_COUNT);
    if (near != NULL)
        wb_error_hint(err, "did you mean '%s'?", near);
    else
        wb_error_hint(err, "one of capital_used, obligo_called, obligo_used_up, "
                           "backstop_used_up, ruin");
    return code;
}

const wb_measure *wb_sim_find(const wb_sim_result *result, const char *id, const char *level,
                              uint32_t year)
{
    for (size_t i = 0; i < result->count; i++) {
        const wb_measure *item = &result->measures[i];
        if (strcmp(item->id, id) == 0 && strcmp(item->level, level) == 0 && item->year == year) {
            return item;
        }
    }
    return NULL;
}

void wb_sim_result_free(wb_sim_result *result)
{
    if (result == NULL) return;
    wb_measures_free(result->measures, result->count);
    free(result);
}
