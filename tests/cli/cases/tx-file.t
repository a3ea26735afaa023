A file of entries: consecutive rows with one ref are one entry.

  $ fund.sh
  $ cat >memoriaal.csv <<'CSV'
  > ref,date,memo,account,party,amount
  > M-1,2026-02-01,"bijdrage, eerste helft",1100,GM0935,600.00
  > M-1,,,1100,GM0917,400.00
  > M-1,,,8000,,-1000.00
  > M-2,2026-02-02,ontvangst,1000,,600.00
  > M-2,2026-02-02,ontvangst,1100,GM0935,-600.00
  > CSV
  $ waarborg tx post memoriaal.csv --dry-run
  2 entries would be posted (55 to 56), 0 were there already; head <hash>
  $ waarborg tx post memoriaal.csv
  2 entries posted (55 to 56), 0 were there already; head <hash>
  $ waarborg tx list
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
     55  2026-02-01  memorial  M-1     1000.00  bijdrage, eerste helft
     56  2026-02-02  memorial  M-2      600.00  ontvangst

The same file again posts nothing; with one entry more, only that one.

  $ waarborg tx post memoriaal.csv
  all 2 entries were there already; nothing to post
  $ printf 'M-3,2026-02-03,,4120,,1.00\nM-3,,,1000,,-1.00\n' >>memoriaal.csv
  $ waarborg tx post - <memoriaal.csv
  1 entry posted (57 to 57), 2 were there already; head <hash>
  $ waarborg report trial-balance
  Waarborgfonds Voorbeeld
  trial balance, all entries, in EUR
  head <hash> (57 records)

  account  name                                         debit       credit      balance
  0200     Stichtings-/beginkapitaal                     0.00   1000000.00  -1000000.00
  1000     Schatkist rekening-courant              1000600.00         1.00   1000599.00
  1100     Te vorderen bijdragen gemeenten            1000.00       600.00       400.00
  4120     Bankkosten                                    1.00         0.00         1.00
  8000     Bijdragen gemeenten (reguliere inleg)         0.00      1000.00     -1000.00
  total                                            1001601.00   1001601.00         0.00

For programs: what was posted, and the head.

  $ waarborg tx post memoriaal.csv --json
  {
    "schema": "waarborg/tx-post/1",
    "dry_run": false,
    "posted": 0,
    "already": 3,
    "entries": [
      {
        "reference": "M-1",
        "number": 55,
        "already": true
      },
      {
        "reference": "M-2",
        "number": 56,
        "already": true
      },
      {
        "reference": "M-3",
        "number": 57,
        "already": true
      }
    ],
    "head": {
      "count": 57,
      "entries": 4,
      "hash": "<hash>"
    }
  }
  $ waarborg tx list --party GM0917 --json
  {
    "schema": "waarborg/tx-list/1",
    "entries": [
      {
        "number": 55,
        "kind": "entry",
        "recorded": "<time>",
        "date": "2026-02-01",
        "event": "memorial",
        "subject": null,
        "source": "cli",
        "reference": "M-1",
        "memo": "bijdrage, eerste helft",
        "maker": "anna",
        "postings": [
          {
            "account": "1100",
            "party": "GM0935",
            "amount": "600.00"
          },
          {
            "account": "1100",
            "party": "GM0917",
            "amount": "400.00"
          },
          {
            "account": "8000",
            "party": null,
            "amount": "-1000.00"
          }
        ],
        "hash": "<hash>"
      }
    ]
  }

A file goes alone.

  $ waarborg tx post memoriaal.csv --date 2026-01-01
  ! command line: error[E0201]: --date cannot be used with a FILE
  !       | waarborg tx post memoriaal.csv --date 2026-01-01
  !       |                                       ^~~~~~~~~~
  [2]
  $ waarborg tx post
  ! waarborg: error[E0201]: give a FILE, or --date with --debit and --credit
  !   hint: see 'waarborg tx post --help'
  [2]
  $ waarborg tx post absent.csv
  ! absent.csv: error[E0701]: cannot open: No such file or directory
  ! 1 error; nothing was written.
  [7]
