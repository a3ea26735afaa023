/* signed.c - statements: what a signature is of; see signed.h. */
#include "ledger/signed.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "ledger/internal.h"

/* Everything of a statement but its free texts. */
enum { STATEMENT_ROOM = 768 };

static void put(wb_bytes *out, const char *format, ...) WB_PRINTF(2, 3);
static void put(wb_bytes *out, const char *format, ...)
{
    char line[256];
    va_list list;
    va_start(list, format);
    const int size = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    assert(size > 0 && (size_t)size < sizeof line);
    wb_bytes_put(out, line, (size_t)size);
}

static void put_hex(wb_bytes *out, const char *name, const uint8_t *bytes, size_t size)
{
    put(out, "%s ", name);
    for (size_t i = 0; i < size; i++)
        put(out, "%02x", bytes[i]);
    wb_bytes_put_u8(out, '\n');
}

static void put_text(wb_bytes *out, const char *name, wb_span text)
{
    put(out, "%s ", name);
    wb_bytes_put(out, text.data, text.size);
    wb_bytes_put_u8(out, '\n');
}

static wb_code start(wb_bytes *out, const char *what, const uint8_t ledger[WB_LEDGER_HASH_SIZE],
                     size_t texts, wb_error *err)
{
    out->size = 0;
    const wb_code code = wb_bytes_reserve(out, STATEMENT_ROOM + texts, err);
    if (code != WB_OK) return code;
    put(out, "waarborg/%s/v1\n", what);
    put_hex(out, "ledger", ledger, WB_LEDGER_HASH_SIZE);
    return WB_OK;
}

wb_code wb_signed_switch(wb_bytes *out, const uint8_t ledger[WB_LEDGER_HASH_SIZE], uint64_t number,
                         const uint8_t previous[WB_LEDGER_HASH_SIZE], wb_span by, wb_error *err)
{
    const wb_code code = start(out, "four-eyes", ledger, by.size, err);
    if (code != WB_OK) return code;
    put(out, "record %llu\n", (unsigned long long)number);
    put_hex(out, "previous", previous, WB_LEDGER_HASH_SIZE);
    put_text(out, "by", by);
    return WB_OK;
}

wb_code wb_signed_proposal(wb_bytes *out, const uint8_t ledger[WB_LEDGER_HASH_SIZE],
                           const wb_raw_record *proposal, wb_error *err)
{
    char date[WB_DATE_TEXT_MAX];
    wb_tree_edge edge = {0};
    wb_span rest = proposal->drafts;
    wb_span draft = {0};
    while (wb_codec_draft(&rest, &draft)) {
        const wb_tree_hash leaf = wb_tree_leaf(draft.data, draft.size);
        wb_tree_append(&edge, &leaf, NULL, NULL);
    }
    const wb_tree_hash root = wb_tree_root(&edge);
    const wb_code code =
        start(out, "proposal", ledger, proposal->maker.size + proposal->reason.size, err);
    if (code != WB_OK) return code;
    put_text(out, "maker", proposal->maker);
    put(out, "expires %s\n", wb_date_text(date, proposal->expires));
    put(out, "computed %d\n", proposal->computed ? 1 : 0);
    put_hex(out, "nonce", proposal->nonce.data, proposal->nonce.size);
    put(out, "drafts %u\n", (unsigned)proposal->draft_count);
    put_hex(out, "root", root.bytes, sizeof root.bytes);
    put_text(out, "reason", proposal->reason);
    return WB_OK;
}

wb_code wb_signed_verdict(wb_bytes *out, const uint8_t ledger[WB_LEDGER_HASH_SIZE],
                          const wb_raw_record *verdict, const uint8_t hash[WB_LEDGER_HASH_SIZE],
                          wb_error *err)
{
    const wb_code code =
        start(out, "verdict", ledger, verdict->maker.size + verdict->reason.size, err);
    if (code != WB_OK) return code;
    put(out, "proposal %llu\n", (unsigned long long)verdict->proposal);
    put_hex(out, "hash", hash, WB_LEDGER_HASH_SIZE);
    put(out, "verdict %s\n", wb_verdict_name(verdict->verdict));
    put_text(out, "by", verdict->maker);
    put_text(out, "reason", verdict->reason);
    return WB_OK;
}

const char *wb_verdict_name(wb_verdict verdict)
{
    switch (verdict) {
    case WB_VERDICT_APPROVE: return "approve";
    case WB_VERDICT_REJECT: return "reject";
    case WB_VERDICT_WITHDRAW: return "withdraw";
    case WB_VERDICT_EXPIRE: return "expire";
    }
    return "?";
}

wb_code wb_signed_ledger(wb_ledger *ledger, uint8_t hash[WB_LEDGER_HASH_SIZE], wb_error *err)
{
    wb_stored stored;
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    code = wb_stored_read(ledger, 1, &stored, err);
    if (code == WB_OK) memcpy(hash, stored.hash, WB_LEDGER_HASH_SIZE);
    wb_read_end(ledger);
    return code;
}

wb_code wb_signed_text(const char *text, wb_error *err)
{
    const size_t size = strlen(text);
    if (size > WB_REASON_MAX) {
        return wb_fail(err, WB_E_TOO_LARGE, "the reason is %zu bytes long, and at most %d fit",
                       size, WB_REASON_MAX);
    }
    if (wb_text_check_utf8(text, size, NULL, NULL) != WB_OK) {
        return wb_fail(err, WB_E_ENCODING, "the reason is not text in UTF-8");
    }
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7F) {
            return wb_fail(err, WB_E_RANGE,
                           "the reason has a control character at byte %zu: write it on one line",
                           i + 1);
        }
    }
    return WB_OK;
}
