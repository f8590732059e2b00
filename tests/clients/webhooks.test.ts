import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bearer, createApiClient } from "../support/api-client.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// The server sends; the published library of Standard Webhooks decides whether what arrives is genuine.

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string };
type Payload = { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> };

const folder = tempFolder("webhooks");
const received: Received[] = [];
let answer: (call: Received) => number | "hang" | "hang-up";
let receiver: Server;
let receiverUrl: string;
let environment: Record<string, string>;
let serverKey: string;
let server: RunningRapport;

const ofType = (type: string) => received.filter(({ body }) => (JSON.parse(body) as Payload).type === type);
const payloadOf = ({ body }: Received) => JSON.parse(body) as Payload;
const verify = (secret: string, { body, headers }: Received) => new Webhook(secret).verify(body, headers as Record<string, string>) as Payload;
const rapport = async (...words: string[]) => {
  const { code, stdout, stderr } = await runRapport(["webhook", ...words, "--shop", "Hooked", "--data", folder.path, "--json"], environment);
  return { code, stderr, said: JSON.parse(stdout) as Record<string, unknown> };
};
const api = () => createApiClient(server.address, bearer(serverKey));
const remove = async (id: string, key: string) =>
  (await fetch(`${server.address}/v1/webhooks/${id}`, { method: "DELETE", headers: { authorization: bearer(key) } })).status;
const decide = async (customerId: string, purposes: Record<string, boolean>) =>
  expect((await api().put("/v1/consents", { customerId, purposes })).status).toBe(200);
async function add(path: string, types: string): Promise<{ id: string; secret: string }> {
  const { said } = await rapport("add", `${receiverUrl}${path}`, "--types", types);
  return said as { id: string; secret: string };
}

beforeAll(async () => {
  receiver = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = { headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), path: request.url ?? "" };
      received.push(call);
      const status = answer(call);
      if (status === "hang-up") request.socket.destroy();
      else if (status !== "hang") reply.writeHead(status, status === 302 ? { location: `${receiverUrl}/elsewhere` } : {}).end("thank you");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  receiverUrl = `http://127.0.0.1:${port}`;
  environment = { RAPPORT_OUTBOUND_ALLOW: `127.0.0.1:${port}` };
  const created = await runRapport(["shop", "create", "Hooked", "--data", folder.path, "--json"]);
  serverKey = (JSON.parse(created.stdout) as { serverKey: string }).serverKey;
  server = await serveRapport(["--data", folder.path], environment, true);
});
afterEach(async () => {
  received.length = 0;
  answer = () => 204;
  const { body } = await api().get<{ webhooks: { id: string }[] }>("/v1/webhooks");
  for (const { id } of body.webhooks) await remove(id, serverKey);
});
afterAll(async () => {
  await server.stop();
  receiver.closeAllConnections();
  receiver.close();
  folder.remove();
});

