/* sim_question.c - events, targets and years from the command line; see sim_question.h. */
#include "cli/sim_question.h"

#include "waarborg/rate.h"

bool wb_cli_sim_event(wb_cli *cli, const char *name, wb_event *event)
{
    wb_error err;
    const char *text = wb_cli_text(cli, name);
    if (text == NULL || wb_event_parse(event, text, &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}

static bool is_target(const wb_rate *target)
{
    wb_rate bound;
    wb_rate_init(&bound);
    bool inside = wb_rate_compare(target, &bound) > 0;
    wb_rate_set_ratio(&bound, 1, 1);
    inside = inside && wb_rate_compare(target, &bound) < 0;
    wb_rate_clear(&bound);
    return inside;
}

bool wb_cli_sim_target(wb_cli *cli, const char *name, wb_rate *target)
{
    wb_error err;
    if (!wb_cli_rate(cli, name, WB_RATE_RATE, target)) return false;
    if (wb_cli_text(cli, name) == NULL || is_target(target)) return true;
    (void)wb_fail(&err, WB_E_RANGE, "'%s' is not between 0%% and 100%%", wb_cli_text(cli, name));
    wb_error_hint(&err, "write a share such as 1%%");
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}

bool wb_cli_sim_years(wb_cli *cli, const wb_model *model, uint32_t *years)
{
    wb_error err;
    uint64_t wanted = model->years;
    if (!wb_cli_number(cli, "years", UINT32_MAX, &wanted)) return false;
    *years = (uint32_t)wanted;
    if (wanted >= 1 && wanted <= model->years) return true;
    (void)wb_fail(&err, WB_E_RANGE, "%llu years: the scenario has %u", (unsigned long long)wanted,
                  (unsigned)model->years);
    wb_error_hint(&err, "ask for 1 to %u years, or lengthen 'horizon'", (unsigned)model->years);
    (void)wb_cli_refuse(cli, "years", 0, &err);
    return false;
}
