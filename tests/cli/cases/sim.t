A simulation whose every figure can be worked out by hand: one provider is certain to fall into
distress in the first year, the other never. The fund starts with 60 000, gets 30 000 a year from the
state, and may call 5 000 of obligo: 95 000 of the 120 000 that is lost can be paid.

  $ cat > zeker.yaml <<'END'
  > waarborg: scenario/1
  > name: zeker
  > start: 2027-01-01
  > horizon: {years: 2}
  > run: {paths: 400, seed: 1}
  > fund: {opening: {cash: 60 000.00}}
  > contributions:
  >   - {group: state, amount: 30 000.00}
  > waterfall: {obligo: {cap: 10%, base: 50 000.00}}
  > providers:
  >   - {id: a, pd: 100%, loss: 120 000.00}
  >   - {id: b, pd: 0%, loss: 80 000.00}
  > measures: {levels: [99%], exceed: [94 999.99, 95 000.00], fund_levels: [5%, 95%]}
  > END
  $ waarborg sim run zeker.yaml -q | head -n 1
  zeker
  $ waarborg sim run zeker.yaml 2>/dev/null
  zeker
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 60 000.00 euros.

  The chance that within 2 years            (95% interval)
     100.00%  (99.05% .. 100.00%)  the fund's own money does not suffice, and others are called on [capital_used]
     100.00%  (99.05% .. 100.00%)  the levy does not suffice, and the obligo is called [obligo_called]
     100.00%  (99.05% .. 100.00%)  levy and obligo are used up, and the backstop is asked [obligo_used_up]
     100.00%  (99.05% .. 100.00%)  the backstop is used up to its limit [backstop_used_up]
     100.00%  (99.05% .. 100.00%)  support is asked that nobody can pay [ruin]

  Loss over the 2 years: money that does not come back, in euros
    on average 95 000.00  (95 000.00 .. 95 000.00)
    in one of 100 futures more than 95 000.00  (95 000.00 .. ?), then on average 95 000.00  (? .. ?)
    more than 94 999.99: 100.00%  (99.05% .. 100.00%)
    more than 95 000.00: 0.00%  (0.00% .. 0.95%)

  Whose losses they are, in one of 100 futures, in euros (the largest)
       95 000.00  (? .. ?)  100.00%  a

  Year by year, in euros: the balance at the end, on average and between which
  amounts it lies (5% is lower than the first, 95% lower than the second); the average loss;
  the average amount called on others; and the chance that some support was not paid so far
    year         balance              5%             95%          loss        called    unpaid
       1            0.00            0.00            0.00     95 000.00      5 000.00   100.00%
       2       30 000.00       30 000.00       30 000.00          0.00          0.00   100.00%

  The interval says how sure the simulation is of a figure, not how sure its assumptions are.
  $ waarborg sim run zeker.yaml --json -q --timing tijd.json
  {
    "schema": "waarborg/sim-result/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "zeker"},
    "seed": 1,
    "paths": 400,
    "measures": [
      {"amount": {"eur": "95000.00"}, "ci95": [{"eur": "95000.00"}, {"eur": "95000.00"}], "id": "loss_mean"},
      {"amount": {"eur": "95000.00"}, "ci95": [{"eur": "95000.00"}, {"eur": "95000.00"}], "id": "loss_mean", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "loss_mean", "year": 2},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "loss_sd"},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "loss_sd", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "loss_sd", "year": 2},
      {"amount": {"eur": "95000.00"}, "ci95": [{"eur": "95000.00"}, null], "id": "var", "level": "0.99"},
      {"amount": {"eur": "95000.00"}, "ci95": [{"eur": "95000.00"}, null], "id": "var", "level": "0.99", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, null], "id": "var", "level": "0.99", "year": 2},
      {"amount": {"eur": "95000.00"}, "ci95": [null, null], "id": "es", "level": "0.99"},
      {"amount": {"eur": "95000.00"}, "ci95": [null, null], "id": "es", "level": "0.99", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [null, null], "id": "es", "level": "0.99", "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "exceed", "se": 0.0, "threshold": "94999.99", "value": 1.0},
      {"ci95": [0.0, 0.0095126405996806673], "id": "exceed", "se": 0.0, "threshold": "95000.00", "value": 0.0},
      {"amount": {"eur": "95000.00"}, "ci95": [{"eur": "95000.00"}, null], "id": "need_var", "level": "0.99"},
      {"amount": {"eur": "95000.00"}, "ci95": [null, null], "id": "need_es", "level": "0.99"},
      {"ci95": [0.9904873594003194, 1.0], "id": "capital_used", "se": 0.0, "value": 1.0, "year": 1},
      {"ci95": [0.9904873594003194, 1.0], "id": "capital_used", "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "obligo_called", "se": 0.0, "value": 1.0, "year": 1},
      {"ci95": [0.9904873594003194, 1.0], "id": "obligo_called", "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "obligo_used_up", "se": 0.0, "value": 1.0, "year": 1},
      {"ci95": [0.9904873594003194, 1.0], "id": "obligo_used_up", "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "backstop_used_up", "se": 0.0, "value": 1.0, "year": 1},
      {"ci95": [0.9904873594003194, 1.0], "id": "backstop_used_up", "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "ruin", "se": 0.0, "value": 1.0, "year": 1},
      {"ci95": [0.9904873594003194, 1.0], "id": "ruin", "se": 0.0, "value": 1.0, "year": 2},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "fund_mean", "year": 1},
      {"amount": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "id": "fund_mean", "year": 2},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "fund_quantile", "level": "0.05", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "fund_quantile", "level": "0.95", "year": 1},
      {"amount": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "id": "fund_quantile", "level": "0.05", "year": 2},
      {"amount": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "id": "fund_quantile", "level": "0.95", "year": 2},
      {"amount": {"eur": "5000.00"}, "ci95": [{"eur": "5000.00"}, {"eur": "5000.00"}], "id": "call_mean", "layer": "obligo", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "call_mean", "layer": "obligo", "year": 2},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "group": "municipalities", "id": "contribution_mean", "year": 1},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "group": "municipalities", "id": "contribution_mean", "year": 2},
      {"amount": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "group": "state", "id": "contribution_mean", "year": 1},
      {"amount": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "group": "state", "id": "contribution_mean", "year": 2},
      {"ci95": [1.0, 1.0], "id": "cases", "value": 1.0, "year": 1},
      {"ci95": [0.0, 0.0], "id": "cases", "value": 0.0, "year": 2},
      {"ci95": [1.0, 1.0], "id": "failures", "value": 1.0, "year": 1},
      {"ci95": [0.0, 0.0], "id": "failures", "value": 0.0, "year": 2},
      {"ci95": [0.0, 0.0], "id": "silent_defaults", "value": 0.0, "year": 1},
      {"ci95": [0.0, 0.0], "id": "silent_defaults", "value": 0.0, "year": 2},
      {"amount": {"eur": "95000.00"}, "ci95": [null, null], "id": "es_contribution", "level": "0.99", "provider": "a"},
      {"amount": {"eur": "0.00"}, "ci95": [null, null], "id": "es_contribution", "level": "0.99", "provider": "b"},
      {"ci95": [1.0, 1.0], "id": "concentration_hhi", "level": "0.99", "of": "es_contribution", "value": 1.0},
      {"ci95": [1.0, 1.0], "id": "concentration_top", "level": "0.99", "of": "es_contribution", "top": 1, "value": 1.0},
      {"ci95": [1.0, 1.0], "id": "concentration_top", "level": "0.99", "of": "es_contribution", "top": 5, "value": 1.0},
      {"ci95": [1.0, 1.0], "id": "concentration_top", "level": "0.99", "of": "es_contribution", "top": 10, "value": 1.0}
    ]
  }
  $ grep -c -e kernel -e threads -e seconds -e int64 tijd.json
  4
  $ waarborg sim run zeker.yaml --json -q -n 50 --seed 18446744073709551615 | sed -n '5,6p'
    "seed": 18446744073709551615,
    "paths": 50,
  $ waarborg sim run zeker.yaml --json -q --threads 1 > een.json
  $ waarborg sim run zeker.yaml --json -q --threads 3 --kernel gmp > drie.json
  $ cmp een.json drie.json

