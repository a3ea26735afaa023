/*
 * year_end.h - the result of a year on its way from income and expenses to equity. Private to
 * fund/.
 */
#ifndef FUND_YEAR_END_H
#define FUND_YEAR_END_H

#include "waarborg/fund.h"

/* "result-2026", the subject of the entries that appropriate it. */
enum { WB_RESULT_SUBJECT_MAX = 16 };
const char *wb_result_subject(char text[WB_RESULT_SUBJECT_MAX], int32_t year);

/* Post the entries; closing->appropriation and result are set. */
WB_MUST_CHECK wb_code wb_year_appropriate(wb_ledger *ledger, wb_period_closing *closing,
                                          wb_error *err);
/* Reverse those that are not reversed yet, each on its own date. */
WB_MUST_CHECK wb_code wb_year_restore(wb_ledger *ledger, wb_period_reopening *reopening,
                                      wb_error *err);

#endif
