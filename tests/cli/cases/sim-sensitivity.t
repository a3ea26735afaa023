Which assumption matters most. One provider is certain to fall and asks 120 000: of the cash and the
obligo a tenth more or less decides nothing, but the chance can only become lower.

  $ cat > een.yaml <<'END'
  > waarborg: scenario/1
  > name: een
  > start: 2027-01-01
  > horizon: {years: 1}
  > run: {paths: 1000, seed: 3}
  > fund: {opening: {cash: 60 000.00}}
  > waterfall: {obligo: {cap: 10%, base: 50 000.00}}
  > providers: [{id: a, pd: 100%, loss: 120 000.00}]
  > END
  $ waarborg sim sensitivity een.yaml --event ruin --level 90% 2>/dev/null
  een
  1 year from 2027-01-01 in steps of a year, 1 000 simulated futures, seed 3
  The fund starts with 60 000.00 euros.

  The chance of ruin within 1 year is 100.00%  (95% interval 99.62% .. 100.00%);
  the average loss beyond level 0.9 is 65 000.00  (65 000.00 .. 65 000.00).
  What each assumption does to the chance, in points, and to that loss, in euros,
  when it is lower and higher by the step; the widest first; ~ is noise:
    yearly chance of distress [pd], a tenth
      down   -9.400 (-11.367 .. -7.743)     0.00 (0.00 .. 0.00) ~
      up    cannot move further
    opening cash [cash], a tenth
      down   +0.000 (-0.383 .. +0.383) ~   -6 000.00 (-6 000.00 .. -6 000.00)
      up     +0.000 (-0.383 .. +0.383) ~   +6 000.00 (+6 000.00 .. +6 000.00)
    obligo [obligo], a tenth
      down   +0.000 (-0.383 .. +0.383) ~   -500.00 (-500.00 .. -500.00)
      up     +0.000 (-0.383 .. +0.383) ~   +500.00 (+500.00 .. +500.00)
    failures without support [fail_unsupported], 10 points
      down   +0.000 (-0.383 .. +0.383) ~   0.00 (? .. ?) ~
      up    cannot move further
  $ waarborg sim sensitivity een.yaml --event ruin --level 90% --json -q
  {
    "schema": "waarborg/sim-sensitivity/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "een"},
    "seed": 3,
    "paths": 1000,
    "event": {"ci95": [0.9961731014136096, 1.0], "id": "ruin", "se": 0.0, "value": 1.0, "year": 1},
    "es": {"amount": {"eur": "65000.00"}, "ci95": [{"eur": "65000.00"}, {"eur": "65000.00"}], "id": "es", "level": "0.9"},
    "parameters": [
      {"down": {"es": {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "exceeds_noise": false, "id": "es", "level": "0.9"}, "event": {"ci95": [-0.11367354531796024, -0.077433896334188873], "exceeds_noise": true, "id": "ruin", "se": 0.0092284343200783516, "value": -0.094, "year": 1}}, "id": "pd", "step": "a tenth", "up": null, "width": 0.094},
      {"down": {"es": {"amount": {"eur": "-6000.00"}, "ci95": [{"eur": "-6000.00"}, {"eur": "-6000.00"}], "exceeds_noise": true, "id": "es", "level": "0.9"}, "event": {"ci95": [-0.0038268985863905221, 0.0038268985863905221], "exceeds_noise": false, "id": "ruin", "se": 0.0, "value": 0.0, "year": 1}}, "id": "cash", "step": "a tenth", "up": {"es": {"amount": {"eur": "6000.00"}, "ci95": [{"eur": "6000.00"}, {"eur": "6000.00"}], "exceeds_noise": true, "id": "es", "level": "0.9"}, "event": {"ci95": [-0.0038268985863905221, 0.0038268985863905221], "exceeds_noise": false, "id": "ruin", "se": 0.0, "value": 0.0, "year": 1}}, "width": 0.0},
      {"down": {"es": {"amount": {"eur": "-500.00"}, "ci95": [{"eur": "-500.00"}, {"eur": "-500.00"}], "exceeds_noise": true, "id": "es", "level": "0.9"}, "event": {"ci95": [-0.0038268985863905221, 0.0038268985863905221], "exceeds_noise": false, "id": "ruin", "se": 0.0, "value": 0.0, "year": 1}}, "id": "obligo", "step": "a tenth", "up": {"es": {"amount": {"eur": "500.00"}, "ci95": [{"eur": "500.00"}, {"eur": "500.00"}], "exceeds_noise": true, "id": "es", "level": "0.9"}, "event": {"ci95": [-0.0038268985863905221, 0.0038268985863905221], "exceeds_noise": false, "id": "ruin", "se": 0.0, "value": 0.0, "year": 1}}, "width": 0.0},
      {"down": {"es": {"amount": {"eur": "0.00"}, "ci95": [null, null], "exceeds_noise": false, "id": "es", "level": "0.9"}, "event": {"ci95": [-0.0038268985863905221, 0.0038268985863905221], "exceeds_noise": false, "id": "ruin", "se": 0.0, "value": 0.0, "year": 1}}, "id": "fail_unsupported", "step": "10 points", "up": null, "width": 0.0}
    ]
  }
  $ waarborg sim sensitivity een.yaml --event disaster --level 2
  ! command line: error[E0316]: 'disaster' is not an event
  !       | waarborg sim sensitivity een.yaml --event disaster --level 2
  !       |                                           ^~~~~~~~
  !   hint: one of capital_used, obligo_called, obligo_used_up, backstop_used_up, ruin
  ! command line: error[E0312]: '2' is a bare number where a rate is due
  !       | waarborg sim sensitivity een.yaml --event disaster --level 2
  !       |                                                            ^
  !   hint: write 2% for per cent, or a fraction such as 0.0425
  ! 2 errors; nothing was run.
  [3]
