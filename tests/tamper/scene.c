/* scene.c - the ledger that is tampered with: everything that control knows, once. */
#include "scene.h"

#include "waarborg/anchor.h"

scene stage;

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

char *anchor_now(eyes *made)
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

int stage_open(void **state)
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

int stage_close(void **state)
{
    (void)state;
    forge_clear(&stage.books);
    free(stage.note);
    wb_signer_close(stage.ben);
    wb_signer_close(stage.eve);
    eyes_close(&stage.people);
    return 0;
}

const wb_signer *key_of(int who)
{
    return stage.people.signers[who];
}
