/* party.h - what reading and importing parties share. */
#ifndef FUND_PARTY_H
#define FUND_PARTY_H

#include "waarborg/fund.h"

/* Add a column. Documents keep them by name, so a party that was read has them in that order.
 * WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_party_add_column(wb_party *party, const char *name, const char *value,
                                          wb_error *err);

/* The canonical body of a party's document, owned by the caller (free). */
WB_MUST_CHECK wb_code wb_party_body(char **text, const wb_party *party, wb_error *err);

#endif
