/*
 * sha256.h - SHA-256 of one byte and some others, as the Merkle tree needs it. Private to proof/.
 *
 * Every record that is posted is hashed once for the tree. With the processor's own instructions
 * (SHA-NI) that costs a quarter of what libsodium's portable code takes.
 */
#ifndef WAARBORG_PROOF_SHA256_H
#define WAARBORG_PROOF_SHA256_H

#include "waarborg/tree.h"

/* SHA-256(prefix | bytes). */
wb_tree_hash wb_sha256(uint8_t prefix, const void *bytes, size_t size);

/* The two ways there are: by libsodium, and by the processor when it can. For tests. */
wb_tree_hash wb_sha256_portable(uint8_t prefix, const void *bytes, size_t size);
bool wb_sha256_native(wb_tree_hash *hash, uint8_t prefix, const void *bytes, size_t size);

#endif
