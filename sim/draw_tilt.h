/*
 * draw_tilt.h - the tilted part of the draw phase: included by draw_body.h, never called unless
 * wb_draws has a tilt. Plain C over lanes that compilers vectorise; every operation is one that
 * has the same bits in scalar and vector form.
 *
 * A word below the tilted threshold t' becomes 0, which is below the nominal threshold t (unless
 * that is 0, and then t' is too), and the others one from t up: what the walk sees is below t with
 * the tilted probability. The ratio of the probabilities is t'/t or (2^32 - t')/(2^32 - t). Where a
 * threshold may be raised after the draw (peers) the others are spread evenly from t up, as they
 * are under the nominal law; elsewhere they stay, for t' is at least t.
 */

/* x < y ? yes : no, in bits: compilers make branches of the plain form and then no vectors. */
static inline double if_less(double x, double y, double yes, double no)
{
    const uint64_t mask = x < y ? UINT64_MAX : 0;
    return wb_bits_double((wb_double_bits(yes) & mask) | (wb_double_bits(no) & ~mask));
}

static inline double at_least(double x, double least)
{
    return if_less(x, least, least, x);
}

/* The whole part of 0 <= x <= 2^33. */
static inline double whole_part(double x)
{
    const double near = (x + 0x1p52) - 0x1p52;
    return near - if_less(x, near, 1.0, 0.0);
}

/* exp(x), x at least 0 and held at most at WB_TILT_MOST. */
static inline double odds_of(double x)
{
    return wb_exp_body(if_less(x, WB_TILT_MOST, x, WB_TILT_MOST), 0.0);
}

/* The nominal thresholds of a row: as wb_plan_threshold. */
static inline void tilt_nominal(double *restrict nominal, const wb_draws *draws,
                                const wb_draw_plan *plan, const wb_draw_row *row, uint32_t s)
{
    const wb_plan_group *group = row->group;
    if (group->fixed) {
        for (uint32_t l = 0; l < WB_LANES; l++)
            nominal[l] = (double)group->threshold;
        return;
    }
    const double *factors = draws->block + (size_t)s * plan->drawn_count * WB_LANES;
    const double *scale = draws->scale[s]; /* of the t copula */
    const bool mixed = plan->mixing_count > 0;
    const double *z = factors;
    const double *r = factors + (size_t)row->region * WB_LANES;
    const double *g = factors + (size_t)row->segment * WB_LANES;
    const double b = group->region != WB_NONE ? group->b : 0.0;
    const double c = group->segment != WB_NONE ? group->c : 0.0;
    for (uint32_t l = 0; l < WB_LANES; l++) {
        const double q = mixed ? group->q * scale[l] : group->q;
        const double y = ((q - group->a * z[l]) - b * r[l]) - c * g[l];
        nominal[l] = whole_part(wb_normal_cdf_body(y) * 0x1p32);
    }
}

static void tilt_odds(wb_tilt_odds *restrict odds, const wb_draws *draws, const wb_draw_plan *plan,
                      const wb_draw_row *row, double log_odds, uint32_t s)
{
    double theta[WB_LANES];
    memcpy(theta, draws->tilt->theta, sizeof theta);
    tilt_nominal(odds->nominal, draws, plan, row, s);
    for (uint32_t l = 0; l < WB_LANES; l++) {
        const double t = odds->nominal[l];
        const double e = odds_of(theta[l] * log_odds);
        const double raised = whole_part((t * e) / (1.0 + (t * 0x1p-32) * (e - 1.0)));
        /* neither certain nor impossible unless it was */
        const double below_one = if_less(raised, 0x1p32 - 1.0, raised, 0x1p32 - 1.0);
        const double tilted = at_least(below_one, t);
        const double hits = at_least(t, 1.0);
        const double hits_tilted = at_least(tilted, 1.0);
        const double rest = at_least(0x1p32 - t, 1.0);
        const double rest_tilted = at_least(0x1p32 - tilted, 1.0);
        odds->tilted[l] = tilted;
        odds->hit[l] = hits_tilted / hits;
        odds->miss[l] = rest_tilted / rest;
    }
    if (plan->plan->model->peers_duration == 0) return;
    for (uint32_t l = 0; l < WB_LANES; l++)
        odds->up[l] = 1.0 / odds->miss[l];
}

/* ---- factors ---- */

/* Where theta is read: between two nodes, held at the ends. */
static inline double tilt_theta(const wb_tilt *tilt, double s)
{
    double at = (s - WB_THETA_FIRST) / WB_THETA_STEP;
    at = at > 0.0 ? at : 0.0;
    at = at < WB_THETA_NODES - 1 ? at : WB_THETA_NODES - 1;
    int32_t node = (int32_t)at;
    node = node < WB_THETA_NODES - 2 ? node : WB_THETA_NODES - 2;
    return tilt->theta[node] + (at - node) * (tilt->theta[node + 1] - tilt->theta[node]);
}

