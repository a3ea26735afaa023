#!/bin/sh
# Goal: the largest scenario there may be (2,000 providers with mergers among them, 2,000 municipalities
# that a stress hits one by one, 50 years in steps of a month, every feature on) is read, runs on every
# kernel with the same figures, divides into shards, and keeps within the time and memory that
# docs/scenario.md states; one more of anything is refused with its limit; and a run whose columns would
# not fit in memory is refused before it starts, with the way out.
# Method: the scenario is generated; a limit on address space stands for a small machine.
# Usage: limits.sh PROGRAM SANITIZED   (1: no limits on time and memory, and fewer paths)
set -eu
program=$1
sanitized=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/waarborg-limits-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
    echo "$1" >&2
    [ ! -s err ] || head -c 2000 err >&2
    exit 1
}

providers() { # providers COUNT
    awk -v n="$1" 'BEGIN {
        print "id,class,pd,group,consortia,segment,region,crucial,revenue,clients," \
              "loading_national,loading_region,loading_segment"
        for (i = 0; i < n; i++)
            printf "P%04d,K%d,%s,groep-%d,inkoop-%d|inkoop-%d,segment-%d,regio-%02d,%s,%d,%d,%s\n",
                i, i % 5 + 1, i % 7 ? "" : "0.03", i % 200, i % 50, 50 + i % 37, i % 9, i % 42,
                i % 3 ? "no" : "yes", 250000 + 250000000 * exp(-i * 7 / n), 10 + i % 500,
                i % 11 ? ",," : "0.4,0.2,-0.1"
    }'
}
municipalities() { # municipalities COUNT
    awk -v n="$1" 'BEGIN {
        print "id,region,under18"
        for (i = 0; i < n; i++) printf "GM%04d,regio-%02d,%d\n", i, i % 42, 1000 + (i * 7919) % 90000
    }'
}
providers 1990 >providers.csv
municipalities 2000 >municipalities.csv
cat >classes.csv <<'END'
id,eligible,pd,months_low,months_base,months_high,lgd_low,lgd_base,lgd_high
K1,yes,0.01,1,1.5,2,0.2,0.4,0.6
K2,yes,0.02,1,1.5,2,0.2,0.4,0.6
K3,crucial,0.03,1,1.5,3,0.2,0.5,0.8
K4,yes,0.05,1,2,3,0.3,0.5,0.8
K5,no,0.08,1,2,3,0.3,0.5,0.9
END
cat >most.yaml <<'END'
waarborg: scenario/1
name: the most
start: 2027-01-01
horizon: {years: 50, step: month}
run: {paths: 100_000, seed: 1}
fund: {opening: {cash: 500 000 000.00}, floor: 1 000 000.00, target: 600 000 000.00, cap: 900 000 000.00, interest: 2%, costs: 2 000 000.00}
contributions:
  - {group: municipalities, amount: 200 000 000.00, key: under18}
  - {group: state, amount: 200 000 000.00, when: start_of_year}
  - {group: providers, rate: 0.25%, minimum_revenue: 250 000.00}
waterfall:
  levy: {cap: 0.25%, base: 30 000 000 000.00}
  obligo: {cap: 1.00%, base: 30 000 000 000.00}
  backstop: {limit: 500 000 000.00, repay: yes}
tables: {providers: providers.csv, municipalities: municipalities.csv, classes: classes.csv}
dependence: {copula: t, degrees_of_freedom: 5, national: 0.10, region: 0.05, segment: 0.05, ar1: 0.60, cure_rho: 0.15, lgd_rho: 0.30}
support: {term: 12 months, instalments: 12, interest: 1%, cap: 15%, grant_share: 30%, cure: 45%, extend: 25%, extensions: 2, convert: 10%, recovery_lag: 6 months, fail_unsupported: 60%, replace: yes}
contagion: {group: 10%, consortium: 1%, source_minimum: 2 000 000.00, peers: {multiplier: 1.5, duration: 12 months}}
stress:
  - {name: tariff, from: 2028-Q1, years: 5, tariff: -3%}
  - {name: debt, years: 50, who: {class: K4}, debt_called: {share: 20%, probability: 30%}, payment_days: 60, lgd_add: 5%}
  - {name: months, from: 2030-Q1, quarters: 8, who: {segment: segment-3}, support_months: 2.5, pd_multiplier: 2}
  - {name: forced, from: 2029-Q1, quarters: 1, who: {id: [P0001, P0002]}, force: failure}
  - {name: refusal, from: 2030-Q1, years: 10, who: {region: regio-07}, refusal: {probability: 40%, delay: 6 months, arrears: 50%}}
  - {name: less, from: 2040-Q1, years: 5, contributions: {group: state, change: -80%}, backstop: {limit: 100 000 000.00}, interest: 0%}
