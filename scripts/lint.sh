#!/bin/sh
# Style by machine: format, shell scripts, clang-tidy on all code but tests and benchmarks. Needs
# the compile commands of build/release-clang; what speaks MPI is in another build.
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror
git ls-files '*.sh' check demo .ci/run | xargs shellcheck
# Small batches keep every processor busy to the end; on stderr it only counts what it suppressed.
git ls-files '*.c' | grep -Ev '^(tests|bench)/|^cli/ranks_mpi' |
    xargs -P "$(nproc)" -n 3 clang-tidy -p build/release-clang --quiet 2>build/lint.log || {
    grep -Ev '^[0-9]+ warnings? generated' build/lint.log >&2 || true
    exit 1
}
