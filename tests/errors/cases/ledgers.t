Directories that are no ledger this program can use.

  $ waarborg -C absent fund status
  ! absent: error[E0705]: there is no ledger here
  !   hint: name the fund with -C DIR or WAARBORG_FUND, or make one: waarborg fund init DIR
  [7]
  $ mkdir nothing; waarborg -C nothing ledger verify
  ! nothing: error[E0705]: there is no ledger here
  !   hint: name the fund with -C DIR or WAARBORG_FUND, or make one: waarborg fund init DIR
  [7]
  $ mkdir other; echo text >other/data.mdb; waarborg -C other ledger verify
  ! other: error[E0601]: the data file is damaged: it has 5 bytes only
  !   hint: post nothing more to 'other'; verify a backup and restore it: waarborg ledger restore FILE DIR
  [6]
  $ waarborg fund init fonds --name 'Nog een' --year 2026
  ! waarborg: error[E0706]: there is a fund in 'fonds' already
  !   hint: choose another directory; a ledger is never overwritten
  [7]

A ledger that a later version wrote is left alone:

  $ cp -r fonds later; newer_format later
  $ waarborg -C later ledger verify
  ! later: error[E0704]: the ledger has format 3, and this version reads up to 2
  !   hint: use the version of waarborg that wrote it, or a later one
  [7]
  $ waarborg -C later tx post --date 2026-02-01 --debit 4120=1.00 --credit 1000=1.00
  ! later: error[E0704]: the ledger has format 3, and this version reads up to 2
  !   hint: use the version of waarborg that wrote it, or a later one
  [7]

An older one is refused as well, with the way out.

  $ cp -r fonds older; newer_format older 1
  $ waarborg -C older ledger verify
  ! older: error[E0704]: the ledger has format 1, and this version needs format 2
  !   hint: make a new one of its records: waarborg ledger rebuild OLD NEW
  [7]

A file that was cut off:

  $ cp -r fonds cut; truncate -s 8192 cut/data.mdb
  $ waarborg -C cut ledger verify
  ! cut: error[E0601]: the data file is damaged: it ends after 2 pages and needs 21
  !   hint: post nothing more to 'cut'; verify a backup and restore it: waarborg ledger restore FILE DIR
  [6]
  $ cp -r fonds empty; : >empty/data.mdb
  $ waarborg -C empty ledger verify
  ! empty: error[E0601]: the data file is damaged: it has 0 bytes only
  !   hint: post nothing more to 'empty'; verify a backup and restore it: waarborg ledger restore FILE DIR
  [6]
