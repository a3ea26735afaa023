/*
 * key.h - the keys of people: Ed25519 pairs, the secret half sealed in a file under a passphrase.
 *
 * The public half travels as a C2SP verifier key, "name+hash+base64" (c2sp.org/signed-note), so
 * that other tools can check what was signed. The secret half is in a file of mode 0600: sealed by
 * XChaCha20-Poly1305 under a key that Argon2id derives from the passphrase, with its cost in the
 * file. docs/format.md shows the bytes. There is no agent and no cache: a program that signs opens
 * the file, asks once, and wipes the secret when it is done.
 *
 * A signer belongs to one thread. Its secret lies in locked memory that is wiped on close.
 */
#ifndef WAARBORG_KEY_H
#define WAARBORG_KEY_H

#include "waarborg/text.h"

enum {
    WB_PUBLIC_KEY_SIZE = 32,
    WB_SIGNATURE_SIZE = 64,
    WB_PASSPHRASE_MIN = 8,    /* bytes, for a new key */
    WB_PASSPHRASE_MAX = 1024, /* bytes */
    WB_PASSPHRASE_ROOM = WB_PASSPHRASE_MAX + 2,
    WB_VERIFIER_TEXT_MAX = 160 /* bytes of a verifier key as text, with its end */
};

/* The public half: who, and the key. `id` is the first four bytes of SHA-256(name | 0A | 01 | key),
 * as signed notes have it. Names are wb_id_valid, which has neither '+' nor blanks. */
typedef struct wb_verifier {
    char name[WB_ID_MAX + 1];
    uint32_t id;
    uint8_t key[WB_PUBLIC_KEY_SIZE];
} wb_verifier;

/* As text and back. WB_E_KEY: not a verifier key, another algorithm, or its id is not its own. */
WB_MUST_CHECK wb_code wb_verifier_parse(wb_verifier *verifier, const char *text, size_t size,
                                        wb_error *err);
const char *wb_verifier_text(char text[WB_VERIFIER_TEXT_MAX], const wb_verifier *verifier);
/* Make one of a name and a key: computes the id. */
void wb_verifier_make(wb_verifier *verifier, const char *name,
                      const uint8_t key[WB_PUBLIC_KEY_SIZE]);
/* The short form people compare: "9f2c41aa". */
const char *wb_verifier_short(char text[9], const wb_verifier *verifier);
/* A file with one verifier key on its first line; blank lines after it are allowed. */
WB_MUST_CHECK wb_code wb_verifier_read(wb_verifier *verifier, const char *path, wb_error *err);

/* Whether the signature of these bytes was made with this key. Refuses what RFC 8032 calls
 * malleable or small-order, as libsodium does. */
bool wb_signature_holds(const wb_verifier *verifier, const void *bytes, size_t size,
                        const uint8_t signature[WB_SIGNATURE_SIZE]);

/* A signature from its base64 text, which has one way to be written; false when it is not one. */
bool wb_signature_parse(uint8_t signature[WB_SIGNATURE_SIZE], const char *text, size_t size);

/*
 * A new pair. Writes the sealed secret to `path` (mode 0600, WB_E_EXISTS when it is there) and the
 * verifier key to `path` with ".pub" in place of ".key", or added when it does not end so; both
 * synced, or neither there. WB_E_RANGE (name, passphrase too short or too long), WB_E_IO.
 */
WB_MUST_CHECK wb_code wb_key_new(const char *path, const char *name, const char *passphrase,
                                 wb_verifier *verifier, wb_error *err);

typedef struct wb_signer wb_signer;
/*
 * Open a sealed key. WB_E_KEY: not a key file, damaged, others may read it (mode beyond 0600), or
 * the passphrase is wrong (the two last are told apart). WB_E_IO, WB_E_NOMEM. About 0.1 s and 64 MB
 * by the cost in the file; costs above 1 GB or 10 passes, or below 8 MB, are refused.
 */
WB_MUST_CHECK wb_code wb_signer_open(wb_signer **signer, const char *path, const char *passphrase,
                                     wb_error *err);
/* The public half of a sealed key, without the passphrase. Failures as above. */
WB_MUST_CHECK wb_code wb_key_verifier(wb_verifier *verifier, const char *path, wb_error *err);
/* A signer of 32 seed bytes, for tests and known answers. */
WB_MUST_CHECK wb_code wb_signer_seed(wb_signer **signer, const char *name, const uint8_t seed[32],
                                     wb_error *err);
void wb_signer_close(wb_signer *signer); /* wipes */
const wb_verifier *wb_signer_verifier(const wb_signer *signer);
void wb_signer_sign(const wb_signer *signer, const void *bytes, size_t size,
                    uint8_t signature[WB_SIGNATURE_SIZE]);

/* Room for a passphrase and its end, zeroed and locked where the system allows it;
 * WB_PASSPHRASE_ROOM bytes. NULL when there is no memory. */
char *wb_passphrase_new(void);
/* A passphrase from a file: its first line, without the line end. *text is owned by the caller;
 * wipe it with wb_passphrase_clear. WB_E_IO, WB_E_TOO_LARGE, WB_E_RANGE (empty). */
WB_MUST_CHECK wb_code wb_passphrase_read(char **text, const char *path, wb_error *err);
void wb_passphrase_clear(char *text); /* of these two: wipes and frees; NULL is ignored */

#endif