describe("outgoing webhooks", () => {
  it("tell of a withdrawal within seconds, and the published library accepts it and nothing else", async () => {
    answer = () => 200;
    const { secret } = await add("/hook", "consent.changed");
    await decide("C-1", { email: false, learn: false });
    const call = await waitUntil("the message", () => received[0] ?? null, 5_000);
    expect(call.path).toBe("/hook");
    expect(call.headers["content-type"]).toBe("application/json");
    expect(verify(secret, call)).toMatchObject({ type: "consent.changed", data: { customerId: "C-1", purposes: { email: false, learn: false } } });
    expect(call.headers["webhook-id"]).toMatch(/^msg_[\w-]{32}$/);
    expect(() => verify(secret, { ...call, body: call.body.replace("false", "true") })).toThrow("No matching signature");
    expect(() => verify(`whsec_${Buffer.alloc(32).toString("base64")}`, call)).toThrow("No matching signature");
    expect(() => verify(secret, { ...call, headers: { ...call.headers, "webhook-timestamp": "1" } })).toThrow("too old");
  });

  it("are tried again, with the same id and a new signature, until they arrive", async () => {
    const { id, secret } = await add("/flaky", "consent.changed");
    const answers = [302, 500] as const;
    answer = ({ path }) => (path === "/elsewhere" ? 200 : (answers[received.length - 1] ?? 200));
    await decide("C-2", { email: true });
    await waitUntil("the second attempt", () => received[1] ?? null, 12_000);
    expect(received.every(({ path }) => path === "/flaky")).toBe(true);
    expect(received[1]!.headers["webhook-id"]).toBe(received[0]!.headers["webhook-id"]);
    verify(secret, received[1]!);
    const { body } = await api().get<{ deliveries: { state: string; attempts: number; status: number }[] }>(`/v1/webhooks/${id}/deliveries`);
    expect(body.deliveries).toMatchObject([{ state: "waiting", attempts: 2, status: 500, type: "consent.changed" }]);
    expect((await api().get<{ state: string }>(`/v1/webhooks/${id}`)).body.state).toBe("failing");
  });

  it("stop when the receiver says that it is gone, and say so", async () => {
    const { id } = await add("/gone", "consent.changed");
    answer = () => 410;
    await decide("C-3", { email: true });
    const state = async () => (await api().get<{ state: string }>(`/v1/webhooks/${id}`)).body.state;
    await waitUntil("the stop", async () => ((await state()) === "gone" ? true : null), 5_000);
    const listed = await runRapport(["webhook", "list", "--shop", "Hooked", "--data", folder.path]);
    expect(listed.stdout).toMatch(new RegExp(`^${id}\tgone since `));
    await decide("C-3", { email: false });
    answer = () => 200;
    expect((await rapport("start", id)).code).toBe(0);
    await waitUntil("what came meanwhile", () => received[1] ?? null, 5_000);
    expect(payloadOf(received[1]!).data).toMatchObject({ purposes: { email: false } });
    expect(await state()).toBe("active");
  });

  it("are signed with the old and the new secret while a receiver changes over", async () => {
    const { id, secret: oldSecret } = await add("/rotated", "consent.changed");
    answer = () => 200;
    const { said } = await rapport("rotate", id);
    const newSecret = said.secret as string;
    await decide("C-4", { email: true });
    const call = await waitUntil("the message", () => received[0] ?? null, 5_000);
    expect(verify(oldSecret, call)).toEqual(verify(newSecret, call));
    const newest = (await rapport("rotate", id, "--keep-old-hours", "0")).said.secret as string;
    await decide("C-4", { email: false });
    const later = await waitUntil("the next", () => received[1] ?? null, 5_000);
    verify(newest, later);
    for (const secret of [oldSecret, newSecret]) expect(() => verify(secret, later)).toThrow("No matching signature");
  });

  it("can be tried out", async () => {
    const { id, secret } = await add("/test", "feed.failed");
    answer = () => 200;
    expect(await rapport("test", id)).toMatchObject({ code: 0, said: { arrived: true, status: 200 } });
    expect(verify(secret, received[0]!)).toMatchObject({ type: "webhook.test", data: {} });
    answer = () => 500;
    expect(await rapport("test", id)).toMatchObject({ code: 1, said: { error: { code: "OUTBOUND_FAILED", detail: "status 500" } } });
    answer = () => "hang-up";
    expect(await rapport("test", id)).toMatchObject({ code: 1, said: { error: { code: "OUTBOUND_FAILED" } } });
  });

  it("bring a secret of the shop's own, when it is a good one", async () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    const made = await api().post<{ secret: string }>("/v1/webhooks", { url: `${receiverUrl}/own`, types: ["feed.failed"], secret });
    expect([made.status, made.body.secret]).toEqual([200, secret]);
    const bad = await api().post<{ error: { code: string; detail: string } }>("/v1/webhooks", {
      ...{ url: `${receiverUrl}/own`, types: ["feed.failed"], secret: "whsec_c2hvcnQ=" },
    });
    expect([bad.status, bad.body.error.code]).toEqual([400, "WEBHOOK_INVALID"]);
    const listed = JSON.stringify((await api().get("/v1/webhooks")).body);
    expect(listed).not.toContain("whsec_");
  });

  it("need the server key, and belong to their shop", async () => {
    const { id } = await add("/mine", "feed.failed");
    const created = await runRapport(["shop", "create", `Other ${id}`, "--data", folder.path, "--json"]);
    const other = JSON.parse(created.stdout) as { writeKey: string; serverKey: string };
    const stranger = createApiClient(server.address, bearer(other.serverKey));
    for (const action of ["", "/deliveries"]) expect((await stranger.get(`/v1/webhooks/${id}${action}`)).status).toBe(404);
    for (const action of ["rotate", "test", "start", "stop", "resend"])
      expect((await stranger.post(`/v1/webhooks/${id}/${action}`, {})).status).toBe(404);
    expect(await remove(id, other.serverKey)).toBe(404);
    const page = createApiClient(server.address, bearer(other.writeKey));
    expect((await page.get("/v1/webhooks")).status).toBe(403);
  });
});

