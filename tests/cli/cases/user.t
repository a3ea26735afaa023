Users and rules. In trial one person records them; once four eyes are on, two checkers approve.

  $ fund.sh; keys.sh
  $ waarborg user list
  user  roles  key  state  since  reason
  $ waarborg user add anna --role maker --role admin --key keys/anna.pub --date 2026-01-10
  User anna added: maker, admin, key 0f5d965b.
  $ waarborg user add bram --role checker --key keys/bram.pub --date 2026-01-10
  User bram added: checker, key 09c3e607.
  $ waarborg user add chantal --role checker --role maker --key keys/chantal.pub --date 2026-01-10
  User chantal added: maker, checker, key 344ede1f.
  $ waarborg user add dirk --role auditor --key keys/dirk.pub --date 2026-01-10 --dry-run
  User dirk would be added: auditor, key 4303baac.
  $ waarborg user add dirk --role auditor --key keys/dirk.pub --date 2026-01-10 --json
  {
    "schema": "waarborg/user-add/1",
    "dry_run": false,
    "user": {
      "name": "dirk",
      "roles": [
        "auditor"
      ],
      "state": "active",
      "id": "4303baac",
      "key": "dirk+4303baac+AWNVaRwXio/5EAenR4r7lV73NSxj57JXA5hM94sm4hpW",
      "reason": null
    }
  }
  $ waarborg user list
  user     roles           key       state   since  reason
  anna     maker, admin    0f5d965b  active     55
  bram     checker         09c3e607  active     56
  chantal  maker, checker  344ede1f  active     57
  dirk     auditor         4303baac  active     58
  $ waarborg user roles chantal --role checker --date 2026-01-11
  User chantal changed: checker, key 344ede1f.
  $ waarborg user rotate anna --key keys/anna-2.pub --reason 'laptop kwijt' --date 2026-01-12
  User anna given another key: maker, admin, key 08276cba.
  $ waarborg user revoke dirk --reason 'opdracht klaar' --date 2026-01-12
  User dirk revoked: auditor, key 4303baac.
  $ waarborg user list
  user     roles         key       state    since  reason
  anna     maker, admin  08276cba  active      60  laptop kwijt
  bram     checker       09c3e607  active      56
  chantal  checker       344ede1f  active      59
  dirk     auditor       4303baac  revoked     61  opdracht klaar
  $ waarborg user list --as-of-record 53 --json
  {
    "schema": "waarborg/user-list/1",
    "as_of_record": {
      "number": 53,
      "recorded": "<time>"
    },
    "users": []
  }

What is refused.

  $ waarborg user add anna --role maker --key keys/anna.pub
  ! waarborg: error[E0408]: anna is a user already
  !   hint: for another key: waarborg user rotate; for other roles: waarborg user roles
  ! 1 error; nothing was written.
  [4]
  $ waarborg user add erik --role maker --key keys/anna.pub
  ! command line: error[E0503]: this is the key of anna, not of erik
  !       | waarborg user add erik --role maker --key keys/anna.pub
  !       |                                           ^~~~~~~~~~~~~
  [5]
  $ waarborg user add erik --role penningmeester --role makr --key keys/anna.pub
  ! command line: error[E0316]: 'penningmeester' is not a role
  !       | waarborg user add erik --role penningmeester --role makr --key keys/anna.pub
  !       |                               ^~~~~~~~~~~~~~
  !   hint: one of maker, checker, auditor, admin
  ! command line: error[E0316]: 'makr' is not a role
  !       | waarborg user add erik --role penningmeester --role makr --key keys/anna.pub
  !       |                                                     ^~~~
  !   hint: one of maker, checker, auditor, admin
  [3]
  $ waarborg user add 'an na' --role maker --key keys/anna.pub
  ! command line: error[E0301]: 'an na' is not an id
  !       | waarborg user add 'an na' --role maker --key keys/anna.pub
  !       |                    ^~~~~
  !   hint: 1 to 64 letters, digits or - _ . : /, a letter or digit first
  [3]
  $ waarborg user add erik --role maker --key keys/erik.pub
  ! keys/erik.pub: error[E0701]: cannot open: No such file or directory
  [7]
  $ waarborg user rotate bram --key keys/bram.pub --reason ''
  ! command line: error[E0315]: a reason has 1 to 1024 bytes
  !       | waarborg user rotate bram --key keys/bram.pub --reason ''
  !       |                                                         ^
  [3]
  $ waarborg user rotate anna --key keys/anna.pub --reason 'gevonden'
  ! waarborg: error[E0408]: the key of 'anna' is or was used by a user: see record 55
  !   hint: make a new key: one key, one person, for ever
  ! 1 error; nothing was written.
  [4]
  $ waarborg user rotate erik --key keys/anna.pub --reason 'x'
  ! command line: error[E0503]: this is the key of anna, not of erik
  !       | waarborg user rotate erik --key keys/anna.pub --reason x
  !       |                                 ^~~~~~~~~~~~~
  [5]
  $ waarborg user revoke erik --reason 'x'
  ! waarborg: error[E0407]: there is no user 'erik'
  !   hint: see them all: waarborg user list
  ! 1 error; nothing was written.
  [4]
  $ waarborg user roles dirk --role maker
  ! waarborg: error[E0408]: user 'dirk' was revoked
  !   hint: a person comes back under a new name, with a new key
  ! 1 error; nothing was written.
  [4]
  $ waarborg user revoke bram
  ! command line: error[E0201]: option '--reason' is missing
  !       | waarborg user revoke bram
  !       |                          ^
  !   hint: --reason TEXT: why
  [2]

