Statements at any date. The result of the open year stands in 0240, so both sides are equal.

  $ fund.sh
  $ waarborg -q tx post --date 2026-02-01 --debit 1100:GM0935=7500.00 --credit 8000=7500.00
  $ waarborg -q tx post --date 2026-03-01 --debit 4000=2500.01 --credit 0110=2500.01 --memo voorziening
  $ waarborg -q tx post --date 2026-03-02 --debit 4030=300.00 --credit 0300=300.00 --memo garantie
  $ waarborg -q tx post --date 2026-03-03 --debit 1000=50000.00 --credit 0400=50000.00 --memo achterborg
  $ waarborg report balance-sheet
  Waarborgfonds Voorbeeld
  balance sheet, all entries, in EUR
  head <hash> (58 records)

  assets
    0110  Voorziening verwachte kredietverliezen leningen u/g (contra)    -2500.01
    1000  Schatkist rekening-courant                                    1050000.00
    1100  Te vorderen bijdragen gemeenten                                  7500.00
  total assets                                                          1054999.99

  equity
    0200  Stichtings-/beginkapitaal                                     1000000.00
    0240  Resultaat boekjaar                                               4699.99
  total equity                                                          1004699.99

  provisions
    0300  Voorziening afgegeven garanties (borg)                            300.00
  total provisions                                                          300.00

  liabilities
    0400  Achterborglening Rijk (renteloos, achtergesteld)                50000.00
  total liabilities                                                       50000.00

  total assets                                                          1054999.99
  total equity, provisions and liabilities                              1054999.99
  result of the open year, part of 0240                                    4699.99
  $ waarborg report balance-sheet --at 2026-01-31
  Waarborgfonds Voorbeeld
  balance sheet at 2026-01-31, in EUR
  head <hash> (58 records)

  assets
    1000  Schatkist rekening-courant        1000000.00
  total assets                              1000000.00

  equity
    0200  Stichtings-/beginkapitaal         1000000.00
    0240  Resultaat boekjaar                      0.00
  total equity                              1000000.00

  total assets                              1000000.00
  total equity, provisions and liabilities  1000000.00
  result of the open year, part of 0240           0.00
  $ waarborg report trial-balance --at 2026-02-28
  Waarborgfonds Voorbeeld
  trial balance at 2026-02-28, in EUR
  head <hash> (58 records)

  account  name                                         debit       credit      balance
  0200     Stichtings-/beginkapitaal                     0.00   1000000.00  -1000000.00
  1000     Schatkist rekening-courant              1000000.00         0.00   1000000.00
  1100     Te vorderen bijdragen gemeenten            7500.00         0.00      7500.00
  8000     Bijdragen gemeenten (reguliere inleg)         0.00      7500.00     -7500.00
  total                                            1007500.00   1007500.00         0.00
  $ waarborg report balance-sheet --at 2026-02-28 --json
  {
    "schema": "waarborg/balance-sheet/1",
    "fund": "Waarborgfonds Voorbeeld",
    "at": "2026-02-28",
    "currency": "EUR",
    "head": {
      "count": 58,
      "entries": 5,
      "hash": "<hash>"
    },
    "anchor": null,
    "lines": [
      {
        "account": "1000",
        "name": "Schatkist rekening-courant",
        "rgs": "BLimBanRba",
        "section": "asset",
        "amount": "1000000.00"
      },
      {
        "account": "1100",
        "name": "Te vorderen bijdragen gemeenten",
        "rgs": "BVorOvaNob",
        "section": "asset",
        "amount": "7500.00"
      },
      {
        "account": "0200",
        "name": "Stichtings-/beginkapitaal",
        "rgs": "BEivSevSti",
        "section": "equity",
        "amount": "1000000.00"
      },
      {
        "account": "0240",
        "name": "Resultaat boekjaar",
        "rgs": "BEivOreRvh",
        "section": "equity",
        "amount": "7500.00"
      }
    ],
    "assets": "1007500.00",
    "equity": "1007500.00",
    "provisions": "0.00",
    "liabilities": "0.00",
    "result": "7500.00"
  }
  $ waarborg report trial-balance --at 2026-02-29
  ! command line: error[E0313]: 2026-02-29 does not exist
  !       | waarborg report trial-balance --at 2026-02-29
  !       |                                    ^~~~~~~~~~
  !   hint: February 2026 has 28 days
  [3]
  $ waarborg report balance --at 2026-02-28
  ! command line: error[E0201]: 'report' has no verb 'balance'
  !       | waarborg report balance --at 2026-02-28
  !       |                 ^~~~~~~
  !   hint: see 'waarborg report --help'
  [2]

Before the first entry there is nothing, and that adds up too.

  $ waarborg report balance-sheet --at 2025-12-31
  Waarborgfonds Voorbeeld
  balance sheet at 2025-12-31, in EUR
  head <hash> (58 records)

  equity
    0240  Resultaat boekjaar                0.00
  total equity                              0.00

  total assets                              0.00
  total equity, provisions and liabilities  0.00
  result of the open year, part of 0240     0.00
