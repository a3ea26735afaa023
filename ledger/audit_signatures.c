/* audit_signatures.c - signatures checked ahead; see audit_signatures.h. */
#include "ledger/audit_signatures.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void run(wb_task *task)
{
    wb_signature_check *check = (wb_signature_check *)task;
    check->holds =
        wb_signature_holds(&check->key, check->text.data, check->text.size, check->signature);
}

wb_signatures *wb_signatures_new(unsigned threads)
{
    wb_signatures *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    for (size_t i = 0; i < WB_SIGNATURES_AHEAD; i++)
        made->checks[i].task.run = run;
    wb_pool_open(&made->pool, threads);
    return made;
}

void wb_signatures_free(wb_signatures *signatures)
{
    if (signatures == NULL) return;
    wb_pool_close(&signatures->pool);
    for (size_t i = 0; i < WB_SIGNATURES_AHEAD; i++)
        wb_bytes_clear(&signatures->checks[i].text);
    free(signatures);
}

/* Checks are waited for in the order they were given, so that the first to fail is the lowest. */
static wb_code wait_for(wb_signatures *signatures, wb_signature_check *check, wb_error *err)
{
    if (check->given) {
        wb_pool_wait(&signatures->pool, &check->task);
        check->given = false;
        if (!check->holds && signatures->bad == 0) {
            signatures->bad = check->number;
            (void)snprintf(signatures->name, sizeof signatures->name, "%s", check->key.name);
        }
    }
    if (signatures->bad == 0) return WB_OK;
    return wb_fail(err, WB_E_SIGNATURE, "record %llu has a signature of '%s' that does not hold",
                   (unsigned long long)signatures->bad, signatures->name);
}

wb_code wb_signatures_give(wb_signatures *signatures, uint64_t number, const wb_verifier *key,
                           const wb_bytes *text, const uint8_t signature[WB_SIGNATURE_SIZE],
                           wb_error *err)
{
    wb_signature_check *check = &signatures->checks[signatures->next % WB_SIGNATURES_AHEAD];
    wb_code code = wait_for(signatures, check, err);
    check->text.size = 0;
    if (code == WB_OK) code = wb_bytes_reserve(&check->text, text->size, err);
    if (code != WB_OK) return code;
    wb_bytes_put(&check->text, text->data, text->size);
    check->key = *key;
    check->number = number;
    check->given = true;
    check->holds = false;
    memcpy(check->signature, signature, WB_SIGNATURE_SIZE);
    signatures->next++;
    wb_pool_submit(&signatures->pool, &check->task);
    return WB_OK;
}

wb_code wb_signatures_settle(wb_signatures *signatures, wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; i < WB_SIGNATURES_AHEAD; i++) {
        const size_t at = (signatures->next + i) % WB_SIGNATURES_AHEAD; /* the oldest first */
        code = wait_for(signatures, &signatures->checks[at], err);
    }
    return code;
}
