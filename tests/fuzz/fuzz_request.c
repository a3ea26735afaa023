/* fuzz_request.c - what one process leaves in the queue for another. The first byte of the input
 * chooses request or reply, the rest is one: refused, or encoded again it is the same bytes. */
#include "fuzz.h"
#include "ledger/request.h"

static void same(wb_bytes *again, wb_span bytes)
{
    FUZZ_CHECK(again->size == bytes.size && memcmp(again->data, bytes.data, bytes.size) == 0);
    wb_bytes_clear(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static wb_request request;
    static wb_reply reply;
    if (size == 0) return 0;
    const wb_span bytes = {data + 1, size - 1};
    wb_bytes again = {0};
    if (data[0] % 2 == 0) {
        wb_error err = {0};
        const wb_code code = wb_request_decode(&request, bytes, &err);
        FUZZ_CHECK(code == WB_OK || (code == WB_E_SYNTAX && request.count == 0));
        if (code != WB_OK) return 0;
        FUZZ_CHECK(wb_request_encode(&again, request.entries, request.count, NULL) == WB_OK);
        same(&again, bytes);
    } else if (wb_reply_decode(&reply, bytes)) {
        FUZZ_CHECK(wb_reply_encode(&again, &reply, NULL) == WB_OK);
        same(&again, bytes);
    }
    return 0;
}

static void seed_bytes(uint8_t which, const wb_bytes *bytes, fuzz_seed *seed, void *context)
{
    static uint8_t room[8192];
    room[0] = which;
    FUZZ_CHECK(bytes->size < sizeof room);
    memcpy(room + 1, bytes->data, bytes->size);
    seed(room, 1 + bytes->size, context);
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static wb_reply reply = {.last = 40, .count = 2, .numbers = {39, 12}, .already = {false, true}};
    wb_posting postings[2] = {{.account = "1000", .party = "p1"}, {.account = "8000"}};
    wb_bytes bytes = {0};
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    wb_money_set_cents(&postings[0].amount, 123456);
    wb_money_set_cents(&postings[1].amount, -123456);
    const wb_entry entries[] = {
        {.date = {20454},
         .event = "memorial",
         .source = "bank",
         .reference = "r1",
         .memo = "",
         .maker = "anna",
         .postings = postings,
         .posting_count = 2},
        {.date = {-1},
         .event = "loan-repaid",
         .subject = "L1",
         .memo = "m",
         .maker = "anna",
         .reverses = 7,
         .reason = "typo",
         .postings = postings,
         .posting_count = 2},
    };
    FUZZ_CHECK(wb_request_encode(&bytes, entries, 2, NULL) == WB_OK);
    seed_bytes(0, &bytes, seed, context);
    bytes.size = 0;
    FUZZ_CHECK(wb_reply_encode(&bytes, &reply, NULL) == WB_OK);
    seed_bytes(1, &bytes, seed, context);
    bytes.size = 0;
    reply.code = wb_fail(&reply.err, WB_E_LIMIT, "beyond it");
    wb_error_hint(&reply.err, "less");
    FUZZ_CHECK(wb_reply_encode(&bytes, &reply, NULL) == WB_OK);
    seed_bytes(1, &bytes, seed, context);
    wb_bytes_clear(&bytes);
    wb_money_clear(&postings[0].amount);
    wb_money_clear(&postings[1].amount);
}
