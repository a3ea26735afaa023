/* error.c - the one error type, its list, and its one rendering for people. */
#include "waarborg/error.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/text.h"

static const struct {
    const char *name;
    int number;
    int exit_status;
    const char *text;
} codes[] = {
#define X(name, number, exit_status, text) {#name, number, exit_status, text},
    WB_CODE_MAP(X)
#undef X
};

enum { CODE_COUNT = sizeof codes / sizeof codes[0] };

const char *wb_code_name(wb_code code)
{
    assert((size_t)code < CODE_COUNT);
    return codes[code].name;
}

int wb_code_number(wb_code code)
{
    assert((size_t)code < CODE_COUNT);
    return codes[code].number;
}

int wb_code_exit(wb_code code)
{
    assert((size_t)code < CODE_COUNT);
    return codes[code].exit_status;
}

const char *wb_code_text(wb_code code)
{
    assert((size_t)code < CODE_COUNT);
    return codes[code].text;
}

wb_code wb_fail(wb_error *err, wb_code code, const char *format, ...)
{
    assert(code != WB_OK);
    if (err == NULL) return code;
    memset(err, 0, sizeof *err);
    err->code = code;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return code;
}

void wb_error_hint(wb_error *err, const char *format, ...)
{
    if (err == NULL || err->hint[0] != '\0') return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(err->hint, sizeof err->hint, format, arguments);
    va_end(arguments);
}

/* Copy text that fits, or as much as does. */
static void copy_cut(char *to, size_t room, const char *from)
{
    (void)snprintf(to, room, "%s", from);
}

void wb_error_at(wb_error *err, const char *file, uint32_t line, const char *field)
{
    if (err == NULL) return;
    if (file != NULL && err->file[0] == '\0') copy_cut(err->file, sizeof err->file, file);
    if (line != 0 && err->line == 0) err->line = line;
    if (field != NULL && err->field[0] == '\0') copy_cut(err->field, sizeof err->field, field);
}

/* Whether the byte continues a UTF-8 sequence: a cut may not fall before one. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

/* What a terminal may safely show of a byte of the input. */
static char printable(char byte)
{
    if (byte == '\t') return ' ';
    if ((unsigned char)byte < 0x20 || byte == 0x7F) return '?';
    return byte;
}

void wb_error_excerpt(wb_error *err, const char *line, size_t size, uint32_t column,
                      uint32_t column_end)
{
    if (err == NULL) return;
    err->column = column;
    err->column_end = column_end;
    const size_t room = sizeof err->excerpt - 1;
    size_t start = 0;
    /* A long line keeps its first bytes when the fault is among them, else a window around it. */
    if (size > room && column > room / 2) {
        start = column - 1 > room / 2 ? column - 1 - room / 2 : 0;
        if (start > size - room) start = size - room;
        while (start < size && continues(line[start]))
            start++;
    }
    size_t count = size - start < room ? size - start : room;
    while (count > 0 && start + count < size && continues(line[start + count]))
        count--;
    for (size_t i = 0; i < count; i++) {
        err->excerpt[i] = printable(line[start + i]);
    }
    err->excerpt[count] = '\0';
    err->excerpt_offset = (uint32_t)start;
}

static const char *severity_word(wb_severity severity)
{
    switch (severity) {
    case WB_WARNING: return "warning[W";
    case WB_NOTE: return "note[N";
    case WB_ERROR: break;
    }
    return "error[E";
}

/* The excerpt with a caret line below it, aligned by display width. */
static void render_excerpt(FILE *out, const wb_error *err)
{
    const size_t size = strlen(err->excerpt);
    if (size == 0) return;
    int margin = 5;
    if (err->line > 0) {
        margin = fprintf(out, "%5u", (unsigned)err->line);
        (void)fprintf(out, " | %s%s\n", err->excerpt_offset > 0 ? "..." : "", err->excerpt);
    } else {
        (void)fprintf(out, "%5s | %s%s\n", "", err->excerpt_offset > 0 ? "..." : "", err->excerpt);
    }
    if (err->column == 0) return;
    size_t first = err->column - 1;
    if (first < err->excerpt_offset) return;
    first -= err->excerpt_offset;
    if (first > size) first = size;
    size_t last = err->column_end > err->column ? err->column_end - 1 : err->column;
    last = last > err->excerpt_offset ? last - err->excerpt_offset : first + 1;
    if (last > size) last = size > first ? size : first + 1;
    const size_t before =
        wb_text_width(err->excerpt, first) + (err->excerpt_offset > 0 ? (size_t)3 : 0);
    const size_t under = last <= size ? wb_text_width(err->excerpt + first, last - first) : 1;
    (void)fprintf(out, "%*s | %*s^", margin, "", (int)before, "");
    for (size_t i = 1; i < under; i++)
        (void)fputc('~', out);
    (void)fputc('\n', out);
}

