A decision is split over its group to the cent: 1000.00 by 18000, 14500 and 15800 residents.

  $ fund.sh
  $ waarborg contribution assess --year 2026 --group municipalities --amount 1000.00 \
  >     --key under18 --ref B-1 --date 2026-01-15 --dry-run
  EUR 1000.00 would be assessed on 3 parties by under18, entry 56.
  $ waarborg contribution assess --year 2026 --group municipalities --amount 1000.00 \
  >     --key under18 --ref B-1 --date 2026-01-15
  EUR 1000.00 assessed on 3 parties by under18, entry 56.
  $ waarborg contribution open
  party   name            decision  date        assessed  paid    open
  GM0917  Heerlen         B-1       2026-01-15    300.21  0.00  300.21
  GM0935  Maastricht      B-1       2026-01-15    372.67  0.00  372.67
  GM1883  Sittard-Geleen  B-1       2026-01-15    327.12  0.00  327.12

  Open: EUR 1000.00

The same decision is in the books once; another under its reference is refused.

  $ waarborg contribution assess --year 2026 --group municipalities --amount 1000.00 \
  >     --key under18 --ref B-1 --date 2026-01-15
  Decision B-1 is already in the books, as entry 56.
  $ waarborg contribution assess --year 2026 --group municipalities --amount 1000.01 \
  >     --key under18 --ref B-1 --date 2026-01-15
  ! waarborg: error[E0405]: reference 'B-1' was used for entry 56 with other content
  !   hint: see what it was: waarborg tx show 56
  ! 1 error; nothing was written.
  [4]
  $ waarborg contribution assess --year 2026 --group state --amount 10.00 --key equal \
  >     --ref B-2 --date 2026-01-15
  ! waarborg: error[E0404]: there are no parties in the group 'state'
  !   hint: add them: waarborg party import FILE --kind state
  ! 1 error; nothing was written.
  [4]
  $ waarborg contribution assess --year 2025 --group gemeenten --amount 1.000,00 --key 'per hoofd' \
  >     --ref B-2 --date 2026-01-15
  ! command line: error[E0316]: 'gemeenten' is not a group that contributes
  !       | waarborg contribution assess --year 2025 --group gemeenten --amount 1.000,00 --key 'per hoofd' --ref B-2 --date 2026-01-15
  !       |                                                  ^~~~~~~~~
  !   hint: use municipalities, state or providers
  ! command line: error[E0316]: 'per hoofd' is not an allocation key
  !       | waarborg contribution assess --year 2025 --group gemeenten --amount 1.000,00 --key 'per hoofd' --ref B-2 --date 2026-01-15
  !       |                                                                                     ^~~~~~~~~
  !   hint: use under18, revenue, equal or the name of a column of the parties
  ! command line: error[E0311]: amount '1.000,00' has a comma
  !       | waarborg contribution assess --year 2025 --group gemeenten --amount 1.000,00 --key 'per hoofd' --ref B-2 --date 2026-01-15
  !       |                                                                     ^~~~~~~~
  !   hint: decimals follow a point here, without thousands separators in commas or points: write 1234.56
  [3]

Receipts settle it, once each. What was paid above what is owed is to be paid back.

  $ cat >bank.csv <<'CSV'
  > ref,date,party,amount
  > R-1,2026-02-01,GM0935,372.67
  > R-2,2026-02-01,GM0917,100.00
  > R-3,2026-02-02,GM1883,330.00
  > CSV
  $ waarborg contribution receive bank.csv --dry-run
  3 receipts read, 3 would be posted (EUR 802.67), 0 there already.
  EUR 2.88 was paid above what was owed: on account 1310, to be paid back.
  $ waarborg contribution receive bank.csv
  3 receipts read, 3 posted (EUR 802.67), 0 there already.
  EUR 2.88 was paid above what was owed: on account 1310, to be paid back.
  $ waarborg contribution receive bank.csv
  3 receipts read, 0 posted (EUR 0.00), 3 there already.
  $ waarborg contribution open
  party   name     decision  date        assessed    paid    open
  GM0917  Heerlen  B-1       2026-01-15    300.21  100.00  200.21

  Open: EUR 200.21
  Paid above what was owed: EUR 2.88
  $ waarborg contribution open --at 2026-01-31 --json | grep -c '"party"'
  3
  $ waarborg party statement GM1883
  GM1883  Sittard-Geleen (municipality)

  date        entry  event                  reference  account   amount  balance
  2026-01-15     56  contribution-assessed  B-1           1100   327.12   327.12
  2026-02-02     59  contribution-received  R-3           1100  -327.12     0.00
  2026-02-02     59  contribution-received  R-3           1310    -2.88    -2.88

  account  name                                     opening  closing
     1100  Te vorderen bijdragen gemeenten             0.00     0.00
     1310  Terug te betalen bijdragen en subsidies     0.00    -2.88
  $ waarborg report trial-balance
  Waarborgfonds Voorbeeld
  trial balance, all entries, in EUR
  head <hash> (59 records)

  account  name                                           debit       credit      balance
  0200     Stichtings-/beginkapitaal                       0.00   1000000.00  -1000000.00
  1000     Schatkist rekening-courant                1000802.67         0.00   1000802.67
  1100     Te vorderen bijdragen gemeenten              1000.00       799.79       200.21
  1310     Terug te betalen bijdragen en subsidies         0.00         2.88        -2.88
  8000     Bijdragen gemeenten (reguliere inleg)           0.00      1000.00     -1000.00
  total                                              1001802.67   1001802.67         0.00

Every wrong cell of a file is named in one run, and nothing is written.

  $ cat >fout.csv <<'CSV'
  > ref,date,party,amount,account
  > R-3,2026-02-02,GM1883,331.00,
  > R-4,2026-02-30,GM0935,10.00,
  > R-5,2026-02-01,GM9999,10.005,8000
  > CSV
  $ waarborg contribution receive fout.csv
  ! fout.csv:3:5: error[E0313]: date: 2026-02-30 does not exist
  !     3 | R-4,2026-02-30,GM0935,10.00,
  !       |     ^~~~~~~~~~
  !   hint: February 2026 has 28 days
  ! fout.csv:4:16: error[E0404]: party: there is no party 'GM9999'
  !     4 | R-5,2026-02-01,GM9999,10.005,8000
  !       |                ^~~~~~
  !   hint: list them: waarborg party list
  ! fout.csv:4:30: error[E0316]: account: '8000' is not an account that receives money
  !     4 | R-5,2026-02-01,GM9999,10.005,8000
  !       |                              ^~~~
  !   hint: use 1000, 1010, 1020 or 1030
  ! fout.csv:4:23: error[E0311]: amount: amount '10.005' has three decimals after its point
  !     4 | R-5,2026-02-01,GM9999,10.005,8000
  !       |                       ^~~~~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  ! fout.csv:2:1: error[E0405]: ref: reference 'R-3' was used for entry 59 with other content
  !     2 | R-3,2026-02-02,GM1883,331.00,
  !       | ^~~
  !   hint: see what it was: waarborg tx show 59
  ! 5 errors; nothing was written.
  [3]
