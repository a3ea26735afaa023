/* control.c - the state of control on a handle, and the checks of its documents; see control.h. */
#include "ledger/control.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/internal.h"

void wb_control_clear(wb_control *control)
{
    wb_user_list_clear(&control->users);
    wb_rule_list_clear(&control->rules);
    *control = (wb_control){0};
}

static wb_code load_parts(wb_ledger *ledger, wb_error *err)
{
    wb_control *control = &ledger->control;
    wb_record record;
    wb_record_init(&record);
    wb_code code = WB_OK;
    if (ledger->head.documents[WB_RECORD_SWITCH] > 0) {
        code = wb_ledger_find_document(ledger, WB_RECORD_SWITCH, "four-eyes", &record, err);
        control->four_eyes = code == WB_OK;
        if (code == WB_E_NOT_FOUND) code = WB_OK; /* in a view of before */
    }
    wb_record_clear(&record);
    if (code == WB_OK && ledger->head.documents[WB_RECORD_USER] > 0) {
        code = wb_users_load(&control->users, ledger, err);
    }
    if (code == WB_OK && ledger->head.documents[WB_RECORD_RULE] > 0) {
        code = wb_rules_load(&control->rules, ledger, err);
    }
    return code;
}

static wb_code load(wb_ledger *ledger, wb_error *err)
{
    wb_control *control = &ledger->control;
    wb_control_clear(control);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    code = load_parts(ledger, err);
    if (code == WB_OK) {
        control->loaded = true;
        control->inner = ledger->in_batch && ledger->batch.record_count > 0;
        control->view = ledger->view.number;
        memcpy(control->hash, ledger->head.hash, sizeof control->hash);
    }
    wb_read_end(ledger);
    return code;
}

wb_code wb_control_ready(wb_ledger *ledger, wb_error *err)
{
    const wb_control *control = &ledger->control;
    if (ledger->in_batch) {
        return control->loaded && !control->changed ? WB_OK : load(ledger, err);
    }
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    if (!control->loaded || control->view != ledger->view.number ||
        memcmp(control->hash, ledger->head.hash, sizeof control->hash) != 0) {
        code = load(ledger, err);
    }
    wb_read_end(ledger);
    return code;
}

void wb_control_changed(wb_ledger *ledger)
{
    assert(ledger->in_batch);
    ledger->control.changed = true;
}

void wb_control_begin(wb_ledger *ledger)
{
    wb_control *control = &ledger->control;
    if (memcmp(control->hash, ledger->head.hash, sizeof control->hash) != 0) {
        control->loaded = false;
    }
    control->changed = false;
    control->inner = false;
}

void wb_control_end(wb_ledger *ledger, bool committed)
{
    wb_control *control = &ledger->control;
    if (committed ? control->changed : control->inner) control->loaded = false;
    if (committed) memcpy(control->hash, ledger->batch.hash, sizeof control->hash);
    control->changed = false;
    control->inner = false;
}

wb_code wb_control_commit(wb_ledger *ledger, wb_error *err)
{
    const wb_batch *batch = &ledger->batch;
    if (batch->switched) {
        if (batch->record_count == 1) return WB_OK;
        return wb_fail(err, WB_E_RULE, "four eyes are switched on in a batch of their own");
    }
    if (batch->plain == 0) return WB_OK;
    wb_code code = wb_control_ready(ledger, err);
    if (code != WB_OK || !ledger->control.four_eyes) return code;
    code = wb_fail(err, WB_E_FOUR_EYES,
                   "four eyes are on: %zu record%s cannot be posted by one person", batch->plain,
                   batch->plain == 1 ? "" : "s");
    wb_error_hint(err, "sign them as a proposal (--as KEYFILE), and have a checker approve it");
    return code;
}

static wb_code limit_check(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    wb_limits_clear(&ledger->limits);
    return wb_limit_admit(ledger, document, err);
}

