/* Goal: what is proposed is not posted until enough others have approved it, and then is posted as
 * it was signed, at once and whole; what is not approved leaves no trace in the books.
 * Method: proposals of each kind decided in each way; the books compared before and after. */
#include "eyes.h"

#include "ledger/internal.h"

typedef struct seen {
    size_t count;
    uint64_t numbers;
    char maker[WB_ID_MAX + 1];
    char memo[64];
} seen;

static bool look(const wb_record *record, void *context)
{
    seen *into = context;
    into->count++;
    into->numbers += record->number;
    if (record->kind == WB_RECORD_ENTRY) {
        (void)snprintf(into->maker, sizeof into->maker, "%s", record->entry.maker);
    }
    return true;
}

static void test_a_proposal_is_posted_by_its_approval(void **state)
{
    (void)state;
    eyes made;
    wb_proposal proposal;
    wb_proposal_list list;
    wb_decided decided;
    wb_ledger_head head;
    wb_record record;
    uint64_t number = 0;
    eyes_open_on(&made, "approve");
    wb_proposal_init(&proposal);
    wb_record_init(&record);
    const uint64_t first = eyes_entry(&made, ANNA, 12345);
    assert_int_equal(first, 14);
    /* seen, and not in the books */
    ASSERT_OK(wb_ledger_head_read(made.ledger, &head, &ok_err));
    assert_int_equal(head.count, 14);
    assert_int_equal(head.entries, 0);
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, first, &ok_err));
    assert_int_equal(proposal.state, WB_PROPOSAL_OPEN);
    assert_string_equal(proposal.maker, "anna");
    assert_int_equal(proposal.drafts, 1);
    assert_int_equal(wb_money_cents(&proposal.debit), 12345);
    assert_int_equal(proposal.needed, 1);
    assert_int_equal(proposal.voice_count, 0);
    seen drafts = {0};
    ASSERT_OK(wb_proposal_drafts(made.ledger, first, look, &drafts, &ok_err));
    assert_int_equal(drafts.count, 1);
    assert_int_equal(drafts.numbers, 0);
    assert_string_equal(drafts.maker, "anna");
    ASSERT_OK(wb_proposal_list_read(&list, made.ledger, &ok_err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].number, first);
    wb_proposal_list_clear(&list);
    eyes_verify(&made);
    /* approved: the verdict, and the entry right behind it */
    ASSERT_OK(eyes_decide_by(&made, first, WB_VERDICT_APPROVE, made.signers[BEN], "looks right",
                             &decided, &ok_err));
    assert_int_equal(decided.number, 15);
    assert_int_equal(decided.approvals, 1);
    assert_int_equal(decided.needed, 1);
    assert_true(decided.posted);
    assert_int_equal(decided.first, 16);
    assert_int_equal(decided.count, 1);
    ASSERT_OK(wb_ledger_record(made.ledger, 16, &record, &ok_err));
    assert_int_equal(record.proposal, 14);
    assert_int_equal(record.approvals, 1);
    assert_string_equal(record.entry.maker, "anna");
    ASSERT_OK(wb_proposal_find(&proposal, made.ledger, first, &ok_err));
    assert_int_equal(proposal.state, WB_PROPOSAL_POSTED);
    assert_int_equal(proposal.first, 16);
    assert_int_equal(proposal.voice_count, 1);
    assert_string_equal(proposal.voices[0].by, "ben");
    assert_string_equal(proposal.voices[0].reason, "looks right");
    assert_true(proposal.voices[0].counts);
    ASSERT_OK(wb_proposal_list_read(&list, made.ledger, &ok_err));
    assert_int_equal(list.count, 0);
    wb_proposal_list_clear(&list);
    eyes_verify(&made);
    assert_int_equal(wb_proposal_find(&proposal, made.ledger, 16, NULL), WB_E_NOT_FOUND);
    assert_int_equal(wb_proposal_find(&proposal, made.ledger, 99, NULL), WB_E_NOT_FOUND);
    /* a batch without records gives none */
    eyes_begin(&made);
    const wb_proposal_terms terms = eyes_terms();
    ASSERT_OK(wb_ledger_propose(made.ledger, made.signers[ANNA], &terms, &number, &ok_err));
    assert_int_equal(number, 0);
    eyes_commit(&made);
    wb_record_clear(&record);
    wb_proposal_clear(&proposal);
    eyes_close(&made);
}

