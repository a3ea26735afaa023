/* Goal: an approval is of what the books were when the proposal was made, for the amount as a
 * whole, of that very proposal, in time; what is proposed is kept free for it.
 * Method: change each thing that a proposal rests on and see it refused; count what rules ask;
 * move signatures to where they do not belong; set the clock to both sides of the last midnight. */
#include "eyes.h"

#include "ledger/case.h"

static const wb_date day = {20454}; /* 2026-01-01 */

/* Propose the open batch as computed or not. */
static uint64_t propose(eyes *made, int who, bool computed)
{
    uint64_t number = 0;
    wb_proposal_terms terms = eyes_terms();
    terms.computed = computed;
    ASSERT_OK(wb_ledger_propose(made->ledger, made->signers[who], &terms, &number, &ok_err));
    eyes_commit(made);
    return number;
}

static void post(eyes *made, const char *debit, const char *credit, const char *party,
                 const char *subject)
{
    books_entry entry;
    uint64_t number = 0;
    bool already = false;
    books_entry_init(&entry, debit, credit, party, 100);
    entry.entry.maker = "anna";
    entry.entry.subject = subject;
    ASSERT_OK(wb_ledger_post(made->ledger, &entry.entry, &number, &already, &ok_err));
    books_entry_clear(&entry);
}

static void document(eyes *made, wb_record_kind kind, const char *id, const char *body)
{
    uint64_t number = 0;
    const wb_document made_of = {
        .kind = kind, .date = day, .id = id, .body = body, .maker = "anna"};
    ASSERT_OK(wb_ledger_document(made->ledger, &made_of, &number, &ok_err));
}

/* What is changed between a proposal and its approval. */
static void change(eyes *made, int what)
{
    eyes_begin(made);
    switch (what) {
    case 0: post(made, "1100", "8010", "p3", "L1"); break;             /* the subject's entries */
    case 1: document(made, WB_RECORD_LOAN, "L1", "{\"v\":2}"); break;  /* the loan */
    case 2: document(made, WB_RECORD_DECISION, "L1", "{}"); break;     /* a decision of its id */
    case 3: document(made, WB_RECORD_PARTY, "p1", "{\"v\":2}"); break; /* a party drafted */
    case 4: post(made, "1000", "8010", "p1", NULL); break;             /* the pair (1000, p1) */
    case 5: post(made, "1000", "8010", "p2", NULL); break;             /* another pair */
    default: post(made, "1100", "8010", "p1", "L2"); break;            /* nothing of it */
    }
    ASSERT_OK(eyes_approve(made, propose(made, ANNA, false), BEN, &ok_err));
}

static void test_what_it_rests_on_must_not_have_changed(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int what;
        bool drafts_party, computed;
        const char *named; /* in the refusal; NULL: it is approved */
    } cases[] = {
        {"an entry of the subject", 0, false, false, "subject 'L1' has record"},
        {"the loan", 1, false, false, "document 'L1' has record"},
        {"a decision", 2, false, false, "document 'L1' has record"},
        {"the party it changes", 3, true, false, "document 'p1' has record"},
        {"the party it posts to, only", 3, false, false, NULL},
        {"the balance, computed", 4, false, true, "account '1000' has record"},
        {"the balance, not computed", 4, false, false, NULL},
        {"another balance, computed", 5, false, true, NULL},
        {"nothing of it", 6, true, true, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        eyes made;
        wb_error err;
        wb_decided decided;
        print_message("    %s\n", cases[i].name);
        eyes_open_on(&made, "stale");
        eyes_begin(&made);
        document(&made, WB_RECORD_LOAN, "L1", "{}");
        ASSERT_OK(eyes_approve(&made, propose(&made, ANNA, false), BEN, &ok_err));
        eyes_begin(&made);
        post(&made, "1000", "8000", "p1", "L1");
        if (cases[i].drafts_party) document(&made, WB_RECORD_PARTY, "p1", "{}");
        const uint64_t number = propose(&made, ANNA, cases[i].computed);
        change(&made, cases[i].what);
        const wb_code code = eyes_approve(&made, number, COR, &err);
        assert_int_equal(code, cases[i].named == NULL ? WB_OK : WB_E_STALE);
        if (cases[i].named != NULL) {
            assert_non_null(strstr(err.message, cases[i].named));
            ASSERT_OK(eyes_decide_by(&made, number, WB_VERDICT_WITHDRAW, made.signers[ANNA],
                                     "stale", &decided, &ok_err));
        }
        eyes_verify(&made);
        eyes_close(&made);
    }
}

