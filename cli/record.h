/* record.h - records of the ledger as tables and JSON, for the commands that show them. */
#ifndef WAARBORG_CLI_RECORD_H
#define WAARBORG_CLI_RECORD_H

#include "cli/output.h"
#include "waarborg/control.h"
#include "waarborg/fund.h"

const char *wb_record_kind_name(wb_record_kind kind); /* "entry", "account", ... */

/* The whole record, postings or body included. */
json_t *wb_record_json(const wb_record *record);

/* The sum of an entry's debits. */
void wb_record_total(wb_money *total, const wb_record *record);

/* Who approved a proposal: a list of names. */
json_t *wb_approvers(const wb_proposal *proposal);

/* The entry and its postings, as lines and a table with the names of the accounts; `proposal` is
 * the one it was posted from, or NULL. */
void wb_record_print(const wb_record *record, const wb_account_list *accounts,
                     const wb_proposal *proposal, FILE *out);
/* The same of an entry that is not posted yet. */
void wb_record_print_draft(const wb_record *record, const wb_account_list *accounts, FILE *out);

/* The head of the ledger: {"count":..,"entries":..,"hash":..}. */
json_t *wb_head_json(const wb_ledger_head *head);

/* Ids of the current documents of a kind, sorted: what postings may name, and the words for "did
 * you mean". */
typedef struct wb_id_list {
    char **items;
    size_t count;
    size_t room;
} wb_id_list;
WB_MUST_CHECK wb_code wb_id_list_read(wb_id_list *list, wb_ledger *ledger, wb_record_kind kind,
                                      wb_error *err);
bool wb_id_list_has(const wb_id_list *list, const char *id);
void wb_id_list_clear(wb_id_list *list);
/* WB_E_ACCOUNT or WB_E_PARTY, by kind, with the nearest id as the hint. */
wb_code wb_id_list_refuse(const wb_id_list *list, wb_record_kind kind, const char *id,
                          wb_error *err);

#endif
