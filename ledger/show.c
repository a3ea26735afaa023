/* show.c - hashes and times as people read them. */
#include <stdio.h>

#include "waarborg/ledger.h"

const char *wb_hash_text(char text[2 * WB_LEDGER_HASH_SIZE + 1],
                         const uint8_t hash[WB_LEDGER_HASH_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *to = text;
    for (size_t i = 0; i < WB_LEDGER_HASH_SIZE; i++) {
        *to++ = digits[hash[i] >> 4];
        *to++ = digits[hash[i] & 0x0F];
    }
    *to = '\0';
    return text;
}

const char *wb_hash_short(char text[10], const uint8_t hash[WB_LEDGER_HASH_SIZE])
{
    (void)snprintf(text, 10, "%02x%02x %02x%02x", hash[0], hash[1], hash[2], hash[3]);
    return text;
}

const char *wb_time_text(char text[28], uint64_t time_us)
{
    const uint64_t day_us = 86400000000U;
    const wb_civil civil = wb_date_civil((wb_date){(int32_t)(time_us / day_us % 1000000U)});
    const uint64_t rest = time_us % day_us;
    (void)snprintf(text, 28, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ", (unsigned)civil.year % 10000U,
                   (unsigned)(civil.month % 100), (unsigned)(civil.day % 100),
                   (unsigned)(rest / 3600000000U), (unsigned)(rest / 60000000U % 60U),
                   (unsigned)(rest / 1000000U % 60U), (unsigned)(rest % 1000000U));
    return text;
}
