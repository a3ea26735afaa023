#!/bin/sh
# Same scenario and seed, same bytes: every given build, 1, 2 and 5 threads, each kernel this processor
# has, and glibc with FMA and AVX2 hidden from it must give one hash.
#
# Threads take blocks of 256 paths, so that fewer than a few blocks would try nothing: 1300 paths.
#
# usage: matrix.sh PROBE WAARBORG...   (PROBE: libm_probe; see probe.c)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mask=glibc.cpu.hwcaps=-FMA,-AVX2,-AVX512F,-FMA4
probe=$1
shift
[ $# -ge 1 ] || { echo "usage: matrix.sh PROBE WAARBORG..." >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

scenarios="scenarios/limburg/basis.yaml scenarios/limburg/S01-tariefkorting.yaml
scenarios/limburg/S08-vier-gevallen.yaml scenarios/limburg/S13-geen-achterborg.yaml
tests/cases/hetero100_gauss_rho20/scenario.yaml tests/cases/hetero100_lgd3_wrongway/scenario.yaml
tests/cases/nested200/scenario.yaml tests/cases/davis_lo_n50/scenario.yaml
tests/cases/fund_ruin/scenario.yaml"

first=''
failed=no
# run COMMAND...: add its result to the output; 1: this processor lacks the kernel.
run() {
    if "$@" --json -n "${WAARBORG_MATRIX_PATHS:-1300}" --threads "$threads" --kernel "$kernel" \
        >>"$work/out" 2>"$work/err"; then
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
# variant NAME THREADS KERNEL COMMAND...: run every scenario and compare with the first variant.
variant() {
    name=$1 threads=$2 kernel=$3
    shift 3
    : >"$work/out"
    for scenario in $scenarios; do
        run "$@" sim run "$root/$scenario" || return 0
    done
    run "$@" sim size "$root/tests/cases/fund_ruin/scenario.yaml" --event ruin --target 5% || return 0
    hash=$(sha256sum <"$work/out" | cut -c1-16)
    if [ -z "$first" ]; then
        first=$hash
        cp "$work/out" "$work/first"
    fi
    if [ "$hash" = "$first" ]; then
        echo "$hash  $name"
    else
        echo "DIFFERENT $name: $hash, not $first" >&2
        diff "$work/first" "$work/out" | head -n 6 >&2 || true
        failed=yes
    fi
}

if [ "$("$probe")" = "$(GLIBC_TUNABLES=$mask "$probe")" ]; then
    echo "note: hiding FMA changes nothing in this processor's C library; that variant proves little"
fi
for waarborg in "$@"; do
    for count in 1 2 5; do
        variant "$waarborg, $count threads" "$count" auto "$waarborg"
    done
    variant "$waarborg, again" 2 auto "$waarborg"
    variant "$waarborg, FMA and AVX hidden" 2 auto env "GLIBC_TUNABLES=$mask" "$waarborg"
    for which in gmp portable avx2 avx512; do
        variant "$waarborg, kernel $which" 2 "$which" "$waarborg"
    done
done
[ "$failed" = no ] || exit 1
echo "one hash: $first"
