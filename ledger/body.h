/*
 * body.h - the bodies that the ledger itself reads: canonical JSON objects, read strictly. Private
 * to ledger/.
 *
 * Read a body: open, take every key once, close with wb_form_end. A body that is no canonical JSON
 * object, lacks a key, has another, or has a value of another type is refused with the code that
 * open was given: WB_E_DAMAGED for what comes from the log, WB_E_RANGE for what a caller writes.
 * Each taker is a no-op after the first failure, so that a reader is a flat list; wb_form_end
 * says how it went.
 *
 *     wb_form form;
 *     wb_form_open(&form, "user", body, WB_E_RANGE, err);
 *     const char *key = wb_form_text(&form, "key", WB_VERIFIER_TEXT_MAX - 1);
 *     ...
 *     code = wb_form_end(&form);     before what was taken is used
 *     wb_form_close(&form);          after it was used: texts are borrowed
 */
#ifndef WAARBORG_LEDGER_BODY_H
#define WAARBORG_LEDGER_BODY_H

#include <jansson.h>

#include "waarborg/money.h"

typedef struct wb_form {
    json_t *object;
    const char *what; /* names the document in messages */
    size_t taken;
    wb_code refusal;
    wb_code code;
    wb_error *err;
} wb_form;

/* `body` of `size` bytes; `what` and `err` are borrowed until wb_form_end. */
void wb_form_open(wb_form *form, const char *what, const char *body, size_t size, wb_code refusal,
                  wb_error *err);
/* A text of at most `limit` bytes; "" after a failure. Borrowed until close. */
const char *wb_form_text(wb_form *form, const char *key, size_t limit);
/* A text, or null: NULL. */
const char *wb_form_text_or_null(wb_form *form, const char *key, size_t limit);
bool wb_form_boolean(wb_form *form, const char *key);
/* A list of `least` to `most` items; NULL after a failure. Borrowed. */
const json_t *wb_form_list(wb_form *form, const char *key, size_t least, size_t most);
/* An amount as text in its one form ("250000.00"), or null: false. */
bool wb_form_money_or_null(wb_form *form, const char *key, wb_money *money);
/* An object, or null: NULL. Borrowed. */
const json_t *wb_form_object_or_null(wb_form *form, const char *key);
/* Another rule of the body's own was broken: "its roles are not in order". */
void wb_form_refuse(wb_form *form, const char *format, ...) WB_PRINTF(2, 3);
/* How it went; refuses a key that was not taken. */
WB_MUST_CHECK wb_code wb_form_end(wb_form *form);
void wb_form_close(wb_form *form);

/* Whether a text is an amount in its one form. */
bool wb_form_amount(wb_money *money, const char *text);

/* Watch jansson's memory from now on, which wb_form_write needs. Any number of times, any thread.
 */
void wb_form_start(void);

/* The canonical text of an object, which is released; *text is owned by the caller (free). A NULL
 * object is WB_E_NOMEM: json_pack may be given as it is. WB_E_TOO_LARGE beyond WB_DOCUMENT_MAX. */
WB_MUST_CHECK wb_code wb_form_write(char **text, json_t *object, wb_error *err);

#endif
