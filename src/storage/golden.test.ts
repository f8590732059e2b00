import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { PersonId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";
import { goldenEntries, goldenShop } from "./testing/golden-shop.ts";

const golden = fileURLToPath(new URL("./golden/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rapport-golden-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("golden stores", () => {
  it.each(readdirSync(golden))("%s, written by an earlier schema, opens and holds what it held", async (file) => {
    const path = join(folder, file);
    copyFileSync(join(golden, file), path);
    const store = await openSqlite(path);
    expect(await store.shops.byKeyHash("golden-key")).toEqual({ shop: goldenShop, scope: "server" });
    const leave = mintAllowed(goldenShop.shopId, "personalize", ["person" as PersonId]);
    const events = await store.log.history(leave, { limit: 10 });
    expect(events.map(({ personId: _personId, seq: _seq, ...event }) => event)).toEqual(
      goldenEntries.flatMap((entry) => (entry.kind === "event" ? [entry.event] : [])),
    );
    expect(await store.consents.granted(goldenShop.shopId, "personalize")).toEqual(["person"]);
    expect((await store.log.append(goldenShop.shopId, goldenEntries)).every(({ kind }) => kind === "duplicate")).toBe(true);
    await store.close();
  });
});
