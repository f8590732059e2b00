import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { CustomerId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Shop } from "#domain/shop.ts";
import { furnish, type House } from "#server/compose.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { testVault } from "#storage/testing/test-vault.ts";
import { openAnchorFile, parseAnchors } from "./anchor.ts";
import type { AuditAction } from "./audit-actions.ts";
import { linkAfter } from "./audit-entry.ts";

const shop = "shop" as ShopId;
const folder = mkdtempSync(join(tmpdir(), "rapport-audit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const standalone = fileURLToPath(new URL("../../../scripts/verify-audit.mjs", import.meta.url));
const key = { kind: "key", scope: "server", tag: "abc" } as const;
const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });

type World = { house: House; shopRow: Shop; path: string; anchors: string; now: number };
let world: World;
let number = 0;

async function openWorld(path: string, anchors: string): Promise<House> {
  return furnish(await openSqlite(path, testVault()), () => world.now, randomUUID, undefined, undefined, undefined, openAnchorFile(anchors));
}
beforeEach(async () => {
  const name = join(folder, `w${number++}`);
  const shopRow: Shop = { shopId: shop, name: "shop", currency: "PKR", createdAt: 0 };
  world = { path: `${name}.sqlite`, anchors: `${name}.jsonl`, now: Date.UTC(2026, 0, 15), shopRow, house: null as never };
  world.house = await openWorld(world.path, world.anchors);
  await world.house.store.shops.create(shopRow, { personKey: "secret", keyHashes: [] });
  for (const id of ["anna", "ben"])
    await world.house.recordConsents(shop, [
      { names: customer(id), purposes: new Map([["personalize", true]]), source: "person", notice: null, how: null },
    ]);
  return () => world.house.store.close().catch(() => {});
});

const note = (action: AuditAction, persons: readonly string[] = [], detail?: Record<string, string>) =>
  world.house.audit.note({ shopId: shop, actor: key, action, persons: persons.map(customer), ...(detail === undefined ? {} : { detail }) });
async function fill(): Promise<void> {
  await note("profile.read", ["anna"]);
  world.now += 1_000;
  await note("policy.changed", [], { packs: "gdpr" });
  world.now += 1_000;
  await note("identities.changed", ["anna", "ben"]);
  world.now += 1_000;
  await note("contact.read", ["ben"]);
  await note("export.written");
}
/** Somebody with the database in hands, and no scruples. */
function tamper(...statements: readonly string[]): void {
  const raw = new DatabaseSync(world.path);
  raw.exec("drop trigger if exists audit_entries_no_update; drop trigger if exists audit_entries_no_delete");
  for (const statement of statements) raw.exec(statement);
  raw.close();
}
const findings = async () => (await world.house.audit.verify(shop)).findings.map(({ seq, what }) => `${seq}: ${what}`);

async function exported(): Promise<string> {
  let text = "";
  for await (const line of world.house.audit.export(shop)) text += line;
  return text;
}
async function runStandalone(text: string, anchors?: string): Promise<{ code: number; said: string }> {
  const files = [join(folder, "audit.jsonl"), join(folder, "anchors.jsonl"), join(folder, "keys.json")] as const;
  writeFileSync(files[0], text);
  if (anchors !== undefined) writeFileSync(files[1], anchors);
  writeFileSync(files[2], JSON.stringify({ keys: await world.house.vault.signer.publicKeys(shop) }));
  return promisify(execFile)(process.execPath, [standalone, ...(anchors === undefined ? files.slice(0, 1) : files)], { cwd: folder, env: {} }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, said: error.stderr + error.stdout }),
  );
}
const anchorText = (): string =>
  `${world.house.audit
    .anchors(shop)
    .map((anchor) => JSON.stringify(anchor))
    .join("\n")}\n`;

