#!/bin/sh
# Goal: check.sh fails when it should; a guard that cannot fail guards nothing.
# Method: a copy of the sources with one violation in each place, and the complaint that each must
# get; then a copy with a room left out. Usage: catches.sh SOURCE_DIR
set -eu
source_dir=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

copy() {
    rm -rf "$work/tree"
    mkdir "$work/tree"
    for part in core proof policy ledger fund sim bridge report cli include; do
        [ ! -d "$source_dir/$part" ] || cp -r "$source_dir/$part" "$work/tree/$part"
    done
    : >"$work/complaints"
}

inject() { # inject FILE LINE COMPLAINT
    printf '%s\n' "$2" >>"$work/tree/$1"
    printf '%s\n' "$work/tree/$1: $3" >>"$work/complaints"
}

expect() { # every complaint, and a failure
    if sh "$here/check.sh" "$work/tree" >"$work/out" 2>&1; then
        echo "nothing was caught" >&2
        exit 1
    fi
    while IFS= read -r complaint; do
        grep -qF "$complaint" "$work/out" && continue
        echo "not caught: $complaint" >&2
        failures=$((failures + 1))
    done <"$work/complaints"
}

copy
sh "$here/check.sh" "$work/tree" || { echo "the tree itself fails" >&2; exit 1; }
inject core/money.c '#include "waarborg/ledger.h"' 'core may not include waarborg/ledger.h'
inject policy/loan.c '#include "waarborg/fund.h"' 'policy may not include waarborg/fund.h'
inject ledger/chain.c '#include "waarborg/opening.h"' 'ledger may not include waarborg/opening.h'
inject ledger/entry.c '#include <lmdb.h>' 'only ledger/store.c knows LMDB'
inject ledger/codec.c '#include <math.h>' 'ledger may not include <math.h>'
inject ledger/balance.c 'double rate(void);' 'no floating point near the books'
inject fund/fund.c '#include "waarborg/sim.h"' 'fund may not include waarborg/sim.h'
inject fund/chart.c '#include "ledger/store.h"' 'fund may not include ledger/store.h of another room'
inject fund/loan.c 'static float rate;' 'no floating point near the books'
inject sim/model.c '#include "waarborg/ledger.h"' 'sim may not include waarborg/ledger.h'
inject sim/normal.c '#include <lmdb.h>' 'sim may not include <lmdb.h>'
inject sim/random.c '#include <waarborg/sim.h>' 'write "waarborg/sim.h", not <waarborg/sim.h>'
inject report/statement.c '#include "cli/output.h"' 'report may not include cli/output.h'
inject cli/main.c 'void f(void) { mpz_init(0); }' 'cli holds no arithmetic and no store'
inject cli/run.c '#include "absent.h"' 'absent.h is not in cli'
inject include/waarborg/money.h '#include "waarborg/sim.h"' 'core may not include waarborg/sim.h'
inject include/waarborg/stray.h '/* a header of nobody */' 'belongs to no room'
expect

copy
rm -r "$work/tree/sim"
echo 'sim: the room is missing' >"$work/complaints"
expect

[ "$failures" -eq 0 ] || exit 1
echo "every violation was caught"
