#!/bin/sh
# Search for inputs that break a decoder: every target with libFuzzer, ASan and UBSan, for some time
# each. Usage: scripts/fuzz.sh [MINUTES] [TARGET ...]; one minute, and all targets, by default.
# What breaks is in build/fuzz/found: put it in tests/fuzz/corpus/TARGET, where every build replays it.
set -eu
cd "$(dirname "$0")/.."
minutes=${1:-1}
[ $# -eq 0 ] || shift
case $minutes in
'' | 0 | *[!0-9]*)
    echo "usage: scripts/fuzz.sh [MINUTES] [TARGET ...]" >&2
    exit 2
    ;;
esac
mkdir -p build
log=build/fuzz.log
cmake --preset fuzz >"$log" 2>&1 || { cat "$log"; exit 1; }
cmake --build --preset fuzz --target fuzz_targets >"$log" 2>&1 || { cat "$log"; exit 1; }
bin=build/fuzz/tests/fuzz
found=build/fuzz/found
mkdir -p "$found"
targets=$(find "$bin" -name 'fuzz_*_deep' | sed 's|.*/fuzz_\(.*\)_deep$|\1|' | grep -v '^canary$' | sort)
# shellcheck disable=SC2086  # a list of words
[ $# -gt 0 ] || set -- $targets

# The rig must find the fault that is there before its silence means anything.
mkdir -p build/fuzz/seeds/canary
"$bin/fuzz_canary" --seeds build/fuzz/seeds/canary
if "$bin/fuzz_canary_deep" -max_total_time=60 -artifact_prefix=build/fuzz/seeds/ \
    build/fuzz/seeds/canary >"$log" 2>&1; then
    echo "libFuzzer did not find the fault of the canary" >&2
    exit 1
fi

one() { # one TARGET
    seeds=build/fuzz/seeds/$1
    mkdir -p "$seeds"
    "$bin/fuzz_$1" --seeds "$seeds"
    set -- "$1" "$seeds"
    [ ! -d "tests/fuzz/corpus/$1" ] || set -- "$@" "tests/fuzz/corpus/$1"
    if [ "$1" = scenario ]; then # the keys of the reference page as words to make files of
        # shellcheck disable=SC2016  # the backquotes are Markdown's
        sed -n 's/^| `\([^`]*\)` |.*/\1/p' docs/scenario.md |
            sed 's/.*\.//; s/\[\]//; s/.*/"&: "/' | sort -u >build/fuzz/scenario.dict
        set -- "$@" tests/errors/scenario -dict=build/fuzz/scenario.dict
    fi
    target=$1
    shift
    # Seeds and what is found beyond them gather in the first directory, for the next time.
    if "$bin/fuzz_${target}_deep" -max_total_time=$((60 * minutes)) -timeout=20 -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$found/$target-" "$@" \
        >"build/fuzz/$target.log" 2>&1; then
        printf '%-12s %12s runs, %5s inputs that differ in what they reach, nothing found\n' "$target" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log")" \
            "$(find "$seeds" -type f | wc -l)"
    else
        printf '%-12s FAILED; see build/fuzz/%s.log\n' "$target" "$target"
        grep -E 'does not hold|ERROR|runtime error|Test unit written' "build/fuzz/$target.log" || true
        return 1
    fi
}
failed=0
for target in "$@"; do
    one "$target" || failed=$((failed + 1))
done
[ "$failed" -eq 0 ] || { echo "$failed targets failed" >&2; exit 1; }
