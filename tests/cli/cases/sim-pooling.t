What is gained together: nothing here, for the two that may lose 3 000 fall in the same futures.

  $ cat > samen.yaml <<'END'
  > waarborg: scenario/1
  > name: samen
  > start: 2027-01-01
  > horizon: {years: 1}
  > run: {paths: 1000, seed: 3}
  > fund: {opening: {cash: 60 000.00}}
  > dependence: {national: 100%}
  > providers:
  >   - {id: a, pd: 100%, loss: 1 000.00, region: noord}
  >   - {id: b, pd: 20%, loss: 3 000.00, region: noord}
  >   - {id: c, pd: 100%, loss: 1 000.00, region: zuid}
  >   - {id: d, pd: 20%, loss: 3 000.00}
  > END
  $ waarborg sim pooling samen.yaml --level 90% 2>/dev/null
  samen
  1 year from 2027-01-01 in steps of a year, 1 000 simulated futures, seed 3
  The fund starts with 60 000.00 euros.

  The risk alone, of new distress, when all support is paid; ES at level 0.9
  (95% intervals). What is gained by carrying it together:
    of the loss: the regions add up to 8 000.00; together less by 0.00 (0.00 .. 0.00),
      which is 0.00% (0.00% .. 0.00%)
    of the need: the regions add up to 8 000.00; together less by 0.00 (0.00 .. 0.00),
      which is 0.00% (0.00% .. 0.00%)

  Together, and region by region:
    all: 4 providers; the largest 1, 5, 10: 37.5%, 100.0%, 100.0%; HHI 0.3125
      mean 3 260.00 (3 108.45 .. 3 411.55)
      ES 8 000.00 (8 000.00 .. 8 000.00), 2.45 times the mean
      ES of the need 8 000.00 (8 000.00 .. 8 000.00)
    noord: 2 providers; the largest 1, 5, 10: 75.0%, 100.0%, 100.0%; HHI 0.6250
      mean 1 630.00 (1 554.22 .. 1 705.78)
      ES 4 000.00 (4 000.00 .. 4 000.00), 2.45 times the mean
      ES of the need 4 000.00 (4 000.00 .. 4 000.00)
    zuid: 1 provider; the largest 1, 5, 10: 100.0%, 100.0%, 100.0%; HHI 1.0000
      mean 1 000.00 (1 000.00 .. 1 000.00)
      ES 1 000.00 (1 000.00 .. 1 000.00), 1.00 times the mean
      ES of the need 1 000.00 (1 000.00 .. 1 000.00)
    (without a region): 1 provider; the largest 1, 5, 10: 100.0%, 100.0%, 100.0%; HHI 1.0000
      mean 630.00 (554.22 .. 705.78)
      ES 3 000.00 (3 000.00 .. 3 000.00), 4.76 times the mean
      ES of the need 3 000.00 (3 000.00 .. 3 000.00)
  $ waarborg sim pooling samen.yaml --level 90% --json -q
  {
    "schema": "waarborg/sim-pooling/1",
    "tool": "waarborg 0.1.0",
    "scenario": {"blake2b": "<hash>", "name": "samen"},
    "seed": 3,
    "paths": 1000,
    "level": "0.9",
    "pool": {"concentration": {"hhi": 0.3125, "top1": 0.375, "top10": 1.0, "top5": 1.0}, "es": {"amount": {"eur": "8000.00"}, "ci95": [{"eur": "8000.00"}, {"eur": "8000.00"}], "id": "es", "level": "0.9"}, "es_over_mean": 2.4539877300613497, "loss_mean": {"amount": {"eur": "3260.00"}, "ci95": [{"eur": "3108.45"}, {"eur": "3411.55"}], "id": "loss_mean"}, "need_es": {"amount": {"eur": "8000.00"}, "ci95": [{"eur": "8000.00"}, {"eur": "8000.00"}], "id": "need_es", "level": "0.9"}, "providers": 4},
    "benefit_es": {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "benefit", "level": "0.9", "share": {"ci95": [0.0, 0.0], "value": 0.0}, "sum_of_regions": {"eur": "8000.00"}},
    "benefit_need_es": {"amount": {"eur": "0.00"}, "ci95": [{"eur": "0.00"}, {"eur": "0.00"}], "id": "benefit", "level": "0.9", "share": {"ci95": [0.0, 0.0], "value": 0.0}, "sum_of_regions": {"eur": "8000.00"}},
    "regions": [
      {"concentration": {"hhi": 0.625, "top1": 0.75, "top10": 1.0, "top5": 1.0}, "es": {"amount": {"eur": "4000.00"}, "ci95": [{"eur": "4000.00"}, {"eur": "4000.00"}], "id": "es", "level": "0.9"}, "es_over_mean": 2.4539877300613497, "loss_mean": {"amount": {"eur": "1630.00"}, "ci95": [{"eur": "1554.22"}, {"eur": "1705.78"}], "id": "loss_mean"}, "need_es": {"amount": {"eur": "4000.00"}, "ci95": [{"eur": "4000.00"}, {"eur": "4000.00"}], "id": "need_es", "level": "0.9"}, "providers": 2, "region": "noord"},
      {"concentration": {"hhi": 1.0, "top1": 1.0, "top10": 1.0, "top5": 1.0}, "es": {"amount": {"eur": "1000.00"}, "ci95": [{"eur": "1000.00"}, {"eur": "1000.00"}], "id": "es", "level": "0.9"}, "es_over_mean": 1.0, "loss_mean": {"amount": {"eur": "1000.00"}, "ci95": [{"eur": "1000.00"}, {"eur": "1000.00"}], "id": "loss_mean"}, "need_es": {"amount": {"eur": "1000.00"}, "ci95": [{"eur": "1000.00"}, {"eur": "1000.00"}], "id": "need_es", "level": "0.9"}, "providers": 1, "region": "zuid"},
      {"concentration": {"hhi": 1.0, "top1": 1.0, "top10": 1.0, "top5": 1.0}, "es": {"amount": {"eur": "3000.00"}, "ci95": [{"eur": "3000.00"}, {"eur": "3000.00"}], "id": "es", "level": "0.9"}, "es_over_mean": 4.7619047619047619, "loss_mean": {"amount": {"eur": "630.00"}, "ci95": [{"eur": "554.22"}, {"eur": "705.78"}], "id": "loss_mean"}, "need_es": {"amount": {"eur": "3000.00"}, "ci95": [{"eur": "3000.00"}, {"eur": "3000.00"}], "id": "need_es", "level": "0.9"}, "providers": 1, "region": null}
    ]
  }
  $ waarborg sim pooling samen.yaml --level 100%
  ! command line: error[E0315]: '100%' is not between 0% and 100%
  !       | waarborg sim pooling samen.yaml --level 100%
  !       |                                         ^~~~
  !   hint: write a share such as 1%
  ! 1 error; nothing was run.
  [3]
