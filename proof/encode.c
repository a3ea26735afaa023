/* encode.c - base64, hexadecimal and decimal that have one way to be written. */
#include "proof/encode.h"

#include <assert.h>
#include <sodium.h>

const char *encode_base64(char *text, size_t room, const void *bytes, size_t size)
{
    assert(room >= sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL));
    return sodium_bin2base64(text, room, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

bool decode_base64(uint8_t *bytes, size_t room, size_t *size, const char *text, size_t text_size)
{
    *size = 0;
    /* libsodium 1.0.18 reads every byte from 0x80 on as '/' where char is signed */
    for (size_t i = 0; i < text_size; i++) {
        if (((unsigned char)text[i] & 0x80U) != 0) return false;
    }
    /* it stops at the first other byte; without an end pointer that is a failure, as are
     * stray bits and missing padding */
    return sodium_base642bin(bytes, room, text, text_size, NULL, size, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

bool decode_base64_exact(uint8_t *bytes, size_t size, const char *text, size_t text_size)
{
    size_t got = 0;
    return decode_base64(bytes, size, &got, text, text_size) && got == size;
}

bool decode_hex_exact(uint8_t *bytes, size_t size, const char *text, size_t text_size)
{
    if (text_size != 2 * size) return false;
    for (size_t i = 0; i < text_size; i++) {
        const char c = text[i];
        const bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'a' || c > 'f')) return false;
        const uint8_t nibble = (uint8_t)(digit ? c - '0' : c - 'a' + 10);
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? nibble << 4 : bytes[i / 2] | nibble);
    }
    return true;
}

bool decode_decimal(uint64_t *value, const char *text, size_t size, uint64_t limit)
{
    if (size == 0 || (size > 1 && text[0] == '0')) return false;
    uint64_t result = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (digit > limit || result > (limit - digit) / 10) return false;
        result = 10 * result + digit;
    }
    *value = result;
    return true;
}
