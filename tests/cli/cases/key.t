Keys. The secret half of a key is in a file that only its owner may read, sealed under a passphrase;
the public half is one line, which the fund keeps and anybody may have.

  $ echo 'correct horse battery' >passphrase
  $ export WAARBORG_KEYS=keys; waarborg key new anna --passphrase-file passphrase | sed 's/+.*/+.../'
  anna+...
  ! The secret is in keys/anna.key, sealed; without its passphrase it is lost.
  ! The line above is in the .pub file beside it: give it to who keeps the list of users.
  $ stat -c '%a %n' keys keys/*
  700 keys
  600 keys/anna.key
  644 keys/anna.pub
  $ waarborg key show keys/anna.key | cmp - keys/anna.pub && echo the same
  the same
  $ waarborg key show keys/anna.pub --json | sed 's/\(anna+\|"id": "\)[^"]*/\1.../'
  {
    "schema": "waarborg/key/1",
    "name": "anna",
    "id": "...",
    "key": "anna+...",
    "file": "keys/anna.pub"
  }
  $ sed 's/ .*//' keys/anna.key
  waarborg.key@v1
  key
  argon2id
  sealed
  check
  $ waarborg key new bram --out bram.key --passphrase-file passphrase -q >/dev/null; ls bram*
  bram.key
  bram.pub

A key never takes the place of another.

  $ waarborg key new anna --out keys/anna.key --passphrase-file passphrase
  ! keys/anna.key: error[E0706]: there is a file of that name
  !   hint: a key is never overwritten; name another file
  [7]
  $ rm bram.key; waarborg key new bram --out bram.key --passphrase-file passphrase; ls bram*
  bram.pub
  ! bram.pub: error[E0706]: there is a file of that name
  !   hint: a key is never overwritten; name another file

What is no key, or not a good one.

  $ echo 1234567 | waarborg key new chantal --out c.key --passphrase-file /dev/stdin; ls c.*
  ! waarborg: error[E0315]: the passphrase is too short
  !   hint: take 8 to 1024 bytes; a few words are best
  ! ls: cannot access 'c.*': No such file or directory
  [2]
  $ waarborg key new chantal --out c.key --passphrase-file none
  ! none: error[E0701]: cannot read the passphrase: No such file or directory
  [7]
  $ waarborg key new 'an na' --passphrase-file passphrase
  ! command line: error[E0301]: 'an na' is not an id
  !       | waarborg key new 'an na' --passphrase-file passphrase
  !       |                   ^~~~~
  !   hint: 1 to 64 letters, digits or - _ . : /, a letter or digit first
  [3]
  $ waarborg key new a/b --passphrase-file passphrase
  ! waarborg: error[E0503]: 'a/b' is no name of a file
  !   hint: name its file with --key-file or --out
  [5]
  $ chmod 644 keys/anna.key; waarborg key show keys/anna.key
  ! keys/anna.key: error[E0503]: others may read or change the key (mode 0644)
  !   hint: chmod 600 on it; if others could read it, take a new key
  [5]
  $ chmod 600 keys/anna.key; sed -i 's/^argon2id 3 /argon2id 300 /' keys/anna.key; waarborg key show keys/anna.key
  ! keys/anna.key:3: error[E0503]: the key asks for 300 passes over 65536 KiB to open
  !   hint: 1 to 10 passes over 8192 to 1048576 KiB are allowed
  [5]
  $ sed -i 's/^argon2id 300 /argon2id 4 /' keys/anna.key; waarborg key show keys/anna.key
  ! keys/anna.key:5: error[E0503]: not a key file, or a damaged one: its check is not that of its lines
  !   hint: make it again from its backup
  [5]
  $ sed -i 's/anna/hanna/' keys/anna.pub; waarborg key show keys/anna.pub
  ! keys/anna.pub:1: error[E0503]: not a verifier key: its digits are not those of this name and key
  !   hint: it looks like 'anna+9f2c41aa+AVs...', as in the .pub file of a key
  [5]
  $ waarborg key show passphrase
  ! passphrase:1: error[E0503]: not a verifier key: no '+' after the name
  !   hint: it looks like 'anna+9f2c41aa+AVs...', as in the .pub file of a key
  [5]
  $ waarborg key show none
  ! none: error[E0701]: cannot open: No such file or directory
  [7]
