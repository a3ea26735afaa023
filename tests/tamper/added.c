/* added.c - the catalogue: records that should not be there, and that nobody could have made by the
 * rules. */
#include "scene.h"

/* anna proposes one entry. */
static uint64_t propose_entry(forge *books, const char *event, int64_t cents, int32_t day)
{
    wb_bytes draft = forge_entry("anna", event, cents, day, 1, 3);
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", &draft, 1);
    wb_bytes_clear(&draft);
    return number;
}

uint64_t memorial(forge *books)
{
    return propose_entry(books, "memorial", 100, DAY);
}

uint64_t yes(forge *books, uint64_t proposal, const wb_signer *signer, const char *name)
{
    return forge_verdict(books, signer, name, proposal, WB_VERDICT_APPROVE, "");
}

/* Such a record at the end, at the time of the last one. */
static uint64_t append(forge *books, const wb_bytes *record)
{
    forge_put(books, books->count + 1, record->data, record->size);
    memcpy(books->records[books->count - 1].data + TIME_AT,
           books->records[books->count - 2].data + TIME_AT, 8);
    forge_chain(books);
    return books->count;
}

static uint64_t post_without_anybody(forge *books)
{
    wb_bytes entry = forge_entry("anna", "memorial", 100, DAY, 1, 3);
    const uint64_t number = append(books, &entry);
    wb_bytes_clear(&entry);
    return number;
}

static uint64_t record_a_rule_without_anybody(forge *books)
{
    wb_bytes rule = forge_document("anna", WB_RECORD_RULE, "user",
                                   "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1}]}");
    const uint64_t number = append(books, &rule);
    wb_bytes_clear(&rule);
    return number;
}

static uint64_t post_a_second_time(forge *books)
{
    return forge_post(books, LAST, 0, 1);
}

static uint64_t post_what_nobody_approved(forge *books)
{
    return forge_post(books, OPEN, 0, 1);
}

