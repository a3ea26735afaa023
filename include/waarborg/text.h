/*
 * text.h - small text needs that every input shares: whole files with a limit, UTF-8, identifiers.
 */
#ifndef WAARBORG_TEXT_H
#define WAARBORG_TEXT_H

#include "waarborg/error.h"

/*
 * Read a whole file (or standard input for "-") of at most `limit` bytes. *text is owned by the
 * caller (free), NUL-terminated beyond size. WB_E_IO, WB_E_TOO_LARGE (limit named), WB_E_NOMEM.
 */
WB_MUST_CHECK wb_code wb_text_read(char **text, size_t *size, const char *path, size_t limit,
                                   wb_error *err);

/*
 * Check that text is UTF-8 without NUL bytes. WB_E_ENCODING, with line, column and excerpt of the
 * first bad byte and a hint (binary file? cp1252?). `path` names the file in the message.
 */
WB_MUST_CHECK wb_code wb_text_check_utf8(const char *text, size_t size, const char *path,
                                         wb_error *err);

/* An id (party, provider, account, region, loan ...): 1 to 64 bytes of letters, digits, '-', '_',
 * '.', ':' and '/', first a letter or digit. */
enum { WB_ID_MAX = 64 };
bool wb_id_valid(const char *text, size_t size);

/* Read a whole number: digits only, at most `limit`. WB_E_NUMBER, WB_E_RANGE, without a position.
 * On failure value is untouched. */
WB_MUST_CHECK wb_code wb_number_parse(uint64_t *value, const char *text, size_t size,
                                      uint64_t limit, wb_error *err);

/* The number of terminal columns that `size` bytes of UTF-8 take (one per code point, two for wide
 * East Asian ranges, none for combining marks; malformed bytes count one). */
size_t wb_text_width(const char *text, size_t size);

#endif
