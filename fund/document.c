/* document.c - documents of the fund as canonical JSON text. */
#include "fund/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

wb_code wb_body_text(char **text, json_t *body, wb_error *err)
{
    assert(text != NULL);
    *text = NULL;
    if (body == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a document");
    char *dumped = json_dumps(body, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(body);
    if (dumped == NULL) return wb_fail(err, WB_E_NOMEM, "cannot write a document");
    const size_t size = strlen(dumped);
    if (size > WB_DOCUMENT_MAX) {
        free(dumped);
        return wb_fail(err, WB_E_TOO_LARGE, "a document of %zu bytes, the limit is %d", size,
                       WB_DOCUMENT_MAX);
    }
    *text = dumped;
    return WB_OK;
}

wb_code wb_body_read(json_t **body, const wb_record *record, wb_error *err)
{
    assert(body != NULL);
    assert(record != NULL);
    json_error_t fault;
    *body = json_loads(record->document.body, JSON_REJECT_DUPLICATES, &fault);
    if (*body != NULL && json_is_object(*body)) return WB_OK;
    json_decref(*body);
    *body = NULL;
    return wb_fail(err, WB_E_DAMAGED, "record %llu, document '%s', is not a JSON object",
                   (unsigned long long)record->number, record->document.id);
}

static wb_code field_fail(const char *key, const char *id, wb_error *err)
{
    return wb_fail(err, WB_E_DAMAGED, "document '%s' has no readable '%s'", id, key);
}

wb_code wb_body_string(char *text, size_t size, const json_t *body, const char *key, const char *id,
                       wb_error *err)
{
    const char *value = json_string_value(json_object_get(body, key));
    if (value == NULL || strlen(value) >= size) return field_fail(key, id, err);
    memcpy(text, value, strlen(value) + 1);
    return WB_OK;
}

wb_code wb_body_integer(int64_t *value, const json_t *body, const char *key, const char *id,
                        wb_error *err)
{
    const json_t *item = json_object_get(body, key);
    if (!json_is_integer(item)) return field_fail(key, id, err);
    *value = json_integer_value(item);
    return WB_OK;
}

wb_code wb_body_money(wb_money *value, const json_t *body, const char *key, const char *id,
                      wb_error *err)
{
    const char *text = json_string_value(json_object_get(body, key));
    if (text == NULL || wb_money_parse(value, text, strlen(text), WB_MONEY_PLAIN, NULL) != WB_OK) {
        return field_fail(key, id, err);
    }
    return WB_OK;
}

wb_code wb_body_rate(wb_rate *value, const json_t *body, const char *key, const char *id,
                     wb_error *err)
{
    const char *text = json_string_value(json_object_get(body, key));
    if (text == NULL || wb_rate_parse(value, text, strlen(text), WB_RATE_NUMBER, NULL) != WB_OK) {
        return field_fail(key, id, err);
    }
    return WB_OK;
}

wb_code wb_body_date(wb_date *value, const json_t *body, const char *key, const char *id,
                     wb_error *err)
{
    const char *text = json_string_value(json_object_get(body, key));
    if (text == NULL || wb_date_parse(value, text, strlen(text), NULL) != WB_OK) {
        return field_fail(key, id, err);
    }
    return WB_OK;
}

wb_code wb_document_compare(wb_document_state *state, wb_ledger *ledger, wb_record_kind kind,
                            const char *id, const char *body, wb_error *err)
{
    assert(state != NULL);
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_ledger_find_document(ledger, kind, id, &record, err);
    if (code == WB_E_NOT_FOUND) {
        *state = WB_DOCUMENT_NEW;
        code = WB_OK;
    } else if (code == WB_OK) {
        *state = strcmp(record.document.body, body) == 0 ? WB_DOCUMENT_SAME : WB_DOCUMENT_OTHER;
    }
    wb_record_clear(&record);
    return code;
}

wb_code wb_text_check_line(const char *text, size_t max, const char *what, wb_error *err)
{
    assert(text != NULL);
    const size_t size = strlen(text);
    if (size == 0) return wb_fail(err, WB_E_RANGE, "%s is empty", what);
    if (size > max) {
        return wb_fail(err, WB_E_RANGE, "%s has %zu bytes, the limit is %zu", what, size, max);
    }
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (byte < 0x20 || byte == 0x7f) {
            return wb_fail(err, WB_E_RANGE, "%s has a control character at byte %zu", what, i + 1);
        }
    }
    if (wb_text_check_utf8(text, size, "", NULL) != WB_OK) {
        return wb_fail(err, WB_E_ENCODING, "%s is not text in UTF-8", what);
    }
    return WB_OK;
}
