/* lines.h - text that is read line by line, with the number of each; private to proof/. */
#ifndef PROOF_LINES_H
#define PROOF_LINES_H

#include "waarborg/error.h"

typedef struct line_reader {
    const char *at, *end;
    uint32_t number;  /* of the line that was read last; start it one below the first */
    const char *path; /* names the input in messages */
} line_reader;

/* The next line, without its end. False at the end of the text, or when it has no line end. */
bool line_next(line_reader *lines, const char **text, size_t *size);
/* WB_E_SYNTAX at the line that was read last. */
wb_code line_refuse(const line_reader *lines, wb_error *err, const char *why);
/* Whether the line starts with this word and goes on; then they go beyond it. */
bool line_skip(const char **text, size_t *size, const char *word);

#endif
