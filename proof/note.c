/* note.c - signed notes: read, checked, written (c2sp.org/signed-note). */
#include "waarborg/note.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proof/encode.h"
#include "proof/note_inside.h"

enum {
    ID_SIZE = 4,
    SIGNATURE_BYTES_MAX = 8192 /* of any algorithm, with its id; post-quantum ones take 5000 */
};

static const char dash[] = "\xE2\x80\x94 "; /* em dash and blank */

/* UTF-8 without control characters but the line end. */
static wb_code check_text(const char *text, size_t size, const char *path, uint32_t before,
                          wb_error *err)
{
    wb_error found = {0};
    uint32_t line = before + 1;
    wb_code code = wb_text_check_utf8(text, size, path, &found);
    if (code != WB_OK) {
        found.line += before;
        if (err != NULL) *err = found;
        return code;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') line++;
        if ((unsigned char)text[i] >= 0x20 || text[i] == '\n') continue;
        code = wb_fail(err, WB_E_SYNTAX, "a control character (byte 0x%02X) in a signed note",
                       (unsigned)text[i]);
        if (text[i] == '\r') wb_error_hint(err, "its lines end with a line feed alone");
        wb_error_at(err, path, line, NULL);
        return code;
    }
    return WB_OK;
}

/* Whether a key name has one of the spaces of Unicode in it: U+0020, 85, A0, 1680, 2000 to 200A,
 * 2028, 2029, 202F, 205F, 3000. */
static bool has_space(const char *text, size_t size)
{
    static const char *const spaces[] = {" ",
                                         "\xC2\x85",
                                         "\xC2\xA0",
                                         "\xE1\x9A\x80",
                                         "\xE2\x80\xA8",
                                         "\xE2\x80\xA9",
                                         "\xE2\x80\xAF",
                                         "\xE2\x81\x9F",
                                         "\xE3\x80\x80"};
    for (size_t i = 0; i < size; i++) {
        for (size_t s = 0; s < sizeof spaces / sizeof spaces[0]; s++) {
            const size_t length = strlen(spaces[s]);
            if (size - i >= length && memcmp(text + i, spaces[s], length) == 0) return true;
        }
        if (size - i >= 3 && memcmp(text + i, "\xE2\x80", 2) == 0 &&
            (unsigned char)text[i + 2] <= 0x8A) {
            return true;
        }
    }
    return false;
}

/* One line "— name base64(id | signature)" into the next place of the note. */
static wb_code read_signature(wb_note *note, line_reader *lines, const char *text, size_t size,
                              wb_error *err)
{
    if (!line_skip(&text, &size, dash)) {
        return line_refuse(lines, err, "not a signature line: it starts with an em dash");
    }
    const char *blank = memchr(text, ' ', size);
    const size_t name_size = blank == NULL ? size : (size_t)(blank - text);
    if (blank == NULL || name_size == 0 || has_space(text, name_size) ||
        memchr(text, '+', name_size) != NULL) {
        return line_refuse(lines, err, "not a signature line: the name of the key is not one");
    }
    if (name_size > WB_ORIGIN_MAX) {
        return line_refuse(lines, err, "the name of a key is longer than 255 bytes");
    }
    if (note->signature_count == WB_NOTE_SIGNATURES_MAX) {
        return line_refuse(lines, err, "more than 100 signatures");
    }
    uint8_t bytes[SIGNATURE_BYTES_MAX];
    size_t count = 0;
    if (!decode_base64(bytes, sizeof bytes, &count, blank + 1, size - name_size - 1) ||
        count <= ID_SIZE) {
        return line_refuse(lines, err, "not a signature line: the signature is not base64");
    }
    const size_t place = note->signature_count++;
    memcpy(note->signatures[place].name, text, name_size);
    note->signatures[place].name[name_size] = '\0';
    note->signatures[place].id =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    note->signatures[place].ed25519 = count == ID_SIZE + WB_SIGNATURE_SIZE;
    if (note->signatures[place].ed25519) {
        memcpy(note->signatures[place].signature, bytes + ID_SIZE, WB_SIGNATURE_SIZE);
    }
    return WB_OK;
}

/* Bytes of the text before the last empty line, its own end included; 0 when there is none. */
static size_t find_text(const char *bytes, size_t size)
{
    for (size_t i = size; i >= 2; i--) {
        if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n') return i - 1;
    }
    return 0;
}

static uint32_t count_lines(const char *text, size_t size)
{
    uint32_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += text[i] == '\n';
    return count;
}

