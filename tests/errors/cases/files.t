Files that are no CSV file of entries. Each says what is wrong with it and where.

An empty file, and one with only a header:

  $ : >empty.csv; waarborg tx post empty.csv
  ! empty.csv: error[E0301]: the file is empty
  !   hint: the first row names the columns
  ! 1 error; nothing was written.
  [3]
  $ echo ref,date,memo,account,party,amount >header.csv; waarborg tx post header.csv
  ! header.csv: error[E0306]: the file has no rows under its header
  ! 1 error; nothing was written.
  [3]

A binary file:

  $ printf 'PK\003\004\000\000\010binary' >book.xlsx; waarborg tx post book.xlsx
  ! book.xlsx:1:5: error[E0302]: a zero byte: this is not a text file
  !     1 | PK??
  !       |     ^
  !   hint: is this a binary file, such as a spreadsheet? save it as CSV in UTF-8
  ! 1 error; nothing was written.
  [3]

One line of 10 MB:

  $ head -c 10485760 /dev/zero | tr '\0' x >long.csv; waarborg tx post long.csv 2>&1 | cut -c 1-100
  long.csv:1:4097: error[E0303]: line of 10485760 bytes is longer than 4096
      1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        |                                                                                             
    hint: is this a CSV file, with a newline after every row?
  1 error; nothing was written.

UTF-8 that is cut off, and Windows-1252:

  $ printf 'ref,date,memo,account,party,amount\nA,2026-02-01,S\303' >cut.csv; waarborg tx post cut.csv
  ! cut.csv:2:15: error[E0302]: the file ends inside a character (byte 0xC3)
  !     2 | A,2026-02-01,S
  !       |               ^
  !   hint: the file was cut off: get a complete copy
  ! 1 error; nothing was written.
  [3]
  $ printf 'ref,date,memo,account,party,amount\nA,2026-02-01,S\372dwest,4120,,1.00\n' >cp1252.csv; waarborg tx post cp1252.csv
  ! cp1252.csv:2:15: error[E0302]: byte 0xFA is not UTF-8
  !     2 | A,2026-02-01,S
  !       |               ^
  !   hint: save the file as UTF-8; it may be in Windows-1252 now
  ! 1 error; nothing was written.
  [3]

A column that is missing, one that is there twice, one that nobody knows:

  $ printf 'ref,date,memo,account,party\nA,2026-02-01,,4120,\n' >missing.csv; waarborg tx post missing.csv
  ! missing.csv:1:1: error[E0306]: column 'amount' is missing
  !     1 | ref,date,memo,account,party
  !       | ^~~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: the columns are: ref, date, memo, account, party
  ! 1 error; nothing was written.
  [3]
  $ printf 'ref,date,memo,account,party,amount,date\n' >double.csv; waarborg tx post double.csv
  ! double.csv:1:36: error[E0305]: column 'date' is there twice
  !     1 | ref,date,memo,account,party,amount,date
  !       |                                    ^~~~
  ! 1 error; nothing was written.
  [3]
  $ printf 'ref,date,memo,account,party,amount,vat\nA,2026-02-01,,4120,,1.00,\n' >unknown.csv; waarborg tx post unknown.csv
  ! unknown.csv:1:36: error[E0304]: unknown column 'vat'
  !     1 | ref,date,memo,account,party,amount,vat
  !       |                                    ^~~
  !   hint: the columns are ref, date, memo, account, party and amount
  ! 1 error; nothing was written.
  [3]

Semicolons instead of commas:

  $ printf 'ref;date;memo;account;party;amount\nA;2026-02-01;;4120;;1.00\n' >semicolon.csv; waarborg tx post semicolon.csv
  ! semicolon.csv:1:1: error[E0301]: the columns are not separated by commas
  !     1 | ref;date;memo;account;party;amount
  !       | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  !   hint: save the file as CSV with commas between the cells
  ! 1 error; nothing was written.
  [3]

Rows with too few and too many cells, and quotes in the wrong place:

  $ cat >ragged.csv <<'CSV'
  > ref,date,memo,account,party,amount
  > A,2026-02-01,,4120,,1.00
  > A,,1000,,-1.00
  > B,2026-02-01,bank, kosten,4120,,1.00
  > C,2026-02-01,say "so",4120,,1.00
  > CSV
  $ waarborg tx post ragged.csv
  ! ragged.csv:3:15: error[E0301]: row has 5 cells, the header has 6
  !     3 | A,,1000,,-1.00
  !       |               ^
  !   hint: is the delimiter right, and is every cell there?
  ! ragged.csv:4:33: error[E0301]: row has 7 cells, the header has 6
  !     4 | B,2026-02-01,bank, kosten,4120,,1.00
  !       |                                 ^~~~
  !   hint: put quotes around a cell that contains the delimiter
  ! ragged.csv:5:18: error[E0301]: a quote inside a cell, or text after a closing quote
  !     5 | C,2026-02-01,say "so",4120,,1.00
  !       |                  ^
  !   hint: write a cell with quotes as "say ""so"""
  ! 3 errors; nothing was written.
  [3]
  $ printf 'ref,date,memo,account,party,amount\nA,2026-02-01,"open,4120,,1.00\n' >open.csv; waarborg tx post open.csv
  ! open.csv:2:14: error[E0301]: a quote is opened and never closed
  !     2 | A,2026-02-01,"open,4120,,1.00
  !       |              ^
  ! 1 error; nothing was written.
  [3]

No file at all, or a directory:

  $ waarborg tx post absent.csv
  ! absent.csv: error[E0701]: cannot open: No such file or directory
  ! 1 error; nothing was written.
  [7]
  $ waarborg tx post .
  ! .: error[E0701]: cannot read: Is a directory
  ! 1 error; nothing was written.
  [7]

With --json every error is one line of JSON:

  $ waarborg tx post ragged.csv --json
  ! {"schema":"waarborg/error/1","code":"E0301","exit":3,"message":"row has 5 cells, the header has 6","hint":"is the delimiter right, and is every cell there?","at":{"file":"ragged.csv","line":3,"column":15,"end_column":16}}
  ! {"schema":"waarborg/error/1","code":"E0301","exit":3,"message":"row has 7 cells, the header has 6","hint":"put quotes around a cell that contains the delimiter","at":{"file":"ragged.csv","line":4,"column":33,"end_column":37}}
  ! {"schema":"waarborg/error/1","code":"E0301","exit":3,"message":"a quote inside a cell, or text after a closing quote","hint":"write a cell with quotes as \"say \"\"so\"\"\"","at":{"file":"ragged.csv","line":5,"column":18,"end_column":19}}
  [3]