/* What the ledger would refuse today is stale, whatever it thought when it was proposed. */
static void test_a_draft_that_the_ledger_refuses_now_is_stale(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_user user;
    uint64_t number = 0;
    eyes_open_on(&made, "refused");
    /* two users with one key, each fine when it was proposed */
    wb_signer *fay = eyes_signer("fay", 0);
    uint64_t proposals[2];
    for (size_t i = 0; i < 2; i++) {
        user = eyes_user(i == 0 ? "fay" : "gus", WB_ROLE_AUDITOR, fay);
        wb_verifier_make(&user.key, user.name, wb_signer_verifier(fay)->key);
        eyes_begin(&made);
        ASSERT_OK(wb_user_record(made.ledger, &user, day, "anna", &number, &ok_err));
        proposals[i] = propose(&made, ANNA, false);
        ASSERT_OK(eyes_approve(&made, proposals[i], BEN, &ok_err));
    }
    ASSERT_OK(eyes_approve(&made, proposals[0], COR, &ok_err));
    assert_int_equal(eyes_approve(&made, proposals[1], COR, &err), WB_E_STALE);
    assert_non_null(strstr(err.message, "draft 1"));
    assert_non_null(strstr(err.message, "is or was used by a user"));
    assert_int_equal(wb_user_find(&user, made.ledger, "gus", NULL), WB_E_NOT_FOUND);
    eyes_verify(&made);
    wb_signer_close(fay);
    eyes_close(&made);
}

static void test_references_and_reversals_are_kept_free(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    uint64_t number = 0;
    bool already = false;
    books_entry entry;
    eyes_open_on(&made, "reserved");
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, "bank-1", &number, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 200, "bank-2", &number, &ok_err));
    const uint64_t first = propose(&made, ANNA, false);
    /* the same content, by another maker: it is there already, in the proposal */
    books_entry_init(&entry, "1000", "8000", NULL, 200);
    entry.entry.maker = "dora";
    entry.entry.source = "test";
    entry.entry.reference = "bank-2";
    eyes_begin(&made);
    ASSERT_OK(wb_ledger_post(made.ledger, &entry.entry, &number, &already, &ok_err));
    assert_true(already);
    assert_int_equal(number, first);
    wb_ledger_abort(made.ledger);
    books_entry_clear(&entry);
    /* other content is refused, also by a handle that has just been opened */
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_WRITE, &ok_err));
    eyes_begin(&made);
    assert_int_equal(eyes_post(&made, DORA, "memorial", 201, "bank-2", &number, &err),
                     WB_E_DUPLICATE);
    assert_non_null(strstr(err.message, "in P-14"));
    wb_ledger_abort(made.ledger);
    /* rejected: free again; posted: taken for ever */
    ASSERT_OK(eyes_decide_by(&made, first, WB_VERDICT_REJECT, made.signers[BEN], "no", &decided,
                             &ok_err));
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, DORA, "memorial", 201, "bank-2", &number, &ok_err));
    const uint64_t second = propose(&made, DORA, false);
    ASSERT_OK(eyes_decide_by(&made, second, WB_VERDICT_APPROVE, made.signers[BEN], "", &decided,
                             &ok_err));
    eyes_begin(&made);
    assert_int_equal(eyes_post(&made, DORA, "memorial", 202, "bank-2", &number, &err),
                     WB_E_DUPLICATE);
    wb_ledger_abort(made.ledger);
    /* a reversal: one proposal at a time */
    eyes_begin(&made);
    ASSERT_OK(
        wb_ledger_reverse(made.ledger, decided.first, day, "wrong", "anna", &number, &ok_err));
    const uint64_t reversal = propose(&made, ANNA, false);
    eyes_begin(&made);
    assert_int_equal(
        wb_ledger_reverse(made.ledger, decided.first, day, "wrong", "dora", &number, &err),
        WB_E_REVERSED);
    wb_ledger_abort(made.ledger);
    ASSERT_OK(eyes_approve(&made, reversal, COR, &ok_err));
    eyes_verify(&made);
    eyes_close(&made);
}

