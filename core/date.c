/* date.c - the Gregorian calendar in whole days, and day counts as exact fractions. */
#include "waarborg/date.h"

#include <assert.h>
#include <string.h>

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

uint32_t wb_days_in_month(int32_t year, uint32_t month)
{
    static const uint32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool wb_date_exists(wb_civil civil)
{
    return civil.year >= WB_YEAR_MIN && civil.year <= WB_YEAR_MAX && civil.month >= 1 &&
           civil.month <= 12 && civil.day >= 1 &&
           civil.day <= wb_days_in_month(civil.year, civil.month);
}

/* Days from 0000-03-01 to the first of March of `year`: leap days then fall at the end of a year.
 */
static int32_t days_to_march(int32_t year)
{
    return year * 365 + year / 4 - year / 100 + year / 400;
}

enum { EPOCH = 719468 }; /* days from 0000-03-01 to 1970-01-01 */

wb_date wb_date_from_civil(wb_civil civil)
{
    assert(wb_date_exists(civil));
    const int32_t year = civil.month > 2 ? civil.year : civil.year - 1;
    const int32_t month = (int32_t)(civil.month + 9) % 12; /* March is 0 */
    const int32_t day_of_year = (153 * month + 2) / 5 + (int32_t)civil.day - 1;
    return (wb_date){days_to_march(year) + day_of_year - EPOCH};
}

wb_civil wb_date_civil(wb_date date)
{
    const int32_t days = date.days + EPOCH;
    assert(days > 0);
    /* 146097 days are 400 years; the first guess is at most one year too late. */
    int32_t year = (int32_t)((int64_t)days * 400 / 146097);
    if (days_to_march(year + 1) <= days) year++;
    while (days_to_march(year) > days)
        year--;
    const int32_t day_of_year = days - days_to_march(year);
    const int32_t month = (5 * day_of_year + 2) / 153;
    const int32_t day = day_of_year - (153 * month + 2) / 5 + 1;
    return (wb_civil){month < 10 ? year : year + 1, (uint32_t)(month < 10 ? month + 3 : month - 9),
                      (uint32_t)day};
}

static bool read_digits(uint32_t *value, const char *text, size_t count)
{
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *value = *value * 10 + (uint32_t)(text[i] - '0');
    }
    return true;
}

wb_code wb_date_parse(wb_date *date, const char *text, size_t size, wb_error *err)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    assert(date != NULL);
    uint32_t year = 0;
    uint32_t month = 0;
    uint32_t day = 0;
    const bool shaped = size == 10 && text[4] == '-' && text[7] == '-' &&
                        read_digits(&year, text, 4) && read_digits(&month, text + 5, 2) &&
                        read_digits(&day, text + 8, 2);
    if (!shaped) {
        (void)wb_fail(err, WB_E_DATE, "'%.*s' is not a date", (int)(size < 60 ? size : 60), text);
        wb_error_hint(err, "write year-month-day, such as 2026-01-31");
        return WB_E_DATE;
    }
    const wb_civil civil = {(int32_t)year, month, day};
    if (!wb_date_exists(civil)) {
        (void)wb_fail(err, WB_E_DATE, "%.10s does not exist", text);
        if (civil.year < WB_YEAR_MIN || civil.year > WB_YEAR_MAX) {
            wb_error_hint(err, "years run from %d to %d", WB_YEAR_MIN, WB_YEAR_MAX);
        } else if (month >= 1 && month <= 12) {
            wb_error_hint(err, "%s %u has %u days", months[month - 1], year,
                          wb_days_in_month(civil.year, month));
        } else {
            wb_error_hint(err, "months run from 01 to 12");
        }
        return WB_E_DATE;
    }
    *date = wb_date_from_civil(civil);
    return WB_OK;
}

