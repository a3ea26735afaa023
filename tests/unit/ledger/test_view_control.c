/* Goal: who might do what, what was proposed and what was said about it are as of a record what
 * they were then.
 * Method: random histories of users, rules, limits, periods, proposals and verdicts (seeds
 * printed). After each commit all answers of control.h are printed to a text; a reader that is
 * later viewed as of that record must print the same. Inside a commit, by hand. */
#include <inttypes.h>

#include "eyes.h"
#include "ledger/internal.h"

#define DAY_US (UINT64_C(86400) * 1000000)

enum { STEPS = 160, TRIAL = 20, RECORDS_MAX = 1000, PERIODS = 4, LIMITS = 3 };

static const char *const periods[PERIODS] = {"2026-01", "2026-02", "2026", "2027-01"};
static const char *const limits[LIMITS] = {"cap", "treasury", "z"};
static const char *const words[] = {"any", "memorial", "user", "party", "zoo"};

typedef struct history {
    uint64_t state; /* of the random numbers */
    eyes made;
    unsigned versions[PEOPLE]; /* of keys that were recorded or proposed */
    uint64_t count;
    char *known[RECORDS_MAX + 1]; /* what was answered when a commit ended there; else NULL */
    unsigned posted, rejected, withdrawn, expired, rotated; /* that the history is not empty */
} history;

/* SplitMix64, Steele and others 2014. */
static uint64_t draw(history *h, uint64_t below)
{
    h->state += 0x9E3779B97F4A7C15U;
    uint64_t z = h->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % below;
}

/* ---- all answers as one text ---- */

static void print_users(FILE *out, wb_ledger *ledger)
{
    wb_error err = {0};
    wb_user_list list;
    bool on = false;
    char key[WB_VERIFIER_TEXT_MAX];
    ASSERT_OK(wb_four_eyes(ledger, &on, &ok_err));
    (void)fprintf(out, "four eyes %d\n", (int)on);
    ASSERT_OK(wb_user_list_read(&list, ledger, &ok_err));
    for (size_t i = 0; i < list.count; i++) {
        const wb_user *user = &list.items[i];
        (void)fprintf(out, "user %s %u %d %s '%s' %" PRIu64 "\n", user->name, user->roles,
                      (int)user->revoked, wb_verifier_text(key, &user->key), user->reason,
                      user->since);
    }
    wb_user_list_clear(&list);
    wb_user user;
    for (size_t i = 0; i < PEOPLE; i++) {
        const wb_code code = wb_user_find(&user, ledger, eyes_people[i].name, &err);
        (void)fprintf(out, "%s %s %" PRIu64 "\n", eyes_people[i].name, wb_code_name(code),
                      code == WB_OK ? user.since : 0);
    }
}

static void print_rule(FILE *out, const wb_rule *rule)
{
    char amount[WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "rule %s", rule->what);
    for (size_t i = 0; i < rule->tier_count; i++) {
        (void)fprintf(out, " %s:%u", wb_money_text(amount, &rule->tiers[i].above, WB_MONEY_PLAIN),
                      rule->tiers[i].checkers);
    }
    (void)fputc('\n', out);
}

static void print_rules(FILE *out, wb_ledger *ledger)
{
    wb_error err = {0};
    wb_rule_list list;
    wb_rule rule;
    ASSERT_OK(wb_rule_list_read(&list, ledger, &ok_err));
    for (size_t i = 0; i < list.count; i++)
        print_rule(out, &list.items[i]);
    wb_rule_list_clear(&list);
    for (size_t i = 0; i < COUNT(words); i++) {
        wb_rule_init(&rule);
        const wb_code code = wb_rule_find(&rule, ledger, words[i], &err);
        (void)fprintf(out, "%s ", wb_code_name(code));
        if (code == WB_OK) print_rule(out, &rule);
        wb_rule_clear(&rule);
    }
}

