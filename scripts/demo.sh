#!/bin/sh
# The whole job on the example region: a year of books, then ten years of foresight from them.
# Everything it makes stands in build/demo; run it again and it starts afresh.
set -eu
cd "$(dirname "$0")/.."
top=$PWD
if [ $# -gt 0 ]; then
    echo "usage: ./demo" >&2
    exit 2
fi
scripts/deps.sh
start=$(date +%s)
mkdir -p build
echo "Building the program (build/release) ..."
cmake --preset release -DWAARBORG_TESTS=OFF >build/demo.log 2>&1 || { cat build/demo.log; exit 1; }
cmake --build --preset release >build/demo.log 2>&1 || { cat build/demo.log; exit 1; }
PATH="$top/build/release/cli:$PATH"

limburg=$top/scenarios/limburg
rm -rf build/demo
mkdir -p build/demo
cd build/demo
export WAARBORG_AS=anna # who makes the entries of this demo
unset WAARBORG_FUND || true

chapter() {
    printf '\n\n%s\n' "$1"
    printf '%s\n' "$1" | sed 's/./=/g'
}
say() {
    printf '\n%s\n' "$*"
}
# Show a command as a person would type it, and run it.
run() {
    printf '\n$ waarborg'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_./:=,%+-]* | '') printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done | sed "s#$top/##g"
    printf '\n'
    waarborg "$@" 2>&1
}
# The same for a command that must be refused; the demo fails when it is not.
refused() {
    expected=$1
    shift
    status=0
    run "$@" || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "demo: expected exit status $expected, got $status" >&2
        exit 1
    fi
    printf '[exit %s]\n' "$status"
}

chapter "1. The books: a year of a guarantee fund"
say "A fund is a directory with a ledger and a chart of accounts. Nothing in it is ever changed or
deleted; a mistake is corrected by a reversing entry."
run fund init fund --name 'Waarborgfonds Jeugdzorg Limburg (voorbeeld)' --year 2026
export WAARBORG_FUND=fund
say "Who takes part: 31 municipalities, 209 providers (under pseudonyms) and the state."
run party import "$limburg/data/municipalities.csv" --kind municipality --date 2026-01-01
run party import "$limburg/data/providers.csv" --kind provider --date 2026-01-01
run party import "$limburg/books/state.csv" --kind state --date 2026-01-01
say "Founding capital, and the contributions of 2026. Each municipality pays by its residents under 18;
the parts add up to the decision to the cent."
run tx post "$limburg/books/opening-2026.csv"
run contribution assess --year 2026 --group municipalities --amount 1500000.00 --key under18 \
    --ref B-2026-G --date 2026-01-15
run contribution assess --year 2026 --group state --amount 1500000.00 --key equal \
    --ref B-2026-R --date 2026-01-15
run contribution assess --year 2026 --group providers --amount 860000.00 --key revenue \
    --ref B-2026-A --date 2026-01-15
run contribution receive "$limburg/books/receipts-2026.csv"
say "Who still owes?"
run contribution open

chapter "2. A loan to a provider in distress"
say "Systeemaanbieder 2 cannot pay its wages next month. It borrows 2.5 million, pays half a million
back, and a settlement with its creditors costs the fund 300 000."
run loan new L-1 --party SYS02 --principal 2500000.00 --rate 2% --start 2026-03-01 \
    --maturity 2027-06-30
run loan disburse L-1 --date 2026-04-01 --amount 2500000.00
run loan repay L-1 --date 2026-10-01 --amount 500000.00
run loan writeoff L-1 --date 2026-12-15 --amount 300000.00 \
    --reason 'Akkoord met schuldeisers, besluit bestuur 2026-12-10'
run loan accrue --to 2026-12-31
run tx post "$limburg/books/costs-2026.csv"
run loan list

chapter "3. What the books refuse"
say "The same bank file again: nothing is posted twice."
run contribution receive "$limburg/books/receipts-2026.csv"
say "The same reference with another amount, an entry that does not balance, and a third decimal:
refused, and nothing is written."
sed 's/^O-2026-001,2026-02-02,rijk,1500000.00/O-2026-001,2026-02-02,rijk,1600000.00/' \
    "$limburg/books/receipts-2026.csv" >receipts-altered.csv
refused 4 contribution receive receipts-altered.csv
refused 4 tx post --date 2026-12-31 --debit 1000=100.00 --credit 8110=90.00 --memo Rente --ref R-1
refused 3 tx post --date 2026-12-31 --debit 1000=100.005 --credit 8110=100.005 --memo Rente --ref R-1

chapter "4. The balance sheet, and the proof"
run report balance-sheet --at 2026-12-31
run ledger verify
say "Somebody with access to the disk changes one letter of one entry in a copy of the books:"
cp -r fund tampered
# Older copies of a page stay in the file until LMDB reuses them; change the letter in every one.
LC_ALL=C grep -abo 'Akkoord met schuldeisers' tampered/data.mdb | cut -d : -f 1 | while read -r at; do
    printf 'a' | dd of=tampered/data.mdb bs=1 seek="$at" conv=notrunc status=none
done
refused 6 -C tampered ledger verify

chapter "5. The foresight: ten years from these books"
say "The simulation starts from the verified books: their cash and the loan that is still out. It plays
ten years of quarters 200 000 times over; in each, providers get into trouble, borrow, repay or fail."
scenario() { # NAME BASE: the base's scenario, started from the books
    printf 'waarborg: scenario/1\nextends: ../../scenarios/limburg/%s\nfund: {opening: {from_ledger: fund}}\n' \
        "$2" >"$1.yaml"
}
scenario basis basis.yaml
scenario S01 S01-tariefkorting.yaml
scenario S08 S08-vier-gevallen.yaml
scenario S13 S13-geen-achterborg.yaml
scenario zonder-rijk zonder-rijk.yaml
run scenario check basis.yaml S01.yaml S08.yaml S13.yaml zonder-rijk.yaml
run sim run basis.yaml
say "The same seed gives the same result, byte for byte:"
waarborg sim run basis.yaml --json -q >basis.json
waarborg sim run basis.yaml --json -q --threads 1 >again.json
cmp basis.json again.json
echo "basis.json and a second run on one thread: equal ($(wc -c <basis.json) bytes)."
say "The stresses beside the base, on the same futures, so that small differences show: tariffs 3 % too
low for three years, four large cases at once, and no state from 2028 to 2032."
run sim stress basis.yaml S01.yaml S08.yaml S13.yaml
say "Any single future can be looked at: as the books it would have led to."
run sim replay basis.yaml --path 17 --into path-17
run -C path-17 ledger verify

chapter "6. How large must the fund be?"
say "The opening capital with which, in at least 99 of 100 futures, the obligo is not used up in ten years;
and the same when the state neither contributes nor stands behind the fund:"
run sim size basis.yaml --event obligo_used_up --target 1% --years 10
run sim size zonder-rijk.yaml --event obligo_used_up --target 1% --years 10

chapter "Done in $(($(date +%s) - start)) seconds"
cat <<END
  build/demo/fund         the books ($(du -k fund/data.mdb | cut -f 1) kB)
  build/demo/basis.json   the result document of the base
  build/demo/path-17      one of its futures, as books
  build/demo/*.yaml       the scenarios that ran

Next, from here:
  build/release/cli/waarborg -C build/demo/fund party statement SYS02
  build/release/cli/waarborg scenario show build/demo/S01.yaml --resolved
  build/release/cli/waarborg --help
END