static void test_an_amount_cut_up_needs_as_many_checkers(void **state)
{
    (void)state;
    eyes made;
    wb_rule rule;
    wb_proposal proposal;
    uint64_t number = 0;
    eyes_open_on(&made, "cut");
    wb_proposal_init(&proposal);
    wb_rule_init(&rule);
    rule.tier_count = 2;
    rule.tiers[0].checkers = 1;
    rule.tiers[1].checkers = 2;
    wb_money_set_cents(&rule.tiers[1].above, 100000);
    static const char *const rules[] = {"loan-disbursed", "any"};
    for (size_t i = 0; i < COUNT(rules); i++) {
        (void)snprintf(rule.what, sizeof rule.what, "%s", rules[i]);
        eyes_begin(&made);
        ASSERT_OK(wb_rule_record(made.ledger, &rule, day, "anna", &number, &ok_err));
        ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
        ASSERT_OK(eyes_approve(&made, number, BEN, &ok_err));
        ASSERT_OK(eyes_approve(&made, number, COR, &ok_err));
    }
    static const struct {
        const char *name;
        struct {
            const char *event;
            int64_t cents;
        } parts[4];
        unsigned needed;
    } cases[] = {
        {"at the bound", {{"loan-disbursed", 100000}}, 1},
        {"above it", {{"loan-disbursed", 100001}}, 2},
        {"cut in three",
         {{"loan-disbursed", 40000}, {"loan-disbursed", 40000}, {"loan-disbursed", 20001}},
         2},
        {"under two rules, each below", {{"loan-disbursed", 100000}, {"memorial", 100000}}, 1},
        {"under any, of two events", {{"memorial", 60000}, {"fee", 40001}}, 2},
        {"a write-off", {{"loan-written-off", 1}}, 2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].name);
        eyes_begin(&made);
        for (size_t part = 0; part < 4 && cases[i].parts[part].event != NULL; part++)
            ASSERT_OK(eyes_post(&made, ANNA, cases[i].parts[part].event, cases[i].parts[part].cents,
                                NULL, &number, &ok_err));
        number = propose(&made, ANNA, false);
        ASSERT_OK(wb_proposal_find(&proposal, made.ledger, number, &ok_err));
        assert_int_equal(proposal.needed, cases[i].needed);
        ASSERT_OK(eyes_approve(&made, number, BEN, &ok_err));
        ASSERT_OK(wb_proposal_find(&proposal, made.ledger, number, &ok_err));
        assert_int_equal(proposal.state,
                         cases[i].needed == 1 ? WB_PROPOSAL_POSTED : WB_PROPOSAL_OPEN);
    }
    wb_rule_clear(&rule);
    wb_proposal_clear(&proposal);
    eyes_verify(&made);
    eyes_close(&made);
}

/* Copy the only verdict on a proposal to another, as a forger with the file could. */
static void forge(eyes *to, uint64_t number, const wb_raw_record *verdict)
{
    wb_raw_record forged = *verdict;
    wb_batch *batch = &to->ledger->batch;
    eyes_begin(to);
    forged.number = batch->count + 1;
    forged.recorded_us = batch->recorded_us;
    forged.proposal = number;
    ASSERT_OK(wb_codec_control(&batch->bytes, &forged, &ok_err));
    ASSERT_OK(wb_batch_add(batch, 0, NULL, &ok_err));
    eyes_commit(to);
}

