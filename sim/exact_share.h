/*
 * exact_share.h - Euler contributions to ES: what each provider loses in the tail, exactly.
 *
 * The share of provider i is E[x_i K(L)] / (1 - level), with K = 1 above VaR, the part of the atom
 * at VaR that ES counts, and 0 below. Given the factors it is a sum over the distribution of those
 * joined before i and the expected K of those joined after it: prefixes and suffixes, no
 * subtraction.
 */
#ifndef WAARBORG_SIM_EXACT_SHARE_H
#define WAARBORG_SIM_EXACT_SHARE_H

#include "sim/exact_measure.h"

/*
 * shares[level x providers of the model + provider], in lattice points. WB_E_FORBIDDEN with region
 * or segment factors, WB_E_TOO_LARGE when the prefixes of one node need more than 256 MB,
 * WB_E_NOMEM, WB_E_INTERRUPTED.
 */
WB_MUST_CHECK wb_code wb_exact_shares(wb_exact_figure *shares, const wb_exact_solver *solver,
                                      const wb_exact_figures *figures,
                                      const wb_exact_options *options, wb_error *err);

#endif
