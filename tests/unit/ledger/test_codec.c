/* Goal: one value has one encoding; any other bytes are refused, and none is read out of bounds.
 * Method: encode, decode and encode again; then damage the bytes in many ways and do the same. */
#include "books.h"
#include "ledger/codec.h"

/* A record with every part filled, as bytes the caller clears. */
static void make_entry(wb_bytes *out)
{
    static const uint64_t accounts[] = {3, 200};
    static const uint64_t parties[] = {0, 16384};
    wb_posting postings[2] = {{.account = "a"}, {.account = "b", .party = "p"}};
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    mpz_ui_pow_ui(postings[0].amount.cents, 10, 35);
    wb_money_negate(&postings[1].amount, &postings[0].amount);
    const wb_entry entry = {.date = {20454},
                            .event = "memorial",
                            .subject = "L1",
                            .source = "bank",
                            .reference = "2026/1",
                            .memo = "één",
                            .maker = "me",
                            .reverses = 130,
                            .reason = "typo",
                            .postings = postings,
                            .posting_count = 2};
    const wb_stamp stamp = {.number = 300, .recorded_us = 1767225600000000};
    ASSERT_OK(wb_codec_entry(out, stamp, &entry, accounts, parties, &ok_err));
    wb_money_clear(&postings[0].amount);
    wb_money_clear(&postings[1].amount);
}

static void make_document(wb_bytes *out)
{
    const wb_document document = {.kind = WB_RECORD_PARTY,
                                  .date = {-1},
                                  .id = "GM0882",
                                  .body = "{\"name\":\"Landgraaf\"}",
                                  .maker = "me"};
    const wb_stamp stamp = {.number = 1, .recorded_us = 5};
    ASSERT_OK(wb_codec_document(out, stamp, &document, &ok_err));
}

/* The document above, posted from a proposal. */
static void make_approved(wb_bytes *out)
{
    const wb_document document = {
        .kind = WB_RECORD_PERIOD, .date = {20454}, .id = "2026", .body = "{}", .maker = "me"};
    const wb_stamp stamp = {.number = 300, .recorded_us = 5, .approvals = 2, .proposal = 200};
    ASSERT_OK(wb_codec_document(out, stamp, &document, &ok_err));
}

/* Of one draft: the party above. */
static void make_proposal(wb_bytes *out)
{
    uint8_t nonce[WB_PROPOSAL_NONCE_SIZE];
    uint8_t signature[WB_SIGNATURE_SIZE];
    wb_bytes party = {0};
    wb_bytes drafts = {0};
    make_document(&party);
    ASSERT_OK(wb_codec_put_draft(&drafts, (wb_span){party.data, party.size}, &ok_err));
    memset(nonce, 0xA1, sizeof nonce);
    memset(signature, 0xB2, sizeof signature);
    const wb_raw_record raw = {.kind = WB_RECORD_PROPOSAL,
                               .number = 9,
                               .recorded_us = 5,
                               .date = {20454},
                               .maker = wb_span_text("me"),
                               .expires = {20460},
                               .computed = true,
                               .nonce = {nonce, sizeof nonce},
                               .reason = wb_span_text("why"),
                               .key = 0x9F2C41AA,
                               .signature = {signature, sizeof signature},
                               .draft_count = 1,
                               .drafts = {drafts.data, drafts.size}};
    ASSERT_OK(wb_codec_control(out, &raw, &ok_err));
    wb_bytes_clear(&party);
    wb_bytes_clear(&drafts);
}

static void make_verdict(wb_bytes *out, wb_verdict verdict)
{
    uint8_t signature[WB_SIGNATURE_SIZE];
    memset(signature, 0xB2, sizeof signature);
    const bool nobody = verdict == WB_VERDICT_EXPIRE;
    const wb_raw_record raw = {.kind = WB_RECORD_VERDICT,
                               .number = 300,
                               .recorded_us = 5,
                               .date = {20454},
                               .maker = wb_span_text(nobody ? "" : "you"),
                               .proposal = 200,
                               .verdict = verdict,
                               .reason = wb_span_text(nobody ? "" : "why"),
                               .key = nobody ? 0 : 7,
                               .signature = {signature, nobody ? 0 : sizeof signature}};
    ASSERT_OK(wb_codec_control(out, &raw, &ok_err));
}

