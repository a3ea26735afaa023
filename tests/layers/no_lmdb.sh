#!/bin/sh
# Goal: a program with all of sim/ and policy/ needs no LMDB. Method: its symbols and libraries.
# Usage: no_lmdb.sh PROGRAM
set -eu
"$1" || { echo "$1 does not run" >&2; exit 1; }
nm "$1" | grep -q ' wb_philox$' || { echo "$1 does not hold the engine" >&2; exit 1; }
if nm "$1" | grep ' mdb_'; then
    echo "the engine needs LMDB" >&2
    exit 1
fi
if readelf -d "$1" | grep -i 'lmdb'; then
    echo "the engine is linked with LMDB" >&2
    exit 1
fi
