#!/bin/sh
# Goal: in a directory that may not be written, reading works and writing is refused in words.
# Method: a fund of another user, and an unprivileged user (root may write anywhere, so root drops
# to uid 65534). Exit 77 (skipped) when that cannot be done. Usage: read_only.sh PROGRAM
set -eu
program=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/waarborg-readonly-XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
cp "$program" "$work/waarborg"
PATH="$work:$PATH"
WAARBORG_FUND=fonds
export PATH WAARBORG_FUND
cd "$work"
"$here/../cli/fund.sh"
before=$(waarborg ledger verify --json)
chmod -R a-w,a+rX fonds

if [ "$(id -u)" -eq 0 ]; then
    if ! setpriv --reuid=65534 --regid=65534 --clear-groups waarborg version >/dev/null 2>&1; then
        echo "skipped: root cannot become another user here"
        exit 77
    fi
    unprivileged() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
else
    unprivileged() { "$@"; }
fi

check() { # check STATUS TEXT COMMAND...
    want=$1
    text=$2
    shift 2
    status=0
    unprivileged "$@" >out 2>&1 || status=$?
    if [ "$status" -ne "$want" ] || ! grep -q "$text" out; then
        echo "'$*' ended with $status, not $want and '$text':" >&2
        cat out >&2
        exit 1
    fi
}

touch out
chmod 666 out
check 7 'error\[E0701\]' waarborg tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00
check 7 'error\[E0701\]' waarborg fund init fonds/inner --name Inner --year 2026
check 7 'error\[E0701\]' waarborg ledger backup fonds/copy.wbb
check 0 'eerste inleg' waarborg tx list
check 0 'head' waarborg ledger verify
[ "$(waarborg ledger verify --json)" = "$before" ] || { echo "the ledger changed" >&2; exit 1; }
if [ -e fonds/inner ] || [ -e fonds/copy.wbb ]; then
    echo "something was written" >&2
    exit 1
fi
echo "refused in words, and nothing was written"
