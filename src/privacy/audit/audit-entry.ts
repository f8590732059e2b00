import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { KeyScope } from "#domain/shop.ts";
import type { AuditHead } from "#storage/ports/audit-store.ts";
import type { AuditAction } from "./audit-actions.ts";

/** Who did it. `tag` tells keys apart and opens nothing; `user` is who was signed in at the command line. */
export type AuditActor =
  | { readonly kind: "key"; readonly scope: KeyScope; readonly tag: string }
  | { readonly kind: "command-line"; readonly user: string }
  | { readonly kind: "person" }
  | { readonly kind: "system"; readonly job: string };

/** What may stand in a chain for ever: nothing about a person. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** One link of the chain, as its canonical form is hashed. */
export type AuditEntry = {
  readonly v: 1;
  readonly shop: ShopId;
  readonly seq: number;
  readonly at: string;
  readonly action: AuditAction;
  readonly actor: AuditActor;
  /** Whom it was about, as salted commitments: nothing without their openings. */
  readonly subjects: readonly string[];
  /** All people of the shop, instead. */
  readonly everybody?: true;
  readonly detail?: AuditDetail;
};

/** What a commitment says once it is opened. */
export type Opening = { readonly salt: string; readonly person: PersonId };

/** RFC 8785 of the opening, hashed: without the salt nobody can try names against it. */
export const commitmentOf = (opening: Opening): string => createHash("sha256").update(canonical(opening), "utf8").digest("base64url");

/** Throws for what JSON cannot say exactly: such an entry must not be written. */
export function canonical(value: object): string {
  return canonicalize(value)!;
}

/** h(n) = SHA-256(h(n-1) || JCS(entry n)), in hexadecimal. */
export const hashAfter = (before: string, entry: string): string =>
  createHash("sha256").update(Buffer.from(before, "hex")).update(entry, "utf8").digest("hex");

export type EntryFacts = Pick<AuditEntry, "shop" | "action" | "actor" | "subjects" | "everybody" | "detail"> & { readonly at: EpochMs };

/** The entry as it follows the last one. */
export function linkAfter(before: AuditHead, { at, ...facts }: EntryFacts): { readonly entry: string; readonly hash: string } {
  const entry = canonical({ v: 1, seq: before.seq + 1, at: new Date(at).toISOString(), ...facts } satisfies AuditEntry);
  return { entry, hash: hashAfter(before.hash, entry) };
}
