import { createHash } from "node:crypto";
import type { Clock, EpochMs } from "#domain/clock.ts";
import { firstSeq, type MessageId, type PersonId, type ShopId } from "#domain/ids.ts";
import {
  type Erasure,
  type ErasureChange,
  type ErasureMove,
  type ErasureState,
  forgettingPrefix,
  type SaidName,
} from "#storage/ports/forget-store.ts";
import type { LogEntry, Store } from "#storage/ports.ts";
import { createPace } from "../create-pace.ts";
import type { Signer } from "../vault/signer.ts";
import { createCertifyErasure, type Recipient } from "./certify-erasure.ts";
import { type ErasureWork, openWork, type Sealer, sealWork } from "./erasure-work.ts";
import { createVerifyErasures, type ScanFiles } from "./verify-erasures.ts";

/** The consumer whose saved work decides what may be deleted. */
const learning = "learn";
const erasuresPerRound = 500;
const movesPerWrite = 50;
/** What is read or deleted in one go, in about five milliseconds; between two, requests have their turn. */
const [eventsPerPiece, deletedPerPiece] = [100, 30];
/** Ids of events that verification looks for, of all people of a round together. */
const needlesPerRound = 20_000;
const mostNeedlesEach = 300;
const firstRetryMs = 1_000;
const longestRetryMs = 3_600_000;
/** Verification may find what was written at the same time; when it still finds something, somebody has to look. */
const quietAttempts = 2;

export type ForgetRound = {
  /** Steps that were taken in this round. */
  readonly steps: number;
  /** There is more that can be done now. */
  readonly more: boolean;
  /** Waits for learning to be saved. */
  readonly waiting: boolean;
};

export type RunErasures = (options?: { readonly steps?: number }) => Promise<ForgetRound>;

export type RunErasuresDeps = {
  readonly store: Store;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly sealerOf: (shopId: ShopId) => Promise<Sealer>;
  /** Has all of the shop's log learnt, published and saved; may come back before that is done, and is then asked again. */
  readonly settle: (shopId: ShopId) => Promise<void>;
  readonly scanFiles: ScanFiles | null;
  /** The words that this program itself puts into a store. */
  readonly ownWords: () => ReadonlySet<string>;
  /** What is filed under these names by now. */
  readonly findAgain: (shopId: ShopId, work: ErasureWork) => Promise<ErasureWork>;
  /** Has every thread of this server drop what it holds of the shop in memory. */
  readonly dropMemory: (shopId: ShopId) => Promise<void>;
  /** Queues the news for whoever is told about customers. */
  readonly tell: (erasure: Erasure, names: readonly SaidName[]) => Promise<readonly Recipient[]>;
  /** What is named on the certificate. */
  readonly stores: readonly string[];
};

type Subject = { readonly erasure: Erasure; readonly work: ErasureWork };

/**
 * Moves every open forgetting on, a step at a time: take back (as expiry does), learn without them, delete, shred, verify, tell,
 * certify. Each step is saved, does no harm when it is done again, and is done for many people at once.
 */
