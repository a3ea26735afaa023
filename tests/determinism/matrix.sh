#!/bin/sh
# Same scenario and seed, same bytes: one hash a scenario, from every given build, with 1, 2 and 5 threads, in
# one run or merged from 3 shards, from 1 and 4 processes of mpirun, on each kernel this processor has, and
# with FMA and AVX hidden from glibc.
#
# Threads take blocks of 256 paths, so that fewer than a few blocks would try nothing. The few scenarios below
# go through every variant, with 1300 paths; all shipped ones, with 600, through those that are fast.
#
# usage: matrix.sh PROBE [--mpi WAARBORG] WAARBORG...   (PROBE: libm_probe; see probe.c)
#        --mpi: a build with WAARBORG_MPI; only the first of the others runs every shipped scenario
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mask=glibc.cpu.hwcaps=-FMA,-AVX2,-AVX512F,-FMA4
usage() {
    echo "usage: matrix.sh PROBE [--mpi WAARBORG] WAARBORG..." >&2
    exit 2
}
[ $# -ge 2 ] || usage
probe=$1
shift
mpi=''
if [ "$1" = --mpi ]; then
    [ $# -ge 3 ] || usage
    mpi=$2
    shift 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/first"

few="scenarios/limburg/basis.yaml scenarios/limburg/S01-tariefkorting.yaml
scenarios/limburg/S08-vier-gevallen.yaml scenarios/limburg/S13-geen-achterborg.yaml
tests/cases/hetero100_gauss_rho20/scenario.yaml tests/cases/hetero100_lgd3_wrongway/scenario.yaml
tests/cases/nested200/scenario.yaml tests/cases/davis_lo_n50/scenario.yaml
tests/cases/fund_ruin/scenario.yaml"
# A start from the books needs books, whose hashes hold the time they were made; a table of stresses is no scenario.
all=$(cd "$root" && find scenarios -name '*.yaml' -exec grep -L -e 'from_ledger' -e 'stress-table/1' {} + | LC_ALL=C sort)

failed=no
documents=0
variants=0
# keep NAME: the document in $work/out is that of NAME from the first variant, or becomes it.
keep() {
    first=$work/first/$(echo "$1" | tr '/ ' '__')
    documents=$((documents + 1))
    if [ ! -e "$first" ]; then
        cp "$work/out" "$first"
    elif ! cmp -s "$work/out" "$first"; then
        echo "DIFFERENT $name: $1" >&2
        diff "$first" "$work/out" | head -n 6 >&2 || true
        failed=yes
    fi
}
# run COMMAND...: into $work/out; 1: this processor lacks the kernel.
run() {
    if "$@" --threads "$threads" --kernel "$kernel" >"$work/out" 2>"$work/err"; then
        return 0
    fi
    if grep -q 'processor' "$work/err"; then
        echo "skipped   $name: $(head -n 1 "$work/err")"
        return 1
    fi
    cat "$work/err" >&2
    echo "FAILED    $name: $*" >&2
    exit 1
}
# variant NAME THREADS KERNEL SHARDS WHICH COMMAND...: the few scenarios, or with WHICH `all` those too.
variant() {
    name=$1 threads=$2 kernel=$3 shards=$4 which=$5
    shift 5
    variants=$((variants + 1))
    before=$documents
    for scenario in $few; do
        one "$scenario" 1300 "$@" || return 0
    done
    if [ "$which" = all ]; then
        for scenario in $all; do
            one "$scenario" 600 "$@" || return 0
        done
    fi
    if [ "$shards" = 0 ]; then
        ruin=$root/tests/cases/fund_ruin/scenario.yaml
        run "$@" sim size "$ruin" --event ruin --target 5% --lever all --json -n 1300
        keep 'sim size'
        run "$@" sim reverse "$ruin" --until 'ruin > 20%' --vary pd_multiplier --json -n 600
        keep 'sim reverse'
        run "$@" sim sensitivity "$ruin" --event ruin --json -n 600
        keep 'sim sensitivity'
        run "$@" sim pooling "$ruin" --json -n 600
        keep 'sim pooling'
    fi
    echo "the same  $name: $((documents - before)) documents"
}
# one SCENARIO PATHS COMMAND...: in one run, or the shards merged, the last one first.
one() {
    scenario=$1 paths=$2
    shift 2
    if [ "$shards" = 0 ]; then
        run "$@" sim run "$root/$scenario" --json -n "$paths" || return 1
    else
        parts=''
        shard=1
        while [ $shard -le "$shards" ]; do
            rm -f "$work/$shard.part"
            run "$@" sim run "$root/$scenario" -n "$paths" --shard "$shard/$shards" --out "$work/$shard.part" ||
                return 1
            parts="$work/$shard.part $parts"
            shard=$((shard + 1))
        done
        # shellcheck disable=SC2086  # a list of words
        run "$@" sim merge "$root/$scenario" --json $parts
    fi
    keep "$scenario, $paths paths"
}

if [ "$("$probe")" = "$(GLIBC_TUNABLES=$mask "$probe")" ]; then
    echo "note: hiding FMA changes nothing in this processor's C library; that variant proves little"
fi
extent=all
for waarborg in "$@"; do
    for count in 1 2 5; do
        variant "$waarborg, $count threads" "$count" auto 0 "$extent" "$waarborg"
    done
    variant "$waarborg, again" 2 auto 0 few "$waarborg"
    variant "$waarborg, 1 shard" 2 auto 1 few "$waarborg"
    variant "$waarborg, 3 shards" 2 auto 3 "$extent" "$waarborg"
    variant "$waarborg, FMA and AVX hidden" 2 auto 0 "$extent" env "GLIBC_TUNABLES=$mask" "$waarborg"
    variant "$waarborg, kernel gmp" 2 gmp 0 few "$waarborg"
    for which in portable avx2 avx512; do
        variant "$waarborg, kernel $which" 2 "$which" 0 "$extent" "$waarborg"
    done
    extent=few
done
if [ -n "$mpi" ]; then
    for count in 1 4; do
        variant "$mpi, $count processes" 1 auto 0 few \
            mpirun --allow-run-as-root --oversubscribe -n "$count" "$mpi"
    done
fi
[ "$failed" = no ] || exit 1
(cd "$work/first" && sha256sum -- * | cut -c1-16,65-)
echo "one hash a scenario: $documents documents of $variants variants"
