import type { RightsRequest, RightsRequestKind } from "#storage/ports/rights-request-store.ts";

/** No identity need be proven for what only ever protects. */
const needNoProof: readonly RightsRequestKind[] = ["objection", "opt-out"];

/** Is it known that it is the person who asks, as far as what is asked for needs that? */
export const isVerified = ({ verifiedAt, source, kind }: Pick<RightsRequest, "verifiedAt" | "source" | "kind">): boolean =>
  verifiedAt !== null || source === "platform" || needNoProof.includes(kind);
