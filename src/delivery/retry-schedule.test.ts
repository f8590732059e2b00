import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxAttempts, nextAttemptAt, retryAfterMs } from "./retry-schedule.ts";

const now = Date.UTC(2026, 4, 20, 12);
const hourMs = 3_600_000;

describe("when a message is tried again", () => {
  it("grows from seconds to a day, and ends after a bit over three days", () => {
    const delays = Array.from({ length: maxAttempts - 1 }, (_, index) => nextAttemptAt(index + 1, now, 0.5, 0)! - now);
    expect(delays.slice(0, 3)).toEqual([5_000, 300_000, 1_800_000]);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays.reduce((sum, delay) => sum + delay, 0) / hourMs).toBeCloseTo(75.6, 1);
    expect(nextAttemptAt(maxAttempts, now, 0.5, 0)).toBeNull();
  });

  it("never comes sooner than nine tenths of the delay, nor than it was asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: maxAttempts - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(86_400_000),
        (attempts, random, asked) => {
          const [delay, middle] = [nextAttemptAt(attempts, now, random, asked)! - now, nextAttemptAt(attempts, now, 0.5, 0)! - now];
          return delay >= asked && delay >= 0.9 * middle - 1 && (delay <= 1.1 * middle + 1 || delay === asked);
        },
      ),
    );
  });

  it("heeds Retry-After in seconds and as a date, up to a day, and ignores what it cannot read", () => {
    expect(retryAfterMs("120", now)).toBe(120_000);
    expect(retryAfterMs(new Date(now + 60_000).toUTCString(), now)).toBe(60_000);
    expect(retryAfterMs("999999999", now)).toBe(24 * hourMs);
    for (const header of [null, "", "soon", "-5", new Date(now - 1000).toUTCString()]) expect(retryAfterMs(header, now), String(header)).toBe(0);
    fc.assert(fc.property(fc.string(), (text) => retryAfterMs(text, now) >= 0 && retryAfterMs(text, now) <= 24 * hourMs));
  });
});
