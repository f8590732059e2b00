import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = tempFolder("migrate");
const place = (name: string) => join(folder.path, name);
const orders = fileURLToPath(new URL("../../docs/guide/sample-orders.csv", import.meta.url));
afterAll(() => folder.remove());

async function run(words: readonly string[], environment: Record<string, string> = {}) {
  const finished = await runRapport(words, environment);
  expect(finished.code, finished.stderr).toBe(0);
  return finished.stdout;
}
const shown = (environment: Record<string, string>) => run(["recommend", "--customer", "C-001", "--json"], environment);
const withoutIds = (text: string) => text.replaceAll(/"recommendationId":"[^"]*"/g, "");

describe("rapport migrate-store", () => {
  it.skipIf(postgresUrl === undefined)(
    "moves an installation to PostgreSQL and back, and everything is as it was",
    { timeout: 180_000 },
    async () => {
      const schema = await freshSchema(postgresUrl!);
      const [old, back] = [place("old"), place("back")];
      await run(["shop", "create", "Tea", "--data", old]);
      await run(["import", "orders", orders, "--consent", "personalize,learn,measure", "--data", old]);
      const before = await shown({ RAPPORT_DATA: old });
      const said = await run(["migrate-store", "--from", old, "--to", schema.url]);
      expect(said).toContain("both stores are equal");
      expect(withoutIds(await shown({ RAPPORT_DATABASE_URL: schema.url }))).toBe(withoutIds(before));
      await run(["migrate-store", "--from", schema.url, "--to", back, "--json"]);
      expect(withoutIds(await shown({ RAPPORT_DATA: back }))).toBe(withoutIds(before));
      const replayed = JSON.parse(await run(["train", "--from-zero", "--json", "--data", back])) as { counts: string; same: boolean };
      const original = JSON.parse(await run(["train", "--from-zero", "--json", "--data", old])) as { counts: string };
      expect(replayed).toMatchObject({ same: true, counts: original.counts });
      await schema.drop();
    },
  );

  it("refuses while a server runs on the folder, and touches nothing", { timeout: 120_000 }, async () => {
    const data = place("busy");
    await run(["shop", "create", "Tea", "--data", data]);
    const server = await serveRapport(["--data", data]);
    const refused = await runRapport(["migrate-store", "--from", data, "--to", place("new"), "--json"]);
    await server.stop();
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("STORE_IN_USE");
    expect(await run(["migrate-store", "--from", data, "--to", place("new"), "--json"])).toContain('"equal":true');
  });
});
