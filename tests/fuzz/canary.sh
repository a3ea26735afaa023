#!/bin/sh
# Goal: the fuzzing rig finds a fault that is there, keeps the input, and finds it again from that.
# Usage: canary.sh FUZZ_CANARY RUNS
set -eu
canary=$1
runs=$2
rm -f "$canary.crash"
if "$canary" "$runs" >"$canary.out" 2>&1; then
    echo "the fault was not found in $runs runs" >&2
    exit 1
fi
[ -s "$canary.crash" ] || { echo "the input that fails was not kept" >&2; cat "$canary.out" >&2; exit 1; }
cp "$canary.crash" "$canary.input"
if "$canary" 0 "$canary.input" >"$canary.out" 2>&1; then
    echo "the input that was kept does not fail again" >&2
    exit 1
fi
cmp "$canary.input" "$canary.crash"
rm -f "$canary.crash" "$canary.input" "$canary.out"
echo "the canary was caught, twice"
