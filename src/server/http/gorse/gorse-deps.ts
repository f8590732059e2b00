import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { House } from "../../compose.ts";
import type { GorseServices, GorseSettings } from "../../gorse-services.ts";
import type { RouteDeps } from "../route-deps.ts";

/** What the routes below `/api` are given. */
export type GorseDeps = GorseServices & {
  readonly house: House;
  readonly settings: GorseSettings;
  readonly learning: RouteDeps["learning"];
};

/** Whoever answers a route; what it returns is the JSON that is sent. */
export type GorseHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export type GorseRoutes = (method: HTTPMethods, path: string, answer: GorseHandler) => void;

/** Adds routes that answer with and without a slash at the end: clients leave an empty category behind it. */
export function routesOf(scope: FastifyInstance): GorseRoutes {
  return (method, path, answer) => {
    for (const url of [path, `${path}/`]) scope.route({ method, url, schema: { hide: true }, handler: answer });
  };
}
