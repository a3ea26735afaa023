/* Goal: users, rules and the switch are what docs/format.md and control.h say, and nobody can lock
 * the fund out, share a key, come back after being revoked, or switch for another.
 * Method: each refusal in a table, each body by hand; then the same after opening again. */
#include "eyes.h"

#include "ledger/internal.h"

static const wb_date day = {20454}; /* 2026-01-01 */

/* Record a document by hand in a batch of its own; the code, and nothing when it is refused. */
static wb_code record_body(eyes *made, wb_record_kind kind, const char *id, const char *body,
                           wb_error *err)
{
    const wb_document document = {
        .kind = kind, .date = day, .id = id, .body = body, .maker = "anna"};
    uint64_t number = 0;
    eyes_begin(made);
    const wb_code code = wb_ledger_document(made->ledger, &document, &number, err);
    if (code == WB_OK)
        eyes_commit(made);
    else
        wb_ledger_abort(made->ledger);
    return code;
}

static wb_code record_user(eyes *made, const wb_user *user, wb_error *err)
{
    uint64_t number = 0;
    eyes_begin(made);
    const wb_code code = wb_user_record(made->ledger, user, day, "anna", &number, err);
    if (code == WB_OK)
        eyes_commit(made);
    else
        wb_ledger_abort(made->ledger);
    return code;
}

static wb_code record_rule(eyes *made, const char *what, unsigned checkers, wb_error *err)
{
    wb_rule rule;
    uint64_t number = 0;
    wb_rule_init(&rule);
    (void)snprintf(rule.what, sizeof rule.what, "%s", what);
    rule.tier_count = 1;
    rule.tiers[0].checkers = checkers;
    eyes_begin(made);
    const wb_code code = wb_rule_record(made->ledger, &rule, day, "anna", &number, err);
    if (code == WB_OK)
        eyes_commit(made);
    else
        wb_ledger_abort(made->ledger);
    wb_rule_clear(&rule);
    return code;
}

static void test_users_are_read_back_as_recorded(void **state)
{
    (void)state;
    eyes made;
    wb_user user;
    wb_user_list list;
    wb_record record;
    eyes_open(&made, "users");
    ASSERT_OK(wb_user_list_read(&list, made.ledger, &ok_err));
    assert_int_equal(list.count, PEOPLE);
    for (size_t i = 0; i < PEOPLE; i++) {
        assert_string_equal(list.items[i].name, eyes_people[i].name);
        assert_int_equal(list.items[i].roles, eyes_people[i].roles);
        assert_memory_equal(list.items[i].key.key, wb_signer_verifier(made.signers[i])->key, 32);
        assert_int_equal(list.items[i].since, 8 + i);
        assert_false(list.items[i].revoked);
    }
    wb_user_list_clear(&list);
    /* the body, by hand */
    char key[WB_VERIFIER_TEXT_MAX];
    char body[400];
    (void)snprintf(body, sizeof body,
                   "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"admin\",\"maker\"],"
                   "\"state\":\"active\"}",
                   wb_verifier_text(key, wb_signer_verifier(made.signers[ANNA])));
    wb_record_init(&record);
    ASSERT_OK(wb_ledger_find_document(made.ledger, WB_RECORD_USER, "anna", &record, &ok_err));
    assert_string_equal(record.document.body, body);
    wb_record_clear(&record);
    /* a new version: seen at once, by this handle and by another */
    user = eyes_user("ben", WB_ROLE_CHECKER, made.signers[BEN]);
    user.revoked = true;
    (void)snprintf(user.reason, sizeof user.reason, "left");
    ASSERT_OK(record_user(&made, &user, &ok_err));
    ASSERT_OK(wb_user_find(&user, made.ledger, "ben", &ok_err));
    assert_true(user.revoked);
    assert_string_equal(user.reason, "left");
    assert_int_equal(user.since, 13);
    assert_int_equal(wb_user_find(&user, made.ledger, "zoe", NULL), WB_E_NOT_FOUND);
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(made.ledger, &report, NULL, NULL, &ok_err));
    eyes_close(&made);
}

