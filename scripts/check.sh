#!/bin/sh
# The whole truth about a checkout: build each configuration, run its tests, compare the results.
set -eu
cd "$(dirname "$0")/.."
deep=no
for argument in "$@"; do
    case $argument in
    --deep) deep=yes ;;
    *)
        echo "usage: ./check [--deep]" >&2
        exit 2
        ;;
    esac
done
scripts/deps.sh
export WAARBORG_DEEP="$deep"
jobs=$(nproc)
mkdir -p build
start=$(date +%s)
step() {
    echo "== $* ($(($(date +%s) - start)) s)"
}
for preset in release release-clang dev tsan; do
    step "$preset: build"
    cmake --preset "$preset" >build/check.log 2>&1 || { cat build/check.log; exit 1; }
    cmake --build --preset "$preset" >build/check.log 2>&1 || { cat build/check.log; exit 1; }
done
mpi=''
step "mpi: build"
if scripts/deps.sh --mpi; then
    cmake --preset mpi >build/check.log 2>&1 || { cat build/check.log; exit 1; }
    cmake --build --preset mpi >build/check.log 2>&1 || { cat build/check.log; exit 1; }
    mpi='--mpi build/mpi/cli/waarborg'
else
    echo "note: without Open MPI; that mpirun changes no figure is not looked at"
fi
step "format, shell scripts, clang-tidy"
scripts/lint.sh
step "one hash from every build"
# shellcheck disable=SC2086  # two words or none
tests/determinism/matrix.sh build/release/tests/determinism/libm_probe $mpi \
    build/release/cli/waarborg build/release-clang/cli/waarborg build/dev/cli/waarborg
# The sanitizers look at memory and races; release judges the figures too, the long `cases`.
step "tsan: test"
ctest --preset tsan -j "$jobs" -L threads
for preset in dev release-clang; do
    step "$preset: test"
    ctest --preset "$preset" -j "$jobs" -LE 'cases|determinism'
done
step "release: test"
ctest --preset release -j "$jobs" -LE determinism
if [ "$deep" = yes ]; then
    step "coverage"
    scripts/coverage.sh
    step "fuzz"
    scripts/fuzz.sh
fi
step "./check passed"