wb_code note_parse(wb_note *note, const char *bytes, size_t size, const char *path, uint32_t before,
                   wb_error *err)
{
    note->text = bytes;
    note->text_size = 0;
    note->signature_count = 0;
    wb_code code = WB_OK;
    if (size > WB_NOTE_MAX) {
        code = wb_fail(err, WB_E_TOO_LARGE, "a signed note is larger than %d bytes", WB_NOTE_MAX);
        wb_error_at(err, path, 0, NULL);
        return code;
    }
    code = check_text(bytes, size, path, before, err);
    if (code != WB_OK) return code;
    line_reader lines = {.end = bytes + size, .path = path, .number = before};
    note->text_size = find_text(bytes, size);
    if (note->text_size == 0) {
        lines.number += 1 + count_lines(bytes, size);
        return line_refuse(&lines, err, "no blank line between a text and its signatures");
    }
    lines.number += count_lines(bytes, note->text_size) + 1;
    lines.at = bytes + note->text_size + 1;
    while (code == WB_OK && lines.at < lines.end) {
        const char *text = NULL;
        size_t length = 0;
        if (!line_next(&lines, &text, &length)) {
            return line_refuse(&lines, err, "the last line is cut off: it has no end");
        }
        code = read_signature(note, &lines, text, length, err);
    }
    if (code != WB_OK || note->signature_count > 0) return code;
    lines.number++;
    return line_refuse(&lines, err, "no signature under the text");
}

wb_code wb_note_parse(wb_note *note, const char *bytes, size_t size, const char *path,
                      wb_error *err)
{
    assert(note != NULL && (bytes != NULL || size == 0));
    return note_parse(note, bytes, size, path, 0, err);
}

wb_code wb_note_check(const wb_note *note, const wb_verifier *verifier, bool *found, wb_error *err)
{
    *found = false;
    for (size_t i = 0; i < note->signature_count; i++) {
        if (note->signatures[i].id != verifier->id) continue;
        if (strcmp(note->signatures[i].name, verifier->name) != 0) continue;
        if (!note->signatures[i].ed25519 ||
            !wb_signature_holds(verifier, note->text, note->text_size,
                                note->signatures[i].signature)) {
            return wb_fail(err, WB_E_SIGNATURE, "the signature of %s (key %08x) does not hold",
                           verifier->name, (unsigned)verifier->id);
        }
        *found = true;
    }
    return WB_OK;
}

wb_code note_signer(const wb_note *note, const wb_verifier *keys, size_t key_count, size_t *signer,
                    wb_error *err)
{
    bool any = false;
    for (size_t i = 0; i < key_count; i++) {
        bool found = false;
        const wb_code code = wb_note_check(note, &keys[i], &found, err);
        if (code != WB_OK) return code;
        if (found && !any && signer != NULL) *signer = i;
        any = any || found;
    }
    if (any) return WB_OK;
    (void)wb_fail(err, WB_E_SIGNATURE, "none of the keys given signed it");
    if (note->signature_count > 0) {
        wb_error_hint(err, "it says to be signed by %s (key %08x): get that key from the fund",
                      note->signatures[0].name, (unsigned)note->signatures[0].id);
    }
    return WB_E_SIGNATURE;
}

wb_code wb_note_sign(char **note, const char *text, const wb_signer *signer, wb_error *err)
{
    assert(note != NULL && text != NULL);
    *note = NULL;
    const size_t size = strlen(text);
    const wb_verifier *verifier = wb_signer_verifier(signer);
    uint8_t bytes[ID_SIZE + WB_SIGNATURE_SIZE] = {
        (uint8_t)(verifier->id >> 24), (uint8_t)(verifier->id >> 16), (uint8_t)(verifier->id >> 8),
        (uint8_t)verifier->id};
    const wb_code code = check_text(text, size, "the text to sign", 0, err);
    if (code != WB_OK) return code;
    if (size == 0 || text[size - 1] != '\n') {
        return wb_fail(err, WB_E_SYNTAX, "a text to sign ends with a line end");
    }
    wb_signer_sign(signer, text, size, bytes + ID_SIZE);
    char signature[BASE64_ROOM(sizeof bytes)];
    (void)encode_base64(signature, sizeof signature, bytes, sizeof bytes);
    const size_t room =
        size + sizeof dash + strlen(verifier->name) + sizeof signature + sizeof "\n \n";
    if (room > WB_NOTE_MAX) {
        return wb_fail(err, WB_E_TOO_LARGE, "a signed note is at most %d bytes", WB_NOTE_MAX);
    }
    char *made = malloc(room);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a note of %zu bytes", room);
    (void)snprintf(made, room, "%s\n%s%s %s\n", text, dash, verifier->name, signature);
    *note = made;
    return WB_OK;
}
