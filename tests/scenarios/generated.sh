#!/bin/sh
# Goal: the tables of the national scenario are what its generator makes, byte for byte.
# Usage: generated.sh GENERATE_LANDELIJK DIR
set -eu
generate=$1
dir=$2
made=$(mktemp)
trap 'rm -f "$made"' EXIT
for table in providers municipalities; do
    "$generate" $table >"$made"
    if ! cmp -s "$dir/data/$table.csv" "$made"; then
        diff -u "$dir/data/$table.csv" "$made" | head -n 20 || true
        echo "$dir/data/$table.csv is not what the generator makes; to renew it:" >&2
        echo "  build/release/tests/scenarios/generate_landelijk $table >scenarios/landelijk/data/$table.csv" >&2
        exit 1
    fi
done
