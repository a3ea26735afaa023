/* proof.c - proofs as files: inclusion (c2sp.org/tlog-proof) and consistency, read, written and
 * checked. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proof/encode.h"
#include "proof/note_inside.h"

static const char inclusion_line[] = "c2sp.org/tlog-proof@v1";
static const char consistency_line[] = "waarborg.consistency@v1";

enum { HASH_TEXT = BASE64_ROOM(WB_TREE_HASH_SIZE) };

void wb_proof_init(wb_proof *proof)
{
    memset(proof, 0, sizeof *proof);
}

void wb_proof_clear(wb_proof *proof)
{
    free(proof->record);
    free(proof->note);
    wb_proof_init(proof);
}

void wb_consistency_init(wb_consistency *proof)
{
    memset(proof, 0, sizeof *proof);
}

void wb_consistency_clear(wb_consistency *proof)
{
    free(proof->note);
    wb_consistency_init(proof);
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static wb_code start(line_reader *lines, const char *bytes, size_t size, const char *path,
                     const char *first, wb_error *err)
{
    *lines = (line_reader){.at = bytes, .end = bytes + size, .path = path};
    if (size > WB_PROOF_MAX) {
        const wb_code code =
            wb_fail(err, WB_E_TOO_LARGE, "a proof is larger than %d bytes", WB_PROOF_MAX);
        wb_error_at(err, path, 0, NULL);
        return code;
    }
    const char *text = NULL;
    size_t length = 0;
    if (line_next(lines, &text, &length) && length == strlen(first) &&
        memcmp(text, first, length) == 0) {
        return WB_OK;
    }
    (void)wb_fail(err, WB_E_SYNTAX, "its first line is not '%s'", first);
    wb_error_at(err, path, 1, NULL);
    return WB_E_SYNTAX;
}

/* Lines of hashes, to the blank line behind them. */
static wb_code read_path(wb_tree_path *path, line_reader *lines, size_t limit, wb_error *err)
{
    for (;;) {
        const char *text = NULL;
        size_t size = 0;
        if (!line_next(lines, &text, &size)) {
            return line_refuse(lines, err, "the proof ends before its checkpoint");
        }
        if (size == 0) return WB_OK;
        if (path->count == limit)
            return line_refuse(lines, err, "more hashes than a path can have");
        uint8_t *hash = path->hashes[path->count].bytes;
        if (!decode_base64_exact(hash, WB_TREE_HASH_SIZE, text, size)) {
            return line_refuse(lines, err, "not a hash: 32 bytes in base64");
        }
        path->count++;
    }
}

/* The rest: a signed note with a checkpoint. */
static wb_code read_note(char **note, wb_checkpoint *checkpoint, const line_reader *lines,
                         wb_error *err)
{
    wb_note parsed;
    const size_t size = (size_t)(lines->end - lines->at);
    const wb_code code = checkpoint_parse_note(&parsed, checkpoint, lines->at, size, lines->path,
                                               lines->number, err);
    if (code != WB_OK) return code;
    *note = strndup(lines->at, size); /* no zero byte: it is checked UTF-8 */
    return *note == NULL ? wb_fail(err, WB_E_NOMEM, "no memory for a proof") : WB_OK;
}

