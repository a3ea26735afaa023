/* cmd_user.c - waarborg user: who may do what in the fund, and with which key. */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/write.h"
#include "waarborg/control.h"

/* The roles of a user as one text: "maker, checker". */
enum { ROLES_TEXT = 64 };
static const wb_role all_roles[] = {WB_ROLE_MAKER, WB_ROLE_CHECKER, WB_ROLE_AUDITOR, WB_ROLE_ADMIN};
enum { ROLE_COUNT = sizeof all_roles / sizeof all_roles[0] };

static const char *roles_text(char text[ROLES_TEXT], unsigned roles)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if ((roles & all_roles[i]) == 0) continue;
        used += (size_t)snprintf(text + used, ROLES_TEXT - used, "%s%s", used == 0 ? "" : ", ",
                                 wb_role_name(all_roles[i]));
    }
    return text;
}

static json_t *user_json(const wb_user *user)
{
    char text[WB_VERIFIER_TEXT_MAX];
    char id[9];
    json_t *object = wb_json_object();
    json_t *roles = wb_json_array();
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if ((user->roles & all_roles[i]) == 0) continue;
        wb_json_append(roles, wb_json_text(wb_role_name(all_roles[i])));
    }
    wb_json_set(object, "name", wb_json_text(user->name));
    wb_json_set(object, "roles", roles);
    wb_json_set(object, "state", wb_json_text(user->revoked ? "revoked" : "active"));
    wb_json_set(object, "id", wb_json_text(wb_verifier_short(id, &user->key)));
    wb_json_set(object, "key", wb_json_text(wb_verifier_text(text, &user->key)));
    wb_json_set(object, "reason",
                user->reason[0] == '\0' ? json_null() : wb_json_text(user->reason));
    return object;
}

/* ---- what the command line says ---- */

static bool read_name(wb_cli *cli, wb_user *user)
{
    const char *name = NULL;
    if (!wb_cli_id(cli, "NAME", &name)) return false;
    (void)snprintf(user->name, sizeof user->name, "%s", name);
    return true;
}

static bool read_roles(wb_cli *cli, wb_user *user)
{
    bool good = true;
    user->roles = 0;
    for (size_t i = 0; i < wb_cli_count(cli, "role"); i++) {
        wb_role role = WB_ROLE_MAKER;
        wb_error err;
        if (wb_role_parse(&role, wb_cli_nth(cli, "role", i), &err) == WB_OK) {
            user->roles |= role;
        } else {
            (void)wb_cli_refuse(cli, "role", i, &err);
            good = false;
        }
    }
    return good;
}

/* The key of the user, from its .pub file: it must have his name. */
static bool read_key(wb_cli *cli, wb_user *user)
{
    wb_error err = {0};
    wb_code code = wb_verifier_read(&user->key, wb_cli_text(cli, "key"), &err);
    if (code == WB_OK && strcmp(user->key.name, user->name) != 0) {
        (void)wb_fail(&err, WB_E_KEY, "this is the key of %s, not of %s", user->key.name,
                      user->name);
        code = wb_cli_refuse(cli, "key", 0, &err);
    } else if (code != WB_OK) {
        wb_diagnostics_add(&cli->list, &err);
    }
    return code == WB_OK;
}

static bool read_reason(wb_cli *cli, wb_user *user)
{
    const char *reason = wb_cli_text(cli, "reason");
    wb_error err;
    if (reason[0] == '\0' || strlen(reason) > WB_REASON_MAX) {
        (void)wb_fail(&err, WB_E_RANGE, "a reason has 1 to %d bytes", WB_REASON_MAX);
        (void)wb_cli_refuse(cli, "reason", 0, &err);
        return false;
    }
    (void)snprintf(user->reason, sizeof user->reason, "%s", reason);
    return true;
}

/* ---- writing ---- */

/* A change of a user: what it becomes, given what he is. */
typedef struct change {
    wb_user given;
    bool is_new;
    void (*apply)(wb_user *user, const wb_user *given);
    wb_date date;
    wb_user user; /* as recorded */
} change;

