import type { ShopId } from "#domain/ids.ts";
import { type LearnDeps, type Learned, type LearnOptions, openShopLearning, type ShopLearning } from "./learn-shop.ts";

export type { Learned } from "./learn-shop.ts";

export type Learner = {
  /** log → counts → solved → judged → published, for one shop. Publishes nothing when nothing changed, unless told to. */
  learn(shopId: ShopId, options?: LearnOptions): Promise<Learned>;
  /** Saves what would be learnt again after a crash, for all shops. */
  close(): Promise<void>;
};

export function createLearner(deps: LearnDeps): Learner {
  const shops = new Map<ShopId, Promise<ShopLearning>>();
  const busy = new Map<ShopId, Promise<unknown>>();

  function learningOf(shopId: ShopId): Promise<ShopLearning> {
    let learning = shops.get(shopId);
    if (learning === undefined) {
      learning = openShopLearning(shopId, deps);
      shops.set(shopId, learning);
      learning.catch(() => shops.delete(shopId));
    }
    return learning;
  }

  /** One at a time for each shop: the second caller learns what came in meanwhile. */
  function inTurn<Result>(shopId: ShopId, work: (learning: ShopLearning) => Promise<Result>): Promise<Result> {
    const before = busy.get(shopId) ?? Promise.resolve();
    const running = before.catch(() => {}).then(async () => work(await learningOf(shopId)));
    busy.set(shopId, running);
    return running;
  }

  return {
    learn: (shopId, options = {}) => inTurn(shopId, (learning) => learning.learn(options)),
    async close() {
      for (const shopId of shops.keys()) await inTurn(shopId, (learning) => learning.checkpoint());
    },
  };
}
