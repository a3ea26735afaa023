/* Goal: four eyes cannot be got round: whoever may not propose or decide is refused, with the code
 * that control.h names, and the books are as before.
 * Method: every refusal in a table; self-approval, replay and cut-up amounts by hand. */
#include "eyes.h"

#include "ledger/case.h"

static const wb_date day = {20454}; /* 2026-01-01 */

/* What a case of propose_cases proposes. */
typedef enum made_of {
    AN_ENTRY,
    AN_ENTRY_OF_DORA,
    A_USER,
    A_NEW_ACCOUNT,
    A_NEW_PARTY,
    A_REVERSAL_INSIDE,
} made_of;

static void fill_batch(eyes *made, made_of what)
{
    uint64_t number = 0;
    books_entry entry;
    bool already = false;
    wb_signer *fay = NULL;
    wb_user user;
    switch (what) {
    case AN_ENTRY: ASSERT_OK(eyes_post(made, ANNA, "memorial", 100, NULL, &number, &ok_err)); break;
    case AN_ENTRY_OF_DORA:
        ASSERT_OK(eyes_post(made, ANNA, "memorial", 100, NULL, &number, &ok_err));
        ASSERT_OK(eyes_post(made, DORA, "memorial", 100, NULL, &number, &ok_err));
        break;
    case A_USER:
        fay = eyes_signer("fay", 0);
        user = eyes_user("fay", WB_ROLE_AUDITOR, fay);
        ASSERT_OK(wb_user_record(made->ledger, &user, day, "dora", &number, &ok_err));
        wb_signer_close(fay);
        break;
    case A_NEW_ACCOUNT:
    case A_NEW_PARTY: {
        const bool party = what == A_NEW_PARTY;
        const wb_document document = {.kind = party ? WB_RECORD_PARTY : WB_RECORD_ACCOUNT,
                                      .date = day,
                                      .id = party ? "p9" : "1999",
                                      .body = "{}",
                                      .maker = "anna"};
        ASSERT_OK(wb_ledger_document(made->ledger, &document, &number, &ok_err));
        books_entry_init(&entry, party ? "1000" : "1999", "8000", party ? "p9" : NULL, 100);
        entry.entry.maker = "anna";
        ASSERT_OK(wb_ledger_post(made->ledger, &entry.entry, &number, &already, &ok_err));
        books_entry_clear(&entry);
        break;
    }
    case A_REVERSAL_INSIDE:
        ASSERT_OK(eyes_post(made, ANNA, "memorial", 100, NULL, &number, &ok_err));
        ASSERT_OK(wb_ledger_reverse(made->ledger, number, day, "wrong", "anna", &number, &ok_err));
        break;
    }
}

