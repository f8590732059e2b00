import { hkdfSync } from "node:crypto";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { SaidName } from "#storage/ports/forget-store.ts";
import { createSealKey } from "../vault/field-cipher.ts";

/** Whom a forgetting is about. Kept sealed while it is under way: what looks for remains must not find its own notes. */
export type ErasureWork = {
  readonly personIds: readonly PersonId[];
  /** Their outside names that nobody else is known under. */
  readonly names: readonly SaidName[];
  /** Names of devices that somebody else has in hands, too. */
  readonly sharedNames: number;
  /** Ids of those devices: they stay where they say that somebody else had it. */
  readonly sharedIds: readonly PersonId[];
  /** The names that recipients know them by. */
  readonly told: readonly SaidName[];
  /** Ids that stood in their events: what verification looks for beside the names. */
  readonly needles: readonly string[];
};

export const noWork: ErasureWork = { personIds: [], names: [], sharedNames: 0, sharedIds: [], told: [], needles: [] };

export type Sealer = { seal(text: string): string; open(sealed: string): string };

/** Seals with a key made of `secret` for one use only. */
export function sealerFor(secret: string, use: string, shopId: ShopId): Sealer {
  const key = createSealKey(new Uint8Array(hkdfSync("sha256", secret, "", `rapport ${use}`, 32)));
  const place = { tenant: shopId, table: "erasures", column: use, subject: "" };
  return { seal: (text) => key.seal(place, text), open: (sealed) => key.open(place, sealed) };
}

export const sealWork = (sealer: Sealer, work: ErasureWork): string => sealer.seal(JSON.stringify(work));
export const openWork = (sealer: Sealer, sealed: string | null): ErasureWork =>
  sealed === null ? noWork : (JSON.parse(sealer.open(sealed)) as ErasureWork);
