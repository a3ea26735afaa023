#!/bin/sh
# Goal: the arrows between the rooms hold, in what files include and in what libraries need.
# Method: every include of every source against the list of its room; every undefined wb_ symbol of
# every library against the libraries its room may use. Usage: check.sh SOURCE_DIR [BUILD_DIR]
set -eu
source_dir=$1
build_dir=${2:-}
failures=0
libm='^(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh'
libm="$libm|erf|erfc|tgamma|lgamma|cbrt|hypot|fma)[fl]?\$"

fail() {
    echo "$1" >&2
    failures=$((failures + 1))
}

# The headers that belong to each room. A new header must be added here, under one room.
headers_of() {
    case $1 in
    core) echo 'error money rate split date text csv' ;;
    policy) echo 'waterfall loan allocation opening' ;;
    proof) echo 'tree key note' ;;
    ledger) echo 'ledger control anchor' ;;
    fund) echo 'fund' ;;
    sim)
        echo 'scenario model numeric sim sim_part sim_compare sim_exact sim_rare' \
            'sim_lever sim_pooling sim_precision sim_reverse sim_sensitivity'
        ;;
    bridge) echo 'bridge' ;;
    report) echo 'statement sim_report' ;;
    cli) echo '' ;;
    *) echo "no such room: $1" >&2; exit 1 ;;
    esac
}

# The rooms whose headers a room may include, itself first.
rooms_seen_by() {
    case $1 in
    core) echo 'core' ;;
    policy) echo 'policy core' ;;
    proof) echo 'proof core' ;;
    ledger) echo 'ledger proof core' ;;
    fund) echo 'fund ledger proof policy core' ;;
    sim) echo 'sim policy core' ;;
    bridge) echo 'bridge fund ledger proof sim policy core' ;;
    report) echo 'report fund ledger proof sim policy core' ;; # plain structs only: see rooms_linked_by
    cli) echo 'cli report bridge sim fund ledger proof policy core' ;;
    esac
}

# The rooms whose code a room may call.
rooms_linked_by() {
    case $1 in
    report) echo 'report policy core' ;;
    *) rooms_seen_by "$1" ;;
    esac
}

# The outside headers that are kept to some rooms, and those rooms.
rooms_for_outside() {
    case $1 in
    lmdb.h) echo 'ledger' ;;
    libfyaml.h) echo 'sim' ;;
    csv.h) echo 'core' ;;
    jansson.h) echo 'ledger fund sim bridge report cli' ;;
    nettle/*) echo 'proof' ;;
    sodium.h) echo 'proof ledger sim' ;;
    pthread.h | stdatomic.h) echo 'ledger sim' ;;
    math.h) echo 'sim' ;; # for sqrt and fabs; what libm may not be asked is checked below
    *) echo 'core proof policy ledger fund sim bridge report cli' ;;
    esac
}

has_word() { # has_word WORD LIST...
    wanted=$1
    shift
    for word in "$@"; do
        [ "$word" = "$wanted" ] && return 0
    done
    return 1
}

# Includes of one file of a room (or of a public header of that room).
check_includes() { # check_includes FILE ROOM
    file=$1
    room=$2
    allowed=''
    for seen in $(rooms_seen_by "$room"); do allowed="$allowed $(headers_of "$seen")"; done
    # shellcheck disable=SC2013  # names of headers hold no blanks
    for include in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file"); do
        case $include in
        waarborg/*)
            name=${include#waarborg/}
            # shellcheck disable=SC2086  # a list of words
            has_word "${name%.h}" $allowed || fail "$file: $room may not include $include"
            ;;
        "$room"/*) [ -f "$source_dir/$include" ] || fail "$file: $include does not exist" ;;
        */*) fail "$file: $room may not include $include of another room" ;;
        *) [ -f "$(dirname "$file")/$include" ] || fail "$file: $include is not in $room" ;;
        esac
    done
    # shellcheck disable=SC2013  # names of headers hold no blanks
    for include in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*<\([^>]*\)>.*/\1/p' "$file"); do
        case $include in
        waarborg/*) fail "$file: write \"$include\", not <$include>" ;;
        esac
        # shellcheck disable=SC2046  # a list of words
        has_word "$room" $(rooms_for_outside "$include") || fail "$file: $room may not include <$include>"
    done
}

rooms=''
for room in core proof policy ledger fund sim bridge report cli; do
    [ -f "$source_dir/$room/CMakeLists.txt" ] || continue
    rooms="$rooms $room"
    count=0
    for file in "$source_dir/$room"/*.[ch]; do
        [ -f "$file" ] || continue
        count=$((count + 1))
        check_includes "$file" "$room"
    done
    [ "$count" -gt 0 ] || fail "$room: no source was checked"
done
for must in core proof policy ledger fund sim report cli; do
    # shellcheck disable=SC2086  # a list of words
    has_word "$must" $rooms || fail "$must: the room is missing, so nothing of it was checked"
done

# Every public header belongs to exactly one room, and keeps to that room's arrows.
for file in "$source_dir"/include/waarborg/*.h; do
    name=$(basename "$file" .h)
    owner=''
    for room in core proof policy ledger fund sim bridge report; do
        # shellcheck disable=SC2046  # a list of words
        has_word "$name" $(headers_of "$room") && owner="$owner $room"
    done
    case $owner in
    '') fail "$file: belongs to no room; add it to tests/layers/check.sh" ;;
    ' '*' '*) fail "$file: belongs to more than one room:$owner" ;;
    *) check_includes "$file" "${owner# }" ;;
    esac
done

# Special doors.
for file in "$source_dir"/ledger/*.[ch]; do
    [ -f "$file" ] || continue
    case $file in */store.c) continue ;; esac
    if grep -q 'lmdb\.h\|[^a-z_]mdb_[a-z]' "$file"; then fail "$file: only ledger/store.c knows LMDB"; fi
