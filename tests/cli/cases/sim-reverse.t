How large a shock must be: of one provider that falls with 2% a year, the chance of ruin in the first
year passes 5% when that is multiplied by 2.5, up to what 4 000 futures can tell.

  $ cat > een.yaml <<'END'
  > waarborg: scenario/1
  > name: een
  > start: 2027-01-01
  > horizon: {years: 2}
  > run: {paths: 4000, seed: 3}
  > fund: {opening: {cash: 10 000.00}}
  > providers: [{id: a, pd: 2%, loss: 120 000.00}]
  > stress:
  >   - {name: minder tarief, years: 1, tariff: -1%, cost_follow: 30%}
  > END
  $ waarborg sim reverse een.yaml --until "ruin > 5%" --years 1 --vary minder.tarief.tariff
  ! waarborg: error[E0317]: the scenario has no stress 'minder.tarief'
  !   hint: name one of the file's `stress`, or only the key for a stress on all
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim reverse een.yaml --until "ruin > 5%" --years 1 --vary pd_multiplier -q
  een
  2 years from 2027-01-01 in steps of a year, 4 000 simulated futures, seed 3
  The fund starts with 10 000.00 euros.

  ruin within 1 year passes 5% when pd_multiplier is 1.7705  (95% interval 1.5165 .. 2.0013)
    with it: 5.03%  (4.39% .. 5.75%)
    when pd_multiplier is 1: 2.80%  (2.33% .. 3.36%)
  $ waarborg sim reverse een.yaml --until "ruin > 7%" --years 1 --vary "minder tarief.tariff" 2>/dev/null
  een
  2 years from 2027-01-01 in steps of a year, 4 000 simulated futures, seed 3
  The fund starts with 10 000.00 euros.

  ruin within 1 year passes 7% when minder tarief.tariff is -3.4096%  (95% interval -3.0496% .. -3.7764%)
    with it: 7.03%  (6.27% .. 7.86%)
    when minder tarief.tariff is 0%: 1.80%  (1.43% .. 2.26%)
  $ waarborg sim reverse een.yaml --until "ruin > 7%" --years 1 --vary pd_multiplier --json -q
  {
    "schema": "waarborg/sim-reverse/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "een"},
    "seed": 3,
    "paths": 4000,
    "until": {"event": "ruin", "target": "0.07", "years": 1},
    "vary": "pd_multiplier",
    "value": "2.4069",
    "ci95": ["2.1316", "2.7154"],
    "range": ["1", "1000"],
    "step": "0.0001",
    "chance": {"ci95": [0.062735274630839874, 0.078589397154377599], "se": 0.0040408828707350578, "value": 0.070250000000000007},
    "chance_without": {"ci95": [0.023322741108530678, 0.033583006611359136], "se": 0.0026084478143140991, "value": 0.028000000000000001}
  }
  $ waarborg sim reverse een.yaml --until "loss 90% > 9 999.99" --vary pd_multiplier --json -q | tail -n +6
    "paths": 4000,
    "until": {"level": "0.9", "loss": {"eur": "9999.99"}},
    "vary": "pd_multiplier",
    "value": "2.2419",
    "ci95": ["2.0499", "2.4391"],
    "range": ["1", "1000"],
    "step": "0.0001",
    "chance": {"ci95": [0.091322696902190123, 0.10994440617201741], "se": 0.0047486823830405842, "value": 0.10025000000000001},
    "chance_without": {"ci95": [0.039466146317972656, 0.052406019653828018], "se": 0.0032950625942461246, "value": 0.045499999999999999}
  }

The answer may be none: then the exit status is 1.

  $ waarborg sim reverse een.yaml --until "ruin > 1%" --vary pd_multiplier 2>/dev/null
  een
  2 years from 2027-01-01 in steps of a year, 4 000 simulated futures, seed 3
  The fund starts with 10 000.00 euros.

  ruin within 2 years passes 1% without any shock: already when pd_multiplier is 1
    when pd_multiplier is 1: 4.55%  (3.95% .. 5.24%)
  [1]
  $ waarborg sim reverse een.yaml --until "loss 99% > 10 000.00" --vary pd_multiplier 2>/dev/null
  een
  2 years from 2027-01-01 in steps of a year, 4 000 simulated futures, seed 3
  The fund starts with 10 000.00 euros.

  VaR 99% of the loss does not pass 10 000.00, not even when pd_multiplier is 1000
    then: a larger loss has a chance of 0.00%  (0.00% .. 0.10%)
    when pd_multiplier is 1: a larger loss has a chance of 0.00%  (0.00% .. 0.10%)
  [1]
  $ waarborg sim reverse een.yaml --until "loss 99% > 10 000.00" --vary pd_multiplier --json -q | tail -n +8
    "vary": "pd_multiplier",
    "value": null,
    "ci95": [null, null],
    "range": ["1", "1000"],
    "step": "0.0001",
    "chance": {"ci95": [0.0, 0.00095947851683243399], "se": 0.0, "value": 0.0},
    "chance_without": {"ci95": [0.0, 0.00095947851683243399], "se": 0.0, "value": 0.0},
    "reason": "not even the largest shock passes it"
  }
  $ waarborg sim reverse een.yaml --until "ruin is 5%" --years 3 --vary tarief
  ! command line: error[E0301]: 'ruin is 5%' does not say what is passed
  !       | waarborg sim reverse een.yaml --until 'ruin is 5%' --years 3 --vary tarief
  !       |                                        ^~~~~~~~~~
  !   hint: write "ruin > 5%" or "loss 99.5% > 25 000 000.00"
  ! command line: error[E0316]: 'tarief' names no shock that has a size
  !       | waarborg sim reverse een.yaml --until 'ruin is 5%' --years 3 --vary tarief
  !       |                                                                     ^~~~~~
  !   hint: one of pd_multiplier, pd, margin, tariff, indexation, wages, volume, occupancy, hired, productivity, support_months, lgd_add, payment_days, or STRESS.KEY for a stress of the file
  ! command line: error[E0315]: 3 years: the scenario has 2
  !       | waarborg sim reverse een.yaml --until 'ruin is 5%' --years 3 --vary tarief
  !       |                                                            ^
  !   hint: ask for 1 to 2 years, or lengthen 'horizon'
  ! 3 errors; nothing was run.
  [3]
  $ waarborg sim reverse een.yaml --until "loss 99% > 5.00" --years 1 --vary tariff
  ! command line: error[E0201]: a loss is that of the whole horizon
  !       | waarborg sim reverse een.yaml --until 'loss 99% > 5.00' --years 1 --vary tariff
  !       |                                                                 ^
  !   hint: leave --years out, or shorten 'horizon'
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim reverse een.yaml --until "ruin > 5%" --vary contributions.change
  ! (command line):1:35: error[E0306]: stress[1].contributions: 'group' is missing
  !     1 | stress: [{name: "reverse stress", contributions: {change: 0.000000}}]
  !       |                                   ^~~~~~~~~~~~~
  !   hint: which; write an id
  ! 1 error; nothing was run.
  [3]
