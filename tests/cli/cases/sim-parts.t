A run in parts. Every future follows from the seed and its number, so that shards may be run apart,
on other machines, and give together the same bytes as one run.

  $ cat > kans.yaml <<'END'
  > waarborg: scenario/1
  > name: kans
  > start: 2027-01-01
  > horizon: {years: 2}
  > run: {paths: 1300, seed: 1}
  > fund: {opening: {cash: 60 000.00}}
  > providers:
  >   - {id: a, pd: 30%, loss: 120 000.00}
  >   - {id: b, pd: 10%, loss: 80 000.00}
  > END
  $ waarborg sim run kans.yaml --json > whole.json 2>/dev/null
  $ waarborg sim run kans.yaml --shard 1/3 --out 1.part 2>/dev/null
  Shard 1 of 3, 512 of the 1300 paths, is in 1.part.
  $ waarborg sim run kans.yaml --shard 2/3 --out 2.part --json 2>/dev/null
  {
    "schema": "waarborg/sim-part/1",
    "file": "2.part",
    "shard": 2,
    "shards": 3,
    "first_path": 513,
    "paths": 512
  }
  $ waarborg sim run kans.yaml --shard 3/3 --out 3.part -q
  $ waarborg sim merge kans.yaml 3.part 1.part 2.part --json > merged.json 2>/dev/null
  $ cmp whole.json merged.json && echo the same bytes
  the same bytes

Every path must be there once.

  $ waarborg sim merge kans.yaml 3.part 1.part
  ! waarborg: error[E0306]: paths 513 to 1024 are in none of the parts
  !   hint: name the shards that have them too; one that was interrupted first goes on with --resume
  ! 1 error; nothing was merged.
  [3]
  $ waarborg sim merge kans.yaml 3.part 1.part 2.part 1.part
  ! 1.part: error[E0318]: this part is named twice
  ! 1 error; nothing was merged.
  [3]

Seed and number of paths are those of the parts; all parts must be of one run.

  $ waarborg sim run kans.yaml --shard 1/2 --out half.part -n 600 --seed 7 2>/dev/null
  Shard 1 of 2, 256 of the 600 paths, is in half.part.
  $ waarborg sim run kans.yaml --shard 2/2 --out other.part -n 600 --seed 7 2>/dev/null
  Shard 2 of 2, 344 of the 600 paths, is in other.part.
  $ waarborg sim merge kans.yaml half.part other.part --json 2>/dev/null | sed -n 5,6p
    "seed": 7,
    "paths": 600,
  $ waarborg sim merge kans.yaml half.part 3.part
  ! 3.part: error[E0318]: a part of a run with seed 1, not 7
  !   hint: go on with --seed 1, or leave this part out
  ! 1 error; nothing was merged.
  [3]
  $ sed 's/30%/31%/' kans.yaml > meer.yaml
  $ waarborg sim merge meer.yaml half.part other.part
  ! half.part: error[E0318]: a part of a run of another scenario
  !   hint: it was made from one with BLAKE2b 3aef7572..., this one has 1c09d488...
  ! 1 error; nothing was merged.
  [3]

A file that is no part, is damaged, or was cut off.

  $ waarborg sim merge kans.yaml kans.yaml
  ! kans.yaml: error[E0301]: not a part of a run
  !   hint: parts are written by: waarborg sim run FILE --shard 1/2 --out PART
  ! 1 error; nothing was run.
  [3]
  $ head -c 2000 1.part > cut.part
  $ waarborg sim merge kans.yaml cut.part 2.part 3.part
  ! cut.part: error[E0601]: the part of a run is damaged: its hash does not match
  !   hint: run that part again, or take another copy of the file
  ! 1 error; nothing was run.
  [6]
  $ waarborg sim merge kans.yaml none.part
  ! none.part: error[E0701]: cannot read it: No such file or directory
  ! 1 error; nothing was run.
  [7]

A run that was saved goes on where it was. What is complete already is only counted.

  $ waarborg sim run kans.yaml --resume half.part
  ! half.part: error[E0318]: a part of a run with seed 7, not 1
  !   hint: go on with --seed 7, or leave this part out
  ! 1 error; nothing was run.
  [3]
  $ waarborg sim run kans.yaml --out all.part --json 2>/dev/null | cmp - whole.json
  $ waarborg sim run kans.yaml --resume all.part --json 2>/dev/null | cmp - whole.json && echo the same bytes
  the same bytes
  $ waarborg sim run kans.yaml --resume all.part --shard 1/3 --out x.part
  ! waarborg: error[E0318]: path 513 is not in shard 1/3, paths 1 to 512
  ! 1 error; nothing was run.
  [3]

A file that is there is never written over but by what went on from it.

  $ waarborg sim run kans.yaml --out all.part
  ! all.part: error[E0706]: there is a file of that name already
  !   hint: go on from it with --resume, or name another file
  ! 1 error; nothing was run.
  [7]

Shards.

  $ waarborg sim run kans.yaml --shard 4/3 --out x.part
  ! command line: error[E0201]: '4/3' is not a shard
  !       | waarborg sim run kans.yaml --shard 4/3 --out x.part
  !       |                                    ^~~
  !   hint: write which of how many, such as 2/3; at most 65535
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim run kans.yaml --shard 0/3 --out x.part
  ! command line: error[E0201]: '0/3' is not a shard
  !       | waarborg sim run kans.yaml --shard 0/3 --out x.part
  !       |                                    ^~~
  !   hint: write which of how many, such as 2/3; at most 65535
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim run kans.yaml --shard 1:3 --out x.part
  ! command line: error[E0201]: '1:3' is not a shard
  !       | waarborg sim run kans.yaml --shard 1:3 --out x.part
  !       |                                    ^~~
  !   hint: write which of how many, such as 2/3; at most 65535
  ! 1 error; nothing was run.
  [2]
  $ waarborg sim run kans.yaml --shard 1/3
  ! command line: error[E0201]: a shard without --out would be lost
  !       | waarborg sim run kans.yaml --shard 1/3
  !       |                                    ^~~
  !   hint: name the file it goes to: --out PART
  ! 1 error; nothing was run.
  [2]
  $ ls
  1.part
  2.part
  3.part
  all.part
  cut.part
  half.part
  kans.yaml
  meer.yaml
  merged.json
  other.part
  whole.json