static void test_a_body_that_is_not_a_users_is_refused(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    char key[WB_VERIFIER_TEXT_MAX];
    wb_signer *fay = eyes_signer("fay", 0);
    wb_verifier_text(key, wb_signer_verifier(fay));
    static const struct {
        const char *name, *format;
        const char *id;
        wb_code code;
    } cases[] = {
        {"not JSON", "{", "fay", WB_E_RANGE},
        {"a list", "[]", "fay", WB_E_RANGE},
        {"blanks", "{\"key\": \"%s\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":\"active\"}",
         "fay", WB_E_RANGE},
        {"keys out of order",
         "{\"reason\":\"\",\"key\":\"%s\",\"roles\":[\"maker\"],\"state\":\"active\"}", "fay",
         WB_E_RANGE},
        {"a key twice",
         "{\"key\":\"%s\",\"reason\":\"\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":"
         "\"active\"}",
         "fay", WB_E_RANGE},
        {"no state", "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\"]}", "fay", WB_E_RANGE},
        {"one key more",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":\"active\",\"x\":1}",
         "fay", WB_E_RANGE},
        {"a number as reason",
         "{\"key\":\"%s\",\"reason\":1,\"roles\":[\"maker\"],\"state\":\"active\"}", "fay",
         WB_E_RANGE},
        {"no role", "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[],\"state\":\"active\"}", "fay",
         WB_E_RANGE},
        {"an unknown role",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"boss\"],\"state\":\"active\"}", "fay",
         WB_E_RANGE},
        {"roles out of order",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\",\"checker\"],\"state\":\"active\"}",
         "fay", WB_E_RANGE},
        {"a role twice",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\",\"maker\"],\"state\":\"active\"}",
         "fay", WB_E_RANGE},
        {"an auditor who makes",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"auditor\",\"maker\"],\"state\":\"active\"}",
         "fay", WB_E_RANGE},
        {"another's name",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":\"active\"}", "gus",
         WB_E_RANGE},
        {"half a key",
         "{\"key\":\"fay+00\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":"
         "\"active\"}",
         "fay", WB_E_RANGE},
        {"an unknown state",
         "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":\"on\"}", "fay",
         WB_E_RANGE},
        {"revoked before it was there",
         "{\"key\":\"%s\",\"reason\":\"x\",\"roles\":[\"maker\"],\"state\":\"revoked\"}", "fay",
         WB_E_RULE},
        {"right", "{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"maker\"],\"state\":\"active\"}",
         "fay", WB_OK},
    };
    eyes_open(&made, "bodies");
    for (size_t i = 0; i < COUNT(cases); i++) {
        char body[500];
        const char *at = strstr(cases[i].format, "%s");
        if (at == NULL)
            (void)snprintf(body, sizeof body, "%s", cases[i].format);
        else
            (void)snprintf(body, sizeof body, "%.*s%s%s", (int)(at - cases[i].format),
                           cases[i].format, key, at + 2);
        print_message("    %s\n", cases[i].name);
        assert_int_equal(record_body(&made, WB_RECORD_USER, cases[i].id, body, &err),
                         cases[i].code);
    }
    wb_signer_close(fay);
    eyes_close(&made);
}

