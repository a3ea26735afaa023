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

wb_code wb_horizon_window(uint32_t *first, uint32_t *end, const wb_node **at,
                          const wb_horizon *horizon, const wb_node *stress, wb_error *err)
{
    const int32_t length = 12 / (int32_t)horizon->steps_per_year;
    const int32_t total = (int32_t)horizon->step_count * length;
    *at = stress;
    int32_t month = 0;
    wb_code code = first_month(&month, at, horizon, stress, err);
    if (code != WB_OK) return code;
    int32_t last = month < total ? total : month + length;
    uint64_t count = 0;
    const bool quarters = wb_read_given(stress, "stress[].quarters");
    if (quarters || wb_read_given(stress, "stress[].years")) {
        const char *path = quarters ? "stress[].quarters" : "stress[].years";
        if (!wb_read_number(&count, stress, path)) return WB_OK; /* reported by now */
        last = month + (int32_t)count * (quarters ? 3 : 12);
        if ((last - month) % length != 0) {
            *at = wb_node_child(stress, quarters ? "quarters" : "years");
            code = wb_fail(err, WB_E_RANGE, "%u quarter%s: no whole number of steps of a %s",
                           (unsigned)count, count == 1 ? "" : "s", wb_horizon_step_name(horizon));
            wb_error_hint(err, "choose a shorter step in 'horizon', or another length");
            return code;
        }
    }
    if (last <= 0 || month >= total) {
        code = wb_fail(err, WB_E_RANGE, "the stress is wholly outside the horizon");
        char text[2][WB_DATE_TEXT_MAX];
        wb_error_hint(err, "the horizon runs from %s to before %s",
                      horizon->has_start ? wb_date_text(text[0], horizon->start) : "its start",
                      horizon->has_start
                          ? wb_date_text(text[1], wb_date_add_months(horizon->start, total))
                          : "its end");
        return code;
    }
    *first = (uint32_t)((month > 0 ? month : 0) / length);
    *end = (uint32_t)((last < total ? last : total) / length);
    return WB_OK;
}
