import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyError, type FastifyReply, LogController } from "fastify";
import { ProblemError } from "#domain/problem.ts";
import { closedGorse, type GorseSettings } from "../gorse-services.ts";
import { createMeasures } from "../measures.ts";
import { problemReply } from "../problem-reply.ts";
import { createRefusedEvents } from "../refused-events.ts";
import { version } from "../version.ts";
import { addAuditHook } from "./audit/audit-hook.ts";
import { addAuditRoutes } from "./audit-routes.ts";
import { createKeyCheck } from "./auth.ts";
import { addBreachRoutes } from "./breach-routes.ts";
import { addCentreRoutes } from "./centre-routes.ts";
import { addConnectionRoutes } from "./connection-routes.ts";
import { addConsentRoutes } from "./consent-routes.ts";
import { addConsoleRoutes } from "./console-routes.ts";
import { addContactRoutes } from "./contact-routes.ts";
import { addFeedRoutes } from "./feed-routes.ts";
import { addForgetRoutes } from "./forget-routes.ts";
import { addGorseRoutes, answerGorseFrameworkError } from "./gorse/gorse-routes.ts";
import { addGpcRoutes, withGpc } from "./gpc.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { addIdentifyRoute } from "./identify-route.ts";
import { addIdentityRoutes } from "./identity-routes.ts";
import { addItemRoutes } from "./item-routes.ts";
import { addKeyRoutes } from "./key-routes.ts";
import { limitInFlight, retryAfterSeconds } from "./limit-in-flight.ts";
import { addNoticeRoutes } from "./notice-routes.ts";
import { addOrderRoutes } from "./order-routes.ts";
import { addOutcomeRoutes } from "./outcome-routes.ts";
import { addPolicyRoutes } from "./policy-routes.ts";
import { addPreferenceRoutes } from "./preference-routes.ts";
import { answerBadConnection, problemOf } from "./problem-of-error.ts";
import { addProfileRoutes } from "./profile-routes.ts";
import { publicAddress } from "./public-address.ts";
import { addRankingRoutes } from "./ranking-routes.ts";
import { addReceiptRoutes } from "./receipt-routes.ts";
import { addRecommendationRoutes } from "./recommendation-routes.ts";
import { addRecordRoutes } from "./record-routes.ts";
import { addRightsExportRoutes } from "./rights-export-routes.ts";
import { addRightsRoutes } from "./rights-routes.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { addSdkRoutes } from "./sdk-routes.ts";
import { addShopifyRoutes } from "./shopify-routes.ts";
import { addSignalRoutes } from "./signal-routes.ts";
import { addStorefrontRoutes, type DemoStorefront } from "./storefront-routes.ts";
import { addTrackRoutes } from "./track-routes.ts";
import { addUnsubscribeRoutes } from "./unsubscribe-routes.ts";
import { addWebhookRoutes } from "./webhook-routes.ts";
import { addWhyRoutes } from "./why-routes.ts";
import { addWoocommerceRoutes } from "./woocommerce-routes.ts";

const consoleFolder = fileURLToPath(new URL("../../../dist/console", import.meta.url));