static void test_a_key_is_one_persons_for_ever(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_user user;
    eyes_open(&made, "keys");
    /* another user with ben's key: the name in the verifier key differs, the key does not */
    uint8_t seed[32] = {'b', 'e', 'n'};
    wb_signer *twin = NULL;
    wb_signer *second = eyes_signer("ben", 1);
    wb_signer *third = eyes_signer("ben", 2);
    ASSERT_OK(wb_signer_seed(&twin, "twin", seed, &ok_err));
    assert_memory_equal(wb_signer_verifier(twin)->key, wb_signer_verifier(made.signers[BEN])->key,
                        32);
    user = eyes_user("twin", WB_ROLE_CHECKER, twin);
    assert_int_equal(record_user(&made, &user, &err), WB_E_RULE);
    /* rotation needs a reason */
    user = eyes_user("ben", WB_ROLE_CHECKER, second);
    assert_int_equal(record_user(&made, &user, &err), WB_E_MISSING);
    (void)snprintf(user.reason, sizeof user.reason, "lost");
    ASSERT_OK(record_user(&made, &user, &ok_err));
    /* the old key comes back neither for him nor for another */
    user = eyes_user("ben", WB_ROLE_CHECKER, made.signers[BEN]);
    (void)snprintf(user.reason, sizeof user.reason, "found");
    assert_int_equal(record_user(&made, &user, &err), WB_E_RULE);
    user = eyes_user("twin", WB_ROLE_CHECKER, twin);
    assert_int_equal(record_user(&made, &user, &err), WB_E_RULE);
    /* revoked: needs a reason, and is for ever */
    user = eyes_user("ben", WB_ROLE_CHECKER, second);
    user.revoked = true;
    assert_int_equal(record_user(&made, &user, &err), WB_E_MISSING);
    (void)snprintf(user.reason, sizeof user.reason, "left");
    ASSERT_OK(record_user(&made, &user, &ok_err));
    user = eyes_user("ben", WB_ROLE_CHECKER, third);
    (void)snprintf(user.reason, sizeof user.reason, "back");
    assert_int_equal(record_user(&made, &user, &err), WB_E_RULE);
    assert_non_null(strstr(err.message, "revoked"));
    /* two new users of one batch may not share one either */
    uint64_t number = 0;
    eyes_begin(&made);
    user = eyes_user("ida", WB_ROLE_MAKER, third);
    (void)snprintf(user.key.name, sizeof user.key.name, "ida");
    wb_verifier_make(&user.key, "ida", wb_signer_verifier(third)->key);
    ASSERT_OK(wb_user_record(made.ledger, &user, day, "anna", &number, &ok_err));
    user = eyes_user("joe", WB_ROLE_MAKER, third);
    wb_verifier_make(&user.key, "joe", wb_signer_verifier(third)->key);
    assert_int_equal(wb_user_record(made.ledger, &user, day, "anna", &number, &err), WB_E_RULE);
    wb_ledger_abort(made.ledger);
    assert_int_equal(wb_user_find(&user, made.ledger, "ida", NULL), WB_E_NOT_FOUND);
    wb_signer_close(twin);
    wb_signer_close(second);
    wb_signer_close(third);
    eyes_close(&made);
}

static void test_rules_are_built_in_until_recorded(void **state)
{
    (void)state;
    eyes made;
    wb_rule rule;
    wb_money amount;
    eyes_open(&made, "rules");
    wb_rule_init(&rule);
    wb_money_init(&amount);
    static const struct {
        const char *what;
        unsigned checkers; /* 0: no rule of its own */
    } built_in[] = {{"any", 1},           {"limit", 2}, {"loan-written-off", 2},
                    {"period-reopen", 2}, {"rule", 2},  {"user", 2},
                    {"memorial", 0},      {"party", 0}, {"period-close", 0}};
    for (size_t i = 0; i < COUNT(built_in); i++) {
        const wb_code code = wb_rule_find(&rule, made.ledger, built_in[i].what, NULL);
        assert_int_equal(code, built_in[i].checkers == 0 ? WB_E_NOT_FOUND : WB_OK);
        if (code == WB_OK) {
            assert_int_equal(wb_rule_checkers(&rule, &amount), built_in[i].checkers);
        }
    }
    ASSERT_OK(record_body(&made, WB_RECORD_RULE, "loan-disbursed",
                          "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1},{\"above\":"
                          "\"250000.00\",\"checkers\":2},{\"above\":\"1000000.00\",\"checkers\":3}"
                          "]}",
                          &ok_err));
    ASSERT_OK(wb_rule_find(&rule, made.ledger, "loan-disbursed", &ok_err));
    static const struct {
        int64_t cents;
        unsigned checkers;
    } amounts[] = {{0, 1},         {1, 1},         {25000000, 1}, {25000001, 2},
                   {100000000, 2}, {100000001, 3}, {INT64_MAX, 3}};
    for (size_t i = 0; i < COUNT(amounts); i++) {
        wb_money_set_cents(&amount, amounts[i].cents);
        assert_int_equal(wb_rule_checkers(&rule, &amount), amounts[i].checkers);
    }
    wb_rule_list list;
    ASSERT_OK(wb_rule_list_read(&list, made.ledger, &ok_err));
    assert_int_equal(list.count, 7);
    for (size_t i = 1; i < list.count; i++)
        assert_true(strcmp(list.items[i - 1].what, list.items[i].what) < 0);
    wb_rule_list_clear(&list);
    wb_money_clear(&amount);
    wb_rule_clear(&rule);
    eyes_close(&made);
}

