#!/bin/sh
# A small fund in ./fonds: its accounts, three municipalities and one entry.
set -eu
waarborg -q fund init fonds --name 'Waarborgfonds Voorbeeld' --year 2026
waarborg -q party import - --kind municipality --date 2026-01-01 <<'CSV'
cbs_code,name,under18
GM0935,Maastricht,18000
GM0917,Heerlen,14500
GM1883,Sittard-Geleen,15800
CSV
waarborg -q tx post --date 2026-01-05 --ref K-1 --memo 'eerste inleg' \
    --debit 1000=1000000.00 --credit 0200=1000000.00