static wb_code record_change(wb_cli *cli, void *context, wb_error *err)
{
    change *at = context;
    uint64_t number = 0;
    wb_code code = wb_user_find(&at->user, cli->ledger, at->given.name, err);
    if (at->is_new && code == WB_OK) {
        code = wb_fail(err, WB_E_RULE, "%s is a user already", at->given.name);
        wb_error_hint(err, "for another key: waarborg user rotate; for other roles: waarborg user "
                           "roles");
    } else if (at->is_new && code == WB_E_NOT_FOUND) {
        at->user = at->given;
        err->message[0] = '\0';
        code = WB_OK;
    } else if (code == WB_OK) {
        at->user.reason[0] = '\0';
        at->apply(&at->user, &at->given);
    }
    if (code != WB_OK) return code;
    return wb_user_record(cli->ledger, &at->user, at->date, cli->maker, &number, err);
}

static wb_code write_change(wb_cli *cli, change *at, const char *name, const char *what,
                            wb_error *err)
{
    char roles[ROLES_TEXT];
    char id[9];
    at->date = wb_cli_today();
    if (!wb_cli_date(cli, "date", &at->date)) return wb_diagnostics_code(&cli->list);
    const wb_code code = wb_cli_write(cli, record_change, at, err);
    if (code != WB_OK) return code;
    if (cli->json) {
        json_t *document = wb_json_document(name);
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "user", user_json(&at->user));
        wb_json_print(document);
        return WB_OK;
    }
    wb_cli_say(cli, "User %s %s%s: %s, key %s.", at->user.name, wb_cli_would(cli), what,
               roles_text(roles, at->user.roles), wb_verifier_short(id, &at->user.key));
    return WB_OK;
}

static wb_code run_add(wb_cli *cli, wb_error *err)
{
    change at = {.is_new = true};
    bool good = read_name(cli, &at.given);
    good = read_roles(cli, &at.given) && good;
    good = good && read_key(cli, &at.given);
    if (!good) return wb_diagnostics_code(&cli->list);
    return write_change(cli, &at, "user-add", "added", err);
}

static void apply_roles(wb_user *user, const wb_user *given)
{
    user->roles = given->roles;
}

static wb_code run_roles(wb_cli *cli, wb_error *err)
{
    change at = {.apply = apply_roles};
    bool good = read_name(cli, &at.given);
    good = read_roles(cli, &at.given) && good;
    if (!good) return wb_diagnostics_code(&cli->list);
    return write_change(cli, &at, "user-roles", "changed", err);
}

static void apply_key(wb_user *user, const wb_user *given)
{
    user->key = given->key;
    memcpy(user->reason, given->reason, sizeof user->reason);
}

static wb_code run_rotate(wb_cli *cli, wb_error *err)
{
    change at = {.apply = apply_key};
    bool good = read_name(cli, &at.given);
    good = read_reason(cli, &at.given) && good;
    good = good && read_key(cli, &at.given);
    if (!good) return wb_diagnostics_code(&cli->list);
    return write_change(cli, &at, "user-rotate", "given another key", err);
}

static void apply_revocation(wb_user *user, const wb_user *given)
{
    user->revoked = true;
    memcpy(user->reason, given->reason, sizeof user->reason);
}

static wb_code run_revoke(wb_cli *cli, wb_error *err)
{
    change at = {.apply = apply_revocation};
    bool good = read_name(cli, &at.given);
    good = read_reason(cli, &at.given) && good;
    if (!good) return wb_diagnostics_code(&cli->list);
    return write_change(cli, &at, "user-revoke", "revoked", err);
}

#define DATE_OPTION                                              \
    {                                                            \
        "date", "DATE", "from when it holds (default: today)", 0 \
    }

