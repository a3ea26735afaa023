#!/bin/sh
# Goal: Ctrl-C lets a simulation end in order (exit 8, a message, no half document, what was done is
# saved and the command to go on is there), a second one ends it at once, and it ends a command that
# has nothing to finish; a run that was stopped or killed at any moment, and goes on until it is done,
# prints the bytes of one that was left alone.
# Method: interrupt a run that would take minutes; stop and kill a short one again and again.
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
if [ ! -s long.part ] || ! grep -q 'long.yaml --json -q --resume long.part"' err; then
    echo "what was done was not saved, or not so said:" >&2
    ls -l >&2
    cat err >&2
    exit 1
fi

# ready PROCESS: it catches SIGTERM (bit 14), so that on a busy machine no signal comes too soon; or is gone.
ready() {
    while caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) && [ -n "$caught" ] &&
        [ $((0x$caught & 0x4000)) -eq 0 ]; do
        sleep 0.02
    done
}

# The second Ctrl-C ends it at once, though the blocks that the first waits for take seconds. Threads are left
# where they are, which ThreadSanitizer would call a leak.
TSAN_OPTIONS="${TSAN_OPTIONS-} report_thread_leaks=0" "$program" sim run long.yaml -q --kernel gmp --threads 1 --out twice.part 2>err &
process=$!
ready "$process"
sleep 0.5
kill -TERM "$process" # a background process of sh ignores INT
sleep 0.1
kill -TERM "$process"
status=0
wait "$process" || status=$?
if [ "$status" -ne 8 ] || [ -e twice.part ] || [ -s err ]; then
    echo "two interrupts ended it with $status" >&2
    cat err >&2
    exit 1
fi

# Stopped and killed at other moments each time, until it is done.
sed 's/1000000/10000/' long.yaml >short.yaml
"$program" sim run short.yaml --json >whole 2>/dev/null
stops=0
status=9
while [ "$status" -ne 0 ]; do
    resume=--out
    [ ! -e short.part ] || resume=--resume
    "$program" sim run short.yaml --json --save-every 0 "$resume" short.part >out 2>err &
    process=$!
    if [ "$stops" -lt 5 ]; then # then it is left alone
        ready "$process"
        sleep "0.$((stops * 7 % 5 + 1))"
        [ $((stops % 2)) -eq 0 ] && signal=KILL || signal=TERM
        kill -"$signal" "$process" 2>/dev/null || true
    fi
    status=0
    wait "$process" 2>/dev/null || status=$?
    stops=$((stops + 1))
    case $status in
    0 | 8 | 137) ;;
    *) echo "a run that goes on ended with $status" >&2; cat err >&2; exit 1 ;;
    esac
done
cmp out whole
[ "$stops" -gt 2 ] || echo "note: stopped $stops times only"

# A command that waits for its file has nothing to finish: it ends by the signal (130 from sh).
mkfifo never
status=0
sh -c 'sleep 30 >never & timeout --foreground --preserve-status -s INT -k 60 1 "$1" scenario check never; s=$?
       kill %1 2>/dev/null || kill $!; exit $s' sh "$program" >out 2>err || status=$?
[ "$status" -eq 130 ] || { echo "scenario check ended with $status" >&2; cat err >&2; exit 1; }
echo "interrupted in order"
