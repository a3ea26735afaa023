/* tx_file.h - a CSV file of entries: ref,date,memo,account,party,amount, one posting a row. */
#ifndef WAARBORG_CLI_TX_FILE_H
#define WAARBORG_CLI_TX_FILE_H

#include "cli/output.h"
#include "waarborg/csv.h"

/* One entry of the file: consecutive rows with the same ref. */
typedef struct wb_tx_group {
    wb_entry entry;  /* strings are borrowed from the table */
    size_t row;      /* its first row */
    uint64_t number; /* after posting */
    bool already;
} wb_tx_group;

typedef struct wb_tx_file {
    wb_csv *table;
    wb_tx_group *groups;
    size_t group_count;
    wb_posting *postings; /* of all groups; one a row */
    size_t ref_column;
} wb_tx_file;

/* Read the file and check every cell and every entry: amounts, dates, accounts, parties, balance.
 * All errors go to cli->list. Nothing is written. */
void wb_tx_file_read(wb_tx_file *file, wb_cli *cli, const char *path);
void wb_tx_file_clear(wb_tx_file *file);

/*
 * Post a few entries together with whoever posts at the same time (wb_ledger_submit). *done says
 * whether that is all there was to do: not for many entries, in a trial run, under four eyes, or
 * when a rule refuses one. Then they go through a batch, which proposes them or says what is wrong
 * with each.
 */
WB_MUST_CHECK wb_code wb_tx_submit(wb_cli *cli, wb_tx_group *groups, size_t count, bool *done,
                                   wb_error *err);

/* Post every entry in the batch that was begun; errors go to cli->list at their rows, all in one
 * run: the batch is begun again after a refusal, and may then only be aborted. */
void wb_tx_file_post(wb_tx_file *file, wb_cli *cli);

#endif
