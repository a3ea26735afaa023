A fund is made in a new directory; the chart of accounts comes with it, and a fund is never overwritten.

  $ waarborg fund init jwf --name 'Waarborgfonds Jeugdzorg' --year 2026
  Fund created in jwf: EUR, 45 accounts, first year 2026.
  Four eyes: off (trial: one person, no signatures).
  Next:  waarborg -C jwf party import FILE --kind municipality
  $ waarborg fund init jwf --name 'Waarborgfonds Jeugdzorg' --year 2026
  ! waarborg: error[E0706]: there is a fund in 'jwf' already
  !   hint: choose another directory; a ledger is never overwritten
  [7]
  $ waarborg -C jwf fund status
  Waarborgfonds Jeugdzorg, from 2026
  Four eyes: off (trial: one person, no signatures)
  Parties: 0 municipalities, 0 providers, 0 state, 0 financiers
  Contribution decisions: 0, still to receive EUR 0.00
  Loans: 0, of which 0 open, outstanding EUR 0.00
  Cash, less what was promised: EUR 0.00
  Debt to the state: EUR 0.00
  Head <hash> (50 records, 0 entries)
  $ waarborg fund init twee --name 'Tweede fonds' --year 2026 --dry-run; ls
  Fund would be created in twee: EUR, 45 accounts, first year 2026.
  Four eyes: off (trial: one person, no signatures).
  Next:  waarborg -C twee party import FILE --kind municipality
  jwf
  $ waarborg fund init twee --name 'Tweede fonds' --year 26
  ! waarborg: error[E0315]: year 26 is not from 2000 to 2999
  [3]
  $ waarborg fund init twee --name 'Tweede fonds' --year 2026 --template anders
  ! waarborg: error[E0316]: there is no template 'anders'
  !   hint: use nl-garantiefonds
  [3]
  $ waarborg fund init twee --year 2026
  ! command line: error[E0201]: option '--name' is missing
  !       | waarborg fund init twee --year 2026
  !       |                                    ^
  !   hint: --name NAME: the fund's name
  [2]
  $ waarborg -C jwf fund status --json
  {
    "schema": "waarborg/fund-status/1",
    "at": null,
    "name": "Waarborgfonds Jeugdzorg",
    "template": "nl-garantiefonds",
    "year": 2026,
    "currency": "EUR",
    "four_eyes": false,
    "pending": 0,
    "accounts": 45,
    "parties": {
      "municipality": 0,
      "provider": 0,
      "state": 0,
      "financier": 0
    },
    "decisions": 0,
    "loans": 0,
    "open_loans": 0,
    "cash": "0.00",
    "contributions_receivable": "0.00",
    "loans_outstanding": "0.00",
    "backstop_debt": "0.00",
    "head": {
      "records": 50,
      "entries": 0,
      "hash": "<hash>",
      "last_date": null,
      "recorded": "<time>"
    },
    "anchor": null
  }
