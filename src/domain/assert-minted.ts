import type { Allowed, Use } from "./allowed.ts";

/** Every leave that the gate has made and somebody still holds. */
export const mintedLeaves = new WeakSet<object>();

/** Throws when the value was not made by the gate: a cast cannot open the vault. */
export function assertMinted(allowed: Allowed<Use>): void {
  if (!mintedLeaves.has(allowed)) throw new Error("a history was asked for without leave from the consent gate");
}
