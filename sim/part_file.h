/* part_file.h - a part of a run on disk: replaced in one step, mapped for reading. */
#ifndef WAARBORG_SIM_PART_FILE_H
#define WAARBORG_SIM_PART_FILE_H

#include "sim/part_bytes.h"

/* Bytes of a part, from malloc or mapped. */
typedef struct wb_part_bytes {
    uint8_t *data;
    size_t size;
    bool mapped;
} wb_part_bytes;
/* WB_E_IO when it cannot be read. An empty file gives no bytes. */
WB_MUST_CHECK wb_code wb_part_bytes_map(wb_part_bytes *bytes, const char *path, wb_error *err);
void wb_part_bytes_clear(wb_part_bytes *bytes);

/* Written beside `path` (its name with .new- and the process), synced and renamed over it. On a
 * failure nothing of it stays. WB_E_FULL, WB_E_IO. */
WB_MUST_CHECK wb_code wb_part_save(const char *path, const wb_part_of *of,
                                   const wb_part_content *content, wb_error *err);

#endif
