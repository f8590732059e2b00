import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localMinutes, quietUntil } from "./quiet-hours.ts";

const time = fc
  .integer({ min: 0, max: 1439 })
  .map((minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`);
const now = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
// Without summer time, so that an hour is an hour.
const zone = fc.constantFrom("Asia/Karachi", "Asia/Jakarta", "Asia/Kathmandu", "UTC", "America/Phoenix");

describe("R49: quiet hours", () => {
  it("are by the clock of whoever is written to, and end when they say", () => {
    const at = Date.UTC(2026, 4, 20, 16, 30);
    expect(localMinutes("Asia/Karachi", at)).toBe(21 * 60 + 30);
    expect(quietUntil({ from: "20:00", to: "09:00" }, localMinutes("Asia/Karachi", at)!, at)).toBe(Date.UTC(2026, 4, 21, 4));
    expect(quietUntil({ from: "20:00", to: "09:00" }, localMinutes("Europe/London", at)!, at)).toBeNull();
    expect(localMinutes("Mars/Olympus", at)).toBeNull();
  });

  it("whenever it is quiet, at their end it is not any more, and a minute before it is", () => {
    fc.assert(
      fc.property(time, time, zone, now, (from, to, timeZone, moment) => {
        fc.pre(from !== to);
        const end = quietUntil({ from, to }, localMinutes(timeZone, moment)!, moment);
        if (end === null) return;
        expect(end).toBeGreaterThan(moment - 60_000);
        expect(quietUntil({ from, to }, localMinutes(timeZone, end)!, end)).toBeNull();
        expect(quietUntil({ from, to }, localMinutes(timeZone, end - 60_000)!, end - 60_000)).toBe(end);
      }),
    );
  });
});
