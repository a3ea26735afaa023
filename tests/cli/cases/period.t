Periods: a month is closed after a checklist, and takes no entry any more.

  $ fund.sh
  $ waarborg tx post --date 2026-02-10 --debit 4120=12.50 --credit 1000=12.50 --ref B-1
  posted as entry 55; head <hash>
  $ waarborg period list
  period  state  record  reason
  $ waarborg period close 2026-02 --bank 1000=999987.50
  ok    chain          55 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  FAIL  earlier        2026-01 has entries and is not closed
  ok    trial-balance  debits and credits are 1000012.50
  ok    bank           1000 999987.50
  ok    suspense       1400 0.00
  ! waarborg: error[E0408]: 2026-02 cannot be closed: earlier: 2026-01 has entries and is not closed
  !   hint: 1 of 6 checks failed
  ! 1 error; nothing was written.
  [4]
  $ waarborg period close 2026-01
  ok    chain          55 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1000000.00
  FAIL  bank           1000 stands at 1000000.00, and no statement was given
  ok    suspense       1400 0.00
  ! waarborg: error[E0408]: 2026-01 cannot be closed: bank: 1000 stands at 1000000.00, and no statement was given
  !   hint: 1 of 6 checks failed
  ! 1 error; nothing was written.
  [4]
  $ waarborg period close 2026-01 --bank 1000=1000000.01
  ok    chain          55 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1000000.00
  FAIL  bank           1000 stands at 1000000.00, its statement at 1000000.01
  ok    suspense       1400 0.00
  ! waarborg: error[E0408]: 2026-01 cannot be closed: bank: 1000 stands at 1000000.00, its statement at 1000000.01
  !   hint: 1 of 6 checks failed
  ! 1 error; nothing was written.
  [4]
  $ waarborg period close 2026-01 --bank 1000=1000000.00 --dry-run
  ok    chain          55 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1000000.00
  ok    bank           1000 1000000.00
  ok    suspense       1400 0.00
  Period 2026-01 would be closed.
  $ waarborg period close 2026-01 --bank 1000=1000000.00
  ok    chain          55 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1000000.00
  ok    bank           1000 1000000.00
  ok    suspense       1400 0.00
  Period 2026-01 closed.
  $ waarborg period close 2026-01 --bank 1000=1000000.00
  ! waarborg: error[E0408]: 2026-01 is closed already, by record 56
  ! 1 error; nothing was written.
  [4]
  $ waarborg period close 2026-02 --bank 1000=999987.50 --json | sed 's/head .*"/head <hash>"/'
  {
    "schema": "waarborg/period-close/1",
    "dry_run": false,
    "period": "2026-02",
    "checks": [
      {
        "name": "chain",
        "passed": true,
        "found": "56 records verified, head <hash>"
      },
      {
        "name": "pending",
        "passed": true,
        "found": "no proposal with an entry in it"
      },
      {
        "name": "earlier",
        "passed": true,
        "found": "1 month with entries is closed"
      },
      {
        "name": "trial-balance",
        "passed": true,
        "found": "debits and credits are 1000012.50"
      },
      {
        "name": "bank",
        "passed": true,
        "found": "1000 999987.50"
      },
      {
        "name": "suspense",
        "passed": true,
        "found": "1400 0.00"
      }
    ],
    "result": null
  }

What was posted before stays already there; a correction is dated in an open period.

  $ waarborg tx post --date 2026-02-28 --debit 4120=1.00 --credit 1000=1.00
  ! waarborg: error[E0409]: 2026-02-28 lies in 2026-02, which record 57 closed
  !   hint: date it in an open period, or reopen this one (two checkers under four eyes): waarborg period reopen 2026-02 --reason WHY
  [4]
  $ waarborg tx post --date 2026-02-10 --debit 4120=12.50 --credit 1000=12.50 --ref B-1
  already in the books, as entry 55: the same content under the same reference
  $ waarborg tx reverse 55 --reason 'verkeerde rekening'
  ! waarborg: error[E0409]: 2026-02-10 lies in 2026-02, which record 57 closed
  !   hint: the entry stays as it is: date its reversal in an open period, --date DATE
  [4]
  $ waarborg tx reverse 55 --reason 'verkeerde rekening' --date 2026-03-01
  entry 55 reversed by entry 58
  $ printf 'ref,date,party,amount\nA1,2026-03-01,GM0935,10.00\nA2,2026-02-28,GM0917,5.00\nA3,2026-01-01,GM0917,5.00\n' | waarborg contribution receive -
  ! standard input:3:4: error[E0409]: date: 2026-02-28 lies in a closed period
  !     3 | A2,2026-02-28,GM0917,5.00
  !       |    ^~~~~~~~~~
  !   hint: date it in an open one, or reopen it: waarborg period list
  ! standard input:4:4: error[E0409]: date: 2026-01-01 lies in a closed period
  !     4 | A3,2026-01-01,GM0917,5.00
  !       |    ^~~~~~~~~~
  !   hint: date it in an open one, or reopen it: waarborg period list
  ! 2 errors; nothing was written.
  [4]
  $ waarborg period reopen 2026-02 --reason ''
  ! waarborg: error[E0306]: period 2026-02 cannot be reopened without a reason
  !   hint: give --reason "why"
  ! 1 error; nothing was written.
  [3]
  $ waarborg period reopen 2026-02 --reason 'factuur van de accountant'
  Period 2026-02 opened again.
  $ waarborg tx post --date 2026-02-28 --debit 4100=100.00 --credit 1000=100.00 -q
  $ waarborg period list
  period   state       record  reason
  2026-01  closed          56
  2026-02  open again      59  factuur van de accountant
  $ waarborg period list --as-of-record 57
  as known after record 57 (<time>)
  period   state   record  reason
  2026-01  closed      56
  2026-02  closed      57
  $ waarborg period reopen 2026-02 --reason 'nog eens'
  ! waarborg: error[E0408]: 2026-02 is not closed
  !   hint: see waarborg period list
  ! 1 error; nothing was written.
  [4]