The least opening cash: 120 000 less what comes in before, 30 000, and for the obligo its 5 000.

  $ waarborg sim size zeker.yaml --event ruin --target 50% 2>/dev/null
  zeker
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 60 000.00 euros.

  The opening cash with which in 2 years everything that is asked can be paid
  [not ruin] in at least 1 of 2 futures:
    85 000.00 euros  (95% interval 85 000.00 .. 85 000.00)
  To be sure of it as far as these futures can tell: 85 000.00 euros (the upper end of the chance meets the target).
  You have 60 000.00: short by 25 000.00.
  $ waarborg sim size zeker.yaml --event capital_used --target 50% --years 1 --json -q
  {
    "schema": "waarborg/sim-size/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "zeker"},
    "seed": 1,
    "paths": 400,
    "event": "capital_used",
    "target": "0.5",
    "years": 1,
    "lever": "cash",
    "present": {"eur": "60000.00"},
    "amount": {"eur": "90000.00"},
    "ci95": [{"eur": "90000.00"}, {"eur": "90000.00"}],
    "amount_sure": {"eur": "90000.00"}
  }

The other levers, each by itself: the contribution of the first year must be 120 000 less the opening
cash and the obligo, 55 000; the obligo 30 000; the backstop the 25 000 that nobody else pays.

  $ waarborg sim size zeker.yaml --event ruin --target 50% --lever contribution 2>/dev/null
  zeker
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 60 000.00 euros.

  The yearly contribution of 'state' with which in 2 years everything that is asked can be paid
  [not ruin] in at least 1 of 2 futures:
    55 000.00 euros a year  (95% interval 55 000.00 .. 55 000.00)
  To be sure of it as far as these futures can tell: 55 000.00 euros a year (the upper end of the chance meets the target).
  You have 30 000.00: short by 25 000.00.
  $ waarborg sim size zeker.yaml --event ruin --target 50% --lever all 2>/dev/null
  zeker
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 60 000.00 euros.

  What it takes so that in 2 years everything that is asked can be paid
  [not ruin] in at least 1 of 2 futures; each by itself, all else as it is:
    opening cash
      85 000.00 euros  (95% interval 85 000.00 .. 85 000.00)
      You have 60 000.00: short by 25 000.00.
    yearly contribution of 'state'
      55 000.00 euros a year  (95% interval 55 000.00 .. 55 000.00)
      You have 30 000.00: short by 25 000.00.
    obligo
      30 000.00 euros over the years, 60% of 50 000.00  (95% interval 30 000.00 .. 30 000.00)
      You have 5 000.00: short by 25 000.00.
    limit of the backstop
      25 000.00 euros  (95% interval 25 000.00 .. 25 000.00)
      You have 0.00: short by 25 000.00.
  $ waarborg sim size zeker.yaml --event ruin --target 50% --lever all --json -q | tail -n +8
    "target": "0.5",
    "years": 2,
    "lever": "all",
    "present": {"eur": "60000.00"},
    "amount": {"eur": "85000.00"},
    "ci95": [{"eur": "85000.00"}, {"eur": "85000.00"}],
    "amount_sure": {"eur": "85000.00"},
    "levers": [
      {"amount": {"eur": "85000.00"}, "amount_sure": {"eur": "85000.00"}, "ci95": [{"eur": "85000.00"}, {"eur": "85000.00"}], "lever": "cash", "present": {"eur": "60000.00"}},
      {"amount": {"eur": "55000.00"}, "amount_sure": {"eur": "55000.00"}, "ci95": [{"eur": "55000.00"}, {"eur": "55000.00"}], "group": "state", "lever": "contribution", "present": {"eur": "30000.00"}},
      {"amount": {"eur": "30000.00"}, "amount_sure": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "lever": "obligo", "present": {"eur": "5000.00"}},
      {"amount": {"eur": "25000.00"}, "amount_sure": {"eur": "25000.00"}, "ci95": [{"eur": "25000.00"}, {"eur": "25000.00"}], "lever": "backstop", "present": {"eur": "0.00"}}
    ]
  }
  $ waarborg sim size zeker.yaml --event obligo_used_up --target 50% --lever backstop 2>/dev/null
  zeker
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 60 000.00 euros.

  The limit of the backstop with which in 2 years own money, levy and obligo suffice
  [not obligo_used_up] in at least 1 of 2 futures:
    none: no backstop is enough for obligo_used_up: it counts as happened as soon as the backstop is needed
  [1]
  $ waarborg sim size zeker.yaml --event ruin --target 50% --lever contribution --group province
  ! command line: error[E0317]: no contribution of a group 'province'
  !       | waarborg sim size zeker.yaml --event ruin --target 50% --lever contribution --group province
  !       |                                                                                     ^~~~~~~~
  !   hint: choose a group of 'contributions'
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim size zeker.yaml --event ruin --target 50% --group state
  ! command line: error[E0201]: --group says whose contribution is sized
  !       | waarborg sim size zeker.yaml --event ruin --target 50% --group state
  !       |                                                                ^~~~~
  !   hint: use it with --lever contribution, or all
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim size zeker.yaml --event ruin --target 50% --lever cahs
  ! command line: error[E0316]: 'cahs' is not a lever
  !       | waarborg sim size zeker.yaml --event ruin --target 50% --lever cahs
  !       |                                                                ^~~~
  !   hint: one of cash, contribution, obligo, backstop, or all of them
  ! 1 error; nothing was run.
  [3]

