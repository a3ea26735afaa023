/* text.c - whole files with a limit, UTF-8, ids, and the width of text on a terminal. */
#include "waarborg/text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { READ_FIRST = 64 * 1024 };

/* Read the open stream to its end into a growing buffer of at most limit bytes. */
static wb_code read_stream(char **text, size_t *size, FILE *file, const char *path, size_t limit,
                           wb_error *err)
{
    size_t room = limit < READ_FIRST ? limit + 1 : READ_FIRST;
    size_t used = 0;
    char *buffer = malloc(room + 1);
    for (;;) {
        if (buffer == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold '%s' in memory", path);
        used += fread(buffer + used, 1, room - used, file);
        if (used < room) break;
        if (used > limit) {
            free(buffer);
            return wb_fail(err, WB_E_TOO_LARGE, "file is larger than %zu bytes", limit);
        }
        room = room > limit / 2 ? limit + 1 : 2 * room;
        char *grown = realloc(buffer, room + 1);
        if (grown == NULL) free(buffer);
        buffer = grown;
    }
    if (ferror(file) != 0) {
        const int reason = errno;
        free(buffer);
        return wb_fail(err, WB_E_IO, "cannot read: %s", strerror(reason));
    }
    buffer[used] = '\0';
    *text = buffer;
    *size = used;
    return WB_OK;
}

wb_code wb_text_read(char **text, size_t *size, const char *path, size_t limit, wb_error *err)
{
    assert(text != NULL && size != NULL);
    assert(path != NULL);
    assert(limit > 0 && limit < SIZE_MAX / 4);
    *text = NULL;
    *size = 0;
    const bool standard = strcmp(path, "-") == 0;
    const char *shown = standard ? "standard input" : path;
    FILE *file = standard ? stdin : fopen(path, "rb");
    wb_code code = WB_OK;
    if (file == NULL) {
        code = wb_fail(err, WB_E_IO, "cannot open: %s", strerror(errno));
    } else {
        code = read_stream(text, size, file, shown, limit, err);
        if (!standard) (void)fclose(file); /* read only: nothing to lose */
    }
    if (code != WB_OK) wb_error_at(err, shown, 0, NULL);
    return code;
}

/* Bytes of the well-formed UTF-8 sequence at text, or 0. Overlong forms, surrogates and code
 * points beyond U+10FFFF are not well formed (Unicode 15, table 3-7). */
static size_t sequence_size(const unsigned char *text, size_t size)
{
    const unsigned char lead = text[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const size_t need = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size < need) return 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (text[1] < low || text[1] > high) return 0;
    for (size_t i = 2; i < need; i++) {
        if ((text[i] & 0xC0U) != 0x80U) return 0;
    }
    return need;
}

/* Whether a sequence starts at `place` that only the end of the text cuts short. */
static bool cut_short(const char *text, size_t size, size_t place)
{
    const unsigned char lead = (unsigned char)text[place];
    if (lead < 0xC2 || lead > 0xF4) return false;
    const size_t need = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size - place >= need) return false;
    for (size_t i = place + 1; i < size; i++) {
        if (((unsigned char)text[i] & 0xC0U) != 0x80U) return false;
    }
    return true;
}

/* Name the bad byte at `place` and show its line. */
static wb_code refuse_byte(wb_error *err, const char *text, size_t size, size_t place,
                           const char *path)
{
    uint32_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < place; i++) {
        if (text[i] != '\n') continue;
        line++;
        start = i + 1;
    }
    const char *newline = memchr(text + place, '\n', size - place);
    const size_t end = newline == NULL ? size : (size_t)(newline - text);
    const unsigned char byte = (unsigned char)text[place];
    wb_code code = WB_E_ENCODING;
    if (byte == 0) {
        code = wb_fail(err, code, "a zero byte: this is not a text file");
        wb_error_hint(err, "is this a binary file, such as a spreadsheet? save it as CSV in UTF-8");
    } else if (cut_short(text, size, place)) {
        code = wb_fail(err, code, "the file ends inside a character (byte 0x%02X)", byte);
        wb_error_hint(err, "the file was cut off: get a complete copy");
    } else {
        code = wb_fail(err, code, "byte 0x%02X is not UTF-8", byte);
        wb_error_hint(err, "save the file as UTF-8; it may be in Windows-1252 now");
    }
    /* The excerpt stops before the byte, so that it can be printed itself. */
    const size_t shown = end < place ? end : place;
    wb_error_excerpt(err, text + start, shown - start, (uint32_t)(place - start) + 1, 0);
    wb_error_at(err, path, line, NULL);
    return code;
}

wb_code wb_text_check_utf8(const char *text, size_t size, const char *path, wb_error *err)
{
    assert(text != NULL || size == 0);
    for (size_t i = 0; i < size;) {
        const size_t step =
            text[i] == '\0' ? 0 : sequence_size((const unsigned char *)text + i, size - i);
        if (step == 0) return refuse_byte(err, text, size, i, path);
        i += step;
    }
    return WB_OK;
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool wb_id_valid(const char *text, size_t size)
{
    if (size == 0 || size > WB_ID_MAX || !is_alphanumeric(text[0])) return false;
    for (size_t i = 1; i < size; i++) {
        if (!is_alphanumeric(text[i]) && (text[i] == '\0' || strchr("-_.:/", text[i]) == NULL)) {
            return false;
        }
    }
    return true;
}

enum { QUOTE_MAX = 60 }; /* bytes of a wrong text that a message shows */

wb_code wb_number_parse(uint64_t *value, const char *text, size_t size, uint64_t limit,
                        wb_error *err)
{
    assert(value != NULL);
    const int quoted = (int)(size < QUOTE_MAX ? size : QUOTE_MAX);
    uint64_t result = 0;
    for (size_t i = 0; i < size || size == 0; i++) {
        if (size == 0 || text[i] < '0' || text[i] > '9') {
            (void)wb_fail(err, WB_E_NUMBER, "'%.*s' is not a whole number", quoted, text);
            wb_error_hint(err, "write digits only, such as 1250");
            return WB_E_NUMBER;
        }
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (digit > limit || result > (limit - digit) / 10) {
            return wb_fail(err, WB_E_RANGE, "'%.*s' is more than %llu", quoted, text,
                           (unsigned long long)limit);
        }
        result = 10 * result + digit;
    }
    *value = result;
    return WB_OK;
}

typedef struct code_range {
    uint32_t first, last;
} code_range;

/* Combining marks that European text uses, and the joiners. */
static const code_range zero_width[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x1AB0, 0x1AFF},
                                        {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
                                        {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
/* The wide blocks of East Asian scripts and of emoji. */
static const code_range double_width[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                                          {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                          {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

static bool in_ranges(uint32_t point, const code_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) return true;
    }
    return false;
}

static size_t point_width(const unsigned char *text, size_t size)
{
    if (size == 1) return 1;
    uint32_t point = text[0] & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; i++)
        point = point << 6 | (text[i] & 0x3FU);
    if (in_ranges(point, zero_width, sizeof zero_width / sizeof zero_width[0])) return 0;
    return in_ranges(point, double_width, sizeof double_width / sizeof double_width[0]) ? 2 : 1;
}

size_t wb_text_width(const char *text, size_t size)
{
    size_t width = 0;
    for (size_t i = 0; i < size;) {
        const unsigned char *at = (const unsigned char *)text + i;
        const size_t step = sequence_size(at, size - i);
        width += step == 0 ? 1 : point_width(at, step);
        i += step == 0 ? 1 : step;
    }
    return width;
}