END
i=0
while [ $i -lt 10 ]; do
    echo "  - {name: merger $i, from: 203$i-Q2, merge: [P$((1000 + i * 5)), P$((1000 + i * 5 + 45))]}"
    i=$((i + 1))
done >>most.yaml

"$program" scenario check most.yaml >out 2>err || fail 'the largest scenario is not accepted'
grep -q '2000 providers, 50 years in 600 steps' out || fail "not the largest: $(cat out)"

paths=40
[ "$sanitized" = 0 ] || paths=8
megabytes=300 # with all party columns; docs/scenario.md states it
seconds=$(date +%s)
(
    # shellcheck disable=SC3045  # every sh of Linux has it
    [ "$sanitized" = 1 ] || ulimit -v $((megabytes * 1000))
    exec "$program" sim run most.yaml --json -n "$paths" --threads 2
) >whole 2>err || fail "the largest scenario does not run in $megabytes MB"
seconds=$(($(date +%s) - seconds))
echo "$paths paths of the largest scenario in $seconds s, $(tail -n 1 err)"
for kernel in gmp portable; do
    "$program" sim run most.yaml --json -n 8 --kernel "$kernel" >"$kernel.json" 2>err ||
        fail "kernel $kernel does not run it"
done
cmp gmp.json portable.json || fail 'kernels differ'
for shard in 1 2; do
    "$program" sim run most.yaml -q -n "$paths" --shard $shard/2 --out $shard.part 2>err || fail 'a shard failed'
done
"$program" sim merge most.yaml --json 2.part 1.part >merged 2>err || fail 'the shards do not merge'
cmp whole merged || fail 'shards give other figures'

# One more.
refused() { # refused TEXT
    status=0
    "$program" scenario check more.yaml >out 2>err || status=$?
    [ "$status" -eq 3 ] || fail "one more is not refused: $1"
    grep -q -- "$1" err || fail "refused, but not for its limit: $1"
}
sed 's/years: 50, step/years: 51, step/' most.yaml >more.yaml
refused "'51' is out of range"
providers 1991 >more.csv
sed 's/providers: providers.csv/providers: more.csv/' most.yaml >more.yaml
refused '2001 providers.*2000'
providers 2001 >more.csv
refused '2001 providers.*2000'
municipalities 2001 >more.csv
sed 's/municipalities: municipalities.csv/municipalities: more.csv/' most.yaml >more.yaml
refused '2001.*2000'

# Too many paths for the memory there is.
status=0
"$program" sim run most.yaml -n 1000000000000 >out 2>err || status=$?
[ "$status" -eq 7 ] || fail "a run for which no machine has the memory ended with $status"
grep -q 'no memory for a list of 1000000000000 paths' err || fail 'not refused for its list'
if [ "$sanitized" = 0 ]; then
    status=0
    (
        # shellcheck disable=SC3045  # every sh of Linux has it
        ulimit -v 200000
        exec "$program" sim run most.yaml -n 500000
    ) >out 2>err || status=$?
    [ "$status" -eq 7 ] || fail "a run that does not fit in memory ended with $status"
    grep -q '500000 paths may need [0-9]* MB of memory, and [0-9]* MB are free' err || fail 'not refused for its memory'
    grep -q 'hint: run it in shards, --shard 1/' err || fail 'the way out is not named'
fi
echo "the largest scenario runs within its limits, and one more of anything is refused"