/* "extra BASE64": the record's bytes. */
static wb_code read_record(wb_proof *proof, const line_reader *lines, const char *text, size_t size,
                           wb_error *err)
{
    const size_t room = size / 4 * 3;
    uint8_t *record = malloc(room > 0 ? room : 1);
    if (record == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a record");
    proof->record = record;
    if (decode_base64(record, room, &proof->record_size, text, size)) return WB_OK;
    return line_refuse(lines, err, "'extra' is not base64");
}

static wb_code read_proof(wb_proof *proof, line_reader *lines, wb_error *err)
{
    const char *text = NULL;
    size_t size = 0;
    if (!line_next(lines, &text, &size)) return line_refuse(lines, err, "no line 'index NUMBER'");
    if (line_skip(&text, &size, "extra ")) {
        const wb_code code = read_record(proof, lines, text, size, err);
        if (code != WB_OK) return code;
        if (!line_next(lines, &text, &size)) {
            return line_refuse(lines, err, "no line 'index NUMBER'");
        }
    }
    if (!line_skip(&text, &size, "index ") ||
        !decode_decimal(&proof->index, text, size, INT64_MAX)) {
        return line_refuse(lines, err, "not a line 'index NUMBER'");
    }
    const wb_code code = read_path(&proof->path, lines, WB_TREE_PATH_MAX, err);
    return code != WB_OK ? code : read_note(&proof->note, &proof->checkpoint, lines, err);
}

wb_code wb_proof_parse(wb_proof *proof, const char *bytes, size_t size, const char *path,
                       wb_error *err)
{
    assert(proof != NULL && (bytes != NULL || size == 0));
    line_reader lines;
    wb_proof_clear(proof);
    wb_code code = start(&lines, bytes, size, path, inclusion_line, err);
    if (code == WB_OK) code = read_proof(proof, &lines, err);
    if (code != WB_OK) wb_proof_clear(proof);
    return code;
}

wb_code wb_consistency_parse(wb_consistency *proof, const char *bytes, size_t size,
                             const char *path, wb_error *err)
{
    assert(proof != NULL && (bytes != NULL || size == 0));
    line_reader lines;
    wb_consistency_clear(proof);
    wb_code code = start(&lines, bytes, size, path, consistency_line, err);
    if (code == WB_OK) code = read_path(&proof->path, &lines, WB_TREE_CONSISTENCY_MAX, err);
    if (code == WB_OK) code = read_note(&proof->note, &proof->checkpoint, &lines, err);
    if (code != WB_OK) wb_consistency_clear(proof);
    return code;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

/* Room for the head, the path and the note; the caller adds what else there is. */
static char *new_text(size_t room, wb_error *err)
{
    if (room > WB_PROOF_MAX) {
        (void)wb_fail(err, WB_E_TOO_LARGE, "a proof is at most %d bytes", WB_PROOF_MAX);
        return NULL;
    }
    char *text = malloc(room);
    if (text == NULL) (void)wb_fail(err, WB_E_NOMEM, "no memory for a proof");
    return text;
}

static char *put_path(char *at, const wb_tree_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        (void)encode_base64(at, HASH_TEXT, path->hashes[i].bytes, WB_TREE_HASH_SIZE);
        at += HASH_TEXT - 1;
        *at++ = '\n';
    }
    *at++ = '\n';
    return at;
}

wb_code wb_proof_text(char **text, const wb_proof *proof, wb_error *err)
{
    assert(text != NULL && proof->note != NULL);
    assert(proof->path.count <= WB_TREE_PATH_MAX);
    const size_t record = BASE64_ROOM(proof->record_size) + sizeof "extra \n";
    const size_t note = strlen(proof->note);
    const size_t room = sizeof inclusion_line + record + sizeof "index \n" + 20 +
                        proof->path.count * HASH_TEXT + note + 2;
    char *made = new_text(room, err);
    *text = made;
    if (made == NULL) return room > WB_PROOF_MAX ? WB_E_TOO_LARGE : WB_E_NOMEM;
    char *at = made + sprintf(made, "%s\n", inclusion_line);
    if (proof->record != NULL) {
        at += sprintf(at, "extra ");
        (void)encode_base64(at, record, proof->record, proof->record_size);
        at += strlen(at);
        *at++ = '\n';
    }
    at += sprintf(at, "index %llu\n", (unsigned long long)proof->index);
    at = put_path(at, &proof->path);
    memcpy(at, proof->note, note + 1);
    assert(at + note < made + room);
    return WB_OK;
}

wb_code wb_consistency_text(char **text, const wb_consistency *proof, wb_error *err)
{
    assert(text != NULL && proof->note != NULL);
    assert(proof->path.count <= WB_TREE_CONSISTENCY_MAX);
    const size_t note = strlen(proof->note);
    const size_t room = sizeof consistency_line + proof->path.count * HASH_TEXT + note + 2;
    char *made = new_text(room, err);
    *text = made;
    if (made == NULL) return room > WB_PROOF_MAX ? WB_E_TOO_LARGE : WB_E_NOMEM;
    char *at = made + sprintf(made, "%s\n", consistency_line);
    at = put_path(at, &proof->path);
    memcpy(at, proof->note, note + 1);
    assert(at + note < made + room);
    return WB_OK;
}

/* ---- Checking ---------------------------------------------------------------------------------
 */

wb_code wb_proof_check(const wb_proof *proof, const wb_verifier *keys, size_t key_count,
                       size_t *signer, wb_error *err)
{
    assert(proof->note != NULL);
    /* from the signed bytes again: what stands in proof->checkpoint nobody signed */
    wb_note note;
    wb_checkpoint checkpoint;
    wb_code code = checkpoint_parse_note(&note, &checkpoint, proof->note, strlen(proof->note),
                                         "the checkpoint of the proof", 0, err);
    if (code == WB_OK) code = note_signer(&note, keys, key_count, signer, err);
    if (code != WB_OK) return code;
    if (proof->record == NULL) {
        return wb_fail(err, WB_E_PROOF, "the proof does not hold the record it is about");
    }
    const wb_tree_hash leaf = wb_tree_leaf(proof->record, proof->record_size);
    return wb_tree_check_inclusion(&leaf, proof->index, checkpoint.size, &proof->path,
                                   &checkpoint.root, err);
}

wb_code wb_consistency_check(const wb_consistency *proof, const char *older, size_t older_size,
                             const char *older_path, const wb_verifier *keys, size_t key_count,
                             wb_error *err)
{
    assert(proof->note != NULL);
    wb_note note;
    wb_checkpoint newer;
    wb_checkpoint old;
    wb_code code = checkpoint_parse_note(&note, &newer, proof->note, strlen(proof->note),
                                         "the checkpoint of the proof", 0, err);
    if (code == WB_OK) code = note_signer(&note, keys, key_count, NULL, err);
    if (code != WB_OK) return code;
    code = checkpoint_parse_note(&note, &old, older, older_size, older_path, 0, err);
    if (code == WB_OK) {
        code = note_signer(&note, keys, key_count, NULL, err);
        if (code != WB_OK) wb_error_at(err, older_path, 0, NULL);
    }
    if (code != WB_OK) return code;
    if (strcmp(old.origin, newer.origin) != 0) {
        return wb_fail(err, WB_E_PROOF, "the two are of different ledgers: '%.80s' and '%.80s'",
                       old.origin, newer.origin);
    }
    return wb_tree_check_consistency(old.size, &old.root, newer.size, &newer.root, &proof->path,
                                     err);
}
