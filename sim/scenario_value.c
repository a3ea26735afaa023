/* scenario_value.c - one value of a scenario, read as its key wants it. */
#include "sim/scenario_schema.h"

#include <assert.h>
#include <string.h>

enum { SHOWN = 60 }; /* bytes of a wrong value that a message quotes */

static int shown(const wb_node *text)
{
    return (int)(text->size < SHOWN ? text->size : SHOWN);
}

/* The k-th word of a list "a|b"; false after the last. */
static bool word_at(const char *words, uint32_t k, char word[WB_ID_MAX])
{
    const char *at = words;
    for (; k > 0 && at != NULL; k--) {
        at = strchr(at, '|');
        if (at != NULL) at++;
    }
    if (at == NULL) return false;
    const size_t size = strcspn(at, "|");
    assert(size < WB_ID_MAX);
    memcpy(word, at, size);
    word[size] = '\0';
    return true;
}

/* Whether the value is one of the key's words, such as "none"; *word is then static text. */
static bool is_word(const char **word, const wb_schema_key *key, const wb_node *text)
{
    static const char *const known[] = {"none", "unlimited"};
    if (word != NULL) *word = NULL;
    if (key->words == NULL || strcmp(key->words, text->text) != 0) return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i], text->text) != 0) continue;
        if (word != NULL) *word = known[i];
        return true;
    }
    return false;
}

/* A bound of a range as text, "" when that side is open. */
static bool bound_at(const char *range, bool upper, char bound[WB_RATE_TEXT_MAX], bool *exclusive)
{
    const char *dots = strstr(range, "..");
    assert(dots != NULL);
    const char *start = upper ? dots + 2 : range;
    size_t size = upper ? strlen(start) : (size_t)(dots - range);
    *exclusive = false;
    if (!upper && *start == '(') {
        *exclusive = true;
        start++;
        size--;
    } else if (upper && size > 0 && start[size - 1] == ')') {
        *exclusive = true;
        size--;
    }
    assert(size < WB_RATE_TEXT_MAX);
    memcpy(bound, start, size);
    bound[size] = '\0';
    return size > 0;
}

static bool is_rate(const wb_schema_key *key)
{
    return key->type == WB_TYPE_RATE || key->type == WB_TYPE_RATES || key->type == WB_TYPE_LGD;
}

/* A bound for a person: 0..1 of a rate is 0% to 100%. */
static void bound_text(char *out, size_t room, const wb_schema_key *key, const char *bound)
{
    if (is_rate(key)) {
        wb_rate rate;
        wb_rate_init(&rate);
        if (wb_rate_parse(&rate, bound, strlen(bound), WB_RATE_NUMBER, NULL) == WB_OK) {
            char text[WB_RATE_TEXT_MAX];
            mpz_mul_ui(mpq_numref(rate.ratio), mpq_numref(rate.ratio), 100);
            mpq_canonicalize(rate.ratio);
            (void)snprintf(out, room, "%s%%", wb_rate_text(text, &rate));
        }
        wb_rate_clear(&rate);
    } else {
        (void)snprintf(out, room, "%s", bound);
    }
}

static wb_code refuse_range(wb_error *err, const wb_schema_key *key, const wb_node *text)
{
    char bound[2][WB_RATE_TEXT_MAX];
    char said[2][WB_RATE_TEXT_MAX + 2] = {"", ""};
    bool exclusive[2];
    const bool has_low = bound_at(key->range, false, bound[0], &exclusive[0]);
    const bool has_high = bound_at(key->range, true, bound[1], &exclusive[1]);
    bound_text(said[0], sizeof said[0], key, bound[0]);
    bound_text(said[1], sizeof said[1], key, bound[1]);
    const bool rate = is_rate(key);
    if (key->type == WB_TYPE_RATE && strcmp(key->range, "0..1") == 0 &&
        strstr(key->help, "probability") != NULL) {
        (void)wb_fail(err, WB_E_RANGE, "%.*s is not a probability", shown(text), text->text);
    } else if (has_low && strcmp(bound[0], "0") == 0 && text->text[0] == '-') {
        (void)wb_fail(err, WB_E_RANGE, "'%.*s' is negative", shown(text), text->text);
    } else {
        (void)wb_fail(err, WB_E_RANGE, "'%.*s' is out of range", shown(text), text->text);
    }
    if (rate && text->text[0] != '-' && strchr(text->text, '%') == NULL && has_high) {
        wb_error_hint(err, "from %s to %s is accepted here; %.*s per cent is written %.*s%%",
                      said[0], said[1], shown(text), text->text, shown(text), text->text);
    } else if (has_low && has_high) {
        wb_error_hint(err, "%s %s %s %s is accepted here", exclusive[0] ? "more than" : "from",
                      said[0], exclusive[1] ? "to less than" : "to", said[1]);
    } else if (has_low) {
        wb_error_hint(err, "%s or more is accepted here", said[0]);
    }
    return WB_E_RANGE;
}

