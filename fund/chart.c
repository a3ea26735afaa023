/* chart.c - the chart of accounts of a Dutch guarantee fund, with the RGS code of each account. */
#include "waarborg/fund.h"

#include <assert.h>

/*
 * Codes, Dutch names and RGS codes (version 3.7 of the Referentie Grootboekschema; type B or P is
 * the section's). In order of code. RGS has no code of its own for the allowance on loans (0110,
 * a contra account on the code of 0100) nor for grants paid (4020, under general costs).
 */
static const wb_account chart[] = {
    {"0100", "Leningen u/g zorgaanbieders, looptijd > 1 jaar",
     "Loans to care providers, over 1 year", "BFvaLenLen", WB_SECTION_ASSET, false},
    {"0110", "Voorziening verwachte kredietverliezen leningen u/g (contra)",
     "Allowance for expected credit losses on loans (contra)", "BFvaLenLen", WB_SECTION_ASSET,
     true},
    {"0120", "Leningen u/g, kortlopend deel en noodleningen <= 1 jaar",
     "Loans to care providers, emergency loans and short-term part, up to 1 year", "BVorOvrLen",
     WB_SECTION_ASSET, false},
    {"0200", "Stichtings-/beginkapitaal", "Founding capital", "BEivSevSti", WB_SECTION_EQUITY,
     true},
    {"0210", "Risicovermogen / continuïteitsreserve", "Risk capital / continuity reserve",
     "BEivOvrCor", WB_SECTION_EQUITY, true},
    {"0220", "Bestemmingsfonds Rijk (transformatie)",
     "Earmarked fund of the state (transformation)", "BEivBefBef", WB_SECTION_EQUITY, true},
    {"0230", "Bestemmingsreserve regio", "Earmarked reserve of the region", "BEivBerBer",
     WB_SECTION_EQUITY, true},
    {"0240", "Resultaat boekjaar", "Result for the year", "BEivOreRvh", WB_SECTION_EQUITY, true},
    {"0300", "Voorziening afgegeven garanties (borg)", "Provision for guarantees issued",
     "BVrzOvzGar", WB_SECTION_PROVISION, true},
    {"0310", "Voorziening claims en procedures", "Provision for claims and proceedings",
     "BVrzOvzVuc", WB_SECTION_PROVISION, true},
    {"0400", "Achterborglening Rijk (renteloos, achtergesteld)",
     "Backstop loan from the state (interest-free, subordinated)", "BLasAclAll",
     WB_SECTION_LIABILITY, true},
    {"0410", "Overige langlopende schulden", "Other long-term debts", "BLasOlsOsl",
     WB_SECTION_LIABILITY, true},
    {"1000", "Schatkist rekening-courant", "Treasury current account", "BLimBanRba",
     WB_SECTION_ASSET, false},
    {"1010", "Bankrekening betalingsverkeer", "Bank account for payments", "BLimBanRbb",
     WB_SECTION_ASSET, false},
    {"1020", "Schatkistdeposito", "Treasury deposit", "BLimBanDep", WB_SECTION_ASSET, false},
    {"1030", "Kruisposten", "Transfers in transit", "BLimKruSto", WB_SECTION_ASSET, false},
    {"1100", "Te vorderen bijdragen gemeenten", "Contributions receivable from municipalities",
     "BVorOvaNob", WB_SECTION_ASSET, false},
    {"1110", "Te vorderen bijdrage Rijk", "Contribution receivable from the state", "BVorTskTos",
     WB_SECTION_ASSET, false},
    {"1120", "Te vorderen bijdragen zorgaanbieders", "Contributions receivable from care providers",
     "BVorDebHad", WB_SECTION_ASSET, false},
    {"1130", "Voorziening dubieuze bijdragedebiteuren",
     "Allowance for doubtful contributions (contra)", "BVorDebVdd", WB_SECTION_ASSET, true},
    {"1140", "Nog te ontvangen rente leningen u/g", "Interest receivable on loans", "BVorOvrTvr",
     WB_SECTION_ASSET, false},
    {"1150", "Te vorderen obligo (afgeroepen)", "Obligo receivable (called)", "BVorOvrOvk",
     WB_SECTION_ASSET, false},
    {"1300", "Crediteuren", "Trade creditors", "BSchCreHac", WB_SECTION_LIABILITY, true},
    {"1310", "Terug te betalen bijdragen en subsidies", "Contributions and subsidies to be repaid",
     "BSchOvsSuv", WB_SECTION_LIABILITY, true},
    {"1320", "Te betalen rente", "Interest payable", "BSchOpaTbr", WB_SECTION_LIABILITY, true},
    {"1330", "Toegezegde, nog niet uitbetaalde steun", "Support promised, not yet paid out",
     "BSchOvsOvs", WB_SECTION_LIABILITY, true},
    {"1340", "Overlopende passiva", "Accrued liabilities", "BSchOpaOop", WB_SECTION_LIABILITY,
     true},
    {"1400", "Tussenrekening bank (CAMT, niet gematcht)", "Suspense account bank (CAMT, unmatched)",
     "BVorTusTbt", WB_SECTION_ASSET, false},
    {"4000", "Bijzondere waardevermindering leningen u/g", "Impairment of loans", "WWfaBwvFva",
     WB_SECTION_EXPENSE, false},
    {"4010", "Terugneming waardevermindering (herstel)", "Reversal of impairment (recovery)",
     "WWfaBwvTwf", WB_SECTION_EXPENSE, true},
    {"4020", "Instandhoudingsbijdragen a fonds perdu", "Maintenance contributions (grants)",
     "WBedAlkOal", WB_SECTION_EXPENSE, false},
    {"4030", "Mutatie voorziening garanties: dotatie", "Guarantee provision: additions",
     "WBedDvvDov", WB_SECTION_EXPENSE, false},
    {"4040", "Mutatie voorziening garanties: vrijval", "Guarantee provision: releases",
     "WBedDvvVov", WB_SECTION_EXPENSE, true},
    {"4100", "Accountant", "Auditor", "WBedAeaAea", WB_SECTION_EXPENSE, false},
    {"4110", "Juridische kosten en regievoerder", "Legal costs and case director", "WBedAeaAej",
     WB_SECTION_EXPENSE, false},
    {"4120", "Bankkosten", "Bank charges", "WBedAdlBan", WB_SECTION_EXPENSE, false},
    {"4130", "Betalingsverschillen / afronding", "Payment and rounding differences", "WBedAdlBet",
     WB_SECTION_EXPENSE, false},
    {"4140", "Rentelasten achterborg/overig", "Interest on backstop and other debts", "WFbeRlsRle",
     WB_SECTION_EXPENSE, false},
    {"8000", "Bijdragen gemeenten (reguliere inleg)", "Contributions of municipalities (regular)",
     "WOvbOvoOvo", WB_SECTION_INCOME, true},
    {"8010", "Bijdrage Rijk", "Contribution of the state", "WOvbOrsOel", WB_SECTION_INCOME, true},
    {"8020", "Bijdragen zorgaanbieders (inleg)", "Contributions of care providers", "WOvbOvoOvo",
     WB_SECTION_INCOME, true},
    {"8030", "Obligo-bijdragen", "Obligo contributions", "WOvbOvoOvo", WB_SECTION_INCOME, true},
    {"8040", "Disagio / afsluitprovisie", "Disagio / arrangement fee", "WFbeAadAad",
     WB_SECTION_INCOME, true},
    {"8100", "Rente leningen u/g", "Interest on loans", "WOvtRofLen", WB_SECTION_INCOME, true},
    {"8110", "Rente schatkist en deposito", "Interest on treasury account and deposit",
     "WFbeRlmRlm", WB_SECTION_INCOME, true},
};

const wb_account *wb_chart(size_t *count)
{
    assert(count != NULL);
    *count = sizeof chart / sizeof chart[0];
    return chart;
}

static const char *const section_names[WB_SECTION_COUNT] = {"asset",     "equity", "provision",
                                                            "liability", "income", "expense"};

const char *wb_section_name(wb_section section)
{
    assert(section >= 0);
    assert(section < WB_SECTION_COUNT);
    return section_names[section];
}
