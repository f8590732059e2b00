import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { ItemId, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { LogEntry, NameOf } from "../ports.ts";
import { goldenShop } from "../testing/golden-shop.ts";
import { testVault } from "../testing/test-vault.ts";
import { openSqlite } from "./open-sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "rapport-sealed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const golden = (step: string) => fileURLToPath(new URL(`../golden/schema-${step}.sqlite`, import.meta.url));
const nameOf = (id: string): NameOf => ({ personId: `p-${id}` as PersonId, kind: "customer", externalId: `canary-${id}` });
const met = (id: string): LogEntry => ({
  kind: "consent",
  messageId: `met-${id}` as MessageId,
  name: nameOf(id),
  decision: { personId: nameOf(id).personId, purpose: "learn", granted: true, at: 1, source: "person", notice: null, how: null },
});

/** Every byte of the store: file, log and index of the log. */
const bytesOf = (path: string): string =>
  ["", "-wal", "-shm"]
    .map((ending) => {
      try {
        return readFileSync(path + ending).toString("latin1");
      } catch {
        return "";
      }
    })
    .join("");

const shop = { shopId: "s" as ShopId, name: "Tea", currency: "PKR", createdAt: 1 };

describe("a sealed store", () => {
  it("holds no name, contact, comment or secret in any byte of its file and its log, open and closed", async () => {
    const path = join(folder, "canary.sqlite");
    const store = await openSqlite(path, testVault());
    await store.shops.create(shop, { personKey: "canary-person-key", keyHashes: [] });
    await store.log.append(shop.shopId, [met("anna"), met("ben")]);
    await store.vault.putContact(
      shop.shopId,
      { personId: nameOf("anna").personId, email: "canary@example.com", phone: "+923007654321", basis: "contract", changedAt: 1 },
      { email: "d", phone: "e" },
      null,
    );
    await store.connections.put({
      connectionId: "c",
      shopId: shop.shopId,
      platform: "shopify",
      secret: "canary-secret",
      itemIdSource: "sku",
      consents: [],
      notice: null,
      createdAt: 1,
    });
    const endpoint = { endpointId: "e", shopId: shop.shopId, url: "https://x.example", types: [], createdAt: 1, stopped: null, failingSince: null };
    await store.webhooks.add(
      { ...endpoint, secrets: [{ secret: "whsec_canary", until: null }] as never, lastSuccessAt: null, pausedUntil: 0, cursor: 0 as never },
      9,
    );
    const message = { type: "t", personId: nameOf("anna").personId };
    await store.webhooks.enqueue("e", { ...message, messageId: "m1", body: '{"customerId":"canary-anna"}' }, 1);
    await store.webhooks.enqueue("e", { ...message, messageId: "m2", body: '{"customerId":"canary-else"}', personId: null }, 1);
    await store.gorse.putUsers(shop.shopId, [{ userId: "g", personId: "p-g" as PersonId, labels: '["canary-label"]', comment: "canary-comment" }]);
    await store.gorse.putFeedback(shop.shopId, [
      {
        feedbackType: "read",
        userId: "g",
        itemId: "i" as ItemId,
        personId: "p-g" as PersonId,
        value: 1,
        at: null,
        updatedAt: null,
        labels: '"canary-said"',
        comment: "canary-words",
        messageIds: [],
        revision: 1,
      },
    ]);
    expect(bytesOf(path)).not.toMatch(/canary|3007654321/);
    expect((await store.identities.list(shop.shopId, "customer", 9)).map(({ externalId }) => externalId)).toEqual(["canary-anna", "canary-ben"]);
    const claimed = await store.webhooks.claim("e", { now: 2, until: 3, lease: "l", limit: 9 });
    expect(claimed.map(({ body }) => body)).toEqual(['{"customerId":"canary-anna"}', '{"customerId":"canary-else"}']);
    expect(await store.gorse.user(shop.shopId, "p-g" as PersonId)).toMatchObject({ labels: '["canary-label"]', comment: "canary-comment" });
    expect((await store.gorse.feedback(shop.shopId, {}))[0]).toMatchObject({ labels: '"canary-said"', comment: "canary-words" });
    expect((await store.connections.find(shop.shopId, "shopify"))?.secret).toBe("canary-secret");

    // Shredded, no byte of the key is left either: what was copied before can not be opened with what is there now.
    const raw = new DatabaseSync(path, { readOnly: true });
    const sealed = String(raw.prepare("select sealed from person_keys where person_id = 'p-anna'").get()!.sealed);
    raw.close();
    expect(bytesOf(path)).toContain(sealed.slice(20));
    await store.vault.shred(shop.shopId, [nameOf("anna").personId]);
    expect(bytesOf(path)).not.toContain(sealed.slice(20));
    await store.webhooks.release(claimed[0]!);
    expect(await store.webhooks.claim("e", { now: 9, until: 10, lease: "k", limit: 1 })).toEqual([]);
    await store.close();
    expect(bytesOf(path)).not.toMatch(/canary|3007654321/);
  });

  it.each(["0001", "0009"])("an older one (%s) is sealed when it is opened, to the last free page, and only once", async (step) => {
    const path = join(folder, `golden-${step}.sqlite`);
    copyFileSync(golden(step), path);
    expect(bytesOf(path)).toContain("c-1");
    const store = await openSqlite(path, testVault());
    expect(await store.shops.personKey(goldenShop.shopId)).toBe("golden");
    expect((await store.identities.list(goldenShop.shopId, "customer", 9)).map(({ externalId }) => externalId)).toEqual(["c-1"]);
    expect(await store.vault.health(9)).toMatchObject({ inTheClear: 0, unreadablePeople: 0 });
    await store.close();
    const raw = new DatabaseSync(path, { readOnly: true });
    expect(raw.prepare("select count(*) as n from people where external_id not like char(1) || '%'").get()!.n).toBe(0);
    raw.close();
    const again = await openSqlite(path, testVault());
    expect(await again.shops.personKey(goldenShop.shopId)).toBe("golden");
    await again.close();
  });

  it("goes on where sealing was cut off", async () => {
    const path = join(folder, "cut-off.sqlite");
    const clear = await openSqlite(path);
    await clear.shops.create(shop, { personKey: "canary-person-key", keyHashes: [] });
    const many = Array.from({ length: 1_203 }, (_, number) => String(number));
    await clear.log.append(shop.shopId, many.map(met));
    await clear.close();
    const first = await openSqlite(path, testVault());
    await first.close();
    // As it was in the middle: some sealed, some not, and nobody has noted that it is done.
    const raw = new DatabaseSync(path);
    raw.exec("update people set external_id = 'canary-' || substr(person_id, 3) where person_id like 'p-1%'; update vault_root set sealed_upto = 0");
    raw.close();
    const second = await openSqlite(path, testVault());
    expect((await second.identities.list(shop.shopId, "customer", 5_000)).length).toBe(many.length);
    expect((await second.vault.health(9)).inTheClear).toBe(0);
    await second.close();
    expect(bytesOf(path)).not.toContain("canary-");
  });

  it("a name, key or contact that was damaged or moved to somebody else opens for nobody", async () => {
    const path = join(folder, "moved.sqlite");
    const store = await openSqlite(path, testVault());
    await store.shops.create(shop, { personKey: "k", keyHashes: [] });
    await store.log.append(shop.shopId, [met("anna"), met("ben"), met("carl")]);
    await store.close();
    const raw = new DatabaseSync(path);
    // Anna's name under Ben's id, Anna's key and name together under Carl's.
    raw.exec(`update people set external_id = (select external_id from people where person_id = 'p-anna') where person_id in ('p-ben', 'p-carl');
      update person_keys set sealed = (select sealed from person_keys where person_id = 'p-anna') where person_id = 'p-carl'`);
    raw.close();
    const moved = await openSqlite(path, testVault());
    expect(await moved.identities.nameOf(shop.shopId, nameOf("ben").personId)).toBeNull();
    await expect(moved.identities.nameOf(shop.shopId, nameOf("carl").personId)).rejects.toMatchObject({ problem: { code: "SEAL_BROKEN" } });
    expect((await moved.identities.nameOf(shop.shopId, nameOf("anna").personId))?.externalId).toBe("canary-anna");
    expect((await moved.vault.health(9)).unreadablePeople).toBe(1);
    await moved.close();
  });
});
