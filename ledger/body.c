/* body.c - canonical JSON objects, read strictly and written; see body.h. */
#include "ledger/body.h"

#include <assert.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/ledger.h"

enum { CANONICAL = JSON_SORT_KEYS | JSON_COMPACT, DEPTH_MAX = 32 };

/* jansson calls a text that it has no memory for invalid, and leaves out what it has none for when
 * it writes: a stored body would seem damaged, a new one lack a role. So its allocations are looked
 * at. */
static _Thread_local bool out_of_memory;
static pthread_once_t allocator_once = PTHREAD_ONCE_INIT;

static void *allocate(size_t size)
{
    void *block = malloc(size);
    if (block == NULL) out_of_memory = true;
    return block;
}

static void set_allocator(void)
{
    json_set_alloc_funcs(allocate, free);
}

void wb_form_start(void)
{
    const int result = pthread_once(&allocator_once, set_allocator);
    assert(result == 0);
    (void)result;
}

static void refuse(wb_form *form, const char *key, const char *wrong)
{
    if (form->code != WB_OK) return;
    form->code =
        wb_fail(form->err, form->refusal, "the body of a %s: '%s' %s", form->what, key, wrong);
}

void wb_form_refuse(wb_form *form, const char *format, ...)
{
    if (form->code != WB_OK) return;
    char text[256];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    form->code = wb_fail(form->err, form->refusal, "the body of a %s: %s", form->what, text);
}

/* Lists and objects in one another: jansson's own limit is far beyond what a body needs. */
static bool deep(const char *body, size_t size)
{
    size_t depth = 0;
    for (size_t i = 0; i < size; i++) {
        if (body[i] == '{' || body[i] == '[') depth++; /* in texts too: a body has few of either */
        if ((body[i] == '}' || body[i] == ']') && depth > 0) depth--;
        if (depth > DEPTH_MAX) return true;
    }
    return false;
}

void wb_form_open(wb_form *form, const char *what, const char *body, size_t size, wb_code refusal,
                  wb_error *err)
{
    assert(form != NULL && what != NULL && body != NULL);
    *form = (wb_form){.what = what, .refusal = refusal, .err = err};
    json_error_t fault;
    wb_form_start();
    out_of_memory = false;
    if (!deep(body, size)) form->object = json_loadb(body, size, JSON_REJECT_DUPLICATES, &fault);
    char *again = json_is_object(form->object) ? json_dumps(form->object, CANONICAL) : NULL;
    if (out_of_memory || (json_is_object(form->object) && again == NULL)) {
        form->code = wb_fail(err, WB_E_NOMEM, "cannot hold the body of a %s", what);
    } else if (again == NULL) {
        wb_form_refuse(form, "it is not a JSON object");
    } else if (strlen(again) != size || memcmp(again, body, size) != 0) {
        wb_form_refuse(form, "it is not canonical JSON: sorted keys, no blanks");
    }
    free(again);
}

/* The value of a key, which counts as taken; NULL when it is not there or something failed. */
static const json_t *take(wb_form *form, const char *key)
{
    if (form->code != WB_OK) return NULL;
    const json_t *value = json_object_get(form->object, key);
    if (value == NULL) {
        refuse(form, key, "is missing");
        return NULL;
    }
    form->taken++;
    return value;
}

const char *wb_form_text(wb_form *form, const char *key, size_t limit)
{
    const json_t *value = take(form, key);
    const char *text = json_string_value(value);
    if (value != NULL && text == NULL) refuse(form, key, "is not text");
    if (text != NULL && strlen(text) > limit) {
        refuse(form, key, "is too long");
        text = NULL;
    }
    return text == NULL ? "" : text;
}

const char *wb_form_text_or_null(wb_form *form, const char *key, size_t limit)
{
    if (form->code == WB_OK && json_is_null(json_object_get(form->object, key))) {
        form->taken++;
        return NULL;
    }
    return wb_form_text(form, key, limit);
}

bool wb_form_boolean(wb_form *form, const char *key)
{
    const json_t *value = take(form, key);
    if (value != NULL && !json_is_boolean(value)) refuse(form, key, "is not true or false");
    return json_is_true(value);
}

const json_t *wb_form_list(wb_form *form, const char *key, size_t least, size_t most)
{
    const json_t *value = take(form, key);
    if (value == NULL) return NULL;
    if (!json_is_array(value)) {
        refuse(form, key, "is not a list");
        return NULL;
    }
    if (json_array_size(value) < least || json_array_size(value) > most) {
        refuse(form, key, json_array_size(value) < least ? "has too few items" : "has too many");
        return NULL;
    }
    return value;
}

bool wb_form_amount(wb_money *money, const char *text)
{
    char again[WB_MONEY_TEXT_MAX];
    return wb_money_parse(money, text, strlen(text), WB_MONEY_PLAIN, NULL) == WB_OK &&
           strcmp(wb_money_text(again, money, WB_MONEY_PLAIN), text) == 0;
}

bool wb_form_money_or_null(wb_form *form, const char *key, wb_money *money)
{
    const char *text = wb_form_text_or_null(form, key, WB_MONEY_TEXT_MAX);
    if (text == NULL || form->code != WB_OK) return false;
    if (!wb_form_amount(money, text)) {
        refuse(form, key, "is not an amount such as '1234.56'");
        return false;
    }
    return true;
}

const json_t *wb_form_object_or_null(wb_form *form, const char *key)
{
    const json_t *value = take(form, key);
    if (value == NULL || json_is_null(value)) return NULL;
    if (!json_is_object(value)) refuse(form, key, "is not an object");
    return form->code == WB_OK ? value : NULL;
}

wb_code wb_form_end(wb_form *form)
{
    if (form->code == WB_OK && json_object_size(form->object) != form->taken) {
        wb_form_refuse(form, "it has a key that a %s does not have", form->what);
    }
    return form->code;
}

void wb_form_close(wb_form *form)
{
    json_decref(form->object);
    form->object = NULL;
}

wb_code wb_form_write(char **text, json_t *object, wb_error *err)
{
    assert(text != NULL);
    *text = object == NULL ? NULL : json_dumps(object, CANONICAL);
    json_decref(object);
    if (*text == NULL || out_of_memory) { /* or what was built for it */
        out_of_memory = false;
        free(*text);
        *text = NULL;
        return wb_fail(err, WB_E_NOMEM, "cannot write a document");
    }
    const size_t size = strlen(*text);
    if (size <= WB_DOCUMENT_MAX) return WB_OK;
    free(*text);
    *text = NULL;
    return wb_fail(err, WB_E_TOO_LARGE, "a document of %zu bytes, and at most %d fit", size,
                   WB_DOCUMENT_MAX);
}
