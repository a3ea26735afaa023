Scenarios side by side, with figures that can be worked out by hand. One provider is certain to fall
into distress in the first year, the other never; 60 000 and 30 000 a year come in, so that the fund
pays 90 000 of the 120 000 and 30 000 stays unpaid. With 40 000 of opening cash it pays 70 000; when
the second provider is certain to fall too, nothing more than the 90 000 can be paid.

  $ cat > basis.yaml <<'END'
  > waarborg: scenario/1
  > name: basis
  > horizon: {years: 2}
  > run: {paths: 400, seed: 1}
  > fund: {opening: {cash: 60 000.00}}
  > contributions:
  >   - {group: state, amount: 30 000.00}
  > providers:
  >   - {id: a, pd: 100%, loss: 120 000.00}
  >   - {id: b, pd: 0%, loss: 80 000.00}
  > measures: {levels: [99%], exceed: [80 000.00]}
  > END
  $ cat > armer.yaml <<'END'
  > waarborg: scenario/1
  > extends: basis.yaml
  > name: armer
  > run: {paths: 300, seed: 2}
  > fund: {opening: {cash: 40 000.00}}
  > END
  $ cat > minder.yaml <<'END'
  > waarborg: scenario/1
  > extends: basis.yaml
  > name: minder inleg
  > stress:
  >   - {name: minder, contributions: {group: state, change: -50%}}
  > END
  $ cat > beide.yaml <<'END'
  > waarborg: scenario/1
  > extends: basis.yaml
  > name: beide vallen
  > stress:
  >   - {name: beide, who: {id: b}, years: 1, force: distress}
  > END
  $ waarborg sim compare basis.yaml armer.yaml basis.yaml 2>note.txt
  3 scenarios on the same 400 simulated futures, seed 1; 2 years
  Amounts in euros. A difference is to the first; ~ marks noise: its 95%
  interval contains 0, or too few futures differ to give one (?).

  Loss over the horizon, on average [loss_mean]
    basis   90 000.00  (90 000.00 .. 90 000.00)
    armer   70 000.00  (70 000.00 .. 70 000.00)  -20 000.00  (-20 000.00 .. -20 000.00)
    basis   90 000.00  (90 000.00 .. 90 000.00)       0.00~ (0.00 .. 0.00)

  Loss on average in the worst 1% [es]
    basis   90 000.00  (? .. ?)
    armer   70 000.00  (? .. ?)                -20 000.00  (-20 000.00 .. -20 000.00)
    basis   90 000.00  (? .. ?)                     0.00~ (0.00 .. 0.00)

  The chance of a loss of more than 80 000.00 [exceed]
    basis     100.00%  (99.05% .. 100.00%)
    armer       0.00%  (0.00% .. 0.95%)          -100.00  (-100.00 .. -98.10)
    basis     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)

  Most that is out at once, on average in the worst 1% [need_es]
    basis   90 000.00  (? .. ?)
    armer   70 000.00  (? .. ?)                -20 000.00  (-20 000.00 .. -20 000.00)
    basis   90 000.00  (? .. ?)                     0.00~ (0.00 .. 0.00)

  The chance that the fund's own money does not suffice, and others are called on [capital_used]
    basis     100.00%  (99.05% .. 100.00%)
    armer     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)
    basis     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)

  The chance that the levy does not suffice, and the obligo is called [obligo_called]
    basis     100.00%  (99.05% .. 100.00%)
    armer     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)
    basis     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)

  The chance that levy and obligo are used up, and the backstop is asked [obligo_used_up]
    basis     100.00%  (99.05% .. 100.00%)
    armer     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)
    basis     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)

  The chance that the backstop is used up to its limit [backstop_used_up]
    basis     100.00%  (99.05% .. 100.00%)
    armer     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)
    basis     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)

  The chance that support is asked that nobody can pay [ruin]
    basis     100.00%  (99.05% .. 100.00%)
    armer     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)
    basis     100.00%  (99.05% .. 100.00%)          0.00~ (-0.95 .. +0.95)

  Balance of the fund at the end, on average [fund_mean]
    basis   30 000.00  (30 000.00 .. 30 000.00)
    armer   30 000.00  (30 000.00 .. 30 000.00)       0.00~ (? .. ?)
    basis   30 000.00  (30 000.00 .. 30 000.00)       0.00~ (0.00 .. 0.00)

  Called on others over the horizon, on average [called_mean]
    basis        0.00  (0.00 .. 0.00)
    armer        0.00  (0.00 .. 0.00)               0.00~ (? .. ?)
    basis        0.00  (0.00 .. 0.00)               0.00~ (0.00 .. 0.00)

  Cases of support over the horizon, on average [cases]
    basis        1.00  (1.00 .. 1.00)
    armer        1.00  (1.00 .. 1.00)               0.00~ (? .. ?)
    basis        1.00  (1.00 .. 1.00)               0.00~ (0.00 .. 0.00)

  Failures over the horizon, on average [failures]
    basis        1.00  (1.00 .. 1.00)
    armer        1.00  (1.00 .. 1.00)               0.00~ (? .. ?)
    basis        1.00  (1.00 .. 1.00)               0.00~ (0.00 .. 0.00)
  $ sed 's/ in [0-9.]* s,/ in T s,/' note.txt
  'armer' runs on the draws of 'basis': 400 paths, seed 1
  1200 paths in T s, 3 scenarios
  $ waarborg sim compare basis.yaml minder.yaml --json -q
  {
    "schema": "waarborg/sim-compare/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "basis"},
    "seed": 1,
    "paths": 400,
    "scenarios": [
      {"blake2b": "<hash>", "name": "basis"},
      {"blake2b": "<hash>", "name": "minder inleg"}
    ],
    "measures": [
      {"amount": {"eur": "90000.00"}, "ci95": [{"eur": "90000.00"}, {"eur": "90000.00"}], "id": "loss_mean", "scenario": 0},
      {"amount": {"eur": "90000.00"}, "ci95": [null, null], "id": "es", "level": "0.99", "scenario": 0},
      {"ci95": [0.9904873594003194, 1.0], "id": "exceed", "scenario": 0, "se": 0.0, "threshold": "80000.00", "value": 1.0},
      {"amount": {"eur": "90000.00"}, "ci95": [null, null], "id": "need_es", "level": "0.99", "scenario": 0},
      {"ci95": [0.9904873594003194, 1.0], "id": "capital_used", "scenario": 0, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "obligo_called", "scenario": 0, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "obligo_used_up", "scenario": 0, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "backstop_used_up", "scenario": 0, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "id": "ruin", "scenario": 0, "se": 0.0, "value": 1.0, "year": 2},
      {"amount": {"eur": "30000.00"}, "ci95": [{"eur": "30000.00"}, {"eur": "30000.00"}], "id": "fund_mean", "scenario": 0, "year": 2},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "called_mean", "scenario": 0},
      {"ci95": [1.0, 1.0], "id": "cases", "scenario": 0, "value": 1.0},
      {"ci95": [1.0, 1.0], "id": "failures", "scenario": 0, "value": 1.0},
      {"amount": {"eur": "75000.00"}, "ci95": [{"eur": "75000.00"}, {"eur": "75000.00"}], "difference": {"amount": {"eur": "-15000.00"}, "ci95": [{"eur": "-15000.00"}, {"eur": "-15000.00"}], "exceeds_noise": true}, "id": "loss_mean", "scenario": 1},
      {"amount": {"eur": "75000.00"}, "ci95": [null, null], "difference": {"amount": {"eur": "-15000.00"}, "ci95": [{"eur": "-15000.00"}, {"eur": "-15000.00"}], "exceeds_noise": true}, "id": "es", "level": "0.99", "scenario": 1},
      {"ci95": [0.0, 0.0095126405996806673], "difference": {"ci95": [-1.0, -0.98097471880064158], "exceeds_noise": true, "se": 0.0, "value": -1.0}, "id": "exceed", "scenario": 1, "se": 0.0, "threshold": "80000.00", "value": 0.0},
      {"amount": {"eur": "75000.00"}, "ci95": [null, null], "difference": {"amount": {"eur": "-15000.00"}, "ci95": [{"eur": "-15000.00"}, {"eur": "-15000.00"}], "exceeds_noise": true}, "id": "need_es", "level": "0.99", "scenario": 1},
      {"ci95": [0.9904873594003194, 1.0], "difference": {"ci95": [-0.0095126405996806673, 0.0095126405996806655], "exceeds_noise": false, "se": 0.0, "value": 0.0}, "id": "capital_used", "scenario": 1, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "difference": {"ci95": [-0.0095126405996806673, 0.0095126405996806655], "exceeds_noise": false, "se": 0.0, "value": 0.0}, "id": "obligo_called", "scenario": 1, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "difference": {"ci95": [-0.0095126405996806673, 0.0095126405996806655], "exceeds_noise": false, "se": 0.0, "value": 0.0}, "id": "obligo_used_up", "scenario": 1, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "difference": {"ci95": [-0.0095126405996806673, 0.0095126405996806655], "exceeds_noise": false, "se": 0.0, "value": 0.0}, "id": "backstop_used_up", "scenario": 1, "se": 0.0, "value": 1.0, "year": 2},
      {"ci95": [0.9904873594003194, 1.0], "difference": {"ci95": [-0.0095126405996806673, 0.0095126405996806655], "exceeds_noise": false, "se": 0.0, "value": 0.0}, "id": "ruin", "scenario": 1, "se": 0.0, "value": 1.0, "year": 2},
      {"amount": {"eur": "15000.00"}, "ci95": [{"eur": "15000.00"}, {"eur": "15000.00"}], "difference": {"amount": {"eur": "-15000.00"}, "ci95": [{"eur": "-15000.00"}, {"eur": "-15000.00"}], "exceeds_noise": true}, "id": "fund_mean", "scenario": 1, "year": 2},
      {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "difference": {"amount": {"eur": "0.00"}, "ci95": [null, null], "exceeds_noise": false}, "id": "called_mean", "scenario": 1},
      {"ci95": [1.0, 1.0], "difference": {"ci95": [null, null], "exceeds_noise": false, "value": 0.0}, "id": "cases", "scenario": 1, "value": 1.0},
      {"ci95": [1.0, 1.0], "difference": {"ci95": [null, null], "exceeds_noise": false, "value": 0.0}, "id": "failures", "scenario": 1, "value": 1.0}
    ]
  }