/* One of each form of record; returns false beyond the last. */
static bool make_form(int form, wb_bytes *out)
{
    switch (form) {
    case 0: make_entry(out); return true;
    case 1: make_document(out); return true;
    case 2: make_approved(out); return true;
    case 3: make_proposal(out); return true;
    case 4: make_verdict(out, WB_VERDICT_APPROVE); return true;
    case 5: make_verdict(out, WB_VERDICT_EXPIRE); return true;
    default: return false;
    }
}

static const char *copy_text(char *room, wb_span text)
{
    memcpy(room, text.data, text.size);
    room[text.size] = '\0';
    return room;
}

/* Encode what was decoded: the text of an absent part is NULL. */
static void encode_again(wb_bytes *out, const wb_raw_record *raw)
{
    enum { ROOM = 70000 };
    static char room[9][ROOM];
    static uint64_t accounts[WB_POSTINGS_MAX];
    static uint64_t parties[WB_POSTINGS_MAX];
    const wb_stamp stamp = {raw->number, raw->recorded_us, raw->approvals, raw->proposal};
    if (raw->kind >= WB_RECORD_PROPOSAL) {
        ASSERT_OK(wb_codec_control(out, raw, &ok_err));
        return;
    }
    if (raw->kind != WB_RECORD_ENTRY) {
        const wb_document document = {.kind = raw->kind,
                                      .date = raw->date,
                                      .id = copy_text(room[0], raw->id),
                                      .body = copy_text(room[1], raw->body),
                                      .maker = copy_text(room[2], raw->maker)};
        ASSERT_OK(wb_codec_document(out, stamp, &document, &ok_err));
        return;
    }
    wb_posting *postings = calloc(raw->posting_count, sizeof *postings);
    wb_span rest = raw->postings;
    for (uint32_t i = 0; i < raw->posting_count; i++) {
        wb_raw_posting posting;
        assert_true(wb_codec_posting(&rest, &posting));
        accounts[i] = posting.account;
        parties[i] = posting.party;
        wb_money_init(&postings[i].amount);
        wb_raw_amount_get(&postings[i].amount, &posting.amount);
    }
    const wb_entry entry = {
        .date = raw->date,
        .event = copy_text(room[0], raw->event),
        .subject = raw->subject.size == 0 ? NULL : copy_text(room[1], raw->subject),
        .source = raw->source.size == 0 ? NULL : copy_text(room[2], raw->source),
        .reference = raw->reference.size == 0 ? NULL : copy_text(room[3], raw->reference),
        .memo = copy_text(room[4], raw->memo),
        .maker = copy_text(room[5], raw->maker),
        .reverses = raw->reverses,
        .reason = raw->reason.size == 0 ? NULL : copy_text(room[6], raw->reason),
        .postings = postings,
        .posting_count = raw->posting_count};
    ASSERT_OK(wb_codec_entry(out, stamp, &entry, accounts, parties, &ok_err));
    for (uint32_t i = 0; i < raw->posting_count; i++)
        wb_money_clear(&postings[i].amount);
    free(postings);
}

/* The property: decode, or refuse as damaged or too new; what decodes encodes to the same. The
 * bytes are copied to a block of their exact size, so that a sanitizer sees any step beyond it. */
