import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { rightsStates } from "#storage/ports/rights-request-store.ts";
import { combinePolicy } from "../policy/policy.ts";
import { alarmOf, businessDaysEnd, dueAt, extendedDueAt, termEnd } from "./clocks.ts";
import { bucketOf } from "./identify.ts";
import { isOpenState, mayMove, rightsMoves } from "./states.ts";

const gdpr = combinePolicy(["gdpr"]);
const at = (text: string) => Date.parse(text);
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe("R39: states", () => {
  it("R39: whatever is closed stays closed, whatever happens, and nothing goes back", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...rightsStates), { maxLength: 12 }), (wanted) => {
        let state: (typeof rightsStates)[number] = "open";
        const seen: string[] = [state];
        for (const next of wanted)
          if (mayMove(state, next)) {
            expect(isOpenState(state)).toBe(true);
            expect(seen).not.toContain(next);
            state = next;
            seen.push(next);
          }
        expect(seen.length).toBeLessThanOrEqual(3);
      }),
    );
    expect(Object.keys(rightsMoves).sort()).toEqual([...rightsStates].sort());
  });
});

describe("R39: clocks", () => {
  it("R39: a month is a calendar month where that is shorter than 30 days, at month ends and in leap years", () => {
    expect(day(termEnd(at("2026-01-31T12:00:00Z"), 30))).toBe("2026-02-28");
    expect(day(termEnd(at("2028-01-31T12:00:00Z"), 30))).toBe("2028-02-29");
    expect(day(termEnd(at("2026-02-10T12:00:00Z"), 30))).toBe("2026-03-10");
    expect(day(termEnd(at("2026-05-20T12:00:00Z"), 30))).toBe("2026-06-19");
    expect(day(termEnd(at("2025-11-30T12:00:00Z"), 90))).toBe("2026-02-28");
  });

  it("R39: is kept in every time zone of the earth", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at("2024-01-01T00:00:00Z"), max: at("2032-01-01T00:00:00Z") }),
        fc.integer({ min: -12, max: 14 }),
        (start, hours) => {
          const local = new Date(start + hours * 3_600_000);
          const end = new Date(termEnd(start, 30) + hours * 3_600_000);
          const months = (end.getUTCFullYear() - local.getUTCFullYear()) * 12 + end.getUTCMonth() - local.getUTCMonth();
          // Never later than the same day of the next month, by anybody's calendar.
          expect(months < 1 || (months === 1 && end.getUTCDate() <= local.getUTCDate())).toBe(true);
          expect(termEnd(start, 30) - start).toBeLessThanOrEqual(30 * dayMs);
          expect(termEnd(start, 30) - start).toBeGreaterThan(26 * dayMs);
        },
      ),
    );
  });

  it("R39: one month and two more for GDPR, 45 days and 45 more and 15 business days for CCPA, the strictest where several hold", () => {
    const start = at("2026-03-02T09:00:00Z");
    const of = (kind: "access" | "opt-out", regime: string) => ({ kind, regime, at: start });
    expect(day(dueAt(gdpr, of("access", "")))).toBe("2026-04-01");
    expect(day(extendedDueAt(gdpr, of("access", ""))!)).toBe("2026-05-31");
    expect(dueAt(gdpr, of("access", "ccpa")) - start).toBe(45 * dayMs);
    expect(extendedDueAt(gdpr, of("access", "ccpa"))! - start).toBeLessThanOrEqual(90 * dayMs);
    // Three weeks of working days.
    expect(day(dueAt(gdpr, of("opt-out", "ccpa")))).toBe("2026-03-23");
    expect(extendedDueAt(gdpr, of("opt-out", "ccpa"))).toBeNull();
    expect(dueAt(combinePolicy(["gdpr", "ccpa"]), of("access", ""))).toBe(dueAt(gdpr, of("access", "")));
    expect(dueAt(combinePolicy(["gdpr"], { clocks: { requestDays: 10 } }), of("access", "")) - start).toBe(10 * dayMs);
    expect(extendedDueAt(combinePolicy(["id"]), of("access", ""))).toBeNull();
  });

  it("R39: business days leave out weekends, from a weekend as well", () => {
    for (const start of ["2026-03-06T12:00:00Z", "2026-03-07T12:00:00Z", "2026-03-08T12:00:00Z"])
      expect(day(businessDaysEnd(at(start), 1)), start).toBe("2026-03-09");
  });

  it("R39: warns at 50 and at 80 percent, to the millisecond", () => {
    const request = { at: 0, dueAt: 1000 };
    expect([499, 500, 799, 800, 999, 1000, 5000].map((now) => alarmOf(request, now))).toEqual([
      "calm",
      "half",
      "half",
      "late",
      "late",
      "overdue",
      "overdue",
    ]);
  });
});

describe("R40: networks", () => {
  it("R40: counts a network as one, however many addresses it has", () => {
    expect(new Set(["192.0.2.1", "192.0.2.254", "::ffff:192.0.2.9"].map(bucketOf)).size).toBe(1);
    expect(new Set(["2001:db8:1::1", "2001:0db8:0001:ffff::2", "2001:db8:1:2:3:4:5:6"].map(bucketOf)).size).toBe(1);
    expect(bucketOf("2001:db8:2::1")).not.toBe(bucketOf("2001:db8:1::1"));
    expect(bucketOf("::1")).toBe("0:0:0");
  });
});
