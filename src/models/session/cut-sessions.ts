import { dayMs } from "#domain/clock.ts";
import type { Sequences } from "./sequences.ts";

const minuteMs = 60_000;
/** The convention of web analytics. */
const usualGapMinutes = 30;

/** Where each session starts, and the end of the last: histories cut wherever nothing happened for longer than the gap; 0 cuts nothing. */
export function cutSessions({ starts, times }: Sequences, gapMinutes: number): Int32Array {
  if (gapMinutes <= 0) return starts;
  const cuts: number[] = [];
  for (let history = 0; history + 1 < starts.length; history++) {
    const [from, to] = [starts[history]!, starts[history + 1]!];
    for (let place = from; place < to; place++) {
      if (place === from || times[place]! - times[place - 1]! > gapMinutes * minuteMs) cuts.push(place);
    }
  }
  return Int32Array.from([...cuts, times.length]);
}

/**
 * 30 minutes where histories are many visits with times of their own, otherwise 0 (a history is a session). Dates
 * without times, and orders days apart, would fall into sessions of one occasion that teach nothing.
 */
export function gapMinutesFor({ starts, times }: Sequences): number {
  const spans: number[] = [];
  let soonAfter = 0;
  for (let history = 0; history + 1 < starts.length; history++) {
    const [from, to] = [starts[history]!, starts[history + 1]!];
    if (to > from) spans.push(times[to - 1]! - times[from]!);
    for (let place = from + 1; place < to; place++) {
      const gap = times[place]! - times[place - 1]!;
      if (gap > 0 && gap <= usualGapMinutes * minuteMs) soonAfter++;
    }
  }
  spans.sort((a, b) => a - b);
  const medianSpan = spans[spans.length >> 1] ?? 0;
  return medianSpan > dayMs && soonAfter * 2 > times.length ? usualGapMinutes : 0;
}
