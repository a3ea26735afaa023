/*
 * names.h - the codes of accounts and ids of parties, and the numbers that records know them by.
 * Private to ledger/. A cache: what is here was read from the store once and checked.
 */
#ifndef WAARBORG_LEDGER_NAMES_H
#define WAARBORG_LEDGER_NAMES_H

#include "ledger/bytes.h"
#include "waarborg/ledger.h"

typedef struct wb_name {
    uint64_t number;
    wb_record_kind kind;
    char *text; /* owned by the table, stable until it is cleared */
} wb_name;

/* Zero-initialise. */
typedef struct wb_names {
    wb_name *items;
    uint32_t count;
    uint32_t capacity; /* of items; each table has 4 x capacity places */
    uint32_t *by_text; /* index + 1, or 0 */
    uint32_t *by_number;
} wb_names;

void wb_names_clear(wb_names *names);
const wb_name *wb_names_by_text(const wb_names *names, wb_record_kind kind, wb_span text);
const wb_name *wb_names_by_number(const wb_names *names, uint64_t number);
/* WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_names_add(wb_names *names, wb_record_kind kind, wb_span text,
                                   uint64_t number, wb_error *err);

#endif
