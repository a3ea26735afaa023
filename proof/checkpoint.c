/* checkpoint.c - the text of a checkpoint (c2sp.org/tlog-checkpoint) and our two extensions. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proof/encode.h"
#include "proof/note_inside.h"
#include "waarborg/date.h"

enum { TIME_AT = 11, SECONDS_END = 19 }; /* of "2026-11-22T09:45:00" */

/* "2026-11-22T09:45:00Z", with or without a fraction of at most nine digits. */
static bool is_time(const char *text, size_t size)
{
    static const char shape[] = "0000-00-00T00:00:00";
    if (size <= SECONDS_END || text[size - 1] != 'Z') return false;
    for (size_t i = 0; i < SECONDS_END; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
    }
    wb_date date;
    if (wb_date_parse(&date, text, TIME_AT - 1, NULL) != WB_OK) return false;
    /* two digits compare as numbers do; :60 is a leap second */
    if (memcmp(text + TIME_AT, "24", 2) >= 0 || text[TIME_AT + 3] > '5') return false;
    if (text[TIME_AT + 6] > '5' && memcmp(text + TIME_AT + 6, "60", 2) != 0) return false;
    const size_t fraction = size - 1 - SECONDS_END;
    if (fraction == 0) return true;
    if (text[SECONDS_END] != '.' || fraction < 2 || fraction > 10) return false;
    for (size_t i = SECONDS_END + 1; i < size - 1; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
    }
    return true;
}

/* An extension line: ours are kept, others skipped. */
static wb_code read_extension(wb_checkpoint *checkpoint, const line_reader *lines, const char *text,
                              size_t size, wb_error *err)
{
    if (size == 0) return line_refuse(lines, err, "a blank line in a checkpoint");
    if (line_skip(&text, &size, "recorded ")) {
        if (checkpoint->recorded[0] != '\0') return line_refuse(lines, err, "'recorded' twice");
        if (!is_time(text, size)) {
            return line_refuse(lines, err, "'recorded' is no time like 2026-11-22T09:45:00Z");
        }
        memcpy(checkpoint->recorded, text, size);
        checkpoint->recorded[size] = '\0';
    } else if (line_skip(&text, &size, "chain ")) {
        uint8_t hash[32];
        if (checkpoint->chain[0] != '\0') return line_refuse(lines, err, "'chain' twice");
        if (!decode_hex_exact(hash, sizeof hash, text, size)) {
            return line_refuse(lines, err, "'chain' is not 64 digits 0-9 a-f");
        }
        memcpy(checkpoint->chain, text, size);
        checkpoint->chain[size] = '\0';
    }
    return WB_OK;
}

static wb_code parse(wb_checkpoint *checkpoint, const char *text, size_t size, const char *path,
                     uint32_t before, wb_error *err)
{
    line_reader lines = {.at = text, .end = text + size, .number = before, .path = path};
    wb_checkpoint made = {.size = 0};
    const char *line = NULL;
    size_t length = 0;
    if (!line_next(&lines, &line, &length) || length == 0 || length > WB_ORIGIN_MAX ||
        memchr(line, '\0', length) != NULL) {
        return line_refuse(&lines, err, "not a checkpoint: its first line is its origin");
    }
    memcpy(made.origin, line, length);
    if (!line_next(&lines, &line, &length) ||
        !decode_decimal(&made.size, line, length, INT64_MAX)) {
        return line_refuse(&lines, err, "not a checkpoint: its second line is the tree's size");
    }
    if (!line_next(&lines, &line, &length) ||
        !decode_base64_exact(made.root.bytes, sizeof made.root, line, length)) {
        return line_refuse(&lines, err, "not a checkpoint: its third line is the root, in base64");
    }
    while (lines.at < lines.end) {
        if (!line_next(&lines, &line, &length)) {
            return line_refuse(&lines, err, "the last line is cut off: it has no end");
        }
        const wb_code code = read_extension(&made, &lines, line, length, err);
        if (code != WB_OK) return code;
    }
    *checkpoint = made;
    return WB_OK;
}

wb_code wb_checkpoint_parse(wb_checkpoint *checkpoint, const char *text, size_t size,
                            const char *path, wb_error *err)
{
    assert(checkpoint != NULL && (text != NULL || size == 0));
    return parse(checkpoint, text, size, path, 0, err);
}

wb_code checkpoint_parse_note(wb_note *note, wb_checkpoint *checkpoint, const char *bytes,
                              size_t size, const char *path, uint32_t before, wb_error *err)
{
    wb_code code = note_parse(note, bytes, size, path, before, err);
    if (code == WB_OK) code = parse(checkpoint, note->text, note->text_size, path, before, err);
    return code;
}

wb_code wb_checkpoint_text(char **text, const wb_checkpoint *checkpoint, wb_error *err)
{
    assert(text != NULL);
    *text = NULL;
    char root[BASE64_ROOM(WB_TREE_HASH_SIZE)];
    char made[WB_ORIGIN_MAX + 256];
    const int size = snprintf(
        made, sizeof made, "%s\n%llu\n%s\n%s%s%s%s%s%s", checkpoint->origin,
        (unsigned long long)checkpoint->size,
        encode_base64(root, sizeof root, checkpoint->root.bytes, sizeof checkpoint->root.bytes),
        checkpoint->recorded[0] != '\0' ? "recorded " : "", checkpoint->recorded,
        checkpoint->recorded[0] != '\0' ? "\n" : "", checkpoint->chain[0] != '\0' ? "chain " : "",
        checkpoint->chain, checkpoint->chain[0] != '\0' ? "\n" : "");
    assert(size > 0 && (size_t)size < sizeof made);
    /* whoever fills a checkpoint by hand may fill it wrongly */
    wb_checkpoint again;
    const wb_code code =
        wb_checkpoint_parse(&again, made, (size_t)size, "the checkpoint to write", err);
    if (code != WB_OK) return code;
    *text = strdup(made);
    return *text == NULL ? wb_fail(err, WB_E_NOMEM, "no memory for a checkpoint") : WB_OK;
}
