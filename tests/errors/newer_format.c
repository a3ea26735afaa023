/* newer_format.c - makes a ledger look as if a later version of the program had written it: the
 * format row says one version more, or the one that is given, and its check holds.
 * Usage: newer_format DIR [VERSION] */
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/chain.h"
#include "ledger/rows.h"

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) return 2;
    const int version = argc == 3 ? atoi(argv[2]) : WB_FORMAT_VERSION + 1;
    wb_row row;
    wb_row_format(&row);
    const size_t size = row.value_size - WB_ROW_CHECK_SIZE;
    row.value[size - 1] = (uint8_t)version; /* the last byte of a big-endian number */
    wb_row_check(row.value + size, (wb_span){row.key, row.key_size}, (wb_span){row.value, size});

    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi dbi = 0;
    MDB_val key = {row.key_size, row.key};
    MDB_val value = {row.value_size, row.value};
    int rc = mdb_env_create(&env);
    if (rc == 0) rc = mdb_env_set_mapsize(env, (size_t)1 << 30);
    if (rc == 0) rc = mdb_env_open(env, argv[1], 0, 0644);
    if (rc == 0) rc = mdb_txn_begin(env, NULL, 0, &txn);
    if (rc == 0) rc = mdb_dbi_open(txn, NULL, 0, &dbi);
    if (rc == 0) rc = mdb_put(txn, dbi, &key, &value, 0);
    if (rc == 0) rc = mdb_txn_commit(txn);
    mdb_env_close(env);
    if (rc != 0) (void)fprintf(stderr, "newer_format: %s\n", mdb_strerror(rc));
    return rc == 0 ? 0 : 1;
}