What cannot be asked is said at once, and the answer no is exit 1.

  $ waarborg sim size zeker.yaml --event ruined --target 4 --years 3
  ! command line: error[E0316]: 'ruined' is not an event
  !       | waarborg sim size zeker.yaml --event ruined --target 4 --years 3
  !       |                                      ^~~~~~
  !   hint: did you mean 'ruin'?
  ! command line: error[E0312]: '4' is a bare number where a rate is due
  !       | waarborg sim size zeker.yaml --event ruined --target 4 --years 3
  !       |                                                      ^
  !   hint: write 4% for per cent, or a fraction such as 0.0425
  ! command line: error[E0315]: 3 years: the scenario has 2
  !       | waarborg sim size zeker.yaml --event ruined --target 4 --years 3
  !       |                                                                ^
  !   hint: ask for 1 to 2 years, or lengthen 'horizon'
  ! 3 errors; nothing was run.
  [3]
  $ cat > nooit.yaml <<'END'
  > waarborg: scenario/1
  > extends: zeker.yaml
  > name: the cap refunds what the second year needs
  > fund: {cap: 10 000.00}
  > providers:
  >   - {id: b, pd: 0%, loss: 80 000.00}
  > stress:
  >   - {name: b falls, from: 2028-Q1, years: 1, force: distress}
  > END
  $ waarborg sim size nooit.yaml --event ruin --target 1% 2>/dev/null
  the cap refunds what the second year needs
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 60 000.00 euros.

  The opening cash with which in 2 years everything that is asked can be paid
  [not ruin] in at least 99 of 100 futures:
    none: no opening cash is enough: all above the cap of 10 000.00 is refunded at the end of the first step, and with the cap itself ruin is still too likely
  [1]
  $ waarborg sim size nooit.yaml --event ruin --target 1% --json -q
  {
    "schema": "waarborg/sim-size/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "the cap refunds what the second year needs"},
    "seed": 1,
    "paths": 400,
    "event": "ruin",
    "target": "0.01",
    "years": 2,
    "lever": "cash",
    "present": {"eur": "60000.00"},
    "amount": null,
    "ci95": [null, null],
    "amount_sure": null,
    "reason": "no opening cash is enough: all above the cap of 10 000.00 is refunded at the end of the first step, and with the cap itself ruin is still too likely"
  }
  [1]
  $ waarborg sim run zeker.yaml -n 0
  ! command line: error[E0201]: '0' paths: nothing would be simulated
  !       | waarborg sim run zeker.yaml -n 0
  !       |                                ^
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim run zeker.yaml --kernel abacus --threads two
  ! command line: error[E0314]: 'two' is not a whole number
  !       | waarborg sim run zeker.yaml --kernel abacus --threads two
  !       |                                                       ^~~
  !   hint: write digits only, such as 1250
  ! command line: error[E0316]: 'abacus' is not a kernel
  !       | waarborg sim run zeker.yaml --kernel abacus --threads two
  !       |                                      ^~~~~~
  !   hint: one of auto, gmp, portable, avx2, avx512
  ! 2 errors; nothing was run.
  [3]

