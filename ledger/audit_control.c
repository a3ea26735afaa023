/* audit_control.c - what records say of control: who signed what, and whether he might. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/audit_control.h"

/* The version of a user that is in force at the record being audited. */
static wb_code user_now(const wb_audit *audit, wb_user *user, wb_span name, bool *found,
                        wb_error *err)
{
    const wb_names *names = &audit->documents[WB_RECORD_USER];
    const wb_name *known = wb_names_by_text(names, WB_RECORD_USER, name);
    *found = false;
    if (known == NULL) {
        char text[WB_ID_MAX + 1];
        if (audit->from == 1 || name.size > WB_ID_MAX) return WB_OK;
        memcpy(text, name.data, name.size);
        text[name.size] = '\0';
        return wb_user_then(user, audit->ledger, text, audit->from - 1, found, err);
    }
    wb_stored stored;
    wb_raw_record raw;
    const uint64_t number = audit->newest[WB_RECORD_USER][known - names->items];
    wb_code code = wb_stored_get(audit->ledger, number, &raw, &stored, err);
    if (code == WB_OK) {
        code = wb_user_read(user, known->text, strlen(known->text), (const char *)raw.body.data,
                            raw.body.size, WB_E_DAMAGED, err);
    }
    *found = code == WB_OK;
    return code;
}

wb_code wb_audit_anchor(wb_audit *audit, const wb_raw_record *raw, wb_error *err)
{
    wb_user user;
    wb_checkpoint wanted;
    wb_error inner = {0};
    char *note = NULL;
    bool known = false;
    const uint64_t size = raw->number - 1;
    wb_code code = WB_OK;
    if (size == 0) return wb_fail(err, WB_E_ANCHOR, "record 1 is an anchor, and covers nothing");
    if (!wb_span_equal(raw->id, wb_span_text(WB_ANCHOR_ID))) {
        return wb_fail(err, WB_E_ANCHOR, "record %llu is an anchor under another id",
                       (unsigned long long)raw->number);
    }
    const wb_tree_hash root = wb_audit_root(audit, raw->number);
    code = wb_checkpoint_make(&wanted, audit->ledger, size, &root, err);
    if (code == WB_OK) code = user_now(audit, &user, raw->maker, &known, err);
    if (code != WB_OK) return code;
    code = wb_anchor_note(&note, raw->body, WB_E_DAMAGED, &inner);
    if (code == WB_OK) code = wb_anchor_hold(note, &wanted, known ? &user : NULL, &inner);
    free(note);
    if (code != WB_OK) {
        return wb_fail(err, code == WB_E_SIGNATURE ? WB_E_SIGNATURE : WB_E_ANCHOR,
                       "record %llu, an anchor, does not hold: %s", (unsigned long long)raw->number,
                       inner.message);
    }
    audit->anchors++;
    audit->anchored = size;
    audit->anchored_us = raw->recorded_us;
    audit->anchored_root = root;
    if (size > audit->trusted) audit->trusted = size;
    return WB_OK;
}

wb_code wb_audit_control_record(wb_audit *audit, const wb_raw_record *raw, const wb_stored *stored,
                                wb_error *err)
{
    const wb_code code = wb_replay_record(audit->replay, raw, stored, err);
    return code == WB_OK && raw->kind == WB_RECORD_ANCHOR ? wb_audit_anchor(audit, raw, err) : code;
}
