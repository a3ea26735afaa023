/* Goal: whatever somebody with access to the disk does to the books, verify finds it and names the
 * record: forged, missing, bought and replayed approvals, rules bent, the past rewritten.
 * Method: one ledger with everything in it; each row of the catalogue does one thing to it, mends
 * all numbers, hashes, rows and counts, and says which record must be named, and for what. */
#include "forge.h"
#include "waarborg/anchor.h"

/* The records of the books below. */
enum {
    BEN_IS = 9,
    TRIAL = 13, /* two entries */
    RULE = 15,
    SWITCH = 18,
    FIRST = 19,       /* anna proposes, ben approves, posted */
    WRITTEN_OFF = 22, /* dora proposes, ben and cor approve, posted */
    ROTATION = 26,    /* another key for ben */
    OPEN = 30,
    REJECTED = 31,
    ANCHOR = 33,
    REVOCATION = 34, /* of cor */
    LAST = 38,       /* anna proposes, dora approves, posted */
    COUNT_ALL = 40,
    DAY = 20454, /* 2026-01-01 */
    TIME_AT = 10 /* in a record's bytes */
};

typedef struct scene {
    eyes people;
    wb_signer *ben; /* his second key */
    wb_signer *eve; /* an outsider's */
    char *note;     /* anchor over all of it */
    forge books;
} scene;

static scene stage; /* made once: the rows of the catalogue change copies */

static void approve(eyes *made, uint64_t proposal, const wb_signer *signer)
{
    wb_decided decided;
    ASSERT_OK(eyes_decide_by(made, proposal, WB_VERDICT_APPROVE, signer, "", &decided, &ok_err));
}

static uint64_t propose_user(eyes *made, const wb_user *user)
{
    uint64_t number = 0;
    eyes_begin(made);
    ASSERT_OK(wb_user_record(made->ledger, user, (wb_date){DAY}, "anna", &number, &ok_err));
    ASSERT_OK(eyes_propose(made, ANNA, &number, &ok_err));
    return number;
}

/* In trial: two entries, a rule, a limit, a closed year; then the switch. */
static void make_trial(eyes *made)
{
    wb_limit limit;
    wb_rule rule;
    uint64_t number = 0;
    const wb_period_state closed = {.period = {2025, 0}, .closed = true};
    eyes_begin(made);
    ASSERT_OK(eyes_post(made, ANNA, "memorial", 50000, "r1", &number, &ok_err));
    assert_int_equal(number, TRIAL);
    ASSERT_OK(eyes_post(made, ANNA, "memorial", 20000, "r2", &number, &ok_err));
    wb_rule_init(&rule);
    (void)snprintf(rule.what, sizeof rule.what, "memorial");
    rule.tier_count = 2;
    rule.tiers[0].checkers = 1;
    rule.tiers[1].checkers = 2;
    wb_money_set_cents(&rule.tiers[1].above, 500000);
    ASSERT_OK(wb_rule_record(made->ledger, &rule, (wb_date){DAY}, "anna", &number, &ok_err));
    assert_int_equal(number, RULE);
    wb_rule_clear(&rule);
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, "cash");
    (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "1000");
    limit.account_count = 1;
    limit.has_max = true;
    wb_money_set_cents(&limit.max, 1000000);
    ASSERT_OK(wb_limit_record(made->ledger, &limit, (wb_date){DAY}, "anna", &number, &ok_err));
    wb_limit_clear(&limit);
    ASSERT_OK(wb_period_record(made->ledger, &closed, (wb_date){DAY}, "anna", &number, &ok_err));
    eyes_commit(made);
    eyes_begin(made);
    ASSERT_OK(wb_four_eyes_on(made->ledger, made->signers[ANNA], (wb_date){DAY}, &number, &ok_err));
    assert_int_equal(number, SWITCH);
    eyes_commit(made);
}

static char *anchor_now(eyes *made)
{
    wb_anchor fresh;
    wb_anchor_init(&fresh);
    eyes_begin(made);
    ASSERT_OK(wb_ledger_anchor(&fresh, made->ledger, made->signers[ANNA], (wb_date){DAY}, &ok_err));
    eyes_commit(made);
    char *note = fresh.note;
    fresh.note = NULL;
    wb_anchor_clear(&fresh);
    return note;
}

