/* lines.c - text line by line. */
#include "proof/lines.h"

#include <string.h>

bool line_next(line_reader *lines, const char **text, size_t *size)
{
    lines->number++;
    const size_t rest = (size_t)(lines->end - lines->at);
    const char *end = rest > 0 ? memchr(lines->at, '\n', rest) : NULL;
    if (end == NULL) return false;
    *text = lines->at;
    *size = (size_t)(end - lines->at);
    lines->at = end + 1;
    return true;
}

wb_code line_refuse(const line_reader *lines, wb_error *err, const char *why)
{
    (void)wb_fail(err, WB_E_SYNTAX, "%s", why);
    wb_error_at(err, lines->path, lines->number, NULL);
    return WB_E_SYNTAX;
}

bool line_skip(const char **text, size_t *size, const char *word)
{
    const size_t length = strlen(word);
    if (*size <= length || memcmp(*text, word, length) != 0) return false;
    *text += length;
    *size -= length;
    return true;
}