static void print_bounds(FILE *out, wb_ledger *ledger)
{
    char min[WB_MONEY_TEXT_MAX];
    char max[WB_MONEY_TEXT_MAX];
    char text[8];
    wb_limit_list found = {NULL, 0};
    wb_period_list closed = {NULL, 0};
    ASSERT_OK(wb_limit_list_read(&found, ledger, &ok_err));
    for (size_t i = 0; i < found.count; i++) {
        const wb_limit *limit = &found.items[i];
        (void)fprintf(out, "limit %s %zu %d '%s' %s %s\n", limit->id, limit->account_count,
                      (int)limit->each, limit->party,
                      limit->has_min ? wb_money_text(min, &limit->min, WB_MONEY_PLAIN) : "-",
                      limit->has_max ? wb_money_text(max, &limit->max, WB_MONEY_PLAIN) : "-");
    }
    wb_limit_list_clear(&found);
    ASSERT_OK(wb_period_list_read(&closed, ledger, &ok_err));
    for (size_t i = 0; i < closed.count; i++) {
        const wb_period_state *state = &closed.items[i];
        (void)fprintf(out, "period %s %d '%s' %" PRIu64 "\n", wb_period_text(text, state->period),
                      (int)state->closed, state->reason, state->since);
    }
    wb_period_list_clear(&closed);
    for (int32_t day = 20454; day < 20454 + 400; day += 20) {
        bool is = false;
        ASSERT_OK(wb_period_closed(ledger, (wb_date){day}, &is, &ok_err));
        (void)fputc(is ? 'x' : '.', out);
    }
    (void)fputc('\n', out);
}

static bool print_draft(const wb_record *record, void *context)
{
    char amount[WB_MONEY_TEXT_MAX];
    (void)fprintf(context, "  draft %d %s", (int)record->kind,
                  record->kind == WB_RECORD_ENTRY ? record->entry.event : record->document.id);
    for (size_t i = 0; i < record->entry.posting_count; i++) {
        (void)fprintf(context, " %s=%s", record->entry.postings[i].account,
                      wb_money_text(amount, &record->entry.postings[i].amount, WB_MONEY_PLAIN));
    }
    (void)fputc('\n', context);
    return true;
}

static void print_proposal(FILE *out, const wb_proposal *proposal)
{
    char hash[2 * WB_LEDGER_HASH_SIZE + 1];
    char debit[WB_MONEY_TEXT_MAX];
    (void)fprintf(
        out, "proposal %" PRIu64 " %s %s %" PRIu64 " %d %d '%s' %zu %s %s %u %" PRIu64 "\n",
        proposal->number, wb_proposal_state_name(proposal->state), proposal->maker,
        proposal->recorded_us, (int)proposal->expires.days, (int)proposal->computed,
        proposal->reason, proposal->drafts, wb_money_text(debit, &proposal->debit, WB_MONEY_PLAIN),
        wb_hash_text(hash, proposal->hash), proposal->needed, proposal->first);
    for (size_t i = 0; i < proposal->voice_count; i++) {
        const wb_voice *voice = &proposal->voices[i];
        (void)fprintf(out, "  %" PRIu64 " %s %s %" PRIu64 " '%s' %d\n", voice->number,
                      wb_verdict_name(voice->verdict), voice->by, voice->recorded_us, voice->reason,
                      (int)voice->counts);
    }
}

static void print_proposals(FILE *out, wb_ledger *ledger, uint64_t count)
{
    wb_error err = {0};
    wb_proposal_list open;
    ASSERT_OK(wb_proposal_list_read(&open, ledger, &ok_err));
    (void)fprintf(out, "open:\n");
    for (size_t i = 0; i < open.count; i++)
        print_proposal(out, &open.items[i]);
    wb_proposal_list_clear(&open);
    (void)fprintf(out, "all:\n");
    for (uint64_t number = 0; number <= count + 3; number++) {
        wb_proposal proposal;
        wb_proposal_init(&proposal);
        const wb_code code = wb_proposal_find(&proposal, ledger, number, &err);
        if (code == WB_OK) {
            print_proposal(out, &proposal);
            ASSERT_OK(wb_proposal_drafts(ledger, number, print_draft, out, &ok_err));
        } else {
            (void)fprintf(out, "%s %s\n", wb_code_name(code), err.message);
        }
        wb_proposal_clear(&proposal);
    }
}

static bool print_record(const wb_record *record, void *context)
{
    (void)fprintf(context, "%" PRIu64 " %d of %" PRIu64 ", %u by %" PRIu64 "\n", record->number,
                  (int)record->kind, record->proposal, record->approvals, record->reversed_by);
    return true;
}

