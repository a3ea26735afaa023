/* scenario_time.c - dates and durations of a scenario as steps. */
#include "sim/scenario_time.h"

#include <assert.h>

bool wb_horizon_read(wb_horizon *horizon, const wb_node *root)
{
    static const uint32_t per_year[] = {1, 4, 12}; /* year | quarter | month */
    *horizon = (wb_horizon){0};
    const wb_node *map = wb_node_child(root, "horizon");
    uint64_t years = 0;
    uint32_t step = 0;
    if (!wb_read_number(&years, map, "horizon.years")) return false;
    if (!wb_read_choice(&step, map, "horizon.step")) return false;
    horizon->years = (uint32_t)years;
    horizon->steps_per_year = per_year[step];
    horizon->step_count = horizon->years * per_year[step];
    horizon->has_start = wb_read_date(&horizon->start, root, "start");
    return true;
}

const char *wb_horizon_step_name(const wb_horizon *horizon)
{
    return horizon->steps_per_year == 1   ? "year"
           : horizon->steps_per_year == 4 ? "quarter"
                                          : "month";
}

static int32_t month_of(wb_date date)
{
    const wb_civil civil = wb_date_civil(date);
    return civil.year * 12 + (int32_t)civil.month - 1;
}

bool wb_horizon_fits(const wb_horizon *horizon, wb_date date)
{
    const wb_civil civil = wb_date_civil(date);
    return civil.day == 1 && (horizon->steps_per_year == 12 || civil.month % 3 == 1);
}

wb_date wb_horizon_after(const wb_horizon *horizon, wb_date date)
{
    const int32_t length = 12 / (int32_t)horizon->steps_per_year;
    const int32_t month = (month_of(date) / length + 1) * length;
    return wb_date_from_civil((wb_civil){month / 12, (uint32_t)(month % 12) + 1, 1});
}

uint32_t wb_horizon_step_of(const wb_horizon *horizon, wb_date date)
{
    assert(horizon->has_start);
    if (date.days < horizon->start.days) return 0;
    const int32_t length = 12 / (int32_t)horizon->steps_per_year;
    const int32_t step = (month_of(date) - month_of(horizon->start)) / length;
    return step < (int32_t)horizon->step_count ? (uint32_t)step : horizon->step_count;
}

/* First month of the stress, counted from the start of the horizon. */
static wb_code first_month(int32_t *month, const wb_node **at, const wb_horizon *horizon,
                           const wb_node *stress, wb_error *err)
{
    wb_date from;
    *month = 0;
    if (!wb_read_date(&from, stress, "stress[].from")) return WB_OK;
    *at = wb_node_child(stress, "from");
    if (!horizon->has_start) {
        const wb_code code =
            wb_fail(err, WB_E_MISSING, "a stress with a date needs 'start' in the scenario");
        wb_error_hint(err, "add start: 2027-01-01, the first day of the first step");
        return code;
    }
    if (wb_date_civil(from).day != 1) {
        const wb_code code =
            wb_fail(err, WB_E_RANGE, "'%s' is not the first day of a month", (*at)->text);
        wb_error_hint(err, "a stress starts and ends with a step");
        return code;
    }
    *month = month_of(from) - month_of(horizon->start);
    const int32_t length = 12 / (int32_t)horizon->steps_per_year;
    if (*month % length != 0) {
        const wb_code code = wb_fail(err, WB_E_RANGE, "no step starts on '%s': steps are a %s",
                                     (*at)->text, wb_horizon_step_name(horizon));
        wb_error_hint(err, "choose a shorter step in 'horizon', or another first day");
        return code;
    }
    return WB_OK;
}

/* Its length in months, or -1: until the end. */
static wb_code length_in_months(int32_t *months, const wb_node **at, const wb_horizon *horizon,
                                const wb_node *stress, wb_error *err)
{
    const bool quarters = wb_read_given(stress, "stress[].quarters");
    const char *path = quarters ? "stress[].quarters" : "stress[].years";
    uint64_t count = 0;
    *months = -1;
    if (!quarters && !wb_read_given(stress, path)) return WB_OK;
    if (!wb_read_number(&count, stress, path)) return WB_OK; /* reported by now */
    *months = (int32_t)count * (quarters ? 3 : 12);
    if (*months % (12 / (int32_t)horizon->steps_per_year) == 0) return WB_OK;
    *at = wb_node_child(stress, quarters ? "quarters" : "years");
    const wb_code code =
        wb_fail(err, WB_E_RANGE, "%u quarter%s: no whole number of steps of a %s", (unsigned)count,
                count == 1 ? "" : "s", wb_horizon_step_name(horizon));
    wb_error_hint(err, "choose a shorter step in 'horizon', or another length");
    return code;
}

static wb_code refuse_outside(const wb_horizon *horizon, wb_error *err)
{
    const wb_code code = wb_fail(err, WB_E_RANGE, "the stress is wholly outside the horizon");
    if (!horizon->has_start) return code;
    char text[2][WB_DATE_TEXT_MAX];
    const wb_date end = wb_date_add_months(horizon->start, 12 * (int32_t)horizon->years);
    wb_error_hint(err, "the horizon runs from %s to before %s",
                  wb_date_text(text[0], horizon->start), wb_date_text(text[1], end));
    return code;
}

wb_code wb_horizon_window(uint32_t *first, uint32_t *end, const wb_node **at,
                          const wb_horizon *horizon, const wb_node *stress, wb_error *err)
{
    const int32_t length = 12 / (int32_t)horizon->steps_per_year;
    const int32_t total = 12 * (int32_t)horizon->years;
    *at = stress;
    int32_t month = 0;
    int32_t months = 0;
    wb_code code = first_month(&month, at, horizon, stress, err);
    if (code == WB_OK) code = length_in_months(&months, at, horizon, stress, err);
    if (code != WB_OK) return code;
    const int32_t last = months < 0 ? total : month + months;
    if (last <= 0 || month >= total) return refuse_outside(horizon, err);
    *first = (uint32_t)((month > 0 ? month : 0) / length);
    *end = (uint32_t)((last < total ? last : total) / length);
    return WB_OK;
}
