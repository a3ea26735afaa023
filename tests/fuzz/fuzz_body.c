/* fuzz_body.c - the bodies that the ledger reads. The first byte of the input chooses the kind, the
 * rest is a body: refused with a message, or what was read is written as the same bytes again. */
#include "fuzz.h"
#include "ledger/limits.h"
#include "ledger/periods.h"

enum { BODY_LIMIT, BODY_YEAR, BODY_MONTH, BODIES };

static bool accepted(wb_code code, const wb_error *err)
{
    FUZZ_CHECK(code == WB_OK || (code == WB_E_DAMAGED && err->message[0] != '\0'));
    return code == WB_OK;
}

static void try_limit(wb_span body)
{
    wb_error err = {0};
    wb_limit limit;
    char *again = NULL;
    wb_limit_init(&limit);
    if (accepted(wb_limit_decode(&limit, wb_span_text("cash"), body, WB_E_DAMAGED, &err), &err)) {
        FUZZ_CHECK(wb_limit_encode(&again, &limit, &err) == WB_OK);
        FUZZ_CHECK(wb_span_equal(body, wb_span_text(again)));
    }
    free(again);
    wb_limit_clear(&limit);
}

static void try_period(wb_span body, const char *id)
{
    wb_error err = {0};
    wb_period_state state = {0};
    char *again = NULL;
    if (accepted(wb_period_decode(&state, wb_span_text(id), body, WB_E_DAMAGED, &err), &err)) {
        FUZZ_CHECK(wb_period_encode(&again, &state, &err) == WB_OK);
        FUZZ_CHECK(wb_span_equal(body, wb_span_text(again)));
    }
    free(again);
    wb_period_state_clear(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const wb_span body = {data + 1, size - 1};
    switch (data[0] % BODIES) {
    case BODY_LIMIT: try_limit(body); break;
    case BODY_YEAR: try_period(body, "2026"); break;
    default: try_period(body, "2026-03"); break;
    }
    return 0;
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static const struct {
        uint8_t which;
        const char *text;
    } seeds[] = {
        {BODY_LIMIT, "{\"accounts\":[\"1000\",\"1100\"],\"each\":false,\"max\":\"250000.00\","
                     "\"min\":null,\"party\":\"GM0882\"}"},
        {BODY_LIMIT, "{\"accounts\":[\"1000\"],\"each\":true,\"max\":null,\"min\":\"-5.00\","
                     "\"party\":null}"},
        {BODY_YEAR, "{\"checks\":null,\"reason\":\"\",\"state\":\"closed\"}"},
        {BODY_MONTH,
         "{\"checks\":{\"open\":[1,2,{\"a\":true}]},\"reason\":\"\",\"state\":\"closed\"}"},
        {BODY_MONTH, "{\"checks\":null,\"reason\":\"late invoice \\u0001\",\"state\":\"open\"}"},
    };
    for (size_t i = 0; i < FUZZ_COUNT(seeds); i++) {
        char room[256] = {0};
        room[0] = (char)seeds[i].which;
        (void)snprintf(room + 1, sizeof room - 1, "%s", seeds[i].text);
        seed(room, 1 + strlen(seeds[i].text), context);
    }
}
