import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type HeldHouse, openHeldHouse } from "../../tests/support/held-house.ts";
import { openShopLearner } from "./shop-learner.ts";

// Whatever stands in a row of the log after somebody, or a disk, has written into it: learning goes on without the event, or
// with it, and what it has learnt is what a replay of the same log learns. Put right, it is as if nothing had been.

const folder = mkdtempSync(join(tmpdir(), "rapport-damaged-rows-"));
let held: HeldHouse;
let raw: DatabaseSync;
let whole: Buffer;

const columns = ["type", "lines", "occurred_at", "received_at", "refused", "impression", "order_id", "session_id", "currency", "name"] as const;
const nothing = new Set(["type", "impression", "order_id", "session_id", "currency"]);
const damage = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.constantFrom(8.64e15, -8.64e15, 9e15, 1e18, -1, 0, 2 ** 40, 253_402_300_800_000, 0.5),
  fc.double({ noNaN: true }),
  fc.uint8Array({ maxLength: 8 }),
  fc.constantFrom(
    null,
    "[]",
    "{}",
    "null",
    '[["mug",1,null]]',
    '[["mug",-1e308,1]]',
    '[["",1,1]]',
    '[["mug",1,1],5]',
    "purchase",
    "dismiss",
    ",learn,",
  ),
);

beforeAll(async () => {
  const file = join(folder, "rapport.sqlite");
  held = await openHeldHouse(() => openSqlite(file));
  raw = new DatabaseSync(file);
  for (const customerId of ["anna", "bert"]) await held.send("PUT", "/v1/consents", { customerId, purposes: { personalize: true, learn: true } });
  for (const [at, userId] of ["anna", "anna", "bert", "anna", "bert"].entries()) {
    const properties = { product_id: `item-${at % 3}`, name: "x" };
    await held.send("POST", "/v1/batch", { batch: [{ type: "track", messageId: `m-${at}`, userId, event: "Product Viewed", properties }] });
  }
  await held.house.learner.learn(held.shopId, { judged: false, always: true });
  await held.house.learner.close();
  whole = await saved();
});
afterAll(async () => {
  raw.close();
  await held.close();
  rmSync(folder, { recursive: true, force: true });
});

async function saved(): Promise<Buffer> {
  const learner = await openShopLearner(held.shopId, held.house);
  await learner.catchUp();
  return Buffer.from(learner.encoded());
}
const learnAnew = async () => {
  await held.house.store.consumers.reset(held.shopId, "learn");
  const { models } = await held.house.learner.learn(held.shopId, { judged: true, always: true });
  await held.house.learner.close();
  return models;
};

describe("a row of the log with anything in it", () => {
  it("is learnt from or put aside, and the rest goes on", { timeout: 120_000 }, async () => {
    let aside = 0;
    const one = fc.tuple(fc.constantFrom(...columns), damage, fc.nat(4));
    await fc.assert(
      fc.asyncProperty(one, async ([column, value, at]) => {
        if (value === null && !nothing.has(column)) return;
        const messageId = `m-${at}`;
        const before = raw.prepare(`select ${column} as value from log where message_id = ?`).get(messageId)!.value as string;
        raw.prepare(`update log set ${column} = ? where message_id = ?`).run(value as string, messageId);
        try {
          expect((await learnAnew()).length).toBeGreaterThan(0);
          const learner = await openShopLearner(held.shopId, held.house);
          await learner.catchUp();
          expect(learner.counts().totals.people).toBeGreaterThan(0);
          aside += await held.house.store.deadLetters.count();
        } finally {
          raw.prepare(`update log set ${column} = ? where message_id = ?`).run(before, messageId);
        }
        await learnAnew();
        expect(await held.house.store.deadLetters.count()).toBe(0);
        expect((await saved()).equals(whole)).toBe(true);
      }),
      { numRuns: 150 },
    );
    expect(aside).toBeGreaterThan(10);
  });
});
