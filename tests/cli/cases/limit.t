Limits: an account of money may not go below zero, and support to a provider has a cap.

  $ fund.sh
  $ waarborg limit list
  limit              accounts  of    min  max
  no-overdraft-1000  1000      all  0.00
  no-overdraft-1010  1010      all  0.00
  no-overdraft-1020  1020      all  0.00
  no-overdraft-1030  1030      all  0.00
  $ waarborg tx post --date 2026-02-01 --debit 4120=1000000.01 --credit 1000=1000000.01
  ! waarborg: error[E0410]: account 1000 would come to -0.01, below the 0.00 that limit 'no-overdraft-1000' allows
  !   hint: put money in first, or change the limit: waarborg limit list
  [4]
  $ waarborg tx post --date 2026-02-01 --debit 4120=1000000.01 --credit 1000=1000000.01 --dry-run -q
  ! waarborg: error[E0410]: account 1000 would come to -0.01, below the 0.00 that limit 'no-overdraft-1000' allows
  !   hint: put money in first, or change the limit: waarborg limit list
  [4]
  $ printf 'id,name,revenue\nP1,Aanbieder 1,40000000\nP2,Aanbieder 2,20000000\n' >p.csv
  $ waarborg -q party import p.csv --kind provider --date 2026-01-01
  $ waarborg limit set plafond --account 0100 --account 0120 --each --max 300000.00 --date 2026-01-01 --dry-run
  Limit plafond would be recorded.
  $ waarborg limit set plafond --account 0100 --account 0120 --each --max 300000.00 --date 2026-01-01
  Limit plafond recorded.
  $ waarborg limit set p2 --account 0120 --party P2 --min 0.00 --max 50000.00 --date 2026-01-01 --json
  {
    "schema": "waarborg/limit-set/1",
    "dry_run": false,
    "limit": {
      "id": "p2",
      "accounts": [
        "0120"
      ],
      "each": false,
      "party": "P2",
      "min": "0.00",
      "max": "50000.00"
    }
  }
  $ waarborg limit list
  limit              accounts    of           min        max
  no-overdraft-1000  1000        all         0.00
  no-overdraft-1010  1010        all         0.00
  no-overdraft-1020  1020        all         0.00
  no-overdraft-1030  1030        all         0.00
  p2                 0120        P2          0.00   50000.00
  plafond            0100, 0120  each party        300000.00
  $ waarborg loan new L-1 --party P1 --principal 400000.00 --rate 0 --start 2026-02-01 --maturity 2028-02-01 -q
  $ waarborg loan disburse L-1 --date 2026-02-01 --amount 300000.01
  ! waarborg: error[E0410]: accounts 0100, 0120 of party 'P1' would come to 300000.01, above the 300000.00 that limit 'plafond' allows
  !   hint: bring the balance down first, or change the limit: waarborg limit list
  ! 1 error; nothing was written.
  [4]
  $ waarborg loan disburse L-1 --date 2026-02-01 --amount 300000.00
  L-1  EUR 300000.00 paid out, entry 60.
  L-1  EUR 300000.00 outstanding.

A limit that the books are beyond is refused, and so is one that says nothing.

  $ waarborg limit set plafond --account 0100 --each --max 299999.99
  ! waarborg: error[E0410]: account 0100 of party 'P1' stands at 300000.00, beyond limit 'plafond' already
  !   hint: choose a bound that holds now, or correct the books first
  ! 1 error; nothing was written.
  [4]
  $ waarborg limit set x --account 4711 --min 0
  ! waarborg: error[E0403]: there is no account '4711'
  ! 1 error; nothing was written.
  [4]
  $ waarborg limit set x --account 1000 --party nobody --min 0
  ! waarborg: error[E0404]: there is no party 'nobody'
  ! 1 error; nothing was written.
  [4]
  $ waarborg limit set x --account 1000 --party P1 --each --min 0
  ! waarborg: error[E0318]: limit 'x' is of each party or of one, not both
  ! 1 error; nothing was written.
  [3]
  $ waarborg limit set x --account 1000 --min 2 --max 1
  ! waarborg: error[E0318]: the lowest amount of limit 'x' is above its highest
  ! 1 error; nothing was written.
  [3]
  $ waarborg limit set x --account 1000
  ! command line: error[E0201]: a limit has a --min, a --max, or both
  !       | waarborg limit set x --account 1000
  !       |                    ^
  !   hint: to end one: waarborg limit lift ID
  [2]
  $ waarborg limit set x --min 0
  ! command line: error[E0201]: option '--account' is missing
  !       | waarborg limit set x --min 0
  !       |                             ^
  !   hint: --account CODE: an account whose balance counts
  [2]

