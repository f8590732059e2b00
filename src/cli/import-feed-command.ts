import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { type Command, Option } from "commander";
import type { Feed, FeedRun } from "#domain/feed.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import { isAddress } from "#ingestion/feeds/open-location.ts";
import type { House } from "#server/compose.ts";
import { runReplyOf } from "#server/contract/feeds.ts";
import { runLines } from "./feed-words.ts";
import { withShop } from "./open-shop.ts";
import { type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & {
  readonly feed?: string;
  readonly format: string;
  readonly encoding?: string;
  readonly currency?: string;
  readonly allowShrink?: true;
  readonly dryRun?: true;
};

/** Items that are only added and described anew are kept under this name; it stands in `rapport feed list` with its last run. */
const looseName = "items";
/** The feed of a shop that has only one. */
const usualName = "feed";

const formats = ["auto", "google", "xml", "rss", "atom", "csv", "tsv", "jsonl", "page", "html", "json-ld"];
const formatOf = (word: string) =>
  (({ xml: "xml", rss: "xml", atom: "xml", csv: "csv", tsv: "tsv", jsonl: "jsonl", page: "page", html: "page", "json-ld": "page" }) as const)[word] ??
  null;

export const absoluteLocation = (location: string): string => (/^(https?|file):\/\//i.test(location) ? location : resolve(location));

/** Reads one place into the catalogue and tells what came of it; throws the run's problem. */
export async function runImport(
  house: House,
  shop: Shop,
  feed: Feed,
  options: Pick<Options, "format" | "encoding" | "currency" | "allowShrink" | "dryRun" | "json">,
): Promise<FeedRun> {
  const [{ importFeed }, { fetchAnywhere }] = await Promise.all([import("#ingestion/feeds/import-feed.ts"), import("./feed-fetch.ts")]);
  // Nothing of a feed is kept, but V8 would rather let rubbish of two hundred megabytes gather than clear it away.
  setFlagsFromString("--optimize-for-size");
  const isWatched = options.json === undefined && process.stderr.isTTY;
  const run = await importFeed(
    {
      feed,
      currency: options.currency?.toUpperCase() ?? shop.currency,
      format: formatOf(options.format),
      charset: options.encoding ?? null,
      onlyNews: false,
      allowShrink: options.allowShrink === true,
      dryRun: options.dryRun === true,
      quietMs: null,
    },
    {
      feeds: house.store.feeds,
      clock: house.clock,
      freshId: house.freshId,
      fetchFeed: fetchAnywhere,
      onProgress: (rows) => {
        if (isWatched) process.stderr.write(`\r  ${rows} rows`);
      },
    },
  );
  if (isWatched) process.stderr.write("\r\u001b[K");
  if (run === null) throw new ProblemError({ code: "FEED_UNKNOWN", detail: feed.name });
  return run;
}

/** Prints the run; a refused one is thrown as its problem after what was found in it. */
export function tellRun(run: FeedRun, options: Pick<Options, "json" | "dryRun">): void {
  const say = (line: string) => (run.problem === null ? process.stdout : process.stderr).write(`${line}\n`);
  if (options.json && run.problem === null) say(JSON.stringify(runReplyOf(run)));
  if (!options.json) for (const line of runLines(run, options.dryRun === true)) say(line);
  if (run.problem !== null) throw new ProblemError(run.problem);
}

async function importInto(house: House, shop: Shop, location: string, name: string, complete: boolean, options: Options): Promise<void> {
  const known = await house.store.feeds.byName(shop.shopId, name);
  const place = absoluteLocation(location);
  // A dry run leaves no feed behind, and does not move one to another place.
  const feed =
    options.dryRun && known !== null
      ? { ...known, location: place, complete }
      : await house.store.feeds.put({
          feedId: known?.feedId ?? house.freshId(),
          shopId: shop.shopId,
          name,
          location: known?.everyMs === null || known === null ? place : known.location,
          everyMs: known?.everyMs ?? null,
          complete,
          createdAt: house.clock(),
        });
  try {
    tellRun(await runImport(house, shop, { ...feed, location: place }, options), options);
  } finally {
    if (options.dryRun && known === null) await house.store.feeds.remove(shop.shopId, feed.feedId);
  }
}

function withReadingOptions(command: Command): Command {
  return withSharedOptions(command)
    .addOption(new Option("--format <format>", "told from the content unless said").choices(formats).default("auto"))
    .option("--encoding <name>", "such as windows-1252, where the file does not say it itself; UTF-8 otherwise")
    .option("--currency <code>", "the currency that prices count in; the shop's unless said")
    .option("--dry-run", "read it to its end, tell what would happen, and change nothing");
}

/** `rapport import feed`, `import items`, `import page` */
export function addItemImports(command: Command): void {
  withReadingOptions(command.command("feed <file-or-url>"))
    .description("a complete product feed (Google Merchant RSS, Atom, TSV, CSV, also .gz): what is missing in it is taken off sale")
    .option("--feed <name>", "which feed it is, where a shop has several", usualName)
    .option("--allow-shrink", "even if more than half of the feed's items are taken off sale")
    .action((location: string, options: Options) =>
      withShop(options, async (house, shop) => {
        const feeds = await house.store.feeds.list(shop.shopId);
        const scheduled = feeds.find((feed) => feed.location === absoluteLocation(location) && isAddress(location));
        await importInto(house, shop, location, options.feed === usualName ? (scheduled?.name ?? usualName) : options.feed!, true, options);
      }),
    );
  withReadingOptions(command.command("items <files-or-urls...>"))
    .description("items to add or describe anew, from the same formats, JSONL or a web page; nothing is taken off sale")
    .action((locations: string[], options: Options) => importEach(locations, options));
  withReadingOptions(command.command("page <files-or-urls...>"))
    .description("products that web pages describe in JSON-LD (schema.org); nothing is taken off sale")
    .action((locations: string[], options: Options) => importEach(locations, { ...options, format: "page" }));
}

/** One after the other; one that cannot be read does not stop the others, and is what the command ends with. */
async function importEach(locations: readonly string[], options: Options): Promise<void> {
  await withShop(options, async (house, shop) => {
    let failure: unknown = null;
    for (const location of locations) {
      if (locations.length > 1 && !options.json) process.stderr.write(`${location}\n`);
      try {
        await importInto(house, shop, location, looseName, false, options);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        if (failure !== null && !options.json) process.stderr.write(`${error.message}\n`);
        failure ??= error;
      }
    }
    if (failure !== null) throw failure;
  });
}
