import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, ShopId } from "#domain/ids.ts";

/** Being the one process, of all that serve from one store, that learns, fetches feeds and sends webhooks. */
export type Campaign = {
  leads(): boolean;
  /** Steps down and stands no more. */
  stop(): Promise<void>;
};

/** What the leader tells the others of itself. */
export type LeaderNote = {
  /** Which process. */
  readonly instance: string;
  readonly since: EpochMs;
  /** How far it has learnt each shop's log. */
  readonly cursors: Readonly<Record<ShopId, LogSeq>>;
};

export type Leadership = {
  /**
   * Stands for it until stopped. `onChange(true)`: it is ours from now on; `onChange(false)`: it is no longer, or nobody
   * knows any more, so whatever only the leader may do must end at once. Of all campaigns over one store, in whichever
   * process, at most one leads; when it ends, however it ends, another leads within seconds.
   */
  campaign(onChange: (leads: boolean) => void): Campaign;
  note(note: LeaderNote): Promise<void>;
  /** What the leader, this one or another, said last. */
  lastNote(): Promise<LeaderNote | null>;
};
