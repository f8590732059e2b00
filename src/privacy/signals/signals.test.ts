import { GppModel } from "@iabgpp/cmpapi";
import { GVL, TCModel, TCString } from "@iabtcf/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGppString } from "./gpp-string.ts";
import { tcfPurposes } from "./signal-table.ts";
import { readTcString } from "./tc-string.ts";

const now = Date.UTC(2026, 4, 20);

/** A TC string as a consent manager makes it. */
function tcString(
  consents: readonly number[],
  options: { vendors?: readonly number[]; interests?: readonly number[]; publisher?: readonly number[] } = {},
) {
  const model = new TCModel();
  model.cmpId = 10;
  model.cmpVersion = 1;
  model.consentScreen = 1;
  model.vendorListVersion = 100;
  model.purposeConsents.set([...consents]);
  model.purposeLegitimateInterests.set([...(options.interests ?? [])]);
  model.vendorConsents.set([...(options.vendors ?? [])]);
  if (options.publisher !== undefined) {
    model.publisherConsents.set([...options.publisher]);
    model.numCustomPurposes = 0;
  }
  model.created = new Date(Date.UTC(2026, 3, 1));
  model.lastUpdated = new Date(Date.UTC(2026, 3, 1));
  const numbered = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [index + 1, { id: index + 1, name: "p", description: "d", illustrations: [] }]));
  const vendor = (id: number) => ({
    id,
    name: `v${id}`,
    purposes: [1, 3, 4, 5, 6, 8, 10],
    legIntPurposes: [],
    flexiblePurposes: [],
    specialPurposes: [],
    features: [],
    specialFeatures: [],
    urls: [],
  });
  model.gvl = new GVL({
    gvlSpecificationVersion: 3,
    vendorListVersion: 100,
    tcfPolicyVersion: 5,
    lastUpdated: "2026-01-01T00:00:00Z",
    purposes: numbered(11),
    specialPurposes: numbered(3),
    features: numbered(3),
    specialFeatures: numbered(2),
    stacks: {},
    dataCategories: {},
    vendors: Object.fromEntries((options.vendors ?? []).map((id) => [id, vendor(id)])),
  } as never);
  const segments = ["core", ...(options.publisher === undefined ? [] : ["publisherTC"])];
  return TCString.encode(model, { segments } as never);
}

describe("R18: TC strings", () => {
  it("R18: map to purposes by the table, by consent alone, whatever the vendors", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 11 })),
        fc.uniqueArray(fc.integer({ min: 2, max: 10 })),
        fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { maxLength: 40 }),
        (consents, interests, vendors) => {
          const text = tcString(consents, { interests, vendors });
          const read = readTcString(text, now);
          if (!read.ok) throw new Error(`${text}: ${read.why}`);
          for (const [purpose, needed] of Object.entries(tcfPurposes))
            expect(read.purposes.get(purpose as never)).toBe(needed.every((one) => consents.includes(one)));
          expect(readTcString(text, now)).toEqual(read);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("R18: what the shop was refused itself, as publisher, is no, whatever its vendors may", () => {
    const read = readTcString(tcString([1, 5, 6, 8], { publisher: [1, 8] }), now);
    expect(read.ok && Object.fromEntries(read.purposes)).toEqual({ personalize: false, learn: false, measure: true, share: false });
  });

  it("R18: a published string is read as it is", () => {
    const read = readTcString(
      "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw",
      now,
    );
    expect(read.ok && Object.fromEntries(read.purposes)).toEqual({ personalize: false, learn: false, measure: false, share: false });
  });

  it("R18: malformed, cut off, of the future or of another version is no consent, and says why", () => {
    const whole = tcString([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { vendors: [1, 2, 800] });
    expect(readTcString(whole, now).ok).toBe(true);
    const core = whole.split(".")[0]!;
    // The last characters may be there to fill up the last byte.
    for (let length = 0; length < core.length - 4; length++) expect(readTcString(core.slice(0, length), now).ok, `cut at ${length}`).toBe(false);
    const others = [
      "",
      "x",
      "1YNN",
      "__proto__",
      "constructor",
      whole.replace(/^C/, "B"),
      `${whole}.`,
      `${whole} `,
      `${whole}~`,
      "A".repeat(200),
      "C".repeat(20_000),
      null,
      7,
      {},
      [whole],
    ];
    for (const text of others) {
      const read = readTcString(text, now);
      expect(read.ok, String(text).slice(0, 60)).toBe(false);
      expect(!read.ok && read.why.length).toBeGreaterThan(5);
    }
    expect(readTcString(whole, Date.UTC(2020, 0, 1)).ok).toBe(false);
  });

  it("R18: nothing that is thrown at it makes it throw, or say yes to more than was said", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."ABCDabcd0129-_.~"), maxLength: 300 })), (text) => {
        const read = readTcString(text, now);
        const gpp = readGppString(text, now);
        return typeof read.ok === "boolean" && typeof gpp.ok === "boolean";
      }),
      { numRuns: 500 },
    );
  });
});

describe("R18: GPP strings", () => {
  it("R18: the worked example: section 7, opted out of sale and sharing, GPC", () => {
    expect(readGppString("DBABLA~CAAUAAAAAABA.YA", now)).toEqual({ ok: true, purposes: new Map([["share", false]]), gpc: true, sections: [7] });
  });

  it("R18: usnat there and back, every opt-out by itself", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 2 }),
        fc.boolean(),
        (sale, sharing, targeted, gpc) => {
          const model = new GppModel();
          model.setFieldValue("usnat", "SaleOptOut", sale);
          model.setFieldValue("usnat", "SharingOptOut", sharing);
          model.setFieldValue("usnat", "TargetedAdvertisingOptOut", targeted);
          model.setFieldValue("usnat", "Gpc", gpc);
          const text = model.encode();
          const read = readGppString(text, now);
          if (!read.ok) throw new Error(`${text}: ${read.why}`);
          expect(read.gpc).toBe(gpc);
          expect(read.purposes.get("share")).toBe(gpc || sale === 1 || sharing === 1 || targeted === 1 ? false : undefined);
          expect(new GppModel(text).encode()).toBe(text);
        },
      ),
    );
  });

  it("R18: with a European section what it consents to; a no of another section beats it", () => {
    const model = new GppModel();
    const consents = [1, 3, 4, 5, 6];
    model.setFieldValue(
      "tcfeuv2",
      "PurposeConsents",
      Array.from({ length: 24 }, (_, index) => consents.includes(index + 1)),
    );
    model.setFieldValue("tcfeuv2", "CmpId", 10);
    const alone = readGppString(model.encode(), Date.now());
    expect(alone.ok && Object.fromEntries(alone.purposes)).toEqual({ personalize: true, learn: false, measure: false, share: true });
    model.setFieldValue("usnat", "SaleOptOut", 1);
    const both = readGppString(model.encode(), Date.now());
    expect(both.ok && both.purposes.get("share")).toBe(false);
  });

  it("R18: malformed is no consent, and says why", () => {
    for (const text of [
      "",
      "x",
      "DBABLA",
      "DBABLA~",
      "DBABLA~CAAU",
      "DBABLA~CAAUAAAAAABA.YA~YA",
      "DBABLA~AAAAAAAAAAAA.YA",
      "__proto__",
      `DBABLA~${"A".repeat(50_000)}`,
      "DBABLA~CAAUAAAAAABA.YA\n",
      null,
      7,
      {},
    ])
      expect(readGppString(text, now), String(text).slice(0, 60)).toMatchObject({ ok: false });
    expect(readGppString("DBAA", now)).toMatchObject({ ok: true, sections: [], gpc: false });
  });
});