/* Accounts, parties, users and rules pass the same way, in one proposal and in order. */
static void test_documents_pass_through_proposals_too(void **state)
{
    (void)state;
    eyes made;
    uint64_t number = 0;
    wb_user user;
    wb_rule rule;
    wb_decided decided;
    eyes_open_on(&made, "documents");
    wb_signer *fay = eyes_signer("fay", 0);
    eyes_begin(&made);
    user = eyes_user("fay", WB_ROLE_CHECKER, fay);
    ASSERT_OK(wb_user_record(made.ledger, &user, (wb_date){20454}, "anna", &number, &ok_err));
    wb_rule_init(&rule);
    (void)snprintf(rule.what, sizeof rule.what, "memorial");
    rule.tier_count = 1;
    rule.tiers[0].checkers = 2;
    ASSERT_OK(wb_rule_record(made.ledger, &rule, (wb_date){20454}, "anna", &number, &ok_err));
    ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
    assert_int_equal(wb_user_find(&user, made.ledger, "fay", NULL), WB_E_NOT_FOUND);
    /* users and rules need two */
    ASSERT_OK(eyes_decide_by(&made, number, WB_VERDICT_APPROVE, made.signers[BEN], "", &decided,
                             &ok_err));
    assert_false(decided.posted);
    assert_int_equal(decided.needed, 2);
    assert_int_equal(wb_user_find(&user, made.ledger, "fay", NULL), WB_E_NOT_FOUND);
    eyes_verify(&made);
    ASSERT_OK(eyes_decide_by(&made, number, WB_VERDICT_APPROVE, made.signers[COR], "", &decided,
                             &ok_err));
    assert_true(decided.posted);
    assert_int_equal(decided.approvals, 2);
    assert_int_equal(decided.count, 2);
    ASSERT_OK(wb_user_find(&user, made.ledger, "fay", &ok_err));
    assert_int_equal(user.since, decided.first);
    /* the new rule holds, and the new checker counts */
    const uint64_t entry = eyes_entry(&made, ANNA, 100);
    ASSERT_OK(eyes_approve(&made, entry, DORA, &ok_err));
    ASSERT_OK(eyes_decide_by(&made, entry, WB_VERDICT_APPROVE, fay, "", &decided, &ok_err));
    assert_true(decided.posted);
    eyes_verify(&made);
    wb_signer_close(fay);
    wb_rule_clear(&rule);
    eyes_close(&made);
}

/* Rejected, withdrawn, expired: nothing is posted, and nothing more can be said. */
static void test_what_is_not_approved_leaves_no_trace(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    wb_proposal proposal;
    wb_ledger_head head;
    eyes_open_on(&made, "closed");
    wb_proposal_init(&proposal);
    const uint64_t rejected = eyes_entry(&made, ANNA, 100);
    const uint64_t withdrawn = eyes_entry(&made, ANNA, 200);
    const uint64_t expired = eyes_entry(&made, ANNA, 300);
    ASSERT_OK(eyes_decide_by(&made, rejected, WB_VERDICT_REJECT, made.signers[BEN], "no receipt",
                             &decided, &ok_err));
    ASSERT_OK(eyes_decide_by(&made, withdrawn, WB_VERDICT_WITHDRAW, made.signers[ANNA], "mistake",
                             &decided, &ok_err));
    made.ledger->clock_us = ((uint64_t)time(NULL) + 40 * 86400) * 1000000;
    ASSERT_OK(eyes_decide_by(&made, expired, WB_VERDICT_EXPIRE, NULL, NULL, &decided, &ok_err));
    assert_false(decided.posted);
    const struct {
        uint64_t number;
        wb_proposal_state state;
        const char *by, *reason;
    } wanted[] = {{rejected, WB_PROPOSAL_REJECTED, "ben", "no receipt"},
                  {withdrawn, WB_PROPOSAL_WITHDRAWN, "anna", "mistake"},
                  {expired, WB_PROPOSAL_EXPIRED, "", ""}};
    for (size_t i = 0; i < COUNT(wanted); i++) {
        ASSERT_OK(wb_proposal_find(&proposal, made.ledger, wanted[i].number, &ok_err));
        assert_int_equal(proposal.state, wanted[i].state);
        assert_int_equal(proposal.voice_count, 1);
        assert_string_equal(proposal.voices[0].by, wanted[i].by);
        assert_string_equal(proposal.voices[0].reason, wanted[i].reason);
        assert_false(proposal.voices[0].counts);
        assert_int_equal(eyes_approve(&made, wanted[i].number, BEN, &err), WB_E_RULE);
        assert_int_equal(
            eyes_decide_by(&made, wanted[i].number, WB_VERDICT_EXPIRE, NULL, "", &decided, &err),
            WB_E_RULE);
    }
    ASSERT_OK(wb_ledger_head_read(made.ledger, &head, &ok_err));
    assert_int_equal(head.entries, 0);
    assert_int_equal(head.count, 19);
    eyes_verify(&made);
    wb_proposal_clear(&proposal);
    eyes_close(&made);
}