describe("the audit chain", () => {
  it("R45: holds what was noted, in order, and verifies in the product and in a program of one file", async () => {
    await fill();
    expect(await world.house.audit.anchor(world.shopRow)).toMatchObject({ seq: 5, after: null });
    expect(await world.house.audit.anchor(world.shopRow)).toBeNull();
    const verdict = await world.house.audit.verify(shop);
    expect(verdict).toMatchObject({ whole: true, entries: 5, findings: [], anchors: { checked: 1, upTo: 5 } });
    expect(await runStandalone(await exported(), anchorText())).toEqual({ code: 0, said: "VERIFIED: 5 entries, 1 anchors\n" });
    const shown = await world.house.audit.show(shop, { before: null, limit: 2 });
    expect(shown.map(({ seq, action }) => `${seq} ${action}`)).toEqual(["5 export.written", "4 contact.read"]);
    expect(shown[1]!.opened).toHaveLength(1);
  });

  it("R45: many who note at once end up in one chain", async () => {
    await Promise.all(Array.from({ length: 60 }, (_, at) => note("profile.read", [at % 2 === 0 ? "anna" : "ben"])));
    const second = await openWorld(world.path, world.anchors);
    for (let at = 0; at < 10; at++) await (at % 2 === 0 ? second : world.house).audit.note({ shopId: shop, actor: key, action: "why.read" });
    await second.store.close();
    expect(await world.house.audit.verify(shop)).toMatchObject({ whole: true, entries: 70 });
  });

  it("R45: the database itself refuses to change or to delete an entry", async () => {
    await fill();
    const raw = new DatabaseSync(world.path);
    expect(() => raw.exec("update audit_entries set hash = 'x'")).toThrow(/append-only/);
    expect(() => raw.exec("delete from audit_entries")).toThrow(/append-only/);
    raw.close();
  });

  it("R45: any change of any column of any row is found, and so is a row that is gone, swapped or cut off", async () => {
    await fill();
    await world.house.audit.anchor(world.shopRow);
    expect(await findings()).toEqual([]);
    const raw = new DatabaseSync(world.path);
    const columnsOf = (table: string) =>
      raw.prepare(`select name, type from pragma_table_info('${table}')`).all() as { name: string; type: string }[];
    const rowsOf = (table: string) =>
      raw
        .prepare(`select rowid as row from ${table}`)
        .all()
        .map(({ row }) => Number(row));
    const cases: { name: string; change: string }[] = [];
    for (const table of ["audit_entries", "audit_openings"])
      for (const row of rowsOf(table))
        for (const { name, type } of columnsOf(table)) {
          // An opening that is filed elsewhere is one that is gone here: that is what forgetting does, and no entry hangs on it.
          if (table === "audit_openings" && name === "shop_id") continue;
          const other = `case substr(${name}, -3, 1) when 'x' then 'y' else 'x' end`;
          const change = /int/i.test(type) ? `${name} + 7` : `substr(${name}, 1, length(${name}) - 3) || ${other} || substr(${name}, -2)`;
          cases.push({ name: `${table}.${name} of row ${row}`, change: `update ${table} set ${name} = ${change} where rowid = ${row}` });
        }
    for (const row of rowsOf("audit_entries")) cases.push({ name: `deleted ${row}`, change: `delete from audit_entries where rowid = ${row}` });
    cases.push({
      name: "swapped",
      change:
        "update audit_entries set seq = -1 where seq = 2; update audit_entries set seq = 2 where seq = 3; update audit_entries set seq = 3 where seq = -1",
    });
    cases.push({ name: "all gone", change: "delete from audit_entries" });
    raw.close();
    for (const { name, change } of cases) {
      tamper("vacuum into 'KEEP'".replace("KEEP", join(folder, "keep.sqlite")));
      tamper(change);
      expect(await findings(), name).not.toEqual([]);
      tamper(
        `attach '${join(folder, "keep.sqlite")}' as kept`
          .concat("; delete from audit_entries; delete from audit_openings;")
          .concat("insert into audit_entries select * from kept.audit_entries; insert into audit_openings select * from kept.audit_openings"),
      );
      rmSync(join(folder, "keep.sqlite"));
      expect(await findings(), `${name}, put back`).toEqual([]);
    }
    expect(cases.length).toBeGreaterThan(45);
  });

  it("R45: a chain that was written anew from one place on, hashes and all, is found against the last anchor", async () => {
    await fill();
    await world.house.audit.anchor(world.shopRow);
    const anchors = anchorText();
    const rows = await world.house.store.audit.read(shop, 0, 10);
    let before = { seq: 1, hash: rows[0]!.hash };
    const statements: string[] = [];
    for (const row of rows.slice(1)) {
      const { v: _v, seq: _seq, at, ...facts } = JSON.parse(row.entry);
      const forged = linkAfter(before, { ...facts, at: Date.parse(at), action: row.seq === 2 ? "audit.read" : facts.action });
      statements.push(`update audit_entries set entry = '${forged.entry}', hash = '${forged.hash}' where seq = ${row.seq}`);
      before = { seq: row.seq, hash: forged.hash };
    }
    tamper(...statements);
    expect(await findings()).toEqual(["5: the chain was written anew since it was anchored here"]);
    const { code, said } = await runStandalone(await exported(), anchors);
    expect([code, said.includes("the chain was written anew since")]).toEqual([1, true]);
    // By itself it is a sound chain: that is what anchors are for.
    expect((await runStandalone(await exported())).code).toBe(0);
  });

  it("R45: anchors that were changed, left out or signed by somebody else are found", async () => {
    await fill();
    await world.house.audit.anchor(world.shopRow);
    await note("profile.read", ["anna"]);
    await world.house.audit.anchor(world.shopRow);
    await note("profile.read", ["ben"]);
    await world.house.audit.anchor(world.shopRow);
    const lines = anchorText().trim().split("\n");
    const said = async (changed: readonly string[]) => {
      writeFileSync(world.anchors, changed.join("\n"));
      return findings();
    };
    expect(await said(lines)).toEqual([]);
    expect(await said([lines[0]!, lines[2]!])).toEqual(["7: an anchor before this one is missing"]);
    expect(await said([lines[0]!, "{ cut o", ...lines.slice(1)])).toEqual(["null: line 2 of the anchors cannot be read"]);
    expect((await said([lines[0]!.replace('"seq":5', '"seq":4')]))[0]).toMatch(/not to be believed: it was changed/);
    expect(parseAnchors('{"type":"rapport-audit-anchor"}\n[]\nnull\n').damagedLines).toEqual([1, 2, 3]);
  });

  it("R45: anchors are made once a day, and after a thousand entries", async () => {
    const due = () => world.house.audit.anchorWhenDue(world.shopRow);
    expect(await due()).toBeNull();
    await note("profile.read");
    expect(await due()).toMatchObject({ seq: 1 });
    await note("profile.read");
    world.now += 23 * 3_600_000;
    expect(await due()).toBeNull();
    world.now += 3_600_000;
    expect(await due()).toMatchObject({ seq: 2 });
    await Promise.all(Array.from({ length: 1_000 }, () => note("why.read")));
    expect(await due()).toMatchObject({ seq: 1_002 });
  });

  it("R45, R33: forgetting somebody takes the openings that name them, and the chain still verifies", async () => {
    await fill();
    await world.house.audit.anchor(world.shopRow);
    const anna = (await world.house.personIds.ofNames(shop, customer("anna")))[0]!.personId;
    const ben = (await world.house.personIds.ofNames(shop, customer("ben")))[0]!.personId;
    expect((await world.house.audit.about(shop, [anna], 10)).map(({ seq }) => seq)).toEqual([3, 1]);
    const before = await exported();
    const { erasureId } = await world.house.forget.begin(shop, customer("anna"), "test");
    await note("forgetting.asked", ["anna"]);
    await world.house.forget.runAll();
    expect(await world.house.forget.status(shop, erasureId)).toMatchObject({ state: "done" });
    await note("profile.read", ["anna"]);
    expect(await world.house.audit.about(shop, [anna], 10)).toEqual([]);
    expect((await world.house.audit.about(shop, [ben], 10)).map(({ seq }) => seq)).toEqual([4, 3]);
    expect(await world.house.audit.verify(shop)).toMatchObject({ whole: true, entries: 7, anchors: { checked: 1 } });
    const after = await exported();
    expect([before.includes(anna), after.includes(anna), after.includes("anna"), after.includes(ben)]).toEqual([true, false, false, true]);
    expect((await runStandalone(after, anchorText())).code).toBe(0);
  });

  it("names nobody of whom nothing is kept: asking for somebody makes no record of them", async () => {
    await note("profile.read", ["nobody-we-know"]);
    const [shown] = await world.house.audit.show(shop, { before: null, limit: 1 });
    expect([shown!.subjects.length, shown!.opened.length]).toEqual([1, 0]);
    expect(await world.house.store.audit.openings(shop, 0, 99)).toEqual([]);
  });

  it("is written in RFC 8785, as the package and the program of one file do it, for any JSON", async () => {
    const { canonical } = (await import("../../../scripts/verify-audit.mjs" as string)) as { canonical(value: unknown): string };
    const awkward = {
      "\u20ac": "Euro",
      "\r": "return",
      "\ufb33": "Hebrew",
      "1": "one",
      "\ud83d\ude00": "smile",
      "\u0080": "control",
      ö: "o",
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, 0, -0, 1e21, 1e-7, 5e-324, 9007199254740992, Number.MAX_VALUE],
      string: '\u20ac$\u000f\nA\'B"\\\\"/\u007f\u2028',
      literals: [null, true, false],
      nested: { b: [], a: {} },
      نام: "انا",
    };
    expect(canonical(awkward)).toBe(canonicalize(awkward));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 3 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        fc.pre(!/\\ud[89a-f]/.test(JSON.stringify(plain)));
        expect(canonical(plain)).toBe(canonicalize(plain));
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(canonical([value])).toBe(canonicalize([value]));
      }),
      { numRuns: 200 },
    );
    expect(() => canonical("\ud800")).toThrow();
    expect(() => canonical(Number.NaN)).toThrow();
  });

  it("takes any text as a detail: broken characters are mended, and it verifies", async () => {
    await note("settings.changed", [], { text: 'a\ud800b"\\\u0000\u2028نام😀', "\ud83d\ude00": "smile" });
    expect(await world.house.audit.verify(shop)).toMatchObject({ whole: true, entries: 1 });
    expect((await runStandalone(await exported())).code).toBe(0);
  });
});
