#!/bin/sh
# The fund of fund.sh with four eyes on: anna is maker and admin, bram and chantal are checkers, and
# chantal is a maker too. Their keys are in ./keys.
set -eu
fund.sh
keys.sh
waarborg -q user add anna --role maker --role admin --key keys/anna.pub --date 2026-01-01
waarborg -q user add bram --role checker --key keys/bram.pub --date 2026-01-01
waarborg -q user add chantal --role maker --role checker --key keys/chantal.pub --date 2026-01-01
waarborg -q fund four-eyes on
