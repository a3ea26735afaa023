Under four eyes every command that writes works as before, and proposes.

  $ four-eyes.sh
  $ printf 'id,name,revenue\nP1,Aanbieder 1,40000000\n' | waarborg party import - --kind provider --date 2026-01-01
  1 party read, 1 to be new, 0 to be changed, 0 unchanged.
  Yearly youth revenue from column 'revenue'.
  Pending P-59: 1 record, EUR 0.00; waiting for a checker other than anna.
  $ waarborg pending show P-59 --json | grep computed
      "computed": false,
  $ waarborg -q pending approve P-59 --as bram
  $ waarborg contribution assess --year 2026 --group municipalities --amount 90000.00 --key under18 --ref B-1 --date 2026-01-15
  EUR 90000.00 to be assessed on 3 parties by under18.
  Pending P-62: 2 records, EUR 90000.00; waiting for a checker other than anna.
  $ waarborg contribution assess --year 2026 --group municipalities --amount 90000.00 --key under18 --ref B-1 --date 2026-01-15
  Decision B-1 is already proposed, as P-62.
  $ waarborg contribution assess --year 2026 --group municipalities --amount 90001.00 --key under18 --ref B-1 --date 2026-01-15
  ! waarborg: error[E0405]: reference 'B-1' is in a proposal that waits, with other content
  !   hint: see what waits: waarborg pending list
  ! 1 error; nothing was written.
  [4]
  $ waarborg -q pending approve P-62 --as bram
  $ waarborg contribution assess --year 2026 --group municipalities --amount 90000.00 --key under18 --ref B-1 --date 2026-01-15
  Decision B-1 is already in the books, as entry 65.
  $ printf 'ref,date,party,amount\nR1,2026-02-20,GM0935,1000.00\nR2,2026-02-20,GM0917,27000.00\n' >receipts.csv
  $ waarborg contribution receive receipts.csv
  2 receipts read, 2 to be posted (EUR 28000.00), 0 there already.
  Pending P-66: 2 records, EUR 28000.00; waiting for a checker other than anna.
  $ waarborg contribution receive receipts.csv
  2 receipts read, 0 to be posted (EUR 0.00), 2 there already.
  $ sed s/1000.00/1001.00/ receipts.csv | waarborg contribution receive -
  ! standard input:2:1: error[E0405]: ref: reference 'R1' is in a proposal that waits, with other content
  !     2 | R1,2026-02-20,GM0935,1001.00
  !       | ^~
  !   hint: see what waits: waarborg pending list
  ! 1 error; nothing was written.
  [4]
  $ waarborg pending show P-66 --json | grep computed
      "computed": true,
  $ waarborg -q pending approve P-66 --as bram
  $ waarborg contribution receive receipts.csv
  2 receipts read, 0 to be posted (EUR 0.00), 2 there already.
  $ waarborg loan new L-1 --party P1 --principal 60000.00 --rate 4% --start 2026-02-01 --maturity 2028-02-01
  Loan L-1 to P1, at most EUR 60000.00, to be recorded.
  Pending P-70: 1 record, EUR 0.00; waiting for a checker other than anna.
  $ waarborg -q pending approve P-70 --as bram
  $ waarborg loan disburse L-1 --date 2026-02-01 --amount 50000.00 --json
  {
    "schema": "waarborg/loan-disburse/1",
    "proposal": 73,
    "dry_run": false,
    "loan": "L-1",
    "date": "2026-02-01",
    "amount": "50000.00",
    "number": null,
    "already": false,
    "interest_accrued": "0.00",
    "outstanding": "50000.00"
  }
  $ waarborg pending show P-73 --json | grep computed
      "computed": true,
  $ waarborg -q pending approve P-73 --as bram
  $ waarborg loan accrue --to 2026-03-01
  L-1  EUR 166.67 interest to be accrued.
  1 entry to be posted, EUR 166.67.
  Pending P-76: 1 record, EUR 166.67; waiting for a checker other than anna.
  $ waarborg -q pending approve P-76 --as bram
  $ waarborg loan accrue --to 2026-03-01
  L-1  EUR 0.00 interest to be accrued.
  0 entries to be posted, EUR 0.00.
  $ printf 'ref,date,memo,account,party,amount\nM1,2026-03-01,kosten,4120,,12.50\nM1,2026-03-01,kosten,1000,,-12.50\n' >memo.csv
  $ printf 'M2,2026-03-02,kosten,4120,,1.50\nM2,2026-03-02,kosten,1000,,-1.50\n' >>memo.csv
  $ waarborg tx post memo.csv
  2 entries to be posted
  Pending P-79: 2 records, EUR 14.00; waiting for a checker other than anna.
  $ waarborg tx post memo.csv --json
  {
    "schema": "waarborg/tx-post/1",
    "dry_run": false,
    "posted": 0,
    "proposed": 0,
    "already": 2,
    "entries": [
      {
        "reference": "M1",
        "number": 79,
        "already": true
      },
      {
        "reference": "M2",
        "number": 79,
        "already": true
      }
    ],
    "head": {
      "count": 79,
      "entries": 6,
      "hash": "<hash>"
    }
  }
  $ waarborg pending reject P-79 --reason 'bonnen ontbreken' --as chantal
  P-79 rejected by chantal.
  $ waarborg limit set bank-positief --account 1000 --min 0.00
  Limit bank-positief to be recorded.
  Pending P-81: 1 record, EUR 0.00; waiting for 2 checkers other than anna.
  $ waarborg -q pending approve P-81 --as bram; waarborg pending approve P-81 --as chantal
  P-81 approved by chantal; posted as record 84.
  Head <hash> (84 records)
  $ waarborg period close 2026-01 --bank 1000=1000000.00
  ok    chain          84 records verified, head <hash>
  ok    pending        no proposal with an entry in it
  ok    earlier        no entries before it
  ok    trial-balance  debits and credits are 1090000.00
  ok    bank           1000 1000000.00
  ok    suspense       1400 0.00
  Period 2026-01 to be closed.
  Pending P-85: 1 record, EUR 0.00; waiting for a checker other than anna.
  $ waarborg rule set any --checkers 2
  Rule for any to be recorded.
  Pending P-86: 1 record, EUR 0.00; waiting for 2 checkers other than anna.
  $ waarborg pending list
  id    maker  what            debit  approvals  until
  P-85  anna   period 2026-01   0.00  0 of 1     <+30 days>
  P-86  anna   rule any         0.00  0 of 2     <+30 days>

