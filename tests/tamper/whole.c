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

/* A document of a day that no calendar here has. */
static uint64_t date_a_party_in_no_year(forge *books)
{
    wb_bytes draft = forge_document("anna", WB_RECORD_PARTY, "p7", "{}");
    draft.data[18] = 0xFF; /* behind the stamp */
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", &draft, 1);
    wb_bytes_clear(&draft);
    (void)yes(books, number, stage.ben, "ben");
    return forge_post(books, number, 0, 1);
}

const deed whole_deeds[] = {
    {"a reference is used again", use_a_reference_again, WB_E_DAMAGED, "reference", 0},
    {"reversed twice", reverse_twice, WB_E_DAMAGED, "revers", 0},
    {"a reversal is reversed", reverse_a_reversal, WB_E_DAMAGED, "no mirror", 0},
    {"a party of no year", date_a_party_in_no_year, WB_E_DAMAGED, "a date", 0},
    {0},
};
