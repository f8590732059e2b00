import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from "fastify";
import type { House } from "../compose.ts";
import type { Learning } from "../jobs/lead-jobs.ts";
import type { Measures } from "../measures.ts";
import type { RefusedEvents } from "../refused-events.ts";
import type { KeyCheck } from "./auth.ts";

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What every route is given. */
export type RouteDeps = {
  readonly house: House;
  readonly checkKey: KeyCheck;
  readonly measures: Measures;
  /** Poked after something was stored, so that learning need not wait for its next round. */
  readonly learning: Learning;
  /** The last messages that were not stored, with the reason. */
  readonly refusedEvents: RefusedEvents;
  /** Where browsers reach this server, when it was told; else they are sent where they came from. */
  readonly publicAddress: string | null;
  /** Name of the demo shop, when one is being shown. */
  readonly demoShop: string | null;
};