/* A proposal of 10,000 entries is posted whole, in one transaction, and its map may have to grow.
 */
static void test_fifty_thousand_entries_post_at_once(void **state)
{
    (void)state;
    eyes made;
    wb_decided decided;
    wb_ledger_head head;
    uint64_t number = 0;
    const int count = WB_SANITIZED ? 2000 : WB_BATCH_MAX;
    eyes_open_on(&made, "many");
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open_with(&made.ledger, made.dir, WB_LEDGER_WRITE,
                                  (wb_open_options){.map_size = 1 << 20}, &ok_err));
    eyes_begin(&made);
    for (int i = 0; i < count; i++) {
        char reference[32];
        (void)snprintf(reference, sizeof reference, "many-%d", i);
        ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100 + i, reference, &number, &ok_err));
    }
    ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open_with(&made.ledger, made.dir, WB_LEDGER_WRITE,
                                  (wb_open_options){.map_size = 1 << 20}, &ok_err));
    ASSERT_OK(eyes_decide_by(&made, number, WB_VERDICT_APPROVE, made.signers[BEN], "", &decided,
                             &ok_err));
    assert_int_equal(decided.count, count);
    ASSERT_OK(wb_ledger_head_read(made.ledger, &head, &ok_err));
    assert_int_equal(head.entries, count);
    assert_int_equal(head.count, 15 + (uint64_t)count);
    eyes_verify(&made);
    eyes_close(&made);
}

/* What was posted is what was signed: the drafts' bytes, with stamp, approvals and proposal. */
static void test_what_is_posted_is_what_was_signed(void **state)
{
    (void)state;
    eyes made;
    wb_stored stored;
    wb_raw_record proposal;
    wb_raw_record posted;
    eyes_open_on(&made, "bytes");
    const uint64_t number = eyes_entry(&made, DORA, 777);
    ASSERT_OK(eyes_approve(&made, number, BEN, &ok_err));
    ASSERT_OK(wb_read_begin(made.ledger, &ok_err));
    ASSERT_OK(wb_stored_get(made.ledger, number, &proposal, &stored, &ok_err));
    wb_span draft = {0};
    assert_true(wb_codec_draft(&proposal.drafts, &draft));
    ASSERT_OK(wb_stored_get(made.ledger, number + 2, &posted, &stored, &ok_err));
    const uint8_t *bytes = stored.bytes.data;
    /* version and kind, then the stamp, then date and maker; one approval, of proposal 14 */
    const size_t head = 4 + 1 + 4; /* date, size of the maker, "dora" */
    assert_memory_equal(bytes, draft.data, 2);
    assert_memory_equal(bytes + 18, draft.data + 2, head);
    assert_int_equal(draft.data[2 + head], 0);
    assert_int_equal(bytes[18 + head], 1);
    assert_int_equal(bytes[18 + head + 1], 14);
    assert_int_equal(stored.bytes.size, draft.size + 16 + 1);
    assert_memory_equal(bytes + 18 + head + 2, draft.data + 2 + head + 1,
                        draft.size - 2 - head - 1);
    wb_read_end(made.ledger);
    eyes_close(&made);
}

/* Verdicts may share a batch: all are recorded, or none. */
static void test_verdicts_may_share_a_batch(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_decided decided;
    wb_ledger_head head;
    uint64_t numbers[3];
    eyes_open_on(&made, "shared");
    for (size_t i = 0; i < COUNT(numbers); i++)
        numbers[i] = eyes_entry(&made, i == 2 ? DORA : ANNA, 100 + (int64_t)i);
    /* the third may not: nothing of the first two stays */
    eyes_begin(&made);
    for (size_t i = 0; i < 2; i++)
        ASSERT_OK(wb_ledger_decide(made.ledger, numbers[i], WB_VERDICT_APPROVE, made.signers[DORA],
                                   "", &decided, &ok_err));
    assert_int_equal(wb_ledger_decide(made.ledger, numbers[2], WB_VERDICT_APPROVE,
                                      made.signers[DORA], "", &decided, &err),
                     WB_E_UNAUTHORISED);
    assert_int_equal(wb_ledger_commit(made.ledger, &err), WB_E_INTERNAL);
    ASSERT_OK(wb_ledger_head_read(made.ledger, &head, &ok_err));
    assert_int_equal(head.count, 16);
    eyes_begin(&made);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        ASSERT_OK(wb_ledger_decide(made.ledger, numbers[i], WB_VERDICT_APPROVE, made.signers[BEN],
                                   "", &decided, &ok_err));
        assert_int_equal(decided.first, 18 + 2 * i);
    }
    assert_int_equal(wb_ledger_decide(made.ledger, numbers[0], WB_VERDICT_APPROVE,
                                      made.signers[COR], "", &decided, &err),
                     WB_E_RULE); /* posted by this very batch */
    wb_ledger_abort(made.ledger);
    eyes_begin(&made);
    for (size_t i = 0; i < COUNT(numbers); i++)
        ASSERT_OK(wb_ledger_decide(made.ledger, numbers[i], WB_VERDICT_APPROVE, made.signers[BEN],
                                   "", &decided, &ok_err));
    eyes_commit(&made);
    ASSERT_OK(wb_ledger_head_read(made.ledger, &head, &ok_err));
    assert_int_equal(head.count, 22);
    assert_int_equal(head.entries, 3);
    eyes_verify(&made);
    eyes_close(&made);
}

