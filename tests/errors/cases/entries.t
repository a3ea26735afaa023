The rules of an entry. What breaks one is refused, and the books stay as they were.

Debits and credits differ:

  $ waarborg tx post --date 2026-03-10 --debit 1000=100.00 --credit 8000=90.00
  ! command line: error[E0401]: debits and credits differ by EUR 10.00
  !       | waarborg tx post --date 2026-03-10 --debit 1000=100.00 --credit 8000=90.00
  !       |                                                 ^~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: credit 10.00 more, or correct an amount
  [4]

Only one side:

  $ waarborg tx post --date 2026-03-10 --debit 1000=100.00
  ! command line: error[E0402]: 1 posting, and an entry has 2 to 1024
  !       | waarborg tx post --date 2026-03-10 --debit 1000=100.00
  !       |                                                 ^~~~~~
  [4]

A date that does not exist:

  $ waarborg tx post --date 2026-02-30 --debit 4120=1.00 --credit 1000=1.00
  ! command line: error[E0313]: 2026-02-30 does not exist
  !       | waarborg tx post --date 2026-02-30 --debit 4120=1.00 --credit 1000=1.00
  !       |                         ^~~~~~~~~~
  !   hint: February 2026 has 28 days
  [3]
  $ waarborg tx post --date 30-01-2026 --debit 4120=1.00 --credit 1000=1.00
  ! command line: error[E0313]: '30-01-2026' is not a date
  !       | waarborg tx post --date 30-01-2026 --debit 4120=1.00 --credit 1000=1.00
  !       |                         ^~~~~~~~~~
  !   hint: write year-month-day, such as 2026-01-31
  [3]

An unknown account, an unknown party:

  $ waarborg tx post --date 2026-02-01 --debit 4121=1.00 --credit 1000=1.00
  ! command line: error[E0403]: unknown account '4121'
  !       | waarborg tx post --date 2026-02-01 --debit 4121=1.00 --credit 1000=1.00
  !       |                                            ^~~~
  !   hint: did you mean '4120'?
  [4]
  $ waarborg tx post --date 2026-02-01 --debit 1100:GM0936=1.00 --credit 8000=1.00
  ! command line: error[E0404]: unknown party 'GM0936'
  !       | waarborg tx post --date 2026-02-01 --debit 1100:GM0936=1.00 --credit 8000=1.00
  !       |                                                 ^~~~~~
  !   hint: did you mean 'GM0935'?
  [4]
  $ waarborg tx post --date 2026-02-01 --debit XYZQW=1.00 --credit 1000:nobody-at-all=1.00
  ! command line: error[E0403]: unknown account 'XYZQW'
  !       | waarborg tx post --date 2026-02-01 --debit XYZQW=1.00 --credit 1000:nobody-at-all=1.00
  !       |                                            ^~~~~
  !   hint: see 'waarborg report trial-balance' for the accounts there are
  ! command line: error[E0404]: unknown party 'nobody-at-all'
  !       | waarborg tx post --date 2026-02-01 --debit XYZQW=1.00 --credit 1000:nobody-at-all=1.00
  !       |                                                                     ^~~~~~~~~~~~~
  !   hint: see 'waarborg party list', or add it with 'waarborg party import'
  [4]

The reference of another entry:

  $ waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00 --ref K-1
  ! waarborg: error[E0405]: reference 'K-1' of 'cli' is entry 54 already, with other content
  !   hint: give the new entry a reference of its own, or reverse entry 54
  [4]

More than 1,024 postings:

  $ set --; i=0; while [ $i -lt 1024 ]; do set -- "$@" --debit 4120=0.01; i=$((i+1)); done
  > waarborg tx post --date 2026-02-01 --credit 1000=10.24 "$@" 2>&1 | cut -c 1-79
  command line: error[E0402]: 1025 postings, and an entry has 2 to 1024
        | waarborg tx post --date 2026-02-01 --credit 1000=10.24 --debit 4120=0.0
        |                                                  ^~~~~~~~~~~~~~~~~~~~~~

A reversal without a reason, of an entry that is not there, of a record that is no entry:

  $ waarborg tx reverse 54 --reason ''
  ! waarborg: error[E0306]: a reversal needs its reason
  [3]
  $ waarborg tx reverse 55 --reason 'there is no such entry'
  ! command line: error[E0407]: there is no record 55; the last is 54
  !       | waarborg tx reverse 55 --reason 'there is no such entry'
  !       |                     ^~
  [4]
  $ waarborg tx reverse 3 --reason 'an account is no entry'
  ! command line: error[E0407]: record 3 is no entry but the document of account '0110'
  !       | waarborg tx reverse 3 --reason 'an account is no entry'
  !       |                     ^
  !   hint: see 'waarborg tx list' for the entries
  [4]

