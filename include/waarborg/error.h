/*
 * error.h - what went wrong, where, why, and what to do: one type for every kind of failure.
 *
 * A function that can fail returns a wb_code and fills the caller's wb_error, which may be NULL
 * where nobody will read it. The deepest frame writes the message; outer frames add what they
 * alone know (the file, the field). The library never prints: cli/ renders an error once, with
 * wb_error_render or wb_error_json, whether it came from YAML, CSV, the command line or the store.
 *
 * Three kinds are never mixed: rejected (the input's fault, exit 1 to 5), failed (the machine's or
 * the disk's, exit 6 to 8) and bug (an assert, which aborts).
 */
#ifndef WAARBORG_ERROR_H
#define WAARBORG_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#define WB_MUST_CHECK __attribute__((warn_unused_result))
#define WB_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define WB_MUST_CHECK
#define WB_PRINTF(text, first)
#endif

/*
 * The one list of codes: name, number (printed as E0401, stable for ever), exit status, meaning.
 * Exit statuses: 0 ok, 1 the answer is no, 2 usage, 3 input file invalid, 4 refused by a rule of
 * the ledger, 5 not authorised, 6 integrity broken, 7 input/output, 8 interrupted, 70 internal.
 */
#define WB_CODE_MAP(X)                                                     \
    X(OK, 0, 0, "success")                                                 \
    X(E_ANSWER_NO, 100, 1, "the answer is no")                             \
    X(E_USAGE, 201, 2, "the command line is not understood")               \
    X(E_SYNTAX, 301, 3, "input is not well formed")                        \
    X(E_ENCODING, 302, 3, "input is not text in UTF-8")                    \
    X(E_TOO_LARGE, 303, 3, "input is larger than its stated limit")        \
    X(E_UNKNOWN_KEY, 304, 3, "unknown key or column")                      \
    X(E_DUPLICATE_KEY, 305, 3, "key, column or id given twice")            \
    X(E_MISSING, 306, 3, "a required key, column or value is missing")     \
    X(E_FORBIDDEN, 307, 3, "a construct this file may not use")            \
    X(E_NOT_BUILT, 308, 3, "not built yet")                                \
    X(E_AMOUNT, 311, 3, "not an amount in euros and cents")                \
    X(E_RATE, 312, 3, "not a rate")                                        \
    X(E_DATE, 313, 3, "not a date")                                        \
    X(E_NUMBER, 314, 3, "not a number")                                    \
    X(E_RANGE, 315, 3, "value out of range")                               \
    X(E_CHOICE, 316, 3, "not one of the allowed words")                    \
    X(E_REFERENCE, 317, 3, "names something that does not exist")          \
    X(E_CONFLICT, 318, 3, "contradicts another value")                     \
    X(E_UNBALANCED, 401, 4, "debits and credits differ")                   \
    X(E_POSTINGS, 402, 4, "wrong number of postings")                      \
    X(E_ACCOUNT, 403, 4, "unknown account")                                \
    X(E_PARTY, 404, 4, "unknown party")                                    \
    X(E_DUPLICATE, 405, 4, "reference was used before with other content") \
    X(E_REVERSED, 406, 4, "entry cannot be reversed")                      \
    X(E_NOT_FOUND, 407, 4, "no such item in the ledger")                   \
    X(E_RULE, 408, 4, "refused by a rule of the fund")                     \
    X(E_CLOSED, 409, 4, "the period is closed")                            \
    X(E_LIMIT, 410, 4, "beyond a limit")                                   \
    X(E_STALE, 411, 4, "what it rests on has changed")                     \
    X(E_UNAUTHORISED, 501, 5, "not authorised")                            \
    X(E_REVOKED, 502, 5, "the key is revoked or replaced")                 \
    X(E_KEY, 503, 5, "the key or its passphrase is not good")              \
    X(E_FOUR_EYES, 504, 5, "a second pair of eyes is needed")              \
    X(E_DAMAGED, 601, 6, "stored data is damaged")                         \
    X(E_CHAIN, 602, 6, "an entry does not match the hash chain")           \
    X(E_SIGNATURE, 603, 6, "a signature does not hold")                    \
    X(E_ANCHOR, 604, 6, "the ledger does not extend the anchor")           \
    X(E_PROOF, 605, 6, "the proof does not hold")                          \
    X(E_IO, 701, 7, "a system call failed")                                \
    X(E_FULL, 702, 7, "storage is full")                                   \
    X(E_NOMEM, 703, 7, "out of memory")                                    \
    X(E_VERSION, 704, 7, "written by a newer version")                     \
    X(E_NOT_LEDGER, 705, 7, "not a ledger")                                \
    X(E_EXISTS, 706, 7, "already exists")                                  \
    X(E_INTERRUPTED, 801, 8, "interrupted")                                \
    X(E_INTERNAL, 901, 70, "internal error")

