Four eyes. A fund starts in trial: one person, no signatures, and every status says so. Once they
are switched on, for ever, nothing is posted without a checker other than its maker.

  $ fund.sh; keys.sh; printf 'id,name,revenue\nP1,Aanbieder 1,40000000\n' | waarborg -q party import - --kind provider --date 2026-01-01
  $ waarborg fund status | sed -n 2p
  Four eyes: off (trial: one person, no signatures)
  $ waarborg pending list
  Nothing waits.
  $ waarborg fund four-eyes on
  ! waarborg: error[E0501]: 'anna' is not a user of the fund
  !   hint: an admin records users: waarborg user add
  ! 1 error; nothing was written.
  [5]
  $ waarborg -q user add anna --role maker --role admin --key keys/anna.pub
  $ waarborg fund four-eyes on
  ! waarborg: error[E0408]: it would lock the fund out: a change of users needs an admin and 2 checkers beside him or her, all active
  !   hint: record more users first, or rules that ask for fewer checkers
  ! 1 error; nothing was written.
  [4]
  $ waarborg -q user add bram --role checker --key keys/bram.pub
  $ waarborg -q user add chantal --role maker --role checker --key keys/chantal.pub
  $ waarborg fund four-eyes off
  ! command line: error[E0201]: four eyes can only be switched on, for ever
  !       | waarborg fund four-eyes off
  !       |                         ^~~
  [2]
  $ waarborg fund four-eyes on --as bram
  ! waarborg: error[E0501]: only an active admin may switch four eyes on
  ! 1 error; nothing was written.
  [5]
  $ waarborg fund four-eyes on --dry-run
  Four eyes would be on, from record 59 and for ever, signed by anna.
  Nothing is posted any more without a checker other than its maker.
  $ waarborg fund four-eyes on
  Four eyes are on, from record 59 and for ever, signed by anna.
  Nothing is posted any more without a checker other than its maker.
  $ waarborg fund four-eyes on
  ! waarborg: error[E0408]: four eyes are on already
  ! 1 error; nothing was written.
  [4]
  $ waarborg fund status | sed -n 2p
  Four eyes: on; 0 proposals wait

What a command writes is proposed, by the key of its maker; the same commands, the same checks.

  $ waarborg tx post --date 2026-02-01 --ref M-1 --memo 'bankkosten' --debit 4120=12.50 --credit 1000=12.50
  1 entry to be posted
  Pending P-60: 1 record, EUR 12.50; waiting for a checker other than anna.
  $ waarborg tx post --date 2026-02-01 --ref M-1 --memo 'bankkosten' --debit 4120=12.50 --credit 1000=12.50
  already proposed, as P-60: the same content under the same reference
  $ waarborg tx post --date 2026-02-01 --ref M-1 --memo 'bankkosten' --debit 4120=99.50 --credit 1000=99.50
  ! waarborg: error[E0405]: reference 'M-1' of 'cli' is in P-60 already, with other content
  !   hint: give the new entry a reference of its own, or reject P-60
  [4]
  $ waarborg loan new L-1 --party P1 --principal 60000.00 --rate 4% --start 2026-02-01 --maturity 2028-02-01
  Loan L-1 to P1, at most EUR 60000.00, to be recorded.
  Pending P-61: 1 record, EUR 0.00; waiting for a checker other than anna.
  $ waarborg contribution assess --year 2026 --group municipalities --amount 90000.00 --key under18 --ref B-1 --date 2026-01-15 --json
  {
    "schema": "waarborg/contribution-assess/1",
    "proposal": 62,
    "dry_run": false,
    "reference": "B-1",
    "amount": "90000.00",
    "parties": 3,
    "number": null,
    "already": false
  }
  $ waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=2.00
  ! command line: error[E0401]: debits and credits differ by EUR 1.00
  !       | waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=2.00
  !       |                                                 ^~~~~~~~~~~~~~~~~~~~~~~
  !   hint: debit 1.00 more, or correct an amount
  [4]
  $ waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00 --dry-run
  would be posted as entry 63; head <hash>
  $ waarborg pending list
  id    maker  what                        debit  approvals  until
  P-60  anna   memorial                    12.50  0 of 1     <+30 days>
  P-61  anna   loan L-1                     0.00  0 of 1     <+30 days>
  P-62  anna   decision B-1 and 1 more  90000.00  0 of 1     <+30 days>
  $ waarborg fund status | sed -n 2p
  Four eyes: on; 3 proposals wait
  $ waarborg report trial-balance
  Waarborgfonds Voorbeeld
  trial balance, all entries, in EUR
  head <hash> (62 records)

  account  name                              debit       credit      balance
  0200     Stichtings-/beginkapitaal          0.00   1000000.00  -1000000.00
  1000     Schatkist rekening-courant   1000000.00         0.00   1000000.00
  total                                 1000000.00   1000000.00         0.00

