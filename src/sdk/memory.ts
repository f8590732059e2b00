import { attempt, type KeyStore } from "./browser.ts";
import type { Purposes } from "./public-types.ts";

/** Something the server must be told before any more events: an answer, or that this is somebody else. */
export type Errand = { readonly method: "POST" | "PUT"; readonly path: string; readonly body: Readonly<Record<string, unknown>> };

/** What this browser remembers. Nothing but answers (and what is owed to the server) is in it before a yes. */
export type Remembered = {
  readonly purposes: Purposes | null;
  readonly notice: string | null;
  readonly anonymousId: string | null;
  readonly session: { readonly id: string; readonly lastAt: number } | null;
  /** A short hash that tells whether the same customer is signed in; the id itself is not kept. */
  readonly customerMark: string | null;
  readonly errands: readonly Errand[];
};

const nothing: Remembered = { purposes: null, notice: null, anonymousId: null, session: null, customerMark: null, errands: [] };
const version = 1;

export type Memory = {
  /** Read anew each time: another tab may have changed it. */
  read(): Remembered;
  change(part: Partial<Remembered>): void;
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const textOrNull = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

/** Whoever can write on the page's origin can write here: what is not as expected is not believed. */
function readRemembered(text: string | null): Remembered {
  const kept: unknown = text === null ? null : attempt(() => JSON.parse(text));
  if (!isRecord(kept) || kept.v !== version) return nothing;
  const { purposes, session, errands } = kept;
  return {
    purposes: isRecord(purposes) && Object.values(purposes).every((answer) => typeof answer === "boolean") ? (purposes as Purposes) : null,
    notice: textOrNull(kept.notice),
    anonymousId: textOrNull(kept.anonymousId),
    session:
      isRecord(session) && typeof session.id === "string" && typeof session.lastAt === "number" ? { id: session.id, lastAt: session.lastAt } : null,
    customerMark: textOrNull(kept.customerMark),
    errands: Array.isArray(errands) ? (errands.filter((one) => isRecord(one) && isRecord(one.body) && typeof one.path === "string") as Errand[]) : [],
  };
}

export function createMemory(store: KeyStore, key: string): Memory {
  const read = () => readRemembered(store.get(key));
  return {
    read,
    change(part) {
      const next = { ...read(), ...part };
      if (JSON.stringify(next) === JSON.stringify(nothing)) store.remove(key);
      else store.set(key, JSON.stringify({ v: version, ...next }));
    },
  };
}
