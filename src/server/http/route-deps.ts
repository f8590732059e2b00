import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from "fastify";
import type { House } from "../compose.ts";
import type { Learning } from "../jobs/learn-thread.ts";
import type { Measures } from "../measures.ts";
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
  readonly learning: Pick<Learning, "poke" | "running" | "lag">;
  /** Name of the demo shop, when one is being shown. */
  readonly demoShop: string | null;
};
