/* as_of.c - --as-of-record: what was known then, named by a record, a day or a time. */
#include "cli/as_of.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/output.h"

#define FORMS "a record (40), a day (2026-02-01) or a time in UTC (2026-02-01T09:12:03Z)"
#define OPTION "as-of-record"

enum { DATE_SIZE = 10, CLOCK_SIZE = 8, FRACTION_MAX = 6 };
static const uint64_t second_us = 1000000U;
static const uint64_t day_us = 86400000000U;

/* What a text says, from its first to its last microsecond: "2026-02-01" is a whole day. */
typedef struct moment {
    uint64_t first_us;
    uint64_t last_us;
} moment;

static bool all_digits(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static wb_code unclear(const char *text, wb_error *err)
{
    wb_fail(err, WB_E_DATE, "'%.60s' is no record, day or time", text);
    wb_error_hint(err, "give " FORMS);
    return WB_E_DATE;
}

static unsigned two_digits(const char *text)
{
    return (unsigned)(text[0] - '0') * 10U + (unsigned)(text[1] - '0');
}

/* "09:12:03" */
static bool is_clock(const char *text)
{
    static const char form[] = "00:00:00";
    for (size_t i = 0; i < CLOCK_SIZE; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == ':' ? text[i] != ':' : !digit) return false;
    }
    return true;
}

/* What follows the seconds: "Z", or ".123Z". */
static wb_code parse_fraction(moment *at, const char *text, const char *rest, wb_error *err)
{
    uint64_t unit = second_us;
    if (*rest == '.') {
        const size_t digits = strspn(rest + 1, "0123456789");
        if (digits == 0 || digits > FRACTION_MAX) return unclear(text, err);
        for (size_t i = 1; i <= digits; i++) {
            unit /= 10;
            at->first_us += (uint64_t)(rest[i] - '0') * unit;
        }
        rest += 1 + digits;
    }
    at->last_us = at->first_us + unit - 1;
    if (strcmp(rest, "Z") == 0) return WB_OK;
    if (*rest != '\0' && *rest != '+' && *rest != '-') return unclear(text, err);
    wb_fail(err, WB_E_DATE, "'%.60s' does not say the time in UTC", text);
    wb_error_hint(err, "times are kept in UTC: give it in UTC and end it by Z");
    return WB_E_DATE;
}

static wb_code parse_moment(moment *at, const char *text, wb_error *err)
{
    wb_date date = {0};
    const size_t size = strlen(text);
    if (size < DATE_SIZE || (size > DATE_SIZE && text[DATE_SIZE] != 'T') || text[4] != '-') {
        return unclear(text, err);
    }
    const wb_code code = wb_date_parse(&date, text, DATE_SIZE, err);
    if (code != WB_OK) return code;
    at->first_us = date.days < 0 ? 0 : (uint64_t)date.days * day_us;
    at->last_us = date.days < 0 ? 0 : at->first_us + day_us - 1;
    if (size == DATE_SIZE || date.days < 0) return WB_OK;
    const char *clock = text + DATE_SIZE + 1;
    if (!is_clock(clock)) return unclear(text, err);
    const unsigned hour = two_digits(clock);
    const unsigned minute = two_digits(clock + 3);
    const unsigned second = two_digits(clock + 6);
    if (hour > 23 || minute > 59 || second > 59) {
        return wb_fail(err, WB_E_DATE, "there is no time %.8s", clock);
    }
    at->first_us += (((uint64_t)hour * 60U + minute) * 60U + second) * second_us;
    return parse_fraction(at, text, clock + CLOCK_SIZE, err);
}

static uint64_t now_us(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0) return 0;
    return (uint64_t)now.tv_sec * second_us + (uint64_t)now.tv_nsec / 1000U;
}

/* The record of a number; one of that many digits may have been meant as a day. */
static wb_code find_number(const char *text, const wb_ledger_head *head, uint64_t *number,
                           wb_error *err)
{
    const size_t size = strlen(text);
    const wb_code code = wb_number_parse(number, text, size, INT64_MAX, err);
    if (code != WB_OK) return code;
    if (*number > 0 && *number <= head->count) return WB_OK;
    wb_fail(err, WB_E_RANGE, "there is no record %s; the last is %llu", text,
            (unsigned long long)head->count);
    if (size == 4 || size == 8) {
        wb_error_hint(err, "digits alone are a record's number; a day is written 2026-02-01");
    }
    return WB_E_RANGE;
}

/* The last record of a moment, which must lie between the first record and now. */
static wb_code find_moment(wb_ledger *ledger, const char *text, const wb_ledger_head *head,
                           uint64_t *number, wb_error *err)
{
    moment at = {0};
    char time[28];
    wb_code code = parse_moment(&at, text, err);
    if (code != WB_OK) return code;
    if (at.first_us > now_us() && at.first_us > head->recorded_us) {
        return wb_fail(err, WB_E_RANGE, "'%s' is in the future; the last record is %llu, of %s",
                       text, (unsigned long long)head->count,
                       wb_time_text(time, head->recorded_us));
    }
    code = wb_ledger_number_at(ledger, at.last_us, number, err);
    if (code != WB_OK || *number > 0) return code;
    wb_record first;
    wb_record_init(&first);
    code = wb_ledger_record(ledger, 1, &first, err);
    if (code == WB_OK) {
        code = wb_fail(err, WB_E_RANGE, "'%s' is before the first record, of %s", text,
                       wb_time_text(time, first.recorded_us));
    }
    wb_record_clear(&first);
    return code;
}

wb_code wb_cli_as_of(wb_cli *cli, wb_error *err)
{
    const char *text = wb_cli_text(cli, OPTION);
    if (text == NULL) return WB_OK;
    wb_ledger_head head;
    uint64_t number = 0;
    wb_code code = wb_ledger_head_read(cli->ledger, &head, err);
    if (code != WB_OK) return code;
    if (head.count == 0) {
        code = wb_fail(err, WB_E_NOT_FOUND, "the ledger has no records yet");
    } else if (all_digits(text)) {
        code = find_number(text, &head, &number, err);
    } else {
        code = find_moment(cli->ledger, text, &head, &number, err);
    }
    if (code != WB_OK) {
        if (wb_code_exit(code) > wb_code_exit(WB_E_NOT_FOUND)) return code; /* not the option's */
        (void)wb_cli_refuse(cli, OPTION, 0, err);
        err->message[0] = '\0';
        return code;
    }
    wb_record record;
    wb_record_init(&record);
    code = wb_ledger_as_of(cli->ledger, number, err);
    if (code == WB_OK) code = wb_ledger_record(cli->ledger, number, &record, err);
    if (code == WB_OK) wb_output_as_of(cli, number, record.recorded_us);
    wb_record_clear(&record);
    return code;
}