static uint64_t approve_ones_own(forge *books)
{
    wb_bytes draft = forge_entry("dora", "memorial", 100, DAY, 1, 3);
    const uint64_t number = forge_propose(books, key_of(DORA), "dora", &draft, 1);
    wb_bytes_clear(&draft);
    const uint64_t bad = yes(books, number, key_of(DORA), "dora");
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t approve_in_anothers_name(forge *books)
{
    const uint64_t number = memorial(books);
    const uint64_t bad = yes(books, number, key_of(ANNA), "dora");
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t approve_as_a_stranger(forge *books)
{
    const uint64_t number = memorial(books);
    const uint64_t bad = yes(books, number, stage.eve, "eve");
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t approve_with_a_revoked_key(forge *books)
{
    const uint64_t number = memorial(books);
    const uint64_t bad = yes(books, number, key_of(COR), "cor");
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t approve_with_a_replaced_key(forge *books)
{
    const uint64_t number = memorial(books);
    const uint64_t bad = yes(books, number, key_of(BEN), "ben");
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t approve_as_an_auditor(forge *books)
{
    return yes(books, OPEN, key_of(EVA), "eva");
}

static uint64_t approve_twice_alone(forge *books)
{
    const uint64_t number = propose_entry(books, "loan-written-off", 100, DAY);
    (void)yes(books, number, stage.ben, "ben");
    const uint64_t bad = yes(books, number, stage.ben, "ben");
    (void)forge_post(books, number, 0, 2);
    return bad;
}

static uint64_t post_with_one_too_few(forge *books)
{
    const uint64_t number = propose_entry(books, "loan-written-off", 100, DAY);
    (void)yes(books, number, stage.ben, "ben");
    return forge_post(books, number, 0, 1);
}

/* Two halves of what needs a second checker as a whole. */
static uint64_t cut_up_an_amount(forge *books)
{
    wb_bytes drafts[2];
    for (size_t i = 0; i < 2; i++)
        drafts[i] = forge_entry("anna", "memorial", 300000, DAY, 2, 3);
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", drafts, 2);
    for (size_t i = 0; i < 2; i++)
        wb_bytes_clear(&drafts[i]);
    (void)yes(books, number, stage.ben, "ben");
    const uint64_t bad = forge_post(books, number, 0, 1);
    (void)forge_post(books, number, 1, 1);
    return bad;
}

static uint64_t post_half_at_the_end(forge *books)
{
    wb_bytes drafts[2];
    for (size_t i = 0; i < 2; i++)
        drafts[i] = forge_entry("anna", "memorial", 100, DAY, 1, 3);
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", drafts, 2);
    for (size_t i = 0; i < 2; i++)
        wb_bytes_clear(&drafts[i]);
    const uint64_t bad = yes(books, number, stage.ben, "ben");
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t post_half_and_go_on(forge *books)
{
    (void)post_half_at_the_end(books);
    return memorial(books);
}

static uint64_t post_in_another_order(forge *books)
{
    wb_bytes drafts[2];
    for (int i = 0; i < 2; i++)
        drafts[i] = forge_entry("anna", "memorial", 100 + i, DAY, 1, 3);
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", drafts, 2);
    for (size_t i = 0; i < 2; i++)
        wb_bytes_clear(&drafts[i]);
    (void)yes(books, number, stage.ben, "ben");
    const uint64_t bad = forge_post(books, number, 1, 1);
    (void)forge_post(books, number, 0, 1);
    return bad;
}

static uint64_t replay_a_verdict(forge *books)
{
    return append(books, &books->records[LAST]);
}

static uint64_t replay_a_proposal(forge *books)
{
    return append(books, &books->records[OPEN - 1]);
}

/* dora's signature under another verdict of hers. */
static uint64_t move_a_signature(forge *books)
{
    const uint64_t number = yes(books, OPEN, key_of(DORA), "dora");
    const wb_bytes *old = &books->records[LAST];
    wb_bytes *fresh = &books->records[number - 1];
    memcpy(fresh->data + fresh->size - 64, old->data + old->size - 64, 64);
    forge_chain(books);
    return number;
}

static uint64_t call_a_rejection_an_approval(forge *books)
{
    const uint64_t number =
        forge_verdict(books, key_of(DORA), "dora", OPEN, WB_VERDICT_REJECT, "no");
    const wb_raw_record raw = forge_raw(books, number);
    uint8_t *verdict = &books->records[number - 1].data[18 + 4 + 1 + 4 + 1 + 1];
    assert_int_equal(*verdict, raw.verdict);
    *verdict = WB_VERDICT_APPROVE;
    forge_chain(books);
    return number;
}

static uint64_t withdraw_what_is_anothers(forge *books)
{
    return forge_verdict(books, stage.ben, "ben", OPEN, WB_VERDICT_WITHDRAW, "mine");
}

static uint64_t reject_without_a_reason(forge *books)
{
    return forge_verdict(books, stage.ben, "ben", OPEN, WB_VERDICT_REJECT, "");
}

static uint64_t approve_after_the_last_day(forge *books)
{
    const uint64_t number = memorial(books);
    forge_wait(40 * 86400);
    return yes(books, number, stage.ben, "ben");
}

static uint64_t stay_open_for_years(forge *books)
{
    forge_last_day(367);
    return memorial(books);
}

static uint64_t expire_too_early(forge *books)
{
    return forge_verdict(books, NULL, "", OPEN, WB_VERDICT_EXPIRE, "");
}

static uint64_t sign_two_lines(forge *books)
{
    return forge_verdict(books, stage.ben, "ben", OPEN, WB_VERDICT_APPROVE, "yes\nreason no");
}

static uint64_t propose_without_the_role(forge *books)
{
    wb_bytes draft = forge_entry("ben", "memorial", 100, DAY, 1, 3);
    const uint64_t number = forge_propose(books, stage.ben, "ben", &draft, 1);
    wb_bytes_clear(&draft);
    return number;
}

static uint64_t propose_a_user_as_a_maker(forge *books)
{
    wb_bytes draft = forge_user("dora", "fay", "\"checker\"", "active", "", stage.eve);
    const uint64_t number = forge_propose(books, key_of(DORA), "dora", &draft, 1);
    wb_bytes_clear(&draft);
    return number;
}

static uint64_t propose_in_anothers_name(forge *books)
{
    wb_bytes draft = forge_entry("dora", "memorial", 100, DAY, 1, 3);
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", &draft, 1);
    wb_bytes_clear(&draft);
    return number;
}

/* A user's record that passed as it should; the record is named, not the approval. */
static uint64_t pass_user(forge *books, wb_bytes *draft)
{
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", draft, 1);
    wb_bytes_clear(draft);
    (void)yes(books, number, stage.ben, "ben");
    (void)yes(books, number, key_of(DORA), "dora");
    return forge_post(books, number, 0, 2);
}

static uint64_t bring_back_who_was_revoked(forge *books)
{
    wb_bytes draft = forge_user("anna", "cor", "\"checker\"", "active", "", key_of(COR));
    return pass_user(books, &draft);
}

static uint64_t give_an_old_key_to_another(forge *books)
{
    wb_bytes draft = forge_user("anna", "fay", "\"checker\"", "active", "", key_of(BEN));
    return pass_user(books, &draft);
}

static uint64_t approve_for_a_revoked_maker(forge *books)
{
    wb_bytes draft = forge_entry("dora", "memorial", 100, DAY, 1, 3);
    const uint64_t number = forge_propose(books, key_of(DORA), "dora", &draft, 1);
    wb_bytes_clear(&draft);
    draft = forge_user("anna", "dora", "\"checker\",\"maker\"", "revoked", "left", key_of(DORA));
    (void)pass_user(books, &draft);
    return yes(books, number, stage.ben, "ben");
}

static uint64_t rotate_without_a_reason(forge *books)
{
    wb_bytes draft = forge_user("anna", "ben", "\"checker\"", "active", "", stage.eve);
    return pass_user(books, &draft);
}

static uint64_t limit_what_is_beyond_it(forge *books)
{
    wb_bytes draft = forge_document("anna", WB_RECORD_LIMIT, "low",
                                    "{\"accounts\":[\"1000\"],\"each\":false,\"max\":\"1.00\","
                                    "\"min\":null,\"party\":null}");
    return pass_user(books, &draft);
}

static uint64_t limit_what_is_not_there(forge *books)
{
    wb_bytes draft = forge_document("anna", WB_RECORD_LIMIT, "low",
                                    "{\"accounts\":[\"9999\"],\"each\":false,\"max\":\"1.00\","
                                    "\"min\":null,\"party\":null}");
    return pass_user(books, &draft);
}

/* Of what one may close, one checker is enough. */
static uint64_t pass_closing(forge *books, const char *period)
{
    wb_bytes draft = forge_document("anna", WB_RECORD_PERIOD, period,
                                    "{\"checks\":null,\"reason\":\"\",\"state\":\"closed\"}");
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", &draft, 1);
    wb_bytes_clear(&draft);
    (void)yes(books, number, stage.ben, "ben");
    return forge_post(books, number, 0, 1);
}

static uint64_t close_what_is_closed(forge *books)
{
    return pass_closing(books, "2025");
}

static uint64_t close_a_month_of_a_closed_year(forge *books)
{
    return pass_closing(books, "2025-03");
}

/* dora approves one of two, and is revoked before the second does. */
static uint64_t count_who_was_revoked(forge *books)
{
    const uint64_t number = propose_entry(books, "loan-written-off", 100, DAY);
    (void)yes(books, number, key_of(DORA), "dora");
    wb_bytes draft =
        forge_user("anna", "dora", "\"checker\",\"maker\"", "revoked", "left", key_of(DORA));
    (void)pass_user(books, &draft);
    (void)yes(books, number, stage.ben, "ben");
    return forge_post(books, number, 0, 2);
}

/* ben approves one of two, and has another key before the second does. */
static uint64_t count_an_old_key(forge *books)
{
    const uint64_t number = propose_entry(books, "loan-written-off", 100, DAY);
    (void)yes(books, number, stage.ben, "ben");
    wb_bytes draft = forge_user("anna", "ben", "\"checker\"", "active", "lost", stage.eve);
    (void)pass_user(books, &draft);
    (void)yes(books, number, key_of(DORA), "dora");
    return forge_post(books, number, 0, 2);
}

/* Everybody signed; the books may not have it all the same. */
uint64_t pass_entry(forge *books, int64_t cents, int32_t day)
{
    const uint64_t number = propose_entry(books, "loan-written-off", cents, day);
    (void)yes(books, number, stage.ben, "ben");
    (void)yes(books, number, key_of(DORA), "dora");
    return forge_post(books, number, 0, 2);
}

static uint64_t post_in_a_closed_period(forge *books)
{
    return pass_entry(books, 100, DAY - 1);
}

static uint64_t post_beyond_a_limit(forge *books)
{
    return pass_entry(books, 912001, DAY); /* 880.00 are in it: 0.01 too much */
}

static uint64_t switch_a_second_time(forge *books)
{
    (void)append(books, &books->records[SWITCH - 1]);
    forge_switch(books, books->count, key_of(ANNA), "anna");
    return books->count;
}

/* A proposal, its approval and its posting, all by the same people in another fund of theirs. */
static uint64_t splice_another_ledger(forge *books)
{
    forge other;
    forge_copy(&other, books);
    forge_edit(&other, 1, "1000", "1001");
    const uint64_t number = memorial(&other);
    (void)yes(&other, number, stage.ben, "ben");
    (void)forge_post(&other, number, 0, 1);
    const uint64_t first = books->count + 1;
    for (size_t i = books->count; i < other.count; i++)
        forge_put(books, i + 1, other.records[i].data, other.records[i].size);
    forge_clear(&other);
    return first;
}

const deed added_deeds[] = {
    {"a second switch", switch_a_second_time, WB_E_DAMAGED, "on again", 0},
    {"posted without anybody", post_without_anybody, WB_E_SIGNATURE, "without an approval", 0},
    {"a rule without anybody", record_a_rule_without_anybody, WB_E_SIGNATURE, "without an approval",
     0},
    {"posted a second time", post_a_second_time, WB_E_SIGNATURE, "did not post it", 0},
    {"posted, and nobody approved", post_what_nobody_approved, WB_E_SIGNATURE, "did not post it",
     0},
    {"one's own is approved", approve_ones_own, WB_E_SIGNATURE, "on his own proposal", 0},
    {"approved in another's name", approve_in_anothers_name, WB_E_SIGNATURE, "who had key", 0},
    {"approved by a stranger", approve_as_a_stranger, WB_E_SIGNATURE, "no user", 0},
    {"approved with a revoked key", approve_with_a_revoked_key, WB_E_SIGNATURE, "was revoked", 0},
    {"approved with a replaced key", approve_with_a_replaced_key, WB_E_SIGNATURE, "who had key", 0},
    {"approved by an auditor", approve_as_an_auditor, WB_E_SIGNATURE, "no checker", 0},
    {"approved twice by one", approve_twice_alone, WB_E_SIGNATURE, "'ben' approved in record", 0},
    {"one checker too few", post_with_one_too_few, WB_E_SIGNATURE, "did not post it", 0},
    {"an amount is cut up", cut_up_an_amount, WB_E_SIGNATURE, "did not post it", 0},
    {"half is posted, at the end", post_half_at_the_end, WB_E_SIGNATURE, "not all of it", 0},
    {"half is posted, and it goes on", post_half_and_go_on, WB_E_SIGNATURE, "does not follow", 0},
    {"posted in another order", post_in_another_order, WB_E_SIGNATURE, "is not draft 1", 0},
    {"a verdict is replayed", replay_a_verdict, WB_E_SIGNATURE, "no open proposal", 1},
    {"a proposal is replayed", replay_a_proposal, WB_E_SIGNATURE, "its nonce was used", 0},
    {"a signature is moved", move_a_signature, WB_E_SIGNATURE, "'dora' that does not hold", 0},
    {"a rejection is called an approval", call_a_rejection_an_approval, WB_E_SIGNATURE,
     "'dora' that does not hold", 0},
    {"another's is withdrawn", withdraw_what_is_anothers, WB_E_SIGNATURE, "of another", 0},
    {"rejected without a reason", reject_without_a_reason, WB_E_DAMAGED, "without a reason", 0},
    {"approved after the last day", approve_after_the_last_day, WB_E_SIGNATURE,
     "after its last day", 0},
    {"open for more than a year", stay_open_for_years, WB_E_DAMAGED, "a last day", 0},
    {"expired too early", expire_too_early, WB_E_SIGNATURE, "before its last day", 0},
    {"a reason of two lines", sign_two_lines, WB_E_SIGNATURE, "several lines", 0},
    {"proposed without the role", propose_without_the_role, WB_E_SIGNATURE, "no role", 0},
    {"a user proposed by a maker", propose_a_user_as_a_maker, WB_E_SIGNATURE, "no role", 0},
    {"proposed in another's name", propose_in_anothers_name, WB_E_SIGNATURE,
     "not that of the proposal", 0},
    {"who was revoked is brought back", bring_back_who_was_revoked, WB_E_SIGNATURE,
     "who was revoked", 0},
    {"an old key for another", give_an_old_key_to_another, WB_E_SIGNATURE, "gave a user already",
     0},
    {"approved for a revoked maker", approve_for_a_revoked_maker, WB_E_SIGNATURE, "whose maker", 0},
    {"another key without a reason", rotate_without_a_reason, WB_E_DAMAGED, "without a reason", 0},
    {"a limit that is passed already", limit_what_is_beyond_it, WB_E_DAMAGED, "limit 'low'", 0},
    {"a limit of no account", limit_what_is_not_there, WB_E_DAMAGED, "there was not yet", 0},
    {"a closed year is closed", close_what_is_closed, WB_E_DAMAGED, "which is so already", 0},
    {"a month of a closed year is closed", close_a_month_of_a_closed_year, WB_E_DAMAGED,
     "of a closed year", 0},
    {"an approval outlives its signer", count_who_was_revoked, WB_E_SIGNATURE, "did not post it",
     0},
    {"an approval outlives its key", count_an_old_key, WB_E_SIGNATURE, "did not post it", 0},
    {"posted in a closed period", post_in_a_closed_period, WB_E_DAMAGED, "closed", 0},
    {"posted beyond a limit", post_beyond_a_limit, WB_E_DAMAGED, "limit 'cash'", 0},
    {"another ledger's records", splice_another_ledger, WB_E_SIGNATURE, "'anna' that does not hold",
     0},
    {0},
};