static void make_proposals(eyes *made, const wb_signer *ben)
{
    uint64_t number = eyes_entry(made, ANNA, 10000);
    assert_int_equal(number, FIRST);
    approve(made, number, made->signers[BEN]);
    eyes_begin(made);
    ASSERT_OK(eyes_post(made, DORA, "loan-written-off", 5000, NULL, &number, &ok_err));
    ASSERT_OK(eyes_propose(made, DORA, &number, &ok_err));
    assert_int_equal(number, WRITTEN_OFF);
    approve(made, number, made->signers[BEN]);
    approve(made, number, made->signers[COR]);
    wb_user user = eyes_user("ben", WB_ROLE_CHECKER, ben);
    (void)snprintf(user.reason, sizeof user.reason, "a new laptop");
    number = propose_user(made, &user);
    assert_int_equal(number, ROTATION);
    approve(made, number, made->signers[BEN]);
    approve(made, number, made->signers[COR]);
    assert_int_equal(eyes_entry(made, ANNA, 1000), OPEN);
    number = eyes_entry(made, ANNA, 2000);
    assert_int_equal(number, REJECTED);
    wb_decided decided;
    ASSERT_OK(eyes_decide_by(made, number, WB_VERDICT_REJECT, made->signers[COR], "twice", &decided,
                             &ok_err));
    free(anchor_now(made));
    user = eyes_user("cor", WB_ROLE_CHECKER, made->signers[COR]);
    user.revoked = true;
    (void)snprintf(user.reason, sizeof user.reason, "left");
    number = propose_user(made, &user);
    assert_int_equal(number, REVOCATION);
    approve(made, number, ben);
    approve(made, number, made->signers[DORA]);
    number = eyes_entry(made, ANNA, 3000);
    assert_int_equal(number, LAST);
    approve(made, number, made->signers[DORA]);
}

static int stage_open(void **state)
{
    (void)state;
    eyes *made = &stage.people;
    wb_ledger_head head;
    eyes_open(made, "tamper");
    stage.ben = eyes_signer("ben", 2);
    stage.eve = eyes_signer("eve", 0);
    make_trial(made);
    make_proposals(made, stage.ben);
    ASSERT_OK(wb_ledger_head_read(made->ledger, &head, &ok_err));
    assert_int_equal(head.count, COUNT_ALL);
    eyes_verify(made);
    forge_read(&stage.books, made->ledger);
    stage.note = anchor_now(made);
    return 0;
}

static int stage_close(void **state)
{
    (void)state;
    forge_clear(&stage.books);
    free(stage.note);
    wb_signer_close(stage.ben);
    wb_signer_close(stage.eve);
    eyes_close(&stage.people);
    return 0;
}

static const wb_signer *key_of(int who)
{
    return stage.people.signers[who];
}

/* ---- Looking ---- */

static wb_code verify(const char *dir, const wb_anchor_text *anchor, wb_verify_report *report,
                      wb_error *err)
{
    wb_ledger *ledger = NULL;
    const wb_verify_options options = {.anchor = anchor};
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify_with(ledger, &options, report, err);
    wb_ledger_close(ledger);
    return code;
}

static void remove_mark(const char *dir)
{
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/head", dir);
    (void)unlink(path);
}

/* What is found, its record, and words of the message. */
static void expect(const char *dir, const char *name, wb_code wanted, uint64_t number,
                   const char *words)
{
    char record[40];
    wb_error err = {0};
    wb_verify_report report = {0};
    const wb_code code = verify(dir, NULL, &report, &err);
    (void)snprintf(record, sizeof record, "record %llu", (unsigned long long)number);
    const char *found = strstr(err.message, record);
    const bool says = found != NULL && strspn(found + strlen(record), "0123456789") == 0;
    const bool named =
        number == 0 || (report.first_bad == number && (says || wanted == WB_E_CHAIN));
    if (code != wanted || !named || strstr(err.message, words) == NULL) {
        print_error("%s: wanted %s, record %llu, '%s'; got %s, record %llu: %s\n", name,
                    wb_code_name(wanted), (unsigned long long)number, words, wb_code_name(code),
                    (unsigned long long)report.first_bad, err.message);
        fail();
    }
}

/* ---- The catalogue: the past, rewritten with all that follows from it ---- */

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

