#!/bin/sh
# Keys for the transcripts, in ./keys: anna, bram, chantal, dirk, and another one of anna (anna-2).
# They are the same on every run, cheap to open, and secret to nobody: their passphrase lies beside.
set -eu
cp -r "$(dirname "$0")/keys" keys
chmod 700 keys
chmod 600 keys/*.key
