/* cmd_key.c - waarborg key: make the key of a person, and show its public half. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/sign.h"

static void print_key(const wb_cli *cli, const char *name, const wb_verifier *key, const char *path)
{
    char text[WB_VERIFIER_TEXT_MAX];
    char id[9];
    if (cli->json) {
        json_t *document = wb_json_document(name);
        wb_json_set(document, "name", wb_json_text(key->name));
        wb_json_set(document, "id", wb_json_text(wb_verifier_short(id, key)));
        wb_json_set(document, "key", wb_json_text(wb_verifier_text(text, key)));
        wb_json_set(document, "file", wb_json_text(path));
        wb_json_print(document);
        return;
    }
    (void)printf("%s\n", wb_verifier_text(text, key));
}

/* ---- new ---- */

/* The directories above the file, for the default place: nobody else may look in. */
static void make_directories(const char *path)
{
    char *part = wb_cli_must(strdup(path));
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, 0700); /* one that is missing shows when the file is made */
        *slash = '/';
    }
    free(part);
}

static wb_code new_path(const wb_cli *cli, const char *name, char **path, wb_error *err)
{
    const char *out = wb_cli_text(cli, "out");
    *path = NULL;
    if (out != NULL) {
        *path = wb_cli_must(strdup(out));
        return WB_OK;
    }
    const wb_code code = wb_cli_key_path(cli, name, path, err);
    if (code == WB_OK) make_directories(*path);
    return code;
}

static wb_code run_new(wb_cli *cli, wb_error *err)
{
    const char *name = NULL;
    char *path = NULL;
    char *passphrase = NULL;
    wb_verifier key;
    if (!wb_cli_id(cli, "NAME", &name)) return wb_diagnostics_code(&cli->list);
    wb_code code = new_path(cli, name, &path, err);
    if (code == WB_OK) {
        char prompt[WB_ID_MAX + 64];
        (void)snprintf(prompt, sizeof prompt, "New passphrase for the key of %s: ", name);
        code = wb_cli_passphrase(cli, prompt, true, &passphrase, err);
    }
    if (code == WB_OK) code = wb_key_new(path, name, passphrase, &key, err);
    wb_passphrase_clear(passphrase);
    if (code == WB_OK) {
        print_key(cli, "key-new", &key, path);
        wb_cli_note(cli, "The secret is in %s, sealed; without its passphrase it is lost.", path);
        wb_cli_note(cli, "The line above is in the .pub file beside it: give it to who keeps the "
                         "list of users.");
    }
    free(path);
    return code;
}

static const wb_option new_options[] = {
    {"out", "FILE", "where (default: NAME.key in WAARBORG_KEYS, else ~/.config/waarborg/keys)", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option new_operands[] = {
    {"NAME", NULL, "whose key it is", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

/* ---- show ---- */

static wb_code run_show(wb_cli *cli, wb_error *err)
{
    const char *path = wb_cli_text(cli, "FILE");
    const size_t size = strlen(path);
    const bool sealed = size > strlen(".key") && strcmp(path + size - strlen(".key"), ".key") == 0;
    wb_verifier key;
    const wb_code code =
        sealed ? wb_key_verifier(&key, path, err) : wb_verifier_read(&key, path, err);
    if (code == WB_OK) print_key(cli, "key", &key, path);
    return code;
}

static const wb_option show_operands[] = {
    {"FILE", NULL, "a .pub file, or a .key file (no passphrase is asked)", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_key[] = {
    {.noun = "key",
     .verb = "new",
     .summary = "make the key of a person: a sealed secret, and its public half",
     .description =
         "The secret goes to FILE (mode 0600), sealed under a passphrase; the public half to\n"
         "the same name with .pub. A key is never overwritten.",
     .example = "waarborg key new anna\nwaarborg key new bram --out /media/stick/bram.key",
     .options = new_options,
     .operands = new_operands,
     .need = WB_NEED_NOTHING,
     .signs = true,
     .run = run_new},
    {.noun = "key",
     .verb = "show",
     .summary = "show the public half of a key",
     .example = "waarborg key show anna.pub",
     .operands = show_operands,
     .need = WB_NEED_NOTHING,
     .run = run_show},
    {.noun = NULL},
};
