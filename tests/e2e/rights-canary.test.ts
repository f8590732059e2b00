import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import type { CustomerId, PersonId } from "#domain/ids.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { tempFolder } from "../support/temp-folder.ts";

// A word of its own in every column of every table that the registry names: the export must hold each of them, but for those that it
// names itself as told to nobody; and no word of anybody else.

const folder = tempFolder("rights-canary");
let held: HeldHouse | undefined;
afterAll(async () => {
  await held?.close();
  folder.remove();
});

type Column = { readonly name: string; readonly type: string; readonly pk: number };

it("R30: every column of every table about people is in the export, but for what it names itself", async () => {
  const path = `${folder.path}/rapport.sqlite`;
  held = await openHeldHouse(() => openSqlite(path));
  const { house, shopId } = held;
  const people: Record<"mine" | "theirs", PersonId> = { mine: "" as PersonId, theirs: "" as PersonId };
  for (const whose of ["mine", "theirs"] as const) {
    const customerId = `name-of-${whose}`;
    await held.send("PUT", "/v1/consents", { customerId, purposes: { personalize: true } });
    people[whose] = (await house.personIds.of(shopId, "customer", customerId as CustomerId)).personId;
  }
  const database = new DatabaseSync(path);
  const endpoint = "endpoint-of-the-test";
  await house.store.webhooks.add(
    {
      ...{ endpointId: endpoint, shopId, url: "https://crm.partner.example/hook", types: ["consent.changed"], secrets: [], createdAt: 1 },
      ...{ stopped: null, failingSince: null, lastSuccessAt: null, pausedUntil: 0, cursor: 0 as never },
    },
    5,
  );
  const { subjects } = house.store;
  const isPerson = (column: string) => ["person_id", "root_id", "base_id", "session_id"].includes(column);
  const planted: { table: string; column: string; canary: string }[] = [];
  let number = 1_000_000;
  for (const table of subjects.tables()) {
    // Read by the parts that know them: events from the log, who looked from the audit.
    if (Object.hasOwn(subjects.untold(table), "*") || table === "people") continue;
    const columns = database.prepare(`pragma table_info(${table})`).all() as unknown as Column[];
    for (const whose of ["mine", "theirs"] as const) {
      const values: Record<string, string | number> = {};
      for (const { name, type } of columns) {
        if (name === "shop_id") values[name] = shopId;
        else if (isPerson(name)) values[name] = people[whose];
        else if (name === "endpoint_id") values[name] = endpoint;
        else {
          const isNumber = /int/i.test(type);
          const isTime = isNumber && /(^|_)(at|until)$/.test(name);
          const canary = isTime ? new Date(++number * 1000).toISOString() : isNumber ? String(++number) : `canary-${table}-${name}-${whose}`;
          // Lists are lists: the store reads them.
          values[name] = isTime ? number * 1000 : isNumber ? number : name === "steps" || name === "detail" ? "[]" : canary;
          if (values[name] === "[]") continue;
          if (table === "rights_requests" && ["kind", "state", "platform", "source"].includes(name)) {
            values[name] = { kind: "access", state: "fulfilled", platform: "shopify", source: "platform" }[name]!;
            continue;
          }
          if (!Object.hasOwn(subjects.untold(table), name)) planted.push({ table, column: name, canary: whose === "mine" ? canary : `!${canary}` });
        }
      }
      if (table === "consents") Object.assign(values, { purpose: `canary-consents-purpose-${whose}` });
      if (table === "preferences") Object.assign(values, { kind: `canary-preferences-kind-${whose}` });
      const names = Object.keys(values);
      // A key that was made for them would have to be a key.
      if (table === "person_keys") continue;
      database
        .prepare(`insert or replace into ${table} (${names.join(",")}) values (${names.map(() => "?").join(",")})`)
        .run(...Object.values(values));
    }
  }
  database.close();
  const { status, text } = await held.send("GET", "/v1/privacy/export?customerId=name-of-mine");
  expect(status).toBe(200);
  expect(planted.length).toBeGreaterThan(100);
  const [mine, theirs] = [planted.filter(({ canary }) => !canary.startsWith("!")), planted.filter(({ canary }) => canary.startsWith("!"))];
  expect(mine.filter(({ canary, table }) => table !== "person_keys" && !text.includes(canary))).toEqual([]);
  expect(theirs.filter(({ canary }) => text.includes(canary.slice(1)))).toEqual([]);
  expect(text).not.toContain("name-of-theirs");
  // What nobody is told is named with its reason.
  const { untold } = JSON.parse(text) as { untold: Record<string, Record<string, string>> };
  expect(Object.keys(untold)).toHaveLength(subjects.tables().length);
  for (const reasons of Object.values(untold)) for (const reason of Object.values(reasons)) expect(reason.length).toBeGreaterThan(10);
}, 120_000);
