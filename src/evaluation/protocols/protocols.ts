import { leaveOneOut } from "./leave-one-out.ts";
import { nextBasket } from "./next-basket.ts";
import type { Protocol } from "./protocol.ts";
import { rating } from "./rating.ts";
import { session } from "./session.ts";
import { strongGeneralization } from "./strong-generalization.ts";
import { timeSplit } from "./time-split.ts";

/** The only list of protocols. */
export const protocols = {
  "time-split": timeSplit,
  "leave-one-out": leaveOneOut,
  "strong-generalization": strongGeneralization,
  session,
  "next-basket": nextBasket,
  rating,
} as const satisfies Record<string, Protocol>;

export type ProtocolName = keyof typeof protocols;
export const protocolNames = Object.keys(protocols) as ProtocolName[];
