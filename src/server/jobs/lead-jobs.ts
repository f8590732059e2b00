import type { EpochMs } from "#domain/clock.ts";
import { firstSeq, type LogSeq, type ShopId } from "#domain/ids.ts";
import type { House, HouseOptions } from "../compose.ts";
import { startAuditLoop } from "./audit-loop.ts";
import { type BackgroundThread, type LearntUpTo, startBackgroundThread } from "./background-thread.ts";
import { startConsentLoop } from "./consent-loop.ts";
import { type FeedLoop, startFeedLoop } from "./feed-loop.ts";
import type { Repeated } from "./repeat-until-stopped.ts";
import { startRetentionLoop } from "./retention-loop.ts";
import { startWebhookLoop, type WebhookLoop } from "./webhook-loop.ts";

/** What the server knows of the work that goes on beside it, in this process or in the one that leads. */
export type Learning = {
  /** Something was stored: look at the log soon. */
  poke(): void;
  /** In this process. */
  running(): boolean;
  /** The name of the error that ended the last round of learning in this process; null: none. */
  failure?(): string | null;
  /** Log entries not yet learnt from, over all shops. */
  lag(): Promise<number>;
  /** This process, and which of them all learns. */
  cluster?(): Promise<{ readonly instance: string; readonly role: "leader" | "standby"; readonly leader: LeaderSeen | null }>;
};
type LeaderSeen = { readonly instance: string; readonly since: EpochMs };

export type Jobs = Required<Learning> & { stop(): Promise<void> };

type Running = {
  readonly since: EpochMs;
  readonly background: BackgroundThread;
  readonly webhooks: WebhookLoop;
  readonly feeds: FeedLoop;
  readonly retention: Repeated;
  readonly consents: Repeated;
  readonly audit: Repeated;
};

/**
 * Learning, forgetting, webhooks and feeds are the work of one process at a time. Stands for being it; starts them when it is, and ends
 * them at once when it is no longer. `instance` is how the others call this process.
 */
export function leadJobs(options: HouseOptions, house: House, instance: string, warn: (line: string) => void): Jobs {
  const { leadership, log, shops } = house.store;
  let jobs: Running | null = null;
  let changing: Promise<void> = Promise.resolve();
  let cursors: LearntUpTo = {};
  let noted = "";

  /** What could not be noted is noted after the next round. */
  function tellOthers(since: EpochMs): void {
    const now = JSON.stringify(cursors);
    if (now === noted) return;
    noted = now;
    leadership.note({ instance, since, cursors }).catch(() => {
      noted = "";
    });
  }

  function start(): void {
    const since = house.clock();
    cursors = {};
    noted = "";
    tellOthers(since);
    const background = startBackgroundThread(options, {
      onRound: (learnt) => {
        cursors = learnt;
        if (jobs?.since === since) tellOthers(since);
      },
      onFailure: (job, name) => warn(`${job} failed (${name}); it is tried again`),
      onDrop: house.dropMemory,
    });
    jobs = {
      since,
      background,
      webhooks: startWebhookLoop(house, (name) => warn(`webhooks failed (${name}); it is tried again`)),
      feeds: startFeedLoop(options, house, (name) => warn(`feeds failed (${name}); they are tried again`)),
      audit: startAuditLoop(house, (name) => warn(`anchoring the audit log failed (${name}); it is tried again`)),
      consents: startConsentLoop(
        house,
        () => background.poke(),
        (name) => warn(`ending consents failed (${name}); it is tried again`),
      ),
      retention: startRetentionLoop(house, background.settle, (name) => warn(`ending what is past its time failed (${name}); it is tried again`)),
    };
  }

  async function end(ended: Running, calmly: boolean): Promise<void> {
    // First of all what may not be done by two.
    if (!calmly) await ended.background.halt();
    await ended.consents.stop();
    await ended.audit.stop();
    await ended.retention.stop();
    await ended.feeds.stop();
    await ended.webhooks.stop();
    if (calmly) await ended.background.stop();
  }

  function change(leads: boolean): void {
    if (leads)
      changing = changing.then(() => {
        if (campaign?.leads() !== false) start();
      });
    else if (jobs !== null) {
      const ended = jobs;
      jobs = null;
      const ending = end(ended, false);
      changing = changing.then(() => ending);
    }
  }

  const leave = house.onForgettingBegun(() => jobs?.background.forget());
  let campaign: ReturnType<typeof leadership.campaign> | null = null;
  campaign = leadership.campaign(change);

  const isLeader = () => campaign.leads();
  return {
    poke() {
      jobs?.background.poke();
      jobs?.webhooks.poke();
    },
    running: () => jobs?.background.running() ?? false,
    failure: () => jobs?.background.failure() ?? null,
    async lag() {
      const learnt = isLeader() ? cursors : ((await leadership.lastNote())?.cursors ?? {});
      let lag = 0;
      for (const { shopId } of await shops.list()) lag += await log.countAfter(shopId, learnt[shopId as ShopId] ?? (firstSeq as LogSeq));
      return lag;
    },
    async cluster() {
      if (isLeader() && jobs !== null) return { instance, role: "leader", leader: { instance, since: jobs.since } };
      const note = await leadership.lastNote();
      // What this process said while it led is no longer so.
      const leader = note === null || note.instance === instance ? null : { instance: note.instance, since: note.since };
      return { instance, role: "standby", leader };
    },
    async stop() {
      leave();
      const last = jobs;
      jobs = null;
      if (last !== null) await end(last, true);
      await campaign.stop();
      await changing;
      // It may have been won at the very last moment.
      if (jobs !== null) await end(jobs, false);
    },
  };
}
