#!/bin/sh
# Which lines the tests reach, by gcc's own gcov: run them, add up by room, and fail when a room other
# than cli/ is below 90 %. Usage: scripts/coverage.sh [ROOM]; with a room, its files and the lines that
# no test reaches. Lines of headers are not counted; nor are runs that a test ends by a signal.
set -eu
cd "$(dirname "$0")/.."
top=$PWD
room=${1:-}
wanted=90
build=$top/build/coverage
mkdir -p build
log=build/coverage.log
cmake --preset coverage >"$log" 2>&1 || { cat "$log"; exit 1; }
cmake --build --preset coverage >"$log" 2>&1 || { cat "$log"; exit 1; }
if [ -z "$room" ]; then
    find "$build" -name '*.gcda' -exec rm -f {} +
    ctest --preset coverage -j "$(nproc)" -LE 'cases|determinism' >"$log" 2>&1 || { tail -60 "$log"; exit 1; }
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rooms='core proof policy ledger fund sim bridge report cli'
for name in $rooms; do
    find "$build/$name" -name '*.gcno' >"$work/$name.list"
    # Says of each source file "File 'PATH'" and "Lines executed:NN.NN% of COUNT".
    (cd "$work" && xargs gcov -p -s "$top" -r <"$work/$name.list" 2>/dev/null) >"$work/$name.out" || true
    [ -s "$work/$name.out" ] || { echo "gcov says nothing of $name" >&2; exit 1; }
done
if [ -n "$room" ]; then
    awk -F "[':%]" -v room="$room/" '/^File/ { file = $2 }
        /^Lines executed/ && index(file, room) == 1 && file ~ /\.c$/ {
            split($0, part, /[:% ]+/); printf "%6.1f %% of %4d  %s\n", part[3], part[5], file; file = "" }' \
        "$work/$room.out" | sort -n
    for file in "$work/$room#"*.c.gcov; do
        grep -H '^ *#####:' "$file" | sed "s|^[^:]*/$room#|$room/|; s|\.gcov:||; s|##### *||"
    done
    exit 0
fi
for name in $rooms; do
    awk -v room="$name/" '/^File/ { split($0, part, "'"'"'"); file = part[2] }
        /^Lines executed/ && index(file, room) == 1 && file ~ /\.c$/ {
            split($0, part, /[:% ]+/); lines += part[5]; hit += part[3] * part[5] / 100; file = "" }
        END { if (lines > 0) printf "%s %d %d %.1f\n", substr(room, 1, length(room) - 1), hit + 0.5, lines, 100 * hit / lines }' \
        "$work/$name.out"
done >"$work/rooms"
awk -v wanted="$wanted" '
    { printf "%-8s %6.1f %% of %5d lines%s\n", $1, $4, $3, $1 == "cli" ? "" : $4 < wanted ? "  TOO LOW" : "" }
    $1 != "cli" { lines += $3; hit += $2; low += $4 < wanted }
    END { printf "%-8s %6.1f %% of %5d lines, without cli\n", "all", 100 * hit / lines, lines
          exit NR < 9 || low > 0 }' "$work/rooms"
