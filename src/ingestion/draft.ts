import type { EpochMs } from "#domain/clock.ts";
import type { ConsentState } from "#domain/consent.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { NewClaim } from "#privacy/recognise-names.ts";
import type { LogEntry, NameOf } from "#storage/ports.ts";
import type { IncomingMessage, IngestOutcome } from "./message.ts";

/** A message on its way: each step adds what it found out. A draft with an outcome has arrived and is left alone. */
export type Draft = {
  readonly message: IncomingMessage;
  readonly outcome: IngestOutcome | null;
  /** The names it came under, the strongest first (recognise-person). */
  readonly names: readonly NameOf[];
  /** The device was met in this customer's hands, which nobody knew yet (recognise-person). */
  readonly claim: NewClaim | null;
  /** Decisions in force per name, in the order of `names` (decide-consent). */
  readonly states: readonly (ConsentState | undefined)[];
  /** Purposes the event may never serve (decide-consent). */
  readonly refused: readonly Purpose[];
  /** May it enter reports (decide-consent)? */
  readonly measured: boolean;
  /** What will be appended; the event itself comes last (minimise, link-person). */
  readonly entries: readonly LogEntry[];
};

export type Batch = { readonly shopId: ShopId; readonly receivedAt: EpochMs; readonly drafts: readonly Draft[] };

/** One step of an event's life, over a batch. No step calls another. */
export type Step = (batch: Batch) => Promise<Batch>;

export function startBatch(shopId: ShopId, receivedAt: EpochMs, messages: readonly IncomingMessage[]): Batch {
  const drafts = messages.map((message) => ({
    message,
    outcome: null,
    names: [],
    claim: null,
    states: [],
    refused: [],
    measured: false,
    entries: [],
  }));
  return { shopId, receivedAt, drafts };
}

/** The batch with `change` applied to each draft that is still on its way. */
export function changeOpen(batch: Batch, change: (draft: Draft) => Draft): Batch {
  return { ...batch, drafts: batch.drafts.map((draft) => (draft.outcome === null ? change(draft) : draft)) };
}