Nobody approves what he made, whatever the program in front; nor who is no checker, or has no key.

  $ waarborg pending approve P-60 --as anna
  ! command line: error[E0501]: anna made P-60 and may not approve it
  !       | waarborg pending approve P-60 --as anna
  !       |                          ^~~~
  !   hint: ask a checker: bram, chantal
  ! 1 error; nothing was decided.
  [5]
  $ waarborg pending approve P-60 --as bram --key-file keys/anna.key
  ! keys/anna.key: error[E0503]: this is the key of anna, and bram signs
  !   hint: say who signs with --as
  ! 1 error; nothing was decided.
  [5]
  $ waarborg pending approve P-60 --as dirk
  ! command line: error[E0501]: 'dirk' is not a user of the fund
  !       | waarborg pending approve P-60 --as dirk
  !       |                          ^~~~
  !   hint: an admin records users: waarborg user add
  ! 1 error; nothing was decided.
  [5]
  $ waarborg pending approve P-60 --as erik
  ! keys/erik.key: error[E0701]: cannot open the key: No such file or directory
  !   hint: this is signed by erik: name the key with --key-file, its directory in WAARBORG_KEYS, or who signs with --as
  ! 1 error; nothing was decided.
  [7]
  $ echo 'wrong horse battery' >wrong; waarborg pending approve P-60 --as bram --passphrase-file wrong
  ! keys/bram.key: error[E0503]: the passphrase is not that of the key of bram
  ! 1 error; nothing was decided.
  [5]
  $ waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00 --as bram
  ! waarborg: error[E0501]: 'bram' may not propose entries and documents: that takes the role of maker
  [5]
  $ waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00 --as dirk
  ! waarborg: error[E0501]: 'dirk' is not a user of the fund
  !   hint: an admin records users: waarborg user add
  [5]