Users and rules pass two checkers. A replaced key says nothing any more, and what it signed is over.

  $ waarborg user rotate anna --key keys/anna-2.pub --reason 'laptop kwijt'
  User anna to be given another key: maker, admin, key 08276cba.
  Pending P-87: 1 record, EUR 0.00; waiting for 2 checkers other than anna.
  $ waarborg pending approve P-87 --as bram; waarborg pending approve P-87 --as chantal
  P-87 approved by bram, 1 of 2.
  P-87 approved by chantal; posted as record 90.
  Head <hash> (90 records)
  $ waarborg pending approve P-85 --as bram
  ! command line: error[E0502]: P-85 was signed by 'anna' with a key that is revoked or replaced
  !       | waarborg pending approve P-85 --as bram
  !       |                          ^~~~
  !   hint: reject it, and have it proposed again
  ! 1 error; nothing was decided.
  [5]
  $ waarborg tx post --date 2026-03-03 --debit 4120=1.00 --credit 1000=1.00
  ! waarborg: error[E0502]: key 0f5d965b of 'anna' is not the current one, which is 08276cba
  [5]
  $ waarborg tx post --date 2026-03-03 --debit 4120=1.00 --credit 1000=1.00 --key-file keys/anna-2.key
  1 entry to be posted
  Pending P-91: 1 record, EUR 1.00; waiting for a checker other than anna.
  $ waarborg user revoke bram --reason 'uit dienst' --key-file keys/anna-2.key
  ! waarborg: error[E0408]: it would lock the fund out: a change of users needs an admin and 2 checkers beside him or her, all active
  !   hint: record more users first, or rules that ask for fewer checkers
  ! 1 error; nothing was written.
  [4]

A proposal stays open for thirty days, or until a day that is given.

  $ waarborg -q tx post --date 2026-06-01 --debit 1000=1.00 --credit 8000=1.00 --key-file keys/anna-2.key --expires "$(date -u -d '+10 days' +%F)"
  $ waarborg pending list --json | grep -c "\"expires\": \"$(date -u -d '+10 days' +%F)\""
  1
  $ waarborg -q tx post --date 2026-06-01 --debit 1000=1.00 --credit 8000=1.00 --expires 2026-02-30
  ! command line: error[E0313]: 2026-02-30 does not exist
  !       | waarborg -q tx post --date 2026-06-01 --debit 1000=1.00 --credit 8000=1.00 --expires 2026-02-30
  !       |                                                                                      ^~~~~~~~~~
  !   hint: February 2026 has 28 days
  [3]
