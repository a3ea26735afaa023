#!/bin/sh
# Goal: Ctrl-C lets a simulation end in order (exit 8, a message, no half document), and ends a
# command that has nothing to finish. Method: interrupt a run that would take minutes.
# Usage: interrupt.sh PROGRAM
set -eu
program=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/waarborg-interrupt-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
{
    cat <<'END'
waarborg: scenario/1
name: long
start: 2027-01-01
horizon: {years: 10, step: month}
run: {paths: 1000000, seed: 1}
fund: {opening: {cash: 60 000.00}}
contributions:
  - {group: state, amount: 30 000.00}
measures: {levels: [99%]}
providers:
END
    i=0
    while [ $i -lt 200 ]; do
        echo "  - {id: p$i, pd: 10%, loss: 120 000.00}"
        i=$((i + 1))
    done
} >long.yaml
cat >interrupted.sh <<'END'
# timeout gives Ctrl-C back its default, and --foreground sends it once, to the program alone.
timeout --foreground --preserve-status -s INT -k 60 2 "$@"
END
status=0
sh interrupted.sh "$program" sim run long.yaml --json -q >out 2>err || status=$?
if [ "$status" -ne 8 ] || [ -s out ] || ! grep -q '"code":"E0801","exit":8' err; then
    echo "the simulation ended with $status:" >&2
    head -c 1000 out err >&2
    exit 1
fi

# A command that waits for its file has nothing to finish: it ends by the signal (130 from sh).
mkfifo never
status=0
sh -c 'sleep 30 >never & timeout --foreground --preserve-status -s INT -k 60 1 "$1" scenario check never; s=$?
       kill %1 2>/dev/null || kill $!; exit $s' sh "$program" >out 2>err || status=$?
[ "$status" -eq 130 ] || { echo "scenario check ended with $status" >&2; cat err >&2; exit 1; }
echo "interrupted in order"