An approval posts it, right behind the verdict.

  $ waarborg pending show P-60
  proposal    P-60, open
  maker       anna
  recorded    <time>
  until       <+30 days>
  records     1, EUR 12.50
  approvals   0 of 1
  hash        <hash>

  1.
  date        2026-02-01
  event       memorial
  reference   M-1
  memo        bankkosten
  maker       anna

  account  name                        party  debit  credit
  4120     Bankkosten                         12.50
  1000     Schatkist rekening-courant                 12.50
  $ waarborg pending approve P-60 --as bram --dry-run
  P-60 would be approved by bram; posted as record 64.
  $ waarborg pending approve P-60 --as bram
  P-60 approved by bram; posted as record 64.
  Head <hash> (64 records)
  $ waarborg pending approve P-60 --as chantal
  ! command line: error[E0408]: P-60 is posted already, by record 63
  !       | waarborg pending approve P-60 --as chantal
  !       |                          ^~~~
  ! 1 error; nothing was decided.
  [4]
  $ waarborg pending show 60
  proposal    P-60, posted
  maker       anna
  recorded    <time>
  until       <+30 days>
  records     1, EUR 12.50
  approvals   1 of 1
              approve by bram, record 63
  posted      from record 64
  hash        <hash>

  1.
  date        2026-02-01
  event       memorial
  reference   M-1
  memo        bankkosten
  maker       anna

  account  name                        party  debit  credit
  4120     Bankkosten                         12.50
  1000     Schatkist rekening-courant                 12.50
  $ waarborg pending approve P-61 P-62 --as chantal
  P-61 approved by chantal; posted as record 66.
  P-62 approved by chantal; posted as records 68 to 69.
  Head <hash> (69 records)
  $ waarborg pending list
  Nothing waits.
  $ waarborg pending list --as-of-record 62
  as known after record 62 (<time>)
  id    maker  what                        debit  approvals  until
  P-60  anna   memorial                    12.50  0 of 1     <+30 days>
  P-61  anna   loan L-1                     0.00  0 of 1     <+30 days>
  P-62  anna   decision B-1 and 1 more  90000.00  0 of 1     <+30 days>
  $ waarborg pending show P-61 --as-of-record 62
  as known after record 62 (<time>)
  proposal    P-61, open
  maker       anna
  recorded    <time>
  until       <+30 days>
  records     1, EUR 0.00
  approvals   0 of 1
  hash        <hash>

  1.
  loan        L-1
  date        2026-02-01
  body        {"account":"0100","day_count":"30/360","maturity":"2028-02-01","override_reason":"","party":"P1","principal":"60000.00","rate":"0.04","start":"2026-02-01"}
  $ waarborg tx show 64
  entry       64
  date        2026-02-01
  event       memorial
  reference   M-1
  memo        bankkosten
  maker       anna
  proposal    P-60, approved by bram
  recorded    <time>
  hash        <hash>

  account  name                        party  debit  credit
  4120     Bankkosten                         12.50
  1000     Schatkist rekening-courant                 12.50
  $ waarborg tx show 64 --json
  {
    "schema": "waarborg/tx/1",
    "entry": {
      "number": 64,
      "kind": "entry",
      "recorded": "<time>",
      "date": "2026-02-01",
      "event": "memorial",
      "subject": null,
      "source": "cli",
      "reference": "M-1",
      "memo": "bankkosten",
      "maker": "anna",
      "postings": [
        {
          "account": "4120",
          "party": null,
          "amount": "12.50"
        },
        {
          "account": "1000",
          "party": null,
          "amount": "-12.50"
        }
      ],
      "proposal": 60,
      "approvals": 1,
      "hash": "<hash>"
    },
    "approved_by": [
      "bram"
    ]
  }
  $ waarborg loan disburse L-1 --date 2026-02-01 --amount 50000.00 --as chantal
  L-1  EUR 50000.00 to be paid out.
  L-1  EUR 50000.00 outstanding then.
  Pending P-70: 1 record, EUR 50000.00; waiting for a checker other than chantal.
  $ waarborg pending approve P-70 --as bram --json
  {
    "schema": "waarborg/pending-verdicts/1",
    "dry_run": false,
    "verdict": "approve",
    "verdicts": [
      {
        "proposal": 70,
        "number": 71,
        "approvals": 1,
        "needed": 1,
        "first": 72,
        "posted": 1
      }
    ],
    "head": {
      "count": 72,
      "entries": 4,
      "hash": "<hash>"
    }
  }
  $ waarborg loan list
  loan  party  maturity    principal  paid out  repaid  written off  outstanding  interest due
  L-1   P1     2028-02-01   60000.00  50000.00    0.00         0.00     50000.00          0.00
  $ waarborg tx reverse 64 --reason 'dubbel' --date 2026-02-02
  entry 64 to be reversed
  Pending P-73: 1 record, EUR 12.50; waiting for a checker other than anna.
  $ waarborg tx reverse 64 --reason 'dubbel' --date 2026-02-02
  ! waarborg: error[E0406]: P-73, which is open, reverses entry 64
  [4]
  $ waarborg ledger log --from 60 | sed "s/  $(date -u +%F)  /  <today>     /"
  record  recorded                     kind      date        what                   maker    hash       proposal
      60  <time>  proposal  <today>                            anna     <hash>
      61  <time>  proposal  <today>                            anna     <hash>
      62  <time>  proposal  <today>                            anna     <hash>
      63  <time>  verdict   <today>                            bram     <hash>  P-60
      64  <time>  entry     2026-02-01  memorial               anna     <hash>  P-60, 1 approval
      65  <time>  verdict   <today>                            chantal  <hash>  P-61
      66  <time>  loan      2026-02-01  L-1                    anna     <hash>  P-61, 1 approval
      67  <time>  verdict   <today>                            chantal  <hash>  P-62
      68  <time>  decision  2026-01-15  B-1                    anna     <hash>  P-62, 1 approval
      69  <time>  entry     2026-01-15  contribution-assessed  anna     <hash>  P-62, 1 approval
      70  <time>  proposal  <today>                            chantal  <hash>
      71  <time>  verdict   <today>                            bram     <hash>  P-70
      72  <time>  entry     2026-02-01  loan-disbursed         chantal  <hash>  P-70, 1 approval
      73  <time>  proposal  <today>                            anna     <hash>
  $ waarborg ledger verify
  73 records (entries 4, postings 10): numbers, sums, hashes and chain are right;
  balances recomputed and equal: 8; head <hash>

