import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, createApiClient } from "../support/api-client.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

// A real server, a real client, and one person with a mark in everything that outside text can reach. After they were forgotten the
// mark is in no byte of anything the server keeps, prints, exports, or gets back from an old backup.

const canary = "kanarienvogel";
const limitMs = 120_000;
const folder = tempFolder("forget");
const at = (...names: string[]) => join(folder.path, ...names);
const data = () => at("data");
/** Each folder its own key, as it comes. */
const own = { RAPPORT_KEY: "" };
const run = (words: readonly string[]) => runRapport(words, own);
let server: RunningRapport | null = null;
let serverKey = "";
let said = "";

type Status = { erasureId: string; state: string; findings: string[]; recipients: { name: string; state: string }[] };
const api = () => createApiClient(server!.address, bearer(serverKey));

async function start(dataFolder = data()): Promise<void> {
  server = await serveRapport(["--data", dataFolder], { ...own, RAPPORT_OUTBOUND_ALLOW: "127.0.0.1:9" }, true);
}
async function stop(): Promise<void> {
  said += server?.output() ?? "";
  await server?.stop();
  said += server?.output() ?? "";
  server = null;
}

async function untilDone(erasureId: string): Promise<Status> {
  for (let waited = 0; ; waited += 100) {
    const { body } = await api().get<Status>(`/v1/privacy/erasures/${erasureId}`);
    if (body.state === "done" || waited > 60_000) return body;
    await sleep(100);
  }
}
const forget = async (names: object): Promise<string> => {
  const { status, body } = await api().post<{ erasureId: string }>("/v1/privacy/erasures", names);
  expect(status).toBe(202);
  return body.erasureId;
};

/** Every file below that holds the mark, unpacked where it is packed. */
function marked(path: string, mark = canary): string[] {
  return readdirSync(path).flatMap((name) => {
    const inner = join(path, name);
    if (statSync(inner).isDirectory()) return marked(inner, mark);
    const bytes = readFileSync(inner);
    const texts = bytes[0] === 0x1f && bytes[1] === 0x8b ? [bytes, gunzipSync(bytes)] : [bytes];
    return texts.some((text) => text.includes(mark)) ? [inner] : [];
  });
}

const track = (more: object) => api().post("/v1/track", more);

async function live(customerId: string, anonymousId: string, mark: string, items: number): Promise<void> {
  await api().put("/v1/consents", {
    customerId,
    anonymousId,
    purposes: { personalize: true, learn: true, measure: true },
    notice: `${mark}-notice`,
    how: `${mark}-how`,
  });
  for (let number = 0; number < items; number++)
    await track({
      userId: customerId,
      anonymousId,
      event: number % 2 === 0 ? "Order Completed" : `${mark} looked`,
      messageId: `${mark}-message-${customerId}-${number}`,
      context: {
        sessionId: `${mark}-session`,
        ip: "1.2.3.4",
        page: { url: `https://shop.example/${mark}` },
        traits: { email: `${mark}@example.com` },
      },
      properties: {
        order_id: `${mark}-order-${customerId}-${number}`,
        products: [{ product_id: `item-${number % 5}`, name: `Item ${number % 5}`, price: 3, quantity: 1 }],
      },
    });
}

beforeAll(async () => {
  const created = await run(["shop", "create", "Forgetful", "--currency", "EUR", "--data", data(), "--json"]);
  expect(created.code, created.stdout + created.stderr).toBe(0);
  serverKey = (JSON.parse(created.stdout) as { serverKey: string }).serverKey;
  await start();
  for (let other = 0; other < 6; other++) await live(`other-${other}`, `device-${other}`, "plain", 4);
}, limitMs);
afterAll(async () => {
  await stop();
  folder.remove();
}, limitMs);

