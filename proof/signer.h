/* signer.h - the inside of a signer; private to proof/. */
#ifndef PROOF_SIGNER_H
#define PROOF_SIGNER_H

#include "waarborg/key.h"

enum { SEED_SIZE = 32, SECRET_SIZE = 64 };

/* Allocated by libsodium: locked in memory, and wiped by sodium_free. */
struct wb_signer {
    wb_verifier verifier;
    uint8_t secret[SECRET_SIZE]; /* seed and public key, as libsodium has it */
};

/* A signer of a valid name. WB_E_NOMEM. */
WB_MUST_CHECK wb_code signer_make(wb_signer **signer, const char *name,
                                  const uint8_t seed[SEED_SIZE], wb_error *err);

#endif
