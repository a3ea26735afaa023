#!/bin/sh
# Install what the project builds and tests with. The one table of packages: CI uses it too.
# Silent and offline when nothing is missing. Exit 69: something is missing and cannot be installed.
# usage: deps.sh [--mpi]   (--mpi: also what the preset `mpi` needs)
set -eu

packages='gcc clang cmake ninja-build pkg-config git libc6-dev liblmdb-dev libgmp-dev libfyaml-dev
libjansson-dev libcsv-dev libsodium-dev nettle-dev libcmocka-dev libmpfr-dev libclang-rt-14-dev clang-format
clang-tidy shellcheck util-linux'
case ${1:-} in
'') ;;
--mpi) packages="$packages openmpi-bin libopenmpi-dev" ;;
*)
    echo "usage: scripts/deps.sh [--mpi]" >&2
    exit 2
    ;;
esac

missing=''
if command -v dpkg-query >/dev/null 2>&1; then
    for package in $packages; do
        status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
        case $status in
        'install ok installed') ;;
        *) missing="$missing $package" ;;
        esac
    done
else
    cat >&2 <<'TABLE'
This is not Debian or Ubuntu. Install these yourself, then run the command again:
  a C17 compiler (gcc and clang), cmake >= 3.25, ninja, pkg-config, git
  lmdb >= 0.9.24, gmp >= 6.2, libfyaml >= 0.7.12, jansson >= 2.14, libcsv >= 3.0.3,
  libsodium >= 1.0.18, nettle >= 3.8; for the tests cmocka >= 1.1.5 and mpfr >= 4
Fedora (untested): lmdb-devel gmp-devel libfyaml-devel jansson-devel libcsv-devel libsodium-devel nettle-devel
Homebrew (untested): lmdb gmp libfyaml jansson libcsv libsodium nettle cmocka mpfr
TABLE
    for tool in cc cmake ninja pkg-config; do
        command -v "$tool" >/dev/null 2>&1 || exit 69
    done
    pkg-config --exists lmdb gmp libfyaml jansson libsodium nettle || exit 69
    exit 0
fi
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -eq 0 ]; then
    sudo=''
elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
    sudo='sudo'
    echo "These packages are missing; the next command asks for your password once:" >&2
    echo "  sudo $install" >&2
else
    echo "These packages are missing. Run this once, then try again:" >&2
    echo "  sudo apt-get update && sudo $install" >&2
    exit 69
fi
echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
for attempt in 1 2; do
    # shellcheck disable=SC2086  # word splitting is what makes the list a list
    if $sudo apt-get update -qq && $sudo $install >/dev/null; then
        exit 0
    fi
    [ "$attempt" -eq 2 ] || echo "The package server did not answer; trying once more." >&2
done
echo "Could not install:$missing (is the network up?)" >&2
exit 69
