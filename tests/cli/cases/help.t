Every command explains itself, and a wrong word gets the nearest right one.

  $ waarborg version
  waarborg 0.1.0
  $ waarborg --help | head -n 4
  waarborg - the books and the foresight of a guarantee fund

  usage: waarborg NOUN VERB [OPTIONS] [OPERANDS]

  $ waarborg --help | grep -c '^  ledger '
  7
  $ waarborg --help | tail -n 3
  See 'waarborg NOUN VERB --help' for one command.
  Exit status: 0 ok, 1 the answer is no, 2 usage, 3 input invalid, 4 refused by a rule,
  5 not authorised, 6 integrity broken, 7 input/output, 8 interrupted, 70 internal error.
  $ waarborg ledger --help
  usage: waarborg ledger VERB [OPTIONS]

    ledger verify               recompute everything from the records and name the first bad one
    ledger log                  list every record: entries and documents
    ledger backup               copy the ledger to a file while it is in use, and verify the copy
    ledger restore              verify a backup and make a ledger of it
    ledger rebuild              make a new ledger of the records of an old or damaged one
    ledger anchor               sign a checkpoint of all records, to be kept by others
    ledger proof                prove that a record is in the books, or that they extend an anchor

  See 'waarborg ledger VERB --help'.
  $ waarborg tx post --help
  waarborg tx post - post entries from a CSV file, or one entry from options

  usage: waarborg tx post [FILE] [OPTIONS]

  In the file each row is a posting and consecutive rows with one ref are one entry;
  debits are positive, credits negative, and the rows of an entry add up to 0.00.
  Every wrong cell of the file is reported in one run, and then nothing is written.
  A file that was posted before posts nothing again.

    FILE                        a CSV file with ref,date,memo,account,party,amount, or - for standard input

  options:
    --date DATE                 effective date of the entry, such as 2026-03-10
    --debit CODE[:PARTY]=AMOUNT
                                debit an account (may be repeated)
    --credit CODE[:PARTY]=AMOUNT
                                credit an account (may be repeated)
    --memo TEXT                 what it is for
    --ref REF                   external reference: the same again is posted once

  common options:
    -C DIR                      the directory of the fund (default: WAARBORG_FUND, else here)
    --json                      print the result, and errors, as JSON
    -q                          print no remarks, only results and errors
    --help                      show this help
    --dry-run                   check everything, write nothing
    --as NAME                   who makes the entry (default: WAARBORG_AS, else the user's name)
    --key-file FILE             the key of who makes or approves (default: NAME.key in WAARBORG_KEYS)
    --passphrase-file FILE      the passphrase of the key, its first line (default: asked for)
    --expires DATE              under four eyes, the last day on which it may be approved (default: 30 days)

  example:
    waarborg tx post memoriaal.csv --dry-run
    waarborg tx post --date 2026-03-10 --debit 4120=12.50 --credit 1000=12.50 --memo "bank charges"

A wrong word is usage, exit 2, with a caret under it.

  $ waarborg ledgr verify
  ! command line: error[E0201]: unknown command 'ledgr'
  !       | waarborg ledgr verify
  !       |          ^~~~~
  !   hint: did you mean 'ledger'?
  [2]
  $ waarborg ledger
  ! command line: error[E0201]: 'ledger' needs a verb
  !       | waarborg ledger
  !       |                ^
  !   hint: one of: verify, log, backup, restore, rebuild, anchor, proof
  [2]
  $ waarborg ledger verfy
  ! command line: error[E0201]: 'ledger' has no verb 'verfy'
  !       | waarborg ledger verfy
  !       |                 ^~~~~
  !   hint: did you mean 'verify'?
  [2]
  $ waarborg tx list --form 2026-01-01
  ! command line: error[E0201]: 'tx list' has no option '--form'
  !       | waarborg tx list --form 2026-01-01
  !       |                  ^~~~~~
  !   hint: did you mean '--from'?
  [2]
  $ waarborg tx show
  ! command line: error[E0201]: ENTRY is missing
  !       | waarborg tx show
  !       |                 ^
  !   hint: ENTRY: the number of the entry
  [2]
  $ waarborg tx show 1 2
  ! command line: error[E0201]: '2' is one word too many
  !       | waarborg tx show 1 2
  !       |                    ^
  !   hint: see 'waarborg tx show --help'
  [2]
  $ waarborg tx list --from
  ! command line: error[E0201]: option '--from' needs a value: DATE
  !       | waarborg tx list --from
  !       |                  ^~~~~~
  [2]
  $ waarborg tx list --from 2026-01-01 --from 2026-01-02
  ! command line: error[E0201]: option '--from' is given twice
  !       | waarborg tx list --from 2026-01-01 --from 2026-01-02
  !       |                                    ^~~~~~
  [2]
  $ waarborg tx list --json=yes
  ! command line: error[E0201]: option '--json' takes no value
  !       | waarborg tx list --json=yes
  !       |                  ^~~~~~~~~~
  [2]
  $ waarborg --dry-run ledger verify
  ! command line: error[E0201]: '--dry-run' is for commands that write
  !       | waarborg --dry-run ledger verify
  !       |          ^~~~~~~~~
  [2]
  $ waarborg tx list --from 2026-02-30 --to 2026-1-5
  ! fonds: error[E0705]: there is no ledger here
  !   hint: name the fund with -C DIR or WAARBORG_FUND, or make one: waarborg fund init DIR
  [7]
  $ waarborg tx show 1x
  ! fonds: error[E0705]: there is no ledger here
  !   hint: name the fund with -C DIR or WAARBORG_FUND, or make one: waarborg fund init DIR
  [7]
  $ waarborg tx reverse 4 --reason 'it'"'"'s wrong' extra
  ! command line: error[E0201]: 'extra' is one word too many
  !       | waarborg tx reverse 4 --reason 'it'\''s wrong' extra
  !       |                                                ^~~~~
  !   hint: see 'waarborg tx reverse --help'
  [2]

With --json errors are JSON too, one on a line.

  $ waarborg ledger verfy --json
  ! {"schema":"waarborg/error/1","code":"E0201","exit":2,"message":"'ledger' has no verb 'verfy'","hint":"did you mean 'verify'?","at":{"file":"command line","column":17,"end_column":22}}
  [2]
  $ waarborg tx list --json --from 2026-02-30 --to 2026-1-5
  ! {"schema":"waarborg/error/1","code":"E0705","exit":7,"message":"there is no ledger here","hint":"name the fund with -C DIR or WAARBORG_FUND, or make one: waarborg fund init DIR","at":{"file":"fonds"}}
  [7]
