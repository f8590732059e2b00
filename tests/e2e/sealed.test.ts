import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { bearer, createApiClient } from "../support/api-client.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

// What is personal is in no byte that the product leaves behind, but for the sealed ones.

const folder = tempFolder("sealed");
const data = join(folder.path, "data");
afterAll(() => folder.remove());
/** A test that fails leaves no server behind. */
const running: RunningRapport[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
/** Each folder its own key, as it comes. */
const own = { RAPPORT_KEY: "" };
const canaries = ["canary-customer", "canary-device", "canary-merged", "canary@example.com", "3001234567", "Kanarienvogel"];
const launcher = fileURLToPath(new URL("../../bin/rapport.mjs", import.meta.url));

async function run(...words: string[]): Promise<string> {
  const finished = await runRapport([...words, "--data", data], own);
  expect(finished.code, finished.stderr).toBe(0);
  return finished.stdout;
}

function withInput(words: readonly string[], input: string): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve) => {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RAPPORT_")));
    const child = spawn(process.execPath, [launcher, ...words, "--data", data, "--json"], { env: inherited, stdio: ["pipe", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("close", (code) => resolve({ code, stdout }));
    child.stdin.end(input);
  });
}

const found = (text: string) => canaries.filter((canary) => text.includes(canary));
const inFolder = () =>
  readdirSync(data).flatMap((name) => found(readFileSync(join(data, name)).toString("latin1")).map((canary) => `${name}: ${canary}`));

describe("a server that many things are told about somebody", () => {
  it("R33, R43: writes none of them into its files, its log, its metrics or its errors", { timeout: 180_000 }, async () => {
    const { serverKey, writeKey } = JSON.parse(await run("shop", "create", "Tea", "--currency", "PKR", "--json")) as {
      serverKey: string;
      writeKey: string;
    };
    const server = await serveRapport(["--data", data, "--log", "info"], own, true);
    running.push(server);
    const api = createApiClient(server.address, bearer(serverKey));
    const names = { customerId: "canary-customer", anonymousId: "canary-device" };
    const traits = { email: "canary@example.com", phone: "+923001234567", name: "Kanarienvogel", address: { street: "Kanarienvogel" } };
    const purposes = { personalize: true, learn: true, measure: true, email: true, whatsapp: true };
    const said: string[] = [];
    const tell = async (method: string, path: string, body?: unknown) => {
      const reply = await fetch(`${server.address}${path}`, {
        method,
        headers: { authorization: `Bearer ${serverKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      if (reply.status >= 400) said.push(text);
      return reply.status;
    };
    expect((await api.put("/v1/consents", { ...names, purposes, notice: "v1" })).status).toBe(200);
    const event = (messageId: string, more: object) => ({
      type: "track",
      userId: "canary-customer",
      anonymousId: "canary-device",
      messageId,
      context: { traits },
      ...more,
    });
    const batch = [
      event("m1", { event: "Product Viewed", properties: { product_id: "cup", email: "canary@example.com" } }),
      event("m2", { event: "Order Completed", properties: { order_id: "o1", products: [{ product_id: "cup", price: 3, quantity: 1 }], ...traits } }),
      event("m3", { type: "identify", traits }),
      event("m4", { event: "Product Viewed", properties: { product_id: "Kanarienvogel".repeat(40) } }),
      event("m5", { event: "Product Viewed", timestamp: "canary@example.com", properties: {} }),
      { type: "alias", previousId: "canary-device", userId: "canary-customer", messageId: "m6" },
    ];
    await api.post("/v1/batch", { batch });
    expect(
      await tell("PUT", "/v1/contacts", { customerId: "canary-customer", email: "Canary@Example.com", phone: "0300-1234567", defaultCountry: "PK" }),
    ).toBe(200);
    expect(await tell("POST", "/v1/contacts/find", { email: "canary@example.com" })).toBe(200);
    expect(await tell("GET", "/v1/contacts?customerId=canary-customer")).toBe(200);
    // Whom nobody has met cannot be merged.
    expect((await api.put("/v1/consents", { customerId: "canary-merged", purposes, notice: "v1" })).status).toBe(200);
    expect(await tell("POST", "/v1/identities/merge", { from: "canary-merged", into: "canary-customer" })).toBe(200);
    expect(await tell("GET", "/v1/customers/canary-customer")).toBe(200);
    expect(await tell("GET", "/v1/identities?customerId=canary-customer")).toBe(200);
    await tell("GET", "/v1/recommendations?surface=for-you&customerId=canary-customer");
    await tell("POST", "/v1/recommendations", { surface: "for-you", customerId: "canary-customer", anonymousId: "canary-device" });
    // Wrong in every way: what is refused must not be repeated either.
    expect(await tell("PUT", "/v1/contacts", { customerId: "canary-customer", email: "Kanarienvogel" })).toBe(400);
    expect(await tell("PUT", "/v1/contacts", { customerId: "canary-merged", email: 7, phone: "canary@example.com" })).toBe(400);
    expect(await tell("PUT", "/v1/contacts", { customerId: "canary-nobody", email: "canary@example.com" })).toBe(403);
    expect(await tell("GET", "/v1/contacts?customerId=canary-nobody")).toBe(404);
    expect(await tell("PUT", "/v1/consents", { ...names, purposes: { email: "Kanarienvogel" } })).toBe(400);
    expect(await tell("GET", "/v1/canary@example.com?phone=3001234567")).toBe(404);
    await tell("POST", "/v1/identities/not-me", { anonymousId: "canary-device" });
    const withWriteKey = await fetch(`${server.address}/v1/contacts?customerId=canary-customer`, {
      headers: { authorization: `Bearer ${writeKey}` },
    });
    expect(withWriteKey.status).toBe(403);
    const metrics = await (await fetch(`${server.address}/metrics`)).text();

    expect(inFolder()).toEqual([]);
    await server.stop();
    expect(inFolder()).toEqual([]);
    expect(found(metrics)).toEqual([]);
    expect(server.output()).toContain("/v1/contacts");
    expect(found(server.output())).toEqual([]);
    expect(found(said.join("\n"))).toEqual([]);
    expect(await run("contact", "find", "--email", "CANARY@example.com")).toBe("canary-customer\n");
  });

  it("R7: signs; anybody checks it with the public keys alone, and with a program that the server hands out", { timeout: 120_000 }, async () => {
    const server = await serveRapport(["--data", data], own, true);
    running.push(server);
    const keys = await (await fetch(`${server.address}/v1/privacy/keys?shop=Tea`)).text();
    expect((await fetch(`${server.address}/v1/privacy/keys?shop=Nobody`)).status).toBe(404);
    const program = await (await fetch(`${server.address}/v1/privacy/verify-signed.mjs`)).text();
    await server.stop();
    expect(JSON.parse(keys)).toMatchObject({ keys: [{ kty: "OKP", crv: "Ed25519" }] });
    const place = (name: string) => join(folder.path, name);
    writeFileSync(place("verify.mjs"), program);
    writeFileSync(place("keys.json"), keys);
    writeFileSync(place("unsigned.json"), "{}");
    expect(program).toBe(await run("verify", "--standalone"));
    expect(() => execFileSync(process.execPath, [place("verify.mjs"), place("unsigned.json"), place("keys.json")], { stdio: "pipe" })).toThrow(
      /it is not signed/,
    );
    const refused = await runRapport(["verify", place("unsigned.json"), "--keys", place("keys.json")]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("DOCUMENT_UNVERIFIED")]);
  });

  it("without its key it does not start; the kit makes the key again, and doctor proves it", { timeout: 180_000 }, async () => {
    const kit = JSON.parse(await run("key", "kit", "--json")) as { words: string[]; keyId: string };
    rmSync(join(data, "rapport.key"));
    const refused = await runRapport(["serve", "--port", "0", "--data", data], own);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("KEY_FILE_MISSING")]);
    expect(refused.stderr).toContain("rapport key restore");
    expect(readdirSync(data)).not.toContain("rapport.key");
    const doctor = JSON.parse((await runRapport(["doctor", "--data", data, "--json"], own)).stdout) as {
      findings: { check: string; level: string; says: string }[];
    };
    expect(doctor.findings.find(({ check }) => check === "keys")).toMatchObject({
      level: "error",
      says: expect.stringContaining("KEY_FILE_MISSING"),
    });
    expect((await withInput(["key", "restore"], kit.words.with(0, "rapport").join(" "))).stdout).toContain("word 1 is none of the list");
    expect((await withInput(["key", "restore"], kit.words.join(" "))).code).toBe(0);
    const proven = await withInput(["doctor", "--kit"], kit.words.join("\n"));
    expect(proven.stdout).toContain(`the recovery kit makes key ${kit.keyId} again, which opens this store`);
    expect(await run("contact", "find", "--email", "canary@example.com")).toBe("canary-customer\n");
  });
});