static bool decodes(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    wb_bytes again = {0};
    wb_raw_record raw;
    wb_error err;
    memcpy(exact, data, size);
    const wb_code code = wb_codec_decode(&raw, (wb_span){exact, size}, &err);
    assert_true(code == WB_OK || code == WB_E_DAMAGED || code == WB_E_VERSION);
    if (code == WB_OK) {
        encode_again(&again, &raw);
        assert_int_equal(again.size, size);
        assert_memory_equal(again.data, exact, size);
    }
    wb_bytes_clear(&again);
    free(exact);
    return code == WB_OK;
}

static void test_a_record_decodes_to_what_was_encoded(void **state)
{
    (void)state;
    wb_bytes bytes = {0};
    wb_raw_record raw;
    make_entry(&bytes);
    ASSERT_OK(wb_codec_decode(&raw, (wb_span){bytes.data, bytes.size}, &ok_err));
    assert_int_equal(raw.number, 300);
    assert_int_equal(raw.kind, WB_RECORD_ENTRY);
    assert_int_equal(raw.recorded_us, 1767225600000000);
    assert_int_equal(raw.date.days, 20454);
    assert_int_equal(raw.reverses, 130);
    assert_true(wb_span_equal(raw.memo, wb_span_text("één")));
    assert_true(wb_span_equal(raw.reason, wb_span_text("typo")));
    assert_int_equal(raw.posting_count, 2);
    wb_span rest = raw.postings;
    wb_raw_posting posting;
    assert_true(wb_codec_posting(&rest, &posting));
    assert_int_equal(posting.account, 3);
    assert_int_equal(posting.party, 0);
    assert_false(posting.amount.negative);
    assert_true(wb_codec_posting(&rest, &posting));
    assert_int_equal(posting.account, 200);
    assert_int_equal(posting.party, 16384);
    assert_true(posting.amount.negative);
    assert_false(wb_codec_posting(&rest, &posting));
    assert_true(decodes(bytes.data, bytes.size));
    wb_bytes_clear(&bytes);
    for (int form = 0; make_form(form, &bytes); form++) {
        assert_true(decodes(bytes.data, bytes.size));
        wb_bytes_clear(&bytes);
    }
}

/* The layout of docs/format.md, written out by hand: changing it changes every hash there is. */
static void test_the_bytes_of_a_record_are_as_documented(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {1,    4, /* version, kind party */
                                     0,    0,    0,    0,    0,   0,   0,   1, /* number */
                                     0,    0,    0,    0,    0,   0,   0,   5, /* time */
                                     0x7F, 0xFF, 0xFF, 0xFF,                   /* 1969-12-31 */
                                     2,    'm',  'e',  0,                   /* maker, approvals */
                                     6,    'G',  'M',  '0',  '8', '8', '2', /* id */
                                     0,    0,    0,    20,                  /* size of the body */
                                     '{',  '"',  'n',  'a',  'm', 'e', '"', ':', '"', 'L',
                                     'a',  'n',  'd',  'g',  'r', 'a', 'a', 'f', '"', '}'};
    wb_bytes bytes = {0};
    make_document(&bytes);
    assert_int_equal(bytes.size, sizeof wanted);
    assert_memory_equal(bytes.data, wanted, sizeof wanted);
    wb_bytes_clear(&bytes);

    static const uint8_t entry[] = {
        1,    1,    0,    0,    0,    0,    0,    0,    1,    44, /* 300 */
        0,    6,    0x47, 0x48, 0x46, 0x20, 0x40, 0,              /* 2026-01-01 in microseconds */
        0x80, 0,    0x4F, 0xE6,                                   /* 20454 days */
        2,    'm',  'e',  0,    3,    0xD2,                       /* maker, approvals, 978 */
        8,    'm',  'e',  'm',  'o',  'r',  'i',  'a',  'l',  2,    'L',
        '1',  4,    'b',  'a',  'n',  'k',  6,    '2',  '0',  '2',  '6',
        '/',  '1',  0,    5,    0xC3, 0xA9, 0xC3, 0xA9, 'n', /* memo */
        0x81, 2,    0,    4,    't',  'y',  'p',  'o',       /* reverses 130, reason */
        0,    2,                                             /* two postings */
        3,    0,    15,   0x13, 0x42, 0x61, 0x72, 0xC7, 0x4D, 0x82, 0x2B,
        0x87, 0x8F, 0xE8, 0,    0,    0,    0, /* account 3: 10^35 */
        0x81, 0x48, 0x81, 0x80, 0,    0x8F};   /* account 200, party 16384 */
    make_entry(&bytes);
    assert_true(bytes.size > sizeof entry);
    assert_memory_equal(bytes.data, entry, sizeof entry);
    wb_bytes_clear(&bytes);
}

