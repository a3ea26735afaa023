/* audit_people.c - who the users were, what the rules asked and who switched four eyes on, by the
 * records; and whether a signature is that of somebody who might give it. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "ledger/audit_control.h"
#include "ledger/control.h"
#include "ledger/pairs.h"

/* ---- Users ---- */

const wb_person *wb_replay_person(const wb_replay *replay, wb_span name)
{
    const wb_name *found = wb_names_by_text(&replay->names, WB_RECORD_USER, name);
    return found == NULL ? NULL : &replay->people[found - replay->names.items];
}

/* One key, one person, for ever: a key is new, or the one that the person has. */
static wb_code add_key(wb_replay *replay, const wb_raw_record *raw, const wb_user *user,
                       const wb_person *before, wb_error *err)
{
    if (before != NULL && memcmp(before->key.key, user->key.key, WB_PUBLIC_KEY_SIZE) == 0) {
        return WB_OK;
    }
    for (size_t i = 0; i < replay->key_count; i++) {
        const wb_known_key *known = &replay->keys[i];
        if (memcmp(known->key, user->key.key, WB_PUBLIC_KEY_SIZE) != 0) continue;
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "gives user '%s' the key that record %llu gave a user already",
                             user->name, (unsigned long long)known->number);
    }
    const wb_code code = wb_replay_grow(&replay->keys, &replay->key_capacity, replay->key_count,
                                        sizeof *replay->keys, err);
    if (code != WB_OK) return code;
    wb_known_key *fresh = &replay->keys[replay->key_count++];
    memcpy(fresh->key, user->key.key, WB_PUBLIC_KEY_SIZE);
    fresh->number = raw->number;
    return WB_OK;
}

/* A register may be forged whole, with keys of the forger's: who knows the real ones can tell. */
static wb_code check_known(const wb_replay *replay, const wb_raw_record *raw, const wb_user *user,
                           wb_error *err)
{
    char key[9];
    for (size_t i = 0; i < replay->known_count; i++) {
        const wb_verifier *known = &replay->known[i];
        if (strcmp(known->name, user->name) == 0 &&
            memcmp(known->key, user->key.key, WB_PUBLIC_KEY_SIZE) == 0) {
            return WB_OK;
        }
    }
    return replay->known_count == 0
               ? WB_OK
               : wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                               "gives user '%s' key %s, which is not among the keys given",
                               user->name, wb_verifier_short(key, &user->key));
}

static wb_code check_user(const wb_raw_record *raw, const wb_user *user, const wb_person *before,
                          wb_error *err)
{
    if (before == NULL) {
        return !user->revoked ? WB_OK
                              : wb_replay_bad(err, WB_E_DAMAGED, raw->number,
                                              "revokes user '%s', who is none", user->name);
    }
    const bool rotated = memcmp(before->key.key, user->key.key, WB_PUBLIC_KEY_SIZE) != 0;
    if (before->revoked) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "brings back user '%s', who was revoked", user->name);
    }
    if ((rotated || user->revoked) && user->reason[0] == '\0') {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "%s user '%s' without a reason",
                             rotated ? "gives another key to" : "revokes", user->name);
    }
    return WB_OK;
}

wb_code wb_replay_user(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_user user;
    wb_error inner = {0};
    wb_code code = wb_user_read(&user, (const char *)raw->id.data, raw->id.size,
                                (const char *)raw->body.data, raw->body.size, WB_E_DAMAGED, &inner);
    if (code != WB_OK) return wb_replay_bad(err, code, raw->number, "%.200s", inner.message);
    const wb_person *before = wb_replay_person(replay, raw->id);
    code = check_user(raw, &user, before, err);
    if (code == WB_OK) code = check_known(replay, raw, &user, err);
    if (code == WB_OK) code = add_key(replay, raw, &user, before, err);
    size_t place = before == NULL ? replay->names.count : (size_t)(before - replay->people);
    if (code == WB_OK && before == NULL) {
        code = wb_names_add(&replay->names, WB_RECORD_USER, raw->id, raw->number, err);
        if (code == WB_OK) {
            code = wb_replay_grow(&replay->people, &replay->people_capacity, place,
                                  sizeof *replay->people, err);
        }
    }
    if (code == WB_OK) replay->people[place] = (wb_person){user.roles, user.revoked, user.key};
    return code;
}

