import { literal } from "./workbench.ts";

// How written times become milliseconds since 1970 UTC, in SQL. A text that fits none of the forms gives NULL.

const clocks = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p"];

/** Macros that read times. `timeZone`: where the clocks stood that wrote times without an offset. */
export function timeMacros(timeZone: string, dayFirst: boolean): readonly string[] {
  const date = dayFirst ? "%d/%m" : "%m/%d";
  const local = timeZone === "UTC" ? "epoch_ms(t)" : `epoch_ms(timezone(${literal(timeZone)}, t))`;
  const slashed = (tail: string) => `try_strptime(regexp_replace(t, '^([0-9]+)[./-]([0-9]+)[./-]', '\\1/\\2/'), ${formats([`${date}/${tail}`])})`;
  const worded = (years: readonly string[]) =>
    `try_strptime(regexp_replace(regexp_replace(t, '(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]* ', ''), '[- ]+', ' ', 'g'), ${formats(years)})`;
  return [
    `CREATE MACRO utc_ms(t) AS ${local}`,
    // An offset counts only after a time of day: 2010-12-01 does not end in "-01 hours".
    `CREATE MACRO offset_text(t) AS coalesce(nullif(regexp_extract(t, ':[0-9]{2}(\\.[0-9]+)?\\s*([+-][0-9]{2}(:?[0-9]{2})?)$', 2), ''),
      CASE WHEN regexp_matches(t, '(?i)[0-9]\\s*(z|utc|gmt)$') THEN '+00' END)`,
    `CREATE MACRO offset_ms(o) AS (CASE WHEN left(o, 1) = '-' THEN -1 ELSE 1 END) *
      (CAST(o[2:3] AS BIGINT) * 60 + CAST(coalesce(nullif(right(replace(o, ':', '')[4:], 2), ''), '0') AS BIGINT)) * 60000`,
    `CREATE MACRO without_offset(t) AS regexp_replace(t, '(?i)\\s*(z|utc|gmt|[+-][0-9]{2}(:?[0-9]{2})?)$', '')`,
    `CREATE MACRO long_slashed(t) AS ${slashed("%Y")}`,
    `CREATE MACRO short_slashed(t) AS ${slashed("%y")}`,
    `CREATE MACRO long_worded(t) AS ${worded(["%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y"])}`,
    `CREATE MACRO short_worded(t) AS ${worded(["%d %b %y", "%d %B %y"])}`,
    `CREATE MACRO dashed(t) AS regexp_replace(t, '^([0-9]{4})[./]([0-9]{1,2})[./]', '\\1-\\2-')`,
    `CREATE MACRO written_time(t) AS CASE
      WHEN regexp_matches(t, '^[0-9]{4}[-./]') THEN coalesce(TRY_CAST(dashed(t) AS TIMESTAMP), try_strptime(dashed(t), ${formats(["%Y-%m-%d"])}))
      WHEN regexp_matches(t, '^[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4}( |$)') THEN long_slashed(t)
      WHEN regexp_matches(t, '^[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}( |$)') THEN short_slashed(t)
      WHEN regexp_matches(t, '[A-Za-z]{3}.*\\b[0-9]{4}\\b') THEN long_worded(t)
      WHEN regexp_matches(t, '[A-Za-z]{3}') THEN short_worded(t) END`,
    `CREATE MACRO stamp_ms(t) AS CASE
      WHEN length(t) = 8 THEN utc_ms(try_strptime(t, '%Y%m%d'))
      WHEN length(t) = 14 THEN utc_ms(try_strptime(t, '%Y%m%d%H%M%S'))
      WHEN length(t) = 12 AND t[1:2] IN ('19', '20') THEN utc_ms(try_strptime(t, '%Y%m%d%H%M'))
      WHEN length(t) BETWEEN 9 AND 10 THEN TRY_CAST(t AS BIGINT) * 1000
      WHEN length(t) BETWEEN 12 AND 13 THEN TRY_CAST(t AS BIGINT)
      WHEN length(t) BETWEEN 15 AND 16 THEN TRY_CAST(t AS BIGINT) // 1000
      WHEN length(t) BETWEEN 18 AND 19 THEN TRY_CAST(t AS BIGINT) // 1000000 END`,
    `CREATE MACRO text_ms(t) AS CASE
      WHEN regexp_full_match(t, '[0-9]+(\\.[0-9]*)?') THEN stamp_ms(split_part(t, '.', 1))
      WHEN offset_text(t) IS NULL THEN utc_ms(written_time(t))
      ELSE epoch_ms(written_time(without_offset(t))) - offset_ms(offset_text(t)) END`,
    `CREATE MACRO time_ms(t) AS text_ms(regexp_replace(regexp_replace(t, ',? +', ' ', 'g'), '(?i)\\s+([ap])\\.?m\\.?$', ' \\1m'))`,
    // A time of day in a column of its own: 8:26, 0826, 826, 082600.
    `CREATE MACRO clock_text(c) AS CASE WHEN regexp_full_match(c, '[0-9]{1,4}') THEN lpad(c, 4, '0')[1:2] || ':' || lpad(c, 4, '0')[3:4]
      WHEN regexp_full_match(c, '[0-9]{5,6}') THEN lpad(c, 6, '0')[1:2] || ':' || lpad(c, 6, '0')[3:4] || ':' || lpad(c, 6, '0')[5:6] ELSE c END`,
    `CREATE MACRO date_text(d) AS regexp_replace(regexp_replace(d, '[T ]00:00(:00)?(\\.0+)?$', ''), '^([0-9]{4})([0-9]{2})([0-9]{2})$', '\\1-\\2-\\3')`,
    `CREATE MACRO has_clock(t) AS regexp_full_match(t, '[0-9]{9,}(\\.[0-9]*)?') OR (contains(t, ':') AND NOT regexp_matches(t, '[T ]00:00(:00)?(\\.0+)?$'))`,
    `CREATE MACRO with_clock(d, c) AS CASE WHEN c IS NULL THEN d ELSE date_text(d) || ' ' || clock_text(c) END`,
  ];
}

/** False for a name that this program's clock library does not know. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function formats(dates: readonly string[]): string {
  return `[${dates.flatMap((date) => clocks.map((clock) => literal(`${date}${clock}`))).join(", ")}]`;
}
