An anchor leaves the machine: whoever keeps it finds out when the books were cut, changed or
exchanged since.

  $ fund.sh; keys.sh
  $ export WAARBORG_KEYS=keys WAARBORG_PASSPHRASE_FILE=keys/passphrase
  $ waarborg ledger anchor --as anna
  ! waarborg: error[E0501]: who signed the anchor is not a user of the fund
  !   hint: an admin records users: waarborg user add
  ! 1 error; nothing was written.
  [5]
  $ waarborg user add anna --role maker --role admin --key keys/anna.pub --date 2026-01-10 -q
  $ waarborg user add dirk --role auditor --key keys/dirk.pub --date 2026-01-10 -q
  $ waarborg ledger anchor --as dirk
  ! waarborg: error[E0501]: 'dirk' is an auditor, who reads and signs nothing
  ! 1 error; nothing was written.
  [5]
  $ waarborg ledger anchor --latest
  ! waarborg: error[E0407]: the ledger has no anchor yet
  !   hint: make one: waarborg ledger anchor
  [4]
  $ waarborg ledger anchor --as anna --date 2026-06-30 --dry-run
  ! Would anchor <hash> (56 records, <date>), signed by anna (key 0f5d965b), record 57
  $ waarborg ledger anchor --as anna --date 2026-06-30 --out june.anchor
  Anchored <hash> (56 records, <date>), signed by anna (key 0f5d965b), record 57; written to june.anchor
  $ sed '3s/.*/ROOT/; 7s/ [^ ]*$/ SIGNATURE/' june.anchor
  waarborg.ledger/<hash>
  56
  ROOT
  recorded <time>
  chain <hash>

  — anna SIGNATURE
  $ waarborg ledger anchor --as anna --out june.anchor
  ! june.anchor: error[E0706]: there is a file of that name
  !   hint: it is not written over; name another file
  [7]
  $ waarborg ledger anchor --latest --json | sed 's/"note": .*/"note": .../'
  {
    "schema": "waarborg/ledger-anchor/1",
    "dry_run": false,
    "anchor": {
      "record": 57,
      "records": 56,
      "root": "<hash>",
      "recorded": "<time>",
      "chain": "<hash>",
      "origin": "waarborg.ledger/<hash>",
      "signer": "anna",
      "key": "0f5d965b"
    },
    "note": ...
    "to": null
  }

It is shown wherever the books are.

  $ waarborg fund status | tail -n 2
  Head <hash> (57 records, 1 entries, the last dated 2026-01-05)
  Anchor <hash> (56 records, <date>)
  $ waarborg report trial-balance | head -n 4
  Waarborgfonds Voorbeeld
  trial balance, all entries, in EUR
  head <hash> (57 records)
  anchor <hash> (56 records, <date>)
  $ waarborg ledger backup june.wbb
  copied 57 records to june.wbb, verified; head <hash>
  newest anchor <hash> (56 records, <date>)

Later books extend it.

  $ for ref in K-2 K-3; do waarborg tx post --date 2026-07-01 --debit 1000=5.00 --credit 4120=5.00 --ref $ref -q; done
  $ waarborg ledger verify --anchor june.anchor
  59 records (entries 3, postings 6): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 3; head <hash>
  anchors in the books: 1, all right; the newest <hash> (56 records, <date>)
  the books extend june.anchor
  $ waarborg ledger verify --anchor june.anchor --key keys/anna.pub -q
  $ waarborg ledger verify --anchor june.anchor --key keys/bram.pub
  ! june.anchor: error[E0603]: the anchor is signed by 'anna' with key 0f5d965b, and not with a key that was given
  !   hint: ask the fund for the public key of who signed it, and give it with --key
  [6]
  $ waarborg ledger verify --key keys/bram.pub
  ! waarborg: error[E0201]: --key says who signed the anchor, and there is none
  !   hint: name the anchor's file with --anchor
  [2]

Who knows the keys of the users from elsewhere need not believe the register.

  $ waarborg ledger verify --user-key keys/anna.pub --user-key keys/dirk.pub | tail -n 1
  no user ever had another key than those given
  $ waarborg ledger verify --user-key keys/dirk.pub
  ! waarborg: error[E0603]: record 55 gives user 'anna' key 0f5d965b, which is not among the keys given
  [6]

Only what came since may be read, and then the output says what was not.

  $ waarborg ledger verify --since-anchor
  records 57 to 59 (entries 2, postings 4): numbers, sums, hashes and chain are right;
  head <hash>
  records 1 to 56 were not checked: the stored tree gives them the root that was anchored
  balances and indexes were not compared: that takes all records
  anchors in the books: 1, all right; the newest <hash> (56 records, <date>)
  $ waarborg ledger verify --since-anchor --anchor june.anchor --json
  {
    "schema": "waarborg/ledger-verify/1",
    "records": 59,
    "entries": 2,
    "postings": 4,
    "balances": null,
    "hash": "<hash>",
    "root": "<hash>",
    "anchors": 1,
    "anchored": 56,
    "first": 57,
    "trusted": 56,
    "extends": "june.anchor"
  }
  $ waarborg ledger verify --from 59
  records 59 to 59 (entries 1, postings 2): numbers, sums, hashes and chain are right;
  head <hash>
  records 1 to 58 were not checked: the stored tree gives the first 56 the root that was
  anchored, and no anchor covers the others
  balances and indexes were not compared: that takes all records
  $ waarborg ledger verify --from 40
  records 40 to 59 (entries 3, postings 6): numbers, sums, hashes and chain are right;
  head <hash>
  records 1 to 39 were not checked: the stored tree gives them the root that was anchored
  balances and indexes were not compared: that takes all records
  anchors in the books: 1, all right; the newest <hash> (56 records, <date>)
  $ waarborg ledger verify --from 99
  ! waarborg: error[E0407]: there is no record 99; the last is 59
  [4]
  $ waarborg ledger verify --from 3 --since-anchor
  ! waarborg: error[E0201]: give --from or --since-anchor, not both
  [2]