static uint64_t change_what_was_proposed_and_posted(forge *books)
{
    forge_edit(books, FIRST, "memorial", "Memorial");
    forge_edit(books, FIRST + 2, "memorial", "Memorial");
    return FIRST;
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

static uint64_t forget_a_revocation(forge *books)
{
    forge_drop(books, REVOCATION, REVOCATION + 3);
    return REVOCATION + 1; /* what was approved since was approved in another place */
}

/* ---- The catalogue: records that should not be there ---- */

/* anna proposes one entry. */
static uint64_t propose_entry(forge *books, const char *event, int64_t cents, int32_t day)
{
    wb_bytes draft = forge_entry("anna", event, cents, day, 1, 3);
    const uint64_t number = forge_propose(books, key_of(ANNA), "anna", &draft, 1);
    wb_bytes_clear(&draft);
    return number;
}

static uint64_t memorial(forge *books)
{
    return propose_entry(books, "memorial", 100, DAY);
}

static uint64_t yes(forge *books, uint64_t proposal, const wb_signer *signer, const char *name)
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
    forge_wait(books, 40 * 86400);
    return yes(books, number, stage.ben, "ben");
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

/* Everybody signed; the books may not have it all the same. */
static uint64_t pass_entry(forge *books, int64_t cents, int32_t day)
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

static const struct {
    const char *name;
    uint64_t (*tamper)(forge *books);
    wb_code code;
    const char *words;
    size_t bare; /* records at the end that no rows can be made for */
} catalogue[] = {
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
    {"a second switch", switch_a_second_time, WB_E_DAMAGED, "on again", 0},
    {"what was posted is changed", change_what_was_posted, WB_E_SIGNATURE, "is not draft 1", 0},
    {"what was proposed and posted is changed", change_what_was_proposed_and_posted, WB_E_SIGNATURE,
     "'anna' that does not hold", 0},
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
    {"a revocation is forgotten", forget_a_revocation, WB_E_SIGNATURE, "does not hold", 0},
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
    {"posted in a closed period", post_in_a_closed_period, WB_E_DAMAGED, "closed", 0},
    {"posted beyond a limit", post_beyond_a_limit, WB_E_DAMAGED, "limit 'cash'", 0},
    {"another ledger's records", splice_another_ledger, WB_E_SIGNATURE, "'anna' that does not hold",
     0},
};

static void test_every_row_of_the_catalogue_is_found_and_named(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    for (size_t i = 0; i < COUNT(catalogue); i++) {
        forge_copy(&books, &stage.books);
        const uint64_t number = catalogue[i].tamper(&books);
        print_message("    %s: record %llu\n", catalogue[i].name, (unsigned long long)number);
        books_path(dir, "forged");
        forge_write(&books, dir, books.count - catalogue[i].bare);
        remove_mark(dir);
        expect(dir, catalogue[i].name, catalogue[i].code, number, catalogue[i].words);
        forge_clear(&books);
        books_remove(dir);
    }
}

/* What the forger makes is good when what he writes is: else the catalogue would prove nothing. */
static void test_an_honest_forger_is_not_found(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    for (int more = 0; more < 2; more++) {
        forge_copy(&books, &stage.books);
        if (more == 1) {
            const uint64_t number = memorial(&books);
            (void)yes(&books, number, stage.ben, "ben");
            (void)forge_post(&books, number, 0, 1);
            (void)pass_entry(&books, 911900, DAY); /* to the limit, and not beyond */
        }
        books_path(dir, "honest");
        forge_write(&books, dir, books.count);
        remove_mark(dir);
        expect(dir, "honest", WB_OK, 0, "");
        forge_clear(&books);
        books_remove(dir);
    }
}

/* ---- Naive: bytes change and the hashes stay ---- */

static void test_a_changed_byte_of_any_record_breaks_the_chain_there(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    forge_copy(&books, &stage.books);
    books_path(dir, "naive");
    forge_write(&books, dir, books.count);
    remove_mark(dir);
    for (uint64_t number = 1; number < books.count; number++) {
        wb_bytes *record = &books.records[number - 1];
        record->data[record->size - 1] ^= 4;
        forge_bytes(dir, number, record, books.hashes[number - 1]);
        expect(dir, "a byte", WB_E_CHAIN, number, "");
        record->data[record->size - 1] ^= 4;
        forge_bytes(dir, number, record, books.hashes[number - 1]);
    }
    expect(dir, "nothing", WB_OK, 0, "");
    /* two records under each other's numbers */
    forge_bytes(dir, FIRST, &books.records[FIRST], books.hashes[FIRST]);
    forge_bytes(dir, FIRST + 1, &books.records[FIRST - 1], books.hashes[FIRST - 1]);
    expect(dir, "exchanged", WB_E_CHAIN, FIRST, "");
    forge_clear(&books);
    books_remove(dir);
}

/* ---- Rows that say something else than the records ---- */

static void proposal_is_open_again(wb_row *row)
{
    static const uint8_t open[] = {WB_PROPOSAL_OPEN, 1};
    wb_row_key_u64(row, WB_TAG_PROPOSAL, FIRST);
    wb_row_bytes(row, (wb_span){open, sizeof open});
}

static void proposal_is_rejected(wb_row *row)
{
    static const uint8_t rejected[] = {WB_PROPOSAL_REJECTED};
    wb_row_key_u64(row, WB_TAG_PROPOSAL, OPEN);
    wb_row_bytes(row, (wb_span){rejected, sizeof rejected});
}

static void key_is_of_another_record(wb_row *row)
{
    wb_row_key_public(row, wb_signer_verifier(key_of(BEN))->key);
    wb_row_u64(row, BEN_IS + 1);
}

static void key_of_nobody(wb_row *row)
{
    wb_row_key_public(row, wb_signer_verifier(stage.eve)->key);
    wb_row_u64(row, BEN_IS);
}

static void user_is_an_older_version(wb_row *row)
{
    wb_row_key_document(row, WB_RECORD_USER, wb_span_text("cor"));
    wb_row_document(row, (wb_document_row){BEN_IS + 1, BEN_IS + 1});
}

static void node_of_the_tree(wb_row *row)
{
    uint8_t hashes[2 * WB_TREE_HASH_SIZE] = {1};
    uint8_t key[1 + 8];
    key[0] = 4;
    wb_put_u64(key + 1, 0);
    wb_row_key(row, WB_TAG_TREE);
    memcpy(row->key + row->key_size, key, sizeof key);
    row->key_size += sizeof key;
    wb_row_bytes(row, (wb_span){hashes, sizeof hashes});
}

static void test_a_row_that_says_otherwise_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*make)(wb_row *row);
        const char *words;
    } rows[] = {
        {"a decided proposal is open", proposal_is_open_again, "record 19 "},
        {"an open proposal is rejected", proposal_is_rejected, "record 30 "},
        {"a key is of another record", key_is_of_another_record, "record 9 "},
        {"a key that no record has", key_of_nobody, ""},
        {"a user is an older version", user_is_an_older_version, "'cor'"},
        {"a node of the tree", node_of_the_tree, ""},
    };
    static wb_row row;
    char dir[BOOKS_PATH];
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("    %s\n", rows[i].name);
        books_path(dir, "rows");
        forge_write(&stage.books, dir, stage.books.count);
        remove_mark(dir);
        rows[i].make(&row);
        forge_row(dir, &row);
        expect(dir, rows[i].name, WB_E_DAMAGED, 0, rows[i].words);
        books_remove(dir);
    }
}

