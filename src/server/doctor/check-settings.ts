import { ProblemError } from "#domain/problem.ts";
import { parseRetention } from "#domain/retention.ts";
import { parseSmallestGroup } from "#insight/small-cells.ts";
import { publicAddress } from "../http/public-address.ts";
import { parseOutboundAllow } from "../outbound/outbound-allow.ts";
import { type Check, error, type Finding, ok, warning } from "./checkup.ts";

/** Every variable that something reads; one that is missing here is one that nothing reads. */
const known = [
  "RAPPORT_DATA",
  "RAPPORT_DATABASE_URL",
  "RAPPORT_OUTBOUND_ALLOW",
  "RAPPORT_PUBLIC_ADDRESS",
  "RAPPORT_EMBED_ORIGINS",
  "RAPPORT_GORSE_FEEDBACK",
  "RAPPORT_RETENTION",
  "RAPPORT_SMALL_CELL",
  "RAPPORT_ERASURE_JOURNAL",
  "RAPPORT_KERNEL_THREADS",
  "RAPPORT_CONNECT_SECRET",
  "RAPPORT_DEBUG",
  "RAPPORT_KEY",
  "RAPPORT_KEY_FILE",
  "RAPPORT_NEW_KEY",
];
/** Of tests, benchmarks and examples. */
const leftAlone = /^RAPPORT_(TEST|TORTURE|BENCH|SOAK)_|^RAPPORT_(CHROMIUM|SERVER_KEY|WRITE_KEY|ML|IMPLICIT_PYTHON)$/;
/** More slips than these are another word. */
const mostSlips = 3;

/** How many letters one must change, add or leave out to come from one word to the other. */
function slips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to++) next.push(Math.min(row[to + 1]! + 1, next[to]! + 1, row[to]! + (letter === other[to] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}

function nearest(name: string): string | null {
  const [best] = known.map((word) => ({ word, slips: slips(name, word) })).sort((a, b) => a.slips - b.slips);
  return best !== undefined && best.slips <= mostSlips ? best.word : null;
}

function attempt(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (thrown) {
    return thrown instanceof ProblemError ? thrown.problem.detail : "cannot be read";
  }
}

export const checkSettings: Check = {
  name: "settings",
  run: ({ environment }) => {
    const given = Object.keys(environment).filter((name) => /^RAPPORT_/i.test(name) && environment[name] !== "");
    const findings: Finding[] = given
      .filter((name) => !known.includes(name) && !leftAlone.test(name))
      .map((name) => {
        const meant = nearest(name.toUpperCase());
        return warning(`nothing reads ${name}`, meant === null ? "Unset it, or look up its name in docs/guide/operate.md." : `Was ${meant} meant?`);
      });
    const wrong = (name: string, detail: string, todo: string) => findings.push(error(`${name}: ${detail}`, todo));
    const url = environment.RAPPORT_DATABASE_URL;
    if (url && !/^postgres(ql)?:\/\//.test(url))
      wrong("RAPPORT_DATABASE_URL", "is no address of a PostgreSQL database", "Give postgres://user:password@host:port/database.");
    const allow = attempt(() => parseOutboundAllow(environment.RAPPORT_OUTBOUND_ALLOW));
    if (allow !== null)
      wrong(
        "RAPPORT_OUTBOUND_ALLOW",
        allow.replace("RAPPORT_OUTBOUND_ALLOW: ", "cannot be read: "),
        "Give host:port or ranges, separated by commas.",
      );
    if (attempt(publicAddress) !== null)
      wrong(
        "RAPPORT_PUBLIC_ADDRESS",
        "is not the address of a web server",
        "Give where browsers reach this server, such as https://events.shop.example.",
      );
    if (parseRetention(environment.RAPPORT_RETENTION) === null)
      wrong("RAPPORT_RETENTION", "cannot be read, so no server starts", "Give class=days or class=forever, such as browsing=90,orders=forever.");
    if (parseSmallestGroup(environment.RAPPORT_SMALL_CELL) === null)
      wrong("RAPPORT_SMALL_CELL", "is no whole number from 1 to 9999, so no server starts", "Give such a number, or unset it.");
    const threads = environment.RAPPORT_KERNEL_THREADS;
    if (threads && !/^[1-9]\d*$/.test(threads))
      findings.push(warning("RAPPORT_KERNEL_THREADS is no whole number, so it counts for nothing", "Give a number of threads, or unset it."));
    if (findings.length > 0) return findings;
    return [ok(given.length === 0 ? "no variables are set; everything is as it comes" : given.sort().join(", "))];
  },
};
