import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { goldenEntries, goldenShop } from "#storage/testing/golden-shop.ts";

// Keeps a store as today's schema writes it; tomorrow's code must still open it. Run once for each new schema step:
// node scripts/write-golden-store.ts 0001

const step = process.argv[2];
if (step === undefined) throw new Error("say which schema step: node scripts/write-golden-store.ts 0001");
const path = fileURLToPath(new URL(`../src/storage/golden/schema-${step}.sqlite`, import.meta.url));
if (existsSync(path)) throw new Error("it is there already, and must stay as it is");
const store = await openSqlite(path);
await store.shops.create(goldenShop, { personKey: "golden", keyHashes: [{ hash: "golden-key", scope: "server" }] });
await store.log.append(goldenShop.shopId, goldenEntries);
await store.close();
const raw = new DatabaseSync(path);
raw.exec("pragma journal_mode = delete; vacuum");
raw.close();
