Any edit of an entry is caught: here one byte of a memo, changed in the file itself.

  $ fund.sh
  $ grep -c 'eerste inleg' fonds/data.mdb
  1
  $ LC_ALL=C sed -i 's/eerste inleg/eerste inlez/' fonds/data.mdb
  $ waarborg ledger verify
  ! waarborg: error[E0602]: record 54 does not match the hash chain
  !   hint: post nothing more to 'fonds'; verify a backup and restore it: waarborg ledger restore FILE DIR
  [6]
  $ waarborg tx show 54
  ! waarborg: error[E0602]: record 54 does not match the hash chain
  !   hint: post nothing more to 'fonds'; verify a backup and restore it: waarborg ledger restore FILE DIR
  [6]
  $ waarborg ledger verify --json
  ! {"schema":"waarborg/error/1","code":"E0602","exit":6,"message":"record 54 does not match the hash chain","hint":"post nothing more to 'fonds'; verify a backup and restore it: waarborg ledger restore FILE DIR"}
  [6]