void wb_error_render(FILE *out, const wb_error *err)
{
    assert(err != NULL);
    (void)fputs(err->file[0] != '\0' ? err->file : "waarborg", out);
    if (err->line > 0) (void)fprintf(out, ":%u", (unsigned)err->line);
    if (err->line > 0 && err->column > 0) (void)fprintf(out, ":%u", (unsigned)err->column);
    (void)fprintf(out, ": %s%04d]: ", severity_word(err->severity), wb_code_number(err->code));
    if (err->field[0] != '\0') (void)fprintf(out, "%s: ", err->field);
    (void)fprintf(out, "%s\n", err->message);
    render_excerpt(out, err);
    if (err->hint[0] != '\0') (void)fprintf(out, "  hint: %s\n", err->hint);
}

void wb_diagnostics_add(wb_diagnostics *list, const wb_error *err)
{
    assert(list != NULL);
    assert(err->code != WB_OK);
    if (err->severity == WB_ERROR) list->errors++;
    if (err->severity == WB_WARNING) list->warnings++;
    if (list->items == NULL) list->items = calloc(WB_DIAGNOSTICS_MAX, sizeof *list->items);
    if (list->items == NULL || list->count == WB_DIAGNOSTICS_MAX) {
        list->dropped++;
        return;
    }
    list->items[list->count++] = *err;
}

wb_code wb_diagnostics_code(const wb_diagnostics *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].severity == WB_ERROR) return list->items[i].code;
    }
    return list->errors > 0 ? WB_E_NOMEM : WB_OK;
}

static void render_count(FILE *out, size_t count, const char *noun)
{
    (void)fprintf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

void wb_diagnostics_render(FILE *out, const wb_diagnostics *list, const char *closing)
{
    for (size_t i = 0; i < list->count; i++)
        wb_error_render(out, &list->items[i]);
    if (list->dropped > 0) {
        (void)fprintf(out, "... and ");
        render_count(out, list->dropped, "more message");
        (void)fputc('\n', out);
    }
    if (closing == NULL || (list->errors == 0 && list->warnings == 0)) return;
    if (list->errors > 0) render_count(out, list->errors, "error");
    if (list->errors > 0 && list->warnings > 0) (void)fputs(", ", out);
    if (list->warnings > 0) render_count(out, list->warnings, "warning");
    (void)fprintf(out, "; %s.\n", closing);
}

void wb_diagnostics_clear(wb_diagnostics *list)
{
    free(list->items);
    memset(list, 0, sizeof *list);
}

enum { WORD_MAX = 64 };

/* Damerau-Levenshtein distance (adjacent swaps count one) of two short words. */
static size_t word_distance(const char *a, size_t m, const char *b, size_t n)
{
    size_t before[WORD_MAX + 1] = {0};
    size_t last[WORD_MAX + 1];
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; i <= m; i++) {
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            const bool swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swap && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            row[j] = best;
        }
        memcpy(before, last, sizeof before);
        memcpy(last, row, (n + 1) * sizeof row[0]);
    }
    return last[n];
}

const char *wb_nearest_word(const char *given, const char *const *words, size_t count)
{
    const size_t size = strlen(given);
    const char *nearest = NULL;
    size_t best = size / 3 + 1; /* a third of the word may differ, and one letter always */
    if (size == 0 || size > WORD_MAX) return NULL;
    for (size_t i = 0; i < count; i++) {
        const size_t other = strlen(words[i]);
        if (other > WORD_MAX) continue;
        const size_t distance = word_distance(given, size, words[i], other);
        if (distance < best || (distance == best && nearest == NULL)) {
            best = distance;
            nearest = words[i];
        }
    }
    return nearest;
}
