/* user.c - users: their roles, their keys, and what may become of either. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/control.h"
#include "ledger/internal.h"

enum { USERS_FIRST = 8 };

static const struct {
    wb_role role;
    const char *name;
} roles[] = {
    /* in order of name, as bodies list them */
    {WB_ROLE_ADMIN, "admin"},
    {WB_ROLE_AUDITOR, "auditor"},
    {WB_ROLE_CHECKER, "checker"},
    {WB_ROLE_MAKER, "maker"},
};
enum { ROLE_COUNT = sizeof roles / sizeof roles[0] };

const char *wb_role_name(wb_role role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (roles[i].role == role) return roles[i].name;
    }
    return "?";
}

wb_code wb_role_parse(wb_role *role, const char *text, wb_error *err)
{
    assert(role != NULL && text != NULL);
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(roles[i].name, text) != 0) continue;
        *role = roles[i].role;
        return WB_OK;
    }
    const wb_code code = wb_fail(err, WB_E_CHOICE, "'%.40s' is not a role", text);
    wb_error_hint(err, "one of maker, checker, auditor, admin");
    return code;
}

static unsigned read_roles(wb_form *form)
{
    const json_t *list = wb_form_list(form, "roles", 1, ROLE_COUNT);
    unsigned mask = 0;
    for (size_t i = 0; list != NULL && i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        wb_role role = 0;
        if (text == NULL || wb_role_parse(&role, text, NULL) != WB_OK) {
            wb_form_refuse(form, "'roles' has what is not a role");
            return 0;
        }
        const char *before = json_string_value(json_array_get(list, i == 0 ? 0 : i - 1));
        if (i > 0 && strcmp(before, text) >= 0) wb_form_refuse(form, "'roles' is not sorted");
        mask |= role;
    }
    if ((mask & WB_ROLE_AUDITOR) != 0 && mask != WB_ROLE_AUDITOR) {
        wb_form_refuse(form, "an auditor reads, and has no other role");
    }
    return mask;
}

wb_code wb_user_read(wb_user *user, const char *name, size_t name_size, const char *body,
                     size_t size, wb_code refusal, wb_error *err)
{
    assert(name_size <= WB_ID_MAX);
    *user = (wb_user){0};
    memcpy(user->name, name, name_size);
    wb_form form;
    wb_form_open(&form, "user", body, size, refusal, err);
    const char *key = wb_form_text(&form, "key", WB_VERIFIER_TEXT_MAX - 1);
    if (form.code == WB_OK && wb_verifier_parse(&user->key, key, strlen(key), NULL) != WB_OK) {
        wb_form_refuse(&form, "'key' is not a verifier key");
    }
    if (form.code == WB_OK && strcmp(user->key.name, user->name) != 0) {
        wb_form_refuse(&form, "its key has the name '%s'", user->key.name);
    }
    (void)snprintf(user->reason, sizeof user->reason, "%s",
                   wb_form_text(&form, "reason", WB_REASON_MAX));
    user->roles = read_roles(&form);
    const char *state = wb_form_text(&form, "state", 8);
    user->revoked = strcmp(state, "revoked") == 0;
    if (!user->revoked && strcmp(state, "active") != 0) {
        wb_form_refuse(&form, "'state' is neither active nor revoked");
    }
    const wb_code code = wb_form_end(&form);
    wb_form_close(&form);
    return code;
}

static wb_code write_body(char **body, const wb_user *user, wb_error *err)
{
    char key[WB_VERIFIER_TEXT_MAX];
    json_t *list = json_array();
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if ((user->roles & roles[i].role) != 0) {
            (void)json_array_append_new(list, json_string(roles[i].name));
        }
    }
    json_t *object =
        json_pack("{s:s, s:s, s:o, s:s}", "key", wb_verifier_text(key, &user->key), "reason",
                  user->reason, "roles", list, "state", user->revoked ? "revoked" : "active");
    return wb_form_write(body, object, err);
}

