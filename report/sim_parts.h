/* sim_parts.h - what the documents and texts about simulations have in common. */
#ifndef WAARBORG_REPORT_SIM_PARTS_H
#define WAARBORG_REPORT_SIM_PARTS_H

#include <jansson.h>

#include "report/sim_words.h"
#include "waarborg/sim_report.h"

/* ---- documents: keys in alphabetical order, one key of the top object a line ---- */

/* What every document starts with: which figures these are, and how to make them again. The keys
 * after it are the caller's, and the closing brace. false without memory, as below. */
bool wb_sim_json_head(FILE *out, const char *schema, const wb_model *model, const char *version);
/* Print `"key": value` and `after` ("," or "") on one line; takes ownership of value. */
bool wb_sim_json_key(FILE *out, const char *key, json_t *value, const char *after);
/* Print an item of a list on a line of its own; takes ownership of it. */
bool wb_sim_json_line(FILE *out, json_t *item, const char *after);
json_t *wb_sim_json_scenario(const wb_model *model);
json_t *wb_sim_json_ledger(const wb_opening *opening);
/* A figure with its keys and its interval. */
json_t *wb_sim_json_measure(const wb_measure *measure);
json_t *wb_sim_json_money(const wb_money *money);
/* Takes ownership of value; a NULL value shows when the text is made. */
void wb_sim_json_set(json_t *object, const char *key, json_t *value);

/* ---- texts ---- */

/* Which scenario, how long, how many futures, and what the fund starts with. */
void wb_sim_text_head(FILE *out, const wb_model *model);
enum { WB_PERCENT_TEXT_MAX = 32 };
/* Small chances keep two digits that say something. */
const char *wb_sim_text_percent(char text[WB_PERCENT_TEXT_MAX], double p);
/* Amounts of a report share one unit, so that columns can be compared. */
typedef struct wb_unit {
    bool millions;
    const char *name;
} wb_unit;
wb_unit wb_sim_unit_for(const wb_measure *measures, size_t count);
/* "43.21" millions, rounded once, or "1 234.56" euros. */
const char *wb_sim_text_amount(char text[WB_MONEY_TEXT_MAX], const wb_money *amount, wb_unit u);
enum { WB_INTERVAL_TEXT_MAX = 3 * WB_MONEY_TEXT_MAX };
/* "12.34 .. 12.56" of an amount or a chance; a bound that the number of paths does not give is
 * "?". */
const char *wb_sim_text_interval(char text[WB_INTERVAL_TEXT_MAX], const wb_measure *m, wb_unit u);
/* 200 000 */
const char *wb_sim_text_count(char text[WB_MONEY_TEXT_MAX], uint64_t count);

#endif
