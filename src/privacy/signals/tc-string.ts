import { TCString } from "@iabtcf/core";
import type { EpochMs } from "#domain/clock.ts";
import type { Purpose } from "#domain/purpose.ts";
import { tcfPurposes } from "./signal-table.ts";

/** What a consent string decides, or why it cannot be read. */
export type ReadSignal =
  | { readonly ok: true; readonly purposes: ReadonlyMap<Purpose, boolean>; readonly gpc: boolean; readonly sections: readonly number[] }
  | { readonly ok: false; readonly why: string };

/** Real ones have some hundred characters, with thousands of vendors some thousand. */
const maxLength = 16_384;
const earliest = Date.UTC(2018, 3, 25);
const tolerance = 2 * 86_400_000;
/** TCF policies from 2 on write version 2 strings. */
const tcVersion = 2;

const malformed = (why: string): ReadSignal => ({ ok: false, why });

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Reads bits; past the end it is broken, where the library would read zeros. */
function bitsOf(segment: string) {
  let position = 0;
  const length = segment.length * 6;
  return {
    skip(bits: number) {
      position += bits;
      return position <= length;
    },
    int(bits: number): number {
      let value = 0;
      for (let end = position + bits; position < end; position++) {
        const six = alphabet.indexOf(segment[Math.floor(position / 6)] ?? "A");
        value = value * 2 + ((six >> (5 - (position % 6))) & 1);
      }
      return value;
    },
    isWhole: () => position <= length,
  };
}

/** One list of vendors, as a field of bits or as ranges. */
function passVendors(bits: ReturnType<typeof bitsOf>): boolean {
  const maxVendorId = bits.int(16);
  if (bits.int(1) === 0) return bits.skip(maxVendorId);
  return passRanges(bits);
}

function passRanges(bits: ReturnType<typeof bitsOf>): boolean {
  for (let left = bits.int(12); left > 0; left--) {
    const isRange = bits.int(1) === 1;
    if (!bits.skip(isRange ? 32 : 16)) return false;
  }
  return bits.isWhole();
}

/** Does the core hold all that it announces? A string that was cut off is not a smaller consent. */
function isWholeCore(core: string): boolean {
  const bits = bitsOf(core);
  if (!bits.skip(213)) return false;
  if (!passVendors(bits) || !passVendors(bits)) return false;
  for (let left = bits.int(12); left > 0; left--) if (!bits.skip(8) || !passRanges(bits)) return false;
  return bits.isWhole();
}

const publisherSegment = 3;

/** The consents that a TC string holds for the shop itself, as purposes of this house. Never throws. */
export function readTcString(text: unknown, now: EpochMs): ReadSignal {
  if (typeof text !== "string" || text === "") return malformed("it is no text");
  if (text.length > maxLength) return malformed(`it is longer than ${maxLength} characters`);
  if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(text)) return malformed("it holds characters that no TC string has");
  const [core = "", ...others] = text.split(".");
  if (bitsOf(core).int(6) !== tcVersion) return malformed("it is no TC string of version 2");
  if (!isWholeCore(core)) return malformed("it is cut off");
  try {
    const model = TCString.decode(text);
    const times = [model.created.getTime(), model.lastUpdated.getTime()];
    if (!times.every((time) => time >= earliest && time <= now + tolerance)) return malformed("it was made in the future, or before there were any");
    // A segment in which nothing is set was not asked for: consent managers write it all the same.
    const hasPublisher =
      others.some((segment) => bitsOf(segment).int(3) === publisherSegment) &&
      (model.publisherConsents.size > 0 || model.publisherLegitimateInterests.size > 0);
    const consents = (purpose: number) => model.purposeConsents.has(purpose) && (!hasPublisher || model.publisherConsents.has(purpose));
    const purposes = new Map<Purpose, boolean>();
    for (const [purpose, needed] of Object.entries(tcfPurposes) as [Purpose, readonly number[]][]) purposes.set(purpose, needed.every(consents));
    return { ok: true, purposes, gpc: false, sections: [] };
  } catch {
    return malformed("it cannot be decoded");
  }
}