All of it in one file and one run:

  $ cat >bad.csv <<'CSV'
  > ref,date,memo,account,party,amount
  > unbalanced,2026-02-01,,4120,,10.00
  > unbalanced,,,1000,,-9.00
  > lonely,2026-02-01,,4120,,10.00
  > wrong-date,2026-02-30,,4120,,1.00
  > wrong-date,,,1000,,-1.00
  > two-dates,2026-02-01,,4120,,1.00
  > two-dates,2026-02-02,,1000,,-1.00
  > unknown,2026-02-01,,4121,,1.00
  > unknown,,,1100,GM0936,-1.00
  > zero,2026-02-01,,4120,,0.00
  > zero,,,1000,,0.00
  > ,2026-02-01,,4120,,1.00
  > ,,,1000,,-1.00
  > CSV
  $ waarborg tx post bad.csv
  ! bad.csv:2:1: error[E0401]: entry 'unbalanced': debits and credits differ by EUR 1.00
  !     2 | unbalanced,2026-02-01,,4120,,10.00
  !       | ^~~~~~~~~~
  !   hint: credit 1.00 more, or correct an amount
  ! bad.csv:4:1: error[E0402]: entry 'lonely': 1 posting, and an entry has 2 to 1024
  !     4 | lonely,2026-02-01,,4120,,10.00
  !       | ^~~~~~
  ! bad.csv:5:12: error[E0313]: date: 2026-02-30 does not exist
  !     5 | wrong-date,2026-02-30,,4120,,1.00
  !       |            ^~~~~~~~~~
  !   hint: February 2026 has 28 days
  ! bad.csv:8:11: error[E0318]: date: another date than in the first row of 'two-dates'
  !     8 | two-dates,2026-02-02,,1000,,-1.00
  !       |           ^~~~~~~~~~
  !   hint: rows of one entry have one date and one memo; or leave the cell empty
  ! bad.csv:9:21: error[E0403]: account: unknown account '4121'
  !     9 | unknown,2026-02-01,,4121,,1.00
  !       |                     ^~~~
  !   hint: did you mean '4120'?
  ! bad.csv:10:16: error[E0404]: party: unknown party 'GM0936'
  !    10 | unknown,,,1100,GM0936,-1.00
  !       |                ^~~~~~
  !   hint: did you mean 'GM0935'?
  ! bad.csv:11:1: error[E0402]: entry 'zero': posting 1 moves nothing: its amount is 0.00
  !    11 | zero,2026-02-01,,4120,,0.00
  !       | ^~~~
  ! bad.csv:13:1: error[E0306]: ref: the entry has no reference
  !    13 | ,2026-02-01,,4120,,1.00
  !       | ^
  !   hint: a reference makes sure that a file sent twice is posted once
  ! bad.csv:14:1: error[E0306]: ref: the entry has no reference
  !    14 | ,,,1000,,-1.00
  !       | ^
  !   hint: a reference makes sure that a file sent twice is posted once
  ! 9 errors; nothing was written.
  [4]

References that the books know with other content are found when everything else is right, again all
in one run; one that comes back within the file is found before:

  $ cat >twice.csv <<'CSV'
  > ref,date,memo,account,party,amount
  > N-1,2026-02-01,,4120,,1.00
  > N-1,,,1000,,-1.00
  > K-1,2026-02-01,,4120,,2.00
  > K-1,,,1000,,-2.00
  > N-1,2026-02-01,,4120,,3.00
  > N-1,,,1000,,-3.00
  > CSV
  $ waarborg tx post twice.csv
  ! twice.csv:6:1: error[E0305]: ref: reference 'N-1' was used in line 2 already
  !     6 | N-1,2026-02-01,,4120,,3.00
  !       | ^~~
  !   hint: the rows of one entry follow each other; another entry has another reference
  ! 1 error; nothing was written.
  [3]
  $ sed -e '6,7d' twice.csv >known.csv; printf 'N-2,2026-02-01,,4120,,3.00\nN-2,,,1000,,-3.00\n' >>known.csv; waarborg tx post known.csv
  ! known.csv:4:1: error[E0405]: entry 'K-1': reference 'K-1' of 'cli' is entry 54 already, with other content
  !     4 | K-1,2026-02-01,,4120,,2.00
  !       | ^~~
  !   hint: give the new entry a reference of its own, or reverse entry 54
  ! 1 error; nothing was written.
  [4]

A file of 1,025 postings in one entry:

  $ { echo ref,date,memo,account,party,amount
  >   i=0; while [ $i -lt 1024 ]; do echo L,2026-02-01,,4120,,0.01; i=$((i+1)); done
  >   echo L,2026-02-01,,1000,,-10.24; } >long.csv
  $ waarborg tx post long.csv
  ! long.csv:2:1: error[E0402]: entry 'L': 1025 postings, and an entry has 2 to 1024
  !     2 | L,2026-02-01,,4120,,0.01
  !       | ^
  ! 1 error; nothing was written.
  [4]
