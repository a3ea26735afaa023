What was known then. A report asks two things: the books at which day (--at), and as known when
(--as-of-record). What is posted later, also under an earlier date, changes no answer about then.

  $ fund.sh
  $ waarborg -q contribution assess --year 2026 --group municipalities --amount 90000.00 --key under18 \
  >     --ref B-1 --date 2026-01-15
  $ printf 'id,name,revenue\nP1,Aanbieder 1,40000000\n' | waarborg -q party import - --kind provider \
  >     --date 2026-01-01
  $ waarborg -q loan new L-1 --party P1 --principal 60000.00 --rate 4% --start 2026-02-01 \
  >     --maturity 2028-02-01
  $ waarborg loan disburse L-1 --date 2026-02-01 --amount 50000.00
  L-1  EUR 50000.00 paid out, entry 59.
  L-1  EUR 50000.00 outstanding.
  $ cat >show <<'SH'
  > waarborg report balance-sheet --at 2026-06-30 "$@"
  > waarborg report balance-sheet --at 2026-06-30 --json "$@"
  > waarborg report trial-balance "$@"
  > waarborg contribution open "$@"
  > waarborg contribution open --at 2026-03-01 "$@"
  > waarborg loan list "$@"
  > waarborg loan list --at 2026-03-01 "$@"
  > waarborg party list "$@"
  > waarborg party statement GM0935 --from 2026-01-10 "$@"
  > waarborg party statement P1 "$@"
  > waarborg tx list "$@"
  > waarborg tx show 56 "$@"
  > waarborg ledger log --from 49 "$@"
  > waarborg user list "$@"
  > waarborg rule list "$@"
  > waarborg fund status "$@"
  > waarborg fund status --at 2026-01-31 "$@"
  > SH
  $ sh show >then
  $ waarborg ledger log --json | sed -n 's/.*"recorded": "\(.*\)".*/\1/p' | tail -1 >when

A month later: a receipt, a receipt that came in late, a reversal, another name, another figure, a
new party and a new decision of last year's date.

  $ printf 'ref,date,party,amount\nR1,2026-02-20,GM0935,1000.00\nR2,2026-01-20,GM0917,27000.00\n' |
  >     waarborg -q contribution receive -
  $ waarborg tx reverse 56 --reason 'besluit ingetrokken' -q
  $ printf 'cbs_code,name,under18\nGM0935,Maastricht aan de Maas,18100\nGM0888,Beek,2900\n' |
  >     waarborg -q party import - --kind municipality --date 2026-01-01
  $ waarborg -q loan repay L-1 --date 2026-03-01 --amount 10000.00
  $ waarborg -q loan new L-2 --party P1 --principal 1.00 --rate 0 --start 2026-02-01 --maturity 2028-02-01
  $ waarborg -q contribution assess --year 2026 --group providers --amount 400.00 --key revenue \
  >     --ref B-2 --date 2026-01-02
  $ waarborg -q rule set any --checkers 2 --date 2026-02-01
  $ sh show >now; cmp -s then now || echo changed
  changed

