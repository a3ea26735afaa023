/* past.c - the catalogue: the past rewritten, with all that follows from it. */
#include "scene.h"

/* Another record in a place, at the time of the one before. */
static void replace(forge *books, uint64_t number, wb_bytes *fresh)
{
    memcpy(fresh->data + TIME_AT, books->records[number - 1].data + TIME_AT, 8);
    wb_bytes_clear(&books->records[number - 1]);
    books->records[number - 1] = *fresh;
    forge_chain(books);
}

static uint64_t change_a_trial_entry(forge *books)
{
    forge_edit(books, TRIAL, "r1", "r9");
    return SWITCH;
}

static uint64_t drop_a_trial_entry(forge *books)
{
    forge_drop(books, TRIAL, TRIAL);
    return SWITCH - 1;
}

static uint64_t swap_two_trial_entries(forge *books)
{
    forge_swap(books, TRIAL, TRIAL + 1);
    return SWITCH;
}

static uint64_t lower_a_rule(forge *books)
{
    forge_edit(books, RULE, "\"checkers\":2", "\"checkers\":1");
    return SWITCH;
}

static uint64_t give_ben_another_key(forge *books)
{
    wb_bytes fresh = forge_user("anna", "ben", "\"checker\"", "active", "", stage.eve);
    replace(books, BEN_IS, &fresh);
    return SWITCH;
}

/* The same with the admin in on it. */
static uint64_t give_ben_another_key_and_switch_again(forge *books)
{
    (void)give_ben_another_key(books);
    forge_switch(books, SWITCH, key_of(ANNA), "anna");
    return FIRST + 1;
}

static uint64_t register_one_key_under_two_names(forge *books)
{
    wb_bytes fresh = forge_user("anna", "dorine", "\"checker\"", "active", "", key_of(DORA));
    memcpy(fresh.data + TIME_AT, books->records[TRIAL - 1].data + TIME_AT, 8);
    forge_put(books, TRIAL, fresh.data, fresh.size);
    wb_bytes_clear(&fresh);
    forge_switch(books, SWITCH + 1, key_of(ANNA), "anna");
    return TRIAL;
}

static uint64_t drop_the_switch(forge *books)
{
    forge_drop(books, SWITCH, SWITCH);
    return SWITCH;
}

static uint64_t switch_by_no_admin(forge *books)
{
    forge_switch(books, SWITCH, key_of(BEN), "ben");
    return SWITCH;
}

static uint64_t switch_by_anothers_key(forge *books)
{
    forge_switch(books, SWITCH, key_of(BEN), "anna");
    return SWITCH;
}

static uint64_t change_what_was_posted(forge *books)
{
    forge_edit(books, FIRST + 2, "memorial", "Memorial");
    return FIRST + 2;
}

static uint64_t change_the_day_of_what_was_posted(forge *books)
{
    books->records[FIRST + 1].data[18 + 3] ^= 1; /* behind the stamp */
    forge_chain(books);
    return FIRST + 2;
}

static uint64_t change_what_was_proposed_and_posted(forge *books)
{
    forge_edit(books, FIRST, "memorial", "Memorial");
    forge_edit(books, FIRST + 2, "memorial", "Memorial");
    return FIRST;
}

static uint64_t change_the_day_of_a_proposal(forge *books)
{
    books->records[OPEN - 1].data[18 + 3] ^= 1; /* behind the stamp; nobody signs it */
    forge_chain(books);
    return OPEN;
}

static uint64_t change_the_day_of_a_verdict(forge *books)
{
    books->records[REJECTED].data[18 + 3] ^= 1;
    forge_chain(books);
    return REJECTED + 1;
}

static uint64_t drop_what_was_posted(forge *books)
{
    forge_drop(books, FIRST + 2, FIRST + 2);
    return FIRST + 2;
}

static uint64_t exchange_what_was_posted(forge *books)
{
    enum { APPROVALS_AT = 18 + 4 + 1 + 4 }; /* and the proposal; behind "anna" or "dora" */
    uint8_t kept[2];
    forge_swap(books, FIRST + 2, WRITTEN_OFF + 3);
    uint8_t *first = books->records[FIRST + 1].data + APPROVALS_AT;
    uint8_t *second = books->records[WRITTEN_OFF + 2].data + APPROVALS_AT;
    memcpy(kept, first, sizeof kept);
    memcpy(first, second, sizeof kept);
    memcpy(second, kept, sizeof kept);
    forge_chain(books);
    return FIRST + 2;
}

static uint64_t drop_the_approval(forge *books)
{
    forge_drop(books, FIRST + 1, FIRST + 1);
    return FIRST + 1;
}