/* ---- Rules ---- */

static const wb_rule *recorded_rule(const wb_replay *replay, wb_span what)
{
    for (size_t i = 0; i < replay->rule_count; i++) {
        if (wb_span_equal(wb_span_text(replay->rules[i].what), what)) return &replay->rules[i];
    }
    return NULL;
}

wb_code wb_replay_rule(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_error inner = {0};
    wb_code code = WB_OK;
    wb_rule *rule = NULL;
    for (size_t i = 0; i < replay->rule_count; i++) {
        if (wb_span_equal(wb_span_text(replay->rules[i].what), raw->id)) rule = &replay->rules[i];
    }
    if (rule == NULL) {
        code = wb_replay_grow(&replay->rules, &replay->rule_capacity, replay->rule_count,
                              sizeof *replay->rules, err);
        if (code != WB_OK) return code;
        rule = &replay->rules[replay->rule_count++];
        wb_rule_init(rule);
    }
    wb_rule_clear(rule);
    wb_rule_init(rule);
    code = wb_rule_read(rule, (const char *)raw->id.data, raw->id.size,
                        (const char *)raw->body.data, raw->body.size, WB_E_DAMAGED, &inner);
    return code == WB_OK ? WB_OK : wb_replay_bad(err, code, raw->number, "%.200s", inner.message);
}

/* docs: 2 for these, 1 for what has no rule of its own. 0: it has none. */
static unsigned built_in(wb_span what)
{
    static const char *const two[] = {"loan-written-off", "user", "rule", "limit", "period-reopen"};
    for (size_t i = 0; i < sizeof two / sizeof two[0]; i++) {
        if (wb_span_equal(wb_span_text(two[i]), what)) return 2;
    }
    return 0;
}

/* What a draft is about, as rules name it. A period's body says whether it closes or reopens. */
static wb_span subject_of(const wb_raw_record *draft)
{
    static const char closes[] = "\"state\":\"closed\"}";
    switch (draft->kind) {
    case WB_RECORD_ENTRY: return draft->event;
    case WB_RECORD_FUND: return wb_span_text("fund");
    case WB_RECORD_ACCOUNT: return wb_span_text("account");
    case WB_RECORD_PARTY: return wb_span_text("party");
    case WB_RECORD_DECISION: return wb_span_text("decision");
    case WB_RECORD_LOAN: return wb_span_text("loan");
    case WB_RECORD_USER: return wb_span_text("user");
    case WB_RECORD_RULE: return wb_span_text("rule");
    case WB_RECORD_LIMIT: return wb_span_text("limit");
    case WB_RECORD_PERIOD: {
        const size_t size = sizeof closes - 1;
        const bool shuts = draft->body.size >= size &&
                           memcmp(draft->body.data + draft->body.size - size, closes, size) == 0;
        return wb_span_text(shuts ? "period-close" : "period-reopen");
    }
    case WB_RECORD_SWITCH:
    case WB_RECORD_ANCHOR:
    case WB_RECORD_PROPOSAL:
    case WB_RECORD_VERDICT: break;
    }
    return wb_span_text("any"); /* cannot be drafted */
}

/* The sum of the debits of those drafts of a proposal that come under the same rule as `what`: by
 * its own name, or, for all that have no rule of their own, together under "any". */
static wb_span rule_of(const wb_replay *replay, wb_span what)
{
    return recorded_rule(replay, what) != NULL || built_in(what) > 0 ? what : wb_span_text("any");
}

