import type { Clock } from "#domain/clock.ts";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { ServableName } from "#models/catalogue.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { Gate } from "#privacy/gate.ts";
import type { Store } from "#storage/ports.ts";
import { drawTrial } from "./draw-trial.ts";
import { createBuilders, fitModels, type ModelCard } from "./fit-models.ts";
import { judgeModels, type Metrics } from "./judge-models.ts";
import { openShopContent } from "./shop-content.ts";
import { openShopLearner } from "./shop-learner.ts";

export type LearnDeps = { readonly store: Store; readonly gate: Gate; readonly clock: Clock; readonly seconds: () => number };

export type LearnOptions = {
  /** Judge now, or not at all; else when it is due. */ readonly judged?: boolean /** Publish even if nothing changed. */;
  readonly always?: boolean;
};

export type Learned = {
  readonly changed: boolean;
  readonly cursor: LogSeq;
  readonly models: readonly { name: string; version: number; card: ModelCard }[];
};

/** What lives in memory between two rounds of one shop: its counts, what its models remember, and its catalogue's words. */
export type ShopLearning = {
  learn(options: LearnOptions): Promise<Learned>;
  /** Saves what would be learnt again after a crash. */
  checkpoint(): Promise<void>;
};

const seed = 1;
/** Judging costs a whole solve; between two judgements at least so long passes, and the cards keep the last one. */
const judgeEveryMs = 10 * 60_000;
const judgingShare = 1 / 20;
/** Writing a large shop's counts costs seconds, and losing some news to a crash only means learning it again. */
const checkpointShare = 1 / 50;
const checkpointAtLeastEverySeconds = 600;
const checkpointAtLeastEveryEntries = 50_000;

export async function openShopLearning(shopId: ShopId, { store, gate, clock, seconds }: LearnDeps): Promise<ShopLearning> {
  const learner = await openShopLearner(shopId, { store, gate, clock });
  const catalogue = openShopContent(shopId, { store, clock });
  const builders = createBuilders();
  /** The catalogue's words that the published models know; undefined: nobody knows. */
  let published: ItemContent | null | undefined = (await store.models.latestVersion(shopId, "linear")) === 0 ? null : undefined;
  let unpublished = false;
  let judgedAt = Number.NEGATIVE_INFINITY;
  let judgingTook = 0;
  let metrics: Partial<Record<ServableName, Metrics>> = {};
  const openedAt = seconds();
  let lastCheckpoint: { readonly at: number; readonly took: number } | null = null;

  async function checkpoint(): Promise<void> {
    const start = seconds();
    await learner.checkpoint();
    lastCheckpoint = { at: seconds(), took: seconds() - start };
  }

  function checkpointIsDue(): boolean {
    const { entries, counts } = learner.unsaved();
    if (entries >= checkpointAtLeastEveryEntries) return true;
    // Retention waits for the saved position, even if nothing that was read changed the counts.
    if (!counts) return entries > 0 && seconds() - (lastCheckpoint?.at ?? openedAt) >= checkpointAtLeastEverySeconds;
    if (lastCheckpoint === null) return true;
    return seconds() - lastCheckpoint.at >= Math.min(checkpointAtLeastEverySeconds, lastCheckpoint.took / checkpointShare);
  }

  async function judgeNow(content: ItemContent | null): Promise<void> {
    const trial = await drawTrial(shopId, learner.cursor(), { store, gate });
    judgedAt = clock();
    if (trial === null) return;
    const start = seconds();
    try {
      metrics = judgeModels(learner.counts(), content, trial, seed);
      judgingTook = seconds() - start;
    } catch (error) {
      // Some may not have been put back.
      await learner.reload();
      throw error;
    }
  }

  return {
    async learn({ judged, always = false }) {
      // A round asked for by hand tries everything again that was put aside.
      const changed = await learner.catchUp(always);
      const content = await catalogue.read(judged === true || always);
      if (published === undefined) published = content;
      const wordsChanged = content !== published;
      unpublished ||= changed || wordsChanged;
      if (!unpublished && !always) {
        if (checkpointIsDue()) await checkpoint();
        return { changed: false, cursor: learner.cursor(), models: [] };
      }
      const seq = learner.cursor();
      const due = judged ?? Math.abs(clock() - judgedAt) >= Math.max(judgeEveryMs, (1000 * judgingTook) / judgingShare);
      // The first numbers are waited for; later ones are made after publishing and stand on the next card.
      const first = judged === true || judgedAt === Number.NEGATIVE_INFINITY;
      if (due && first) await judgeNow(content);
      const fitted = fitModels(builders, { counts: learner.counts(), content, touched: learner.touched(), seed }, seconds);
      learner.settle();
      const models = [];
      for (const { name, artefact, card } of fitted) {
        const kept = { ...card, metrics: metrics[name] ?? null };
        models.push({ name, version: await store.models.publish(shopId, { name, builtAt: clock(), seq, card: kept, artefact }), card: kept });
      }
      published = content;
      // Published first, checkpointed after: a crash between the two only learns the same again.
      if (checkpointIsDue()) await checkpoint();
      unpublished = false;
      if (due && !first) await judgeNow(content);
      return { changed: changed || wordsChanged, cursor: seq, models };
    },
    async checkpoint() {
      // What was saved counts as published: a crash in between would leave what is served as it was.
      if (learner.unsaved().entries > 0 && !unpublished) await checkpoint();
    },
  };
}
