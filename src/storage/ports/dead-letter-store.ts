import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";

/** An event of the log that the learner could not learn from. It stays in the log, and is left out until it can be read. */
export type DeadLetter = { readonly seq: LogSeq; readonly reason: string; readonly foundAt: EpochMs };

/** What stands at a position that was put aside: gone, still not readable (why), or readable again. */
export type Reexamined = { readonly seq: LogSeq; readonly personId: PersonId | null; readonly reason: string | null };

export type DeadLetterStore = {
  /**
   * Puts events aside; whoever reads histories no longer meets them. In the same transaction a new epoch of the consumer
   * begins, since nobody may go on with what they made in memory; and from the first entry, where an event had been
   * consumed already. Answers how many were not aside yet.
   */
  add(shopId: ShopId, letters: readonly DeadLetter[], consumer: string): Promise<number>;
  list(shopId: ShopId, limit: number): Promise<readonly DeadLetter[]>;
  /** Over all shops. */
  count(): Promise<number>;
  /** Reads again what was put aside. */
  reexamine(shopId: ShopId): Promise<readonly Reexamined[]>;
  /**
   * Takes them back in. In the same transaction forgets what the consumer has made of the log without them: it begins
   * anew, as whatever it had was made of another log. Null: they are gone from the log, and nothing changes.
   */
  takeBack(shopId: ShopId, seqs: readonly LogSeq[], consumer: string | null): Promise<void>;
};
