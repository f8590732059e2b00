import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeHouse } from "#server/compose.ts";
import { openDemoShop } from "#server/demo-shop.ts";
import { buildApp } from "#server/http/build-app.ts";

// The server under test, in a process of its own: the demo shop, learnt, and beside its routes one that does nothing
// but answer JSON, as a yardstick of the same server. Sends its address and keys to whoever started it.

const dataFolder = mkdtempSync(join(tmpdir(), "rapport-bench-"));
const house = await composeHouse({ dataFolder, databaseUrl: process.env.RAPPORT_BENCH_DATABASE_URL });
const demo = await openDemoShop(house, dataFolder, () => {});
const app = await buildApp({ house, learning: { poke() {}, running: () => false, lag: async () => 0 }, demo: null, logLevel: "error" });
app.post("/bare", async (request) => request.body);
app.get("/cpu", async () => process.cpuUsage());
await app.listen({ host: "127.0.0.1", port: 0 });

const people = await house.store.identities.list(demo.shop.shopId, "customer", 2000);
const items = (await house.store.catalogue.all(demo.shop.shopId)).map(({ itemId }) => itemId);
process.send!({
  port: (app.server.address() as { port: number }).port,
  keys: demo.keys,
  customers: people.map(({ externalId }) => externalId),
  items,
  dataFolder,
});
process.once("disconnect", () => process.exit(0));
