import { type Clock, dayMs, type FreshId } from "#domain/clock.ts";
import type { ClaimedMessage, WebhookEndpoint, WebhookStore } from "#storage/ports/webhook-store.ts";
import { onlyGranted, type StillGranted } from "./only-granted.ts";
import { longestPauseMs, nextAttemptAt, retryAfterMs } from "./retry-schedule.ts";
import { hasArrived, type Post, type SendOutcome, sendMessage } from "./send-message.ts";

/** A message is held longer than any attempt takes; when the process dies, another sends it after that. */
export const leaseMs = 25_000;
const mostInFlight = 40;
const mostPerEndpoint = 5;
/** An endpoint to which nothing has arrived for so long is no longer tried. */
export const failingLimitMs = 5 * dayMs;
/** A success is noted this seldom when the one before it was one too. */
const noteSuccessEveryMs = 10_000;

export type DeliverMessages = {
  /** Starts sending what is due, as much as may be under way at once. Answers how many were started. */
  deliver(endpoints: readonly WebhookEndpoint[]): Promise<number>;
  /** Waits for what is under way; what is not done in time is given back and sent by whoever comes next. */
  stop(patienceMs: number): Promise<void>;
};

export type DeliverDeps = {
  readonly webhooks: WebhookStore;
  readonly post: Post;
  readonly clock: Clock;
  readonly freshId: FreshId;
  /** 0 to 1. */
  readonly random: () => number;
  /** Asked right before a message goes out: a yes that was taken back meanwhile is not told. */
  readonly stillGranted?: StillGranted;
  /** An attempt has ended, so there may be room for others. */
  readonly onAttempt: () => void;
  readonly onFailure: (name: string) => void;
};

export function createDeliverMessages(deps: DeliverDeps): DeliverMessages {
  const { webhooks, clock } = deps;
  const stopping = new AbortController();
  const underWay = new Map<string, Set<Promise<void>>>();
  const all = () => [...underWay.values()].flatMap((some) => [...some]);

  async function noteMissed(endpoint: WebhookEndpoint, message: ClaimedMessage, outcome: SendOutcome): Promise<void> {
    const { at, status } = outcome;
    const gone = status === 410;
    const askedMs = retryAfterMs(outcome.retryAfter, at);
    const dueAt = gone ? null : nextAttemptAt(message.attempts + 1, at, deps.random(), askedMs);
    if (!(await webhooks.missed(message, outcome, dueAt))) return;
    // Whoever says when to come back means all messages, not just this one.
    await webhooks.noteFailure(endpoint.endpointId, at, at + askedMs);
    if (gone) await webhooks.setStopped(endpoint.endpointId, "gone");
    else if (at - (endpoint.failingSince ?? at) >= failingLimitMs) await webhooks.setStopped(endpoint.endpointId, "failing");
  }

  async function attempt(endpoint: WebhookEndpoint, message: ClaimedMessage): Promise<void> {
    const told = deps.stillGranted === undefined ? message : await onlyGranted(endpoint.shopId, message, deps.stillGranted);
    if (told === null) {
      await webhooks.missed(message, { at: clock(), status: null, error: "CONSENT_WITHDRAWN" }, null);
      return;
    }
    const outcome = await sendMessage(deps, endpoint, told, stopping.signal);
    if (hasArrived(outcome)) {
      await webhooks.delivered(message, outcome);
      const known = endpoint.failingSince === null && Math.abs(outcome.at - (endpoint.lastSuccessAt ?? 0)) < noteSuccessEveryMs;
      if (!known) await webhooks.noteSuccess(endpoint.endpointId, outcome.at);
    } else if (stopping.signal.aborted && outcome.status === null) await webhooks.release(message);
    else await noteMissed(endpoint, message, outcome);
  }

  function start(endpoint: WebhookEndpoint, message: ClaimedMessage): void {
    const some = underWay.get(endpoint.endpointId) ?? new Set();
    underWay.set(endpoint.endpointId, some);
    const running: Promise<void> = attempt(endpoint, message)
      // What could not be noted is sent again when its lease ends.
      .catch((error: unknown) => deps.onFailure(error instanceof Error ? error.name : "unknown"))
      .finally(() => {
        some.delete(running);
        if (some.size === 0) underWay.delete(endpoint.endpointId);
        deps.onAttempt();
      });
    some.add(running);
  }

  /** An endpoint that fails is asked with one message at a time. */
  const roomOf = ({ endpointId, failingSince }: WebhookEndpoint) =>
    Math.min(mostInFlight - all().length, (failingSince === null ? mostPerEndpoint : 1) - (underWay.get(endpointId)?.size ?? 0));

  return {
    async deliver(endpoints) {
      let started = 0;
      for (const endpoint of endpoints) {
        const now = clock();
        const limit = roomOf(endpoint);
        // A pause that is longer than any was asked for before the clock was set back.
        const isPaused = endpoint.pausedUntil > now && endpoint.pausedUntil <= now + longestPauseMs;
        if (limit <= 0 || isPaused || stopping.signal.aborted) continue;
        const claimed = await webhooks.claim(endpoint.endpointId, { now, until: now + leaseMs, lease: deps.freshId(), limit });
        for (const message of claimed) start(endpoint, message);
        started += claimed.length;
      }
      return started;
    },
    async stop(patienceMs) {
      const impatient = setTimeout(() => stopping.abort(), patienceMs);
      while (all().length > 0) await Promise.all(all());
      clearTimeout(impatient);
      stopping.abort();
    },
  };
}