Rules: how many checkers, by what a proposal is about and its amount.

  $ waarborg rule list
  about             above  checkers
  any                0.00         1
  limit              0.00         2
  loan-written-off   0.00         2
  period-reopen      0.00         2
  rule               0.00         2
  user               0.00         2
  $ waarborg rule set loan-written-off --checkers 1 --above 50000.00 --checkers 2 --date 2026-01-12
  Rule for loan-written-off recorded.
  $ waarborg rule set any --checkers 1 --above 100000.00 --checkers 2 --above 1000000.00 --checkers 3 --json
  {
    "schema": "waarborg/rule-set/1",
    "dry_run": false,
    "rule": {
      "what": "any",
      "tiers": [
        {
          "above": "0.00",
          "checkers": 1
        },
        {
          "above": "100000.00",
          "checkers": 2
        },
        {
          "above": "1000000.00",
          "checkers": 3
        }
      ]
    }
  }
  $ waarborg rule list
  about                  above  checkers
  any                     0.00         1
                     100000.00         2
                    1000000.00         3
  limit                   0.00         2
  loan-written-off        0.00         1
                      50000.00         2
  period-reopen           0.00         2
  rule                    0.00         2
  user                    0.00         2
  $ waarborg rule list --json | head -12
  {
    "schema": "waarborg/rule-list/1",
    "rules": [
      {
        "what": "any",
        "tiers": [
          {
            "above": "0.00",
            "checkers": 1
          },
          {
            "above": "100000.00",
  $ waarborg rule set any --checkers 0
  ! command line: error[E0315]: nothing is posted without a checker
  !       | waarborg rule set any --checkers 0
  !       |                                  ^
  [3]
  $ waarborg rule set any --checkers 11
  ! command line: error[E0315]: '11' is more than 10
  !       | waarborg rule set any --checkers 11
  !       |                                  ^~
  [3]
  $ waarborg rule set any --checkers 1 --above 10.00
  ! command line: error[E0201]: every --above is followed by its --checkers
  !       | waarborg rule set any --checkers 1 --above 10.00
  !       |                                  ^
  !   hint: such as --checkers 1 --above 50000.00 --checkers 2
  [2]
  $ waarborg rule set any --checkers 1 --above ten --checkers 2
  ! command line: error[E0311]: 'ten' is not an amount
  !       | waarborg rule set any --checkers 1 --above ten --checkers 2
  !       |                                            ^~~
  !   hint: write 1234.56
  [3]
  $ waarborg rule set any --checkers 1 --above 10.00 --checkers 2 --above 5.00 --checkers 3
  ! command line: error[E0315]: the amounts do not ascend
  !       | waarborg rule set any --checkers 1 --above 10.00 --checkers 2 --above 5.00 --checkers 3
  !       |                                                                       ^~~~
  [3]
  $ waarborg rule set 'loan 7' --checkers 1
  ! command line: error[E0301]: 'loan 7' is not an id
  !       | waarborg rule set 'loan 7' --checkers 1
  !       |                    ^~~~~~
  !   hint: 1 to 64 letters, digits or - _ . : /, a letter or digit first
  [3]
  $ waarborg rule set any
  ! command line: error[E0201]: option '--checkers' is missing
  !       | waarborg rule set any
  !       |                      ^
  !   hint: --checkers N: how many must approve
  [2]
