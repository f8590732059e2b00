import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LoggedEvent } from "#domain/event.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import type { HealthReply } from "#server/contract/console.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { runRapport } from "../support/rapport-process.ts";
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

describe("an event that can be read, and that counting fails on", () => {
  /** Message ids at which counting throws, as a mistake of ours would make it: in the log they are as sound as all others. */
  const failing = new Set<string>();
  const people = ["anna", "bert", "cleo"];
  let buggy: HeldHouse;
  let file: string;

  const mistaken: Store["log"]["histories"] = async (...words) => {
    const found = await inner.log.histories(...words);
    for (const events of found.values())
      for (const [at, event] of events.entries())
        if (failing.has(event.messageId)) (events as LoggedEvent[])[at] = Object.defineProperty({ ...event }, "lines", { get: fail });
    return found;
  };
  const fail = () => {
    throw new TypeError("a mistake");
  };
  let inner: Store;

  beforeEach(async () => {
    mkdirSync(join(folder.path, "buggy"), { mode: 0o700 });
    file = join(folder.path, "buggy", "rapport.sqlite");
    buggy = await openHeldHouse(async () => {
      inner = await openSqlite(file);
      return { ...inner, log: { ...inner.log, histories: mistaken } };
    });
    await allow(buggy, people);
  });
  afterEach(async () => {
    await buggy.close();
    failing.clear();
  });

  const allow = async (house: HeldHouse, customerIds: readonly string[]) => {
    for (const customerId of customerIds)
      await house.send("PUT", "/v1/consents", { customerId, purposes: { personalize: true, learn: true, measure: true } });
  };
  const see = async (house: HeldHouse, [messageId, userId, item]: readonly [string, string, string]) => {
    const message = { type: "track", messageId, userId, event: "Product Viewed", properties: { product_id: item, name: item } };
    expect((await house.send("POST", "/v1/batch", { batch: [message] })).status).toBe(200);
  };
  const round = (always = false) => buggy.house.learner.learn(buggy.shopId, { judged: false, always });
  const messagesAside = async () => {
    const letters = await buggy.house.store.deadLetters.list(buggy.shopId, 100);
    const log = new DatabaseSync(file, { readOnly: true });
    const ids = letters.map(({ seq, reason }) => [log.prepare("select message_id from log where seq = ?").get(seq)!.message_id, reason]);
    log.close();
    return ids;
  };
  const countsIn = async ({ house, shopId }: HeldHouse) => {
    const learner = await openShopLearner(shopId, house);
    await learner.catchUp();
    return learner;
  };
  /** What does not depend on which item was met first. */
  const learntIn = async (house: HeldHouse) => {
    const { totals, ids, support } = (await countsIn(house)).counts();
    return { totals, liked: Object.fromEntries(support.map((value, index) => [ids.idOf(index as never), value]).filter(([, value]) => value !== 0)) };
  };
  const healthOf = async (house: HeldHouse) => JSON.parse((await house.send("GET", "/health")).text) as HealthReply;

  it("is put aside alone, of all that its customer did, and told of; the rest is learnt as if it had never come", async () => {
    const sent = [
      ["m-1", "anna", "mug"],
      ["m-2", "anna", "teapot"],
      ["m-3", "anna", "tray"],
      ["m-4", "bert", "mug"],
      ["m-5", "bert", "tray"],
      ["m-6", "cleo", "kettle"],
    ] as const;
    failing.add("m-2").add("m-5");
    for (const event of sent) await see(buggy, event);
    expect((await round()).changed).toBe(true);
    const reason = "learning fails on it (TypeError)";
    expect(await messagesAside()).toEqual([
      ["m-2", reason],
      ["m-5", reason],
    ]);
    const { status, deadLetters } = await healthOf(buggy);
    expect([status, deadLetters]).toEqual(["degraded", 2]);
    expect((await buggy.send("GET", "/metrics")).text).toContain("rapport_dead_letters 2");
    const told = await runRapport(["doctor", "--json", "--data", join(folder.path, "buggy")]);
    expect(told.stdout).toContain("2 events could not be learnt from and were left out");
    // Of the four that are left.
    const without = await openHeldHouse();
    await allow(without, people);
    for (const event of sent) if (!failing.has(event[0])) await see(without, event);
    await without.house.learner.learn(without.shopId, { judged: false });
    expect(await learntIn(buggy)).toEqual(await learntIn(without));
    await without.close();
  });

  it("is taken back in by the round asked for by hand, once the mistake is put right, and not before", async () => {
    await see(buggy, ["m-1", "anna", "mug"]);
    await see(buggy, ["m-2", "anna", "teapot"]);
    await see(buggy, ["m-3", "bert", "tray"]);
    await round();
    await buggy.house.learner.close();
    const whole = Buffer.from((await countsIn(buggy)).encoded());
    failing.add("m-2");
    await buggy.house.store.consumers.reset(buggy.shopId, "learn");
    await round();
    expect(await messagesAside()).toHaveLength(1);
    // It can be read, so nothing says that it could be learnt from now: nobody tries again and again.
    buggy.pass(61_000);
    await round();
    expect(await messagesAside()).toHaveLength(1);
    await round(true);
    expect(await messagesAside(), "it fails again").toHaveLength(1);
    failing.clear();
    await round(true);
    expect(await messagesAside()).toEqual([]);
    expect(Buffer.from((await countsIn(buggy)).encoded()).equals(whole)).toBe(true);
    expect((await healthOf(buggy)).status).toBe("ok");
  });

  it("everything else goes on when all of what somebody did fails, and of many people at once", async () => {
    const customers = Array.from({ length: 30 }, (_, person) => `p-${person}`);
    await allow(buggy, customers);
    for (const [person, userId] of customers.entries()) {
      const batch = Array.from({ length: 25 }, (_, at) => {
        const messageId = `${userId}-${at}`;
        if (person % 3 === 0) failing.add(messageId);
        return { type: "track", messageId, userId, event: "Product Viewed", properties: { product_id: `item-${at}` } };
      });
      await buggy.send("POST", "/v1/batch", { batch });
    }
    await round();
    expect(await buggy.house.store.deadLetters.count()).toBe(10 * 25);
    expect((await countsIn(buggy)).counts().totals.people).toBe(20);
    failing.clear();
    await round(true);
    expect(await buggy.house.store.deadLetters.count()).toBe(0);
    expect((await countsIn(buggy)).counts().totals.people).toBe(30);
  });
});