/* One period: the place s along the direction from N(0, 1) to N(mean, spread^2). */
static void tilt_along(wb_tilt_draws *work, double *restrict normal)
{
    const wb_tilt *tilt = work->plan->tilt;
    double s[WB_LANES] = {0};
    for (uint32_t f = 0; f < tilt->factor_count; f++) {
        for (uint32_t l = 0; l < WB_LANES; l++)
            s[l] += tilt->direction[f] * normal[(size_t)f * WB_LANES + l];
    }
    const double log_spread = wb_log_body(tilt->spread);
    for (uint32_t l = 0; l < WB_LANES; l++) {
        const double to = tilt->mean + tilt->spread * s[l];
        const double move = work->moved[l] > 0.0 ? to - s[l] : 0.0;
        for (uint32_t f = 0; f < tilt->factor_count; f++)
            normal[(size_t)f * WB_LANES + l] += move * tilt->direction[f];
        s[l] += move;
        const double own = (s[l] - tilt->mean) / tilt->spread;
        work->log_ratio[l] += (0.5 * (s[l] * s[l]) - 0.5 * (own * own)) - log_spread;
        work->theta[l] = tilt_theta(tilt, s[l]);
    }
}

/* Normals of factors in a step, of N(shift, 1). */
static void tilt_shift(wb_tilt_draws *work, double *restrict normal, uint32_t year)
{
    const wb_tilt *tilt = work->plan->tilt;
    const double *shifts = tilt->shift + (size_t)year * tilt->factor_count;
    for (uint32_t f = 0; f < tilt->factor_count; f++, normal += WB_LANES) {
        const double shift = shifts[f];
        if (!(shift > 0.0) && !(shift < 0.0)) continue;
        for (uint32_t l = 0; l < WB_LANES; l++) {
            normal[l] += shift * work->moved[l];
            work->log_ratio[l] += shift * (normal[l] - 0.5 * shift);
        }
    }
}

/* Normals of the t copula in a step, of N(0, mixing^2). */
static void tilt_mixing(wb_tilt_draws *work, double *restrict normal, uint32_t count)
{
    const double mixing = work->plan->tilt->mixing;
    const double half = 0.5 - 0.5 / (mixing * mixing);
    const double log_mixing = wb_log_body(mixing);
    for (uint32_t j = 0; j < count; j++, normal += WB_LANES) {
        for (uint32_t l = 0; l < WB_LANES; l++) {
            normal[l] *= work->moved[l] > 0.0 ? mixing : 1.0;
            work->log_ratio[l] += half * (normal[l] * normal[l]) - log_mixing;
        }
    }
}

static void tilt_record(wb_tilt_draws *work, const wb_draw_plan *plan, const double *normal,
                        uint32_t year)
{
    const size_t size = (size_t)plan->factor_count * WB_LANES;
    double *sums = work->innovations + year * size;
    for (size_t i = 0; i < size; i++)
        sums[i] += normal[i];
    for (size_t i = size; i < (size_t)plan->drawn_count * WB_LANES; i++)
        work->squares[i % WB_LANES] += normal[i] * normal[i];
}

/* The normals of a block of steps. */
static void tilt_normals(wb_draws *draws, const wb_draw_plan *plan, uint32_t b, uint32_t step_count)
{
    wb_tilt_draws *work = draws->tilt;
    const wb_tilt *tilt = work->plan->tilt;
    if (b == 0) wb_tilt_draws_begin(work, draws->path_first);
    for (uint32_t s = 0; s < step_count; s++) {
        const uint32_t step = b * WB_BLOCK_STEPS + s;
        if (step >= tilt->step_end) return;
        const uint32_t year = step / tilt->steps_per_year;
        double *normal = draws->block + (size_t)s * plan->drawn_count * WB_LANES;
        if (tilt->along)
            tilt_along(work, normal);
        else
            tilt_shift(work, normal, year);
        if (plan->mixing_count > 0) {
            tilt_mixing(work, normal + (size_t)plan->factor_count * WB_LANES, plan->mixing_count);
        }
        if (work->innovations != NULL) tilt_record(work, plan, normal, year);
    }
}

/* ---- words ---- */

/* The products of ratios so far, into their logs: before they can leave the range of a double. */
static void tilt_flush(wb_tilt_draws *work)
{
    for (uint32_t l = 0; l < WB_LANES; l++) {
        work->log_ratio[l] += wb_log_body(work->product[l]);
        work->product[l] = 1.0;
    }
    work->product_count = 0;
}

