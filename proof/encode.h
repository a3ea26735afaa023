/* encode.h - the small encodings that keys, notes and proofs share; private to proof/. */
#ifndef PROOF_ENCODE_H
#define PROOF_ENCODE_H

#include "waarborg/error.h"

/* Bytes of n bytes in base64 (RFC 4648 section 4, padded), with the end. */
#define BASE64_ROOM(n) (((n) + 2) / 3 * 4 + 1)

/* Write as base64 with its end; room is at least BASE64_ROOM(size). Returns text. */
const char *encode_base64(char *text, size_t room, const void *bytes, size_t size);
/* Read base64 that has one way to be written: padded, no blanks, no stray bits. False when it is
 * something else or more than room bytes. */
bool decode_base64(uint8_t *bytes, size_t room, size_t *size, const char *text, size_t text_size);
/* The same, of exactly size bytes. */
bool decode_base64_exact(uint8_t *bytes, size_t size, const char *text, size_t text_size);
/* Lower-case hexadecimal of exactly size bytes. */
bool decode_hex_exact(uint8_t *bytes, size_t size, const char *text, size_t text_size);
/* Decimal without leading zeros, at most limit. */
bool decode_decimal(uint64_t *value, const char *text, size_t size, uint64_t limit);

#endif
