/* switch.c - four eyes on, for ever: signed by an admin over the chain as it stands. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "ledger/control.h"
#include "ledger/internal.h"
#include "ledger/signed.h"

#define SWITCH_ID "four-eyes"

enum { SIGNATURE_TEXT = (WB_SIGNATURE_SIZE + 2) / 3 * 4 };

/* What is signed, for the batch's next record. */
static wb_code statement(wb_bytes *out, wb_ledger *ledger, const char *by, wb_error *err)
{
    uint8_t name[WB_LEDGER_HASH_SIZE];
    const wb_code code = wb_signed_ledger(ledger, name, err);
    if (code != WB_OK) return code;
    return wb_signed_switch(out, name, ledger->batch.count + 1, ledger->batch.hash,
                            wb_span_text(by), err);
}

static wb_code check_signature(wb_ledger *ledger, const wb_user *user, const char *text,
                               wb_error *err)
{
    uint8_t signature[WB_SIGNATURE_SIZE];
    if (!wb_signature_parse(signature, text, strlen(text))) {
        return wb_fail(err, WB_E_RANGE, "the body of a switch: 'signature' is not a signature");
    }
    wb_bytes out = {0};
    wb_code code = statement(&out, ledger, user->name, err);
    if (code == WB_OK && !wb_signature_holds(&user->key, out.data, out.size, signature)) {
        code = wb_fail(err, WB_E_SIGNATURE,
                       "the signature of '%s' is not of this switch in this ledger", user->name);
    }
    wb_bytes_clear(&out);
    return code;
}

/* Whether the fund may switch now, and this admin may do it. */
static wb_code check_switch(const wb_ledger *ledger, const wb_user *user, wb_error *err)
{
    if (ledger->control.four_eyes) return wb_fail(err, WB_E_RULE, "four eyes are on already");
    if (ledger->batch.record_count > 0) {
        return wb_fail(err, WB_E_RULE, "four eyes are switched on in a batch of their own");
    }
    if (user == NULL || user->revoked || (user->roles & WB_ROLE_ADMIN) == 0) {
        return wb_fail(err, WB_E_UNAUTHORISED, "only an active admin may switch four eyes on");
    }
    return wb_control_lockout(ledger, NULL, NULL, err);
}

wb_code wb_switch_check(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    wb_form form;
    wb_form_open(&form, "switch", document->body, strlen(document->body), WB_E_RANGE, err);
    const char *by = wb_form_text(&form, "by", WB_ID_MAX);
    const char *signature = wb_form_text(&form, "signature", SIGNATURE_TEXT);
    const char *state = wb_form_text(&form, "state", 8);
    if (strcmp(state, "on") != 0) wb_form_refuse(&form, "'state' is not on");
    if (strcmp(document->id, SWITCH_ID) != 0) wb_form_refuse(&form, "its id is not " SWITCH_ID);
    if (strcmp(document->maker, by) != 0) wb_form_refuse(&form, "'by' is not its maker");
    wb_code code = wb_form_end(&form);
    const wb_user *user = wb_control_user(ledger, by, strlen(by));
    if (code == WB_OK) code = check_switch(ledger, user, err);
    if (code == WB_OK) code = check_signature(ledger, user, signature, err);
    wb_form_close(&form);
    return code;
}

static wb_code write_body(char **body, wb_ledger *ledger, const wb_signer *signer, wb_error *err)
{
    const char *by = wb_signer_verifier(signer)->name;
    uint8_t signature[WB_SIGNATURE_SIZE];
    char text[SIGNATURE_TEXT + 1];
    wb_bytes out = {0};
    wb_code code = statement(&out, ledger, by, err);
    if (code == WB_OK) {
        wb_signer_sign(signer, out.data, out.size, signature);
        (void)sodium_bin2base64(text, sizeof text, signature, sizeof signature,
                                sodium_base64_VARIANT_ORIGINAL);
        code = wb_form_write(
            body, json_pack("{s:s, s:s, s:s}", "by", by, "signature", text, "state", "on"), err);
    }
    wb_bytes_clear(&out);
    return code;
}

wb_code wb_four_eyes_on(wb_ledger *ledger, const wb_signer *signer, wb_date date, uint64_t *number,
                        wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    assert(signer != NULL && number != NULL);
    *number = 0;
    const wb_user *user = NULL;
    char *body = NULL;
    wb_code code = wb_control_ready(ledger, err);
    if (code == WB_OK) code = wb_signer_user(&user, ledger, signer, err);
    if (code == WB_OK) code = check_switch(ledger, user, err);
    if (code == WB_OK) code = write_body(&body, ledger, signer, err);
    if (code == WB_OK) {
        const wb_document document = {.kind = WB_RECORD_SWITCH,
                                      .date = date,
                                      .id = SWITCH_ID,
                                      .body = body,
                                      .maker = wb_signer_verifier(signer)->name};
        code = wb_ledger_document(ledger, &document, number, err);
    }
    if (code != WB_OK) ledger->batch.failed = true;
    free(body);
    return wb_ledger_result(ledger, code, err);
}
