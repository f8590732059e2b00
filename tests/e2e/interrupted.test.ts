import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IngestReply } from "#server/contract/segment.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";

// Work that was cut off between two writes is taken up again; nobody has to send anything new for it.

let folder: TempFolder;
let held: HeldHouse;
let raw: DatabaseSync;

beforeEach(async () => {
  folder = tempFolder("interrupted");
  const file = join(folder.path, "rapport.sqlite");
  held = await openHeldHouse(() => openSqlite(file));
  raw = new DatabaseSync(file);
  await held.send("PUT", "/v1/consents", { customerId: "anna", purposes: { personalize: true, learn: true, measure: true } });
});
afterEach(async () => {
  raw.close();
  await held.close();
  folder.remove();
});

/** From now on the store refuses to write into this table, as a disk without room for it would. */
const forbid = (table: string) => raw.exec(`create trigger forbidden before insert on ${table} begin select raise(abort, 'no'); end`);
const permit = () => raw.exec("drop trigger forbidden");

const view = { type: "track", messageId: "m-1", userId: "anna", event: "Product Viewed", properties: { product_id: "mug", name: "A mug" } };

describe("interrupted work", () => {
  it("what was learnt but could not be published is published in the next round", async () => {
    await held.send("POST", "/v1/batch", { batch: [view] });
    forbid("models");
    await expect(held.house.learner.learn(held.shopId)).rejects.toThrow();
    permit();
    await held.house.learner.learn(held.shopId);
    expect((await held.house.store.models.cards(held.shopId)).map(({ name }) => name)).toContain("popular");
  });

  it("what was learnt but could not be checkpointed is checkpointed in the next round", async () => {
    await held.send("POST", "/v1/batch", { batch: [view] });
    forbid("consumers");
    await expect(held.house.learner.learn(held.shopId)).rejects.toThrow();
    permit();
    await held.house.learner.learn(held.shopId);
    const { cursor, state } = await held.house.store.consumers.load(held.shopId, "learn");
    expect([cursor > 0, state !== null]).toEqual([true, true]);
  });

  it("an event that was stored before its item could be noted brings the item along when it is sent again", async () => {
    forbid("items");
    expect((await held.send("POST", "/v1/batch", { batch: [view] })).status).not.toBe(200);
    permit();
    const again = JSON.parse((await held.send("POST", "/v1/batch", { batch: [view] })).text) as IngestReply;
    expect(again.accepted + (again.dropped.DUPLICATE ?? 0)).toBe(1);
    expect((await held.send("GET", "/v1/items/mug")).status).toBe(200);
  });

  it("a batch of which nothing could be stored leaves nothing behind and is taken when it is sent again", async () => {
    const before = await held.house.store.log.size(held.shopId);
    forbid("log");
    expect((await held.send("POST", "/v1/batch", { batch: [view] })).status).not.toBe(200);
    expect(await held.house.store.log.size(held.shopId)).toEqual(before);
    permit();
    expect((JSON.parse((await held.send("POST", "/v1/batch", { batch: [view] })).text) as IngestReply).accepted).toBe(1);
  });
});
