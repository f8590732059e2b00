import { join } from "node:path";
import type { DeliverDeps } from "#delivery/deliver-messages.ts";
import { createTellErased, withOpenBodies } from "#delivery/tell-erased.ts";
import type { Clock, FreshId } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Learner } from "#learning/learn.ts";
import { type ErasureJournal, memoryJournal, openErasureJournal } from "#privacy/forget/erasure-journal.ts";
import { sealerFor } from "#privacy/forget/erasure-work.ts";
import { createForget, type Forget } from "#privacy/forget/forget.ts";
import type { RunErasuresDeps } from "#privacy/forget/run-erasures.ts";
import type { ScanFiles } from "#privacy/forget/verify-erasures.ts";
import type { Gate } from "#privacy/gate.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { Signer } from "#privacy/vault/signer.ts";
import type { ShopSnapshots } from "#serving/shop-snapshot.ts";
import type { Store } from "#storage/ports.ts";
import { ownWords } from "./own-words.ts";

/** What lies outside the store: where it is noted who was forgotten, and how the store's files are looked through. */
export type ForgetKeeping = { readonly journal: ErasureJournal; readonly scanFiles: ScanFiles | null };

export const keepingNothing = (): ForgetKeeping => ({ journal: memoryJournal(), scanFiles: null });

export const journalName = "erasure-journal.jsonl";
export const journalPath = (dataFolder: string, environment: NodeJS.ProcessEnv): string =>
  environment.RAPPORT_ERASURE_JOURNAL || join(dataFolder, journalName);

export const keepingIn = (dataFolder: string, scanFiles: ScanFiles | null): ForgetKeeping => ({
  journal: openErasureJournal(journalPath(dataFolder, process.env)),
  scanFiles,
});

/** What forgetting has others do. */
export type Beside = Pick<RunErasuresDeps, "settle" | "dropMemory">;

type Deps = {
  readonly store: Store;
  readonly gate: Gate;
  readonly personIds: PersonIds;
  readonly signer: Signer;
  readonly snapshots: ShopSnapshots;
  readonly learner: Learner;
  readonly clock: Clock;
  readonly freshId: FreshId;
  readonly freshSecret: () => string;
  readonly keeping: ForgetKeeping;
};

const places = {
  sqlite: "the database file, its log and its free pages",
  postgres: "every table of the database",
} as const;

/** Puts forgetting together. `forgetWith`: somebody else does the learning, and another thread answers. */
export function furnishForgetting(deps: Deps) {
  const { store, snapshots, learner, clock, freshSecret, keeping } = deps;
  const outbox = async (shopId: ShopId) => sealerFor(await store.vault.secret(shopId, "suppression", freshSecret, clock()), "outbox", shopId);
  const tellErased = createTellErased({ webhooks: store.webhooks, seal: async (shopId, body) => (await outbox(shopId)).seal(body) });
  const listeners = new Set<() => void>();
  function dropMemory(shopId: ShopId): void {
    snapshots.expire(shopId);
    deps.personIds.forgetRemembered();
  }
  const forgetWith = (beside: Beside): Forget =>
    createForget({
      ...deps,
      ...keeping,
      ownWords,
      settle: beside.settle,
      onBegun: () => {
        for (const listener of listeners) listener();
      },
      async dropMemory(shopId) {
        dropMemory(shopId);
        await beside.dropMemory(shopId);
      },
      tell: (erasure, names) => tellErased(erasure, names, clock()),
      stores: [places[store.kind], "learnt counts and models", "messages that waited to be sent", "the memory of the server"],
    });
  return {
    forgetWith,
    dropMemory,
    onForgettingBegun(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Learns by itself: for a server that is not running. */
    forget: forgetWith({
      async settle(shopId) {
        await learner.learn(shopId, { judged: false });
        await learner.close();
      },
      dropMemory: async () => {},
    }),
    webhooks: withOpenBodies(store.webhooks, async (shopId, sealed) => (await outbox(shopId)).open(sealed)) satisfies DeliverDeps["webhooks"],
  };
}