static void test_every_cut_and_every_flip_is_refused_or_canonical(void **state)
{
    (void)state;
    wb_bytes bytes = {0};
    for (int form = 0; make_form(form, &bytes); form++) {
        for (size_t size = 0; size < bytes.size; size++)
            assert_false(decodes(bytes.data, size));
        for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
            bytes.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
            (void)decodes(bytes.data, bytes.size);
            bytes.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        ASSERT_OK(wb_bytes_reserve(&bytes, 1, &ok_err));
        wb_bytes_put_u8(&bytes, 0);
        assert_false(decodes(bytes.data, bytes.size)); /* a byte too many */
        wb_bytes_clear(&bytes);
    }
}

static void test_random_damage_is_refused_or_canonical(void **state)
{
    (void)state;
    uint64_t draws = 7;
    size_t decoded = 0;
    wb_bytes forms[6] = {{0}};
    for (int form = 0; form < 6; form++)
        assert_true(make_form(form, &forms[form]));
    uint8_t damaged[512];
    for (int round = 0; round < 200000; round++) {
        const wb_bytes *whole = &forms[round % 6];
        memcpy(damaged, whole->data, whole->size);
        size_t size = whole->size;
        for (int i = 0; i < 3; i++) {
            draws = draws * 6364136223846793005U + 1442695040888963407U;
            const uint64_t r = draws >> 16;
            const size_t at = (size_t)(r % size);
            switch (r >> 40 & 3) {
            case 0: damaged[at] = (uint8_t)(r >> 24); break;
            case 1: damaged[at] ^= (uint8_t)(1U << (r >> 24 & 7)); break;
            case 2: /* take a byte out */
                memmove(damaged + at, damaged + at + 1, size - at - 1);
                size--;
                break;
            default: /* put one in */
                memmove(damaged + at + 1, damaged + at, size - at);
                damaged[at] = (uint8_t)(r >> 24);
                size++;
                break;
            }
        }
        decoded += decodes(damaged, size) ? 1 : 0;
    }
    assert_true(decoded > 1000); /* the property was put to work */
    for (int form = 0; form < 6; form++)
        wb_bytes_clear(&forms[form]);
}

static void test_a_second_encoding_of_a_number_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t bytes[11];
        size_t size;
        bool right;
        uint64_t value;
    } cases[] = {
        {"zero", {0}, 1, true, 0},
        {"one byte", {0x7F}, 1, true, 127},
        {"two bytes", {0x81, 0}, 2, true, 128},
        {"leading zero group", {0x80, 1}, 2, false, 0},
        {"no end", {0x81}, 1, false, 0},
        {"nothing", {0}, 0, false, 0},
        {"the largest",
         {0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F},
         10,
         true,
         UINT64_MAX},
        {"beyond 64 bits", {0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0}, 10, false, 0},
        {"eleven bytes",
         {0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0},
         11,
         false,
         0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].name);
        wb_span span = {cases[i].bytes, cases[i].size};
        uint64_t value = 0;
        assert_int_equal(wb_span_take_vlq(&span, &value), cases[i].right);
        assert_int_equal(value, cases[i].value);
        assert_int_equal(span.size, cases[i].right ? 0 : cases[i].size);
    }
}

