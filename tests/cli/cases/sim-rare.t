Rare events. Two hundred independent providers of 1 %, 1 000.00 each: more than ten fall with
probability 1 - sum of C(200, k) 0.01^k 0.99^(200-k), k to 10, which is 6.9e-6; more than 200 never.

  $ (echo 'waarborg: scenario/1'
  >  echo 'name: two hundred'
  >  echo 'horizon: {years: 1, step: year}'
  >  echo 'run: {paths: 2000, seed: 1}'
  >  echo 'fund: {opening: {cash: 200 000.00}}'
  >  echo 'providers:'
  >  for i in $(seq 100 299); do echo "  - {id: p$i, pd: 1%, loss: 1 000.00}"; done
  > ) > many.yaml
  $ waarborg sim rare many.yaml --loss-above 10_000.00 --level 99.99% 2>/dev/null
  two hundred
  1 year in steps of a year, 2 000 simulated futures, seed 1
  The fund starts with 200 000.00 euros.

  The chance of a loss of more than 10 000.00 euros within 1 year
    0.00062%  (0.00055% .. 0.00069%)
    by importance sampling (glasserman-li): the variance of 2.42e+04 times as many plain futures
    it rests on 256 effective futures
    plain simulation beside it: 0.00%  (0.00% .. 0.19%)

  The loss within 1 year at level 0.9999, in euros
    9 000.00  (9 000.00 .. 9 000.00), then on average 9 459.87  (9 418.02 .. 9 501.72)
    by importance sampling (glasserman-li): the variance of 4.47e+03 times as many plain futures
    it rests on 291 effective futures
    plain simulation beside it: 9 000.00  (7 000.00 .. ?), then on average 9 000.00  (? .. ?)
  $ waarborg sim rare many.yaml --loss-above 10_000.00 --json 2>/dev/null | grep -v '"tool"\|"scenario"'
  {
    "schema": "waarborg/sim-rare/1",
    "seed": 1,
    "paths": 2000,
    "questions": [
      {"ci95": [5.472914994396517e-6, 6.8725835982195917e-6], "degenerate": false, "effective_paths": 256.43268505358947, "largest_share": 0.0044745586600849875, "loss_above": "10000.00", "method": "glasserman-li", "pilot": {"paths": 256, "variance_ratio": 25436.529108072973}, "plain": {"ci95": [0.0, 0.0019171176005129348], "se": 0.0, "value": 0.0}, "se": 3.5705831730180475e-7, "tilt": {"aim": {"eur": "10000.00"}, "shift": [], "spread": 1.0, "theta": {"first": -1.0, "step": 0.375, "values": [1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166, 1.6509494761380166]}}, "value": 6.1727492963080543e-6, "variance_ratio": 24208.487379341041, "years": 1}
    ]
  }

What cannot happen is not answered by a figure to lean on, and the exit status is still 0: the answer
is that nothing was seen.

  $ waarborg sim rare many.yaml --loss-above 200_000.00 --threads 1 2>&1 | sed 's/in [0-9.]* s, kernel.*/in S s/'
  question 1 rests on 0.0 effective paths: do not lean on it; ask for more paths
  1 question of 2000 paths in S s
  two hundred
  1 year in steps of a year, 2 000 simulated futures, seed 1
  The fund starts with 200 000.00 euros.

  The chance of a loss of more than 200 000.00 euros within 1 year
    0.00%  (0.00% .. 0.19%)
    by plain simulation: a pilot found no law that does better
    NOT RELIABLE: it rests on 0.0 effective futures

Over several years a pilot finds the law.

  $ cat > years.yaml <<'END'
  > waarborg: scenario/1
  > name: five years
  > horizon: {years: 5, step: year}
  > run: {paths: 2000, seed: 1}
  > fund: {opening: {cash: 50 000.00}}
  > dependence: {national: 20%, ar1: 50%}
  > support: {replace: yes}
  > providers:
  >   - {id: a, pd: 1%, loss: 40 000.00}
  >   - {id: b, pd: 1%, loss: 20 000.00}
  >   - {id: c, pd: 1%, loss: 20 000.00}
  > END
  $ waarborg sim rare years.yaml --event ruin 2>/dev/null
  five years
  5 years in steps of a year, 2 000 simulated futures, seed 1
  The fund starts with 50 000.00 euros.

  The chance that within 5 years support is asked that nobody can pay [ruin]
    1.00%  (0.89% .. 1.10%)
    by importance sampling (cross-entropy): the variance of 17.9 times as many plain futures
    it rests on 301 effective futures
    plain simulation beside it: 1.00%  (0.65% .. 1.54%)
  $ waarborg sim rare years.yaml --event ruin --threads 1 --json 2>/dev/null > one.json
  $ waarborg sim rare years.yaml --event ruin --threads 3 --kernel portable --json 2>/dev/null | diff one.json -

What is asked wrongly is pointed at.

  $ waarborg sim rare years.yaml
  ! waarborg: error[E0201]: no question: which event, loss or level is meant
  !   hint: add --event ruin, --loss-above 5_000_000.00 or --level 99.9%
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim rare years.yaml --level 100% --event doom --loss-above 1.5
  ! command line: error[E0316]: 'doom' is not an event
  !       | waarborg sim rare years.yaml --level 100% --event doom --loss-above 1.5
  !       |                                                   ^~~~
  !   hint: one of capital_used, obligo_called, obligo_used_up, backstop_used_up, ruin
  ! command line: error[E0311]: amount '1.5' has one decimal after its point
  !       | waarborg sim rare years.yaml --level 100% --event doom --loss-above 1.5
  !       |                                                                     ^~~
  !   hint: cents are exact here and never rounded: give no decimals or two
  ! command line: error[E0315]: a level of '100%' is not between 0% and 100%
  !       | waarborg sim rare years.yaml --level 100% --event doom --loss-above 1.5
  !       |                                      ^~~~
  !   hint: write a level such as 99.9%
  ! 3 errors; nothing was run.
  [3]
  $ waarborg sim rare years.yaml --event ruin -n 10
  ! waarborg: error[E0315]: 10 paths are too few for importance sampling
  !   hint: ask for at least 100
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim rare years.yaml --event ruin --kernel gmp
  ! waarborg: error[E0315]: the kernel 'gmp' has no importance sampling
  !   hint: use 'waarborg sim run', which has no such limit
  ! 1 error; nothing was run.
  [3]
