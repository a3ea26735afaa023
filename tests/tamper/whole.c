/* whole.c - the catalogue: what everybody signed and the books may not have beside what they had
 * before. Only a verify of all records can see it. */
#include "scene.h"

/* The first trial entry's reference, for another amount: paid twice. */
static uint64_t use_a_reference_again(forge *books)
{
    const wb_raw_record first = forge_raw(books, TRIAL);
    char source[80];
    char reference[80];
    (void)snprintf(source, sizeof source, "%.*s", (int)first.source.size,
                   (const char *)first.source.data);
    (void)snprintf(reference, sizeof reference, "%.*s", (int)first.reference.size,
                   (const char *)first.reference.data);
    assert_true(first.reference.size > 0);
    forge_reference(source, reference);
    return pass_entry(books, 100, DAY);
}

static uint64_t reverse(forge *books)
{
    forge_reverses(TRIAL);
    return pass_entry(books, -50000, DAY);
}

static uint64_t reverse_twice(forge *books)
{
    const uint64_t number = reverse(books);
    (void)reverse(books); /* its row takes the place of the first one's */
    return number;
}

static uint64_t reverse_a_reversal(forge *books)
{
    const uint64_t number = reverse(books);
    forge_reverses(number);
    return pass_entry(books, 50000, DAY);
}

/* A document of a day before all calendars: it could not even be shown. */
static uint64_t date_a_party_in_no_year(forge *books)
{
    wb_bytes draft = forge_document("anna", WB_RECORD_PARTY, "p7", "{}");
    memset(draft.data + 18, 0, 4); /* behind the stamp */
    forge_put(books, books->count + 1, draft.data, draft.size);
    wb_bytes_clear(&draft);
    memcpy(books->records[books->count - 1].data + TIME_AT,
           books->records[books->count - 2].data + TIME_AT, 8);
    forge_chain(books);
    return books->count;
}

const deed whole_deeds[] = {
    {"a reference is used again", use_a_reference_again, WB_E_DAMAGED, "reference", 0},
    {"reversed twice", reverse_twice, WB_E_DAMAGED, "revers", 0},
    {"a reversal is reversed", reverse_a_reversal, WB_E_DAMAGED, "no mirror", 0},
    {"a party of no year", date_a_party_in_no_year, WB_E_DAMAGED, "its date", 1},
    {0},
};