wb_code wb_user_record(wb_ledger *ledger, const wb_user *user, wb_date date, const char *maker,
                       uint64_t *number, wb_error *err)
{
    assert(ledger != NULL && user != NULL);
    assert(maker != NULL && number != NULL);
    *number = 0;
    char *body = NULL;
    wb_code code = WB_OK;
    if (user->roles == 0 || (user->roles & ~(unsigned)(WB_ROLE_MAKER | WB_ROLE_CHECKER |
                                                       WB_ROLE_AUDITOR | WB_ROLE_ADMIN)) != 0) {
        code = wb_fail(err, WB_E_RANGE, "user '%.64s' needs at least one role", user->name);
    }
    if (code == WB_OK &&
        wb_text_check_utf8(user->reason, strlen(user->reason), NULL, NULL) != WB_OK) {
        code = wb_fail(err, WB_E_ENCODING, "the reason is not text in UTF-8");
    }
    if (code == WB_OK) code = write_body(&body, user, err);
    if (code == WB_OK) {
        const wb_document document = {
            .kind = WB_RECORD_USER, .date = date, .id = user->name, .body = body, .maker = maker};
        code = wb_ledger_document(ledger, &document, number, err);
    } else {
        ledger->batch.failed = true;
    }
    free(body);
    return code;
}

/* Whether a key was ever recorded, and in which record. */
static wb_code key_record(wb_ledger *ledger, const uint8_t key[WB_PUBLIC_KEY_SIZE],
                          uint64_t *number, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    *number = 0;
    wb_row_key_public(&row, key);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    code = wb_lookup(ledger, &row, &value, &found, err);
    if (code == WB_OK && found) code = wb_row_read_u64(number, value, err);
    wb_read_end(ledger);
    return code;
}

static wb_code check_key(wb_ledger *ledger, const wb_user *fresh, const wb_user *before,
                         wb_error *err)
{
    if (before != NULL && memcmp(before->key.key, fresh->key.key, WB_PUBLIC_KEY_SIZE) == 0) {
        return WB_OK;
    }
    uint64_t number = 0;
    wb_code code = key_record(ledger, fresh->key.key, &number, err);
    if (code != WB_OK || number == 0) return code;
    code = wb_fail(err, WB_E_RULE, "the key of '%s' is or was used by a user: see record %llu",
                   fresh->name, (unsigned long long)number);
    wb_error_hint(err, "make a new key: one key, one person, for ever");
    return code;
}

wb_code wb_user_check(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    wb_user fresh;
    wb_code code = wb_user_read(&fresh, document->id, strlen(document->id), document->body,
                                strlen(document->body), WB_E_RANGE, err);
    if (code != WB_OK) return code;
    const wb_user *before = wb_control_user(ledger, fresh.name, strlen(fresh.name));
    if (before != NULL && before->revoked) {
        code = wb_fail(err, WB_E_RULE, "user '%s' was revoked", fresh.name);
        wb_error_hint(err, "a person comes back under a new name, with a new key");
        return code;
    }
    if (before == NULL && fresh.revoked) {
        return wb_fail(err, WB_E_RULE, "there is no user '%s' to revoke", fresh.name);
    }
    const bool rotated =
        before != NULL && memcmp(before->key.key, fresh.key.key, WB_PUBLIC_KEY_SIZE) != 0;
    if ((rotated || fresh.revoked) && fresh.reason[0] == '\0') {
        return wb_fail(err, WB_E_MISSING, "%s user '%s' needs a reason",
                       fresh.revoked ? "revoking" : "another key for", fresh.name);
    }
    code = check_key(ledger, &fresh, before, err);
    if (code == WB_OK && ledger->control.four_eyes) {
        code = wb_control_lockout(ledger, &fresh, NULL, err);
    }
    return code;
}

const wb_user *wb_control_user(const wb_ledger *ledger, const char *name, size_t size)
{
    const wb_user_list *users = &ledger->control.users;
    for (size_t i = 0; i < users->count; i++) {
        const char *each = users->items[i].name;
        if (strlen(each) == size && memcmp(each, name, size) == 0) return &users->items[i];
    }
    return NULL;
}