All that was printed then is printed again, by record and by time; only a head line says that it is
a view.

  $ cat >view <<'SH'
  > sh show --as-of-record "$1" | sed '/^as known after record/d; /"as_of_record"/,/}/d'
  > SH
  $ sh view 59 | diff then - && echo the same
  the same
  $ sh view "$(cat when)" | diff then - && echo the same
  the same
  $ sh view 70 | diff now - && echo the same
  the same
  $ sh view 60 | diff -q then - && echo the same
  Files then and - differ
  [1]
  $ sh view 58 | diff -q then - && echo the same
  Files then and - differ
  [1]
  $ waarborg report balance-sheet --as-of-record 59
  as known after record 59 (<time>)
  Waarborgfonds Voorbeeld
  balance sheet, all entries, in EUR
  head <hash> (59 records)

  assets
    0100  Leningen u/g zorgaanbieders, looptijd > 1 jaar    50000.00
    1000  Schatkist rekening-courant                       950000.00
    1100  Te vorderen bijdragen gemeenten                   90000.00
  total assets                                            1090000.00

  equity
    0200  Stichtings-/beginkapitaal                       1000000.00
    0240  Resultaat boekjaar                                90000.00
  total equity                                            1090000.00

  total assets                                            1090000.00
  total equity, provisions and liabilities                1090000.00
  result of the open year, part of 0240                     90000.00
  $ waarborg contribution open --as-of-record 59
  as known after record 59 (<time>)
  party   name            decision  date        assessed  paid      open
  GM0917  Heerlen         B-1       2026-01-15  27018.63  0.00  27018.63
  GM0935  Maastricht      B-1       2026-01-15  33540.37  0.00  33540.37
  GM1883  Sittard-Geleen  B-1       2026-01-15  29441.00  0.00  29441.00

  Open: EUR 90000.00
  $ waarborg contribution open --at 2026-01-20
  party  name         decision  date        assessed  paid    open
  P1     Aanbieder 1  B-2       2026-01-02    400.00  0.00  400.00

  Open: EUR 400.00
  Paid above what was owed: EUR 27000.00
  $ waarborg contribution open --at 2026-01-20 --as-of-record 61
  as known after record 61 (<time>)
  party   name            decision  date        assessed      paid      open
  GM0917  Heerlen         B-1       2026-01-15  27018.63  27000.00     18.63
  GM0935  Maastricht      B-1       2026-01-15  33540.37      0.00  33540.37
  GM1883  Sittard-Geleen  B-1       2026-01-15  29441.00      0.00  29441.00

  Open: EUR 63000.00
  $ waarborg loan list --as-of-record "$(cat when)"
  as known after record 59 (<time>)
  loan  party  maturity    principal  paid out  repaid  written off  outstanding  interest due
  L-1   P1     2028-02-01   60000.00  50000.00    0.00         0.00     50000.00          0.00
  $ waarborg loan list
  loan  party  maturity    principal  paid out   repaid  written off  outstanding  interest due
  L-1   P1     2028-02-01   60000.00  50000.00  9833.33         0.00     40166.67          0.00
  L-2   P1     2028-02-01       1.00      0.00     0.00         0.00         0.00          0.00
  $ waarborg loan list --at 2026-02-28
  loan  party  maturity    principal  paid out  repaid  written off  outstanding  interest due
  L-1   P1     2028-02-01   60000.00  50000.00    0.00         0.00     50000.00          0.00
  L-2   P1     2028-02-01       1.00      0.00    0.00         0.00         0.00          0.00
  $ waarborg loan list --at 2026-01-31
  loan  party  maturity  principal  paid out  repaid  written off  outstanding  interest due
  $ waarborg fund status --at 2026-01-31 --as-of-record 61
  as known after record 61 (<time>)
  Waarborgfonds Voorbeeld, from 2026, at 2026-01-31
  Four eyes: off (trial: one person, no signatures)
  Parties: 3 municipalities, 1 providers, 0 state, 0 financiers
  Contribution decisions: 1, still to receive EUR 63000.00
  Loans: 0, of which 0 open, outstanding EUR 0.00
  Cash, less what was promised: EUR 1027000.00
  Debt to the state: EUR 0.00
  Head <hash> (61 records, 5 entries, the last dated 2026-02-20)
  $ waarborg tx show 56 --as-of-record 61
  as known after record 61 (<time>)
  entry       56
  date        2026-01-15
  event       contribution-assessed
  subject     B-1
  reference   B-1
  memo        contribution 2026 of the municipalities, by under18
  maker       anna
  recorded    <time>
  hash        <hash>

  account  name                                   party      debit    credit
  1100     Te vorderen bijdragen gemeenten        GM0917  27018.63
  1100     Te vorderen bijdragen gemeenten        GM0935  33540.37
  1100     Te vorderen bijdragen gemeenten        GM1883  29441.00
  8000     Bijdragen gemeenten (reguliere inleg)                    90000.00
  $ waarborg tx show 64 --as-of-record 61
  as known after record 61 (<time>)
  ! command line: error[E0407]: there is no record 64; the last is 61
  !       | waarborg tx show 64 --as-of-record 61
  !       |                  ^~
  [4]
  $ waarborg party statement GM0888 --as-of-record 59
  as known after record 59 (<time>)
  ! waarborg: error[E0404]: there is no party 'GM0888'
  !   hint: list them: waarborg party list
  [4]
  $ waarborg party list --as-of-record 59
  as known after record 59 (<time>)
  id      kind          name            under 18      revenue
  GM0917  municipality  Heerlen            14500
  GM0935  municipality  Maastricht         18000
  GM1883  municipality  Sittard-Geleen     15800
  P1      provider      Aanbieder 1               40000000.00
  $ waarborg fund status --json --as-of-record 59
  {
    "schema": "waarborg/fund-status/1",
    "as_of_record": {
      "number": 59,
      "recorded": "<time>"
    },
    "at": null,
    "name": "Waarborgfonds Voorbeeld",
    "template": "nl-garantiefonds",
    "year": 2026,
    "currency": "EUR",
    "four_eyes": false,
    "pending": 0,
    "accounts": 45,
    "parties": {
      "municipality": 3,
      "provider": 1,
      "state": 0,
      "financier": 0
    },
    "decisions": 1,
    "loans": 1,
    "open_loans": 1,
    "cash": "950000.00",
    "contributions_receivable": "90000.00",
    "loans_outstanding": "50000.00",
    "backstop_debt": "0.00",
    "head": {
      "records": 59,
      "entries": 3,
      "hash": "<hash>",
      "last_date": "2026-02-01",
      "recorded": "<time>"
    },
    "anchor": null
  }

