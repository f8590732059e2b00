// How long it takes to forget somebody with 10,000 events, with verification: node bench/speed/forget.ts
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IncomingMessage } from "#ingestion/message.ts";
import { composeHouse } from "#server/compose.ts";
import { createShop } from "#server/shop-keys.ts";

const folder = mkdtempSync(join(tmpdir(), "fspeed-"));
const house = await composeHouse({ dataFolder: folder, databaseUrl: undefined });
const made = await createShop(house.store.shops, { name: "S", currency: "EUR" }, house);
if (!made.ok) throw new Error(made.problem.detail);
const shopId = made.value.shop.shopId;
const msg = (c: string, i: number): IncomingMessage => ({
  names: { customerId: c as never, anonymousId: null },
  event: {
    messageId: randomUUID() as never,
    type: "view",
    name: "Product Viewed",
    occurredAt: Date.now() - 1000,
    lines: [{ itemId: `item-${i % 500}` as never, quantity: 1, unitPrice: null }],
    orderId: null,
    sessionId: null,
    recommendationId: null,
    currency: null,
  },
  seenItems: [],
  linksNames: false,
  stampedConsent: null,
  basis: "consent",
});
const yes = (c: string) =>
  house.recordConsents(shopId, [
    {
      names: { customerId: c, anonymousId: null } as never,
      purposes: new Map([
        ["learn", true],
        ["personalize", true],
      ]) as never,
      source: "person",
      notice: null,
      how: null,
    },
  ]);
for (let o = 0; o < 50; o++) {
  await yes(`other-customer-${o}`);
  await house.ingest(
    shopId,
    Array.from({ length: 100 }, (_, i) => msg(`other-customer-${o}`, i * (o + 1))),
  );
}
await yes("leaver-customer");
for (let k = 0; k < 5; k++)
  await house.ingest(
    shopId,
    Array.from({ length: 2000 }, (_, i) => msg("leaver-customer", i * 7)),
  );
await house.learner.learn(shopId, { judged: false });
await house.learner.close();
const t = performance.now(),
  c = process.cpuUsage();
const { erasureId } = await house.forget.begin(shopId, { customerId: "leaver-customer", anonymousId: null } as never);
const t1 = performance.now();
await house.forget.runAll();
const d = process.cpuUsage(c);
console.log(
  "begin ms",
  Math.round(t1 - t),
  "all ms",
  Math.round(performance.now() - t),
  "own cpu ms",
  Math.round((d.user + d.system) / 1000),
  await house.forget.status(shopId, erasureId),
);
await house.store.close();
rmSync(folder, { recursive: true });