A table names them once. Its last line, with --combine, has all stresses at once.

  $ cat > stress.yaml <<'END'
  > waarborg: stress-table/1
  > scenarios:
  >   - minder.yaml
  >   - beide.yaml
  > END
  $ waarborg sim stress basis.yaml --table stress.yaml --combine 2>/dev/null
  4 scenarios on the same 400 simulated futures, seed 1; 2 years
  Amounts in euros. A difference is to the first; ~ marks noise: its 95%
  interval contains 0, or too few futures differ to give one (?).
  Loss and fund are averages; worst losses: the average of the worst 1%.

                                         loss           worst losses   others called   obligo used up    some unpaid        fund at the end
  basis                  90 000.00              90 000.00              100.00%         100.00%        100.00%        30 000.00
  minder inleg           75 000.00 -15 000.00   75 000.00 -15 000.00   100.00% 0.00~   100.00% 0.00~  100.00% 0.00~  15 000.00 -15 000.00
  beide vallen           90 000.00       0.00~  90 000.00       0.00~  100.00% 0.00~   100.00% 0.00~  100.00% 0.00~  30 000.00       0.00~
  basis: all 2 together  75 000.00 -15 000.00   75 000.00 -15 000.00   100.00% 0.00~   100.00% 0.00~  100.00% 0.00~  15 000.00 -15 000.00
  $ waarborg sim stress basis.yaml minder.yaml --table stress.yaml -q | tail -n 1
  beide vallen  90 000.00       0.00~  90 000.00       0.00~  100.00% 0.00~   100.00% 0.00~  100.00% 0.00~  30 000.00       0.00~
  $ waarborg sim stress basis.yaml beide.yaml -n 100 --seed 5 --threads 2 --json -q | head -8
  {
    "schema": "waarborg/sim-compare/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "basis"},
    "seed": 5,
    "paths": 100,
    "scenarios": [
      {"blake2b": "<hash>", "name": "basis"},

What cannot be compared is said before anything runs.

  $ waarborg sim compare basis.yaml
  ! command line: error[E0201]: one scenario has nothing to be compared with
  !       | waarborg sim compare basis.yaml
  !       |                      ^~~~~~~~~~
  !   hint: name the other files after it
  [2]
  $ waarborg sim stress basis.yaml
  ! command line: error[E0201]: no scenario to set against it
  !       | waarborg sim stress basis.yaml
  !       |                     ^~~~~~~~~~
  !   hint: name stress files after it, or a table of them with --table
  [2]
  $ waarborg sim stress basis.yaml minder.yaml --combine
  ! command line: error[E0201]: one scenario has nothing to be combined with
  !       | waarborg sim stress basis.yaml minder.yaml --combine
  !       |                                            ^~~~~~~~~
  !   hint: name at least two stress files
  [2]
  $ waarborg sim stress minder.yaml beide.yaml basis.yaml --combine
  ! minder.yaml:4:1: error[E0318]: the base has stresses of its own
  !     4 | stress:
  !       | ^~~~~~
  !   hint: combine on a base without; its stresses may be a file like the others
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim stress basis.yaml armer.yaml beide.yaml --combine
  ! 'armer' runs on the draws of 'basis': 400 paths, seed 1
  ! armer.yaml:5:1: error[E0318]: 'armer' differs from the base in 'fund'
  !     5 | fund: {opening: {cash: 40 000.00}}
  !       | ^~~~
  !   hint: only scenarios that add stresses to the base can be combined
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim stress basis.yaml beide.yaml beide.yaml --combine
  ! beide.yaml:5:12: error[E0318]: another scenario has a stress 'beide' too
  !     5 |   - {name: beide, who: {id: b}, years: 1, force: distress}
  !       |            ^~~~~
  !   hint: give one of them another name
  ! 1 error; nothing was run.
  [3]
  $ sed 's/years: 2/years: 3/' basis.yaml > langer.yaml
  $ waarborg sim compare basis.yaml langer.yaml -q
  ! waarborg: error[E0315]: 'basis' has 3 years and 'basis' 2
  !   hint: only scenarios of the same horizon can be compared
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim compare basis.yaml weg.yaml fout.yaml
  ! weg.yaml: error[E0701]: cannot open: No such file or directory
  ! fout.yaml: error[E0701]: cannot open: No such file or directory
  ! 2 errors; nothing was run.
  [7]

A table is read as strictly as a scenario.

  $ cat > fout.yaml <<'END'
  > waarborg: scenario/1
  > scenario: [minder.yaml]
  > scenarios: [minder.yaml, {file: beide.yaml}, minder.yaml, '', weg.yaml]
  > END
  $ waarborg sim stress basis.yaml --table fout.yaml
  ! fout.yaml:1:11: error[E0318]: 'scenario/1' is no stress table
  !     1 | waarborg: scenario/1
  !       |           ^~~~~~~~~~
  !   hint: write waarborg: stress-table/1
  ! fout.yaml:2:1: error[E0304]: unknown key 'scenario' in a stress table
  !     2 | scenario: [minder.yaml]
  !       | ^~~~~~~~
  !   hint: did you mean 'scenarios'?
  ! fout.yaml:3:26: error[E0301]: scenarios: an item where the path of a scenario file is due
  !     3 | scenarios: [minder.yaml, {file: beide.yaml}, minder.yaml, '', weg.yaml]
  !       |                          ^
  !   hint: write scenarios: [S01.yaml, S02.yaml]
  ! fout.yaml:3:46: error[E0318]: scenarios: 'minder.yaml' stands here twice
  !     3 | scenarios: [minder.yaml, {file: beide.yaml}, minder.yaml, '', weg.yaml]
  !       |                                              ^~~~~~~~~~~
  ! fout.yaml:3:60: error[E0301]: scenarios: an item where the path of a scenario file is due
  !     3 | scenarios: [minder.yaml, {file: beide.yaml}, minder.yaml, '', weg.yaml]
  !       |                                                            ^
  !   hint: write scenarios: [S01.yaml, S02.yaml]
  ! fout.yaml:3:63: error[E0317]: scenarios: no file 'weg.yaml'
  !     3 | scenarios: [minder.yaml, {file: beide.yaml}, minder.yaml, '', weg.yaml]
  !       |                                                               ^~~~~~~~
  !   hint: paths are relative to the file that names them
  ! 6 errors; nothing was run.
  [3]
  $ echo 'scenarios: []' > leeg.yaml
  $ waarborg sim stress basis.yaml --table leeg.yaml
  ! leeg.yaml:1:1: error[E0306]: 'waarborg' is missing
  !     1 | scenarios: []
  !       | ^
  !   hint: write waarborg: stress-table/1
  ! leeg.yaml:1:1: error[E0301]: 'scenarios' is no list of files
  !     1 | scenarios: []
  !       | ^~~~~~~~~
  !   hint: write scenarios: [S01.yaml, S02.yaml]
  ! 2 errors; nothing was run.
  [3]
  $ printf 'waarborg: stress-table/1\nscenarios: minder.yaml\n' > een.yaml
  $ waarborg sim stress basis.yaml --table een.yaml
  ! een.yaml:2:1: error[E0301]: 'scenarios' is no list of files
  !     2 | scenarios: minder.yaml
  !       | ^~~~~~~~~
  !   hint: write scenarios: [S01.yaml, S02.yaml]
  ! 1 error; nothing was run.
  [3]
  $ printf 'waarborg: stress-table/1\nscenarios: [weg.yaml]\n' > weg-tabel.yaml
  $ waarborg sim stress basis.yaml --table weg-tabel.yaml
  ! weg-tabel.yaml:2:13: error[E0317]: scenarios: no file 'weg.yaml'
  !     2 | scenarios: [weg.yaml]
  !       |             ^~~~~~~~
  !   hint: paths are relative to the file that names them
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim stress basis.yaml --table weg.yaml
  ! weg.yaml: error[E0701]: cannot open: No such file or directory
  ! 1 error; nothing was run.
  [7]
  $ waarborg sim stress basis.yaml --table een.yaml --json 2>&1 | tail -1
  {"schema":"waarborg/error/1","code":"E0301","exit":3,"message":"'scenarios' is no list of files","hint":"write scenarios: [S01.yaml, S02.yaml]","at":{"file":"een.yaml","line":2,"column":1,"end_column":10}}