static uint64_t drop_one_of_two_approvals(forge *books)
{
    forge_drop(books, WRITTEN_OFF + 1, WRITTEN_OFF + 1);
    return WRITTEN_OFF + 2;
}

static uint64_t spoil_a_makers_signature(forge *books)
{
    const wb_raw_record raw = forge_raw(books, FIRST);
    books->records[FIRST - 1].data[raw.signature.data - books->records[FIRST - 1].data] ^= 1;
    forge_chain(books);
    return FIRST;
}

static uint64_t spoil_a_checkers_signature(forge *books)
{
    wb_bytes *record = &books->records[FIRST];
    record->data[record->size - 1] ^= 1;
    forge_chain(books);
    return FIRST + 1;
}

static uint64_t overstate_the_approvals(forge *books)
{
    wb_bytes *record = &books->records[FIRST + 1];
    record->data[18 + 4 + 1 + 4] = 2; /* behind stamp, date and "anna" */
    forge_chain(books);
    return FIRST + 2;
}

static uint64_t drop_what_an_anchor_covers(forge *books)
{
    forge_drop(books, REJECTED, REJECTED + 1);
    return REJECTED;
}

/* Who looks for the newest anchor would not find it. */
static uint64_t hide_an_anchor(forge *books)
{
    forge_edit(books, ANCHOR, "checkpoint", "checkpoinx");
    return ANCHOR;
}

static uint64_t forget_a_revocation(forge *books)
{
    forge_drop(books, REVOCATION, REVOCATION + 3);
    return REVOCATION + 1; /* what was approved since was approved in another place */
}

const deed past_deeds[] = {
    {"a trial entry is changed", change_a_trial_entry, WB_E_SIGNATURE, "does not hold", 0},
    {"a trial entry is dropped", drop_a_trial_entry, WB_E_SIGNATURE, "does not hold", 0},
    {"two trial entries are swapped", swap_two_trial_entries, WB_E_SIGNATURE, "does not hold", 0},
    {"a rule is lowered", lower_a_rule, WB_E_SIGNATURE, "does not hold", 0},
    {"a user gets another key", give_ben_another_key, WB_E_SIGNATURE, "does not hold", 0},
    {"the same, and the admin signs again", give_ben_another_key_and_switch_again, WB_E_SIGNATURE,
     "who had key", 0},
    {"one key under two names", register_one_key_under_two_names, WB_E_SIGNATURE,
     "gave a user already", 0},
    {"the switch is dropped", drop_the_switch, WB_E_DAMAGED, "four eyes were off", 0},
    {"the switch is by no admin", switch_by_no_admin, WB_E_SIGNATURE, "who is no admin", 0},
    {"the switch is by another's key", switch_by_anothers_key, WB_E_SIGNATURE, "does not hold", 0},
    {"what was posted is changed", change_what_was_posted, WB_E_SIGNATURE, "is not draft 1", 0},
    {"the day of what was posted is changed", change_the_day_of_what_was_posted, WB_E_SIGNATURE,
     "is not draft 1", 0},
    {"what was proposed and posted is changed", change_what_was_proposed_and_posted, WB_E_SIGNATURE,
     "'anna' that does not hold", 0},
    {"the day of a proposal is changed", change_the_day_of_a_proposal, WB_E_DAMAGED, "is not dated",
     0},
    {"the day of a verdict is changed", change_the_day_of_a_verdict, WB_E_DAMAGED, "is not dated",
     0},
    {"what was posted is dropped", drop_what_was_posted, WB_E_SIGNATURE, "does not follow", 0},
    {"what was posted is exchanged", exchange_what_was_posted, WB_E_SIGNATURE, "is not draft 1", 0},
    {"the approval is dropped", drop_the_approval, WB_E_SIGNATURE, "did not post it", 0},
    {"one of two approvals is dropped", drop_one_of_two_approvals, WB_E_SIGNATURE,
     "did not post it", 0},
    {"a maker's signature is spoilt", spoil_a_makers_signature, WB_E_SIGNATURE,
     "'anna' that does not hold", 0},
    {"a checker's signature is spoilt", spoil_a_checkers_signature, WB_E_SIGNATURE,
     "'ben' that does not hold", 0},
    {"approvals are overstated", overstate_the_approvals, WB_E_SIGNATURE, "claims 2 approvals", 0},
    {"what an anchor covers is dropped", drop_what_an_anchor_covers, WB_E_ANCHOR, "anchor", 0},
    {"an anchor is hidden", hide_an_anchor, WB_E_ANCHOR, "another id", 0},
    {"a revocation is forgotten", forget_a_revocation, WB_E_SIGNATURE, "does not hold", 0},
    {0},
};