static unsigned asked(const wb_replay *replay, wb_span name, const wb_money *amount)
{
    const wb_rule *rule = recorded_rule(replay, name);
    if (rule == NULL) return built_in(name) > 0 ? built_in(name) : 1;
    unsigned checkers = rule->tiers[0].checkers;
    for (size_t i = 1; i < rule->tier_count; i++) {
        if (wb_money_compare(amount, &rule->tiers[i].above) > 0) checkers = rule->tiers[i].checkers;
    }
    return checkers;
}

static void add_debits(wb_money *sum, wb_span postings)
{
    wb_raw_posting posting;
    wb_money amount;
    wb_money_init(&amount);
    while (wb_codec_posting(&postings, &posting)) {
        if (posting.amount.negative) continue;
        wb_raw_amount_get(&amount, &posting.amount);
        wb_money_add(sum, sum, &amount);
    }
    wb_money_clear(&amount);
}

/* Rules that a proposal comes under, with their sums: seldom more than one. */
typedef struct subject {
    wb_span rule;
    wb_money debit;
} subject;

wb_code wb_replay_needed(const wb_replay *replay, const wb_raw_record *proposal, unsigned *needed,
                         wb_error *err)
{
    subject *subjects = NULL;
    size_t count = 0;
    size_t capacity = 0;
    wb_code code = WB_OK;
    wb_span rest = proposal->drafts;
    wb_span draft = {0};
    while (code == WB_OK && wb_codec_draft(&rest, &draft)) {
        wb_raw_record raw;
        code = wb_codec_decode_draft(&raw, draft, err);
        if (code != WB_OK) break;
        const wb_span rule = rule_of(replay, subject_of(&raw));
        size_t at = 0;
        while (at < count && !wb_span_equal(subjects[at].rule, rule))
            at++;
        if (at == count) {
            code = wb_replay_grow(&subjects, &capacity, count, sizeof *subjects, err);
            if (code != WB_OK) break;
            subjects[count].rule = rule;
            wb_money_init(&subjects[count].debit);
            count++;
        }
        if (raw.kind == WB_RECORD_ENTRY) add_debits(&subjects[at].debit, raw.postings);
    }
    *needed = 1;
    for (size_t i = 0; i < count; i++) {
        const unsigned more = asked(replay, subjects[i].rule, &subjects[i].debit);
        *needed = more > *needed ? more : *needed;
        wb_money_clear(&subjects[i].debit);
    }
    free(subjects);
    return code;
}

/* ---- What is signed ---- */

static wb_code add(wb_bytes *out, const void *data, size_t size, wb_error *err)
{
    const wb_code code = wb_bytes_reserve(out, size, err);
    if (code == WB_OK) wb_bytes_put(out, data, size);
    return code;
}

wb_code wb_replay_line(wb_bytes *out, const char *name, wb_span value, wb_error *err)
{
    wb_code code = add(out, name, strlen(name), err);
    if (code == WB_OK) code = add(out, " ", 1, err);
    if (code == WB_OK) code = add(out, value.data, value.size, err);
    return code == WB_OK ? add(out, "\n", 1, err) : code;
}

wb_code wb_replay_hex(wb_bytes *out, const char *name, const uint8_t *bytes, size_t size,
                      wb_error *err)
{
    char text[2 * WB_LEDGER_HASH_SIZE + 1];
    assert(size <= WB_LEDGER_HASH_SIZE);
    (void)sodium_bin2hex(text, sizeof text, bytes, size);
    return wb_replay_line(out, name, wb_span_text(text), err);
}

wb_code wb_replay_number(wb_bytes *out, const char *name, uint64_t value, wb_error *err)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return wb_replay_line(out, name, wb_span_text(text), err);
}

wb_code wb_replay_text(wb_bytes *out, const wb_replay *replay, const char *what, wb_error *err)
{
    char first[64];
    out->size = 0;
    const int size = snprintf(first, sizeof first, "waarborg/%s/v1\n", what);
    const wb_code code = add(out, first, (size_t)size, err);
    if (code != WB_OK) return code;
    return wb_replay_hex(out, "ledger", replay->name, sizeof replay->name, err);
}

