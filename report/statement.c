/* statement.c - the trial balance and the balance sheet as aligned text. */
#include "waarborg/statement.h"

#include <assert.h>
#include <string.h>

enum { NAME_MIN = 24 };

static size_t width_of(const char *text)
{
    return wb_text_width(text, strlen(text));
}

static void widen(size_t *width, const char *text)
{
    const size_t needed = width_of(text);
    if (needed > *width) *width = needed;
}

static void widen_for_money(size_t *width, const wb_money *money)
{
    char text[WB_MONEY_TEXT_MAX];
    widen(width, wb_money_text(text, money, WB_MONEY_PLAIN));
}

/* Text padded on its right to a display width. */
static void print_left(FILE *out, const char *text, size_t width)
{
    const size_t used = width_of(text);
    (void)fprintf(out, "%s%*s", text, (int)(width > used ? width - used : 0), "");
}

static void print_money(FILE *out, const wb_money *money, size_t width)
{
    char text[WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "  %*s", (int)width, wb_money_text(text, money, WB_MONEY_PLAIN));
}

static void print_heading(FILE *out, const wb_statement_heading *heading, const char *title)
{
    char date[WB_DATE_TEXT_MAX];
    (void)fprintf(out, "%s\n%s", heading->fund, title);
    if (heading->at != NULL) {
        (void)fprintf(out, " at %s", wb_date_text(date, *heading->at));
    } else {
        (void)fputs(", all entries", out);
    }
    (void)fprintf(out, ", in EUR\nhead %s\n", heading->head);
    if (heading->anchor != NULL) (void)fprintf(out, "anchor %s\n", heading->anchor);
}

/* ---- trial balance ---- */

typedef struct trial_widths {
    size_t code, name, money;
} trial_widths;

static void print_trial_row(FILE *out, const trial_widths *w, const char *code, const char *name,
                            const wb_money *const amounts[3])
{
    print_left(out, code, w->code + 2);
    print_left(out, name, w->name);
    for (size_t i = 0; i < 3; i++)
        print_money(out, amounts[i], w->money);
    (void)fputc('\n', out);
}

void wb_statement_trial_balance(FILE *out, const wb_statement_heading *heading,
                                const wb_trial_balance *trial)
{
    trial_widths w = {.code = width_of("account"), .name = NAME_MIN, .money = width_of("balance")};
    for (size_t i = 0; i < trial->count; i++) {
        const wb_trial_row *row = &trial->rows[i];
        if (row->postings == 0) continue;
        widen(&w.code, row->account.code);
        widen(&w.name, row->account.name_nl);
        widen_for_money(&w.money, &row->balance);
    }
    widen_for_money(&w.money, &trial->debit);
    print_heading(out, heading, "trial balance");
    (void)fputc('\n', out);
    print_left(out, "account", w.code + 2);
    print_left(out, "name", w.name);
    (void)fprintf(out, "  %*s  %*s  %*s\n", (int)w.money, "debit", (int)w.money, "credit",
                  (int)w.money, "balance");
    wb_money balance;
    wb_money_init(&balance);
    for (size_t i = 0; i < trial->count; i++) {
        const wb_trial_row *row = &trial->rows[i];
        if (row->postings == 0) continue;
        wb_money_add(&balance, &balance, &row->balance);
        const wb_money *const amounts[3] = {&row->debit, &row->credit, &row->balance};
        print_trial_row(out, &w, row->account.code, row->account.name_nl, amounts);
    }
    const wb_money *const totals[3] = {&trial->debit, &trial->credit, &balance};
    print_trial_row(out, &w, "total", "", totals);
    wb_money_clear(&balance);
}

/* ---- balance sheet ---- */

typedef struct sheet_widths {
    size_t code, name, money;
} sheet_widths;

static void print_sheet_total(FILE *out, const sheet_widths *w, const char *label,
                              const wb_money *amount)
{
    print_left(out, label, w->code + w->name + 4);
    print_money(out, amount, w->money);
    (void)fputc('\n', out);
}

