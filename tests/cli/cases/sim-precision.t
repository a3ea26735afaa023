How many futures it takes. What is certain takes one; a chance of a fifth known within 5% takes about
1.96 x 1.96 x 4 / (5% x 5%), some 6 000.

  $ cat > een.yaml <<'END'
  > waarborg: scenario/1
  > name: een
  > start: 2027-01-01
  > horizon: {years: 1}
  > run: {paths: 1000, seed: 3}
  > fund: {opening: {cash: 60 000.00}}
  > providers:
  >   - {id: a, pd: 100%, loss: 20 000.00}
  >   - {id: b, pd: 20%, loss: 80 000.00}
  > measures: {levels: [99%]}
  > END
  $ waarborg sim precision een.yaml --target 5% 2>/dev/null
  een
  1 year from 2027-01-01 in steps of a year, 1 000 simulated futures, seed 3
  The fund starts with 60 000.00 euros.

  How well each figure is known (half its 95% interval, of the figure), and how many
  futures it takes to know it within 5.00%; amounts in euros:
    loss_mean                28 360.00  (27 351.45 .. 29 368.55): within 3.56%; 506 futures, enough
    var 0.99                 60 000.00  (60 000.00 .. 60 000.00): within 0.00%; 1 future, enough
    es 0.99                  60 000.00  (60 000.00 .. 60 000.00): within 0.00%; 1 future, enough
    need_var 0.99            60 000.00  (60 000.00 .. 60 000.00): within 0.00%; 1 future, enough
    need_es 0.99             60 000.00  (60 000.00 .. 60 000.00): within 0.00%; 1 future, enough
    capital_used             20.90%  (18.49% .. 23.53%): within 12.06%; 5 816 futures
    obligo_called            20.90%  (18.49% .. 23.53%): within 12.06%; 5 816 futures
    obligo_used_up           20.90%  (18.49% .. 23.53%): within 12.06%; 5 816 futures
    backstop_used_up         20.90%  (18.49% .. 23.53%): within 12.06%; 5 816 futures
    ruin                     20.90%  (18.49% .. 23.53%): within 12.06%; 5 816 futures
  These futures are not enough: take 5 816.
  [1]
  $ waarborg sim precision een.yaml --target 5% --level 90% --json -q
  {
    "schema": "waarborg/sim-precision/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "een"},
    "seed": 3,
    "paths": 1000,
    "target": "0.05",
    "enough": false,
    "paths_needed": 5816,
    "figures": [
      {"amount": {"eur": "28360.00"}, "ci95": [{"eur": "27351.45"}, {"eur": "29368.55"}], "enough": true, "error": 0.035562411847672781, "id": "loss_mean", "paths": 506},
      {"amount": {"eur": "60000.00"}, "ci95": [{"eur": "60000.00"}, {"eur": "60000.00"}], "enough": true, "error": 0.0, "id": "var", "level": "0.9", "paths": 1},
      {"amount": {"eur": "60000.00"}, "ci95": [{"eur": "60000.00"}, {"eur": "60000.00"}], "enough": true, "error": 0.0, "id": "es", "level": "0.9", "paths": 1},
      {"amount": {"eur": "60000.00"}, "ci95": [{"eur": "60000.00"}, {"eur": "60000.00"}], "enough": true, "error": 0.0, "id": "need_var", "level": "0.9", "paths": 1},
      {"amount": {"eur": "60000.00"}, "ci95": [{"eur": "60000.00"}, {"eur": "60000.00"}], "enough": true, "error": 0.0, "id": "need_es", "level": "0.9", "paths": 1},
      {"ci95": [0.18493627231405968, 0.23529098266321963], "enough": false, "error": 0.12057885902602966, "id": "capital_used", "paths": 5816, "se": 0.012857643641040918, "value": 0.20899999999999999, "year": 1},
      {"ci95": [0.18493627231405968, 0.23529098266321963], "enough": false, "error": 0.12057885902602966, "id": "obligo_called", "paths": 5816, "se": 0.012857643641040918, "value": 0.20899999999999999, "year": 1},
      {"ci95": [0.18493627231405968, 0.23529098266321963], "enough": false, "error": 0.12057885902602966, "id": "obligo_used_up", "paths": 5816, "se": 0.012857643641040918, "value": 0.20899999999999999, "year": 1},
      {"ci95": [0.18493627231405968, 0.23529098266321963], "enough": false, "error": 0.12057885902602966, "id": "backstop_used_up", "paths": 5816, "se": 0.012857643641040918, "value": 0.20899999999999999, "year": 1},
      {"ci95": [0.18493627231405968, 0.23529098266321963], "enough": false, "error": 0.12057885902602966, "id": "ruin", "paths": 5816, "se": 0.012857643641040918, "value": 0.20899999999999999, "year": 1}
    ]
  }
  [1]
  $ waarborg sim precision een.yaml --target 25% -q | tail -n 1
  These futures are enough for all of them.
  $ waarborg sim precision een.yaml --target 0%
  ! command line: error[E0315]: '0%' is not between 0% and 100%
  !       | waarborg sim precision een.yaml --target 0%
  !       |                                          ^~
  !   hint: write a share such as 1%
  ! 1 error; nothing was run.
  [3]