/* The words of one provider in one step; `active` is 1, 0 in the lanes where its tilt has ended. */
static inline void tilt_lanes(uint32_t *restrict words, wb_tilt_draws *restrict work,
                              const double *restrict active, const wb_tilt_odds *restrict odds,
                              bool even)
{
    for (uint32_t l = 0; l < WB_LANES; l++) {
        const double u = (double)words[l];
        const double t = odds->nominal[l];
        const double t_tilted = odds->tilted[l];
        double above = u;
        if (even) {
            const double spread = whole_part(at_least(t + (u - t_tilted) * odds->up[l], t));
            above = if_less(spread, 0x1p32, spread, 0x1p32 - 1.0);
        }
        const double mapped = if_less(u, t_tilted, 0.0, above);
        const double v = if_less(0.0, active[l] * work->moved[l], mapped, u);
        const double ratio = if_less(v, t, odds->hit[l], odds->miss[l]);
        work->product[l] *= if_less(0.0, active[l], ratio, 1.0);
        words[l] = (uint32_t)(int32_t)(v - 0x1p31) ^ UINT32_C(0x80000000);
    }
}

/* The words of one provider in a block of steps, in place. */
static void tilt_words(uint32_t words[WB_BLOCK_STEPS][WB_LANES], wb_draws *draws,
                       const wb_draw_plan *plan, uint32_t b, const wb_draw_entry *entry,
                       uint32_t class_)
{
    wb_tilt_draws *work = draws->tilt;
    const wb_draw_block *block = &plan->blocks[b];
    const uint32_t left = work->plan->tilt->step_end - b * WB_BLOCK_STEPS;
    const uint32_t step_count = left < block->step_count ? left : block->step_count;
    const bool even = plan->plan->model->peers_duration > 0;
    const wb_tilt_class *of = &work->plan->blocks[b].classes[class_];
    wb_tilt_odds *odds = &work->odds[(size_t)of->slot * WB_BLOCK_STEPS];
    if (of->slot == 0 || !work->done[of->slot]) {
        for (uint32_t s = 0; s < step_count; s++)
            tilt_odds(&odds[s], draws, plan, &block->rows[entry->row[s]], of->log_odds, s);
        work->done[of->slot] = true;
    }
    uint32_t before = work->distressed[entry->provider];
    for (uint32_t s = 0; s < step_count; s++) {
        double active[WB_LANES];
        for (uint32_t l = 0; l < WB_LANES; l++)
            active[l] = (before >> l & 1) != 0 ? 0.0 : 1.0;
        if (even)
            tilt_lanes(words[s], work, active, &odds[s], true);
        else
            tilt_lanes(words[s], work, active, &odds[s], false);
        if (++work->product_count == 8) tilt_flush(work); /* each ratio is within exp(+-40) */
        if (work->hazard != NULL) {
            double *hazard = work->hazard + (size_t)entry->provider * WB_LANES;
            for (uint32_t l = 0; l < WB_LANES; l++)
                hazard[l] += active[l] * odds[s].nominal[l] * 0x1p-32;
        }
        if (work->hazard == NULL && left == s + 1) break; /* nobody asks who has fallen */
        for (uint32_t l = 0; l < WB_LANES; l++)
            before |= ((double)words[s][l] < odds[s].nominal[l] ? UINT32_C(1) : 0) << l;
    }
    work->distressed[entry->provider] = (uint16_t)before;
}

/* find_hits, with the words of tilted providers replaced. */
static uint32_t find_hits_tilted(wb_draws *draws, const wb_draw_plan *plan, const lanes_type *lanes,
                                 const uint32_t key[2], uint32_t path_high, uint32_t b)
{
    wb_tilt_draws *work = draws->tilt;
    const wb_draw_block *block = &plan->blocks[b];
    const wb_tilt_block *tilted = &work->plan->blocks[b];
    const uint32_t last = (uint32_t)WB_DRAW_DISTRESS << 24 | path_high;
    memset(work->done, 0, tilted->slot_count * sizeof *work->done);
    uint32_t count = 0;
    for (uint32_t e = 0; e < block->entry_count; e++) {
        const wb_draw_entry *entry = &block->entries[e];
        wb_draw_hit *hit = &draws->hits[count];
        hit->entry = e;
        hit->bits = 0;
        words_store(hit->words, philox(lanes, entry->index_low, entry->index_high | b, last, key));
        if (tilted->class_of[e] != WB_NONE) {
            tilt_words(hit->words, draws, plan, b, entry, tilted->class_of[e]);
        }
        for (uint32_t s = 0; s < block->step_count; s++) {
            const uint32_t *limits = draws->limits + (size_t)entry->row[s] * WB_LANES;
            uint32_t bits = 0;
            for (uint32_t l = 0; l < WB_LANES; l++)
                bits |= (hit->words[s][l] <= limits[l] ? UINT32_C(1) : 0) << l;
            hit->bits |= (uint64_t)bits << (WB_LANES * s);
        }
        count += hit->bits != 0 ? 1 : 0;
    }
    if (work->product_count > 0) tilt_flush(work);
    return count;
}