static char *all_answers(wb_ledger *ledger)
{
    char *text = NULL;
    size_t size = 0;
    wb_ledger_head head;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    (void)fprintf(out, "head %" PRIu64 " %" PRIu64 "\n", head.count, head.entries);
    print_users(out, ledger);
    print_rules(out, ledger);
    print_bounds(out, ledger);
    print_proposals(out, ledger, head.count);
    ASSERT_OK(wb_ledger_log(ledger, 1, print_record, out, &ok_err));
    (void)fclose(out);
    return text;
}

/* ---- the history: a step that is refused is dropped ---- */

static wb_code step_user(history *h, int who)
{
    const size_t whom = draw(h, PEOPLE);
    wb_error err;
    uint64_t number = 0;
    wb_user user =
        eyes_user(eyes_people[whom].name, eyes_people[whom].roles, h->made.signers[whom]);
    (void)snprintf(user.reason, sizeof user.reason, "step %" PRIu64, h->count);
    wb_signer *fresh = NULL;
    if (draw(h, 2) == 0) {
        if (h->versions[whom] < UINT8_MAX) h->versions[whom]++;
        fresh = eyes_signer(user.name, (uint8_t)h->versions[whom]);
        user.key = *wb_signer_verifier(fresh);
    } else if (user.roles == WB_ROLE_CHECKER) {
        user.roles |= WB_ROLE_MAKER;
    }
    const wb_code code = wb_user_record(h->made.ledger, &user, (wb_date){20454},
                                        eyes_people[who].name, &number, &err);
    wb_signer_close(fresh);
    return code;
}

static wb_code step_rule(history *h, int who)
{
    wb_error err;
    uint64_t number = 0;
    wb_rule rule;
    wb_rule_init(&rule);
    (void)snprintf(rule.what, sizeof rule.what, "%s", words[draw(h, 4)]);
    rule.tier_count = 1 + draw(h, 2);
    rule.tiers[0].checkers = 1;
    wb_money_set_cents(&rule.tiers[1].above, 100 + (int64_t)draw(h, 100000));
    rule.tiers[1].checkers = 2;
    const wb_code code = wb_rule_record(h->made.ledger, &rule, (wb_date){20454},
                                        eyes_people[who].name, &number, &err);
    wb_rule_clear(&rule);
    return code;
}

static wb_code step_limit(history *h, int who)
{
    wb_error err;
    uint64_t number = 0;
    wb_limit limit;
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, "%s", limits[draw(h, LIMITS)]);
    (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "1100");
    limit.account_count = 1;
    limit.has_max = draw(h, 4) != 0;
    wb_money_set_cents(&limit.max, (int64_t)draw(h, 100000));
    const wb_code code = wb_limit_record(h->made.ledger, &limit, (wb_date){20454},
                                         eyes_people[who].name, &number, &err);
    wb_limit_clear(&limit);
    return code;
}

static wb_code step_period(history *h, int who)
{
    wb_error err;
    uint64_t number = 0;
    const char *text = periods[draw(h, PERIODS)];
    wb_period_state state = {.closed = draw(h, 2) == 0};
    ASSERT_OK(wb_period_parse(&state.period, text, strlen(text), &ok_err));
    if (!state.closed) (void)snprintf(state.reason, sizeof state.reason, "again");
    return wb_period_record(h->made.ledger, &state, wb_period_last(state.period),
                            eyes_people[who].name, &number, &err);
}

/* What a person records or proposes, in the open batch. */
static wb_code step_record(history *h, int who)
{
    wb_error err;
    uint64_t number = 0;
    const wb_document party = {.kind = WB_RECORD_PARTY,
                               .date = {20454},
                               .id = draw(h, 2) == 0 ? "p1" : "p9",
                               .body = "{}",
                               .maker = eyes_people[who].name};
    switch (draw(h, 9)) {
    case 0: return step_user(h, who);
    case 1: return step_rule(h, who);
    case 2: return step_limit(h, who);
    case 3: return step_period(h, who);
    case 4: return wb_ledger_document(h->made.ledger, &party, &number, &err);
    default: break;
    }
    const size_t entries = 1 + draw(h, 3);
    wb_code code = WB_OK;
    for (size_t i = 0; i < entries && code == WB_OK; i++) {
        code =
            eyes_post(&h->made, who, "memorial", 1 + (int64_t)draw(h, 100000), NULL, &number, &err);
    }
    return code;
}

