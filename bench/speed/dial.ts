import type { CustomerId, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { createGate } from "#privacy/gate.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { askingPlainly } from "#privacy/preferences/dial.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { report } from "../support/report.ts";

// What consent and dial add to one request, in processor time: what the gate reads and decides before any history is looked at.

const people = 300;
const rounds = 2_000;
const shopId = "shop" as ShopId;
const now = Date.UTC(2026, 0, 15);

const store = await openSqlite(":memory:");
await store.shops.create({ shopId, name: "s", currency: "EUR", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
const personIds = createPersonIds(store.shops);
const gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, personIds, clock: () => now });
const names = Array.from({ length: people }, (_, at) => ({ customerId: `c${at}` as CustomerId, anonymousId: null }));
let number = 0;
for (const name of names) {
  const { personId } = (await personIds.ofNames(shopId, name))[0]!;
  const purposes = ["personalize", "learn", "measure"] as const;
  await store.log.append(
    shopId,
    purposes.map((purpose) => ({
      kind: "consent" as const,
      messageId: `consent-${number++}` as MessageId,
      name: { personId, kind: "customer" as const, externalId: name.customerId },
      decision: { personId: personId as PersonId, purpose, granted: true, at: now, source: "person" as const, notice: null, how: null },
    })),
  );
  const row = { personId, action: "set", value: "", at: now, by: "person" } as const;
  await store.preferences.change(shopId, [
    { ...row, kind: "dial", key: "", value: number % 2 === 0 ? "purchases" : "visit" },
    { ...row, kind: "less", key: "mug" },
    { ...row, kind: "mute-category", key: "Lamps" },
  ]);
}

/** Processor time of one, in milliseconds: what else the machine does counts little. */
async function cost(task: (at: number) => Promise<unknown>): Promise<number> {
  for (let round = 0; round < rounds; round++) await task(round % people);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) await task(round % people);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}

const known = await Promise.all(names.map((name) => gate.recognise(shopId, name)));
const consents = await cost((at) => store.consents.current(shopId, known[at]!.memberIds));
const preferences = await cost((at) => store.preferences.of(shopId, known[at]!.memberIds));
const whole = await cost((at) => gate.usable(shopId, known[at]!, askingPlainly));
const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
report(
  "dial",
  { people, rounds, store: "sqlite, in memory" },
  {
    "gate and dial, ms of processor a request": rounded(whole),
    "of it reading consents": rounded(consents),
    "of it reading preferences": rounded(preferences),
    "of it deciding": rounded(whole - consents - preferences),
  },
);
await store.close();
