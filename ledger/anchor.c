/* anchor.c - checkpoints of the ledger: made, signed, recorded, found again. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/anchors.h"
#include "ledger/signed.h"

void wb_anchor_init(wb_anchor *anchor)
{
    *anchor = (wb_anchor){.note = NULL};
}

void wb_anchor_clear(wb_anchor *anchor)
{
    free(anchor->note);
    wb_anchor_init(anchor);
}

wb_code wb_checkpoint_make(wb_checkpoint *checkpoint, wb_ledger *ledger, uint64_t size,
                           const wb_tree_hash *root, wb_error *err)
{
    assert(size > 0 && size <= ledger->head.count);
    uint8_t first[WB_LEDGER_HASH_SIZE];
    char text[2 * WB_LEDGER_HASH_SIZE + 1];
    wb_stored stored;
    wb_raw_record raw;
    *checkpoint = (wb_checkpoint){.size = size, .root = *root};
    wb_code code = wb_signed_ledger(ledger, first, err);
    if (code == WB_OK) code = wb_stored_get(ledger, size, &raw, &stored, err);
    if (code != WB_OK) return code;
    (void)snprintf(checkpoint->origin, sizeof checkpoint->origin, "%s%s", WB_ANCHOR_ORIGIN,
                   wb_hash_text(text, first));
    (void)wb_hash_text(checkpoint->chain, stored.hash);
    (void)wb_time_text(checkpoint->recorded, raw.recorded_us);
    return WB_OK;
}

wb_code wb_checkpoint_stored(wb_checkpoint *checkpoint, wb_ledger *ledger, uint64_t size,
                             wb_error *err)
{
    wb_tree_hash root;
    const wb_code code = wb_tree_root_at(&root, size, wb_tree_rows_read, ledger, err);
    return code == WB_OK ? wb_checkpoint_make(checkpoint, ledger, size, &root, err) : code;
}

static wb_code nothing_to_anchor(wb_error *err)
{
    return wb_fail(err, WB_E_NOT_FOUND, "the ledger has no records to anchor");
}

wb_code wb_ledger_checkpoint(wb_checkpoint *checkpoint, wb_ledger *ledger, wb_error *err)
{
    assert(checkpoint != NULL && ledger != NULL);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    const uint64_t size = wb_view_end(ledger);
    code = size == 0 ? nothing_to_anchor(err) : wb_checkpoint_stored(checkpoint, ledger, size, err);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

wb_code wb_anchor_note(char **note, wb_span body, wb_code refusal, wb_error *err)
{
    wb_form form;
    *note = NULL;
    wb_form_open(&form, "anchor", (const char *)body.data, body.size, refusal, err);
    const char *text = wb_form_text(&form, "note", WB_DOCUMENT_MAX);
    wb_code code = wb_form_end(&form);
    if (code == WB_OK) *note = strdup(text);
    if (code == WB_OK && *note == NULL) code = wb_fail(err, WB_E_NOMEM, "cannot hold an anchor");
    wb_form_close(&form);
    return code;
}

/* What the anchor says of itself; takes ownership of the note. */
static wb_code fill(wb_anchor *anchor, char *text, uint64_t number, wb_error *err)
{
    wb_note note;
    anchor->note = text;
    anchor->number = number;
    wb_code code = wb_note_parse(&note, text, strlen(text), NULL, err);
    if (code == WB_OK) {
        code = wb_checkpoint_parse(&anchor->checkpoint, note.text, note.text_size, NULL, err);
    }
    if (code != WB_OK) return code;
    (void)snprintf(anchor->signer, sizeof anchor->signer, "%.*s", WB_ID_MAX,
                   note.signatures[0].name);
    anchor->key = note.signatures[0].id;
    return WB_OK;
}

static wb_code sign(char **note, wb_ledger *ledger, const wb_signer *signer, wb_error *err)
{
    wb_checkpoint checkpoint;
    char *text = NULL;
    wb_code code = wb_ledger_checkpoint(&checkpoint, ledger, err);
    if (code == WB_OK) code = wb_checkpoint_text(&text, &checkpoint, err);
    if (code == WB_OK) code = wb_note_sign(note, text, signer, err);
    free(text);
    return code;
}

wb_code wb_ledger_anchor(wb_anchor *anchor, wb_ledger *ledger, const wb_signer *signer,
                         wb_date date, wb_error *err)
{
    assert(anchor != NULL && ledger != NULL && signer != NULL);
    assert(ledger->in_batch && ledger->depth == 0);
    char *note = NULL;
    char *body = NULL;
    uint64_t number = 0;
    wb_anchor_clear(anchor);
    wb_code code = sign(&note, ledger, signer, err);
    if (code == WB_OK) code = wb_form_write(&body, json_pack("{s:s}", "note", note), err);
    if (code == WB_OK) {
        const wb_document document = {.kind = WB_RECORD_ANCHOR,
                                      .date = date,
                                      .id = WB_ANCHOR_ID,
                                      .body = body,
                                      .maker = wb_signer_verifier(signer)->name};
        code = wb_ledger_document(ledger, &document, &number, err);
    } else {
        ledger->batch.failed = true;
    }
    if (code == WB_OK) {
        code = fill(anchor, note, number, err);
        note = NULL;
    }
    free(note);
    free(body);
    return code;
}

/* An anchor record is held to what verify will hold it to. */
wb_code wb_anchor_admit(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    wb_checkpoint wanted;
    char *note = NULL;
    wb_code code = WB_OK;
    if (strcmp(document->id, WB_ANCHOR_ID) != 0) {
        code = wb_fail(err, WB_E_REFERENCE, "the id of an anchor is '%s'", WB_ANCHOR_ID);
    }
    if (code == WB_OK) code = wb_ledger_checkpoint(&wanted, ledger, err);
    if (code == WB_OK) code = wb_anchor_note(&note, wb_span_text(document->body), WB_E_RANGE, err);
    if (code == WB_OK) {
        const wb_user *user = wb_control_user(ledger, document->maker, strlen(document->maker));
        code = wb_anchor_hold(note, &wanted, user, err);
    }
    free(note);
    return code;
}

wb_code wb_anchor_latest(wb_anchor *anchor, wb_ledger *ledger, bool *found, wb_error *err)
{
    assert(anchor != NULL && ledger != NULL && found != NULL);
    char *note = NULL;
    wb_record record;
    wb_error inner;
    wb_record_init(&record);
    wb_anchor_clear(anchor);
    wb_code code = wb_ledger_find_document(ledger, WB_RECORD_ANCHOR, WB_ANCHOR_ID, &record, &inner);
    *found = code == WB_OK;
    if (code != WB_OK && code != WB_E_NOT_FOUND && err != NULL) *err = inner;
    if (code == WB_E_NOT_FOUND) code = WB_OK;
    if (*found) {
        code = wb_anchor_note(&note, wb_span_text(record.document.body), WB_E_DAMAGED, err);
        if (code == WB_OK) code = fill(anchor, note, record.number, err);
    }
    wb_record_clear(&record);
    return wb_ledger_result(ledger, code, err);
}