static void step_trial(history *h)
{
    wb_error err;
    eyes_begin(&h->made);
    if (step_record(h, ANNA) == WB_OK) {
        ASSERT_OK(wb_ledger_commit(h->made.ledger, &err));
    } else {
        wb_ledger_abort(h->made.ledger);
    }
}

static uint64_t last_time(history *h)
{
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(h->made.ledger, &head, &ok_err));
    return head.recorded_us;
}

static void step_propose(history *h)
{
    wb_error err;
    uint64_t number = 0;
    const int who = draw(h, 2) == 0 ? ANNA : DORA;
    const wb_proposal_terms terms = {.expires = {(int32_t)(last_time(h) / DAY_US) + 30},
                                     .reason = "why not"};
    eyes_begin(&h->made);
    wb_code code = step_record(h, who);
    if (code == WB_OK) {
        code = wb_ledger_propose(h->made.ledger, h->made.signers[who], &terms, &number, &err);
    }
    if (code == WB_OK) {
        eyes_commit(&h->made);
    } else {
        wb_ledger_abort(h->made.ledger);
    }
}

/* A key that was rotated in the books is the one that its owner signs with from now on. */
static void take_keys(history *h)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        wb_user user;
        ASSERT_OK(wb_user_find(&user, h->made.ledger, eyes_people[i].name, &ok_err));
        for (unsigned version = h->versions[i];
             memcmp(user.key.key, wb_signer_verifier(h->made.signers[i])->key, 32) != 0;
             version--) {
            wb_signer_close(h->made.signers[i]);
            h->made.signers[i] = eyes_signer(user.name, (uint8_t)version);
            h->rotated++;
        }
    }
}

static void step_decide(history *h)
{
    static const int who[] = {BEN, COR, DORA, ANNA};
    wb_error err;
    wb_decided decided = {0};
    wb_proposal_list open;
    ASSERT_OK(wb_proposal_list_read(&open, h->made.ledger, &ok_err));
    const uint64_t number = open.count == 0 ? 0 : open.items[draw(h, open.count)].number;
    wb_proposal_list_clear(&open);
    if (number == 0) return;
    const uint64_t kind = draw(h, 40);
    const wb_verdict verdict = kind == 0  ? WB_VERDICT_EXPIRE
                               : kind < 5 ? WB_VERDICT_REJECT
                               : kind < 9 ? WB_VERDICT_WITHDRAW
                                          : WB_VERDICT_APPROVE;
    const wb_signer *signer = h->made.signers[who[draw(h, COUNT(who))]];
    if (verdict == WB_VERDICT_EXPIRE) {
        signer = NULL;
        h->made.ledger->clock_us = last_time(h) + 31 * DAY_US;
    }
    if (eyes_decide_by(&h->made, number, verdict, signer,
                       verdict == WB_VERDICT_APPROVE || signer == NULL ? "" : "no", &decided,
                       &err) != WB_OK) {
        return;
    }
    h->posted += decided.posted ? 1 : 0;
    h->rejected += verdict == WB_VERDICT_REJECT ? 1 : 0;
    h->withdrawn += verdict == WB_VERDICT_WITHDRAW ? 1 : 0;
    h->expired += verdict == WB_VERDICT_EXPIRE ? 1 : 0;
}

static void note(history *h)
{
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(h->made.ledger, &head, &ok_err));
    assert_true(head.count <= RECORDS_MAX);
    if (head.count == h->count) return; /* refused */
    h->count = head.count;
    h->known[h->count] = all_answers(h->made.ledger);
}

