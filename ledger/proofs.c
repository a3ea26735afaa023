/* proofs.c - proofs for others: that a record is in the books, that the books extend an anchor. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/anchors.h"

/* The checkpoint a proof ends in: of the newest anchor, or one signed now. */
static wb_code choose(char **note, wb_checkpoint *checkpoint, wb_ledger *ledger,
                      const wb_signer *signer, wb_error *err)
{
    wb_code code = WB_OK;
    if (signer != NULL) {
        char *text = NULL;
        code = wb_ledger_checkpoint(checkpoint, ledger, err);
        if (code == WB_OK) code = wb_checkpoint_text(&text, checkpoint, err);
        if (code == WB_OK) code = wb_note_sign(note, text, signer, err);
        free(text);
        return code;
    }
    wb_anchor anchor;
    bool found = false;
    wb_anchor_init(&anchor);
    code = wb_anchor_latest(&anchor, ledger, &found, err);
    if (code == WB_OK && !found) {
        code = wb_fail(err, WB_E_NOT_FOUND, "the ledger has no anchor to prove it by");
        wb_error_hint(err, "make one: waarborg ledger anchor");
    }
    if (code == WB_OK) {
        *checkpoint = anchor.checkpoint;
        *note = anchor.note;
        anchor.note = NULL;
    }
    wb_anchor_clear(&anchor);
    return code;
}

static wb_code keep_record(wb_proof *proof, wb_ledger *ledger, uint64_t number, wb_error *err)
{
    wb_stored stored;
    wb_raw_record raw;
    const wb_code code = wb_stored_get(ledger, number, &raw, &stored, err);
    if (code != WB_OK) return code;
    proof->record = malloc(stored.bytes.size);
    if (proof->record == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold record");
    memcpy(proof->record, stored.bytes.data, stored.bytes.size);
    proof->record_size = stored.bytes.size;
    return WB_OK;
}

static wb_code prove(wb_proof *proof, wb_ledger *ledger, uint64_t number, const wb_signer *signer,
                     wb_error *err)
{
    const uint64_t end = wb_view_end(ledger);
    if (number == 0 || number > end) {
        return wb_fail(err, WB_E_NOT_FOUND, "there is no record %llu; the last is %llu",
                       (unsigned long long)number, (unsigned long long)end);
    }
    wb_code code = choose(&proof->note, &proof->checkpoint, ledger, signer, err);
    if (code != WB_OK) return code;
    const uint64_t size = proof->checkpoint.size;
    if (number > size) {
        code = wb_fail(err, WB_E_NOT_FOUND, "record %llu came after the newest anchor, of %llu",
                       (unsigned long long)number, (unsigned long long)size);
        wb_error_hint(err, "make a new one: waarborg ledger anchor");
        return code;
    }
    proof->index = number - 1;
    code = wb_tree_inclusion(&proof->path, proof->index, size, wb_tree_rows_read, ledger, err);
    return code == WB_OK ? keep_record(proof, ledger, number, err) : code;
}

wb_code wb_ledger_prove(wb_proof *proof, wb_ledger *ledger, uint64_t number,
                        const wb_signer *signer, wb_error *err)
{
    assert(proof != NULL && ledger != NULL);
    wb_proof_clear(proof);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = prove(proof, ledger, number, signer, err);
    wb_read_end(ledger);
    if (code != WB_OK) wb_proof_clear(proof);
    return wb_ledger_result(ledger, code, err);
}

static wb_code prove_consistency(wb_consistency *proof, wb_ledger *ledger,
                                 const wb_anchor_text *older, const wb_signer *signer,
                                 wb_error *err)
{
    wb_checkpoint old;
    wb_code code = wb_anchor_check(&old, ledger, older, err);
    if (code == WB_OK) code = choose(&proof->note, &proof->checkpoint, ledger, signer, err);
    if (code != WB_OK) return code;
    if (old.size > proof->checkpoint.size) {
        code = wb_fail(err, WB_E_NOT_FOUND,
                       "'%s' is newer than the newest anchor in the ledger, of %llu records",
                       older->path, (unsigned long long)proof->checkpoint.size);
        wb_error_hint(err, "make a new one: waarborg ledger anchor");
        return code;
    }
    return wb_tree_consistency(&proof->path, old.size, proof->checkpoint.size, wb_tree_rows_read,
                               ledger, err);
}

wb_code wb_ledger_prove_consistency(wb_consistency *proof, wb_ledger *ledger,
                                    const wb_anchor_text *older, const wb_signer *signer,
                                    wb_error *err)
{
    assert(proof != NULL && ledger != NULL && older != NULL);
    wb_consistency_clear(proof);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = prove_consistency(proof, ledger, older, signer, err);
    wb_read_end(ledger);
    if (code != WB_OK) wb_consistency_clear(proof);
    return wb_ledger_result(ledger, code, err);
}