describe("forgetting, on a running server", () => {
  it(
    "R33, R35, R37: no byte of the person is left in the store, its log, what is printed, exported or restored from a backup",
    async () => {
      const hook = await api().post<{ endpointId: string }>("/v1/webhooks", { url: "https://127.0.0.1:9/told", types: ["consent.changed"] });
      expect(hook.status, hook.text).toBeLessThan(300);
      await live(`${canary}-customer`, `${canary}-device`, canary, 12);
      await api().post("/v1/alias", { previousId: `${canary}-before`, userId: `${canary}-customer` });
      await api().post("/v1/identify", { userId: `${canary}-customer`, anonymousId: `${canary}-second`, traits: { name: canary } });
      const backup = await run(["backup", at("old.backup"), "--data", data(), "--json"]);
      expect(backup.code, backup.stdout + backup.stderr).toBe(0);
      expect(marked(data())).not.toEqual([]);

      const erasureId = await forget({ customerId: `${canary}-customer` });
      const recommended = await api().post<{ personalized: boolean }>("/v1/recommendations", {
        customerId: `${canary}-customer`,
        surface: "for-you",
        n: 3,
      });
      expect(recommended.status).toBe(200);
      expect(await untilDone(erasureId)).toMatchObject({ state: "done", findings: [], recipients: [{ name: "127.0.0.1:9" }] });
      // Late and repeated messages change nothing.
      await live(`${canary}-stranger`, `${canary}-device`, canary, 0);
      await track({ userId: `${canary}-customer`, event: "Order Completed", messageId: `${canary}-late`, properties: { order_id: canary } });
      await forget({ customerId: `${canary}-stranger` }).then(untilDone);
      expect(marked(data())).toEqual([]);

      const certificate = await api().get<Record<string, unknown>>(`/v1/privacy/erasures/${erasureId}/certificate`);
      expect(certificate.body).toMatchObject({ type: "rapport-erasure-certificate", erasureId, verification: { method: "files" } });
      expect(certificate.text).not.toContain(canary);
      const keys = await api().get("/v1/privacy/keys?shop=Forgetful");
      writeFileSync(at("certificate.json"), certificate.text);
      writeFileSync(at("keys.json"), keys.text);
      const verified = await run(["verify", at("certificate.json"), "--keys", at("keys.json"), "--json"]);
      expect(verified.code, verified.stdout + verified.stderr).toBe(0);

      const exported = await run(["export", "events", "--data", data()]);
      expect(exported.code, exported.stderr).toBe(0);
      expect(`${exported.stdout}${exported.stderr}`).not.toContain(canary);
      await stop();
      expect(said).not.toContain(canary);
      expect(marked(data())).toEqual([]);

      // Another machine, with the key and yesterday's backup.
      mkdirSync(at("elsewhere"));
      copyFileSync(join(data(), "rapport.key"), at("elsewhere", "rapport.key"));
      const restored = await run([
        "restore",
        at("old.backup"),
        "--data",
        at("elsewhere"),
        "--journal",
        join(data(), "erasure-journal.jsonl"),
        "--json",
      ]);
      expect(restored.code, restored.stdout + restored.stderr).toBe(0);
      expect(JSON.parse(restored.stdout)).toMatchObject({ forgotten: 2 });
      expect(marked(at("elsewhere"))).toEqual([]);
      await start();
    },
    limitMs,
  );

  it(
    "R35: a file that was copied back by hand is told whom it may not know before the server listens",
    async () => {
      await live(`${canary}-copied`, `${canary}-copied-device`, canary, 3);
      await stop();
      mkdirSync(at("copy"));
      for (const name of readdirSync(data())) copyFileSync(join(data(), name), at("copy", name));
      const forgotten = await run(["forget", `${canary}-copied`, "--data", data(), "--json"]);
      expect(forgotten.code, forgotten.stdout + forgotten.stderr).toBe(0);
      expect(JSON.parse(forgotten.stdout)).toMatchObject({ state: "done" });
      expect(marked(data())).toEqual([]);
      for (const ending of ["", "-wal", "-shm"]) rmSync(join(data(), `rapport.sqlite${ending}`), { force: true });
      copyFileSync(at("copy", "rapport.sqlite"), join(data(), "rapport.sqlite"));
      expect(marked(data())).not.toEqual([]);
      await start();
      expect((await api().get(`/v1/identities?customerId=${canary}-copied`)).status).toBe(404);
      expect(marked(data())).toEqual([]);
    },
    limitMs,
  );

  it(
    "R33: killed in the middle of many, it goes on after the next start and ends all of them",
    async () => {
      const names = Array.from({ length: 12 }, (_, number) => `${canary}-many-${number}`);
      for (const name of names) await live(name, `${name}-device`, canary, 2);
      const ids: string[] = [];
      for (const customerId of names) ids.push(await forget({ customerId }));
      await sleep(150);
      await server!.killHard();
      await start();
      for (const id of ids) expect(await untilDone(id)).toMatchObject({ state: "done" });
      expect(marked(data())).toEqual([]);
      const { text } = await api().get("/metrics");
      expect(text).toMatch(/rapport_erasures\{state="needs_attention"\} 0/);
    },
    limitMs,
  );
});
