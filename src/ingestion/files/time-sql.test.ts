import { expect, test } from "vitest";
import { timeMacros } from "./time-sql.ts";
import { literal, withWorkbench } from "./workbench.ts";

async function read(texts: readonly string[], timeZone = "UTC", dayFirst = true): Promise<(string | null)[]> {
  return withWorkbench(undefined, async (bench) => {
    for (const macro of timeMacros(timeZone, dayFirst)) await bench.run(macro);
    const rows = await bench.rows(`SELECT CAST(time_ms(t) AS DOUBLE) FROM (VALUES ${texts.map((text) => `(${literal(text)})`).join(", ")}) v(t)`);
    return rows.map(([at]) => (typeof at === "number" ? new Date(at).toISOString() : null));
  });
}

test("one moment, written in many ways", async () => {
  const written = [
    "2010-12-01 08:26:00",
    "2010-12-01T08:26",
    "2010/12/1 8:26",
    "2010.12.01 08:26",
    "2010-12-01T08:26:00Z",
    "2010-12-01 08:26:00 UTC",
    "2010-12-01 03:26:00 -0500",
    "2010-12-01T13:56:00.000+05:30",
    "2010-12-01 08:26:00+00",
    "1/12/2010 8:26",
    "01.12.2010 08:26:00",
    "01-12-10 8:26",
    "1/12/2010, 8:26 AM",
    "1/12/2010 8:26 a.m.",
    "1 Dec 2010 08:26",
    "01-Dec-10 08:26",
    "December 1, 2010 8:26 AM",
    "Wed, 01 Dec 2010 08:26:00 GMT",
    "201012010826",
    "20101201082600",
    "1291191960",
    "1291191960.0",
    "1291191960000",
    "1291191960000000",
    "1291191960000000000",
  ];
  expect(await read(written)).toEqual(written.map(() => "2010-12-01T08:26:00.000Z"));
});

test("dates alone are midnight", async () => {
  expect(await read(["2010-12-01", "20101201", "1/12/2010", "1 December 2010"])).toEqual(Array(4).fill("2010-12-01T00:00:00.000Z"));
});

test("month first", async () => {
  expect(await read(["12/1/2010 8:26", "12/31/09"], "UTC", false)).toEqual(["2010-12-01T08:26:00.000Z", "2009-12-31T00:00:00.000Z"]);
});

test("a time zone moves the times that name none", async () => {
  const read2 = await read(["2010-07-01 12:00", "1/7/2010 12:00", "20100701120000", "2010-07-01T12:00:00Z"], "Europe/London");
  expect(read2.map((time) => time?.slice(11, 13))).toEqual(["11", "11", "11", "12"]);
});

test("what is no time is none", async () => {
  const none = ["soon", "2010-13-45", "32/1/2010", "1/13/2010", "12", "", "2010", "1/2", "99999999", "Dec 2010", "ann@example.org"];
  expect(await read(none)).toEqual(none.map(() => null));
});
