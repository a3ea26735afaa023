#!/bin/sh
# Goal: every console block of a page of documentation is what the program really prints.
# Method: run the page's commands in order in an empty directory beside the shipped scenarios, and
# compare with the page. WB_GOLDEN=update rewrites the page; read the difference before you commit.
#
#   console.sh PROGRAM SCENARIOS PAGE
#
# In a ```console block "$ " starts a command and "> " continues it; all else is output, standard
# output and error together. Hashes, keys, times and speeds differ on every run and are not compared.
set -eu
program=$1
scenarios=$2
page=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/waarborg-page-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/here"
ln -s "$program" "$work/bin/waarborg"
ln -s "$scenarios" "$work/here/scenarios"
PATH="$work/bin:$PATH"
WAARBORG_AS=anna
export PATH WAARBORG_AS

normalise() {
    sed -E -e 's/[0-9a-f]{64}/<hash>/g' -e '/^[0-9]+ paths in /d' \
        -e 's/(^|[ (])[0-9a-f]{4} [0-9a-f]{4}($|[ );,.])/\1<hash>\2/g' \
        -e 's/[0-9a-f]{8}\+A[A-Za-z0-9+\/]{43}/<key>/g' -e 's/key [0-9a-f]{8}/key <id>/g' \
        -e 's/records, 20[0-9]{2}-[0-9]{2}-[0-9]{2}\)/records, <date>)/g' \
        -e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/<time>/g'
}

# One shell runs all commands, so that `export` and `cd` last; after each its number is printed.
awk -v dir="$work" '
    /^```console$/ { block = 1; next }
    /^```$/ { block = 0; next }
    block && /^\$ / { n++; print substr($0, 3) > (dir "/command." n) }
    block && /^> / { print substr($0, 3) >> (dir "/command." n) }
    END { print n + 0 > (dir "/count") }
' "$page"
count=$(cat "$work/count")
[ "$count" -gt 0 ] || { echo "no commands in $page"; exit 1; }
(
    cd "$work/here"
    set +e # a command of the page may fail; its output is what counts
    n=0
    while [ "$n" -lt "$count" ]; do
        n=$((n + 1))
        # shellcheck disable=SC1090  # the page's own command
        { . "$work/command.$n"; } >"$work/output.$n" 2>&1 </dev/null
    done
)

awk -v dir="$work" '
    /^```console$/ { block = 1; print; next }
    /^```$/ { block = 0; print; next }
    block && /^\$ / {
        n++
        print
        pending = 1
        while ((getline line < (dir "/command." n)) > 0)
            if (pending) pending = 0; else print "> " line
        while ((getline line < (dir "/output." n)) > 0) print line
        next
    }
    block { next }
    { print }
' "$page" >"$work/page"

if [ "${WB_GOLDEN:-}" = update ]; then
    cp "$work/page" "$page"
    exit 0
fi
normalise <"$page" >"$work/expected"
normalise <"$work/page" >"$work/actual"
diff -u "$work/expected" "$work/actual"
