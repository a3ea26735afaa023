/* values.c - values on the command line: each reader reports a bad one with a caret under it. */
#include "cli/command.h"

#include <string.h>
#include <time.h>

wb_date wb_cli_today(void)
{
    enum { SECONDS_A_DAY = 86400 };
    return (wb_date){.days = (int32_t)(time(NULL) / SECONDS_A_DAY)};
}

bool wb_cli_date(wb_cli *cli, const char *name, wb_date *value)
{
    const char *text = wb_cli_text(cli, name);
    wb_error err;
    if (text == NULL || wb_date_parse(value, text, strlen(text), &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}

bool wb_cli_money(wb_cli *cli, const char *name, wb_money *value)
{
    const char *text = wb_cli_text(cli, name);
    wb_error err;
    if (text == NULL) return true;
    if (wb_money_parse(value, text, strlen(text), WB_MONEY_PLAIN, &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}

bool wb_cli_rate(wb_cli *cli, const char *name, wb_rate_form form, wb_rate *value)
{
    const char *text = wb_cli_text(cli, name);
    wb_error err;
    if (text == NULL || wb_rate_parse(value, text, strlen(text), form, &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}

bool wb_cli_number(wb_cli *cli, const char *name, uint64_t limit, uint64_t *value)
{
    const char *text = wb_cli_text(cli, name);
    wb_error err;
    if (text == NULL) return true;
    if (wb_number_parse(value, text, strlen(text), limit, &err) == WB_OK) return true;
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}

bool wb_cli_id(wb_cli *cli, const char *name, const char **value)
{
    const char *text = wb_cli_text(cli, name);
    if (text == NULL) return true;
    if (wb_id_valid(text, strlen(text))) {
        *value = text;
        return true;
    }
    wb_error err;
    (void)wb_fail(&err, WB_E_SYNTAX, "'%.60s' is not an id", text);
    wb_error_hint(&err, "1 to %d letters, digits or - _ . : /, a letter or digit first", WB_ID_MAX);
    (void)wb_cli_refuse(cli, name, 0, &err);
    return false;
}
