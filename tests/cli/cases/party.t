Parties come from a table. The same table again changes nothing; other content is a new version.

  $ fund.sh
  $ printf 'id,name,class,revenue_eur,revenue_limburg_eur\nP1,Aanbieder 1,K4,12000000,10000000.00\n' >p.csv
  $ waarborg party import p.csv --kind provider --date 2026-01-01 --dry-run
  1 party read, 1 would be new, 0 would be changed, 0 unchanged.
  Yearly youth revenue from column 'revenue_limburg_eur'.
  $ waarborg party import p.csv --kind provider --date 2026-01-01
  1 party read, 1 new, 0 changed, 0 unchanged.
  Yearly youth revenue from column 'revenue_limburg_eur'.
  $ waarborg party import p.csv --kind provider --date 2026-01-01
  1 party read, 0 new, 0 changed, 1 unchanged.
  Yearly youth revenue from column 'revenue_limburg_eur'.
  $ waarborg party import p.csv --kind provider --weight revenue_eur --date 2026-02-01
  1 party read, 0 new, 1 changed, 0 unchanged.
  Yearly youth revenue from column 'revenue_eur'.
  $ printf 'id,name\nRIJK,Rijk (VWS)\n' | waarborg party import - --kind state --date 2026-01-01
  1 party read, 1 new, 0 changed, 0 unchanged.
  $ waarborg party list
  id      kind          name            under 18      revenue
  GM0917  municipality  Heerlen            14500
  GM0935  municipality  Maastricht         18000
  GM1883  municipality  Sittard-Geleen     15800
  P1      provider      Aanbieder 1               12000000.00
  RIJK    state         Rijk (VWS)
  $ waarborg party list --kind provider --json
  {
    "schema": "waarborg/party-list/1",
    "parties": [
      {
        "id": "P1",
        "kind": "provider",
        "name": "Aanbieder 1",
        "revenue": "12000000.00",
        "columns": {
          "class": "K4",
          "revenue_limburg_eur": "10000000.00"
        }
      }
    ]
  }

Every wrong cell is named in one run, and nothing is written.

  $ printf 'cbs_code,name,under18\n0935,Maastricht,18000\nGM0917,,14500\nGM0888,Beek,2.5\n' >fout.csv
  $ waarborg party import fout.csv --kind municipality
  ! fout.csv:2:1: error[E0315]: cbs_code: '0935' is not the CBS code of a municipality
  !     2 | 0935,Maastricht,18000
  !       | ^~~~
  !   hint: write GM and four digits, such as GM0935
  ! fout.csv:3:8: error[E0315]: name: the name is empty
  !     3 | GM0917,,14500
  !       |        ^
  ! fout.csv:4:13: error[E0314]: under18: '2.5' is not a whole number
  !     4 | GM0888,Beek,2.5
  !       |             ^~~
  !   hint: write digits only, such as 1250
  ! 3 errors; nothing was written.
  [3]
  $ printf 'cbs_code,name\nGM0935,Maastricht\n' | waarborg party import - --kind municipality
  ! standard input:1:1: error[E0306]: column 'under18' is missing
  !     1 | cbs_code,name
  !       | ^~~~~~~~~~~~~
  !   hint: the columns are: cbs_code, name
  ! 1 error; nothing was written.
  [3]
  $ waarborg party import p.csv --kind gemeente
  ! command line: error[E0316]: 'gemeente' is not a kind of party
  !       | waarborg party import p.csv --kind gemeente
  !       |                                    ^~~~~~~~
  !   hint: use municipality, provider, state or financier
  [3]
  $ waarborg party statement P9
  ! waarborg: error[E0404]: there is no party 'P9'
  !   hint: list them: waarborg party list
  [4]