Set again it is replaced; lifted it is gone, and stays in the log.

  $ waarborg limit set plafond --account 0100 --account 0120 --each --max 400000.00 --date 2026-03-01
  Limit plafond recorded.
  $ waarborg loan disburse L-1 --date 2026-02-02 --amount 100000.00 -q
  $ waarborg limit lift plafond --date 2026-03-02
  Limit plafond lifted.
  $ waarborg limit lift plafond
  ! waarborg: error[E0407]: there is no limit 'plafond'
  !   hint: list them: waarborg limit list
  ! 1 error; nothing was written.
  [4]
  $ waarborg limit lift p2 --date 2026-03-02 --json
  {
    "schema": "waarborg/limit-lift/1",
    "dry_run": false,
    "limit": {
      "id": "p2",
      "accounts": [
        "0120"
      ],
      "each": false,
      "party": "P2",
      "min": null,
      "max": null
    }
  }
  $ waarborg limit list
  limit              accounts  of    min  max
  no-overdraft-1000  1000      all  0.00
  no-overdraft-1010  1010      all  0.00
  no-overdraft-1020  1020      all  0.00
  no-overdraft-1030  1030      all  0.00
  $ waarborg limit list --json | sed -n 1,14p
  {
    "schema": "waarborg/limit-list/1",
    "limits": [
      {
        "id": "no-overdraft-1000",
        "accounts": [
          "1000"
        ],
        "each": false,
        "party": null,
        "min": "0.00",
        "max": null
      },
      {
  $ waarborg limit list --as-of-record 60
  as known after record 60 (<time>)
  limit              accounts    of           min        max
  no-overdraft-1000  1000        all         0.00
  no-overdraft-1010  1010        all         0.00
  no-overdraft-1020  1020        all         0.00
  no-overdraft-1030  1030        all         0.00
  p2                 0120        P2          0.00   50000.00
  plafond            0100, 0120  each party        300000.00
  $ waarborg ledger verify
  64 records (entries 3, postings 6): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 3; head <hash>

A file may spend what it brings in; of the faults of a file only those are told that would stay.

  $ printf 'ref,date,memo,account,party,amount\nI-1,2026-04-01,,1010,,100.00\nI-1,,,0200,,-100.00\n' >in.csv
  $ printf 'O-1,2026-04-01,,4120,,100.00\nO-1,,,1010,,-100.00\n' >out.csv
  $ cat in.csv out.csv | waarborg tx post - --dry-run
  2 entries would be posted (65 to 66), 0 were there already; head <hash>
  $ { cat in.csv; printf 'K-1,2026-04-01,,4120,,3.00\nK-1,,,1000,,-3.00\n'; cat out.csv; } | waarborg tx post -
  ! standard input:4:1: error[E0405]: entry 'K-1': reference 'K-1' of 'cli' is entry 54 already, with other content
  !     4 | K-1,2026-04-01,,4120,,3.00
  !       | ^~~
  !   hint: give the new entry a reference of its own, or reverse entry 54
  ! 1 error; nothing was written.
  [4]
  $ { cat in.csv; sed 's/100.00/100.01/' out.csv; } | waarborg tx post -
  ! standard input:4:1: error[E0410]: entry 'O-1': account 1010 would come to -0.01, below the 0.00 that limit 'no-overdraft-1010' allows
  !     4 | O-1,2026-04-01,,4120,,100.01
  !       | ^~~
  !   hint: put money in first, or change the limit: waarborg limit list
  ! 1 error; nothing was written.
  [4]

Under four eyes what is proposed takes its part of a limit until it is decided.

  $ rm -rf fonds; fund.sh; keys.sh
  $ waarborg -q user add anna --role maker --role admin --key keys/anna.pub
  $ waarborg -q user add bram --role checker --key keys/bram.pub
  $ waarborg -q user add chantal --role maker --role checker --key keys/chantal.pub
  $ waarborg -q fund four-eyes on
  $ waarborg tx post --date 2026-02-01 --debit 1010=600000.00 --credit 1000=600000.00
  1 entry to be posted
  Pending P-59: 1 record, EUR 600000.00; waiting for a checker other than anna.
  $ waarborg tx post --date 2026-02-01 --debit 4120=400000.01 --credit 1000=400000.01
  ! waarborg: error[E0410]: account 1000 would come to -0.01, below the 0.00 that limit 'no-overdraft-1000' allows
  !   hint: 600000.00 of that is reserved by open proposals: waarborg pending list
  [4]
  $ waarborg limit set schatkist --account 1000 --min 500000.00
  Limit schatkist to be recorded.
  Pending P-60: 1 record, EUR 0.00; waiting for 2 checkers other than anna.
  $ waarborg -q pending reject 59 --as bram --reason 'te veel'
  $ waarborg -q tx post --date 2026-02-01 --debit 1010=500000.01 --credit 1000=500000.01
  $ waarborg -q pending approve 60 --as bram; waarborg -q pending approve 60 --as chantal
  $ waarborg pending approve 62 --as bram
  ! command line: error[E0411]: draft 1 of P-62 is refused now: account 1000 would come to 499999.99, below the 500000.00 that limit 'schatkist' allows
  !       | waarborg pending approve 62 --as bram
  !       |                          ^~
  !   hint: withdraw it and propose again: waarborg pending withdraw P-62 --reason WHY
  ! 1 error; nothing was decided.
  [4]
  $ waarborg limit list
  limit              accounts  of         min  max
  no-overdraft-1000  1000      all       0.00
  no-overdraft-1010  1010      all       0.00
  no-overdraft-1020  1020      all       0.00
  no-overdraft-1030  1030      all       0.00
  schatkist          1000      all  500000.00
  $ waarborg ledger verify
  65 records (entries 1, postings 2): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 2; head <hash>