static void test_who_may_not_propose_is_refused(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_ledger_head before;
    wb_ledger_head after;
    eyes_open_on(&made, "propose");
    wb_signer *stranger = eyes_signer("zoe", 0);
    wb_signer *other = eyes_signer("anna", 1);
    const int32_t today = (int32_t)(time(NULL) / 86400);
    char long_reason[WB_REASON_MAX + 2];
    memset(long_reason, 'x', sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = '\0';
    const struct {
        const char *name;
        made_of what;
        const wb_signer *signer;
        int32_t expires;
        const char *reason;
        wb_code code;
    } cases[] = {
        {"a stranger", AN_ENTRY, stranger, today, "", WB_E_UNAUTHORISED},
        {"another key of the maker", AN_ENTRY, other, today, "", WB_E_REVOKED},
        {"a checker", AN_ENTRY, made.signers[BEN], today, "", WB_E_UNAUTHORISED},
        {"an auditor", AN_ENTRY, made.signers[EVA], today, "", WB_E_UNAUTHORISED},
        {"another's record among them", AN_ENTRY_OF_DORA, made.signers[ANNA], today, "",
         WB_E_UNAUTHORISED},
        {"a user by who is no admin", A_USER, made.signers[DORA], today, "", WB_E_UNAUTHORISED},
        {"an account of the batch", A_NEW_ACCOUNT, made.signers[ANNA], today, "", WB_E_RULE},
        {"a party of the batch", A_NEW_PARTY, made.signers[ANNA], today, "", WB_E_RULE},
        {"an entry of the batch", A_REVERSAL_INSIDE, made.signers[ANNA], today, "", WB_E_RULE},
        {"expired before it is made", AN_ENTRY, made.signers[ANNA], today - 1, "", WB_E_RANGE},
        {"open for ever", AN_ENTRY, made.signers[ANNA], today + 400, "", WB_E_RANGE},
        {"a reason of two lines", AN_ENTRY, made.signers[ANNA], today + 1, "a\nb", WB_E_RANGE},
        {"a reason without end", AN_ENTRY, made.signers[ANNA], today + 1, long_reason,
         WB_E_TOO_LARGE},
        {"a reason that is no text", AN_ENTRY, made.signers[ANNA], today + 1, "\xFF",
         WB_E_ENCODING},
        {"right", AN_ENTRY, made.signers[ANNA], today + WB_PROPOSAL_DAYS_MAX, "ok", WB_OK},
    };
    ASSERT_OK(wb_ledger_head_read(made.ledger, &before, &ok_err));
    for (size_t i = 0; i < COUNT(cases); i++) {
        const wb_proposal_terms terms = {.expires = {cases[i].expires}, .reason = cases[i].reason};
        uint64_t number = 0;
        print_message("    %s\n", cases[i].name);
        eyes_begin(&made);
        fill_batch(&made, cases[i].what);
        const wb_code code = wb_ledger_propose(made.ledger, cases[i].signer, &terms, &number, &err);
        assert_int_equal(code, cases[i].code);
        /* what was refused can only be dropped */
        assert_int_equal(wb_ledger_commit(made.ledger, &err),
                         code == WB_OK ? WB_OK : WB_E_INTERNAL);
        ASSERT_OK(wb_ledger_head_read(made.ledger, &after, &ok_err));
        assert_int_equal(after.count, before.count + (code == WB_OK ? 1 : 0));
    }
    eyes_verify(&made);
    wb_signer_close(stranger);
    wb_signer_close(other);
    eyes_close(&made);
}

static void test_a_proposal_is_a_batch_of_its_own(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    uint64_t number = 0;
    wb_decided decided;
    const wb_proposal_terms terms = eyes_terms();
    eyes_open(&made, "own"); /* in trial */
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, NULL, &number, &ok_err));
    assert_int_equal(eyes_propose(&made, ANNA, &number, &err), WB_E_FOUR_EYES);
    assert_int_equal(eyes_approve(&made, 5, BEN, &err), WB_E_NOT_FOUND);
    eyes_close(&made);
    eyes_open_on(&made, "own");
    const uint64_t first = eyes_entry(&made, ANNA, 100);
    /* behind a verdict: the verdict would be lost */
    eyes_begin(&made);
    ASSERT_OK(wb_ledger_decide(made.ledger, first, WB_VERDICT_APPROVE, made.signers[BEN], "",
                               &decided, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, NULL, &number, &ok_err));
    assert_int_equal(wb_ledger_propose(made.ledger, made.signers[ANNA], &terms, &number, &err),
                     WB_E_RULE);
    wb_ledger_abort(made.ledger);
    /* a record smuggled in behind a verdict, and behind a proposal */
    eyes_begin(&made);
    ASSERT_OK(wb_ledger_decide(made.ledger, first, WB_VERDICT_APPROVE, made.signers[BEN], "",
                               &decided, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, NULL, &number, &ok_err));
    assert_int_equal(wb_ledger_commit(made.ledger, &err), WB_E_FOUR_EYES);
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, NULL, &number, &ok_err));
    ASSERT_OK(wb_ledger_propose(made.ledger, made.signers[ANNA], &terms, &number, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, NULL, &number, &ok_err));
    assert_int_equal(wb_ledger_commit(made.ledger, &err), WB_E_FOUR_EYES);
    wb_proposal proposal;
    wb_proposal_init(&proposal);
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, first, &ok_err));
    assert_int_equal(proposal.state, WB_PROPOSAL_OPEN);
    assert_int_equal(proposal.voice_count, 0);
    wb_proposal_clear(&proposal);
    eyes_verify(&made);
    eyes_close(&made);
}