wb_code wb_signer_user(const wb_user **user, const wb_ledger *ledger, const wb_signer *signer,
                       wb_error *err)
{
    const wb_verifier *key = wb_signer_verifier(signer);
    *user = wb_control_user(ledger, key->name, strlen(key->name));
    if (*user == NULL) {
        const wb_code code =
            wb_fail(err, WB_E_UNAUTHORISED, "'%s' is not a user of the fund", key->name);
        wb_error_hint(err, "an admin records users: waarborg user add");
        return code;
    }
    if ((*user)->revoked) {
        return wb_fail(err, WB_E_REVOKED, "user '%s' is revoked", key->name);
    }
    if (memcmp((*user)->key.key, key->key, WB_PUBLIC_KEY_SIZE) != 0) {
        char given[9];
        char current[9];
        return wb_fail(err, WB_E_REVOKED, "key %s of '%s' is not the current one, which is %s",
                       wb_verifier_short(given, key), key->name,
                       wb_verifier_short(current, &(*user)->key));
    }
    return WB_OK;
}

wb_code wb_user_may(const wb_user *user, unsigned wanted, const char *what, wb_error *err)
{
    if ((user->roles & wanted) != 0) return WB_OK;
    char list[64] = "";
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if ((wanted & roles[i].role) == 0) continue;
        const size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : " or ",
                       roles[i].name);
    }
    return wb_fail(err, WB_E_UNAUTHORISED, "'%s' may not %s: that takes the role of %s", user->name,
                   what, list);
}

/* Users being collected. */
typedef struct gather {
    wb_user_list *list;
    size_t capacity;
    wb_code code;
    wb_error *err;
} gather;

static bool take_user(const wb_record *record, void *context)
{
    gather *work = context;
    wb_user_list *list = work->list;
    const wb_document *document = &record->document;
    if (list->count == work->capacity) {
        const size_t capacity = work->capacity == 0 ? USERS_FIRST : work->capacity * 2;
        wb_user *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) {
            work->code = wb_fail(work->err, WB_E_NOMEM, "cannot hold %zu users", capacity);
            return false;
        }
        list->items = items;
        work->capacity = capacity;
    }
    wb_user *user = &list->items[list->count];
    work->code = wb_user_read(user, document->id, strlen(document->id), document->body,
                              strlen(document->body), WB_E_DAMAGED, work->err);
    user->since = record->number;
    list->count += work->code == WB_OK ? 1 : 0;
    return work->code == WB_OK;
}

wb_code wb_users_load(wb_user_list *list, wb_ledger *ledger, wb_error *err)
{
    gather work = {.list = list, .err = err};
    const wb_code code = wb_ledger_documents(ledger, WB_RECORD_USER, take_user, &work, err);
    return code == WB_OK ? work.code : code;
}

wb_code wb_user_find(wb_user *user, wb_ledger *ledger, const char *name, wb_error *err)
{
    assert(user != NULL && name != NULL);
    wb_code code = wb_control_ready(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    const wb_user *found = wb_control_user(ledger, name, strlen(name));
    if (found == NULL) {
        code = wb_fail(err, WB_E_NOT_FOUND, "there is no user '%.64s'", name);
        wb_error_hint(err, "see them all: waarborg user list");
        return code;
    }
    *user = *found;
    return WB_OK;
}

wb_code wb_user_list_read(wb_user_list *list, wb_ledger *ledger, wb_error *err)
{
    assert(list != NULL);
    *list = (wb_user_list){0};
    const wb_code code = wb_control_ready(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    const wb_user_list *users = &ledger->control.users;
    if (users->count == 0) return WB_OK;
    list->items = malloc(users->count * sizeof *list->items);
    if (list->items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu users", users->count);
    memcpy(list->items, users->items, users->count * sizeof *list->items);
    list->count = users->count;
    return WB_OK;
}

void wb_user_list_clear(wb_user_list *list)
{
    free(list->items);
    *list = (wb_user_list){0};
}
