import { GppModel } from "@iabgpp/cmpapi";
import type { EpochMs } from "#domain/clock.ts";
import type { Purpose } from "#domain/purpose.ts";
import { gppOptOutFields, gppTcfSection, gppUspSection, gppUsSections } from "./signal-table.ts";
import { type ReadSignal, readTcString } from "./tc-string.ts";

const maxLength = 16_384;
/** Versions of the US sections that there are. */
const usVersions: ReadonlySet<unknown> = new Set([1, 2]);

const malformed = (why: string): ReadSignal => ({ ok: false, why });

type Found = { readonly purposes: ReadonlyMap<Purpose, boolean>; readonly gpc: boolean };
const nothing: Found = { purposes: new Map(), gpc: false };
const optedOut: ReadonlyMap<Purpose, boolean> = new Map([["share", false]]);

/** Null: the section cannot be read. */
function readUs(fields: unknown): Found | null {
  if (typeof fields !== "object" || fields === null) return null;
  const found = fields as Readonly<Record<string, unknown>>;
  if (!usVersions.has(found.Version)) return null;
  const gpc = found.Gpc === true;
  const isOut = gpc || gppOptOutFields.some((field) => found[field] === 1);
  return { purposes: isOut ? optedOut : new Map(), gpc };
}

function readUsp(text: unknown): Found | null {
  const letters = typeof text === "string" ? /^1([YN-])([YN-])([YN-])$/i.exec(text) : null;
  if (letters === null) return null;
  return letters[2]!.toUpperCase() === "Y" ? { purposes: optedOut, gpc: false } : nothing;
}

function readSection(model: GppModel, id: number, text: string, now: EpochMs): Found | null {
  if (id === gppTcfSection.id) {
    const read = readTcString(text, now);
    return read.ok ? read : null;
  }
  if (id === gppUspSection.id) return readUsp(text);
  const name = gppUsSections.get(id);
  // Of a law this house has no table for, a string says nothing here.
  return name === undefined ? nothing : readUs(model.getSection(name));
}

/**
 * What a GPP string decides: what its sections of the United States opt out of, and what its European section consents to. Of
 * several, a no beats a yes. One section that cannot be read spoils the whole. Never throws.
 */
export function readGppString(text: unknown, now: EpochMs): ReadSignal {
  if (typeof text !== "string" || text === "") return malformed("it is no text");
  if (text.length > maxLength) return malformed(`it is longer than ${maxLength} characters`);
  if (!/^D[A-Za-z0-9_-]+(?:~[A-Za-z0-9_.-]+)*$/.test(text)) return malformed("it is no GPP string");
  try {
    const model = new GppModel(text);
    const sections = model.getSectionIds();
    const texts = text.split("~").slice(1);
    if (sections.length !== texts.length || new Set(sections).size !== sections.length) return malformed("its header and its sections do not agree");
    const purposes = new Map<Purpose, boolean>();
    let gpc = false;
    for (const [index, id] of sections.entries()) {
      const found = readSection(model, id, texts[index]!, now);
      if (found === null) return malformed(`section ${id} cannot be read`);
      gpc ||= found.gpc;
      for (const [purpose, granted] of found.purposes) purposes.set(purpose, granted && purposes.get(purpose) !== false);
    }
    return { ok: true, purposes, gpc, sections };
  } catch {
    return malformed("it cannot be decoded");
  }
}