static void test_a_second_encoding_of_an_amount_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t bytes[4];
        size_t size;
        bool right;
        long cents;
    } cases[] = {
        {"zero", {0}, 1, true, 0},
        {"minus zero", {0x80}, 1, false, 0},
        {"one cent", {1, 1}, 2, true, 1},
        {"minus one cent", {0x81, 1}, 2, true, -1},
        {"leading zero byte", {2, 0, 1}, 3, false, 0},
        {"zero with a byte", {1, 0}, 2, false, 0},
        {"two bytes", {0x82, 1, 0}, 3, true, -256},
        {"cut short", {2, 1}, 2, false, 0},
        {"nothing", {0}, 0, false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].name);
        wb_span span = {cases[i].bytes, cases[i].size};
        wb_raw_amount raw;
        assert_int_equal(wb_codec_take_amount(&span, &raw), cases[i].right);
        if (!cases[i].right) continue;
        wb_money amount;
        wb_money_init(&amount);
        wb_raw_amount_get(&amount, &raw);
        assert_int_equal(wb_money_cents(&amount), cases[i].cents);
        wb_money_clear(&amount);
    }
}

static void test_later_versions_say_so(void **state)
{
    (void)state;
    wb_bytes bytes = {0};
    wb_raw_record raw;
    make_entry(&bytes);
    static const struct {
        const char *name;
        size_t at;
        uint8_t value;
        wb_code code;
    } cases[] = {
        {"version 2", 0, 2, WB_E_VERSION},   {"version 0", 0, 0, WB_E_DAMAGED},
        {"kind 13", 1, 13, WB_E_VERSION},    {"kind 0", 1, 0, WB_E_DAMAGED},
        {"kind 18", 1, 18, WB_E_VERSION},    {"another currency", 27, 0xD3, WB_E_VERSION},
        {"number 0", 9, 0, WB_OK /* 256 */}, {"an event's size", 28, 0, WB_E_DAMAGED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].name);
        const uint8_t before = bytes.data[cases[i].at];
        bytes.data[cases[i].at] = cases[i].value;
        assert_int_equal(wb_codec_decode(&raw, (wb_span){bytes.data, bytes.size}, NULL),
                         cases[i].code);
        bytes.data[cases[i].at] = before;
    }
    wb_bytes_clear(&bytes);
}

/* The layout of docs/format.md for what four eyes add, written out by hand. */
static void test_the_bytes_of_four_eyes_are_as_documented(void **state)
{
    (void)state;
    static const uint8_t approved[] = {1,    10,   0,    0,    0,   0,   0,   0, 1, 44, /* 300 */
                                       0,    0,    0,    0,    0,   0,   0,   5,        /* time */
                                       0x80, 0,    0x4F, 0xE6, 2,   'm', 'e', 2, /* 2 approvals */
                                       0x81, 0x48,                               /* of 200 */
                                       4,    '2',  '0',  '2',  '6', 0,   0,   0, 2, '{', '}'};
    static const uint8_t proposal[] = {
        1,    16,   0,    0,    0,    0,    0,    0,    0,    9,    0,    0,    0,    0,    0,
        0,    0,    5,    0x80, 0,    0x4F, 0xE6, 2,    'm',  'e',  0,    0x80, 0,    0x4F, 0xEC,
        1,    0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1, 0xA1,
        0xA1, 0xA1, 0,    3,    'w',  'h',  'y',  0x9F, 0x2C, 0x41, 0xAA, 0xB2};
    static const uint8_t draft[] = {
        0,   0,   0,    1,    0,    0,    0,   41,  /* one of 41 bytes */
        1,   4,   0x7F, 0xFF, 0xFF, 0xFF,           /* no number, no time; 1969-12-31 */
        2,   'm', 'e',  0,    6,    'G',  'M', '0', /* maker, no approvals, id */
        '8', '8', '2',  0,    0,    0,    20,  '{'};
    static const uint8_t verdict[] = {1,   17,  0, 0,    0,    0,   0,    0, 1,    44,   0,  0,
                                      0,   0,   0, 0,    0,    5,   0x80, 0, 0x4F, 0xE6, 3,  'y',
                                      'o', 'u', 0, 0x81, 0x48, /* about 200 */
                                      1,   0,   3, 'w',  'h',  'y', 0,    0, 0,    7,    64, 0xB2};
    wb_bytes bytes = {0};
    make_approved(&bytes);
    assert_int_equal(bytes.size, sizeof approved);
    assert_memory_equal(bytes.data, approved, sizeof approved);
    wb_bytes_clear(&bytes);
    make_proposal(&bytes);
    assert_memory_equal(bytes.data, proposal, sizeof proposal);
    assert_memory_equal(bytes.data + sizeof proposal + 63, draft, sizeof draft);
    assert_int_equal(bytes.size, sizeof proposal + 63 + 8 + 41);
    wb_bytes_clear(&bytes);
    make_verdict(&bytes, WB_VERDICT_APPROVE);
    assert_int_equal(bytes.size, sizeof verdict + 63);
    assert_memory_equal(bytes.data, verdict, sizeof verdict);
    wb_bytes_clear(&bytes);
}

