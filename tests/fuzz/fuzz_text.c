/* fuzz_text.c - amounts, dates, rates, numbers, ids and UTF-8. The first byte of the input chooses
 * the parser: it refuses the text with a message and leaves the value alone, or the value prints to
 * text that parses to the same value and prints the same. */
#include "fuzz.h"
#include "waarborg/date.h"
#include "waarborg/text.h"

enum { TEXT_PLAIN, TEXT_GROUPED, TEXT_DATE, TEXT_RATE, TEXT_NUMBER, TEXT_WHOLE, TEXT_UTF8, TEXTS };

static void refused(const wb_error *err, wb_code code, wb_code wanted)
{
    FUZZ_CHECK(code == wanted && err->code == wanted);
    FUZZ_CHECK(err->message[0] != '\0');
}

static void try_money(const char *text, size_t size, wb_money_form form)
{
    wb_error err = {0};
    wb_money value;
    wb_money again;
    char first[WB_MONEY_TEXT_MAX];
    char second[WB_MONEY_TEXT_MAX];
    wb_money_init(&value);
    wb_money_init(&again);
    wb_money_set_cents(&value, 7);
    const wb_code code = wb_money_parse(&value, text, size, form, &err);
    if (code != WB_OK) {
        refused(&err, code, WB_E_AMOUNT);
        FUZZ_CHECK(wb_money_cents(&value) == 7);
    } else {
        wb_money_text(first, &value, form);
        FUZZ_CHECK(wb_money_parse(&again, first, strlen(first), form, NULL) == WB_OK);
        FUZZ_CHECK(wb_money_compare(&value, &again) == 0);
        FUZZ_CHECK(strcmp(first, wb_money_text(second, &again, form)) == 0);
    }
    wb_money_clear(&value);
    wb_money_clear(&again);
}

static void try_date(const char *text, size_t size)
{
    wb_error err = {0};
    wb_date value = {7};
    char again[WB_DATE_TEXT_MAX];
    const wb_code code = wb_date_parse(&value, text, size, &err);
    if (code != WB_OK) {
        refused(&err, code, WB_E_DATE);
        FUZZ_CHECK(value.days == 7);
        return;
    }
    wb_date_text(again, value);
    FUZZ_CHECK(strlen(again) == size && memcmp(again, text, size) == 0);
    FUZZ_CHECK(wb_date_from_civil(wb_date_civil(value)).days == value.days);
}

static void try_rate(const char *text, size_t size, wb_rate_form form)
{
    wb_error err = {0};
    wb_rate value;
    wb_rate again;
    char first[WB_RATE_TEXT_MAX];
    wb_rate_init(&value);
    wb_rate_init(&again);
    const wb_code code = wb_rate_parse(&value, text, size, form, &err);
    if (code != WB_OK) {
        refused(&err, code, form == WB_RATE_RATE ? WB_E_RATE : WB_E_NUMBER);
        FUZZ_CHECK(wb_rate_compare(&value, &again) == 0);
    } else {
        /* A bare whole number is no rate, and 400% prints as 4. */
        wb_rate_text(first, &value);
        FUZZ_CHECK(wb_rate_parse(&again, first, strlen(first), WB_RATE_NUMBER, NULL) != WB_OK ||
                   wb_rate_compare(&value, &again) == 0);
    }
    wb_rate_clear(&value);
    wb_rate_clear(&again);
}

static void try_whole(const char *text, size_t size)
{
    wb_error err = {0};
    uint64_t value = 7;
    const uint64_t limit = 1000000;
    const wb_code code = wb_number_parse(&value, text, size, limit, &err);
    FUZZ_CHECK(code == WB_OK || code == WB_E_NUMBER || code == WB_E_RANGE);
    if (code != WB_OK) {
        refused(&err, code, code);
        FUZZ_CHECK(value == 7);
        return;
    }
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    while (size > 1 && *text == '0') {
        text++;
        size--;
    }
    FUZZ_CHECK(value <= limit && strlen(digits) == size && memcmp(digits, text, size) == 0);
}

static void try_utf8(const char *text, size_t size)
{
    wb_error err = {0};
    const wb_code code = wb_text_check_utf8(text, size, "input", &err);
    if (code != WB_OK) refused(&err, code, WB_E_ENCODING);
    FUZZ_CHECK(wb_text_width(text, size) <= 2 * size);
    FUZZ_CHECK(!wb_id_valid(text, size) || (code == WB_OK && size >= 1 && size <= WB_ID_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const char *text = (const char *)data + 1;
    size--;
    switch (data[0] % TEXTS) {
    case TEXT_PLAIN: try_money(text, size, WB_MONEY_PLAIN); break;
    case TEXT_GROUPED: try_money(text, size, WB_MONEY_GROUPED); break;
    case TEXT_DATE: try_date(text, size); break;
    case TEXT_RATE: try_rate(text, size, WB_RATE_RATE); break;
    case TEXT_NUMBER: try_rate(text, size, WB_RATE_NUMBER); break;
    case TEXT_WHOLE: try_whole(text, size); break;
    default: try_utf8(text, size); break;
    }
    return 0;
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static const struct {
        uint8_t which;
        const char *text;
    } seeds[] = {
        {TEXT_PLAIN, "-1234567890123456789012345678901234.56"},
        {TEXT_PLAIN, "0.07"},
        {TEXT_GROUPED, "25 000 000.00"},
        {TEXT_GROUPED, "-25_000_000"},
        {TEXT_DATE, "2024-02-29"},
        {TEXT_DATE, "1900-12-31"},
        {TEXT_RATE, "4.25%"},
        {TEXT_RATE, "0.000000000001"},
        {TEXT_NUMBER, "-1.8"},
        {TEXT_NUMBER, "180%"},
        {TEXT_WHOLE, "1000000"},
        {TEXT_UTF8, "GM0882:2026/1.a_b-c"},
        {TEXT_UTF8, "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 text"},
    };
    for (size_t i = 0; i < FUZZ_COUNT(seeds); i++) {
        char room[64] = {0};
        room[0] = (char)seeds[i].which;
        (void)snprintf(room + 1, sizeof room - 1, "%s", seeds[i].text);
        seed(room, 1 + strlen(seeds[i].text), context);
    }
}
