A simulated path as the books of a fund: one provider that borrows 100.00 in the first year and pays it back
a year later. 1,000.00 at the start, 10.00 a year from the state.

  $ cat > een.yaml <<'END'
  > waarborg: scenario/1
  > name: een aanbieder
  > start: 2027-01-01
  > horizon: {years: 2, step: year}
  > run: {paths: 10, seed: 1}
  > fund: {opening: {cash: 1 000.00}}
  > contributions: [{group: state, amount: 10.00}]
  > providers: [{id: a, pd: 0%, support: 100.00}]
  > support: {cure: 100%}
  > stress: [{name: een geval, from: 2027-Q1, quarters: 4, force: distress}]
  > END
  $ waarborg sim replay een.yaml --path 3 --into pad-3
  Path 3 of een aanbieder, seed 1: 5 entries from 2027-01-01 to 2028-12-31 in pad-3.
  in the books and on the path      EUR
  cash                          1020.00
  loans outstanding                0.00
  debt to the backstop             0.00
  contributions received          20.00
  levy called                      0.00
  obligo called                    0.00
  losses                           0.00
  Equal to the cent. Next:  waarborg -C pad-3 ledger verify
  $ waarborg -C pad-3 ledger verify
  62 records (entries 5, postings 10): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 4; head <hash>
  $ waarborg -C pad-3 tx list
  entry  date        event                  ref   amount  memo
     57  2027-01-01  opening                     1000.00
     58  2027-12-31  contribution-received         10.00
     60  2027-12-31  loan-disbursed               100.00
     61  2028-12-31  contribution-received         10.00
     62  2028-12-31  loan-repaid                  100.00
  $ waarborg -C pad-3 loan list
  loan  party  maturity    principal  paid out  repaid  written off  outstanding  interest due
  L-1   a      2028-12-31     100.00    100.00  100.00         0.00         0.00          0.00
  $ waarborg -C pad-3 report balance-sheet --at 2027-12-31
  een aanbieder, path 3
  balance sheet at 2027-12-31, in EUR
  head <hash> (62 records)

  assets
    0120  Leningen u/g, kortlopend deel en noodleningen <= 1 jaar   100.00
    1000  Schatkist rekening-courant                                910.00
  total assets                                                     1010.00

  equity
    0200  Stichtings-/beginkapitaal                                1000.00
    0240  Resultaat boekjaar                                         10.00
  total equity                                                     1010.00

  total assets                                                     1010.00
  total equity, provisions and liabilities                         1010.00
  result of the open year, part of 0240                              10.00
  $ waarborg sim replay een.yaml --path 3 --into pad-3
  ! waarborg: error[E0706]: there is a fund in 'pad-3' already
  !   hint: choose another directory; a ledger is never overwritten
  ! 1 error; nothing was run.
  [7]
  $ waarborg sim replay een.yaml --path 3 --into pad-3b --json
  {
    "schema": "waarborg/sim-replay/1",
    "name": "een aanbieder",
    "seed": 1,
    "path": 3,
    "dir": "pad-3b",
    "from": "2027-01-01",
    "to": "2028-12-31",
    "entries": 5,
    "cash": "1020.00",
    "loans": "0.00",
    "backstop_debt": "0.00",
    "contributions": "20.00",
    "levy": "0.00",
    "obligo": "0.00",
    "losses": "0.00"
  }
  $ waarborg sim replay een.yaml --into pad-4
  ! command line: error[E0201]: option '--path' is missing
  !       | waarborg sim replay een.yaml --into pad-4
  !       |                                          ^
  !   hint: --path N: which path, from 0
  [2]