A day is its end, in UTC. What is no moment of these books is refused, with what may be meant.

  $ waarborg fund status --as-of-record "$(date -u +%F)" | tail -1
  Head <hash> (70 records, 9 entries, the last dated 2026-03-01)
  $ waarborg fund status --as-of-record 0
  ! command line: error[E0315]: there is no record 0; the last is 70
  !       | waarborg fund status --as-of-record 0
  !       |                                     ^
  [3]
  $ waarborg fund status --as-of-record 99
  ! command line: error[E0315]: there is no record 99; the last is 70
  !       | waarborg fund status --as-of-record 99
  !       |                                     ^~
  [3]
  $ waarborg fund status --as-of-record 20260101
  ! command line: error[E0315]: there is no record 20260101; the last is 70
  !       | waarborg fund status --as-of-record 20260101
  !       |                                     ^~~~~~~~
  !   hint: digits alone are a record's number; a day is written 2026-02-01
  [3]
  $ waarborg fund status --as-of-record 2026-02-30
  ! command line: error[E0313]: 2026-02-30 does not exist
  !       | waarborg fund status --as-of-record 2026-02-30
  !       |                                     ^~~~~~~~~~
  !   hint: February 2026 has 28 days
  [3]
  $ waarborg fund status --as-of-record 2020-01-01
  ! command line: error[E0315]: '2020-01-01' is before the first record, of <time>
  !       | waarborg fund status --as-of-record 2020-01-01
  !       |                                     ^~~~~~~~~~
  [3]
  $ waarborg fund status --as-of-record 2999-01-01
  ! command line: error[E0315]: '2999-01-01' is in the future; the last record is 70, of <time>
  !       | waarborg fund status --as-of-record 2999-01-01
  !       |                                     ^~~~~~~~~~
  [3]
  $ waarborg fund status --as-of-record 2026-02-01T09:12
  ! command line: error[E0313]: '2026-02-01T09:12' is no record, day or time
  !       | waarborg fund status --as-of-record 2026-02-01T09:12
  !       |                                     ^~~~~~~~~~~~~~~~
  !   hint: give a record (40), a day (2026-02-01) or a time in UTC (<time>)
  [3]
  $ waarborg fund status --as-of-record 2026-02-01T09:12:03
  ! command line: error[E0313]: '2026-02-01T09:12:03' does not say the time in UTC
  !       | waarborg fund status --as-of-record 2026-02-01T09:12:03
  !       |                                     ^~~~~~~~~~~~~~~~~~~
  !   hint: times are kept in UTC: give it in UTC and end it by Z
  [3]
  $ waarborg fund status --as-of-record 2026-02-01T09:12:03+01:00
  ! command line: error[E0313]: '2026-02-01T09:12:03+01:00' does not say the time in UTC
  !       | waarborg fund status --as-of-record 2026-02-01T09:12:03+01:00
  !       |                                     ^~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: times are kept in UTC: give it in UTC and end it by Z
  [3]
  $ waarborg fund status --as-of-record 2026-02-01T24:00:00Z
  ! command line: error[E0313]: there is no time 24:00:00
  !       | waarborg fund status --as-of-record <time>
  !       |                                     ^~~~~~~~~~~~~~~~~~~~
  [3]
  $ waarborg fund status --as-of-record 2026-02-01T09:12:03.1234567Z
  ! command line: error[E0313]: '<time>' is no record, day or time
  !       | waarborg fund status --as-of-record <time>
  !       |                                     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: give a record (40), a day (2026-02-01) or a time in UTC (<time>)
  [3]
  $ waarborg fund status --as-of-record gisteren
  ! command line: error[E0313]: 'gisteren' is no record, day or time
  !       | waarborg fund status --as-of-record gisteren
  !       |                                     ^~~~~~~~
  !   hint: give a record (40), a day (2026-02-01) or a time in UTC (<time>)
  [3]
  $ waarborg --as-of-record 40 ledger verify
  ! command line: error[E0201]: '--as-of-record' is for commands that show the books
  !       | waarborg --as-of-record 40 ledger verify
  !       |                         ^~
  [2]
  $ waarborg tx post --as-of-record 40
  ! command line: error[E0201]: 'tx post' has no option '--as-of-record'
  !       | waarborg tx post --as-of-record 40
  !       |                  ^~~~~~~~~~~~~~
  !   hint: see 'waarborg tx post --help'
  [2]
