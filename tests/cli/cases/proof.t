A proof is checked with the public key of who signed it, and nothing else: no fund, no ledger.

  $ four-eyes.sh; mkdir elsewhere
  $ waarborg -q ledger anchor --out june.anchor; waarborg -q ledger proof 54 --out deposit.proof
  $ waarborg -q ledger proof 56 --out user.proof
  $ waarborg -q tx post --date 2026-07-01 --debit 4120=5.00 --credit 1000=5.00 --memo 'kosten' --ref K-2
  $ waarborg -q pending approve P-60 --as bram
  $ waarborg -q ledger anchor --out july.anchor --as chantal; waarborg -q ledger proof 62 --out costs.proof
  $ waarborg -q ledger proof --consistency june.anchor --out since.proof
  $ cp *.anchor *.proof keys/*.pub elsewhere; cd elsewhere; export WAARBORG_FUND=none; ls
  anna-2.pub
  anna.pub
  bram.pub
  chantal.pub
  costs.proof
  deposit.proof
  dirk.pub
  july.anchor
  june.anchor
  since.proof
  user.proof
  $ cd elsewhere; waarborg proof check deposit.proof --key anna.pub
  record      54, entry
  date        2026-01-05
  recorded    <time>
  maker       anna
  event       memorial
  reference   K-1
  memo        eerste inleg
              account #14  1000000.00
              account #5  -1000000.00
  is among the 58 records of
  ledger      waarborg.ledger/<hash>
  root        <hash>
  as of       <time>
  signed by   anna, key 0f5d965b
  $ cd elsewhere; waarborg proof check costs.proof --key anna.pub --key chantal.pub --json
  {
    "schema": "waarborg/proof-check/1",
    "number": 62,
    "record": {
      "number": 62,
      "kind": "entry",
      "recorded": "<time>",
      "date": "2026-07-01",
      "event": "memorial",
      "subject": null,
      "source": "cli",
      "reference": "K-2",
      "memo": "kosten",
      "maker": "anna",
      "postings": [
        {
          "account": "#37",
          "party": null,
          "amount": "5.00"
        },
        {
          "account": "#14",
          "party": null,
          "amount": "-5.00"
        }
      ],
      "proposal": 60,
      "approvals": 1
    },
    "bytes": 70,
    "checkpoint": {
      "origin": "waarborg.ledger/<hash>",
      "size": 62,
      "root": "<hash>",
      "recorded": "<time>",
      "chain": "<hash>"
    },
    "signed_by": "chantal+344ede1f+AddZeTu8E6KBmoJ8dq22+6ikmu4Af0ny0JktmbglrSxI"
  }
  $ cd elsewhere; waarborg proof check user.proof --key anna.pub | grep -v '^body'
  record      56, user
  date        2026-01-01
  recorded    <time>
  maker       anna
  id          bram
  is among the 58 records of
  ledger      waarborg.ledger/<hash>
  root        <hash>
  as of       <time>
  signed by   anna, key 0f5d965b
  $ cd elsewhere; waarborg proof check since.proof --older june.anchor --key anna.pub --key chantal.pub
  ledger      waarborg.ledger/<hash>
  The 58 records of then are the first of the 62 since: none was changed, removed or put between.
  $ cd elsewhere; waarborg proof check since.proof --older june.anchor --key anna.pub --key chantal.pub --json
  {
    "schema": "waarborg/proof-check-consistency/1",
    "older": {
      "origin": "waarborg.ledger/<hash>",
      "size": 58,
      "root": "<hash>",
      "recorded": "<time>",
      "chain": "<hash>"
    },
    "newer": {
      "origin": "waarborg.ledger/<hash>",
      "size": 62,
      "root": "<hash>",
      "recorded": "<time>",
      "chain": "<hash>"
    }
  }

What does not hold is refused, and what is no proof.

  $ cd elsewhere; waarborg proof check deposit.proof --key bram.pub
  ! deposit.proof: error[E0603]: none of the keys given signed it
  !   hint: it says to be signed by anna (key 0f5d965b): get that key from the fund
  [6]
  $ cd elsewhere; waarborg proof check since.proof --older june.anchor --key chantal.pub
  ! june.anchor: error[E0603]: none of the keys given signed it
  !   hint: it says to be signed by anna (key 0f5d965b): get that key from the fund
  [6]
  $ cd elsewhere; sed '/^index/s/.*/index 52/' deposit.proof | waarborg proof check - --key anna.pub
  ! standard input: error[E0605]: leaf 52 is not proved to be in the tree of 58: the path leads to another root
  [6]
  $ cd elsewhere; sed 4d deposit.proof | waarborg proof check - --key anna.pub
  ! standard input: error[E0605]: leaf 53 is not proved to be in the tree of 58: the path is too short
  [6]
  $ cd elsewhere; sed -E '2s/^(.{40})./\1A/' deposit.proof | waarborg proof check - --key anna.pub
  ! standard input: error[E0605]: leaf 53 is not proved to be in the tree of 58: the path leads to another root
  [6]
  $ cd elsewhere; sed 's/^58$/57/' deposit.proof | waarborg proof check - --key anna.pub
  ! standard input: error[E0603]: the signature of anna (key 0f5d965b) does not hold
  [6]
  $ cd elsewhere; sed 2d since.proof | waarborg proof check - --older june.anchor --key anna.pub --key chantal.pub
  ! standard input: error[E0605]: the tree of 62 is not proved to start with that of 58: the path is too short
  [6]
  $ cd elsewhere; waarborg proof check since.proof --key anna.pub
  ! command line: error[E0201]: this is a proof that one anchor extends another
  !       | waarborg proof check since.proof --key anna.pub
  !       |                      ^~~~~~~~~~~
  !   hint: give the older one: --older ANCHOR
  [2]
  $ cd elsewhere; waarborg proof check deposit.proof --older june.anchor --key anna.pub
  ! command line: error[E0201]: this proof is of a record, and needs no older anchor
  !       | waarborg proof check deposit.proof --older june.anchor --key anna.pub
  !       |                                            ^~~~~~~~~~~
  [2]
  $ cd elsewhere; waarborg proof check june.anchor --key anna.pub
  ! june.anchor:1: error[E0301]: its first line is not 'c2sp.org/tlog-proof@v1'
  [3]
  $ cd elsewhere; waarborg proof check deposit.proof --key june.anchor
  ! june.anchor:1: error[E0503]: not a verifier key: no '+' after the name
  !   hint: it looks like 'anna+9f2c41aa+AVs...', as in the .pub file of a key
  [5]
  $ cd elsewhere; waarborg proof check deposit.proof
  ! command line: error[E0201]: option '--key' is missing
  !       | waarborg proof check deposit.proof
  !       |                                   ^
  !   hint: --key FILE: the .pub file of a key you trust
  [2]