Write-offs need two checkers. What rests on balances that have changed since is stale.

  $ waarborg loan writeoff L-1 --date 2026-03-01 --amount 1000.00 --reason 'akkoord'
  L-1  EUR 166.67 interest to be accrued.
  L-1  EUR 1000.00 to be written off.
  L-1  EUR 49000.00 outstanding then.
  Pending P-74: 2 records, EUR 1166.67; waiting for 2 checkers other than anna.
  $ waarborg pending approve P-74 --as bram
  P-74 approved by bram, 1 of 2.
  $ waarborg pending approve P-74 --as bram
  ! command line: error[E0501]: 'bram' approved P-74 already, in record 75
  !       | waarborg pending approve P-74 --as bram
  !       |                          ^~~~
  ! 1 error; nothing was decided.
  [5]
  $ waarborg loan repay L-1 --date 2026-03-01 --amount 500.00 --as anna
  L-1  EUR 166.67 interest to be accrued.
  L-1  EUR 500.00 to be received: EUR 166.67 interest + EUR 333.33 principal.
  L-1  EUR 49666.67 outstanding then.
  Pending P-76: 2 records, EUR 666.67; waiting for a checker other than anna.
  $ waarborg loan repay L-1 --date 2026-03-01 --amount 500.00 --as anna
  Already proposed, as P-76; nothing was posted.
  $ waarborg pending approve P-76 --as chantal
  P-76 approved by chantal; posted as records 78 to 79.
  Head <hash> (79 records)
  $ waarborg pending approve P-74 --as chantal
  ! command line: error[E0411]: P-74 is stale: subject 'L-1' has record 79 since
  !       | waarborg pending approve P-74 --as chantal
  !       |                          ^~~~
  !   hint: withdraw it and propose again: waarborg pending withdraw P-74 --reason WHY
  ! 1 error; nothing was decided.
  [4]

Reject, withdraw, expire.

  $ waarborg pending reject P-74 --reason 'opnieuw berekenen' --as chantal
  P-74 rejected by chantal.
  $ waarborg tx post --date 2026-03-01 --debit 4120=1.00 --credit 1000=1.00
  1 entry to be posted
  Pending P-81: 1 record, EUR 1.00; waiting for a checker other than anna.
  $ waarborg pending withdraw P-81 --reason 'vergissing' --as bram
  ! command line: error[E0501]: only its maker, 'anna', may withdraw P-81
  !       | waarborg pending withdraw P-81 --reason vergissing --as bram
  !       |                           ^~~~
  ! 1 error; nothing was decided.
  [5]
  $ waarborg pending reject P-81 --reason 'vergissing'
  ! command line: error[E0501]: anna made P-81 and may not reject it
  !       | waarborg pending reject P-81 --reason vergissing
  !       |                         ^~~~
  !   hint: ask a checker: bram, chantal
  ! 1 error; nothing was decided.
  [5]
  $ waarborg pending withdraw P-81 --reason 'vergissing'
  P-81 withdrawn by anna.
  $ waarborg pending withdraw P-81 --reason 'vergissing'
  ! command line: error[E0408]: P-81 is withdrawn already, by record 82
  !       | waarborg pending withdraw P-81 --reason vergissing
  !       |                           ^~~~
  ! 1 error; nothing was decided.
  [4]
  $ waarborg pending expire
  Nothing has passed its last day.
  $ waarborg pending show P-81 --json
  {
    "schema": "waarborg/pending/1",
    "proposal": {
      "number": 81,
      "state": "withdrawn",
      "maker": "anna",
      "recorded": "<time>",
      "expires": "<+30 days>",
      "computed": false,
      "reason": null,
      "records": 1,
      "debit": "1.00",
      "approvals": 0,
      "needed": 1,
      "verdicts": [
        {
          "number": 82,
          "verdict": "withdraw",
          "by": "anna",
          "recorded": "<time>",
          "reason": "vergissing",
          "counts": false
        }
      ],
      "hash": "<hash>"
    },
    "records": [
      {
        "kind": "entry",
        "date": "2026-03-01",
        "event": "memorial",
        "subject": null,
        "source": null,
        "reference": null,
        "memo": "",
        "maker": "anna",
        "postings": [
          {
            "account": "4120",
            "party": null,
            "amount": "1.00"
          },
          {
            "account": "1000",
            "party": null,
            "amount": "-1.00"
          }
        ]
      }
    ]
  }
  $ waarborg pending approve twee P-x --as bram
  ! command line: error[E0314]: 'twee' is not a proposal
  !       | waarborg pending approve twee P-x --as bram
  !       |                          ^~~~
  !   hint: they look like P-12: waarborg pending list
  ! command line: error[E0314]: 'P-x' is not a proposal
  !       | waarborg pending approve twee P-x --as bram
  !       |                               ^~~
  !   hint: they look like P-12: waarborg pending list
  ! 2 errors; nothing was decided.
  [3]
  $ waarborg pending approve P-1 P-999 --as bram
  ! command line: error[E0407]: record 1 is not a proposal
  !       | waarborg pending approve P-1 P-999 --as bram
  !       |                          ^~~
  !   hint: see the open ones: waarborg pending list
  ! 1 error; nothing was decided.
  [4]
