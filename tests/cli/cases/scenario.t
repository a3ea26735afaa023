A scenario is checked before anything is run: every mistake, in one run, with its place.

  $ cat > klein.yaml <<'END'
  > waarborg: scenario/1
  > name: klein
  > start: 2027-01-01
  > horizon: {years: 2, step: quarter}
  > run: {paths: 1000, seed: 1}
  > fund: {opening: {cash: 100 000.00}}
  > providers:
  >   - {id: a, pd: 6%, loss: 120 000.00}
  >   - {id: b, pd: 3%, loss: 80 000.00}
  > stress:
  >   - {name: tarief, years: 1, who: {id: a}, tariff: -3%, cost_follow: 30%}
  > END
  $ waarborg scenario check klein.yaml
  klein.yaml: good. klein: 2 providers, 2 years in 8 steps
  $ sed 's/pd: 6%/pd: 1.2/; s/cash: 100 000.00/cash: 100.000,00/; s/horizon/horizn/' klein.yaml > fout.yaml
  $ waarborg scenario check klein.yaml fout.yaml
  klein.yaml: good. klein: 2 providers, 2 years in 8 steps
  ! fout.yaml:1:1: error[E0306]: 'horizon' is missing
  !     1 | waarborg: scenario/1
  !       | ^
  !   hint: how far and in which steps: {years: 10, step: quarter}
  ! fout.yaml:4:1: error[E0304]: unknown key 'horizn'
  !     4 | horizn: {years: 2, step: quarter}
  !       | ^~~~~~
  !   hint: did you mean 'horizon'?
  ! fout.yaml:6:24: error[E0311]: fund.opening.cash: amount '100.000' has three decimals after its point
  !     6 | fund: {opening: {cash: 100.000,00}}
  !       |                        ^~~~~~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  ! fout.yaml:6:32: error[E0304]: '00' stands behind a comma, which ends a value
  !     6 | fund: {opening: {cash: 100.000,00}}
  !       |                                ^~
  !   hint: decimals follow a point: 1000.00 or 4.25%
  ! fout.yaml:8:17: error[E0315]: providers[0].pd: 1.2 is not a probability
  !     8 |   - {id: a, pd: 1.2, loss: 120 000.00}
  !       |                 ^~~
  !   hint: from 0% to 100% is accepted here; 1.2 per cent is written 1.2%
  ! 5 errors; nothing was run.
  [3]
  $ waarborg scenario check fout.yaml --json
  {
    "schema": "waarborg/scenario-check/1",
    "files": [
      {
        "file": "fout.yaml",
        "good": false
      }
    ]
  }
  ! {"schema":"waarborg/error/1","code":"E0306","exit":3,"message":"'horizon' is missing","hint":"how far and in which steps: {years: 10, step: quarter}","at":{"file":"fout.yaml","line":1,"column":1,"end_column":1}}
  ! {"schema":"waarborg/error/1","code":"E0304","exit":3,"message":"unknown key 'horizn'","hint":"did you mean 'horizon'?","at":{"file":"fout.yaml","line":4,"column":1,"end_column":7}}
  ! {"schema":"waarborg/error/1","code":"E0311","exit":3,"field":"fund.opening.cash","message":"amount '100.000' has three decimals after its point","hint":"cents are exact here and never rounded: give no decimals or two","at":{"file":"fout.yaml","line":6,"column":24,"end_column":31}}
  ! {"schema":"waarborg/error/1","code":"E0304","exit":3,"message":"'00' stands behind a comma, which ends a value","hint":"decimals follow a point: 1000.00 or 4.25%","at":{"file":"fout.yaml","line":6,"column":32,"end_column":34}}
  ! {"schema":"waarborg/error/1","code":"E0315","exit":3,"field":"providers[0].pd","message":"1.2 is not a probability","hint":"from 0% to 100% is accepted here; 1.2 per cent is written 1.2%","at":{"file":"fout.yaml","line":8,"column":17,"end_column":20}}
  [3]
  $ waarborg scenario check nergens.yaml
  ! nergens.yaml: error[E0701]: cannot open: No such file or directory
  ! 1 error; nothing was run.
  [7]
  $ waarborg scenario check
  ! command line: error[E0201]: FILE is missing
  !       | waarborg scenario check
  !       |                        ^
  !   hint: FILE: a scenario file
  [2]

