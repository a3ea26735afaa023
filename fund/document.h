/*
 * document.h - the documents of the fund as canonical JSON text (sorted keys, no blanks): written,
 * compared and read back. Amounts and rates are texts, so that they stay exact.
 */
#ifndef FUND_DOCUMENT_H
#define FUND_DOCUMENT_H

#include <jansson.h>

#include "waarborg/fund.h"

/* The text of a body, owned by the caller (free). Takes over `body`, which may be NULL when it
 * could not be built. WB_E_NOMEM, WB_E_TOO_LARGE. */
WB_MUST_CHECK wb_code wb_body_text(char **text, json_t *body, wb_error *err);

/* The body of a record, owned by the caller (json_decref). WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_body_read(json_t **body, const wb_record *record, wb_error *err);

/* One field of a body; WB_E_DAMAGED, naming the record's id, when it is missing or of another form.
 * text is copied to `size` bytes. */
WB_MUST_CHECK wb_code wb_body_string(char *text, size_t size, const json_t *body, const char *key,
                                     const char *id, wb_error *err);
WB_MUST_CHECK wb_code wb_body_integer(int64_t *value, const json_t *body, const char *key,
                                      const char *id, wb_error *err);
WB_MUST_CHECK wb_code wb_body_money(wb_money *value, const json_t *body, const char *key,
                                    const char *id, wb_error *err);
WB_MUST_CHECK wb_code wb_body_rate(wb_rate *value, const json_t *body, const char *key,
                                   const char *id, wb_error *err);
WB_MUST_CHECK wb_code wb_body_date(wb_date *value, const json_t *body, const char *key,
                                   const char *id, wb_error *err);

/* How a document compares with the current one of its kind and id. */
typedef enum wb_document_state {
    WB_DOCUMENT_NEW,
    WB_DOCUMENT_SAME, /* the same body */
    WB_DOCUMENT_OTHER
} wb_document_state;
WB_MUST_CHECK wb_code wb_document_compare(wb_document_state *state, wb_ledger *ledger,
                                          wb_record_kind kind, const char *id, const char *body,
                                          wb_error *err);

/* Text for a name or a reason: 1 to `max` bytes of UTF-8 without control characters. `what` names
 * it in the message ("the fund's name"). WB_E_RANGE, WB_E_ENCODING. */
WB_MUST_CHECK wb_code wb_text_check_line(const char *text, size_t max, const char *what,
                                         wb_error *err);

#endif
