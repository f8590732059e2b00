import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { Feed, FeedRun } from "#domain/feed.ts";
import { type Problem, ProblemError } from "#domain/problem.ts";
import type { FeedRunKey, FeedStore, StagedFate } from "#storage/ports/feed-store.ts";
import { decodeText } from "./decode-text.ts";
import type { FeedFormat, FeedRow, FeedRows } from "./feed-row.ts";
import { type MappedRow, mapRow } from "./map-row.ts";
import { type FetchFeed, type OpenedFeed, openLocation } from "./open-location.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { readPage } from "./read-page.ts";
import { readTable } from "./read-table.ts";
import { readXml } from "./read-xml.ts";
import { createTally, exampleOf } from "./row-findings.ts";
import { sniffFormat } from "./sniff-format.ts";

export type ImportFeedOptions = {
  readonly feed: Feed;
  /** The shop's: prices in others are left out. */
  readonly currency: string;
  /** Null: told from the content. */
  readonly format: FeedFormat | null;
  /** Encoding where the feed does not say its own; null: what the server says, or UTF-8. */
  readonly charset: string | null;
  /** Do nothing when the server says that nothing is new. */
  readonly onlyNews: boolean;
  /** Let it take more than half of its items off sale. */
  readonly allowShrink: boolean;
  /** Find out what it would do, and do nothing. */
  readonly dryRun: boolean;
  /** Begin only if another run has not been heard of for so long; null: end any other. */
  readonly quietMs: number | null;
};

export type ImportFeedDeps = {
  readonly feeds: FeedStore;
  readonly clock: Clock;
  readonly freshId: FreshId;
  readonly fetchFeed: FetchFeed;
  readonly onProgress?: (rows: number) => void;
};

/** Rows compared with the catalogue at a time: more of them live long enough to be moved about in memory, which takes longer. */
const batchSize = 100;
/** A run that would take more than this share of the feed's items off sale is more likely a mistake of the feed. */
const maxLostShare = 0.5;

/**
 * Reads a feed and makes the catalogue what it says, as a whole or not at all: rows are laid aside as they come, and only when
 * the feed has been read well to its end is the catalogue changed, in one transaction. What goes wrong with the feed stands in
 * the run that is answered. Null: another run is under way.
 */
export async function importFeed(options: ImportFeedOptions, deps: ImportFeedDeps): Promise<FeedRun | null> {
  const { feed } = options;
  const { feeds, clock, freshId } = deps;
  const startedAt = clock();
  const key: FeedRunKey = { shopId: feed.shopId, feedId: feed.feedId, token: freshId(), owns: feed.complete };
  if (!(await feeds.begin(key, startedAt, options.quietMs))) return null;
  const reading = createReading(key, options, deps, startedAt);
  const kept = { etag: feed.etag, lastModified: feed.lastModified, staleAt: feed.staleAt };
  const ended = (outcome: FeedRun["outcome"], problem: Problem | null, removed: number): FeedRun => ({
    startedAt,
    finishedAt: clock(),
    outcome,
    problem,
    ...reading.counts(),
    removed,
  });
  try {
    const isStale = feed.staleAt !== null && feed.staleAt <= startedAt;
    const known = options.onlyNews && !isStale ? feed : { etag: null, lastModified: null };
    const opened = await openLocation(feed.location, known, deps.fetchFeed);
    if (opened.bytes === null) {
      const run = ended("unmodified", null, 0);
      await feeds.abandon(key, options.dryRun ? null : { run, ...kept });
      return run;
    }
    await reading.read(opened, opened.bytes);
    const { owned, missing } = feed.complete ? await feeds.weigh(key) : { owned: 0, missing: 0 };
    const problem = reading.usable() === 0 ? emptiness() : missing > owned * maxLostShare && !options.allowShrink ? shrinking(missing, owned) : null;
    if (problem !== null) throw new ProblemError(problem);
    if (options.dryRun) {
      await feeds.abandon(key, null);
      return ended("applied", null, missing);
    }
    let run = ended("applied", null, missing);
    const { etag, lastModified } = opened;
    await feeds.apply(key, feed.complete, clock(), (removed) => {
      run = ended("applied", null, removed);
      return { run, etag, lastModified, staleAt: reading.staleAt() };
    });
    return run;
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problem : null;
    const run = problem === null ? null : ended("refused", problem, 0);
    // When the store itself fails, that is what is told, not that it failed again.
    await feeds.abandon(key, run === null || options.dryRun ? null : { run, ...kept }).catch(() => {});
    if (run === null) throw error;
    return run;
  }
}