/* The value against the key's range, in the unit of the range. */
static bool in_range(const mpq_t value, const wb_schema_key *key)
{
    if (key->range == NULL) return true;
    bool inside = true;
    wb_rate limit;
    wb_rate_init(&limit);
    for (int upper = 0; upper < 2; upper++) {
        char bound[WB_RATE_TEXT_MAX];
        bool exclusive = false;
        if (!bound_at(key->range, upper != 0, bound, &exclusive)) continue;
        const wb_code code = wb_rate_parse(&limit, bound, strlen(bound), WB_RATE_NUMBER, NULL);
        assert(code == WB_OK);
        (void)code;
        const int order = upper != 0 ? mpq_cmp(limit.ratio, value) : mpq_cmp(value, limit.ratio);
        if (order < 0 || (order == 0 && exclusive)) inside = false;
    }
    wb_rate_clear(&limit);
    return inside;
}

wb_code wb_schema_amount(wb_money *value, const char **word, const wb_schema_key *key,
                         const wb_node *text, wb_error *err)
{
    if (is_word(word, key, text)) return WB_OK;
    wb_money read;
    wb_money_init(&read);
    wb_code code = wb_money_parse(&read, text->text, text->size, WB_MONEY_GROUPED, err);
    if (code != WB_OK && key->words != NULL && err != NULL) {
        err->hint[0] = '\0';
        wb_error_hint(err, "write %s, or %s", wb_schema_example(key), key->words);
    }
    if (code == WB_OK && mpz_sizeinbase(read.cents, 10) > WB_SCENARIO_AMOUNT_DIGITS + 2) {
        mpz_t limit; /* sizeinbase may be one too high */
        mpz_init(limit);
        mpz_ui_pow_ui(limit, 10, WB_SCENARIO_AMOUNT_DIGITS + 2);
        if (mpz_cmpabs(read.cents, limit) >= 0) {
            code = wb_fail(err, WB_E_AMOUNT, "amount '%.*s' is too large", shown(text), text->text);
            wb_error_hint(err, "at most %d digits before the decimals are accepted in a scenario",
                          WB_SCENARIO_AMOUNT_DIGITS);
        }
        mpz_clear(limit);
    }
    if (code == WB_OK) {
        wb_rate euros;
        wb_rate_init(&euros);
        mpz_set(mpq_numref(euros.ratio), read.cents);
        mpz_set_ui(mpq_denref(euros.ratio), 100);
        mpq_canonicalize(euros.ratio);
        if (!in_range(euros.ratio, key)) code = refuse_range(err, key, text);
        wb_rate_clear(&euros);
    }
    if (code == WB_OK && value != NULL) wb_money_set(value, &read);
    wb_money_clear(&read);
    return code;
}

wb_code wb_schema_rate(wb_rate *value, const char **word, const wb_schema_key *key,
                       const wb_node *text, wb_error *err)
{
    if (is_word(word, key, text)) return WB_OK;
    wb_rate read;
    wb_rate_init(&read);
    const wb_rate_form form = key->type == WB_TYPE_NUMBER ? WB_RATE_NUMBER : WB_RATE_RATE;
    wb_code code = wb_rate_parse(&read, text->text, text->size, form, err);
    if (code != WB_OK && key->words != NULL && err != NULL) {
        err->hint[0] = '\0';
        wb_error_hint(err, "write %s, or %s", wb_schema_example(key), key->words);
    }
    if (code == WB_OK && !in_range(read.ratio, key)) code = refuse_range(err, key, text);
    if (code == WB_OK && value != NULL) wb_rate_set(value, &read);
    wb_rate_clear(&read);
    return code;
}

