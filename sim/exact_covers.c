/* exact_covers.c - what the exact solver covers, and a refusal that names what it does not. */
#include <assert.h>
#include <string.h>

#include "sim/exact_plan.h"

static wb_code outside(wb_error *err, const char *what, const char *who)
{
    const wb_code code =
        who == NULL
            ? wb_fail(err, WB_E_FORBIDDEN, "%s: not covered by the exact solver", what)
            : wb_fail(err, WB_E_FORBIDDEN, "'%s' %s: not covered by the exact solver", who, what);
    wb_error_hint(err, "simulate it with 'waarborg sim run', or take this out of the scenario");
    return code;
}

/* Whether the provider can cost the fund anything in the one step. */
static bool can_lose(const wb_model *model, uint32_t i)
{
    const wb_provider *provider = &model->providers[i];
    bool certain = false;
    for (uint32_t f = 0; f < model->forced_count; f++) {
        if (model->forced[f].provider != i) continue;
        if (model->forced[f].failure) return false;
        certain = true;
    }
    return provider->eligible && (certain || model->phases[0].pd[i] > 0.0);
}

static const wb_distribution *lgd_of(const wb_model *model, const wb_provider *provider)
{
    return provider->class_ == WB_NONE ? &model->lgd : &model->classes[provider->class_].lgd;
}

static wb_code covers_provider(const wb_model *model, uint32_t i, wb_error *err)
{
    const wb_provider *provider = &model->providers[i];
    if (!can_lose(model, i)) return WB_OK;
    if (provider->pays == WB_PAYS_SUPPORT || provider->pays == WB_PAYS_LOAN) {
        return outside(err, "gets support, which is repaid or lost later", provider->id);
    }
    const bool region = provider->loading_region > 0.0 || provider->loading_region < 0.0;
    const bool segment = provider->loading_segment > 0.0 || provider->loading_segment < 0.0;
    if (region && segment) {
        return outside(err, "has a loading on its region and on its segment", provider->id);
    }
    if (provider->pays != WB_PAYS_EXPOSURE) return WB_OK;
    const wb_distribution *lgd = lgd_of(model, provider);
    if (lgd->shape == WB_SHAPE_FIXED || lgd->shape == WB_SHAPE_TABLE ||
        wb_rate_compare(&lgd->low, &lgd->high) == 0) {
        return WB_OK;
    }
    const wb_code code =
        wb_fail(err, WB_E_FORBIDDEN,
                "'%s' has a drawn loss given default (uniform or triangular), with as many losses "
                "as there are cents: not covered by the exact solver",
                provider->id);
    wb_error_hint(err, "write 'lgd' as a table of a few values, or simulate it with 'waarborg sim "
                       "run'");
    return code;
}

static bool is_contagious(const wb_model *model)
{
    for (uint32_t c = 0; c < model->cluster_count; c++) {
        if (model->clusters[c].q > 0.0 && model->clusters[c].member_count > 1) return true;
    }
    return false;
}

/* What all providers could lose together, each at most its amount. */
static void all_losses(wb_money *sum, const wb_model *model)
{
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (can_lose(model, i)) wb_money_add(sum, sum, &model->providers[i].amount);
    }
}

/* room += cap - used, where that is positive */
static void add_room(wb_money *room, const wb_money *cap, const wb_money *used)
{
    wb_money left;
    wb_money_init(&left);
    wb_money_subtract(&left, cap, used);
    if (wb_money_sign(&left) > 0) wb_money_add(room, room, &left);
    wb_money_clear(&left);
}

/* Support is never cut: cash and layers are enough for everything at once, income apart. */
static wb_code covers_fund(const wb_model *model, wb_error *err)
{
    if (model->has_backstop && model->backstop_unlimited[0]) return WB_OK;
    char text[2][WB_MONEY_TEXT_MAX];
    wb_money room;
    wb_money asked;
    wb_money_init(&room);
    wb_money_init(&asked);
    wb_money_subtract(&room, &model->opening.cash, &model->costs);
    wb_money_subtract(&room, &room, &model->floor);
    if (model->has_levy) add_room(&room, &model->levy_cap, &model->opening.levy_called);
    if (model->has_obligo) add_room(&room, &model->obligo_cap, &model->opening.obligo_called);
    if (model->has_backstop) {
        add_room(&room, &model->backstop_limit[0], &model->opening.backstop_debt);
    }
    all_losses(&asked, model);
    wb_code code = WB_OK;
    if (wb_money_compare(&room, &asked) < 0) {
        code = wb_fail(err, WB_E_FORBIDDEN,
                       "the fund has %s to pay with, and all losses together are %s: support that "
                       "is cut is not covered by the exact solver",
                       wb_money_text(text[0], &room, WB_MONEY_GROUPED),
                       wb_money_text(text[1], &asked, WB_MONEY_GROUPED));
        wb_error_hint(err, "raise 'fund.opening.cash' to see the losses themselves, or simulate "
                           "the fund with 'waarborg sim run'");
    }
    wb_money_clear(&room);
    wb_money_clear(&asked);
    return code;
}

wb_code wb_exact_covers(const wb_model *model, wb_error *err)
{
    assert(model != NULL);
    if (model->step_count != 1) {
        const wb_code code =
            wb_fail(err, WB_E_FORBIDDEN, "%u steps: the exact solver covers one step of a year",
                    (unsigned)model->step_count);
        wb_error_hint(err, "write 'horizon: {years: 1, step: year}', or simulate it with 'waarborg "
                           "sim run'");
        return code;
    }
    if (model->opening.case_count > 0) return outside(err, "open loans at the start", NULL);
    if (is_contagious(model)) return outside(err, "contagion", NULL);
    if (model->merger_count > 0) return outside(err, "mergers", NULL);
    if (model->lgd_rho > 1.0 - 1e-6) return outside(err, "'lgd_rho' of 100%", NULL);
    wb_code code = WB_OK;
    for (uint32_t i = 0; code == WB_OK && i < model->provider_count; i++)
        code = covers_provider(model, i, err);
    return code == WB_OK ? covers_fund(model, err) : code;
}
