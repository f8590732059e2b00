import type { Clock } from "#domain/clock.ts";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { Gate } from "#privacy/gate.ts";
import type { Store } from "#storage/ports.ts";
import { drawTrial } from "./draw-trial.ts";
import { type FittedModel, fitModels } from "./fit-models.ts";
import { openShopLearner, type ShopLearner } from "./shop-learner.ts";

export type Learned = {
  readonly changed: boolean;
  readonly cursor: LogSeq;
  readonly models: readonly { name: string; version: number; card: FittedModel["card"] }[];
};

export type Learner = {
  /** log → counts → solved → judged → published, for one shop. Publishes nothing when nothing changed, unless told to. */
  learn(shopId: ShopId, options?: { readonly judged?: boolean; readonly always?: boolean }): Promise<Learned>;
};

/** Judging costs a second fit; between two judgements of a shop at least this long passes, and the card keeps the last one. */
const judgeEveryMs = 10 * 60_000;

export function createLearner(deps: { readonly store: Store; readonly gate: Gate; readonly clock: Clock; readonly seconds: () => number }): Learner {
  const { store, gate, clock, seconds } = deps;
  const learners = new Map<ShopId, Promise<ShopLearner>>();
  const busy = new Map<ShopId, Promise<unknown>>();
  /** Shops whose counts have changed since models were last published and the counts saved. */
  const unpublished = new Set<ShopId>();
  const judgedAt = new Map<ShopId, number>();
  const lastMetrics = new Map<string, FittedModel["card"]["metrics"]>();

  function learnerOf(shopId: ShopId): Promise<ShopLearner> {
    let learner = learners.get(shopId);
    if (learner === undefined) {
      learner = openShopLearner(shopId, { store, gate });
      learners.set(shopId, learner);
      learner.catch(() => learners.delete(shopId));
    }
    return learner;
  }

  async function learnNow(shopId: ShopId, options: { judged?: boolean; always?: boolean }): Promise<Learned> {
    const learner = await learnerOf(shopId);
    const changed = await learner.catchUp();
    if (changed) unpublished.add(shopId);
    if (!unpublished.has(shopId) && options.always !== true) return { changed: false, cursor: learner.cursor(), models: [] };
    const counts = learner.encoded();
    const seq = learner.cursor();
    const due = options.judged ?? clock() - (judgedAt.get(shopId) ?? Number.NEGATIVE_INFINITY) >= judgeEveryMs;
    const trial = due ? await drawTrial(shopId, counts, seq, { store, gate }) : null;
    const fitted = fitModels({ counts, trial }, seconds);
    if (due) judgedAt.set(shopId, clock());
    const published = [];
    for (const { name, artefact, card } of fitted) {
      const key = `${shopId} ${name}`;
      if (trial !== null) lastMetrics.set(key, card.metrics);
      const kept = { ...card, metrics: card.metrics ?? lastMetrics.get(key) ?? null };
      published.push({ name, version: await store.models.publish(shopId, { name, builtAt: clock(), seq, card: kept, artefact }), card: kept });
    }
    // Published first, checkpointed after: a crash between the two only learns the same again.
    await learner.checkpoint(counts);
    unpublished.delete(shopId);
    return { changed, cursor: seq, models: published };
  }

  return {
    async learn(shopId, options = {}) {
      // One at a time for each shop: the second caller learns what came in meanwhile.
      const before = busy.get(shopId) ?? Promise.resolve();
      const running = before.catch(() => {}).then(() => learnNow(shopId, options));
      busy.set(shopId, running);
      return running;
    },
  };
}
