import type { AnonymousId, CustomerId, PersonId } from "./ids.ts";

/** The names under which a request says who it is about; at least one is set. */
export type PersonName = {
  readonly customerId: CustomerId | null;
  readonly anonymousId: AnonymousId | null;
};

/** Whom those names mean: one person and the devices known to be theirs. */
export type Person = {
  readonly personId: PersonId;
  /** `personId` first. */
  readonly memberIds: readonly PersonId[];
  /** False: nothing is stored about them yet. */
  readonly known: boolean;
};

export const personNameKinds = ["customer", "anonymous"] as const;
export type PersonNameKind = (typeof personNameKinds)[number];

/** A name as it is kept, in the words of a request. */
export const underName = ({ kind, externalId }: { readonly kind: PersonNameKind; readonly externalId: string }): PersonName =>
  kind === "customer" ? { customerId: externalId as CustomerId, anonymousId: null } : { customerId: null, anonymousId: externalId as AnonymousId };
