/* anchor_check.c - does this ledger extend an anchor, and is the anchor what it says? */
#include <assert.h>
#include <stdlib.h>

#include "ledger/anchors.h"

/* Whether the user may sign an anchor, and did sign this note, alone. */
static wb_code check_signer(const wb_note *note, const wb_user *user, wb_error *err)
{
    bool found = false;
    if (user->revoked) return wb_fail(err, WB_E_REVOKED, "user '%s' is revoked", user->name);
    if ((user->roles & ~(unsigned)WB_ROLE_AUDITOR) == 0) {
        return wb_fail(err, WB_E_UNAUTHORISED, "'%s' is an auditor, who reads and signs nothing",
                       user->name);
    }
    const wb_code code = wb_note_check(note, &user->key, &found, err);
    if (code != WB_OK) return code;
    if (!found || note->signature_count != 1) {
        char current[9];
        return wb_fail(err, WB_E_REVOKED,
                       "it is signed by '%.64s' with key %08x; the key of '%s' is %s",
                       note->signatures[0].name, (unsigned)note->signatures[0].id, user->name,
                       wb_verifier_short(current, &user->key));
    }
    return WB_OK;
}

wb_code wb_anchor_hold(const char *note, const wb_checkpoint *wanted, const wb_user *user,
                       wb_error *err)
{
    wb_note parsed;
    char *text = NULL;
    if (user == NULL) {
        const wb_code code =
            wb_fail(err, WB_E_UNAUTHORISED, "who signed the anchor is not a user of the fund");
        wb_error_hint(err, "an admin records users: waarborg user add");
        return code;
    }
    wb_code code = wb_note_parse(&parsed, note, strlen(note), "the anchor", err);
    if (code == WB_OK) code = wb_checkpoint_text(&text, wanted, err);
    if (code != WB_OK) return code;
    if (strlen(text) != parsed.text_size || memcmp(text, parsed.text, parsed.text_size) != 0) {
        code = wb_fail(err, WB_E_ANCHOR,
                       "the anchor is not the checkpoint of the %llu records before it",
                       (unsigned long long)wanted->size);
    }
    free(text);
    return code == WB_OK ? check_signer(&parsed, user, err) : code;
}

/* The user's newest version up to record `number`, from the log: versions are few, and the log is
 * read from the first. */
static wb_code search_user(wb_ledger *ledger, const char *name, uint64_t first, uint64_t number,
                           uint64_t *version, wb_error *err)
{
    wb_walk walk;
    const wb_span id = wb_span_text(name);
    wb_code code = wb_walk_open(&walk, ledger, first, err);
    for (uint64_t i = first; code == WB_OK && i <= number; i++) {
        wb_stored stored;
        wb_raw_record raw;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK && raw.kind == WB_RECORD_USER && wb_span_equal(raw.id, id)) *version = i;
    }
    wb_walk_close(&walk);
    return code;
}

wb_code wb_user_then(wb_user *user, wb_ledger *ledger, const char *name, uint64_t number,
                     bool *found, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    wb_document_row document = {0};
    *found = false;
    if (!wb_id_valid(name, strlen(name))) return WB_OK;
    wb_row_key_document(&row, WB_RECORD_USER, wb_span_text(name));
    bool any = false;
    wb_code code = wb_lookup(ledger, &row, &value, &any, err);
    if (code == WB_OK && any) code = wb_row_read_document(&document, value, err);
    if (code != WB_OK || !any || document.first > number) return code;
    uint64_t version = document.newest;
    if (version > number) code = search_user(ledger, name, document.first, number, &version, err);
    wb_stored stored;
    wb_raw_record raw = {0};
    if (code == WB_OK) code = wb_stored_get(ledger, version, &raw, &stored, err);
    if (code == WB_OK && (raw.kind != WB_RECORD_USER || version > number)) {
        code = wb_fail(err, WB_E_DAMAGED, "record %llu is not the user its row names",
                       (unsigned long long)version);
    }
    if (code == WB_OK) {
        code = wb_user_read(user, (const char *)raw.id.data, raw.id.size,
                            (const char *)raw.body.data, raw.body.size, WB_E_DAMAGED, err);
    }
    *found = code == WB_OK;
    return code;
}

/* By the keys that were given. */
static wb_code check_given(const wb_note *note, const wb_anchor_text *anchor, wb_error *err)
{
    bool any = false;
    for (size_t i = 0; i < anchor->key_count; i++) {
        bool found = false;
        const wb_code code = wb_note_check(note, &anchor->keys[i], &found, err);
        if (code != WB_OK) return code;
        any = any || found;
    }
    if (any) return WB_OK;
    const wb_code code = wb_fail(err, WB_E_SIGNATURE,
                                 "the anchor is signed by '%.64s' with key %08x, and not with a "
                                 "key that was given",
                                 note->signatures[0].name, (unsigned)note->signatures[0].id);
    wb_error_hint(err, "ask the fund for the public key of who signed it, and give it with --key");
    return code;
}