static void test_who_may_not_decide_is_refused(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    eyes_open_on(&made, "decide");
    wb_signer *stranger = eyes_signer("zoe", 0);
    wb_signer *other = eyes_signer("ben", 1);
    const uint64_t of_dora = eyes_entry(&made, DORA, 100); /* record 14 */
    const struct {
        const char *name;
        uint64_t proposal;
        wb_verdict verdict;
        const wb_signer *signer;
        const char *reason;
        wb_code code;
    } cases[] = {
        {"no record", 99, WB_VERDICT_APPROVE, made.signers[BEN], "", WB_E_NOT_FOUND},
        {"record 0", 0, WB_VERDICT_APPROVE, made.signers[BEN], "", WB_E_NOT_FOUND},
        {"no proposal", 8, WB_VERDICT_APPROVE, made.signers[BEN], "", WB_E_NOT_FOUND},
        {"the maker, a checker too", of_dora, WB_VERDICT_APPROVE, made.signers[DORA], "",
         WB_E_UNAUTHORISED},
        {"the maker rejects", of_dora, WB_VERDICT_REJECT, made.signers[DORA], "no",
         WB_E_UNAUTHORISED},
        {"no checker", of_dora, WB_VERDICT_APPROVE, made.signers[ANNA], "", WB_E_UNAUTHORISED},
        {"an auditor", of_dora, WB_VERDICT_REJECT, made.signers[EVA], "no", WB_E_UNAUTHORISED},
        {"a stranger", of_dora, WB_VERDICT_APPROVE, stranger, "", WB_E_UNAUTHORISED},
        {"another key", of_dora, WB_VERDICT_APPROVE, other, "", WB_E_REVOKED},
        {"withdrawn by another", of_dora, WB_VERDICT_WITHDRAW, made.signers[BEN], "x",
         WB_E_UNAUTHORISED},
        {"rejected without a reason", of_dora, WB_VERDICT_REJECT, made.signers[BEN], "",
         WB_E_MISSING},
        {"withdrawn without a reason", of_dora, WB_VERDICT_WITHDRAW, made.signers[DORA], NULL,
         WB_E_MISSING},
        {"two lines", of_dora, WB_VERDICT_APPROVE, made.signers[BEN], "a\nb", WB_E_RANGE},
        {"expired before its last day", of_dora, WB_VERDICT_EXPIRE, NULL, NULL, WB_E_RULE},
        {"right", of_dora, WB_VERDICT_APPROVE, made.signers[BEN], "", WB_OK},
        {"once more", of_dora, WB_VERDICT_APPROVE, made.signers[COR], "", WB_E_RULE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].name);
        assert_int_equal(eyes_decide_by(&made, cases[i].proposal, cases[i].verdict, cases[i].signer,
                                        cases[i].reason, &decided, &err),
                         cases[i].code);
    }
    eyes_verify(&made);
    wb_signer_close(stranger);
    wb_signer_close(other);
    eyes_close(&made);
}

/* Propose a user by anna, and have it approved by ben and another. */
static void change_user_by(eyes *made, const wb_user *user, const wb_signer *second)
{
    uint64_t number = 0;
    wb_decided decided;
    eyes_begin(made);
    ASSERT_OK(wb_user_record(made->ledger, user, day, "anna", &number, &ok_err));
    ASSERT_OK(eyes_propose(made, ANNA, &number, &ok_err));
    ASSERT_OK(eyes_approve(made, number, BEN, &ok_err));
    ASSERT_OK(eyes_decide_by(made, number, WB_VERDICT_APPROVE, second, "", &decided, &ok_err));
    assert_true(decided.posted);
}

static void change_user(eyes *made, const wb_user *user)
{
    change_user_by(made, user, made->signers[COR]);
}

