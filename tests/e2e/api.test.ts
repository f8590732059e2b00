import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsentsReply } from "#server/contract/consents.ts";
import type { CustomersReply, ModelsReply, ShopReply } from "#server/contract/console.ts";
import type { ItemsReply } from "#server/contract/items.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { type ApiWorld, fillWithTwoTastes, type Installation, openApiWorld, restartApiWorld } from "../support/api-world.ts";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";
import { testCataloguing } from "./api/cataloguing.ts";
import { testCollecting } from "./api/collecting.ts";
import { testIdentifying } from "./api/identifying.ts";
import { testOperating } from "./api/operating.ts";
import { testRecommending } from "./api/recommending.ts";

// What an outside program relies on, from `rapport shop create` to a restart, over each store.

type OpenInstallation = () => Promise<Installation & { close(): Promise<void> }>;

async function withSqlite(): ReturnType<OpenInstallation> {
  const folder = tempFolder("api");
  return { dataFolder: folder.path, environment: {}, close: async () => folder.remove() };
}

async function withPostgres(): ReturnType<OpenInstallation> {
  const [folder, schema] = [tempFolder("api"), await freshSchema(postgresUrl!)];
  const close = async () => {
    folder.remove();
    await schema.drop();
  };
  return { dataFolder: folder.path, environment: { RAPPORT_DATABASE_URL: schema.url }, close };
}

/** All that must still be there after a restart. */
async function remembered({ api, pages }: ApiWorld) {
  const ask = { surface: "for-you", customerId: "tea-fan-4", preview: true, explain: "full" };
  const { body: recommendation } = await api.post<RecommendationsReply>("/v1/recommendations", ask);
  const again = { type: "track", messageId: "sent-twice", userId: "twice", event: "Product Viewed", properties: { product_id: "tools-00" } };
  return {
    shop: (await api.get<ShopReply>("/v1/shop")).body,
    items: (await api.get<ItemsReply>("/v1/items?limit=500")).body,
    customers: (await api.get<CustomersReply>("/v1/customers?limit=500")).body,
    customer: (await api.get("/v1/customers/tea-fan-4")).body,
    consents: (await api.get<ConsentsReply>("/v1/consents?customerId=conny")).body,
    earned: (await api.get("/v1/reports/earned?days=7")).body,
    models: (await api.get<ModelsReply>("/v1/models")).body.models.map(({ name, version, seq }) => ({ name, version, seq })),
    recommendation: { ...recommendation, recommendationId: "", took: 0 },
    duplicate: (await pages.post("/v1/batch", { batch: [again] })).body,
  };
}

function testApi(store: "sqlite" | "postgres", open: OpenInstallation): void {
  let world: ApiWorld;
  let installation: Awaited<ReturnType<OpenInstallation>>;
  beforeAll(async () => {
    installation = await open();
    world = await openApiWorld(installation);
    const { orders, accepted } = await fillWithTwoTastes(world);
    if (orders !== accepted) throw new Error(`${accepted} of ${orders} orders were taken`);
  });
  afterAll(async () => {
    await world?.server.killHard();
    await installation?.close();
  });

  testCollecting(() => world);
  testRecommending(() => world);
  testIdentifying(() => world);
  testCataloguing(() => world);
  testOperating(() => world, store);

  it("is all there after a restart", async () => {
    let last = "";
    await waitUntil("everything learnt and published", async () => {
      const { body } = await world.keyless.get<{ learner: { lagEvents: number } }>("/health");
      const { text } = await world.api.get<ModelsReply>("/v1/models");
      const settled = body.learner.lagEvents === 0 && text === last;
      last = text;
      if (!settled) await sleep(800);
      return settled ? true : null;
    });
    const before = await remembered(world);
    world = await restartApiWorld(installation, world);
    expect(await remembered(world)).toEqual(before);
  });

  it("prints nothing but its addresses", () => {
    expect(
      world.server
        .output()
        .split("\n")
        .filter((line) => !/^(listening on | {2}console | {2}API reference |$)/.test(line)),
    ).toEqual([]);
  });
}

describe("the API over the embedded store", () => testApi("sqlite", withSqlite));

describe("the API over PostgreSQL", () => {
  if (postgresUrl === undefined) it.skip("skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  else testApi("postgres", withPostgres);
});
