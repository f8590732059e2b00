import pg from "pg";
import { describe, expect, it } from "vitest";
import { testStore } from "../store.contract.ts";
import { testVault } from "../testing/test-vault.ts";
import { openPostgres } from "./open-postgres.ts";

const url = process.env.RAPPORT_TEST_POSTGRES_URL;

/** Each run gets a schema of its own inside the test database. */
async function freshSchema(): Promise<string> {
  const schema = `rapport_${process.pid}_${Math.floor(performance.now() * 1000)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create schema ${schema}`);
  await client.end();
  const address = new URL(url!);
  address.searchParams.set("options", `-c search_path=${schema}`);
  return address.href;
}

if (url === undefined) {
  describe("store contract: postgres", () => {
    it.skip("skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  });
} else {
  testStore("postgres", async () => openPostgres(await freshSchema()));
  testStore("postgres, sealed", async () => openPostgres(await freshSchema(), testVault()));
}

describe("postgres", () => {
  it("says that the server cannot be reached", async () => {
    // Port 1 of the loopback: nothing listens there, and the answer comes at once.
    await expect(openPostgres("postgres://nobody@127.0.0.1:1/none")).rejects.toMatchObject({ problem: { code: "STORE_UNAVAILABLE" } });
  });
});
