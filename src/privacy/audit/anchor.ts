import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Signature } from "../vault/signer.ts";

/** A shop's chain as it stood, signed: whoever writes the chain anew cannot write this anew without the key. */
export type Anchor = {
  readonly type: "rapport-audit-anchor";
  readonly version: 1;
  readonly shop: ShopId;
  readonly shopName: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  /** The one before it; null: the first. */
  readonly after: { readonly seq: number; readonly hash: string } | null;
};
export type SignedAnchor = Anchor & { readonly signature: Signature };

/** Lines that cannot be read are counted: somebody was at them. */
export type ReadAnchors = { readonly anchors: readonly SignedAnchor[]; readonly damagedLines: readonly number[] };

/** Where anchors are kept: outside the database, and best copied further away still. */
export type AnchorFile = {
  read(): ReadAnchors;
  add(anchor: SignedAnchor): void;
};

export const anchorsName = "audit-anchors.jsonl";

function isAnchor(value: unknown): value is SignedAnchor {
  const { type, version, shop, seq, hash, at, after, signature } = (value ?? {}) as Record<string, unknown>;
  const isBefore = after === null || (typeof after === "object" && Number.isSafeInteger((after as { seq?: unknown }).seq));
  return (
    type === "rapport-audit-anchor" &&
    version === 1 &&
    typeof shop === "string" &&
    Number.isSafeInteger(seq) &&
    typeof hash === "string" &&
    typeof at === "string" &&
    !Number.isNaN(Date.parse(at)) &&
    isBefore &&
    typeof signature === "object"
  );
}

export function parseAnchors(text: string): ReadAnchors {
  const anchors: SignedAnchor[] = [];
  const damagedLines: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(line);
      if (isAnchor(value)) anchors.push(value);
      else damagedLines.push(index + 1);
    } catch {
      damagedLines.push(index + 1);
    }
  }
  return { anchors, damagedLines };
}

/** Throws ProblemError DATA_FOLDER_UNUSABLE. */
export function openAnchorFile(path: string): AnchorFile {
  const unusable = (cause: unknown) =>
    new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: "the file of audit anchors cannot be used" }, { cause });
  return {
    read() {
      try {
        return parseAnchors(readFileSync(path, "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return { anchors: [], damagedLines: [] };
        throw unusable(error);
      }
    },
    add(anchor) {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const file = openSync(path, "a", 0o600);
        try {
          // What was cut off when the power went ends here, and not in the middle of this one.
          appendFileSync(file, `\n${JSON.stringify(anchor)}\n`);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        throw unusable(error);
      }
    },
  };
}

/** Keeps them for as long as the process lives: for tests. */
export function memoryAnchors(): AnchorFile {
  const anchors: SignedAnchor[] = [];
  return {
    read: () => ({ anchors: [...anchors], damagedLines: [] }),
    add: (anchor) => void anchors.push(anchor),
  };
}
