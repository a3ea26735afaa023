/* party.h - what reading and importing parties share. */
#ifndef FUND_PARTY_H
#define FUND_PARTY_H

#include "waarborg/fund.h"

/* The canonical body of a party's document, owned by the caller (free). */
WB_MUST_CHECK wb_code wb_party_body(char **text, const wb_party *party, wb_error *err);

#endif
