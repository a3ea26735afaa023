Amounts are whole cents. What is not an amount is refused where it stands, never rounded or guessed.

Three decimals:

  $ waarborg tx post --date 2026-02-01 --debit 4120=1.005 --credit 1000=1.005
  ! command line: error[E0311]: amount '1.005' has three decimals after its point
  !       | waarborg tx post --date 2026-02-01 --debit 4120=1.005 --credit 1000=1.005
  !       |                                                 ^~~~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  ! command line: error[E0311]: amount '1.005' has three decimals after its point
  !       | waarborg tx post --date 2026-02-01 --debit 4120=1.005 --credit 1000=1.005
  !       |                                                                     ^~~~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  [3]

A decimal comma, and a Dutch amount with both:

  $ waarborg tx post --date 2026-02-01 --debit 4120=12,50 --credit 1000=12.50
  ! command line: error[E0311]: amount '12,50' has a comma
  !       | waarborg tx post --date 2026-02-01 --debit 4120=12,50 --credit 1000=12.50
  !       |                                                 ^~~~~
  !   hint: decimals follow a point here, without thousands separators in commas or points: write 1234.56
  [3]
  $ waarborg tx post --date 2026-02-01 --debit 4120=1.250.000,00 --credit 1000=1250000.00
  ! command line: error[E0311]: amount '1.250.000,00' has a comma
  !       | waarborg tx post --date 2026-02-01 --debit 4120=1.250.000,00 --credit 1000=1250000.00
  !       |                                                 ^~~~~~~~~~~~
  !   hint: decimals follow a point here, without thousands separators in commas or points: write 1234.56
  [3]

Forty digits:

  $ waarborg tx post --date 2026-02-01 --debit 4120=1234567890123456789012345678901234567890 --credit 1000=1234567890123456789012345678901234567890
  ! command line: error[E0311]: amount has 42 digits
  !       | waarborg tx post --date 2026-02-01 --debit 4120=1234567890123456789012345678901234567890 --credit 1000=1234567890123456789012345678901234567890
  !       |                                                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: at most 36 digits are accepted, decimals included
  ! command line: error[E0311]: amount has 42 digits
  !       | waarborg tx post --date 2026-02-01 --debit 4120=1234567890123456789012345678901234567890 --credit 1000=1234567890123456789012345678901234567890
  !       |                                                                                                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: at most 36 digits are accepted, decimals included
  [3]

Other things that are no amount:

  $ waarborg tx post --date 2026-02-01 --debit 4120=twelve --credit 1000=+12.00
  ! command line: error[E0311]: 'twelve' is not an amount
  !       | waarborg tx post --date 2026-02-01 --debit 4120=twelve --credit 1000=+12.00
  !       |                                                 ^~~~~~
  !   hint: write 1234.56
  ! command line: error[E0311]: '+12.00' is not an amount
  !       | waarborg tx post --date 2026-02-01 --debit 4120=twelve --credit 1000=+12.00
  !       |                                                                      ^~~~~~
  !   hint: write 1234.56
  [3]
  $ waarborg tx post --date 2026-02-01 --debit 4120= --credit 1000=0x10
  ! command line: error[E0311]: amount is empty
  !       | waarborg tx post --date 2026-02-01 --debit 4120= --credit 1000=0x10
  !       |                                                 ^
  !   hint: write an amount such as 1234.56
  ! command line: error[E0311]: '0x10' is not an amount
  !       | waarborg tx post --date 2026-02-01 --debit 4120= --credit 1000=0x10
  !       |                                                                ^~~~
  !   hint: write 1234.56
  [3]
  $ waarborg tx post --date 2026-02-01 --debit 4120=-5.00 --credit 1000=0.00
  ! command line: error[E0315]: amount is not above 0.00
  !       | waarborg tx post --date 2026-02-01 --debit 4120=-5.00 --credit 1000=0.00
  !       |                                                 ^~~~~
  !   hint: use --credit for the other side
  ! command line: error[E0315]: amount is not above 0.00
  !       | waarborg tx post --date 2026-02-01 --debit 4120=-5.00 --credit 1000=0.00
  !       |                                                                     ^~~~
  !   hint: use --debit for the other side
  [3]
  $ waarborg tx post --date 2026-02-01 --debit 4120 --credit =5.00
  ! command line: error[E0301]: '4120' is not CODE=AMOUNT or CODE:PARTY=AMOUNT
  !       | waarborg tx post --date 2026-02-01 --debit 4120 --credit =5.00
  !       |                                            ^~~~
  !   hint: such as --debit 1000=1250.00
  ! command line: error[E0301]: '=5.00' is not CODE=AMOUNT or CODE:PARTY=AMOUNT
  !       | waarborg tx post --date 2026-02-01 --debit 4120 --credit =5.00
  !       |                                                          ^~~~~
  !   hint: such as --credit 1000=1250.00
  [3]

In a file, all of them in one run:

  $ cat >bad.csv <<'CSV'
  > ref,date,memo,account,party,amount
  > A,2026-02-01,drie decimalen,4120,,1.005
  > A,,,1000,,-1.00
  > B,2026-02-01,decimale komma,4120,,"12,50"
  > B,,,1000,,-12.50
  > C,2026-02-01,veertig cijfers,4120,,1234567890123456789012345678901234567890
  > C,,,1000,,
  > CSV
  $ waarborg tx post bad.csv
  ! bad.csv:2:35: error[E0311]: amount: amount '1.005' has three decimals after its point
  !     2 | A,2026-02-01,drie decimalen,4120,,1.005
  !       |                                   ^~~~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  ! bad.csv:4:35: error[E0311]: amount: amount '12,50' has a comma
  !     4 | B,2026-02-01,decimale komma,4120,,"12,50"
  !       |                                   ^~~~~~~
  !   hint: decimals follow a point here, without thousands separators in commas or points: write 1234.56
  ! bad.csv:6:36: error[E0311]: amount: amount has 42 digits
  !     6 | C,2026-02-01,veertig cijfers,4120,,1234567890123456789012345678901234567890
  !       |                                    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: at most 36 digits are accepted, decimals included
  ! bad.csv:7:11: error[E0306]: amount: the cell is empty
  !     7 | C,,,1000,,
  !       |           ^
  ! 4 errors; nothing was written.
  [3]