static void test_a_body_that_is_no_rule_is_refused(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    static const struct {
        const char *what, *body;
        wb_code code;
    } cases[] = {
        {"any", "{\"tiers\":[]}", WB_E_RANGE},
        {"any", "{}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"1.00\",\"checkers\":1}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0\",\"checkers\":1}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":0}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":11}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1.0}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0.00\"}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1,\"x\":1}]}", WB_E_RANGE},
        {"any",
         "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1},{\"above\":\"0.00\",\"checkers\":2}]}",
         WB_E_RANGE},
        {"any",
         "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1},{\"above\":\"-1.00\",\"checkers\":2}]}",
         WB_E_RANGE},
        {"1any", "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1}]}", WB_E_RANGE},
        {"any", "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":10}]}", WB_OK},
    };
    eyes_open(&made, "norules");
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].body);
        assert_int_equal(record_body(&made, WB_RECORD_RULE, cases[i].what, cases[i].body, &err),
                         cases[i].code);
    }
    eyes_close(&made);
}

/* Who may switch, when. */
static void test_the_switch_is_one_way_and_an_admins(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_user user;
    bool on = true;
    uint64_t number = 0;
    eyes_open(&made, "switch");
    ASSERT_OK(wb_four_eyes(made.ledger, &on, &ok_err));
    assert_false(on);
    wb_signer *stranger = eyes_signer("zoe", 0);
    wb_signer *old = eyes_signer("anna", 1);
    const struct {
        const char *name;
        const wb_signer *signer;
        wb_code code;
    } cases[] = {{"a stranger", stranger, WB_E_UNAUTHORISED},
                 {"not the key of anna", old, WB_E_REVOKED},
                 {"no admin", made.signers[DORA], WB_E_UNAUTHORISED}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("    %s\n", cases[i].name);
        eyes_begin(&made);
        assert_int_equal(wb_four_eyes_on(made.ledger, cases[i].signer, day, &number, &err),
                         cases[i].code);
        wb_ledger_abort(made.ledger);
    }
    /* in a batch of its own: nothing before it, nothing behind it */
    eyes_begin(&made);
    books_document(made.ledger, WB_RECORD_PARTY, "p9");
    assert_int_equal(wb_four_eyes_on(made.ledger, made.signers[ANNA], day, &number, &err),
                     WB_E_RULE);
    wb_ledger_abort(made.ledger);
    eyes_begin(&made);
    ASSERT_OK(wb_four_eyes_on(made.ledger, made.signers[ANNA], day, &number, &ok_err));
    books_document(made.ledger, WB_RECORD_PARTY, "p9");
    assert_int_equal(wb_ledger_commit(made.ledger, &err), WB_E_RULE);
    ASSERT_OK(wb_four_eyes(made.ledger, &on, &ok_err));
    assert_false(on);
    /* locked out: one checker beside the maker where two are needed */
    user = eyes_user("cor", WB_ROLE_CHECKER, made.signers[COR]);
    user.revoked = true;
    (void)snprintf(user.reason, sizeof user.reason, "left");
    ASSERT_OK(record_user(&made, &user, &ok_err));
    user = eyes_user("dora", WB_ROLE_MAKER, made.signers[DORA]);
    ASSERT_OK(record_user(&made, &user, &ok_err));
    eyes_begin(&made);
    assert_int_equal(wb_four_eyes_on(made.ledger, made.signers[ANNA], day, &number, &err),
                     WB_E_RULE);
    assert_non_null(strstr(err.message, "lock the fund out"));
    wb_ledger_abort(made.ledger);
    /* an admin does not count as the checker of his own changes */
    user = eyes_user("anna", WB_ROLE_MAKER | WB_ROLE_ADMIN | WB_ROLE_CHECKER, made.signers[ANNA]);
    ASSERT_OK(record_user(&made, &user, &ok_err));
    eyes_begin(&made);
    assert_int_equal(wb_four_eyes_on(made.ledger, made.signers[ANNA], day, &number, &err),
                     WB_E_RULE);
    assert_non_null(strstr(err.message, "a change of users"));
    wb_ledger_abort(made.ledger);
    user = eyes_user("dora", WB_ROLE_MAKER | WB_ROLE_CHECKER, made.signers[DORA]);
    ASSERT_OK(record_user(&made, &user, &ok_err));
    eyes_begin(&made);
    ASSERT_OK(wb_four_eyes_on(made.ledger, made.signers[ANNA], day, &number, &ok_err));
    eyes_commit(&made);
    ASSERT_OK(wb_four_eyes(made.ledger, &on, &ok_err));
    assert_true(on);
    eyes_begin(&made);
    assert_int_equal(wb_four_eyes_on(made.ledger, made.signers[ANNA], day, &number, &err),
                     WB_E_RULE);
    wb_ledger_abort(made.ledger);
    wb_ledger_close(made.ledger);
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_four_eyes(made.ledger, &on, &ok_err));
    assert_true(on);
    wb_signer_close(stranger);
    wb_signer_close(old);
    eyes_close(&made);
}

