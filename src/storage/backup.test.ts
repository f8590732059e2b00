import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProblemError } from "#domain/problem.ts";
import { type BackupLine, type Cell, createSealer, encodeRow, readBackup } from "./backup-format.ts";
import { ourTables, shopFilter } from "./backup-tables.ts";
import type { BackupManifest } from "./ports/store-care.ts";

const manifest: BackupManifest = {
  format: "rapport-backup",
  formatVersion: 1,
  rapport: "0.1.0",
  createdAt: "2026-01-01T00:00:00.000Z",
  from: "sqlite",
  schemaStep: "0001-first-schema",
  shops: [{ shopId: "s" as never, name: "Shop", currency: "PKR", head: 3 as never }],
  whole: true,
  rows: { log: 0 },
  lastKeys: { log: 3 },
  files: {},
};

function textOf(rows: readonly (readonly Cell[])[], changed: Partial<BackupManifest> = {}): string {
  const columns = Array.from({ length: rows[0]?.length ?? 1 }, (_, at) => `c${at}`);
  const said = { ...manifest, rows: { log: rows.length }, ...changed };
  const text = `${JSON.stringify(said)}\n${JSON.stringify({ table: "log", columns })}\n${rows.map(encodeRow).join("")}`;
  const sealer = createSealer();
  sealer.add(text);
  return text + sealer.seal().line;
}

async function read(bytes: Uint8Array, chunk = 1000): Promise<BackupLine[]> {
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += chunk) yield bytes.subarray(start, start + chunk);
  }
  const lines: BackupLine[] = [];
  for await (const line of readBackup(chunks())) lines.push(line);
  return lines;
}
const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => "read",
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

const cell = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
  fc.maxSafeInteger(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 50 }),
);
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));

describe("the format of backups", () => {
  it("whatever a row holds comes back, however the bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 300 }), async (given, chunk) => {
        const lines = await read(Buffer.from(textOf(given)), chunk);
        const back = lines.flatMap((line) =>
          line.kind === "row" ? [line.cells.map((one) => (one instanceof Uint8Array ? Uint8Array.from(one) : one))] : [],
        );
        expect(back).toEqual(given);
      }),
      { numRuns: 150 },
    );
  });

  it("blobs larger than a line come back", async () => {
    const blob = Buffer.alloc(7 * 1024 * 1024 + 5, 1).map((_, at) => at % 251);
    const lines = await read(
      Buffer.from(
        textOf([
          ["a", blob, 1],
          ["b", new Uint8Array(0), 2],
        ]),
      ),
      100_000,
    );
    const back = lines.flatMap((line) => (line.kind === "row" ? [line.cells] : []));
    expect([back[0]![0], Buffer.compare(back[0]![1] as Buffer, blob), back[0]![2], back[1]]).toEqual(["a", 0, 1, ["b", Buffer.alloc(0), 2]]);
  });

  it("any byte changed, taken away, or any end cut off is found", async () => {
    const text = Buffer.from(
      textOf([
        ["name", 1.5, null],
        ["ünï", -3, new Uint8Array([1, 2, 3])],
      ]),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const flipped = Buffer.from(text);
        flipped[at]! ^= change;
        expect(["BACKUP_DAMAGED", "STORE_NEWER"]).toContain(await codeOf(read(flipped)));
        expect(await codeOf(read(text.subarray(0, at)))).toBe("BACKUP_DAMAGED");
        expect(await codeOf(read(Buffer.concat([text.subarray(0, at), text.subarray(at + 1)])))).not.toBe("read");
      }),
      { numRuns: 400 },
    );
    expect(await codeOf(read(Buffer.concat([text, Buffer.from("\n")])))).toBe("BACKUP_DAMAGED");
    expect(await codeOf(read(text))).toBe("read");
    expect(gunzipSync(gzipSync(text)).equals(text)).toBe(true);
  });

  it("a manifest that does not fit what follows, and one of a newer format, are refused", async () => {
    expect(await codeOf(read(Buffer.from(textOf([["a"]], { rows: { log: 2 } }))))).toBe("BACKUP_DAMAGED");
    expect(await codeOf(read(Buffer.from(textOf([["a"]], { rows: { log: 1, items: 1 } }))))).toBe("BACKUP_DAMAGED");
    expect(await codeOf(read(Buffer.from(textOf([["a"]], { formatVersion: 2 as never }))))).toBe("STORE_NEWER");
    expect(await codeOf(read(Buffer.from(textOf([["a"]], { format: "tar" as never }))))).toBe("BACKUP_DAMAGED");
    expect(await codeOf(read(Buffer.from('{"end":true}\n')))).toBe("BACKUP_DAMAGED");
  });
});

describe("backups", () => {
  it("of every table it is known which part belongs to a shop", async () => {
    // A table of no shop: it is left out of the backup of one shop, and only that.
    const ofNoShop = ["leaders"];
    const unknown = [...(await ourTables())].filter(([table, { columns }]) => shopFilter(table, columns, "s") === null).map(([table]) => table);
    expect(unknown).toEqual(ofNoShop);
  });
});
