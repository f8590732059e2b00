import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { tempFolder } from "../../../tests/support/temp-folder.ts";
import { createFinder, type Hit } from "./find-bytes.ts";

const byPlace = (hits: readonly Hit[]) => hits.toSorted((a, b) => a.offset - b.offset || a.needle - b.needle);

function oneByOne(needles: readonly Buffer[], bytes: Buffer): Hit[] {
  return needles.flatMap((text, needle) => {
    const hits: Hit[] = [];
    for (let offset = bytes.indexOf(text); offset >= 0; offset = bytes.indexOf(text, offset + 1)) hits.push({ needle, offset });
    return hits;
  });
}

describe("looking for many texts at once", () => {
  const folder = tempFolder("find");
  afterAll(() => folder.remove());

  it("finds each, wherever it stands and whatever it overlaps, once", () => {
    const letters = (least: number, most: number) => fc.array(fc.constantFrom(97, 98, 255), { minLength: least, maxLength: most }).map(Buffer.from);
    fc.assert(
      fc.property(fc.array(letters(4, 12), { minLength: 1, maxLength: 6 }), letters(0, 200), fc.nat(1000), (needles, noise, base) => {
        const bytes = Buffer.concat([noise, ...needles, noise, ...needles.toReversed()]);
        const hits: Hit[] = [];
        createFinder(needles).find(bytes, base, hits, 100_000);
        expect(byPlace(hits)).toEqual(byPlace(oneByOne(needles, bytes).map(({ needle, offset }) => ({ needle, offset: offset + base }))));
      }),
    );
  });

  it("finds what lies across two pieces of a file, and in its last bytes", () => {
    const needles = Array.from({ length: 50 }, () => Buffer.from(randomUUID()));
    const bytes = Buffer.alloc(9 * 1024 * 1024, "x");
    const places = [0, 41, 4 * 1024 * 1024 - 20, 4 * 1024 * 1024 + 30, 8 * 1024 * 1024 - 1, bytes.length - 36];
    for (const [needle, place] of places.entries()) needles[needle]!.copy(bytes, place);
    const path = `${folder.path}/file`;
    writeFileSync(path, bytes);
    const hits: Hit[] = [];
    expect(createFinder(needles).findInPath(path, hits, 100)).toBe(bytes.length);
    expect(byPlace(hits)).toEqual(places.map((offset, needle) => ({ needle, offset })));
  });

  it("finds as surely among very many", () => {
    const needles = Array.from({ length: 20_000 }, () => Buffer.from(randomUUID()));
    const bytes = Buffer.concat([needles[7]!, Buffer.from("--"), needles[19_999]!]);
    const hits: Hit[] = [];
    createFinder(needles).find(bytes, 0, hits, 100);
    expect(byPlace(hits)).toEqual([
      { needle: 7, offset: 0 },
      { needle: 19_999, offset: 38 },
    ]);
  });
});