From the books: the fund's own cash and its last date; the ledger's head stands in the document.

  $ fund.sh
  $ printf 'waarborg: scenario/1\nextends: zeker.yaml\nname: boeken\nfund: {opening: {from_ledger: fonds}}\n' > boeken.yaml
  $ waarborg sim run boeken.yaml --json -q | head -7
  {
    "schema": "waarborg/sim-result/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "boeken"},
    "ledger": {"accounts": [{"account": "0200", "balance": {"eur": "-1000000.00"}, "counts_as": "left_out"}, {"account": "1000", "balance": {"eur": "1000000.00"}, "counts_as": "cash"}], "backstop_debt": {"eur": "0.00"}, "cash": {"eur": "1000000.00"}, "hash": "<hash>", "last_date": "2026-01-05", "levy_called": {"eur": "0.00"}, "obligo_called": {"eur": "0.00"}, "promised_loans": {"eur": "0.00"}, "records": 54},
    "seed": 1,
    "paths": 400,
  $ waarborg sim run boeken.yaml 2>/dev/null | head -3
  boeken
  2 years from 2027-01-01 in steps of a year, 400 simulated futures, seed 1
  The fund starts with 1 000 000.00 euros and 0 open loans, from its ledger (verified; 54 records, head <hash>, last date 2026-01-05).
