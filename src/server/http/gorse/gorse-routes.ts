import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../../compose.ts";
import type { GorseHealth } from "../../contract/gorse.ts";
import { createGorseServices, type GorseSettings } from "../../gorse-services.ts";
import { problemReply } from "../../problem-reply.ts";
import { problemOf } from "../problem-of-error.ts";
import type { App, RouteDeps } from "../route-deps.ts";
import { addBulkRoutes } from "./bulk-routes.ts";
import { addFeedbackRoutes } from "./feedback-routes.ts";
import { createFindShop } from "./find-shop.ts";
import { type GorseDeps, routesOf } from "./gorse-deps.ts";
import { badRequest, GorseError } from "./gorse-error.ts";
import { addItemRoutes } from "./item-routes.ts";
import { addRecommendRoutes } from "./recommend-routes.ts";
import { addUserRoutes } from "./user-routes.ts";

const bodyLimit = 64 * 1024 * 1024;
const gorsePrefix = "/api";

const methods = "GET,POST,PUT,PATCH,DELETE,OPTIONS";
const headers = "Content-Type,Accept,X-API-Key,X-API-Version";

function say(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.status(status).header("content-type", "text/plain; charset=utf-8").send(text);
}

function sign(reply: FastifyReply, requestId: string): void {
  void reply.header("x-request-id", requestId).header("access-control-allow-origin", "*");
}

/** Every error below `/api` is a line of text. */
function answerError(error: FastifyError | GorseError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof GorseError) return say(reply, error.status, error.message);
  const problem = problemOf(error);
  if (problem.code === "INTERNAL" && error.statusCode !== undefined && error.statusCode < 500) return say(reply, error.statusCode, "bad request");
  if (problem.code === "INTERNAL")
    request.log.error({ code: problem.code, name: error.name, stack: error.stack?.split("\n").slice(1, 6) }, "request failed");
  if (problem.code === "OVERLOADED") void reply.header("retry-after", "1");
  const { status, body } = problemReply(problem);
  return say(reply, status, `${body.error.message} (${problem.detail})`);
}

/** What the framework itself refuses below `/api` (a path that is too long or badly encoded). False: not ours to answer. */
export function answerGorseFrameworkError(house: House, request: FastifyRequest, reply: FastifyReply): boolean {
  if (!request.url.startsWith(`${gorsePrefix}/`)) return false;
  sign(reply, house.freshId());
  say(reply, 400, "the path is too long or not properly encoded");
  return true;
}

/** The Gorse-compatible API, below `/api`: its own bodies, errors and keys, so in a scope of its own. */
export async function addGorseRoutes(app: App, { house, learning }: Pick<RouteDeps, "house" | "learning">, settings: GorseSettings): Promise<void> {
  const deps: GorseDeps = { ...createGorseServices(house, settings), house, settings, learning };
  await app.register(
    async (scope) => {
      readAnyJson(scope);
      scope.addHook("onRequest", async (_request, reply) => sign(reply, house.freshId()));
      scope.setErrorHandler<FastifyError | GorseError>(answerError);
      scope.setNotFoundHandler((_request, reply) => say(reply, 404, "404: Page Not Found"));
      scope.options("/*", { schema: { hide: true } }, async (_request, reply) =>
        reply.status(204).header("access-control-allow-methods", methods).header("access-control-allow-headers", headers).send(),
      );
      addHealthRoutes(scope, house);
      await scope.register(async (keyed) => {
        keyed.addHook("onRequest", createFindShop(deps));
        keyed.addHook("onRoute", (route) => {
          route.bodyLimit ??= bodyLimit;
        });
        const route = routesOf(keyed);
        addUserRoutes(route, deps);
        addItemRoutes(route, deps);
        addFeedbackRoutes(route, deps);
        addRecommendRoutes(route, deps);
        await keyed.register((bulk) => addBulkRoutes(bulk, deps));
      });
    },
    { prefix: gorsePrefix },
  );
}

/** Whatever a body is labelled, it is JSON; an empty one is none. */
function readAnyJson(scope: FastifyInstance): void {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    try {
      return done(null, JSON.parse(utf8.decode(body as Buffer)));
    } catch {
      return done(badRequest("the body is not JSON in UTF-8"));
    }
  });
}

function addHealthRoutes(scope: FastifyInstance, house: House): void {
  async function healthOf(): Promise<GorseHealth> {
    const error = await house.store.check().then(
      () => null,
      () => "the store does not answer",
    );
    const connected = error === null;
    return { Ready: connected, DataStoreError: error, CacheStoreError: error, DataStoreConnected: connected, CacheStoreConnected: connected };
  }
  const route = routesOf(scope);
  route("GET", "/health/live", healthOf);
  route("GET", "/health/ready", async (_request, reply) => {
    const health = await healthOf();
    if (!health.Ready) void reply.status(503);
    return health;
  });
}