export function createRunErasures(deps: RunErasuresDeps): RunErasures {
  const { store, clock, sealerOf } = deps;
  const { forgetting } = store;
  const verify = createVerifyErasures(deps);
  const certify = createCertifyErasure(deps);
  let taken = 0;
  let most = Number.POSITIVE_INFINITY;

  /** What was done is written down for many together: one flush to disk. What a crash loses of it is done again, which does no harm. */
  let done: ErasureMove[] = [];
  async function advance(erasure: Erasure, to: ErasureState, change: ErasureChange = {}): Promise<void> {
    done.push({ erasure, to, change });
    taken++;
    if (done.length >= movesPerWrite) await writeDown();
  }
  async function writeDown(): Promise<void> {
    const moves = done;
    done = [];
    if (moves.length > 0) await forgetting.advance(moves, clock());
  }

  async function takeBack({ erasure, work: begun }: Subject, needlesEach: number): Promise<void> {
    const { shopId } = erasure;
    // A link may have come in between the looking and the tombstone.
    const work = await deps.findAgain(shopId, begun);
    const needles = new Set(work.needles);
    let found = false;
    const rest = createPace();
    for (const personId of work.personIds) {
      let events = await forgetting.events(shopId, personId, null, eventsPerPiece);
      if (events.length === 0) continue;
      found = true;
      await forgetting.takeBack(shopId, [takingBack(erasure, personId, clock())]);
      // What they are called by is looked for in the end; of very many, some will do.
      for (; events.length > 0 && needles.size < needlesEach; events = await forgetting.events(shopId, personId, events.at(-1)!, eventsPerPiece)) {
        for (const { messageId, outside } of events)
          for (const text of [messageId, ...outside]) if (needles.size < needlesEach && text.length >= 16) needles.add(text);
        await rest();
      }
    }
    const targetSeq = found ? await store.log.head(shopId) : firstSeq;
    await advance(erasure, "unlearning", { targetSeq, work: sealWork(await sealerOf(shopId), { ...work, needles: [...needles] }) });
  }

  async function unlearn(shopId: ShopId, subjects: readonly Subject[]): Promise<void> {
    const target = Math.max(...subjects.map(({ erasure }) => erasure.targetSeq ?? 0));
    if (target > (await forgetting.savedCursor(shopId, learning))) await deps.settle(shopId);
    const saved = await forgetting.savedCursor(shopId, learning);
    for (const { erasure } of subjects) if ((erasure.targetSeq ?? 0) <= saved) await advance(erasure, "unlearnt");
  }

  async function erase(shopId: ShopId, subjects: readonly Subject[]): Promise<void> {
    const rest = createPace();
    let modelVersions = 0;
    // A model may have megabytes: one at a time.
    if (subjects.some(({ erasure }) => (erasure.targetSeq ?? 0) > 0)) for (; await forgetting.deleteOldModel(shopId); modelVersions++) await rest();
    for (const { erasure, work } of subjects) {
      const rows: Record<string, number> = { ...((erasure.report.rows ?? {}) as Record<string, number>) };
      const add = (table: string, count: number) => {
        if (count > 0) rows[table] = (rows[table] ?? 0) + count;
      };
      for (;;) {
        const deleted = await forgetting.deleteEvents(shopId, work.personIds, deletedPerPiece);
        add("log", deleted);
        await rest();
        if (deleted < deletedPerPiece) break;
      }
      for (const [table, count] of Object.entries(await forgetting.deleteRest(shopId, work, erasure.attempts > 0))) add(table, count);
      const versions = Number(erasure.report.modelVersions ?? 0) + modelVersions;
      await advance(erasure, "deleted", { report: { ...erasure.report, rows, modelVersions: versions, sharedNames: work.sharedNames } });
      await rest();
    }
    await deps.dropMemory(shopId);
  }

  async function shred({ erasure, work }: Subject): Promise<void> {
    const keys = Number(erasure.report.keys ?? 0) + (await forgetting.shred(erasure.shopId, work.personIds));
    await advance(erasure, "shredded", { report: { ...erasure.report, keys } });
  }

  async function check(subjects: readonly Subject[]): Promise<void> {
    for (const shopId of new Set(subjects.map(({ erasure }) => erasure.shopId))) await deps.dropMemory(shopId);
    const verdicts = await verify(subjects);
    for (const [index, { erasure }] of subjects.entries()) {
      const { findings, evidence } = verdicts[index]!;
      if (findings.length === 0) {
        await advance(erasure, "verified", { findings: null, report: { ...erasure.report, evidence } });
        continue;
      }
      const attempts = erasure.attempts + 1;
      const dueAt = clock() + Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1));
      // From the beginning: what was found may have to be taken back first.
      await advance(erasure, "suppressed", { attempts, dueAt, findings: attempts < quietAttempts ? null : findings });
    }
  }

  async function tell({ erasure, work }: Subject): Promise<void> {
    await advance(erasure, "told", { report: { ...erasure.report, recipients: await deps.tell(erasure, work.told) } });
  }

  async function finish({ erasure }: Subject): Promise<void> {
    await advance(erasure, "done", { certificate: await certify(erasure, clock()), work: null, findings: null });
  }

  const forEach = (step: (subject: Subject) => Promise<void>) => async (subjects: readonly Subject[]) => {
    const rest = createPace();
    for (const subject of subjects) {
      if (taken >= most) return;
      await step(subject);
      await rest();
    }
  };
  const forShops = (step: (shopId: ShopId, subjects: readonly Subject[]) => Promise<void>) => async (subjects: readonly Subject[]) => {
    for (const [shopId, ofShop] of Map.groupBy(subjects, ({ erasure }) => erasure.shopId)) await step(shopId, ofShop);
  };
  const steps: readonly [ErasureState, (subjects: readonly Subject[]) => Promise<void>][] = [
    [
      "suppressed",
      (subjects) => forEach((subject) => takeBack(subject, Math.min(mostNeedlesEach, Math.ceil(needlesPerRound / subjects.length))))(subjects),
    ],
    ["unlearning", forShops(unlearn)],
    ["unlearnt", forShops(erase)],
    ["deleted", forEach(shred)],
    ["shredded", check],
    ["verified", forEach(tell)],
    ["told", forEach(finish)],
  ];

  async function due(state: ErasureState): Promise<readonly Subject[]> {
    const found: Subject[] = [];
    for (const erasure of await forgetting.open(clock(), erasuresPerRound))
      if (erasure.state === state) found.push({ erasure, work: openWork(await sealerOf(erasure.shopId), erasure.work) });
    return found.slice(0, Math.max(0, most - taken));
  }

  let running: Promise<unknown> = Promise.resolve();
  const round: RunErasures = async ({ steps: limit = Number.POSITIVE_INFINITY } = {}) => {
    taken = 0;
    most = limit;
    if ((await forgetting.open(clock(), 1)).length === 0) return { steps: 0, more: false, waiting: false };
    for (const [state, step] of steps) {
      if (taken >= most) break;
      const subjects = await due(state);
      try {
        if (subjects.length > 0) await step(subjects);
      } finally {
        await writeDown();
      }
    }
    const left = await forgetting.open(clock(), 1);
    return { steps: taken, more: left.length > 0 && taken > 0, waiting: left.length > 0 && taken === 0 };
  };
  // One round after the other: two at once would only do everything twice.
  return (options) => {
    const next = running.catch(() => {}).then(() => round(options));
    running = next;
    return next;
  };
}

/** One entry for all that they did: from its position on nothing counts them, and they are deleted after it. */
function takingBack({ erasureId }: Erasure, personId: PersonId, at: EpochMs): LogEntry {
  const digest = createHash("sha256")
    .update(JSON.stringify([erasureId, personId]))
    .digest("base64url");
  // It needs no name: it goes with what it takes back.
  const name = { personId, kind: "anonymous", externalId: "" } as const;
  return { kind: "retract", messageId: `${forgettingPrefix}${digest}` as MessageId, name, targets: "everything", at };
}
