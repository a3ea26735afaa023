#!/bin/sh
# Style by machine: format, shell scripts, clang-tidy on all code but the tests. Needs build/release.
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror
git ls-files '*.sh' check demo .ci/run | xargs shellcheck
git ls-files '*.c' | grep -Ev '^(tests|bench)/' |
    xargs -P 2 -n 8 clang-tidy -p build/release --quiet \
        --extra-arg=-Wno-unknown-warning-option 2>/dev/null