/* A line end in a free text would make two lines of one. */
static bool on_one_line(wb_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 0x20 || text.data[i] == 0x7F) return false;
    }
    return true;
}

wb_code wb_replay_signed(wb_replay *replay, const wb_raw_record *raw, const wb_bytes *text,
                         wb_error *err)
{
    const wb_person *person = wb_replay_person(replay, raw->maker);
    const int size = (int)raw->maker.size;
    const char *name = (const char *)raw->maker.data;
    if (person == NULL) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is signed by '%.*s', who is no user of the fund", size, name);
    }
    if (person->revoked) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is signed by '%.*s', who was revoked before it", size, name);
    }
    if (raw->key != person->key.id) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "is signed with key %08x of '%.*s', who had key %08x", raw->key, size,
                             name, person->key.id);
    }
    if (!on_one_line(raw->reason)) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "has a reason of several lines, which cannot be signed");
    }
    if (replay->trusting) return WB_OK;
    if (replay->signatures == NULL) replay->signatures = wb_signatures_new(replay->threads);
    if (replay->signatures == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold an audit");
    return wb_signatures_give(replay->signatures, raw->number, &person->key, text,
                              raw->signature.data, err);
}

/* ---- The switch ---- */

static wb_code check_switch(wb_replay *replay, const wb_raw_record *raw, const char *by,
                            const char *signature, wb_error *err)
{
    wb_bytes text = {0};
    uint8_t bytes[WB_SIGNATURE_SIZE];
    const wb_person *person = wb_replay_person(replay, raw->maker);
    if (replay->four_eyes) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "switches four eyes on again");
    }
    if (!wb_span_equal(raw->id, wb_span_text("four-eyes")) ||
        !wb_span_equal(raw->maker, wb_span_text(by))) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "is not a switch of its maker");
    }
    if (person == NULL || (person->roles & WB_ROLE_ADMIN) == 0) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number,
                             "switches four eyes on by '%s', who is no admin", by);
    }
    if (!wb_signature_parse(bytes, signature, strlen(signature))) {
        return wb_replay_bad(err, WB_E_SIGNATURE, raw->number, "has no signature of 64 bytes");
    }
    wb_code code = wb_replay_text(&text, replay, "four-eyes", err);
    if (code == WB_OK) code = wb_replay_number(&text, "record", raw->number, err);
    if (code == WB_OK) {
        code = wb_replay_hex(&text, "previous", replay->last, sizeof replay->last, err);
    }
    if (code == WB_OK) code = wb_replay_line(&text, "by", raw->maker, err);
    wb_raw_record signed_record = *raw;
    signed_record.key = person->key.id; /* the switch does not say with which */
    signed_record.signature = (wb_span){bytes, sizeof bytes};
    if (code == WB_OK) code = wb_replay_signed(replay, &signed_record, &text, err);
    wb_bytes_clear(&text);
    return code;
}

wb_code wb_replay_switch(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_form form;
    wb_error inner = {0};
    wb_form_open(&form, "switch", (const char *)raw->body.data, raw->body.size, WB_E_DAMAGED,
                 &inner);
    const char *by = wb_form_text(&form, "by", WB_ID_MAX);
    const char *signature = wb_form_text(&form, "signature", 88);
    const char *state = wb_form_text(&form, "state", 8);
    if (strcmp(state, "on") != 0) wb_form_refuse(&form, "'state' is not on");
    wb_code code = wb_form_end(&form);
    if (code != WB_OK) {
        code = wb_replay_bad(err, code, raw->number, "%.200s", inner.message);
    } else {
        code = check_switch(replay, raw, by, signature, err);
    }
    wb_form_close(&form);
    if (code == WB_OK) replay->four_eyes = true;
    return code;
}