/* Digits, bare or in groups of three behind one kind of separator; 0 when it is something else. */
static size_t plain_digits(char *digits, size_t room, const wb_node *text)
{
    size_t count = 0;
    size_t group = 0;
    char separator = '\0';
    for (size_t i = 0; i < text->size; i++) {
        const char c = text->text[i];
        if (c == ' ' || c == '_') {
            const bool wrong =
                separator != '\0' ? c != separator || group != 3 : group == 0 || group > 3;
            if (wrong) return 0;
            separator = c;
            group = 0;
            continue;
        }
        if (c < '0' || c > '9' || count + 1 >= room) return 0;
        digits[count++] = c;
        group++;
    }
    if (separator != '\0' && group != 3) return 0;
    digits[count] = '\0';
    return count;
}

wb_code wb_schema_number(uint64_t *value, const wb_schema_key *key, const wb_node *text,
                         wb_error *err)
{
    char digits[41];
    const bool negative = text->size > 1 && text->text[0] == '-';
    if (plain_digits(digits, sizeof digits, text) == 0) {
        const wb_code code =
            wb_fail(err, WB_E_NUMBER, "'%.*s' is not a whole number", shown(text), text->text);
        if (negative) {
            wb_error_hint(err, "it cannot be negative");
        } else {
            wb_error_hint(err, "write digits, such as 12 or 200 000");
        }
        return code;
    }
    wb_rate read;
    wb_rate_init(&read);
    const int bad = mpz_set_str(mpq_numref(read.ratio), digits, 10);
    assert(bad == 0);
    (void)bad;
    wb_code code = WB_OK;
    if (!in_range(read.ratio, key)) {
        code = refuse_range(err, key, text);
    } else if (value != NULL) {
        assert(mpz_fits_ulong_p(mpq_numref(read.ratio)));
        *value = mpz_get_ui(mpq_numref(read.ratio));
    }
    wb_rate_clear(&read);
    return code;
}

wb_code wb_schema_choice(uint32_t *index, const wb_schema_key *key, const wb_node *text,
                         wb_error *err)
{
    enum { WORDS_MAX = 8 };
    char words[WORDS_MAX][WB_ID_MAX];
    const char *pointers[WORDS_MAX];
    char all[200] = "";
    uint32_t count = 0;
    while (count < WORDS_MAX && word_at(key->words, count, words[count])) {
        if (strcmp(words[count], text->text) == 0) {
            if (index != NULL) *index = count;
            return WB_OK;
        }
        const size_t used = strlen(all);
        (void)snprintf(all + used, sizeof all - used, "%s%s", count > 0 ? ", " : "", words[count]);
        pointers[count] = words[count];
        count++;
    }
    const wb_code code =
        wb_fail(err, WB_E_CHOICE, "'%.*s' is not one of: %s", shown(text), text->text, all);
    const char *nearest = wb_nearest_word(text->text, pointers, count);
    if (nearest != NULL) {
        wb_error_hint(err, "did you mean '%s'?", nearest);
    } else {
        wb_error_hint(err, "write one of these words");
    }
    return code;
}

wb_code wb_schema_duration(uint32_t *count, bool *months, const wb_schema_key *key,
                           const wb_node *text, wb_error *err)
{
    wb_node digits = *text;
    char head[WB_ID_MAX];
    digits.size = strcspn(text->text, " ");
    const char *unit = text->text + digits.size;
    const bool in_months = strcmp(unit, " months") == 0 || strcmp(unit, " month") == 0;
    if ((*unit != '\0' && !in_months && strcmp(unit, " steps") != 0 &&
         strcmp(unit, " step") != 0) ||
        digits.size == 0 || digits.size >= sizeof head) {
        const wb_code code =
            wb_fail(err, WB_E_NUMBER, "'%.*s' is not a duration", shown(text), text->text);
        wb_error_hint(err, "write %s", wb_schema_example(key));
        return code;
    }
    memcpy(head, text->text, digits.size);
    head[digits.size] = '\0';
    digits.text = head;
    uint64_t value = 0;
    const wb_code code = wb_schema_number(&value, key, &digits, err);
    if (code == WB_OK && count != NULL) {
        *count = (uint32_t)value;
        *months = in_months;
    }
    return code;
}

