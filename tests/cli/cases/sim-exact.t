The exact loss of one year. Two independent providers, 10 % and 20 %: nothing with 0.72, 100 000 with
0.08, 300 000 with 0.18 and 400 000 with 0.02. So P(loss > 100 000) = 0.20, the 90 % quantile is
300 000 and its shortfall (0.02 x 400 000 + 0.08 x 300 000) / 0.10 = 320 000.

  $ cat > two.yaml <<'END'
  > waarborg: scenario/1
  > name: two providers
  > horizon: {years: 1, step: year}
  > run: {paths: 10, seed: 1}
  > fund: {opening: {cash: 500 000.00}}
  > providers:
  >   - {id: a, pd: 10%, loss: 100 000.00}
  >   - {id: b, pd: 20%, loss: 300 000.00}
  > measures: {levels: [90%], exceed: [100 000.00]}
  > END
  $ waarborg sim exact two.yaml --contributions 2>/dev/null
  two providers
  One year in one step, computed and not simulated: losses in steps of 100 000.00 euros, 5 of them.
  No probability is off by more than 3.1e-14.

  Loss over the year, in euros
    on average 70 000.00 (to within 0.01), standard deviation 123 693.17 (to within 0.01)
    at level 0.9: 300 000.00 (exactly), beyond it on average 320 000.00 (to within 0.01)
    more than 100 000.00 with probability 0.2 (to within 8.6e-15)

  Who loses it beyond level 0.9, on average
    a                                 20 000.00
    b                                300 000.00
  $ waarborg sim exact two.yaml --json 2>/dev/null | grep -v '"tool"\|"scenario"'
  {
    "schema": "waarborg/sim-exact/1",
    "lattice": {"points": 5, "rounded": false, "step": {"eur": "100000.00"}},
    "error": 3.1198790620570595e-14,
    "measures": [
      {"amount": {"eur": "70000.00"}, "error": {"eur": "0.01"}, "id": "loss_mean"},
      {"amount": {"eur": "123693.17"}, "error": {"eur": "0.01"}, "id": "loss_sd"},
      {"amount": {"eur": "300000.00"}, "error": {"eur": "0.00"}, "id": "var", "level": "0.9"},
      {"amount": {"eur": "320000.00"}, "error": {"eur": "0.01"}, "id": "es", "level": "0.9"},
      {"error": 8.6397581241141188e-15, "id": "exceed", "threshold": "100000.00", "value": 0.19999999999999998}
    ]
  }

Losses that do not lie on a lattice that is asked for are rounded down and up: every figure says by how
much that may matter.

  $ waarborg sim exact two.yaml --lattice 70000 2>/dev/null
  two providers
  One year in one step, computed and not simulated: losses in steps of 70 000.00 euros, 8 of them.
  Losses were rounded to these steps, once all down and once all up; each figure lies between.
  No probability is off by more than 3.1e-14.

  Loss over the year, in euros
    on average 73 500.00 (to within 10 500.01), standard deviation 130 058.02 (to within 69 547.18)
    at level 0.9: 315 000.00 (to within 35 000.00), beyond it on average 336 000.00 (to within 42 000.01)
    more than 100 000.00 with probability 0.24 (to within 4.0e-02)
  $ waarborg sim exact two.yaml --lattice 70000 --contributions
  ! waarborg: error[E0307]: contributions of providers on a lattice that rounds losses: not covered by the exact solver
  !   hint: leave out '--contributions', or simulate with 'waarborg sim run'
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim exact two.yaml --lattice 0.00
  ! waarborg: error[E0315]: a lattice of 0.00
  !   hint: losses are rounded to its multiples: write an amount such as 1000.00
  ! 1 error; nothing was run.
  [3]

What is not covered is named, with the way out.

  $ sed 's/500 000.00/399 999.99/' two.yaml > poor.yaml
  $ waarborg sim exact poor.yaml
  ! waarborg: error[E0307]: the fund has 399 999.99 to pay with, and all losses together are 400 000.00: support that is cut is not covered by the exact solver
  !   hint: raise 'fund.opening.cash' to see the losses themselves, or simulate the fund with 'waarborg sim run'
  ! 1 error; nothing was run.
  [3]
  $ sed 's/years: 1, step: year/years: 2, step: year/' two.yaml > years.yaml
  $ waarborg sim exact years.yaml
  ! waarborg: error[E0307]: 2 steps: the exact solver covers one step of a year
  !   hint: write 'horizon: {years: 1, step: year}', or simulate it with 'waarborg sim run'
  ! 1 error; nothing was run.
  [3]
  $ sed 's/100 000.00}$/100 000.01}/; s/500 000.00/500 000 000 000.00/; s/300 000.00}/300 000 000.00}/' two.yaml > fine.yaml
  $ waarborg sim exact fine.yaml
  ! waarborg: error[E0303]: a lattice of 0.01, the largest amount that divides every loss, has 30010000002 points, and at most 4000000 are computed
  !   hint: round the losses with '--lattice 10000.00' (each figure then says how much that can matter), or simulate with 'waarborg sim run'
  ! 1 error; nothing was run.
  [3]
  $ cat > more.yaml <<'END'
  > waarborg: scenario/1
  > extends: two.yaml
  > contagion: {group: 50%}
  > support: {cure: 50%, lgd: {uniform: [20%, 60%]}}
  > providers:
  >   - {id: a, pd: 10%, exposure: 100 000.00}
  > END
  $ waarborg sim exact more.yaml
  ! waarborg: error[E0307]: 'a' has a drawn loss given default (uniform or triangular), with as many losses as there are cents: not covered by the exact solver
  !   hint: write 'lgd' as a table of a few values, or simulate it with 'waarborg sim run'
  ! 1 error; nothing was run.
  [3]
  $ sed 's/exposure/support/' more.yaml > loan.yaml
  $ waarborg sim exact loan.yaml
  ! waarborg: error[E0307]: 'a' gets support, which is repaid or lost later: not covered by the exact solver
  !   hint: simulate it with 'waarborg sim run', or take this out of the scenario
  ! 1 error; nothing was run.
  [3]
  $ sed 's/exposure: 100 000.00/loss: 100 000.00, group: g/' more.yaml > alone.yaml
  $ waarborg sim exact alone.yaml 2>&1 | tail -3
    on average 10 000.00 (to within 0.01), standard deviation 30 000.00 (to within 0.01)
    at level 0.9: 0.00 (to within 100 000.00), beyond it on average 100 000.00 (to within 0.01)
    more than 100 000.00 with probability 0 (to within 0.0e+00)
  $ cat > infects.yaml <<'END'
  > waarborg: scenario/1
  > extends: two.yaml
  > contagion: {group: 50%}
  > providers:
  >   - {id: a, pd: 10%, loss: 100 000.00, group: g}
  >   - {id: b, pd: 20%, loss: 100 000.00, group: g}
  > END
  $ waarborg sim exact infects.yaml
  ! waarborg: error[E0307]: contagion: not covered by the exact solver
  !   hint: simulate it with 'waarborg sim run', or take this out of the scenario
  ! 1 error; nothing was run.
  [3]
