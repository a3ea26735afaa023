A loan: agreed, paid out, its interest, paid back in part, written off in part. 2,500,000.00 at 4 %,
30/360: 90 days are 25,000.00 exactly; 2,265,000.00 over 43 days is 10,821.67.

  $ fund.sh
  $ waarborg tx post --date 2026-01-05 --debit 1000=4000000.00 --credit 0210=4000000.00 -q
  $ printf 'id,name,revenue\nP1,Aanbieder 1,20000000\n' | waarborg -q party import - --kind provider \
  >     --date 2026-01-05
  $ waarborg loan new L-7 --party P1 --principal 2500000.00 --rate 4% --start 2026-02-01 \
  >     --maturity 2028-02-01
  Loan L-7 to P1, at most EUR 2500000.00, recorded.
  $ waarborg loan disburse L-7 --date 2026-02-01 --amount 2500000.00
  L-7  EUR 2500000.00 paid out, entry 58.
  L-7  EUR 2500000.00 outstanding.
  $ waarborg loan disburse L-7 --date 2026-02-01 --amount 2500000.00
  Already in the books, as entry 58; nothing was posted.
  $ waarborg loan accrue --to 2026-05-01
  L-7  EUR 25000.00 interest accrued.
  1 entry posted, EUR 25000.00.
  $ waarborg loan repay L-7 --date 2026-05-01 --amount 260000.00 --dry-run
  L-7  EUR 260000.00 would be received, entry 60: EUR 25000.00 interest + EUR 235000.00 principal.
  L-7  EUR 2265000.00 outstanding.
  $ waarborg loan repay L-7 --date 2026-05-01 --amount 260000.00
  L-7  EUR 260000.00 received, entry 60: EUR 25000.00 interest + EUR 235000.00 principal.
  L-7  EUR 2265000.00 outstanding.
  $ waarborg loan writeoff L-7 --date 2026-06-14 --amount 65000.00 --reason 'WHOA-akkoord 14-06-2026'
  L-7  EUR 10821.67 interest accrued.
  L-7  EUR 65000.00 written off, entry 62.
  L-7  EUR 2200000.00 outstanding.
  $ waarborg loan list
  loan  party  maturity     principal    paid out     repaid  written off  outstanding  interest due
  L-7   P1     2028-02-01  2500000.00  2500000.00  235000.00     65000.00   2200000.00      10821.67
  $ waarborg loan list --json
  {
    "schema": "waarborg/loan-list/1",
    "at": null,
    "loans": [
      {
        "id": "L-7",
        "party": "P1",
        "account": "0100",
        "principal": "2500000.00",
        "rate": "0.04",
        "day_count": "30/360",
        "start": "2026-02-01",
        "maturity": "2028-02-01",
        "instalments": 1,
        "override_reason": null,
        "disbursed": "2500000.00",
        "repaid": "235000.00",
        "written_off": "65000.00",
        "outstanding": "2200000.00",
        "interest_accrued": "35821.67",
        "interest_due": "10821.67"
      }
    ]
  }
  $ waarborg party statement P1 --from 2026-05-01
  P1  Aanbieder 1 (provider)

  date        entry  event             reference                         account      amount     balance
  2026-05-01     59  interest-accrued                                       1140    25000.00    25000.00
  2026-05-01     60  loan-repaid       L-7:repay:2026-05-01:260000.00       1140   -25000.00        0.00
  2026-05-01     60  loan-repaid       L-7:repay:2026-05-01:260000.00       0100  -235000.00  2265000.00
  2026-06-14     61  interest-accrued                                       1140    10821.67    10821.67
  2026-06-14     62  loan-written-off  L-7:writeoff:2026-06-14:65000.00     0100   -65000.00  2200000.00

  account  name                                               opening     closing
     0100  Leningen u/g zorgaanbieders, looptijd > 1 jaar  2500000.00  2200000.00
     1140  Nog te ontvangen rente leningen u/g                   0.00    10821.67
  $ waarborg report balance-sheet
  Waarborgfonds Voorbeeld
  balance sheet, all entries, in EUR
  head <hash> (62 records)

  assets
    0100  Leningen u/g zorgaanbieders, looptijd > 1 jaar  2200000.00
    1000  Schatkist rekening-courant                      2760000.00
    1140  Nog te ontvangen rente leningen u/g               10821.67
  total assets                                            4970821.67

  equity
    0200  Stichtings-/beginkapitaal                       1000000.00
    0210  Risicovermogen / continuïteitsreserve           4000000.00
    0240  Resultaat boekjaar                               -29178.33
  total equity                                            4970821.67

  total assets                                            4970821.67
  total equity, provisions and liabilities                4970821.67
  result of the open year, part of 0240                    -29178.33

