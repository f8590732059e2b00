import { identifier, type TableColumn } from "./workbench.ts";

// How cells become text and numbers, in SQL: the database does it over the whole file, many rows at a time.

/** Blanks around a cell, the ones that spreadsheets and web pages add included. */
const blanks = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)";
/** What exports write for "nothing". */
const nothings = "('', 'nan', 'nat', 'null', 'none', 'n/a', 'na', '<na>', '#n/a', '\\n')";

/** Macros that the other queries use. `decimalComma`: "1.234,50" is one thousand and some. */
export function cellMacros(): readonly string[] {
  return [
    `CREATE MACRO trimmed(t) AS trim(t, ${blanks})`,
    `CREATE MACRO filled(t) AS CASE WHEN length(t) < 6 AND lower(t) IN ${nothings} THEN NULL ELSE t END`,
    // Tables that passed through a statistics program carry ids as 13085.0.
    `CREATE MACRO id_of(t) AS CASE WHEN ends_with(t, '.0') AND regexp_full_match(t, '[0-9]+\\.0') THEN left(t, length(t) - 2) ELSE t END`,
    // Shop systems and cleaned-up tables write a guest as customer 0 or -1: those are many people, not one.
    `CREATE MACRO person_of(t) AS CASE WHEN id_of(t) NOT IN ('0', '-1') THEN id_of(t) END`,
    // Currency signs and codes around an amount: "£2.50", "USD 2.50", "Rs. 250".
    `CREATE MACRO bare_number(t) AS regexp_replace(regexp_replace(regexp_replace(t, '[\\p{Sc}\\s'']', '', 'g'), '^([+-]?)[A-Za-z]{1,4}\\.?', '\\1'), '[A-Za-z]{1,4}\\.?$', '')`,
    `CREATE MACRO dotted(t, decimal_comma) AS CASE WHEN decimal_comma THEN replace(replace(t, '.', ''), ',', '.') ELSE replace(t, ',', '') END`,
    `CREATE MACRO sane(n) AS CASE WHEN abs(n) < 1e15 THEN n END`,
    `CREATE MACRO number_of(t) AS CASE WHEN regexp_full_match(t, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?') THEN sane(TRY_CAST(t AS DOUBLE)) END`,
    `CREATE MACRO amount_of(t, decimal_comma) AS number_of(dotted(bare_number(t), decimal_comma))`,
    `CREATE MACRO count_of(t, decimal_comma) AS number_of(dotted(replace(t, ' ', ''), decimal_comma))`,
    `CREATE MACRO masked(what, t) AS what || ' ' || coalesce(regexp_replace(t, '\\p{L}', 'x', 'g'), '(empty)')`,
    `CREATE MACRO unusable_id(t, longest) AS coalesce(length(t) > longest OR regexp_matches(t, '\\p{Cc}'), false)`,
  ];
}

const wholeNumbers = /^(U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT|U?HUGEINT)$/;
const brokenNumbers = /^(DOUBLE|FLOAT|DECIMAL.*)$/;

export function isNumeric(column: TableColumn): boolean {
  return wholeNumbers.test(column.type) || brokenNumbers.test(column.type);
}

export function isTemporal(column: TableColumn): boolean {
  return /^(DATE|TIMESTAMP.*)$/.test(column.type);
}

/** The column's cells as text without blanks around it; numbers without a fraction are written without a point. */
export function textOf(column: TableColumn): string {
  const cell = identifier(column.name);
  if (!brokenNumbers.test(column.type)) return `trimmed(CAST(${cell} AS VARCHAR))`;
  const whole = `CAST(CAST(${cell} AS BIGINT) AS VARCHAR)`;
  return `CASE WHEN abs(${cell}) < 9e15 AND ${cell} = trunc(${cell}) THEN ${whole} ELSE CAST(${cell} AS VARCHAR) END`;
}

/** The column's cells as numbers; only for columns that are numbers in the file. */
export function numberOf(column: TableColumn): string {
  return `sane(CAST(${identifier(column.name)} AS DOUBLE))`;
}
