import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShopLearner } from "#learning/shop-learner.ts";
import type { HealthReply } from "#server/contract/console.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";

// An event that cannot be learnt from is put aside and told of; everything else goes on as if it were not there. Mended, it
// is taken back in, and the counts are those of a shop in which it was never damaged.

let folder: TempFolder;
let held: HeldHouse;
let raw: DatabaseSync;
const whole = new Map<string, string>();

beforeEach(async () => {
  folder = tempFolder("dead-letter");
  const file = join(folder.path, "rapport.sqlite");
  held = await openHeldHouse(() => openSqlite(file));
  raw = new DatabaseSync(file);
  for (const customerId of ["anna", "bert", "cleo"])
    await held.send("PUT", "/v1/consents", { customerId, purposes: { personalize: true, learn: true, measure: true } });
});
afterEach(async () => {
  raw.close();
  await held.close();
  folder.remove();
  whole.clear();
});

async function look(messageId: string, userId: string, item: string): Promise<void> {
  const message = { type: "track", messageId, userId, event: "Product Viewed", properties: { product_id: item, name: item } };
  const { accepted } = JSON.parse((await held.send("POST", "/v1/batch", { batch: [message] })).text) as IngestReply;
  expect(accepted).toBe(1);
}
function damage(messageId: string, lines = '[["mug",1'): void {
  whole.set(messageId, String(raw.prepare("select lines from log where message_id = ?").get(messageId)!.lines));
  raw.prepare("update log set lines = ? where message_id = ?").run(lines, messageId);
}
const mend = (messageId: string) => raw.prepare("update log set lines = ? where message_id = ?").run(whole.get(messageId)!, messageId);
const learn = (always = false) => held.house.learner.learn(held.shopId, { judged: false, always });
const aside = async () => (await held.house.store.deadLetters.list(held.shopId, 100)).map(({ reason }) => reason);

/** The counts that were saved, and those of a replay from the first entry. */
async function counts(): Promise<{ kept: Buffer; replayed: Buffer }> {
  const kept = await openShopLearner(held.shopId, held.house);
  await kept.catchUp();
  const { store } = held.house;
  const consumers = {
    ...store.consumers,
    load: async () => ({ cursor: 0 as never, state: null, epoch: await store.consumers.epoch(held.shopId, "learn") }),
  };
  const replay = await openShopLearner(held.shopId, { ...held.house, store: { ...store, consumers } });
  await replay.catchUp();
  return { kept: Buffer.from(kept.encoded()), replayed: Buffer.from(replay.encoded()) };
}
async function expectReplay(): Promise<Buffer> {
  await held.house.learner.close();
  const { kept, replayed } = await counts();
  expect(kept.equals(replayed)).toBe(true);
  return replayed;
}
const health = async () => JSON.parse((await held.send("GET", "/health")).text) as HealthReply;

describe("an event that cannot be learnt from", () => {
  it.each(["not json", "{}", "[null]", '[["mug","many",1]]', "[[5,1,1]]"])("is put aside, told of, and the rest goes on: %s", async (lines) => {
    await look("m-1", "anna", "mug");
    await look("m-2", "anna", "teapot");
    await look("m-3", "bert", "mug");
    damage("m-2", lines);
    expect((await learn()).changed).toBe(true);
    expect(await aside()).toEqual(["lines is damaged"]);
    const { status, deadLetters } = await health();
    expect([status, deadLetters]).toEqual(["degraded", 1]);
    expect((await held.send("GET", "/metrics")).text).toContain("rapport_dead_letters 1");
    await look("m-4", "anna", "tray");
    await look("m-5", "cleo", "tray");
    await learn();
    expect(await aside()).toHaveLength(1);
    await expectReplay();
    // What the customer did can still be used for what they are shown.
    expect((await held.send("POST", "/v1/recommendations", { customerId: "anna", surface: "for-you", n: 3 })).status).toBe(200);
  });

  it("is taken back in by the next round asked for by hand, and after a while by itself", async () => {
    await look("m-1", "anna", "mug");
    await look("m-2", "anna", "teapot");
    await look("m-3", "bert", "tray");
    damage("m-2");
    damage("m-3");
    await learn();
    const without = await expectReplay();
    mend("m-2");
    await learn();
    expect(await aside(), "nobody looks again at once").toHaveLength(2);
    await learn(true);
    expect(await aside()).toHaveLength(1);
    mend("m-3");
    held.pass(61_000);
    await learn();
    expect(await aside()).toEqual([]);
    const mended = await expectReplay();
    expect(mended.equals(without)).toBe(false);
    expect((await health()).status).toBe("ok");
    await look("m-4", "anna", "mug");
    await learn();
    await expectReplay();
  });

  it("that had been learnt before it was damaged is taken out of the counts", async () => {
    await look("m-1", "anna", "mug");
    await learn();
    await held.house.learner.close();
    const before = await expectReplay();
    await look("m-2", "anna", "teapot");
    await learn();
    await held.house.learner.close();
    damage("m-2");
    // Found when the person is next met.
    await look("m-3", "bert", "kettle");
    await learn();
    expect(await aside()).toEqual([]);
    await look("m-4", "anna", "kettle");
    await learn();
    expect(await aside()).toHaveLength(1);
    await expectReplay();
    mend("m-2");
    await learn(true);
    const after = await expectReplay();
    expect(after.equals(before)).toBe(false);
  });

  it("is put aside where two learn of one store, too, and neither goes on with what the other has made void", async () => {
    await look("m-1", "anna", "mug");
    await look("m-2", "anna", "teapot");
    damage("m-2");
    const server = await openShopLearner(held.shopId, held.house);
    await server.catchUp();
    await server.checkpoint();
    mend("m-2");
    const command = await openShopLearner(held.shopId, held.house);
    await command.catchUp(true);
    await command.checkpoint();
    expect(await aside()).toEqual([]);
    await look("m-3", "anna", "tray");
    await server.catchUp();
    await command.catchUp();
    expect(Buffer.from(server.encoded()).equals(Buffer.from(command.encoded()))).toBe(true);
    await server.checkpoint();
    await expectReplay();
  });

  it("a row that is gone from the log is no dead letter any more", async () => {
    await look("m-1", "anna", "mug");
    damage("m-1");
    await learn();
    expect(await aside()).toHaveLength(1);
    raw.exec("delete from log where message_id = 'm-1'");
    await learn(true);
    expect(await aside()).toEqual([]);
    await expectReplay();
  });
});
