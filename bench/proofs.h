/* proofs.h - the part of bench_ledger that anchors and proves. */
#ifndef WAARBORG_BENCH_PROOFS_H
#define WAARBORG_BENCH_PROOFS_H

/* Anchor the ledger in `dir`, make and check proofs, and verify all of it and what is new. */
void bench_proofs(const char *dir);

#endif