The year: its result goes to equity on its last day, and every statement says what it said before.

  $ waarborg contribution assess --year 2026 --group municipalities --amount 90000.00 --key under18 --ref R-1 --date 2026-03-15 -q
  $ waarborg report income --at 2026-12-31
  Waarborgfonds Voorbeeld
  income statement from 2026-01-01 to 2026-12-31, in EUR
  head <hash> (62 records)

  income
    8000  Bijdragen gemeenten (reguliere inleg)  90000.00
  total income                                   90000.00

  expenses
    4100  Accountant                               100.00
  total expenses                                   100.00

  result                                         89900.00
  of which appropriated to equity                    0.00
  $ waarborg report balance-sheet --at 2026-12-31 >before
  $ waarborg period close 2026 --bank 1000=999900.00 --result-to 1000
  ok    chain          62 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1090125.00
  ok    bank           1000 999900.00
  ok    suspense       1400 0.00
  ! waarborg: error[E0408]: account '1000' is not equity: it cannot take the result
  !   hint: use 0240 (the result), 0210, 0220 or 0230
  ! 1 error; nothing was written.
  [4]
  $ waarborg period close 2026-03 --bank 1000=999900.00 --result-to 0210
  ! command line: error[E0201]: only a year has a result to appropriate
  !       | waarborg period close 2026-03 --bank 1000=999900.00 --result-to 0210
  !       |                                                                 ^~~~
  [2]
  $ waarborg period close 2026 --bank 1000=999900.00 --dry-run
  ok    chain          62 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1090125.00
  ok    bank           1000 999900.00
  ok    suspense       1400 0.00
  Result of 2026, EUR 89900.00, would be appropriated to 0240.
  Period 2026 would be closed.
  $ waarborg period close 2026 --bank 1000=999900.00
  ok    chain          62 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1090125.00
  ok    bank           1000 999900.00
  ok    suspense       1400 0.00
  Result of 2026, EUR 89900.00, appropriated to 0240.
  Period 2026 closed.
  $ waarborg report balance-sheet --at 2026-12-31 | diff before - | sed -n 's/^[<>] //p'
  head <hash> (62 records)
  head <hash> (64 records)
  result of the open year, part of 0240       89900.00
  result of the open year, part of 0240           0.00
  $ waarborg report income --at 2026-12-31
  Waarborgfonds Voorbeeld
  income statement from 2026-01-01 to 2026-12-31, in EUR
  head <hash> (64 records)

  income
    8000  Bijdragen gemeenten (reguliere inleg)  90000.00
  total income                                   90000.00

  expenses
    4100  Accountant                               100.00
  total expenses                                   100.00

  result                                         89900.00
  of which appropriated to equity                89900.00
  $ waarborg report income --at 2027-01-31
  Waarborgfonds Voorbeeld
  income statement from 2027-01-01 to 2027-01-31, in EUR
  head <hash> (64 records)

  income
  total income                      0.00

  expenses
  total expenses                    0.00

  result                            0.00
  of which appropriated to equity   0.00
  $ waarborg tx list --from 2026-12-31
  entry  date        event                ref    amount  memo
     63  2026-12-31  result-appropriated       90000.00  result of 2026
  $ waarborg period reopen 2026-01 --reason 'een maand van een gesloten jaar'
  ! waarborg: error[E0408]: 2026-01 is part of 2026, which record 64 closed
  !   hint: reopen the year first: waarborg period reopen 2026 --reason WHY
  ! 1 error; nothing was written.
  [4]
  $ waarborg tx post --date 2026-05-01 --debit 4100=1.00 --credit 1000=1.00
  ! waarborg: error[E0409]: 2026-05-01 lies in 2026, which record 64 closed
  !   hint: date it in an open period, or reopen this one (two checkers under four eyes): waarborg period reopen 2026 --reason WHY
  [4]
  $ waarborg period reopen 2026 --reason 'de accountant vond nog iets'
  Period 2026 opened again.
  The appropriation of its result was reversed; close it again when it is done.
  $ waarborg report income --at 2026-12-31 --json | sed -n '/"income"/,$p'
        "section": "income",
        "amount": "90000.00"
      },
      {
        "account": "4100",
        "name": "Accountant",
        "rgs": "WBedAeaAea",
        "section": "expense",
        "amount": "100.00"
      }
    ],
    "income": "90000.00",
    "expenses": "100.00",
    "result": "89900.00",
    "appropriated": "0.00"
  }
  $ waarborg period list --json | sed -n 1,12p
  {
    "schema": "waarborg/period-list/1",
    "periods": [
      {
        "period": "2026",
        "state": "open",
        "record": 65,
        "reason": "de accountant vond nog iets",
        "checks": null
      },
      {
        "period": "2026-01",
  $ waarborg period close 2026-13
  ! command line: error[E0313]: '2026-13' is not a month or a year
  !       | waarborg period close 2026-13
  !       |                       ^~~~~~~
  !   hint: write 2026-03 for a month, 2026 for a year
  [3]
  $ waarborg period close 2026-03 --bank 8000=1.00
  ! waarborg: error[E0316]: account '8000' has no bank statement
  !   hint: give 1000, 1010, 1020 or 1030
  ! 1 error; nothing was written.
  [3]
  $ waarborg period close 2026-03 --bank 1000
  ! command line: error[E0301]: '1000' is not CODE=AMOUNT
  !       | waarborg period close 2026-03 --bank 1000
  !       |                                      ^~~~
  !   hint: such as --bank 1000=39010000.00
  [3]
  $ waarborg period close 2026-03 --bank 1000=1,00
  ! command line: error[E0311]: amount '1,00' has a comma
  !       | waarborg period close 2026-03 --bank 1000=1,00
  !       |                                           ^~~~
  !   hint: decimals follow a point here, without thousands separators in commas or points: write 1234.56
  [3]
  $ waarborg ledger verify
  66 records (entries 7, postings 18): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 9; head <hash>

Under four eyes a period is closed by a checker, and opened again by two.

  $ rm -rf fonds; fund.sh; keys.sh
  $ waarborg -q user add anna --role maker --role admin --key keys/anna.pub
  $ waarborg -q user add bram --role checker --key keys/bram.pub
  $ waarborg -q user add chantal --role maker --role checker --key keys/chantal.pub
  $ waarborg -q fund four-eyes on
  $ waarborg -q contribution assess --year 2026 --group municipalities --amount 900.00 --key under18 --ref R-1 --date 2026-01-31
  $ waarborg period close 2026 --bank 1000=1000000.00 | tail -3
  ok    trial-balance  debits and credits are 1000000.00
  ok    bank           1000 1000000.00
  ok    suspense       1400 0.00
  ! waarborg: error[E0408]: 2026 cannot be closed: pending: proposal 59 is open and has an entry dated in it
  !   hint: 1 of 6 checks failed
  ! 1 error; nothing was written.
  $ waarborg -q pending approve 59 --as bram
  $ waarborg period close 2026 --bank 1000=1000000.00 | tail -3
  Result of 2026, EUR 900.00, to be appropriated to 0240.
  Period 2026 to be closed.
  Pending P-63: 2 records, EUR 900.00; waiting for a checker other than anna.
  $ waarborg period list
  period  state  record  reason
  $ waarborg pending show 63 | tail -6 | grep -v body
  0240     Resultaat boekjaar                                    900.00

  2.
  period      2026
  date        2026-12-31
  $ waarborg -q tx post --date 2026-01-31 --debit 4120=0.50 --credit 1000=0.50
  $ waarborg pending approve 63 --as bram
  ! command line: error[E0411]: draft 2 of P-63 is refused now: proposal 64 is open and has an entry dated 2026-01-31, in 2026
  !       | waarborg pending approve 63 --as bram
  !       |                          ^~
  !   hint: withdraw it and propose again: waarborg pending withdraw P-63 --reason WHY
  ! 1 error; nothing was decided.
  [4]
  $ waarborg pending reject 64 --as bram --reason 'eerst het jaar'
  P-64 rejected by bram.
  $ waarborg pending approve 63 --as bram
  P-63 approved by bram; posted as records 67 to 68.
  Head <hash> (68 records)
  $ waarborg period list
  period  state   record  reason
  2026    closed      68
  $ waarborg period reopen 2026 --reason 'de accountant vond nog iets'
  Period 2026 to be opened again.
  The appropriation of its result to be reversed; close it again when it is done.
  Pending P-69: 2 records, EUR 900.00; waiting for 2 checkers other than anna.
  $ waarborg -q pending approve 69 --as bram
  $ waarborg tx post --date 2026-01-31 --debit 4120=0.50 --credit 1000=0.50
  ! waarborg: error[E0409]: 2026-01-31 lies in 2026, which record 68 closed
  !   hint: date it in an open period, or reopen this one (two checkers under four eyes): waarborg period reopen 2026 --reason WHY
  [4]
  $ waarborg -q pending approve 69 --as chantal
  $ waarborg period list
  period  state       record  reason
  2026    open again      72  de accountant vond nog iets
  $ waarborg report income --at 2026-12-31 | tail -2
  result                                         900.00
  of which appropriated to equity                  0.00
  $ waarborg ledger verify
  73 records (entries 4, postings 10): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 7; head <hash>
