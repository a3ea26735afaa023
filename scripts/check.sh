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
start=$(date +%s)
step() {
    echo "== $* ($(($(date +%s) - start)) s)"
}
mkdir -p build
for preset in release dev tsan release-clang; do
    step "$preset: build"
    cmake --preset "$preset" >build/check.log 2>&1 || { cat build/check.log; exit 1; }
    cmake --build --preset "$preset" >build/check.log 2>&1 || { cat build/check.log; exit 1; }
done
step "format, shell scripts, clang-tidy"
scripts/lint.sh
# ThreadSanitizer looks at what has threads or processes; the other configurations run everything.
step "tsan: test"
ctest --preset tsan -j 2 -L threads
for preset in dev release-clang release; do
    step "$preset: test"
    ctest --preset "$preset" -j 2
done
step "one hash from every build"
tests/determinism/matrix.sh build/release/tests/determinism/libm_probe \
    build/release/cli/waarborg build/release-clang/cli/waarborg build/dev/cli/waarborg
step "./check passed"