/* What one handle proposes or decides, another process's handle, opened before, sees and heeds. */
static void test_another_handle_follows(void **state)
{
    (void)state;
    eyes made;
    wb_proposal proposal;
    wb_ledger *reader = NULL;
    eyes_open_on(&made, "follow");
    wb_proposal_init(&proposal);
    const uint64_t number = eyes_entry(&made, ANNA, 100);
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open(&reader, made.dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_proposal_find(&proposal, reader, number, &ok_err));
    assert_int_equal(proposal.state, WB_PROPOSAL_OPEN);
    wb_ledger_close(reader);
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(eyes_approve(&made, number, BEN, &ok_err));
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open(&reader, made.dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_proposal_find(&proposal, reader, number, &ok_err));
    assert_int_equal(proposal.state, WB_PROPOSAL_POSTED);
    /* as it was known right after it was made */
    ASSERT_OK(wb_ledger_as_of(reader, number, &ok_err));
    ASSERT_OK(wb_proposal_find(&proposal, reader, number, &ok_err));
    assert_int_equal(proposal.state, WB_PROPOSAL_OPEN);
    assert_int_equal(proposal.voice_count, 0);
    wb_proposal_list list;
    ASSERT_OK(wb_proposal_list_read(&list, reader, &ok_err));
    assert_int_equal(list.count, 1);
    wb_proposal_list_clear(&list);
    wb_ledger_close(reader);
    made.ledger = NULL;
    wb_proposal_clear(&proposal);
    eyes_close(&made);
}

/* A thousand may be open, and no more; each still holds its reference. */
static void test_a_thousand_may_be_open(void **state)
{
    (void)state;
    if (WB_SANITIZED) skip();
    eyes made;
    wb_error err;
    wb_decided decided;
    uint64_t number = 0;
    char reference[32];
    eyes_open_on(&made, "thousand");
    for (int i = 0; i < WB_PROPOSALS_OPEN_MAX; i++) {
        (void)snprintf(reference, sizeof reference, "one-%d", i);
        eyes_begin(&made);
        ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100 + i, reference, &number, &ok_err));
        ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
    }
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 1, NULL, &number, &ok_err));
    assert_int_equal(eyes_propose(&made, ANNA, &number, &err), WB_E_RULE);
    for (int i = 0; i < WB_PROPOSALS_OPEN_MAX; i += 333) {
        (void)snprintf(reference, sizeof reference, "one-%d", i);
        eyes_begin(&made);
        assert_int_equal(eyes_post(&made, ANNA, "memorial", 1, reference, &number, &err),
                         WB_E_DUPLICATE);
        wb_ledger_abort(made.ledger);
    }
    ASSERT_OK(
        eyes_decide_by(&made, 14, WB_VERDICT_REJECT, made.signers[BEN], "no", &decided, &ok_err));
    (void)eyes_entry(&made, ANNA, 1);
    eyes_verify(&made);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_proposal_is_posted_by_its_approval),
        cmocka_unit_test(test_documents_pass_through_proposals_too),
        cmocka_unit_test(test_what_is_not_approved_leaves_no_trace),
        cmocka_unit_test(test_fifty_thousand_entries_post_at_once),
        cmocka_unit_test(test_what_is_posted_is_what_was_signed),
        cmocka_unit_test(test_verdicts_may_share_a_batch),
        cmocka_unit_test(test_another_handle_follows),
        cmocka_unit_test(test_a_thousand_may_be_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
