/* key.c - verifier keys as text, signers, and signatures. */
#include "waarborg/key.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof/encode.h"
#include "proof/signer.h"

enum {
    ED25519 = 1, /* the type byte of signed notes */
    ID_SIZE = 4,
    VERIFIER_FILE_MAX = 4096
};

void wb_verifier_make(wb_verifier *verifier, const char *name,
                      const uint8_t key[WB_PUBLIC_KEY_SIZE])
{
    const size_t size = strlen(name);
    assert(wb_id_valid(name, size));
    static const uint8_t between[] = {'\n', ED25519};
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, (const uint8_t *)name, size);
    (void)crypto_hash_sha256_update(&state, between, sizeof between);
    (void)crypto_hash_sha256_update(&state, key, WB_PUBLIC_KEY_SIZE);
    (void)crypto_hash_sha256_final(&state, hash);
    *verifier = (wb_verifier){.id = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 |
                                    (uint32_t)hash[2] << 8 | hash[3]};
    memcpy(verifier->name, name, size + 1);
    memcpy(verifier->key, key, WB_PUBLIC_KEY_SIZE);
}

const char *wb_verifier_short(char text[9], const wb_verifier *verifier)
{
    (void)snprintf(text, 9, "%08x", (unsigned)verifier->id);
    return text;
}

const char *wb_verifier_text(char text[WB_VERIFIER_TEXT_MAX], const wb_verifier *verifier)
{
    uint8_t typed[1 + WB_PUBLIC_KEY_SIZE] = {ED25519};
    memcpy(typed + 1, verifier->key, WB_PUBLIC_KEY_SIZE);
    char key[BASE64_ROOM(sizeof typed)];
    const int size =
        snprintf(text, WB_VERIFIER_TEXT_MAX, "%s+%08x+%s", verifier->name, (unsigned)verifier->id,
                 encode_base64(key, sizeof key, typed, sizeof typed));
    assert(size > 0 && size < WB_VERIFIER_TEXT_MAX);
    return text;
}

static wb_code refuse_verifier(wb_error *err, const char *why)
{
    (void)wb_fail(err, WB_E_KEY, "not a verifier key: %s", why);
    wb_error_hint(err, "it looks like 'anna+9f2c41aa+AVs...', as in the .pub file of a key");
    return WB_E_KEY;
}

wb_code wb_verifier_parse(wb_verifier *verifier, const char *text, size_t size, wb_error *err)
{
    assert(verifier != NULL && (text != NULL || size == 0));
    const char *first = size > 0 ? memchr(text, '+', size) : NULL;
    if (first == NULL) return refuse_verifier(err, "no '+' after the name");
    const size_t name_size = (size_t)(first - text);
    if (!wb_id_valid(text, name_size)) return refuse_verifier(err, "the name is not an id");
    const char *id_text = first + 1;
    size_t rest = size - name_size - 1;
    uint8_t id[ID_SIZE];
    const size_t id_size = 2 * sizeof id;
    if (rest <= id_size || id_text[id_size] != '+' ||
        !decode_hex_exact(id, sizeof id, id_text, id_size)) {
        return refuse_verifier(err, "after the name come 8 digits 0-9 a-f and '+'");
    }
    rest -= id_size + 1;
    uint8_t typed[1 + WB_PUBLIC_KEY_SIZE];
    if (!decode_base64_exact(typed, sizeof typed, id_text + id_size + 1, rest)) {
        return refuse_verifier(err, "the key is not 33 bytes in base64");
    }
    if (typed[0] != ED25519) return refuse_verifier(err, "it is of another kind than Ed25519");
    char name[WB_ID_MAX + 1];
    memcpy(name, text, name_size);
    name[name_size] = '\0';
    wb_verifier made;
    wb_verifier_make(&made, name, typed + 1);
    const uint32_t stated =
        (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
    if (made.id != stated) {
        return refuse_verifier(err, "its digits are not those of this name and key");
    }
    *verifier = made;
    return WB_OK;
}

wb_code wb_verifier_read(wb_verifier *verifier, const char *path, wb_error *err)
{
    char *text = NULL;
    size_t size = 0;
    wb_code code = wb_text_read(&text, &size, path, VERIFIER_FILE_MAX, err);
    if (code != WB_OK) return code;
    const char *end = memchr(text, '\n', size);
    const size_t first = end == NULL ? size : (size_t)(end - text);
    code = wb_verifier_parse(verifier, text, first, err);
    if (code != WB_OK) wb_error_at(err, path, 1, NULL);
    uint32_t line = 1;
    for (size_t i = first; i < size && code == WB_OK; i++) {
        if (text[i] != '\n') {
            code = wb_fail(err, WB_E_KEY, "a verifier key file has nothing after its first line");
            wb_error_at(err, path, line, NULL);
        }
        line++;
    }
    free(text);
    return code;
}

bool wb_signature_parse(uint8_t signature[WB_SIGNATURE_SIZE], const char *text, size_t size)
{
    assert(signature != NULL && text != NULL);
    return decode_base64_exact(signature, WB_SIGNATURE_SIZE, text, size);
}

bool wb_signature_holds(const wb_verifier *verifier, const void *bytes, size_t size,
                        const uint8_t signature[WB_SIGNATURE_SIZE])
{
    static const uint8_t nothing;
    return crypto_sign_verify_detached(signature, size > 0 ? bytes : &nothing, size,
                                       verifier->key) == 0;
}

wb_code signer_make(wb_signer **signer, const char *name, const uint8_t seed[SEED_SIZE],
                    wb_error *err)
{
    assert(signer != NULL);
    *signer = NULL;
    if (sodium_init() < 0) return wb_fail(err, WB_E_INTERNAL, "libsodium does not start");
    wb_signer *made = sodium_malloc(sizeof *made); /* locked, between guard pages */
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to hold a key");
    uint8_t public_key[WB_PUBLIC_KEY_SIZE];
    (void)crypto_sign_seed_keypair(public_key, made->secret, seed);
    wb_verifier_make(&made->verifier, name, public_key);
    *signer = made;
    return WB_OK;
}

wb_code wb_signer_seed(wb_signer **signer, const char *name, const uint8_t seed[SEED_SIZE],
                       wb_error *err)
{
    *signer = NULL;
    if (!wb_id_valid(name, strlen(name))) {
        return wb_fail(err, WB_E_RANGE, "'%.64s' is not a name for a key", name);
    }
    return signer_make(signer, name, seed, err);
}

void wb_signer_close(wb_signer *signer)
{
    sodium_free(signer); /* wipes */
}

const wb_verifier *wb_signer_verifier(const wb_signer *signer)
{
    return &signer->verifier;
}

void wb_signer_sign(const wb_signer *signer, const void *bytes, size_t size,
                    uint8_t signature[WB_SIGNATURE_SIZE])
{
    static const uint8_t nothing;
    (void)crypto_sign_detached(signature, NULL, size > 0 ? bytes : &nothing, size, signer->secret);
}