/* A switch's signature is of this record in this ledger. */
static void test_a_switch_cannot_be_replayed(void **state)
{
    (void)state;
    eyes first;
    eyes second;
    wb_error err;
    wb_record record;
    wb_record_init(&record);
    eyes_open_on(&first, "replay1");
    eyes_open(&second, "replay2"); /* other times, so another chain */
    ASSERT_OK(
        wb_ledger_find_document(first.ledger, WB_RECORD_SWITCH, "four-eyes", &record, &ok_err));
    assert_int_equal(
        record_body(&second, WB_RECORD_SWITCH, "four-eyes", record.document.body, &err),
        WB_E_SIGNATURE);
    wb_record_clear(&record);
    eyes_close(&first);
    eyes_close(&second);
}

/* Under four eyes nobody writes alone, and the refusal leaves the books as they were. */
static void test_nobody_writes_alone_under_four_eyes(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    wb_ledger_head before;
    wb_ledger_head after;
    books_entry entry;
    uint64_t number = 0;
    bool already = false;
    eyes_open_on(&made, "alone");
    ASSERT_OK(wb_ledger_head_read(made.ledger, &before, &ok_err));
    eyes_begin(&made);
    books_document(made.ledger, WB_RECORD_PARTY, "p9");
    assert_int_equal(wb_ledger_commit(made.ledger, &err), WB_E_FOUR_EYES);
    books_entry_init(&entry, "1000", "8000", NULL, 100);
    eyes_begin(&made);
    ASSERT_OK(wb_ledger_post(made.ledger, &entry.entry, &number, &already, &ok_err));
    assert_int_equal(wb_ledger_commit(made.ledger, &err), WB_E_FOUR_EYES);
    eyes_begin(&made);
    eyes_commit(&made);                                               /* nothing in it */
    assert_int_equal(record_rule(&made, "user", 4, &err), WB_E_RULE); /* would lock out */
    ASSERT_OK(wb_ledger_head_read(made.ledger, &after, &ok_err));
    assert_memory_equal(before.hash, after.hash, sizeof before.hash);
    books_entry_clear(&entry);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_users_are_read_back_as_recorded),
        cmocka_unit_test(test_a_body_that_is_not_a_users_is_refused),
        cmocka_unit_test(test_a_key_is_one_persons_for_ever),
        cmocka_unit_test(test_rules_are_built_in_until_recorded),
        cmocka_unit_test(test_a_body_that_is_no_rule_is_refused),
        cmocka_unit_test(test_the_switch_is_one_way_and_an_admins),
        cmocka_unit_test(test_a_switch_cannot_be_replayed),
        cmocka_unit_test(test_nobody_writes_alone_under_four_eyes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