static const wb_option add_options[] = {
    {"role", "ROLE", "maker, checker, auditor or admin", WB_REQUIRED | WB_REPEATABLE},
    {"key", "FILE", "the .pub file of the key", WB_REQUIRED},
    DATE_OPTION,
    {NULL, NULL, NULL, 0},
};
static const wb_option roles_options[] = {
    {"role", "ROLE", "maker, checker, auditor or admin", WB_REQUIRED | WB_REPEATABLE},
    DATE_OPTION,
    {NULL, NULL, NULL, 0},
};
static const wb_option rotate_options[] = {
    {"key", "FILE", "the .pub file of the new key", WB_REQUIRED},
    {"reason", "TEXT", "why", WB_REQUIRED},
    DATE_OPTION,
    {NULL, NULL, NULL, 0},
};
static const wb_option revoke_options[] = {
    {"reason", "TEXT", "why", WB_REQUIRED},
    DATE_OPTION,
    {NULL, NULL, NULL, 0},
};
static const wb_option user_operands[] = {
    {"NAME", NULL, "the user, by the name of the key", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- list ---- */

static void print_users(const wb_user_list *users)
{
    static const wb_column columns[] = {{"user", false},  {"roles", false}, {"key", false},
                                        {"state", false}, {"since", true},  {"reason", false}};
    wb_table table;
    wb_table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < users->count; i++) {
        const wb_user *user = &users->items[i];
        char roles[ROLES_TEXT];
        char id[9];
        wb_table_add(&table, user->name);
        wb_table_add(&table, roles_text(roles, user->roles));
        wb_table_add(&table, wb_verifier_short(id, &user->key));
        wb_table_add(&table, user->revoked ? "revoked" : "active");
        wb_table_add_number(&table, user->since);
        wb_table_add(&table, user->reason);
    }
    wb_table_print(&table, stdout);
    wb_table_clear(&table);
}

static wb_code run_list(wb_cli *cli, wb_error *err)
{
    wb_user_list users = {NULL, 0};
    const wb_code code = wb_user_list_read(&users, cli->ledger, err);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("user-list");
        json_t *items = wb_json_array();
        for (size_t i = 0; i < users.count; i++) {
            json_t *item = user_json(&users.items[i]);
            wb_json_set(item, "since", wb_json_number(users.items[i].since));
            wb_json_append(items, item);
        }
        wb_json_set(document, "users", items);
        wb_json_print(document);
    } else if (code == WB_OK) {
        print_users(&users);
    }
    wb_user_list_clear(&users);
    return code;
}

const wb_command wb_commands_user[] = {
    {.noun = "user",
     .verb = "add",
     .summary = "record a user: roles and public key",
     .description = "Makers propose, checkers approve, admins propose users, rules, limits and\n"
                    "periods; an auditor reads, and has no other role.",
     .example = "waarborg user add bram --role checker --key bram.pub\n"
                "waarborg user add anna --role maker --role admin --key anna.pub",
     .options = add_options,
     .operands = user_operands,
     .need = WB_NEED_WRITER,
     .run = run_add},
    {.noun = "user",
     .verb = "list",
     .summary = "list the users, their roles and keys",
     .example = "waarborg user list",
     .need = WB_NEED_READER,
     .as_of = true,
     .run = run_list},
    {.noun = "user",
     .verb = "roles",
     .summary = "give a user other roles",
     .example = "waarborg user roles bram --role maker --role checker",
     .options = roles_options,
     .operands = user_operands,
     .need = WB_NEED_WRITER,
     .run = run_roles},
    {.noun = "user",
     .verb = "rotate",
     .summary = "give a user another key; the old one never counts again",
     .example = "waarborg user rotate bram --key bram-2.pub --reason 'laptop kwijt'",
     .options = rotate_options,
     .operands = user_operands,
     .need = WB_NEED_WRITER,
     .run = run_rotate},
    {.noun = "user",
     .verb = "revoke",
     .summary = "end a user for ever",
     .example = "waarborg user revoke bram --reason 'uit dienst'",
     .options = revoke_options,
     .operands = user_operands,
     .need = WB_NEED_WRITER,
     .run = run_revoke},
    {.noun = NULL},
};
