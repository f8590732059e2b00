import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { digestOf, type Erasure, nameKey, type SaidName } from "#storage/ports/forget-store.ts";
import type { NameOf } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import type { PersonIds } from "../person-ids.ts";
import type { Recipient } from "./certify-erasure.ts";
import type { ErasureJournal, JournalEntry } from "./erasure-journal.ts";
import { type ErasureWork, noWork, type Sealer, sealerFor, sealWork } from "./erasure-work.ts";
import { createFindPerson } from "./find-person.ts";
import { createRunErasures, type RunErasures, type RunErasuresDeps } from "./run-erasures.ts";

export type ErasureStatus = {
  readonly erasureId: string;
  readonly state: Erasure["state"] | "needs_attention";
  readonly requestedAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** Where something was found: a table or a file. */
  readonly findings: readonly string[];
  readonly recipients: readonly Recipient[];
};

export type Forget = {
  /** From when it resolves on, nothing about this person is stored or used. Somebody unknown is answered alike. */
  begin(shopId: ShopId, names: PersonName, reason?: string): Promise<{ readonly erasureId: string; readonly state: ErasureStatus["state"] }>;
  status(shopId: ShopId, erasureId: string): Promise<ErasureStatus | null>;
  /** The signed document; null until it is done. */
  certificate(shopId: ShopId, erasureId: string): Promise<Record<string, unknown> | null>;
  /** Moves everything that is open on; `more` when it should be called again. */
  run: RunErasures;
  /** Until nothing is open that can be done now. */
  runAll(): Promise<void>;
  /** What the journal knows and the store does not is begun; and the other way round. How many were begun. */
  replay(): Promise<number>;
};