done
for file in "$source_dir"/cli/*.[ch]; do
    if grep -q '[^a-z_]\(mpz\|mpq\|mpf\|mdb\)_[a-z]' "$file"; then
        fail "$file: cli holds no arithmetic and no store"
    fi
done
for room in ledger fund; do
    for file in "$source_dir/$room"/*.[ch]; do
        [ -f "$file" ] || continue
        if grep -Eq '(^|[^a-z_])(double|float)( [a-z_*]|[)*])' "$file"; then
            fail "$file: no floating point near the books"
        fi
    done
done

# What the libraries need of each other.
if [ -n "$build_dir" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    for room in $rooms; do
        library="$build_dir/$room/libwb_$room.a"
        [ -f "$library" ] || { fail "$library: not built"; continue; }
        nm "$library" 2>/dev/null >"$work/$room.nm"
        # lines are "ADDRESS TYPE NAME", or "U NAME"; "NAME.o:" and blank lines fall away
        awk 'NF == 3 && $2 ~ /^[TDBRVWC]$/ {print $3}' "$work/$room.nm" | sort -u >"$work/$room.defined"
        awk 'NF == 2 && $1 == "U" {print $2}' "$work/$room.nm" | sort -u >"$work/$room.needs"
        [ -s "$work/$room.defined" ] || fail "$library: defines nothing"
    done
    for room in $rooms; do
        [ -f "$work/$room.needs" ] || continue
        : >"$work/may"
        for linked in $(rooms_linked_by "$room"); do
            [ ! -f "$work/$linked.defined" ] || cat "$work/$linked.defined" >>"$work/may"
        done
        sort -u -o "$work/may" "$work/may"
        for symbol in $(grep '^wb_' "$work/$room.needs" | comm -23 - "$work/may"); do
            fail "libwb_$room.a needs $symbol, which is in no room that $room may use"
        done
        # libm's functions have other last bits on other processors; sqrt is exact everywhere.
        for symbol in $(grep -E "$libm" "$work/$room.needs" || true); do
            fail "libwb_$room.a needs $symbol of libm"
        done
        if [ "$room" != ledger ]; then
            for symbol in $(grep '^mdb_' "$work/$room.needs" || true); do
                fail "libwb_$room.a needs LMDB: $symbol"
            done
        fi
    done
fi

if [ "$failures" -gt 0 ]; then
    echo "$failures arrows are reversed" >&2
    exit 1
fi
echo "the arrows hold in:$rooms"
