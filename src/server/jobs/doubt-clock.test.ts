import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { doubtClock, doubtfulLooks, unremarkableMs } from "./doubt-clock.ts";

const start = Date.UTC(2026, 4, 20);

function doubting(newest: number | null) {
  let [up, offset] = [1_000, start - 1_000];
  const isDoubted = doubtClock(
    () => up + offset,
    () => up,
    newest,
  );
  return {
    isDoubted,
    pass(ms: number) {
      up += ms;
    },
    leap(ms: number) {
      offset += ms;
    },
  };
}

describe("a clock before something is deleted because it is old", () => {
  it("is believed where a shop was quiet for a while, has nothing, or the clock is set by a little", () => {
    for (const newest of [null, start, start - unremarkableMs, start + dayMs]) {
      const { isDoubted, pass, leap } = doubting(newest);
      expect(isDoubted()).toBe(false);
      for (const ms of [dayMs, -dayMs, unremarkableMs]) {
        leap(ms);
        expect(isDoubted()).toBe(false);
      }
      pass(1000 * dayMs);
      expect(isDoubted()).toBe(false);
    }
  });

  it("is doubted for a day after a leap ahead, also one that was there at the start", () => {
    const late = doubting(start - 400 * dayMs);
    const leapt = doubting(start);
    leapt.leap(400 * dayMs);
    for (const { isDoubted, pass } of [late, leapt]) {
      for (let look = 0; look < doubtfulLooks; look++) {
        expect(isDoubted()).toBe(true);
        pass(dayMs / doubtfulLooks);
      }
      expect(isDoubted()).toBe(false);
    }
  });

  it("is believed again as soon as it was set right", () => {
    const { isDoubted, leap } = doubting(start);
    leap(27_000 * dayMs);
    expect(isDoubted()).toBe(true);
    leap(-27_000 * dayMs);
    expect(isDoubted()).toBe(false);
  });
});
