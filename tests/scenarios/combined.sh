#!/bin/sh
# Goal: the compound scenario X2 is its four parts on the base at once, no stress file is missing from
# the table of its region, and a stress of both regions is the same in both.
# Method: every figure of X2 against that of `sim stress --combine`; the text of the stresses.
# Usage: combined.sh WAARBORG SCENARIOS_DIR
set -eu
waarborg=$1
dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# figures OUT PLACE ARGUMENTS...: the figures of the scenario at a place of the list.
figures() {
    out=$1
    place=$2
    shift 2
    "$waarborg" -q sim stress "$@" -n 1000 --json |
        sed -n "s/, \"scenario\": $place\([,}]\)/\1/p" | sed 's/,$//' >"$out"
    [ "$(wc -l <"$out")" -ge 15 ] || {
        echo "no figures of scenario $place" >&2
        exit 1
    }
}

for region in limburg landelijk; do
    cd "$dir/$region"
    figures "$work/whole" 1 basis.yaml X2-samengesteld.yaml
    figures "$work/parts" 5 basis.yaml S03-afbouw-verblijf.yaml S04-cao.yaml S07-opeising.yaml \
        S13-geen-achterborg.yaml --combine
    if ! diff "$work/whole" "$work/parts" >"$work/difference"; then
        echo "$region: X2 is not S03, S04, S07 and S13 together:" >&2
        head -n 6 "$work/difference" >&2
        exit 1
    fi
    for file in S[0-9]*.yaml X[12]*.yaml; do
        [ -e "$file" ] || continue
        grep -q "^  - $file\$" stress.yaml || {
            echo "$region/stress.yaml does not list $file" >&2
            exit 1
        }
    done
done

for file in "$dir"/landelijk/[SX]*.yaml; do
    name=${file##*/}
    sed -n '/^stress:/,$p' "$file" >"$work/whole"
    sed -n '/^stress:/,$p' "$dir/limburg/$name" >"$work/parts"
    cmp -s "$work/whole" "$work/parts" || {
        echo "$name has other stresses in landelijk than in limburg:" >&2
        diff "$work/parts" "$work/whole" | head -n 6 >&2
        exit 1
    }
done