/* What a proposal may not hold, and who has no approvals. */
static void test_a_draft_is_no_control_of_its_own(void **state)
{
    (void)state;
    wb_bytes record = {0};
    wb_bytes drafts = {0};
    wb_raw_record raw;
    make_document(&record);
    ASSERT_OK(wb_codec_put_draft(&drafts, (wb_span){record.data, record.size}, &ok_err));
    wb_span rest = {drafts.data, drafts.size};
    wb_span draft = {0};
    assert_true(wb_codec_draft(&rest, &draft));
    assert_false(wb_codec_draft(&rest, &draft));
    ASSERT_OK(wb_codec_decode_draft(&raw, draft, &ok_err));
    assert_int_equal(raw.number, 0);
    static const struct {
        uint8_t first, last;
        wb_code code;
    } kinds[] = {{0, 0, WB_E_DAMAGED},   {2, 10, WB_OK},         {11, 12, WB_E_DAMAGED},
                 {13, 15, WB_E_VERSION}, {16, 17, WB_E_DAMAGED}, {18, 255, WB_E_VERSION}};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (unsigned kind = kinds[i].first; kind <= kinds[i].last; kind++) {
            drafts.data[5] = (uint8_t)kind;
            assert_int_equal(wb_codec_decode_draft(&raw, draft, NULL), kinds[i].code);
        }
    }
    drafts.data[5] = WB_RECORD_PARTY;
    drafts.data[4 + 9] = 1; /* approvals */
    assert_int_equal(wb_codec_decode_draft(&raw, draft, NULL), WB_E_DAMAGED);
    wb_bytes_clear(&drafts);
    wb_bytes_clear(&record);
    make_approved(&record);
    assert_true(decodes(record.data, record.size));
    record.data[1] = WB_RECORD_SWITCH;
    assert_false(decodes(record.data, record.size));
    record.data[1] = WB_RECORD_PERIOD;
    record.data[26] = 0x82; /* from proposal 328, which comes later */
    assert_false(decodes(record.data, record.size));
    wb_bytes_clear(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_decodes_to_what_was_encoded),
        cmocka_unit_test(test_the_bytes_of_a_record_are_as_documented),
        cmocka_unit_test(test_every_cut_and_every_flip_is_refused_or_canonical),
        cmocka_unit_test(test_random_damage_is_refused_or_canonical),
        cmocka_unit_test(test_a_second_encoding_of_a_number_is_refused),
        cmocka_unit_test(test_a_second_encoding_of_an_amount_is_refused),
        cmocka_unit_test(test_later_versions_say_so),
        cmocka_unit_test(test_the_bytes_of_four_eyes_are_as_documented),
        cmocka_unit_test(test_a_draft_is_no_control_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