typedef enum wb_code {
#define X(name, number, exit_status, text) WB_##name,
    WB_CODE_MAP(X)
#undef X
} wb_code;

typedef enum wb_severity { WB_ERROR, WB_WARNING, WB_NOTE } wb_severity;

/* One message. All strings are NUL-terminated and empty when unknown; longer text is cut. */
typedef struct wb_error {
    wb_code code;
    wb_severity severity;
    uint32_t line;           /* 1-based line of the input; 0 when it has none */
    uint32_t column;         /* 1-based, in bytes; 0 when unknown */
    uint32_t column_end;     /* one past the last byte of the fault; 0: one column */
    char file[256];          /* the input, never the C source */
    char field[128];         /* dotted path such as "providers[3].pd" */
    char message[320];       /* lower case, no full stop, the fault first, subject in 'quotes' */
    char hint[320];          /* what to do; "" when there is nothing to add */
    char excerpt[320];       /* the line of input that `line` names, cut around the fault */
    uint32_t excerpt_offset; /* bytes of that line cut away before the excerpt */
} wb_error;

/* The code's name without WB_ ("E_UNBALANCED"), number (401), exit status (4) and meaning. */
const char *wb_code_name(wb_code code);
int wb_code_number(wb_code code);
int wb_code_exit(wb_code code);
const char *wb_code_text(wb_code code);

/*
 * Fill err (may be NULL) with a fresh error and return code, so that a caller can write
 * `return wb_fail(err, WB_E_RANGE, "...", ...);`. Clears position, hint and excerpt.
 */
wb_code wb_fail(wb_error *err, wb_code code, const char *format, ...) WB_PRINTF(3, 4);

/* Add a hint to an error that has none. NULL err is ignored. */
void wb_error_hint(wb_error *err, const char *format, ...) WB_PRINTF(2, 3);

/* Add what an outer frame knows. Parts already set stay: the deepest frame wins. Any of file and
 * field may be NULL, line may be 0. NULL err is ignored. */
void wb_error_at(wb_error *err, const char *file, uint32_t line, const char *field);

/* Set the position and the excerpt from the whole text of the line (without its newline, `size`
 * bytes, need not be terminated). A long line is cut around the fault; control bytes show as '?'.
 */
void wb_error_excerpt(wb_error *err, const char *line, size_t size, uint32_t column,
                      uint32_t column_end);

/*
 * Print one error for a person:
 *
 *     base.yaml:12:9: error[E0312]: 1.2 is not a probability
 *        12 |   pd: 1.2
 *           |       ^~~
 *       hint: write 120% or 0.012
 *
 * A part that is unknown is left out. Columns under the excerpt count display width for UTF-8.
 */
void wb_error_render(FILE *out, const wb_error *err);

/*
 * All errors of a file in one run. Zero-initialise, add, render, clear. Holds the first
 * WB_DIAGNOSTICS_MAX and counts the rest. Not for sharing between threads.
 */
enum { WB_DIAGNOSTICS_MAX = 100 };
typedef struct wb_diagnostics {
    wb_error *items; /* owned; `count` of them, in the order found */
    size_t count;
    size_t dropped; /* messages beyond WB_DIAGNOSTICS_MAX */
    size_t errors;  /* how many were errors, dropped ones included */
    size_t warnings;
} wb_diagnostics;

/* Copy err into the list. Out of memory counts as dropped: the run fails all the same. */
void wb_diagnostics_add(wb_diagnostics *list, const wb_error *err);
/* WB_OK when no error was added (warnings and notes do not count), else the first error's code. */
wb_code wb_diagnostics_code(const wb_diagnostics *list);
/* Every message in turn, then a closing line such as "2 errors, 1 warning; nothing was written."
 * `closing` replaces "nothing was written"; NULL leaves the closing line out. */
void wb_diagnostics_render(FILE *out, const wb_diagnostics *list, const char *closing);
void wb_diagnostics_clear(wb_diagnostics *list);

/*
 * The word of `words` (count of them) nearest to `given` by Damerau-Levenshtein distance, for
 * "did you mean"; NULL when none is within a third of its length. Borrowed from words.
 */
const char *wb_nearest_word(const char *given, const char *const *words, size_t count);

#endif
