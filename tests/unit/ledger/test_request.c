/* Goal: what posters tell each other survives the way, and no bytes at all can do harm.
 * Method: there and back on entries with everything and with nothing in them; every cut, every bit
 * turned, and random damage, under the sanitizers. */
#include "books.h"
#include "ledger/request.h"

static void fill(books_entry *parts, wb_entry *entries)
{
    books_entry_init(&parts[0], "1000", "8000", "p1", 12345);
    books_entry_init(&parts[1], "1100", "8010", NULL, 1);
    parts[0].entry.subject = "besluit-2026";
    parts[0].entry.source = "bank";
    parts[0].entry.reference = "R-1";
    parts[0].entry.memo = "Contributie één";
    parts[0].entry.reverses = 7;
    parts[0].entry.reason = "wrong";
    parts[1].entry.date.days = -5;
    mpz_ui_pow_ui(parts[1].postings[0].amount.cents, 10, 30);
    for (size_t i = 0; i < 2; i++) {
        wb_money_negate(&parts[i].postings[1].amount, &parts[i].postings[0].amount);
        entries[i] = parts[i].entry;
        entries[i].postings = parts[i].postings;
    }
}

static void same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        assert_true(a == b);
    } else {
        assert_string_equal(a, b);
    }
}

static void same_entry(const wb_entry *a, const wb_entry *b)
{
    assert_int_equal(a->date.days, b->date.days);
    same_text(a->event, b->event);
    same_text(a->subject, b->subject);
    same_text(a->source, b->source);
    same_text(a->reference, b->reference);
    same_text(a->memo, b->memo);
    same_text(a->maker, b->maker);
    same_text(a->reason, b->reason);
    assert_int_equal(a->reverses, b->reverses);
    assert_int_equal(a->posting_count, b->posting_count);
    for (size_t i = 0; i < a->posting_count; i++) {
        same_text(a->postings[i].account, b->postings[i].account);
        same_text(a->postings[i].party, b->postings[i].party);
        assert_int_equal(wb_money_compare(&a->postings[i].amount, &b->postings[i].amount), 0);
    }
}

static void test_a_request_comes_back_as_it_was(void **state)
{
    (void)state;
    books_entry parts[2];
    wb_entry entries[2];
    wb_bytes bytes = {0};
    static wb_request request;
    fill(parts, entries);
    ASSERT_OK(wb_request_encode(&bytes, entries, 2, &ok_err));
    for (int round = 0; round < 2; round++) { /* the memory is used again */
        ASSERT_OK(wb_request_decode(&request, (wb_span){bytes.data, bytes.size}, &ok_err));
        assert_int_equal(request.count, 2);
        same_entry(&request.entries[0], &entries[0]);
        same_entry(&request.entries[1], &entries[1]);
    }
    wb_request_clear(&request);
    wb_bytes_clear(&bytes);
    books_entry_clear(&parts[0]);
    books_entry_clear(&parts[1]);
}

/* Whatever is decoded encodes to the same bytes, so that nothing strange passes. */
static bool decodes(wb_request *request, wb_span bytes)
{
    wb_bytes again = {0};
    if (wb_request_decode(request, bytes, NULL) != WB_OK) return false;
    ASSERT_OK(wb_request_encode(&again, request->entries, request->count, &ok_err));
    assert_true(wb_span_equal((wb_span){again.data, again.size}, bytes));
    wb_bytes_clear(&again);
    return true;
}

static void test_damaged_requests_are_refused_or_are_others(void **state)
{
    (void)state;
    books_entry parts[2];
    wb_entry entries[2];
    wb_bytes bytes = {0};
    static wb_request request;
    fill(parts, entries);
    ASSERT_OK(wb_request_encode(&bytes, entries, 2, &ok_err));
    for (size_t size = 0; size < bytes.size; size++) {
        uint8_t *cut = malloc(size + 1); /* of this very size: a read beyond is seen */
        assert_non_null(cut);
        memcpy(cut, bytes.data, size);
        assert_false(decodes(&request, (wb_span){cut, size}));
        free(cut);
    }
    for (size_t bit = 0; bit < bytes.size * 8; bit++) {
        bytes.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        (void)decodes(&request, (wb_span){bytes.data, bytes.size});
        bytes.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    srand(1);
    for (int round = 0; round < 20000; round++) {
        uint8_t damaged[512];
        assert_true(bytes.size <= sizeof damaged);
        memcpy(damaged, bytes.data, bytes.size);
        for (int i = 0; i < 4; i++)
            damaged[(size_t)rand() % bytes.size] = (uint8_t)rand();
        (void)decodes(&request, (wb_span){damaged, bytes.size});
    }
    assert_true(decodes(&request, (wb_span){bytes.data, bytes.size}));
    wb_request_clear(&request);
    wb_bytes_clear(&bytes);
    books_entry_clear(&parts[0]);
    books_entry_clear(&parts[1]);
}

static void test_replies_come_back_and_damaged_ones_do_no_harm(void **state)
{
    (void)state;
    static wb_reply given;
    static wb_reply got;
    wb_bytes bytes = {0};
    given = (wb_reply){.code = WB_OK, .last = 900, .count = 3, .numbers = {900, 12, 899}};
    given.already[1] = true;
    memset(given.hash, 0xA5, sizeof given.hash);
    ASSERT_OK(wb_reply_encode(&bytes, &given, &ok_err));
    assert_true(wb_reply_decode(&got, (wb_span){bytes.data, bytes.size}));
    assert_memory_equal(&got, &given, sizeof got);
    for (size_t size = 0; size < bytes.size; size++)
        assert_false(wb_reply_decode(&got, (wb_span){bytes.data, size}));

    bytes.size = 0;
    memset(&given, 0, sizeof given);
    given.code = wb_fail(&given.err, WB_E_LIMIT, "beyond %s", "the limit");
    wb_error_hint(&given.err, "put money in");
    wb_error_at(&given.err, "fund", 0, "amount");
    ASSERT_OK(wb_reply_encode(&bytes, &given, &ok_err));
    assert_true(wb_reply_decode(&got, (wb_span){bytes.data, bytes.size}));
    assert_memory_equal(&got, &given, sizeof got);
    for (size_t size = 0; size < bytes.size; size++)
        assert_false(wb_reply_decode(&got, (wb_span){bytes.data, size}));
    for (size_t bit = 0; bit < bytes.size * 8; bit++) {
        bytes.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        (void)wb_reply_decode(&got, (wb_span){bytes.data, bytes.size});
        bytes.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    wb_bytes_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_comes_back_as_it_was),
        cmocka_unit_test(test_damaged_requests_are_refused_or_are_others),
        cmocka_unit_test(test_replies_come_back_and_damaged_ones_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
