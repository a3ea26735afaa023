/* commit.c - a batch from begin to commit or abort: the writer's lock, and what is durable when. */
#include <assert.h>

#include "ledger/internal.h"

wb_code wb_batch_start(wb_ledger *ledger, wb_error *err)
{
    assert(!ledger->in_batch && ledger->depth == 0);
    const wb_code code = wb_txn_begin(ledger, true, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    ledger->in_batch = true;
    wb_batch_begin(ledger);
    wb_control_begin(ledger);
    wb_reserves_begin(ledger);
    return WB_OK;
}

static void end_batch(wb_ledger *ledger, bool committed)
{
    wb_control_end(ledger, committed);
    wb_reserves_end(ledger, committed);
    wb_batch_end(ledger, committed);
    /* names of records that are no more */
    if (!committed) wb_names_clear(&ledger->names);
    ledger->in_batch = false;
}

wb_code wb_batch_finish(wb_ledger *ledger, wb_error *err)
{
    assert(ledger->in_batch && ledger->depth == 0);
    wb_code code = WB_OK;
    if (ledger->batch.failed) {
        wb_batch_drop(ledger);
        return wb_fail(err, WB_E_INTERNAL, "a batch in which a record was refused was committed");
    }
    if (ledger->batch.record_count == 0) {
        wb_txn_abort(ledger);
        if (ledger->batch.leaned) code = wb_store_sync(ledger->store, err);
        end_batch(ledger, true);
        return wb_ledger_result(ledger, code, err);
    }
    code = wb_control_commit(ledger, err);
    if (code != WB_OK) {
        wb_batch_drop(ledger);
        return wb_ledger_result(ledger, code, err);
    }
    code = wb_batch_commit(ledger, err);
    if (code != WB_OK) {
        wb_txn_abort(ledger);
        ledger->broken = true; /* the disk's state is in doubt until the file is opened again */
    } else {
        wb_mark_write(ledger->mark_file, &ledger->head);
    }
    end_batch(ledger, code == WB_OK);
    return wb_ledger_result(ledger, code, err);
}

wb_code wb_batch_restart(wb_ledger *ledger, wb_error *err)
{
    assert(ledger->in_batch);
    wb_txn_abort(ledger);
    wb_control_end(ledger, false);
    wb_reserves_end(ledger, false);
    wb_batch_end(ledger, false);
    wb_names_clear(&ledger->names);
    const wb_code code = wb_txn_begin(ledger, true, err);
    if (code != WB_OK) {
        ledger->batch.failed = true;
        return code;
    }
    wb_batch_begin(ledger);
    wb_control_begin(ledger);
    wb_reserves_begin(ledger);
    return WB_OK;
}

void wb_batch_drop(wb_ledger *ledger)
{
    assert(ledger->in_batch && ledger->depth == 0);
    wb_txn_abort(ledger);
    end_batch(ledger, false);
}

wb_code wb_ledger_begin(wb_ledger *ledger, wb_waiting *waiting, void *context, wb_error *err)
{
    assert(ledger != NULL && ledger->mode == WB_LEDGER_WRITE);
    assert(!ledger->in_batch);
    if (ledger->broken) {
        return wb_fail(err, WB_E_IO, "an earlier commit failed: open the ledger again");
    }
    wb_code code = wb_lock_take(ledger->lock_file, &ledger->writer, waiting, context, err);
    if (code != WB_OK) return code;
    code = wb_batch_start(ledger, err);
    if (code != WB_OK) wb_lock_drop(ledger->lock_file);
    return code;
}

wb_code wb_ledger_commit(wb_ledger *ledger, wb_error *err)
{
    assert(ledger != NULL && ledger->in_batch);
    const wb_code code = wb_batch_finish(ledger, err);
    wb_lock_drop(ledger->lock_file);
    return code;
}

void wb_ledger_abort(wb_ledger *ledger)
{
    assert(ledger != NULL && ledger->in_batch);
    wb_batch_drop(ledger);
    wb_lock_drop(ledger->lock_file);
}
