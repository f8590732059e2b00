import type { Feed } from "#domain/feed.ts";
import { shownLocation } from "#domain/feed.ts";
import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { House } from "#server/compose.ts";
import { feedReplyOf } from "#server/contract/feeds.ts";
import { durationInWords, durationOf, runLines } from "./feed-words.ts";
import { absoluteLocation, runImport, tellRun } from "./import-feed-command.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type AddOptions = SharedOptions & { readonly every: string; readonly name?: string };
type RunOptions = SharedOptions & { readonly allowShrink?: true; readonly dryRun?: true };

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** By its name, or by its place. */
async function findFeed(house: House, shopId: ShopId, word: string): Promise<Feed> {
  const feeds = await house.store.feeds.list(shopId);
  const found =
    feeds.find(({ name }) => name === word) ?? feeds.find(({ location }) => location === absoluteLocation(word) || shownLocation(location) === word);
  if (found === undefined) throw new ProblemError({ code: "FEED_UNKNOWN", detail: shownLocation(word) });
  return found;
}

function tellFeed(feed: Feed): void {
  const when = feed.everyMs === null ? "by hand" : `every ${durationInWords(feed.everyMs)}`;
  say(`${feed.name}  ${when}  ${shownLocation(feed.location)}`);
  const run = feed.lastRun;
  if (run === null) {
    say("  not read yet");
    return;
  }
  say(`  ${new Date(run.finishedAt).toISOString()}  ${run.problem === null ? run.outcome : `refused, ${run.problem.code}: ${run.problem.detail}`}`);
  for (const line of runLines(run, false)) say(`  ${line}`);
}

/** `rapport feed add | list | remove | run` */
export const feedCommand: CommandFile = (program) => {
  const command = program.command("feed").description("product feeds that the server fetches on a schedule");
  withSharedOptions(command.command("add <url>"))
    .description("fetch this feed from now on; the running server does, the first time at once")
    .option("--every <time>", "how often: 30m, 6h, 1d", "6h")
    .option("--name <name>", "what to call it; its address unless said")
    .action((location: string, options: AddOptions) =>
      withShop(options, async (house, shop) => {
        const everyMs = durationOf(options.every);
        const place = absoluteLocation(location);
        if (/^https?:\/\//i.test(place) && URL.parse(place) === null)
          throw new ProblemError({ code: "OPTION_INVALID", detail: `${shownLocation(location)} is no address` });
        const name = options.name ?? shownLocation(place);
        const known = await house.store.feeds.byName(shop.shopId, name);
        const feed = await house.store.feeds.put({
          feedId: known?.feedId ?? house.freshId(),
          shopId: shop.shopId,
          name,
          location: place,
          everyMs,
          complete: true,
          createdAt: house.clock(),
        });
        if (options.json) say(JSON.stringify(feedReplyOf(feed)));
        else say(`${feed.name} is fetched every ${durationInWords(everyMs)} while the server runs; rapport feed run fetches it now`);
      }),
    );
  withSharedOptions(command.command("list"))
    .description("the feeds and what became of the last run of each")
    .action((options: SharedOptions) =>
      withShop(options, async (house, shop) => {
        const feeds = await house.store.feeds.list(shop.shopId);
        if (options.json) say(JSON.stringify({ feeds: feeds.map(feedReplyOf) }));
        else if (feeds.length === 0) say("no feed yet: rapport feed add URL --every 6h");
        else feeds.forEach(tellFeed);
      }),
    );
  withSharedOptions(command.command("remove <name-or-url>"))
    .description("fetch it no more; its items stay as they are")
    .action((word: string, options: SharedOptions) =>
      withShop(options, async (house, shop) => {
        const feed = await findFeed(house, shop.shopId, word);
        await house.store.feeds.remove(shop.shopId, feed.feedId);
        say(options.json ? JSON.stringify({ removed: feed.name }) : `${feed.name} is fetched no more; its items stay as they are`);
      }),
    );
  withSharedOptions(command.command("run <name-or-url>"))
    .description("fetch it now")
    .option("--allow-shrink", "even if more than half of the feed's items are taken off sale")
    .option("--dry-run", "read it to its end, tell what would happen, and change nothing")
    .action((word: string, options: RunOptions) =>
      withShop(options, async (house, shop) => {
        const feed = await findFeed(house, shop.shopId, word);
        tellRun(await runImport(house, shop, feed, { ...options, format: "auto" }), options);
      }),
    );
};
