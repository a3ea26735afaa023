Results go to standard output and nothing else does; a result that cannot be written is an error.

  $ fund.sh
  $ waarborg tx list 2>/dev/null
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
  $ waarborg tx list >/dev/full
  ! waarborg: error[E0701]: cannot write the result: No space left on device
  [7]
  $ waarborg version >/dev/full
  ! waarborg: error[E0701]: cannot write the result: No space left on device
  [7]

A reader that stops early is not worth a word.

  $ waarborg tx list | true

With -q a command that writes is silent; what was asked for is still printed.

  $ waarborg -q tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00
  $ waarborg -q tx list --from 2026-02-01
  entry  date        event     ref  amount  memo
     55  2026-02-01  memorial         1.00

The fund is named by -C, by WAARBORG_FUND, or is the directory itself.

  $ mv fonds elders
  $ waarborg ledger verify
  ! fonds: error[E0705]: there is no ledger here
  !   hint: name the fund with -C DIR or WAARBORG_FUND, or make one: waarborg fund init DIR
  [7]
  $ waarborg -C elders tx list --limit 1
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
  $ cd elders && WAARBORG_FUND= waarborg tx list --limit 1
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