static wb_code period_check(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    wb_periods_clear(&ledger->periods);
    return wb_period_admit(ledger, document, err);
}

wb_code wb_control_document(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    static wb_control_check *const checks[] = {
        [WB_RECORD_USER] = wb_user_check,     [WB_RECORD_RULE] = wb_rule_check,
        [WB_RECORD_LIMIT] = limit_check,      [WB_RECORD_PERIOD] = period_check,
        [WB_RECORD_SWITCH] = wb_switch_check, [WB_RECORD_ANCHOR] = wb_anchor_admit,
    };
    const size_t kind = (size_t)document->kind;
    if (kind < WB_RECORD_USER || kind > WB_RECORD_ANCHOR) return WB_OK;
    if (kind >= sizeof checks / sizeof checks[0] || checks[kind] == NULL) {
        return wb_fail(err, WB_E_NOT_BUILT, "documents of this kind are not built yet");
    }
    wb_code code = wb_control_ready(ledger, err);
    if (code == WB_OK) code = checks[kind](ledger, document, err);
    if (code == WB_OK) wb_control_changed(ledger);
    return code;
}

/* Active users with a role; `fresh` stands in for its namesake, or is one more. */
static unsigned count_role(const wb_ledger *ledger, const wb_user *fresh, wb_role role)
{
    const wb_user_list *users = &ledger->control.users;
    unsigned count = fresh != NULL && !fresh->revoked && (fresh->roles & role) != 0 ? 1 : 0;
    for (size_t i = 0; i < users->count; i++) {
        const wb_user *user = &users->items[i];
        if (fresh != NULL && strcmp(user->name, fresh->name) == 0) continue;
        count += !user->revoked && (user->roles & role) != 0 ? 1 : 0;
    }
    return count;
}

/* Whether there is one with the role who has at least `needed` checkers beside him. */
static bool has_checkers(const wb_ledger *ledger, const wb_user *fresh, wb_role role,
                         unsigned needed)
{
    const wb_user_list *users = &ledger->control.users;
    const unsigned checkers = count_role(ledger, fresh, WB_ROLE_CHECKER);
    for (size_t i = 0; i <= users->count; i++) {
        const wb_user *user = i == users->count ? fresh : &users->items[i];
        if (user == NULL || user->revoked || (user->roles & role) == 0) continue;
        if (fresh != NULL && user != fresh && strcmp(user->name, fresh->name) == 0) continue;
        const unsigned own = (user->roles & WB_ROLE_CHECKER) != 0 ? 1 : 0;
        if (checkers - own >= needed) return true;
    }
    return false;
}

wb_code wb_control_lockout(const wb_ledger *ledger, const wb_user *user, const wb_rule *rule,
                           wb_error *err)
{
    const struct {
        wb_role role;
        unsigned needed;
        const char *what;
    } needs[] = {
        {WB_ROLE_ADMIN, wb_rules_least(ledger, rule, "user"), "a change of users"},
        {WB_ROLE_MAKER, wb_rules_most(ledger, rule), "the strictest rule"},
    };
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        if (has_checkers(ledger, user, needs[i].role, needs[i].needed)) continue;
        const wb_code code = wb_fail(
            err, WB_E_RULE,
            "it would lock the fund out: %s needs %s %s and %u checker%s beside him or her, all "
            "active",
            needs[i].what, needs[i].role == WB_ROLE_ADMIN ? "an" : "a", wb_role_name(needs[i].role),
            needs[i].needed, needs[i].needed == 1 ? "" : "s");
        wb_error_hint(err, "record more users first, or rules that ask for fewer checkers");
        return code;
    }
    return WB_OK;
}

wb_code wb_four_eyes(wb_ledger *ledger, bool *on, wb_error *err)
{
    assert(ledger != NULL && on != NULL);
    const wb_code code = wb_control_ready(ledger, err);
    *on = code == WB_OK && ledger->control.four_eyes;
    return wb_ledger_result(ledger, code, err);
}