Every value says where it comes from; --resolved adds the defaults and what the stresses come to.

  $ waarborg scenario show klein.yaml
  waarborg                            scenario/1                          (klein.yaml:1)
  name                                klein                               (klein.yaml:2)
  start                               2027-01-01                          (klein.yaml:3)
  horizon.years                       2                                   (klein.yaml:4)
  horizon.step                        quarter                             (klein.yaml:4)
  run.paths                           1000                                (klein.yaml:5)
  run.seed                            1                                   (klein.yaml:5)
  fund.opening.cash                   100 000.00                          (klein.yaml:6)
  stress[0].name                      tarief                              (klein.yaml:11)
  stress[0].years                     1                                   (klein.yaml:11)
  stress[0].who.id                    a                                   (klein.yaml:11)
  stress[0].tariff                    -3%                                 (klein.yaml:11)
  stress[0].cost_follow               30%                                 (klein.yaml:11)
  providers.a                         eligible, pd 6.00%, loss 120 000.00  (klein.yaml:8)
  providers.b                         eligible, pd 3.00%, loss 80 000.00  (klein.yaml:9)
  $ waarborg scenario show klein.yaml --resolved | grep -e default -e steps -e force
  fund.floor                          0.00                                (default)
  fund.target                         none                                (default)
  fund.cap                            none                                (default)
  fund.interest                       0%                                  (default)
  fund.costs                          0.00                                (default)
  waterfall.ruin                      continue                            (default)
  dependence.copula                   gaussian                            (default)
  dependence.national                 0%                                  (default)
  dependence.region                   0%                                  (default)
  dependence.segment                  0%                                  (default)
  dependence.ar1                      0%                                  (default)
  dependence.cure_rho                 0%                                  (default)
  dependence.lgd_rho                  0%                                  (default)
  support.term                        12 months                           (default)
  support.instalments                 1                                   (default)
  support.interest                    0%                                  (default)
  support.cap                         15%                                 (default)
  support.grant_share                 0%                                  (default)
  support.extend                      0%                                  (default)
  support.extensions                  0                                   (default)
  support.convert                     0%                                  (default)
  support.recovery_lag                0                                   (default)
  support.fail_unsupported            100%                                (default)
  support.replace                     no                                  (default)
  contagion.group                     0%                                  (default)
  contagion.consortium                0%                                  (default)
  contagion.source_minimum            0.00                                (default)
  measures.levels                     95%, 99%, 99.5%                     (default)
  measures.fund_levels                5%, 25%, 50%, 75%, 95%              (default)
  margin_sd                           4%                                  (default)
  stress[0].in_force                  steps 1 to 4; hits 1 of 2 providers: a  (klein.yaml:11)
  stress[0].in_force.tariff           -3% x (1 - cost_follow 30%) -> margin -2.10 points  (klein.yaml:11)
  stress[0].in_force.margin_sum       margin -2.10 points in all: quantile +0.525, as margin_sd is 4%  (klein.yaml:11)
  steps[1..4].provider.a              pd 6.00% -> margin -2.10 points, quantile +0.525 -> 15.16%  (tarief)
  $ waarborg scenario show klein.yaml --json | head -8
  {
    "schema": "waarborg/scenario-show/1",
    "name": "klein",
    "blake2b": "<hash>",
    "values": [
      {
        "path": "waarborg",
        "value": "scenario/1",
  $ waarborg scenario show fout.yaml
  ! fout.yaml:1:1: error[E0306]: 'horizon' is missing
  !     1 | waarborg: scenario/1
  !       | ^
  !   hint: how far and in which steps: {years: 10, step: quarter}
  ! fout.yaml:4:1: error[E0304]: unknown key 'horizn'
  !     4 | horizn: {years: 2, step: quarter}
  !       | ^~~~~~
  !   hint: did you mean 'horizon'?
  ! fout.yaml:6:24: error[E0311]: fund.opening.cash: amount '100.000' has three decimals after its point
  !     6 | fund: {opening: {cash: 100.000,00}}
  !       |                        ^~~~~~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  ! fout.yaml:6:32: error[E0304]: '00' stands behind a comma, which ends a value
  !     6 | fund: {opening: {cash: 100.000,00}}
  !       |                                ^~
  !   hint: decimals follow a point: 1000.00 or 4.25%
  ! fout.yaml:8:17: error[E0315]: providers[0].pd: 1.2 is not a probability
  !     8 |   - {id: a, pd: 1.2, loss: 120 000.00}
  !       |                 ^~~
  !   hint: from 0% to 100% is accepted here; 1.2 per cent is written 1.2%
  ! 5 errors; nothing was run.
  [3]

A scenario may start from a ledger, which must then be there.

  $ printf 'waarborg: scenario/1\nextends: klein.yaml\nfund: {opening: {from_ledger: boeken}}\n' > boeken.yaml
  $ waarborg scenario check boeken.yaml
  boeken.yaml: good, as far as can be seen without its ledger boeken
  $ waarborg scenario show boeken.yaml --resolved
  ! boeken: error[E0705]: there is no ledger here
  !   hint: check the path, or make a ledger with 'waarborg fund init'
  ! 1 error; nothing was run.
  [7]
