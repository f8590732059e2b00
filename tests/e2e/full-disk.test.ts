import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { errorCatalogue } from "#server/contract/error-codes.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { type RunningRapport, runEach, serveRapport } from "../support/rapport-process.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// A disk that fills up: said plainly, nothing acknowledged is lost, and with room again everything goes on.

const full = { code: "STORE_FULL", message: errorCatalogue.STORE_FULL.message, remedy: errorCatalogue.STORE_FULL.remedy };
const batchSize = 400;
const maxBatches = 500;
const customers = 50;

const probe = mountSmallDisk(1);
probe?.remove();

describe.skipIf(probe === null)("a full disk", () => {
  const disks: SmallDisk[] = [];
  let server: RunningRapport | null = null;
  afterAll(async () => {
    await server?.killHard();
    for (const disk of disks) disk.remove();
  });
  function smallDisk(megabytes: number): SmallDisk {
    const disk = mountSmallDisk(megabytes)!;
    disks.push(disk);
    return disk;
  }

  const batchOf = (number: number) =>
    Array.from({ length: batchSize }, (_, at) => ({
      type: "track",
      event: "Product Viewed",
      messageId: `full-${number}-${at}`,
      userId: `customer-${at % customers}`,
      properties: { product_id: `item-${(at * 7 + number) % 40}` },
    }));

  it("the API answers 507 and keeps what it acknowledged; with room again it goes on", async () => {
    const disk = smallDisk(7);
    const [created] = await runEach([["shop", "create", "Small", "--data", disk.path, "--json"]]);
    const { serverKey } = JSON.parse(created!.stdout) as { serverKey: string };
    server = await serveRapport(["--data", disk.path], {}, true);
    const api = createApiClient(server.address, bearer(serverKey));
    for (let at = 0; at < customers; at++)
      await api.put("/v1/consents", { customerId: `customer-${at}`, purposes: { personalize: true, learn: true, measure: true } });

    let acknowledged = 0;
    let refused = -1;
    for (let number = 0; number < maxBatches && refused < 0; number++) {
      const { status, body } = await api.post<IngestReply & ErrorReply>("/v1/batch", { batch: batchOf(number) });
      if (status === 200) acknowledged += body.accepted;
      else {
        refused = number;
        expect([status, body.error]).toEqual([507, { ...full, detail: expect.any(String) }]);
      }
    }
    expect(refused).toBeGreaterThan(0);
    // It says so again, stays up, and still answers what needs no room.
    expect((await api.post("/v1/batch", { batch: batchOf(refused) })).status).toBe(507);
    expect((await api.get("/health")).status).toBe(200);
    const shown = await api.post<RecommendationsReply>("/v1/recommendations", { surface: "popular" });
    expect(shown.status).toBe(200);
    const named = await api.post<RecommendationsReply>("/v1/recommendations", { surface: "for-you", customerId: "customer-1" });
    expect([200, 507]).toContain(named.status);
    const kept = () => {
      const raw = new DatabaseSync(join(disk.path, "rapport.sqlite"), { readOnly: true });
      const found = raw.prepare("select count(*) as n, count(distinct message_id) as ids from log where message_id like 'full-%'").get()!;
      const check = raw.prepare("pragma integrity_check").get()!.integrity_check;
      raw.close();
      return { ...found, check };
    };
    expect(kept()).toEqual({ n: acknowledged, ids: acknowledged, check: "ok" });

    disk.grow(64);
    // Nothing new comes in: what could not be learnt and published for want of room is, all the same.
    await waitUntil("everything learnt and published", async () => {
      const { body } = await api.get<{ learner: { lagEvents: number } }>("/health");
      const { models } = (await api.get<{ models: { name: string; seq: number }[] }>("/v1/models")).body;
      const learnt = models.find(({ name }) => name === "popular")?.seq ?? 0;
      return body.learner.lagEvents === 0 && learnt >= acknowledged ? true : null;
    });
    const again = await api.post<IngestReply>("/v1/batch", { batch: batchOf(refused) });
    expect(again.body).toEqual({ success: true, accepted: batchSize, dropped: {}, rejected: [] });
    await server.killHard();
    expect(kept()).toEqual({ n: acknowledged + batchSize, ids: acknowledged + batchSize, check: "ok" });
    server = null;
  });

  it("an import ends with 1 and STORE_FULL; with room again a second run brings in the rest, nothing twice", async () => {
    const disk = smallDisk(3);
    const elsewhere = tempFolder("full-disk");
    try {
      const orders = 8_000;
      const csv = join(elsewhere.path, "orders.csv");
      const lines = Array.from(
        { length: orders },
        (_, at) => `O-${at},C-${at % 500},item-${at % 60},2026-0${1 + (at % 9)}-1${at % 9} 10:00:00,1,9.5`,
      );
      writeFileSync(csv, `order_id,customer_id,product_id,ordered_at,quantity,price\n${lines.join("\n")}\n`);
      const run = ["import", "orders", csv, "--data", disk.path, "--consent", "personalize,learn,measure", "--no-train", "--json"];
      const [, first] = await runEach([["shop", "create", "Small", "--data", disk.path], run]);
      expect(first!.code, first!.stdout).toBe(1);
      expect((JSON.parse(first!.stdout) as ErrorReply).error).toMatchObject(full);
      expect(first!.stderr).not.toMatch(/\n\s+at /);

      disk.grow(64);
      const [second, third] = await runEach([run, run]);
      expect(second!.code, second!.stdout + second!.stderr).toBe(0);
      const summary = (text: string) => JSON.parse(text) as { rows: number; orders: { new: number; alreadyKnown: number } };
      const { rows, orders: brought } = summary(second!.stdout);
      expect([rows, brought.new + brought.alreadyKnown]).toEqual([orders, orders]);
      expect(summary(third!.stdout).orders).toMatchObject({ new: 0, alreadyKnown: orders });
      const raw = new DatabaseSync(join(disk.path, "rapport.sqlite"), { readOnly: true });
      const found = raw.prepare("select count(*) as n, count(distinct order_id) as ids from log where type = 'purchase'").get();
      raw.close();
      expect(found).toEqual({ n: orders, ids: orders });
    } finally {
      elsewhere.remove();
    }
  });
});

if (probe === null) it.skip("skipped: needs a mountable tmpfs", () => {});