wb_code wb_schema_date(wb_date *value, const wb_schema_key *key, const wb_node *text, wb_error *err)
{
    wb_date read = {0};
    wb_code code = WB_OK;
    const char *t = text->text;
    if (key->type == WB_TYPE_PERIOD && text->size == 7 && t[4] == '-' && t[5] == 'Q') {
        char first[11] = "0000-00-01";
        memcpy(first, t, 4);
        const int quarter = t[6] - '0';
        if (quarter >= 1 && quarter <= 4) {
            const int month = 3 * quarter - 2;
            first[5] = (char)('0' + month / 10);
            first[6] = (char)('0' + month % 10);
            code = wb_date_parse(&read, first, 10, err);
        } else {
            code = wb_fail(err, WB_E_DATE, "'%s' is not a quarter", t);
            wb_error_hint(err, "quarters run from Q1 to Q4");
        }
    } else {
        code = wb_date_parse(&read, t, text->size, err);
        if (code != WB_OK && key->type == WB_TYPE_PERIOD && err != NULL && text->size != 10) {
            err->hint[0] = '\0';
            wb_error_hint(err, "write %s", wb_schema_example(key));
        }
    }
    if (code == WB_OK && wb_date_civil(read).year > 2900) {
        code = wb_fail(err, WB_E_RANGE, "'%s' is too far ahead", t); /* the horizon must fit */
        wb_error_hint(err, "the last year accepted here is 2900");
    }
    if (code == WB_OK && value != NULL) *value = read;
    return code;
}

wb_code wb_schema_text(const wb_schema_key *key, const wb_node *text, wb_error *err)
{
    if (text->size == 0) {
        return wb_fail(err, WB_E_MISSING, "the text is empty");
    }
    if (key->type == WB_TYPE_ID && !wb_id_valid(text->text, text->size)) {
        const wb_code code =
            wb_fail(err, WB_E_CHOICE, "'%.*s' is not an id", shown(text), text->text);
        wb_error_hint(err,
                      "an id has at most %d letters, digits and - _ . : / and starts with a "
                      "letter or digit",
                      WB_ID_MAX);
        return code;
    }
    const size_t limit = key->type == WB_TYPE_PATH ? 1000 : WB_SCENARIO_TEXT_MAX;
    if (text->size > limit) {
        return wb_fail(err, WB_E_TOO_LARGE, "text of %zu bytes, more than %zu", text->size, limit);
    }
    return WB_OK;
}

wb_code wb_schema_scalar(const wb_schema_key *key, const wb_node *text, wb_error *err)
{
    switch (key->type) {
    case WB_TYPE_TEXT:
    case WB_TYPE_ID:
    case WB_TYPE_PATH: return wb_schema_text(key, text, err);
    case WB_TYPE_DATE:
    case WB_TYPE_PERIOD: return wb_schema_date(NULL, key, text, err);
    case WB_TYPE_COUNT: return wb_schema_number(NULL, key, text, err);
    case WB_TYPE_AMOUNT:
    case WB_TYPE_AMOUNTS: return wb_schema_amount(NULL, NULL, key, text, err);
    case WB_TYPE_RATE:
    case WB_TYPE_RATES:
    case WB_TYPE_LGD:
    case WB_TYPE_NUMBER: return wb_schema_rate(NULL, NULL, key, text, err);
    case WB_TYPE_CHOICE: return wb_schema_choice(NULL, key, text, err);
    case WB_TYPE_DURATION: return wb_schema_duration(NULL, NULL, key, text, err);
    case WB_TYPE_MAP:
    case WB_TYPE_ONE_OF:
    case WB_TYPE_LIST:
    case WB_TYPE_TABLE:
    case WB_TYPE_IDS: break;
    }
    assert(false && "a scalar type");
    return WB_E_INTERNAL;
}
