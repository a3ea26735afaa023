#!/bin/sh
# What every shipped scenario comes to, kept under scenarios/expected/: made, or compared.
#
#   scripts/expected.sh [WAARBORG]           renew all of them; read `git diff` before you commit it
#   scripts/expected.sh --check [WAARBORG]   compare; says where they differ
#
# A result is `sim run --json` with 10 000 paths, without the release that made it. Its lines by party
# and by provider, which are most of it, are kept as one line with their number and the SHA-256 of
# their text: a change is seen, and `sim run` shows it. A scenario that starts from a ledger is left out: a ledger knows when it was
# written, so that its head is never the same twice.
set -eu
check=false
if [ "${1:-}" = --check ]; then
    check=true
    shift
fi
cd "$(dirname "$0")/.."
waarborg=${1:-build/release/cli/waarborg}
kept=scenarios/expected
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
bad=0

# fold FILE: the lines by party and provider become one, the last of the list.
fold() {
    many='"(party|provider)": "'
    folded=$(grep -E "$many" "$1" | sed 's/,$//' | sha256sum | cut -d' ' -f1)
    awk -v many="$many" -v folded="$folded" '
        !/^    \{/ { if ($0 != "  ]" && $0 != "}") print; next }
        { sub(/,$/, "") }
        $0 ~ many { count++; next }
        { print $0 "," }
        END {
            printf "    {\"by_party_and_provider\": %d, \"sha256\": \"%s\"}\n", count, folded
            print "  ]"
            print "}"
        }' "$1"
}

for file in scenarios/*/*.yaml; do
    grep -q '^waarborg: scenario/1' "$file" || continue
    ! grep -q 'from_ledger' "$file" || continue
    name=${file#scenarios/}
    name=${name%.yaml}
    mkdir -p "$made/$(dirname "$name")"
    "$waarborg" -q sim run "$file" -n 10000 --json | grep -v '^  "tool": ' >"$made/run.json"
    fold "$made/run.json" >"$made/$name.json"
done
rm -f "$made/run.json"

if ! $check; then
    rm -rf "$kept"
    mkdir -p "$kept"
    cp -R "$made"/. "$kept"
    echo "$(find "$kept" -name '*.json' | wc -l) results in $kept; see 'git diff --stat $kept'"
    exit 0
fi

for file in $(cd "$made" && find . -name '*.json' | sort); do
    if [ ! -e "$kept/$file" ]; then
        echo "${file#./}: no result is kept" >&2
    elif ! cmp -s "$kept/$file" "$made/$file"; then
        echo "${file#./}: $(diff "$kept/$file" "$made/$file" | grep -c '^>') lines differ; kept (<) and made (>), the first:" >&2
        diff "$kept/$file" "$made/$file" | grep '^[<>]' | head -n 6 >&2
    else
        continue
    fi
    bad=$((bad + 1))
done
for file in $(cd "$kept" && find . -name '*.json' | sort); do
    [ -e "$made/$file" ] && continue
    echo "${file#./}: a result is kept of a scenario that is not there" >&2
    bad=$((bad + 1))
done
if [ "$bad" -gt 0 ]; then
    echo "$bad results differ. If that is meant: scripts/expected.sh, read the difference, commit it." >&2
    exit 1
fi
echo "$(find "$kept" -name '*.json' | wc -l) results are as kept"