/* By the users the ledger had when it had as many records. */
static wb_code check_registered(wb_ledger *ledger, const wb_note *note, uint64_t size,
                                wb_error *err)
{
    for (size_t i = 0; i < note->signature_count; i++) {
        wb_user user;
        bool known = false;
        wb_code code = wb_user_then(&user, ledger, note->signatures[i].name, size, &known, err);
        bool found = false;
        if (code == WB_OK && known && !user.revoked) {
            code = wb_note_check(note, &user.key, &found, err);
        }
        if (code != WB_OK || found) return code;
    }
    const wb_code code = wb_fail(err, WB_E_SIGNATURE,
                                 "the anchor is signed by '%.64s' with key %08x, and no user of "
                                 "this ledger had that key then",
                                 note->signatures[0].name, (unsigned)note->signatures[0].id);
    wb_error_hint(err, "to hold it to a key you were given, name the file: --key FILE");
    return code;
}

/* The ledger must have as many records, and be the one that was anchored. */
static wb_code check_place(wb_ledger *ledger, const wb_checkpoint *checkpoint, wb_error *err)
{
    const uint64_t count = ledger->head.count;
    char origin[WB_ORIGIN_MAX + 1] = WB_ANCHOR_ORIGIN;
    wb_stored first;
    if (count > 0) {
        const wb_code code = wb_stored_read(ledger, 1, &first, err);
        if (code != WB_OK) return code;
        (void)wb_hash_text(origin + strlen(WB_ANCHOR_ORIGIN), first.hash);
        if (strcmp(origin, checkpoint->origin) != 0) {
            const wb_code other =
                wb_fail(err, WB_E_ANCHOR,
                        "the anchor is of another ledger: '%.90s', and this one is '%.90s'",
                        checkpoint->origin, origin);
            wb_error_hint(err, "the first record is not the same: another fund, or made anew");
            return other;
        }
    }
    if (checkpoint->size <= count) return WB_OK;
    const unsigned long long missing = checkpoint->size - count;
    const wb_code code = wb_fail(err, WB_E_ANCHOR,
                                 "the anchor names record %llu, this ledger ends at %llu: %llu "
                                 "record%s missing at the end",
                                 (unsigned long long)checkpoint->size, (unsigned long long)count,
                                 missing, missing == 1 ? " is" : "s are");
    wb_error_hint(err, "restore a newer backup; do not post to this copy");
    return code;
}

wb_code wb_anchor_compare(const wb_checkpoint *checkpoint, const wb_tree_hash *root,
                          const char *path, wb_error *err)
{
    if (wb_tree_hash_equal(&checkpoint->root, root)) return WB_OK;
    char anchored[10];
    char found[10];
    const wb_code code =
        wb_fail(err, WB_E_ANCHOR,
                "the first %llu records are not those that were anchored: their "
                "root is %s, the anchor's %s",
                (unsigned long long)checkpoint->size, wb_hash_short(found, root->bytes),
                wb_hash_short(anchored, checkpoint->root.bytes));
    wb_error_hint(err, "records were changed or put in since; restore a backup that extends the "
                       "anchor, and keep this copy as evidence");
    wb_error_at(err, path, 0, NULL);
    return code;
}

wb_code wb_anchor_read(wb_checkpoint *checkpoint, wb_ledger *ledger, const wb_anchor_text *anchor,
                       wb_error *err)
{
    wb_note note;
    wb_code code = wb_note_parse(&note, anchor->note, anchor->size, anchor->path, err);
    if (code == WB_OK) {
        code = wb_checkpoint_parse(checkpoint, note.text, note.text_size, anchor->path, err);
    }
    if (code == WB_OK) code = check_place(ledger, checkpoint, err);
    if (code == WB_OK) {
        code = anchor->key_count > 0 ? check_given(&note, anchor, err)
                                     : check_registered(ledger, &note, checkpoint->size, err);
    }
    if (code != WB_OK) wb_error_at(err, anchor->path, 0, NULL);
    return code;
}

wb_code wb_anchor_check(wb_checkpoint *checkpoint, wb_ledger *ledger, const wb_anchor_text *anchor,
                        wb_error *err)
{
    assert(ledger != NULL && anchor != NULL);
    wb_checkpoint parsed;
    wb_tree_hash root;
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = wb_anchor_read(&parsed, ledger, anchor, err);
    if (code == WB_OK) {
        code = wb_tree_root_at(&root, parsed.size, wb_tree_rows_read, ledger, err);
    }
    if (code == WB_OK) code = wb_anchor_compare(&parsed, &root, anchor->path, err);
    if (code == WB_OK && checkpoint != NULL) *checkpoint = parsed;
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}