static void test_an_approval_cannot_be_moved(void **state)
{
    (void)state;
    eyes made;
    eyes other;
    wb_proposal proposal;
    wb_stored stored;
    wb_raw_record verdict;
    eyes_open_on(&made, "moved");
    eyes_open_on(&other, "moved2");
    wb_proposal_init(&proposal);
    /* the very same entry three times: twice here, once there */
    const uint64_t first = eyes_entry(&made, ANNA, 100);
    const uint64_t second = eyes_entry(&made, ANNA, 100);
    const uint64_t elsewhere = eyes_entry(&other, ANNA, 100);
    assert_int_equal(first, elsewhere);
    ASSERT_OK(eyes_approve(&made, first, BEN, &ok_err));
    uint8_t bytes[512];
    ASSERT_OK(wb_read_begin(made.ledger, &ok_err));
    ASSERT_OK(wb_stored_get(made.ledger, second + 1, &verdict, &stored, &ok_err));
    memcpy(bytes, stored.bytes.data, stored.bytes.size);
    ASSERT_OK(wb_codec_decode(&verdict, (wb_span){bytes, stored.bytes.size}, &ok_err));
    wb_read_end(made.ledger);
    assert_int_equal(verdict.kind, WB_RECORD_VERDICT);
    forge(&made, second, &verdict);
    forge(&other, elsewhere, &verdict);
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, second, &ok_err));
    assert_int_equal(proposal.voice_count, 1);
    assert_false(proposal.voices[0].counts);
    ASSERT_OK(wb_proposal_find(&proposal, other.ledger, elsewhere, &ok_err));
    assert_int_equal(proposal.voice_count, 1);
    assert_false(proposal.voices[0].counts);
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, first, &ok_err));
    assert_true(proposal.voices[0].counts);
    wb_proposal_clear(&proposal);
    eyes_close(&made);
    eyes_close(&other);
}

static void test_the_last_day_ends_at_midnight(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    eyes_open_on(&made, "midnight");
    wb_proposal proposal;
    wb_proposal_init(&proposal);
    const uint64_t first = eyes_entry(&made, ANNA, 100);
    const uint64_t second = eyes_entry(&made, ANNA, 200);
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, first, &ok_err));
    const uint64_t midnight = ((uint64_t)proposal.expires.days + 1) * 86400 * 1000000;
    made.ledger->clock_us = midnight - 1;
    assert_int_equal(eyes_decide_by(&made, first, WB_VERDICT_EXPIRE, NULL, "", &decided, &err),
                     WB_E_RULE);
    ASSERT_OK(eyes_approve(&made, first, BEN, &ok_err));
    made.ledger->clock_us = midnight;
    assert_int_equal(eyes_approve(&made, second, BEN, &err), WB_E_RULE);
    assert_int_equal(
        eyes_decide_by(&made, second, WB_VERDICT_REJECT, made.signers[BEN], "late", &decided, &err),
        WB_E_RULE);
    ASSERT_OK(eyes_decide_by(&made, second, WB_VERDICT_EXPIRE, NULL, "", &decided, &ok_err));
    wb_proposal_clear(&proposal);
    eyes_verify(&made);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_rests_on_must_not_have_changed),
        cmocka_unit_test(test_a_draft_that_the_ledger_refuses_now_is_stale),
        cmocka_unit_test(test_references_and_reversals_are_kept_free),
        cmocka_unit_test(test_an_amount_cut_up_needs_as_many_checkers),
        cmocka_unit_test(test_an_approval_cannot_be_moved),
        cmocka_unit_test(test_the_last_day_ends_at_midnight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
