import type { PersonName } from "#domain/person.ts";
import type { RightsRequest, RightsRequestKind, RightsSource } from "#storage/ports/rights-request-store.ts";

export type RightsActor = RightsSource | "rapport";

/** What somebody asks for. Whom it is about: by name, or by an address that the shop holds. */
export type AskedRight = {
  readonly kind: Exclude<RightsRequestKind, "erase-customer" | "erase-shop">;
  readonly names: PersonName;
  readonly email?: string | null;
  readonly phone?: string | null;
  /** A law by its name; "": those that the shop keeps to. */
  readonly regime?: string;
  readonly reference?: string | null;
  readonly source: RightsSource;
  /** By what it is known that it is the person; null: it is not. */
  readonly verifiedBy: string | null;
  /** Of a rectification: makes the changes, and says what was changed. Not called twice. */
  readonly correct?: (() => Promise<readonly string[]>) | null;
};

export type OpenedRight = { readonly request: RightsRequest /** False: the same was asked before and is open still. */; readonly isNew: boolean };
