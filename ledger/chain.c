/* chain.c - hashes of records, references and rows; see chain.h. */
#include "ledger/chain.h"

#include <assert.h>
#include <sodium.h>

#include "ledger/rows.h"

_Static_assert(WB_LEDGER_HASH_SIZE == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(WB_REFERENCE_KEY_SIZE == crypto_generichash_BYTES_MIN, "BLAKE2b-128");
_Static_assert(WB_ROW_CHECK_SIZE == crypto_shorthash_BYTES, "SipHash-2-4");

static void must(int result)
{
    assert(result == 0); /* libsodium's hashes fail on wrong sizes only */
    (void)result;
}

void wb_chain_hash(uint8_t hash[WB_LEDGER_HASH_SIZE], const uint8_t previous[WB_LEDGER_HASH_SIZE],
                   wb_span record)
{
    crypto_generichash_state state;
    must(crypto_generichash_init(&state, NULL, 0, WB_LEDGER_HASH_SIZE));
    must(crypto_generichash_update(&state, previous, WB_LEDGER_HASH_SIZE));
    must(crypto_generichash_update(&state, record.data, record.size));
    must(crypto_generichash_final(&state, hash, WB_LEDGER_HASH_SIZE));
}

void wb_reference_key(uint8_t key[WB_REFERENCE_KEY_SIZE], wb_span source, wb_span reference)
{
    assert(source.size <= WB_REFERENCE_MAX && reference.size <= WB_REFERENCE_MAX);
    uint8_t text[1 + 2 * WB_REFERENCE_MAX];
    text[0] = (uint8_t)source.size;
    memcpy(text + 1, source.data, source.size);
    memcpy(text + 1 + source.size, reference.data, reference.size);
    must(crypto_generichash(key, WB_REFERENCE_KEY_SIZE, text, 1 + source.size + reference.size,
                            NULL, 0));
}

void wb_row_check(uint8_t check[WB_ROW_CHECK_SIZE], wb_span key, wb_span value)
{
    static const uint8_t fixed[crypto_shorthash_KEYBYTES] = "waarborg row 1";
    uint8_t row[WB_ROW_KEY_MAX + WB_ROW_VALUE_MAX];
    assert(key.size <= WB_ROW_KEY_MAX);
    assert(value.size <= WB_ROW_VALUE_MAX);
    memcpy(row, key.data, key.size);
    if (value.size > 0) memcpy(row + key.size, value.data, value.size);
    must(crypto_shorthash(check, row, key.size + value.size, fixed));
}
