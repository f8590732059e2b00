import type { Clock, EpochMs } from "#domain/clock.ts";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { Store } from "#storage/ports.ts";

/** Why an event is aside that can be read, and that learning nevertheless fails on. */
const failsOnIt = "learning fails on it";
const lookAgainMs = 60_000;

/** What was found in a batch that cannot be learnt from. */
export type Faults = Map<LogSeq, string>;

export type PutAside = {
  /** Puts the events aside; what the learner has in memory is void. False: all of them were aside already. */
  add(faults: Faults): Promise<boolean>;
  /**
   * Takes back in what can be read again; what the learner has in memory is void when it answers true. Looks now and
   * then only, unless it is told to; only then also at events that can be read.
   */
  takeBack(everything: boolean): Promise<boolean>;
};

export const learningFailed = (error: unknown) => `${failsOnIt} (${error instanceof Error ? error.name : "unknown"})`;

/** Events that cannot be learnt from are put aside, so that the rest goes on without them. */
export function createPutAside(
  shopId: ShopId,
  consumer: string,
  deps: { readonly store: Pick<Store, "deadLetters">; readonly clock: Clock },
): PutAside {
  const { deadLetters } = deps.store;
  let lookedAt: EpochMs = Number.NEGATIVE_INFINITY;
  return {
    async add(faults) {
      const foundAt = deps.clock();
      const letters = [...faults].map(([seq, reason]) => ({ seq, reason, foundAt }));
      return (await deadLetters.add(shopId, letters, consumer)) > 0;
    },
    async takeBack(everything) {
      if (!everything && Math.abs(deps.clock() - lookedAt) < lookAgainMs) return false;
      lookedAt = deps.clock();
      const found = await deadLetters.reexamine(shopId);
      if (found.length === 0) return false;
      const gone = found.filter(({ personId }) => personId === null).map(({ seq }) => seq);
      if (gone.length > 0) await deadLetters.takeBack(shopId, gone, null);
      const known = new Map((await deadLetters.list(shopId, found.length)).map(({ seq, reason }) => [seq, reason]));
      const mended = found.filter(
        ({ seq, personId, reason }) => personId !== null && reason === null && (everything || known.get(seq)?.startsWith(failsOnIt) !== true),
      );
      if (mended.length === 0) return false;
      await deadLetters.takeBack(
        shopId,
        mended.map(({ seq }) => seq),
        consumer,
      );
      return true;
    },
  };
}