const char *wb_date_text(char text[WB_DATE_TEXT_MAX], wb_date date)
{
    const wb_civil civil = wb_date_civil(date);
    uint32_t parts[] = {(uint32_t)civil.year, civil.month, civil.day};
    static const struct {
        size_t at;
        size_t count;
    } places[] = {{0, 4}, {5, 2}, {8, 2}};
    memcpy(text, "0000-00-00", WB_DATE_TEXT_MAX);
    for (size_t p = 0; p < 3; p++) {
        for (size_t i = places[p].count; i-- > 0; parts[p] /= 10) {
            text[places[p].at + i] = (char)('0' + parts[p] % 10);
        }
    }
    return text;
}

wb_date wb_date_add_months(wb_date date, int32_t months)
{
    wb_civil civil = wb_date_civil(date);
    const int32_t total = civil.year * 12 + (int32_t)civil.month - 1 + months;
    assert(total >= 0);
    civil.year = total / 12;
    civil.month = (uint32_t)(total % 12) + 1;
    const uint32_t last = wb_days_in_month(civil.year, civil.month);
    if (civil.day > last) civil.day = last;
    return wb_date_from_civil(civil);
}

static int64_t days_30e_360(wb_date from, wb_date to)
{
    const wb_civil a = wb_date_civil(from);
    const wb_civil b = wb_date_civil(to);
    const int64_t day_a = a.day > 30 ? 30 : a.day;
    const int64_t day_b = b.day > 30 ? 30 : b.day;
    return (int64_t)(b.year - a.year) * 360 + ((int64_t)b.month - (int64_t)a.month) * 30 + day_b -
           day_a;
}

int64_t wb_day_count_days(wb_day_count count, wb_date from, wb_date to)
{
    if (count == WB_30E_360) return days_30e_360(from, to);
    return (int64_t)to.days - (int64_t)from.days;
}

/* The days of each calendar year over that year's length, from <= to. */
static void act_act(mpq_t fraction, wb_date from, wb_date to)
{
    mpq_set_ui(fraction, 0, 1);
    mpq_t part;
    mpq_init(part);
    while (from.days < to.days) {
        const int32_t year = wb_date_civil(from).year;
        wb_date end = {wb_date_from_civil((wb_civil){year, 12, 31}).days + 1};
        if (end.days > to.days) end = to;
        mpq_set_si(part, end.days - from.days, is_leap(year) ? 366 : 365);
        mpq_canonicalize(part);
        mpq_add(fraction, fraction, part);
        from = end;
    }
    mpq_clear(part);
}

void wb_day_count_fraction(wb_rate *fraction, wb_day_count count, wb_date from, wb_date to)
{
    switch (count) {
    case WB_30E_360:
    case WB_ACT_360: wb_rate_set_ratio(fraction, wb_day_count_days(count, from, to), 360); return;
    case WB_ACT_365: wb_rate_set_ratio(fraction, wb_day_count_days(count, from, to), 365); return;
    case WB_ACT_ACT: break;
    }
    if (from.days <= to.days) {
        act_act(fraction->ratio, from, to);
    } else {
        act_act(fraction->ratio, to, from);
        mpq_neg(fraction->ratio, fraction->ratio);
    }
}

static const char *const day_count_names[] = {"30/360", "act/360", "act/365", "act/act"};

const char *wb_day_count_name(wb_day_count count)
{
    assert((size_t)count < sizeof day_count_names / sizeof day_count_names[0]);
    return day_count_names[count];
}

wb_code wb_day_count_parse(wb_day_count *count, const char *text, wb_error *err)
{
    for (size_t i = 0; i < sizeof day_count_names / sizeof day_count_names[0]; i++) {
        if (strcmp(text, day_count_names[i]) == 0) {
            *count = (wb_day_count)i;
            return WB_OK;
        }
    }
    (void)wb_fail(err, WB_E_CHOICE, "'%.60s' is not a day count", text);
    wb_error_hint(err, "choose 30/360, act/360, act/365 or act/act");
    return WB_E_CHOICE;
}
