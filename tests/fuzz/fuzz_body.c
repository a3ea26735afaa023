/* fuzz_body.c - the bodies that the ledger reads. The first byte of the input chooses the kind, the
 * rest is a body: refused with a message, or what was read is written as the same bytes again; of
 * users and rules, what was read is what one may be. */
#include "fuzz.h"
#include "ledger/control.h"
#include "ledger/limits.h"
#include "ledger/periods.h"

enum { BODY_LIMIT, BODY_YEAR, BODY_MONTH, BODY_USER, BODY_RULE, BODIES };

static bool accepted(wb_code code, const wb_error *err)
{
    FUZZ_CHECK(code == WB_OK || (code == WB_E_DAMAGED && err->message[0] != '\0'));
    return code == WB_OK;
}

static void try_limit(wb_span body)
{
    wb_error err = {0};
    wb_limit limit;
    char *again = NULL;
    wb_limit_init(&limit);
    if (accepted(wb_limit_decode(&limit, wb_span_text("cash"), body, WB_E_DAMAGED, &err), &err)) {
        FUZZ_CHECK(wb_limit_encode(&again, &limit, &err) == WB_OK);
        FUZZ_CHECK(wb_span_equal(body, wb_span_text(again)));
    }
    free(again);
    wb_limit_clear(&limit);
}

static void try_period(wb_span body, const char *id)
{
    wb_error err = {0};
    wb_period_state state = {0};
    char *again = NULL;
    if (accepted(wb_period_decode(&state, wb_span_text(id), body, WB_E_DAMAGED, &err), &err)) {
        FUZZ_CHECK(wb_period_encode(&again, &state, &err) == WB_OK);
        FUZZ_CHECK(wb_span_equal(body, wb_span_text(again)));
    }
    free(again);
    wb_period_state_clear(&state);
}

static void try_user(wb_span body)
{
    wb_error err = {0};
    wb_user user;
    char key[WB_VERIFIER_TEXT_MAX];
    if (!accepted(
            wb_user_read(&user, "anna", 4, (const char *)body.data, body.size, WB_E_DAMAGED, &err),
            &err)) {
        return;
    }
    FUZZ_CHECK(strcmp(user.name, "anna") == 0 && strcmp(user.key.name, "anna") == 0);
    FUZZ_CHECK(user.roles >= 1 && user.roles <= 15);
    FUZZ_CHECK((user.roles & WB_ROLE_AUDITOR) == 0 || user.roles == WB_ROLE_AUDITOR);
    wb_verifier_text(key, &user.key);
    FUZZ_CHECK(body.size > 8 + strlen(key) && memcmp(body.data + 8, key, strlen(key)) == 0);
}

static void try_rule(wb_span body)
{
    wb_error err = {0};
    wb_rule rule;
    wb_rule_init(&rule);
    if (accepted(
            wb_rule_read(&rule, "user", 4, (const char *)body.data, body.size, WB_E_DAMAGED, &err),
            &err)) {
        FUZZ_CHECK(rule.tier_count >= 1 && rule.tier_count <= WB_RULE_TIERS_MAX);
        FUZZ_CHECK(wb_money_sign(&rule.tiers[0].above) == 0);
        for (size_t i = 0; i < rule.tier_count; i++) {
            FUZZ_CHECK(rule.tiers[i].checkers >= 1 && rule.tiers[i].checkers <= WB_CHECKERS_MAX);
            FUZZ_CHECK(i == 0 ||
                       wb_money_compare(&rule.tiers[i - 1].above, &rule.tiers[i].above) < 0);
        }
    }
    wb_rule_clear(&rule);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const wb_span body = {data + 1, size - 1};
    switch (data[0] % BODIES) {
    case BODY_LIMIT: try_limit(body); break;
    case BODY_YEAR: try_period(body, "2026"); break;
    case BODY_USER: try_user(body); break;
    case BODY_RULE: try_rule(body); break;
    default: try_period(body, "2026-03"); break;
    }
    return 0;
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static const struct {
        uint8_t which;
        const char *text;
    } seeds[] = {
        {BODY_LIMIT, "{\"accounts\":[\"1000\",\"1100\"],\"each\":false,\"max\":\"250000.00\","
                     "\"min\":null,\"party\":\"GM0882\"}"},
        {BODY_LIMIT, "{\"accounts\":[\"1000\"],\"each\":true,\"max\":null,\"min\":\"-5.00\","
                     "\"party\":null}"},
        {BODY_RULE, "{\"tiers\":[{\"above\":\"0.00\",\"checkers\":1},{\"above\":\"250000.00\","
                    "\"checkers\":3}]}"},
        {BODY_YEAR, "{\"checks\":null,\"reason\":\"\",\"state\":\"closed\"}"},
        {BODY_MONTH,
         "{\"checks\":{\"open\":[1,2,{\"a\":true}]},\"reason\":\"\",\"state\":\"closed\"}"},
        {BODY_MONTH, "{\"checks\":null,\"reason\":\"late invoice \\u0001\",\"state\":\"open\"}"},
    };
    static const uint8_t key[WB_PUBLIC_KEY_SIZE] = {1};
    char text[WB_VERIFIER_TEXT_MAX];
    char user[400];
    wb_verifier anna;
    wb_verifier_make(&anna, "anna", key);
    (void)snprintf(user, sizeof user,
                   "%c{\"key\":\"%s\",\"reason\":\"\",\"roles\":[\"admin\",\"maker\"],"
                   "\"state\":\"active\"}",
                   BODY_USER, wb_verifier_text(text, &anna));
    seed(user, strlen(user), context);
    for (size_t i = 0; i < FUZZ_COUNT(seeds); i++) {
        char room[256] = {0};
        room[0] = (char)seeds[i].which;
        (void)snprintf(room + 1, sizeof room - 1, "%s", seeds[i].text);
        seed(room, 1 + strlen(seeds[i].text), context);
    }
}
