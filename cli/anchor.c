/* anchor.c - anchors on the command line; see anchor.h. */
#include "cli/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

wb_code wb_cli_verifiers_read(wb_verifier **keys, size_t *count, wb_cli *cli, const char *option)
{
    *keys = NULL;
    *count = wb_cli_count(cli, option);
    if (*count == 0) return WB_OK;
    *keys = wb_cli_must(calloc(*count, sizeof **keys));
    for (size_t i = 0; i < *count; i++) {
        wb_error err;
        const wb_code code = wb_verifier_read(&(*keys)[i], wb_cli_nth(cli, option, i), &err);
        if (code != WB_OK) {
            wb_diagnostics_add(&cli->list, &err);
            return code;
        }
    }
    return WB_OK;
}

static wb_code read_keys(wb_cli_anchor *anchor, wb_cli *cli)
{
    const wb_code code = wb_cli_verifiers_read(&anchor->keys, &anchor->text.key_count, cli, "key");
    anchor->text.keys = anchor->keys;
    return code;
}

wb_code wb_cli_anchor_read(wb_cli_anchor *anchor, wb_cli *cli, const char *option, wb_error *err)
{
    *anchor = (wb_cli_anchor){.text.path = wb_cli_text(cli, option)};
    wb_code code = read_keys(anchor, cli);
    if (code != WB_OK || anchor->text.path == NULL) return code;
    size_t size = 0;
    code = wb_text_read(&anchor->bytes, &size, anchor->text.path, WB_NOTE_MAX, err);
    anchor->text.note = anchor->bytes;
    anchor->text.size = size;
    return code;
}

void wb_cli_anchor_clear(wb_cli_anchor *anchor)
{
    free(anchor->bytes);
    free(anchor->keys);
    *anchor = (wb_cli_anchor){.bytes = NULL};
}

static wb_code refuse_out(const char *path, wb_error *err)
{
    const wb_code code = wb_fail(err, WB_E_EXISTS, "there is a file of that name");
    wb_error_hint(err, "it is not written over; name another file");
    wb_error_at(err, path, 0, NULL);
    return code;
}

wb_code wb_cli_out_free(const wb_cli *cli, wb_error *err)
{
    const char *path = wb_cli_text(cli, "out");
    return path != NULL && access(path, F_OK) == 0 ? refuse_out(path, err) : WB_OK;
}

wb_code wb_cli_out(const wb_cli *cli, const char *text, wb_error *err)
{
    const char *path = wb_cli_text(cli, "out");
    if (path == NULL) {
        (void)fputs(text, stdout);
        return WB_OK;
    }
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 && errno == EEXIST) return refuse_out(path, err);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    bool good = out != NULL && fputs(text, out) >= 0 && fflush(out) == 0 && fsync(file) == 0;
    const int reason = errno;
    if (out != NULL && fclose(out) != 0) good = false;
    if (good) return WB_OK;
    if (file >= 0) (void)unlink(path);
    const wb_code code = wb_fail(err, reason == ENOSPC ? WB_E_FULL : WB_E_IO,
                                 "cannot write the file: %s", strerror(reason));
    wb_error_at(err, path, 0, NULL);
    return code;
}

const char *wb_cli_anchor_text(char text[WB_ANCHOR_TEXT], const wb_checkpoint *checkpoint)
{
    char root[10];
    (void)snprintf(text, WB_ANCHOR_TEXT, "%s (%llu records, %.10s)",
                   wb_hash_short(root, checkpoint->root.bytes),
                   (unsigned long long)checkpoint->size, checkpoint->recorded);
    return text;
}

json_t *wb_cli_anchor_json(const wb_anchor *anchor)
{
    char key[9];
    json_t *object = wb_json_object();
    const wb_checkpoint *checkpoint = &anchor->checkpoint;
    (void)snprintf(key, sizeof key, "%08x", (unsigned)anchor->key);
    wb_json_set(object, "record", wb_json_number(anchor->number));
    wb_json_set(object, "records", wb_json_number(checkpoint->size));
    wb_json_set(object, "root", wb_json_hash(checkpoint->root.bytes));
    wb_json_set(object, "recorded", wb_json_text(checkpoint->recorded));
    wb_json_set(object, "chain", wb_json_text(checkpoint->chain));
    wb_json_set(object, "origin", wb_json_text(checkpoint->origin));
    wb_json_set(object, "signer", wb_json_text(anchor->signer));
    wb_json_set(object, "key", wb_json_text(key));
    return object;
}

wb_code wb_cli_anchor_latest(char text[WB_ANCHOR_TEXT], json_t **json, wb_cli *cli, wb_error *err)
{
    wb_anchor anchor;
    bool found = false;
    text[0] = '\0';
    wb_anchor_init(&anchor);
    const wb_code code = wb_anchor_latest(&anchor, cli->ledger, &found, err);
    if (code == WB_OK && found) (void)wb_cli_anchor_text(text, &anchor.checkpoint);
    if (json != NULL) *json = code == WB_OK && found ? wb_cli_anchor_json(&anchor) : json_null();
    wb_anchor_clear(&anchor);
    return code;
}