What the agreement, the cap or the order of events forbids is refused.

  $ waarborg loan disburse L-7 --date 2026-07-01 --amount 0.01
  ! waarborg: error[E0408]: 0.01 is more than what may still be paid out on loan 'L-7', 0.00
  ! 1 error; nothing was written.
  [4]
  $ waarborg loan repay L-7 --date 2026-06-14 --amount 2210821.68
  ! waarborg: error[E0408]: 2210821.68 is more than what is due on loan 'L-7', 2210821.67
  ! 1 error; nothing was written.
  [4]
  $ waarborg loan repay L-7 --date 2026-06-13 --amount 1.00
  ! waarborg: error[E0408]: 2026-06-13 is before the last event of loan 'L-7', 2026-06-14
  !   hint: its interest is in the books up to then; reverse the later entries first, or use a later date
  ! 1 error; nothing was written.
  [4]
  $ waarborg loan writeoff L-7 --date 2026-06-14 --amount 1.00
  ! command line: error[E0201]: option '--reason' is missing
  !       | waarborg loan writeoff L-7 --date 2026-06-14 --amount 1.00
  !       |                                                           ^
  !   hint: --reason TEXT: why it will not be paid back
  [2]
  $ waarborg loan writeoff L-8 --date 2026-06-14 --amount 1.00 --reason x
  ! waarborg: error[E0407]: there is no loan 'L-8'
  !   hint: list them: waarborg loan list
  ! 1 error; nothing was written.
  [4]
  $ waarborg loan new L-8 --party P1 --principal 735000.01 --rate 4% --start 2026-02-01 \
  >     --maturity 2028-02-01
  ! waarborg: error[E0408]: support to 'P1' would come to 3000000.01, above its cap of 3000000.00
  !   hint: the cap is 15 % of yearly youth revenue; lend less, or record why it may be passed: --override-reason TEXT
  ! 1 error; nothing was written.
  [4]
  $ waarborg loan new L-8 --party GM0935 --principal 1.00 --rate 4 --start 2026-02-01 \
  >     --maturity 2028-02-30
  ! command line: error[E0312]: '4' is a bare number where a rate is due
  !       | waarborg loan new L-8 --party GM0935 --principal 1.00 --rate 4 --start 2026-02-01 --maturity 2028-02-30
  !       |                                                              ^
  !   hint: write 4% for per cent, or a fraction such as 0.0425
  ! command line: error[E0313]: 2028-02-30 does not exist
  !       | waarborg loan new L-8 --party GM0935 --principal 1.00 --rate 4 --start 2026-02-01 --maturity 2028-02-30
  !       |                                                                                              ^~~~~~~~~~
  !   hint: February 2028 has 29 days
  [3]
  $ waarborg loan new L-8 --party P1 --principal 735000.01 --rate 4% --start 2026-02-01 \
  >     --maturity 2027-02-01 --override-reason 'besluit 2026-9: enige aanbieder'
  Loan L-8 to P1, at most EUR 735000.01, recorded.
  $ waarborg loan accrue --to 2026-06-01 --json
  {
    "schema": "waarborg/loan-accrue/1",
    "dry_run": false,
    "to": "2026-06-01",
    "loans": [
      {
        "loan": "L-8",
        "interest": "0.00",
        "number": null
      }
    ],
    "total": "0.00"
  }
  ! L-7: starts later or has a later event; left alone

Paid back in parts: when each is due.

  $ waarborg loan new L-10 --party P1 --principal 30000.01 --rate 0% --start 2026-07-01 \
  >     --maturity 2027-07-01 --instalments 3 --override-reason besluit
  Loan L-10 to P1, at most EUR 30000.01, recorded.
  $ waarborg -q loan disburse L-10 --date 2026-07-01 --amount 30000.01
  $ waarborg loan schedule L-10
  part  due         principal  then left
     1  2026-11-01   10000.00   20000.01
     2  2027-03-01   10000.00   10000.01
     3  2027-07-01   10000.01       0.00
  Of EUR 30000.01 paid out, EUR 30000.01 is outstanding.
  $ waarborg loan schedule L-10 --json
  {
    "schema": "waarborg/loan-schedule/1",
    "loan": "L-10",
    "disbursed": "30000.01",
    "outstanding": "30000.01",
    "instalments": [
      {
        "part": 1,
        "due": "2026-11-01",
        "principal": "10000.00",
        "left": "20000.01"
      },
      {
        "part": 2,
        "due": "2027-03-01",
        "principal": "10000.00",
        "left": "10000.01"
      },
      {
        "part": 3,
        "due": "2027-07-01",
        "principal": "10000.01",
        "left": "0.00"
      }
    ]
  }
  $ waarborg loan new L-9 --party P1 --principal 1.00 --rate 0% --start 2026-07-01 \
  >     --maturity 2027-07-01 --instalments 0
  ! waarborg: error[E0315]: a loan is paid back in 1 to 600 instalments, not 0
  ! 1 error; nothing was written.
  [3]
