import type { RightsRequestReply } from "#server/contract/rights.ts";

const kinds: Readonly<Record<string, string>> = {
  access: "A copy of their data",
  portability: "Their data to take along",
  rectification: "A correction",
  objection: "No marketing",
  restriction: "Not to be used",
  erasure: "To be forgotten",
  "opt-out": "No selling or sharing",
  "erase-customer": "To be forgotten (platform)",
  "erase-shop": "The whole shop erased (platform)",
};
const states: Readonly<Record<string, string>> = {
  open: "Open",
  in_progress: "Under way",
  fulfilled: "Done",
  denied: "Refused",
  revoked: "Taken back",
  expired: "Expired: nobody proved who they are",
};

export const sayKind = (kind: string): string => kinds[kind] ?? kind;
export const sayState = (state: string): string => states[state] ?? state;
export const whoseIs = ({ customerId, anonymousId, reference }: RightsRequestReply): string => customerId ?? anonymousId ?? reference ?? "no name";