/* ---- What only somebody outside can know ---- */

static void test_a_cut_tail_is_found_by_who_has_an_anchor(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    wb_error err = {0};
    wb_verify_report report;
    const wb_anchor_text anchor = {
        .note = stage.note, .size = strlen(stage.note), .path = "anchor"};
    for (uint64_t last = COUNT_ALL - 1; last >= SWITCH; last--) {
        if (last != COUNT_ALL - 3 && last != REVOCATION - 1 && last != SWITCH) continue;
        forge_copy(&books, &stage.books);
        forge_drop(&books, last + 1, COUNT_ALL);
        books_path(dir, "cut");
        forge_write(&books, dir, books.count);
        remove_mark(dir);
        expect(dir, "nobody can tell", WB_OK, 0, "");
        assert_int_equal(verify(dir, &anchor, &report, &err), WB_E_ANCHOR);
        forge_clear(&books);
        books_remove(dir);
    }
}

/* In trial nobody signs: who may write may rewrite, and only an anchor tells. */
static void test_a_rewritten_trial_is_found_by_who_has_an_anchor(void **state)
{
    (void)state;
    static forge books;
    char dir[BOOKS_PATH];
    eyes made;
    wb_error err = {0};
    wb_verify_report report;
    uint64_t number = 0;
    eyes_open(&made, "trial");
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, "r1", &number, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 200, "r2", &number, &ok_err));
    eyes_commit(&made);
    forge_read(&books, made.ledger);
    char *note = anchor_now(&made);
    const wb_anchor_text anchor = {.note = note, .size = strlen(note), .path = "anchor"};
    ASSERT_OK(verify(made.dir, &anchor, &report, &ok_err));
    forge_edit(&books, number, "r2", "r3");
    wb_bytes more = forge_document("anna", WB_RECORD_PARTY, "p9", "{}");
    memcpy(more.data + TIME_AT, books.records[books.count - 1].data + TIME_AT, 8);
    forge_put(&books, books.count + 1, more.data, more.size);
    wb_bytes_clear(&more);
    books_path(dir, "rewritten");
    forge_write(&books, dir, books.count);
    remove_mark(dir);
    expect(dir, "nobody can tell", WB_OK, 0, "");
    assert_int_equal(verify(dir, &anchor, &report, &err), WB_E_ANCHOR);
    forge_clear(&books);
    books_remove(dir);
    free(note);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_honest_forger_is_not_found),
        cmocka_unit_test(test_every_row_of_the_catalogue_is_found_and_named),
        cmocka_unit_test(test_a_changed_byte_of_any_record_breaks_the_chain_there),
        cmocka_unit_test(test_a_row_that_says_otherwise_is_found),
        cmocka_unit_test(test_a_cut_tail_is_found_by_who_has_an_anchor),
        cmocka_unit_test(test_a_rewritten_trial_is_found_by_who_has_an_anchor),
    };
    return cmocka_run_group_tests(tests, stage_open, stage_close);
}