static void history_make(history *h, uint64_t seed)
{
    uint64_t number = 0;
    print_message("    seed %" PRIu64 "\n", seed);
    *h = (history){.state = seed};
    eyes_open(&h->made, "view-control");
    for (int i = 0; i < STEPS; i++) {
        if (i < TRIAL) {
            step_trial(h);
        } else if (i == TRIAL) {
            eyes_begin(&h->made);
            ASSERT_OK(wb_four_eyes_on(h->made.ledger, h->made.signers[ANNA], (wb_date){20454},
                                      &number, &ok_err));
            eyes_commit(&h->made);
        } else if (draw(h, 3) == 0) {
            step_propose(h);
        } else {
            step_decide(h);
        }
        note(h);
        take_keys(h);
    }
    wb_ledger_close(h->made.ledger);
    ASSERT_OK(wb_ledger_open(&h->made.ledger, h->made.dir, WB_LEDGER_READ, &ok_err));
}

static void history_clear(history *h)
{
    for (uint64_t i = 0; i <= h->count; i++)
        free(h->known[i]);
    eyes_close(&h->made);
    free(h);
}

static void assert_same_text(uint64_t number, const char *now, const char *then)
{
    if (strcmp(now, then) == 0) return;
    size_t common = 0;
    while (now[common] == then[common])
        common++;
    while (common > 0 && then[common - 1] != '\n')
        common--;
    print_error("as of record %" PRIu64 ": then '%.*s', now '%.*s'\n", number,
                (int)strcspn(then + common, "\n"), then + common, (int)strcspn(now + common, "\n"),
                now + common);
    fail();
}

static void test_a_view_of_control_answers_what_was_answered_then(void **state)
{
    (void)state;
    unsigned posted = 0;
    unsigned rejected = 0;
    unsigned withdrawn = 0;
    unsigned expired = 0;
    unsigned rotated = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        history *h = malloc(sizeof *h);
        assert_non_null(h);
        history_make(h, seed);
        for (uint64_t i = 0; i < 2 * h->count; i++) { /* forth, and back */
            const uint64_t number = i < h->count ? i + 1 : 2 * h->count - i;
            if (h->known[number] == NULL) continue;
            ASSERT_OK(wb_ledger_as_of(h->made.ledger, number, &ok_err));
            char *now = all_answers(h->made.ledger);
            assert_same_text(number, now, h->known[number]);
            free(now);
        }
        posted += h->posted;
        rejected += h->rejected;
        withdrawn += h->withdrawn;
        expired += h->expired;
        rotated += h->rotated;
        history_clear(h);
    }
    print_message("    %u posted, %u rejected, %u withdrawn, %u expired, %u keys rotated\n", posted,
                  rejected, withdrawn, expired, rotated);
    assert_true(posted > 10 && rejected > 2 && withdrawn > 2 && expired > 0 && rotated > 0);
}

/* Between the records of one commit there was no moment to ask. A view there has a proposal open
 * until the first record that was posted from it. */
static void test_a_view_between_an_approval_and_its_posting(void **state)
{
    (void)state;
    eyes made;
    wb_proposal proposal;
    wb_proposal_list open;
    eyes_open_on(&made, "view-between");
    assert_int_equal(eyes_entry(&made, ANNA, 100), 14);
    ASSERT_OK(eyes_approve(&made, 14, BEN, &ok_err)); /* the verdict is 15, the entry 16 */
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_READ, &ok_err));
    static const struct {
        uint64_t number;
        wb_proposal_state state;
        size_t voices, open;
    } wanted[] = {
        {14, WB_PROPOSAL_OPEN, 0, 1}, {15, WB_PROPOSAL_OPEN, 1, 1}, {16, WB_PROPOSAL_POSTED, 1, 0}};
    for (size_t i = 0; i < COUNT(wanted); i++) {
        wb_proposal_init(&proposal);
        ASSERT_OK(wb_ledger_as_of(made.ledger, wanted[i].number, &ok_err));
        ASSERT_OK(wb_proposal_find(&proposal, made.ledger, 14, &ok_err));
        assert_int_equal(proposal.state, wanted[i].state);
        assert_int_equal(proposal.voice_count, wanted[i].voices);
        assert_int_equal(proposal.first, wanted[i].state == WB_PROPOSAL_POSTED ? 16 : 0);
        ASSERT_OK(wb_proposal_list_read(&open, made.ledger, &ok_err));
        assert_int_equal(open.count, wanted[i].open);
        wb_proposal_list_clear(&open);
        wb_proposal_clear(&proposal);
    }
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_view_of_control_answers_what_was_answered_then),
        cmocka_unit_test(test_a_view_between_an_approval_and_its_posting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
