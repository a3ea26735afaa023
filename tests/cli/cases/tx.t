An administrator posts entries by hand. `fund.sh` made a fund with three municipalities and its
opening entry.

  $ fund.sh

One entry from options; the head is what the books are known by.

  $ waarborg tx post --date 2026-03-10 --debit 4120=12.50 --credit 1000=12.50 --memo 'bankkosten maart' --ref B-3
  posted as entry 55; head <hash>
  $ waarborg tx list
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
     55  2026-03-10  memorial  B-3       12.50  bankkosten maart
  $ waarborg tx show 55
  entry       55
  date        2026-03-10
  event       memorial
  reference   B-3
  memo        bankkosten maart
  maker       anna
  recorded    <time>
  hash        <hash>

  account  name                        party  debit  credit
  4120     Bankkosten                         12.50
  1000     Schatkist rekening-courant                 12.50

The same reference with the same content is the same entry, so a command may be repeated.

  $ waarborg tx post --date 2026-03-10 --debit 4120=12.50 --credit 1000=12.50 --memo 'bankkosten maart' --ref B-3
  already in the books, as entry 55: the same content under the same reference

With other content it is refused: this is how a double posting is caught.

  $ waarborg tx post --date 2026-03-10 --debit 4120=13.50 --credit 1000=13.50 --memo 'bankkosten maart' --ref B-3
  ! waarborg: error[E0405]: reference 'B-3' of 'cli' is entry 55 already, with other content
  !   hint: give the new entry a reference of its own, or reverse entry 55
  [4]

A party's sub-account follows a colon, and one entry may have many postings.

  $ waarborg tx post --date 2026-03-11 --debit 1100:GM0935=600.00 --debit 1100:GM0917=400.00 --credit 8000=1000.00
  posted as entry 56; head <hash>

A dry run checks everything and writes nothing.

  $ waarborg tx post --date 2026-03-12 --debit 4110=99.99 --credit 1000=99.99 --dry-run
  would be posted as entry 57; head <hash>
  $ waarborg tx list --from 2026-03-12
  entry  date  event  ref  amount  memo

A correction is a reversal; both entries stay.

  $ waarborg tx reverse 55 --reason 'verkeerde rekening' --dry-run
  entry 55 would be reversed by entry 57
  $ waarborg tx reverse 55 --reason 'verkeerde rekening' --date 2026-03-31
  entry 55 reversed by entry 57
  $ waarborg tx reverse 55 --reason 'nog eens'
  ! waarborg: error[E0406]: entry 55 is reversed already, by entry 57
  [4]
  $ waarborg tx reverse 57 --reason 'terug'
  ! waarborg: error[E0406]: entry 57 is itself a reversal of entry 55
  !   hint: post the original again instead
  [4]
  $ waarborg tx reverse 7 --reason 'geen boeking'
  ! command line: error[E0407]: record 7 is no entry but the document of account '0220'
  !       | waarborg tx reverse 7 --reason 'geen boeking'
  !       |                     ^
  !   hint: see 'waarborg tx list' for the entries
  [4]
  $ waarborg tx reverse 700 --reason 'bestaat niet'
  ! command line: error[E0407]: there is no record 700; the last is 57
  !       | waarborg tx reverse 700 --reason 'bestaat niet'
  !       |                     ^~~
  [4]
  $ waarborg tx reverse 56
  ! command line: error[E0201]: option '--reason' is missing
  !       | waarborg tx reverse 56
  !       |                       ^
  !   hint: --reason TEXT: why it is reversed
  [2]
  $ waarborg tx show 57
  entry       57
  date        2026-03-31
  event       memorial
  memo        bankkosten maart
  maker       anna
  reverses    55
  reason      verkeerde rekening
  recorded    <time>
  hash        <hash>

  account  name                        party  debit  credit
  4120     Bankkosten                                 12.50
  1000     Schatkist rekening-courant         12.50

Lists can be narrowed.

  $ waarborg tx list --account 1100
  entry  date        event     ref   amount  memo
     56  2026-03-11  memorial       1000.00
  $ waarborg tx list --party GM0935
  entry  date        event     ref   amount  memo
     56  2026-03-11  memorial       1000.00
  $ waarborg tx list --from 2026-03-11 --to 2026-03-11
  entry  date        event     ref   amount  memo
     56  2026-03-11  memorial       1000.00
  $ waarborg tx list --limit 1
  entry  date        event     ref      amount  memo
     54  2026-01-05  memorial  K-1  1000000.00  eerste inleg