A copy that lacks its end is found out, and not restored.

  $ waarborg ledger anchor --as anna --out july.anchor --date 2026-07-31
  Anchored <hash> (59 records, <date>), signed by anna (key 0f5d965b), record 60; written to july.anchor
  $ waarborg ledger restore june.wbb old --anchor july.anchor
  ! july.anchor: error[E0604]: the anchor names record 59, this ledger ends at 57: 2 records are missing at the end
  !   hint: restore a newer backup; do not post to this copy
  [6]
  $ ls old
  ! ls: cannot access 'old': No such file or directory
  [2]
  $ waarborg ledger restore june.wbb old --anchor june.anchor
  restored 57 records to old, verified; head <hash>
  newest anchor <hash> (56 records, <date>)
  the books extend june.anchor
  $ waarborg -C old ledger verify --anchor july.anchor
  ! july.anchor: error[E0604]: the anchor names record 59, this ledger ends at 57: 2 records are missing at the end
  !   hint: restore a newer backup; do not post to this copy
  [6]
  $ waarborg -C old tx post --date 2026-07-01 --debit 1000=6.00 --credit 4120=6.00 --ref K-2 -q
  $ waarborg -C old tx post --date 2026-07-01 --debit 1000=5.00 --credit 4120=5.00 --ref K-3 -q
  $ waarborg -C old ledger verify --anchor july.anchor | tr -d 0-9
  ! july.anchor: error[E0604]: the first 59 records are not those that were anchored: their root is <hash>, the anchor's <hash>
  !   hint: records were changed or put in since; restore a backup that extends the anchor, and keep this copy as evidence
  $ waarborg -C old ledger verify --anchor june.anchor | tail -n 1
  the books extend june.anchor

Another fund's books do not pass for these, and no other file for an anchor.

  $ waarborg fund init other --name Other --year 2026 -q; waarborg -C other ledger verify --anchor june.anchor | tr -d 0-9
  ! june.anchor: error[E0604]: the anchor is of another ledger: 'waarborg.ledger/<hash>', and this one is 'waarborg.ledger/<hash>'
  !   hint: the first record is not the same: another fund, or made anew
  $ echo hello >no.anchor; waarborg ledger verify --anchor no.anchor
  ! no.anchor:2: error[E0301]: no blank line between a text and its signatures
  [3]
  $ sed '2s/56/55/' june.anchor >forged.anchor; waarborg ledger verify --anchor forged.anchor
  ! forged.anchor: error[E0603]: the signature of anna (key 0f5d965b) does not hold
  [6]

A proof says that a record is in the books, to somebody who has only the public key.

  $ waarborg ledger proof 54 --out deposit.proof
  Proof that record 54 is in the books of <hash> (59 records, <date>); written to deposit.proof
  $ head -n 1 deposit.proof; grep -c . deposit.proof
  c2sp.org/tlog-proof@v1
  15
  $ waarborg ledger proof 54 --out deposit.proof
  ! deposit.proof: error[E0706]: there is a file of that name
  !   hint: it is not written over; name another file
  [7]
  $ waarborg ledger proof 60
  ! waarborg: error[E0407]: record 60 came after the newest anchor, of 59
  !   hint: make a new one: waarborg ledger anchor
  [4]
  $ waarborg ledger proof 60 --fresh --as anna --json | sed 's/"proof": .*/"proof": .../'
  {
    "schema": "waarborg/ledger-proof/1",
    "of": {
      "record": 60
    },
    "records": 60,
    "root": "<hash>",
    "proof": ...
    "to": null
  }
  $ waarborg ledger proof --consistency june.anchor --out half-year.proof
  Proof that the records of june.anchor are the first in the books of <hash> (59 records, <date>); written to half-year.proof
  $ waarborg proof check deposit.proof --key keys/anna.pub >/dev/null && echo holds
  holds
  $ waarborg proof check half-year.proof --older june.anchor --key keys/anna.pub >/dev/null && echo holds
  holds
  $ waarborg ledger proof
  ! waarborg: error[E0201]: of what: a record's number, or --consistency
  !   hint: waarborg ledger proof 54, or: waarborg ledger proof --consistency FILE
  [2]
  $ waarborg ledger proof 1000
  ! waarborg: error[E0407]: there is no record 1000; the last is 60
  [4]

A ledger can be made anew of its records.

  $ waarborg ledger rebuild fonds anew
  rebuilt 60 records to anew, verified; head <hash>
  newest anchor <hash> (59 records, <date>)
  $ waarborg ledger verify --json >a; waarborg -C anew ledger verify --json | diff a - && echo equal
  equal
  $ waarborg ledger rebuild fonds anew
  ! anew: error[E0706]: there is a ledger here already
  [7]
