/*
 * date.h - civil dates as a count of days, ISO 8601 text, and the day counts of interest.
 * Pure functions; no clock, no locale, no time zone.
 */
#ifndef WAARBORG_DATE_H
#define WAARBORG_DATE_H

#include "waarborg/rate.h"

/* Days since 1970-01-01 in the proleptic Gregorian calendar. Wrapped against mix-ups. */
typedef struct wb_date {
    int32_t days;
} wb_date;

enum { WB_DATE_TEXT_MAX = 11, WB_YEAR_MIN = 1900, WB_YEAR_MAX = 2999 };

typedef struct wb_civil {
    int32_t year;
    uint32_t month; /* 1..12 */
    uint32_t day;   /* 1..31 */
} wb_civil;

wb_civil wb_date_civil(wb_date date);
/* Asserts that the civil date exists; use wb_date_exists on outside values. */
wb_date wb_date_from_civil(wb_civil civil);
bool wb_date_exists(wb_civil civil);

/* Read exactly YYYY-MM-DD. WB_E_DATE with a message that says what is wrong ("2026-02-30 does not
 * exist: February 2026 has 28 days"), no position. Years WB_YEAR_MIN to WB_YEAR_MAX. */
WB_MUST_CHECK wb_code wb_date_parse(wb_date *date, const char *text, size_t size, wb_error *err);
const char *wb_date_text(char text[WB_DATE_TEXT_MAX], wb_date date);

/* The date n months later (n may be negative), on the same day or the month's last. */
wb_date wb_date_add_months(wb_date date, int32_t months);
uint32_t wb_days_in_month(int32_t year, uint32_t month);

typedef enum wb_day_count {
    WB_30E_360, /* thirty days a month, both ends cut at 30 (30E/360, ISDA 2006 4.16(g)) */
    WB_ACT_360,
    WB_ACT_365,
    WB_ACT_ACT /* by calendar year: days in each year over 365 or 366 (ISDA 4.16(b)) */
} wb_day_count;

/* Whole days (by the count's own rule) and the exact year fraction from `from` to `to`; negative
 * when to < from. */
int64_t wb_day_count_days(wb_day_count count, wb_date from, wb_date to);
void wb_day_count_fraction(wb_rate *fraction, wb_day_count count, wb_date from, wb_date to);
/* "30/360", "act/360", "act/365", "act/act"; and back: WB_E_CHOICE with the list as hint. */
const char *wb_day_count_name(wb_day_count count);
WB_MUST_CHECK wb_code wb_day_count_parse(wb_day_count *count, const char *text, wb_error *err);

#endif