/* The lines of one section under its title, and their total. */
static void print_lines(FILE *out, const sheet_widths *w, const wb_sheet_line *lines, size_t count,
                        wb_section section, const char *title, const wb_money *total)
{
    (void)fprintf(out, "\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        const wb_sheet_line *line = &lines[i];
        if (line->account.section != section) continue;
        (void)fputs("  ", out);
        print_left(out, line->account.code, w->code + 2);
        print_left(out, line->account.name_nl, w->name);
        print_money(out, &line->amount, w->money);
        (void)fputc('\n', out);
    }
    char label[64];
    (void)snprintf(label, sizeof label, "total %s", title);
    print_sheet_total(out, w, label, total);
}

static void print_section(FILE *out, const sheet_widths *w, const wb_balance_sheet *sheet,
                          wb_section section, const char *title, const wb_money *total)
{
    bool any = false;
    for (size_t i = 0; i < sheet->count; i++) {
        any = any || sheet->lines[i].account.section == section;
    }
    if (any) print_lines(out, w, sheet->lines, sheet->count, section, title, total);
}

void wb_statement_balance_sheet(FILE *out, const wb_statement_heading *heading,
                                const wb_balance_sheet *sheet)
{
    static const char funded[] = "total equity, provisions and liabilities";
    sheet_widths w = {.code = 4, .name = NAME_MIN, .money = 4};
    for (size_t i = 0; i < sheet->count; i++) {
        widen(&w.code, sheet->lines[i].account.code);
        widen(&w.name, sheet->lines[i].account.name_nl);
        widen_for_money(&w.money, &sheet->lines[i].amount);
    }
    widen_for_money(&w.money, &sheet->assets);
    if (w.code + w.name + 4 < width_of(funded)) w.name = width_of(funded) - w.code - 4;
    wb_money sum;
    wb_money_init(&sum);
    wb_money_add(&sum, &sheet->equity, &sheet->provisions);
    wb_money_add(&sum, &sum, &sheet->liabilities);
    print_heading(out, heading, "balance sheet");
    print_section(out, &w, sheet, WB_SECTION_ASSET, "assets", &sheet->assets);
    print_section(out, &w, sheet, WB_SECTION_EQUITY, "equity", &sheet->equity);
    print_section(out, &w, sheet, WB_SECTION_PROVISION, "provisions", &sheet->provisions);
    print_section(out, &w, sheet, WB_SECTION_LIABILITY, "liabilities", &sheet->liabilities);
    (void)fputc('\n', out);
    print_sheet_total(out, &w, "total assets", &sheet->assets);
    print_sheet_total(out, &w, funded, &sum);
    print_sheet_total(out, &w, "result of the open year, part of 0240", &sheet->result);
    wb_money_clear(&sum);
}

/* ---- income statement ---- */

void wb_statement_income(FILE *out, const wb_statement_heading *heading,
                         const wb_income_statement *statement)
{
    static const char moved[] = "of which appropriated to equity";
    char from[WB_DATE_TEXT_MAX];
    char to[WB_DATE_TEXT_MAX];
    sheet_widths w = {.code = 4, .name = NAME_MIN, .money = 4};
    for (size_t i = 0; i < statement->count; i++) {
        widen(&w.code, statement->lines[i].account.code);
        widen(&w.name, statement->lines[i].account.name_nl);
        widen_for_money(&w.money, &statement->lines[i].amount);
    }
    widen_for_money(&w.money, &statement->income);
    widen_for_money(&w.money, &statement->expenses);
    widen_for_money(&w.money, &statement->result);
    if (w.code + w.name + 4 < width_of(moved)) w.name = width_of(moved) - w.code - 4;
    (void)fprintf(out, "%s\nincome statement from %s to %s, in EUR\nhead %s\n", heading->fund,
                  wb_date_text(from, statement->from), wb_date_text(to, statement->to),
                  heading->head);
    print_lines(out, &w, statement->lines, statement->count, WB_SECTION_INCOME, "income",
                &statement->income);
    print_lines(out, &w, statement->lines, statement->count, WB_SECTION_EXPENSE, "expenses",
                &statement->expenses);
    (void)fputc('\n', out);
    print_sheet_total(out, &w, "result", &statement->result);
    print_sheet_total(out, &w, moved, &statement->appropriated);
}
