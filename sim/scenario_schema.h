/*
 * scenario_schema.h - the one table of keys of a scenario file.
 *
 * Parsing, messages about unknown keys, defaults, `scenario show --resolved` and the reference page
 * docs/scenario.md all come from it. A key is named by its dotted path; "[]" stands for each item
 * of a list, or each row of a table.
 */
#ifndef WAARBORG_SIM_SCENARIO_SCHEMA_H
#define WAARBORG_SIM_SCENARIO_SCHEMA_H

#include "sim/scenario_tree.h"
#include "waarborg/date.h"
#include "waarborg/text.h"

typedef enum wb_schema_type {
    WB_TYPE_MAP,      /* a mapping of the keys below it */
    WB_TYPE_ONE_OF,   /* a mapping of exactly one of the keys below it */
    WB_TYPE_LIST,     /* a list of such mappings */
    WB_TYPE_TABLE,    /* a CSV file: its path, or {file, columns} */
    WB_TYPE_TEXT,     /* words, up to 200 bytes */
    WB_TYPE_ID,       /* see wb_id_valid */
    WB_TYPE_PATH,     /* a path relative to the file that names it */
    WB_TYPE_DATE,     /* 2027-01-01 */
    WB_TYPE_PERIOD,   /* 2027-Q1 or a date */
    WB_TYPE_COUNT,    /* a whole number, digits may be grouped */
    WB_TYPE_AMOUNT,   /* euros */
    WB_TYPE_RATE,     /* 4.25% or 0.0425 */
    WB_TYPE_NUMBER,   /* any decimal */
    WB_TYPE_CHOICE,   /* one of `words` */
    WB_TYPE_DURATION, /* steps, or months */
    WB_TYPE_IDS,      /* one id or a list of them */
    WB_TYPE_RATES,    /* a list of rates */
    WB_TYPE_AMOUNTS,  /* a list of amounts */
    WB_TYPE_LGD       /* a rate, or {uniform|triangular|table: [...]} */
} wb_schema_type;

typedef struct wb_schema_key {
    const char *path;
    wb_schema_type type;
    const char *fallback; /* the default as text; NULL: none */
    const char *range;    /* "0..1", "(0..1)" without its ends; NULL: any */
    const char *words;    /* CHOICE: all of them, "a|b"; others: words besides a value ("none") */
    bool required;        /* within the mapping that holds it */
    const char *help;
} wb_schema_key;

extern const wb_schema_key wb_schema[];
extern const size_t wb_schema_count;

/* The row of a path, or NULL. */
const wb_schema_key *wb_schema_find(const char *path);
/* The row of key `name` directly under `prefix` ("" for the top), or NULL. */
const wb_schema_key *wb_schema_under(const char *prefix, const char *name);
/* The name of a row when it is directly under prefix, else NULL. */
const char *wb_schema_child(const wb_schema_key *key, const char *prefix);

/* Largest whole part of an amount: with it every sum over providers, steps and paths fits in 128
 * bits (docs/scenario.md). */
enum { WB_SCENARIO_AMOUNT_DIGITS = 18, WB_SCENARIO_TEXT_MAX = 200 };

/*
 * One value as its key wants it, checked against range and words. The result may be NULL to check
 * only. On a word of `words` (such as "none") *word is set to it and the value left alone; word may
 * be NULL when the key has none. Message and hint, no position.
 */
WB_MUST_CHECK wb_code wb_schema_amount(wb_money *value, const char **word, const wb_schema_key *key,
                                       const wb_node *text, wb_error *err);
WB_MUST_CHECK wb_code wb_schema_rate(wb_rate *value, const char **word, const wb_schema_key *key,
                                     const wb_node *text, wb_error *err);
WB_MUST_CHECK wb_code wb_schema_number(uint64_t *value, const wb_schema_key *key,
                                       const wb_node *text, wb_error *err);
/* The place of the word in the key's list. */
WB_MUST_CHECK wb_code wb_schema_choice(uint32_t *index, const wb_schema_key *key,
                                       const wb_node *text, wb_error *err);
/* "4" is 4 steps, "12 months" is 12 months. */
WB_MUST_CHECK wb_code wb_schema_duration(uint32_t *count, bool *months, const wb_schema_key *key,
                                         const wb_node *text, wb_error *err);
WB_MUST_CHECK wb_code wb_schema_date(wb_date *value, const wb_schema_key *key, const wb_node *text,
                                     wb_error *err);
/* TEXT, ID and PATH. */
WB_MUST_CHECK wb_code wb_schema_text(const wb_schema_key *key, const wb_node *text, wb_error *err);
/* Any scalar type: does it read? */
WB_MUST_CHECK wb_code wb_schema_scalar(const wb_schema_key *key, const wb_node *text,
                                       wb_error *err);

/* What a value of the key looks like, for hints and the reference page: "an amount such as ...". */
const char *wb_schema_example(const wb_schema_key *key);

/* The page of keys, one row a key, as Markdown; the caller frees it. NULL without memory. */
char *wb_schema_markdown(void);

#endif
