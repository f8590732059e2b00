import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { type MovedClock, movedClock } from "../support/moved-clock.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// The system clock is set back an hour and a day, while the server runs and between two runs. Positions, decisions, repetitions,
// learning, serving and webhooks go on as if nothing were; the doctor says what is wrong.

type Recommended = { readonly items: readonly { readonly id: string }[] };
const hourMs = 3_600_000;
const people = 40;

describe("a clock that is set back", () => {
  let folder: TempFolder;
  let clock: MovedClock;
  let data: string;
  let server: RunningRapport | null = null;
  let api: ApiClient;
  let serverKey: string;
  const told: { type: string; data: Record<string, unknown> }[] = [];
  const receiver = createServer((request, reply) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      told.push(JSON.parse(body) as (typeof told)[number]);
      reply.statusCode = 204;
      reply.end();
    });
  });

  beforeAll(async () => {
    folder = tempFolder("clock");
    clock = movedClock(folder.path);
    data = join(folder.path, "data");
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const created = await runRapport(["shop", "create", "Clock", "--json", "--data", data]);
    serverKey = (JSON.parse(created.stdout) as { serverKey: string }).serverKey;
    await start();
    const purposes = { personalize: true, learn: true, measure: true };
    for (let person = 0; person < people; person++) await api.put("/v1/consents", { customerId: `c-${person}`, purposes });
    const { port } = receiver.address() as { port: number };
    const added = await api.post("/v1/webhooks", { url: `http://127.0.0.1:${port}/`, types: ["consent.changed"] });
    expect(added.status, added.text).toBe(200);
  }, 120_000);
  afterAll(async () => {
    await server?.killHard();
    receiver.close();
    folder.remove();
  });

  async function start(): Promise<void> {
    const { port } = receiver.address() as { port: number };
    server = await serveRapport(["--data", data], { ...clock.environment, RAPPORT_OUTBOUND_ALLOW: `127.0.0.1:${port}` }, true);
    api = createApiClient(server.address, bearer(serverKey));
  }
  /** Everybody looks at these two; those who come back say so under ids that were there before. */
  const batchOf = (round: string, items: readonly [string, string]) =>
    Array.from({ length: people }, (_, person) =>
      items.map((id) => ({
        type: "track",
        event: "Product Viewed",
        messageId: `${round}-${person}-${id}`,
        userId: `c-${person}`,
        properties: { product_id: id, name: id },
      })),
    ).flat();
  const send = async (batch: readonly object[]) => (await api.post<IngestReply>("/v1/batch", { batch })).body;
  const similarTo = async (item: string) =>
    (await api.post<Recommended>("/v1/recommendations", { surface: "similar", item, n: 5, preview: true })).body.items?.map(({ id }) => id) ?? [];
  const logged = () => {
    const log = new DatabaseSync(join(data, "rapport.sqlite"), { readOnly: true });
    const rows = log.prepare("select seq, message_id as id, received_at as at from log order by seq").all();
    log.close();
    return rows.map(({ seq, id, at }) => ({ seq: Number(seq), id: String(id), at: Number(at) }));
  };
  const doctor = async () => {
    const { stdout } = await runRapport(["doctor", "--json", "--data", data], clock.environment);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; level: string; says: string }[] };
    return findings.filter(({ check }) => check === "clock");
  };

  /** What has to hold at any moment, whatever the clock says. */
  async function goesOn(round: string, items: readonly [string, string], customer: string): Promise<void> {
    const before = logged();
    const batch = batchOf(round, items);
    expect(await send(batch)).toMatchObject({ accepted: batch.length });
    // Known again, whenever they came first.
    expect(await send(batch)).toMatchObject({ accepted: 0, dropped: { DUPLICATE: batch.length } });
    const after = logged();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(
      after
        .slice(before.length)
        .map(({ id }) => id)
        .filter((id) => id.startsWith(round)),
    ).toEqual(batch.map(({ messageId }) => messageId));
    await waitUntil(`${items[1]} beside ${items[0]}`, async () => ((await similarTo(items[0])).includes(items[1]) ? true : null));
    await waitUntil("everything learnt", async () => ((await api.get<HealthReply>("/health")).body.learner.lagEvents === 0 ? true : null));
    // What was decided last is in force, though an earlier time stands on it.
    const decide = async (personalize: boolean) => {
      await api.put("/v1/consents", { customerId: customer, purposes: { personalize } });
      const { body } = await api.get<{ decisions: { purpose: string; granted: boolean }[] }>(`/v1/consents?customerId=${customer}`);
      expect(body.decisions.find(({ purpose }) => purpose === "personalize")?.granted).toBe(personalize);
      await waitUntil("the decision is told", () =>
        told.some(({ data: said }) => said.customerId === customer && (said.purposes as Record<string, boolean>).personalize === personalize)
          ? true
          : null,
      );
    };
    await decide(false);
    await decide(true);
    await decide(false);
  }

  it("an hour, while the server runs", { timeout: 60_000 }, async () => {
    await goesOn("now", ["mug", "teapot"], "c-1");
    // The last thing that happens before.
    await api.put("/v1/consents", { customerId: "c-9", purposes: { personalize: true } });
    clock.set(-hourMs);
    await goesOn("hour", ["kettle", "tray"], "c-2");
    await goesOn("again", ["mug", "tray"], "c-1");
    // An item changed by another process is seen within a second, not in an hour.
    const shop = ["--data", data];
    await api.put("/v1/items", { items: [{ id: "tray", title: "Tray", available: false }] });
    await waitUntil("sold out", async () => ((await similarTo("kettle")).includes("tray") ? null : true), 2_000);
    expect((await runRapport(["train", ...shop], clock.environment)).code).toBe(0);
    expect(await doctor()).toEqual([
      expect.objectContaining({ level: "error", says: expect.stringMatching(/Clock has entries that came in (60|61) minutes later than that/) }),
    ]);
  });

  it("a day, between two runs; and forward again", { timeout: 120_000 }, async () => {
    expect(await server!.stop()).toBe(0);
    clock.set(-23 * hourMs);
    await start();
    await goesOn("day", ["cup", "saucer"], "c-3");
    clock.set(0);
    await goesOn("back", ["cup", "spoon"], "c-4");
    expect(await doctor()).toEqual([expect.objectContaining({ level: "ok" })]);
    clock.set(-2 * hourMs);
    await send(batchOf("last", ["spoon", "fork"]));
    clock.set(0);
    const found = await doctor();
    expect(found).toEqual([
      expect.objectContaining({ level: "warning", says: expect.stringContaining("it was set back while Clock was taking events in") }),
    ]);
  });

  it("the log is in the order in which it was written, and a replay of it learns the same", { timeout: 60_000 }, async () => {
    expect(await server!.stop()).toBe(0);
    server = null;
    const rows = logged();
    const firsts = ["now", "hour", "again", "day", "back", "last"].map((round) => rows.findIndex(({ id }) => id.startsWith(`${round}-`)));
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    const { stdout } = await runRapport(["train", "--from-zero", "--json", "--data", data], clock.environment);
    expect(JSON.parse(stdout)).toMatchObject({ same: true, differing: [] });
  });
});
