#!/bin/sh
# Goal: merging two regions of municipalities (S10) moves no cent: every figure of the result but those
# by region of payers is the basis's, and the regions that merged have together what they had apart.
# Usage: neutral.sh WAARBORG LIMBURG_DIR
set -eu
waarborg=$1
dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in basis S10-regiofusie; do
    "$waarborg" -q sim run "$dir/$name.yaml" -n 2000 --json >"$work/$name.json"
    # the document's head names the scenario
    grep '"id"' "$work/$name.json" | grep -v '"id": "cost_.*"region"' | sed 's/,$//' >"$work/$name.rest"
    [ "$(grep -c '"party"' "$work/$name.rest")" -ge 31 ] || {
        echo "no cost by municipality in the result of $name" >&2
        exit 1
    }
    # mean cost of a region, in cents
    grep '"cost_mean"' "$work/$name.json" | grep '"region": "midden-limburg' |
        sed 's/.*"amount": {"eur": "\([0-9]*\)\.\([0-9]*\)"}.*/\1\2/' |
        awk '{ sum += $1 } END { printf "%d regions, %d cents\n", NR, sum }' >"$work/$name.regions"
done
if ! cmp -s "$work/basis.rest" "$work/S10-regiofusie.rest"; then
    echo "figures that are not by region differ:" >&2
    diff "$work/basis.rest" "$work/S10-regiofusie.rest" | head -n 10 >&2
    exit 1
fi
before=$(cat "$work/basis.regions")
after=$(cat "$work/S10-regiofusie.regions")
if [ "${before%%,*}" != '2 regions' ] || [ "${after%%,*}" != '1 regions' ] ||
    [ "${before#*,}" != "${after#*,}" ]; then
    echo "the regions cost $before apart and $after together" >&2
    exit 1
fi