const emptiness = (): Problem => ({ code: "FEED_EMPTY", detail: "no row of it could be used" });
const shrinking = (missing: number, owned: number): Problem => ({
  code: "FEED_SHRANK",
  detail: `${missing} of ${owned} items are not in it any more`,
});

type Counts = Pick<FeedRun, "format" | "rows" | "added" | "changed" | "unchanged" | "refused" | "noted">;
type Reading = {
  read(opened: OpenedFeed, bytes: NonNullable<OpenedFeed["bytes"]>): Promise<void>;
  counts(): Counts;
  /** Rows that say something of an item. */
  usable(): number;
  staleAt(): EpochMs | null;
};

/** From bytes to rows laid aside, and what became of them. */
function createReading(key: FeedRunKey, options: ImportFeedOptions, { feeds, clock, onProgress }: ImportFeedDeps, at: EpochMs): Reading {
  const refused = createTally();
  const noted = createTally();
  const fates: Record<StagedFate, number> = { added: 0, changed: 0, unchanged: 0, seen: 0, repeated: 0, foreign: 0 };
  let format: FeedFormat | null = null;
  let rows = 0;
  let staleAt: EpochMs | null = null;

  async function stage(batch: readonly MappedRow[]): Promise<void> {
    const known = batch.filter((row) => row.itemId !== null);
    const outcomes =
      known.length === 0
        ? []
        : await feeds.stage(
            key,
            known.map(({ itemId, item }) => ({ itemId: itemId!, item })),
            clock(),
          );
    const fateOf = new Map(known.map((row, place) => [row, outcomes[place]!]));
    for (const row of batch) {
      const fate = fateOf.get(row);
      if (fate !== undefined) fates[fate]++;
      if (row.refused !== null) refused.add(row.refused.reason, exampleOf(row, row.refused.field, row.refused.value));
      else if (fate === "repeated") refused.add("DUPLICATE_ID", exampleOf(row, "id", row.itemId!.slice(0, 80)));
      else if (fate === "foreign") refused.add("ITEM_OF_OTHER_FEED", exampleOf(row, "id", row.itemId!.slice(0, 80)));
      else {
        for (const { reason, field, value } of row.noted) noted.add(reason, exampleOf(row, field, value));
        if (row.staleAt !== null && (staleAt === null || row.staleAt < staleAt)) staleAt = row.staleAt;
      }
    }
    onProgress?.(rows);
  }

  return {
    async read(opened, bytes) {
      const sniffed = await sniffFormat(decodeText(bytes, options.charset ?? opened.charset), options.format);
      format = sniffed.format;
      let batch: MappedRow[] = [];
      for await (const some of readers[format](sniffed.text, opened.url)) {
        for (const row of some as readonly FeedRow[]) {
          rows++;
          batch.push(mapRow(row, { currency: options.currency, at }));
          if (batch.length < batchSize) continue;
          await stage(batch);
          batch = [];
        }
      }
      if (batch.length > 0) await stage(batch);
    },
    counts: () => ({
      format,
      rows,
      added: fates.added,
      changed: fates.changed,
      unchanged: fates.unchanged,
      refused: refused.findings(),
      noted: noted.findings(),
    }),
    usable: () => fates.added + fates.changed + fates.unchanged,
    staleAt: () => staleAt,
  };
}

const readers: Readonly<Record<FeedFormat, (text: AsyncIterable<string>, url: string | null) => FeedRows>> = {
  xml: readXml,
  csv: (text) => readTable(text, "csv"),
  tsv: (text) => readTable(text, "tsv"),
  jsonl: readJsonLines,
  page: readPage,
};
