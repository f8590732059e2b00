import { afterAll, describe, expect, it } from "vitest";
import { freshSchema, postgresUrl } from "../../../tests/support/fresh-schema.ts";
import type { Store } from "../ports.ts";
import { goldenEntries, goldenShop } from "../testing/golden-shop.ts";
import { openPool } from "./open-pool.ts";
import { openPostgres } from "./open-postgres.ts";

/** As docs/guide/cluster.md says. */
const withinMs = 10_000;

describe.skipIf(postgresUrl === undefined)("a process that hangs in the middle of a transaction", () => {
  let store: Store | null = null;
  let schema: Awaited<ReturnType<typeof freshSchema>> | null = null;
  afterAll(async () => {
    await store?.close();
    await schema?.drop();
  });

  it("gives up the lock of the log in time for whoever waits for it", { timeout: 30_000 }, async () => {
    schema = await freshSchema(postgresUrl!);
    store = await openPostgres(schema.url);
    await store.shops.create(goldenShop, { personKey: "secret", keyHashes: [] });
    const hung = openPool(schema.url);
    const client = await hung.connect();
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(7262001, hashtext($1))", [goldenShop.shopId]);
    const start = performance.now();
    const outcomes = await store.log.append(goldenShop.shopId, goldenEntries.slice(0, 1));
    expect(outcomes[0]!.kind).toBe("appended");
    expect(performance.now() - start).toBeGreaterThan(1_000);
    expect(performance.now() - start).toBeLessThan(withinMs);
    // Whoever wakes up finds that nothing of it was done.
    await expect(client.query("select 1")).rejects.toMatchObject({ problem: { code: "STORE_UNAVAILABLE" } });
    client.release(true);
    await hung.end();
  });
});