/** The HTTP server with all its routes, not yet listening. Logs hold routes and codes, never a body, a key or a name. */
export async function buildApp(
  deps: Pick<RouteDeps, "house" | "learning"> & {
    readonly demo: DemoStorefront | null;
    readonly logLevel: "info" | "error" | "silent";
    readonly gorse?: GorseSettings;
  },
): Promise<App> {
  const { house, learning, demo } = deps;
  const app: App = Fastify({
    logger: {
      level: deps.logLevel,
      stream: process.stderr,
    },
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 1100 },
    clientErrorHandler: answerBadConnection,
    frameworkErrors: (error, request, reply: FastifyReply) => {
      if (answerGorseFrameworkError(house, request, reply)) return;
      const { status, body } = problemReply(problemOf(error));
      void reply.status(status).send(body);
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  const measures = createMeasures(() => learning.lag(), {
    deadLetters: () => house.store.deadLetters.count(),
    leads: async () => (await learning.cluster?.())?.role === "leader",
  });
  const routeDeps: RouteDeps = {
    house,
    learning,
    measures,
    checkKey: withGpc(createKeyCheck(house.store.shops, house.clock), house),
    refusedEvents: createRefusedEvents(),
    publicAddress: publicAddress(),
    demoShop: demo?.shop.name ?? null,
  };

  // Clients call JSON all sorts of things (browsers: text/plain), so the body decides and not its label.
  const parseJson = app.getDefaultJsonParser("error", "error");
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    try {
      return parseJson(request, utf8.decode(body as Buffer), done);
    } catch {
      return done(new ProblemError({ code: "BODY_NOT_JSON", detail: "body is not UTF-8" }));
    }
  });

  limitInFlight(app);
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error);
    // The stack tells where; messages of unexpected errors may quote data and stay out.
    if (problem.code === "INTERNAL")
      request.log.error({ code: problem.code, name: error.name, stack: error.stack?.split("\n").slice(1, 6) }, "request failed");
    const { status, body } = problemReply(problem);
    const waitSeconds = retryAfterSeconds[problem.code];
    if (waitSeconds !== undefined) reply.header("retry-after", waitSeconds);
    return reply.status(status).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = problemReply({ code: "ROUTE_UNKNOWN", detail: request.method });
    return reply.status(status).send(body);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    measures.timeRequest(route, reply.statusCode, reply.elapsedTime);
    request.log.info({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 }, "answered");
  });

  addAuditHook(app, house);

  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Rapport", version, description: "What to show each customer, why, and what came of it.", license: { name: "Apache-2.0" } },
      components: {
        securitySchemes: {
          basic: { type: "http", scheme: "basic", description: "The key as user name, no password." },
          bearer: { type: "http", scheme: "bearer" },
        },
      },
      security: [{ basic: [] }, { bearer: [] }],
    },
  });
  await app.register(fastifySwaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());

  addTrackRoutes(app, routeDeps);
  addRecommendationRoutes(app, routeDeps);
  addWhyRoutes(app, routeDeps);
  addRankingRoutes(app, routeDeps);
  addPreferenceRoutes(app, routeDeps);
  addProfileRoutes(app, routeDeps);
  addOutcomeRoutes(app, routeDeps);
  addConsentRoutes(app, routeDeps);
  addReceiptRoutes(app, routeDeps);
  addNoticeRoutes(app, routeDeps);
  addSignalRoutes(app, routeDeps);
  addPolicyRoutes(app, routeDeps);
  addGpcRoutes(app);
  addIdentityRoutes(app, routeDeps);
  addForgetRoutes(app, routeDeps);
  addRightsRoutes(app, routeDeps);
  addRightsExportRoutes(app, routeDeps);
  addIdentifyRoute(app, routeDeps);
  addContactRoutes(app, routeDeps);
  addKeyRoutes(app, routeDeps);
  addAuditRoutes(app, routeDeps);
  addRecordRoutes(app, routeDeps);
  addBreachRoutes(app, routeDeps);
  addItemRoutes(app, routeDeps);
  addFeedRoutes(app, routeDeps);
  await addGorseRoutes(app, routeDeps, deps.gorse ?? closedGorse);
  addOrderRoutes(app, routeDeps);
  addConnectionRoutes(app, routeDeps);
  await addShopifyRoutes(app, routeDeps);
  await addWoocommerceRoutes(app, routeDeps);
  addWebhookRoutes(app, routeDeps);
  await addCentreRoutes(app, routeDeps);
  await addUnsubscribeRoutes(app, routeDeps);
  addHealthRoutes(app, routeDeps);
  addSdkRoutes(app);
  addConsoleRoutes(app, routeDeps);
  if (demo !== null) await app.register(async (scope) => addStorefrontRoutes(scope as App, routeDeps, demo));

  if (existsSync(consoleFolder)) {
    await app.register(fastifyStatic, {
      root: consoleFolder,
      prefix: "/console/",
      setHeaders: (response) => {
        response.header("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:");
        response.header("referrer-policy", "no-referrer");
        response.header("x-content-type-options", "nosniff");
      },
    });
  }
  app.get("/console", { schema: { hide: true } }, async (_request, reply) => reply.redirect("/console/"));
  app.get("/", { schema: { hide: true } }, async (_request, reply) => reply.redirect(demo === null ? "/docs" : "/shop/"));
  return app;
}
