#!/bin/sh
# Goal: what the command line prints is what a page of documentation says, to the letter.
# Method: a case is prose with indented transcripts; the commands are run again and compared.
#
#   transcript.sh PROGRAM CASE            run it; WB_GOLDEN=update rewrites CASE with what came out
#   transcript.sh PROGRAM CASE --frozen   also demand that every command leaves the ledger in `fonds`
#                                         (made by fund.sh beforehand) as it was
#
# The fund is WAARBORG_FUND=fonds, the maker WAARBORG_AS=anna, and keys are in keys (keys.sh). In a case, two blanks and "$ "
# start a command, "> " continues it, "! " is a line of standard error (after all of standard
# output), "[3]" an exit status other than 0. What differs on every run is replaced: hashes by
# <hash>, times by <time>, the last day of a proposal by <+30 days>, the working directory by <dir>.
set -eu
program=$1
case_file=$2
frozen=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
case_file=$(cd "$(dirname "$case_file")" && pwd)/$(basename "$case_file")
work=$(mktemp -d "${TMPDIR:-/tmp}/waarborg-case-XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir "$work/bin" "$work/here"
ln -s "$program" "$work/bin/waarborg"
PATH="$work/bin:$here:${WAARBORG_TEST_TOOLS:-$here}:$PATH"
WAARBORG_AS=anna
CASES=$(dirname "$case_file")
WAARBORG_FUND=fonds
WAARBORG_KEYS=keys # by keys.sh
WAARBORG_PASSPHRASE_FILE=keys/passphrase
export PATH WAARBORG_AS WAARBORG_FUND WAARBORG_KEYS WAARBORG_PASSPHRASE_FILE CASES
cd "$work/here"

until=$(date -u -d '30 days' +%F) # that a proposal stays open
normalise() {
    sed -E -e "s|$work/here|<dir>|g" -e 's/[0-9a-f]{64}/<hash>/g' \
        -e 's/(^|[ (])[0-9a-f]{4} [0-9a-f]{4}($|[ );,])/\1<hash>\2/g' \
        -e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/<time>/g' -e "s/$until/<+30 days>/g" \
        -e 's/( records, )20[0-9]{2}-[0-9]{2}-[0-9]{2}\)/\1<date>)/g'
}

ledger_state() {
    waarborg ledger verify --json
}

run_command() {
    status=0
    sh -c "$1" >"$work/out" 2>"$work/err" </dev/null || status=$?
    normalise <"$work/out" | sed 's/^/  /; s/^  $//' >>"$work/actual"
    normalise <"$work/err" | sed 's/^/  ! /; s/ *$//' >>"$work/actual"
    [ "$status" -eq 0 ] || echo "  [$status]" >>"$work/actual"
    if [ -n "$frozen" ] && [ "$(ledger_state)" != "$state" ]; then
        echo "  THE LEDGER CHANGED" >>"$work/actual"
    fi
}

if [ -n "$frozen" ]; then
    "$here/fund.sh"
    state=$(ledger_state)
fi

: >"$work/actual"
command=''
in_output=no
finish() {
    [ -z "$command" ] || run_command "$command"
    command=''
}
newline='
'
while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    '  $ '*)
        finish
        command=${line#'  $ '}
        in_output=yes
        printf '%s\n' "$line" >>"$work/actual"
        ;;
    '  > '*)
        command="$command$newline${line#'  > '}"
        printf '%s\n' "$line" >>"$work/actual"
        ;;
    '  '*) ;; # output: written anew
    '')
        [ "$in_output" = yes ] || echo >>"$work/actual"
        ;;
    *)
        finish
        [ "$in_output" = no ] || echo >>"$work/actual"
        in_output=no
        printf '%s\n' "$line" >>"$work/actual"
        ;;
    esac
done <"$case_file"
finish

if grep -q 'THE LEDGER CHANGED' "$work/actual"; then
    cat "$work/actual"
    exit 1
fi
if [ "${WB_GOLDEN:-}" = update ]; then
    cp "$work/actual" "$case_file"
    exit 0
fi
diff -u "$case_file" "$work/actual"
