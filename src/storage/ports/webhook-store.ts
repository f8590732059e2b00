import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";

/** What signs messages. After a rotation the one before stays good for a while, so that receivers can follow. */
export type WebhookSecret = { readonly secret: string; readonly validUntil: EpochMs | null };

/** Why nothing is sent any more: the receiver said "410 Gone", it has failed for days, or somebody switched it off. */
export type WebhookStop = "gone" | "failing" | "switched-off";

export type WebhookEndpoint = {
  readonly endpointId: string;
  readonly shopId: ShopId;
  readonly url: string;
  readonly types: readonly string[];
  /** Newest first. */
  readonly secrets: readonly WebhookSecret[];
  readonly createdAt: EpochMs;
  readonly stopped: WebhookStop | null;
  /** Since when nothing has arrived; null when the last attempt did, or none was made. */
  readonly failingSince: EpochMs | null;
  readonly lastSuccessAt: EpochMs | null;
  /** The receiver asked for quiet until then. */
  readonly pausedUntil: EpochMs;
  /** How far the log has been turned into messages for it. */
  readonly cursor: LogSeq;
};

export type NewMessage = {
  readonly messageId: string;
  readonly type: string;
  /** Exactly the bytes that are sent and signed. */
  readonly body: string;
  /** Whom the body names, so that it can be found when they are to be forgotten. */
  readonly personId: PersonId | null;
};

/** A message that this process may send now, and nobody else until the lease ends. */
export type ClaimedMessage = NewMessage & { readonly endpointId: string; readonly attempts: number; readonly lease: string };

export type DeliveryState = "waiting" | "delivered" | "failed";
export type Delivery = {
  readonly messageId: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: EpochMs;
  /** When it is tried next; null when it is not. */
  readonly dueAt: EpochMs | null;
  readonly finishedAt: EpochMs | null;
  /** HTTP status of the last attempt; null when there was no answer. */
  readonly status: number | null;
  /** Error code of the last attempt that had no answer. */
  readonly error: string | null;
};

export type Attempted = { readonly at: EpochMs; readonly status: number | null; readonly error: string | null };

/** An entry of the log that is about what somebody decided or who is whom; never what anybody did in the shop. */
export type LogNews = {
  readonly seq: LogSeq;
  readonly kind: string;
  readonly personId: PersonId;
  readonly at: EpochMs;
  readonly decision: { readonly purpose: string; readonly granted: boolean; readonly source: string } | null;
  /** The outside name of the person, and of the account they belong to now; null when there is none any more. */
  readonly name: { readonly kind: PersonNameKind; readonly externalId: string } | null;
  readonly root: { readonly kind: PersonNameKind; readonly externalId: string } | null;
  /** The account that a link or its undoing names. */
  readonly linkedTo: { readonly kind: PersonNameKind; readonly externalId: string } | null;
  /** False: a link that was told but not made, because a limit stood against it. */
  readonly holds: boolean;
};

export type WebhookStore = {
  /** False when the shop has `most` already. */
  add(endpoint: WebhookEndpoint, most: number): Promise<boolean>;
  get(shopId: ShopId, endpointId: string): Promise<WebhookEndpoint | null>;
  list(shopId: ShopId): Promise<readonly WebhookEndpoint[]>;
  /** Those of all shops that messages are sent to. */
  active(): Promise<readonly WebhookEndpoint[]>;
  /** Removes it with everything that waits for it; false when there is none. */
  remove(shopId: ShopId, endpointId: string): Promise<boolean>;
  setSecrets(endpointId: string, secrets: readonly WebhookSecret[]): Promise<void>;
  /** Starts again what was stopped, with a clean slate; null. Or stops it. */
  setStopped(endpointId: string, stopped: WebhookStop | null): Promise<void>;

  /** Entries of the log after `after` that are news to a receiver, in order. */
  news(shopId: ShopId, after: LogSeq, limit: number): Promise<readonly LogNews[]>;
  /** Queues messages and moves the cursor, in one transaction; false when somebody else has moved it meanwhile. */
  advance(endpointId: string, expected: LogSeq, cursor: LogSeq, messages: readonly NewMessage[], at: EpochMs): Promise<boolean>;
  /** Queues one message; false when it was queued before. */
  enqueue(endpointId: string, message: NewMessage, at: EpochMs): Promise<boolean>;
  waiting(endpointId: string): Promise<number>;

  /** Takes up to `limit` messages that are due and held by nobody, and holds them until `until` under `lease`. */
  claim(endpointId: string, options: { now: EpochMs; until: EpochMs; lease: string; limit: number }): Promise<readonly ClaimedMessage[]>;
  /** It arrived. What it said, and about whom, is not kept any longer. */
  delivered(message: ClaimedMessage, attempted: Attempted): Promise<void>;
  /** It did not arrive: tried again at `dueAt`, or given up when that is null. False when the lease was lost. */
  missed(message: ClaimedMessage, attempted: Attempted, dueAt: EpochMs | null): Promise<boolean>;
  /** Gives it back as if it had not been claimed. */
  release(message: ClaimedMessage): Promise<void>;
  /** What the last attempt says about the endpoint. */
  noteSuccess(endpointId: string, at: EpochMs): Promise<void>;
  noteFailure(endpointId: string, at: EpochMs, pausedUntil: EpochMs): Promise<void>;

  /** The latest messages of an endpoint, newest first. */
  deliveries(endpointId: string, limit: number): Promise<readonly Delivery[]>;
  /** Queues again what was given up, whole; how many. */
  resend(endpointId: string, at: EpochMs): Promise<number>;
  /** Forgets finished messages from before; how many. */
  forgetFinished(before: EpochMs): Promise<number>;
  /** For whoever keeps the server running, over all shops. */
  tally(): Promise<{ endpoints: number; failing: number; stopped: number; waiting: number }>;
};