/* A key that was replaced decides nothing, and what it said counts no more. */
static void test_a_replaced_key_says_nothing(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    wb_proposal proposal;
    wb_rule rule;
    uint64_t number = 0;
    wb_proposal_init(&proposal);
    eyes_open_on(&made, "rotated");
    /* memorial entries need two from here on */
    wb_rule_init(&rule);
    (void)snprintf(rule.what, sizeof rule.what, "memorial");
    rule.tier_count = 1;
    rule.tiers[0].checkers = 2;
    eyes_begin(&made);
    ASSERT_OK(wb_rule_record(made.ledger, &rule, day, "anna", &number, &ok_err));
    ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
    ASSERT_OK(eyes_approve(&made, number, BEN, &ok_err));
    ASSERT_OK(eyes_approve(&made, number, COR, &ok_err));
    wb_rule_clear(&rule);
    /* dora approves, then gets a new key: her approval is void, and she may give it again */
    const uint64_t of_anna = eyes_entry(&made, ANNA, 100);
    const uint64_t of_dora = eyes_entry(&made, DORA, 200);
    ASSERT_OK(eyes_approve(&made, of_anna, DORA, &ok_err));
    assert_int_equal(eyes_approve(&made, of_anna, DORA, &err), WB_E_UNAUTHORISED); /* voted */
    wb_signer *second = eyes_signer("dora", 1);
    wb_user user = eyes_user("dora", WB_ROLE_MAKER | WB_ROLE_CHECKER, second);
    (void)snprintf(user.reason, sizeof user.reason, "lost");
    change_user(&made, &user);
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, of_anna, &ok_err));
    assert_int_equal(proposal.voice_count, 1);
    assert_false(proposal.voices[0].counts);
    ASSERT_OK(eyes_decide_by(&made, of_anna, WB_VERDICT_APPROVE, made.signers[BEN], "", &decided,
                             &ok_err));
    assert_int_equal(decided.approvals, 1);
    assert_false(decided.posted);
    assert_int_equal(eyes_approve(&made, of_anna, DORA, &err), WB_E_REVOKED); /* the old key */
    ASSERT_OK(eyes_decide_by(&made, of_anna, WB_VERDICT_APPROVE, second, "", &decided, &ok_err));
    assert_int_equal(decided.approvals, 2);
    assert_true(decided.posted);
    /* what she proposed by the old key is dead: nobody can approve it, she neither */
    assert_int_equal(eyes_approve(&made, of_dora, BEN, &err), WB_E_REVOKED);
    assert_int_equal(eyes_decide_by(&made, of_dora, WB_VERDICT_APPROVE, second, "", &decided, &err),
                     WB_E_UNAUTHORISED);
    assert_int_equal(eyes_approve(&made, of_dora, DORA, &err), WB_E_UNAUTHORISED);
    ASSERT_OK(eyes_decide_by(&made, of_dora, WB_VERDICT_WITHDRAW, second, "my old key", &decided,
                             &ok_err));
    eyes_verify(&made);
    wb_signer_close(second);
    wb_proposal_clear(&proposal);
    eyes_close(&made);
}

/* The maker's key under another name: the ledger never lets it in, and would know it anyway. */
static void test_a_second_name_for_one_key_does_not_help(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    uint64_t number = 0;
    eyes_open_on(&made, "twin");
    uint8_t seed[32] = {'d', 'o', 'r', 'a'};
    wb_signer *twin = NULL;
    ASSERT_OK(wb_signer_seed(&twin, "twin", seed, &ok_err));
    const wb_user user = eyes_user("twin", WB_ROLE_CHECKER, twin);
    eyes_begin(&made);
    assert_int_equal(wb_user_record(made.ledger, &user, day, "anna", &number, &err), WB_E_RULE);
    wb_ledger_abort(made.ledger);
    const uint64_t proposal = eyes_entry(&made, DORA, 100);
    /* as if it had got in */
    eyes_begin(&made);
    ASSERT_OK(wb_control_ready(made.ledger, &ok_err));
    made.ledger->control.users.items[EVA] = user;
    assert_int_equal(
        wb_ledger_decide(made.ledger, proposal, WB_VERDICT_APPROVE, twin, "", &decided, &err),
        WB_E_UNAUTHORISED);
    assert_non_null(strstr(err.message, "made P-"));
    wb_ledger_abort(made.ledger);
    wb_signer_close(twin);
    eyes_close(&made);
}

