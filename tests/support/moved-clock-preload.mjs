import { readFileSync } from "node:fs";

// Loaded before the product (`node --import`), in every thread: moves what the system clock says by what stands in a file, as
// if somebody set it, and lets timers of a minute or more run faster, so that a day need not be waited for.

const file = process.env.RAPPORT_TEST_CLOCK;
const hurry = Number(process.env.RAPPORT_TEST_HURRY ?? 1);
const lookMs = 20;
const longMs = 60_000;
/** What is done every minute would else be done without a pause, and nothing beside it. */
const leastMs = 200;

const { now } = Date;
const RealDate = Date;
let offsetMs = 0;
let lookedAt = Number.NEGATIVE_INFINITY;

function moved() {
  if (performance.now() - lookedAt >= lookMs) {
    lookedAt = performance.now();
    const read = Number(readFileSync(file, "utf8"));
    if (Number.isFinite(read)) offsetMs = read;
  }
  return now() + offsetMs;
}

globalThis.Date = class extends RealDate {
  constructor(...words) {
    super(...(words.length === 0 ? [moved()] : words));
  }
  static now() {
    return moved();
  }
};

const { setTimeout: later } = globalThis;
globalThis.setTimeout = Object.assign((work, ms, ...words) => later(work, ms >= longMs ? Math.max(leastMs, ms / hurry) : ms, ...words), later);