describe("a server that is killed", () => {
  it("loses no message: what was under way is sent again with the same id, what was not yet queued is found in the log", async () => {
    const { secret } = await add("/killed", "consent.changed");
    answer = () => "hang";
    await decide("C-5", { email: true });
    await waitUntil("the first attempt", () => received[0] ?? null, 5_000);
    await decide("C-6", { email: true });
    await server.killHard();
    answer = () => 200;
    server = await serveRapport(["--data", folder.path], environment, true);
    const customers = () => new Set(received.slice(1).map((call) => verify(secret, call).data.customerId));
    await waitUntil("both", () => (customers().has("C-5") && customers().has("C-6") ? true : null), 40_000);
    const again = received.slice(1).find((call) => payloadOf(call).data.customerId === "C-5")!;
    expect(again.headers["webhook-id"]).toBe(received[0]!.headers["webhook-id"]);
    expect(ofType("consent.changed").length).toBeGreaterThanOrEqual(3);
  }, 60_000);
});

describe("addresses inside the house", () => {
  const inside = [
    "http://127.0.0.1:1/",
    "http://localhost/",
    "http://[::1]/",
    "http://0/",
    "http://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "http://2130706433/",
    "ftp://example.com/",
    "https://user:secret@example.com/",
    "not a url",
  ];

  it("are refused when they are added", async () => {
    for (const url of inside) {
      const { status, body } = await api().post<{ error: { code: string } }>("/v1/webhooks", { url, types: ["feed.failed"] });
      expect([url, status, body.error.code]).toEqual([url, 400, "OUTBOUND_REFUSED"]);
      expect(JSON.stringify(body)).not.toContain("secret@");
    }
    const told = await rapport("add", inside[0]!, "--types", "feed.failed");
    expect(told).toMatchObject({ code: 1, said: { error: { code: "OUTBOUND_REFUSED" } } });
  });

  it("are refused at the moment of sending too", async () => {
    const { id } = await add("/later", "consent.changed");
    await server.stop();
    // The operator has taken the receiver off the list: as when a name resolves to something else by now.
    server = await serveRapport(["--data", folder.path], {}, true);
    try {
      await decide("C-7", { email: true });
      const refused = await waitUntil("the refusal", async () => {
        const { body } = await api().get<{ deliveries: { error: string | null }[] }>(`/v1/webhooks/${id}/deliveries`);
        return body.deliveries[0]?.error ?? null;
      });
      expect(refused).toBe("OUTBOUND_REFUSED: host is not on the public internet, or does not exist");
      expect(received).toEqual([]);
    } finally {
      await server.stop();
      server = await serveRapport(["--data", folder.path], environment, true);
    }
  });
});
