import { describe, expect, it } from "vitest";
import type { FeedRun } from "#domain/feed.ts";
import { isDue } from "./feed-round.ts";

const hourMs = 3_600_000;
const now = Date.UTC(2026, 4, 20, 12);
const ran = (startedAt: number, code?: string) => ({ startedAt, problem: code === undefined ? null : { code, detail: "" } }) as unknown as FeedRun;

describe("when a feed is due", () => {
  it("at its time, earlier when it could not be reached or goes stale, never without a schedule", () => {
    const everyMs = 24 * hourMs;
    const due = (lastRun: FeedRun | null, staleAt: number | null = null) => isDue({ everyMs, lastRun, staleAt }, now);
    expect(due(null)).toBe(true);
    expect([due(ran(now - everyMs)), due(ran(now - everyMs + 1))]).toEqual([true, false]);
    expect([due(ran(now - hourMs, "FEED_UNREACHABLE")), due(ran(now - hourMs, "FEED_SHRUNK"))]).toEqual([true, false]);
    expect([due(ran(now - hourMs), now), due(ran(now - hourMs), now + 1), due(ran(now - hourMs), now - 2 * hourMs)]).toEqual([true, false, false]);
    expect(isDue({ everyMs: null, lastRun: null, staleAt: now }, now)).toBe(false);
  });

  it("at once when the clock was set back since it last ran, and then again in its turn", () => {
    const everyMs = hourMs;
    expect(isDue({ everyMs, lastRun: ran(now + 24 * hourMs), staleAt: null }, now)).toBe(true);
    expect(isDue({ everyMs, lastRun: ran(now), staleAt: null }, now + 1)).toBe(false);
  });
});
