#!/bin/sh
# The whole truth about a checkout: build each configuration, run each one's tests, compare.
set -eu
deep=no
for argument in "$@"; do
    case $argument in
    --deep) deep=yes ;;
    *) echo "usage: ./check [--deep]" >&2; exit 2 ;;
    esac
done
scripts/deps.sh
export WAARBORG_DEEP="$deep"
start=$(date +%s)
for preset in release dev tsan release-clang; do
    echo "== $preset: build"
    cmake --preset "$preset" >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
    cmake --build --preset "$preset" 2>&1 | tail -n 3
done
for preset in dev tsan release-clang release; do
    echo "== $preset: test"
    ctest --preset "$preset" -j 2
done
echo "./check passed in $(($(date +%s) - start)) s"
