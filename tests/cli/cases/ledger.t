The books can be checked by anyone, copied while in use, and restored.

  $ fund.sh
  $ waarborg ledger verify
  54 records (entries 1, postings 2): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 2; head <hash>
  $ waarborg ledger log --from 52
  record  recorded                     kind   date        what      maker  hash       proposal
      52  <time>  party  2026-01-01  GM0917    anna   <hash>
      53  <time>  party  2026-01-01  GM1883    anna   <hash>
      54  <time>  entry  2026-01-05  memorial  anna   <hash>
  $ waarborg ledger log --from 53 --limit 1 --json
  {
    "schema": "waarborg/ledger-log/1",
    "records": [
      {
        "number": 53,
        "kind": "party",
        "recorded": "<time>",
        "date": "2026-01-01",
        "id": "GM1883",
        "maker": "anna",
        "body": {
          "columns": {},
          "kind": "municipality",
          "name": "Sittard-Geleen",
          "under18": 15800
        },
        "hash": "<hash>"
      }
    ]
  }
  $ waarborg ledger backup fonds.wbb
  copied 54 records to fonds.wbb, verified; head <hash>
  $ waarborg ledger backup fonds.wbb
  ! fonds.wbb: error[E0706]: the file is there already
  !   hint: give the backup a name of its own
  [7]
  $ waarborg ledger restore fonds.wbb hersteld
  restored 54 records to hersteld, verified; head <hash>
  $ waarborg ledger restore fonds.wbb hersteld
  ! hersteld: error[E0706]: there is a ledger here already
  [7]
  $ waarborg -C hersteld ledger verify
  54 records (entries 1, postings 2): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 2; head <hash>
  $ waarborg -C hersteld tx list
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg

A copy has the same head, and is an ordinary ledger from there on.

  $ waarborg ledger verify --json >a; waarborg -C hersteld ledger verify --json | diff a - && echo equal
  equal
  $ waarborg -C hersteld tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00 -q
  $ waarborg -C hersteld tx list
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
     55  2026-02-01  memorial             1.00

A file that is no backup is refused, and leaves nothing behind.

  $ echo 'not a backup' >bad.wbb
  $ waarborg ledger restore bad.wbb nieuw
  ! bad.wbb: error[E0601]: the data file is damaged: it has 13 bytes only
  !   hint: this copy is of no use: take another backup
  [6]
  $ ls nieuw
  ! ls: cannot access 'nieuw': No such file or directory
  [2]