export function createForget(
  deps: Omit<RunErasuresDeps, "sealerOf" | "findAgain"> & {
    readonly gate: Pick<Gate, "recognise">;
    readonly personIds: PersonIds;
    readonly freshId: FreshId;
    /** A new secret, as text. */
    readonly freshSecret: () => string;
    readonly journal: ErasureJournal;
    readonly clock: Clock;
    /** After each that was begun. */
    readonly onBegun?: () => void;
  },
): Forget {
  const { store, personIds, clock, freshId, freshSecret, journal } = deps;
  const { forgetting } = store;
  const findPerson = createFindPerson(deps);
  const run = createRunErasures({ ...deps, sealerOf, findAgain });

  async function findAgain(shopId: ShopId, work: ErasureWork): Promise<ErasureWork> {
    const found = await Promise.all(work.names.map((name) => findPerson(shopId, underName(name))));
    const names = new Map([...work.names, ...found.flatMap((one) => one.names)].map((name) => [nameKey(name), name]));
    return { ...work, names: [...names.values()], personIds: [...new Set([...work.personIds, ...found.flatMap((one) => one.personIds)])] };
  }

  const secretOf = (shopId: ShopId, fresh = freshSecret) => store.vault.secret(shopId, "suppression", fresh, clock());
  async function sealerOf(shopId: ShopId): Promise<Sealer> {
    return sealerFor(await secretOf(shopId), "work", shopId);
  }
  /** Opens with what only the shop's own store holds, so that the journal alone tells nothing. */
  const journalSealer = async (shopId: ShopId) => sealerFor(await store.shops.personKey(shopId), "journal", shopId);

  const keysNoted = new Set<string>();
  async function note(entry: JournalEntry): Promise<void> {
    const { shop } = entry;
    const secret = await secretOf(shop);
    if (!keysNoted.has(`${shop} ${secret}`)) {
      const sealer = await journalSealer(shop);
      const known = journal.read().keys.some((one) => one.shop === shop && sealer.open(one.key) === secret);
      if (!known) journal.addKey({ shop, key: sealer.seal(secret) });
      keysNoted.add(`${shop} ${secret}`);
    }
    journal.add(entry);
  }

  async function statusOf(erasure: Erasure): Promise<ErasureStatus> {
    const { erasureId, state, requestedAt, updatedAt, findings, report } = erasure;
    const recipients = (report.recipients ?? []) as Recipient[];
    const now = await Promise.all(recipients.map(async (recipient) => ({ ...recipient, state: await stateOf(recipient) })));
    return { erasureId, state: findings === null ? state : "needs_attention", requestedAt, updatedAt, findings: findings ?? [], recipients: now };
  }

  /** How far the news got, while that is remembered. */
  async function stateOf({ endpointId, messageId, state }: Recipient): Promise<string> {
    if (messageId === null) return state;
    return (await store.webhooks.deliveries(endpointId, 1000)).find((delivery) => delivery.messageId === messageId)?.state ?? state;
  }

  async function beginFor(shopId: ShopId, erasureId: string, at: EpochMs, said: readonly PersonName[], extra: JournalEntry["names"], reason: string) {
    const found = await Promise.all(said.map((names) => findPerson(shopId, names)));
    const suppress = new Map(found.flatMap((one) => one.suppress).map((name) => [nameKey(name), name]));
    const digests = new Map((await forgetting.digests(shopId, [...suppress.values()], freshSecret, clock())).map((one) => [one.digest, one]));
    for (const one of extra) digests.set(one.digest, one);
    const work = found.reduce(
      (all, one) => ({
        personIds: [...new Set([...all.personIds, ...one.personIds])],
        names: [...all.names, ...one.names],
        sharedNames: all.sharedNames + one.sharedNames,
        sharedIds: [...all.sharedIds, ...one.sharedIds],
        told: [...all.told, ...one.told],
        needles: [],
      }),
      noWork,
    );
    const names = [...digests.values()];
    return {
      names,
      begin: async () => forgetting.begin({ erasureId, shopId, requestedAt: at, work: sealWork(await sealerOf(shopId), work) }, names, reason),
    };
  }

  return {
    async begin(shopId, names, reason = "request") {
      const asked: SaidName[] = (await personIds.ofNames(shopId, names)).map(({ kind, externalId }) => ({ kind, externalId }));
      const known = await forgetting.suppressed(shopId, asked);
      const underWay = [...known.values()].filter(({ done }) => !done);
      // Asked twice is asked once.
      if (underWay.length === asked.length && new Set(underWay.map(({ erasureId }) => erasureId)).size === 1) {
        const erasure = await forgetting.get(shopId, underWay[0]!.erasureId);
        if (erasure !== null && erasure.state !== "done") return { erasureId: erasure.erasureId, state: (await statusOf(erasure)).state };
      }
      const erasureId = freshId();
      const at = clock();
      const prepared = await beginFor(shopId, erasureId, at, [names], [], reason);
      // First where no backup reaches: should the store be lost the next moment, it is known there.
      await note({ erasureId, shop: shopId, at, names: prepared.names });
      await prepared.begin();
      deps.onBegun?.();
      return { erasureId, state: "suppressed" };
    },

    async status(shopId, erasureId) {
      const erasure = await forgetting.get(shopId, erasureId);
      return erasure === null ? null : statusOf(erasure);
    },

    async certificate(shopId, erasureId) {
      const erasure = await forgetting.get(shopId, erasureId);
      return erasure?.certificate == null ? null : (JSON.parse(erasure.certificate) as Record<string, unknown>);
    },

    run,
    async runAll() {
      for (;;) {
        const { more } = await run();
        if (!more) return;
      }
    },

    async replay() {
      const { entries, keys } = journal.read();
      let begun = 0;
      for (const { shopId } of await store.shops.list()) {
        const known = await forgetting.ids(shopId);
        const missing = new Map(
          entries.filter((entry) => entry.shop === shopId && !known.has(entry.erasureId)).map((entry) => [entry.erasureId, entry]),
        );
        const written = new Set(entries.filter((entry) => entry.shop === shopId).map(({ erasureId }) => erasureId));
        // What was forgotten elsewhere (another server of the same database) is noted here as well.
        for (const erasureId of known)
          if (!written.has(erasureId)) {
            const names = await forgetting.digestsOf(shopId, erasureId);
            if (names.length > 0) await note({ erasureId, shop: shopId, at: (await forgetting.get(shopId, erasureId))!.requestedAt, names });
          }
        if (missing.size === 0) continue;
        const sealer = await journalSealer(shopId);
        const secrets = [...new Set(keys.filter(({ shop }) => shop === shopId).map(({ key }) => sealer.open(key)))];
        // A store from before the first forgetting has no such key yet, and takes the one that the digests were made with.
        const own = await secretOf(shopId, () => secrets[0] ?? freshSecret());
        const people = await peopleOf(shopId, missing, secrets);
        for (const [erasureId, entry] of missing) {
          const said = people.get(erasureId) ?? [];
          const extra = secrets.includes(own) ? entry.names : [];
          if (await (await beginFor(shopId, erasureId, entry.at, said, extra, "journal")).begin()) begun++;
        }
      }
      return begun;
    },
  };

  /** Who of the store is meant by the digests of the journal. */
  async function peopleOf(
    shopId: ShopId,
    missing: ReadonlyMap<string, JournalEntry>,
    secrets: readonly string[],
  ): Promise<Map<string, PersonName[]>> {
    const wanted = new Map([...missing.values()].flatMap(({ erasureId, names }) => names.map(({ digest }) => [digest, erasureId] as const)));
    const people = new Map<string, PersonName[]>();
    let after: NameOf["personId"] | null = null;
    for (;;) {
      const page: readonly NameOf[] = await forgetting.people(shopId, after, 1000);
      if (page.length === 0) return people;
      after = page.at(-1)!.personId;
      for (const { kind, externalId } of page)
        for (const secret of secrets) {
          const erasureId = wanted.get(digestOf(secret, { kind, externalId }).digest);
          if (erasureId === undefined || externalId === "") continue;
          people.set(erasureId, [...(people.get(erasureId) ?? []), underName({ kind, externalId })]);
        }
    }
  }
}
