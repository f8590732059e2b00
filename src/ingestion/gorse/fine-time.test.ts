import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFineTime, printFineTime, unixSeconds } from "./fine-time.ts";

describe("times as Gorse reads and prints them", () => {
  it.each([
    ["1995-01-01T00:00:00Z", "1995-01-01T00:00:00Z"],
    ["", "0001-01-01T00:00:00Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["2022-02-24", "2022-02-24T00:00:00Z"],
    ["2022-08-07T00:26:46.120Z", "2022-08-07T00:26:46.12Z"],
    ["2009-01-01T01:01:01.000001", "2009-01-01T01:01:01.000001Z"],
    ["2022-02-24T10:11:12.123456789+05:30", "2022-02-24T04:41:12.123456789Z"],
    ["2022-02-24 10:11:12 +0200 CEST", "2022-02-24T08:11:12Z"],
    ["2022/2/4 10:11", "2022-02-04T10:11:00Z"],
    ["24-Feb-2022", "2022-02-24T00:00:00Z"],
    ["Feb 24, 2022 1:05 PM", "2022-02-24T13:05:00Z"],
    ["2/24/2022", "2022-02-24T00:00:00Z"],
    ["20220224", "2022-02-24T00:00:00Z"],
    ["20220224101112", "2022-02-24T10:11:12Z"],
    ["1660459054", "2022-08-14T06:37:34Z"],
    ["1660459054123", "2022-08-14T06:37:34.123Z"],
    ["Mon, 02 Jan 2006 15:04:05 GMT", "2006-01-02T15:04:05Z"],
    ["Thu Feb 24 2022 10:11:12 GMT+0200 (CEST)", "2022-02-24T08:11:12Z"],
    ["9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"],
  ])("%s", (given, printed) => {
    expect(printFineTime(parseFineTime(given)!)).toBe(printed);
  });

  it.each(["nonsense", "2022-02-30", "1990-13-01", "12:00", "-1", "2022-02-24T25:00:00Z", "2022-02-24T10:61", "99999-01-01", "x".repeat(10_000)])(
    "is none: %s",
    (given) => expect(parseFineTime(given)).toBeUndefined(),
  );

  it("no time counts from year 1, as in Go", () => {
    expect(unixSeconds(null)).toBe(-62_135_596_800);
    expect(unixSeconds(parseFineTime("1970-01-01T00:00:01.9Z")!)).toBe(1);
  });

  it("property: what is printed reads as what it was; whatever text comes, it reads as a time or as none", () => {
    const time = fc.record({ ms: fc.integer({ min: -62_135_596_799_999, max: Date.UTC(9999, 0) }), nanos: fc.nat(999_999) });
    fc.assert(
      fc.property(time, (one) => {
        expect(parseFineTime(printFineTime(one))).toEqual(one);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseFineTime(text);
        if (read !== undefined) expect(printFineTime(read)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/);
      }),
    );
  });
});
