#!/bin/sh
# Goal: many commands that post at the same time all get through, each entry once, and one that waits
# says for whom. Method: 24 posters at once, half of them bringing the same references; then one that
# finds the lock taken. Usage: together.sh PROGRAM
set -eu
program=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/waarborg-together-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
"$program" fund init fund --name Together --year 2026 --as anna -q
export WAARBORG_FUND="$work/fund"
i=0
while [ $i -lt 24 ]; do
    printf 'ref,date,memo,account,party,amount\n' >"$i.csv"
    for line in a b c; do
        printf '%s-%s,2026-03-10,kosten,4120,,1.25\n%s-%s,,,1000,,-1.25\n' $((i % 12)) $line $((i % 12)) $line
    done >>"$i.csv"
    i=$((i + 1))
done
"$program" tx post --date 2026-01-02 --debit 1000=500.00 --credit 8110=500.00 --as anna -q
# shellcheck disable=SC2016  # the inner shell expands it
seq 0 23 | xargs -P 24 -I N sh -c '"$1" tx post N.csv --as anna >N.out 2>N.err || echo N >>failed' sh "$program"
if [ -f failed ]; then
    cat ./*.err >&2
    exit 1
fi
count=$("$program" tx list --json | grep -o '"memo": *"kosten"' | wc -l)
[ "$count" -eq 36 ] || { echo "$count entries instead of 36" >&2; exit 1; }
[ "$(cat ./*.out | grep -c 'already')" -ge 12 ] || { cat ./*.out >&2; exit 1; }
"$program" ledger verify >/dev/null

# The lock is held, and the file still names who wrote last.
flock fund/writer.lock sleep 1 &
sleep 0.3
"$program" tx post --date 2026-03-11 --debit 4120=1.00 --credit 1000=1.00 --as joop >out 2>err
wait
grep -q '^waiting for anna (pid [0-9]*, tx post, since [0-9:]* UTC), who is writing' err ||
    { cat err >&2; exit 1; }
grep -q '^posted as entry' out
