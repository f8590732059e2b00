import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { type ApiWorld, allPurposes } from "../../support/api-world.ts";
import { faultsOf, goodStatusesOf, type OpenApiDocument, openOperationsOf, operationsOf } from "../../support/openapi-document.ts";
import { readPrometheusText } from "../../support/prometheus-text.ts";
import { goodRequests } from "./documented-requests.ts";

const consoleBuilt = existsSync(new URL("../../../dist/console/index.html", import.meta.url));

/** What needs no key, and how it answers a request that names no shop, notice or person. */
const answersToAnybody: Readonly<Record<string, readonly number[]>> = {
  "get /.well-known/gpc.json": [200],
  "get /health": [200],
  "get /metrics": [200],
  "get /v1/consents/record-schema": [200],
  "get /v1/notices/{hash}": [404],
  "get /v1/privacy/keys": [400],
  "get /v1/privacy/verify-audit.mjs": [200],
  "get /v1/privacy/verify-signed.mjs": [200],
  "get /v1/ranking": [404],
  // A hook is found by its shop before anybody is asked for a signature.
  "post /v1/hooks/shopify/{shop}": [404],
  "post /v1/hooks/woocommerce/{shop}": [404],
  "post /v1/privacy/identify": [400],
};

/** What whoever keeps the server running, or writes a client for it, looks at. */
export function testOperating(given: () => ApiWorld, store: "sqlite" | "postgres"): void {
  it("says how it is, to anybody", async () => {
    const { status, body } = await given().keyless.get<HealthReply>("/health");
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", store: { kind: store, ok: true }, shops: 2, learner: { running: true } });
  });

  it("gives metrics in Prometheus' format, with nobody's name in them", async () => {
    const { keyless, keys, otherKeys } = given();
    // A path with a name in it must not become a label.
    await given().api.get("/v1/customers/name-in-a-path");
    await keyless.get("/v1/no-such-route/name-in-a-path");
    const { status, text, headers } = await keyless.get("/metrics");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/plain");
    const samples = readPrometheusText(text);
    const events = samples.filter(({ name }) => name === "rapport_events_total");
    expect(events.find(({ labels }) => labels.outcome === "ok")!.value).toBeGreaterThan(100);
    expect(samples.some(({ name }) => name === "rapport_learner_lag_events")).toBe(true);
    const routes = new Set(samples.flatMap(({ name, labels }) => (name === "rapport_http_seconds_count" ? [labels.route] : [])));
    expect(routes).toContain("/v1/customers/:id");
    for (const word of ["tea-fan", "sigrid", "buyer", "tea-0", "name-in-a-path", keys.shop, otherKeys.shop, keys.writeKey])
      expect(text).not.toContain(word);
  });

  it("documents itself as OpenAPI 3.1, and every documented route answers as documented", async () => {
    const world = given();
    const { body: document } = await world.keyless.get<OpenApiDocument>("/openapi.json");
    expect(document.openapi).toBe("3.1.0");
    await world.pages.put("/v1/consents", { customerId: "documented", purposes: allPurposes });
    const ask = { surface: "for-you", customerId: "documented" };
    const { body: recommendation } = await world.api.post<RecommendationsReply>("/v1/recommendations", ask);
    const requests = await goodRequests(world, recommendation);
    expect(Object.keys(requests).sort()).toEqual(operationsOf(document));
    const faults: string[] = [];
    for (const [operation, send] of Object.entries(requests)) {
      const reply = await send();
      const good = goodStatusesOf(document, operation);
      if (good.length !== 1 || good[0] !== reply.status) faults.push(`${operation}: ${reply.status}, not ${good}: ${reply.text.slice(0, 300)}`);
      else faults.push(...faultsOf(document, operation, reply).map((fault) => `${operation}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  it("has each document in the other formats too, as documented", async () => {
    const { api, keyless } = given();
    const { body: document } = await keyless.get<OpenApiDocument>("/openapi.json");
    const { body: breach } = await api.post<{ breachId: string }>("/v1/breaches", { what: "database", since: "2026-01-10" });
    const formats = [
      ["get /v1/records/{kind}", "/v1/records/ropa?format=md", "text/markdown"],
      ["get /v1/records/{kind}", "/v1/records/dpia?format=html", "text/html"],
      ["get /v1/breaches/{id}", `/v1/breaches/${breach.breachId}?format=md`, "text/markdown"],
      ["get /v1/breaches/{id}/affected", `/v1/breaches/${breach.breachId}/affected`, "application/x-ndjson"],
      ["get /v1/privacy/export", "/v1/privacy/export?customerId=tea-fan-2&format=html", "text/html"],
    ] as const;
    for (const [operation, path, type] of formats) {
      const reply = await api.get(path);
      expect([reply.status, reply.headers.get("content-type")?.split(";")[0]], path).toEqual([200, type]);
      expect(reply.text.length, path).toBeGreaterThan(50);
      expect(faultsOf(document, operation, reply), path).toEqual([]);
    }
  });

  it("refuses as documented too", async () => {
    const { keyless, api } = given();
    const { body: document } = await keyless.get<OpenApiDocument>("/openapi.json");
    expect(Object.keys(answersToAnybody).sort()).toEqual(openOperationsOf(document));
    for (const operation of operationsOf(document)) {
      const [method, path] = operation.split(" ") as ["get" | "post" | "put" | "delete", string];
      const reply = await (method === "get" || method === "delete" ? keyless[method]<ErrorReply>(path) : keyless[method]<ErrorReply>(path, {}));
      expect(answersToAnybody[operation] ?? [400, 401], operation).toContain(reply.status);
      expect(faultsOf(document, operation, reply), operation).toEqual([]);
    }
    const { status, body } = await api.get<ErrorReply>("/v1/items/no-such-item");
    expect([status, body.error.code, body.error.detail]).toEqual([404, "ITEM_UNKNOWN", "no-such-item"]);
  });

  it("shows its documentation", async () => {
    const { keyless } = given();
    const { status, text } = await keyless.get("/docs");
    expect(status).toBe(200);
    expect(text).toContain("swagger-ui");
    const home = await keyless.get("/");
    expect([home.status, home.headers.get("location")]).toEqual([302, "/docs"]);
  });

  it.skipIf(!consoleBuilt)("shows the console, which loads nothing from elsewhere", async () => {
    const { keyless } = given();
    expect((await keyless.get("/console")).headers.get("location")).toBe("/console/");
    const { status, text, headers } = await keyless.get("/console/");
    expect(status).toBe(200);
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(file).not.toMatch(/^(?:https?:)?\/\//);
      expect((await keyless.get(new URL(file, "http://local/console/").pathname)).status, file).toBe(200);
    }
  });
}
