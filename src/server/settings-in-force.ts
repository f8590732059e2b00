import { ProblemError } from "#domain/problem.ts";
import { parseRetention, type Retention } from "#domain/retention.ts";
import { parseSmallestGroup } from "#insight/small-cells.ts";

/** How long what is kept: the defaults, and what RAPPORT_RETENTION says otherwise. Throws ProblemError OPTION_INVALID. */
export function retentionInForce(): Retention {
  const retention = parseRetention(process.env.RAPPORT_RETENTION);
  if (retention !== null) return retention;
  const detail =
    "RAPPORT_RETENTION: write class=days or class=forever, such as browsing=90,orders=forever; classes are browsing, shown, orders, decisions";
  throw new ProblemError({ code: "OPTION_INVALID", detail });
}

/** RAPPORT_SMALL_CELL, or 10. Throws ProblemError OPTION_INVALID. */
export function smallestGroupInForce(): number {
  const smallest = parseSmallestGroup(process.env.RAPPORT_SMALL_CELL);
  if (smallest === null) throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_SMALL_CELL: a whole number from 1 to 9999" });
  return smallest;
}