/* Somebody who is revoked neither proposes nor decides, and leaves nobody locked out. */
static void test_who_is_revoked_says_nothing(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_user user;
    uint64_t number = 0;
    eyes_open_on(&made, "revoked");
    const uint64_t of_dora = eyes_entry(&made, DORA, 100);
    user = eyes_user("dora", WB_ROLE_MAKER | WB_ROLE_CHECKER, made.signers[DORA]);
    user.revoked = true;
    (void)snprintf(user.reason, sizeof user.reason, "left");
    change_user(&made, &user);
    const uint64_t of_anna = eyes_entry(&made, ANNA, 100);
    assert_int_equal(eyes_approve(&made, of_anna, DORA, &err), WB_E_REVOKED);
    assert_int_equal(eyes_approve(&made, of_dora, BEN, &err), WB_E_REVOKED);
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, DORA, "memorial", 100, NULL, &number, &ok_err));
    assert_int_equal(eyes_propose(&made, DORA, &number, &err), WB_E_REVOKED);
    /* ben or cor can no longer be missed: a change of users needs two */
    user = eyes_user("cor", WB_ROLE_AUDITOR, made.signers[COR]);
    eyes_begin(&made);
    assert_int_equal(wb_user_record(made.ledger, &user, day, "anna", &number, &err), WB_E_RULE);
    assert_non_null(strstr(err.message, "lock the fund out"));
    wb_ledger_abort(made.ledger);
    wb_decided decided;
    ASSERT_OK(eyes_decide_by(&made, of_dora, WB_VERDICT_REJECT, made.signers[BEN], "she left",
                             &decided, &ok_err));
    eyes_verify(&made);
    eyes_close(&made);
}

/* An approval counts while its signer may still give it; a proposal while its maker may. */
static void test_words_count_while_the_roles_last(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int who;
        unsigned roles;
        bool revoked;
    } cases[] = {{"revoked", COR, WB_ROLE_CHECKER, true},
                 {"no checker any more", COR, WB_ROLE_AUDITOR, false},
                 {"still a checker", COR, WB_ROLE_CHECKER | WB_ROLE_MAKER, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        eyes made;
        wb_error err;
        wb_proposal proposal;
        uint64_t number = 0;
        print_message("    %s\n", cases[i].name);
        eyes_open_on(&made, "roles");
        wb_proposal_init(&proposal);
        /* two more, so that cor can be missed */
        wb_signer *fay = eyes_signer("fay", 0);
        wb_signer *gus = eyes_signer("gus", 0);
        wb_user user = eyes_user("fay", WB_ROLE_CHECKER, fay);
        change_user(&made, &user);
        user = eyes_user("gus", WB_ROLE_CHECKER, gus);
        change_user(&made, &user);
        /* a write-off needs two: cor approves, and then changes */
        eyes_begin(&made);
        ASSERT_OK(eyes_post(&made, DORA, "loan-written-off", 100, NULL, &number, &ok_err));
        ASSERT_OK(eyes_propose(&made, DORA, &number, &ok_err));
        const uint64_t of_dora = number;
        ASSERT_OK(eyes_approve(&made, of_dora, COR, &ok_err));
        user = eyes_user("cor", cases[i].roles, made.signers[COR]);
        user.revoked = cases[i].revoked;
        (void)snprintf(user.reason, sizeof user.reason, "changed");
        change_user(&made, &user);
        ASSERT_OK(wb_proposal_find(&proposal, made.ledger, of_dora, &ok_err));
        assert_int_equal(proposal.voices[0].counts, i == 2);
        ASSERT_OK(eyes_approve(&made, of_dora, BEN, &ok_err));
        ASSERT_OK(wb_proposal_find(&proposal, made.ledger, of_dora, &ok_err));
        assert_int_equal(proposal.state, i == 2 ? WB_PROPOSAL_POSTED : WB_PROPOSAL_OPEN);
        /* dora makes no more: what she proposed waits in vain */
        const uint64_t later = eyes_entry(&made, DORA, 200);
        user = eyes_user("dora", WB_ROLE_CHECKER, made.signers[DORA]);
        change_user_by(&made, &user, fay);
        assert_int_equal(eyes_approve(&made, later, BEN, &err), WB_E_UNAUTHORISED);
        eyes_verify(&made);
        wb_signer_close(fay);
        wb_signer_close(gus);
        wb_proposal_clear(&proposal);
        eyes_close(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_may_not_propose_is_refused),
        cmocka_unit_test(test_a_proposal_is_a_batch_of_its_own),
        cmocka_unit_test(test_who_may_not_decide_is_refused),
        cmocka_unit_test(test_a_replaced_key_says_nothing),
        cmocka_unit_test(test_a_second_name_for_one_key_does_not_help),
        cmocka_unit_test(test_who_is_revoked_says_nothing),
        cmocka_unit_test(test_words_count_while_the_roles_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
